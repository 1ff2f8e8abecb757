"""`hechang compare`: before and after, plan and actual, city and city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli import carrying
from hechang.cli.place import Branch, Day, region_at
from hechang.cli.speech import Desk, both
from hechang.cli.tables_out import plain_rows, write_table
from hechang.terms.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from hechang.region.region import Region

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

app.command(help=both("Figures of a year on the places of another day", "不同时期地点间的数值换算"))(carrying.figures)
SHOWN = 30  # rows of each kind printed for people; --json and --out carry all
WORDS = {"added": ("added", "新增"), "removed": ("removed", "移除"), "changed": ("changed", "修改")}
ROWS = {"op": ("Change", "变化"), "id": ("Row", "编号"), "name": ("Name", "名称"), "fields": ("Fields", "字段")}
AREAS = {
    "id": ("Place", "编号"), "name": ("Name", "名称"), "gained_km2": ("Gained km²", "增加(km²)"),
    "lost_km2": ("Lost km²", "减少(km²)"), "gained_km": ("Gained km", "增加(km)"), "lost_km": ("Lost km", "减少(km)"),
    "why_missing": ("No data", "无数据原因"),
}  # fmt: skip
BUILT = {
    "id": ("Id", "编号"), "name": ("Name", "名称"), "planned_km2": ("Planned km²", "规划(km²)"),
    "actual_km2": ("Actual km²", "实际(km²)"), "built_km2": ("Built as planned km²", "按规划建成(km²)"),
    "built": ("% of the plan", "建成率(%)"), "outside_km2": ("Outside the plan km²", "规划外(km²)"),
    "outside": ("% of the actual", "规划外占比(%)"), "why_missing": ("No data", "无数据原因"),
}  # fmt: skip
CITIES = {
    "title": ("Measure", "指标"), "unit": ("Unit", "单位"), "a_name": ("A", "甲"), "value_a": ("Value of A", "甲值"),
    "b_name": ("B", "乙"), "value_b": ("Value of B", "乙值"), "difference": ("B less A", "乙减甲"),
    "ratio": ("B to A", "乙比甲"), "why_missing": ("No data", "无数据原因"),
}  # fmt: skip
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=both("csv, xlsx, json", "csv、xlsx、json"))]
Per = Annotated[str, typer.Option("--by", help=both("city, county, town, or a layer", "city、county、town 或面图层"))]


def _day(en: str, zh: str, *names: str) -> Any:
    return typer.Option(*names, metavar="DAY", help=both(en, zh))


@app.command(help=both("A layer or table before and after", "图层或数据表前后对比"))
def versions(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="LAYER|TABLE")],
    since: Annotated[str, _day("as in force on this day", "此日有效的数据", "--from")] = "",
    until: Annotated[str, _day("and on this day", "与此日有效的数据", "--to")] = "",
    known: Annotated[str, _day("as known by this day", "此日已知的数据", "--known-from")] = "",
    branch: Branch = "",
    by: Per = "county",
    out: Out = None,
) -> None:
    """Say which rows were added, removed and changed, and the area and length gained and lost by place."""
    from hechang.atlas.before_after import before_after

    desk: Desk = context.obj
    if not (since or known or branch):
        raise UsageError(
            "Before what? Say --from DAY (in force), --known-from DAY (as known) or --branch NAME",
            "与什么对比? 请用 --from 日期(当日有效)、--known-from 日期(当日已知)或 --branch 名称",
        )
    now = region_at(desk, until)
    before = now.on(since) if since else now
    before = before.known(known) if known else before
    with desk.work(f"Comparing {what}", f"正在对比 {what}"):
        found = before_after(before, now.branch(branch) if branch else now, what, by=by)
    counts = found.rows["op"].value_counts()
    areas = None if found.areas is None else found.areas.reset_index()
    document = {
        "what": what, "before": _view(before), "after": _view(now.branch(branch) if branch else now),
        "counts": {op: int(counts.get(op, 0)) for op in WORDS}, "rows": plain_rows(found.rows),
        "areas": None if areas is None else plain_rows(areas), "no_data": plain_rows(found.lost),
    }  # fmt: skip
    told = found.rows.assign(fields=[_fields(changed) for changed in found.rows["changed"]])
    if out:
        write_table(desk, told.assign(op=[desk.word(*WORDS[op]) for op in told["op"]]), out, ROWS)
    desk.answer(document, *_changes(desk, document, plain_rows(told), areas))


def _view(region: Region) -> dict[str, str]:
    return {"on": region.day, "revision": region.revision_name, "branch": region.branch_name}


def _fields(changed: dict[str, list[Any]]) -> str:
    return "; ".join(f"{name}: {before} → {after}" for name, (before, after) in changed.items())


def _changes(desk: Desk, document: dict[str, Any], rows: list[dict[str, Any]], areas: pd.DataFrame | None) -> list[Any]:
    sides = [f"{view['on']} {view['revision']} {view['branch']}" for view in (document["before"], document["after"])]
    counts = ", ".join(f"{desk.word(*WORDS[op])} {count}" for op, count in document["counts"].items())
    shown = [row for op in WORDS for row in rows if row["op"] == op][:SHOWN]
    shown = [row | {"op": desk.word(*WORDS[row["op"]])} for row in shown]
    lines: list[Any] = [f"{sides[0]} → {sides[1]}", counts, desk.table(shown, ROWS)]
    if len(rows) > len(shown):
        lines.append(desk.word(f"… {len(rows)} rows, see --out", f"… 共 {len(rows)} 行, 见 --out"))
    if areas is not None:
        moved = areas[areas.filter(regex="_km2?$").fillna(0).ne(0).any(axis=1)]
        lines.append(desk.table(plain_rows(moved), AREAS))
        blank = int(areas["why_missing"].notna().sum())
        lines += (
            [desk.word(f"No data, no outline: {blank} places", f"无数据, 没有范围: {blank} 个地点")] if blank else []
        )
    lost = len(document["no_data"])
    return (
        [*lines, desk.word(f"No data, rows without a usable shape: {lost}", f"无数据, 没有可用图形: {lost} 行")]
        if lost
        else lines
    )


@app.command(help=both("Planned outlines against actual ones", "规划范围与实际范围对比"))
def outlines(
    context: typer.Context,
    planned: Annotated[str, typer.Argument(metavar="PLANNED", help=both("layer of the plan", "规划图层"))],
    actual: Annotated[str, typer.Argument(metavar="ACTUAL", help=both("layer of what is there", "现状图层"))],
    planned_on: Annotated[str, _day("day of the plan", "规划所在日期", "--planned-on")] = "",
    on: Day = "",
    by: Per = "",
    out: Out = None,
) -> None:
    """Say how much of what was planned is there, and what lies outside the plan; by name, or by place."""
    from hechang.atlas.plan_actual import plan_actual

    desk: Desk = context.obj
    region = region_at(desk, on)
    plan = region.on(planned_on) if planned_on else region
    with desk.work(f"{planned} / {actual}", f"{planned} / {actual}"):
        rows = plan_actual((plan, planned), (region, actual), by=by).reset_index()
    document = {"planned": planned, "actual": actual, "planned_on": plan.day, "on": region.day,
                "revision": region.revision_name, "rows": plain_rows(rows)}  # fmt: skip
    _give(desk, document, (rows, BUILT), out)


@app.command(help=both("City against city by measures", "城市间指标对比"))
def cities(
    context: typer.Context,
    codes: Annotated[list[str], typer.Argument(metavar="PLACE...", help=both("codes of places", "地点代码"))],
    measure: Annotated[list[str] | None, typer.Option("--measure", help=both("may be repeated", "可重复"))] = None,
    on: Day = "",
    branch: Branch = "",
    out: Out = None,
) -> None:
    """Set the values of measures side by side, two places at a time."""
    from hechang.atlas.city_by_city import city_by_city

    desk: Desk = context.obj
    region = region_at(desk, on, branch)
    with desk.work("Comparing places", "正在对比"):
        rows = city_by_city(region, codes, measure or [])
    rows = rows.assign(title=rows["zh" if desk.lang == "zh" else "en"])
    document = {"on": region.day, "revision": region.revision_name, "rows": plain_rows(rows.drop(columns="title"))}
    _give(desk, document, (rows, CITIES), out)


def _give(desk: Desk, document: dict[str, Any], shown: tuple[pd.DataFrame, Any], out: Path | None) -> None:
    rows, titles = shown
    if out:
        write_table(desk, rows, out, titles)
    head = f"{document['on']} · {document['revision']}"
    desk.answer(document, head, desk.table(plain_rows(rows)[: SHOWN * 3], titles))
