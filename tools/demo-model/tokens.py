"""CLIP's byte-pair tokenizer, built from the merges file that the engine carries.

The engine cleans texts further; for all that captions hold, NFKC is the same.
"""

import json
import pathlib

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

MERGES = pathlib.Path(__file__).parents[2] / "engine/src/main/resources/huafang/engine/text/clip-merges.txt"
START, END, LENGTH = 49406, 49407, 77
WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def byte_symbols():
    """The 256 printable characters that stand for bytes, in the vocabulary's order."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(256 + i) for i in range(len(others))]


def vocabulary_and_merges():
    lines = MERGES.read_text(encoding="utf-8").splitlines()
    merges = [tuple(line.split()) for line in lines if line and not line.startswith("#version")]
    symbols = byte_symbols()
    words = symbols + [s + "</w>" for s in symbols] + ["".join(m) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    return {word: i for i, word in enumerate(words)}, merges


def clip_tokenizer():
    vocabulary, merges = vocabulary_and_merges()
    assert vocabulary["<|endoftext|>"] == END, f"{MERGES} gives {len(vocabulary)} words, 49408 expected"
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, end_of_word_suffix="</w>", continuing_subword_prefix=""))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(WORDS), behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    return tokenizer


def encode(tokenizer, texts):
    """-> ids [n, 77]: start, words, end, and the end token as padding."""
    ids = np.full((len(texts), LENGTH), END, np.int64)
    for row, encoding in zip(ids, tokenizer.encode_batch(list(texts))):
        words = encoding.ids[: LENGTH - 2]
        row[0], row[1 : 1 + len(words)] = START, words
    return ids


if __name__ == "__main__":
    vocabulary, merges = vocabulary_and_merges()
    pathlib.Path("vocab.json").write_text(json.dumps(vocabulary))
    pathlib.Path("merges.txt").write_text("#version: 0.2\n" + "\n".join(map(" ".join, merges)) + "\n")
