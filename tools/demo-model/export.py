"""Writes the trained networks as one Stable Diffusion 1.x checkpoint in half precision.

    python export.py STATE_FOLDER CHECKPOINT.safetensors
"""

import json
import pathlib
import sys

import torch
from safetensors.torch import save_file

from networks import PREFIXES, TextTower, UNet, Vae

SCALE = 0.18215
METADATA = {
    "modelspec.sai_model_spec": "1.0.0",
    "modelspec.title": "Huafang demo landscapes",
    "modelspec.architecture": "stable-diffusion-v1",
    "modelspec.implementation": "https://github.com/CompVis/stable-diffusion",
    "modelspec.resolution": "128x128",
    "modelspec.prediction_type": "epsilon",
    "modelspec.license": "Apache-2.0",
    "modelspec.author": "Huafang",
    "modelspec.description": "Little landscapes after short prompts in English and Chinese. "
    "Trained on pictures drawn by tools/demo-model; small enough to paint on a CPU.",
}


def fold_latent_scale(vae, mean, deviation):
    """Makes latents * 0.18215 come out with mean 0 and deviation 1 in each channel, and the decoder undo it."""
    with torch.no_grad():
        quant, post = vae.quant_conv, vae.post_quant_conv
        post.bias += post.weight[:, :, 0, 0] @ mean
        post.weight *= (deviation * SCALE)[None, :, None, None]
        quant.weight[:4] /= (deviation * SCALE)[:, None, None, None]
        quant.bias[:4] = (quant.bias[:4] - mean) / (deviation * SCALE)
        quant.bias[4:] -= 2 * torch.log(deviation * SCALE)


def main():
    folder, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    vae, unet, text = Vae(), UNet(), TextTower()
    vae.load_state_dict(torch.load(folder / "vae.pt")["vae"])
    if (folder / "decoder.pt").exists():
        vae.load_state_dict(torch.load(folder / "decoder.pt")["vae"])
    unet.load_state_dict(torch.load(folder / "unet.pt")["average"])
    text.load_state_dict(torch.load(folder / "text.pt")["text"])
    scale = json.loads((folder / "latent-scale.json").read_text())
    fold_latent_scale(vae, torch.tensor(scale["mean"]), torch.tensor(scale["deviation"]))

    tensors = {}
    for name, network in (("unet", unet), ("vae", vae), ("text", text)):
        print(f"{name}: {sum(p.numel() for p in network.parameters()):,} parameters")
        tensors |= {PREFIXES[name] + key: value.half().contiguous() for key, value in network.state_dict().items()}
    save_file(tensors, target, METADATA)
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
