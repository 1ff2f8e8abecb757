"""Documents of every format become text with places; what is broken, locked or hostile is refused in words."""

import io
import json
import os

import pytest

import documents_made as made
from hechang.cli import main
from hechang.intake import normalise, propose, read_bytes
from hechang.intake.as_json import document_json
from hechang.intake.extract import File
from hechang.intake.extraction import extract_bytes
from hechang.intake.grids import role_of
from hechang.intake.limited import process
from hechang.intake.limited.process import Bounds, Broken, call
from hechang.intake.read import read_documents, read_file
from hechang.intake.recognition import can_recognise
from hechang.intake.source_text import source_text
from hechang.intake.task_rows import table_rows
from hechang.terms.errors import FileFault
from hechang.terms.findings import errors

ocr = pytest.mark.skipif(not can_recognise(), reason="the extra ocr is not installed: pip install 'hechang[ocr]'")
SHEET = "xl/worksheets/sheet1.xml"
FORMATS = {
    "a.docx": made.word(rows=made.ROWS, header="甲市文件", footer="第1页"),
    "a.pdf": made.pdf([["甲市文件", line, f"- {page} -"] for page, line in enumerate(made.SAID, 1)]),
    "a.html": made.page(rows=made.ROWS),
    "a.xlsx": made.book([made.HEAD, *made.ROWS]),
    "a.csv": "\n".join(",".join(f'"{cell}"' for cell in row) for row in (made.HEAD, *made.ROWS)).encode("gb18030"),
    "a.txt": "\n".join(made.SAID).encode("utf-16"),
}
FORMAT_OF = {
    "a.docx": "docx-document", "a.pdf": "pdf-document", "a.html": "saved-html", "a.xlsx": "sheet-list",
    "a.csv": "sheet-list", "a.txt": "plain-text",
}  # fmt: skip
TABLES = [name for name in FORMATS if name not in ("a.pdf", "a.txt")]
WORD = "word/document.xml"


def rows_of(data, name):
    """Rows of the tables of a document: each heading with the text below it."""
    told = extract_bytes(data, name)
    rows = (block for block in told.blocks if block.kind == "row" and block.fields)
    return [{head: told.text[start:end] for head, (start, end) in row.fields.items()} for row in rows]


def fault_of(data, name="a.docx"):
    """What is said of a file that cannot be read."""
    with pytest.raises(FileFault) as met:
        read_bytes(data, name)
    assert met.value.zh and met.value.en and " → " in met.value.zh and " → " in met.value.en
    return met.value


# --- what is read ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FORMATS)
def test_each_format_is_read_and_every_span_is_proven(name):
    told = document_json(read_bytes(FORMATS[name], name, {"published": "2025-09-02"}))
    assert told["format"] == FORMAT_OF[name]
    raw = told.get("raw") or read_bytes(FORMATS[name], name).text.raw
    assert ("raw" in told) == (name not in ("a.txt", "a.csv"))
    noise = [one["span"] for one in told["noise"]]
    spans = [one for kind in ("events", "directives", "persons", "projects", "figures") for one in told[kind]]
    assert spans or name in ("a.xlsx", "a.csv")
    for one in spans:
        kept = (at for at in range(*one["span"]) if not any(start <= at < end for start, end in noise))
        assert normalise("".join(raw[at] for at in kept)) == one["text"]


@pytest.mark.parametrize("name", ["a.docx", "a.pdf", "a.html"])
def test_what_the_meeting_asked_for_is_found_in_every_format_of_text(name):
    told = document_json(read_bytes(FORMATS[name], name, {"published": "2025-09-02"}))
    assert told["events"][0]["date"]["value"] == "2025-09-01"
    assert "加快建设甲乙快线" in " ".join(one["text"] for one in told["directives"])


@pytest.mark.parametrize("name", TABLES)
def test_a_row_of_a_table_knows_its_task_its_body_and_its_day(name):
    rows = rows_of(FORMATS[name], name)
    assert [tuple(row.get(head, "") for head in made.HEAD) for row in rows] == list(made.ROWS)
    assert [role_of(head) for head in made.HEAD] == ["number", "task", "lead", "co", "deadline"]


