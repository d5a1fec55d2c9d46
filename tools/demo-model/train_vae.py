"""Trains the autoencoder on pictures drawn on the fly. Run again to go on where it stopped.

    python train_vae.py STATE_FOLDER [--minutes 15] [--processes 2]
    python train_vae.py STATE_FOLDER --decoder [--minutes 15]    goes on with all of the decoder; the latents stay as they are
"""

import argparse
import pathlib
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from networks import Vae, VaeResBlock
from scenes import SIZE, contact_sheet, draw, random_scene
from training import Clock, first_says, run, save, share_gradients

BATCH = 2
KL_WEIGHT = 4e-4
EDGE_WEIGHT = 1.0
START_LOG_VARIANCE = -4.0
ROUGHNESS = 0.05  # more noise on the latents than the encoder asks for: the UNet's will not be perfect either


def to_tensor(pictures):
    """RGB pictures -> [b, 3, h, w] in [-1, 1]."""
    return torch.from_numpy(np.stack([np.asarray(p) for p in pictures])).permute(0, 3, 1, 2).float() / 127.5 - 1


def to_pictures(tensor):
    values = ((tensor.float().clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    return [Image.fromarray(v) for v in values]


def wake(vae, decoder):
    """Residual blocks that change no width start as identities. Those at full size, most of the work, stay that, and so
    do the encoder's; the decoder's others wake for its own training."""
    for level in vae.encoder.down:
        level.block[0].awake = hasattr(level.block[0], "nin_shortcut")
    for block in vae.decoder.up[0].block:
        block.awake = False
    for level in vae.decoder.up[1:]:
        level.block[1].awake = decoder


def busyness(pictures):
    """[b, 1, h, w], 1 in plain areas to 4 near edges: houses, trees and boats are small but matter."""
    across, down = (edge.abs().mean(1, keepdim=True) for edge in edges(pictures))
    strength = F.pad(across, (0, 1)) + F.pad(down, (0, 0, 0, 1))
    return 1 + 3 * (4 * F.max_pool2d(strength, 7, stride=1, padding=3)).clamp(max=1)


@torch.no_grad()
def start_well(vae, pictures):
    """A linear autoencoder to start from: the latents are the principal components of the encoder's random features,
    and the last convolution is the least-squares way from the decoder's random features to the picture."""

    def features(network, x):
        seen = []
        handle = network.conv_out.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        network(x)
        handle.remove()
        return seen[0]

    def rows(maps):
        return maps.permute(0, 2, 3, 1).flatten(0, 2)

    nn.init.eye_(vae.quant_conv.weight[:, :, 0, 0])
    nn.init.eye_(vae.post_quant_conv.weight[:, :, 0, 0])
    nn.init.zeros_(vae.quant_conv.bias)
    nn.init.zeros_(vae.post_quant_conv.bias)
    found = rows(features(vae.encoder, pictures))
    middle = found.mean(0)
    _, deviations, axes = torch.linalg.svd((found - middle) / len(found) ** 0.5, full_matrices=False)
    out = vae.encoder.conv_out
    out.weight.zero_()
    out.weight[:4, :, 1, 1] = axes[:4] / deviations[:4, None]
    out.bias[:4] = -out.weight[:4, :, 1, 1] @ middle
    out.bias[4:] = START_LOG_VARIANCE

    latents = vae.encode(pictures)[0]
    found = rows(features(vae.decoder, vae.post_quant_conv(latents)))
    found = torch.cat([found, torch.ones(len(found), 1)], 1)
    ridge = 1e-3 * len(found) * torch.eye(found.shape[1])
    best = torch.linalg.solve(found.T @ found + ridge, found.T @ rows(pictures))
    out = vae.decoder.conv_out
    out.weight.zero_()
    out.weight[:, :, 1, 1] = best[:-1].T
    out.bias.copy_(best[-1])


def edges(x):
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


def loss_of(vae, pictures):
    with torch.autocast("cpu", torch.bfloat16):
        mean, log_variance = vae.encode(pictures)
        latents = mean + torch.randn_like(mean) * ((0.5 * log_variance).exp() + ROUGHNESS)
        painted = vae.decode(latents).float()
    mean, log_variance = mean.float(), log_variance.float()
    weight = busyness(pictures)
    colour = (weight * (painted - pictures).abs()).mean()
    edge = sum((a - b).abs().mean() for a, b in zip(edges(painted), edges(pictures)))
    kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).mean()
    return colour + EDGE_WEIGHT * edge + KL_WEIGHT * kl, colour, edge, kl


def arguments_given():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--minutes", type=float, default=15)
    arguments.add_argument("--decoder", action="store_true")
    arguments.add_argument("--processes", type=int, default=2)
    return arguments.parse_args()


def train(rank, options):
    options.folder.mkdir(parents=True, exist_ok=True)
    first_file = options.folder / "vae.pt"
    state_file = options.folder / "decoder.pt" if options.decoder else first_file

    torch.manual_seed(1)
    vae = Vae()
    trained = nn.ModuleList([vae.decoder, vae.post_quant_conv]) if options.decoder else vae
    vae.requires_grad_(False)
    trained.requires_grad_(True)
    wake(vae, options.decoder)
    for block in (b for b in vae.modules() if isinstance(b, VaeResBlock) and not b.awake):
        block.requires_grad_(False)
    parameters = [p for p in trained.parameters() if p.requires_grad]
    optimiser = torch.optim.Adam(parameters, betas=(0.9, 0.99))
    clock, step = Clock(options.minutes * 60, peak=4e-4, final=3e-5, warm_up_seconds=20), 0
    if state_file.exists():
        state = torch.load(state_file)
        vae.load_state_dict(state["vae"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
        clock.resume_at(state["seconds"])
    elif options.decoder:
        vae.load_state_dict(torch.load(first_file)["vae"])
    else:
        start_well(vae, to_tensor([draw(random_scene(random.Random(i)), i) for i in range(40)]))
    torch.manual_seed(1000 * step + rank)
    rng = random.Random(f"{state_file.name} {step} {rank}")
    shown = [draw(random_scene(random.Random(i)), i) for i in range(16)]

    def keep():
        save({"vae": vae.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "seconds": clock.elapsed()}, state_file)
        with torch.no_grad():
            again = to_pictures(vae.decode(vae.encode(to_tensor(shown))[0]))
        sheet = contact_sheet([p for i in range(0, 16, 8) for p in shown[i : i + 8] + again[i : i + 8]], 8)
        sheet.save(state_file.with_suffix(".png"))

    def next_batch():
        return to_tensor([draw(random_scene(rng), rng.getrandbits(32)) for _ in range(BATCH)])

    drawing = ThreadPoolExecutor(1)  # draws the next batch while this one trains
    batch = drawing.submit(next_batch)
    sums, finished = torch.zeros(3), False
    while not finished:
        pictures, batch = batch.result(), drawing.submit(next_batch)
        for group in optimiser.param_groups:
            group["lr"] = clock.learning_rate()
        loss, *parts = loss_of(vae, pictures)
        optimiser.zero_grad()
        loss.backward()
        share_gradients(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        sums += torch.stack(parts).detach()
        if rank == 0 and step % 100 == 0:
            colour, edge, kl = (sums / 100).tolist()
            print(f"{clock.elapsed():.0f} s, step {step}: colour {colour:.4f} edge {edge:.4f} kl {kl:.2f}", flush=True)
            sums.zero_()
        if rank == 0 and step % 200 == 0:
            keep()
        if step % 10 == 0:
            finished = first_says(clock.finished())
    if rank == 0:
        keep()


if __name__ == "__main__":
    options = arguments_given()
    run(train, options, options.processes)
