"""Samplers on a made-up denoiser, in double precision: k-diffusion's formulas, and the papers' for those of timesteps.

Writes engine/src/test/resources/huafang/engine/sampling/samplers.tsv: a name, a tab, numbers.
  "SAMPLER|SCHEDULE|N|OPTIONS"   what a sampler makes of the schedule's levels: 48 values, noise of torch's CPU generator,
                                 seed 1; the denoiser is given below, and anew in SamplerTest. SCHEDULE "own": its own levels
  "levels SAMPLER|N"             those, for N steps
  "sigmas|SCHEDULE|N"            those of a schedule, as given to the samplers
  "brownian SEED RNG"            increments of a Brownian motion between some levels
With --k-diffusion PATH (a checkout of crowsonkb/k-diffusion) the same is computed by k-diffusion itself and compared; with
--torchsde PATH (a checkout of google-research/torchsde, whose dependencies must be there) the Brownian motion too.
Needs torch, numpy, scipy.  Run from the repository's root.
"""
import argparse
import inspect
import math
import sys
from types import ModuleType

import numpy as np
import torch

import brownian
import noise as random_numbers
import schedules
from schedules import MODEL

COUNT = 48
INF = float("inf")
timestep_of = MODEL.timestep_of


def uniform(n):
    return schedules.levels_of("Uniform", n)


def karras(n):
    return schedules.levels_of("Karras", n)


def denoise(x, sigma):
    """Not linear, different for each value and level, and tame."""
    index = torch.arange(COUNT, dtype=torch.float64)
    return torch.tanh(x / (1 + sigma)) + 0.5 * torch.cos(index + sigma / 4)


def unguided(x, sigma):
    return 0.9 * denoise(x, sigma) + 0.05


def split(now, then, eta):
    up = min(then, eta * math.sqrt(then ** 2 * (now ** 2 - then ** 2) / now ** 2))
    return math.sqrt(then ** 2 - up ** 2), up


def slope(model, x, sigma):
    return (x - model(x, sigma)) / sigma


def churned(x, i, sigmas, noise, churn, tmin, tmax, s_noise):
    if churn == 0:
        return x, sigmas[i]
    eps = noise() * s_noise
    gamma = min(churn / (len(sigmas) - 1), 2 ** 0.5 - 1) if tmin <= sigmas[i] <= tmax else 0
    hat = sigmas[i] * (1 + gamma)
    return x + eps * math.sqrt(max(0, hat ** 2 - sigmas[i] ** 2)), hat


def euler(model, x, sigmas, noise, s_churn=0., s_tmin=0., s_tmax=INF, s_noise=1.):
    for i in range(len(sigmas) - 1):
        x, hat = churned(x, i, sigmas, noise, s_churn, s_tmin, s_tmax, s_noise)
        x = x + slope(model, x, hat) * (sigmas[i + 1] - hat)
    return x


def euler_a(model, x, sigmas, noise, eta=1.):
    for now, then in zip(sigmas, sigmas[1:]):
        down, up = split(now, then, eta)
        x = x + slope(model, x, now) * (down - now)
        if then > 0:
            x = x + noise() * up
    return x


def heun(model, x, sigmas, noise, s_churn=0., s_tmin=0., s_tmax=INF, s_noise=1.):
    for i, then in enumerate(sigmas[1:]):
        x, hat = churned(x, i, sigmas, noise, s_churn, s_tmin, s_tmax, s_noise)
        x = heun_step(model, x, hat, then)
    return x


def heun_step(model, x, now, then):
    d = slope(model, x, now)
    ahead = x + d * (then - now)
    return ahead if then == 0 else x + (d + slope(model, ahead, then)) / 2 * (then - now)


def dpm2_step(model, x, now, then):
    d = slope(model, x, now)
    if then == 0:
        return x + d * (then - now)
    middle = math.exp((math.log(now) + math.log(then)) / 2)
    return x + slope(model, x + d * (middle - now), middle) * (then - now)


def dpm2(model, x, sigmas, noise, s_churn=0., s_tmin=0., s_tmax=INF, s_noise=1.):
    for i, then in enumerate(sigmas[1:]):
        x, hat = churned(x, i, sigmas, noise, s_churn, s_tmin, s_tmax, s_noise)
        x = dpm2_step(model, x, hat, then)
    return x


