"""The register at the size of a metropolitan area: 60,000 projects, their stages and 10^6 returns.

Every list there is gets a row of its own. Every row runs in a process of its own, and every call of a list on a region
just opened, so that nothing worked out for the call before is used again. The bars hold for the sizes small and region;
of national (600,000 projects) the figures are only told.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import data, ledgers
from benchmarks.measured import Took, in_child, once, peak_mb, timed
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.preview import preview
from hechang.region.opening import create_region, open_region
from hechang.region.settings import Settings
from hechang.register.editions import keep
from hechang.terms.catalogue import cards

LISTS = ("signed-not-filed", "filed-not-started", "behind-schedule")
SHEET_ROWS = 5_000
COMMAND = Path(sys.executable).with_name("hechang")  # as installed
LAST_MONTH = "2022-08-31"
MEMORY = 1024.0  # MB, of every row
BARS = {  # seconds
    "import 10^6 rows": 60.0,
    "open": 1.0,
    "open: cold command": 3.0,
    "import 5,000 rows: preview": 3.0,
    "import 5,000 rows: commit": 3.0,
    "three lists": 1.0,
    "all lights": 3.0,
    "log of a row": 0.05,
    "verify": 10.0,
    "demo": 30.0,
}


LIST_BAR = 1.0  # s, of every list but the lights


def bars() -> dict[str, float]:
    """Rows of the table with their bars; every list but the lights has its own."""
    known = {card.id for card in cards("list")}
    fixed = {name: bar for name, bar in BARS.items() if name != "all lights" or "lights" in known}
    return fixed | {f"list {id}": LIST_BAR for id in sorted(known - {"lights"})}


def rows(size: str) -> list[dict[str, Any]]:
    """All rows of the table; what each row needs is made before, in a process that is not measured."""
    made = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bench.hc"
        in_child("register", "make", folder, size)
        for name in bars():
            if name == "three lists":
                in_child("register", "keep", folder, size)
            made.append(_row(name, in_child("register", name, folder, size), size))
            print(_line(made[-1]), file=sys.stderr, flush=True)
    return made


def _row(name: str, found: dict[str, Any], size: str) -> dict[str, Any]:
    bar = None if size == "national" else bars()[name]
    right = found["result"] == found["wanted"]
    within = bar is None or (found["seconds"] <= bar and found["peak_mb"] <= MEMORY)
    return {
        "core": "register",
        "row": name,
        "size": size,
        "ours": {
            "seconds": round(found["seconds"], 4),
            "cpu_seconds": round(found["cpu"], 4),
            "peak_mb": found["peak_mb"],
            "objective": found["result"],
        },
        "peer": None,
        "ratio": None,
        "agree": right,
        "bar": bar,
        "ok": right and within,
        "cold_seconds": round(found["cold"], 4),
        "note": _note(name, found),
    }


def _note(name: str, found: dict[str, Any]) -> str:
    if name.startswith("list ") and not found["result"]:
        return "no peer; rows 0: this region has nothing for the list"
    return "no peer: nothing kept does this" + (
        "" if found["result"] == found["wanted"] else f"; {found['wanted']} was wanted"
    )


def _line(row: dict[str, Any]) -> str:
    ours, bar = row["ours"], row["bar"]
    asked = f"{bar:g}" if bar is not None else "-"
    state = "ok" if row["ok"] else "OVER" if row["agree"] else "WRONG"
    times = f"{ours['seconds']:8.3f} s {ours['cpu_seconds']:8.3f} s CPU {row['cold_seconds']:8.3f} s cold"
    return f"{row['row']:28} {times} {ours['peak_mb']:6.0f} MB  bar {asked:>5} s  {state}"


def one(name: str, folder: Path, size: str) -> dict[str, Any]:
    """Do the work of one row here."""
    work = _list(name.removeprefix("list ")) if name.startswith("list ") else WORK[name]
    took, wanted = work(folder, size)
    return took._asdict() | {"peak_mb": peak_mb(), "wanted": took.result if wanted is None else wanted}


Done = tuple[Took, Any]  # what it took, and the answer wanted (None: any)


def _make(folder: Path, size: str) -> Done:
    count, returns = data.SIZES[size]
    region = create_region(folder, Settings(name="bench", day="2022-09-27"))
    with region.edit(by="bench", why="benchmark", source=ledgers.FILE) as e:
        e.put("documents", ledgers.document(e.blob(b"benchmark")))
        e.put("places", data.places())
        e.put("projects", data.projects(count).assign(lead=lambda rows: "office-" + rows["place"]))
        for name, rows in ledgers.tables(size).items():
            e.put(name, rows)
    with e.after.edit(by="bench", why="benchmark", source=ledgers.FILE) as e:
        e.put("project_events", ledgers.proved(data.events(count)))
        e.put("project_years", data.years(count))
    data.returns_csv(folder.parent / "returns.csv", count, returns)
    data.workbook(folder.parent / "projects.xlsx", SHEET_ROWS)
    return once(lambda: e.revision), 2


def _keep(folder: Path, _size: str) -> Done:
    """Keep last month's editions, so that the lists tell what changed."""
    region = open_region(folder)
    return once(lambda: keep(region.on(LAST_MONTH), LISTS, by="bench", why="benchmark").revision), None


