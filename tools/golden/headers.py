"""What the headers of published checkpoints hold: names, types and shapes of every tensor, and no numbers.

    python tools/golden/headers.py

writes engine/src/test/resources/golden/headers/, a line "type name shape…" for each tensor, packed. The names of SD 1.5, 2.1,
XL base, refiner, SSD-1B and Vega were compared with published lists of those files' names and are the same; those of XL
inpainting are XL's own, with nine channels; the shapes follow from the published configurations.
"""
import gzip

import layout
import networks

OUT = networks.OUT.parent / "headers"
POSITIONS = "embeddings.position_ids"
BUFFERS = ("alphas_cumprod alphas_cumprod_prev betas log_one_minus_alphas_cumprod posterior_log_variance_clipped "
           "posterior_mean_coef1 posterior_mean_coef2 posterior_variance sqrt_alphas_cumprod sqrt_one_minus_alphas_cumprod "
           "sqrt_recip_alphas_cumprod sqrt_recipm1_alphas_cumprod").split()


def header(config, dtype, buffers=False, averaged=False, positions=(), linear_projection=False):
    shapes = layout.checkpoint(config, encoder=True)
    if linear_projection:  # as transformers keeps it
        shapes.pop("conditioner.embedders.1.model.logit_scale")
        shape = shapes.pop("conditioner.embedders.1.model.text_projection")
        shapes["conditioner.embedders.1.model.text_projection.weight"] = shape[::-1]
    for name, shape in shapes.items():
        yield (dtype, name, *shape)
    if averaged:
        for name, shape in shapes.items():
            if name.startswith("model.diffusion_model."):
                yield (dtype, "model_ema." + name.removeprefix("model.").replace(".", ""), *shape)
    for place in positions:
        yield ("I64", f"{place}.{POSITIONS}", 1, 77)
    if buffers:
        for name in BUFFERS:
            yield ("F32", name, 1000)
        yield ("F32", "model_ema.decay")
        yield ("I32", "model_ema.num_updates")


def write(name, lines):
    text = "".join(" ".join(map(str, line)) + "\n" for line in lines)
    (OUT / f"{name}.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    clip_1 = "cond_stage_model.transformer.text_model"
    clip_xl = "conditioner.embedders.0.transformer.text_model"
    write("sd-1.5", header(layout.SD15, "F32", buffers=True, positions=[clip_1]))
    write("sd-1.5-averaged", header(layout.SD15, "F32", buffers=True, averaged=True, positions=[clip_1]))
    write("sd-1.5-inpainting", header(layout.SD15_INPAINTING, "F32", buffers=True, positions=[clip_1]))
    write("sd-2.1", header(layout.SD21, "F32", buffers=True))
    write("xl", header(layout.XL, "F16", positions=[clip_xl]))
    write("xl-inpainting", header(layout.XL_INPAINTING, "F16", positions=[clip_xl]))
    write("xl-refiner", header(layout.XL_REFINER, "F16"))
    write("ssd-1b", header(layout.SSD_1B, "F16", positions=[clip_xl, "conditioner.embedders.1.model.text_model"],
                           linear_projection=True))
    write("vega", header(layout.VEGA, "F16", linear_projection=True))
