"""The served workbench at 60,000 projects: first paint, a filter, tiles, a drawn area, and 200 readers with 20 writers.

Server and helpers, load generator and browser share the cores of this machine; what the generator took of them, and how
busy the machine was before, is said in each row. Times of the load count from when a request was due. Tiles and
features beside tipg on PostGIS follow with the store on a server: beside a database that is not there is no peer.
"""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import shapely
from playwright.sync_api import sync_playwright
from tools.browser import chromium

from benchmarks import data
from benchmarks.measured import in_child, once
from hechang.atlas.mercator import tile_at
from hechang.publish.registry import built
from hechang.region.opening import open_region
from hechang.region.region import Region
from hechang.store.credentials import By, Credentials
from hechang.store.tokens import Bounds, Tokens
from hechang.terms.rights import role
from hechang.terms.scopes import scope_range

COMMAND = Path(sys.executable).with_name("hechang")
READERS, WRITERS, EVERY, SECONDS = 200, 20, 2.0, 60
FEATURES = 20_000
BOX = (118.5, 29.5, 122.0, 32.5)  # west, south, east, north of the made-up points
BARS = {  # seconds, but for what is counted
    "first paint": 1.5,
    "table filter": 0.1,
    "tile p95 at 20,000 features": 0.05,
    "drawn area": 0.3,
    "read p99, 200 readers + 20 writers": 0.05,
    "write p99, 200 readers + 20 writers": 0.15,
    "acknowledged writes that are lost": 0,
    "answers of 5xx": 0,
}


def mix(ids: list[str]) -> list[dict[str, Any]]:
    """What readers ask for: of a hundred requests 25 one row, 25 a table, 15 projects, 15 lists, 10 today, 10 tiles."""
    tables = ["?limit=50", *(f"?limit=50&offset={n}" for n in range(50, 500, 50))]
    tables += [
        f"?limit=50&sort=-invest_total&filter={quote(f'place={chr(39)}{city}{chr(39)}')}" for city in data.CITIES
    ]
    lists = ("", "/signed-not-filed?limit=50", "/behind-schedule?limit=50", "/lights?limit=50")
    tiles = [f"/api/tiles/projects/8/{x}/{y}.mvt" for x in range(212, 215) for y in range(103, 107)]
    return [
        {"group": "one row", "weight": 25, "paths": [f"/api/tables/projects/{id}" for id in ids[::97]]},
        {"group": "table", "weight": 25, "paths": [f"/api/tables/projects{query}" for query in tables]},
        {"group": "projects", "weight": 15, "paths": ["/api/projects?limit=50", "/api/projects/facets"]},
        {"group": "lists", "weight": 15, "paths": [f"/api/lists{one}" for one in lists]},
        {"group": "today", "weight": 10, "paths": ["/api/today", "/api/today/late", "/api/today/waiting"]},
        {"group": "tiles", "weight": 10, "paths": tiles},
    ]


def rows(size: str) -> list[dict[str, Any]]:
    """All rows of the table, on one region made for them (or a copy of HECHANG_BENCH, a region of that size)."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bench.hc"
        _made(folder, size)
        busy = os.getloadavg()[0]
        with served(folder) as server:
            found = [*_browser(server), _filter(server), _tiles(server), _area(server), *_load(server, folder, size)]
        found += _signed_in(Path(scratch) / "cities.hc")
        for row in found:
            row |= {"core": "web", "size": size, "peer": None, "ratio": None}
            row["note"] += f"; load of the machine before: {busy:.1f}; no peer in this row"
        return found


def _made(folder: Path, size: str) -> None:
    given = os.environ.get("HECHANG_BENCH")
    if given:
        subprocess.run(["cp", "-r", given, str(folder)], check=True)
    else:
        in_child("register", "make", folder, size)
        in_child("register", "import 10^6 rows", folder, size)
    in_child("web", "points", folder, size)


def one(name: str, folder: Path, size: str) -> dict[str, Any]:
    """Give the first projects a point each; in a process of its own, as the register's rows are."""
    count, chance = min(FEATURES, data.SIZES[size][0]), np.random.default_rng(data.SEED + 9)
    points = shapely.points(chance.uniform(BOX[0], BOX[2], count), chance.uniform(BOX[1], BOX[3], count))
    ids, region = data.ids("p", count), open_region(folder)
    with region.edit(by="bench", why="benchmark") as e:
        e.put("projects", [{"id": id, "geometry": point} for id, point in zip(ids, points, strict=True)])
    return once(lambda: e.revision)._asdict() | {"peak_mb": 0, "wanted": name}


