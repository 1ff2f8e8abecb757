"""Regions of some of the demonstration's tables: real places, collections and zones without what takes long."""

from __future__ import annotations

from pathlib import Path

from hechang.region.example import SETTINGS, _layers, _put_file, table_files
from hechang.region.opening import create_region
from hechang.region.region import Region


def demo_region(folder: Path, *numbers: str) -> Region:
    """A region with the files of these numbers, as they stand in the package."""
    region, layers = create_region(folder / "r.hc", SETTINGS), _layers()
    with region.edit(by="tester", why="demo tables", source="person:tester", level=0) as edit:
        for path in table_files():
            if path.name[:2] in numbers:
                _put_file(region, edit, path, layers[path.name])
    return edit.after


def edited(region: Region, **tables: object) -> Region:
    """The region with some more rows."""
    with region.edit(by="tester", why="a test", source="person:tester") as edit:
        for table, rows in tables.items():
            edit.put(table, rows)
    return edit.after
