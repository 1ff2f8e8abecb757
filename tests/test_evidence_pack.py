"""The evidence pack of a project or task: read without hechang, verified without hechang."""

import json
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser

import pytest

import hechang as hc
from hechang.publish.exports.evidence_pack import evidence_pack
from hechang.store.signing import KEYS
from hechang.terms.errors import InputError, NotKnown

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def region(tmp_path):
    """A project with a past: renamed, with a stage taken away, a paper, a sentence and a file that prove it."""
    made = hc.tiny(tmp_path / "t.hc")
    with made.edit(by="zhang", why="named in the report", source="statement:s2") as e:
        e.put("projects", {"id": "p1", "name": f"甲乙快线 {SCRIPT}"})
    with made.latest().edit(by="li", why="filed") as e:
        sha = e.blob(b"permit")
        e.put("documents", {"id": "permit", "title": "备案证", "kind": "other", "path": "permit.pdf", "sha256": sha})
        e.put("attachments", {"object": "p1", "document": "permit", "title": "备案证", "kind": "permit"})
        ids = e.put("project_events", {"project": "p1", "stage": "filed", "actual": "2022-09"})
    with made.latest().edit(by="li", why="too early") as e:
        e.end("project_events", ids)
    yield made.latest()
    made.close()


def packed(region, tmp_path, id="p1"):
    told = evidence_pack(region, tmp_path / "p.zip", object=id)
    with zipfile.ZipFile(tmp_path / "p.zip") as kept:
        kept.extractall(tmp_path / "pack")
    return told, tmp_path / "pack"


def verified(folder):
    line = [sys.executable, "-I", "verify_audit.py"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_the_pack_holds_rows_history_files_and_proofs_that_verify_alone(region, tmp_path):
    told, folder = packed(region, tmp_path)
    status, out = verified(folder)
    assert (status, "Whole" in out) == (0, True), out
    assert "4 proofs" in out and "2 files" in out
    assert (told["revisions"], told["files"]) == (4, 2)
    rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    tables = {(one["table"], one["id"]) for one in rows["rows"]}
    assert {("projects", "p1"), ("statements", "s2"), ("documents", "report"), ("documents", "permit")} <= tables
    assert not [one for one in tables if one[0] == "statements" and one[1] != "s2"]
    ended = [one for one in rows["versions"] if one["op"] == "end"]
    assert [one["reason"] for one in ended] == ["too early"]


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]


def test_the_page_is_read_in_both_languages_and_loads_nothing(region, tmp_path):
    _, folder = packed(region, tmp_path)
    text = (folder / "index.html").read_text(encoding="utf-8")
    page = Reader()
    page.feed(text)
    assert "script" not in page.tags and "&lt;script&gt;" in text
    assert page.links and all((folder / link).is_file() for link in page.links)
    for word in (
        "签约项目",
        "甲乙快线",
        "建设甲乙快线",
        "too early",
        "Rows and their history",
        "数据与历史",
        "虚构示例",
    ):
        assert word in text
    assert re.search(r"<pre>tiny-\w+\n\d+\n", text)


@pytest.mark.parametrize("change", [
    ("proofs/000000002.json", "甲乙快线", "甲丙快线"), ("proofs/000000002.json", "named in", "known to"),
    ("public_key", "tiny", "tony"),
])  # fmt: skip
def test_a_pack_that_was_changed_is_found_out(region, tmp_path, change):
    _, folder = packed(region, tmp_path)
    path = folder / change[0]
    text = path.read_text(encoding="utf-8")
    assert change[1] in text
    path.write_text(text.replace(change[1], change[2]), encoding="utf-8")
    assert verified(folder)[0] == 1


def test_a_changed_file_is_found_out(region, tmp_path):
    _, folder = packed(region, tmp_path)
    next((folder / "files").glob("*.pdf")).write_bytes(b"forged")
    assert verified(folder)[0] == 1


def test_a_task_has_a_pack_too(tiny, tmp_path):
    with tiny.edit(by="zhang", why="minutes") as e:
        e.put("tasks", {"id": "t1", "name": "水厂改造", "lead": "office-y", "due": "2022-12"})
        e.put("milestones", {"task": "t1", "name": "开工", "due": "2022-10"})
    told, folder = packed(e.after, tmp_path, "t1")
    assert told["rows"] == 2
    assert verified(folder)[0] == 0


def test_without_a_key_the_pack_says_that_nothing_is_signed(tmp_path, monkeypatch):
    monkeypatch.setenv(KEYS, str(tmp_path / "file" / "keys"))
    (tmp_path / "file").write_text("no folder")
    region = hc.create(tmp_path / "r.hc", hc.Settings(day="2022-09-27"))
    with region.edit(by="zhang", why="test") as e:
        e.put("projects", {"id": "p", "name": "x"})
    _, folder = packed(e.after, tmp_path, "p")
    assert "尚未签名" in (folder / "index.html").read_text(encoding="utf-8")
    assert verified(folder)[0] == 0
    region.close()


def test_who_asks_wrongly_is_told(region, tmp_path):
    with pytest.raises(InputError, match="--object"):
        evidence_pack(region, tmp_path / "p.zip")
    with pytest.raises(NotKnown):
        evidence_pack(region, tmp_path / "p.zip", object="nobody")
    public = hc.open(region.folder, reader="public")
    with pytest.raises(InputError, match="may not write"):
        evidence_pack(public, tmp_path / "p.zip", object="p1")
    public.close()
    assert not (tmp_path / "p.zip").exists()
