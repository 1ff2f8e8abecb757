"""A region of an older layout: it grows when it is opened, loses nothing, and stays whole whatever goes wrong."""

import os
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pysqlite3
import pytest

import hechang as hc
from hechang.store import frozen, growing
from hechang.store.folder import DATABASE, open_folder
from hechang.store.schema import VERSION, metadata
from hechang.terms.errors import StoreError
from hechang.terms.specs import tables

LAYOUTS = Path(__file__).parent / "layouts"
SNAPSHOT = "register-layout-1.db"
CUT_OFF = """
import os, sys
from pathlib import Path
from hechang.store import frozen, growing
add = growing.add
growing.add = lambda *given: (add(*given), os._exit(9))
growing.grow(Path(sys.argv[1]))
"""


@pytest.fixture
def old(tmp_path):
    """Folder of a region as the first layout left it."""
    with zipfile.ZipFile(LAYOUTS / "1.zip") as kept:
        kept.extractall(tmp_path / "old.hc")
    return tmp_path / "old.hc"


def asked(database, sql):
    con = pysqlite3.connect(database)
    try:
        return con.execute(sql).fetchall()
    finally:
        con.close()


def number(database):
    return asked(database, "SELECT value FROM meta WHERE key = 'schema'")[0][0]


def names(database):
    return {name for (name,) in asked(database, "SELECT name FROM sqlite_master WHERE type = 'table'")}


def test_the_layout_in_the_archive_really_is_an_older_one(old):
    assert number(old / DATABASE) == "1" < str(VERSION)
    assert "papers" not in names(old / DATABASE)


def test_an_old_region_opens_whole_with_every_table_and_can_be_written(old):
    region = hc.open(old)
    assert region.verify().whole
    assert number(old / DATABASE) == str(VERSION)
    assert {name: len(region.table(name)) for name in tables()}["projects"] == 4
    assert region.papers.empty
    with region.edit(by="zhang", why="test") as e:
        e.put("tasks", {"name": "t"})
        e.put("papers", {"object": "p1", "name": "permit"})
    assert len(e.after.papers) == 1
    assert e.after.verify().whole
    region.close()


