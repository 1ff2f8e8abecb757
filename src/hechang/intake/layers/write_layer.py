"""A layer becomes a file: GeoJSON, GeoPackage, FlatGeobuf, zipped shapefile, KML, DXF, GeoParquet or CSV with WKT."""

from __future__ import annotations

import csv
import io
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_bool_dtype, is_float_dtype, is_integer_dtype

from hechang.intake.layers.drawing import drawing
from hechang.intake.layers.layer import Asked, Shapes
from hechang.intake.layers.read_layer import NAMES
from hechang.intake.sheets.csv_text import csv_text
from hechang.intake.sheets.faults import file_fault
from hechang.intake.sheets.showing import harmless
from hechang.terms.datums import Datum, datums
from hechang.terms.errors import InputError

GEOMETRY = ("geometry",)
SHAPE = ("WKT", "geometry", "geom", "the_geom", "shape", "图形", "几何", "范围")  # titles of a column of shapes
TAKEN: dict[str, tuple[str, ...]] = {
    "": (),
    ".gpkg": ("fid", "geometry", "geom"),
    ".csv": SHAPE,
}  # else geometry alone
NO_CASE = (".gpkg", ".kml")  # a name differs there by more than capitals
DBF_NAME, DBF_TEXT = 10, 254  # bytes
WKT_DIGITS = 9
OPTIONS = {"FlatGeobuf": {"SPATIAL_INDEX": "NO"}}  # with one it takes no row without a shape, and orders them anew
Write = Callable[[pd.DataFrame, Shapes, Path, Asked], None]


def write_layer(frame: pd.DataFrame, shapes: Shapes, *, target: Path, asked: Asked) -> Path:
    """Write a layer whole or not at all; the suffix of `target` says in which format.

    Parameters
    ----------
    frame
        Attributes, a column a field.
    shapes
        A shape a row, in the figures of the datum asked for; None where there is none.
    target
        A file of a suffix of `WRITERS`; .zip is a shapefile.
    asked
        Datum (WGS 84 when None), encoding of a shapefile (UTF-8 when empty) and name of the layer.

    Raises
    ------
    InputError
        for a format that does not exist, or that cannot hold the datum.
    FileFault
        for what a format cannot hold: mixed kinds of shapes or long texts in a shapefile.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = write_layer(
    ...         pd.DataFrame({"name": ["站"]}), np.array([shapely.Point(120.3, 31.49)]),
    ...         target=Path(folder) / "a.csv", asked=Asked(),
    ...     )
    ...     print(made.read_text(encoding="utf-8-sig").splitlines()[1])
    站,POINT (120.3 31.49)
    """
    write = WRITERS.get(target.suffix.lower())
    if write is None:
        raise InputError(
            f"'{target.suffix}' is no format of layers. Choose one of {', '.join(WRITERS)}",
            f"不支持图层格式“{target.suffix}”。可选: {'、'.join(WRITERS)}",
        )
    _refuse_datum(target.suffix.lower(), _datum(asked))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / f"layer{target.suffix.lower()}"
        own = own_names([str(name) for name in frame], target.suffix.lower())
        write(_plain(frame.set_axis(own, axis=1)), shapes, made, asked)
        made.replace(target)  # one step: a reader sees the old file or the new one
    return target


def own_names(titles: list[str], suffix: str) -> list[str]:
    """Names of the fields in a file: numbered where the format has one for itself, or cannot tell two apart.

    Examples
    --------
    >>> own_names(["name", "fid", "Name"], ".gpkg"), own_names(["WKT", "fid"], ".csv")
    (['name', 'fid_2', 'Name_2'], ['WKT_2', 'fid'])
    """
    same = str.lower if suffix in NO_CASE else str
    taken = {name.lower() for name in TAKEN.get(suffix, GEOMETRY)}
    given: set[str] = set()
    made = []
    for title in titles:
        name, number = title, 1
        while same(name) in given or name.lower() in taken or (number > 1 and name in titles):
            number += 1
            name = f"{title}_{number}"
        given.add(same(name))
        made.append(name)
    return made


def _datum(asked: Asked) -> Datum:
    return asked.datum or datums()["wgs84"]