@pytest.mark.parametrize("name", TABLES)
def test_a_reader_of_tasks_gets_task_body_and_day_of_a_row_as_proven_spans(name):
    told = read_bytes(FORMATS[name], name)
    rows = list(table_rows(told.extract, told.text))
    wanted = [(row[1], row[2], row[3], row[4]) for row in made.ROWS]
    roles = ("task", "lead", "co", "deadline")
    assert [tuple(told.text.evidence(*row.by_role[role]) for role in roles) for row in rows] == wanted


@pytest.mark.parametrize("name", TABLES)
def test_each_row_of_a_list_of_tasks_is_one_demand_with_its_bodies_and_its_day(name):
    told = document_json(read_bytes(FORMATS[name], name, {"published": "2025-01-05"}))
    by_text = {one["text"]: one for one in told["directives"]}
    for _, task, lead, co, day in made.ROWS:
        one = by_text[task]
        assert (one["kind"], one["addressee"], one["lead"]) == ("action", lead.split("、"), lead.split("、"))
        assert one["co_bodies"] == [body for body in co.split("、") if body]
        assert one["deadline"] and day[:4] in json.dumps(one["deadline"])


def test_merged_cells_belong_to_every_row_beside_them():
    import docx

    written = docx.Document(io.BytesIO(FORMATS["a.docx"]))
    table = written.tables[0]
    table.cell(2, 2).text = ""
    table.cell(1, 2).merge(table.cell(2, 2))
    held = io.BytesIO()
    written.save(held)
    below = rows_of(held.getvalue(), "a.docx")[1]
    sheet = made.book([made.HEAD, made.ROWS[0], made.ROWS[1]], merged=[(1, 2, 2, 2, "甲市交通局")])
    page = FORMATS["a.html"].replace("<td>甲市交通局".encode(), "<td rowspan='2'>甲市交通局".encode(), 1)
    page = page.replace("<td>乙市住建局</td>".encode(), b"", 1)
    for row in (below, rows_of(sheet, "a.xlsx")[1], rows_of(page, "a.html")[1]):
        assert (row["牵头单位"], row["任务"], row["完成时限"]) == ("甲市交通局", made.ROWS[1][1], made.ROWS[1][4])


@pytest.mark.parametrize(
    ("name", "words", "zh", "en"),
    [
        ("a.pdf", "要压实责任", "第3页第2行", "page 3 line 2"),
        ("a.xlsx", "推进站城融合发展", "清单 B3", "清单 B3"),
        ("a.docx", "推进站城融合发展", "1 B3", "1 B3"),
        ("a.csv", "推进站城融合发展", "B3", "B3"),
        ("a.txt", "要压实责任", "第3行", "line 3"),
    ],
)
def test_the_place_of_a_span_can_be_told(name, words, zh, en):
    told = extract_bytes(FORMATS[name], name)
    where = told.where(told.text.index(words))
    assert (where.say("zh"), where.say("en")) == (zh, en)


def test_headers_footers_and_page_numbers_are_noise_and_kept_as_spans():
    for name, kinds in (("a.pdf", {"甲市文件": "header", "- 2 -": "footer"}), ("a.docx", {"甲市文件": "header"})):
        told = read_bytes(FORMATS[name], name)
        noise = {told.text.raw[one.start : one.end]: one.kind for one in told.text.noise}
        assert {text: noise.get(text) for text in kinds} == kinds
        assert not any(text in told.text.clean for text in kinds)


def test_a_sentence_goes_on_over_the_edge_of_a_page():
    head, foot = "甲市文件", "— {} —"
    pages = [[head, "会议强调,要加快建设甲乙", foot.format(1)], [head, "快线,推进开工。", foot.format(2)]]
    told = read_bytes(made.pdf([*pages, [head, "要压实责任。", foot.format(3)]]), "a.pdf")
    assert "要加快建设甲乙快线,推进开工。" in told.text.clean


def test_a_heading_is_known_by_the_name_of_its_style_whatever_its_number():
    names = {"word/styles.xml": made.part_of(FORMATS["a.docx"], "word/styles.xml").replace(b'"Heading1"', b'"10"')}
    names[WORD] = made.part_of(FORMATS["a.docx"], WORD).replace(b'"Heading1"', b'"10"')
    told = extract_bytes(made.repacked(FORMATS["a.docx"], names), "a.docx")
    heads = [told.text[block.start : block.end] for block in told.blocks if block.kind == "heading"]
    assert heads == ["甲乙协同推进会召开"]


