"""What stands before and behind the text of most lines, the same but for its figures: numbers, times, codes, a seam."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from hechang.intake.script import CJK
from hechang.intake.sheet import Sheet, Span

MOST = 0.6  # share of lines with a front before it is none of the text; own assumption
MANY = 3  # lines of each kind of front
SEAM = 5  # different characters in the first column of a page with a binding line, at most; own assumption
_OPENS = "“‘《〈【〔（"
_CLOSES = "。，、；：！？”》）"
_FRONT = re.compile(
    rf"(?m)^[ \t\u3000]*(?P<front>[^{CJK}\s{_OPENS}{_CLOSES}(](?:[^{CJK}\n{_OPENS}{_CLOSES}(]|\((?![{CJK}]))*)"
    rf"(?=[{CJK}{_OPENS}{_CLOSES}(\u3000])"
)
_BACK = re.compile(
    rf"(?m)(?<=[{CJK}{_CLOSES},;:!?)\u3000 ])(?P<back>[^{CJK}\s\d\x00{_CLOSES},;:!?)][^{CJK}\n\x00{_CLOSES}]{{0,80}})$"
)
_OUTLINE = re.compile(r"#+(?:[.、．)]#*)*\s*$|\(#+\)\s*$")
_FILLED = re.compile(r"(?m)^.*\S.*$")
_COLUMN = re.compile(r"(?m)^(\S)[ \t\u3000]")
_EMPTY = re.compile(r"(?m)^\S[ \t]*$")


def take_frames(sheet: Sheet) -> None:
    r"""Take out of a sheet what frames its lines.

    Examples
    --------
    >>> made = Sheet.of("  1│要加快建│1\n  2│设快线。│2\n  3│压实责任│3\n  4│。      │4\n")
    >>> take_frames(made)
    >>> made.shown(0, 60).split()
    ['要加快建', '设快线。', '压实责任', '。']
    """
    lines = len(_FILLED.findall(sheet.view))
    sheet.out("line mark", _seam(sheet.view, lines))
    for pattern, part in ((_FRONT, "front"), (_BACK, "back")):
        sheet.out("line mark", _alike(list(pattern.finditer(sheet.view)), part, lines))


def _alike(found: Sequence[re.Match[str]], part: str, lines: int) -> Iterator[Span]:
    """Places of the parts whose kinds, taken together, stand at most lines; numbers of an outline stay."""
    spans = [_own(one, part) for one in found]
    shapes = [_shape(one.string[start:end]) for one, (start, end) in zip(found, spans, strict=True)]
    kinds = Counter(shapes)
    often = {kind for kind, times in kinds.items() if times >= MANY and _is_frame(kind, part)}
    if lines and sum(kinds[kind] for kind in often) >= MOST * lines:
        yield from (span for span, shape in zip(spans, shapes, strict=True) if shape in often)


def _own(found: re.Match[str], part: str) -> Span:
    """Place of a part without the figures that the text itself begins with (`│6月` is `│` and `6月`)."""
    start, end = found.span(part)
    kept = found[part].rstrip("0123456789")
    return start, start + len(kept) if part == "front" and kept.strip() else end


def _is_frame(kind: str, part: str) -> bool:
    return not _OUTLINE.fullmatch(kind) and (part == "front" or len(kind) > 1)


def _seam(view: str, lines: int) -> Iterator[Span]:
    """The column of a binding line (装 订 线): few different characters, most of them drawn."""
    found = [*_COLUMN.finditer(view), *_EMPTY.finditer(view)]
    marks = [view[one.start()] for one in found]
    drawn = sum(1 for mark in marks if not mark.isalnum())
    if lines > 2 * SEAM and len(found) >= 0.9 * lines and len(set(marks)) <= SEAM and 2 * drawn >= len(found):
        yield from ((one.start(), one.start() + 1) for one in found)


def _shape(said: str) -> str:
    return re.sub(r"\d+", "#", said)
