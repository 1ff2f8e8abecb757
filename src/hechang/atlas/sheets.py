"""Layers as tables of the spatial engine, in metres: what a tile is cut from."""

from __future__ import annotations

import uuid
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from hechang.atlas.drawn import KINDS, PROJECTS
from hechang.atlas.mercator import metres, pixel
from hechang.register.lights.lit import severity
from hechang.terms.specs import codes

BANDS = (5, 7, 9, 11)  # the last zoom of each set of coarser shapes; beyond these shapes are as precise as kept
SLACK = 0.5  # pixels an outline may move at the last zoom of its band
CLEAN = 500_000  # points a layer may have for its neighbours to keep their common border: a second; beyond it, seconds
SHAPES, POINTS, DOTS = "shapes", "points", "dots"  # kinds of sheets
APART = 5.0  # pixels between projects that stand at one point
DISC = 64.0  # pixels: how far from their point they may be drawn
TURN = np.pi * (3 - np.sqrt(5))  # radians: the golden angle spreads points evenly over a disc


class Sheet(NamedTuple):
    """One table of the engine: what its layer is called in a tile, and the columns that become properties.

    kind: shapes, points (one a row) or dots (projects, many at one point).
    """

    kind: str
    name: str
    table: str
    columns: tuple[str, ...]


def new_name() -> str:
    """Name of a table that no other has."""
    return f"sheet_{uuid.uuid4().hex}"


def band_of(zoom: int) -> int | None:
    """Band of coarser shapes a zoom is drawn from; None for the shapes as they are kept.

    Examples
    --------
    >>> band_of(6), band_of(7), band_of(12)
    (7, 7, None)
    """
    return next((last for last in BANDS if zoom <= last), None)


def coarse(shapes: np.ndarray, layer: str, band: int | None) -> np.ndarray:
    """Shapes [m] as fine as a band can show; outlines of places keep their common borders, points stay."""
    if band is None:
        return shapes
    slack = SLACK * pixel(band)
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    if layer in KINDS and areas.any() and shapely.get_num_coordinates(shapes).sum() <= CLEAN:
        made = shapes.copy()
        made[areas] = shapely.coverage_simplify(shapes[areas], slack)
    else:
        made = shapely.simplify(shapes, slack)
    whole = ~shapely.is_empty(made)
    return np.where(whole, shapely.orient_polygons(made, exterior_cw=True), shapes)


def put_shapes(into: duckdb.DuckDBPyConnection, name: str, rows: pd.DataFrame, shapes: np.ndarray) -> Sheet:
    """Make the table of a layer's shapes [m]: properties, geometry `g`, edges, and `size` [m], the longer side."""
    edges = shapely.bounds(shapes)
    found = _properties(rows) | {name: edges[:, at] for at, name in enumerate(("x0", "y0", "x1", "y1"))}
    size = np.maximum(edges[:, 2] - edges[:, 0], edges[:, 3] - edges[:, 1])
    flat = shapely.get_dimensions(shapes) == 0
    found |= {"size": np.where(flat, np.inf, size), "wkb": pa.array(shapely.to_wkb(shapes), pa.binary())}
    made = "SELECT * EXCLUDE wkb, st_geomfromwkb(wkb) AS g FROM incoming"
    return _put(into, SHAPES, name, found, made)


def put_names(into: duckdb.DuckDBPyConnection, name: str, rows: pd.DataFrame) -> list[Sheet]:
    """Make the table of the points where names of areas are written; none where no area has a name."""
    areas = rows[np.isin(shapely.get_type_id(rows["geometry"].to_numpy()), (3, 6)) & rows["name"].notna().to_numpy()]
    if areas.empty:
        return []
    points = metres(shapely.get_coordinates(shapely.point_on_surface(areas["geometry"].to_numpy())))
    return [
        _put_points(
            into, POINTS, f"{name}-names", areas[[c for c in ("name", "name_en", "kind") if c in areas]], points
        )
    ]


def put_dots(into: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> Sheet:
    """Make the table of projects: their point [m], how far beside it [pixels] each is drawn, and their rank there.

    Projects that stand at one point are drawn as a disc around it, the worst light in its middle.
    """
    rows = _ranked(rows)
    points = metres(shapely.get_coordinates(rows["geometry"].to_numpy()))
    spot = pd.Series(points[:, 0] + 1j * points[:, 1], index=rows.index)
    turn = spot.groupby(spot).cumcount().to_numpy()
    many = spot.groupby(spot).transform("size").to_numpy()
    away = np.minimum(APART, DISC / np.sqrt(many)) * np.sqrt(turn)
    beside = {"dx": away * np.cos(turn * TURN), "dy": away * np.sin(turn * TURN), "turn": np.arange(len(rows))}
    return _put_points(into, DOTS, PROJECTS, rows.drop(columns="geometry"), points, beside)


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """Worst light first, then the furthest stage; by id where both are the same."""
    stages = {code: at for at, code in enumerate(codes("stages"), start=1)}
    keys = {"_light": -severity(rows["light"]), "_stage": -rows["stage"].map(stages).fillna(0).astype(int)}
    order = rows.assign(**keys).rename_axis("id").reset_index().sort_values([*keys, "id"])
    return order.set_index("id").drop(columns=list(keys))


def _put_points(
    into: duckdb.DuckDBPyConnection,
    kind: str,
    name: str,
    rows: pd.DataFrame,
    points: np.ndarray,
    more: dict[str, np.ndarray] | None = None,
) -> Sheet:
    return _put(into, kind, name, _properties(rows) | {"x": points[:, 0], "y": points[:, 1]} | (more or {}))


def _properties(rows: pd.DataFrame) -> dict[str, object]:
    plain = rows.drop(columns="geometry", errors="ignore")
    cells = {str(column): pa.array(plain[column], from_pandas=True) for column in plain.columns}
    return {"id": pa.array(rows.index.astype(str).to_list(), pa.string()), **cells}


def _put(
    into: duckdb.DuckDBPyConnection,
    kind: str,
    name: str,
    columns: dict[str, object],
    made: str = "SELECT * FROM incoming",
) -> Sheet:
    table, own = new_name(), into.cursor()
    own.register("incoming", pa.table(columns))
    own.execute(f"CREATE TABLE {table} AS {made}")
    own.unregister("incoming")
    hidden = ("x0", "y0", "x1", "y1", "size", "wkb", "x", "y", "dx", "dy", "turn")
    return Sheet(kind, name, table, tuple(column for column in columns if column not in hidden))


def put_values(into: duckdb.DuckDBPyConnection, values: pd.DataFrame) -> Sheet:
    """Make the table of a measure by place, to be joined to the shapes of places."""
    return _put(into, SHAPES, "values", _properties(values))