def _import(folder: Path, size: str) -> Done:
    region, path = open_region(folder), folder.parent / "returns.csv"

    def work() -> int:
        after = commit(region, preview(region, "returns", path), by="bench", why="benchmark")
        return int(after.query("SELECT count(*) AS n FROM returns")["n"].iloc[0])

    return once(work), data.SIZES[size][1]


def _open(folder: Path, size: str) -> Done:
    return timed(lambda: len(open_region(folder).table("projects", columns=["name"]))), data.SIZES[size][0]


def _command(folder: Path, _size: str) -> Done:
    line = [str(COMMAND), "log", "--region", str(folder), "--json"]
    return timed(lambda: subprocess.run(line, capture_output=True, check=False).returncode), 0


def _preview(folder: Path, _size: str) -> Done:
    region, path = open_region(folder), folder.parent / "projects.xlsx"
    return timed(lambda: preview(region, "projects", path).counts["new"]), SHEET_ROWS


def _commit(folder: Path, _size: str) -> Done:
    region = open_region(folder)
    seen = preview(region, "projects", folder.parent / "projects.xlsx")
    before = region.store.head()
    return once(lambda: commit(region, seen, by="bench", why="benchmark").revision), before + 1


def _lists(folder: Path, _size: str) -> Done:
    """The lists of one page, on one region."""
    region = open_region(folder)

    def work() -> list[int]:
        fresh = region.at(region.revision)
        return [len(fresh.listing(name)) for name in LISTS]

    return timed(work, runs=5), None


def _list(id: str) -> Callable[[Path, str], Done]:
    def done(folder: Path, _size: str) -> Done:
        region = open_region(folder)
        return timed(lambda: len(region.at(region.revision).listing(id))), None

    return done


def _log(folder: Path, _size: str) -> Done:
    region = open_region(folder)
    return timed(lambda: len(region.log("p00000007")), runs=9), 1


def _verify(folder: Path, _size: str) -> Done:
    region = open_region(folder)
    return timed(lambda: region.verify().whole), True


def _demo(folder: Path, _size: str) -> Done:
    line = [str(COMMAND), "demo", str(folder.parent / "demo.hc"), "--no-serve", "--json"]
    return once(lambda: subprocess.run(line, capture_output=True, check=False).returncode), 0


WORK: dict[str, Callable[[Path, str], Done]] = {
    "make": _make,
    "keep": _keep,
    "import 10^6 rows": _import,
    "open": _open,
    "open: cold command": _command,
    "import 5,000 rows: preview": _preview,
    "import 5,000 rows: commit": _commit,
    "three lists": _lists,
    "all lights": _list("lights"),
    "log of a row": _log,
    "verify": _verify,
    "demo": _demo,
}
