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
    convert_ldm_unet_checkpoint,
    convert_ldm_vae_checkpoint,
)
from diffusers.models.embeddings import Timesteps
from diffusers.models.upsampling import Upsample2D
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

import layout

OUT = Path(__file__).resolve().parents[2] / "engine/src/test/resources/golden/networks"
LATENT_SCALE = 0.18215
XL_LATENT_SCALE = 0.13025
FORMATS = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.float8_e4m3fn: "F8_E4M3",
           torch.float8_e5m2: "F8_E5M2"}


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
    volume = np.float32(1 if len(shape) in (0, 2) or shape[0] <= 4 else loudness)
    if len(shape) > 1:
        values = u * np.float32(np.sqrt(3.0 / np.prod(shape[1:]))) * volume
    elif name.endswith(".weight"):
        values = np.float32(1) + u * np.float32(0.25)
    else:
        values = u * np.float32(0.125) * volume
    return values.reshape(shape)


def dtype_of(shape, matrices):
    """Vectors in float beside matrices in a shorter format, as some real files have it, unless those are F16. Of eight
    bits: both formats, told apart by the matrix's height."""
    if matrices == torch.float8_e4m3fn:
        wide = len(shape) > 1 and shape[0] % 64 == 0
        return torch.float16 if len(shape) < 2 else torch.float8_e5m2 if wide else matrices
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
    levels = range(len(config.multipliers))
    down = [config.down(i) for i in levels]
    up = [config.up(i) for i in reversed(levels)]
    asymmetric = bool(config.up_depths)
    depths = [max(1, depth[0]) for depth in down[:-1]] + [max(1, config.middle_depth)]
    model = UNet2DConditionModel(
        in_channels=config.in_channels,
        block_out_channels=[int(config.channels * m) for m in config.multipliers],
        layers_per_block=config.res_blocks,
        cross_attention_dim=config.text_width,
        # the number of heads, despite its name
        attention_head_dim=[int(config.channels * m) // 64 or 1 for m in config.multipliers] if config.linear else 8,
        use_linear_projection=config.linear,
        transformer_layers_per_block=[[max(1, d) for d in depth] for depth in down] if asymmetric else depths,
        reverse_transformer_layers_per_block=[[max(1, d) for d in depth] for depth in up] if asymmetric else None,
        down_block_types=["CrossAttnDownBlock2D" if d[0] else "DownBlock2D" for d in down],
        up_block_types=["CrossAttnUpBlock2D" if d[0] else "UpBlock2D" for d in up],
        mid_block_type=[None, "UNetMidBlock2D", "UNetMidBlock2DCrossAttn"][config.middle_blocks],
        addition_embed_type="text_time" if config.vector else None,
        addition_time_embed_dim=256 if config.vector else None,
        projection_class_embeddings_input_dim=config.vector or None,
    )
    names = {"layers_per_block": config.res_blocks, "addition_embed_type": "text_time" if config.vector else None}
    model.load_state_dict(convert_ldm_unet_checkpoint(dict(state), names), strict=True)
    return model.eval()


def build_text(config, state):
    """The text encoder of Stable Diffusion 1.x."""
    return build_towers(config, state)[0]


def build_tower(tower, vocabulary, state):
    model = CLIPTextModelWithProjection(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=tower.width,
            intermediate_size=4 * tower.width,
            num_hidden_layers=tower.layers,
            num_attention_heads=tower.width // 64,
            hidden_act="gelu" if tower.open else "quick_gelu",
            projection_dim=tower.projection or 8,
        )
    )
    if tower.open:
        weights = of_open_clip(tower, state)
    else:
        root = tower.place + ".transformer."
        weights = {name.removeprefix(root): tensor for name, tensor in state.items() if name.startswith(root)}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    allowed = set() if tower.projection else {"text_projection.weight"}
    assert not unexpected and set(missing) <= allowed, (missing, unexpected)
    return model.eval()


def of_open_clip(tower, state):
    """An OpenCLIP tower under transformers' names."""
    root = tower.place + ".model."
    names = {"attn.out_proj": "self_attn.out_proj", "ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1",
             "mlp.c_proj": "mlp.fc2"}
    weights = {
        "text_model.embeddings.token_embedding.weight": state[root + "token_embedding.weight"],
        "text_model.embeddings.position_embedding.weight": state[root + "positional_embedding"],
        "text_projection.weight": state[root + "text_projection"].T,
    }
    for kind in ("weight", "bias"):
        weights[f"text_model.final_layer_norm.{kind}"] = state[f"{root}ln_final.{kind}"]
        for i in range(tower.layers):
            theirs, ours = f"{root}transformer.resblocks.{i}.", f"text_model.encoder.layers.{i}."
            for before, after in names.items():
                weights[f"{ours}{after}.{kind}"] = state[f"{theirs}{before}.{kind}"]
            for part, tensor in zip("qkv", state[f"{theirs}attn.in_proj_{kind}"].chunk(3)):
                weights[f"{ours}self_attn.{part}_proj.{kind}"] = tensor
    return weights


