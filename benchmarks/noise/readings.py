"""Noise of readings: sounds, glosses and other scripts that somebody or something put into the text."""

import random

import opencc
from pypinyin import Style, lazy_pinyin

from .kind import Kind, each_line, is_han


def _sounds(style: Style, left: str, right: str, every: int) -> Kind:
    """Readings of the document's words in brackets, behind one in `every` characters."""

    def make(text: str, chance: random.Random) -> str:
        out = []
        for char in text:
            out.append(char)
            if is_han(char) and chance.randrange(every) == 0:
                out.append(left + lazy_pinyin(char, style=style)[0] + right)
        return "".join(out)

    return make


def _same_characters(style: Style, left: str, right: str) -> Kind:
    """Readings behind every place of a few chosen characters, as a converter leaves them."""

    def make(text: str, chance: random.Random) -> str:
        kinds = sorted({char for char in text if is_han(char)})
        chosen = set(chance.sample(kinds, max(1, len(kinds) // 6)))
        return "".join(
            char + (left + lazy_pinyin(char, style=style)[0] + right if char in chosen else "") for char in text
        )

    return make


def _line_above(text: str, chance: random.Random) -> str:
    return each_line(lambda line, _n, _dice: " ".join(lazy_pinyin(line[:40], style=Style.TONE)) + "\n" + line)(
        text, chance
    )


def _traditional(name: str) -> Kind:
    return lambda text, _chance: str(opencc.OpenCC(name).convert(text))


def _half_traditional(text: str, chance: random.Random) -> str:
    change = opencc.OpenCC("s2t")
    return "".join(str(change.convert(char)) if chance.random() < 0.3 else char for char in text)


def _english_glosses(text: str, chance: random.Random) -> str:
    words = {"创新": "innovation", "交通": "transport", "产业": "industry", "生态": "ecology", "会议": "meeting"}
    for word, gloss in words.items():
        text = text.replace(word, f"{word} ({gloss})" if chance.random() < 0.8 else word)
    return text


def _english_lines(text: str, chance: random.Random) -> str:
    lines = ("Machine translation is not available for this paragraph.", "(Translated by AI, for reference only)")
    return each_line(lambda line, _n, dice: f"{line}\n{dice.choice(lines)}")(text, chance)


def _ruby(text: str, chance: random.Random) -> str:
    def tag(char: str) -> str:
        return f"<ruby>{char}<rt>{lazy_pinyin(char, style=Style.TONE)[0]}</rt></ruby>"

    return "".join(tag(char) if is_han(char) and chance.randrange(15) == 0 else char for char in text)


KINDS: dict[str, Kind] = {
    "reading: tones in brackets": _sounds(Style.TONE, "(", ")", 9),
    "reading: tones in wide brackets": _sounds(Style.TONE, "（", "）", 5),
    "reading: no tones": _sounds(Style.NORMAL, "(", ")", 7),
    "reading: figures for tones": _sounds(Style.TONE3, "[", "]", 6),
    "reading: figures behind the vowel": _sounds(Style.TONE2, "(", ")", 8),
    "reading: zhuyin": _sounds(Style.BOPOMOFO, "（", "）", 10),
    "reading: chosen characters, tones": _same_characters(Style.TONE, "(", ")"),
    "reading: chosen characters, no brackets": _same_characters(Style.TONE, "", ""),
    "reading: chosen characters, slashes": _same_characters(Style.NORMAL, "/", "/"),
    "reading: line above": _line_above,
    "reading: ruby tags": _ruby,
    "reading: traditional, Taiwan": _traditional("s2tw"),
    "reading: traditional, Hong Kong": _traditional("s2hk"),
    "reading: traditional, standard": _traditional("s2t"),
    "reading: some characters traditional": _half_traditional,
    "reading: English glosses": _english_glosses,
    "reading: English lines between": _english_lines,
}
