"""Noise levels of every schedule, after k-diffusion's and AUTOMATIC1111's formulas.

Writes engine/src/test/resources/huafang/engine/sampling/schedules.tsv: a name, a tab, numbers.
  "timesteps"                    pairs of a level and its timestep
  "SCHEDULE|N"                   the levels of N steps; "+xl": Stable Diffusion XL, "+lcm": the levels of consistency
                                 models, "+range": from 10 to 0.1, and rho 5, "+zero": of a model that was trained up to noise alone
With --k-diffusion PATH (a checkout of crowsonkb/k-diffusion) its schedules are computed by itself and compared.
Needs torch, numpy, scipy.  Run from the repository's root.
"""
import argparse
import importlib.util
import math
import sys
from pathlib import Path
from unittest.mock import MagicMock

import numpy as np
import torch
from scipy import stats

OUT = Path("engine/src/test/resources/huafang/engine/sampling")
ALIGNED = {False: [14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029],
           True: [14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029]}


class Levels:
    def __init__(self, sigmas):
        self.sigmas, self.logs = sigmas, sigmas.log()

    def sigma_of(self, t):
        low, high, part = t.floor().long(), t.ceil().long(), t.frac()
        return ((1 - part) * self.logs[low] + part * self.logs[high]).exp()

    def timestep_of(self, sigma):
        log = sigma.log()
        low = torch.searchsorted(self.logs, log, right=True).sub(1).clamp(0, len(self.logs) - 2)
        part = ((log - self.logs[low]) / (self.logs[low + 1] - self.logs[low])).clamp(0, 1)
        return low + part


def trained():
    """Stable Diffusion 1.x: the betas in double precision, what remains of the picture in single."""
    betas = torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000, dtype=torch.float64) ** 2
    remaining = torch.cumprod(1 - betas, 0).float()
    return ((1 - remaining) / remaining) ** 0.5


def zero_terminal(sigmas):
    """AUTOMATIC1111's "Zero Terminal SNR": what remains is shifted to end at nothing, and scaled to begin as before."""
    remaining = (1 / (sigmas.double() ** 2 + 1)).float().sqrt()
    first, last = remaining[0].clone(), remaining[-1].clone()
    remaining = ((remaining - last) * (first / (first - last))) ** 2
    remaining[-1] = 4.8973451890853435e-08
    return ((1 - remaining) / remaining) ** 0.5


MODEL = Levels(trained())
ZERO = Levels(zero_terminal(MODEL.sigmas))
LCM = Levels(MODEL.sigmas[19::20])


def with_zero(sigmas):
    return torch.cat([torch.as_tensor(sigmas, dtype=torch.float32), torch.zeros(1)])


def uniform(n, low, high, rho, levels, xl):
    return with_zero(levels.sigma_of(torch.linspace(len(levels.sigmas) - 1, 0, n)))


def karras(n, low, high, rho, levels, xl):
    rho = rho or 7.0
    return with_zero((high ** (1 / rho) + torch.linspace(0, 1, n) * (low ** (1 / rho) - high ** (1 / rho))) ** rho)


def exponential(n, low, high, rho, levels, xl):
    return with_zero(torch.linspace(math.log(high), math.log(low), n).exp())


def polyexponential(n, low, high, rho, levels, xl):
    ramp = torch.linspace(1, 0, n) ** (rho or 1.0)
    return with_zero((ramp * (math.log(high) - math.log(low)) + math.log(low)).exp())


def ends(low, high, levels):
    return (levels.timestep_of(torch.tensor(v)) for v in (high, low))


def sgm_uniform(n, low, high, rho, levels, xl):
    start, end = ends(low, high, levels)
    return with_zero(levels.sigma_of(torch.linspace(start, end, n + 1)[:-1]))


def kl_optimal(n, low, high, rho, levels, xl):
    part = torch.arange(n + 1) / n
    return torch.tan(part * math.atan(low) + (1 - part) * math.atan(high))


