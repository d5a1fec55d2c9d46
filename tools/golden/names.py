"""What diffusers calls the tensors of UNets and VAEs, from diffusers' own conversion of checkpoints.

    python tools/golden/names.py

writes engine/src/test/resources/golden/names/: a line for each tensor with diffusers' folder, its name there, the original
name, and its shape there.
"""
import torch
from diffusers.loaders.single_file_utils import convert_ldm_unet_checkpoint, convert_ldm_vae_checkpoint

import layout
import networks

OUT = networks.OUT.parent / "names"


def lines(folder, state, converted):
    numbers = {int(tensor.flatten()[0]): name for name, tensor in state.items()}
    for name, tensor in converted.items():
        # The conversion of the VAE's attention drops the 1×1 kernels, as the models do when they load it.
        yield "\t".join([folder, name, numbers[int(tensor.flatten()[0])], *map(str, tensor.shape)])


def names(config):
    """Every tensor filled with a number of its own, by which it is known again."""
    state = {name: torch.full(shape, number, dtype=torch.int32)
             for number, (name, shape) in enumerate(layout.checkpoint(config, encoder=True).items())}
    widths = [config.vae_channels * m for m in config.vae_multipliers]
    unet = {"layers_per_block": config.res_blocks, "addition_embed_type": "text_time" if config.vector else None}
    vae = {"down_block_types": widths, "up_block_types": widths}
    yield from lines("unet", state, convert_ldm_unet_checkpoint(dict(state), unet))
    yield from lines("vae", state, convert_ldm_vae_checkpoint(dict(state), vae))


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for name, config in (("inpainting", layout.SMALL_INPAINTING), ("refiner", layout.SMALL_REFINER)):
        (OUT / f"{name}.tsv").write_text("".join(line + "\n" for line in names(config)))
    for name, config in (("ssd", layout.SMALL_SSD), ("bk", layout.SMALL_BK), ("sd2", layout.SMALL_SD2)):
        (OUT / f"{name}.tsv").write_text("".join(line + "\n" for line in names(config) if "encoder." not in line
                                                 and "quant_conv" not in line or "post_quant" in line))
