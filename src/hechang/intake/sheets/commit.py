"""Write what a preview shows, in one edit, all or nothing; every row keeps the cells it came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from hechang.intake.sheets.faults import file_fault
from hechang.intake.sheets.match import CHANGED, GONE, NEW
from hechang.intake.sheets.moved import moved
from hechang.intake.sheets.opened import file_hash
from hechang.intake.sheets.preview import Preview
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.datums import Datum, datums
from hechang.terms.errors import Conflict
from hechang.terms.findings import refuse
from hechang.terms.scopes import scope_of
from hechang.terms.specs import table

OWNERS = {"projects": "owner", "tasks": "lead"}  # column that says who answers for a new row and those beside it
ORDER = (
    "bodies",
    "collections",
    "stops",
    "routes",
    "calendars",
    "trips",
    "stop_times",
    "frequencies",
    "transfers",
)  # what others refer to comes first


TRIES = 3  # times an import is compared anew while others write


@dataclass(frozen=True)
class Landed:
    """What became of an import: the region after it, whether anything was new, or the cells that stopped it.

    `conflicts` has the columns of `moved`; where it has rows, nothing was written.
    """

    region: Region
    conflicts: pd.DataFrame
    wrote: bool = False


def commit_as_seen(
    seen: Preview, region: Region, look: Callable[[Region], Preview], *, by: str, why: str, request: str | None = None
) -> Landed:
    """Write an import somebody decided on a while ago: others may have written since, but not to what it touches.

    Parameters
    ----------
    seen
        The preview that was decided on.
    region
        The region; its newest state is written to.
    look
        Makes the preview of the same file against another state of the region.
    by, why, request
        As in `commit`.

    Raises
    ------
    Refused, FileFault
        as `commit`.
    Conflict
        where others write without a pause.
    """
    for left in reversed(range(TRIES)):
        now = region.latest()
        fresh = seen if seen.revision == now.revision else look(now)
        conflicts = moved(seen, fresh)
        if len(conflicts):
            return Landed(region, conflicts)
        try:
            after = commit(now, fresh, by=by, why=why, request=request)
            return Landed(after, conflicts, wrote=after is not now)
        except Conflict:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def commit(
    region: Region, preview: Preview, *, by: str, why: str, synthetic: bool = False, request: str | None = None
) -> Region:
    """Write a preview; the file is kept and every row says from which cells it came.

    Parameters
    ----------
    region
        The register the preview was made of, unchanged since.
    preview
        What `preview` returned.
    by, why
        Who imports and for what reason.
    synthetic
        Whether the rows are made up, for demonstrations.
    request
        Key of the request; the same key again writes nothing new.

    Returns
    -------
    Region
        The region with the rows; the same region where the file says nothing new.

    Raises
    ------
    Refused
        with all findings, where one of them is an error: nothing is written then.
    Conflict
        where the register moved on since the preview.
    FileFault
        where the file was changed since the preview.
    """
    refuse(preview.findings, "Nothing was imported", "未导入任何数据")
    if region.latest().revision != preview.revision:
        raise Conflict(
            "The register has changed since the preview. Preview the file again",
            "预览之后登记册已有改动, 请重新预览该文件",
        )
    if not sum(len(frame) for frame in preview.rows.values()):
        return region
    if file_hash(preview.path) != preview.sha256:
        raise file_fault("file-changed", file=preview.path.name)
    with region.edit(by=by, why=why, request=request) as edit:
        edit.exact = True  # another import between the check above and the commit could bring the same rows
        document = _document(region, edit, preview)
        main = _put(edit, preview, preview.table, (document, synthetic)) if preview.table in preview.rows else {}
        _rest(edit, preview, main, (document, synthetic))
    return edit.after


def _document(region: Region, edit: Edit, preview: Preview) -> str:
    """Keep the file; the same file again is the same document."""
    sha = edit.blob(preview.path.read_bytes())
    known = region.table("documents", columns=["sha256"], where={"sha256": sha})
    how = _how_it_came(preview.datum)
    if len(known):
        return str(known.index[0]) if not how else edit.put("documents", {"id": str(known.index[0]), **how})[0]
    kind = "workbook" if preview.path.suffix.lower() in (".xlsx", ".csv", ".xlsm", ".tsv", ".txt") else "layer"
    row = {"title": preview.path.stem, "kind": kind, "path": preview.path.name, "sha256": sha, **how}
    return edit.put("documents", row)[0]


def _how_it_came(datum: Datum) -> dict[str, str]:
    """What the file is remarked with where its coordinates were converted: every row leads back to the file."""
    if not datum.moves:
        return {}
    (en, zh), (kept_en, kept_zh) = datum.words, datums()[datum.kept].words
    said = {
        "zh": f"坐标按声明的 {zh} ({datum.said}) 换算为 {kept_zh}",
        "en": f"declared as {en} ({datum.said}); kept as {kept_en}",
    }
    return {"remarks": json.dumps([said], ensure_ascii=False)}


def _put(edit: Edit, preview: Preview, name: str, origin: tuple[str, bool]) -> dict[str, str]:
    """Put the rows of one table; returns their ids by the row of the main table they hang on."""
    return _put_rows(edit, name, preview.rows[name], origin)


def _put_rows(edit: Edit, name: str, rows: pd.DataFrame, origin: tuple[str, bool]) -> dict[str, str]:
    """Put new rows and changed rows apart: what a changed row does not bring is carried over; emptied rows end."""
    ids: dict[str, str] = {}
    edit.end(name, rows.loc[rows["@state"].eq(GONE), "id"].astype(str))
    for state in (NEW, CHANGED):
        held = rows["@state"].eq(state)
        some = rows if held.all() else rows[held]
        if len(some):
            made = edit.put(name, _ready(some, name, origin))
            ids |= dict(zip(some["@main"], made, strict=True)) if name in OWNERS else {}
    return ids


def _ready(rows: pd.DataFrame, name: str, origin: tuple[str, bool]) -> pd.DataFrame:
    """Rows as the register takes them: with their source, and in yuan where they are new and name no currency."""
    document, synthetic = origin
    made = rows.drop(columns=[c for c in rows.columns if c.startswith("@")])
    made = made.assign(source="import:" + document + "#" + rows["@cell"].astype("string[pyarrow]"))
    fresh = rows["@state"].iloc[0] == NEW
    made = made.drop(columns="id") if fresh and made["id"].isna().all() else made
    if synthetic and "synthetic" not in made.columns:
        made = made.assign(synthetic=True)
    fields = {f.name: f.kind for f in table(name).fields}
    money = any(fields.get(c) == "money" for c in made.columns)
    return made.assign(currency="CNY") if fresh and money and "currency" in fields and "currency" not in made else made


def _rest(edit: Edit, preview: Preview, main: dict[str, str], origin: tuple[str, bool]) -> None:
    """Put the rows beside the main table; they take the id, and owner and scope where it is new."""
    others = [name for name in preview.rows if name != preview.table and len(preview.rows[name])]
    for name in sorted(others, key=lambda n: ORDER.index(n) if n in ORDER else len(ORDER)):
        rows = preview.rows[name]
        _put_rows(edit, name, _of_main(edit, preview, name, main) if "@project" in rows.columns else rows, origin)


def _of_main(edit: Edit, preview: Preview, name: str, main: dict[str, str]) -> pd.DataFrame:
    """Rows beside the main table with its ids; rows of new projects take the owner and scope of their project."""
    rows = preview.rows[name]
    parent = rows["@project"].where(rows["@project"].notna(), rows["@main"].map(main)).astype(object)
    known = edit.region.table(preview.table, columns=["synthetic", "owner"]).astype(object)
    made = rows.assign(**{table(name).key[0]: parent})
    if "synthetic" not in made.columns:  # what is told of a made up project is made up
        made = made.assign(synthetic=parent.map(known["synthetic"]).isin([True]))
    fresh = preview.rows[preview.table].set_index("@main")
    fresh = fresh[fresh["@state"].eq(NEW)]
    if "place" in fresh.columns:
        place = rows["@main"].map(fresh["place"])
        made = made.assign(scope=place.map({p: scope_of(str(p)) for p in place.dropna().unique()}))
    own = OWNERS[preview.table]
    if own in fresh.columns and "owner" not in made.columns:
        of_new, of_known = rows["@main"].map(fresh[own].astype(object)), parent.map(known["owner"])
        made = made.assign(owner=of_new.astype(object).where(of_new.notna(), of_known))
    return made
