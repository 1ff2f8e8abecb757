"""One return of a body: whose it is, what it answers cell by cell, and which row speaks of which project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from hechang.intake.letters import letters
from hechang.intake.rounds.cells import KEY, NOTHING, OF, as_json
from hechang.intake.rounds.totals import with_questions
from hechang.intake.sheets.faults import Where
from hechang.intake.sheets.match import NEW, joined
from hechang.intake.sheets.meta import Meta, meta_of
from hechang.intake.sheets.preview import Preview, preview
from hechang.intake.sheets.read_sheet import Book, read_book
from hechang.region.marked_files import refuse_marked_at
from hechang.region.region import Region
from hechang.register.rounds import round_named
from hechang.terms.errors import InputError, not_known
from hechang.terms.findings import Finding, errors
from hechang.terms.specs import table

ROUND, BODY = "round", "body"  # what the forms of a round carry in their hidden sheet
NONE = pd.DataFrame(columns=[*KEY, "value", "base", "cell"], dtype=object)


@dataclass(frozen=True)
class Returned:
    """A return as read: `seen` is its preview against the register as it was when the form went out.

    `findings` are those of the preview and what is wrong with the return as a return; columns of `answers`: those of
    `KEY`, value and base [JSON text], cell (`SHEET!K7`), row (`SHEET!A7:K7`).
    """

    path: Path
    round: str
    period: str
    body: str
    book: Book
    seen: Preview
    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong with it."""
        return not errors(self.findings)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """What the body answers, one row a cell; projects that are new stand as `new:SHEETNUMBER/ROW`."""
        parts = [_new(self.seen, name) for name in OF] + [_changed(self.seen, name) for name in OF]
        return _with_ranges(pd.concat(parts, ignore_index=True).drop_duplicates(KEY))

    @cached_property
    def rows(self) -> pd.Series:
        """Where each project known by its id stands, as (sheet, row), indexed by project."""
        return rows_of(self.book, self.seen)


def read_return(region: Region, round: str, file: Path | str, *, body: str = "") -> Returned:
    """Read a workbook that a body sent back; nothing is written.

    Parameters
    ----------
    region
        The register.
    round
        Id, name or period of the round.
    file
        The body's workbook. Our own form says whose it is; for any other table say it with `body` (id or name).

    Raises
    ------
    InputError
        for a form of another round, or a table that does not say whose it is.
    FileFault
        for a file that cannot be read.
    Refused
        for a file that holds a mark of a state secret or the number of a person.
    """
    path, row = Path(file), round_named(region, round)
    refuse_marked_at(path)
    book = read_book(path)
    meta = meta_of(book)
    whose = _body(region, path, str(row.name), _said(path, row, meta), body)
    base = region
    if meta is not None and meta.store == region.store.id and 0 <= meta.revision <= region.revision:
        base = _as_sent(region.at(meta.revision).on(meta.day or region.day))  # whoever did what meanwhile
    seen = preview(base, "projects", path, book=book, today=region.day)
    findings = (*with_questions(region, seen), *_of_month(seen, row))
    return Returned(path, str(row.name), str(row["period"]), whose, book, seen, findings)


@lru_cache(maxsize=1)
def _as_sent(region: Region) -> Region:
    """The region as the forms tell it; all returns of a round share one, and what it has read already."""
    return region


def _said(path: Path, row: pd.Series, meta: Meta | None) -> str:
    """Body the form says it is of; '' for a table that is no form of ours."""
    if meta is None or ROUND not in meta.extra:
        return ""
    if meta.extra[ROUND] != row.name:
        raise InputError(
            f"{path.name} is a form of another round, not of '{row['name']}'. Give it to its own round",
            f"{path.name} 不是“{row['name']}”的填报表, 而是其他轮次的。请在相应轮次收表",
        )
    return meta.extra.get(BODY, "")


def _body(region: Region, path: Path, round: str, said: str, given: str) -> str:
    bodies = region.table("bodies", columns=["name"])["name"]
    sent = bodies.reindex(region.table("round_bodies", columns=["body"], where={"round": round})["body"])
    named = [str(id) for id, name in sent.items() if given in (id, name)] if given else []
    if given and not named:
        raise not_known("body of this round", "填报单位", given, [*sent.dropna(), *sent.index])
    if said and named and said not in named:
        name = bodies.get(said, said)
        raise InputError(
            f"{path.name} is the form of {name}, not of {given}. Leave the body out, or give the right file",
            f"{path.name} 是“{name}”的填报表, 不是“{given}”的。请不要另指单位, 或换成正确的文件",
        )
    if not said and not named:
        raise InputError(
            f"{path.name} does not say whose return it is. Use the form that was sent, or name the body (--body)",
            f"无法判断 {path.name} 是哪个单位的填报表。请使用下发的填报表, 或指明单位(--body)",
        )
    return said or named[0]


def _of_month(seen: Preview, row: pd.Series) -> list[Finding]:
    """Find out whether a table speaks of money or progress, but of another month than the round."""
    months = {dict(c.fixed).get("period", "") for c in seen.columns if c.table == "returns"}
    if not months or row["period"] in months:
        return []
    where, other = Where(seen.path.name), ", ".join(sorted(months))
    return [Finding(
        en=f"the table speaks of {other}, the round of {row['period']}",
        zh=f"表内为 {other} 的数据, 本轮为 {row['period']}",
        mend_en="fill in the form of this round", mend_zh="请填写本轮下发的填报表",
        file=where.file, kind="other-month", table="returns", field="period",
    )]  # fmt: skip


