"""`hechang round`: collection rounds 填报, from the forms that go out to the bulletin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.files import write_rows
from hechang.cli.place import By, Day, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both
from hechang.terms.errors import HechangError, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from hechang.intake.rounds.taking import Taken
    from hechang.region.region import Region

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Round = Annotated[str, typer.Argument(metavar="ROUND", help=both("name, month or id", "轮次名称、月份或编号"))]
SHOWN = 20  # findings printed for people; --json and the annotated workbook carry all
STATES = {
    "sent": ("not returned", "未报"),
    "returned": ("returned", "已报"),
    "wrong": ("sent back", "有误退回"),
    "accepted": ("accepted", "已接收"),
    "late": ("accepted late", "逾期接收"),
}
STANDING = {
    "name": ("Body", "单位"), "state": ("State", "状态"), "returned": ("Returned", "收回"),
    "late": ("Days late", "逾期天数"),
    "attempts": ("Attempts", "报送次数"), "faults": ("Faults", "错误"), "questions": ("Questions", "待核"),
    "asked": ("Asked", "应填"), "answered": ("Answered", "已填"), "unanswered": ("Open", "未填"),
    "cells": ("Cells", "填报单元格"), "conflicts": ("Conflicts", "冲突"),
}  # fmt: skip
MERGED = {
    "name": ("Project", "项目"), "title": ("Field", "字段"), "shown": ("Value", "值"), "bodies": ("Body", "单位"),
    "state": ("State", "状态"), "claims": ("Claims", "各方填报"), "conflict": ("Conflict", "冲突编号"),
}  # fmt: skip
CHANGED = {
    "kind": ("Kind", "种类"), "name": ("Project", "项目"), "title": ("Field", "字段"), "before": ("Before", "原"),
    "after": ("After", "现"),
}  # fmt: skip
KINDS = {"new": "新增", "gone": "退出", "renamed": "更名", "changed": "变化"}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    from hechang.intake.rounds.status import json_of

    return json_of(frame)


def _place(region: Region) -> dict[str, str]:
    return {"on": region.day, "revision": region.revision_name}


@app.command("open")
def open_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help=both("name of the round", "轮次名称"))],
    period: Annotated[str, typer.Option(help=both("month asked for, 2022-09", "报告期, 如 2022-09"))],
    due: Annotated[str, typer.Option(help=both("last day, 2022-10-10", "截止日, 如 2022-10-10"))],
    bodies: Annotated[str, typer.Option(help=both("ids or names, with commas", "单位编号或名称, 用逗号分隔"))],
    out: Annotated[Path, typer.Option(help=both("folder for the forms", "填报表存放的文件夹"))],
    by: By = "",
    why: Why = "",
    on: Day = "",
) -> None:
    """Open a round: one form a body, with only its projects."""
    from hechang.intake.rounds.opening import NewRound, open_round

    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    new = NewRound(name, period, due, _parts(bodies))
    with desk.work("Writing the forms", "正在生成填报表"):
        done = open_round(region_at(desk, on), new, out, by=by, why=why, lang=desk.lang)
    files = {body: str(path) for body, path in done.files.items()}
    said = desk.word(f"Round '{name}' is open: {len(files)} forms", f"轮次“{name}”已发出, 共 {len(files)} 份填报表")
    desk.answer({"round": done.id, "name": name, "files": files} | _place(done.region), said, *files.values())


def _parts(text: str) -> list[str]:
    """Names separated by commas, Chinese ones too."""
    return [part.strip() for part in text.replace("、", ",").replace("，", ",").split(",") if part.strip()]


@app.command()
def take(
    context: typer.Context,
    round: Round,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=both("returned forms", "收回的填报表"))],
    body: Annotated[str, typer.Option(help=both("whose it is, if the form does not say", "表内未注明时指定单位"))] = "",
    by: By = "",
    why: Why = "",
    on: Day = "",
) -> None:
    """Take returns in; a wrong one changes no figure and comes back with its faults marked."""
    from hechang.intake.rounds.taking import take as take_one

    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    if body and len(files) > 1:
        raise UsageError("--body goes with one file", "--body 只能与一个文件一起使用")
    region = region_at(desk, on)
    found: list[Taken | HechangError] = []
    with desk.work(f"Taking {len(files)} returns", f"正在收表, 共 {len(files)} 份"):
        for file in files:  # each is an edit of its own: one that nobody can read does not stop the others
            try:
                found.append(take_one(region, round, file, by=by, why=why, body=body))
            except HechangError as fault:
                if len(files) == 1:
                    raise
                found.append(fault)
    names = region.table("bodies", columns=["name"])["name"].to_dict()
    pairs = list(zip(found, files, strict=True))
    lines = [line for one, file in pairs for line in _told(desk, one, file, names)]
    desk.answer({"returns": [_taken(one, file) for one, file in pairs]} | _place(region.latest()), *lines)
    if any(isinstance(one, HechangError) or one.state == "wrong" for one in found):
        raise typer.Exit(1)


def _taken(one: Taken | HechangError, file: Path) -> dict[str, Any]:
    if isinstance(one, HechangError):
        return {"file": str(file), "state": "refused", "error": {"en": one.en, "zh": one.zh}}
    return {
        "file": str(file), "round": one.round, "body": one.body, "state": one.state, "counts": one.counts,
        "annotated": str(one.annotated) if one.annotated else None, "findings": [f.as_dict() for f in one.findings],
    }  # fmt: skip


def _told(desk: Desk, one: Taken | HechangError, file: Path, names: dict[Any, str]) -> list[str]:
    if isinstance(one, HechangError):
        return [f"{file.name}: {one.say(desk.lang)}"]
    counted = {
        "written": ("cells written", "格写入"), "conflicts": ("conflicts", "处冲突"), "faults": ("faults", "处错误"),
        "questions": ("questions", "处待核"),
    }  # fmt: skip
    counts = [f"{one.counts[key]} {desk.word(*words)}" for key, words in counted.items() if one.counts.get(key)]
    head = f"{file.name}: {names.get(one.body, one.body)} · {desk.word(*STATES[one.state])} · {', '.join(counts)}"
    shown = [f for f in one.findings if f.severity == "error" or f.kind.startswith("ask-")]
    lines = [f"  {found.say(desk.lang)}" for found in shown[:SHOWN]]
    more = [desk.word(f"  … {len(shown)} in all", f"  … 共 {len(shown)} 处")] if len(shown) > SHOWN else []
    copy = [desk.word(f"  marked copy: {one.annotated}", f"  标注后的工作簿: {one.annotated}")] if one.annotated else []
    return [head, *lines, *more, *copy]


@app.command()
def status(
    context: typer.Context,
    round: Annotated[
        str, typer.Argument(metavar="[ROUND]", help=both("all rounds if left out", "省略则列出全部轮次"))
    ] = "",
    on: Day = "",
) -> None:
    """Say who has returned, who is late, what is wrong."""
    desk: Desk = context.obj
    region = region_at(desk, on)
    if round:
        _one(desk, region, round)
    else:
        _every(desk, region)


def _one(desk: Desk, region: Region, round: str) -> None:
    from hechang.intake.rounds.status import status as of_round

    found = of_round(region, round, lang=desk.lang)
    rows, total, about = _records(found), found.attrs["total"], found.attrs["round"]
    shown = [row | {"state": desk.word(*STATES[row["state"]])} for row in rows]
    head = desk.word(
        f"{total['taken']} of {total['bodies']} accepted, {total['conflicts']} conflicts",
        f"应报 {total['bodies']}, 已收 {total['taken']}, 冲突 {total['conflicts']} 处",
    )
    due = desk.word(f"due {about['due']}", f"截止 {about['due']}")
    head = f"{about['name']} · {due} · {head}"
    desk.answer({"round": about, "bodies": rows, "total": total} | _place(region), head, desk.table(shown, STANDING))


def _every(desk: Desk, region: Region) -> None:
    rounds = region.table("rounds", columns=["name", "period", "opened", "due", "closed"]).sort_values("period")
    titles = {
        "name": ("Round", "轮次"),
        "period": ("Month", "报告期"),
        "due": ("Due", "截止"),
        "closed": ("Closed", "关闭"),
    }
    rows = _records(rounds)
    desk.answer({"rounds": rows} | _place(region), desk.table(rows, titles))


@app.command()
def merge(
    context: typer.Context,
    round: Round,
    out: Annotated[Path | None, typer.Option("--out", help=".xlsx .csv .json")] = None,
    on: Day = "",
) -> None:
    """Show all returns as one table, each figure with its body and cell; conflicts first."""
    from hechang.intake.rounds.status import merged

    desk: Desk = context.obj
    region = region_at(desk, on)
    found = merged(region, round, lang=desk.lang)
    found = found.sort_values(
        "state", key=lambda state: state.map({"conflict": 0, "settled": 1, "agreed": 2}), kind="stable"
    )
    rows = _records(found.drop(columns="value"))
    if out:
        titled = [{desk.word(*MERGED.get(key, (key, key))): row[key] for key in (*MERGED, "source")} for row in rows]
        card = {"id": "returns", "zh": f"{round} 填报汇总", "en": f"Returns of {round}"}
        write_rows(out, {"card": card, "rows": titled} | _place(region), desk.lang)
    said = desk.word(f"{len(rows)} figures", f"{len(rows)} 个填报值") + (f" → {out}" if out else "")
    open_rows = [row for row in rows if row["state"] != "agreed"]
    desk.answer(
        {"round": round, "rows": rows} | _place(region), *([desk.table(open_rows, MERGED)] if open_rows else []), said
    )


@app.command()
def settle(
    context: typer.Context,
    conflict: Annotated[str, typer.Argument(metavar="CONFLICT", help=both("id of the conflict", "冲突编号"))],
    value: Annotated[
        str, typer.Argument(metavar="VALUE", help=both("a value, or a body's name", "采用值, 或采用其数的单位"))
    ],
    by: By = "",
    why: Why = "",
    on: Day = "",
) -> None:
    """Settle a conflict between returns."""
    from hechang.intake.rounds.settling import settle as settle_one

    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    region = settle_one(region_at(desk, on), conflict, value, by=by, why=why)
    chosen = str(region.table("conflicts", columns=["settled"], where={"id": conflict})["settled"].iloc[0])
    said = desk.word(f"Settled: {chosen}", f"已采用: {chosen}")
    desk.answer({"conflict": conflict, "settled": chosen} | _place(region), said)


@app.command()
def changes(context: typer.Context, round: Round, on: Day = "") -> None:
    """Say what changed since the round before."""
    from hechang.intake.rounds.status import changes as since

    desk: Desk = context.obj
    region = region_at(desk, on)
    found = since(region, round, lang=desk.lang)
    rows = _records(found.reset_index(drop=True))
    shown = [row | {"kind": desk.word(row["kind"], KINDS[row["kind"]])} for row in rows]
    before = found.attrs["previous"] or desk.word("none", "无")
    head = desk.word(f"{len(rows)} changes; round before: {before}", f"{len(rows)} 处变化; 上一轮次: {before}")
    document = {"round": found.attrs["round"], "previous": found.attrs["previous"], "changes": rows}
    desk.answer(document | _place(region), head, desk.table(shown, CHANGED))


@app.command()
def bulletin(
    context: typer.Context,
    round: Annotated[str, typer.Argument(metavar="ROUND", help=both("round or month", "轮次或月份"))],
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.docx]", help=both("file to write", "要写的文件"))
    ] = None,
    template: Annotated[Path | None, typer.Option(help=both("your own .docx", "本单位的 .docx 模板"))] = None,
    text: Annotated[bool, typer.Option("--text", help=both("text for WeChat", "可粘贴到微信的文字"))] = False,
    on: Day = "",
) -> None:
    """Write the bulletin 简报, as DOCX or as text for WeChat."""
    from hechang.publish.bulletin import bulletin as write_bulletin
    from hechang.publish.bulletin import bulletin_text

    desk: Desk = context.obj
    if not text and file is None:
        raise UsageError("Name the .docx to write, or say --text", "请给出要写的 .docx 文件, 或使用 --text")
    region = region_at(desk, on)
    document: dict[str, Any] = {"round": round} | _place(region)
    lines: list[str] = []
    if file is not None:
        with desk.work("Writing the bulletin", "正在生成简报"):
            written = write_bulletin(region, round, file, template=template, lang=desk.lang)
        document |= {"file": str(written)}
        lines.append(desk.word(f"Bulletin → {written}", f"简报 → {written}"))
    if text:
        said = bulletin_text(region, round, lang=desk.lang)
        document |= {"text": said}
        lines.append(said)
    desk.answer(document, *lines)


@app.command()
def close(
    context: typer.Context,
    round: Round,
    force: Annotated[bool, typer.Option("--force", help=both("although returns are open", "尚有未报也关闭"))] = False,
    by: By = "",
    why: Why = "",
    on: Day = "",
) -> None:
    """Close a round and keep the lists of the month."""
    from hechang.intake.rounds.closing import close_round

    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    with desk.work("Keeping the lists", "正在保存清单版次"):
        region = close_round(region_at(desk, on), round, by=by, why=why, force=force)
    desk.answer({"round": round, "closed": region.day} | _place(region), desk.word("Closed", "轮次已关闭"))
