"""What somebody else put into the text in brackets: faces of a messenger, remarks of an editor, changes, notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from hechang.intake.script import CJK
from hechang.intake.sheet import Sheet, Span

MANY = 3  # brackets alike from which they are none of the text; own assumption
FACE, LONGEST = 4, 80  # characters of the name of a face, of a remark
_BRACKET = re.compile(rf"\[(?P<said>[{CJK}][^\[\]\n]{{0,{LONGEST}}})\]")
_WHEN = re.compile(r"\d{1,2}[:：]\d{2}|\d{4}[-/]\d{1,2}")  # who remarks says when
_DELETED = re.compile(r"\{(--|>>)[^{}\n]{0,200}?(?:--|<<)\}|\{~~[^{}\n]{0,200}?~>")
_ADDED = re.compile(r"\{(?:\+\+|==)|(?:\+\+|==|~~)\}")
_RULER = r"[—–_─-]{4,}"
_NOTE = re.compile(rf"(?m)^[ \t\u3000]*{_RULER}[ \t]*\r?\n(?:[ \t\u3000]*[①-⑳][^\n]*(?:\n|$))+")
_LED = re.compile(rf"(?<=[。，、；：！？”])[①-⑳](?=[{CJK}“《（\d])")


def take_asides(sheet: Sheet) -> None:
    """Take brackets and notes out of a sheet that are none of its text.

    Examples
    --------
    >>> said = "要加快建设。[强]{++压实++}责任{>>甲：已核<<}。[强]要{~~配合~>协同~~}。[强][牵头单位：甲局]"
    >>> made = Sheet.of(said)
    >>> take_asides(made)
    >>> made.shown(0, len(said))
    '要加快建设。压实责任。要协同。[牵头单位：甲局]'
    """
    view = sheet.view
    if "{" in view:
        sheet.out("aside", sheet.spans(_DELETED))
        sheet.out("markup", sheet.spans(_ADDED))
    if "[" in view:
        sheet.out("aside", _often(sheet))
    notes = sheet.spans(_NOTE)
    if notes:
        sheet.out("note", notes)
        sheet.out("note", sheet.spans(_LED))


def _often(sheet: Sheet) -> Iterator[Span]:
    """Faces that come again, and remarks with their time that begin alike; who is to do a task stays."""
    found = list(_BRACKET.finditer(sheet.view))
    faces = Counter(one["said"] for one in found if len(one["said"]) <= FACE)
    remarks = Counter(one["said"][:2] for one in found if _WHEN.search(one["said"]))
    for one in found:
        said = one["said"]
        if faces[said] >= MANY or (_WHEN.search(said) and remarks[said[:2]] >= MANY):
            yield one.span()