# --- the server ---------------------------------------------------------------------------------------------------
class Server:
    """A running `hechang serve`."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process
        self.address = f"http://127.0.0.1:{port}"

    def get(self, path: str, body: dict[str, Any] | None = None, token: str = "") -> bytes:
        """Ask once and return the body."""
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Origin": self.address, "Content-Type": "application/json"} if sent else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        with urllib.request.urlopen(urllib.request.Request(self.address + path, sent, headers), timeout=600) as found:
            answer: bytes = found.read()
        return answer

    def peak_mb(self) -> float:
        """Largest memory of server and helpers, added up."""
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        numbers = [self.process.pid, *map(int, task.read_text().split())]
        texts = (Path(f"/proc/{number}/status").read_text() for number in numbers)
        return round(sum(int(text.split("VmHWM:")[1].split()[0]) for text in texts) / 1024, 1)


@contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Serve a region as a user does, until it answers; stop it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([str(COMMAND), "--region", str(folder), "serve", "--port", str(port)])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Server(port, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


# --- rows ---------------------------------------------------------------------------------------------------------
def row(name: str, times: list[float], server: Server, note: str, at: float = 0.5) -> dict[str, Any]:
    """One row: the value at a rank of some times [s] beside its bar."""
    value = rank(times, at)
    ours = {"seconds": round(value, 4), "cpu_seconds": None, "peak_mb": server.peak_mb(), "objective": len(times)}
    made = {"row": name, "ours": ours, "agree": True, "bar": BARS[name], "ok": value <= BARS[name]}
    return made | {"cold_seconds": round(times[0], 4), "note": note}


def rank(times: list[float], at: float) -> float:
    """Return the value below which a share of some values lies."""
    return sorted(times)[min(len(times) - 1, int(len(times) * at))]


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _filter(server: Server) -> dict[str, Any]:
    """Filters nobody asked for before: by amount, city and words, sorted, with the count of all."""
    texts = [f"invest_total > yi({n}) AND place = '{city}'" for n, city in itertools.product((1, 2, 5), data.CITIES)]
    paths = [f"/api/tables/projects?limit=50&sort=-invest_total&filter={quote(text)}" for text in texts]
    times = [_timed(lambda path=path: server.get(path)) for path in paths]
    return row("table filter", times, server, f"{len(times)} different filters by the API; first one cold", 0.95)


def _tiles(server: Server) -> dict[str, Any]:
    """Every tile of five zooms over the points, none asked for before."""
    paths = [f"/api/tiles/projects/{z}/{x}/{y}.mvt" for z in range(6, 11) for x, y in itertools.islice(_over(z), 40)]
    server.get(paths[0])  # what all tiles of a revision share
    times = [_timed(lambda path=path: server.get(path)) for path in paths[1:]]
    return row("tile p95 at 20,000 features", times, server, f"{len(times)} different tiles of zooms 6 to 10", 0.95)


def _over(zoom: int) -> Iterator[tuple[int, int]]:
    """Numbers of the tiles of a zoom that lie over the points."""
    corners = [_tile_of(zoom, *point) for point in (BOX[:2], BOX[2:])]
    xs, ys = ([*range(min(pair), max(pair) + 1)] for pair in zip(*corners, strict=True))
    for x, y in itertools.product(xs, ys):
        tile_at(str(zoom), str(x), str(y))  # raises for a tile there is not
        yield x, y


def _tile_of(zoom: int, lon: float, lat: float) -> tuple[int, int]:
    up = np.arcsinh(np.tan(np.radians(lat))) / np.pi
    return int((lon + 180) / 360 * 2**zoom), int((1 - up) / 2 * 2**zoom)


def _area(server: Server) -> dict[str, Any]:
    """Circles over the points, each drawn for the first time."""
    chance = np.random.default_rng(data.SEED)
    centres = zip(chance.uniform(119, 121, 20), chance.uniform(30, 32, 20), strict=True)
    shapes = [shapely.geometry.mapping(shapely.Point(*centre).buffer(0.4)) for centre in centres]
    server.get("/api/area", {"geometry": shapes[0]})
    times = [_timed(lambda shape=shape: server.get("/api/area", {"geometry": shape})) for shape in shapes[1:]]
    return row("drawn area", times, server, f"{len(times)} different areas of some 2,000 points", 0.95)


def _browser(server: Server) -> list[dict[str, Any]]:
    if not built():
        print("first paint: SKIPPED, the front end is not built: make ui", file=sys.stderr)
        return []
    script = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
    times = []
    with sync_playwright() as play:
        browser = chromium(play)
        for _ in range(4):
            page = browser.new_context().new_page()
            page.goto(f"{server.address}/desk/", wait_until="load")
            page.wait_for_function(f"{script[6:]} !== null")
            times.append(page.evaluate(script) / 1000)
            page.close()
        browser.close()
    return [row("first paint", times, server, "first contentful paint of /desk/ in a fresh browser context; Chromium")]


def _signed_in(folder: Path) -> list[dict[str, Any]]:
    """The same load by users of nine cities, on the few thousand projects a region leads itself."""
    in_child("register", "make", folder, "small")
    in_child("register", "import 10^6 rows", folder, "small")
    users = _users(folder)
    with served(folder) as server:
        found = _load(server, folder, "small", users)
    return [row | {"row": f"{row['row']}, signed in at {data.SIZES['small'][0]:,} projects"} for row in found]


def _users(folder: Path) -> list[dict[str, Any]]:
    """A user of each city who may do everything there, with a token and 400 projects of the city."""
    region = open_region(folder)
    own = region.table("projects", columns=["place", "scope"]).groupby("place").head(400)
    with region.edit(by="bench", why="users of the benchmark") as e:
        e.put("users", [{"id": city, "name": city, "active": True} for city in data.CITIES])
        low = {str(city): rows["scope"].iloc[0] for city, rows in own.groupby("place")}
        e.put("grants", [{"account": city, "role": "city_admin", **_range(scope)} for city, scope in low.items()])
    return [
        {"token": _token(region, city, low[city]), "rows": list(own.index[own["place"] == city])}
        for city in data.CITIES
    ]


def _range(scope: str) -> dict[str, str]:
    return dict(zip(("lo", "hi"), scope_range(scope), strict=True))


def _token(region: Region, city: str, scope: str) -> str:
    here = By("", "127.0.0.1")
    Credentials(region.store).add(city, city, None, must_change=False, by=here)
    bounds = Bounds("load", role("city_admin").verbs, scope, str(date.today() + timedelta(days=2)))
    return Tokens(region.store).make(city, bounds, by=here)


def _load(server: Server, folder: Path, size: str, users: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """The load of an hour on a Monday, in a minute; with users each request brings the token of one city."""
    ids = [str(id) for id in data.ids("p", data.SIZES[size][0])]
    asked = mix(ids)
    for path in (path for group in asked if group["group"] != "one row" for path in group["paths"]):
        for token in [one["token"] for one in users] or [""]:
            server.get(path, token=token)  # what everybody has asked for on a Monday before
    plan = {
        "port": server.port, "readers": READERS, "writers": WRITERS, "every": EVERY, "turns": int(SECONDS / EVERY),
        "mix": asked, "rows": ids[3 :: len(ids) // 400], "users": list(users),
    }  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(plan, file)
        file.flush()
        line = [sys.executable, "-m", "benchmarks.load", file.name]
        found = json.loads(subprocess.run(line, capture_output=True, check=True).stdout)
    return _met(server, found, _lost(folder, found["written"]))


def _lost(folder: Path, written: list[tuple[str, str, str, int]]) -> int:
    """How many acknowledged writes are not there exactly once."""
    store = open_region(folder).store
    lost = 0
    for key, id, value, revision in written:
        kept = store.history("projects", id)
        there = kept[(kept["revision"] == revision) & (kept["note"] == value)]
        lost += len(there) != 1 or store.requested(key) != revision
    return lost


def _met(server: Server, found: dict[str, Any], lost: int) -> list[dict[str, Any]]:
    reads = [ms / 1000 for group, times in found["times"].items() if group != "write" for ms in times]
    writes = [ms / 1000 for ms in found["times"].get("write", [])]
    worse = sum(count for status, count in found["statuses"].items() if int(status) >= 500) + len(found["failed"])
    share = found["cpu"] / found["wall"]
    note = (
        f"{len(reads)} reads, {len(writes)} writes in {found['wall']:.0f} s; the generator took {share:.2f} of a core; "
        f"{found['old']} answers named a newer revision; {found['unseen']} own writes not seen at once"
    )
    counted = {"acknowledged writes that are lost": lost + found["unseen"], "answers of 5xx": worse}
    return [
        row("read p99, 200 readers + 20 writers", reads, server, note + _by_group(found["times"]), 0.99),
        row("write p99, 200 readers + 20 writers", writes, server, note, 0.99),
        *({"row": name, "ours": {"seconds": None, "peak_mb": server.peak_mb(), "objective": count}, "agree": count == 0,
           "bar": 0, "ok": count == 0, "cold_seconds": None, "note": note} for name, count in counted.items()),
    ]  # fmt: skip


def _by_group(times: dict[str, list[float]]) -> str:
    return "; p99 [ms] " + ", ".join(f"{group} {rank(some, 0.99):.0f}" for group, some in sorted(times.items()))
