"""Vector tiles of a region's layers, cut while the reader waits, from tables that hold only what the reader may see."""

from __future__ import annotations

import re
import threading
import weakref
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import duckdb
import pandas as pd

from hechang.atlas.drawn import PROJECTS
from hechang.atlas.mercator import EXTENT, PIXELS, Tile, pixel, projected
from hechang.atlas.sheets import (
    DISC,
    DOTS,
    POINTS,
    SHAPES,
    Sheet,
    band_of,
    coarse,
    put_dots,
    put_names,
    put_shapes,
    put_values,
)
from hechang.atlas.spatial import engine

MOST = 4_000  # shapes of one tile; the largest stay
LEAST = 1.0  # pixels: smaller areas and lines are left out
CELL = 4  # pixels: of several projects drawn in one such square the first stays, with their number
MARGIN = 64 / PIXELS  # of a tile's side around it, so that no border of a tile is seen
_BOX = "{'min_x': $west, 'min_y': $south, 'max_x': $east, 'max_y': $north}::BOX_2D"  # not as a column: that fails
_NAMED = re.compile(r"\$(\w+)")
_SHAPES = """
SELECT CASE WHEN count(*) > 0 THEN st_asmvt(f, '{name}', {extent}) END FROM (
  SELECT {{'geometry': CASE WHEN x0 >= $w AND x1 <= $e AND y0 >= $s AND y1 <= $n
                          THEN st_affine(g, $k, 0, 0, -$k, -$k * $west, $k * $north)
                          ELSE st_asmvtgeom(g, {box}, {extent}, {margin}) END, {columns}}} AS f
  FROM {table} t {join}
  WHERE x1 >= $w AND x0 <= $e AND y1 >= $s AND y0 <= $n AND size >= $least ORDER BY size DESC, t.id LIMIT {most})
WHERE f['geometry'] IS NOT NULL"""
_POINTS = """
SELECT CASE WHEN count(*) > 0 THEN st_asmvt(f, '{name}', {extent}) END FROM (
  SELECT {{'geometry': st_point($k * (x - $west), $k * ($north - y)), {columns}}} AS f
  FROM {table} t WHERE x >= $west AND x < $east AND y > $south AND y <= $north ORDER BY t.id LIMIT {most})"""
_DOTS = """
WITH moved AS (SELECT *, x + dx * $p AS px, y + dy * $p AS py FROM {table}
               WHERE x >= $west - $r AND x < $east + $r AND y > $south - $r AND y <= $north + $r),
     here AS (SELECT turn, px, py, count(*) OVER same AS n, row_number() OVER (same ORDER BY turn) AS first FROM moved
              WHERE px >= $west AND px < $east AND py > $south AND py <= $north
              WINDOW same AS (PARTITION BY floor((px - $west) / $c), floor(($north - py) / $c)))
SELECT CASE WHEN count(*) > 0 THEN st_asmvt(f, '{name}', {extent}) END FROM (
  SELECT {{'geometry': st_point($k * (h.px - $west), $k * ($north - h.py)), 'n': h.n, {columns}}} AS f
  FROM here h JOIN {table} t USING (turn) WHERE h.first = 1 ORDER BY turn DESC)"""


class Values(NamedTuple):
    """A measure to go with places: `key` names it with all it holds; the frame is indexed by place."""

    key: str
    frame: pd.DataFrame


class Sheets:
    """One layer at one set of zooms, in the spatial engine; what it holds there goes when it goes.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.atlas.drawn import drawn
    >>> from hechang.atlas.mercator import tile_at
    >>> Sheets("counties", drawn(tiny(), "counties"), 5).cut(tile_at("0", "0", "0"))  # tiny has no outlines
    b''
    """

    def __init__(self, layer: str, rows: pd.DataFrame, band: int | None) -> None:
        self._engine = engine().cursor()
        self._sheets = _made(self._engine, layer, rows, band)
        self._values: dict[str, Sheet] = {}
        self._tables = [sheet.table for sheet in self._sheets]
        self._lock = threading.Lock()
        weakref.finalize(self, _drop, self._tables)

    def cut(self, at: Tile, values: Values | None = None) -> bytes:
        """Return one tile as MVT, empty where nothing is drawn; areas bring a second layer NAME-names of points."""
        own, join = self._engine.cursor(), self._joined(values) if values else None
        return b"".join(_asked(own, _query(sheet, join), _numbers(at)) for sheet in self._sheets)

    def _joined(self, values: Values) -> Sheet:
        with self._lock:
            if values.key not in self._values:
                sheet = put_values(self._engine, values.frame)
                self._values[values.key] = sheet
                self._tables.append(sheet.table)
            return self._values[values.key]


def band_for(layer: str, zoom: int) -> int | None:
    """Which sheets of a layer a zoom is cut from: projects are points, and the same at every zoom.

    Examples
    --------
    >>> band_for("counties", 6), band_for("projects", 6)
    (7, None)
    """
    return None if layer == PROJECTS else band_of(zoom)


def _made(own: duckdb.DuckDBPyConnection, layer: str, rows: pd.DataFrame, band: int | None) -> list[Sheet]:
    known = rows[rows["geometry"].notna()]
    if known.empty:
        return []
    if layer == PROJECTS:
        return [put_dots(own, known)]
    shapes = projected(known["geometry"].to_numpy(dtype=object))
    return [put_shapes(own, layer, known, coarse(shapes, layer, band)), *put_names(own, layer, known)]


def _drop(tables: Iterable[str]) -> None:
    own = engine().cursor()
    for table in tables:
        own.execute(f"DROP TABLE IF EXISTS {table}")


def _query(sheet: Sheet, values: Sheet | None) -> str:
    form = {SHAPES: _SHAPES, POINTS: _POINTS, DOTS: _DOTS}[sheet.kind]
    joined = values if sheet.kind == SHAPES else None
    named = [f"'{c}': t.\"{c}\"" for c in sheet.columns] + [
        f"'{c}': v.\"{c}\"" for c in (joined.columns[1:] if joined else ())
    ]
    return form.format(
        name=sheet.name.replace("'", "''"),
        table=sheet.table,
        columns=", ".join(named),
        join=f"LEFT JOIN {joined.table} v ON v.id = t.id" if joined else "",
        extent=EXTENT,
        margin=round(MARGIN * EXTENT),
        most=MOST,
        box=_BOX,
    )


def _numbers(at: Tile) -> dict[str, float]:
    """Parameters of the queries: edges of the tile [m] without and with margin, steps a metre, pixel, cell, disc."""
    p, rim = pixel(at.zoom), MARGIN * (at.east - at.west)
    return {
        "west": at.west, "south": at.south, "east": at.east, "north": at.north, "k": at.scale,
        "w": at.west - rim, "s": at.south - rim, "e": at.east + rim, "n": at.north + rim,
        "least": LEAST * p, "p": p, "c": CELL * p, "r": DISC * p,
    }  # fmt: skip


def _asked(own: duckdb.DuckDBPyConnection, sql: str, numbers: Mapping[str, float]) -> bytes:
    rows = own.execute(sql, {name: numbers[name] for name in set(_NAMED.findall(sql))}).fetchall()
    return bytes(rows[0][0] or b"")
