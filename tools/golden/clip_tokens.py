"""Token ids of CLIP's tokenizer, as AUTOMATIC1111 runs it, for 10,000 texts.

AUTOMATIC1111 calls the Python tokenizer of transformers 4, which cleans texts by ftfy (installed with open_clip and CLIP).
Here that tokenizer is put together from ftfy, regex and the byte-pair encoding of tokenizers; where transformers 4 is
there, every text is compared with its own. Two of ftfy's repairs guess and are left out: wrongly decoded text (mojibake)
and HTML entities; the script says in how many texts they would change the ids.

Writes to engine/src/test/resources/huafang/engine/text/
  tokens.tsv     ids, a tab, the text (tab, newline, return and backslash escaped), for those worth reading
  strings.gz     10,000 texts, each followed by U+0000
  strings.sha    for each 100 of them the first 16 digits of the SHA-256 of their ids: numbers and spaces, a newline each
Needs ftfy (6.3), regex, tokenizers (0.23) and Python 3.11, whose Unicode is 14.  Run from the repository's root.
"""
import gzip
import hashlib
import json
import random
import tempfile
import unicodedata
from pathlib import Path

import ftfy
import regex
from tokenizers import models

ENGINE = Path("engine/src")
START, END = "<|startoftext|>", "<|endoftext|>"
SPECIAL = {START: 49406, END: 49407}
REPAIRS = ftfy.TextFixerConfig(fix_encoding=False, unescape_html=False)
WORD = regex.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+", regex.IGNORECASE)


def vocabulary_and_merges():
    lines = (ENGINE / "main/resources/huafang/engine/text/clip-merges.txt").read_text(encoding="utf-8").splitlines()
    merges = [tuple(line.split(" ")) for line in lines]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    entries = symbols + [s + "</w>" for s in symbols] + [a + b for a, b in merges] + [START, END]
    vocabulary = {entry: i for i, entry in enumerate(entries)}
    assert len(vocabulary) == 49408
    letters = dict(zip(printable + [b for b in range(256) if b not in printable], symbols))
    return vocabulary, merges, letters


class Tokenizer:
    """The Python tokenizer's steps; called like transformers' own."""

    def __init__(self, repairs=REPAIRS):
        vocabulary, merges, self.letters = vocabulary_and_merges()
        self.pairs = models.BPE(vocabulary, merges, end_of_word_suffix="</w>", continuing_subword_prefix="")
        self.repairs = repairs

    def __call__(self, text, add_special_tokens=False):
        ids = []
        for part in regex.split(r"(<\|startoftext\|>|<\|endoftext\|>)", text):
            for word in WORD.findall(ftfy.fix_text(part, self.repairs).lower()) if part not in SPECIAL else [part]:
                ids += [SPECIAL[word]] if word in SPECIAL else [
                    token.id for token in self.pairs.tokenize("".join(self.letters[b] for b in word.encode("utf-8")))]
        return {"input_ids": ids}


def tokenizer():
    return Tokenizer()


def transformers_own():
    """transformers 4's tokenizer with the same repairs, or None where a later one is installed."""
    from transformers.models.clip.tokenization_clip import CLIPTokenizer
    if not hasattr(CLIPTokenizer, "bpe"):
        return None
    vocabulary, merges, _ = vocabulary_and_merges()
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "vocab.json"), Path(folder, "merges.txt")
        files[0].write_text(json.dumps(vocabulary), encoding="utf-8")
        files[1].write_text("#version\n" + "\n".join(" ".join(pair) for pair in merges), encoding="utf-8")
        own = CLIPTokenizer(*map(str, files))
    own.fix_text = lambda text: ftfy.fix_text(text, REPAIRS)
    return own


