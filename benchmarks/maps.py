"""Map tiles at 20,000 shapes and 60,000 projects, and the numbers of a drawn area, asked through the application.

The region: places, railways and collections of the demonstration, made-up projects in its towns, and a made-up layer of
20,000 fields. Tiles are those a reader meets who looks at 40 spots from the whole region down to a street; each is
asked once, so nothing is answered from what was kept.
"""

import asyncio
import math
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import shapely

from benchmarks import data
from benchmarks.measured import in_child, peak_mb
from hechang.region.example import HOME, _layers, _put_file
from hechang.region.opening import create_region, open_region
from hechang.region.settings import Settings
from hechang.web.app import create_app

FIELDS = 20_000
SPOTS = 40
ZOOMS = range(5, 16)
BARS = {"tiles fields": 0.050, "tiles projects": 0.050, "tiles counties": 0.050, "drawn area": 0.300}  # s, p95
HOST = "http://127.0.0.1:8000"
KEPT = ("1", "2", "4")  # groups of the demonstration's files: places, collections, map layers


def rows(size: str) -> list[dict[str, Any]]:
    """All rows, each in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "map.hc"
        in_child("maps", "make", folder, size)
        return [_row(name, in_child("maps", name, folder, size), size) for name in BARS]


def _row(name: str, found: dict[str, Any], size: str) -> dict[str, Any]:
    p50, p95 = (f"{found[part] * 1000:.0f} ms" for part in ("p50", "p95"))
    note = f"p50 {p50}, p95 {p95}, first {found['cold']:.2f} s, {found['said']}"
    return {
        "core": "maps", "row": name, "size": size, "ours": {"seconds": found["p95"], "peak_mb": found["peak_mb"]},
        "bar": BARS[name], "agree": found["right"], "ok": found["right"] and found["p95"] <= BARS[name], "note": note,
    }  # fmt: skip


def one(row: str, folder: Path, size: str) -> dict[str, Any]:
    """One row, in this process."""
    if row == "make":
        make(folder, size)
        return {}
    work = {"tiles fields": "fields", "tiles projects": "projects", "tiles counties": "counties"}
    return asyncio.run(_tiles(folder, work[row]) if row in work else _areas(folder))


def make(folder: Path, size: str) -> None:
    """The region."""
    count, returns = data.SIZES[size]
    region = create_region(folder, Settings(name="bench", day="2022-09-27", plan="2022"))
    layers = _layers()
    with region.edit(by="bench", why="benchmark", source="person:bench", level=0) as e:
        for path in sorted(p for p in (HOME / "tables").iterdir() if p.name[0] in KEPT):
            _put_file(region, e, path, layers[path.name])
        e.put("layers", {"id": "fields", "name": "地块", "name_en": "Fields", "table": "features"})
        e.put("features", fields())
    region = e.after
    chance = np.random.default_rng(data.SEED)
    towns = region.query("SELECT id FROM places WHERE kind IN ('town', 'street', 'township') ORDER BY id")["id"]
    with region.edit(by="bench", why="benchmark", source="person:bench", level=0) as e:
        e.put("projects", data.projects(count).assign(place=chance.choice(towns.to_numpy(dtype=object), count)))
        e.put("project_events", data.events(count))
        e.put("project_years", data.years(count))
        e.put("returns", data.returns(count, returns))


def fields() -> pd.DataFrame:
    """20,000 round fields of 41 corners, 200 m to 2 km wide."""
    chance = np.random.default_rng(data.SEED)
    middles = shapely.points(chance.uniform(119.2, 122.4, FIELDS), chance.uniform(29.8, 32.6, FIELDS))
    shapes = shapely.buffer(middles, chance.uniform(0.001, 0.01, FIELDS), quad_segs=10)
    names = np.char.add("地块", np.arange(FIELDS).astype(str))
    return pd.DataFrame({
        "id": data.ids("f", FIELDS), "layer": "fields", "name": names, "geometry": list(shapely.to_wkb(shapes)),
        "synthetic": True,
    })  # fmt: skip


def spots() -> np.ndarray:
    """Where readers look: longitude and latitude."""
    chance = np.random.default_rng(data.SEED + 5)
    return np.column_stack([chance.uniform(119.5, 122.0, SPOTS), chance.uniform(30.0, 32.4, SPOTS)])


def tile_of(zoom: int, lon: float, lat: float) -> tuple[int, int, int]:
    """The tile a point lies in."""
    side = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    return zoom, int((lon + 180) / 360 * side), int(y)


async def _tiles(folder: Path, layer: str) -> dict[str, Any]:
    wanted = dict.fromkeys(tile_of(zoom, *spot) for zoom in ZOOMS for spot in spots())
    async with _client(folder) as client:
        cold = await _took(client.get(f"/api/tiles/{layer}/9/428/208.mvt"))
        for zoom in (5, 7, 9, 11, 12):  # the coarser shapes of a set of zooms are made on their first use
            await client.get(f"/api/tiles/{layer}/{zoom}/0/0.mvt")
        asked = [await _took(client.get(f"/api/tiles/{layer}/{z}/{x}/{y}.mvt")) for z, x, y in wanted]
    largest = max(len(answer.content) for _, answer in asked)
    right = all(answer.status_code in (200, 204) for _, answer in asked) and largest > 1_000
    return _found([took for took, _ in asked], cold[0], right, f"{len(wanted)} tiles, largest {largest // 1024} kB")


async def _areas(folder: Path) -> dict[str, Any]:
    chance = np.random.default_rng(data.SEED + 6)
    shapes = [shapely.buffer(shapely.Point(*spot), chance.uniform(0.02, 1.5)) for spot in spots()]
    async with _client(folder) as client:
        cold = await _took(client.post("/api/area", json=_body(shapes[0])))
        asked = [await _took(client.post("/api/area", json=_body(shape))) for shape in shapes]
    inside = [answer.json()["total"] for _, answer in asked]
    right = all(answer.status_code == 200 for _, answer in asked) and max(inside) > 10_000
    said = f"{len(inside)} areas, up to {max(inside)} projects inside"
    return _found([took for took, _ in asked], cold[0], right, said)


def _body(shape: Any) -> dict[str, Any]:
    return {"geometry": shapely.geometry.mapping(shape), "measures": [{"id": "stage-gap"}]}


def _client(folder: Path) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(open_region(folder)))
    return httpx.AsyncClient(transport=transport, base_url=HOST, headers={"origin": HOST}, timeout=60)


async def _took(asked: Any) -> tuple[float, httpx.Response]:
    start = time.perf_counter()
    answer = await asked
    return time.perf_counter() - start, answer


def _found(took: list[float], cold: float, right: bool, said: str) -> dict[str, Any]:
    p50, p95 = (round(float(np.quantile(took, part)), 4) for part in (0.5, 0.95))
    return {"p50": p50, "p95": p95, "cold": round(cold, 3), "peak_mb": peak_mb(), "right": right, "said": said}
