"""What is done to a region while something goes wrong: each command once, so that it can be done again the same way.

Clock and ids are fixed: the same job on the same region gives the same hashes, whenever it succeeds.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3

import hechang as hc
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.pending import keep
from hechang.intake.sheets.preview import preview
from hechang.publish import site as publishing
from hechang.publish.site import CONTENTS
from hechang.region.backups import backup, restore
from hechang.region.opening import open_region
from hechang.store import audit, sql_store, sqlite
from hechang.store.folder import DATABASE
from hechang.terms.errors import HechangError
from hechang.terms.ids import content_hash, id_maker

if TYPE_CHECKING:
    from forked import Forks

LAYOUTS = Path(__file__).parent / "layouts"
SHEET = "项目代码,项目名称,所在地,总投资(万元)\n" + "".join(f"K{n},项目{n},a,{n + 1}\n" for n in range(5))
SITE, BUNDLE, AGAIN = "site", "b.zip", "again.hc"


def clock() -> datetime:
    """An hour after the tiny region was made."""
    return datetime(2022, 9, 27, 2, 0, tzinfo=UTC)


def opened(folder: Path):
    """The region with the clock and the ids of these jobs."""
    return open_region(folder, clock=clock, make_id=id_maker(seed=9, start=2 * 10**6))


# --- the jobs -----------------------------------------------------------------------------------------------------
def edit(folder: str) -> int:
    """A file, a row that changes, new rows, a right, and the copy of a large edit."""
    sql_store.NOTED = 1  # every edit counts as large here
    with closing(opened(Path(folder))) as region:
        region.table("projects")  # the copy an edit can go on from
        with region.edit(by="zhang", why="job", request="edit-1") as e:
            sha = e.blob(b"a letter")
            e.put("documents", {"id": "letter", "title": "letter", "kind": "report", "sha256": sha})
            e.put("projects", [{"id": "p1", "name": "new name"}, {"id": "p9", "name": "ninth", "place": "a"}])
            e.put("users", {"id": "u1", "name": "u1", "active": True})
        assert e.revision is not None
        return e.revision


def take_in(folder: str) -> int:
    """A sheet of thirty rows."""
    path = Path(folder).parent / "sheet.csv"
    with closing(opened(Path(folder))) as region:
        return commit(region, preview(region, "projects", path), by="zhang", why="job", request="import-1").revision


def site(folder: str) -> int:
    """The public site, over that of an earlier revision; of a few pages, for what they say takes longest."""
    with closing(opened(Path(folder))) as region:
        few_pages()
        return len(publishing.publish(region, Path(folder).parent / SITE, languages=["zh"]))


def few_pages() -> None:
    """Make pages that tell the projects, one of them named after how many there are."""
    publishing.pages = lambda results, _: {
        f"zh/{name}.html": results.region.projects.to_json().encode() * 20
        for name in ("index", "lists/a", "lists/b", f"projects/{len(results.region.projects)}")
    }
    publishing.map_data = publishing.package = lambda *_: {}
    publishing.room_for_copy = nullcontext  # straight from the region
    publishing.assets = lambda: {"assets/sheet.css": b"body {}"}


def grow(folder: str) -> int:
    """A region of the first layout, opened."""
    with closing(opened(Path(folder))) as region:
        return region.revision


def save(folder: str) -> int:
    """A backup."""
    file = Path(folder).parent / BUNDLE
    if file.exists():  # what is asked of the disk here is the trial's own and not the program's
        file.unlink()
    return backup(Path(folder), file, clock=clock).revision


def give_back(folder: str) -> int:
    """A backup, restored."""
    again = Path(folder).parent / AGAIN
    if again.exists():  # an earlier call got as far as that
        shutil.rmtree(again)
    return restore(Path(folder).parent / BUNDLE, again, clock=clock).revision


JOBS = {job.__name__: job for job in (edit, take_in, site, grow, save, give_back)}


def full_day(folder: str, fill: Callable[[], None], free: Callable[[], None]) -> dict[str, Any]:
    """A disk that fills up while a region is open, and is cleared again."""
    with closing(opened(Path(folder))) as region:
        before = len(region.projects)
        (Path(folder).parent / "sheet.csv").write_text(SHEET, encoding="utf-8")
        seen = preview(region, "projects", Path(folder).parent / "sheet.csv")

        def rows() -> None:
            with region.latest().edit(by="zhang", why="full") as e:
                e.put("bodies", [{"id": f"b{n}", "name": "n" * 300} for n in range(50)])

        def file() -> None:
            with region.latest().edit(by="zhang", why="full") as e:
                e.put("documents", {"id": "x", "title": "x", "kind": "report", "sha256": e.blob(b"x" * 9000)})

        works = {
            "file": file,
            "rows": rows,
            "import": lambda: commit(region, seen, by="zhang", why="full"),
            "upload": lambda: keep(region.folder, "0" * 26, io.BytesIO(b"x" * 9000), {"name": "a.csv"}, clock),
            "backup": lambda: backup(region.folder, Path(folder).parent / BUNDLE, clock=clock),
            "site": lambda: publishing.publish(region, Path(folder).parent / SITE, languages=["zh"]),
        }
        few_pages()
        fill()
        told = {name: _told(work) for name, work in works.items()}
        read = [len(region.latest().projects), len(region.table("projects", where={"id": "p1"})), region.store.head()]
        free()
        again = {name: _told(work) for name, work in reversed(works.items()) if name != "import"}
        whole = region.verify().whole
    return {"before": before, "told": told, "read": read, "again": again, "whole": whole}


def _told(work: Callable[[], object]) -> list[str]:
    """Kind of the error and its words; nothing where it went well."""
    try:
        work()
    except HechangError as error:
        return [type(error).__name__, error.en, error.zh]
    return []


# --- before and after ---------------------------------------------------------------------------------------------
def prepared(job: str, room: Path, forks: Forks) -> Path:
    """A region for a job, and what else it needs, in an empty folder."""
    folder = room / "r.hc"
    if job == "grow":
        with zipfile.ZipFile(LAYOUTS / "1.zip") as kept:
            kept.extractall(folder)
        return folder
    hc.tiny(folder).close()
    if job == "take_in":
        (room / "sheet.csv").write_text(SHEET, encoding="utf-8")
    if job == "site":
        assert forks.run("site", str(folder)).value
        with closing(open_region(folder, clock=clock)) as region, region.edit(by="zhang", why="x", level=0) as e:
            e.put("projects", {"id": "p9", "name": "ninth", "level": 0})
    if job == "give_back":
        backup(folder, room / BUNDLE, clock=clock)
    return folder


def state(job: str, room: Path) -> object:
    """What there is for others to see of a job; raises where something is half there."""
    if job == "site":
        return pages(room / SITE)
    found: list[object] = [rows(room / "r.hc")]
    if job == "save" and (room / BUNDLE).exists():
        restore(room / BUNDLE, room / "drill.hc", clock=clock)
        found.append(rows(room / "drill.hc"))
        shutil.rmtree(room / "drill.hc")
    return [*found, rows(room / AGAIN)] if (room / AGAIN).exists() else found


def rows(folder: Path) -> str:
    """One hash over every row of every table, in whatever layout; raises where the file or a kept file is damaged.

    Checkpoints are left out, which are signed when there is time, and what the layout is called.
    """
    found = sha256()
    with closing(pysqlite3.connect(folder / DATABASE)) as con:
        assert con.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = [name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for name in tables:
            if name not in ("checkpoints", "meta", "alembic_version"):
                lines = con.execute(f'SELECT * FROM "{name}"').fetchall()
                found.update(json.dumps([name, lines], default=bytes.hex).encode() if lines else b"")
        named = con.execute("SELECT sha256 FROM documents WHERE sha256 IS NOT NULL").fetchall()
    assert all(content_hash((folder / "blobs" / sha[:2] / sha).read_bytes()) == sha for (sha,) in named)
    return found.hexdigest()


def told(folder: Path) -> str:
    """What a reader gets of some tables, by way of the copies; raises where the region is not whole."""
    with closing(opened(folder)) as region:
        verdict = region.verify()
        assert verdict.whole, verdict.faults
        names = ("projects", "documents", "users")
        return sha256("".join(region.table(name).to_json() for name in names).encode()).hexdigest()


def pages(folder: Path) -> object:
    """Every file of a published site by its hash; None where it says itself that it is not complete."""
    said = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
    if not said["complete"]:
        return None
    return {name: sha256((folder / name).read_bytes()).hexdigest() for name in said["files"]}


def warm(room: Path) -> None:
    """Load what the jobs need, once for all children."""
    hc.tiny(room / "r.hc").close()
    (room / "sheet.csv").write_text(SHEET, encoding="utf-8")
    take_in(str(room / "r.hc"))


# --- a long work, for images of a power cut -----------------------------------------------------------------------
def work(folder: str, marks, turns: int = 12, synchronous: str = "FULL") -> int:
    """Edits, files, refusals and an import, the database closed and opened in between; each is marked when told."""
    own = ("wal_autocheckpoint=30", f"synchronous={synchronous}")  # the log is folded in often
    sqlite._WRITE = tuple(one for one in sqlite._WRITE if not one.startswith("synchronous")) + own
    done = 0
    for turn in range(turns):
        with closing(open_region(Path(folder), clock=lambda past=done: clock() + timedelta(minutes=past))) as region:
            for _ in range(3):
                with region.latest().edit(by="zhang", why="work", request=f"w{done}") as e:
                    sha = e.blob(b"%d" % done * 3000)
                    e.put("documents", {"id": f"d{done}", "title": "x", "kind": "report", "sha256": sha})
                    e.put("bodies", [{"id": f"b{done}-{n}", "name": "n" * 300} for n in range(8)])
                marks(e.revision)
                done += 1
            region.latest().table("bodies")  # makes a copy
            audit.note(region.store, {"actor": "zhang", "verb": "sign-in", "outcome": "refused"})
            if turn % 4 == 3:
                path = Path(folder).parent / "sheet.csv"
                path.write_text(SHEET.replace("K", f"T{turn}-"), encoding="utf-8")
                now = region.latest()
                marks(commit(now, preview(now, "projects", path), by="zhang", why="work").revision)
    return done
