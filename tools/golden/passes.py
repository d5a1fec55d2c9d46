"""Pictures of several passes, from small checkpoints of random weights, through PyTorch and Pillow: painted small, enlarged and
painted over; begun by one checkpoint and ended by another; and pictures that can be laid side by side.

    python tools/golden/passes.py

writes engine/src/test/resources/golden/passes/: cases.tsv (what was asked, one picture a line, in the order of Case) and
NAME.latents.f32 (what the sampler returned). The checkpoint is that of modes.py called over; the other one is the same with
0.5 added to the last bias of its U-Net.
"""
from dataclasses import astuple, dataclass

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.upsampling import Upsample2D
from PIL import Image

import clip_tokens
import latent_upscale
import layout
import networks
import partway
import pipeline
import samplers
import upscalers

OUT = networks.OUT.parent / "passes"
LAST_BIAS = "model.diffusion_model.out.2.bias"


@dataclass(frozen=True)
class Case:
    name: str
    prompt: str = "a red house by the sea"
    sampler: str = "Euler"
    schedule: str = "Karras"
    steps: int = 6
    side: int = 64
    seed: int = 1
    size: str = ""  # a factor or WxH; empty: one pass
    upscaler: str = "Latent"
    strength: float = 0.6
    second_steps: int = 0
    second_prompt: str = ""
    second_sampler: str = ""
    refiner: float = 2.0  # the fraction; 2: none
    by_steps: bool = True
    tiling: bool = False


CASES = [
    Case("latent", size="1.5"),
    Case("cut", size="96x64", upscaler="Latent (bicubic antialiased)", second_steps=4, seed=2),
    Case("narrow", size="72x144", upscaler="Latent (nearest-exact)", strength=0.9, seed=3),
    Case("prompt", prompt="a [red:blue:3] house", size="1.25", second_prompt="a [red:blue:1.5] [boat:house:8]",
         second_sampler="DPM++ 2M"),
    Case("ancestral", sampler="Euler a", size="1.5", seed=4),
    Case("lanczos", size="1.4", upscaler="Lanczos"),
    Case("network", size="1.75", upscaler="esrgan-x2", seed=5),
    Case("refined", steps=8, refiner=0.7),
    Case("refined-by-noise", steps=8, sampler="DPM++ 2M", refiner=0.5, by_steps=False),
    Case("refined-above", size="1.5", refiner=0.5),
    Case("tiling", tiling=True),
    Case("tiling-large", tiling=True, size="1.5", upscaler="Lanczos"),
]


def size_of(case):
    """-> width and height to enlarge to, and the latents to cut off."""
    if "x" not in case.size:
        side = int(case.side * float(case.size))
        return side, side, 0, 0
    width, height = map(int, case.size.split("x"))
    large = max(width, height)  # the small picture is a square
    return large, large, (large - width) // 8, (large - height) // 8


