"""Golden numbers of the three networks, from PyTorch (diffusers and transformers).

    python tools/golden/networks.py

writes engine/src/test/resources/golden/networks/. The weights are not stored: hash_numbers makes them from their names,
here and in GoldenWeights.java alike.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders.single_file_utils import (
    convert_ldm_clip_checkpoint,
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
)
from diffusers.models.upsampling import Upsample2D
from transformers import CLIPTextConfig, CLIPTextModel

import layout

OUT = Path(__file__).resolve().parents[2] / "engine/src/test/resources/golden/networks"
LATENT_SCALE = 0.18215
FORMATS = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16"}


def hash_numbers(name, count):
    """Uniform numbers in [-1, 1) from a name: FNV-1a of the name, then splitmix64 by index, the top 24 bits."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = (seed ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)


def weight(name, shape, loudness=1.0):
    """Variance 1 / fan-in for matrices, near 1 for the scales of normalisations, small for biases.

    Convolutions, but for the last one's, and biases are multiplied with the loudness: in a quiet network it matters which
    small number the normalisations add to the variance.
    """
    u = hash_numbers(name, int(np.prod(shape)))
    volume = np.float32(1 if len(shape) == 2 or shape[0] <= 4 else loudness)
    if len(shape) > 1:
        values = u * np.float32(np.sqrt(3.0 / np.prod(shape[1:]))) * volume
    elif name.endswith(".weight"):
        values = np.float32(1) + u * np.float32(0.25)
    else:
        values = u * np.float32(0.125) * volume
    return values.reshape(shape)


def dtype_of(shape, matrices):
    """Vectors in float beside matrices in a shorter format, as some real files have it, unless those are F16."""
    return torch.float32 if len(shape) == 1 and matrices == torch.bfloat16 else matrices


def noise(name, *shape):
    """An input of variance 1."""
    u = hash_numbers(name, int(np.prod(shape))) * np.float32(np.sqrt(3.0))
    return torch.from_numpy(u.reshape(shape))


def upsample_then_resize(self, h, output_size=None, *args, **kwargs):
    """Stable Diffusion's order: doubled, convolved, and only then brought to the skip's size."""
    h = self.conv(F.interpolate(h, scale_factor=2.0, mode="nearest"))
    return h if output_size is None else F.interpolate(h, size=output_size, mode="nearest")


def build_unet(config, state):
    depths = list(config.depths[:-1]) + [config.middle_depth]
    model = UNet2DConditionModel(
        block_out_channels=[int(config.channels * m) for m in config.multipliers],
        layers_per_block=config.res_blocks,
        cross_attention_dim=config.text_width,
        attention_head_dim=8,  # the number of heads, despite its name
        transformer_layers_per_block=[max(1, depth) for depth in depths],
        down_block_types=["CrossAttnDownBlock2D" if d else "DownBlock2D" for d in config.depths],
        up_block_types=["CrossAttnUpBlock2D" if d else "UpBlock2D" for d in reversed(config.depths)],
    )
    converted = convert_ldm_unet_checkpoint(dict(state), {"layers_per_block": config.res_blocks})
    model.load_state_dict(converted, strict=True)
    return model.eval()


def build_text(config, state):
    model = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=config.vocabulary,
            hidden_size=config.text_width,
            intermediate_size=4 * config.text_width,
            num_hidden_layers=config.text_layers,
            num_attention_heads=config.text_width // 64,
            hidden_act="quick_gelu",
        )
    )
    converted = convert_ldm_clip_checkpoint(dict(state))
    wanted = set(model.state_dict())
    if not any(name.startswith("text_model.") for name in wanted):
        converted = {name.removeprefix("text_model."): tensor for name, tensor in converted.items()}
    missing, unexpected = model.load_state_dict(converted, strict=False)
    assert not unexpected and all("position_ids" in name for name in missing), (missing, unexpected)
    return model.eval()


def build_vae(config, state):
    widths = [config.vae_channels * m for m in config.vae_multipliers]
    model = AutoencoderKL(
        block_out_channels=widths,
        layers_per_block=config.vae_res_blocks,
        latent_channels=4,
        down_block_types=["DownEncoderBlock2D"] * len(widths),
        up_block_types=["UpDecoderBlock2D"] * len(widths),
    )
    types = {"down_block_types": widths, "up_block_types": widths}
    missing, unexpected = model.load_state_dict(convert_ldm_vae_checkpoint(dict(state), types), strict=False)
    assert not unexpected and all(n.startswith(("encoder.", "quant_conv.")) for n in missing), (missing, unexpected)
    return model.eval()


def store(name, tensor):
    tensor.numpy().astype("<f4").tofile(OUT / f"{name}.f32")
    print(f"{name}: {list(tensor.shape)}, deviation {tensor.std():.4f}, largest {tensor.abs().max():.4f}")


def goldens(name, config, dtype, loudness):
    shapes = layout.checkpoint(config)
    state, lines = {}, []
    for tensor, shape in shapes.items():
        stored = torch.from_numpy(weight(tensor, shape, loudness)).to(dtype_of(shape, dtype))
        state[tensor] = stored.to(torch.float32)
        lines.append(f"{FORMATS[stored.dtype]} {tensor} {' '.join(map(str, shape))}\n")
    (OUT / f"{name}.weights").write_text("".join(lines))

    ids = (hash_numbers("ids", 2 * 77).reshape(2, 77) + 1) / 2 * config.vocabulary
    store(f"{name}-text", build_text(config, state)(torch.from_numpy(ids.astype(np.int64))).last_hidden_state)

    unet = build_unet(config, state)
    for height, width, tokens in ((8, 8, 77), (16, 24, 154), (9, 13, 77)):
        x = noise("x", 2, 4, height, width)
        context = noise("context", 2, tokens, config.text_width)
        prediction = unet(x, torch.tensor([981.0, 17.25]), context).sample
        store(f"{name}-unet-{height}x{width}", prediction)

    vae = build_vae(config, state)
    for height, width in ((8, 8), (5, 9)):
        z = noise("z", 1, 4, height, width)
        picture = vae.decode(z / LATENT_SCALE).sample
        # Every seventh number is proof enough: no period of rows, columns or channels is a multiple of seven.
        store(f"{name}-vae-{height}x{width}", picture.flatten()[::7])


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    Upsample2D.forward = upsample_then_resize
    OUT.mkdir(parents=True, exist_ok=True)
    goldens("tiny", layout.TINY, torch.float16, loudness=1)
    goldens("deep", layout.DEEP, torch.bfloat16, loudness=1 / 16)
