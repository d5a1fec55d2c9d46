"""The peer of the UNet benchmark: the same checkpoint in PyTorch, float, as fast as it gets there on a CPU.

    python3 tools/bench/unet_peer.py CHECKPOINT FOLDER

reads x.f32 [1, 4, h, h] and context.f32 [1, 77, w] from the folder, says "ready", and answers every line on standard
input with the seconds of one call, whose output goes to noise.f32. Needs torch, diffusers and safetensors.
"""

import math
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "golden"))
TIMESTEP = 500.5


def floats(path, *shape):
    import numpy

    return torch.from_numpy(numpy.fromfile(path, "<f4")).reshape(*shape)


def main(checkpoint, folder):
    state = {name: tensor.float() for name, tensor in load_file(checkpoint).items() if "diffusion_model" in name}
    unet = networks.build_unet(layout.SD15, state).to(memory_format=torch.channels_last)
    side = math.isqrt((folder / "x.f32").stat().st_size // 16)
    x = floats(folder / "x.f32", 1, 4, side, side).to(memory_format=torch.channels_last)
    context = floats(folder / "context.f32", 1, 77, layout.SD15.text_width)
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        noise = unet(x, torch.tensor([TIMESTEP]), context).sample
        seconds = time.perf_counter() - start
        noise.contiguous().numpy().tofile(folder / "noise.f32")
        print(seconds, flush=True)


if __name__ == "__main__":
    try:
        import torch
        from safetensors.torch import load_file

        import layout
        import networks
    except ImportError as missing:
        sys.exit(f"PyTorch's side is not installed: {missing}")
    with torch.inference_mode():
        main(sys.argv[1], Path(sys.argv[2]))
