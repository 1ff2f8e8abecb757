"""`hechang light, slip`: Lights and slips 亮灯与督办."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.history import records
from hechang.cli.place import By, Day, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both

if TYPE_CHECKING:
    import pandas as pd

    from hechang.region.region import Region

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
slips = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Rule = Annotated[
    str, typer.Option(help=both("light rule; see: hechang light rules", "亮灯规则; 见: hechang light rules"))
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help=both("number of the letter, e.g. 1", "督办函编号, 如 1"))]
LIT = {
    "colour": ("Light", "灯色"), "name": ("Name", "名称"), "owner": ("Owner", "责任单位"),
    "reason": ("Reason", "原因"), "period": ("Period", "时期"), "escalation": ("Then", "升级措施"),
}  # fmt: skip
COUNTS = {"metric": ("Metric", "指标"), "colour": ("Light", "灯色"), "objects": ("Objects", "对象数")}
RULES = {
    "rule": ("Rule", "规则"), "title": ("Name", "名称"), "from": ("In force from", "施行"),
    "clauses": ("Clauses", "条款"), "metrics": ("Metrics", "指标"), "source": ("Source", "出处"),
}  # fmt: skip
LETTERS = {
    "number": ("Number", "编号"), "colour": ("Light", "灯色"), "name": ("About", "事项"), "owner": ("To", "承办单位"),
    "state": ("State", "状态"), "until": ("By", "期限"), "next": ("Next", "下一步"),
}  # fmt: skip


def _colour(desk: Desk, code: str | None) -> str:
    from hechang.terms.specs import codes

    return codes("colours")[code].title(desk.lang) if code else desk.word("no light", "未亮灯")


@app.command(help=both("What is lit, by which clause", "当前亮灯与所据条款"))
def show(
    context: typer.Context,
    rule: Rule = "",
    colour: Annotated[
        str, typer.Option(help=both("colours with commas, all, none, exempt", "灯色(逗号分隔)、all、none、exempt"))
    ] = "",
    on: Day = "",
) -> None:
    """Show the lights: how many of each colour by metric, then one line an object."""
    from hechang.register.lights.lit import lights

    desk: Desk = context.obj
    region = region_at(desk, on)
    with desk.work("Judging", "正在判断亮灯"):
        lit = lights(region, rule)
        document = region.answer("lights", "list", {"rule": rule, "colour": colour})
    counts = records(_counts(lit))
    lines: list[Any] = [
        desk.table(
            [{**one, "metric": _metric(desk, one["metric"]), "colour": _colour(desk, one["colour"])} for one in counts],
            COUNTS,
        ),
        desk.table([{**one, "colour": _colour(desk, one["colour"])} for one in document["rows"]], _reason(desk, LIT)),
        *(f"{_metric(desk, one['id'])}: {_half(desk, one['why'])}" for one in document["missing"]),
    ]
    desk.answer(
        {**document, "rule_version": lit.attrs["rule_version"], "counts": counts}, lit.attrs["rule_version"], *lines
    )


def _counts(lit: pd.DataFrame) -> pd.DataFrame:
    shown = lit.assign(colour=lit["colour"].where(lit["exempt"].isna()))
    return shown.groupby(["metric", "colour"], sort=False, dropna=False).size().rename("objects").reset_index()


def _metric(desk: Desk, name: str) -> str:
    from hechang.terms.ladders import metric

    return metric(name).title(desk.lang)


def _reason(desk: Desk, titles: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Titles with the reason and the escalation in the user's language."""
    end = "" if desk.lang == "zh" else "_en"
    return {name + end if name in ("reason", "escalation") else name: title for name, title in titles.items()}


def _half(desk: Desk, text: str) -> str:
    from hechang.register.slips.steps import halves

    return desk.word(*reversed(halves(text)))


@app.command(
    help=both("Prove a rule whole, or show the smallest example of each gap", "检查规则有无缺口与重叠, 并给出最小示例")
)
def lint(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE|FILE.csv", help=both("rule or CSV file", "规则或 CSV 文件"))],
) -> None:
    """Prove that a rule leaves no gap and no overlap; what it finds is an answer and a fault of the rule."""
    from hechang.register.lights.lint import lint as prove
    from hechang.terms.findings import errors

    desk: Desk = context.obj
    found = prove(_clauses(desk, rule))
    said = desk.word(f"{rule}: {len(found)} faults", f"{rule}: {len(found)} 处问题")
    whole = desk.word(f"{rule}: no gap, no overlap", f"{rule}: 无缺口, 无重叠")
    document = {"rule": rule, "whole": not errors(found), "findings": [one.as_dict() for one in found]}
    desk.answer(document, *(one.zh if desk.lang == "zh" else one.en for one in found), said if found else whole)
    if errors(found):
        raise typer.Exit(1)


