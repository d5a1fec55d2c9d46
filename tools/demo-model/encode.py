"""Draws the UNet's training set and encodes it with the trained autoencoder. Run again to go on where it stopped.

    python encode.py STATE_FOLDER [--pictures 30000]

The first pictures also give the mean and deviation of each latent channel, which export.py folds into the checkpoint.
"""

import argparse
import json
import pathlib
import random

import numpy as np
import torch

from networks import Vae
from scenes import draw, random_scene
from train_vae import to_tensor, wake

BATCH = 25
SHAPE = (4, 16, 16)


def scene_at(index):
    """The scene of training picture number index."""
    return random_scene(random.Random(f"scene {index}"))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--pictures", type=int, default=30000)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    vae = Vae().eval()
    vae.load_state_dict(torch.load(options.folder / "vae.pt")["vae"])
    wake(vae, False)

    latents_file, scale_file = options.folder / "latents.f16", options.folder / "latent-scale.json"
    done = latents_file.stat().st_size // (2 * int(np.prod(SHAPE))) if latents_file.exists() else 0
    scale = json.loads(scale_file.read_text()) if done else None
    with open(latents_file, "ab") as out, torch.no_grad():
        while done < options.pictures:
            count = 400 if scale is None else BATCH
            pictures = [draw(scene_at(i), i) for i in range(done, done + count)]
            latents = torch.cat([vae.encode(to_tensor(pictures[i : i + BATCH]))[0] for i in range(0, count, BATCH)])
            if scale is None:
                scale = {"mean": latents.mean((0, 2, 3)).tolist(), "deviation": latents.std((0, 2, 3)).tolist()}
                scale_file.write_text(json.dumps(scale))
                print(scale, flush=True)
            mean, deviation = (torch.tensor(scale[k])[None, :, None, None] for k in ("mean", "deviation"))
            out.write(((latents - mean) / deviation).half().numpy().tobytes())
            out.flush()
            done += count
            if done % 500 == 0:
                print(f"{done} pictures", flush=True)


if __name__ == "__main__":
    main()
