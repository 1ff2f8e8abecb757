"""`log`, `undo`, `verify`: what happened, taking it back, and proving that nothing was rewritten."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import By, Why, region_at, who_and_why
from hechang.cli.proofs import Anchors
from hechang.cli.speech import Desk, both
from hechang.terms.errors import UsageError

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


COUNTED = {
    "revisions": ("revisions", "个版本"),
    "rows": ("rows", "行"),
    "records": ("audit records", "条审计记录"),
    "checkpoints": ("checkpoints", "个检查点"),
    "anchors": ("anchors", "个外部留存"),
}
SINCE = ("only rows after this head, which an earlier verify gave", "只重算此链头之后的行, 链头由此前的 verify 给出")
_HASH = re.compile(r"[0-9a-f]{12,64}")


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


def verify(
    context: typer.Context,
    since: Annotated[str, typer.Option("--since", metavar="HEAD", help=both(*SINCE))] = "",
    anchors: Anchors = None,
) -> None:
    """Recompute every hash of the audit chain from the rows, the log and its signed checkpoints."""
    from hechang.store.outside import taken

    desk: Desk = context.obj
    if since and not _HASH.fullmatch(since):
        raise UsageError(
            f"'{since}' is no head; write the one an earlier verify gave, at least 12 digits of it",
            f"“{since}”不是链头; 请写此前 verify 给出的链头, 至少 12 位",
        )
    with desk.work("Recomputing the audit chain", "正在重算审计链"):
        verdict = region_at(desk).verify(since, taken(anchors) if anchors else [])
    faults: list[dict[str, Any]] = [{"revision": f.revision, "en": f.en, "zh": f.zh} for f in verdict.faults]
    document = {name: getattr(verdict, name) for name in ("whole", *COUNTED, "head", "root")}
    counted = ((n, *COUNTED[name]) for name, n in document.items() if name in COUNTED)
    size = ", ".join(f"{n} {desk.word(en, zh)}" for n, en, zh in counted)
    if verdict.whole:
        head = verdict.head[:16]
        desk.answer(
            {**document, "faults": faults}, desk.word(f"Whole: {size}, head {head}", f"完整: {size}, 链头 {head}")
        )
        return
    desk.answer({**document, "faults": faults}, *(desk.word(fault["en"], fault["zh"]) for fault in faults))
    desk.tell(f"Broken: {len(faults)} places", f"审计链不完整: {len(faults)} 处")
    raise typer.Exit(1)
