"""Layers as one file of tiles (PMTiles 3): the tiles a server would cut, for maps with no server behind them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from hechang.atlas.mercator import WORLD, metres, tile_at
from hechang.atlas.tiles import MARGIN
from hechang.publish.results import Results
from hechang.publish.views.layers import TOWNS, catalogue_of_map, layer_rows, tile_of
from hechang.terms.errors import InputError

DEEPEST = 14  # zoom: a region of four degrees has 30,000 tiles there; maps draw deeper zooms from these
ENDING = ".pmtiles"


class Archive(NamedTuple):
    """What was written: tiles with something in them, and the size of the file [bytes]."""

    tiles: int
    bytes: int


def write_archive(results: Results, target: Path, layers: Sequence[str], zooms: tuple[int, int]) -> Archive:
    """Write the layers' tiles of zooms (first, last) as one PMTiles file, in one step; they are those of `/api/tiles`.

    Towns begin at zoom 8, as on the page. The metadata name layers, sources, day, branch, revision and made-up rows.

    Raises
    ------
    InputError
        where the zooms are not 0 ≤ first ≤ last ≤ 14, the name does not end in .pmtiles, or nothing is drawn.
    NotKnown
        for a layer the region does not have.
    """
    _refuse(target, zooms)
    for name in layers:
        layer_rows(results, name)
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as file:
            writer = Writer(file)
            with closing(writer.tile_f):
                count = _write(writer, results, layers, zooms)
        if not count:
            raise InputError(f"Nothing is drawn in {', '.join(layers)}", f"图层 {'、'.join(layers)} 没有可绘制的图形")
        part.replace(target)  # one step: a reader sees the old file or the new one
    finally:
        part.unlink(missing_ok=True)
    return Archive(count, target.stat().st_size)


def _refuse(target: Path, zooms: tuple[int, int]) -> None:
    if target.suffix != ENDING:
        raise InputError(f"{target.name}: the name must end in {ENDING}", f"{target.name}: 文件名须以 {ENDING} 结尾")
    if not 0 <= zooms[0] <= zooms[1] <= DEEPEST:
        raise InputError(
            f"Zooms {zooms[0]}-{zooms[1]} are not FIRST-LAST from 0 to {DEEPEST}",
            f"级别 {zooms[0]}-{zooms[1]} 不是 0 至 {DEEPEST} 之间的“起-止”",
        )


def _write(writer: Writer, results: Results, layers: Sequence[str], zooms: tuple[int, int]) -> int:
    count = 0
    for zoom in range(zooms[0], zooms[1] + 1):
        places = {name: _touched(results, name, zoom) for name in layers if zoom >= _first(name)}
        for at in _in_order(places.values(), zoom):
            here = tile_at(str(zoom), str(at[0]), str(at[1]))
            made = b"".join(tile_of(results, name, here) for name, found in places.items() if at in found)
            if made:
                writer.write_tile(zxy_to_tileid(zoom, *at), gzip.compress(made, mtime=0))
                count += 1
    if count:
        writer.finalize(_header(results, layers, zooms), _metadata(results, layers, zooms))
    return count


def _first(layer: str) -> int:
    return TOWNS if layer == "towns" else 0


def _in_order(found: Any, zoom: int) -> Iterator[tuple[int, int]]:
    """Every tile once, by its number: neighbours of a map stand together in the file."""
    yield from sorted(set().union(*found), key=lambda at: zxy_to_tileid(zoom, *at))


def _touched(results: Results, layer: str, zoom: int) -> set[tuple[int, int]]:
    """Tiles (column, row) that a shape's bounds and the margin drawn around it touch."""
    edges = _edges(results, layer)
    side, last = WORLD / 2**zoom, 2**zoom - 1
    low, high = metres(edges[:, :2]), metres(edges[:, 2:])
    west, east = low[:, 0] + WORLD / 2, high[:, 0] + WORLD / 2
    north, south = WORLD / 2 - high[:, 1], WORLD / 2 - low[:, 1]
    spans = np.column_stack([west, east, north, south]) / side + [-MARGIN, MARGIN, -MARGIN, MARGIN]
    cells = np.unique(np.clip(np.floor(spans).astype(int), 0, last), axis=0)
    return {(x, y) for x0, x1, y0, y1 in cells for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)}


def _edges(results: Results, layer: str) -> npt.NDArray[np.float64]:
    """West, south, east, north [degrees] of every shape of a layer."""
    shapes = layer_rows(results, layer)["geometry"].dropna().to_numpy(dtype=object)
    found: npt.NDArray[np.float64] = shapely.bounds(shapes[~shapely.is_empty(shapes)])
    return found


def _header(results: Results, layers: Sequence[str], zooms: tuple[int, int]) -> dict[str, Any]:
    every = np.vstack([_edges(results, layer) for layer in layers])
    west, south = every[:, :2].min(axis=0).tolist()
    east, north = every[:, 2:].max(axis=0).tolist()
    edges = {"min_lon_e7": west, "min_lat_e7": south, "max_lon_e7": east, "max_lat_e7": north}
    middle = {"center_lon_e7": (west + east) / 2, "center_lat_e7": (south + north) / 2}
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_zoom": zooms[0],
        "max_zoom": zooms[1],
        "center_zoom": zooms[0],
        **{name: round(degrees * 10_000_000) for name, degrees in (edges | middle).items()},
    }


def _metadata(results: Results, layers: Sequence[str], zooms: tuple[int, int]) -> dict[str, Any]:
    """What the file says of itself: TileJSON's `vector_layers`, and where its figures are from."""
    about = catalogue_of_map(results)
    chosen = [layer for layer in about["layers"] if layer["id"] in layers]
    said = dict.fromkeys(source["attribution"] or source["zh"] for layer in chosen for source in layer["sources"])
    return {
        "name": " · ".join(layer["zh"] for layer in chosen),
        "description": " · ".join(layer["en"] for layer in chosen),
        "type": "overlay",
        "attribution": " · ".join(said),
        "vector_layers": [described for layer in chosen for described in _described(results, layer, zooms)],
        "sources": {layer["id"]: layer["sources"] for layer in chosen},
        "synthetic": {layer["id"]: _made_up(results, layer) for layer in chosen},
        **{name: about[name] for name in ("on", "branch", "revision", "approval_number", "demo")},
    }


def _made_up(results: Results, layer: dict[str, Any]) -> bool:
    rows = layer_rows(results, layer["id"])
    own = bool(rows["synthetic"].fillna(False).astype(bool).any()) if "synthetic" in rows else False
    return own or any(source["made_up"] for source in layer["sources"])


def _described(results: Results, layer: dict[str, Any], zooms: tuple[int, int]) -> Iterator[dict[str, Any]]:
    rows = layer_rows(results, layer["id"])
    fields = {"id": "String"} | {
        str(column): "Number" if rows[column].dtype.kind in "iuf" else "String"
        for column in rows.columns
        if column != "geometry"
    }
    about = {"minzoom": max(zooms[0], layer["minzoom"]), "maxzoom": zooms[1]}
    yield {"id": layer["id"], "fields": fields, **about}
    if layer["geometry"] == "area":
        named = {name: "String" for name in ("id", "name", "name_en", "kind") if name in fields}
        yield {"id": f"{layer['id']}-names", "fields": named, **about}
