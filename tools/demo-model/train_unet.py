"""Trains the UNet on encoded pictures, with the text tower as train_text.py left it. Run again to go on where it stopped.

    python train_unet.py STATE_FOLDER [--minutes 160] [--processes 2]

Each process uses one core and its own part of every batch: on a busy machine that beats one process with two threads by
far, because threads wait for each other in every operator. encode.py may still be adding pictures meanwhile.
"""

import argparse
import copy
import pathlib
import random

import numpy as np
import torch

from captions import training_caption
from encode import SHAPE, scene_at
from networks import TextTower, UNet
from tokens import clip_tokenizer, encode, vocabulary_and_merges
from training import Clock, first_says, run, save, share_gradients

BATCH = 20  # of each process
EMPTY = 0.09  # besides the captions that happen to name nothing
STRANGERS = 0.08  # captions with a word that means nothing here


def alphas_cumprod():
    """[1000], scaled-linear betas from 0.00085 to 0.012."""
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
    return (1 - betas).cumprod(0).float()


def vocabulary_words():
    return [w[:-4] for w in vocabulary_and_merges()[0] if w.endswith("</w>") and w[:-4].isascii() and w[:-4].isalpha()]


WORDS = vocabulary_words()


def with_strangers(text, rng):
    """Now and then with words that mean nothing here, so that they learn to."""
    if rng.random() >= STRANGERS:
        return text
    stranger = " ".join(rng.choices(WORDS, k=rng.randint(1, 3)))
    return f"{stranger}, {text}" if rng.random() < 0.5 else f"{text}, {stranger}"


def weight_of(snr):
    """How much a noise level counts. What a caption decides shows at the high ones, where the noise's error is tiny while
    the picture's is not: so they weigh as for v prediction, up to a limit, and the low ones as for min-SNR-5."""
    return (1 + 1 / snr).clamp(max=30) * (5 / snr).clamp(max=1) / 5


class Batches:
    """Latents and fresh captions; reads what the latents file holds by now."""

    def __init__(self, folder, seed):
        self.file, self.rng = folder / "latents.f16", random.Random(seed)
        self.scenes, self.tokenizer = [], clip_tokenizer()
        self.refresh()

    def refresh(self):
        self.count = self.file.stat().st_size // (2 * int(np.prod(SHAPE)))
        self.latents = np.memmap(self.file, np.float16, "r", shape=(self.count, *SHAPE))
        self.scenes += [scene_at(i) for i in range(len(self.scenes), self.count)]

    def text(self, scene):
        if self.rng.random() < EMPTY:
            return ""
        return with_strangers(training_caption(scene, self.rng)[0], self.rng)

    def next(self):
        picked = [self.rng.randrange(self.count) for _ in range(BATCH)]
        latents = torch.from_numpy(np.stack([self.latents[i] for i in picked]).astype(np.float32))
        return latents, torch.from_numpy(encode(self.tokenizer, [self.text(self.scenes[i]) for i in picked]))


def train(rank, options):
    state_file = options.folder / "unet.pt"
    torch.manual_seed(2)
    unet, text = UNet(), TextTower().requires_grad_(False)
    text.load_state_dict(torch.load(options.folder / "text.pt")["text"])
    parameters = list(unet.parameters())
    average = copy.deepcopy(unet).requires_grad_(False)
    optimiser = torch.optim.Adam(parameters, betas=(0.9, 0.99))
    clock, step = Clock(options.minutes * 60, peak=options.peak, final=5e-5, warm_up_seconds=40), 0
    if state_file.exists():
        state = torch.load(state_file)
        unet.load_state_dict(state["unet"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
        clock.resume_at(state["seconds"])
    torch.manual_seed(1000 * step + rank)
    batches, alphas = Batches(options.folder, seed=1000 * step + rank), alphas_cumprod()

    def keep():
        state = {"unet": unet.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
        save(state | {"step": step, "seconds": clock.elapsed()}, state_file)

    losses, finished = [], False
    while not finished:
        latents, ids = batches.next()
        t = torch.randint(0, 1000, (BATCH,))
        alpha = alphas[t][:, None, None, None]
        noise = torch.randn_like(latents)
        with torch.autocast("cpu", torch.bfloat16):
            predicted = unet(alpha.sqrt() * latents + (1 - alpha).sqrt() * noise, t, text(ids)).float()
        loss = (weight_of(alpha / (1 - alpha)) * (predicted - noise) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        share_gradients(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for group in optimiser.param_groups:
            group["lr"] = clock.learning_rate()
        optimiser.step()
        step += 1
        losses.append(loss.item())
        if rank == 0:
            with torch.no_grad():
                keeping = min(0.998, 1 - 1 / (1 + step / 10))
                torch._foreach_lerp_(list(average.parameters()), parameters, 1 - keeping)
        if rank == 0 and step % 50 == 0:
            print(f"{clock.elapsed():.0f} s, step {step}, {batches.count} pictures: loss {np.mean(losses):.4f}", flush=True)
            losses.clear()
        if step % 200 == 0:
            batches.refresh()
            if rank == 0:
                keep()
        if step % 10 == 0:
            finished = first_says(clock.finished())
    if rank == 0:
        keep()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--minutes", type=float, default=160)
    arguments.add_argument("--processes", type=int, default=2)
    arguments.add_argument("--peak", type=float, default=1e-3, help="highest learning rate")
    options = arguments.parse_args()
    run(train, options, options.processes)


if __name__ == "__main__":
    main()
