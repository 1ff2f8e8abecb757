"""Rows of the tables of a document as structure: which cell is the task, which the body in the lead, which the day."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hechang.intake.clean import Text
from hechang.intake.extract import Block, Extract
from hechang.intake.grids import role_of


@dataclass(frozen=True)
class TaskRow:
    """One row: its block, the spans of its cells in the cleaned text by heading, and by role where that is known."""

    block: Block
    by_heading: Mapping[str, tuple[int, int]]
    by_role: Mapping[str, tuple[int, int]]


def table_rows(extract: Extract, text: Text) -> Iterator[TaskRow]:
    r"""Give the rows that stand below headings, in their order; `text` is the cleaned text of the extract.

    Examples
    --------
    >>> from hechang.intake.clean import clean
    >>> from hechang.intake.extract import File
    >>> from hechang.intake.readers.sheet_list import sheet_list
    >>> made = sheet_list(File("重点任务,牵头单位\n建设快线,甲局\n".encode(), "a.csv"))
    >>> text = clean(made.text, apart=made.apart)
    >>> [row] = table_rows(made, text)
    >>> {role: text.clean[start:end] for role, (start, end) in row.by_role.items()}
    {'task': '建设快线', 'lead': '甲局'}
    """
    for block in extract.blocks:
        if block.kind == "row" and block.fields:
            found = {name: _cleaned(text, *span) for name, span in block.fields.items()}
            kept = {name: span for name, span in found.items() if span[0] < span[1]}
            roles: dict[str, tuple[int, int]] = {}
            for name, span in kept.items():
                role = role_of(name)
                if role:
                    roles.setdefault(role, span)
            yield TaskRow(block, kept, roles)


def _cleaned(text: Text, start: int, end: int) -> tuple[int, int]:
    """Place of a piece of the source in the cleaned text; empty where all of it is noise."""
    first, last = bisect_left(text.where, start), bisect_left(text.where, end)
    while first < last and text.clean[first] == "\n":
        first += 1
    while first < last and text.clean[last - 1] == "\n":  # a line end has the place of the character before it
        last -= 1
    return first, last
