"""What the command line promises: one JSON document, the user's language, a clear word and a status for every fault."""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hechang.cli import main
from hechang.cli.app import LATER, verbs
from hechang.cli.speech import locale_language
from hechang.region.tiny import tiny as make_tiny

NAMES = [verb["verb"] for verb in verbs()]
LINES = (
    "log", "log p1", "verify", "check", "review", "catalogue", "catalogue rail-reach", "measure rail-reach",
    "measure --all", "list signed-not-filed", "list filed-not-started --grace 60", "list behind-schedule",
)  # fmt: skip
ASKED = [line.split() for line in LINES]
FAULTS = (
    (["list", "signed-not-fild"], 1, "signed-not-filed"),
    (["list", "signed-not-filed", "--grace", "soon"], 1, "grace"),
    (["list", "signed-not-filed", "--grase", "9"], 2, "--grace"),
    (["list"], 2, "hechang list --help"),
    (["measure", "rail-reach", "--on", "yesterday"], 1, "2022-09-27"),
    (["measure", "rail-reach", "--branch", "nowhere"], 1, "nowhere"),
    (["measure"], 2, "--all"),
    (["log", "no-such-row"], 1, "no-such-row"),
    (["undo", "1"], 2, "--by"),
    (["undo", "99", "--by", "a", "--why", "b"], 1, "99"),
    (["import", "project", "x.xlsx", "--dry-run"], 1, "projects"),
    (["import", "projects", "no-such-file.xlsx", "--dry-run"], 1, "no-such-file.xlsx"),
    (["read", "no-such-file.txt"], 1, "no-such-file.txt"),
    (["export", "projects", "projects.doc"], 1, ".xlsx"),
    (["log", "--region", "no-such-folder"], 1, "hechang init"),
    (["nonsense"], 2, "nonsense"),
    (["log", "--lang", "fr"], 2, "fr"),
    (["serve", "--port", "99999999"], 2, "port"),
)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    """A region to copy: making one takes longer."""
    folder = tmp_path_factory.mktemp("pattern") / "region.hc"
    made = make_tiny(folder)
    made.check()
    made.close()
    return folder


