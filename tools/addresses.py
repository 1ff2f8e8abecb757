"""Every address of the workbench, read from the one file that lists them, with something real behind each part."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hechang.intake.sheets.pending import waiting
from hechang.region.opening import open_region

MENU = Path(__file__).parents[1] / "ui" / "src" / "app" / "menu.tsx"
ENTRY = re.compile(r'\{ path: "([^"]+)"')
FIRST = {  # pattern: SQL of the id that stands in it
    "/reading/:id": "SELECT document AS id FROM proposals WHERE state = 'open' GROUP BY 1 ORDER BY count(*) DESC, 1",
    "/reading/events/:id": "SELECT event AS id FROM event_documents GROUP BY event ORDER BY count(*) DESC, event",
    "/rounds/:id": "SELECT id FROM rounds",
    "/tasks/:id": "SELECT id FROM tasks ORDER BY id",
}
FIXED = {
    "/lists/:id": "/lists/signed-not-filed",
    "/projects/:id": "/projects/wx-001",
    "/data/:table": "/data/projects",
    "/row/:table/:id": "/row/projects/wx-001",
}


@cache
def patterns() -> tuple[str, ...]:
    """Paths of the menu, as `/lists/:id`."""
    return tuple(ENTRY.findall(MENU.read_text(encoding="utf-8")))


def addresses(folder: Path) -> dict[str, str]:
    """Return an address for each path of the menu; none for an import where none waits."""
    region = open_region(folder)
    ids = {path: str(region.query(f"{sql} LIMIT 1")["id"].iloc[0]) for path, sql in FIRST.items()}
    region.close()
    for one in waiting(folder)[:1]:
        ids["/imports/:id"] = one.id
    known = FIXED | {path: path.replace(":id", id) for path, id in ids.items()}
    every = {path: "/desk" + known.get(path, path) for path in patterns()}
    return {path: address for path, address in every.items() if ":" not in address}
