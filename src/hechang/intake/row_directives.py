"""Directives in the rows of a table: the cell of the task, the bodies beside it, its day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hechang.intake.addressees import split_names
from hechang.intake.clauses import clauses, sentences
from hechang.intake.clean import Text
from hechang.intake.directives import Directive
from hechang.intake.extract import Extract
from hechang.intake.labels import Form, label
from hechang.intake.picking import TIME_ONLY
from hechang.intake.speech import MEETING
from hechang.intake.task_rows import TaskRow, table_rows

SURE = 0.85  # what stands in a column of tasks is one, whatever its form; own assumption


def row_directives(extract: Extract, text: Text, known: Sequence[Directive]) -> list[Directive]:
    r"""Return the tasks of tables that were not read as sentences; those that were get the bodies and day of their row.

    Parameters
    ----------
    extract, text
        A document and its cleaned text.
    known
        What was read of its sentences.

    Examples
    --------
    >>> from hechang.intake.clean import clean
    >>> from hechang.intake.extract import File
    >>> from hechang.intake.readers.sheet_list import sheet_list
    >>> made = sheet_list(File("重点任务,牵头单位,配合单位\n建设快线,甲局,乙局、丙局\n".encode(), "a.csv"))
    >>> text = clean(made.text, apart=made.apart)
    >>> [one] = row_directives(made, text, [])
    >>> text.clean[one.start : one.end], one.addressee, one.lead, one.co_bodies
    ('建设快线', ['甲局'], ['甲局'], ['乙局', '丙局'])
    """
    found: list[Directive] = []
    for row in table_rows(extract, text):
        if "task" not in row.by_role:
            continue
        start, end = row.by_role["task"]
        inside = [one for one in known if start <= one.start < end]
        typed = extract.format == "plain-text"  # its lines are text: each clause is a unit, as in the text around
        made = [] if inside else list(_clauses(text.clean, start, end)) if typed else [_task(start, end)]
        found += made
        for one in inside or made:
            _complete(one, row, text.clean)
    return found


def _task(start: int, end: int) -> Directive:
    return Directive(start, end, "action", "require", MEETING, [], SURE)


def _clauses(clean: str, start: int, end: int) -> Iterator[Directive]:
    """The clauses of a task; what is no adjunct or principle by its form is an action, for it stands in a list."""
    for first, last in sentences(clean, start, end):
        made = clauses(clean, first, last)
        for at, one in enumerate(made):
            form = Form(first=at == 0, last=at == len(made) - 1)
            kind = "adjunct" if TIME_ONLY.match(said := clean[one.start : one.end]) else label(said, form)[0]
            yield Directive(one.start, one.end, kind, "require", MEETING, [], SURE)


def _complete(one: Directive, row: TaskRow, clean: str) -> None:
    lead, co = list(_bodies(row, "lead", clean)), list(_bodies(row, "co", clean))
    one.lead, one.co_bodies = one.lead or lead, one.co_bodies or co
    one.addressee = one.addressee or lead
    one.time = one.time or row.by_role.get("deadline")


def _bodies(row: TaskRow, role: str, clean: str) -> Iterator[str]:
    if role in row.by_role:
        start, end = row.by_role[role]
        yield from split_names(clean[start:end].replace("\n", "、"))
