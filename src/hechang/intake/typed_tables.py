"""Tables typed in a plain text: a line of known headings, and below it a line for each row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hechang.intake.extract import Block
from hechang.intake.grids import LONGEST, Cell, Writer, role_of
from hechang.intake.unreadable import remark
from hechang.terms.findings import Finding

SPLITS = (r"[\t|｜]", r"\u3000", r"[ \u3000]{2,}", r"[/／]")  # what stands between cells, the surest first
TOLD = 20  # uneven rows that are findings: who mends these has seen what is wrong; own assumption
HEADS = 200  # characters of a line of headings
_BESIDE = frozenset({"lead", "co", "person", "deadline"})  # what a list of tasks holds beside the tasks
_RULE = re.compile(r"[\s|｜:+\-—－=━─]+")
_EDGE = re.compile(r"^\s*[|｜]|[|｜]\s*$")
_ANY = re.compile("|".join(SPLITS))


class Typed(NamedTuple):
    """Rows and cells of typed tables, and what could not be read of them."""

    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]


def typed_tables(text: str) -> Typed:
    r"""Return the rows and cells of tables that are typed line by line; none where the text holds no such table.

    A table is a list of tasks: its headings name the task and who does it or by when. Each row stands on a line of
    its own; one that does not hold as many cells as there are headings keeps those that can be told by their order
    from the left, and is a finding.

    Examples
    --------
    >>> made = "序号/任务/牵头/时限\n1　建设快线　甲局　年底\n2　改造车站　乙局　6月\n"
    >>> [made[slice(*one.fields["牵头"])] for one in typed_tables(made).blocks if one.fields]
    ['甲局', '乙局']
    """
    writer = Writer()
    uneven: list[Finding] = []
    lines = list(_lines(text))
    at = 0
    while at < len(lines):
        heads = _heads(*lines[at])
        rows = list(_rows(lines, at + 1, heads)) if heads else []
        if rows:
            writer.grid([heads, *(_known(row, heads) for row in rows)], "", first=at + 1)
            odd = [row for row in rows if len(row) != len(heads)]
            uneven += [_uneven(text, row, heads) for row in odd[: max(0, TOLD - len(uneven))]]
        at += 1 + len(rows)
    return Typed(tuple(writer.blocks), tuple(uneven))


def _uneven(text: str, row: Sequence[Cell], heads: Sequence[Cell]) -> Finding:
    line = text.count("\n", 0, row[0].start) + 1
    return remark(
        f"Line {line} has {len(row)} cells below {len(heads)} headings; only its task was read",
        f"第{line}行有 {len(row)} 格, 表头为 {len(heads)} 格; 仅读取了事项",
        ("give each heading a cell, an empty one too", "请为每个表头保留一格, 空格也要保留"),
        "uneven-row",
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are no ruler and not empty, with their places."""
    at = 0
    for line in text.split("\n"):
        if line.strip() and not _RULE.fullmatch(line):
            yield at, line.rstrip("\r")
        at += len(line) + 1


def _heads(at: int, line: str) -> list[Cell]:
    """The headings of a list of tasks; empty where the line holds something else."""
    if len(line) > HEADS or not _ANY.search(line):
        return []
    for mark in SPLITS:
        cells = _cells(at, line, mark)
        roles = {role_of(cell.text) for cell in cells}
        if "task" in roles and roles & _BESIDE and all(0 < len(cell.text) <= LONGEST for cell in cells):
            return cells
    return []


def _rows(lines: Sequence[tuple[int, str]], first: int, heads: Sequence[Cell]) -> Iterator[list[Cell]]:
    for number in range(first, len(lines)):
        at, line = lines[number]
        every = (_cells(at, line, mark) for mark in SPLITS)
        split = [cells for cells in every if len(cells) > 1]
        found = next((cells for cells in split if len(cells) == len(heads)), split[0] if split else None)
        if found is None or (len(found) < len(heads) and not found[0].text.isdigit()):
            return
        yield found


def _known(cells: Sequence[Cell], heads: Sequence[Cell]) -> Sequence[Cell]:
    """The cells whose heading is certain: all, or in a row of another length those up to the task."""
    if len(cells) == len(heads):
        return cells
    task = next(at for at, head in enumerate(heads) if role_of(head.text) == "task")
    return cells[: task + 1]


def _cells(at: int, line: str, mark: str) -> list[Cell]:
    edge = _EDGE.match(line)
    start, end = (edge.end() if edge else 0), len(line.rstrip(" |｜"))
    made: list[Cell] = []
    for found in re.finditer(mark, line):
        if start <= found.start() < end:
            made.append(_cell(at, line, start, found.start()))
            start = found.end()
    return [*made, _cell(at, line, start, max(start, end))]


def _cell(at: int, line: str, start: int, end: int) -> Cell:
    text = line[start:end]
    start += len(text) - len(text.lstrip())
    plain = text.strip()
    return Cell(plain, at + start, at + start + len(plain))