def _new(seen: Preview, name: str) -> pd.DataFrame:
    """Answers about projects that the register did not have: every cell that is filled."""
    frame = seen.rows.get(name, pd.DataFrame(columns=["@state", "@project"]))
    fresh = frame[frame["@state"].eq(NEW) & (frame["@project"].isna() if "@project" in frame else True)]
    parts = [_column(fresh, name, at.field, at.position) for at in seen.columns if at.table == name and len(fresh)]
    return pd.concat([NONE, *parts], ignore_index=True)


def _column(fresh: pd.DataFrame, name: str, field: str, position: int) -> pd.DataFrame:
    if field == "id" or field not in fresh.columns or table(name).field(field).kind == "geometry":
        return NONE
    rows = fresh[fresh[field].notna()]
    if rows.empty:
        return NONE
    sheet = rows["@cell"].astype(str).str.rpartition("!")[0]
    of = rows[OF[name]].astype(str) if OF[name] else ""
    values = [as_json(value) for value in rows[field]]
    cell = sheet + "!" + letters(position) + rows["@row"].astype(str)
    made = pd.DataFrame({"value": values, "cell": cell}, dtype=object)
    return made.assign(table=name, project="new:" + rows["@main"].astype(str), of=of, field=field, base=NOTHING)


def _changed(seen: Preview, name: str) -> pd.DataFrame:
    """Answers about projects of the register: exactly the cells that differ from what the form said."""
    mine = seen.changes[(seen.changes["table"] == name) & seen.changes["main"].notna()]
    if mine.empty:
        return NONE
    letter = mine["cell"].str.rstrip("0123456789")
    fixed = {c.letters: str(dict(c.fixed).get(OF[name], "")) for c in seen.columns if c.table == name}
    return pd.DataFrame({
        "table": name, "project": mine["main"], "of": letter.map(fixed), "field": mine["field"],
        "value": [as_json(v) for v in mine["after"]], "base": [as_json(v) for v in mine["before"]],
        "cell": mine["sheet"] + "!" + mine["cell"],
    }, dtype=object)  # fmt: skip


def _with_ranges(answers: pd.DataFrame) -> pd.DataFrame:
    """Add `row`: from the first to the last cell that fill one row of a table, like `SHEET!K7:M7`."""
    if answers.empty:
        return answers.assign(row="")
    place = answers["cell"].astype("string").str.extract(r"^(.*!)([A-Z]+)(\d+)$")
    letter = place[1].str.rjust(3).groupby([answers[key] for key in KEY[:3]])  # so that AB comes after Z
    ends = [place[0] + letter.transform(end).str.strip() + place[2] for end in ("min", "max")]
    last = ends[1].str.rpartition("!")[2]
    return answers.assign(row=ends[0].where(ends[0] == ends[1], ends[0] + ":" + last).astype(object))


def rows_of(book: Book, seen: Preview) -> pd.Series:
    """Say of each project that a sheet names by its id where it stands: (sheet, row) by project."""
    at = next((c.position for c in seen.columns if c.table == "projects" and c.field == "id"), None)
    sheets = [s for s in book.sheets if not s.name.startswith("_") and at in s.cells.columns]
    parts = [pd.Series([(s.name, row) for row in s.cells.index], index=s.cells[at].astype(str)) for s in sheets]
    found = pd.concat(parts) if parts else pd.Series(dtype=object)
    return found[~found.index.duplicated()]


def fresh_projects(seen: Preview) -> pd.DataFrame:
    """Rows of projects that the register did not have."""
    frame = seen.rows.get("projects", pd.DataFrame(columns=["@state"]))
    return frame[frame["@state"] == NEW]


def new_ids(region: Region, returned: Returned) -> dict[str, str]:
    """Ids of the new projects `new:SHEETNUMBER/ROW`: of a project of the same code, or name and place; else new."""
    fresh = fresh_projects(returned.seen)
    if fresh.empty:
        return {}
    known = _same(region, fresh)
    ids = [known.get(row) or region.make_id() for row in fresh["@main"]]
    return dict(zip("new:" + fresh["@main"].astype(str), ids, strict=True))


def _same(region: Region, fresh: pd.DataFrame) -> dict[str, str]:
    """Projects of the register that new rows mean: the return before may have brought them."""
    register = region.table("projects", columns=["code", "name", "place"])
    found: dict[str, str] = {}
    for way in (["name", "place"], ["code"]):
        if set(way) <= {*fresh.columns}:
            key = joined(fresh, way).set_axis(fresh["@main"])
            known = pd.Series(register.index, index=joined(register, way)).drop(index=[pd.NA], errors="ignore")
            known = known[~known.index.duplicated()]
            found |= {str(row): str(id) for row, id in key.map(known).dropna().items()}
    return found


def with_faults(returned: Returned, more: tuple[Finding, ...]) -> Returned:
    """Return the same with more findings."""
    return replace(returned, findings=(*returned.findings, *more))
