"""`anchor`, `prove`, `consistency`, `export-audit`: what somebody needs who trusts nobody here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from hechang.cli.place import region_at
from hechang.cli.speech import Desk, both
from hechang.terms.errors import UsageError

Anchors = Annotated[
    Path | None, typer.Option("--anchors", help=both("folder of checkpoints kept elsewhere", "别处留存的检查点文件夹"))
]


def anchor(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=both("where to", "目标文件夹"))],
    name: Annotated[list[str] | None, typer.Option("--for", help=both("for whom, e.g. a city", "给谁, 如某市"))] = None,
) -> None:
    """Write the newest signed checkpoint for somebody outside to keep."""
    from hechang.store.outside import give

    desk: Desk = context.obj
    region = region_at(desk)
    store = region.store
    written = [give(store, folder, one) for one in name or [store.id]]
    region.close()
    said = desk.word("Let it be kept outside, by another hand: {}", "请交由他人在别处保存: {}")
    desk.answer({"files": [str(path) for path in written]}, *(said.format(path) for path in written))


def prove(
    context: typer.Context,
    revision: Annotated[int, typer.Argument(help=both("revision", "版本"), min=1)],
    row: Annotated[str, typer.Option("--row", metavar="TABLE:ID", help=both("one row of it", "其中一行"))] = "",
) -> None:
    """Give the audit record of a revision and its way to the root of a signed checkpoint, as JSON."""
    from functools import partial

    from hechang.store.proofs import prove, prove_rows
    from hechang.terms.specs import table as spec

    desk: Desk = context.obj
    table, colon, id = row.partition(":")
    if row and not (table and colon and id):
        raise UsageError(f"'{row}' names no row. Write --row projects:ID", f"“{row}”不是一行。请写 --row projects:编号")
    store = region_at(desk).store
    (found,) = store.ask(partial(prove, revisions=[revision]))
    if row:
        found["rows"] = store.ask(partial(prove_rows, revision=revision, wanted=[(spec(table).name, id)]))
    store.close()
    replace(desk, as_json=True).answer(found)  # for programs, whoever asks


def consistency(
    context: typer.Context,
    old: Annotated[int, typer.Argument(help=both("older number of records", "较早的条数"), min=1)],
    new: Annotated[int, typer.Argument(help=both("newer number of records", "较晚的条数"), min=1)],
) -> None:
    """Prove that the log of NEW records goes on from that of OLD ones, as JSON."""
    from functools import partial

    from hechang.store.proofs import prove_consistency

    desk: Desk = context.obj
    store = region_at(desk).store
    found = store.ask(partial(prove_consistency, old=old, new=new))
    store.close()
    replace(desk, as_json=True).answer(found)  # for programs, whoever asks


def export_audit(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=both("file to write, .zip", "要写的文件, .zip"))],
    anchors: Anchors = None,
) -> None:
    """Write the whole log with a verifier that needs nothing of hechang."""
    from hechang.publish.audit_pack import audit_pack
    from hechang.store.outside import taken

    desk: Desk = context.obj
    region = region_at(desk)
    told = audit_pack(region.store, file, taken(anchors) if anchors else [])
    region.close()
    said = desk.word("{} records, {} checkpoints → {}", "{} 条记录, {} 个检查点 → {}")
    document = {"file": str(file), **told}
    desk.answer(document, said.format(told["records"], told["checkpoints"], file))
