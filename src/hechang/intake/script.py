"""One internal form of Chinese text: simplified characters, half-width `, ; : ( )`, no white space.

Every change keeps the number of characters, so a place in the simplified text is the same place in the given text.
"""

from __future__ import annotations

import re
from functools import cache

import opencc

from hechang.intake.glyphs import INVISIBLE, fold, pair_quotes, unescape

CJK = "\u3400-\u9fff\uf900-\ufaff"
_SPACE = re.compile(rf"[\s{INVISIBLE}]+")
_HALF = dict(zip("，；：（）", ",;:()", strict=True))
_WIDE = re.compile("[，；：（）]")
# In both scripts, so they prove nothing; changed only beside characters that are surely traditional.
_SHARED = frozenset("於著乾徵夥摺麽菸捱")
# Variants that the standard list of 2013 keeps for names: 昇 in a simplified text is a person's own spelling.
_NAMES = frozenset("昇喆堃淼甦邨犇龢氾迺椀勠皙陞")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2s")


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _traditional() -> re.Pattern[str]:
    chars = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = _converter().convert("\n".join(chars)).split("\n")
    changed = {char for char, other in zip(chars, simple, strict=True) if char != other}
    sure = sorted({char for char in changed if not _in_gb2312(char)} - _NAMES | {"後"})
    return re.compile(f"[{''.join(sure)}]")


def traditional_marks(text: str) -> int:
    """Count the characters that only a traditional text holds.

    Examples
    --------
    >>> traditional_marks("功能區建設"), traditional_marks("乾坤")
    (2, 0)
    """
    return len(_traditional().findall(text))


def script_of(text: str) -> str:
    """Name the script: `hant` where at least one Chinese character in fifty is surely traditional, else `hans`.

    Examples
    --------
    >>> script_of("全市功能區建設"), script_of("全市功能区建设")
    ('hant', 'hans')
    """
    chinese = len(re.findall(f"[{CJK}]", text))
    return "hant" if chinese and traditional_marks(text) * 50 >= chinese else "hans"


def simplify(text: str) -> str:
    """Write traditional characters as simplified ones, one for one; simplified text stays as it is.

    Examples
    --------
    >>> simplify("著力推進"), simplify("承擔著"), simplify("著名"), simplify("乾坤")
    ('着力推进', '承担着', '著名', '乾坤')
    """
    if not _traditional().search(text):
        return text
    simple = _converter().convert(text)
    if len(simple) != len(text):  # a phrase changed its length: fall back to single characters
        simple = "".join(_one(char) for char in text)
    pairs = zip(text, simple, strict=True)
    return "".join([new if new == old or _may_change(old) else old for old, new in pairs])


def _one(char: str) -> str:
    simple = _converter().convert(char)
    return simple if len(simple) == 1 else char


def _may_change(char: str) -> bool:
    return char in _SHARED or _traditional().match(char) is not None


def half_width(text: str) -> str:
    """Write `，；：（）` as their half-width forms.

    Examples
    --------
    >>> half_width("要：（一）改革，开放")
    '要:(一)改革,开放'
    """
    return _WIDE.sub(lambda found: _HALF[found[0]], text)


def normalise(raw: str) -> str:
    r"""Turn a piece of the source, its noise already taken out, into the text of the evidence.

    Removes white space and what nobody sees, writes simplified characters, half-width `, ; : ( )`, one glyph for
    characters that look alike, and the characters that left-over entities stand for; nothing else is touched.
    Source: OpenCC tw2s; the form is what `hechang read` promises.

    Examples
    --------
    >>> normalise("要　加快 機制重塑，\n強化統籌")
    '要加快机制重塑,强化统筹'
    >>> normalise("&ldquo;５Ｇ&rdquo;⽹络")
    '“5G”网络'
    """
    if _plain().fullmatch(raw):
        return half_width(raw)
    return pair_quotes(half_width(simplify(fold(_SPACE.sub("", unescape(raw))))))


@cache
def _plain() -> re.Pattern[str]:
    """Text that only the width of its marks may change: most evidence is, and there is much of it."""
    chars = [chr(code) for code in range(0x4E00, 0xA000) if not _traditional().match(chr(code))]
    return re.compile(
        f"[{''.join(chars)}0-9ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz、。“”《》%.，；：（）,;:()—·+-]*"
    )