@pytest.fixture
def region(pattern, tmp_path, monkeypatch):
    """A region of its own in the current folder; commands find it without being told."""
    shutil.copytree(pattern, tmp_path / "region.hc")
    monkeypatch.chdir(tmp_path)
    for name in ("HECHANG_REGION", "HECHANG_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    return tmp_path / "region.hc"


def said(capsys, *line):
    """Status, standard output, standard error of one command."""
    capsys.readouterr()
    status = main(list(line))
    return status, *capsys.readouterr()


@pytest.mark.parametrize("line", ASKED, ids=" ".join)
def test_json_is_one_document_and_nothing_else(region, capsys, line):
    status, out, _ = said(capsys, *line, "--json")
    assert status == 0
    assert json.loads(out) is not None


@pytest.mark.parametrize("line", ASKED, ids=" ".join)
def test_people_get_an_answer_in_both_languages(region, capsys, line):
    answers = [said(capsys, *line, "--lang", lang) for lang in ("zh", "en")]
    assert [status for status, _, _ in answers] == [0, 0]
    assert all(out.strip() for _, out, _ in answers)


@pytest.mark.parametrize(("line", "status", "hint"), FAULTS, ids=[" ".join(fault[0]) for fault in FAULTS])
def test_a_fault_ends_with_one_clear_message_and_its_status(region, capsys, line, status, hint):
    for lang in ("zh", "en"):
        found, out, told = said(capsys, *line, *([] if "--lang" in line else ["--lang", lang]))
        assert (found, out) == (status, "")
        assert hint in told
        assert "Traceback" not in told
        assert "unforeseen" not in told
        assert "意料之外" not in told


def test_a_chinese_reader_gets_chinese_words_for_a_wrong_line(region, capsys):
    assert "缺少参数" in said(capsys, "list", "--lang", "zh")[2]
    assert "没有这个命令" in said(capsys, "nonsense", "--lang", "zh")[2]


def test_a_fault_in_json_is_a_document_too(region, capsys):
    status, out, told = said(capsys, "list", "signed-not-fild", "--json")
    assert status == 1
    assert json.loads(out)["error"]["kind"] == "NotKnown"
    assert told


@pytest.mark.parametrize("name", LATER)
def test_what_is_not_there_yet_says_so(capsys, name):
    status, out, told = said(capsys, name, "x", "--lang", "en")
    assert (status, out) == (2, "")
    assert "not there yet" in told


def test_help_shows_what_is_there_and_hides_what_is_not(capsys):
    _, out, _ = said(capsys, "--help")
    shown = re.findall(r"^  ([a-z][a-z-]+) ", out, flags=re.M)
    assert shown == NAMES
    assert not set(shown) & set(LATER)


@pytest.mark.parametrize("name", NAMES)
def test_every_help_has_an_example(capsys, name):
    status, out, _ = said(capsys, name, "--help")
    assert status == 0
    assert f"hechang {name}" in out.split("Example", 1)[1]
    assert "--json" in out


def test_the_language_follows_the_locale():
    assert locale_language({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert locale_language({"LANG": "de_DE.UTF-8"}) == "en"
    assert locale_language({}) == "en"


def test_a_list_goes_to_a_workbook_with_what_it_rests_on(region, capsys):
    from openpyxl import load_workbook

    assert said(capsys, "list", "signed-not-filed", "--out", "list.xlsx")[0] == 0
    book = load_workbook("list.xlsx")
    sheet = book["signed-not-filed"]
    cells = {cell.value for row in sheet.rows for cell in row}
    assert {"Reason", "Signed 100 days ago, not filed"} <= cells
    assert any("90 days (our assumption)" in str(cell) for cell in cells)
    assert "revision" in [row[0].value for row in book["about"].rows]


def test_undo_is_a_revision_itself(region, capsys):
    status, out, _ = said(capsys, "undo", "1", "--by", "zhang", "--why", "a test", "--json")
    assert status == 0
    assert json.loads(out)["revision"].endswith(":2")
    assert json.loads(said(capsys, "log", "--json")[1])["revisions"][0]["actor"] == "zhang"


def test_a_broken_audit_chain_ends_with_one_and_names_the_place(region, capsys):
    import pysqlite3

    with pysqlite3.connect(str(region / "register.db")) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE projects SET name = 'another' WHERE id = 'p1'")
    connection.close()
    status, out, _ = said(capsys, "verify", "--json")
    assert status == 1
    assert [fault["revision"] for fault in json.loads(out)["faults"]] == [1]


@pytest.mark.parametrize("kind", ["measure", "list", "decision", "reader", "export"])
def test_a_new_card_is_a_file_that_compiles(region, capsys, kind, tmp_path):
    assert said(capsys, "new", kind, "bus-reach")[0] == 0
    text = (tmp_path / "bus_reach.py").read_text(encoding="utf-8")
    compile(text, "bus_reach.py", "exec")
    assert said(capsys, "new", kind, "bus-reach")[0] == 1


def test_init_makes_an_empty_region_and_refuses_a_full_folder(region, capsys):
    assert said(capsys, "init", "new.hc")[0] == 0
    assert said(capsys, "check", "--region", "new.hc")[0] == 0
    assert said(capsys, "init", "new.hc")[0] == 1


def test_what_nobody_foresaw_is_written_to_a_file(region, capsys, monkeypatch):
    def fall(*_):
        raise ZeroDivisionError("unheard of")

    monkeypatch.setattr("hechang.cli.history.records", fall)
    status, out, told = said(capsys, "log", "--lang", "en")
    assert (status, out) == (1, "")
    path = re.search(r"Details: (\S+)", told).group(1)
    assert "unheard of" in Path(path).read_text(encoding="utf-8")


def test_help_comes_at_once_in_a_new_process(region):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "hechang.cli", "--help"], check=True, capture_output=True)
    assert time.perf_counter() - start < 3  # the goal is 1 s; the rest is for a busy machine


def test_a_command_in_a_new_process_is_cold_for_few_seconds(region):
    start = time.perf_counter()
    line = [sys.executable, "-m", "hechang.cli", "list", "signed-not-filed", "--json"]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    assert time.perf_counter() - start < 6  # the goal is 3 s; the rest is for a busy machine
    assert json.loads(done.stdout)["card"]["id"] == "signed-not-filed"


def sheet(path, total):
    """A file of two projects."""
    path.write_text(
        f"项目代码,项目名称,所在地,总投资(万元)\nN-1,新项目一,a,500\nN-2,新项目二,b,{total}\n", encoding="utf-8"
    )
    return str(path)


def test_an_import_is_previewed_then_written_with_its_cells_as_proof(region, capsys, tmp_path):
    file = sheet(tmp_path / "new.csv", "600")
    line = ["import", "projects", file, "--json"]
    preview = json.loads(said(capsys, *line, "--dry-run")[1])
    assert (preview["ready"], preview["counts"]["new"], preview["revision"]) == (True, 2, 1)
    status, out, _ = said(capsys, *line, "--by", "zhang", "--why", "a return")
    assert status == 0
    assert json.loads(out)["written"].endswith(":2")
    assert said(capsys, *line)[0] == 2, "an import asks who and why"


def test_a_faulty_import_writes_nothing_and_gives_the_sheet_back_with_marks(region, capsys, tmp_path):
    file = sheet(tmp_path / "faulty.csv", "many")
    status, out, _ = said(capsys, "import", "projects", file, "--by", "zhang", "--why", "a return", "--json")
    found = json.loads(out)
    assert (status, found["ready"], found["written"]) == (1, False, None)
    assert [finding["cell"] for finding in found["findings"]] == ["D3"]
    assert Path(found["annotated"]).is_file()
    assert len(json.loads(said(capsys, "log", "--json")[1])["revisions"]) == 1


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_was_exported_comes_in_again_without_a_change(region, capsys, tmp_path, suffix):
    file = str(tmp_path / f"projects{suffix}")
    assert said(capsys, "export", "projects", file)[0] == 0
    again = json.loads(said(capsys, "import", "projects", file, "--dry-run", "--json")[1])
    assert (again["counts"]["new"], again["counts"]["changed"], again["ready"]) == (0, 0, True)


def test_documents_are_read_reviewed_and_known_again(region, capsys, tmp_path):
    file = tmp_path / "report.txt"
    file.write_text("9月27日,甲乙两市规划推进会召开。会议强调,要加快建设甲乙快线。", encoding="utf-8")
    kept = json.loads(said(capsys, "read", str(file), "--json")[1])
    assert kept["counts"]["directive"] == 1
    assert said(capsys, "review", "--accept", "kind=directive", "--by", "zhang", "--why", "checked")[0] == 0
    waiting = json.loads(said(capsys, "review", "state=accepted", "--json")[1])["proposals"]
    assert [one["kind"] for one in waiting] == ["directive"]
    assert json.loads(said(capsys, "read", str(file), "--json")[1])["known"] == [str(file)]


def test_an_edition_is_kept_and_worked_out_again(region, capsys):
    line = ("edition", "keep", "signed-not-filed", "--by", "zhang", "--why", "month end", "--json")
    status, out, _ = said(capsys, *line)
    assert status == 0
    assert [(row["list"], row["count"]) for row in json.loads(out)["editions"]] == [("signed-not-filed", 1)]
    assert json.loads(said(capsys, *line)[1])["editions"] == []
    status, out, _ = said(capsys, "edition", "check", "2022-09", "--json")
    assert status == 0
    assert [row["same"] for row in json.loads(out)["editions"]] == [True]
    assert said(capsys, "edition", "check", "1999-01")[0] == 1


def test_an_edition_that_cannot_be_worked_out_the_same_ends_with_one(region, capsys):
    import hechang as hc

    with hc.open(region).edit(by="zhang", why="an edition nobody could make", source="person:zhang") as e:
        row = {"list": "signed-not-filed", "edition": "2022-09", "day": "2022-09-27", "of_revision": 1, "options": {}}
        e.put("editions", {**row, "rows": [{"id": "nobody"}], "hash": "0"})
    status, out, _ = said(capsys, "edition", "check", "2022-09", "--lang", "en")
    assert status == 1
    assert "NOT the same" in out and "missing: nobody" in out