def towers_of(config):
    return config.towers or (layout.Tower("cond_stage_model", False, config.text_width, config.text_layers),)


def build_towers(config, state):
    return [build_tower(tower, config.vocabulary, state) for tower in towers_of(config)]


def encode_with(config, models, ids):
    """What the U-Net reads: the towers' tokens side by side; and the pooled prompt, or None."""
    tokens, pooled = [], None
    for tower, model in zip(towers_of(config), models):
        its = ids.clone()
        if tower.open:  # filled up with zeros behind the end, which has the highest number
            its[torch.arange(77)[None] > ids.argmax(-1, keepdim=True)] = 0
        output = model(its, output_hidden_states=True)
        if config.vector:
            tokens.append(output.hidden_states[-2])
            if tower.projection:
                last = model.text_model.final_layer_norm(output.hidden_states[-1])
                pooled = model.text_projection(last[torch.arange(len(ids)), ids.argmax(-1)])
        else:
            text = model.text_model
            tokens.append(text.final_layer_norm(output.hidden_states[-2]) if tower.open else output.last_hidden_state)
    return torch.cat(tokens, -1), pooled


def encode_text(config, state, ids):
    return encode_with(config, build_towers(config, state), ids)


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


def checkpoint(name, config, dtype, loudness, encoder=False):
    """The weights as the file holds them, in float; writes their names."""
    state, lines = {}, []
    for tensor, shape in layout.checkpoint(config, encoder).items():
        stored = torch.from_numpy(weight(tensor, shape, loudness)).to(dtype_of(shape, dtype))
        state[tensor] = stored.to(torch.float32)
        lines.append(" ".join([FORMATS[stored.dtype], tensor, *map(str, shape)]) + "\n")
    (OUT / f"{name}.weights").write_text("".join(lines))
    return state


def goldens(name, config, dtype, loudness, encoder=False,
            sizes=((8, 8, 77), (16, 24, 154), (9, 13, 77)), pictures=((8, 8), (5, 9))):
    state = checkpoint(name, config, dtype, loudness, encoder)
    ids = (hash_numbers("ids", 2 * 77).reshape(2, 77) + 1) / 2 * config.vocabulary
    tokens, pooled = encode_text(config, state, torch.from_numpy(ids.astype(np.int64)))
    store(f"{name}-text", tokens)
    if pooled is not None:
        store(f"{name}-pooled", pooled)

    unet = build_unet(config, state)
    if config.vector:
        # Diffusers makes the vector of two parts; here the whole of it is given.
        unet.add_time_proj = torch.nn.Identity()
    for height, width, count in sizes:
        x = torch.cat([noise("x", 2, 4, height, width), noise("image", 2, config.in_channels - 4, height, width)], 1)
        context = noise("context", 2, count, config.text_width)
        vector = noise("vector", 2, config.vector)
        given = {"text_embeds": vector[:, :8], "time_ids": vector[:, 8:]} if config.vector else None
        prediction = unet(x, torch.tensor([981.0, 17.25]), context, added_cond_kwargs=given).sample
        store(f"{name}-unet-{height}x{width}", prediction)

    vae = build_vae(config, state)
    scale = XL_LATENT_SCALE if config.vector else LATENT_SCALE
    for height, width in pictures:
        z = noise("z", 1, 4, height, width)
        picture = vae.decode(z / scale).sample
        # Every seventh number is proof enough: no period of rows, columns or channels is a multiple of seven.
        store(f"{name}-vae-{height}x{width}", picture.flatten()[::7])
        if encoder:
            latents = vae.encode(noise("picture", 1, 3, 8 * height, 8 * width)).latent_dist.mode() * scale
            store(f"{name}-encoder-{height}x{width}", latents)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    torch.set_num_threads(2)
    Upsample2D.forward = upsample_then_resize
    OUT.mkdir(parents=True, exist_ok=True)
    store("numbers", Timesteps(256, True, 0)(torch.tensor([768.0, 512.0, 0.0, 2.5])))
    goldens("tiny", layout.TINY, torch.float16, loudness=1)
    goldens("deep", layout.DEEP, torch.bfloat16, loudness=1 / 16)
    one = {"sizes": ((9, 13, 77),), "pictures": ((5, 9),)}
    goldens("eight", layout.TINY, torch.float8_e4m3fn, loudness=1, **one)
    goldens("inpainting", layout.SMALL_INPAINTING, torch.float16, loudness=1, encoder=True, **one)
    goldens("sd2", layout.SMALL_SD2, torch.float16, loudness=1 / 16, **one)
    goldens("xl", layout.SMALL_XL, torch.float16, loudness=1 / 16, **one)
    goldens("refiner", layout.SMALL_REFINER, torch.float16, loudness=1, encoder=True, **one)
    goldens("ssd", layout.SMALL_SSD, torch.bfloat16, loudness=1, **one)
    goldens("bk", layout.SMALL_BK, torch.float32, loudness=1, **one)
