"""What somebody else put into the text in brackets: faces of a messenger, remarks of an editor, changes, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from hechang.intake.script import CJK
from hechang.intake.sheet import Sheet, Span

MANY = 3  # brackets that begin alike from which they are none of the text; own assumption
LONGEST = 80  # characters of a bracket
_BRACKET = re.compile(rf"\[(?P<said>[{CJK}][^\[\]\n]{{0,{LONGEST}}})\]")
_DELETED = re.compile(r"\{(--|>>|==)[^{}\n]{0,200}?(?:--|<<|==)\}")
_ADDED = re.compile(r"\{\+\+|\+\+\}|\{~~|~~\}")
_RULER = r"[—–_─-]{4,}"
_NOTE = re.compile(rf"(?m)^[ \t\u3000]*{_RULER}[ \t]*\r?\n(?:[ \t\u3000]*[①-⑳][^\n]*(?:\n|$))+")
_LED = re.compile(rf"(?<=[。，、；：！？”])[①-⑳](?=[{CJK}“《（\d])")


def take_asides(sheet: Sheet) -> None:
    """Take brackets and notes out of a sheet that are none of its text.

    Examples
    --------
    >>> said = "要加快建设。[强]{++压实++}责任{>>甲：已核<<}。[强]要协同。[强][批注 甲 10:00：已核]"
    >>> made = Sheet.of(said)
    >>> take_asides(made)
    >>> made.shown(0, len(said))
    '要加快建设。压实责任。要协同。[批注 甲 10:00：已核]'
    """
    view = sheet.view
    if "{" in view:
        sheet.out("aside", _spans(_DELETED, sheet))
        sheet.out("markup", _spans(_ADDED, sheet))
    if "[" in view:
        sheet.out("aside", _often(sheet))
    notes = _spans(_NOTE, sheet)
    if notes:
        sheet.out("note", notes)
        sheet.out("note", _spans(_LED, sheet))


def _often(sheet: Sheet) -> Iterator[Span]:
    """Brackets whose first two characters open several of them."""
    found = list(_BRACKET.finditer(sheet.view))
    begins = Counter(one["said"][:2] for one in found)
    yield from (one.span() for one in found if begins[one["said"][:2]] >= MANY)


def _spans(pattern: re.Pattern[str], sheet: Sheet) -> list[Span]:
    return [found.span() for found in pattern.finditer(sheet.view)]
