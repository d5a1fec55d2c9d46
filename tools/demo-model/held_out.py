"""Writes held-out.json: 100 captions, half of them Chinese, each naming a combination that no training caption names.

    python held_out.py

Every caption names a time, a ground and a house colour that training never names together, and some more. Pictures of
such scenes are trained on, under captions that leave one of the three out.
"""

import json
import pathlib
import random

from captions import chinese_sentence, english_sentence, is_held_out, nameable, wording
from scenes import random_scene

FILE = pathlib.Path(__file__).with_name("held-out.json")
ALWAYS, OTHERS = ("time", "ground", "house"), 0.4


def main():
    rng, lines, seen = random.Random(2026), [], set()
    while len(lines) < 100:
        scene = random_scene(rng)
        kinds = nameable(scene)
        if not is_held_out(kinds.values()) or scene.style == "pixel art":  # the latents are too small to hold pixel art's cells
            continue
        named = [f for kind, f in kinds.items() if kind in ALWAYS or rng.random() < OTHERS]
        rng.shuffle(named)
        language = "en" if len(lines) % 2 == 0 else "zh"
        sentence = english_sentence if language == "en" else chinese_sentence
        text = sentence(named, rng) if rng.random() < 0.5 else wording(named, language, rng)
        if text not in seen:
            seen.add(text)
            lines.append({"caption": text, "language": language, "features": named})
    text = ",\n".join("  " + json.dumps(line, ensure_ascii=False) for line in lines)
    FILE.write_text(f"[\n{text}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
