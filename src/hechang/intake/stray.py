"""Words and addresses that a page put into the text: told by the Chinese words they cut in two, never by a list.

A Latin word of the report (5G, AI, a name) stands between two words; a stray one stands anywhere, so what is left and
right of it, put together, is often a pair of characters that the document has elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hechang.intake.pairs import Pairs
from hechang.intake.sheet import GONE, Sheet

_TOKEN = re.compile(
    r"(?:https?://)?[A-Za-z](?:[A-Za-z0-9]*[A-Za-z])?(?:\n[a-z]+)?(?:[.\-/:%?=&#_@~+'!]+[A-Za-z0-9]+)*(?:\.html?|/)?"
    r"(?:[ ]+[A-Za-z][A-Za-z0-9']*){0,6}[ \t\n\u00a0]*"
)
_BLANK = " \t\n\u00a0"
_SOFT = re.compile(r"[a-z]{3}")
_ADDRESS = re.compile(r"https?://|www\.|[a-z0-9]\.(?:com|cn|net|org)\b", re.IGNORECASE)
ENOUGH = 2  # words cut in two, from which a word is stray; own assumption
SHARE = 0.35  # of its places that cut a word in two; a word set in with care cuts hardly any


class _Token(NamedTuple):
    """A Latin word or several, with the blanks around them."""

    start: int
    end: int
    said: str


def take_stray_words(sheet: Sheet) -> None:
    """Take stray Latin words and addresses out of a sheet.

    Examples
    --------
    >>> said = "要加快建设轨道,推动协同发展。会议强调,要加hello快建设,推news动协同,协click同发展,用AI建设。"
    >>> made = Sheet.of(said)
    >>> take_stray_words(made)
    >>> made.shown(20, len(said))
    '要加快建设,推动协同,协同发展,用AI建设。'
    """
    tokens = [one for one in _tokens(sheet.view) if _inside(sheet.view, one)]
    if len(tokens) < ENOUGH:
        return
    pairs = Pairs(sheet.view.translate({0: None}))
    beside = [sheet.view[one.start - 1] + sheet.view[one.end] for one in tokens]
    cuts = [pair if pairs.joins(*pair) else "" for pair in beside]
    groups: dict[str, list[int]] = {}
    for at, one in enumerate(tokens):
        groups.setdefault(_class(one.said), []).append(at)
        groups.setdefault(f"={one.said.casefold()}", []).append(at)
    stray = {
        at
        for name, places in groups.items()
        if name
        and _is_stray([cuts[at] for at in places], ENOUGH if name[0] != "=" or _SOFT.search(name) else 2 * ENOUGH)
        for at in places
    }
    sheet.out("stray word", (tokens[at][:2] for at in sorted(stray)))


def _tokens(view: str) -> Iterator[_Token]:
    last = 0
    for found in _TOKEN.finditer(view):
        start = found.start()
        while start > last and view[start - 1] in _BLANK:
            start -= 1
        last = found.end()
        yield _Token(start, last, found[0].strip())


def _inside(view: str, token: _Token) -> bool:
    """Tell whether a word stands in running text: with Chinese or a mark on both sides, and not in brackets."""
    before, after = view[token.start - 1 : token.start], view[token.end : token.end + 1]
    if not (before and after) or set(before + after) & set(f'()\n{GONE}"“”《》+-'):
        return False
    return _SOFT.search(token.said) is not None or not (before.isdigit() or after.isdigit())


def _class(said: str) -> str:
    """Words that may be judged together: addresses, words in small letters; names and short forms each alone."""
    if _ADDRESS.search(said):
        return "address"
    return "word" if _SOFT.search(said) else ""


def _is_stray(cuts: Sequence[str], enough: int) -> bool:
    """Tell whether words cut others in two: different ones, for one and the same may be a gap the writer left."""
    many, several = sum(map(bool, cuts)), len(set(cuts) - {""})
    return several >= enough and many >= (SHARE if several > ENOUGH else 0.5) * len(cuts)
