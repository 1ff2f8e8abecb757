"""The register at the size of a metropolitan area: 60,000 projects and 10^6 returns."""

import tempfile
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.measured import in_child, once, peak_mb, timed
from hechang.region.opening import create_region, open_region
from hechang.region.region import Region
from hechang.region.settings import Settings

LISTS = ("signed-not-filed", "filed-not-started", "behind-schedule")
SHEET_ROWS = 5_000
BARS = {
    "import 10^6 rows": 60.0,
    "open": 1.0,
    "import 5,000 rows: preview": 3.0,
    "import 5,000 rows: commit": 3.0,
    "three lists": 1.0,
    "log of a row": 0.05,
    "verify": 10.0,
}
MEMORY = 1024.0


def rows(size: str) -> list[dict[str, Any]]:
    """All rows of the table, each in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bench.hc"
        return [_row(name, in_child("register", name, folder, size), size) for name in BARS]


def _row(name: str, found: dict[str, Any], size: str) -> dict[str, Any]:
    bar = BARS[name]
    kept = found["seconds"] <= bar and found["peak_mb"] <= MEMORY
    return {
        "core": "register",
        "row": name,
        "size": size,
        "ours": {"seconds": round(found["seconds"], 4), "peak_mb": found["peak_mb"], "objective": found["result"]},
        "peer": None,
        "ratio": None,
        "agree": kept,
        "bar": bar,
        "cold_seconds": round(found["cold"], 4),
        "note": ("within" if kept else "OVER") + f" {bar} s and {MEMORY:.0f} MB; a bar, no peer",
    }


def one(name: str, folder: Path, size: str) -> dict[str, Any]:
    """Do the work of one row here."""
    seconds, cold, result = WORK[name](folder, size)
    return {"seconds": seconds, "cold": cold, "peak_mb": peak_mb(), "result": result}


def _build(folder: Path, size: str) -> tuple[float, float, int]:
    projects, returns = data.SIZES[size]
    region = create_region(folder, Settings(name="bench", day="2022-09-27"))
    with region.edit(by="bench", why="benchmark", source="person:bench") as e:
        e.put("places", data.places())
        e.put("projects", data.projects(projects))
    region = e.after
    with region.edit(by="bench", why="benchmark", source="person:bench") as e:
        e.put("project_events", data.events(projects))
        e.put("project_years", data.years(projects))
    region, frame = e.after, data.returns(projects, returns)

    def work() -> int:
        with region.edit(by="bench", why="benchmark", source="person:bench") as edit:
            edit.put("returns", frame)
        return len(frame)

    return once(work)


def _open(folder: Path, _size: str) -> tuple[float, float, int]:
    return timed(lambda: len(open_region(folder).table("projects", columns=["name"])))


def _lists(folder: Path, _size: str) -> tuple[float, float, list[int]]:
    region = open_region(folder)
    return timed(lambda: [len(region.listing(name)) for name in LISTS])


def _log(folder: Path, _size: str) -> tuple[float, float, int]:
    region = open_region(folder)
    return timed(lambda: len(region.log("p00000007")), runs=9)


def _verify(folder: Path, _size: str) -> tuple[float, float, bool]:
    region = open_region(folder)
    return timed(lambda: region.verify().whole, runs=1)


def _preview(folder: Path, _size: str) -> tuple[float, float, int]:
    from hechang.intake.sheets.preview import preview

    region, path = open_region(folder), data.workbook(folder.parent / "returns.xlsx", SHEET_ROWS)
    return timed(lambda: len(preview(region, "projects", path).findings))


def _commit(folder: Path, _size: str) -> tuple[float, float, int]:
    from hechang.intake.sheets.commit import commit
    from hechang.intake.sheets.preview import preview

    region: Region = open_region(folder)
    seen = preview(region, "projects", data.workbook(folder.parent / "returns.xlsx", SHEET_ROWS))
    return once(lambda: commit(region, seen, by="bench", why="benchmark").revision)


WORK = {
    "import 10^6 rows": _build,
    "open": _open,
    "import 5,000 rows: preview": _preview,
    "import 5,000 rows: commit": _commit,
    "three lists": _lists,
    "log of a row": _log,
    "verify": _verify,
}
