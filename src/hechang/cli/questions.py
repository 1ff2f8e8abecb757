"""Questions to the one map 一张图: `hechang layer list`, `layer overlay`, `layer statistics`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import Branch, Day, region_at
from hechang.cli.speech import Desk, both
from hechang.cli.tables_out import plain_rows, write_table

if TYPE_CHECKING:
    import pandas as pd

    from hechang.region.region import Region

SHOWN = 40  # rows printed for people; --json and --out carry all
LayerName = Annotated[
    str, typer.Argument(metavar="LAYER", help=both("see: hechang layer list", "见: hechang layer list"))
]
Per = Annotated[
    str, typer.Option("--by", help=both("city, county, town, or a layer with areas", "city、county、town 或面图层"))
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help=both("csv, xlsx, geojson, gpkg …", "csv、xlsx、geojson、gpkg 等")),
]
PARTS = {
    "left": ("Row", "编号"), "left_name": ("Name", "名称"), "right": ("On row", "叠加编号"),
    "right_name": ("On", "叠加对象"), "km2": ("km²", "面积(km²)"), "km": ("km", "长度(km)"),
    "points": ("Points", "点数"), "of_left": ("% of the first", "占前者(%)"),
    "of_right": ("% of the second", "占后者(%)"), "synthetic": ("Made up", "虚构"),
}  # fmt: skip
PLACES = {
    "id": ("Place", "编号"), "name": ("Name", "名称"), "number": ("Rows", "要素数"), "km2": ("km²", "面积(km²)"),
    "km": ("km", "长度(km)"), "points": ("Points", "点数"), "covered_km2": ("Covered km²", "覆盖面积(km²)"),
    "share": ("% of the place", "占本地(%)"), "value": ("Figure", "数值合计"), "why_missing": ("No data", "无数据原因"),
    "synthetic": ("Made up", "虚构"),
}  # fmt: skip
LAYERS = {
    "layer": ("Layer", "图层"), "name": ("Name", "名称"), "rows": ("Rows", "行数"), "points": ("Points", "点"),
    "lines": ("Lines", "线"), "areas": ("Areas", "面"), "no_data": ("No data", "无图形"),
}  # fmt: skip
LOST = {"layer": ("Layer", "图层"), "id": ("Row", "编号"), "name": ("Name", "名称"), "why": ("Why", "原因")}


def layers(context: typer.Context, on: Day = "", branch: Branch = "") -> None:
    """Show the layers one can ask: how many points, lines and areas each has, and rows without a usable shape."""
    from hechang.atlas.laid import laid
    from hechang.atlas.layers import layers as catalogue

    desk: Desk = context.obj
    region = region_at(desk, on, branch)
    names = catalogue(region)["name" if desk.lang == "zh" else "name_en"]
    found = [_about(name, laid(region, name)) | {"name": names.get(name)} for name in _names(region)]
    desk.answer({"on": region.day, "revision": region.revision_name, "layers": found}, desk.table(found, LAYERS))


def _names(region: Region) -> list[str]:
    from hechang.atlas.drawn import layer_names

    return layer_names(region)


def _about(name: str, found: Any) -> dict[str, Any]:
    points, lines, areas = (len(found.of(dimension)) for dimension in range(3))
    rows = len(found.rows) + len(found.lost)
    return {"layer": name, "rows": rows, "points": points, "lines": lines, "areas": areas, "no_data": len(found.lost)}


def overlay(
    context: typer.Context,
    layer: LayerName,
    other: Annotated[str, typer.Argument(metavar="LAYER", help=both("laid over it", "叠加的图层"))],
    by: Per = "",
    on: Day = "",
    branch: Branch = "",
    out: Out = None,
) -> None:
    """Lay one layer over another: every common part with its area, length or number of points."""
    from hechang.atlas.common_parts import common_parts
    from hechang.atlas.layer_statistics import by_place

    desk: Desk = context.obj
    region = region_at(desk, on, branch)
    with desk.work(f"{layer} × {other}", f"{layer} × {other}"):
        found = common_parts(region, layer, other)
        counted = by_place(region, found.rows, by) if by else None
    rows = found.rows if counted is None else counted.reset_index()
    document = _document(region, rows, found.lost) | {"left": layer, "right": other, "by": by or None}
    _answer(desk, document, (rows, PARTS if counted is None else PLACES), out)


def statistics(
    context: typer.Context,
    layer: LayerName,
    by: Per = "county",
    of: Annotated[str, typer.Option("--of", help=both("a figure to add up", "要合计的数值项"))] = "",
    on: Day = "",
    branch: Branch = "",
    out: Out = None,
) -> None:
    """Count and measure a layer by place."""
    from hechang.atlas.layer_statistics import statistics as by_places

    desk: Desk = context.obj
    region = region_at(desk, on, branch)
    with desk.work(f"{layer} by {by}", f"{layer}, 按 {by} 统计"):
        found = by_places(region, layer, by=by, of=of)
    rows, lost = found.rows.reset_index(), found.lost.rename_axis("id").reset_index().assign(layer=layer)
    shown = rows if of else rows.drop(columns="value")
    document = _document(region, shown, lost) | {
        "layer": layer, "by": by, "of": of or None, "outside": found.outside, "no_figure": found.no_figure,
    }  # fmt: skip
    _answer(desk, document, (shown, PLACES), out)


def _document(region: Region, rows: pd.DataFrame, lost: pd.DataFrame) -> dict[str, Any]:
    return {"on": region.day, "revision": region.revision_name, "rows": plain_rows(rows), "no_data": plain_rows(lost)}


def _says(column: pd.Series) -> bool:
    """Whether a column holds anything but nothing, zero and no."""
    return bool(column.notna().any() and (column.dropna().astype(object) != 0).any())


def _answer(desk: Desk, document: dict[str, Any], shown: tuple[pd.DataFrame, Any], out: Path | None) -> None:
    """Rows as a table or a file, what lies nowhere, and what has no usable shape."""
    rows, titles = shown
    if out:
        write_table(desk, rows, out, titles)
        desk.answer(document, desk.word(f"{len(rows)} rows → {out}", f"{len(rows)} 行 → {out}"))
        return
    told = {name: words for name, words in titles.items() if name in rows and _says(rows[name])}
    lines: list[Any] = [f"{document['on']} · {document['revision']}", desk.table(document["rows"][:SHOWN], told)]
    if len(rows) > SHOWN:
        lines.append(desk.word(f"… {len(rows)} rows, see --out", f"… 共 {len(rows)} 行, 见 --out"))
    outside = {name: amount for name, amount in document.get("outside", {}).items() if amount}
    for name, amount in outside.items():
        en, zh = PLACES[name]
        lines.append(desk.word(f"In no place: {amount:,.2f} {en}", f"不在任何地点内: {zh} {amount:,.2f}"))
    lost = document["no_data"]
    if lost:
        lines.append(
            desk.word(f"No data, rows without a usable shape: {len(lost)}", f"无数据, 没有可用图形: {len(lost)} 行")
        )
        lines.append(desk.table(lost[:5], LOST))
    desk.answer(document, *lines)
