"""Pictures painted over others, and some from text alone, from small checkpoints of random weights, through PyTorch, Pillow
and OpenCV.

    python tools/golden/modes.py

writes engine/src/test/resources/golden/modes/: init.png and mask.png; cases.tsv (what was asked, one picture a line, in
the order of Case); NAME.latents.f32 (what the sampler returned) and NAME.rgb (8-bit pixels); and for each of CONFIGS
golden/networks/NAME.weights.gz, from which GoldenWeights makes the same checkpoint. Those called inside see a mask and a
picture beside the latents; those called velocity predict it, and hold a tensor that says so.

The order of things is AUTOMATIC1111's, but that pictures become the mean of their latents' distribution: what is drawn
from it there does not follow from the seed.
"""
import gzip
from dataclasses import astuple, dataclass, replace

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.upsampling import Upsample2D
from PIL import Image, ImageOps

import clip_tokens
import layout
import networks
import partway
import pipeline
import pixels
import samplers

OUT = networks.OUT.parent / "modes"
CONFIGS = {name: replace(config, vocabulary=49408) for name, config in {
    "over": layout.TINY,
    "inside": layout.SMALL_INPAINTING,
    "velocity": layout.SMALL_SD2,
    "over-xl": layout.SMALL_XL,
    "inside-xl": replace(layout.SMALL_XL, in_channels=9),
}.items()}


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
    round: bool = True
    negative: str = "blurry"
    over: bool = True  # else from text alone


CASES = [
    Case("euler"),
    Case("euler-a", sampler="Euler a", seed=2),
    Case("dpmpp-2m", sampler="DPM++ 2M", strength=0.9, seed=3),
    Case("ddim", sampler="DDIM", schedule="Uniform", strength=0.75, seed=4),
    Case("crop", resize="CROP_AND_RESIZE", width=64, height=88),
    Case("fill", resize="RESIZE_AND_FILL", width=64, height=88, noise=0.9),
    Case("latent", resize="LATENT_UPSCALE", sampler="DPM++ 2M"),
    Case("nine-unmasked", checkpoint="inside", sampler="Euler a"),
    Case("masked-fill", fill="FILL", seed=5),
    Case("masked-original", sampler="DPM++ 2M", fill="ORIGINAL", strength=0.8),
    Case("masked-noise", sampler="Euler a", fill="LATENT_NOISE", strength=1.0),
    Case("masked-nothing", fill="LATENT_NOTHING", strength=0.9),
    Case("masked-ddim", sampler="DDIM", schedule="Uniform", fill="ORIGINAL", strength=0.9),
    Case("masked-inverted", fill="ORIGINAL", inverted=True, blur_x=9, blur_y=0, resize="CROP_AND_RESIZE", width=64,
         height=88),
    Case("part", sampler="DPM++ 2M", fill="ORIGINAL", padding=4, blur_x=2, blur_y=2, width=72, height=64),
    Case("part-fill", fill="FILL", padding=32, strength=0.9),
    Case("nine-fill", checkpoint="inside", fill="FILL"),
    Case("nine-original", checkpoint="inside", sampler="DPM++ 2M", fill="ORIGINAL", strength=1.0),
    Case("nine-noise", checkpoint="inside", sampler="Euler a", fill="LATENT_NOISE", strength=1.0),
    Case("nine-nothing", checkpoint="inside", sampler="DDIM", schedule="Uniform", fill="LATENT_NOTHING", strength=0.9),
    Case("nine-part", checkpoint="inside", fill="ORIGINAL", padding=8, blur_x=3, blur_y=5, width=64, height=64),
    Case("soft", fill="LATENT_NOISE", round=False, strength=0.9, blur_x=8, blur_y=8),
    Case("nine-soft", checkpoint="inside", fill="FILL", round=False, blur_x=8, blur_y=8),
] + [replace(case, width=72, height=64) for case in (
    Case("velocity-text", checkpoint="velocity", sampler="DPM++ 2M", over=False),
    Case("velocity-over", checkpoint="velocity", sampler="Euler a", seed=2),
    Case("velocity-masked", checkpoint="velocity", sampler="DDIM", schedule="Uniform", fill="LATENT_NOTHING", strength=0.9),
    Case("xl-text", checkpoint="over-xl", sampler="Euler a", negative="", over=False),
    Case("xl-over", checkpoint="over-xl", sampler="DPM++ 2M", strength=0.75, seed=3),
    Case("xl-masked", checkpoint="over-xl", fill="FILL", strength=0.9, negative=""),
    Case("xl-nine-text", checkpoint="inside-xl", sampler="DPM++ 2M", over=False),
    Case("xl-nine-original", checkpoint="inside-xl", sampler="Euler a", fill="ORIGINAL", strength=1.0),
    Case("xl-nine-soft", checkpoint="inside-xl", fill="LATENT_NOISE", round=False, strength=0.9, blur_x=8, blur_y=8),
)]