TEXTS = [
    "", " ", "a", "a cat", "puppy dog", "A photo of an astronaut riding a horse on Mars",
    "masterpiece, best quality, 1girl, solo, long hair, looking at viewer, (smile:1.2), [hat], ultra-detailed, 8k",
    "it's we're I'm they've you'll he'd don't can't 'twas rock'n'roll 's 't '' '''s IT'S I'M o'clock’s",
    "123 4567 3.14159 1e-5 16:9 2026-11-22 ½ ² Ⅷ ① ٣ 三 １２３",
    "tabs\tand\nnewlines\r\nand\u000bvertical\u000cfeeds", "  leading, trailing  and   doubled  ",
    "no\u00a0break\u2003em\u3000ideographic\u2028line\u2029paragraph\u0085next\u202fnarrow\u205fmath\u1680ogham",
    "zero\u200bwidth\u200cnon\u200djoiner\ufefforder\u00adhyphen\u2060word\u180e",
    "control\u0001\u001c\u001d\u001e\u001f\u007f\u0080 characters",
    "&amp; &lt;b&gt; <b>bold</b> &#39;", "http://example.org/a_b?c=d&e=f#g", "snake_case camelCase kebab-case",
    "<|startoftext|>", "<|endoftext|>", "a<|endoftext|>b", "!!<|endoftext|>!!", "<|ENDOFTEXT|> <|StartOfText|>",
    "<|endoftext", "<|endoftext|><|endoftext|>", "endoftext|>", "<|<|endoftext|>|>",
    "café", "cafe\u0301", "naïve façade Ångström Å \u212b", "ﬁ ﬂ ligatures ŉ ǆ", "Straße STRASSE ẞ", "İstanbul ıIiİ",
    "ΟΔΥΣΣΕΥΣ Σίσυφος ς Σ", "Привет, мир! ЁЖИК", "مرحبا بالعالم ١٢٣", "שלום עולם", "नमस्ते दुनिया", "สวัสดีชาวโลก",
    "안녕하세요 세계", "\u1112\u1161\u11ab\u1100\u1173\u11af", "こんにちは世界、カタカナ ｶﾀｶﾅ", "Tiếng Việt Ti\u00ea\u0301ng Vi\u00ea\u0323t",
    "一只猫", "一座红色的房子，日落，海边", "春天的早晨，雾中的群山，水墨画风格，高清，细节丰富", "画坊", "龍 龙 𠀀𠮷 㐀",
    "a cat 一只猫, sitting 坐着。“你好”《画》…——！？", "中文English混排123测试", "红房子,蓝色的海;绿树", "",
    "😀", "😀😃😄 cat 🐈‍⬛ 👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇳 👍🏽 ❤️ ☀ ☀️", "🎨painting🎨", "a😀b", "→ ← ↑ ∞ ≤ √ ∑ € £ ¥ ₿ © ® ™ ° § ¶",
    "a" * 200, "supercalifragilisticexpialidocious", "pneumonoultramicroscopicsilicovolcanoconiosis " * 3, "!" * 99, "-=" * 60,
    "ab" * 150, "aaaaaaaa bbbbbbbb zzzzzzz", "9" * 90, "猫" * 90, "😀" * 40, "the " * 100, ", " * 90,
    "hyphen-ated well–known em—dash", "“curly” ‘quotes’ „low“ «guillemets»", "a.b.c. U.S.A. e.g. i.e. Mr. Dr.",
    "(((nested))) [[brackets]] {{braces}} <angle>", "50% off @home #tag $5 ^up ~tilde `tick` a|b a\\b a/b a+b=c",
    "\ud7ff\ue000\ufffd", "x\u0301\u0302\u0303y", "e\u0301e\u0300o\u0308", "\u0301 lonely accent", "K \u212a kelvin", "ß ſ s", "ǅ ǈ ᾈ ΰ",
    "Zalgo: h\u0338e\u0321l\u0322l\u0327o\u0328", "𝓯𝓪𝓷𝓬𝔂 𝔗𝔢𝔵𝔱 ℌ", "ⓐⓑ ㊗ ㎏ ﷺ", "\U000e0001 tag \U000f0000 private",
]
WORDS = ("cat dog painting of a the in by style detailed oil watercolor sunset sea hills house red blue boat moon night fog snow "
         "Rembrandt Hokusai cyberpunk portrait 8k 4k hdr it's isn't 1girl trending artstation 海 山 房子 红色的 日落 月亮 小船 雪 夜晚 水彩 "
         "éclair über niño 😀 🌅 🚤 ! ? ... , , , . : ; - ( ) \" '").split()
BLOCKS = [(0x20, 0x7e), (0xa0, 0x17f), (0x370, 0x3ff), (0x400, 0x4ff), (0x600, 0x6ff), (0x900, 0x97f), (0x1e00, 0x1eff),
          (0x2000, 0x206f), (0x2100, 0x214f), (0x3040, 0x30ff), (0x4e00, 0x9fff), (0xac00, 0xd7a3), (0xff00, 0xffef),
          (0x1f300, 0x1f64f), (0x20000, 0x2a6d6)]


def random_texts():
    dice = random.Random(2026)
    for _ in range(160):
        yield "".join(dice.choice(WORDS) + dice.choice(["", " ", " ", " ", ", ", "\n"]) for _ in range(dice.randint(1, 40)))
    for _ in range(120):
        chosen = dice.sample(BLOCKS, dice.randint(1, 4))
        yield "".join(chr(dice.randint(*dice.choice(chosen))) for _ in range(dice.randint(1, 50)))


