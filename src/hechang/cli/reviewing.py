"""`hechang layer review`: a submitted plan layer against the checklist 成果审查."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hechang.cli.place import Day, region_at
from hechang.cli.speech import Desk, both
from hechang.cli.tables_out import write_table
from hechang.terms.datums import datum as datum_named
from hechang.terms.errors import UsageError
from hechang.terms.numbers import parse_number

SHOWN = 60  # rows printed for people; --json and --out carry all
TITLES = {
    "number": ("No.", "序号"), "item": ("Item", "审查项"), "status": ("Result", "结论"), "where": ("Where", "位置"),
    "said": ("Finding", "问题"), "mend": ("To mend it", "修改建议"),
}  # fmt: skip


def review(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="geojson, gpkg, shp (zip), dxf, kml, fgb, parquet, csv")],
    profile: Annotated[str, typer.Option("--profile", help=both("e.g. parcels", "图层规格, 如 parcels"))] = "",
    datum: Annotated[str, typer.Option("--datum", help=both("declared datum", "声明坐标系"))] = "",
    place: Annotated[str, typer.Option("--place", help=both("code of its place", "所属地点代码"))] = "",
    total: Annotated[
        list[str] | None, typer.Option("--total", metavar="CLASS=M2", help=both("or all=M2", "或 all=面积(m²)"))
    ] = None,
    tolerance: Annotated[float, typer.Option("--tolerance", help=both("at borders [m²]", "接边容差(m²)"))] = 100.0,
    on: Day = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="md, xlsx, csv, json")] = None,
) -> None:
    """Go through the checklist; ends with 1 where an item fails."""
    from hechang.atlas.review import Submission
    from hechang.atlas.review import review as review_layer
    from hechang.atlas.review_item import FAILS, WORDS, Asked, rows_of
    from hechang.intake.layers.layer import Asked as FileAsked

    desk: Desk = context.obj
    if not 0 <= tolerance < float("inf"):
        raise UsageError(f"--tolerance {tolerance} is no area in m²", f"--tolerance {tolerance} 不是面积(m²)")
    asked = Asked(place, _totals(total or []), tolerance)
    came = FileAsked(datum=datum_named(datum) if datum else None)
    region = region_at(desk, on)
    with desk.work(f"Reviewing {file.name}", f"正在审查 {file.name}"):
        items = review_layer(region, Submission(file, profile, came, asked))
    counts = {status: sum(item.status == status for item in items) for status in WORDS}
    if out:
        _write(desk, out, items, file.name)
    document = {"file": file.name, "profile": profile or None, "on": region.day, "revision": region.revision_name,
                "items": [item.as_dict() for item in items], "counts": counts}  # fmt: skip
    said = ", ".join(f"{desk.word(*WORDS[status][::-1])} {count}" for status, count in counts.items())
    desk.answer(document, desk.table(rows_of(items, desk.lang)[:SHOWN], TITLES), said)
    if counts[FAILS]:
        raise typer.Exit(1)


def _write(desk: Desk, out: Path, items: list[Any], name: str) -> None:
    import pandas as pd

    from hechang.atlas.review_item import as_markdown, rows_of

    if out.suffix.lower() == ".md":
        out.write_text(as_markdown(items, name, desk.lang), encoding="utf-8")
    else:
        write_table(desk, pd.DataFrame(rows_of(items, desk.lang), columns=list(TITLES)), out, TITLES)


def _totals(given: list[str]) -> dict[str, float]:
    made = {}
    for text in given:
        name, _, value = text.rpartition("=")
        number = parse_number(value)
        if not name or number is None:
            raise UsageError(
                f"--total '{text}' is not CLASS=AREA in m², e.g. built=125000",
                f"--total“{text}”应写成 类别=面积(m²), 如 built=125000",
            )
        made[name] = float(number)
    return made
