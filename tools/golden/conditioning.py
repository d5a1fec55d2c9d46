"""What prompts with brackets, schedules, AND and clip skip become, through PyTorch and the fast tokenizer.

    python tools/golden/conditioning.py

writes engine/src/test/resources/golden/conditioning/: cases.tsv (what was asked, a picture a line), NAME.contexts.f32 (what
the parts of the positive prompt say, stage by stage, every seventh number) and NAME.latents.f32 (what the sampler returned).
The checkpoint is pipeline.py's. Prompts are not parsed here: each is written beside what it means.
"""
import torch
from diffusers.models.upsampling import Upsample2D

import clip_tokens
import layout
import networks
import pipeline
import samplers

OUT = networks.OUT.parent / "conditioning"
BREAK = None
STEPS = 8
WHOLE = STEPS
WORDS = ", ".join(f"a {colour} house near the {place}" for colour in ("red", "blue", "white", "green", "grey")
                  for place in ("sea", "river", "hill"))


def constant(*pieces):
    return [(WHOLE, list(pieces))]


def always(*pieces):
    return [(1.0, constant(*pieces))]


def plain(text):
    return (text, 1.0)


# name, prompt, negative, clip skip, emphasis, cfg, then what they mean: parts (weight, stages (last call, pieces)); stages
CASES = [
    ("plain", "a red house", "", 1, "Original", 5.0, always(plain("a red house")), constant(plain(""))),
    ("weighted", "a (red:1.4) house, [[sea]], ((boat))", "(blurry)", 1, "Original", 5.0,
     always(plain("a "), ("red", 1.4), plain(" house, "), ("sea", 1 / 1.1 / 1.1), plain(", "), ("boat", 1.1 * 1.1)),
     constant(("blurry", 1.1))),
    ("no-norm", "a (red:1.4) house, (night:0.3)", "", 1, "No norm", 5.0,
     always(plain("a "), ("red", 1.4), plain(" house, "), ("night", 0.3)), constant(plain(""))),
    ("ignored", "a (red:1.4) house", "", 1, "Ignore", 5.0, always(plain("a "), plain("red"), plain(" house")),
     constant(plain(""))),
    ("none", "a (red:1.4) BREAK house", "", 1, "None", 5.0, always(plain("a (red:1.4) BREAK house")), constant(plain(""))),
    ("skip-2", "a (red:1.4) house", "blurry", 2, "Original", 5.0,
     always(plain("a "), ("red", 1.4), plain(" house")), constant(plain("blurry"))),
    ("skip-3", "a red house", "", 3, "Original", 5.0, always(plain("a red house")), constant(plain(""))),
    ("broken", "a red house BREAK a boat,\nBREAK\n(sunset:1.3)", "night", 1, "Original", 5.0,
     always(plain("a red house"), BREAK, plain("a boat,"), BREAK, ("sunset", 1.3)), constant(plain("night"))),
    ("long", f"{WORDS}, (misty morning:1.2) BREAK 海", "snow", 1, "Original", 4.0,
     always(plain(f"{WORDS}, "), ("misty morning", 1.2), BREAK, plain("海")), constant(plain("snow"))),
    ("edited", "a [red:blue:0.5] house [by the sea:3]", "", 1, "Original", 5.0,
     [(1.0, [(3, [plain("a red house ")]), (4, [plain("a red house by the sea")]), (8, [plain("a blue house by the sea")])])],
     constant(plain(""))),
    ("edited-weighted", "a [(red:1.5):blue:2] house[ at night::5]", "[a:b:6]", 1, "Original", 5.0,
     [(1.0, [(2, [plain("a "), ("red", 1.5), plain(" house at night")]), (5, [plain("a blue house at night")]),
             (8, [plain("a blue house")])])],
     [(6, [plain("a")]), (8, [plain("b")])]),
    ("edited-long", f"[{WORDS}:a boat:4]", "", 1, "Original", 5.0,
     [(1.0, [(4, [plain(WORDS)]), (8, [plain("a boat")])])], constant(plain(""))),
    ("alternated", "a [red|blue|(green:1.2)] house", "", 1, "Original", 5.0,
     [(1.0, [(i, [plain("a "), [plain("red"), plain("blue"), ("green", 1.2)][(i - 1) % 3], plain(" house")])
             for i in range(1, 9)])], constant(plain(""))),
    ("composed", "a red house AND a boat :0.6 AND night :-0.4", "blurry", 1, "Original", 5.0,
     [(1.0, constant(plain("a red house"))), (0.6, constant(plain(" a boat"))), (-0.4, constant(plain(" night")))],
     constant(plain("blurry"))),
    ("composed-long", f"[a red house:a boat:3] AND {WORDS} :0.5", "", 1, "Original", 5.0,
     [(1.0, [(3, [plain("a red house")]), (8, [plain("a boat")])]), (0.5, constant(plain(" " + WORDS)))],
     constant(plain(""))),
    ("whole-weight", "a red house :0.5", "blurry", 1, "Original", 2.0, [(0.5, constant(plain("a red house")))],
     constant(plain("blurry"))),
]


