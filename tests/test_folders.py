"""A folder of any number of files: read in a stream, taken up again after a kill, no fault of one stops the others."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hechang.cli import main
from hechang.cli.progress import EVERY, pace
from hechang.intake import propose, read_documents
from hechang.intake.document import Document
from hechang.intake.folders import files_in, propose_folder
from hechang.intake.one_by_one import Step
from hechang.intake.spool import Spool
from hechang.intake.streaming import read_stream
from hechang.region.tiny import reopened
from test_reading import REPORT


def folder_of(home: Path, number: int) -> Path:
    """Reports of different events, the first two of one event, the second without a year."""
    home.mkdir(exist_ok=True)
    for n in range(number):
        text = REPORT.replace("27日", f"{n % 28 + 1}日").replace("推进会", f"第{n}号工程推进会")
        (home / f"{n:05}.txt").write_text(text, encoding="utf-8")
        (home / f"{n:05}.txt.meta.json").write_text('{"published": "2022-09-29"}', encoding="utf-8")
    (home / "00001.txt").write_text(
        REPORT.replace("推进会", "第0号工程推进会").replace("9月27日", "1日上午"), encoding="utf-8"
    )
    (home / "00001.txt.meta.json").unlink()
    return home


def whole(made) -> dict:
    parts = {"documents": list(made.documents()), "same_event": made.same_event}
    parts |= {"differences": list(made.differences()), "contradictions": made.contradictions()}
    return parts | {"reprints": made.reprints()}


def test_files_of_a_folder_are_found_in_order_and_without_what_is_told_of_them(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "region.hc").mkdir()
    for name in (
        "region.hc/hechang.toml",
        "region.hc/kept",
        "b/2.txt",
        "a.txt",
        "a.txt.meta.json",
        ".hidden",
        "b/1.html",
    ):
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert [str(Path(one).relative_to(tmp_path)) for one in files_in([tmp_path])] == ["a.txt", "b/1.html", "b/2.txt"]


def test_the_stream_tells_the_same_as_reading_all_at_once(tmp_path):
    home = folder_of(tmp_path / "in", 6)
    news = "丙市现场会昨天召开\n\n昨天下午,丙市水厂建设现场会召开。会议强调,要加快建设水厂。\n"
    page = REPORT.replace("推进会", "第0号工程推进会").replace("27日", "1日")  # nobody says when the page was printed
    (home / "00006.txt").write_text(f"{page}\n\n{news}", encoding="utf-8")
    files = files_in([home])
    expected, _ = read_documents(files)
    with Spool() as spool:
        found = whole(read_stream(files, spool))
    assert found["same_event"] == expected["same_event"] and len(found["same_event"]) == 1
    *_, last = found["documents"]
    assert {one["date"]["value"] for one in last["events"]} == {"2022-09-01"} and len(last["events"]) == 2
    assert found["differences"] == json.loads(json.dumps(expected["differences"]))
    assert found["documents"] == json.loads(json.dumps(expected["documents"]))
    assert found["reprints"] == expected["reprints"]


def test_a_text_that_another_page_prints_again_is_told(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(REPORT + "(来源:某报)\n", encoding="utf-8")
    (tmp_path / "c.txt").write_text("市长赴某县调研防汛工作,要求压实责任。\n", encoding="utf-8")
    assert main(["read", str(tmp_path), "--dry-run", "--json"]) == 0
    (group,) = json.loads(capsys.readouterr().out)["reprints"]
    assert [Path(one).name for one in group["documents"]] == ["a.txt", "b.txt"]
    assert 0.8 <= group["similarity"] < 1
    assert main(["read", str(tmp_path), "--dry-run", "--lang", "zh"]) == 0
    assert "文本几乎相同" in capsys.readouterr().out


def test_no_document_is_held_once_it_was_read(tmp_path):
    files, most = files_in([folder_of(tmp_path / "in", 12)]), []
    with Spool() as spool:
        read_stream(files, spool, lambda _: most.append(sum(isinstance(one, Document) for one in gc.get_objects())))
    assert max(most) <= min(most) + 1


def test_a_broken_file_stops_no_other_and_stands_in_the_list_at_the_end(tmp_path, capsys, monkeypatch):
    home = folder_of(tmp_path / "in", 4)
    (home / "00002.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert main(["read", str(home), "--dry-run", "--json", "--lang", "en"]) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert len(told["documents"]) == 3
    assert [Path(one["file"]).name for one in told["findings"]] == ["00002.txt"]
    assert "1 of 4 files could not be read" in err


def test_a_fault_nobody_foresaw_is_a_finding_too(tmp_path, monkeypatch):
    from hechang.intake import one_by_one

    real = one_by_one.read_file

    def failing(path, name, places=None):
        if "00001" in name:
            raise KeyError("a fault of a reader")
        return real(path, name, places)

    monkeypatch.setattr(one_by_one, "read_file", failing)
    with Spool() as spool:
        made = read_stream(files_in([folder_of(tmp_path / "in", 3)]), spool)
    assert len(made.light) == 2
    assert made.findings[0].zh and "KeyError" in made.findings[0].en


def test_a_region_takes_many_files_in_edits_and_reads_none_twice(tiny, tmp_path, monkeypatch):
    home, steps = folder_of(tmp_path / "in", 9), []
    done = propose_folder(tiny, [home], by="reader", why="a folder", batch=4, tell=steps.append)
    assert len(done.documents) == 9
    assert done.region.revision == tiny.revision + 3
    assert steps[-1] == Step(9, 9)
    from hechang.intake import one_by_one

    monkeypatch.setattr(one_by_one, "read_file", lambda *_: pytest.fail("read again"))
    again = propose_folder(done.region, [home], by="reader", why="again", batch=4)
    assert (len(again.known), again.documents, again.region.revision) == (9, [], done.region.revision)
    assert not again.findings


# --- a kill in the middle ---------------------------------------------------------------------------------------------
DRY = """
import sys
from pathlib import Path
from hechang.intake.folders import files_in
from hechang.intake.spool import Spool
from hechang.intake.streaming import read_stream
with Spool(Path(sys.argv[2])) as spool:
    read_stream(files_in([sys.argv[1]]), spool, lambda step: print(step.done, flush=True))
