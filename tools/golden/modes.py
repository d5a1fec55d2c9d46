"""Pictures painted over others, from small checkpoints of random weights, through PyTorch, Pillow and OpenCV.

    python tools/golden/modes.py

writes engine/src/test/resources/golden/modes/: init.png and mask.png; cases.tsv (what was asked, one picture a line, in
the order of Case); NAME.latents.f32 (what the sampler returned) and NAME.rgb (8-bit pixels); and golden/networks/
over.weights and inside.weights, from which GoldenWeights makes the same checkpoints: an ordinary one and one of nine
channels.

The order of things is AUTOMATIC1111's, but that pictures become the mean of their latents' distribution: what is drawn
from it there does not follow from the seed.
"""
from dataclasses import astuple, dataclass, replace

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.upsampling import Upsample2D
from PIL import Image, ImageChops, ImageDraw, ImageFilter

import clip_tokens
import layout
import networks
import partway
import pipeline
import pixels
import samplers

OUT = networks.OUT.parent / "modes"
CONFIGS = {"over": pipeline.CONFIG, "inside": replace(layout.SMALL_INPAINTING, vocabulary=49408)}


@dataclass(frozen=True)
class Case:
    name: str
    checkpoint: str = "over"
    sampler: str = "Euler"
    schedule: str = "Karras"
    steps: int = 8
    strength: float = 0.6
    resize: str = "JUST_RESIZE"
    noise: float = 1.0
    width: int = 96
    height: int = 64
    seed: int = 1
    fill: str = ""  # empty: no mask
    blur_x: int = 4
    blur_y: int = 4
    inverted: bool = False
    padding: int = -1  # below 0: the whole picture


CASES = [
    Case("euler"),
    Case("euler-a", sampler="Euler a", seed=2),
    Case("dpmpp-2m", sampler="DPM++ 2M", strength=0.9, seed=3),
    Case("ddim", sampler="DDIM", schedule="Uniform", strength=0.75, seed=4),
    Case("crop", resize="CROP_AND_RESIZE", width=64, height=88),
    Case("fill", resize="RESIZE_AND_FILL", width=64, height=88, noise=0.9),
    Case("latent", resize="LATENT_UPSCALE", sampler="DPM++ 2M"),
    Case("nine-unmasked", checkpoint="inside", sampler="Euler a"),
]


def blurred(mask, case):
    """Across, then down, as OpenCV does it."""
    for blur, size in ((case.blur_x, (1, 0)), (case.blur_y, (0, 1))):
        if blur > 0:
            kernel = 2 * int(2.5 * blur + 0.5) + 1
            mask = cv2.GaussianBlur(mask, (kernel if size[0] else 1, kernel if size[1] else 1), blur)
    return mask


def conditioned(unet, contexts, image):
    """The picture without noise, and what the sampler is guided by."""
    def denoise(x, sigma):
        t = samplers.timestep_of(torch.tensor([sigma], dtype=torch.float32))
        scaled = (x / (sigma ** 2 + 1) ** 0.5).float()
        scaled = scaled if image is None else torch.cat([scaled, image], 1)
        wanted, unwanted = (x - sigma * unet(scaled, t, context).sample.double() for context in contexts)
        return unwanted + 7.0 * (wanted - unwanted)
    return denoise


def paint(case, clip, text, unet, vae):
    def encode(prompt):
        ids = torch.tensor(pipeline.chunks(clip(prompt, add_special_tokens=False)["input_ids"]))
        return torch.cat(list(text(ids).last_hidden_state))[None]

    def latents_of(picture):
        return vae.encode(picture).latent_dist.mode() * networks.LATENT_SCALE

    def tensor(image):
        return torch.from_numpy(np.array(image, np.float32) / 255).permute(2, 0, 1)[None] * 2 - 1

    image = Image.open(OUT / "init.png")
    if case.resize == "LATENT_UPSCALE":
        init = latents_of(tensor(image))
        init = F.interpolate(init, size=(case.height // 8, case.width // 8), mode="bilinear")
    else:
        image = pixels.MODES[case.resize](image, case.width, case.height)
        init = latents_of(tensor(image))
    beside = None
    if case.checkpoint == "inside":
        grey = latents_of(torch.zeros(1, 3, case.height, case.width))
        beside = torch.cat([torch.ones_like(grey[:, :1]), grey], 1)
    contexts = encode("a red house by the sea"), encode("blurry")
    denoise = conditioned(unet, contexts, beside)
    draw = pipeline.noise_stream("CPU", case.seed, init.shape)
    first = draw() * case.noise
    noise = [first]

    def stream(*levels):
        return noise.pop() if noise else draw()

    steps, entered = partway.counts(case.steps, case.strength, "of")
    run = partway.by_timesteps if case.sampler == "DDIM" else partway.by_levels
    arguments = (case.sampler,) if case.sampler == "DDIM" else (case.sampler, case.schedule)
    latents = run(*arguments, steps, entered, stream, init.double(), denoise).float()
    return latents, vae.decode(latents / networks.LATENT_SCALE).sample[0]


def checkpoint(name):
    config, state, lines = CONFIGS[name], {}, []
    for tensor, shape in layout.checkpoint(config, encoder=True).items():
        state[tensor] = torch.from_numpy(networks.weight(tensor, shape)).half().float()
        lines.append(f"F16 {tensor} {' '.join(map(str, shape))}\n")
    (networks.OUT / f"{name}.weights").write_text("".join(lines))
    return networks.build_text(config, state), networks.build_unet(config, state), networks.build_vae(config, state)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    Upsample2D.forward = networks.upsample_then_resize
    OUT.mkdir(exist_ok=True)
    pixels.picture(120, 80).save(OUT / "init.png")
    clip, models = clip_tokens.tokenizer(), {name: checkpoint(name) for name in CONFIGS}
    (OUT / "cases.tsv").write_text("".join("\t".join(map(str, astuple(case))) + "\n" for case in CASES))
    for case in CASES:
        latents, picture = paint(case, clip, *models[case.checkpoint])
        latents.numpy().astype("<f4").tofile(OUT / f"{case.name}.latents.f32")
        painted = (255 * ((picture + 1) / 2).clamp(0, 1)).byte().permute(1, 2, 0).contiguous()
        painted.numpy().tofile(OUT / f"{case.name}.rgb")
        print(f"{case.name}: latents deviate {latents.std():.3f}, picture {picture.mean():.3f} ± {picture.std():.3f}")
