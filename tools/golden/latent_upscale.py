"""Latents in other sizes, by PyTorch's own interpolation.

    python tools/golden/latent_upscale.py

writes engine/src/test/resources/huafang/engine/sampling/latent-upscale.tsv: AUTOMATIC1111's name of the way and two sizes, a
tab, numbers.
"""

from pathlib import Path

import torch
import torch.nn.functional as F

OUT = Path(__file__).resolve().parents[2] / "engine/src/test/resources/huafang/engine/sampling/latent-upscale.tsv"
WAYS = {
    "Latent": ("bilinear", False),
    "Latent (antialiased)": ("bilinear", True),
    "Latent (bicubic)": ("bicubic", False),
    "Latent (bicubic antialiased)": ("bicubic", True),
    "Latent (nearest)": ("nearest", False),
    "Latent (nearest-exact)": ("nearest-exact", False),
}
SIZES = [(3, 5, 6, 10), (3, 5, 5, 8), (4, 7, 13, 9), (7, 6, 4, 5)]


def source(height, width):
    """Numbers that the test makes again."""
    i = torch.arange(2 * height * width)
    return ((i * i * 7 + i * 3) % 31 / 10.0 - 1.5).float().reshape(1, 2, height, width)


if __name__ == "__main__":
    with OUT.open("w") as out:
        for label, (mode, antialias) in WAYS.items():
            for height, width, high, wide in SIZES:
                result = F.interpolate(source(height, width), size=(high, wide), mode=mode, antialias=antialias)
                numbers = " ".join(f"{number:.6f}" for number in result.flatten().tolist())
                out.write(f"{label};{height};{width};{high};{wide}\t{numbers}\n")