def test_tables_that_came_later_refuse_changes_as_the_first_ones_do(old):
    region = hc.open(old)
    with region.edit(by="zhang", why="test") as e:
        e.put("papers", {"object": "p1", "name": "permit"})
    region.close()
    with pytest.raises(pysqlite3.IntegrityError, match="never changed"):
        asked(old / DATABASE, "UPDATE papers SET name = 'x'")
    indexes = {name for (name,) in asked(old / DATABASE, "SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"ix_papers_id", "ix_papers_revision"} <= indexes


def test_an_old_region_reads_the_same_after_growing_as_a_new_one_of_the_same_rows(old, tmp_path):
    grown, fresh = hc.open(old), hc.tiny(tmp_path / "new.hc")
    roots = [asked(r.folder / DATABASE, "SELECT root FROM revisions") for r in (grown, fresh)]
    assert roots[0] == roots[1]
    assert grown.projects.drop(columns="revision").equals(fresh.projects.drop(columns="revision"))


def test_the_snapshot_keeps_the_old_layout_and_all_rows(old):
    before = asked(old / DATABASE, "SELECT * FROM projects")
    open_folder(old).close()
    assert number(old / SNAPSHOT) == "1"
    assert "papers" not in names(old / SNAPSHOT)
    assert asked(old / SNAPSHOT, "SELECT * FROM projects") == before
    assert asked(old / SNAPSHOT, "PRAGMA integrity_check") == [("ok",)]


def test_a_second_opening_does_nothing(old):
    open_folder(old).close()
    kept = (old / SNAPSHOT).stat()
    assert not growing.grow(old / DATABASE)
    open_folder(old).close()
    assert (old / SNAPSHOT).stat().st_mtime_ns == kept.st_mtime_ns
    assert sorted(p.name for p in old.glob("*.db")) == [SNAPSHOT, DATABASE]


def test_an_error_on_the_way_leaves_the_old_layout_and_the_next_opening_succeeds(old, monkeypatch):
    def full(*_):
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(metadata().tables["meta"], "update", full)  # after everything else is done
        with pytest.raises(StoreError, match=r"It is unchanged\. Make room") as error:
            open_folder(old)
    assert "原数据未改动" in error.value.zh
    assert number(old / DATABASE) == "1"
    assert "papers" not in names(old / DATABASE)
    assert hc.open(old).verify().whole


def test_a_program_killed_on_the_way_leaves_the_old_layout_and_the_next_opening_succeeds(old):
    done = subprocess.run([sys.executable, "-c", CUT_OFF, str(old / DATABASE)], check=False)
    assert done.returncode == 9
    assert number(old / DATABASE) == "1"
    assert "papers" not in names(old / DATABASE)
    assert hc.open(old).verify().whole
    assert number(old / SNAPSHOT) == "1"


def test_without_a_snapshot_nothing_grows(old, monkeypatch):
    monkeypatch.setattr(growing, "_keep", lambda *_: (_ for _ in ()).throw(OSError("No space left on device")))
    with pytest.raises(StoreError, match="No space left"):
        open_folder(old)
    assert number(old / DATABASE) == "1"
    assert not list(old.glob("*.part"))


def test_several_programs_that_open_at_once_all_succeed(old):
    start, found = threading.Barrier(4), []

    def work():
        start.wait()
        store = open_folder(old)
        found.append(store.verify().whole)
        store.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4
    assert sorted(p.name for p in old.glob("*.db")) == [SNAPSHOT, DATABASE]


def test_a_snapshot_of_an_earlier_day_is_never_overwritten(old):
    (old / SNAPSHOT).write_bytes(b"kept by somebody")
    open_folder(old).close()
    assert (old / SNAPSHOT).read_bytes() == b"kept by somebody"
    head = asked(old / DATABASE, "SELECT hash FROM revisions")[0][0]
    assert number(old / f"register-layout-1-{head[:12]}.db") == "1"


def test_a_region_that_may_only_be_read_says_what_to_do(old, monkeypatch):
    def read_only(*_):
        raise pysqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(growing, "snapshot", read_only)
    with pytest.raises(StoreError, match="copy the folder to where you may write") as error:
        open_folder(old)
    assert "复制到可写的位置" in error.value.zh


def test_a_region_another_program_holds_says_so(old, monkeypatch):
    monkeypatch.setattr(growing, "WAIT", "busy_timeout=50")
    con = pysqlite3.connect(old / DATABASE, isolation_level=None)
    con.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="in use by another program"):
        open_folder(old)
    con.rollback()
    con.close()
    open_folder(old).close()


def test_a_column_added_to_a_specification_without_a_new_number_is_added_too(tmp_path):
    region = hc.tiny(tmp_path / "t.hc")
    region.close()
    con = pysqlite3.connect(region.folder / DATABASE)
    con.execute("ALTER TABLE returns DROP COLUMN note")
    con.execute("DROP TABLE papers")
    con.close()
    again = hc.open(region.folder)
    assert again.returns["note"].isna().all()
    assert again.papers.empty
    assert again.verify().whole
    assert number(region.folder / DATABASE) == str(VERSION)
    assert (region.folder / f"register-layout-{VERSION}.db").exists()


def test_copies_of_the_older_layout_are_made_again(tmp_path):
    region = hc.tiny(tmp_path / "t.hc")
    region.returns  # noqa: B018 - makes the copy
    (copy,) = (region.folder / "cache").glob("returns-*.parquet")
    frozen.pq.write_table(frozen.pq.read_table(copy).drop_columns(["note"]), copy)
    assert "note" in hc.open(region.folder).returns


def test_what_killed_programs_left_behind_goes_after_an_hour(tmp_path):
    region = hc.tiny(tmp_path / "t.hc")
    region.close()
    left = [region.folder / name for name in ("cache/a.part", "register-layout-1.db.b.part", "cache/fresh.part")]
    for path in left:
        path.write_bytes(b"half")
    spilled = region.folder / "cache" / "spill-c"
    spilled.mkdir()
    (spilled / "file").write_bytes(b"x")
    for path in (*left[:2], spilled):
        os.utime(path, (time.time() - 7200,) * 2)
    hc.open(region.folder).close()
    assert [p.exists() for p in (*left, spilled)] == [False, False, True, False]
