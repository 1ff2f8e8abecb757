"""Write tables and layers always in the same bytes: sorted as given, `\n` at line ends, coordinates rounded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

HAND = Path(__file__).parent / "hand"
DIGITS = 4  # decimals of a degree, about ten metres


def read_hand(name: str) -> pd.DataFrame:
    """Read one of the hand-written tables as text, empty cells as ''."""
    return pd.read_csv(HAND / name, dtype=str, keep_default_na=False)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a frame into one dictionary a row, by column name."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def write_csv(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """Write `frame` to `tables/NAME.csv`; nulls are empty cells, truth values `true` and `false`."""
    plain = frame.copy()
    truths = plain.select_dtypes(bool).columns
    plain[truths] = plain[truths].replace({True: "true", False: "false"}).astype(str)
    plain.to_csv(folder / "tables" / f"{name}.csv", index=False, lineterminator="\n")


def _round(shape: Any) -> Any:
    if shape is None or shape.is_empty:
        return None
    rounded = shapely.transform(shape, lambda xy: np.round(xy, DIGITS))
    return rounded if rounded.is_valid else shapely.make_valid(rounded)


def _feature(properties: dict[str, Any], shape: Any) -> str:
    geometry = None if shape is None else shapely.geometry.mapping(shape)
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


def write_geojson(folder: Path, name: str, frame: gpd.GeoDataFrame) -> None:
    """Write `frame` to `tables/NAME.geojson`, one feature a line."""
    columns = frame.drop(columns="geometry").astype(object)
    rows = columns.where(columns.notna(), None).to_dict("records")
    features = map(_feature, rows, map(_round, frame.geometry))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    (folder / "tables" / f"{name}.geojson").write_text(text, encoding="utf-8", newline="\n")