def test_what_a_reviewer_took_out_is_not_read():
    inside = made.part_of(FORMATS["a.docx"], WORD).decode()
    changed = inside.replace("<w:body>", "<w:body><w:p><w:del><w:r><w:t>要撤销</w:t></w:r></w:del></w:p>", 1)
    assert "撤销" not in extract_bytes(made.repacked(FORMATS["a.docx"], {WORD: changed.encode()}), "a.docx").text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "big5"])
def test_traditional_and_simplified_texts_are_read_in_their_encodings(encoding):
    traditional, simple = "會議強調,要加快建設快線,壓實責任。", "会议强调,要加快建设快线,压实责任。"
    text = simple if encoding == "gbk" else traditional
    told = read_bytes(text.encode(encoding), "a.txt")
    assert (told.text.raw, told.text.clean) == (text, simple)
    page = f"<html><meta charset='{encoding.removesuffix('-sig')}'><p>{text}</p></html>".encode(encoding)
    assert read_bytes(page, "a.html").text.clean == simple


@ocr
@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.pdf"])
def test_a_scan_is_read_and_says_that_it_was(name):
    picture = made.scanned_pdf() if name == "a.pdf" else made.scan(kind={"a.png": "PNG", "a.jpg": "JPEG"}[name])
    told = extract_bytes(picture, name)
    assert normalise(told.text) == normalise("".join(made.SAID))
    assert [one.kind for one in told.findings] == ["recognised"] and told.where(0).page == 1


# --- names and contents ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "a.csv"])
def test_a_mislabelled_file_is_read_by_its_content_and_says_so(tmp_path, name):
    wrong = tmp_path / ("a.pdf" if name != "a.pdf" else "a.docx")
    wrong.write_bytes(FORMATS[name])
    told, _, findings = read_file(wrong, str(wrong))
    assert told.extract.format == FORMAT_OF[name]
    assert [(one.kind, one.severity, one.file) for one in findings] == [("mislabelled", "warning", str(wrong))]


