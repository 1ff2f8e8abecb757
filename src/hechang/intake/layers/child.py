"""What the limited process does with a map layer; it gives plain JSON: attributes as texts, shapes as hexadecimal WKB.

Only the few drivers of the map library that read the formats we name are switched on: the others would follow addresses
and other files named inside of a file. Shapes leave as they came, faulty ones too, so that all faults can be told.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

DRIVERS = {
    "geojson": "GeoJSON", "geojsonl": "GeoJSONSeq", "gpkg": "GPKG", "shp": "ESRI Shapefile", "dxf": "DXF",
    "kml": "LIBKML", "fgb": "FlatGeobuf",
}  # fmt: skip
SWITCHED_OFF = (
    "MEM", "PCIDSK", "PDS4", "VICAR", "PDF", "MBTiles", "EEDA", "OGCAPI", "GDALG", "MapInfo File", "LVBAG", "S57",
    "DGN", "OGR_VRT", "CSV", "GML", "GPX", "KML", "ESRIJSON", "TopoJSON", "OGR_GMT", "SQLite", "WAsP", "OpenFileGDB",
    "GeoRSS", "VFK", "PGDUMP", "OSM", "GPSBabel", "OGR_PDS", "WFS", "OAPIF", "EDIGEO", "Idrisi", "ODS", "XLSX",
    "Elasticsearch", "Carto", "AmigoCloud", "SXF", "Selafin", "JML", "PLSCENES", "CSW", "VDV", "MVT", "NGW", "MapML",
    "GTFS", "PMTiles", "JSONFG", "MiraMonVector", "ADBC", "AVCBin", "AVCE00", "AIVector", "HTTP", "Memory", "Parquet",
    "Arrow", "MSSQLSpatial", "MySQL", "ODBC", "PGeo", "PostgreSQL", "netCDF", "HDF5", "XODR", "STACIT",
)  # fmt: skip
STATED = "said.cpg"  # a copy of the .cpg, under a name the map library does not look for: it would outrank us
LAYERS, ROWS, CELL = 500, 1_100_000, 32_767
KML_OWN = (
    "id",
    "timestamp",
    "begin",
    "end",
    "altitudeMode",
    "tessellate",
    "extrude",
    "visibility",
    "drawOrder",
    "icon",
)
DXF_KEPT = {"Layer": "layer", "Text": "name"}
DXF_UTF8 = "AC1021"  # from this version on a drawing is written in UTF-8
_VERSION = re.compile(rb"\$ACADVER\s+1\s+(AC\d{4})")
_CODE_PAGE = re.compile(rb"\$DWGCODEPAGE\s+3\s+ANSI_936")
_OWN_DATUM = re.compile(rb'"datum"\s*:\s*"([\w:/-]{1,20})"')


class Fault(Exception):
    """A reason why the file cannot be read, by the name it has in `faults.csv`."""


def switch_off() -> None:
    """Leave out all other drivers: the map library looks when it is loaded, so this comes first."""
    os.environ["OGR_SKIP"] = ",".join(SWITCHED_OFF)


def drivers() -> list[str]:
    """Names of the drivers that are switched on."""
    switch_off()
    import pyogrio

    return sorted(pyogrio.list_drivers())


def read_layer(path: str, kind: str, wanted: str, encoding: str) -> dict[str, Any]:
    """Read one layer of a file.

    Parameters
    ----------
    path
        A file whose name we gave.
    kind
        Key of `DRIVERS`, or `parquet`.
    wanted
        Name of the layer; the first one when empty. All folders of a KML are read unless one is named.
    encoding
        Encoding of its texts; told by the file when empty.
    """
    switch_off()
    if kind == "parquet":
        return _parquet(path)
    import pyogrio

    if kind == "kml":
        _refuse_entities(path)
    told = _encoding(path, kind, encoding)
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    if not names or len(names) > LAYERS:
        raise Fault("layer-none" if not names else "layer-many")
    if wanted and wanted not in names:
        return {"layers": names, "layer": ""}
    chosen = [wanted] if wanted else names if kind == "kml" else names[:1]
    made = [_one(path, kind, name, told["encoding"]) for name in chosen]
    if len(made) > 1:
        made = [one | {"columns": {"folder": [name] * len(one["shapes"])} | one["columns"]}
                for one, name in zip(made, chosen, strict=True)]  # fmt: skip
    return {**told, "layers": names, "layer": chosen[0], "whole": len(chosen) > 1, **_joined(made)}


def _encoding(path: str, kind: str, encoding: str) -> dict[str, Any]:
    """Tell the encoding of a shapefile or drawing, whether the file states it, and what its texts look like in it."""
    from hechang.intake.layers import dbf

    if kind == "shp":
        data, cpg = _bytes(Path(path).with_suffix(".dbf")), _bytes(Path(path).with_name(STATED))
        texts = dbf.texts_of(data)
        found, stated = (encoding, True) if encoding else dbf.encoding_of(data, cpg[:40].decode("ascii", "replace"))
    elif kind == "dxf":
        texts = _bytes(Path(path)).splitlines()
        found, stated = (encoding, True) if encoding else _drawing_encoding(texts)
    else:
        return {"encoding": "", "stated": True, "sample": ""}
    return {"encoding": found, "stated": stated, "sample": dbf.sample(texts, found)}


def _drawing_encoding(lines: list[bytes]) -> tuple[str, bool]:
    from hechang.intake.layers import dbf

    version = _VERSION.search(b"\n".join(lines[:400]))
    named = "utf-8" if version and version.group(1).decode() >= DXF_UTF8 else ""
    page = _CODE_PAGE.search(b"\n".join(lines[:400]))
    odd = [line for line in lines if not line.isascii()]
    if page and not named and dbf.fits(odd, "gb18030"):
        return "gb18030", True
    if not odd or (named and dbf.fits(odd, named)):
        return "utf-8", True
    return dbf.guessed(odd), False


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _refuse_entities(path: str) -> None:
    from hechang.intake.limited.walking import walk

    class Nothing:
        def opened(self, *_: Any) -> None:
            pass

        def closed(self, *_: Any) -> None:
            pass

        def said(self, *_: Any) -> None:
            pass

    walk(_bytes(Path(path)), "KML", Nothing())


def _one(path: str, kind: str, name: str, encoding: str) -> dict[str, Any]:
    """Read a layer whole: titles, columns of values, shapes as bytes, the code of its datum."""
    import pyogrio
    from pyogrio import raw

    info = pyogrio.read_info(path, layer=name, force_feature_count=True)
    if info["features"] > ROWS:
        raise Fault("layer-rows")
    if kind == "dxf":
        pyogrio.set_gdal_config_options({"DXF_CLOSED_LINE_AS_POLYGON": True, "DXF_ENCODING": _iconv(encoding)})
    meta, _, shapes, values = raw.read(path, layer=name, encoding=_iconv(encoding) if kind == "shp" else None)
    columns = dict(zip((str(field) for field in meta["fields"]), values, strict=True))
    shapes = [None] * len(values[0]) if shapes is None and len(values) else shapes
    crs = "" if shapes is None or info["geometry_type"] is None else _crs(meta["crs"])
    if kind in ("geojson", "geojsonl"):
        crs = _geojson_crs(path, crs)
    tidy, held = _tidy(kind, columns, shapes), list(shapes if shapes is not None else ())
    held = _turned(held) if kind == "shp" else held
    return {"crs": crs, "columns": tidy, "shapes": held, "flat": info["geometry_type"] is None}


def _turned(shapes: list[Any]) -> list[Any]:
    """Areas with their outer rings against the clock, as all other formats have them; a shapefile turns them round."""
    import shapely

    built = shapely.from_wkb(shapes, on_invalid="ignore")
    made = shapely.to_wkb(shapely.orient_polygons(built)) if len(shapes) else []
    return [came if turned is None else turned for came, turned in zip(shapes, made, strict=True)]


def _iconv(encoding: str) -> str:
    return {"big5": "BIG5-HKSCS", "latin-1": "ISO-8859-1"}.get(encoding, encoding.upper())


def _tidy(kind: str, columns: dict[str, Any], shapes: Any) -> dict[str, Any]:
    """Leave out what a drawing program keeps for itself."""
    import shapely

    if kind == "dxf":
        kept = {DXF_KEPT[title]: columns[title].copy() for title in DXF_KEPT if title in columns}
        points = shapely.get_type_id(shapely.from_wkb(shapes, on_invalid="ignore")) == 0
        kept["name"][~points] = None  # a hatch keeps the name of its pattern there
        return kept
    if kind == "kml":
        used = {title: value for title, value in columns.items() if title not in KML_OWN}
        plain = {{"Name": "name"}.get(title, title): value for title, value in used.items()}
        return {title: value for title, value in plain.items() if any(one is not None for one in value.tolist())}
    return columns


def _crs(stated: str | None) -> str:
    """Number of a system in EPSG, else its name; '' where none is stated."""
    import pyproj

    if not stated:
        return ""
    try:
        made = pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError:
        return "?"
    return str(made.to_epsg() or made.name)


def _geojson_crs(path: str, crs: str) -> str:
    """Say where a GeoJSON names no datum itself, or one of ours; the standard then means WGS 84."""
    with Path(path).open("rb") as file:
        head = file.read(65_536)
    crs = "4326" if crs == "4979" else crs  # the same datum with heights, which are left out
    own = _OWN_DATUM.search(head.partition(b'"features"')[0])
    if own:
        return "own " + own.group(1).decode()
    return crs if b'"crs"' in head or crs != "4326" else "by custom 4326"


def _joined(made: list[dict[str, Any]]) -> dict[str, Any]:
    """One layer out of several: columns by title, '' where a layer has none of that title."""
    counts = [len(one["shapes"]) if not one["flat"] else _length(one) for one in made]
    types = {title: _type(held) for one in made for title, held in one["columns"].items()}
    titles = list(dict.fromkeys(title for one in made for title in one["columns"]))
    columns: dict[str, list[str]] = {title: [] for title in titles}
    for one, count in zip(made, counts, strict=True):
        for title in titles:
            held = one["columns"].get(title)
            columns[title] += [""] * count if held is None else _texts(held)
    titles = [title for title in titles if any(columns[title]) or len(made) == 1]
    shapes = [_hexadecimal(shape) for one in made for shape in one["shapes"]]
    return {
        "crs": made[0]["crs"], "titles": titles, "rows": sum(counts), "columns": [_coded(columns[t]) for t in titles],
        "kinds": [types[t] if len(made) == 1 else "O" for t in titles],
        "shapes": None if made[0]["flat"] else shapes,
    }  # fmt: skip


def _type(values: Any) -> str:
    kind = getattr(getattr(values, "dtype", None), "kind", "O")
    return kind if kind in "iufb" else "O"


def _length(one: dict[str, Any]) -> int:
    return len(next(iter(one["columns"].values()), ()))


def _hexadecimal(shape: Any) -> str:
    return "" if shape is None else bytes(shape).hex()


def _coded(texts: list[str]) -> dict[str, Any]:
    """A column as its distinct texts and the number of the text in each row."""
    numbers = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    if any(len(text) > CELL for text in numbers):
        raise Fault("file-cell")
    return {"values": list(numbers), "codes": [numbers[text] for text in texts]}


def _texts(values: Any) -> list[str]:
    """Values as texts; each distinct one is written once."""
    import pandas

    plain = [_plain(value) for value in values.tolist()] if getattr(values, "dtype", None) == "O" else values
    codes, distinct = pandas.factorize(pandas.Series(plain))
    written = [_written(value) for value in distinct.tolist()]
    return [written[code] if code >= 0 else "" for code in codes]


def _written(value: Any) -> str:
    from hechang.intake.sheets.child import text_of

    return text_of(value)


def _plain(value: Any) -> Any:
    made = value.tolist() if hasattr(value, "tolist") else value
    return json.dumps(made, ensure_ascii=False) if isinstance(made, (dict, list)) else made


def _parquet(path: str) -> dict[str, Any]:
    """Read Parquet with or without shapes."""
    import geopandas
    import pandas

    told = {"layers": ["layer"], "layer": "layer", "whole": False, "encoding": "", "stated": True, "sample": ""}
    try:
        frame = geopandas.read_parquet(path)
        shapes: list[Any] = frame.geometry.to_wkb().to_list()
        plain, crs = frame.drop(columns=[frame.geometry.name]), frame.crs.to_wkt() if frame.crs else ""
    except ValueError:  # no shapes in it
        plain, shapes, crs = pandas.read_parquet(path), [], ""
        columns = {str(name): plain[name].astype(object).to_numpy() for name in plain}
        return told | _joined([{"crs": "", "columns": columns, "shapes": [], "flat": True}])
    columns = {str(name): plain[name].astype(object).to_numpy() for name in plain}
    return told | _joined([{"crs": _crs(crs), "columns": columns, "shapes": shapes, "flat": False}])