def dpm2_a(model, x, sigmas, noise, eta=1., s_noise=1.):
    for now, then in zip(sigmas, sigmas[1:]):
        down, up = split(now, then, eta)
        x = dpm2_step(model, x, now, down)
        if down > 0:
            x = x + noise() * s_noise * up
    return x


def lms(model, x, sigmas, noise):
    ds = []
    for i in range(len(sigmas) - 1):
        ds = (ds + [slope(model, x, sigmas[i])])[-4:]
        order = len(ds)
        for j in range(order):
            others = [sigmas[i - k] for k in range(order) if k != j]
            basis = np.poly1d(others, r=True) / math.prod(sigmas[i - j] - s for s in others)
            area = np.polyint(basis)
            x = x + (area(sigmas[i + 1]) - area(sigmas[i])) * ds[-1 - j]
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


def dpmpp_2s_a(model, x, sigmas, noise, eta=1., s_noise=1.):
    for now, then in zip(sigmas, sigmas[1:]):
        down, up = split(now, then, eta)
        new = model(x, now)
        if down == 0:
            x = new
        else:
            h = math.log(now) - math.log(down)
            middle = math.exp(-(-math.log(now) + h / 2))
            half = middle / now * x - math.expm1(-h / 2) * new
            x = down / now * x - math.expm1(-h) * model(half, middle)
        if then > 0:
            x = x + noise() * s_noise * up
    return x


def dpmpp_sde(model, x, sigmas, noise, eta=1., s_noise=1.):
    for now, then in zip(sigmas, sigmas[1:]):
        new = model(x, now)
        if then == 0:
            x = new
            continue
        middle = math.exp((math.log(now) + math.log(then)) / 2)
        down, up = split(now, middle, eta)
        half = down / now * x - (down / now - 1) * new + noise(now, middle) * s_noise * up
        down, up = split(now, then, eta)
        x = down / now * x - (down / now - 1) * model(half, middle) + noise(now, then) * s_noise * up
    return x


def dpmpp_2m_sde(model, x, sigmas, noise, eta=1., s_noise=1., solver_type="midpoint"):
    old = h_last = h = None
    for now, then in zip(sigmas, sigmas[1:]):
        new = model(x, now)
        if then == 0:
            x = new
        else:
            h = math.log(now) - math.log(then)
            eta_h = eta * h
            x = then / now * math.exp(-eta_h) * x - math.expm1(-h - eta_h) * new
            if old is not None:
                change = (new - old) * h / h_last
                if solver_type == "heun":
                    x = x + (-math.expm1(-h - eta_h) / (-h - eta_h) + 1) * change
                else:
                    x = x - 0.5 * math.expm1(-h - eta_h) * change
            if eta:
                x = x + noise(now, then) * then * math.sqrt(-math.expm1(-2 * eta_h)) * s_noise
        old, h_last = new, h
    return x


def dpmpp_2m_sde_heun(model, x, sigmas, noise, eta=1., s_noise=1.):
    return dpmpp_2m_sde(model, x, sigmas, noise, eta, s_noise, "heun")


def dpmpp_3m_sde(model, x, sigmas, noise, eta=1., s_noise=1.):
    one = two = h = h_one = h_two = None
    for now, then in zip(sigmas, sigmas[1:]):
        new = model(x, now)
        if then == 0:
            x = new
        else:
            h = math.log(now) - math.log(then)
            he = h * (eta + 1)
            x = math.exp(-he) * x - math.expm1(-he) * new
            phi2 = math.expm1(-he) / he + 1
            if h_two is not None:
                r0, r1 = h_one / h, h_two / h
                d10, d11 = (new - one) / r0, (one - two) / r1
                x = x + phi2 * (d10 + (d10 - d11) * r0 / (r0 + r1)) - (phi2 / he - 0.5) * (d10 - d11) / (r0 + r1)
            elif h_one is not None:
                x = x + phi2 * (new - one) * h / h_one
            if eta:
                x = x + noise(now, then) * then * math.sqrt(-math.expm1(-2 * h * eta)) * s_noise
        one, two, h_one, h_two = new, one, h, h_one
    return x