def align_your_steps(n, low, high, rho, levels, xl):
    known = ALIGNED[xl]
    if n == len(known):
        return with_zero(known)
    logs = np.interp(np.linspace(0, 1, n), np.linspace(0, 1, len(known)), np.log(known[::-1]))
    return with_zero(np.exp(logs)[::-1].copy())


def simple(n, low, high, rho, levels, xl):
    every = len(levels.sigmas) / n
    return with_zero([levels.sigmas[-(1 + int(x * every))] for x in range(n)])


def normal(n, low, high, rho, levels, xl):
    start, end = ends(low, high, levels)
    return with_zero(levels.sigma_of(torch.linspace(start, end, n)))


def ddim(n, low, high, rho, levels, xl):
    every = max(len(levels.sigmas) // n, 1)
    return with_zero(levels.sigmas[1::every].flip(0))


def beta(n, low, high, rho, levels, xl):
    return with_zero([low + stats.beta.ppf(x, 0.6, 0.6) * (high - low) for x in 1 - np.linspace(0, 1, n)])


SCHEDULES = {"Uniform": uniform, "Karras": karras, "Exponential": exponential, "Polyexponential": polyexponential,
             "SGM Uniform": sgm_uniform, "KL Optimal": kl_optimal, "Align Your Steps": align_your_steps, "Simple": simple,
             "Normal": normal, "DDIM": ddim, "Beta": beta}


def levels_of(name, n, low=None, high=None, rho=None, levels=MODEL, xl=False):
    return SCHEDULES[name](n, low or levels.sigmas[0].item(), high or levels.sigmas[-1].item(), rho, levels, xl)


def write(file, rows, digits=9):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / file).write_text("".join(f"{name}\t{' '.join(f'{v:.{digits}g}' for v in values)}\n" for name, values in rows))


def k_diffusion(path):
    for unused in ("scipy.integrate", "torchdiffeq", "torchsde", "tqdm", "tqdm.auto", "k_diffusion"):
        sys.modules.setdefault(unused, MagicMock())
    sys.modules["tqdm.auto"].trange = lambda n, disable: range(n)
    sys.modules["k_diffusion"].utils.append_dims = lambda x, dims: x[(...,) + (None,) * (dims - x.ndim)]
    spec = importlib.util.spec_from_file_location("k_diffusion.sampling", Path(path) / "k_diffusion/sampling.py")
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    return theirs


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--k-diffusion")
    arguments = parser.parse_args()
    asked = torch.cat([torch.tensor([0.01, 0.0292, 0.03, 0.5, 1.0, 3.3333, 14.0, 14.6146, 20.0]), MODEL.sigmas[::97],
                       levels_of("Karras", 9)[:-1]])
    rows = [("timesteps", [v for pair in zip(asked.tolist(), MODEL.timestep_of(asked).tolist()) for v in pair])]
    for name in SCHEDULES:
        for n in (1, 2, 7, 11, 20, 150):
            rows.append((f"{name}|{n}", levels_of(name, n).tolist()))
        rows.append((f"{name}|9+xl", levels_of(name, 9, xl=True).tolist()))
        rows.append((f"{name}|9+range", levels_of(name, 9, low=0.1, high=10.0, rho=5.0).tolist()))
        if name != "KL Optimal":  # the tangent of so large an angle is but roundings in single precision
            rows.append((f"{name}|9+zero", levels_of(name, 9, levels=ZERO).tolist()))
        if name != "DDIM":
            rows.append((f"{name}|4+lcm", levels_of(name, 4, levels=LCM).tolist()))
    write("schedules.tsv", rows)
    if arguments.k_diffusion:
        theirs, low, high = k_diffusion(arguments.k_diffusion), MODEL.sigmas[0].item(), MODEL.sigmas[-1].item()
        for name in ("Karras", "Exponential", "Polyexponential"):
            torch.testing.assert_close(getattr(theirs, f"get_sigmas_{name.lower()}")(20, low, high), levels_of(name, 20))
            print("k-diffusion agrees:", name)
