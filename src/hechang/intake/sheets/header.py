"""Find the header of a sheet below its title rows, and say of each column what it means."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from hechang.intake.letters import letters
from hechang.intake.sheets import titles, wide
from hechang.intake.sheets.faults import Where, both, fault
from hechang.intake.sheets.read_sheet import Book, Sheet
from hechang.intake.sheets.titles import Meaning, Title, read_title
from hechang.intake.sheets.wide import Times, times_in, wide_meaning
from hechang.terms.findings import Finding
from hechang.terms.money import FEN
from hechang.terms.specs import Field, Table, table

DEPTH = 40  # rows from the top among which the header is looked for
TALL = 3  # rows a header can have
NEAR = 0.66  # likeness from which a title is taken for a slip of the pen, own assumption


@dataclass(frozen=True)
class Column:
    """One column of a sheet: where it stands, what it is called, what it means, in which unit."""

    position: int
    title: str
    table: str
    field: str
    unit: str = ""
    fixed: titles.Fixed = ()

    @property
    def letters(self) -> str:
        """Letters over the column.

        Examples
        --------
        >>> Column(27, "总投资", "projects", "invest_total").letters
        'AB'
        """
        return letters(self.position)

    @property
    def spec(self) -> Field:
        """Specification of the field."""
        return table(self.table).field(self.field)

    @property
    def target(self) -> str:
        """Table whose rows the cells name, one or (in a list) several; '' where they hold values."""
        return titles.LISTS.get(self.field, "") if self.spec.kind == "json" else self.spec.target

    @property
    def group(self) -> tuple[str, titles.Fixed]:
        """Table and fixed parts: columns of one group fill one row."""
        return (self.table, tuple(pair for pair in self.fixed if pair[0] != "part"))


@dataclass(frozen=True)
class Header:
    """Rows a header takes, its columns, titles nobody knows, what is wrong with it, the year its sheet speaks of."""

    first: int
    last: int
    columns: tuple[Column, ...]
    unknown: tuple[str, ...]
    findings: tuple[Finding, ...]
    year: str = ""


@dataclass(frozen=True)
class _Guess:
    first: int
    last: int
    found: tuple[tuple[int, Title, Meaning | str | None], ...]
    year: str = ""

    @property
    def known(self) -> int:
        return sum(meaning is not None for _, _, meaning in self.found)


def find_header(spec: Table, book: Book, sheet: Sheet) -> Header | None:
    """Return the header of a sheet, None where no row looks like one.

    The row (or up to three rows, one over the other) with most known titles counts. Lines above it give year and month.
    """
    top = [[str(cell) for cell in row] for row in sheet.cells.head(DEPTH).astype(object).fillna("").to_numpy().tolist()]
    start = int(sheet.cells.index[0]) if len(sheet.cells) else 1
    filled = _fill_merged(top, sheet, start)
    alone = [_guess(spec, book, sheet, filled, (row, row)) for row in range(len(top))]
    rows = [guess.first for guess in alone if guess.known]
    spans = {(a, b) for row in rows for a in range(row - TALL + 1, row + 1) for b in range(row, a + TALL) if a < b}
    tall = [_guess(spec, book, sheet, filled, span) for span in sorted(spans) if span[0] >= 0 and span[1] < len(top)]
    guesses = [*alone, *tall]
    best = max(guesses, key=lambda g: (g.known, -(g.last - g.first)), default=None)
    if best is None or not _enough(spec, best, max((len([c for c in row if c]) for row in top), default=0)):
        return None
    return _header(spec, book, sheet, replace(best, first=best.first + start, last=best.last + start), top)


def _fill_merged(top: list[list[str]], sheet: Sheet, start: int) -> list[list[str]]:
    filled = [list(row) for row in top]
    for r0, c0, r1, c1 in sheet.merged:
        if r1 - start < len(filled) and r0 - start < len(filled) and c1 > c0 and filled:
            for column in range(c0, min(c1 + 1, len(filled[0]))):
                filled[r0 - start][column] = top[r0 - start][c0]
    return filled


def _guess(spec: Table, book: Book, sheet: Sheet, rows: list[list[str]], span: tuple[int, int]) -> _Guess:
    first, last = span
    above = [" ".join(dict.fromkeys(row)) for row in rows[:first]]
    times = times_in(*above, sheet.name, book.file)
    stacks = [[row[at] for row in rows[first : last + 1]] for at in range(len(rows[0]))]
    found = tuple(_column(spec, at, stack, times) for at, stack in enumerate(stacks))
    months = {dict(m.fixed).get("period", "") for _, _, m in found if isinstance(m, Meaning)} - {""}
    if not times.period and len(months) == 1 and spec.name in ("projects", "tasks"):
        times = replace(times, period=months.pop())
        found = tuple(_column(spec, at, stack, times) for at, stack in enumerate(stacks))
    return _Guess(first, last, found, times.year)


def _column(spec: Table, at: int, stack: Sequence[str], times: Times) -> tuple[int, Title, Meaning | str | None]:
    return at, *_meant(spec.name, tuple(dict.fromkeys(stack)), times)


@lru_cache(titles.MANY)
def _meant(name: str, stack: tuple[str, ...], times: Times) -> tuple[Title, Meaning | str | None]:
    """Take titles that stand over one another apart: the lowest ones that mean something together."""
    parts = [part for part in stack if part.strip()]
    for start in range(len(parts)):
        title = read_title("".join(parts[start:]))
        meaning = meaning_of(table(name), title, times)
        if meaning is not None:
            return title, meaning
    return read_title("".join(parts)), None


def meaning_of(spec: Table, title: Title, times: Times) -> Meaning | str | None:
    """Tell what a title means in a sheet of `spec`: a meaning, the kind of its fault, or None."""
    if len(title.shown) > 80:
        return None
    known = titles.plain_titles(spec.name)
    exact = next((known[key] for key in (titles.fold(title.shown), *title.keys) if key in known), None)
    if spec.name == "tasks":
        return exact or wide.of_task(title, times)
    if spec.name != "projects":
        return exact
    if exact is not None and not (title.hints and exact.table == spec.name and exact.field in ("plan_action",)):
        return exact
    return wide_meaning(title, times)


def _enough(spec: Table, guess: _Guess, width: int) -> bool:
    fields = {m.field for _, _, m in guess.found if isinstance(m, Meaning) and m.table == spec.name}
    needed = {"id", *spec.key, *(f.name for f in spec.fields if f.required)}
    return bool(fields & needed) and guess.known >= min(2, width)


def _header(spec: Table, book: Book, sheet: Sheet, guess: _Guess, top: list[list[str]]) -> Header:
    unit = _unit_above(top[: max(0, guess.first - int(sheet.cells.index[0]))])
    columns: list[Column] = []
    findings: list[Finding] = []
    unknown: list[str] = []
    for at, title, meaning in guess.found:
        where = Where(book.file, sheet.name, f"{letters(at)}{guess.last}", spec.name)
        if isinstance(meaning, Meaning) and meaning.field not in titles.SYSTEM:
            column, told = _with_unit(at, title, meaning, unit, where)
            columns.append(column)
            findings.extend(told)
        elif title.shown:
            unknown.append(title.shown)
            findings.append(_not_read(spec, title, meaning, guess, where))
    kept, doubles = _without_doubles(columns, book, sheet, guess.last)
    return Header(guess.first, guess.last, tuple(kept), tuple(unknown), (*findings, *doubles), guess.year)


def _unit_above(rows: list[list[str]]) -> str:
    texts = (titles.fold(cell) for row in rows for cell in row if "单位" in cell)
    said = (text.rpartition("单位")[2] for text in texts)
    return next((unit for text in said for unit in FEN if text.startswith(unit) and len(unit) > 1), "")


def _with_unit(at: int, title: Title, meaning: Meaning, above: str, where: Where) -> tuple[Column, list[Finding]]:
    spec = table(meaning.table).field(meaning.field)
    column = Column(at, title.shown, meaning.table, meaning.field, title.unit, meaning.fixed)
    if spec.kind == "money":
        return _money_unit(column, title.unit or above, where)
    factor = titles.factor(spec, title.unit)
    if factor is None:
        return column, [fault("unit-unknown", where, value=title.shown, near=title.unit, expect=spec.unit)]
    if factor != "1":
        return column, [fault("unit-converted", where, value=title.shown, near=title.unit, expect=spec.unit)]
    return column, []


def _money_unit(column: Column, unit: str, where: Where) -> tuple[Column, list[Finding]]:
    if unit and unit not in FEN:
        return column, [fault("unit-unknown", where, value=column.title, near=unit, expect="万元")]
    assumed = unit or column.spec.unit or "万元"
    told = [] if unit else [fault("unit-assumed", where, value=column.title, expect=assumed)]
    return replace(column, unit=assumed), told


def _not_read(spec: Table, title: Title, meaning: Meaning | str | None, guess: _Guess, where: Where) -> Finding:
    if isinstance(meaning, str):
        return fault(meaning, where, value=title.shown)
    if isinstance(meaning, Meaning) or titles.fold(title.shown) in (titles.fold(titles.ERRORS), "错误"):
        return fault("system-column", where, value=title.shown)
    if titles.fold(title.shown) in {titles.fold(one) for one in titles.COUNTING}:
        return fault("counting-column", where, value=title.shown)
    known = _known_titles(spec)
    used = {m for _, _, m in guess.found if isinstance(m, Meaning)}
    near = difflib.get_close_matches(title.keys[0] if title.keys else "", known, n=1, cutoff=NEAR)
    if near and known[near[0]] not in used:
        meant = known[near[0]]
        return fault("near-column", where, value=title.shown, near=table(meant.table).field(meant.field).zh)
    expect = ("; ".join(f.en for f in spec.fields[:8]) + " …", "、".join(f.zh for f in spec.fields[:8]) + " 等")
    return fault("unknown-column", where, value=title.shown, expect=expect)


def _known_titles(spec: Table) -> dict[str, Meaning]:
    plain = dict(titles.plain_titles(spec.name))
    return plain | (dict(wide.stage_titles()) if spec.name == "projects" else {})


def _without_doubles(columns: list[Column], book: Book, sheet: Sheet, row: int) -> tuple[list[Column], list[Finding]]:
    first: dict[tuple[str, str, titles.Fixed], Column] = {}
    findings = []
    for column in columns:
        key = (column.table, column.field, column.fixed)
        if key in first:
            where = Where(book.file, sheet.name, f"{column.letters}{row}", column.table, column.field)
            findings.append(fault("double-column", where, value=column.title, near=first[key].title))
        first.setdefault(key, column)
    return list(first.values()), findings


def no_header(spec: Table, book: Book) -> Finding:
    """Make the finding that no sheet of the book has a header of this table."""
    needed = [spec.field(name) for name in dict.fromkeys((*spec.key, *(f.name for f in spec.fields if f.required)))]
    expect = (", ".join(f.en for f in needed), "、".join(f.zh for f in needed))
    return fault("no-header", Where(book.file, table=spec.name), file=book.file, expect=expect, **both(spec))
