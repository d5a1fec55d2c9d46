"""Paints with a checkpoint file: Euler, classifier-free guidance, noise from a seed per picture.

    python sampling.py CHECKPOINT.safetensors SHEET.png [--negative TEXT] [--cfg 5] PROMPT...
"""

import argparse

import torch
from safetensors.torch import load_file

from networks import PREFIXES, TextTower, UNet, Vae
from scenes import contact_sheet
from tokens import clip_tokenizer, encode
from train_unet import alphas_cumprod
from train_vae import to_pictures

SCALE = 0.18215
BATCH = 50


class Checkpoint:
    def __init__(self, path):
        tensors = load_file(path)
        self.networks = {"unet": UNet(), "vae": Vae(), "text": TextTower()}
        for name, network in self.networks.items():
            prefix = PREFIXES[name]
            own = {k.removeprefix(prefix): v.float() for k, v in tensors.items() if k.startswith(prefix)}
            network.load_state_dict(own)
            network.eval().requires_grad_(False)
        self.tokenizer = clip_tokenizer()

    def context(self, texts):
        return self.networks["text"](torch.from_numpy(encode(self.tokenizer, texts)))

    def paint(self, prompts, seeds, negatives=None, cfg=5.0, steps=20):
        """One 128x128 picture for each prompt."""
        pictures = []
        for i in range(0, len(prompts), BATCH):
            some = slice(i, i + BATCH)
            pictures += self.paint_batch(prompts[some], seeds[some], (negatives or [""] * len(prompts))[some], cfg, steps)
        return pictures

    @torch.no_grad()
    def paint_batch(self, prompts, seeds, negatives, cfg, steps):
        alphas = alphas_cumprod()
        all_sigmas = ((1 - alphas) / alphas).sqrt()
        times = torch.linspace(999, 0, steps)
        low = times.floor().long()
        log_sigmas = torch.lerp(all_sigmas[low].log(), all_sigmas[(low + 1).clamp(max=999)].log(), times - low)
        sigmas = torch.cat([log_sigmas.exp(), torch.zeros(1)])

        positive, negative = self.context(prompts), self.context(negatives)
        noise = [torch.randn(4, 16, 16, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
        x = torch.stack(noise) * sigmas[0]
        for time, sigma, after in zip(times, sigmas, sigmas[1:]):
            scaled, t = x / (sigma**2 + 1).sqrt(), time.expand(len(x))
            epsilon = self.networks["unet"](scaled, t, positive)
            if cfg != 1:
                without = self.networks["unet"](scaled, t, negative)
                epsilon = without + cfg * (epsilon - without)
            x = x + (after - sigma) * epsilon
        return to_pictures(self.networks["vae"].decode(x / SCALE))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("checkpoint")
    arguments.add_argument("sheet")
    arguments.add_argument("prompts", nargs="+")
    arguments.add_argument("--negative", default="")
    arguments.add_argument("--cfg", type=float, default=5)
    arguments.add_argument("--seeds", type=int, default=2)
    options = arguments.parse_args()
    prompts = [p for p in options.prompts for _ in range(options.seeds)]
    seeds = list(range(options.seeds)) * len(options.prompts)
    pictures = Checkpoint(options.checkpoint).paint(prompts, seeds, [options.negative] * len(prompts), options.cfg)
    contact_sheet(pictures, 8).save(options.sheet)