class DpmSolver:
    def __init__(self, model, noise, eta, s_noise, end):
        self.model, self.noise, self.eta, self.s_noise, self.end = model, noise, eta, s_noise, end

    def eps(self, x, t):
        return slope(self.model, x, math.exp(-t))

    def first(self, x, t, to, eps):
        return x - math.exp(-to) * math.expm1(to - t) * eps

    def second(self, x, t, to, eps, r=1 / 2):
        h, s = to - t, t + r * (to - t)
        other = self.eps(x - math.exp(-s) * math.expm1(r * h) * eps, s)
        return x - math.exp(-to) * math.expm1(h) * eps - math.exp(-to) / (2 * r) * math.expm1(h) * (other - eps)

    def third(self, x, t, to, eps, r1=1 / 3, r2=2 / 3):
        h = to - t
        s1, s2 = t + r1 * h, t + r2 * h
        e1 = self.eps(x - math.exp(-s1) * math.expm1(r1 * h) * eps, s1)
        e2 = self.eps(x - math.exp(-s2) * math.expm1(r2 * h) * eps
                      - math.exp(-s2) * r2 / r1 * (math.expm1(r2 * h) / (r2 * h) - 1) * (e1 - eps), s2)
        return x - math.exp(-to) * math.expm1(h) * eps - math.exp(-to) / r2 * (math.expm1(h) / h - 1) * (e2 - eps)

    def split(self, t, to):
        if not self.eta:
            return to, 0
        down, _ = split(math.exp(-t), math.exp(-to), self.eta)
        down = self.end if down == 0 else min(self.end, -math.log(down))
        return down, math.sqrt(max(0, math.exp(-to) ** 2 - math.exp(-down) ** 2))


def dpm_fast(model, x, sigmas, noise, eta=1., s_noise=1.):
    calls, start, end = len(sigmas) - 1, -math.log(sigmas[0]), -math.log(sigmas[-1])
    solver = DpmSolver(model, noise, eta, s_noise, end)
    count = calls // 3 + 1
    times = np.linspace(start, end, count + 1)
    orders = [3] * (count - 2) + [2, 1] if calls % 3 == 0 else [3] * (count - 1) + [calls % 3]
    for t, to, order in zip(times, times[1:], orders):
        down, up = solver.split(t, to)
        x = [solver.first, solver.second, solver.third][order - 1](x, t, down, solver.eps(x, t))
        x = x + up * s_noise * noise()
    return x


def dpm_adaptive(model, x, sigmas, noise, eta=1.):
    t, end, h = -math.log(sigmas[0]), -math.log(sigmas[-1]), 0.05
    solver = DpmSolver(model, noise, eta, 1., end)
    before = x
    while t < end - 1e-5:
        to = min(end, t + h)
        down, up = solver.split(t, to)
        eps = solver.eps(x, t)
        low, high = solver.second(x, t, down, eps, 1 / 3), solver.third(x, t, down, eps)
        delta = torch.maximum(torch.tensor(0.0078, dtype=x.dtype), 0.05 * torch.maximum(low.abs(), before.abs()))
        error = (torch.linalg.norm((low - high) / delta) / x.numel() ** 0.5).item()
        factor = 1 + math.atan((1 / (error + 1e-8)) ** (1 / (1.5 if eta else 3)) - 1)
        if factor >= 0.81:
            before, x, t = low, high + up * noise(), to
        h *= factor
    return x


