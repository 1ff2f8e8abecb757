"""`read`, `review`: documents to proposals, and the queue of proposals."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from hechang.cli.history import records
from hechang.cli.place import By, Why, region_at, who_and_why
from hechang.cli.second import Llm, read_twice
from hechang.cli.speech import Desk, both
from hechang.terms.errors import UsageError
from hechang.terms.findings import Finding, errors

KINDS = ("events", "persons", "directives", "projects", "agreements", "figures", "references")
READ = {
    "path": ("File", "文件"), "encoding": ("Encoding", "编码"), "script": ("Script", "字体"),
    "events": ("Events", "会议"), "directives": ("Directives", "要求"), "persons": ("Persons", "人员"),
    "projects": ("Projects", "项目"), "agreements": ("Agreements", "协议"), "figures": ("Figures", "数字"),
}  # fmt: skip
QUEUE = {
    "id": ("Id", "编号"), "kind": ("Kind", "种类"), "confidence": ("Sure", "把握"), "text": ("Text", "内容"),
}  # fmt: skip
Query = Annotated[
    str,
    typer.Option(
        help=both(
            "which: sure, all, an id, or kind=directive confidence>=0.9",
            "条件: sure、all、编号, 或 kind=directive confidence>=0.9",
        )
    ),
]


def login() -> str:
    """Name of the user of this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "local"


def read(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=both("documents", "文件"))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("keep nothing, no region needed", "不保存, 无需区域"))
    ] = False,
    by: By = "",
    why: Why = "",
    llm: Llm = False,
) -> None:
    """Read documents; faults of a file are told and do not stop the others."""
    desk: Desk = context.obj
    if llm:
        read_twice(desk, files, dry_run, (by or login(), why or "read"))
        return
    with desk.work(f"Reading {len(files)} documents", f"正在读取 {len(files)} 个文件"):
        found, faults = _only_read(files) if dry_run else _keep(desk, files, by or login(), why or "read")
    _tell(desk, faults)
    show = _lines if dry_run else _kept
    lines = show(desk, found) if found["documents"] or not faults else []
    desk.answer(found | ({"findings": [one.as_dict() for one in faults]} if faults else {}), *lines)
    if errors(faults):
        raise typer.Exit(1)


def _only_read(files: Sequence[Path]) -> tuple[dict[str, Any], list[Finding]]:
    from hechang.intake.read import read_documents

    return read_documents(files)


def _keep(desk: Desk, files: Sequence[Path], by: str, why: str) -> tuple[dict[str, Any], list[Finding]]:
    from hechang.intake.proposals import propose

    made = propose(region_at(desk), files, by=by, why=why)
    found = {"documents": made.documents, "counts": made.counts, "known": made.known}
    return found | {"revision": made.region.revision_name}, list(made.findings)


def _tell(desk: Desk, faults: Sequence[Finding]) -> None:
    for one in faults:
        desk.tell(one.say("en"), one.say("zh"))


def _lines(desk: Desk, found: Mapping[str, Any]) -> list[Any]:
    rows = [{**one, **{kind: len(one[kind]) for kind in KINDS}} for one in found["documents"]]
    same = [desk.word("One event: ", "同一会议: ") + " = ".join(group) for group in found["same_event"]]
    return [desk.table(rows, READ), *same]


def _kept(desk: Desk, found: Mapping[str, Any]) -> list[Any]:
    rows = [{"kind": _kind(desk, kind), "count": count} for kind, count in found["counts"].items()]
    n, known = len(found["documents"]), len(found["known"])
    said = desk.word(f"{n} documents kept, {known} known before", f"新增 {n} 个文件, {known} 个已有")
    return [said, desk.table(rows, {"kind": ("Proposals", "建议"), "count": ("Count", "数量")})]


def _kind(desk: Desk, code: str) -> str:
    from hechang.terms.specs import codes

    return codes("proposal_kinds")[code].title(desk.lang)


def review(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="[QUERY]", help=both("which to show", "显示哪些"))] = "all",
    accept: Query = "",
    reject: Query = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Show the open proposals, or accept or reject some of them."""
    from hechang.intake.docket import queue

    desk: Desk = context.obj
    if accept and reject:
        raise UsageError("Accept or reject, one at a time", "采纳与退回请分开进行")
    if accept or reject:
        _decide(desk, accept or reject, accept=bool(accept), who=who_and_why(by, why))
        return
    waiting = records(queue(region_at(desk), query).drop(columns=["slots", "payload"]).reset_index())
    shown = [{**row, "kind": _kind(desk, row["kind"])} for row in waiting]
    said = desk.word(f"{len(waiting)} proposals", f"{len(waiting)} 条建议")
    desk.answer({"proposals": waiting}, desk.table(shown, QUEUE), said)


def _decide(desk: Desk, query: str, *, accept: bool, who: tuple[str, str]) -> None:
    from hechang.intake.verdicts import review as decide

    with desk.work("Deciding", "正在处理"):
        done = decide(region_at(desk), query, accept=accept, by=who[0], why=who[1])
    made = ", ".join(f"{table} {count}" for table, count in done.rows.items())
    said = desk.word(f"{done.decided} proposals decided. {made}", f"已处理 {done.decided} 条建议。{made}")
    document = {"query": query, "accepted": accept, "decided": done.decided, "rows": done.rows}
    desk.answer(document | {"revision": done.region.revision_name}, said)
