"""Token ids of Hugging Face's fast CLIP tokenizer for a few hundred odd texts.

Writes engine/src/test/resources/huafang/engine/text/tokens.tsv: ids, a tab, the text (tab, newline, return and
backslash escaped). The vocabulary is built from the merges in the tree, the special tokens as Stable Diffusion 1.x's
tokenizer files declare them. Needs transformers (5.18 here).  Run from the repository's root.
"""
import random
from pathlib import Path

from tokenizers import AddedToken
from transformers import CLIPTokenizer

ENGINE = Path("engine/src")


def special(text):
    return AddedToken(text, lstrip=False, rstrip=False, single_word=False, normalized=True, special=True)


def tokenizer():
    lines = (ENGINE / "main/resources/huafang/engine/text/clip-merges.txt").read_text(encoding="utf-8").splitlines()
    merges = [tuple(line.split(" ")) for line in lines]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    entries = symbols + [s + "</w>" for s in symbols] + [a + b for a, b in merges] + ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {entry: i for i, entry in enumerate(entries)}
    assert len(vocabulary) == 49408
    return CLIPTokenizer(vocab=vocabulary, merges=merges, bos_token=special("<|startoftext|>"),
                         eos_token=special("<|endoftext|>"), unk_token=special("<|endoftext|>"))


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


if __name__ == "__main__":
    clip = tokenizer()
    rows = []
    for text in [*TEXTS, *random_texts()]:
        ids = clip(text, add_special_tokens=False)["input_ids"]
        rows.append(" ".join(map(str, ids)) + "\t" + escape(text) + "\n")
    target = ENGINE / "test/resources/huafang/engine/text/tokens.tsv"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes("".join(rows).encode("utf-8"))