def around(mask, padding, width, height):
    """The smallest box of the wanted shape around a mask, pushed back into the picture where it sticks out."""
    box = mask.getbbox()
    left, top = (max(v - padding, 0) for v in box[:2])
    right, bottom = (min(v + padding, side) for v, side in zip(box[2:], mask.size))

    def grown(low, high, wanted, side):
        more = int(wanted - (high - low))
        low, high = low - more // 2, high + more - more // 2
        push = max(high - side, 0)
        low, high = low - push, high - push
        return (0, min(high - low, side)) if low < 0 else (low, high)

    if (right - left) / (bottom - top) > width / height:
        top, bottom = grown(top, bottom, (right - left) / (width / height), mask.height)
    else:
        left, right = grown(left, right, (bottom - top) * (width / height), mask.width)
    return left, top, right, bottom


@dataclass(frozen=True)
class Canvas:
    """A picture at the size that is painted, its mask, and what is laid over in the end: a picture, a mask, a box."""

    picture: Image.Image
    mask: Image.Image
    over: tuple


def canvas_of(case):
    image, fit, size = Image.open(OUT / "init.png"), pixels.MODES[case.resize], (case.width, case.height)
    if not case.fill:
        return Canvas(fit(image, *size), None, None)
    mask = Image.open(OUT / "mask.png")
    mask = pixels.blurred(ImageOps.invert(mask) if case.inverted else mask, case.blur_x, case.blur_y)
    if case.padding < 0:
        image, mask = fit(image, *size), fit(mask, *size)
        over = image, mask.point(lambda v: min(2 * v, 255)), None
    else:
        box = around(mask, case.padding, *size)
        over = image, mask, box
        image, mask = (pixels.resize_and_fill(each.crop(box), *size) for each in (image, mask))
    return Canvas(image if case.fill == "ORIGINAL" else pixels.filled(image, mask), mask, over)


def laid_over(painted, canvas):
    """What stays of the picture, over what was painted."""
    original, mask, box = canvas.over
    stays = Image.new("RGBa", original.size)
    stays.paste(original.convert("RGBA").convert("RGBa"), mask=ImageOps.invert(mask))
    if box:
        part = pixels.crop_and_resize(painted, box[2] - box[0], box[3] - box[1])
        painted = Image.new("RGBA", original.size)
        painted.paste(part, box[:2])
    painted = painted.convert("RGBA")
    painted.alpha_composite(stays.convert("RGBA"))
    return painted.convert("RGB")


def masked(model, init, mask):
    """Keeps what is not masked in what a model answers."""
    return lambda x, sigma: model(x, sigma) * mask + init * (1 - mask)


def masked_before(model, init, mask):
    """Keeps it in what a model sees; the noise that it finds is taken from x itself."""
    def denoise(x, sigma):
        seen = x * mask + init * (1 - mask) * (1 + sigma ** 2) ** 0.5
        noise = (seen - model(seen, sigma)) / sigma
        return x - sigma * noise
    return denoise


@dataclass(frozen=True)
class Model:
    config: layout.Config
    towers: list
    unet: torch.nn.Module
    vae: torch.nn.Module
    velocity: bool

    @property
    def scale(self):
        return networks.XL_LATENT_SCALE if self.config.vector else networks.LATENT_SCALE

    def told(self, clip, prompt, size):
        """A prompt's tokens, and what XL is told besides: the first sequence's vector, and sizes before and after a cut
        at the corner. XL was trained with zeros for no prompt."""
        ids = torch.tensor(pipeline.chunks(clip(prompt, add_special_tokens=False)["input_ids"]))
        tokens, pooled = networks.encode_with(self.config, self.towers, ids)
        tokens = torch.cat(list(tokens))[None]
        if not self.config.vector:
            return tokens, None
        heard = float(bool(prompt))
        width, height = size
        return heard * tokens, {"text_embeds": heard * pooled[:1],
                                "time_ids": torch.tensor([[height, width, 0, 0, height, width]]).float()}

    def latents_of(self, picture):
        return self.vae.encode(picture).latent_dist.mode() * self.scale


def conditioned(model, wanted, unwanted, image):
    """The picture without noise, and what the sampler is guided by."""
    def picture(x, sigma, told):
        scaled = (x / (sigma ** 2 + 1) ** 0.5).float()
        scaled = scaled if image is None else torch.cat([scaled, image], 1)
        t = samplers.timestep_of(torch.tensor([sigma], dtype=torch.float32))
        answer = model.unet(scaled, t, told[0], added_cond_kwargs=told[1]).sample.double()
        if model.velocity:
            return x / (sigma ** 2 + 1) - answer * sigma / (sigma ** 2 + 1) ** 0.5
        return x - sigma * answer

    def denoise(x, sigma):
        far = picture(x, sigma, unwanted)
        return far + 7.0 * (picture(x, sigma, wanted) - far)
    return denoise