def _clauses(desk: Desk, rule: str) -> pd.DataFrame:
    """Clauses of a file, of the region, or those that ship where there is no region."""
    from hechang.region.opening import on_server
    from hechang.register.lights.clauses import clauses_every, clauses_of_file, shipped

    if rule.lower().endswith(".csv"):
        return clauses_of_file(Path(rule))
    there = on_server(desk.region) or Path(desk.region).exists()
    return clauses_every(region_at(desk), rule) if there else shipped(rule)


@app.command(help=both("The rules there are", "现有亮灯规则"))
def rules(context: typer.Context) -> None:
    """Show the rules that ship and those the region brings."""
    from hechang.register.lights.clauses import clauses_every
    from hechang.terms.ladders import rule_sets

    desk: Desk = context.obj
    region = region_at(desk)
    own = region.query('SELECT DISTINCT rule FROM "ladders every" ORDER BY rule')["rule"].tolist()
    names = dict.fromkeys([*rule_sets(), *own])
    rows = [_rule(desk, name, clauses_every(region, name), name in own) for name in names]
    desk.answer({"rules": rows}, desk.table(rows, RULES))


def _rule(desk: Desk, name: str, clauses: pd.DataFrame, own: bool) -> dict[str, Any]:
    from hechang.terms.ladders import rule_sets

    known = rule_sets().get(name)
    return {
        "rule": name,
        "title": known.title(desk.lang) if known else name,
        "from": str(clauses["valid_from"].min()).replace("0001", ""),
        "clauses": len(clauses),
        "metrics": ", ".join(_metric(desk, one) for one in dict.fromkeys(clauses["metric"])),
        "source": desk.word("of this region", "本区域自定") if own or not known else known.source,
    }


@app.command(help=both("Keep the lights of the day for ever", "留存当日亮灯"))
def keep(context: typer.Context, rule: Rule = "", on: Day = "", by: By = "", why: Why = "") -> None:
    """Write the lights into the register, each with the version of its rule."""
    from hechang.register.lights.lit import keep_lights

    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    region = region_at(desk, on)
    with desk.work("Keeping the lights", "正在留存亮灯"):
        after = keep_lights(region, rule, by=by, why=why)
    count = len(after.table("lights", columns=["object"]))
    said = desk.word(
        f"{count} lights kept, revision {after.revision_name}", f"已留存亮灯 {count} 条, 版本 {after.revision_name}"
    )
    desk.answer({"on": region.day, "lights": count, "revision": after.revision_name}, said)


@slips.command("list", help=both("The letters and what comes next", "督办函与下一步"))
def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help=both("closed ones too", "含已办结"))] = False,
    on: Day = "",
) -> None:
    """Show open letters, or all."""
    from hechang.register.slips.desk import slips as letters
    from hechang.register.slips.open_list import WAITING

    desk: Desk = context.obj
    region = region_at(desk, on)
    found = letters(region)
    rows = records(found if every else found[found["state"].isin(WAITING)])
    said = desk.word(f"{len(rows)} letters", f"{len(rows)} 份督办函")
    desk.answer({"slips": rows, "on": region.day, "revision": region.revision_name}, _table(desk, rows), said)


def _table(desk: Desk, rows: list[dict[str, Any]]) -> Any:
    from hechang.register.slips.steps import WORDS

    at = 0 if desk.lang == "zh" else 1
    shown = [
        {**row, "colour": _colour(desk, row["colour"]), "state": WORDS[row["state"]][at],
         "next": ", ".join(WORDS[step][at] for step in row["next"].split(", ") if step)}
        for row in rows
    ]  # fmt: skip
    return desk.table(shown, LETTERS)


@slips.command(help=both("The text of a letter", "督办函正文"))
def text(context: typer.Context, number: Number, on: Day = "") -> None:
    """Show a letter in the words it is sent in."""
    from hechang.register.slips.desk import letter
    from hechang.register.slips.letters import slip_text

    desk: Desk = context.obj
    row = letter(region_at(desk, on), number)
    said = slip_text(row, desk.lang)
    desk.answer({"slip": row, "text": said}, said)


