"""Overlay of parcels with zones beside DuckDB spatial (core I), and coverage check beside shapely (core I').

Parcels are the cells of a jittered lattice, zones the blocks of one: of a lattice of their own, whose borders cut
through parcels, or of the parcels' lattice, so that the two share their borders exactly. Nothing is real. Answers are
compared before times are; the two programs run in turn in one process, with two threads each where they use threads.
DuckDB finds its geometries loaded, and its spatial join finds the pairs. Memory, with the input, and the first call are
those of a process of their own. DuckDB gives a thread to each 122,880 rows, so at the small size only one works.
"""

import importlib.metadata
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from benchmarks import data
from benchmarks.measured import in_child, peak_mb
from hechang.atlas.spatial import engine
from hechang.engines.coverage import invalid_edges
from hechang.engines.overlay import overlay

ZONES = {"small": 10, "region": 45, "national": 90}  # along a side
PARCELS = 23  # of a zone, along a side
THREADS = 2  # as the DuckDB of this program has
LONG = 60.0  # seconds from which a peer runs once
BARS = {"overlay": 2.0, "overlay on shared borders": 2.0, "coverage": 4.0, "coverage with faults": 4.0}
PEERS = {"overlay": "duckdb", "overlay on shared borders": "duckdb", "coverage": "shapely",
         "coverage with faults": "shapely", "overlay beside geopandas": "geopandas"}  # fmt: skip
PARTS = ("ours", "peer", "both", "growth")
ASKED = """SELECT p.i AS a, z.i AS b, st_area(st_intersection(p.g, z.g)) AS area
FROM p JOIN z ON st_intersects(p.g, z.g)"""


class Case(NamedTuple):
    """Ours and the peer on the same input, whether two answers agree, and what ours found."""

    ours: Callable[[], Any]
    peer: Callable[[], Any]
    agree: Callable[[Any, Any], bool]
    said: Callable[[Any], str]


def rows(size: str) -> list[dict[str, Any]]:
    """All rows; geopandas at the small size only, where it takes seconds."""
    names = [name for name in PEERS if size == "small" or name in BARS]
    told = ({part: in_child("overlay", f"{name}:{part}", Path(), size) for part in PARTS} for name in names)
    return [_row(name, size, parts) for name, parts in zip(names, told, strict=True)]


def one(row: str, folder: Path, size: str) -> dict[str, Any]:
    """One part of a row, in this process."""
    del folder  # the polygons are made anew: quicker than to read them
    name, part = row.split(":")
    if part == "growth":
        return growth(name, ZONES[size])
    found = case(name, ZONES[size])
    return both(found) if part == "both" else alone(found.ours if part == "ours" else found.peer)


def alone(work: Callable[[], Any]) -> dict[str, Any]:
    """First call and largest memory of one program."""
    start = time.perf_counter()
    work()
    return {"cold": time.perf_counter() - start, "peak_mb": peak_mb()}


def both(found: Case) -> dict[str, Any]:
    """Medians of runs in turn, and whether the answers agree."""
    mine, other = found.ours(), found.peer()
    told = {"agree": found.agree(mine, other), "said": found.said(mine)}
    del mine, other
    ours, peer = [], []
    while len(ours) < 3:
        ours.append(_took(found.ours))
        if not peer or peer[0] < LONG:
            peer.append(_took(found.peer))
    return {**told, "ours": median(ours), "peer": median(peer), "runs": len(peer)}


