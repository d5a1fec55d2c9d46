"""Noise levels, and samplers on a made-up denoiser, in double precision after k-diffusion's formulas.

Writes engine/src/test/resources/huafang/engine/sampling/samplers.tsv: a name, a tab, numbers.
  "uniform N", "karras N"        the levels of N steps
  "timesteps"                    pairs of a level and its timestep
  "SAMPLER SCHEDULE N"           what a sampler makes of N steps: 48 values, noise of torch's CPU generator, seed 1;
                                 the denoiser is given below, and anew in SamplersTest
With --k-diffusion PATH (a checkout of crowsonkb/k-diffusion) the same is computed by k-diffusion itself and compared.
Needs torch.  Run from the repository's root.
"""
import argparse
import importlib.util
import math
import sys
from pathlib import Path
from unittest.mock import MagicMock

import torch

COUNT = 48


def model_sigmas():
    """Stable Diffusion 1.x: the betas in double precision, what remains of the picture in single."""
    betas = torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000, dtype=torch.float64) ** 2
    remaining = torch.cumprod(1 - betas, 0).float()
    return ((1 - remaining) / remaining) ** 0.5


SIGMAS = model_sigmas()
LOGS = SIGMAS.log()


def sigma_of(t):
    low, high, part = t.floor().long(), t.ceil().long(), t.frac()
    return ((1 - part) * LOGS[low] + part * LOGS[high]).exp()


def timestep_of(sigma):
    log = sigma.log()
    low = torch.searchsorted(LOGS, log, right=True).sub(1).clamp(0, 998)
    part = ((log - LOGS[low]) / (LOGS[low + 1] - LOGS[low])).clamp(0, 1)
    return low + part


def uniform(n):
    return torch.cat([sigma_of(torch.linspace(999, 0, n)), torch.zeros(1)])


def karras(n, rho=7.0):
    low, high = SIGMAS[0].item() ** (1 / rho), SIGMAS[-1].item() ** (1 / rho)
    return torch.cat([(high + torch.linspace(0, 1, n) * (low - high)) ** rho, torch.zeros(1)])


def denoise(x, sigma):
    """Not linear, different for each value and level, and tame."""
    index = torch.arange(COUNT, dtype=x.dtype)
    return torch.tanh(x / (1 + sigma)) + 0.5 * torch.cos(index + sigma / 4)


def euler(model, x, sigmas, noise):
    for now, then in zip(sigmas, sigmas[1:]):
        slope = (x - model(x, now)) / now
        x = x + slope * (then - now)
    return x


def euler_a(model, x, sigmas, noise):
    for now, then in zip(sigmas, sigmas[1:]):
        up = min(then, math.sqrt(then ** 2 * (now ** 2 - then ** 2) / now ** 2))
        down = math.sqrt(then ** 2 - up ** 2)
        slope = (x - model(x, now)) / now
        x = x + slope * (down - now)
        if then > 0:
            x = x + noise() * up
    return x


def dpmpp_2m(model, x, sigmas, noise):
    old = None
    for i in range(len(sigmas) - 1):
        now, then = sigmas[i], sigmas[i + 1]
        new = model(x, now)
        if then == 0:
            x = new
        else:
            h = math.log(now) - math.log(then)
            target = new
            if old is not None:
                r = (math.log(sigmas[i - 1]) - math.log(now)) / h
                target = (1 + 1 / (2 * r)) * new - 1 / (2 * r) * old
            x = then / now * x - math.expm1(-h) * target
        old = new
    return x


def noise_stream():
    generator = torch.Generator().manual_seed(1)
    return lambda: torch.randn(COUNT, generator=generator).double()


def run(sampler, sigmas):
    noise = noise_stream()
    return sampler(denoise, noise() * sigmas[0], sigmas.double().tolist(), noise)


def compare_with(path):
    for unused in ("scipy", "torchdiffeq", "torchsde", "tqdm", "tqdm.auto", "k_diffusion"):
        sys.modules.setdefault(unused, MagicMock())
    sys.modules["tqdm.auto"].trange = lambda n, disable: range(n)
    sys.modules["k_diffusion"].utils.append_dims = lambda x, dims: x[(...,) + (None,) * (dims - x.ndim)]
    spec = importlib.util.spec_from_file_location("k_diffusion.sampling", Path(path) / "k_diffusion/sampling.py")
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    torch.testing.assert_close(theirs.get_sigmas_karras(20, SIGMAS[0].item(), SIGMAS[-1].item()), karras(20))
    functions = {"Euler": theirs.sample_euler, "Euler a": theirs.sample_euler_ancestral, "DPM++ 2M": theirs.sample_dpmpp_2m}
    for name, ours in SAMPLERS.items():
        for schedule in (uniform, karras):
            noise = noise_stream()
            sigmas = schedule(20)
            extra = {"noise_sampler": lambda a, b: noise()[None]} if name == "Euler a" else {}
            x = noise()[None] * sigmas[0]
            model = lambda x, sigma, **_: denoise(x[0], sigma.double()[0])[None]
            result = functions[name](model, x, sigmas.double(), disable=True, **extra)[0]
            torch.testing.assert_close(run(ours, sigmas), result, rtol=1e-9, atol=1e-9)
            print("k-diffusion agrees:", name, schedule.__name__)


SAMPLERS = {"Euler": euler, "Euler a": euler_a, "DPM++ 2M": dpmpp_2m}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--k-diffusion")
    arguments = parser.parse_args()
    rows = []
    for n in (1, 2, 7, 20, 150):
        rows.append((f"uniform {n}", uniform(n).tolist()))
        rows.append((f"karras {n}", karras(n).tolist()))
    asked = torch.cat([torch.tensor([0.01, 0.0292, 0.03, 0.5, 1.0, 3.3333, 14.0, 14.6146, 20.0]), SIGMAS[::97], karras(9)[:-1]])
    rows.append(("timesteps", [v for pair in zip(asked.tolist(), timestep_of(asked).tolist()) for v in pair]))
    for name, sampler in SAMPLERS.items():
        for schedule in (uniform, karras):
            for n in (1, 2, 7, 20):
                rows.append((f"{name} {schedule.__name__} {n}", run(sampler, schedule(n)).tolist()))
    target = Path("engine/src/test/resources/huafang/engine/sampling/samplers.tsv")
    target.write_text("".join(f"{name}\t{' '.join(f'{v:.9g}' for v in values)}\n" for name, values in rows))
    if arguments.k_diffusion:
        compare_with(arguments.k_diffusion)
