"""`import`, `export`: tables in from sheets and out to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.history import records
from hechang.cli.layers import DatumOf, EncodingOf, LayerOf, asked_of
from hechang.cli.place import By, Day, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both
from hechang.terms.findings import errors

if TYPE_CHECKING:
    from hechang.intake.sheets.preview import Preview

SHEETS = (".xlsx", ".xlsm", ".csv", ".tsv")
SHOWN = 20  # changed cells and findings printed for people; --json carries more
Table = Annotated[str, typer.Argument(metavar="TABLE", help=both("table, e.g. projects", "数据表, 如 projects"))]
CHANGE = {
    "cell": ("Cell", "单元格"), "title": ("Row", "行"), "field": ("Field", "字段"),
    "before": ("Before", "原值"), "after": ("After", "新值"),
}  # fmt: skip


def import_(
    context: typer.Context,
    table: Table,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="xlsx, csv, geojson, gpkg, shp (zip), dxf, kml, fgb, parquet, gtfs (zip)"),
    ],
    by: By = "",
    why: Why = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=both("preview only", "只预览"))] = False,
    datum: DatumOf = "",
    layer: LayerOf = "",
    encoding: EncodingOf = "",
) -> None:
    """Preview a file, then write all of it or nothing; faulty cells come back in a copy of the workbook."""
    from hechang.intake.sheets.commit import commit
    from hechang.intake.sheets.preview import preview

    desk: Desk = context.obj
    by, why = ("", "") if dry_run else who_and_why(by, why)
    asked = asked_of(datum, layer, encoding)
    region = region_at(desk)
    with desk.work(f"Reading {file.name}", f"正在读取 {file.name}"):
        seen = preview(region, table, file, asked=asked)
    copy = _copy(desk, seen, file.parent)
    done = commit(region, seen, by=by, why=why) if seen.ready and not dry_run else None
    document = seen.as_dict() | {"annotated": str(copy) if copy else None, "written": done and done.revision_name}
    desk.answer(document, *_told(desk, seen, copy), *_outcome(desk, seen, document["written"]))
    if not seen.ready:
        raise typer.Exit(1)


def _copy(desk: Desk, seen: Preview, folder: Path) -> Path | None:
    """Write the annotated copy; where the folder cannot be written the findings are told all the same."""
    try:
        return annotated_copy(seen, folder)
    except OSError as fault:
        desk.tell(
            f"No workbook with the faults marked: {folder} cannot be written ({fault})",
            f"未能生成标注问题的工作簿: {folder} 无法写入({fault})",
        )
        return None


def annotated_copy(seen: Preview, folder: Path) -> Path | None:
    """Write the user's table with its faults marked; None where there are none or it is no sheet."""
    from hechang.intake.sheets.annotate import findings_book

    if not seen.findings or seen.path.suffix.lower() not in SHEETS:
        return None
    return findings_book(seen.path, seen.findings, folder / f"{seen.path.stem}-标注.xlsx")


def _told(desk: Desk, seen: Preview, copy: Path | None) -> list[Any]:
    parts: list[Any] = [desk.table(_changes(seen, desk.lang), CHANGE)]
    parts += [one.say(desk.lang) for one in seen.findings[:SHOWN]]
    if copy:
        parts.append(desk.word(f"Your workbook with the faults marked: {copy}", f"已标注问题的工作簿: {copy}"))
    return parts


def _changes(seen: Preview, lang: str) -> list[dict[str, Any]]:
    """The first changed cells as people write them: amounts with their unit, codes as words."""
    from hechang.intake.rounds.cells import Cell, as_json, shown

    rows = seen.changes.head(SHOWN)
    cells = [Cell(str(name), "", "", str(field)) for name, field in zip(rows["table"], rows["field"], strict=True)]
    words = {at: [shown(cell, as_json(value), lang) for cell, value in zip(cells, rows[at], strict=True)]
             for at in ("before", "after")}  # fmt: skip
    return records(rows.assign(**words))


def _outcome(desk: Desk, seen: Preview, revision: str | None) -> list[str]:
    counts = ", ".join(f"{name} {count}" for name, count in seen.counts.items())
    faults = len(errors(seen.findings))
    if faults:
        return [counts, desk.word(f"{faults} faults; nothing was written", f"{faults} 处错误, 未写入任何数据")]
    if revision:
        return [counts, desk.word(f"Written as revision {revision}", f"已写入, 版本 {revision}")]
    return [counts, desk.word("A preview; nothing was written", "仅预览, 未写入任何数据")]


def export(
    context: typer.Context,
    table: Table,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="xlsx, csv, parquet, geojson, geojsonl, gpkg, zip (shp), dxf, kml, fgb"),
    ],
    on: Day = "",
    datum: DatumOf = "",
    encoding: EncodingOf = "",
) -> None:
    """Write a table as it was in force on a day; shapes in the datum asked for."""
    from hechang.intake.sheets.export import export_table

    desk: Desk = context.obj
    region = region_at(desk, on)
    with desk.work(f"Writing {file.name}", f"正在写入 {file.name}"):
        written = export_table(region, table, file, lang=desk.lang, asked=asked_of(datum, "", encoding))
    document = {"table": table, "file": str(written), "rows": len(region.table(table, columns=["source"]))}
    said = desk.word(f"{document['rows']} rows → {written}", f"{document['rows']} 行 → {written}")
    desk.answer(document | {"on": region.day, "revision": region.revision_name}, said)
