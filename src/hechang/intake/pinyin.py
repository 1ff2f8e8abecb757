"""Pinyin that a converter put in brackets behind characters: found, and told from brackets that mean something.

A bracket group goes only if it spells the characters before it and the document has many such groups.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MANY = 5  # groups; own assumption: nobody explains five readings in one report
_GROUP = re.compile(r"(?<=[\u3400-\u9fff])[ \t\u3000]*[(（\[【〔]([^()（）\[\]【】〔〕\u3400-\u9fff]{1,40})[)）\]】〕]")
_TONES = {0x0300, 0x0301, 0x0304, 0x030C, 0x0306, 0x0302}
_LETTERS = str.maketrans({"ɡ": "g", "ɑ": "a", "ü": "v", "ê": "e"})
_DROPPED = re.compile(r"[\s\d'’·\-]")


def plain(reading: str) -> str:
    """Write a reading without tones: `lǜ`, `lv4` and `lü4` are all `lv`.

    Examples
    --------
    >>> plain("qū"), plain("lǜ"), plain("shè4"), plain("huì yì")
    ('qu', 'lv', 'she', 'huiyi')
    """
    bare = _DROPPED.sub("", unicodedata.normalize("NFKC", reading).lower())
    parts = unicodedata.normalize("NFD", bare)
    whole = unicodedata.normalize("NFC", "".join(char for char in parts if ord(char) not in _TONES))
    return whole.translate(_LETTERS).replace("u:", "v")


@cache
def readings(char: str) -> frozenset[str]:
    """All toneless readings of a character.

    Examples
    --------
    >>> sorted(readings("会"))
    ['hui', 'kuai']
    """
    from pypinyin.pinyin_dict import pinyin_dict  # 0.3 s, for the few documents that need it

    found = {plain(reading) for reading in pinyin_dict.get(ord(char), "").split(",") if reading}
    return frozenset(found | {reading.replace("v", "u") for reading in found})


def spells(letters: str, before: str) -> bool:
    """Tell whether `letters` reads the last characters of `before` (one to six of them).

    Examples
    --------
    >>> spells("qū", "功能区"), spells("huì yì", "会议"), spells("BIM", "模型")
    (True, True, False)
    """
    left = {plain(letters)}
    for char in reversed(before[-6:]):
        left = {rest[: -len(reading)] for rest in left for reading in readings(char) if rest.endswith(reading)}
        if "" in left:
            return True
        if not left:
            return False
    return False


def pinyin_groups(raw: str) -> list[tuple[int, int]]:
    """Spans of injected pinyin in `raw`; empty where the document has fewer than `MANY` groups.

    Examples
    --------
    >>> pinyin_groups("功能區(qū)建設(shè)工作推進(jìn)會(huì)議(yì)、鎮(街道)")
    [(3, 7), (9, 14), (18, 23), (24, 29), (30, 34)]
    """
    found = [
        group
        for group in _GROUP.finditer(raw)
        if spells(group.group(1), raw[max(0, group.start() - 6) : group.start()])
    ]
    return [group.span() for group in found] if len(found) >= MANY else []
