"""LoRA, LoCon, LoHa and LoKr files of every dialect, merged into a small checkpoint of random weights by hand.

    python tools/golden/adapters.py

writes engine/src/test/resources/golden/adapters/: NAME.tensors (format, name and shape of each tensor of a file; the numbers are
hash_numbers of the name, times 1/4, but alphas are 1 + hash), cases.tsv (a case, its files with their weights for text and
U-Net) and, for each case, NAME.text.f32 (every seventh number) and NAME.unet.f32 of the merged networks. The checkpoint is
networks.py's "tiny".
"""
import numpy as np
import torch
from diffusers.models.upsampling import Upsample2D

import layout
import networks

OUT = networks.OUT.parent / "adapters"
UNET, TEXT = "model.diffusion_model.", "cond_stage_model.transformer."
# The tiny U-Net's blocks, as diffusers calls them.
PLACES = {
    "input_blocks.1.0": "down_blocks.0.resnets.0", "input_blocks.1.1": "down_blocks.0.attentions.0",
    "input_blocks.2.0": "down_blocks.0.downsamplers.0",
    "input_blocks.3.0": "down_blocks.1.resnets.0", "input_blocks.3.1": "down_blocks.1.attentions.0",
    "middle_block.0": "mid_block.resnets.0", "middle_block.1": "mid_block.attentions.0", "middle_block.2": "mid_block.resnets.1",
    "output_blocks.0.0": "up_blocks.0.resnets.0", "output_blocks.0.1": "up_blocks.0.attentions.0",
    "output_blocks.1.0": "up_blocks.0.resnets.1", "output_blocks.1.1": "up_blocks.0.attentions.1",
    "output_blocks.1.2": "up_blocks.0.upsamplers.0",
    "output_blocks.2.0": "up_blocks.1.resnets.0", "output_blocks.2.1": "up_blocks.1.attentions.0",
    "output_blocks.3.0": "up_blocks.1.resnets.1", "output_blocks.3.1": "up_blocks.1.attentions.1",
}
INNER = {"in_layers.2": "conv1", "emb_layers.1": "time_emb_proj", "out_layers.3": "conv2", "skip_connection": "conv_shortcut",
         "op": "conv"}
TOP = {"input_blocks.0.0": "conv_in", "time_embed.0": "time_embedding.linear_1", "time_embed.2": "time_embedding.linear_2",
       "out.2": "conv_out"}


def diffusers_name(layer):
    """A U-Net layer's name in diffusers, from its name in the original layout."""
    if layer in TOP:
        return TOP[layer]
    place = next(p for p in PLACES if layer.startswith(p + "."))
    inner = layer[len(place) + 1:]
    return f"{PLACES[place]}.{INNER.get(inner, inner)}"


def layers(shapes, linear=True, conv=False):
    """Weights that adapters train: (name in the checkpoint, layer, whether the U-Net's, shape)."""
    for name, shape in shapes.items():
        if not name.endswith(".weight") or len(shape) < 2 or "embeddings." in name or not name.startswith((UNET, TEXT)):
            continue
        layer = name.removesuffix(".weight")
        unet = layer.startswith(UNET)
        layer = layer.removeprefix(UNET if unet else TEXT)
        attends = not unet or "transformer_blocks" in layer or "proj_" in layer
        if linear and attends or conv and not attends:
            yield name, layer, unet, shape


class File:
    """Tensors of one file, and the changes that they mean, computed as densely as can be."""

    def __init__(self, dtype):
        self.dtype, self.lines, self.changes = dtype, [], {}

    def tensor(self, name, *shape):
        self.lines.append(" ".join([networks.FORMATS[self.dtype], name, *map(str, shape)]) + "\n")
        values = networks.hash_numbers(name, int(np.prod(shape))).reshape(shape)
        values = 1 + values if name.endswith(".alpha") else values * np.float32(0.25)
        return torch.from_numpy(np.asarray(values, np.float32)).to(self.dtype).double()

    def change(self, weight, delta, scale=1.0):
        self.changes[weight] = delta * float(scale)


def kohya(layer, unet, original=False):
    name = layer if original or not unet else diffusers_name(layer)
    return ("lora_unet_" if unet else "lora_te_") + name.replace(".", "_")


def lora(file, weight, shape, rank, down, up, alpha=None):
    a = file.tensor(down, rank, *shape[1:])
    b = file.tensor(up, shape[0], rank, *([1] * (len(shape) - 2)))
    scale = file.tensor(alpha) / rank if alpha else 1
    file.change(weight, torch.einsum("or,r...->o...", b.reshape(shape[0], rank), a), scale)


