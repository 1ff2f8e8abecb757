"""What offices send and disks do: one clear word in the reader's language, its status, nothing half applied."""

import json
import os
import shutil
from pathlib import Path

import pysqlite3
import pytest
import sqlalchemy as sa

from hechang.cli import main
from hechang.intake.decode import decode
from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.preview import preview
from hechang.region.opening import open_region
from hechang.region.tiny import tiny as make_tiny
from hechang.store.folder import create_folder
from hechang.terms.errors import Conflict, FileFault, StoreError

REPORT = "9月1日,甲乙推进会在无锡召开。会议强调,要加快建设快线,推进签约项目开工。\n" * 20
HEAD = "项目名称,属地,总投资(万元)\n"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pattern") / "region.hc"
    made = make_tiny(folder)
    made.table("projects")
    made.table("places")
    made.close()
    return folder


@pytest.fixture
def region(pattern, tmp_path, monkeypatch):
    shutil.copytree(pattern, tmp_path / "region.hc")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HECHANG_LANG", "en")
    monkeypatch.delenv("HECHANG_REGION", raising=False)
    return tmp_path / "region.hc"


def refused(capsys, *line, status=1):
    """Run a line in both languages; it must end with `status`, one JSON document, no traceback; returns all words."""
    capsys.readouterr()
    told = ""
    for lang in ("zh", "en"):
        found = main([*line, "--lang", lang, "--json"])
        out, err = capsys.readouterr()
        assert (found, err.count("Traceback")) == (status, 0), err
        assert "unforeseen" not in err and "意料之外" not in err, err
        told += err + (json.dumps(json.loads(out), ensure_ascii=False) if out or status != 2 else "")
    return told


def state(region):
    """Size of history and whether it is whole."""
    found = open_region(region)
    verdict = found.verify()
    found.close()
    return verdict.whole, verdict.revisions, verdict.rows


def by_hand(region, *statements):
    """Change the database behind the back of the program."""
    with pysqlite3.connect(str(region / "register.db")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for line in (*(f'DROP TRIGGER "{name}"' for (name,) in names), *statements):
            connection.execute(line)
    connection.close()


@pytest.mark.parametrize("data", [b"", b" \n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff \x00"[:3]], ids=repr)
def test_a_file_with_nothing_but_a_byte_order_mark_is_not_a_report(data):
    with pytest.raises(FileFault):
        decode(data)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "gb18030", "utf-8-sig"])
def test_a_chinese_report_is_read_whatever_the_office_saved_it_in(encoding):
    assert decode(REPORT.encode(encoding)).text == REPORT


def test_latin_text_with_a_stray_zero_byte_is_not_taken_for_chinese():
    with pytest.raises(FileFault):
        decode(b"Works began in the second week of the month.\x00 " * 5)


def test_facts_beside_a_document_that_nest_without_end_are_left_out(region, capsys):
    Path("a.txt").write_text(REPORT, encoding="utf-8")
    Path("a.txt.meta.json").write_text("[" * 100_000, encoding="utf-8")
    assert main(["read", "--dry-run", "a.txt", "--json"]) == 0
    assert "a.txt.meta.json" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", ".", "/dev/null", "no-such.txt"])
def test_what_is_no_file_is_named_and_not_read(region, capsys, name):
    assert "→" in refused(capsys, "read", "--dry-run", name)


@pytest.mark.skipif(os.name != "posix", reason="names are Unicode there")
def test_a_file_name_in_another_encoding_is_told_and_not_kept(region, capsys):
    before = state(region)
    name = os.fsdecode(b"\xd0\xd0.txt")
    Path(name).write_text(REPORT, encoding="utf-8")
    assert "UTF-8" in refused(capsys, "read", name)
    assert state(region) == before


@pytest.mark.parametrize("data", [b"", os.urandom(900), None], ids=["empty", "noise", "cut"])
def test_a_damaged_copy_in_the_cache_is_made_again(region, capsys, data):
    assert main(["review", "--json"]) == 0
    asked = capsys.readouterr().out
    for path in (region / "cache").glob("*.parquet"):
        path.write_bytes(path.read_bytes()[:-20] if data is None else data)
    assert main(["review", "--json"]) == 0
    assert capsys.readouterr().out == asked


def test_a_cache_that_is_cleared_under_an_open_region_is_made_again(region):
    found = open_region(region)
    shutil.rmtree(region / "cache")
    assert len(found.table("projects")) == 4
    found.close()


