"""Readings (pinyin, bopomofo) that a converter put behind characters: found, and told from words that mean something.

A reading goes only if it spells the characters before it and the document has many such readings.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

MANY = 5  # groups; own assumption: nobody explains five readings in one report
FARTHEST = 12  # characters that one group may spell
_MARKS = "\u02c7\u02ca\u02cb\u02d9"
_LETTER = f"a-zɡɑ\u00e0-\u00fc\u0101-\u01dc\u0300-\u030c\u3105-\u312f{_MARKS}"
_OPENING, _CLOSING = "(（\\[【〔<{〈〖/|", ")）\\]】〕>}〉〗/|"
_GROUP = re.compile(
    rf"(?<=[\u3400-\u9fff])[ \t\n\u3000\u00a0]*(?:"
    rf"[{_OPENING}]([^{_OPENING}{_CLOSING}\u3400-\u9fff]{{1,80}})[{_CLOSING}]|"
    rf"([{_LETTER}](?:[{_LETTER}\d'’]|[ \n](?=[{_LETTER}])){{0,80}}))"
)
_TONES = {0x0300, 0x0301, 0x0304, 0x030C, 0x0306, 0x0302, *map(ord, _MARKS)}
_LETTERS = str.maketrans({"ɡ": "g", "ɑ": "a", "ü": "v", "ê": "e"})
_DROPPED = re.compile(r"[\s\d'’·\-,.\u200b-\u200f\x00]")


def plain(reading: str) -> str:
    """Write a reading without tones: `lǜ`, `lv4` and `lü4` are all `lv`.

    Examples
    --------
    >>> plain("qū"), plain("lǜ"), plain("shè4"), plain("huì yì"), plain("ㄏㄨㄟˋ")
    ('qu', 'lv', 'she', 'huiyi', 'ㄏㄨㄟ')
    """
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", reading.replace("\u02d9", "")).lower())
    whole = unicodedata.normalize("NFC", "".join(char for char in parts if ord(char) not in _TONES))
    return _DROPPED.sub("", whole).translate(_LETTERS).replace("u:", "v")


@cache
def readings(char: str) -> frozenset[str]:
    """All toneless readings of a character, in pinyin and in bopomofo.

    Examples
    --------
    >>> sorted(readings("会"))
    ['hui', 'kuai', 'ㄎㄨㄞ', 'ㄏㄨㄟ']
    """
    from pypinyin.pinyin_dict import pinyin_dict  # 0.3 s, for the few documents that need it
    from pypinyin.style.bopomofo import BopomofoConverter

    told = [reading for reading in pinyin_dict.get(ord(char), "").split(",") if reading]
    found = {plain(reading) for reading in told}
    spelt = {plain(BopomofoConverter().to_bopomofo(reading)) for reading in told}
    return frozenset(found | {reading.replace("v", "u") for reading in found} | spelt)


def spells(letters: str, before: str) -> bool:
    """Tell whether `letters` reads the last characters of `before` (one to twelve of them).

    Examples
    --------
    >>> spells("qū", "功能区"), spells("huì yì", "会议"), spells("BIM", "模型"), spells("ㄑㄩ", "功能区")
    (True, True, False, True)
    """
    left = {plain(letters)}
    for char in reversed(before[-FARTHEST:]):
        left = {rest[: -len(reading)] for rest in left for reading in readings(char) if rest.endswith(reading)}
        if "" in left:
            return True
        if not left:
            return False
    return False


def pinyin_groups(raw: str) -> list[tuple[int, int]]:
    """Spans of injected readings in `raw`; empty where the document has fewer than `MANY` of them.

    Examples
    --------
    >>> pinyin_groups("功能區(qū)建設(shè)工作推進(jìn)會(huì)議(yì)、鎮(街道)")
    [(3, 7), (9, 14), (18, 23), (24, 29), (30, 34)]
    >>> pinyin_groups("功能區qū建設shè推進/jìn/會ㄏㄨㄟˋ議yì用BIM")
    [(3, 5), (7, 10), (12, 17), (18, 22), (23, 25)]
    """
    found: list[tuple[int, int]] = []
    end = 0
    for group in _GROUP.finditer(raw):
        before = raw[max(0, group.start() - 6 * FARTHEST) : group.start()]
        if (
            found and found[-1][1] > group.start() - 6 * FARTHEST
        ):  # readings between the characters that a word is spelt by
            before = _without(raw, before, group.start(), found)
        end = group.end() if group[1] and spells(group[1], before) else _spelt(group, before)
        if end:
            found.append((group.start(), end))
    return found if len(found) >= MANY else []


def _spelt(group: re.Match[str], before: str) -> int:
    """End of the longest beginning of a reading without brackets that spells what stands before it; 0 for none."""
    letters = group[2] or ""
    while letters:
        if spells(letters, before):
            return group.start(2) + len(letters)
        cut = max(letters.rfind(" "), letters.rfind("\n"))
        letters = letters[:cut] if cut > 0 else ""
    return 0


def _without(raw: str, before: str, stop: int, found: list[tuple[int, int]]) -> str:
    start, kept = stop - len(before), ""
    for first, last in reversed(found[-FARTHEST:]):
        if last <= start or len(kept) >= FARTHEST:
            break
        kept = raw[last:stop] + kept
        stop = first
    return raw[max(start, stop - FARTHEST) : stop] + kept if stop > start else kept