def restart(model, x, sigmas, noise):
    steps = len(sigmas) - 1
    way = list(zip(sigmas, sigmas[1:]))
    if steps >= 20:
        each, times = (9, 1) if steps < 36 else (steps // 4, 2)
        sigmas = schedules.karras(steps - each * times, sigmas[-2], sigmas[0], None, None, False)
        low, high = (int(torch.argmin((sigmas - v).abs())) for v in (0.1, 2))
        again = schedules.karras(each + 1, sigmas[low].item(), sigmas[high].item(), None, None, False)[:-1].tolist()
        sigmas = sigmas.tolist()
        way = (list(zip(sigmas, sigmas[1:]))[:low] + list(zip(again, again[1:])) * times
               + list(zip(sigmas, sigmas[1:]))[low:])
    last = way[0][0]
    for now, then in way:
        if last < now:
            x = x + noise() * math.sqrt(now ** 2 - last ** 2)
        x, last = heun_step(model, x, now, then), then
    return x


def lcm(model, x, sigmas, noise):
    for now, then in zip(sigmas, sigmas[1:]):
        x = model(x, now)
        if then > 0:
            x = x + then * noise()
    return x


def kept(sigma):
    """The share of the picture's variance: alphas_cumprod."""
    return 1 / (1 + sigma ** 2)


def noise_of(model, x, sigma):
    """The noise that is in x of unit variance."""
    return slope(model, x * math.sqrt(1 + sigma ** 2), sigma)


def ddim(model, x, sigmas, noise, eta=0., direction=None):
    x = x / sigmas[0]
    for now, then in zip(sigmas, sigmas[1:]):
        a, prev = kept(now), kept(then)
        eps = noise_of(model, x, now)
        deviation = eta * math.sqrt((1 - prev) / (1 - a) * (1 - a / prev))
        picture = (x - math.sqrt(1 - a) * eps) / math.sqrt(a)
        led = noise_of(direction, x, now) if direction else eps
        x = math.sqrt(prev) * picture + math.sqrt(1 - prev - deviation ** 2) * led + deviation * noise()
    return x


def ddim_cfgpp(model, x, sigmas, noise, eta=0.):
    """The model's own scale s counts as s/12.5."""
    def weaker(x, sigma):
        return unguided(x, sigma) + (model(x, sigma) - unguided(x, sigma)) / 12.5

    return ddim(weaker, x, sigmas, noise, eta, unguided)


def plms(model, x, sigmas, noise):
    x, old = x / sigmas[0], []

    def step(x, eps, now, then):
        picture = (x - math.sqrt(1 - kept(now)) * eps) / math.sqrt(kept(now))
        return math.sqrt(kept(then)) * picture + math.sqrt(1 - kept(then)) * eps

    for now, then in zip(sigmas, sigmas[1:]):
        eps = noise_of(model, x, now)
        if len(old) == 0:
            used = (eps + noise_of(model, step(x, eps, now, then), then)) / 2
        elif len(old) == 1:
            used = (3 * eps - old[-1]) / 2
        elif len(old) == 2:
            used = (23 * eps - 16 * old[-1] + 5 * old[-2]) / 12
        else:
            used = (55 * eps - 59 * old[-1] + 37 * old[-2] - 9 * old[-3]) / 24
        x = step(x, used, now, then)
        old = (old + [eps])[-3:]
    return x


def unipc(model, x, sigmas, noise):
    """Algorithms 1 and 2 of the paper in its data prediction form, B1."""
    x, steps = x / sigmas[0], len(sigmas) - 1
    alpha = [math.sqrt(kept(s)) for s in sigmas]
    deviation = [math.sqrt(1 - kept(s)) for s in sigmas]
    lam = [-math.log(s) for s in sigmas]

    def picture(x, i):
        return model(x / alpha[i], sigmas[i])

    found = [picture(x, 0)]
    for i in range(1, steps + 1):
        order = min(3, i, steps + 1 - i)
        h = lam[i] - lam[i - 1]
        rs = [(lam[i - 1 - k] - lam[i - 1]) / h for k in range(1, order)] + [1.]
        ds = [(found[i - 1 - k] - found[i - 1]) / rs[k - 1] for k in range(1, order)]
        phi, sides, factorial = math.expm1(-h) / -h - 1, [], 1
        for k in range(1, order + 1):
            sides.append(phi * factorial / -h)
            factorial *= k + 1
            phi = phi / -h - 1 / factorial
        powers = np.array([[r ** k for r in rs] for k in range(order)])
        straight = deviation[i] / deviation[i - 1] * x - alpha[i] * math.expm1(-h) * found[i - 1]
        weights = [] if order == 1 else [0.5] if order == 2 else np.linalg.solve(powers[:-1, :-1], sides[:-1])
        ahead = straight + alpha[i] * h * sum(w * d for w, d in zip(weights, ds))
        if i == steps:
            return ahead
        found.append(picture(ahead, i))
        weights = [0.5] if order == 1 else np.linalg.solve(powers, sides)
        change = sum(w * d for w, d in zip(weights, ds)) + weights[-1] * (found[i] - found[i - 1])
        x = straight + alpha[i] * h * change


SAMPLERS = {"DPM++ 2M": dpmpp_2m, "DPM++ SDE": dpmpp_sde, "DPM++ 2M SDE": dpmpp_2m_sde,
            "DPM++ 2M SDE Heun": dpmpp_2m_sde_heun, "DPM++ 2S a": dpmpp_2s_a, "DPM++ 3M SDE": dpmpp_3m_sde,
            "Euler a": euler_a, "Euler": euler, "LMS": lms, "Heun": heun, "DPM2": dpm2, "DPM2 a": dpm2_a,
            "Restart": restart, "LCM": lcm}
OWN = {"DPM fast": dpm_fast, "DPM adaptive": dpm_adaptive, "DDIM": ddim, "DDIM CFG++": ddim_cfgpp, "PLMS": plms,
       "UniPC": unipc}
BROWNIAN = {"DPM++ SDE", "DPM++ 2M SDE", "DPM++ 2M SDE Heun", "DPM++ 3M SDE"}


def own_levels(name, steps):
    if name.startswith("DPM"):
        high, low = MODEL.sigmas[-1].item(), MODEL.sigmas[0].item()
        return torch.linspace(math.log(high), math.log(low), steps + 1, dtype=torch.float64).exp()
    if name == "UniPC":  # AUTOMATIC1111 lets it take as many steps as DDIM visits timesteps
        shares = torch.log(1 / (1 + MODEL.sigmas.double() ** 2))
        t = np.linspace(1, 1 / 1000, len(range(0, 1000, 1000 // steps)) + 1)
        share = torch.from_numpy(np.interp(t, np.arange(1, 1001) / 1000, shares.numpy()))
        return torch.sqrt(torch.exp(-share) - 1)
    return MODEL.sigmas[[min(t + 1, 999) for t in range(0, 1000, 1000 // steps)]].flip(0)


def noise_stream():
    generator = torch.Generator().manual_seed(1)
    return lambda *levels: torch.randn(COUNT, generator=generator, dtype=torch.float32).double()


def run(name, sigmas, **options):
    sigmas, noise = sigmas.float().double().tolist(), noise_stream()
    start = noise() * sigmas[0]
    if name in BROWNIAN and len(sigmas) > 2:
        noise = brownian.noise(1, sigmas, brownian.torch_normals(COUNT))
    return {**SAMPLERS, **OWN}[name](denoise, start, sigmas, noise, **options)


def compare_with(path):
    theirs = schedules.k_diffusion(path)
    functions = {"DPM++ 2M": "dpmpp_2m", "DPM++ SDE": "dpmpp_sde", "DPM++ 2M SDE": "dpmpp_2m_sde",
                 "DPM++ 2M SDE Heun": "dpmpp_2m_sde", "DPM++ 2S a": "dpmpp_2s_ancestral", "DPM++ 3M SDE": "dpmpp_3m_sde",
                 "Euler a": "euler_ancestral", "Euler": "euler", "LMS": "lms", "Heun": "heun", "DPM2": "dpm_2",
                 "DPM2 a": "dpm_2_ancestral", "DPM fast": "dpm_fast", "DPM adaptive": "dpm_adaptive"}
    for name, function in functions.items():
        for kind in ("Uniform", "Karras") if name in SAMPLERS else ("own",):
            sigmas = own_levels(name, 20) if kind == "own" else schedules.levels_of(kind, 20)
            sigmas = sigmas.float().double()
            noise = noise_stream()
            x = noise()[None] * sigmas[0]
            sample = getattr(theirs, f"sample_{function}")
            extra = {"solver_type": "heun"} if name.endswith("SDE Heun") else {}
            if "noise_sampler" in inspect.signature(sample).parameters:
                tree = brownian.noise(1, sigmas.tolist(), brownian.torch_normals(COUNT))
                extra["noise_sampler"] = lambda a, b: (tree(a, b) if name in BROWNIAN else noise())[None]
            if kind == "own":
                extra |= {"sigma_min": sigmas[-1].item(), "sigma_max": sigmas[0].item(), "eta": 1.}
                extra |= {"n": 20} if "fast" in name else {}
            else:
                extra["sigmas"] = sigmas
            if name == "LMS":
                from scipy import integrate
                theirs.integrate = integrate
            torch.set_default_dtype(torch.float64)
            model = lambda x, sigma, **_: denoise(x[0], sigma.double()[0])[None]
            result = sample(model, x, disable=True, **extra)[0]
            torch.set_default_dtype(torch.float32)
            torch.testing.assert_close(run(name, sigmas), result, rtol=1e-8, atol=1e-8)
            print("k-diffusion agrees:", name, kind)


LEVELS = [14.614643, 9.3, 4.499843, 1.090791, 1.09, 0.5, 0.0291675]


def motion(seed, rng):
    draw = {"CPU": brownian.torch_normals(COUNT),
            "NV": lambda node: torch.from_numpy(random_numbers.cuda_normals(node, 0, COUNT)).double()}[rng]
    between = brownian.noise(seed, LEVELS, draw)
    return [v for pair in zip(LEVELS, LEVELS[1:]) for v in between(*pair).tolist()]


def compare_motion(path):
    for name, folder in (("torchsde", ""), ("torchsde._brownian", "/_brownian")):  # without the solvers
        module = ModuleType(name)
        module.__path__ = [f"{path}/torchsde{folder}"]
        sys.modules[name] = module
    from torchsde._brownian.derived import BrownianTree
    levels = torch.tensor(LEVELS)
    tree = BrownianTree(levels[-1], torch.zeros(COUNT), levels[0], entropy=2 ** 40 + 7)
    theirs = [-tree(low, high) / (high - low).sqrt() for high, low in zip(levels, levels[1:])]
    ours = torch.tensor(motion(2 ** 40 + 7, "CPU"))
    torch.testing.assert_close(ours, torch.cat(theirs), rtol=0, atol=1e-4)
    print("torchsde agrees")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--k-diffusion")
    parser.add_argument("--torchsde")
    arguments = parser.parse_args()
    rows = [(f"brownian {seed} {rng}", motion(seed, rng)) for seed, rng in ((1, "CPU"), (2 ** 40 + 7, "CPU"), (5, "NV"))]
    counts = {kind: (12,) for kind in schedules.SCHEDULES} | {"Karras": (1, 2, 3, 12, 24, 40)}
    for kind, ns in counts.items():
        for n in ns:
            rows.append((f"sigmas|{kind}|{n}", schedules.levels_of(kind, n).tolist()))
            rows += [(f"{name}|{kind}|{n}|", run(name, schedules.levels_of(kind, n)).tolist()) for name in SAMPLERS
                     if n < 20 or name == "Restart"]
    for name in OWN:
        for n in (2, 3, 7, 20, 30):
            rows.append((f"levels {name}|{n}", own_levels(name, n).tolist()))
            rows.append((f"{name}|own|{n}|", run(name, own_levels(name, n)).tolist()))
    churn = {"s_churn": 3., "s_tmin": 0.2, "s_tmax": 9., "s_noise": 1.1}
    options = {"Euler": [churn, {"s_churn": 100.}], "Heun": [churn], "DPM2": [churn]}
    for name in ("Euler a", "DPM++ 2S a", "DPM2 a", *sorted(BROWNIAN)):
        options[name] = [{"eta": 0.5}, {"eta": 0.}] + ([] if name == "Euler a" else [{"eta": 0.7, "s_noise": 1.1}])
    for name in ("DPM fast", "DPM adaptive", "DDIM", "DDIM CFG++"):
        options[name] = [{"eta": e} for e in (0., 0.5, 1.)]
    for name, settings in options.items():
        for setting in settings:
            kind = "own" if name in OWN else "Karras"
            sigmas = own_levels(name, 20) if name in OWN else schedules.levels_of("Karras", 12)
            words = ",".join(f"{k}={v:g}" for k, v in setting.items())
            rows.append((f"{name}|{kind}|{20 if name in OWN else 12}|{words}", run(name, sigmas, **setting).tolist()))
    schedules.write("samplers.tsv", [(n, v) if n[:6] in ("sigmas", "levels") else (n, np.float32(v)) for n, v in rows], 9)
    if arguments.k_diffusion:
        compare_with(arguments.k_diffusion)
    if arguments.torchsde:
        compare_motion(arguments.torchsde)
