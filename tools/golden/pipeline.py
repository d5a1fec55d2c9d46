"""Whole pictures from a small checkpoint of random weights, through PyTorch: prompt in, pixels out.

    python tools/golden/pipeline.py

writes engine/src/test/resources/golden/pipeline/: cases.tsv (what was asked, one picture a line), NAME.latents.f32 (what
the sampler returned) and NAME.rgb (8-bit pixels, clamped and truncated); and golden/networks/pipeline.weights, from which
GoldenWeights makes the same checkpoint.
"""
from dataclasses import replace

import torch
from diffusers.models.upsampling import Upsample2D

import clip_tokens
import layout
import networks
import noise
import samplers

CONFIG = replace(layout.TINY, vocabulary=49408)
OUT = networks.OUT.parent / "pipeline"
LONG = ", ".join(f"a {colour} house by the {place}" for colour in ("red", "blue", "white", "green", "yellow", "small")
                 for place in ("sea", "river", "hills")) + ", in the early morning light with mist over the water"
CASES = [  # name, prompt, negative, width, height, steps, sampler, schedule, cfg, seed, rng
    (f"{sampler.lower().replace(' ', '-').replace('+', 'p')}-{schedule}", "a red house by the sea, sunset", "blurry",
     96, 64, 8, sampler, schedule, 7.0, 1, "CPU")
    for sampler in ("Euler", "Euler a", "DPM++ 2M") for schedule in ("uniform", "karras")
] + [
    ("long", LONG, "night, snow", 64, 64, 6, "Euler a", "karras", 5.0, 2, "CPU"),
    ("long-negative", "水彩", LONG, 64, 64, 6, "DPM++ 2M", "karras", 3.5, 3, "CPU"),
    ("chinese", "一座红色的房子，海边，日落 🌅", "模糊、夜晚", 72, 104, 6, "DPM++ 2M", "karras", 7.0, 4, "CPU"),
    ("nv", "a boat", "", 64, 72, 5, "Euler a", "uniform", 7.5, 965400086, "NV"),
    ("cfg-1", "a boat", "not read", 64, 64, 5, "Euler", "uniform", 1.0, 5, "CPU"),
]


def chunks(ids):
    """Sequences of 77: as many tokens as fit, but back to behind a comma among the last 20, where the 76th is none."""
    sequences, current, comma = [], [], None
    for token in ids:
        if token != 267 and len(current) == 75 and comma is not None and comma >= 55:
            sequences.append(current[:comma + 1])
            current, comma = current[comma + 1:], None
        elif len(current) == 75:
            sequences.append(current)
            current, comma = [], None
        if token == 267:
            comma = len(current)
        current.append(token)
    sequences.append(current)
    return [[49406] + s + [49407] * (76 - len(s)) for s in sequences]


def noise_stream(rng, seed, shape):
    if rng == "CPU":
        generator = torch.Generator().manual_seed(seed)
        return lambda: torch.randn(shape, generator=generator).double()
    draws = iter(range(1000))
    count = torch.Size(shape).numel()
    return lambda: torch.from_numpy(noise.cuda_normals(seed, next(draws), count)).reshape(shape).double()


def paint(clip, text, unet, vae, prompt, negative, width, height, steps, sampler, schedule, cfg, seed, rng):
    def encode(prompt):
        ids = torch.tensor(chunks(clip(prompt, add_special_tokens=False)["input_ids"]))
        return torch.cat(list(text(ids).last_hidden_state))[None]

    positive, negative = encode(prompt), encode(negative)

    def denoise(x, sigma):
        level = torch.tensor([sigma], dtype=torch.float32)
        t = samplers.timestep_of(level)
        scaled = (x / (sigma ** 2 + 1) ** 0.5).float()
        wanted, unwanted = (x - sigma * unet(scaled, t, context).sample.double() for context in (positive, negative))
        return unwanted + cfg * (wanted - unwanted)

    draw = noise_stream(rng, seed, (1, 4, height // 8, width // 8))
    sigmas = {"uniform": samplers.uniform, "karras": samplers.karras}[schedule](steps).double().tolist()
    latents = samplers.SAMPLERS[sampler](denoise, draw() * sigmas[0], sigmas, draw).float()
    picture = vae.decode(latents / networks.LATENT_SCALE).sample[0]
    return latents, picture


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    Upsample2D.forward = networks.upsample_then_resize
    networks.OUT.mkdir(parents=True, exist_ok=True)
    OUT.mkdir(exist_ok=True)
    state, lines = {}, []
    for name, shape in layout.checkpoint(CONFIG).items():
        state[name] = torch.from_numpy(networks.weight(name, shape)).half().float()
        lines.append(f"F16 {name} {' '.join(map(str, shape))}\n")
    (networks.OUT / "pipeline.weights").write_text("".join(lines))
    parts = (clip_tokens.tokenizer(), networks.build_text(CONFIG, state), networks.build_unet(CONFIG, state),
             networks.build_vae(CONFIG, state))
    (OUT / "cases.tsv").write_text("".join("\t".join(map(str, case)) + "\n" for case in CASES), encoding="utf-8")
    for name, *case in CASES:
        latents, picture = paint(*parts, *case)
        latents.numpy().astype("<f4").tofile(OUT / f"{name}.latents.f32")
        pixels = (255 * ((picture + 1) / 2).clamp(0, 1)).byte().permute(1, 2, 0).contiguous()
        pixels.numpy().tofile(OUT / f"{name}.rgb")
        print(f"{name}: latents deviate {latents.std():.3f}, picture {picture.mean():.3f} ± {picture.std():.3f}, "
              f"clamped {((picture.abs() > 1).float().mean()):.1%}")