# --- bad input -------------------------------------------------------------------------------------------------------
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
)
OUTSIDE = LAUGHS.replace(b'<!ENTITY a "ha">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')
DEEP = b'<w:document xmlns:w="w"><w:body>' + b"<w:p>" * 90_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ZIPS = made.repacked(FORMATS["a.xlsx"], {"xl/workbook.xml": None, "b.zip": b"PK"})
BAD = {
    "a docx cut off": ("a.docx", FORMATS["a.docx"][:-900], "cut off"),
    "a docx with a broken part": ("a.docx", made.repacked(FORMATS["a.docx"], {WORD: b"<w:document><w:bo"}), WORD),
    "a docx with a password": ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "an empty docx": ("a.docx", b"", "empty"),
    "a docx with a macro": ("a.docx", made.repacked(FORMATS["a.docx"], {"word/vbaProject.bin": b"x"}), "active"),
    "a billion laughs": ("a.docx", made.repacked(FORMATS["a.docx"], {WORD: LAUGHS}), "entities"),
    "a docx that reads other files": ("a.docx", made.repacked(FORMATS["a.docx"], {WORD: OUTSIDE}), "entities"),
    "a docx nested without end": ("a.docx", made.repacked(FORMATS["a.docx"], {WORD: DEEP}), "nested"),
    "a docx that swells": ("a.docx", made.repacked(FORMATS["a.docx"], {WORD: bytes(90_000_000)}), "unpacks"),
    "a docx with climbing parts": ("a.docx", made.repacked(FORMATS["a.docx"], {"../../x": b""}), "unsafe"),
    "a zip of zips": ("a.docx", ZIPS, "archive"),
    "a pdf cut off": ("a.pdf", FORMATS["a.pdf"][:-500], "cut off"),
    "a pdf with a password": ("a.pdf", made.pdf([made.SAID], encrypt=True), "password"),
    "a pdf with a script": ("a.pdf", made.pdf([made.SAID], catalogue="/OpenAction<</S/JavaScript/JS(x)>>"), "active"),
    "a pdf that starts programs": ("a.pdf", made.pdf([made.SAID], catalogue="/OpenAction<</S/Launch/F(x)>>"), "active"),
    "a pdf without text": ("a.pdf", made.pdf([[], []]), "no text"),
    "a workbook cut off": ("a.xlsx", FORMATS["a.xlsx"][:-900], "cut off"),
    "a broken workbook": ("a.xlsx", made.repacked(FORMATS["a.xlsx"], {"xl/workbook.xml": b"<a"}), "cut off"),
    "a workbook of laughs": ("a.xlsx", made.repacked(FORMATS["a.xlsx"], {SHEET: LAUGHS}), "entities"),
    "an empty workbook": ("a.xlsx", made.book([]), "no text"),
    "an old workbook": ("a.xls", OLE + "Workbook".encode("utf-16-le"), ".xls"),
    "an old document": ("a.doc", OLE + "WordDocument".encode("utf-16-le"), ".doc"),
    "a page of fifteen million digits": ("a.html", b"<html><p>" + b"9" * 15_000_000, "15.0 million characters"),
    "a text as long as ten plans": ("a.txt", "年度任务。\n".encode() * 600_000, "3.6 million characters"),
    "a page without text": ("a.html", b"<html><script>x()</script></html>", "no text"),
    "an archive": ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(200), "archive"),
    "a rich text": ("a.rtf", b"{\\rtf1\\ansi a}", "RTF"),
    "a program": ("a.txt", b"MZ\x90\x00" + bytes(900), "program"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_words_with_its_place(case):
    name, data, words = BAD[case]
    assert words in fault_of(data, name).en


def test_the_other_files_go_on_and_nothing_is_half_kept(tiny, tmp_path):
    for number, (name, data, _) in enumerate(BAD.values()):
        (tmp_path / f"{number}-{name}").write_bytes(data)
    for name, data in FORMATS.items():
        (tmp_path / name).write_bytes(data)
    files = sorted(tmp_path.iterdir())
    result, findings = read_documents(files)
    assert sorted(one["path"] for one in result["documents"]) == sorted(str(tmp_path / name) for name in FORMATS)
    assert len(errors(findings)) == len(BAD) and all(one.file and one.mend_zh and one.mend_en for one in findings)
    before = len(tiny.table("documents"))
    done = propose(tiny, files, by="zhang", why="test")
    assert len(done.documents) == len(FORMATS)
    assert len(done.region.table("documents")) == before + len(FORMATS)


def test_the_command_says_which_file_is_bad_and_ends_with_1(tmp_path, capsys):
    good, bad = tmp_path / "a.pdf", tmp_path / "b.docx"
    good.write_bytes(FORMATS["a.pdf"])
    bad.write_bytes(BAD["a docx with a broken part"][1])
    assert main(["read", "--dry-run", "--json", str(good), str(bad)]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    told = json.loads(said.out)
    assert [one["path"] for one in told["documents"]] == [str(good)]
    assert (told["findings"][0]["file"], WORD in told["findings"][0]["cell"]) == (str(bad), True)


def test_a_scan_without_the_extra_names_the_extra(monkeypatch):
    from hechang.intake.readers import pdf_document as pdf
    from hechang.intake.readers import scanned_page as scans

    monkeypatch.setattr(pdf, "can_recognise", lambda: False)
    monkeypatch.setattr(scans, "can_recognise", lambda: False)
    drawn = made.pdf([[]]).replace(b"<</Length 0>>stream\n", b"<</Length 9>>stream\n9 9 9 9 re f")
    for read, data in ((pdf.pdf_document, drawn), (scans.scanned_page, b"\x89PNG\r\n\x1a\n")):
        with pytest.raises(FileFault, match=r"hechang\[ocr\]") as met:
            read(File(data, "a"))
        assert "hechang[ocr]" in met.value.zh


@ocr
def test_a_picture_that_swells_or_is_broken_is_refused():
    import zlib

    head = (60_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(60_000))), (b"IEND", b"")]
    parts = (len(d).to_bytes(4, "big") + n + d + zlib.crc32(n + d).to_bytes(4, "big") for n, d in chunks)
    assert "million pixels" in fault_of(b"\x89PNG\r\n\x1a\n" + b"".join(parts), "a.png").en
    assert "cut off" in fault_of(b"\xff\xd8\xff\xe0" + bytes(500), "a.jpg").en


