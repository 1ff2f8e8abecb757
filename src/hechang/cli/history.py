"""`log`, `undo`, `verify`: what happened, taking it back, and proving that nothing was rewritten."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import By, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both

if TYPE_CHECKING:
    import pandas as pd

TITLES = {
    "revision": ("Revision", "版本"),
    "at": ("When", "时间"),
    "actor": ("Who", "操作人"),
    "op": ("Operation", "操作"),
    "reason": ("Why", "理由"),
    "counts": ("Rows", "行数"),
    "changed": ("Changed", "变动"),
}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as plain values, missing ones as None."""
    plain: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", force_ascii=False))
    return plain


def log(
    context: typer.Context,
    row_id: Annotated[str | None, typer.Argument(help=both("id of one row", "某一行的编号"))] = None,
    limit: Annotated[int, typer.Option(help=both("how many, newest first", "条数, 新的在前"), min=1, max=10**9)] = 50,
) -> None:
    """Show the history of the region or of one row."""
    desk: Desk = context.obj
    found = records(region_at(desk).log(row_id, limit=None if row_id else limit))
    desk.answer({"row": row_id, "revisions": found}, desk.table(found, TITLES))


def undo(
    context: typer.Context,
    revision: Annotated[int, typer.Argument(help=both("revision to take back", "要撤销的版本"))],
    by: By = "",
    why: Why = "",
) -> None:
    """Take one revision back; that is a revision itself."""
    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    after = region_at(desk).undo(revision, by=by, why=why)
    said = desk.word(
        f"Revision {revision} is taken back by revision {after.revision}",
        f"版本 {revision} 已由版本 {after.revision} 撤销",
    )
    desk.answer({"undone": revision, "revision": after.revision_name}, said)


def verify(context: typer.Context) -> None:
    """Recompute every hash of the audit chain from the rows."""
    desk: Desk = context.obj
    with desk.work("Recomputing the audit chain", "正在重算审计链"):
        verdict = region_at(desk).verify()
    faults: list[dict[str, Any]] = [{"revision": f.revision, "en": f.en, "zh": f.zh} for f in verdict.faults]
    document = {"whole": verdict.whole, "revisions": verdict.revisions, "rows": verdict.rows, "head": verdict.head}
    size_en, size_zh = (
        f"{verdict.revisions} revisions, {verdict.rows} rows",
        f"{verdict.revisions} 个版本, {verdict.rows} 行",
    )
    if verdict.whole:
        said = desk.word(f"Whole: {size_en}, head {verdict.head[:16]}", f"完整: {size_zh}, 链头 {verdict.head[:16]}")
        desk.answer({**document, "faults": faults}, said)
        return
    desk.answer({**document, "faults": faults}, *(desk.word(fault["en"], fault["zh"]) for fault in faults))
    desk.tell(f"Broken: {len(faults)} places", f"审计链不完整: {len(faults)} 处")
    raise typer.Exit(1)
