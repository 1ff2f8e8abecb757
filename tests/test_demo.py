"""The demonstration shows the whole loop, and a second call builds nothing again."""

import json
import time
from pathlib import Path

import pytest

from hechang.cli import main


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Folder, summary and seconds of one demonstration."""
    folder = tmp_path_factory.mktemp("demo") / "region.hc"
    lines = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hechang.cli.speech.Desk.answer", lambda _, document, *rest: lines.append(document))
        start = time.perf_counter()
        status = main(["demo", str(folder), "--no-serve", "--json"])
    assert status == 0
    return folder, lines[0], time.perf_counter() - start


@pytest.mark.slow
def test_the_summary_counts_every_step(shown):
    _, found, _ = shown
    assert found["counts"]["documents"] >= 8
    assert all(found["counts"][name] for name in ("events", "directives", "persons", "projects", "returns", "places"))
    assert found["one_event"]["versions"] == 3
    assert found["proposals"]["accepted"] > 0
    assert found["workbook"]["findings"] > 10
    rows = {one["id"]: one["rows"] for one in found["lists"]}
    assert list(rows)[:3] == ["signed-not-filed", "filed-not-started", "behind-schedule"]
    wanted = ("lights", "slips-open", "five-rates", "contradictions", "overdue-tasks", "approvals-late", "slipped")
    assert all(rows[id] for id in (*list(rows)[:3], *wanted))
    assert found["measure"]["id"] == "rail-reach"
    assert found["measure"]["places"] + found["measure"]["missing"] == 71
    assert found["site"]["files"] > 20
    assert found["audit"] == {"whole": True}


@pytest.mark.slow
def test_two_months_of_nine_offices_come_in_with_their_faults(shown):
    told = shown[1]["supervised"]
    assert [(one["bodies"], one["returns"], one["late"]) for one in told["rounds"]] == [(9, 9, 1), (9, 9, 1)]
    assert [one["sent_back"] for one in told["rounds"]] == [2, 1]
    assert [one["conflicts"] for one in told["rounds"]] == [0, 1]
    assert (told["totals"], told["letters"]) == (2, 12)
    assert told["renamed"] >= 6
    assert told["lights"]["red"] > 100
    assert Path(told["bulletin"]).read_bytes().startswith(b"PK")


@pytest.mark.slow
@pytest.mark.measured
def test_the_demonstration_does_not_take_long(shown):
    assert shown[2] < 300  # about 90 s on a machine with nothing else to do


@pytest.mark.slow
def test_the_sent_workbook_comes_back_with_its_faults_marked(shown):
    from openpyxl import load_workbook

    _, found, _ = shown
    book = load_workbook(found["workbook"]["annotated"])
    assert any(cell.comment for sheet in book for row in sheet.iter_rows() for cell in row)


@pytest.mark.slow
def test_a_second_call_opens_what_is_there(shown, capsys):
    folder, found, _ = shown
    capsys.readouterr()
    assert main(["demo", str(folder), "--no-serve", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["revision"] == found["revision"]
    assert again["counts"] == found["counts"]


@pytest.mark.slow
def test_the_reviewer_and_the_reason_are_in_the_log(shown, capsys):
    capsys.readouterr()
    assert main(["log", "--region", str(shown[0]), "--json"]) == 0
    log = json.loads(capsys.readouterr().out)["revisions"]
    assert ("demo", "demonstration") in {(one["actor"], one["reason"]) for one in log}


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("all my work", encoding="utf-8")
    assert main(["demo", str(tmp_path), "--no-serve", "--lang", "en"]) == 1
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "all my work"
