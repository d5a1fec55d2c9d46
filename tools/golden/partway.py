"""Samplers that begin with a picture's latents: AUTOMATIC1111's img2img, and its longer schedule for hires fix.

    python tools/golden/partway.py

writes engine/src/test/resources/huafang/engine/sampling/partway.tsv: a name, a tab, 48 numbers.
  "SAMPLER|SCHEDULE|N|STRENGTH|MODE"   what a sampler makes of cos(0), cos(1), ...; MODE "of": the end of a schedule of N
                                       steps; "all": N steps that are the end of a longer one
Denoiser and noise are those of samplers.py, whose samplers these are.
"""
import math

import numpy as np
import torch

import brownian
import samplers
import schedules
from samplers import COUNT, MODEL, OWN, SAMPLERS

LATENTS = torch.cos(torch.arange(COUNT, dtype=torch.float64))
DISCARDING = {"DPM2", "DPM2 a", "DPM++ 3M SDE"}
CASES = [(20, 0.75, "of"), (20, 0.04, "of"), (13, 0.2, "of"), (40, 1.0, "of"), (10, 0.5, "all"), (9, 0.7, "all")]
NAMES = [(name, kind) for name in SAMPLERS for kind in (("Uniform", "Karras") if name in ("Euler", "DPM++ SDE")
                                                       else ("Karras",))]
NAMES += [("DPM fast", "Uniform"), ("DPM fast", "Karras"), ("DPM adaptive", "Uniform"), ("DDIM", "Uniform"),
          ("DDIM CFG++", "Uniform"), ("PLMS", "Uniform"), ("UniPC", "Uniform")]


def counts(n, strength, mode):
    """Steps of the schedule, and the number of the step that it is entered at, counted from the end."""
    strength = min(strength, 0.999)
    return (n, int(strength * n)) if mode == "of" else (int(n / strength), n - 1)


def by_levels(name, kind, steps, entered, noise, latents=LATENTS, denoise=samplers.denoise):
    discards = name in DISCARDING
    sigmas = schedules.levels_of(kind, steps + discards).double().tolist()
    if discards:
        del sigmas[-2]
    rest = sigmas[steps - entered - 1:]
    x = latents + noise() * rest[0]
    if name in samplers.BROWNIAN:
        noise = brownian.noise(1, sigmas, brownian.torch_normals(COUNT))
    if name in OWN:
        rest[-1] = rest[-2]
    return {**SAMPLERS, **OWN}[name](denoise, x, rest, noise)


def by_timesteps(name, steps, entered, noise, latents=LATENTS, denoise=samplers.denoise):
    timesteps = [min(t + 1, 999) for t in range(0, 1000, 1000 // steps)]
    visited = timesteps[:entered]
    noised = timesteps[entered]
    if entered < 2:  # where AUTOMATIC1111 takes no step at all
        visited = timesteps[:entered + 1]
    if name == "UniPC":
        shares = torch.log(1 / (1 + MODEL.sigmas.double() ** 2)).numpy()
        times = [visited[-1] * i / max(entered, 1) for i in range(entered, -1, -1)] if entered else [visited[-1]]
        share = torch.from_numpy(np.interp(times, range(1000), shares))
        sigmas = torch.sqrt(torch.exp(-share) - 1).tolist()
    else:
        sigmas = MODEL.sigmas[visited].flip(0).double().tolist()
    level = MODEL.sigmas[noised].double().item()
    kept = 1 / (1 + level ** 2)
    x = latents * math.sqrt(kept) + noise() * math.sqrt(1 - kept)
    return x if len(sigmas) == 1 else OWN[name](denoise, x * sigmas[0], sigmas, noise)


if __name__ == "__main__":
    rows = []
    for name, kind in NAMES:
        for n, strength, mode in CASES:
            steps, entered = counts(n, strength, mode)
            noise = samplers.noise_stream()
            if name in ("DDIM", "DDIM CFG++", "PLMS", "UniPC"):
                result = by_timesteps(name, steps, entered, noise)
            else:
                result = by_levels(name, kind, steps, entered, noise)
            rows.append((f"{name}|{kind}|{n}|{strength:g}|{mode}", result.float().numpy()))
    schedules.write("partway.tsv", rows, 9)
