"""What prompts with words of one's own (textual inversion) become, through PyTorch.

    python tools/golden/embeddings.py

writes engine/src/test/resources/golden/embeddings/: cases.tsv (a case, its prompt) and NAME.f32 (its context, every seventh
number). The vectors are hash_numbers of the embedding's name, [n, 64]; the checkpoint is pipeline.py's. And for the checkpoints
sd2 and xl of networks.py, with the whole vocabulary: FAMILY.f32 (likewise) and FAMILY.pooled.f32, of FAMILY_PROMPT's first
chunk. The vectors there are hash_numbers of the name and, in XL, ".clip_l" or ".clip_g".
"""
from dataclasses import replace

import torch

import clip_tokens
import conditioning
import layout
import networks
import pipeline

OUT = networks.OUT.parent / "embeddings"
OWN = {"huastyle": 3, "zz-one": 1, "zz": 2}  # by how many vectors
FILL = "cat " * 73
CASES = [  # name, prompt, pieces: (text, or the name of an own word behind @; weight)
    ("inside", "a red huastyle house", [("a red ", 1.0), ("@huastyle", 1.0), (" house", 1.0)]),
    ("weighted", "(HuaStyle:1.4), zz-one zz", [("@huastyle", 1.4), (",", 1.0), ("@zz-one", 1.0), ("@zz", 1.0)]),
    ("within-a-word", "zz-two", [("@zz", 1.0), ("-two", 1.0)]),
    ("at-the-end", FILL + "huastyle dog", [(FILL, 1.0), ("@huastyle", 1.0), ("dog", 1.0)]),
    ("moved", "cat " * 60 + ", huastyle" + " dog" * 20, [("cat " * 60 + ",", 1.0), ("@huastyle", 1.0), ("dog " * 20, 1.0)]),
    ("unknown", "a red huastile house", [("a red huastile house", 1.0)]),
]

FAMILIES = {"sd2": (layout.SMALL_SD2, [""]), "xl": (layout.SMALL_XL, [".clip_l", ".clip_g"])}
FAMILY_PROMPT = [("a red ", 1.0), ("@huastyle", 1.0), (" house by the ", 1.0), ("@zz", 1.4), ("dog", 1.0)]
FIRST = {"huastyle": 30_000, "zz": 31_000}  # tokens of no word here, whose rows become the own words' vectors


def chunks(clip, pieces, first):
    """conditioning.chunks_of, where own words are several tokens that one chunk must hold together."""
    def tokens(text, add_special_tokens):
        if text.startswith("@"):
            return {"input_ids": [first[text[1:]] + i for i in range(OWN[text[1:]])]}
        return clip(text, add_special_tokens=add_special_tokens)

    together = []
    count = 0
    for text, weight in pieces:
        size = len(tokens(text, False)["input_ids"])
        if text.startswith("@") and count + size > 75:
            together.append(conditioning.BREAK)
            count = 0
        together.append((text, weight))
        count += size
    return conditioning.chunks_of(tokens, together)


def family(clip, name, config, towers):
    """A prompt in a family whose towers have vectors of their own; each tower keeps its own mean."""
    config = replace(config, vocabulary=49408)
    state = {}
    for tensor, shape in layout.checkpoint(config, False).items():
        stored = torch.from_numpy(networks.weight(tensor, shape, 1 / 16)).to(networks.dtype_of(shape, torch.float16))
        state[tensor] = stored.to(torch.float32)
    models = networks.build_towers(config, state)
    for model, tower in zip(models, towers):
        table = model.text_model.embeddings.token_embedding.weight
        for own, first in FIRST.items():
            vectors = networks.hash_numbers(own + tower, OWN[own] * table.shape[1])
            table[first:first + OWN[own]] = torch.from_numpy(vectors).reshape(OWN[own], -1)
    (ids, weights), = chunks(clip, FAMILY_PROMPT, FIRST)
    z, pooled = networks.encode_with(config, models, torch.tensor([ids]))
    parts = []
    for part in z.split([tower.width for tower in config.towers], -1):
        weighted = part * torch.tensor([weights])[..., None]
        parts.append(weighted * (part.mean() / weighted.mean()))
    torch.cat(parts, -1).flatten()[::7].numpy().astype("<f4").tofile(OUT / f"{name}.f32")
    if pooled is not None:
        pooled.numpy().astype("<f4").tofile(OUT / f"{name}.pooled.f32")


if __name__ == "__main__":
    torch.set_grad_enabled(False)
    OUT.mkdir(parents=True, exist_ok=True)
    state = {name: torch.from_numpy(networks.weight(name, shape)).half().float()
             for name, shape in layout.checkpoint(pipeline.CONFIG).items()}
    clip, text = clip_tokens.tokenizer(), networks.build_text(pipeline.CONFIG, state)
    embeddings = getattr(text, "text_model", text).embeddings
    table, first = [embeddings.token_embedding.weight.data], {}
    for name, count in OWN.items():
        first[name] = sum(map(len, table))
        table.append(torch.from_numpy(networks.hash_numbers(name, count * 64)).reshape(count, 64))
    embeddings.token_embedding = torch.nn.Embedding.from_pretrained(torch.cat(table))
    rows = []
    for name, prompt, pieces in CASES:
        parts = []
        for ids, weights in chunks(clip, pieces, first):
            z = text(torch.tensor([ids])).last_hidden_state
            weighted = z * torch.tensor([weights])[..., None]
            parts.append(weighted * (z.mean() / weighted.mean()))
        torch.cat(parts, dim=1).flatten()[::7].numpy().astype("<f4").tofile(OUT / f"{name}.f32")
        rows.append(f"{name}\t{prompt}\n")
        print(f"{name}: {len(parts)} chunks")
    (OUT / "cases.tsv").write_text("".join(rows))
    for name, (config, towers) in FAMILIES.items():
        family(clip, name, config, towers)
