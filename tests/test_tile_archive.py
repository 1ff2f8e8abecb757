"""Layers as one file of tiles: the tiles of the server, none missing, and nothing the public may not see."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles

from hechang.atlas.mercator import tile_at
from hechang.cli import main
from hechang.publish.results import Results
from hechang.publish.tile_archive import write_archive
from hechang.publish.views.layers import layer_rows, tile_of
from hechang.store.readers import PUBLIC
from hechang.terms.errors import InputError, NotKnown
from page_region import SECRET, page_region

LAYERS = ["counties", "lakes", "projects"]


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return page_region(tmp_path_factory.mktemp("archive") / "map.hc").latest()


def tiles_of(path):
    with path.open("rb") as file:
        return {at: gzip.decompress(data) for at, data in all_tiles(MmapSource(file))}


@pytest.mark.parametrize(
    ("zoom", "columns", "rows"), [(5, range(32), range(32)), (9, range(420, 436), range(202, 218))]
)
def test_the_file_holds_every_tile_the_server_would_cut_and_no_other(region, tmp_path, zoom, columns, rows):
    """Every tile of the world, or of a wide window, is asked of the server: what is not empty is in the file."""
    results = Results(region)
    made = write_archive(results, tmp_path / "a.pmtiles", LAYERS, (zoom, zoom))
    live = {}
    for x, y in product(columns, rows):
        at = tile_at(str(zoom), str(x), str(y))
        live[zoom, x, y] = b"".join(tile_of(results, name, at) for name in LAYERS)
    found = tiles_of(tmp_path / "a.pmtiles")
    assert found == {at: tile for at, tile in live.items() if tile}
    assert made.tiles == len(found) > 0
    assert made.bytes == (tmp_path / "a.pmtiles").stat().st_size


def test_the_file_tells_its_layers_sources_day_and_made_up_rows(region, tmp_path):
    write_archive(Results(region), tmp_path / "a.pmtiles", LAYERS, (4, 8))
    with (tmp_path / "a.pmtiles").open("rb") as file:
        reader = Reader(MmapSource(file))
        told, header = reader.metadata(), reader.header()
    assert {"counties", "counties-names", "lakes", "projects"} <= {one["id"] for one in told["vector_layers"]}
    assert told["revision"] == region.revision_name and told["on"] == region.day
    assert set(told["synthetic"]) == set(LAYERS)
    assert (header["min_zoom"], header["max_zoom"]) == (4, 8)
    shapes = pd.concat([layer_rows(Results(region), name)["geometry"].dropna() for name in LAYERS])
    told = [header[f"{name}_e7"] / 1e7 for name in ("min_lon", "min_lat", "max_lon", "max_lat")]
    assert told == pytest.approx(shapely.total_bounds(shapes.to_numpy()), abs=1e-6)  # all of it, and no more


def test_a_file_for_the_public_holds_what_the_public_may_see(region, tmp_path):
    write_archive(Results(region), tmp_path / "own.pmtiles", ["projects"], (8, 9))
    write_archive(Results(replace(region, reader=PUBLIC)), tmp_path / "open.pmtiles", ["projects"], (8, 9))
    own, shown = (b"".join(tiles_of(tmp_path / name).values()) for name in ("own.pmtiles", "open.pmtiles"))
    assert SECRET.encode() in own and SECRET.encode() not in shown and shown


@pytest.mark.parametrize("zooms", [(5, 4), (0, 15), (-1, 3)])
def test_wrong_zooms_leave_no_file(region, tmp_path, zooms):
    with pytest.raises(InputError, match="14"):
        write_archive(Results(region), tmp_path / "a.pmtiles", LAYERS, zooms)
    assert not list(tmp_path.iterdir())


def test_an_unknown_layer_or_an_empty_one_leaves_the_old_file(region, tmp_path):
    old = tmp_path / "a.pmtiles"
    old.write_bytes(b"old")
    with pytest.raises(NotKnown, match="farmlands"):
        write_archive(Results(region), old, ["counties", "farmlands"], (0, 3))
    with pytest.raises(InputError, match="Nothing"):
        write_archive(Results(region), old, ["towns"], (0, 7))  # towns begin at zoom 8
    assert old.read_bytes() == b"old" and [path.name for path in tmp_path.iterdir()] == ["a.pmtiles"]


def test_the_line_writes_the_file_and_tells_what_it_wrote(region, tmp_path, capsys):
    out = tmp_path / "a.pmtiles"
    line = ["layer", "tiles", str(out), "counties", "--public", "--region", str(region.folder), "--json"]
    assert main([*line, "--zooms", "4-6"]) == 0
    assert json.loads(capsys.readouterr().out)["tiles"] == len(tiles_of(out))
    assert main([*line, "--zooms", "deep"]) == 2
    assert "FIRST-LAST" in capsys.readouterr().err
