"""Layers that are only drawn: lakes, coast, rivers, railways, town cells, metro lines, airports, ports."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

from demo.files import write_geojson

TAIHU_KM2 = 2000  # the only lake above this area; the origin gives no names
COMMERCIAL = ("PVG", "SHA", "WUX", "CZX", "NTG", "NGB", "HSN", "JNH")  # the others are small fields


def _features(layer: str, frame: gpd.GeoDataFrame, properties: list[str]) -> gpd.GeoDataFrame:
    """Give rows an id, a layer and their own columns as JSON; `name` and `place` are taken where they are there."""
    blank = pd.Series([None] * len(frame), index=frame.index, dtype=object)
    notes = frame[properties].astype(object).where(frame[properties].notna(), None).to_dict("records")
    made = {
        "id": [f"{layer}-{n:04d}" for n in range(1, len(frame) + 1)], "layer": layer,
        "name": frame.get("name", blank), "place": frame.get("place", blank),
        "properties": [json.dumps(note, ensure_ascii=False) for note in notes], "geometry": frame.geometry,
    }  # fmt: skip
    return gpd.GeoDataFrame(made, geometry="geometry", crs=frame.crs)


def _thin(frame: gpd.GeoDataFrame, degrees: float) -> gpd.GeoDataFrame:
    return frame.assign(geometry=frame.geometry.simplify(degrees))


def lakes(origin: Path) -> gpd.GeoDataFrame:
    """Seven lakes; only 太湖 is known by its area, the others have no name."""
    found = gpd.read_file(origin / "lakes_gshhg.geojson")
    name = pd.Series("太湖", index=found.index).where(found["km2"] > TAIHU_KM2)
    return _features("lakes", found.assign(name=name, km2=found["km2"].round(1)), ["km2"])


def coastline(origin: Path) -> gpd.GeoDataFrame:
    """Coast as background."""
    return _features("coastline", _thin(gpd.read_file(origin / "coastline_gshhg.geojson"), 0.001), [])


def rivers(origin: Path) -> gpd.GeoDataFrame:
    """Rivers as background, with their size class."""
    return _features("rivers", gpd.read_file(origin / "rivers_wdb.geojson"), ["level"])


def railways(origin: Path) -> gpd.GeoDataFrame:
    """Railway edges with node ids and length [km]."""
    return _features("railways", _thin(gpd.read_file(origin / "railways.gpkg"), 0.0005), ["u", "v", "km"])


def cells(origin: Path) -> gpd.GeoDataFrame:
    """Approximate cells of Wuxi's towns, with area [km²]; not a legal boundary."""
    found = gpd.read_file(origin / "wuxi_township_cells.geojson").sort_values("code")
    named = found.assign(name=found["name_zh"], place=found["code"], quality="近似泰森多边形, 非法定边界")
    return _features("wuxi-town-cells", named, ["area_km2", "quality"])


def metro(origin: Path) -> gpd.GeoDataFrame:
    """Metro lines with colour and number of stations inside the region."""
    found = gpd.read_file(origin / "metro_lines.geojson")
    return _features("metro-lines", found.assign(place=found["system_city"]), ["line_id", "colour", "n_stations"])


def airports(origin: Path) -> gpd.GeoDataFrame:
    """Airports and small fields, told apart by `commercial`."""
    found = gpd.read_file(origin / "airports.geojson")
    named = found.assign(place=found["code"], commercial=found["iata"].isin(COMMERCIAL))
    return _features("airports", named, ["icao", "iata", "commercial"])


def ports(origin: Path) -> gpd.GeoDataFrame:
    """Ports with their UN/LOCODE."""
    found = gpd.read_file(origin / "ports.geojson")
    return _features("ports", found.assign(place=found["code"], locode=found["port"]), ["locode"])


LAYERS = {
    "40-features.lakes": lakes, "41-features.coastline": coastline, "42-features.rivers": rivers,
    "43-features.railways": railways, "44-features.wuxi-town-cells": cells, "45-features.metro-lines": metro,
    "46-features.airports": airports, "47-features.ports": ports,
}  # fmt: skip


def write(origin: Path, folder: Path) -> None:
    """Write all layers."""
    for name, make in LAYERS.items():
        write_geojson(folder, name, make(origin))