def _refuse_datum(suffix: str, datum: Datum) -> None:
    if suffix == ".kml" and datum.said != "wgs84":
        raise InputError(
            "KML holds WGS 84 only. Write it with --to wgs84, or take .gpkg",
            "KML 只能是 WGS84。请用 wgs84 或改为 .gpkg",
        )
    if suffix == ".dxf" and datum.kind != "metres":
        raise InputError(
            "A drawing is in metres. Name their zone, e.g. epsg:4549", "图纸须用米制坐标。请指定投影带, 如 epsg:4549"
        )
    if suffix == ".geojsonl" and datum.said != "wgs84":
        raise InputError("GeoJSON by lines holds WGS 84 only. Take .gpkg", "按行 GeoJSON 只能是 WGS84。请改为 .gpkg")
    if datum.north_first and suffix not in (".dxf", ".csv"):
        raise InputError(
            "Only .csv and .dxf can hold north before east", "仅 .csv 与 .dxf 可将北坐标写在前; 其他格式请勿加 /ne"
        )


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of plain values, None where there is none; numbers stay numbers."""
    return pd.DataFrame({name: _plain_column(frame[name]) for name in frame}, index=frame.index)


def _plain_column(column: pd.Series) -> pd.Series:
    kinds = (
        (is_bool_dtype, pd.BooleanDtype()),
        (is_integer_dtype, pd.Int64Dtype()),
        (is_float_dtype, pd.Float64Dtype()),
    )
    dtype = next((dtype for of_kind, dtype in kinds if of_kind(column)), None)
    return column.astype(dtype) if dtype else column.astype(object).where(column.notna(), None)


def _geo(frame: pd.DataFrame, shapes: Shapes, asked: Asked) -> gpd.GeoDataFrame:
    datum = _datum(asked)
    crs = None if datum.kind == "shifted" else f"EPSG:{datum.epsg}"
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=crs))


def _by_driver(driver: str) -> Write:
    def write(frame: pd.DataFrame, shapes: Shapes, made: Path, asked: Asked) -> None:
        datum = _datum(asked)
        own = {"FOREIGN_MEMBERS_COLLECTION": f'{{"datum": "{datum.name}"}}'}  # else it would be taken for WGS 84
        marked = own if driver == "GeoJSON" and datum.kind == "shifted" else OPTIONS.get(driver, {})
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="'crs' was not provided")
            _geo(frame, shapes, asked).to_file(made, driver=driver, layer=asked.layer or "layer", **marked)

    return write


def _kml(frame: pd.DataFrame, shapes: Shapes, made: Path, asked: Asked) -> None:
    _by_driver("LIBKML")(frame.rename(columns={"name": "Name"}), shapes, made, asked)  # which it shows beside a shape


def _parquet(frame: pd.DataFrame, shapes: Shapes, made: Path, asked: Asked) -> None:
    _geo(frame, shapes, asked).to_parquet(made)


def _csv(frame: pd.DataFrame, shapes: Shapes, made: Path, _: Asked) -> None:
    wkt = pd.Series(shapely.to_wkt(shapes, rounding_precision=WKT_DIGITS), index=frame.index, dtype=object)
    texts = frame.assign(WKT=wkt).astype(object)
    made.write_bytes(csv_text(texts.where(texts.notna(), "").astype(str).apply(harmless)))


def _dxf(frame: pd.DataFrame, shapes: Shapes, made: Path, asked: Asked) -> None:
    size = len(frame)
    layers = frame["layer"].fillna("0").astype(str).tolist() if "layer" in frame else [asked.layer or "0"] * size
    names = frame["name"].fillna("").astype(str).tolist() if "name" in frame else [""] * size
    made.write_bytes(drawing(shapes, layers=layers, names=names))


def _shapefile(frame: pd.DataFrame, shapes: Shapes, made: Path, asked: Asked) -> None:
    """Write a zip of a shapefile; the names a DBF cuts stand whole in a list beside it."""
    encoding = asked.encoding or "utf-8"
    _refuse_mixed(shapes)
    names = short_names([str(name) for name in frame.columns], encoding)
    _refuse_long(frame, encoding)
    short = frame.set_axis(list(names.values()), axis=1)
    folder = made.parent / "parts"
    folder.mkdir()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        _geo(short, shapes, asked).to_file(folder / "layer.shp", driver="ESRI Shapefile", encoding=encoding)
    (folder / "layer.cpg").write_text(encoding.upper(), encoding="ascii")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for part in sorted(folder.iterdir()):
            packed.write(part, f"{asked.layer or 'layer'}{part.suffix}")
        packed.writestr(NAMES, _listed({short: name for name, short in names.items()}))


def _listed(names: dict[str, str]) -> str:
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerows(names.items())
    return held.getvalue()


def short_names(titles: list[str], encoding: str) -> dict[str, str]:
    """Names of at most ten bytes for the fields of a DBF, each once.

    Examples
    --------
    >>> short_names(["valid_from", "population_2010", "population_2020"], "utf-8")
    {'valid_from': 'valid_from', 'population_2010': 'population', 'population_2020': 'populati_1'}
    """
    made: dict[str, str] = {}
    for title in titles:
        name, number = _cut(title, DBF_NAME, encoding), 0
        while name.lower() in {taken.lower() for taken in made.values()}:  # which a DBF does not tell apart
            number += 1
            name = _cut(title, DBF_NAME - len(f"_{number}"), encoding) + f"_{number}"
        made[title] = name
    return made


def _cut(text: str, size: int, encoding: str) -> str:
    return text.encode(encoding, "replace")[:size].decode(encoding, "ignore")


def _refuse_mixed(shapes: Shapes) -> None:
    kinds = np.unique(shapely.get_dimensions(shapes[~shapely.is_missing(shapes)]))
    if len(kinds) > 1:
        raise file_fault("shp-mixed")


def _refuse_long(frame: pd.DataFrame, encoding: str) -> None:
    """Refuse texts that would be cut, or that the encoding has no characters for."""
    for name in frame:
        texts = [text for text in frame[name].unique() if isinstance(text, str)]
        if any(len(text.encode(encoding, "replace")) > DBF_TEXT for text in texts):
            raise file_fault("shp-long", value=str(name), limit=DBF_TEXT)
        lost = next((text for text in texts if text.encode(encoding, "ignore").decode(encoding) != text), "")
        if lost:
            raise file_fault("shp-characters", value=lost, near=encoding.upper())


WRITERS: dict[str, Write] = {
    ".geojson": _by_driver("GeoJSON"), ".geojsonl": _by_driver("GeoJSONSeq"), ".gpkg": _by_driver("GPKG"),
    ".fgb": _by_driver("FlatGeobuf"), ".kml": _kml, ".zip": _shapefile, ".dxf": _dxf,
    ".parquet": _parquet, ".csv": _csv,
}  # fmt: skip
