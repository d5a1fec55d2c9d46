"""Golden numbers of the ESRGAN family's networks, from PyTorch, whose layers are put together anew here.

    python tools/golden/upscalers.py

writes engine/src/test/resources/golden/networks/: NAME.weights, names and shapes under the names of the three generations of
such files, and NAME-13x9.f32, what becomes of a small picture. The weights are made from their names, as in networks.py.
"""

import torch
import torch.nn.functional as F

import networks


def conv(state, name, x):
    return F.conv2d(x, state[name + ".weight"], state[name + ".bias"], padding=1)


def active(x):
    return F.leaky_relu(x, 0.2)


def rrdb(state, x, blocks, ups, square=1):
    """state by Real-ESRGAN's names."""
    height, width = x.shape[2:]
    x = F.pad(x, (0, -width % square, 0, -height % square), "reflect")
    first = conv(state, "conv_first", F.pixel_unshuffle(x, square))
    h = first
    for i in range(blocks):
        triple = h
        for j in (1, 2, 3):
            seen = [triple]
            for k in (1, 2, 3, 4):
                seen.append(active(conv(state, f"body.{i}.rdb{j}.conv{k}", torch.cat(seen, 1))))
            triple = triple + 0.2 * conv(state, f"body.{i}.rdb{j}.conv5", torch.cat(seen, 1))
        h = h + 0.2 * triple
    h = first + conv(state, "conv_body", h)
    for i in range(ups):
        h = active(conv(state, f"conv_up{i + 1}", F.interpolate(h, scale_factor=2, mode="nearest")))
    h = conv(state, "conv_last", active(conv(state, "conv_hr", h)))
    scale = 2 ** ups // square
    return h[:, :, :scale * height, :scale * width]


def compact(state, x, layers, scale):
    h = x
    for i in range(layers + 1):
        h = F.prelu(conv(state, f"body.{2 * i}", h), state[f"body.{2 * i + 1}.weight"])
    h = F.pixel_shuffle(conv(state, f"body.{2 * layers + 2}", h), scale)
    return h + F.interpolate(x, scale_factor=scale, mode="nearest")


def rrdb_shapes(width, growth, blocks, ups, square=1):
    shapes = {"conv_first": (width, 3 * square ** 2)}
    for i in range(blocks):
        for j in (1, 2, 3):
            for k in range(1, 6):
                shapes[f"body.{i}.rdb{j}.conv{k}"] = (growth if k < 5 else width, width + (k - 1) * growth)
    for name in ("conv_body", *(f"conv_up{i + 1}" for i in range(ups)), "conv_hr"):
        shapes[name] = (width, width)
    shapes["conv_last"] = (3, width)
    return {f"{name}.{kind}": (*shape, 3, 3) if kind == "weight" else shape[:1]
            for name, shape in shapes.items() for kind in ("weight", "bias")}


def compact_shapes(width, layers, scale):
    shapes = {}
    for i in range(layers + 2):
        out = 3 * scale ** 2 if i > layers else width
        shapes[f"body.{2 * i}.weight"] = (out, 3 if i == 0 else width, 3, 3)
        shapes[f"body.{2 * i}.bias"] = (out,)
        if i <= layers:
            shapes[f"body.{2 * i + 1}.weight"] = (width,)
    return shapes


def first_name(name, ups):
    """What ESRGAN's first code calls it: layers are numbered, those without weights too."""
    place, kind = name.rsplit(".", 1)
    if place.startswith("body."):
        _, block, dense, layer = place.split(".")
        return f"model.1.sub.{block}.RDB{dense[3:]}.{layer}.0.{kind}"
    if place == "conv_body":
        return f"model.1.sub.{99}.{kind}"  # the number of blocks; replaced below
    number = {"conv_first": 0, "conv_hr": 2 + 3 * ups, "conv_last": 4 + 3 * ups}.get(place)
    return f"model.{3 * int(place[-1]) if number is None else number}.{kind}"


def second_name(name):
    place, kind = name.rsplit(".", 1)
    if place.startswith("body."):
        _, block, dense, layer = place.split(".")
        return f"RRDB_trunk.{block}.RDB{dense[3:]}.{layer}.{kind}"
    return {"conv_body": "trunk_conv", "conv_up1": "upconv1", "conv_up2": "upconv2",
            "conv_hr": "HRconv"}.get(place, place) + "." + kind


def golden(name, shapes, rename, run):
    state, lines = {}, []
    for ours, shape in shapes.items():
        theirs = rename(ours)
        state[ours] = torch.from_numpy(networks.weight(theirs, shape)).half().float()
        lines.append(" ".join(["F16", theirs, *map(str, shape)]) + "\n")
    (networks.OUT / f"{name}.weights").write_text("".join(lines))
    picture = (networks.noise("picture", 1, 3, 13, 9) / 3 ** 0.5 + 1) / 2
    networks.store(f"{name}-13x9", run(state, picture).flatten()[::7])


if __name__ == "__main__":
    torch.set_grad_enabled(False)

    def first(blocks, ups):
        return lambda name: first_name(name, ups).replace(".99.", f".{blocks}.")

    golden("esrgan-x4", rrdb_shapes(16, 8, 2, 2), first(2, 2), lambda s, x: rrdb(s, x, 2, 2))
    golden("esrgan-x2", rrdb_shapes(16, 8, 1, 1), first(1, 1), lambda s, x: rrdb(s, x, 1, 1))
    golden("esrgan-x1", rrdb_shapes(16, 4, 1, 0), first(1, 0), lambda s, x: rrdb(s, x, 1, 0))
    golden("esrgan-second", rrdb_shapes(24, 8, 1, 2), second_name, lambda s, x: rrdb(s, x, 1, 2))
    for square in (1, 2, 4):
        golden(f"real-esrgan-x{4 // square}", rrdb_shapes(16, 8, 3, 2, square), lambda name: "params_ema." + name,
               lambda s, x: rrdb(s, x, 3, 2, square))
    golden("compact-x4", compact_shapes(24, 4, 4), lambda name: name, lambda s, x: compact(s, x, 4, 4))
    golden("compact-x3", compact_shapes(16, 2, 3), lambda name: "params." + name, lambda s, x: compact(s, x, 2, 3))