def files(shapes):
    result = {}
    file = result["kohya"] = File(torch.float16)
    for weight, layer, unet, shape in layers(shapes):
        name = kohya(layer, unet)
        lora(file, weight, shape, 4, name + ".lora_down.weight", name + ".lora_up.weight", name + ".alpha")
    file = result["peft"] = File(torch.float32)
    for weight, layer, unet, shape in layers(shapes):
        name = f"unet.{diffusers_name(layer)}" if unet else f"text_encoder.{layer}"
        lora(file, weight, shape, 3, name + ".lora_A.weight", name + ".lora_B.weight")
    file = result["processors"] = File(torch.bfloat16)
    for weight, layer, unet, shape in layers(shapes):
        if unet and ".attn" in layer:
            block, projection = diffusers_name(layer).removesuffix(".0").rsplit(".", 1)
            name = f"unet.{block}.processor.{projection}_lora"
            lora(file, weight, shape, 2, name + ".down.weight", name + ".up.weight")
        elif not unet:
            name = f"text_encoder.{layer}.lora_linear_layer"
            lora(file, weight, shape, 2, name + ".down.weight", name + ".up.weight")
    file = result["locon"] = File(torch.float32)
    for i, (weight, layer, unet, shape) in enumerate(layers(shapes, conv=True)):
        name = kohya(layer, unet, original=True)
        if len(shape) == 4 and shape[2] == 3 and i % 2:
            up, mid, down = (file.tensor(f"{name}.lora_{part}.weight", *size) for part, size in (
                ("up", (shape[0], 5, 1, 1)), ("mid", (5, 4, 3, 3)), ("down", (4, shape[1], 1, 1))))
            file.change(weight, torch.einsum("or,rskl,si->oikl", up[..., 0, 0], mid, down[..., 0, 0]),
                        file.tensor(name + ".alpha") / 4)
        else:
            lora(file, weight, shape, 4, name + ".lora_down.weight", name + ".lora_up.weight", name + ".alpha")
    file = result["loha"] = File(torch.float32)
    for i, (weight, layer, unet, shape) in enumerate(layers(shapes, conv=True)):
        name, rank = kohya(layer, unet), 3 if i % 3 else 9
        parts = []
        for part in ("1", "2"):
            if len(shape) == 4 and shape[2] == 3 and i % 2:
                core = file.tensor(f"{name}.hada_t{part}", rank, rank, 3, 3)
                a = file.tensor(f"{name}.hada_w{part}_a", rank, shape[0])
                b = file.tensor(f"{name}.hada_w{part}_b", rank, shape[1])
                parts.append(torch.einsum("rskl,ro,si->oikl", core, a, b))
            else:
                a = file.tensor(f"{name}.hada_w{part}_a", shape[0], rank)
                b = file.tensor(f"{name}.hada_w{part}_b", rank, int(np.prod(shape[1:])))
                parts.append((a @ b).reshape(shape))
        file.change(weight, parts[0] * parts[1], file.tensor(name + ".alpha") / rank)
    file = result["lokr"] = File(torch.float32)
    for i, (weight, layer, unet, shape) in enumerate(layers(shapes, conv=True)):
        if any(size % 4 for size in shape[:2]):
            continue
        name, out, inner, kernel = kohya(layer, unet), shape[0] // 4, shape[1] // 4, shape[2:]
        dim = None
        if i % 3 == 0:
            left = file.tensor(name + ".lokr_w1", 4, 4)
        else:
            left = file.tensor(name + ".lokr_w1_a", 4, 2) @ file.tensor(name + ".lokr_w1_b", 2, 4)
            dim = 2
        if i % 2 == 0:
            right = file.tensor(name + ".lokr_w2", out, inner, *kernel)
        elif kernel and kernel[0] == 3:
            core = file.tensor(name + ".lokr_t2", 3, 3, *kernel)
            right = torch.einsum("rskl,ro,si->oikl", core, file.tensor(name + ".lokr_w2_a", 3, out),
                                 file.tensor(name + ".lokr_w2_b", 3, inner))
            dim = 3
        else:
            right = (file.tensor(name + ".lokr_w2_a", out, 3)
                     @ file.tensor(name + ".lokr_w2_b", 3, inner * int(np.prod(kernel)))).reshape(out, inner, *kernel)
            dim = 3
        alpha = file.tensor(name + ".alpha")
        left = left.reshape(4, 4, *([1] * len(kernel)))
        file.change(weight, torch.kron(left.contiguous(), right.contiguous()), alpha / dim if dim else 1)
    file = result["whole"] = File(torch.float32)
    for weight, layer, unet, shape in list(layers(shapes))[::3]:
        file.change(weight, file.tensor(kohya(layer, unet) + ".diff", *shape))
    return result


CASES = {
    **{name: [(name, 1.0, 1.0)] for name in ("kohya", "peft", "processors", "locon", "loha", "lokr", "whole")},
    "half": [("kohya", 0.5, -0.8)],
    "three": [("kohya", 1.0, 0.5), ("loha", 0.3, 0.7), ("peft", 0.0, 1.0)],
}

if __name__ == "__main__":
    torch.set_grad_enabled(False)
    Upsample2D.forward = networks.upsample_then_resize
    OUT.mkdir(parents=True, exist_ok=True)
    config = layout.TINY
    shapes = layout.checkpoint(config)
    base = {name: torch.from_numpy(networks.weight(name, shape)).half().double() for name, shape in shapes.items()}
    adapters = files(shapes)
    for name, file in adapters.items():
        (OUT / f"{name}.tensors").write_text("".join(file.lines))
    ids = (networks.hash_numbers("ids", 2 * 77).reshape(2, 77) + 1) / 2 * config.vocabulary
    rows = []
    for name, parts in CASES.items():
        state = dict(base)
        for file, text_weight, unet_weight in parts:
            for weight, delta in adapters[file].changes.items():
                state[weight] = state[weight] + delta * (unet_weight if weight.startswith(UNET) else text_weight)
        state = {weight: value.float() for weight, value in state.items()}
        text = networks.build_text(config, state)(torch.from_numpy(ids.astype(np.int64))).last_hidden_state
        x, context = networks.noise("x", 2, 4, 8, 8), networks.noise("context", 2, 77, config.text_width)
        noise = networks.build_unet(config, state)(x, torch.tensor([981.0, 17.25]), context).sample
        text.flatten()[::7].numpy().astype("<f4").tofile(OUT / f"{name}.text.f32")
        noise.numpy().astype("<f4").tofile(OUT / f"{name}.unet.f32")
        rows.append(name + "\t" + " ".join(":".join(map(str, part)) for part in parts) + "\n")
        print(f"{name}: text deviates {text.std():.4f}, noise {noise.std():.4f}")
    (OUT / "cases.tsv").write_text("".join(rows))
