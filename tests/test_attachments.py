"""Files as evidence: what may be attached, how it is kept, what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from hechang.register.attachments import LARGEST, About, attach, attached, file_type
from hechang.terms.errors import FileFault, InputError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(zipfile.ZipInfo(name), "x")  # of no day: a test is named by these bytes
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (PNG, "现场.PNG", "PNG"),
        (b"\xff\xd8\xff\xe0", "a.jpeg", "JPEG"),
        (b"%PDF-1.4", "a.pdf", "PDF"),
        (zipped("word/document.xml"), "a.docx", "DOCX"),
        (zipped("xl/workbook.xml"), "a.xlsx", "XLSX"),
        (zipped("图/a.dwg"), "a.zip", "ZIP"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(data, name, kind):
    assert file_type(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"MZ\x90", "a.jpg", "program"),
        (b"\x7fELF", "a.pdf", "program"),
        (b"#!/bin/sh", "a.png", "program"),
        (b"<svg onload=alert(1)>", "a.svg", "none of"),
        (b"plain text", "a.txt", "none of"),
        (PNG, "a.jpg", "PNG file by its content"),
        (b"%PDF-1.4", "a.exe", "PDF file by its content"),
        (zipped("setup.EXE"), "a.zip", "program or macro"),
        (zipped("word/document.xml", "word/vbaProject.bin"), "a.docx", "program or macro"),
        (zipped("xl/workbook.xml")[:40], "a.xlsx", "damaged"),
    ],
)
def test_a_file_that_may_do_harm_or_is_another_is_refused_in_both_languages(data, name, said):
    with pytest.raises(FileFault, match=said) as fault:
        file_type(data, name)
    assert name in fault.value.zh and any("\u4e00" <= c <= "\u9fff" for c in fault.value.zh)


def attaching(region, folder, data=PNG, about=None, object="p1", name="现场.png"):
    path = folder / name
    path.write_bytes(data)
    return attach(region, object, path, about or About("现场", kind="photo"), by="zhang", why="visit")


def test_a_photo_is_kept_with_its_document_in_one_edit(tiny, tmp_path):
    about = About(" 现场 ", "photo", "2022年9月20日", 120.3, 31.5, "西侧")
    after = attaching(tiny, tmp_path, about=about)
    row = attached(after, ["p1"]).iloc[0]
    assert row[["title", "taken", "lon", "lat", "note", "path"]].tolist() == [
        "现场", "2022-09-20", 120.3, 31.5, "西侧", "现场.png",
    ]  # fmt: skip
    assert after.blob(row["sha256"]) == PNG and after.revision == tiny.revision + 1
    kept = after.table("attachments").iloc[0]
    project = tiny.table("projects").loc["p1"]
    assert kept[["owner", "scope", "level", "synthetic"]].tolist() == [project["owner"], project["scope"], 1, True]


def test_the_same_file_attached_twice_is_one_document(tiny, tmp_path):
    again = attaching(attaching(tiny, tmp_path), tmp_path, about=About("再用", kind="photo"))
    assert len(attached(again, ["p1"])) == 2
    assert len(again.table("documents")) == len(tiny.table("documents")) + 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"object": "nobody"}, "takes attachments"),
        ({"data": b""}, "empty"),
        ({"data": PNG + b"0" * LARGEST}, "at most 20 MB"),
        ({"data": b"%PDF-1.4", "name": "a.pdf"}, "no photo"),
        ({"about": About("x", kind="film")}, "kind of attachment"),
        ({"about": About(" ", kind="photo")}, "title"),
        ({"about": About("x", kind="photo", taken="soon")}, "is no day"),
        ({"about": About("x", kind="photo", lon=120.0)}, "is no spot"),
        ({"about": About("x", kind="photo", lon=120.0, lat=91.0)}, "is no spot"),
    ],
)
def test_what_cannot_be_attached_is_refused_and_nothing_is_written(tiny, tmp_path, change, said):
    with pytest.raises(InputError, match=said) as fault:
        attaching(tiny, tmp_path, **change)
    assert any("\u4e00" <= c <= "\u9fff" for c in fault.value.zh)
    assert tiny.latest().revision == tiny.revision


def test_a_file_of_exactly_20_mb_can_be_attached(tiny, tmp_path):
    after = attaching(tiny, tmp_path, data=PNG + b"0" * (LARGEST - len(PNG)))
    assert len(attached(after, ["p1"])) == 1


def test_an_attachment_of_a_project_that_ended_is_found(tiny, tmp_path):
    region = attaching(tiny, tmp_path)
    with region.edit(by="tester", why="taken away") as e:
        e.end("projects", ["p1"])
    assert [one.value for one in e.after.check() if one.kind == "lost-object"] == ["p1"]