def test_a_copy_with_a_damaged_page_is_made_again(region):
    found = open_region(region)
    found.table("projects")
    found.close()
    for path in (region / "cache").glob("projects-*.parquet"):
        whole = path.read_bytes()
        path.write_bytes(whole[:4] + bytes(len(whole) // 2) + whole[4 + len(whole) // 2 :])
    again = open_region(region)
    assert len(again.table("projects")) == 4
    again.close()


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"revision": 1e400, "hash": "a"}', '{"revision": "x"}'])
def test_a_damaged_anchor_stops_the_work_with_a_word(region, capsys, text):
    (region / "head.json").write_text(text, encoding="utf-8")
    assert "head.json" in refused(capsys, "log")


def test_a_database_that_lost_the_name_of_its_region_is_refused(region, capsys):
    by_hand(region, "DELETE FROM meta WHERE key = 'store'")
    assert "another program" in refused(capsys, "log")


def test_a_newer_layout_and_a_cut_history_are_refused(region, capsys):
    by_hand(region, "DELETE FROM revisions WHERE seq = (SELECT max(seq) FROM revisions)")
    assert "acknowledged" in refused(capsys, "log")
    by_hand(region, "UPDATE meta SET value = '99' WHERE key = 'schema'")
    assert "Upgrade" in refused(capsys, "log")


def test_an_audit_record_that_cannot_be_read_is_named_by_verify_and_stops_the_log(region, capsys):
    by_hand(region, "UPDATE revisions SET counts = '{nonsense' WHERE seq = 1")
    assert "1" in refused(capsys, "verify")
    assert "hechang verify" in refused(capsys, "log")


def test_a_value_nobody_wrote_is_an_audit_fault_and_not_a_crash(region, capsys):
    by_hand(region, "UPDATE projects SET invest_total = 'viel'")
    shutil.rmtree(region / "cache")
    assert "hechang verify" in refused(capsys, "export", "projects", "out.csv")


def test_a_database_with_a_damaged_page_is_told_when_it_is_met(region, capsys):
    by_hand(region)
    database = region / "register.db"
    with pysqlite3.connect(str(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'places'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    shutil.rmtree(region / "cache")
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert "backup" in refused(capsys, "export", "places", "out.csv")
    assert "backup" in refused(capsys, "verify")


@pytest.mark.parametrize(
    "line", ["name = 5", "languages = 5", 'languages = ["fr"]', "languages = []", "day = 5", 'demo = "no"', "plan = 7"]
)
def test_a_setting_of_the_wrong_kind_is_refused(region, capsys, line):
    (region / "hechang.toml").write_text(line, encoding="utf-8")
    assert line.partition(" ")[0] in refused(capsys, "log")


@pytest.mark.parametrize("where", ["~nobody-of-this-name/x", "postgresql://h/d", "postgresql:/h/d"])
def test_a_region_that_is_no_folder_is_refused(region, capsys, where):
    refused(capsys, "log", "--region", where)
    refused(capsys, "init", where)
    refused(capsys, "demo", where, "--no-serve")
    assert not Path("postgresql:").exists()


def test_an_unknown_column_stops_an_import_and_writes_nothing(region, capsys):
    before = state(region)
    Path("a.csv").write_text("项目名称,属地,神秘列\n甲路,a,1\n", encoding="utf-8")
    assert "神秘列" in refused(capsys, "import", "projects", "a.csv", "--by", "a", "--why", "b")
    assert state(region) == before


def test_a_running_number_of_an_office_is_only_left_out(region):
    Path("a.csv").write_text("序号,项目名称,属地\n1,甲路示例,a\n", encoding="utf-8")
    found = open_region(region)
    seen = preview(found, "projects", Path("a.csv"))
    found.close()
    assert (seen.ready, [one.kind for one in seen.findings]) == (True, ["counting-column"])


def test_findings_are_told_where_the_marked_copy_cannot_be_written(region, capsys):
    Path("a.csv").write_text("项目名称,属地,神秘列\n甲路,a,1\n", encoding="utf-8")
    Path("a-标注.xlsx").mkdir()
    assert "神秘列" in refused(capsys, "import", "projects", "a.csv", "--dry-run")


def test_two_imports_made_of_one_preview_do_not_both_go_in(region, monkeypatch):
    Path("a.csv").write_text(HEAD + "甲路示例,a,5\n", encoding="utf-8")
    first, second = open_region(region), open_region(region)
    seen = preview(first, "projects", Path("a.csv"))
    monkeypatch.setattr(type(second), "latest", lambda self: self)  # the other import comes after this was asked
    commit(first, seen, by="a", why="b")
    with pytest.raises(Conflict):
        commit(second, seen, by="a", why="b")
    first.close()
    second.close()
    assert state(region)[0]


LINES = (
    ("undo", "999999999999999999999999", "--by", "a", "--why", "b"),
    ("list", "signed-not-filed", "--grace", "9" * 30),
    ("list", "signed-not-filed", "--out", "no-such-folder/x.xlsx"),
    ("review", "kind=nope"),
    ("review", "state=nope"),
)  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_values_beyond_sense_are_refused(region, capsys, line):
    before = state(region)
    refused(capsys, *line)
    assert state(region) == before


@pytest.mark.parametrize("limit", ["-1", "0", "9" * 25])
def test_a_number_of_lines_beyond_sense_is_wrong_usage(region, capsys, limit):
    refused(capsys, "log", f"--limit={limit}", status=2)


def test_a_stopped_command_says_so(region, capsys, monkeypatch):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("hechang.region.opening.open_folder", stop)
    assert "Stopped" in refused(capsys, "log")


def test_a_region_that_cannot_be_laid_out_leaves_nothing_behind(tmp_path, capsys, monkeypatch):
    def full(*_args, **_options):
        raise sa.exc.OperationalError("", None, pysqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr("hechang.store.folder.write_engine", lambda path: path.touch() or sa.create_engine("sqlite://"))
    monkeypatch.setattr("hechang.store.folder.lay_out", full)
    with pytest.raises(StoreError):
        create_folder(tmp_path / "new.hc", "x")
    assert not list((tmp_path / "new.hc").iterdir())
