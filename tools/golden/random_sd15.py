"""Writes a checkpoint of Stable Diffusion 1.5's exact layout and size (2.1 GB in fp16) with random weights.

    python tools/golden/random_sd15.py PATH.safetensors
"""

import sys

import torch
from safetensors.torch import save_file

import layout


def weight(name, shape, generator):
    if len(shape) == 1:
        return torch.full(shape, 1.0 if name.endswith(".weight") else 0.0)
    fan_in = torch.tensor(shape[1:]).prod().item()
    return torch.randn(shape, generator=generator) / fan_in**0.5


def main(path):
    generator = torch.Generator().manual_seed(1)
    tensors = {
        name: weight(name, shape, generator).to(torch.float16)
        for name, shape in layout.checkpoint(layout.SD15, encoder=True).items()
    }
    save_file(tensors, path, metadata={"modelspec.resolution": "512x512"})


if __name__ == "__main__":
    main(sys.argv[1])
