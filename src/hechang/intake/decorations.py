"""What decorates a text and is no word of it: pictures, marks over characters, boxes, bullets, fronts of lines."""

from __future__ import annotations

import re

from hechang.intake.frames import take_frames
from hechang.intake.script import CJK
from hechang.intake.sheet import Sheet

_OVER = re.compile(f"(?<=[{CJK},。;:、”])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
# ○ stays: it is a zero in 二○二五
_PICTURE = re.compile("[\u2300-\u23ff\u2500-\u25ca\u25cc-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d ]*")
_TICK = re.compile(rf"(?m)^[ \t\u3000]*(?:\[[ xX√✓]\]|[·•])[ \t]*(?=[{CJK}])")
_INSIDE = re.compile(rf"(?<=[{CJK}])[_˙`´¨^¸](?=[{CJK}])")  # what is left when the marks of a text went in pairs
_NOTE = re.compile(rf"(?<=[{CJK}。,;、”])(?:\[\d{{1,3}}\]|[⁰¹²³⁴-⁹]+)(?!\d)")
_RULE = re.compile(r"(?m)^[ \t]*[+|][-=+|: \t]{3,}[+|]?[ \t]*$")
_EDGE = re.compile(r"(?m)^[ \t]*\|[ \t]?|[ \t]*\|[ \t]*$")
_COUNT = re.compile(r"(?m)^[ \t]*\|[ \t]*\d{1,4}[ \t]*(?=\|)")
_CELL = re.compile(r"[ \t]*\|[ \t]*")
_SOFT = re.compile(rf"(?<=[{CJK},。;、])=[ \t]*\r?\n(?=\S)")
_WORDS_OF_RTF = re.compile(
    r"\\(?:pard?|plain|[fbi]\d{0,2}|ul|fs\d+|cf\d+|line|tab|q[lcrj]|li\d+|fi-?\d+)(?![a-z\d])[ ]?"
)
_ESCAPED = re.compile(r"\\r?\\?n|\\[nr]")
_OBJECT = re.compile(
    r'\s*\{\s*(?:"\w+":\s*(?:"[^"\n]{0,80}"|[\d.]+|null|true|false|\[[^\]\n]{0,200}\]),\s*)*"\w+":\s*"'
)
_REST = re.compile(r'",\s*(?:"\w+":\s*(?:"[^"\n]{0,80}"|[\d.]+|null|true|false|\[[^\]\n]{0,200}\]),?\s*)*\}\s*$')
_TEX = re.compile(
    r"\\(?:label|vspace|hspace|ref|cite|noindent|par|quad|qquad|bigskip|medskip|smallskip|newline|linebreak|section|subsection|"
    r"subsubsection|paragraph|textbf|textit|emph|underline|item|begin|end|footnotesize|large|Large|centering)\*?"
    r"(?:\[[^\]\n]{0,20}\])?(?:\{[A-Za-z0-9:.\-_ ]{0,30}\})*|\\\\(?:\[[\d.]+[a-z]{2}\])?"
)
_GROUP = re.compile(r"[{}]")
_MOST = 0.6  # share of lines that are framed; own assumption


def decorations(sheet: Sheet) -> None:
    r"""Take out of a sheet what only decorates it.

    Examples
    --------
    >>> made = Sheet.of("◆ 要加\u0323快建_设快线。[1]🎉\n◆ 压实责任。")
    >>> decorations(made)
    >>> made.shown(0, len(made.raw)).split()
    ['要加快建设快线。', '压实责任。']
    """
    if "|" in sheet.view:
        _boxes(sheet)
    take_frames(sheet)
    view = sheet.view
    if "\\" in view or view.lstrip()[:1] == "{":
        _of_programs(sheet)
    sheet.out("decoration", sheet.spans(_OVER))
    sheet.out("decoration", sheet.spans(_PICTURE))
    sheet.out("decoration", [*sheet.spans(_TICK), *sheet.spans(_NOTE)])
    sheet.out("decoration", sheet.spans(_INSIDE))
    if "=\n" in view or "=\r\n" in view:
        sheet.out("wrap", sheet.spans(_SOFT))


def _of_programs(sheet: Sheet) -> None:
    """Escapes and names that a program writes around a text."""
    if front := _OBJECT.match(sheet.view):
        sheet.out("markup", [front.span(), *(found.span() for found in _REST.finditer(sheet.view))])
    words = sheet.spans(_WORDS_OF_RTF)
    if len(words) > 1:
        sheet.out("markup", words)
    commands = sheet.spans(_TEX)
    if len(commands) > 2:
        sheet.out("markup", commands)
        sheet.out("markup", sheet.spans(_GROUP))
    escaped = sheet.spans(_ESCAPED)
    if escaped:
        sheet.out("markup", escaped, "\n")


def _boxes(sheet: Sheet) -> None:
    """A frame drawn with characters around most lines; cells become lines."""
    lines = [line for line in sheet.view.split("\n") if line.strip()]
    framed = sum(1 for line in lines if line.strip()[:1] in "|+" and line.strip()[-1:] in "|+")
    if framed > 1 and framed >= _MOST * len(lines):
        sheet.out("decoration", [*sheet.spans(_RULE), *sheet.spans(_COUNT)])
        sheet.out("decoration", sheet.spans(_EDGE))
        sheet.out("decoration", sheet.spans(_CELL), "\n")
