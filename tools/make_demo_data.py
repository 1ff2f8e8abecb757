"""Make the data files of the demo region: `python tools/make_demo_data.py ORIGIN [--to FOLDER]`.

ORIGIN holds the extracts that SOURCES.md names (counties.gpkg, gtfs_crh_2016/ and so on).
A second run writes the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from demo import adjacency, features, figures, invented, listed, offices, places, rail, reports, roads, workbook, zones
from demo.files import HAND, read_hand, write_csv

TO = Path(__file__).parents[1] / "src" / "hechang" / "region" / "demo" / "shanghai"
COPIED = {
    "01-plans": "plans.csv", "02-plan_actions": "plan_actions.csv", "15-place_changes": "place_changes.csv",
    "20-bodies": "bodies.csv",
    "21-collections": "collections.csv", "22-members": "members.csv", "23-indicators": "indicators.csv",
}  # fmt: skip
NOTES = {"layers.csv": "layers.csv", "SOURCES.md": "sources.md", "LICENCES.md": "licences.md"}


def write_hand(folder: Path) -> None:
    """Copy the tables written by hand, the list of layers and the notes on sources and licences."""
    for name, hand in COPIED.items():
        write_csv(folder, name, read_hand(hand))
    for name, hand in NOTES.items():
        (folder / name).write_bytes((HAND / hand).read_bytes())


def make(origin: Path, folder: Path) -> None:
    """Write everything below `folder`."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    write_hand(folder)
    for part in (places, adjacency, figures, zones, rail, roads, features, listed, invented, offices):
        part.write(origin, folder)
    reports.write(folder)
    workbook.write(origin, folder)


def main() -> int:
    """Read the arguments, make the files; 1 where the origin is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("origin", type=Path, help="folder of the origin files")
    parser.add_argument("--to", type=Path, default=TO, help="folder to write")
    given = parser.parse_args()
    if not (given.origin / "counties.gpkg").exists():
        print(f"{given.origin}: no counties.gpkg there; give the folder of the origin files", file=sys.stderr)
        return 1
    make(given.origin, given.to)
    return 0


if __name__ == "__main__":
    sys.exit(main())