# --- kept ------------------------------------------------------------------------------------------------------------
def test_a_kept_document_shows_the_text_it_was_read_from(tiny, tmp_path, monkeypatch):
    (tmp_path / "a.docx").write_bytes(FORMATS["a.docx"])
    done = propose(tiny, [tmp_path / "a.docx"], by="zhang", why="test")
    monkeypatch.setattr("hechang.intake.source_text.extract_bytes", lambda *_: pytest.fail("read a second time"))
    assert source_text(done.region, done.documents[0]) == extract_bytes(FORMATS["a.docx"], "a.docx").text


def test_a_mark_of_a_secret_that_only_shows_in_the_read_text_is_kept_out(tmp_path):
    (tmp_path / "a.pdf").write_bytes(made.pdf([["机密★10年", *made.SAID]]))
    told, data, findings = read_file(tmp_path / "a.pdf", "a.pdf")
    assert told is None and data == b"" and "secret" in findings[0].en


# --- the limited process ---------------------------------------------------------------------------------------------
HERE = Bounds(5, 1_000)


def test_one_process_reads_many_files():
    process.close()
    assert len({call("os:getpid", bounds=HERE) for _ in range(5)} | {os.getpid()}) == 2


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("os:getcwd", ""),
        ("subprocess:getoutput", "PermissionError: subprocess.Popen"),
        ("socket:gethostbyname", "PermissionError: socket"),
        ("os:remove", "PermissionError: os.remove"),
        ("os:system", "PermissionError: os.system"),
    ],
)
def test_the_limited_process_opens_nothing_and_starts_nothing(job, words, tmp_path):
    (tmp_path / "x").write_text("x")
    args = {"os:getcwd": (), "socket:gethostbyname": ("localhost",)}.get(job, (str(tmp_path / "x"),))
    if not words:
        assert call(job, *args, bounds=HERE)
        return
    with pytest.raises(Broken, match=words):
        call(job, *args, bounds=HERE)
    assert (tmp_path / "x").exists()


def test_the_limited_process_writes_no_file(tmp_path):
    with pytest.raises(Broken, match="PermissionError"):
        call("builtins:open", str(tmp_path / "x"), "w", bounds=HERE)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("job", "args", "bounds"),
    [("time:sleep", (), Bounds(1, 1_000)), ("builtins:bytearray", (), Bounds(5, 1_000))],
)
def test_a_file_that_takes_too_much_ends_its_process_and_the_next_file_is_read(job, args, bounds, monkeypatch):
    asked = process.Pool.ask

    def with_number(self, question, data, seconds):
        return asked(self, {**question, "args": [30 if job == "time:sleep" else 8_000_000_000]}, data, seconds)

    monkeypatch.setattr(process.Pool, "ask", with_number)
    with pytest.raises(Broken) as ended:
        call(job, bounds=bounds)
    monkeypatch.undo()
    assert ended.value.code == process.OUT_OF_TIME or ended.value.said == "FAULT file-memory"
    assert call("os:getcwd", bounds=HERE)


def test_a_process_that_rested_too_long_is_replaced(monkeypatch):
    first = call("os:getpid", bounds=HERE)
    pool = process._pool(os.getpid())
    pool.waiting[-1].process.terminate()
    pool.waiting[-1].process.wait()
    assert call("os:getpid", bounds=HERE) != first


def test_a_process_full_of_what_earlier_files_needed_is_replaced_and_the_file_is_read():
    process.close()
    assert len({call("limited_jobs:only_first", bounds=HERE) for _ in range(3)}) == 3


def test_a_document_fault_says_time_and_memory_in_words(monkeypatch):
    from hechang.intake import extraction

    for ended, words in ((Broken(process.OUT_OF_TIME), "took longer"), (Broken(3, "FAULT file-memory"), "memory"),
                         (Broken(-11), "cannot be read")):  # fmt: skip
        monkeypatch.setattr(extraction, "call", lambda *_, ended=ended, **__: (_ for _ in ()).throw(ended))
        assert words in fault_of(FORMATS["a.docx"]).en
