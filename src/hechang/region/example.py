"""The demonstration region: real layers of nine cities, real and made-up projects, from the data files in `demo/`.

The files are rows of the tables in plain CSV or GeoJSON; each is kept as a document and every row names its line.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import pandas as pd
import shapely

from hechang.region.edit import Edit
from hechang.region.opening import create_region
from hechang.region.region import Region
from hechang.region.settings import Settings
from hechang.terms.money import parse_money
from hechang.terms.specs import Field, table

HOME = Path(str(files("hechang.region").joinpath("demo/shanghai")))
SETTINGS = Settings(name="上海大都市圈 demo", day="2022-09-27", plan="2022", demo=True)
GROUPS = {
    "0": "plan versions and system actions",
    "1": "places of the nine cities",
    "2": "bodies, collections, figures seen",
    "3": "rail timetable of March 2016",
    "4": "map layers",
    "5": "projects: 80 real of Shanghai, 3,000 made up for nine cities",
    "6": "approvals, land, duties, papers and tasks: made up",
}
Progress = Callable[[str], None]


def example(where: str | Path, progress: Progress = lambda _: None) -> Region:
    """Make the demonstration region in a new folder (tables only; reports and returns are read by `hechang demo`)."""
    region = create_region(where, SETTINGS)
    for key, names in groupby(table_files(), key=lambda path: path.name[0]):
        progress(GROUPS[key])
        region = _put_group(region, GROUPS[key], list(names))
    return region


def table_files() -> list[Path]:
    """The data files in the order in which they go in."""
    return sorted((HOME / "tables").iterdir())


def reports() -> list[Path]:
    """Sample reports, of our own wording."""
    return sorted(p for p in (HOME / "reports").iterdir() if p.suffix in (".txt", ".md") and p.name[0].isdigit())


def _put_group(region: Region, why: str, paths: list[Path]) -> Region:
    layers = _layers()
    with region.edit(by="hechang demo", why=why, source="person:hechang demo", level=0) as e:
        for path in paths:
            _put_file(region, e, path, layers[path.name])
    return e.after


def _layers() -> dict[str, dict[str, str]]:
    with (HOME / "layers.csv").open(encoding="utf-8") as file:
        return {row.pop("file"): row for row in csv.DictReader(file)}


def _put_file(region: Region, edit: Edit, path: Path, layer: dict[str, str]) -> None:
    document = region.make_id()
    described = {"id": document, "title": layer["name"], "kind": "layer", "path": path.name, "grade": "official"}
    edit.put("documents", {**described, "sha256": edit.blob(path.read_bytes())})
    edit.put("layers", {**{k: v for k, v in layer.items() if v}, "document": document})
    name = path.name.split("-", 1)[1].split(".")[0]
    rows = _geojson(path) if path.suffix == ".geojson" else _csv(path)
    typed = {column: _typed(table(name).field(column), rows[column]) for column in rows.columns}
    first = 1 if path.suffix == ".geojson" else 2  # features count from 1, a CSV has its titles in line 1
    lines = [f"import:{document}#{path.name}!{n}:{n}" for n in range(first, first + len(rows))]
    edit.put(name, pd.DataFrame(typed, dtype=object).assign(source=lines))


def _csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _geojson(path: Path) -> pd.DataFrame:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return pd.DataFrame([{**f["properties"], "geometry": _shape(f["geometry"])} for f in features], dtype=object)


def _shape(geometry: dict[str, object] | None) -> bytes | None:
    return None if geometry is None else bytes(shapely.to_wkb(shapely.from_geojson(json.dumps(geometry))))


def _typed(field: Field, column: pd.Series) -> pd.Series:
    read: Callable[[object], object] = partial(_cell, field)
    return pd.Series([read(value) for value in column], index=column.index, dtype=object)


def _cell(field: Field, value: object) -> object:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        return value
    if field.kind == "money":
        return parse_money(value, field.unit)
    if field.kind == "bool":
        return value.lower() in ("true", "1", "yes")
    readers: dict[str, Callable[[str], object]] = {"int": int, "number": float}
    return readers.get(field.kind, str)(value)