def resized(image, case, width, height):
    if case.upscaler.startswith("esrgan"):
        state = {}
        for name, shape in upscalers.rrdb_shapes(16, 8, 1, 1).items():
            theirs = upscalers.first_name(name, 1).replace(".99.", ".1.")
            state[name] = torch.from_numpy(networks.weight(theirs, shape)).half().float()
        bgr = torch.from_numpy(np.array(image, np.float32)[:, :, ::-1] / 255).permute(2, 0, 1)[None]
        larger = upscalers.rrdb(state, bgr, 1, 1)[0].clamp(0, 1).permute(1, 2, 0).numpy()[:, :, ::-1]
        image = Image.fromarray((255 * larger).round().astype(np.uint8))
    elif case.upscaler == "Lanczos":
        factor = width / image.width
        image = image.resize((int(image.width * factor), int(image.height * factor)), Image.LANCZOS)
    down = (width // 8 * 8, height // 8 * 8)  # an upscaler's own result
    image = image if image.size == down else image.resize(down, Image.LANCZOS)
    return image if image.size == (width, height) else image.resize((width, height), Image.LANCZOS)


def stages(prompt, calls, before):
    """What the cases' prompts say in each call: only [from:to:when], when a fraction or a number."""
    def text(call):
        words = prompt
        while "[" in words:
            start, end = words.index("["), words.index("]")
            old, new, when = words[start + 1:end].split(":")
            last = (float(when) - (before > 0)) * calls if "." in when else int(when) - before
            last = min(calls, int(last))
            words = words[:start] + (old if last >= 1 and call <= last else new) + words[end + 1:]
        return words
    return text


def paint(case, clip, text, unets, vae):
    def encode(prompt):
        ids = torch.tensor(pipeline.chunks(clip(prompt, add_special_tokens=False)["input_ids"]))
        return torch.cat(list(text(ids).last_hidden_state))[None]

    def denoiser(prompt, calls, before, refiner):
        count = [0]
        unwanted_words = encode("blurry")
        said = stages(prompt, calls, before)

        def denoise(x, sigma):
            t = samplers.timestep_of(torch.tensor([sigma], dtype=torch.float32))
            nearest = int(np.abs(samplers.MODEL.sigmas.double().numpy() - sigma).argmin())
            done = count[0] / calls if case.by_steps else (999 - nearest) / 1000
            unet = unets[1 if done >= refiner else 0]
            scaled = (x / (sigma ** 2 + 1) ** 0.5).float()
            contexts = encode(said(count[0])), unwanted_words
            count[0] += 1
            wanted, unwanted = (x - sigma * unet(scaled, t, context).sample.double() for context in contexts)
            return unwanted + 7.0 * (wanted - unwanted)
        return denoise

    def run(sampler, steps, entered, start, denoise):
        """Noise and the way down: of a schedule's last steps, or of all where there is no start."""
        shape = start if isinstance(start, tuple) else start.shape
        draw = pipeline.noise_stream("CPU", case.seed, shape)
        first = [draw()]

        def stream(*levels):
            return first.pop() if first else draw()
        latents = torch.zeros(shape) if isinstance(start, tuple) else start
        return partway.by_levels(sampler, case.schedule, steps, entered, stream, latents.double(), denoise).float()

    both = bool(case.size)
    first_refiner = 2.0 if both else case.refiner
    latents = run(case.sampler, case.steps, case.steps - 1, (1, 4, case.side // 8, case.side // 8),
                  denoiser(case.prompt, case.steps, 0, first_refiner))
    if not both:
        return latents
    width, height, cut_across, cut_down = size_of(case)
    if case.upscaler in latent_upscale.WAYS:
        mode, antialias = latent_upscale.WAYS[case.upscaler]
        large = F.interpolate(latents, size=(height // 8, width // 8), mode=mode, antialias=antialias)
    else:
        picture = vae.decode(latents / networks.LATENT_SCALE).sample[0]
        image = Image.fromarray((255 * ((picture + 1) / 2).clamp(0, 1)).byte().permute(1, 2, 0).numpy())
        image = resized(image, case, width, height)
        image = image.crop((0, 0, width // 8 * 8, height // 8 * 8))
        pixels = torch.from_numpy(np.array(image, np.float32) / 255).permute(2, 0, 1)[None] * 2 - 1
        large = vae.encode(pixels).latent_dist.mode() * networks.LATENT_SCALE
    large = large[:, :, cut_down // 2:large.shape[2] - (cut_down + 1) // 2,
                  cut_across // 2:large.shape[3] - (cut_across + 1) // 2]
    steps = case.second_steps or case.steps
    whole, entered = partway.counts(steps, case.strength, "all")
    return run(case.second_sampler or case.sampler, whole, entered, large,
               denoiser(case.second_prompt or case.prompt, steps, case.steps, case.refiner))


def checkpoint():
    """That of modes.py, which writes its names."""
    state = {name: torch.from_numpy(networks.weight(name, shape)).half().float()
             for name, shape in layout.checkpoint(pipeline.CONFIG, encoder=True).items()}
    parts = networks.build_text, networks.build_unet, networks.build_vae
    return [build(pipeline.CONFIG, state) for build in parts]


def circular(model):
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.padding_mode = "circular"
    return model


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    Upsample2D.forward = networks.upsample_then_resize
    OUT.mkdir(exist_ok=True)
    clip = clip_tokens.tokenizer()
    text, unet, vae = checkpoint()
    _, refiner, _ = checkpoint()
    bias = torch.from_numpy(networks.weight(LAST_BIAS, (4,))) + 0.5
    refiner.conv_out.bias.copy_(bias.half().float())
    tiled = [circular(model) for model in checkpoint()[1:]]
    (OUT / "cases.tsv").write_text("".join("\t".join(map(str, astuple(case))) + "\n" for case in CASES))
    for case in CASES:
        unets, decoder = ([tiled[0]] * 2, tiled[1]) if case.tiling else ([unet, refiner], vae)
        latents = paint(case, clip, text, unets, decoder)
        latents.numpy().astype("<f4").tofile(OUT / f"{case.name}.latents.f32")
        if case.name == "tiling":
            picture = decoder.decode(latents / networks.LATENT_SCALE).sample
            picture.flatten()[::7].numpy().astype("<f4").tofile(OUT / "tiling.picture.f32")
        print(f"{case.name}: {list(latents.shape)}, deviation {latents.std():.3f}")
