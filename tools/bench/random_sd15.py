"""Writes a checkpoint of Stable Diffusion 1.5's exact layout and size (2.1 GB in fp16) with random weights.

    python3 tools/bench/random_sd15.py PATH.safetensors [XL]

or of another layout that tools/golden/layout.py names, as XL's (6.9 GB).

Needs Python alone. Every tensor is cut from one block of normal numbers, from a place of its own, so that signals
neither vanish nor explode on their way; nobody should look at the pictures.
"""

import json
import math
import os
import random
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "golden"))
import layout

BLOCK = 1 << 16


def block(fan_in, normals):
    return struct.pack(f"<{BLOCK}e", *(x / math.sqrt(fan_in) for x in normals))


def write(path, config):
    dice = random.Random(1)
    normals = [dice.gauss(0, 1) for _ in range(BLOCK)]
    shapes = layout.checkpoint(config, encoder=True)
    header, at = {"__metadata__": {"modelspec.resolution": "512x512"}}, 0
    for name, shape in shapes.items():
        end = at + 2 * math.prod(shape)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    blocks = {}
    with open(path + ".part", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            count = math.prod(shape)
            if len(shape) < 2:
                out.write(struct.pack("<e", 1.0 if name.endswith(".weight") else 0.0) * count)
                continue
            fan_in = math.prod(shape[1:])
            if fan_in not in blocks:
                blocks[fan_in] = block(fan_in, normals)
            numbers = blocks[fan_in]
            start = 2 * dice.randrange(BLOCK)
            repeats = (start + 2 * count) // len(numbers) + 1
            out.write((numbers * repeats)[start : start + 2 * count])
    os.replace(path + ".part", path)


if __name__ == "__main__":
    write(sys.argv[1], getattr(layout, sys.argv[2] if len(sys.argv) > 2 else "SD15"))
