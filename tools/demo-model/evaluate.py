"""Measures a checkpoint file on the held-out captions with checker.py and writes evaluation.json.

    python evaluate.py CHECKPOINT.safetensors [--sheet SHEET.png]

Euler, 20 steps, guidance 5 unless said otherwise; the noise of a picture is torch.randn of its seed; the networks
compute in 32 bits from the file's 16-bit weights.

agreement       a picture agrees when every feature that its caption names is seen in it; seed 1000 + caption's number.
another_seed    the same captions with other seeds: mean absolute difference of two pictures, from 0 to 255.
negative        one case for each caption: something that the caption does not name but the picture shows (the first of
                the seeds 3000 + 100 k + caption's number, k < 8, with such a thing; a random one of them), named in the
                negative prompt, same seed; it counts as removed when the checker no longer sees it. "caption_kept" says
                in how many of these pictures everything that the caption names is still there.
"""

import argparse
import hashlib
import json
import pathlib
import random
from collections import Counter

import numpy as np
import torch

from captions import phrase
from checker import look, shows
from held_out import FILE
from sampling import Checkpoint
from scenes import contact_sheet, draw, random_scene

STEPS, CFG = 20, 5.0
REMOVABLE = ("trees", "boat", "sun", "moon", "weather=cloudy", "weather=rain", "weather=snow", "style=watercolor")
RESULT = pathlib.Path(__file__).with_name("evaluation.json")


def checker_accuracy(count=500):
    """Share of freshly drawn pictures that the checker reads without any mistake, and of single features."""
    rng, exact, right, total = random.Random(5), 0, 0, 0
    for i in range(count):
        scene = random_scene(rng)
        seen = look(draw(scene, 10_000 + i))
        hits = [getattr(scene, kind) == found for kind, found in seen.items()]
        exact, right, total = exact + all(hits), right + sum(hits), total + len(hits)
    return {"drawn_pictures": count, "without_mistake": exact, "single_features_right": round(right / total, 4)}


def agreement(captions, pictures):
    """-> how many pictures agree, and for each feature how often it was named and missed."""
    agreed, named, missed = 0, Counter(), Counter()
    for line, picture in zip(captions, pictures):
        seen = look(picture)
        misses = [f for f in line["features"] if not shows(seen, f)]
        named.update(line["features"])
        missed.update(misses)
        agreed += not misses
    return agreed, {f: f"{missed[f]} of {named[f]} missed" for f in sorted(named) if missed[f]}


def differences(some, others):
    return [float(np.abs(np.asarray(a, np.float32) - np.asarray(b, np.float32)).mean()) for a, b in zip(some, others)]


def negative_cases(checkpoint, captions, rng):
    """-> for each caption its number, seed and feature to remove; captions without one are left out."""
    cases, open_cases = [], list(range(len(captions)))
    for attempt in range(8):
        seeds = [3000 + 100 * attempt + i for i in open_cases]
        pictures = checkpoint.paint([captions[i]["caption"] for i in open_cases], seeds, cfg=CFG, steps=STEPS)
        still_open = []
        for i, seed, picture in zip(open_cases, seeds, pictures):
            seen = look(picture)
            there = [f for f in REMOVABLE if shows(seen, f) and f not in captions[i]["features"]]
            if there:
                cases.append((i, seed, rng.choice(there), picture))
            else:
                still_open.append(i)
        open_cases = still_open
        if not open_cases:
            break
    return sorted(cases, key=lambda case: case[0])


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("checkpoint", type=pathlib.Path)
    arguments.add_argument("--sheet", type=pathlib.Path)
    arguments.add_argument("--quick", action="store_true", help="only the agreement, printed")
    arguments.add_argument("--captions", type=int, default=100, help="only the first of them")
    options = arguments.parse_args()
    torch.set_num_threads(1)
    captions = json.loads(FILE.read_text(encoding="utf-8"))[: options.captions]
    texts = [line["caption"] for line in captions]
    checkpoint = Checkpoint(options.checkpoint)
    seeds = [1000 + i for i in range(len(texts))]

    pictures = checkpoint.paint(texts, seeds, cfg=CFG, steps=STEPS)
    agreed, misses = agreement(captions, pictures)
    print(f"agreement at guidance {CFG:g}: {agreed} of {len(texts)}", misses, flush=True)
    if options.sheet:
        contact_sheet(pictures, 10).save(options.sheet)
    if options.quick:
        return

    plain, plain_misses = agreement(captions, checkpoint.paint(texts, seeds, cfg=1.0, steps=STEPS))
    print(f"agreement at guidance 1: {plain}", flush=True)
    apart = differences(pictures, checkpoint.paint(texts, [seed + 1000 for seed in seeds], cfg=CFG, steps=STEPS))
    print(f"another seed: least difference {min(apart):.1f}, median {np.median(apart):.1f}", flush=True)

    rng = random.Random(9)
    cases = negative_cases(checkpoint, captions, rng)
    words = [phrase(feature, captions[i]["language"], rng) for i, _, feature, _ in cases]
    after = checkpoint.paint([texts[i] for i, *_ in cases], [seed for _, seed, *_ in cases], words, CFG, STEPS)
    tried, removed, kept = Counter(), Counter(), 0
    for (i, _, feature, _), picture in zip(cases, after):
        seen = look(picture)
        tried[feature] += 1
        removed[feature] += not shows(seen, feature)
        kept += all(shows(seen, f) for f in captions[i]["features"])
    print(f"negative prompt: removed in {removed.total()} of {len(cases)}", flush=True)
    if options.sheet:
        pairs = [p for case, picture in zip(cases, after) for p in (case[3], picture)]
        contact_sheet(pairs, 10).save(options.sheet.with_stem(options.sheet.stem + "-negative"))

    result = {
        "checkpoint_sha256": hashlib.sha256(options.checkpoint.read_bytes()).hexdigest(),
        "made_by": "tools/demo-model/evaluate.py on held-out.json; its first lines say how everything is counted",
        "sampler": "Euler",
        "steps": STEPS,
        "checker": checker_accuracy(),
        "agreement": {"captions": len(texts), "guidance_5": agreed, "guidance_1": plain, "seeds": f"{seeds[0]} to {seeds[-1]}", "misses": misses, "misses_guidance_1": plain_misses},
        "another_seed": {"seeds": f"{seeds[0] + 1000} to {seeds[-1] + 1000} against {seeds[0]} to {seeds[-1]}", "least_difference": round(min(apart), 2), "median_difference": round(float(np.median(apart)), 2)},
        "negative": {
            "cases": len(cases),
            "removed": removed.total(),
            "caption_kept": kept,
            "by_feature": {f: f"{removed[f]} of {tried[f]}" for f in sorted(tried)},
        },
    }
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