def tensor(image):
    return torch.from_numpy(np.array(image, np.float32) / 255).permute(2, 0, 1)[None] * 2 - 1


def beside(case, canvas, model, shape):
    """What a U-Net of nine channels sees: the mask and the picture without what is under it; grey where there is none."""
    whole = torch.ones(1, 1, case.height, case.width)
    seen = torch.zeros(1, 3, case.height, case.width)
    if canvas.mask:
        whole = torch.from_numpy(np.array(canvas.mask, np.float32) / 255)[None, None]
        whole = whole.round() if case.round or model.config.vector else whole  # XL's is always rounded
        seen = tensor(canvas.picture) * (1 - whole)
    return torch.cat([F.interpolate(whole, size=shape), model.latents_of(seen)], 1)


def paint(case, clip, model):
    if case.resize == "LATENT_UPSCALE":
        canvas = Canvas(None, None, None)
        init = model.latents_of(tensor(Image.open(OUT / "init.png")))
        init = F.interpolate(init, size=(case.height // 8, case.width // 8), mode="bilinear")
    else:
        canvas = canvas_of(case)
        init = model.latents_of(tensor(canvas.picture))
    mask = None
    if canvas.mask:
        small = np.array(canvas.mask.convert("RGB").resize((case.width // 8, case.height // 8)), np.float32)[..., 0]
        mask = torch.from_numpy(np.around(small / 255) if case.round else small / 255)[None, None]
        under = {"LATENT_NOISE": pipeline.noise_stream("CPU", case.seed, init.shape)().float(),
                 "LATENT_NOTHING": torch.zeros_like(init)}.get(case.fill, init)
        init = init * (1 - mask) + under * mask
    image = beside(case, canvas, model, init.shape[-2:]) if model.config.in_channels == 9 else None
    told = (model.told(clip, words, (case.width, case.height)) for words in ("a red house by the sea", case.negative))
    denoise = conditioned(model, *told, image)
    if mask is not None:
        keep = masked_before if case.sampler == "DDIM" else masked
        denoise = keep(denoise, init.double(), mask.double())
    draw = pipeline.noise_stream("CPU", case.seed, init.shape)
    first = [draw() * case.noise]
    steps, entered = partway.counts(case.steps, case.strength, "of") if case.over else (case.steps, case.steps - 1)
    start = init.double() if case.over else torch.zeros_like(init).double()
    run = partway.by_timesteps if case.sampler == "DDIM" else partway.by_levels
    how = (case.sampler,) if case.sampler == "DDIM" else (case.sampler, case.schedule)
    latents = run(*how, steps, entered, lambda *levels: first.pop() if first else draw(), start, denoise).float()
    if mask is not None:
        latents = latents * mask + init * (1 - mask)
    picture = model.vae.decode(latents / model.scale).sample[0]
    painted = (255 * ((picture + 1) / 2).clamp(0, 1)).byte().permute(1, 2, 0).contiguous()
    painted = Image.fromarray(painted.numpy())
    return latents, picture, laid_over(painted, canvas) if canvas.over else painted


def checkpoint(name):
    config, state, lines = CONFIGS[name], {}, []
    for key, shape in layout.checkpoint(config, encoder=True).items():
        state[key] = torch.from_numpy(networks.weight(key, shape)).half().float()
        lines.append(" ".join(["F16", key, *map(str, shape)]) + "\n")
    velocity = name == "velocity"
    lines += ["F16 v_pred\n"] * velocity
    (networks.OUT / f"{name}.weights.gz").write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    return Model(config, networks.build_towers(config, state), networks.build_unet(config, state),
                 networks.build_vae(config, state), velocity)


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    Upsample2D.forward = networks.upsample_then_resize
    OUT.mkdir(exist_ok=True)
    pixels.picture(120, 80).save(OUT / "init.png")
    pixels.mask_of(120, 80).save(OUT / "mask.png")
    clip, models = clip_tokens.tokenizer(), {name: checkpoint(name) for name in CONFIGS}
    (OUT / "cases.tsv").write_text("".join("\t".join(map(str, astuple(case))) + "\n" for case in CASES))
    for case in CASES:
        latents, picture, painted = paint(case, clip, models[case.checkpoint])
        latents.numpy().astype("<f4").tofile(OUT / f"{case.name}.latents.f32")
        (OUT / f"{case.name}.rgb").write_bytes(painted.tobytes())
        print(f"{case.name}: latents deviate {latents.std():.3f}, picture {picture.mean():.3f} ± {picture.std():.3f}")
