"""Random numbers: PyTorch's on the CPU, and those of PyTorch on CUDA computed anew with numpy.

Writes engine/src/test/resources/huafang/engine/sampling/noise.tsv: a name, a tab, numbers. Names: "uniform SEED",
"double SEED" (torch.rand of float32 and float64), "cpu SEED COUNT,COUNT,…" and "nv SEED COUNT,COUNT,…" (successive
draws of one generator, one after another); "start RNG SEED SHAPE OPTIONS", the noise that a picture of that latent
shape starts from, then 4 of what follows, after AUTOMATIC1111. OPTIONS: variation seed, strength, width and height in
pixels to resize from, ENSD. Needs torch (2.13 here) and numpy.  Run from the repository's root.
"""
import math
from pathlib import Path

import numpy as np
import torch


def philox(counter, key):
    """Salmon et al. 2011: 4 words of 32 bits, ten rounds; Python integers."""
    c, k = list(counter), list(key)
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> 32) ^ c[1] ^ k[0], p1 & 0xFFFFFFFF, (p0 >> 32) ^ c[3] ^ k[1], p0 & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


# Known answers of the Random123 distribution.
assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
assert philox([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0]) == [
    0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


def cuda_normals(seed, draw, count):
    """curand's Box-Muller, sine branch, single precision: radius of word 0, angle of word 1."""
    half, unit = np.float32(0.5), np.float32(2.0 ** -32)
    turn = np.float32(2.0 ** -32) * np.float32(2 * math.pi)
    words = np.array([philox([draw, 0, i, 0], [seed & 0xFFFFFFFF, seed >> 32])[:2] for i in range(count)], dtype=np.float64)
    radius = np.sqrt(-2 * np.log(words[:, 0] * float(unit) + float(unit * half)))
    return (radius * np.sin(words[:, 1] * float(turn) + float(turn * half))).astype(np.float32)


# What torch.manual_seed(0); torch.randn(4, device="cuda") prints on any NVIDIA GPU.
assert np.allclose(cuda_normals(0, 0, 4), [-0.9247, -0.4253, -2.6438, 0.1452], atol=6e-5), cuda_normals(0, 0, 4)


def stream(rng, seed):
    """Successive draws of a generator."""
    if rng == "CPU":
        generator = torch.Generator().manual_seed(seed)
        return lambda shape: torch.randn(shape, generator=generator).double()
    draws = iter(range(1000))
    return lambda shape: torch.from_numpy(cuda_normals(seed, next(draws), math.prod(shape))).reshape(shape).double()


def slerp(part, low, high):
    """Along the columns of each channel; mixed the other way round if almost parallel."""
    cosine = (torch.nn.functional.normalize(low, dim=1) * torch.nn.functional.normalize(high, dim=1)).sum(1)
    if cosine.mean() > 0.9995:
        return low * part + high * (1 - part)
    angle = torch.acos(cosine)[:, None]
    return (torch.sin((1 - part) * angle) * low + torch.sin(part * angle) * high) / torch.sin(angle)


def middle(whole, part):
    """Where the middle of a part goes in a whole, and which of it; an uneven cut leaves a line of the whole."""
    margin = (whole - part) // 2
    if margin >= 0:
        return slice(margin, margin + part), slice(0, part)
    return slice(0, part + 2 * margin), slice(-margin, part + margin)


def start(rng, seed, shape, variation, strength, width, height, ensd):
    drawn = (shape[0], height // 8, width // 8) if width > 0 and height > 0 else shape
    rest = stream(rng, seed)
    noise = stream(rng, seed)(drawn) if drawn != shape else rest(shape)
    if strength:
        noise = slerp(strength, noise, stream(rng, variation)(drawn))
    if drawn != shape:
        frame = rest(shape)
        (into_y, of_y), (into_x, of_x) = (middle(shape[i], drawn[i]) for i in (1, 2))
        frame[:, into_y, into_x] = noise[:, of_y, of_x]
        noise = frame
    if ensd:
        rest = stream(rng, seed + ensd)
    return np.concatenate([noise.flatten().numpy(), rest(shape).flatten()[:4].numpy()]).astype(np.float32)


def row(name, numbers):
    return name + "\t" + " ".join(map(str, numbers)) + "\n"


if __name__ == "__main__":
    rows = []
    for seed in (0, 1, 4294967295):
        torch.manual_seed(seed)
        rows.append(row(f"uniform {seed}", torch.rand(40).numpy()))
        torch.manual_seed(seed)
        rows.append(row(f"double {seed}", torch.rand(8, dtype=torch.float64).numpy()))
    for seed, counts in ((0, [16]), (1, [256]), (965400086, [64, 20, 31]), (42, [3, 4, 15, 16, 2]), (7, [7, 17, 1]),
                         (4294967295, [1024]), (2 ** 53 - 1, [16])):
        generator = torch.Generator().manual_seed(seed)
        draws = np.concatenate([torch.randn(c, generator=generator).numpy() for c in counts])
        rows.append(row(f"cpu {seed} {','.join(map(str, counts))}", draws))
    for seed, counts in ((0, [8]), (1, [256]), (965400086, [64, 20, 31]), (4294967295, [100]), (123456789012345, [10, 10])):
        draws = np.concatenate([cuda_normals(seed, i, c) for i, c in enumerate(counts)])
        rows.append(row(f"nv {seed} {','.join(map(str, counts))}", draws))
    for rng in ("CPU", "NV"):
        for options in ((0, 0, 0, 0, 0), (9, 0.25, 0, 0, 0), (9, 1, 0, 0, 0), (3, 0.25, 0, 0, 0), (0, 0, 0, 0, 31337),
                        (0, 0, 40, 88, 0), (0, 0, 96, 96, 0), (0, 0, 56, 40, -2), (0, 0, 64, 48, 0), (9, 0.5, 40, 24, 7)):
            numbers = start(rng, 3, (2, 6, 8), *options)
            rows.append(row(f"start {rng} 3 2,6,8 {','.join(f'{o:g}' for o in options)}", numbers))
    target = Path("engine/src/test/resources/huafang/engine/sampling/noise.tsv")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("".join(rows))
