"""Punctuation as a copier left it: doubled marks, points and spaces in the place of full stops."""

from __future__ import annotations

import re

from hechang.intake.sheet import Sheet

_DOUBLED = re.compile(r"(?<=([,，、;；:：。“”《》()（）]))[\s\x00]*\1+|(?<=。)[,，;；]|(?<=[,，;；、])。")
_HAN = "\u3400-\u9fff"
_POINT = re.compile(rf"(?<=[{_HAN}\d%][{_HAN}”’)）》%])\.(?=[{_HAN}“‘《(（\s]|$)")
_GAP = re.compile(rf"(?<=[{_HAN}”）)》\d%])[ \t\u3000\u00a0](?=[{_HAN}“《\d])")
FEW = 3  # points behind Chinese words from which on they are full stops; own assumption
_COMMA = re.compile(r"[,，]")


def mend_marks(sheet: Sheet) -> None:
    """Take doubled marks out, and read points (or spaces) as full stops where a document has none.

    Examples
    --------
    >>> made = Sheet.of("会议指出,,要加快建设.要强化统筹.")
    >>> mend_marks(made)
    >>> made.shown(0, 20)
    '会议指出,要加快建设。要强化统筹。'
    """
    sheet.out("doubled mark", (found.span() for found in _DOUBLED.finditer(sheet.view)))
    commas, stops = len(_COMMA.findall(sheet.view)), sheet.view.count("。")
    points = [found.start() for found in _POINT.finditer(sheet.view)]
    if stops * 14 >= commas and len(points) < FEW:
        return
    if len(points) * 14 >= commas or len(points) >= FEW:
        _write(sheet, points)
        return
    gaps = [found.start() for found in _GAP.finditer(sheet.view)]
    if commas <= len(gaps) * 4 and len(gaps) < 2 * commas:
        _write(sheet, gaps)


def _write(sheet: Sheet, places: list[int]) -> None:
    parts, at = [], 0
    for place in places:
        parts += [sheet.view[at:place], "。"]
        at = place + 1
    sheet.view = "".join([*parts, sheet.view[at:]])
