"""`hechang compare figures`: figures of the places of one year on the places of another day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import Branch, Day, region_at
from hechang.cli.speech import Desk, both
from hechang.cli.tables_out import plain_rows, write_table
from hechang.publish.showing import why

if TYPE_CHECKING:
    import pandas as pd

    from hechang.region.region import Region

TITLES = {
    "id": ("Place", "编号"), "name": ("Name", "名称"), "value": ("Value", "数值"), "lower": ("At least", "下限"),
    "upper": ("At most", "上限"), "whole": ("From whole places", "整体承接"),
    "by_share": ("By stated shares", "按已知份额"), "by_outline": ("By outlines", "按范围分摊"),
    "why_missing": ("No data", "无数据原因"),
}  # fmt: skip
VALUES = """SELECT place, value FROM "values" WHERE indicator = $indicator AND year = $year AND value IS NOT NULL"""


def figures(
    context: typer.Context,
    indicator: Annotated[str, typer.Argument(metavar="INDICATOR", help=both("of the table values", "values 表的指标"))],
    year: Annotated[str, typer.Option("--year", help=both("of the figures", "数值年份"))],
    codes: Annotated[
        str,
        typer.Option(
            "--codes-of",
            metavar="DAY",
            help=both("whose places the figures name; the year", "数值所用代码的日期, 默认该年"),
        ),
    ] = "",
    figure: Annotated[str, typer.Option("--figure", help=both("sum or mean", "sum 总量 / mean 均值"))] = "sum",
    follows: Annotated[
        str, typer.Option("--follows", help=both("people or area", "people 人口 / area 面积"))
    ] = "people",
    level: Annotated[
        str, typer.Option("--level", help=both("city, county or town", "city、county 或 town"))
    ] = "county",
    on: Day = "",
    branch: Branch = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="csv, xlsx, json")] = None,
) -> None:
    """Carry the figures of a year to the places of another day: what each rests on, and between what it lies."""
    import pandas as pd

    from hechang.atlas import carried

    desk: Desk = context.obj
    region = region_at(desk, on, branch)
    with desk.work(f"Carrying {indicator} of {year}", f"正在换算 {indicator}({year})"):
        given, since, onto = _given(region, (indicator, year), codes or year, level)
        found = carried(region, given, since=since, figure=figure, follows=follows, onto=onto.index)
    rows = found.rows.rename_axis("id").reset_index()
    rows = rows[rows["id"].isin(onto.index)].reset_index(drop=True)
    rows.insert(1, "name", rows["id"].map(onto["name"]))
    document: dict[str, Any] = {
        "indicator": indicator, "year": year, "figure": figure, "follows": follows, "since": since, "on": region.day,
        "revision": region.revision_name, "rows": plain_rows(rows), "rests": found.rests.to_dict(),
    }  # fmt: skip
    words = [why(text, desk.lang) if isinstance(text, str) else None for text in rows["why_missing"]]
    told = rows.assign(why_missing=pd.Series(words, index=rows.index, dtype=object))
    if out:
        write_table(desk, told, out, TITLES)
    head = f"{indicator} {year} ({since}) → {region.day} · {region.revision_name}"
    desk.answer(document, head, desk.table(plain_rows(told), TITLES), _rests(desk, document["rests"]))


def _given(region: Region, wanted: tuple[str, str], codes: str, level: str) -> tuple[pd.Series, str, pd.DataFrame]:
    """Figures by place, the day they are of, the places of the region's day they are carried to."""
    from hechang.atlas.places import LEVELS
    from hechang.terms.dates import is_date, last_day
    from hechang.terms.errors import UsageError, not_known

    if level not in LEVELS:
        raise not_known("level of places", "地点层级", level, LEVELS)
    if not is_date(codes):
        raise UsageError(f"'{codes}' is no year or day, e.g. 2020", f"“{codes}”不是年份或日期, 如 2020")
    rows = region.query(VALUES, indicator=wanted[0], year=wanted[1])
    if rows.empty:
        known = region.query("SELECT DISTINCT indicator || ' ' || year AS said FROM \"values\" ORDER BY said")["said"]
        raise not_known("indicator and year with values", "有数值的指标与年份", " ".join(wanted), known)
    since = last_day(codes).isoformat()
    then, now = (_of_level(one, LEVELS[level]) for one in (region.on(since), region))
    given = rows.drop_duplicates("place", keep="last").set_index("place")["value"].astype(float)
    return given[given.index.isin(then.index)], since, now


def _of_level(region: Region, kinds: tuple[str, ...]) -> pd.DataFrame:
    rows = region.table("places", columns=["name", "kind"])
    return rows[rows["kind"].isin(kinds)]


def _rests(desk: Desk, rests: dict[str, float]) -> str:
    total = rests["total"] or 1.0
    parts = [
        f"{desk.word(*TITLES[name])} {rests[name] / total * 100:.1f} %" for name in ("whole", "by_share", "by_outline")
    ]
    unknown = desk.word("unknown", "未知")
    return "; ".join([*parts, f"{unknown} {rests['unknown'] / total * 100:.1f} %"])
