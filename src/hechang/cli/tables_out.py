"""A table a command worked out into a file: xlsx and csv for people, map formats with the shapes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hechang.cli.speech import Desk
from hechang.terms.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

Titles = Mapping[str, tuple[str, str]]  # column: (en, zh)
SHEETS = (".csv", ".xlsx", ".json")
MAPS = (".geojson", ".geojsonl", ".gpkg", ".fgb", ".kml", ".parquet", ".zip")


def plain_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values for JSON; None where something is missing, no shapes.

    Examples
    --------
    >>> import pandas as pd
    >>> plain_rows(pd.DataFrame({"km2": [1.23456, None]}))
    [{'km2': 1.23456}, {'km2': None}]
    """
    cells = frame.drop(columns="geometry", errors="ignore").astype(object)
    rows = cells.where(cells.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def write_table(desk: Desk, frame: pd.DataFrame, target: Path, titles: Titles) -> None:
    """Write a table; a map format takes its column `geometry` [degrees], WGS 84.

    Raises
    ------
    UsageError
        for an ending that is none of `SHEETS` or `MAPS`, or a map format where there are no shapes.
    """
    kind, has_shapes = target.suffix.lower(), "geometry" in frame
    allowed = (*SHEETS, *(MAPS if has_shapes else ()))
    if kind not in allowed:
        raise UsageError(
            f"{target}: '{kind}' is not a format of --out here. Use one of {', '.join(allowed)}",
            f"{target}: 此处 --out 不支持“{kind}”。可用: {'、'.join(allowed)}",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    if kind in MAPS:
        _map(frame, target)
    else:
        _sheet(desk, frame, target, titles)


def _map(frame: pd.DataFrame, target: Path) -> None:
    from hechang.intake.layers.layer import Asked
    from hechang.intake.layers.write_layer import write_layer

    shapes = frame["geometry"].to_numpy(dtype=object)
    write_layer(frame.drop(columns="geometry"), shapes, target=target, asked=Asked(target.stem))


def _sheet(desk: Desk, frame: pd.DataFrame, target: Path, titles: Titles) -> None:
    import json

    from hechang.intake.sheets.csv_text import csv_text
    from hechang.intake.sheets.showing import harmless

    if target.suffix.lower() == ".json":
        target.write_text(json.dumps(plain_rows(frame), ensure_ascii=False, indent=1, default=str), encoding="utf-8")
        return
    names = [name for name in titles if name in frame]
    shown = frame[names].rename(columns={name: desk.word(*titles[name]) for name in names})
    if target.suffix.lower() == ".csv":
        texts = shown.astype(object).map(str, na_action="ignore")
        target.write_bytes(csv_text(texts.where(texts.notna(), "").apply(harmless)))
    else:
        _workbook(shown, target)


def _workbook(shown: pd.DataFrame, target: Path) -> None:
    import pandas as pd

    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with pd.ExcelWriter(target, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        shown.astype(object).to_excel(book, index=False, freeze_panes=(1, 0))
        for sheet in book.sheets.values():
            sheet.autofit()
