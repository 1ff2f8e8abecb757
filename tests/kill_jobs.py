"""What a child does to a region until it is killed; what has been acknowledged it writes down, a number a line."""

from __future__ import annotations

import os
import time
from contextlib import redirect_stdout, suppress
from pathlib import Path

import uvicorn

from hechang.cli import main
from hechang.region.opening import open_region
from hechang.store import audit
from hechang.terms.errors import Conflict
from hechang.web.app import create_app

ROWS = 12  # of an import
TITLES = "项目代码,项目名称,所在地,总投资(万元)"


def import_until_killed(folder: str, said: str, first: int) -> None:
    """Imports by the command line, one after another."""
    path = Path(folder).parent / "sheet.csv"
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        for number in range(first, first + 10_000):
            lines = [TITLES, *(f"K{number}-{row},项目{number}-{row},a,{row + 1}" for row in range(ROWS))]
            path.write_text("\n".join(lines), encoding="utf-8")
            line = ["import", "projects", str(path), "--by", "kill", "--why", str(number), "--region", folder]
            assert main(line) == 0
            say(said, number)


def edit_until_killed(folder: str, said: str) -> None:
    """Edits, edits that are refused, and sign-ins."""
    stale = open_region(folder)
    while True:
        with stale.latest().edit(by="kill", why="edit") as e:
            e.put("projects", {"id": "p1", "name": f"name {time.monotonic_ns()}"})
        say(said, e.revision)
        audit.note(stale.store, {"actor": "kill", "verb": "sign-in", "outcome": "refused"})
        with suppress(Conflict), stale.edit(by="kill", why="too late") as e:
            e.put("projects", {"id": "p1", "name": "stale"})


def serve_until_killed(folder: str, port: int) -> None:
    """The pages and the API."""
    uvicorn.run(create_app(open_region(folder)), host="127.0.0.1", port=port, log_level="error")


def say(said: str, number: int | None) -> None:
    with Path(said).open("a", encoding="utf-8") as file:
        file.write(f"{number}\n")
