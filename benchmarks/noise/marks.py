"""Noise of characters: widths, invisible signs, look-alikes of another block, lost or doubled punctuation."""

import random
import re

from .kind import HAN, Kind, after_marks, inside, is_han, mapped, sometimes, then

WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
HALF = dict(zip("，；：（）！？", ",;:()!?", strict=True))
RADICALS = dict(
    zip(
        "一人入八力十又口土大女子小山工己干广心手文方日月木水火生用田白目石示立老而自至色行西见言走足车里金长门青非面革音风飞食首高黑",
        "⼀⼈⼊⼋⼒⼗⼜⼝⼟⼤⼥⼦⼩⼭⼯⼰⼲⼴⼼⼿⽂⽅⽇⽉⽊⽔⽕⽣⽤⽥⽩⽬⽯⽰⽴⽼⽽⾃⾄⾊⾏⾑⾒⾔⾛⾜⾞⾥⾦⾧⾨⾭⾮⾯⾰⾳⾵⾶⾷⾸⾼⿊",
        strict=True,
    )
)
# Simplified forms have no Kangxi radical of their own: those pairs would change the word.
RADICALS = {key: value for key, value in RADICALS.items() if key not in "广见车长门风飞西青"}
COMPATIBLE = {
    "更": "\uf901",
    "行": "\ufa08",
    "度": "\ufa01",
    "利": "\uf9dd",
    "里": "\uf9e9",
    "理": "\uf9e4",
    "量": "\uf97e",
}
VERTICAL = {
    "，": "︐",
    "。": "︒",
    "：": "︓",
    "；": "︔",
    "（": "︵",
    "）": "︶",
    "“": "﹁",
    "”": "﹂",
    "《": "︽",
    "》": "︾",
}
MIDDLE_DOTS = {"·": "‧", "—": "―", "－": "-", "～": "~"}


def _spaced(gap: str, share: float) -> Kind:
    def make(text: str, chance: random.Random) -> str:
        out = []
        for here, following in zip(text, text[1:] + "\n", strict=True):
            out.append(here)
            if is_han(here) and is_han(following) and chance.random() < share:
                out.append(gap)
        return "".join(out)

    return make


def _around_figures(text: str, _chance: random.Random) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=[0-9])|(?<=[0-9%])(?=[\u4e00-\u9fff])", " ", text)


def _without(marks: str, share: float = 1.0) -> Kind:
    return lambda text, chance: "".join(char for char in text if char not in marks or chance.random() >= share)


def _straight_quotes(text: str, _chance: random.Random) -> str:
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def _doubled(text: str, chance: random.Random) -> str:
    return "".join(char * 2 if char in "，。；" and chance.random() < 0.15 else char for char in text)


def _bold_stars(text: str, chance: random.Random) -> str:
    def mark(found: re.Match[str]) -> str:
        return f"**{found.group()}**" if chance.random() < 0.08 else found.group()

    return re.sub(r"[\u4e00-\u9fff]{4,10}", mark, text)


def _spread_marks(text: str, _chance: random.Random) -> str:
    return re.sub(r"([，。；：、])", r" \1 ", text)


def _strokes(mark: str, every: int) -> Kind:
    return inside((mark,), every)


def _replaced_quotes(left: str, right: str) -> Kind:
    return mapped({"“": left, "”": right})


KINDS: dict[str, Kind] = {
    "marks: figures and letters full width": mapped({k: v for k, v in WIDE.items() if k.isalnum() or k in "%."}),
    "marks: punctuation half width": mapped(HALF),
    "marks: punctuation half width with a space": then(mapped(HALF), after_marks(",;:", " ")),
    "marks: full stop as dot": sometimes({"。": "."}, 0.7),
    "marks: radicals for characters": sometimes(RADICALS, 0.6),
    "marks: compatibility characters": sometimes(COMPATIBLE, 0.8),
    "marks: vertical punctuation": mapped(VERTICAL),
    "marks: other dots and dashes": mapped(MIDDLE_DOTS),
    "marks: space between all characters": _spaced(" ", 1.0),
    "marks: space between some characters": _spaced(" ", 0.12),
    "marks: wide space between some characters": _spaced("　", 0.08),
    "marks: thin spaces": _spaced("\u2009", 0.3),
    "marks: spaces that do not break": _spaced("\u00a0", 0.2),
    "marks: spaces around figures": _around_figures,
    "marks: spaces around punctuation": _spread_marks,
    "marks: zero-width spaces": inside(("\u200b",), 4),
    "marks: joiners and byte order marks": inside(("\u200d", "\ufeff", "\u2060"), 7),
    "marks: soft hyphens": inside(("\u00ad",), 6),
    "marks: direction signs": inside(("\u200e", "\u200f", "\u202c"), 9),
    "marks: variation selectors": inside(("\ufe00", "\U000e0100"), 8),
    "marks: control characters": inside(("\x08", "\x01", "\x1f"), 25),
    "marks: private-use bullets": after_marks("。；", "\uf0b7", 0.5),
    "marks: replacement signs": after_marks("，。", "\ufffd", 0.2),
    "marks: tabs inside sentences": inside(("\t",), 30),
    "marks: curly quotes lost": _without("“”‘’"),
    "marks: quotes straight": _straight_quotes,
    "marks: corner quotes": _replaced_quotes("「", "」"),
    "marks: half-width corner quotes": _replaced_quotes("｢", "｣"),
    "marks: TeX quotes": _replaced_quotes("``", "''"),
    "marks: full stops at paragraph ends lost": lambda text, _chance: re.sub(r"。(?=\n|$)", "", text),
    "marks: doubled commas and stops": _doubled,
    "marks: stars of bold type": _bold_stars,
    "marks: underlines of links": _strokes("_", 35),
    "marks: backslashes before figures": lambda text, _chance: re.sub(r"(?<=[\u4e00-\u9fff])(?=[0-9])", r"\\", text),
    "marks: combining dots of emphasis": lambda text, chance: HAN.sub(
        lambda found: found.group() + ("\u0323" if chance.random() < 0.1 else ""), text
    ),
}
