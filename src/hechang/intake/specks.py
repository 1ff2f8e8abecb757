"""Specks of a scan: single small marks anywhere in the text, of kinds that no report puts between two words."""

from __future__ import annotations

import re
from collections import Counter

from hechang.intake.sheet import Sheet

_HAN = "\u3400-\u9fff"
_SMALL = "·'`´˙ˊˋˇ¨|¦~^*_\\\\•∙․‧\"′ˈ°"
_NEVER = "`´˙ˊˋˇ¨¦"  # never between two characters, whatever is written
_TEXT = rf"[{_HAN}，。、；：？！“”‘’（）()《》,;:]"
_SPECK = re.compile(
    rf"(?<={_TEXT})[{_SMALL}](?=[ \t]?(?:{_TEXT}|\d|\r?\n|$))|(?<=\d)[{_SMALL}](?=[ \t]?{_TEXT})|"
    rf"(?<={_TEXT} )[{_SMALL}](?={_TEXT})|(?:(?<=\n)|^)[{_SMALL}](?=[{_HAN}])"
)
_BETWEEN = re.compile(rf"(?<=[{_HAN}])[{_SMALL}](?=[{_HAN}])")
FEW = 2  # marks that are never there, from which a text has specks; own assumption
ENOUGH, KINDS = 5, 3  # others between two characters, and kinds of them; own assumption
_NAME = 2  # characters on each side by which a point inside a name is told: it comes again


def take_specks(sheet: Sheet) -> None:
    """Take specks out of a sheet; a point in a name that comes again (约翰·史密斯) stays.

    Examples
    --------
    >>> said = "要加·快建设,推'动协同`发展。会|议强调,要压˙实责任。"
    >>> made = Sheet.of(said)
    >>> take_specks(made)
    >>> made.shown(0, len(said))
    '要加快建设,推动协同发展。会议强调,要压实责任。'
    """
    inside = [found.start() for found in _BETWEEN.finditer(sheet.view)]
    kinds = [sheet.view[at] for at in inside]
    if sum(kind in _NEVER for kind in kinds) < FEW and (len(inside) < ENOUGH or len(set(kinds)) < KINDS):
        return
    around = Counter(_around(sheet.view, at) for at in inside)
    again = {at for at in inside if sheet.view[at] in "·•‧" and around[_around(sheet.view, at)] > 1}
    sheet.out("speck", (found.span() for found in _SPECK.finditer(sheet.view) if found.start() not in again))


def _around(view: str, at: int) -> str:
    return view[max(0, at - _NAME) : at + 1 + _NAME]
