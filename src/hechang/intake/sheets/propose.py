"""Which table a workbook is of, by its header: nobody who drops a file should have to say."""

from __future__ import annotations

from dataclasses import dataclass

from hechang.intake.sheets.header import find_header
from hechang.intake.sheets.meta import meta_of
from hechang.intake.sheets.read_sheet import Book
from hechang.intake.sheets.template import template_cells
from hechang.terms.specs import table, tables


@dataclass(frozen=True)
class Guess:
    """A table the sheets may be of: how many of their titles it knows, how many it does not."""

    table: str
    known: int
    unknown: int


def tables_of(book: Book) -> list[Guess]:
    """Tables whose titles stand over the sheets of a book, best first; a workbook of ours says which one it is.

    A title counts once however many sheets have it. Of two tables that know as many titles, the one that leaves fewer
    unknown comes first, then the one whose key is among them.
    """
    own = meta_of(book)
    if own is not None and own.table in tables():
        return [Guess(own.table, len(table(own.table).fields), 0)]
    found = [guess for name in tables() if (guess := _guess(book, name))]
    return sorted(found, key=lambda one: (-one.known, one.unknown))


def _guess(book: Book, name: str) -> Guess | None:
    spec = table(name)
    headers = [find_header(spec, book, sheet) for sheet in book.sheets if not sheet.name.startswith("_")]
    known = {(c.table, c.field, c.fixed) for header in headers if header for c in header.columns}
    unknown = {title for header in headers if header for title in header.unknown}
    return Guess(name, len(known), len(unknown)) if known else None


def titles_for(name: str, day: str, lang: str = "zh") -> list[str]:
    """Titles a column of a table may be given, without the star of what is required.

    Examples
    --------
    >>> [title for title in titles_for("projects", "2022-09-27") if "开工" in title]
    ['预计开工日期', '开工日期']
    """
    return [cell.title for cell in template_cells(table(name), day, lang)]
