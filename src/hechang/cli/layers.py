"""`hechang layer`: the gate of quality 质量控制 for map layers, and layers from one datum and format to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli import archiving, questions, reviewing, taking
from hechang.cli.place import region_at
from hechang.cli.speech import Desk, both
from hechang.terms.datums import datum as datum_named
from hechang.terms.errors import InputError, UsageError
from hechang.terms.findings import errors

if TYPE_CHECKING:
    from hechang.intake.layers.gate import Gate
    from hechang.intake.layers.layer import Asked
    from hechang.region.region import Region

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

SHOWN = 50  # findings printed for people; --json carries all
DATUMS = "wgs84, cgcs2000, gcj02, bd09, epsg:4547-4550, epsg:4526-4529; /ne"
DatumOf = Annotated[str, typer.Option("--datum", help=both(f"declared datum: {DATUMS}", f"声明坐标系: {DATUMS}"))]
LayerOf = Annotated[str, typer.Option("--layer", help=both("layer of the file", "文件中的图层"))]
EncodingOf = Annotated[str, typer.Option("--encoding", help=both("utf-8 or gb18030", "utf-8 或 gb18030"))]
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="geojson, gpkg, shp (zip), dxf, kml, kmz, fgb, parquet, csv")
]
Profile = Annotated[
    str, typer.Option("--profile", help=both("what it must hold, e.g. parcels", "图层规格, 如 parcels"))
]
Extent = Annotated[str, typer.Option("--extent", help=both("west,south,east,north [degrees]", "西,南,东,北(度)"))]
app.command("list", help=both("Layers one can ask", "可查询的图层"))(questions.layers)
app.command(help=both("What two layers have in common", "两个图层叠加分析"))(questions.overlay)
app.command(help=both("A layer in numbers by place", "图层分地点统计"))(questions.statistics)
app.command(help=both("Make a file a layer of the region", "图层入库"))(taking.take)
app.command(help=both("A submitted plan layer against the checklist", "成果审查"))(reviewing.review)
app.command(help=both("Layers as one file of tiles (PMTiles)", "图层输出为瓦片包 (PMTiles)"))(archiving.tiles)
CHANGES = {
    "row": ("Feature", "要素"), "en": ("Change", "改动"), "before": ("Before", "原"), "after": ("After", "现"),
}  # fmt: skip


def asked_of(datum: str, layer: str, encoding: str) -> Asked:
    """What a line says of a file."""
    from hechang.intake.layers.layer import Asked

    return Asked(layer, encoding, datum_named(datum) if datum else None)


@app.command(help=both("Check a layer; offer a repaired copy", "检查图层, 可另存修复副本"))
def check(
    context: typer.Context,
    file: File,
    profile: Profile = "",
    datum: DatumOf = "",
    layer: LayerOf = "",
    encoding: EncodingOf = "",
    extent: Extent = "",
    repair: Annotated[
        Path | None, typer.Option("--repair", metavar="OUT", help=both("write a repaired copy", "另存修复副本"))
    ] = None,
) -> None:
    """Tell everything that is wrong with a layer at once; ends with 1 where an error is among it."""
    from hechang.intake.layers.quality import findings_of, gate_of

    desk: Desk = context.obj
    with desk.work(f"Checking {file.name}", f"正在检查 {file.name}"):
        gate = gate_of(file, asked_of(datum, layer, encoding), profile=profile, region=_region(desk))
        gate = _within(gate, extent)
        found = findings_of(gate)
    fixed = _repair(desk, gate, file, repair) if repair else {}
    faults = len(errors(found))
    document = {
        "file": file.name, "layer": gate.layer.name, "kind": gate.layer.kind, "features": len(gate.layer.fields),
        "datum": gate.layer.datum.said if gate.layer.datum else None, "profile": profile or None, "faults": faults,
        "findings": [one.as_dict() for one in found], **fixed,
    }  # fmt: skip
    desk.answer(document, *_told(desk, document, found))
    if faults:
        raise typer.Exit(1)


def _region(desk: Desk) -> Region | None:
    """The region whose lines the layer is held against; a layer can be checked without one."""
    there = "://" in desk.region or Path(desk.region).exists()
    return region_at(desk) if there else None


def _within(gate: Gate, extent: str) -> Gate:
    from dataclasses import replace

    if not extent:
        return gate
    try:
        edges = [float(part) for part in extent.split(",")]
    except ValueError:
        edges = []
    if len(edges) != 4 or not (edges[0] < edges[2] and edges[1] < edges[3]):  # which holds for no NaN
        raise UsageError(
            f"--extent '{extent}' is not west,south,east,north in degrees", f"--extent“{extent}”不是“西,南,东,北”(度)"
        )
    return replace(gate, extent=tuple(edges))


def _repair(desk: Desk, gate: Gate, file: Path, target: Path) -> dict[str, Any]:
    """Write the repaired copy; what it is and what stays wrong, for the answer."""
    from hechang.intake.layers.quality import findings_of
    from hechang.intake.layers.repair import repaired, still_wrong, write_repaired

    _refuse_itself(file, target)
    with desk.work(f"Writing {target.name}", f"正在写入 {target.name}"):
        made = repaired(gate)
        written, listed = write_repaired(gate, made, target=target)
        left = errors(findings_of(still_wrong(gate, made)))
    return {
        "repaired": str(written), "changes_file": str(listed), "changes": made.changes.to_dict("records"),
        "left": [one.as_dict() for one in left],
    }  # fmt: skip


def _refuse_itself(file: Path, target: Path) -> None:
    if target.exists() and file.exists() and target.samefile(file):
        raise InputError(
            f"{target.name} is the file itself; give the copy another name", f"{target.name} 就是原文件, 请另取文件名"
        )


def _told(desk: Desk, document: dict[str, Any], found: list[Any]) -> list[Any]:
    lines: list[Any] = [one.say(desk.lang) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(desk.word(f"… {len(found)} in all, see --json", f"… 共 {len(found)} 处, 全部见 --json"))
    if "repaired" in document:
        shown = [row | {"en": row[desk.lang]} for row in document["changes"][:SHOWN]]
        lines.append(desk.table(shown, CHANGES))
        copy, listed, left = document["repaired"], document["changes_file"], len(document["left"])
        en = f"Repaired copy: {copy}; what was changed: {listed}; {left} faults left"
        lines.append(desk.word(en, f"修复副本: {copy}; 改动清单: {listed}; 仍有 {left} 处错误"))
    count, faults = document["features"], document["faults"]
    return [*lines, desk.word(f"{count} features, {faults} faults", f"{count} 个要素, {faults} 处错误")]


@app.command(help=both("From one datum and format to another", "转换坐标系与格式"))
def convert(
    context: typer.Context,
    file: File,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="geojson, geojsonl, gpkg, zip (shp), dxf, kml, fgb, parquet, csv")
    ],
    origin: Annotated[str, typer.Option("--from", help=both("declared datum of FILE", "FILE 的坐标系(声明)"))] = "",
    to: Annotated[str, typer.Option("--to", help=both("datum of OUT", "OUT 的坐标系"))] = "",
    layer: LayerOf = "",
    encoding: Annotated[str, typer.Option("--encoding", help=both("of FILE", "FILE 的编码"))] = "",
    out_encoding: Annotated[
        str,
        typer.Option(
            "--out-encoding", help=both("of a shapefile: utf-8 or gbk", "写出 Shapefile 的编码: utf-8 或 gbk")
        ),
    ] = "",
) -> None:
    """Write a layer anew; nothing is written where a shape cannot be read or its datum is not known."""
    from hechang.intake.layers.converting import convert as convert_layer

    desk: Desk = context.obj
    _refuse_itself(file, out)
    with desk.work(f"Converting {file.name}", f"正在转换 {file.name}"):
        came = asked_of(origin, layer, encoding)
        read, told = convert_layer(file, out, came=came, wanted=asked_of(to, "", out_encoding))
    count, known = len(read.fields), read.datum.said if read.datum else None
    findings = [one.as_dict() for one in told]
    document = {"file": file.name, "out": str(out), "features": count, "from": known, "to": to or "wgs84"}
    said = desk.word(f"{count} features → {out}", f"{count} 个要素 → {out}")
    desk.answer(document | {"findings": findings}, *(one.say(desk.lang) for one in told), said)