def chunks_of(clip, pieces):
    """Sequences (ids, weights) of 77: filled word by word, broken at BREAK, back at a comma among the last 20."""
    sequences, ids, weights, comma = [], [], [], None

    def end(count):
        nonlocal ids, weights, comma
        fill = 76 - count
        sequences.append(([49406] + ids[:count] + [49407] * fill, [1.0] + weights[:count] + [1.0] * fill))
        ids, weights, comma = ids[count:], weights[count:], None

    for piece in pieces:
        if piece is BREAK:
            end(len(ids))
            continue
        for token in clip(piece[0], add_special_tokens=False)["input_ids"]:
            if len(ids) == 75:
                end(comma + 1 if token != 267 and comma is not None and comma >= 55 else 75)
            if token == 267:
                comma = len(ids)
            ids.append(token)
            weights.append(piece[1])
    if ids or not sequences:
        end(len(ids))
    return sequences


def encode(clip, text, stages, clip_skip, emphasis):
    """The context of each stage; all as long as the longest, chunk by chunk with one common mean."""
    told = [chunks_of(clip, pieces) for _, pieces in stages]
    count = max(map(len, told))
    parts = []
    for i in range(count):
        batch = [t[i] if i < len(t) else chunks_of(clip, [])[0] for t in told]
        hidden = text(torch.tensor([ids for ids, _ in batch]), output_hidden_states=True).hidden_states
        final = getattr(text, "text_model", text).final_layer_norm
        z = final(hidden[-clip_skip])
        if emphasis in ("Original", "No norm"):
            weighted = z * torch.tensor([weights for _, weights in batch])[..., None]
            z = weighted * (z.mean() / weighted.mean()) if emphasis == "Original" else weighted
        parts.append(z)
    return list(torch.cat(parts, dim=1)[:, None])


def stage_at(stages, call):
    return next((i for i, (until, _) in enumerate(stages) if call <= until), 0)


def paint(clip, text, unet, prompt, negative, clip_skip, emphasis, cfg, parts, unwanted):
    contexts = [encode(clip, text, stages, clip_skip, emphasis) for _, stages in parts]
    against = encode(clip, text, unwanted, clip_skip, emphasis)
    calls = iter(range(1000))

    def denoise(x, sigma):
        call = next(calls)
        t = samplers.timestep_of(torch.tensor([sigma], dtype=torch.float32))
        scaled = (x / (sigma ** 2 + 1) ** 0.5).float()
        told = [c[stage_at(stages, call)] for c, (_, stages) in zip(contexts, parts)]
        longest = max(c.shape[1] for c in told)
        told = [torch.cat([c, c[:, -1:].repeat(1, longest - c.shape[1], 1)], dim=1) for c in told]
        base = x - sigma * unet(scaled, t, against[stage_at(unwanted, call)]).sample.double()
        result = base
        for context, (weight, _) in zip(told, parts):
            result = result + cfg * weight * (x - sigma * unet(scaled, t, context).sample.double() - base)
        return result

    draw = pipeline.noise_stream("CPU", 11, (1, 4, 8, 8))
    sigmas = samplers.karras(STEPS).double().tolist()
    latents = samplers.SAMPLERS["Euler"](denoise, draw() * sigmas[0], sigmas, draw).float()
    flat = torch.cat([c.flatten() for stages in contexts for c in stages])
    return latents, flat[::7]


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    Upsample2D.forward = networks.upsample_then_resize
    OUT.mkdir(parents=True, exist_ok=True)
    state = {name: torch.from_numpy(networks.weight(name, shape)).half().float()
             for name, shape in layout.checkpoint(pipeline.CONFIG).items()}
    models = clip_tokens.tokenizer(), networks.build_text(pipeline.CONFIG, state), networks.build_unet(pipeline.CONFIG, state)
    rows = []
    for name, *case in CASES:
        latents, contexts = paint(*models, *case)
        latents.numpy().astype("<f4").tofile(OUT / f"{name}.latents.f32")
        contexts.numpy().astype("<f4").tofile(OUT / f"{name}.contexts.f32")
        rows.append("\t".join([name, *(str(cell).replace("\n", "\\n") for cell in case[:5])]) + "\n")
        print(f"{name}: {len(contexts)} numbers of contexts, latents deviate {latents.std():.3f}")
    (OUT / "cases.tsv").write_text("".join(rows), encoding="utf-8")
