"""LoRA files for Stable Diffusion 2.x and XL, as kohya's scripts name their tensors, merged into small checkpoints by hand.

    python tools/golden/adapter_families.py

writes engine/src/test/resources/golden/adapters/: kohya-sd2 and kohya-xl, each as NAME.tensors (as adapters.py writes them),
NAME.text.f32 (every seventh number), NAME.pooled.f32 where the U-Net takes it, and NAME.unet.f32. The checkpoints are
networks.py's "sd2" and "xl". In 2.x the U-Net's layers have diffusers' names, in XL the original ones; text towers have
transformers' names, whose queries, keys and values are parts of one weight in an OpenCLIP tower.
"""
import numpy as np
import torch
from diffusers.models.upsampling import Upsample2D

import adapters
import layout
import networks

LAYERS = 4  # of a tower are changed
OPEN = {"self_attn.q_proj": ("attn.in_proj_weight", 0), "self_attn.k_proj": ("attn.in_proj_weight", 1),
        "self_attn.v_proj": ("attn.in_proj_weight", 2), "self_attn.out_proj": ("attn.out_proj.weight", None),
        "mlp.fc1": ("mlp.c_fc.weight", None), "mlp.fc2": ("mlp.c_proj.weight", None)}


def diffusers_names(family):
    """Original names to diffusers' names, as names.py found them."""
    lines = (networks.OUT.parent / f"names/{family}.tsv").read_text().splitlines()
    return {original: theirs for folder, theirs, original, *_ in (line.split("\t") for line in lines) if folder == "unet"}


def tower_weight(tower, layer, inner):
    """Where a tower's layer lies in the checkpoint: a weight, and which third of it, or None."""
    if not tower.open:
        return f"{tower.place}.transformer.text_model.encoder.layers.{layer}.{inner}.weight", None
    name, third = OPEN[inner]
    return f"{tower.place}.model.transformer.resblocks.{layer}.{name}", third


def merge(family, config, state):
    """-> the lines of a file, and the checkpoint with its changes."""
    file, merged, theirs = adapters.File(torch.float16), dict(state), diffusers_names(family) if family == "sd2" else None

    def add(weight, third, name):
        shape = list(state[weight].shape)
        if third is not None:
            shape[0] //= 3
        adapters.lora(file, weight, shape, 4, name + ".lora_down.weight", name + ".lora_up.weight", name + ".alpha")
        delta = file.changes[weight]
        if third is not None:
            whole = torch.zeros(state[weight].shape, dtype=torch.float64)
            whole[third * shape[0]:(third + 1) * shape[0]] = delta
            delta = whole
        merged[weight] = merged[weight].double() + delta

    for weight, tensor in state.items():
        if weight.startswith(adapters.UNET) and tensor.dim() > 1 and weight.endswith(".weight"):
            layer = weight.removeprefix(adapters.UNET).removesuffix(".weight")
            if "transformer_blocks" in layer or "proj_" in layer:
                name = theirs[weight].removesuffix(".weight") if theirs else layer
                add(weight, None, "lora_unet_" + name.replace(".", "_"))
    for number, tower in enumerate(config.towers, 1):
        prefix = "lora_te_" if len(config.towers) == 1 else f"lora_te{number}_"
        for layer in range(min(LAYERS, tower.layers)):
            for inner in OPEN:
                weight, third = tower_weight(tower, layer, inner)
                add(weight, third, prefix + f"text_model.encoder.layers.{layer}.{inner}".replace(".", "_"))
        if config.vector and tower.projection:  # what makes the pooled prompt; it lies on its side
            weight, name = f"{tower.place}.model.text_projection", prefix + "text_projection"
            adapters.lora(file, weight, list(state[weight].shape)[::-1], 4, name + ".lora_down.weight", name + ".lora_up.weight",
                          name + ".alpha")
            merged[weight] = merged[weight].double() + file.changes[weight].T
    return file.lines, {name: tensor.float() for name, tensor in merged.items()}


def main(family, config):
    state = {}
    for name, shape in layout.checkpoint(config, False).items():
        stored = torch.from_numpy(networks.weight(name, shape, 1 / 16)).to(networks.dtype_of(shape, torch.float16))
        state[name] = stored.to(torch.float32)
    lines, merged = merge(family, config, state)
    target = adapters.OUT / f"kohya-{family}"
    target.with_suffix(".tensors").write_text("".join(lines))
    ids = (networks.hash_numbers("ids", 2 * 77).reshape(2, 77) + 1) / 2 * config.vocabulary
    tokens, pooled = networks.encode_text(config, merged, torch.from_numpy(ids.astype(np.int64)))
    unet = networks.build_unet(config, merged)
    vector = networks.noise("vector", 2, config.vector)
    if config.vector:
        unet.add_time_proj = torch.nn.Identity()
        pooled.numpy().astype("<f4").tofile(target.with_suffix(".pooled.f32"))
    given = {"text_embeds": vector[:, :8], "time_ids": vector[:, 8:]} if config.vector else None
    x, context = networks.noise("x", 2, 4, 8, 8), networks.noise("context", 2, 77, config.text_width)
    noise = unet(x, torch.tensor([981.0, 17.25]), context, added_cond_kwargs=given).sample
    plain = networks.build_unet(config, state)
    if config.vector:
        plain.add_time_proj = torch.nn.Identity()
    without = plain(x, torch.tensor([981.0, 17.25]), context, added_cond_kwargs=given).sample
    tokens.flatten()[::7].numpy().astype("<f4").tofile(target.with_suffix(".text.f32"))
    noise.numpy().astype("<f4").tofile(target.with_suffix(".unet.f32"))
    print(f"{family}: {len(lines) // 3} layers, noise deviates {noise.std():.4f}, by the LoRA {(noise - without).std():.4f}")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    Upsample2D.forward = networks.upsample_then_resize
    main("sd2", layout.SMALL_SD2)
    main("xl", layout.SMALL_XL)
