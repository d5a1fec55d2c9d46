"""Gives the text tower a start: every token from a caption's end on learns to tell which features the caption names.

    python train_text.py STATE_FOLDER [--minutes 4]

Minutes of this save the UNet's training from waiting for the words to mean anything; there they learn on together.
"""

import argparse
import pathlib
import random

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from captions import CHINESE, training_caption
from networks import TextTower
from scenes import HOUSES, random_scene
from tokens import END, clip_tokenizer, encode
from train_unet import with_strangers
from training import Clock, save

BATCH = 64
FEATURES = [f for f in CHINESE if f != "house="] + [f"house={colour}" for colour in HOUSES]


def labels(named):
    told = set(named) | ({"house"} if any(f.startswith("house=") for f in named) else set())
    return [float(f in told) for f in FEATURES]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--minutes", type=float, default=4)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(3)
    rng, tokenizer = random.Random(3), clip_tokenizer()
    text, head = TextTower(), nn.Linear(64, len(FEATURES))
    parameters = [*text.parameters(), *head.parameters()]
    optimiser = torch.optim.Adam(parameters, betas=(0.9, 0.99))
    clock, step, losses = Clock(options.minutes * 60, peak=2e-3, final=1e-4, warm_up_seconds=5), 0, []
    while not clock.finished():
        texts, wanted = [], []
        for _ in range(BATCH):
            words, named = training_caption(random_scene(rng), rng)
            texts.append(with_strangers(words, rng))
            wanted.append(labels(named))
        ids = torch.from_numpy(encode(tokenizer, texts))
        ended = (ids == END).float()
        logits = head(text(ids))
        target = torch.tensor(wanted)[:, None].expand_as(logits)
        loss = (F.binary_cross_entropy_with_logits(logits, target, reduction="none").mean(-1) * ended).sum() / ended.sum()
        for group in optimiser.param_groups:
            group["lr"] = clock.learning_rate()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        losses.append(loss.item())
        if step % 50 == 0:
            wrong = ((logits > 0).float() != target).any(-1).float()
            print(f"{clock.elapsed():.0f} s, step {step}: loss {np.mean(losses):.4f}, misread {((wrong * ended).sum() / ended.sum()).item():.3f}", flush=True)
            losses.clear()
    save({"text": text.state_dict()}, options.folder / "text.pt")


if __name__ == "__main__":
    main()