"""
KEEP = """
import sys
from hechang.intake.folders import propose_folder
from hechang.region.tiny import reopened
propose_folder(reopened(sys.argv[2]), [sys.argv[1]], by="r", why="w", batch=5,
               tell=lambda step: print(step.done, flush=True))
"""


def killed_at(script: str, number: int, *line: str) -> None:
    """Run a script and kill it without a word once it has read so many files."""
    child = subprocess.Popen([sys.executable, "-c", script, *line], stdout=subprocess.PIPE, text=True,
                             env=os.environ)  # fmt: skip
    assert child.stdout is not None
    for said in child.stdout:
        if int(said) >= number:
            child.send_signal(signal.SIGKILL)
            break
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL


def test_after_a_kill_the_journal_is_taken_up_and_nothing_is_read_twice(tmp_path):
    home, journal = folder_of(tmp_path / "in", 24), tmp_path / "journal"
    killed_at(DRY, 12, str(home), str(journal))
    with journal.open("ab") as file:
        file.write(b'[1, "torn')  # what a kill in the middle of a line leaves
    (home / "00000.txt").write_text(REPORT, encoding="utf-8")  # other bytes: read again
    files = files_in([home])
    with Spool(journal) as spool:
        made = read_stream(files, spool)
        found = whole(made)
    assert 11 <= made.taken_up < 24
    assert found == json.loads(json.dumps(read_documents(files)[0]))


def test_after_a_kill_the_region_goes_on_and_holds_each_file_once(tiny, tmp_path):
    home = folder_of(tmp_path / "in", 24)
    tiny.close()
    killed_at(KEEP, 13, str(home), str(tiny.folder))
    region = reopened(tiny.folder)
    held = len(region.table("documents", columns=["sha256"])) - 1
    assert held % 5 == 0 and held >= 10
    done = propose_folder(region, [home], by="r", why="on")
    assert len(done.known) == held
    assert len(done.documents) == 24 - held
    assert done.region.documents["sha256"].is_unique
    assert done.region.verify().whole


def test_a_journal_that_is_told_goes_and_one_without_dry_run_is_refused(tmp_path, capsys):
    home, journal = folder_of(tmp_path / "in", 2), tmp_path / "j"
    assert main(["read", str(home), "--dry-run", "--json", "--journal", str(journal)]) == 0
    assert not journal.exists()
    assert main(["read", str(home), "--journal", str(journal)]) == 2
    assert main(["read", str(home), "--dry-run", "--journal", str(tmp_path / "no" / "j")]) == 1
    assert "→" in capsys.readouterr().err


# --- how far it is ----------------------------------------------------------------------------------------------------
def test_progress_says_counts_rate_and_what_remains_in_both_languages():
    step = Step(2000, 10_000, known=500, failed=3)
    assert pace(step, 100.0, zh=False) == "2,000 of 10,000 files, 500 known, 3 not read, 15.0/s, 8:53 left"
    assert "还需 8:53" in pace(step, 100.0, zh=True)


def test_where_nobody_looks_progress_is_a_line_now_and_then(tmp_path, capsys, monkeypatch):
    from hechang.cli import progress

    ticks = iter(range(0, 10_000, int(EVERY) // 2))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(ticks))
    home = folder_of(tmp_path / "in", 8)
    assert main(["read", str(home), "--dry-run", "--json", "--lang", "en"]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "of 8 files" in line]
    assert 2 <= len(lines) <= 5


def test_one_new_kind_of_document_is_one_file_of_another_package(tmp_path):
    """A reader in a package of its own reads its kind beside ours, on the command line and in the library."""
    (tmp_path / "hechang_minutes.py").write_text(
        '"""Minutes of our office: a mark, then the text backwards."""\n'
        "from hechang.intake.extract import Extract, File\n"
        "from hechang.terms.catalogue import reader\n\n\n"
        '@reader("office-minutes", zh="本办纪要", en="Minutes of our office", source="a test of ours")\n'
        "def office_minutes(file: File) -> Extract | None:\n"
        '    """Read minutes; None for any other file."""\n'
        '    if not file.data.startswith(b"\\x00MIN\\x00"):\n        return None\n'
        '    return Extract(file.data[5:].decode()[::-1], "utf-8", True)\n',
        encoding="utf-8",
    )
    meta = tmp_path / "hechang_minutes-1.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: hechang-minutes\nVersion: 1.0\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text("[hechang]\nminutes = hechang_minutes\n", encoding="utf-8")
    home = folder_of(tmp_path / "in", 2)
    (home / "x.min").write_bytes(b"\x00MIN\x00" + REPORT[::-1].encode())
    line = [sys.executable, "-m", "hechang.cli", "read", str(home), "--dry-run", "--json"]
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path})
    assert done.returncode == 0, done.stderr
    by_name = {Path(one["path"]).name: one for one in json.loads(done.stdout)["documents"]}
    assert len(by_name) == 3
    assert by_name["x.min"]["raw"] == REPORT
    assert [one["text"] for one in by_name["x.min"]["directives"]]


def test_the_library_reads_the_same_file_in_once(tiny, tmp_path):
    home = folder_of(tmp_path / "in", 3)
    first = propose(tiny, files_in([home]), by="r", why="w")
    assert len(propose_folder(first.region, [home], by="r", why="w").known) == 3