@slips.command(help=both("Issue letters for what is lit", "按亮灯发出督办函"))
def issue(
    context: typer.Context,
    objects: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help=both("objects; all when none", "对象; 不填为全部"))
    ] = None,
    rule: Rule = "",
    least: Annotated[str, typer.Option("--from", help=both("softest colour", "最低灯色"))] = "yellow",
    on: Day = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Write a letter for every object lit that badly and without a letter."""
    from hechang.register.slips.desk import issue as write
    from hechang.register.slips.desk import slips as letters

    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    region = region_at(desk, on)
    after = write(region, rule, objects or (), by=by, why=why, least=least)
    found = letters(after)
    rows = records(found[~found.index.isin(letters(region).index)])
    said = desk.word(f"{len(rows)} letters issued", f"已发出 {len(rows)} 份督办函")
    desk.answer({"slips": rows, "revision": after.revision_name}, _table(desk, rows), said)


def _step(context: typer.Context, number: str, step: str, who: tuple[str, str, str], **given: Any) -> None:
    """File one step; `who` is the day, who does it and why."""
    from hechang.register.slips.desk import slips as letters
    from hechang.register.slips.desk import take

    desk: Desk = context.obj
    by, why = who_and_why(*who[1:])
    region = region_at(desk, who[0])
    after = take(region, number, step, given, by=by, why=why)
    rows = records(_touched(letters(after), after))
    desk.answer({"slips": rows, "revision": after.revision_name}, _table(desk, rows))


def _touched(found: pd.DataFrame, after: Region) -> pd.DataFrame:
    return found[found["revision"] == after.revision]


@slips.command(help=both("Receipt 签收", "签收"))
def acknowledge(context: typer.Context, number: Number, on: Day = "", by: By = "", why: Why = "") -> None:
    """Take receipt of a letter."""
    _step(context, number, "acknowledge", (on, by, why))


@slips.command(help=both("Answer with evidence", "答复并附佐证"))
def answer(
    context: typer.Context,
    number: Number,
    text: Annotated[str, typer.Option(help=both("the answer", "答复内容"))] = "",
    evidence: Annotated[str, typer.Option(help=both("id of a document", "佐证文件编号"))] = "",
    on: Day = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Answer a letter."""
    _step(context, number, "answer", (on, by, why), text=text, evidence=evidence)


@slips.command("return", help=both("Return an answer on review", "审核退回"))
def return_(context: typer.Context, number: Number, on: Day = "", by: By = "", why: Why = "") -> None:
    """Return an answer that is not enough."""
    _step(context, number, "return", (on, by, why))


@slips.command(help=both("Give more time, with an approver and a reason", "延期(须有批准人与理由)"))
def extend(
    context: typer.Context,
    number: Number,
    to: Annotated[str, typer.Option(help=both("new day", "延期至"))] = "",
    approver: Annotated[str, typer.Option(help=both("who allows it", "批准人"))] = "",
    reason: Annotated[str, typer.Option(help=both("why more time is needed", "延期理由"))] = "",
    on: Day = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Extend a letter."""
    _step(context, number, "extend", (on, by, why), to=to, approver=approver, reason=reason)


@slips.command(help=both("Pass the answer and close", "审核通过并办结"))
def close(context: typer.Context, number: Number, on: Day = "", by: By = "", why: Why = "") -> None:
    """Close a letter."""
    _step(context, number, "close", (on, by, why))


@slips.command(help=both("Look again after closing", "回头看"))
def recheck(
    context: typer.Context,
    number: Number,
    result: Annotated[str, typer.Option(help=both("what was found", "回头看结果"))] = "",
    in_order: Annotated[
        bool, typer.Option("--in-order/--not-in-order", help=both("is it mended", "整改是否到位"))
    ] = True,
    on: Day = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Look again; what is not in order opens the letter again."""
    _step(context, number, "recheck", (on, by, why), result=result, in_order=in_order)


@slips.command(help=both("Escalate one not answered in time", "逾期未答复, 升级"))
def escalate(context: typer.Context, number: Number, on: Day = "", by: By = "", why: Why = "") -> None:
    """Write the letter of the next colour."""
    _step(context, number, "escalate", (on, by, why))