def escape(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


MORE_BLOCKS = BLOCKS + [(0x01, 0x20), (0x7f, 0x9f), (0x300, 0x36f), (0x590, 0x5ff), (0x980, 0x9ff), (0xe00, 0xe7f), (0x1100, 0x11ff),
                        (0x2070, 0x20bf), (0x2150, 0x218f), (0x2190, 0x22ff), (0x2460, 0x24ff), (0x2600, 0x27bf), (0x3000, 0x303f),
                        (0x3400, 0x4dbf), (0xf900, 0xfaff), (0xfb00, 0xfb4f), (0xfe00, 0xfe6f), (0x1d400, 0x1d7ff), (0x1f900, 0x1f9ff)]
CHINESE = "红色的房子 海边 日落 月亮 小船 雪 夜晚 水彩 山 一只猫 高清 细节 人像 赛博朋克 水墨画 春天 雾 树木 大师作品 光影 电影质感".split()
SIGNS = ["，", "。", "、", "：", "；", "！", "？", "（", "）", "“", "”", "‘", "’", "…", "——", "《", "》", ",", ".", " ", "\u3000", "\n", "　", "\t", "·", "～"]
LATIN = WORDS + "ΟΔΥΣΣΕΥΣ ΣΑΣ İstanbul Straße ﬁne naïve Å l'été O’Neil I’M WE’LL rock’n’roll don't 'ſ K x² ½ Ⅷ ＡＢＣ １２３ ｶﾀｶﾅ ﷺ 1girl e\u0301 <b>".split()
FACES = "😀 🐈‍⬛ 👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇳 👍🏽 ❤️ ☀️ 🎨 ✨".split()


def known(lowest, highest, dice):
    """A character that Unicode had by version 14, for both sides to know whether it is a letter."""
    while unicodedata.category(character := chr(dice.randint(lowest, highest))) == "Cn":
        pass
    return character


def many_texts():
    """10,000 texts of seven kinds."""
    dice = random.Random(10_000)
    for i in range(10_000):
        kind = i % 7
        if kind == 0:
            yield "".join(dice.choice(CHINESE) + dice.choice(SIGNS) for _ in range(dice.randint(1, 12)))
        elif kind == 1:
            yield "".join(dice.choice(LATIN) + dice.choice([" ", " ", ", ", "", *SIGNS]) for _ in range(dice.randint(1, 15)))
        elif kind == 2:
            yield "".join(dice.choice(dice.choice([CHINESE, LATIN, FACES])) + dice.choice(["", "", " ", *SIGNS]) for _ in range(dice.randint(1, 12)))
        elif kind == 3:
            block = dice.choice(MORE_BLOCKS)
            yield "".join(known(*block, dice) for _ in range(dice.randint(1, 20)))
        elif kind == 4:
            chosen = dice.sample(MORE_BLOCKS, dice.randint(2, 5))
            yield "".join(known(*dice.choice(chosen), dice) for _ in range(dice.randint(1, 24)))
        elif kind == 5:
            yield "".join(dice.choice("0123456789.,:;-+/%$#@!?'\"()[]{}|\\<>*&^~`_=") for _ in range(dice.randint(1, 30)))
        else:
            letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéüßñøŁжЖσΣ'"
            yield "".join(dice.choice(letters) for _ in range(dice.choice([3, 10, 30, 120]))) + dice.choice(["", START, END, END.upper(), " " + END + "Σ"])


if __name__ == "__main__":
    clip, whole, own = tokenizer(), Tokenizer(ftfy.TextFixerConfig()), transformers_own()
    target = ENGINE / "test/resources/huafang/engine/text"
    rows = [" ".join(map(str, clip(text)["input_ids"])) + "\t" + escape(text) + "\n" for text in [*TEXTS, *random_texts()]]
    (target / "tokens.tsv").write_bytes("".join(rows).encode("utf-8"))

    texts = list(many_texts())
    ids = [clip(text)["input_ids"] for text in texts]
    if own:
        for text, mine in zip([*texts, *TEXTS, *random_texts()], [*ids, *([int(i) for i in row.split("\t")[0].split()] for row in rows)]):
            assert own(text, add_special_tokens=False)["input_ids"] == mine, text
    (target / "strings.gz").write_bytes(gzip.compress("".join(text + "\0" for text in texts).encode("utf-8"), 9, mtime=0))
    lines = [" ".join(map(str, row)) + "\n" for row in ids]
    (target / "strings.sha").write_text("".join(
        hashlib.sha256("".join(lines[i:i + 100]).encode()).hexdigest()[:16] + "\n" for i in range(0, len(lines), 100)))
    print("compared with transformers 4" if own else "transformers 4 is not installed",
          "- ftfy's guesses would change", sum(whole(text)["input_ids"] != row for text, row in zip(texts, ids)), "of", len(texts))
