"""`hechang line`: what a drawn line 候选线路 would do to travel times, and a branch that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import By, Day, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both
from hechang.terms.errors import UsageError

if TYPE_CHECKING:
    from hechang.atlas.candidates import Candidate

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

SHOWN = 20
Stops = Annotated[
    str, typer.Argument(metavar="STOPS", help=both("'lon lat; lon lat; …' in degrees", "“经度 纬度; 经度 纬度; …”(度)"))
]
Name = Annotated[str, typer.Option(help=both("name of the line", "线路名称"))]
Mode = Annotated[str, typer.Option(help="rail, metro, bus, ship")]
Kmh = Annotated[float, typer.Option(help=both("speed from stop to stop [km/h]", "站间速度(千米/时)"))]
Dwell = Annotated[float, typer.Option(help=both("stay at a stop [min]", "停站时间(分)"))]
Headway = Annotated[float, typer.Option(help=both("from trip to trip [min]", "发车间隔(分)"))]
Hours = Annotated[str, typer.Option(help=both("first departure and the first too late", "首班与末班之后"))]
PLACES = {
    "name": ("Place", "地点"), "quicker": ("Reached sooner", "更快到达"), "opened": ("Newly reached", "新可达"),
    "saved": ("Most saved [min]", "最多节省(分)"), "places_before": ("Near before", "原近处"),
    "places_after": ("Near after", "现近处"),
}  # fmt: skip
PAIRS = {
    "origin_name": ("From", "起"), "dest_name": ("To", "讫"), "before": ("Before [min]", "原(分)"),
    "after": ("After [min]", "现(分)"), "saved": ("Saved [min]", "节省(分)"),
}  # fmt: skip


def _line(stops: str, **figures: Any) -> Candidate:
    from hechang.atlas.candidates import candidate

    parts = [part.replace(",", " ").split() for part in stops.replace("；", ";").split(";") if part.strip()]
    try:
        points = [[float(number) for number in part] for part in parts]
    except ValueError as error:
        raise UsageError(
            f"The stops are not 'lon lat; lon lat': {error}", f"车站不是“经度 纬度; 经度 纬度”: {error}"
        ) from None
    return candidate({"type": "LineString", "coordinates": points}, **figures)


@app.command("try", help=both("What a line would do; writes nothing", "试算线路效果, 不写入"))
def attempt(
    context: typer.Context,
    stops: Stops,
    name: Name = "候选线路",
    mode: Mode = "rail",
    kmh: Kmh = 160,
    dwell: Dwell = 1,
    headway: Headway = 15,
    hours: Hours = "06:00-22:00",
    limit: Annotated[float, typer.Option(help=both("near is within [min]", "近处的时限(分)"))] = 60,
    level: Annotated[str, typer.Option(help="city, county, town")] = "county",
    window: Annotated[str, typer.Option(help=both("moments of leaving", "出发时段"))] = "07:00-09:00",
    on: Day = "",
) -> None:
    """Compare travel times with and without a line."""
    from hechang.atlas.line_effects import line_effect
    from hechang.publish.results import Results
    from hechang.publish.views.line import line_numbers

    desk: Desk = context.obj
    region = region_at(desk, on)
    line = _line(stops, name=name, mode=mode, kmh=kmh, dwell=dwell, headway=headway, hours=hours)
    with desk.work("Working out travel times", "正在计算出行时间"):
        found = line_effect(region, line, limit=limit, level=level, window=window)
    told = line_numbers(Results(region), line, found)
    totals, drawn = told["totals"], told["line"]
    en = f"{drawn['km']:.1f} km, {drawn['minutes']:.0f} min end to end, {drawn['trips']} trips a day (assumed); "
    zh = f"全长 {drawn['km']:.1f} 千米, 全程 {drawn['minutes']:.0f} 分, 每日 {drawn['trips']} 列(均为假设); "
    said = desk.word(
        f"{en}{totals['pairs']} pairs of places quicker, {totals['opened']} of them not reached before",
        f"{zh}{totals['pairs']} 对地点更快, 其中 {totals['opened']} 对原不可达",
    )
    desk.answer(told, said, desk.table(told["places"][:SHOWN], PLACES), desk.table(told["pairs"][:SHOWN], PAIRS))


@app.command(help=both("Make a branch that holds a line", "建立含该线路的方案分支"))
def keep(
    context: typer.Context,
    stops: Stops,
    branch: Annotated[str, typer.Option(help=both("name of the new branch", "新分支名"))] = "",
    name: Name = "候选线路",
    mode: Mode = "rail",
    kmh: Kmh = 160,
    dwell: Dwell = 1,
    headway: Headway = 15,
    hours: Hours = "06:00-22:00",
    by: By = "",
    why: Why = "",
) -> None:
    """Write a line on a branch of its own."""
    from hechang.atlas.line_effects import put_line

    desk: Desk = context.obj
    who = who_and_why(by, why)
    if not branch:
        raise UsageError("Name the branch: --branch new-line", "请给出分支名: --branch new-line")
    line = _line(stops, name=name, mode=mode, kmh=kmh, dwell=dwell, headway=headway, hours=hours)
    made = put_line(region_at(desk), line, branch, by=who[0], why=who[1])
    en = f"Branch {branch} holds the line. Look at it: hechang measure circles --branch {branch}"
    zh = f"分支 {branch} 已含该线路。查看: hechang measure circles --branch {branch}"
    desk.answer({"branch": made.branch_name, "revision": made.revision_name}, desk.word(en, zh))