def growth(name: str, zones: int) -> dict[str, Any]:
    """Seconds of ours at a sixteenth and a quarter of the polygons and at all, and the exponent of its growth."""
    sides = [zones // 4, zones // 2, zones]
    took = []
    for side in sides:
        work = case(name, side, peer=False).ours
        took.append(median(_took(work) for _ in range(3)))
    exponent = np.polyfit(np.log(np.square(sides)), np.log(took), 1)[0]
    return {"polygons": [(side * PARCELS) ** 2 for side in sides], "seconds": took, "exponent": float(exponent)}


def _took(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


# --- polygons ---------------------------------------------------------------------------------------------------------
def lattice(cells: int, side: float, seed: int) -> np.ndarray:
    """Jittered corners of cells × cells quadrangles on a square."""
    line = np.linspace(0, side, cells + 1)
    moved = np.random.default_rng(seed).uniform(-0.3, 0.3, (cells + 1, cells + 1, 2)) * side / cells
    return np.stack(np.meshgrid(line, line), axis=-1) + moved


def blocks(corners: np.ndarray, many: int) -> np.ndarray:
    """Polygons of many × many cells of a lattice, each through all corners on its border."""
    step = np.arange(many)
    zero, last = np.zeros(many, dtype=int), np.full(many, many)
    across, up = np.concatenate([step, last, last - step, zero]), np.concatenate([zero, step, last, last - step])
    west, south = (axis.ravel()[:, None] * many for axis in np.meshgrid(*[np.arange((len(corners) - 1) // many)] * 2))
    return shapely.polygons(corners[south + up, west + across])


def parcels(zones: int) -> tuple[np.ndarray, np.ndarray]:
    """Parcels [m] and the corners of their lattice."""
    corners = lattice(zones * PARCELS, zones * PARCELS * 30.0, data.SEED)
    return blocks(corners, 1), corners


def faulty(shapes: np.ndarray) -> np.ndarray:
    """The same polygons with one in a thousand moved by a metre."""
    some = np.random.default_rng(data.SEED + 1).random(len(shapes)) < 0.001
    made = shapes.copy()
    made[some] = shapely.transform(shapes[some], lambda corners: corners + 1.0)
    return made


# --- ours and the peers -----------------------------------------------------------------------------------------------
def case(name: str, zones: int, *, peer: bool = True) -> Case:
    """Make the input of a row, for both programs or for ours alone."""
    left, corners = parcels(zones)
    if name.startswith("coverage"):
        shapes = faulty(left) if name.endswith("faults") else left
        return Case(lambda: invalid_edges(shapes, threads=THREADS), lambda: _shapely(shapes), _same_edges, _said_edges)
    own = blocks(lattice(zones * 6, zones * PARCELS * 30.0, data.SEED + 2), 6)
    right = blocks(corners, PARCELS) if name.endswith("borders") else own
    ways = {"duckdb": _duckdb, "geopandas": _geopandas}
    other = ways[PEERS[name]](left, right) if peer else list
    return Case(lambda: overlay(left, right, threads=THREADS), other, _same_pairs, _said_pairs)


def _duckdb(left: np.ndarray, right: np.ndarray) -> Callable[[], Any]:
    cursor = engine().cursor()
    for name, shapes in (("p", left), ("z", right)):
        cursor.register("given", pa.table({"i": np.arange(len(shapes)), "g": shapely.to_wkb(shapes)}))
        cursor.execute(f"CREATE TEMP TABLE {name} AS SELECT i, st_geomfromwkb(g) AS g FROM given")
        cursor.unregister("given")

    def work() -> Any:
        found = cursor.execute(ASKED).fetchnumpy()
        return found["a"], found["b"], found["area"]

    return work


def _geopandas(left: np.ndarray, right: np.ndarray) -> Callable[[], Any]:
    p = gpd.GeoDataFrame({"a": np.arange(len(left))}, geometry=left)
    z = gpd.GeoDataFrame({"b": np.arange(len(right))}, geometry=right)

    def work() -> Any:
        cut = gpd.overlay(p, z, how="intersection")
        return cut["a"].to_numpy(), cut["b"].to_numpy(), cut.area.to_numpy()

    return work


def _shapely(shapes: np.ndarray) -> tuple[bool, np.ndarray]:
    return shapely.coverage_is_valid(shapes), shapely.coverage_invalid_edges(shapes)


def _same_pairs(mine: Any, other: Any) -> bool:
    """Tell whether all pairs are the same and their areas too, to 1e-9."""
    a, b, area = (part[other[2] > 0] for part in other)
    order = np.lexsort((b, a))
    same = np.array_equal(mine.left, a[order]) and np.array_equal(mine.right, b[order])
    return bool(same and np.allclose(mine.area, area[order], rtol=1e-9, atol=0))


def _said_pairs(mine: Any) -> str:
    return f"{len(mine.left):,} pairs, {mine.area.sum():,.0f} m²"


def _same_edges(mine: Any, other: Any) -> bool:
    """Tell whether the verdict is the same, and each invalid edge to the bit."""
    valid, edges = other
    there = np.flatnonzero(~shapely.is_empty(edges))
    same = np.array_equal(mine.polygon, there) and valid == (not len(there))
    return bool(same and (shapely.to_wkb(mine.edges) == shapely.to_wkb(edges[there])).all())


def _said_edges(mine: Any) -> str:
    return f"{len(mine.polygon):,} polygons with invalid edges"


# --- rows -------------------------------------------------------------------------------------------------------------
def _row(name: str, size: str, parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    mine, peer, turns, grown = (parts[part] for part in PARTS)
    ratio = turns["peer"] / turns["ours"]
    took = zip(grown["polygons"], grown["seconds"], strict=True)
    note = (
        f"{turns['said']}; {PEERS[name]} {turns['peer']:.2f} s ({turns['runs']} runs), ratio {ratio:.1f}; polygons "
        f"{', '.join(f'{count:,}: {seconds:.2f} s' for count, seconds in took)}, growth n^{grown['exponent']:.2f}; "
        "memory is with the input"
    )
    return {
        "core": "I'" if name.startswith("coverage") else "I", "row": name, "size": size,
        "ours": {"seconds": turns["ours"], "peak_mb": mine["peak_mb"]},
        "peer": {"name": PEERS[name], "version": importlib.metadata.version(PEERS[name]), "seconds": turns["peer"],
                 "peak_mb": peer["peak_mb"]},
        "ratio": ratio, "agree": turns["agree"], "ok": turns["agree"] and ratio >= BARS.get(name, 0.0),
        "cold_seconds": mine["cold"], "note": note,
    }  # fmt: skip
