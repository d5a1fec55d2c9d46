"""Compares the networks of a checkpoint file with independent implementations: transformers' CLIP text model, and
diffusers' UNet and autoencoder where it can be imported.

    python compare.py CHECKPOINT.safetensors
"""

import sys

import torch
from safetensors.torch import load_file
from transformers import CLIPTextConfig, CLIPTextModel

from networks import PREFIXES
from sampling import Checkpoint
from tokens import encode


def far(ours, theirs):
    return f"greatest difference {(ours - theirs).abs().max():.2e} of {theirs.abs().max():.2f}"


@torch.no_grad()
def main():
    path = sys.argv[1]
    checkpoint, tensors = Checkpoint(path), load_file(path)

    config = CLIPTextConfig(
        vocab_size=49408, hidden_size=64, intermediate_size=256, num_hidden_layers=3, num_attention_heads=1,
        max_position_embeddings=77, hidden_act="quick_gelu", layer_norm_eps=1e-5, bos_token_id=49406, eos_token_id=49407,
    )
    text = CLIPTextModel(config).eval()
    prefix = PREFIXES["text"]
    own = {k.removeprefix(prefix): v.float() for k, v in tensors.items() if k.startswith(prefix)}
    nested = next(iter(text.state_dict())).startswith("text_model.")
    missing, unexpected = text.load_state_dict({("text_model." if nested else "") + k: v for k, v in own.items()}, strict=False)
    assert not unexpected and all("position_ids" in k for k in missing), (missing, unexpected)
    ids = torch.from_numpy(encode(checkpoint.tokenizer, ["a red house by the sea at night", "海边的红房子", ""]))
    context = checkpoint.networks["text"](ids)
    print("text tower against transformers:", far(context, text(ids).last_hidden_state))

    from diffusers import AutoencoderKL, UNet2DConditionModel
    from diffusers.loaders.single_file_utils import convert_ldm_unet_checkpoint, convert_ldm_vae_checkpoint

    unet_config = dict(
        sample_size=16, in_channels=4, out_channels=4, block_out_channels=(64, 128), layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=64, attention_head_dim=8,
    )
    unet = UNet2DConditionModel(**unet_config).eval()
    unet.load_state_dict(convert_ldm_unet_checkpoint({k: v.float() for k, v in tensors.items()}, unet_config))
    x, t = torch.randn(3, 4, 16, 16, generator=torch.Generator().manual_seed(1)), torch.tensor([999, 400, 10])
    print("UNet against diffusers:", far(checkpoint.networks["unet"](x, t, context), unet(x, t, context).sample))

    vae_config = dict(
        in_channels=3, out_channels=3, block_out_channels=(64, 64, 64, 96), layers_per_block=1, latent_channels=4, sample_size=128,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
    )
    vae = AutoencoderKL(**vae_config).eval()
    vae.load_state_dict(convert_ldm_vae_checkpoint({k: v.float() for k, v in tensors.items()}, vae_config))
    latents = torch.randn(2, 4, 16, 16, generator=torch.Generator().manual_seed(2)) / 0.18215
    picture = checkpoint.networks["vae"].decode(latents)
    print("VAE decoder against diffusers:", far(picture, vae.decode(latents).sample))
    print("VAE encoder against diffusers:", far(checkpoint.networks["vae"].encode(picture)[0], vae.encode(picture).latent_dist.mean))


if __name__ == "__main__":
    main()
