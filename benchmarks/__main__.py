"""`python -m benchmarks NAME [--size small|region|national] --json`."""

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path


def names() -> list[str]:
    """Benchmarks that are there."""
    kept = (
        "__main__",
        "archive",
        "data",
        "gold",
        "ledgers",
        "load",
        "matching",
        "measured",
        "noise",
        "page_noise",
        "scores",
        "timetables",
    )
    return sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name not in kept)


def main() -> int:
    """Run one benchmark and print its rows."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", choices=names())
    parser.add_argument("--size", choices=("small", "region", "national"), default="region")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--row", help="one row of the table only, in this process")
    parser.add_argument("--region", help="folder of the region that --row works on")
    given = parser.parse_args()
    module = importlib.import_module(f"benchmarks.{given.name}")
    if given.row:
        print(json.dumps(module.one(given.row, Path(given.region), given.size)))
        return 0
    rows = module.rows(given.size)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        ours = row["ours"]
        print(f"{row['row']:30} {ours.get('seconds') or 0:8.3f} s {ours.get('peak_mb') or 0:6.0f} MB  {row['note']}")
    return 0 if all(row.get("ok", row["agree"]) for row in rows) else 1


sys.exit(main())
