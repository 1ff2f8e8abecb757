"""`read`, `review`: documents to proposals, and the queue of proposals."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from hechang.cli.history import records
from hechang.cli.place import By, Why, region_at, who_and_why
from hechang.cli.second import Llm, read_twice
from hechang.cli.speech import Desk, both
from hechang.terms.errors import UsageError
from hechang.terms.findings import Finding, errors

if TYPE_CHECKING:
    from hechang.intake.streaming import Streamed

SHOWN = 200  # lines up to which each document is shown on its own
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
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=both("documents or folders", "文件或文件夹"))],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=both("keep nothing, no region needed", "不保存, 无需区域"))
    ] = False,
    journal: Annotated[
        Path | None,
        typer.Option(
            help=both(
                "with --dry-run: note here what was read, to go on after a stop",
                "与 --dry-run 合用: 在此记录已读内容, 中断后可接续",
            )
        ),
    ] = None,
    by: By = "",
    why: Why = "",
    llm: Llm = False,
) -> None:
    """Read documents and folders of them; faults of a file are told and do not stop the others."""
    from hechang.intake.folders import files_in

    desk: Desk = context.obj
    if llm:
        read_twice(desk, files, dry_run, (by or login(), why or "read"))
        return
    if journal and not dry_run:
        raise UsageError(
            "Only --dry-run takes a journal; a region knows what it has read",
            "只有 --dry-run 需要日志; 区域自会记得已读的文件",
        )
    found = files_in(files)
    faults = _only_read(desk, found, journal) if dry_run else _keep(desk, found, by or login(), why or "read")
    if errors(faults):
        raise typer.Exit(1)


def _only_read(desk: Desk, files: Sequence[str], journal: Path | None) -> list[Finding]:
    """Read and tell, document by document; the journal goes once everything is told."""
    from hechang.cli.progress import progress
    from hechang.intake.spool import Spool
    from hechang.intake.streaming import read_stream

    with Spool(journal) as spool:
        with progress(desk, len(files)) as tell:
            made = read_stream(files, spool, tell)
        _tell(desk, made.findings, len(files))
        if desk.as_json:
            _write_json(made)
        elif made.light or not made.findings:
            desk.answer(None, *_lines(desk, made))
        spool.end()
    return made.findings


def _write_json(made: Streamed) -> None:
    """Write the result as it is read back: one document of JSON, never in memory as a whole."""
    out = sys.stdout
    out.write('{\n "documents": [')
    _write_items(out, made.documents())
    out.write('],\n "same_event": ' + json.dumps(made.same_event, ensure_ascii=False) + ',\n "differences": [')
    _write_items(out, made.differences())
    out.write('],\n "contradictions": [')
    _write_items(out, made.contradictions())
    out.write('],\n "reprints": [')
    _write_items(out, made.reprints())
    out.write("]")
    if made.findings:
        said = json.dumps([one.as_dict() for one in made.findings], ensure_ascii=False, indent=1)
        out.write(',\n "findings": ' + said)
    out.write("\n}\n")


def _write_items(out: TextIO, items: Iterable[Mapping[str, Any]]) -> None:
    for number, one in enumerate(items):
        out.write((",\n" if number else "\n") + json.dumps(one, ensure_ascii=False, indent=1))


def _keep(desk: Desk, files: Sequence[str], by: str, why: str) -> list[Finding]:
    from hechang.cli.progress import progress
    from hechang.intake.folders import propose_folder

    region = region_at(desk)
    with progress(desk, len(files)) as tell:
        made = propose_folder(region, files, by=by, why=why, tell=tell)
    _tell(desk, made.findings, len(files))
    found = {"documents": made.documents, "counts": made.counts, "known": made.known}
    faults = [one.as_dict() for one in made.findings]
    lines = _kept(desk, found) if found["documents"] or not faults else []
    revision = {"revision": made.region.revision_name}
    desk.answer(found | revision | ({"findings": faults} if faults else {}), *lines)
    return made.findings


def _tell(desk: Desk, faults: Sequence[Finding], number: int) -> None:
    """Say what could not be read, at the end and in one list."""
    stopped = len({one.file for one in errors(faults)})
    if stopped and number > 1:
        desk.tell(f"{stopped} of {number} files could not be read:", f"{number} 个文件中有 {stopped} 个未能读取:")
    for one in faults:
        desk.tell(one.say("en"), one.say("zh"))


def _lines(desk: Desk, made: Streamed) -> list[Any]:
    rows = [one.counts for one in made.light]
    same = [desk.word("One event: ", "同一会议: ") + " = ".join(group) for group in made.same_event]
    same += [_reprint(desk, one) for one in made.reprints()]
    if len(rows) <= SHOWN:
        return [desk.table(rows, READ), *same]
    total = {kind: sum(row[kind] for row in rows) for kind in KINDS}
    said = desk.word(f"{len(rows):,} documents read", f"已读 {len(rows):,} 个文件")
    return [said, desk.table([total], READ), *same[:SHOWN]]


def _reprint(desk: Desk, group: Mapping[str, Any]) -> str:
    said = desk.word("Nearly the same text", "文本几乎相同")
    return f"{said} ({group['similarity']:.0%}): " + " = ".join(group["documents"])


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
