"""`hechang layer take`: a layer file becomes a layer of the region."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hechang.cli.place import By, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both
from hechang.terms.datums import datum as datum_named
from hechang.terms.errors import UsageError

Since = Annotated[str, typer.Option("--from", help=both("in force from this day on", "自此日起有效"))]


def take(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="geojson, gpkg, shp (zip), dxf, kml, fgb, parquet, csv")],
    name: Annotated[str, typer.Option("--as", help=both("id of the layer, e.g. farmland", "图层编号, 如 farmland"))],
    by: By = "",
    why: Why = "",
    title: Annotated[str, typer.Option("--title", help=both("name in Chinese", "中文名称"))] = "",
    title_en: Annotated[str, typer.Option("--title-en", help=both("name in English", "英文名称"))] = "",
    key: Annotated[str, typer.Option("--key", help=both("column that names a feature", "要素编号列"))] = "",
    since: Since = "",
    profile: Annotated[str, typer.Option("--profile", help=both("what it must hold", "图层规格"))] = "",
    datum: Annotated[str, typer.Option("--datum", help=both("declared datum", "声明坐标系"))] = "",
    synthetic: Annotated[bool, typer.Option("--synthetic", help=both("its rows are made up", "数据为虚构"))] = False,
) -> None:
    """Write all features of a file as a layer, or nothing where it has faults."""
    from hechang.atlas.laid import table_of
    from hechang.intake.layers.layer import Asked
    from hechang.intake.layers.taking import Named
    from hechang.intake.layers.taking import take as take_layer

    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    if table_of(name) != "features":
        raise UsageError(
            f"'{name}' is a layer of every region; give this one another name",
            f"“{name}”是每个区域固有的图层, 请另取编号",
        )
    asked = Asked(datum=datum_named(datum) if datum else None)
    named = Named(name, title, title_en, key, since, synthetic)
    region = region_at(desk)
    with desk.work(f"Taking {file.name}", f"正在入库 {file.name}"):
        after = take_layer(region, file, named, asked=asked, profile=profile, by=by, why=why)
    count = len(after.on(since or after.day).table("features", columns=["layer"], where={"layer": name}))
    document = {"layer": name, "features": count, "from": since or None, "written": after.revision_name}
    desk.answer(document, desk.word(f"{count} features → layer '{name}'", f"{count} 个要素 → 图层“{name}”"))
