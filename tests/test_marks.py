"""Marks of state secrets, numbers of identity cards and mobile numbers are refused at every door and kept nowhere.

Every text of the corpus carries a word of its own; no such word is found afterwards in any byte of the region, its
backup, the place for temporary files or what was said.
"""

import io
import json
import random
import sqlite3
import tempfile
import zipfile

import docx
import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment

import hechang as hc
from hechang.cli import main
from hechang.region.backups import backup
from hechang.region.marked_files import marked, refuse_marked_file
from hechang.region.marked_rows import refuse_marked_rows
from hechang.store.credentials import By
from hechang.terms.errors import InputError, Refused
from hechang.terms.marks import CARD, KINDS, MOBILE, SECRET, marks_in, marks_in_name, masked
from hechang.terms.specs import table
from hechang.web.app import create_app
from hechang.web.identity import accounts
from page_region import HOME, Client

WHO = {"by": "zhang", "why": "try"}
PLAIN = [  # ordinary words and numbers that only look alike
    "加强保密工作, 开展涉密人员培训", "保护商业秘密和工作秘密", "秘密花园二期项目", "绝密飞行", "密云水库", "内部资料",
    "国家秘密分为绝密、机密、秘密三级", "密级(绝密、机密、秘密)", "密级: 绝密/机密/秘密", "机密10年前已解密",
    "商业秘密5年", "揭开太湖的秘密。", "秘密,", "0510-82751234", "电话: (0510)82751234 转 8001", "400-828-1234",
    "12345 热线",
    "2020-320206-47-03-123456", "2019-320281-65-03-512345", "91320200MA1ABCDE2X", "913202001347600000",
    "12320200466285123X", "注册号 320200491231002", "320200000012345", "138123456781", "12812345678",
    "总投资 13812345678 元", "13812345678元", "¥13812345678", "1.3812345678", "13,812,345,678", "150 2022 2023",
    "20220927123456", "2022-09-27 13:12:34", "锡发改〔2022〕138号", "110105194912310021", "110105194913310029",
    "ISBN 978-7-5074-3381-2", "6222021234567890123", "192.168.100.2000", "01M80RMWMGBQJNRWZWXEG9S73R", "一三八路",
]  # fmt: skip


# --- the corpus ------------------------------------------------------------------------------------------------------
def card(luck):
    """A number made up by the rule of GB 11643."""
    born = f"{luck.randint(1930, 2015)}{luck.randint(1, 12):02}{luck.randint(1, 28):02}"
    body = f"{luck.choice(['320203', '110105', '310101'])}{born}{luck.randint(0, 999):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in text)


def corpus(seed=5):
    """Kind and text of each case; `{w}` stands for the word that is looked for afterwards."""
    luck = random.Random(seed)
    grades = ("绝密", "机密", "秘密")
    for g in grades:
        spaced = f"{g[0]} {g[1]}"
        yield from ((SECRET, one) for one in (
            f"{{w}} {g}★10年", f"{g} ★ {{w}}", f"{g}★启用前 {{w}}", f"{spaced}\u3000★ 长期{{w}}", f"密级：{g} {{w}}",
            f"【{g}】{{w}}", f"({g}){{w}}", f"{{w}}\n{g}\n", f"{{w}}\n{spaced} \r\n正文", f"本文件属国家{g}, {{w}}",
            f"{{w}} {g}20年", f"{{w}}\t密级|{g}", f"{g}*30年 {{w}}",
        ))  # fmt: skip
    for _ in range(3):
        n = card(luck)
        old = n[:6] + "6" + n[9:17]
        yield from ((CARD, one) for one in (
            f"{{w}}{n}", f"{{w}} 身份证:{n.lower()}。", f"{{w}} {n[:6]} {n[6:14]} {n[14:]}", f"{{w}} {wide(n)}",
            f"{{w}}(身份证 {n[:6]}-{n[6:14]}-{n[14:]})", f"{{w}} {old[:6]}{luck.randint(30, 99)}0102{old[-3:]}",
        ))  # fmt: skip
        m = f"1{luck.choice('3456789')}{luck.randint(0, 10**9 - 1):09}"
        yield from ((MOBILE, one) for one in (
            f"{{w}}电话{m}", f"{{w}} {m[:3]}-{m[3:7]}-{m[7:]}", f"{{w}} {m[:3]} {m[3:7]} {m[7:]}", f"{{w}} +86{m}",
            f"{{w}} 0086-{m}", f"{{w}} (+86) {m}", f"{{w}} {wide(m)}", f"{{w}} {m[:3]}\u200b{m[3:7]}\u200b{m[7:]}",
            f"{{w}},tel{m}", f"{{w}} {m[:3]}－{m[3:7]}－{m[7:]}", f"{{w}}/{m}/{m}",
        ))  # fmt: skip


CORPUS = list(corpus())


# --- what is a mark and what is none ---------------------------------------------------------------------------------
@pytest.mark.parametrize("text", PLAIN)
def test_an_ordinary_text_passes(text):
    assert marks_in(text) == []
    assert marks_in(f"据报道, {text}") == []


@pytest.mark.parametrize(("kind", "text"), CORPUS)
def test_a_marked_text_is_told_by_its_kind(kind, text):
    assert kind in {mark.kind for mark in marks_in(text.format(w="甲"))}
    assert marks_in(masked(f"{text.format(w='甲')}")) == [] or kind == SECRET


@pytest.mark.parametrize(("name", "is_one"), [
    ("机密-方案.docx", True), ("方案(秘密).xlsx", True), ("绝密.pdf", True), ("机密文件.docx", True),
    ("方案_秘密.doc", True), ("【机密】方案.docx", True), ("13812345678.xlsx", True),
    ("秘密花园.xlsx", False), ("保密工作总结.docx", False),
    ("商业秘密保护.pdf", False), ("2022年重大项目.xlsx", False),
])  # fmt: skip
def test_the_name_of_a_file_can_be_a_mark(name, is_one):
    assert bool(marks_in_name(name)) is is_one


def test_a_cell_of_nothing_but_the_grade_is_a_mark_and_a_name_with_it_is_none():
    assert [bool(marks_in(text)) for text in ("机密", "秘 密", "机密级", "机密花园", "秘密基地", "绝密档案展")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.shared
def test_no_file_of_the_real_data_is_marked(shared, record_property):
    files = [
        p
        for p in sorted((shared / "data").rglob("*"))
        if p.is_file() and p.suffix in (".txt", ".csv", ".geojson", ".html", ".md", ".json")
    ]
    found = {p.name: marked(p.read_bytes(), p.name) for p in files}
    record_property("real files", len(files))
    assert len(files) > 20
    assert {name: some for name, some in found.items() if some} == {}


def test_a_million_rows_cost_less_than_three_seconds(record_property):
    import time

    n = 1_000_000
    ids = pd.Series(range(n)).astype(str)
    rows = pd.DataFrame({"id": "r" + ids, "project": "p" + ids, "source": "import:01M80RMWMGBQJNRWZWXEG9S73R#58!" + ids,
                         "note": "2020-320206-47-03-" + ids})  # fmt: skip
    begun = time.perf_counter()
    refuse_marked_rows(table("returns"), rows)
    record_property("seconds", round(time.perf_counter() - begun, 2))
    assert time.perf_counter() - begun < 3


def test_one_marked_row_among_many_is_named():
    rows = pd.DataFrame({"id": [f"r{n}" for n in range(5_000)], "note": "a"}).astype(object)
    rows.loc[4_321, "note"] = "致电 13912345678"
    with pytest.raises(Refused) as found:
        refuse_marked_rows(table("returns"), rows)
    assert [(f.id, f.field, f.kind) for f in found.value.findings] == [("r4321", "note", "mark-mobile")]


@pytest.mark.parametrize("text", [
    "联系人 13812345678,0510-82700000", "13812345678 万明", "13812345678分机12", "138 123 45678", "138   1234   5678",
    "138/1234/5678", "wx13812345678", "tel:13812345678", "138\u00ad1234\u00ad5678", "13\u200b8\ufe0f12345678",
    "1381\u034f2345678", "13812345678.123",
])  # fmt: skip
def test_a_mobile_number_is_found_in_each_way_of_writing_it(text):
    assert [mark.kind for mark in marks_in(text)] == [MOBILE]
    assert marks_in(masked(text)) == []
    rows = pd.DataFrame({"id": [f"r{n}" for n in range(5_000)], "note": "a"}).astype(object)
    rows.loc[7, "note"] = text
    with pytest.raises(Refused):
        refuse_marked_rows(table("returns"), rows)


@pytest.mark.parametrize("text", [
    "机\u00ad密★10年", "机\u200b\u200b密★10年", "机密\ufe0f★10年", "絶密★10年", "祕密★10年", "机密  ★10年",
    "本文件涉\u200b密", "机密" + " " * 40,
])  # fmt: skip
def test_a_grade_is_found_with_unseen_signs_and_other_characters(text):
    assert {mark.kind for mark in marks_in(text)} == {SECRET}


@pytest.mark.parametrize("text", [
    "13812345678万元", "13812345678 亿元", "13812345678.50", "13812345678分", "138 123 456789", "150 200 30000 40000",
    "13812345678万人", "150/2022/2023",
])  # fmt: skip
def test_an_amount_with_its_unit_passes(text):
    assert marks_in(text) == []


def test_a_mark_is_placed_in_the_text_as_it_was():
    text = "甲\u200b\u00ad 138\u200b12345678\u200b 乙"
    assert masked(text) == "甲\u200b\u00ad ***\u200b 乙"


@pytest.mark.parametrize("text", [
    "机密" + " " * 10**6 + "x", "机密" + "*" * 10**6 + "x", " " * 10**6 + "机", "密级" + "<" * 10**6, "13" * 500_000,
    "1\u200b" * 500_000, "138 " * 250_000 + "密",
], ids=range(7))  # fmt: skip
def test_a_long_line_takes_no_more_than_its_length(text):
    import time

    begun = time.process_time()
    marks_in(text)
    assert time.process_time() - begun < 4


BOTH = "备注 机密★10年 电话 13812345678"
KINDS_OF_BOTH = {"mark-secret", "mark-mobile"}


def kinds(data, name):
    return {f.kind for f in marked(data, name)}


def test_escapes_of_json_and_html_are_undone():
    data = json.dumps({"type": "FeatureCollection", "features": [{"properties": {"名": BOTH}}]})
    assert "机" not in data
    assert kinds(data.encode(), "a.geojson") == KINDS_OF_BOTH
    page = '<html><meta content="&#26426;&#23494;★10年"><a href="tel:&#49;3812345678">'
    assert kinds(page.encode(), "a.html") == KINDS_OF_BOTH


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_text_within_bytes_is_found(encoding):
    data = b"SQLite format 3\x00\x01\x02" + "名称".encode(encoding) + b"\x00\x00\x03" + BOTH.encode(encoding)
    assert kinds(data + b"\x00\x00\x04" * 9, "a.gpkg") == KINDS_OF_BOTH


def test_text_in_big5_is_found():
    assert kinds("機密★10年".encode("big5hkscs"), "a.txt") == {"mark-secret"}


def test_a_mark_across_the_end_of_a_block_is_found():
    for n in range(1_999_970, 2_000_010, 3):
        assert kinds(b"a" * n + b" 13812345678 " + b"b" * 50, "a.txt") == {"mark-mobile"}, n
        assert [f.cell for f in marked(b"a\n" * (n // 2) + "机密".encode(), "a.txt")] == [str(n // 2 + 1)]


def test_a_damaged_part_of_a_zip_hides_no_other():
    good = packed(a_txt=b"x" * 50, b_txt=BOTH)
    assert kinds(b"GIF89a" + good, "a.xlsx") == KINDS_OF_BOTH
    bad = bytearray(good)
    at = bad.index(b"a.txt") + 5
    bad[at] ^= 0xFF
    bad[at + 1] ^= 0xFF
    with pytest.raises(InputError) as found:
        refuse_marked_file(bytes(bad), "a.zip")
    assert "a.txt" in found.value.en


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", BOTH)
        made.writestr("a.txt", "ok")
    with pytest.raises(InputError, match="same name"):
        refuse_marked_file(out.getvalue(), "a.zip")


def test_a_part_that_unpacks_a_hundredfold_is_refused():
    with pytest.raises(InputError, match="unpacks"):
        refuse_marked_file(packed(a_txt=b"ab\n" * 4_000_000), "a.zip")


@pytest.mark.parametrize("cell", [
    "<c r='A2' t='inlineStr'><is><t>{}</t></is></c>", '<c r = "A2" t = "inlineStr"><is><t>{}</t></is></c>',
    '<c r="A2" t="inlineStr"><is><t><![CDATA[{}]]></t></is></c>', '<c r="A2" t="str"><v>{}</v></c>',
])  # fmt: skip
def test_a_cell_is_read_as_the_importer_reads_it(cell):
    data = sheet([["名称"], [None]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as made:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                row = f'<row r="2">{cell.format(BOTH)}</row></sheetData>'
                text = text.decode().replace("</sheetData>", row).encode()
            made.writestr(name, text)
    assert {(f.kind, f.where()) for f in marked(out.getvalue(), "a.xlsx")} == {
        (kind, "a.xlsx 项目!A2") for kind in KINDS_OF_BOTH
    }


# --- the doors -------------------------------------------------------------------------------------------------------
def sheet(rows, **more):
    made = openpyxl.Workbook()
    page = made.active
    page.title = "项目"
    for one in rows:
        page.append(one)
    if "header" in more:
        page.oddHeader.center.text = more["header"]
    if "note" in more:
        page["A1"].comment = Comment(more["note"], "x")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def letter(text):
    made = docx.Document()
    for line in text.splitlines():
        part = made.add_paragraph()
        for run in (line[: len(line) // 2], line[len(line) // 2 :]):  # office programs cut texts anywhere
            part.add_run(run)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def packed(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name.replace("_", "."), data)
    return out.getvalue()


HEAD = ["项目名称", "项目代码", "所在地", "备注"]


class Doors:
    """Every way in; each is given a text and returns what was answered."""

    def __init__(self, folder):
        self.folder = folder
        self.region = hc.tiny(folder / "r.hc")
        self.client = Client(create_app(self.region))
        self.files = folder / "sent"
        self.files.mkdir()

    def file(self, name, data):
        path = self.files / name
        path.write_bytes(data)
        return path

    def command(self, *line):
        return main(["--region", str(self.region.folder), "--lang", "zh", *(str(part) for part in line)])

    def row(self, text):
        with self.region.latest().edit(**WHO) as e:
            e.put("projects", {"name": "甲", "note": text})

    def many_rows(self, text):
        with self.region.latest().edit(**WHO) as e:
            e.put("projects", [*({"name": f"甲{n}"} for n in range(300)), {"name": text}])

    def json_row(self, text):
        with self.region.latest().edit(**WHO) as e:
            e.put("features", {"layer": "x", "properties": {"a": [1, text]}})

    def reason(self, text):
        with self.region.latest().edit(by="zhang", why=text) as e:
            e.put("projects", {"name": "甲"})

    def person(self, text):
        with self.region.latest().edit(by="zhang", why="x", source=f"person:{text}") as e:
            e.put("projects", {"name": "甲"})

    def branch_reason(self, text):
        self.region.latest().new_branch("what-if", by="zhang", why=text)

    def page(self, text):
        return self.client.ask(
            "POST",
            "/api/tables/projects",
            json=WHO | {"fields": {"name": "甲", "company": text}},
            headers={"origin": HOME},
        )

    def page_change(self, text):
        headers = {"origin": HOME, "if-match": '"1"'}
        return self.client.ask(
            "PATCH", "/api/tables/projects/p1", json=WHO | {"fields": {"note": text}}, headers=headers
        )

    def report(self, text):
        return self.command(
            "read",
            self.file("r.txt", f"9月27日, 推进会举行。\n{text}\n会议要求, 加快快线。".encode("gb18030")),
            "--by",
            "zhang",
            "--why",
            "x",
        )

    def saved_page(self, text):
        return self.command(
            "read",
            self.file("r.html", f"<html><body><p>推进会</p><p>{text}</p></body></html>".encode()),
            "--by",
            "zhang",
            "--why",
            "x",
        )

    def sheet(self, text):
        return self.command(
            "import",
            "projects",
            self.file("s.xlsx", sheet([HEAD, ["甲", "N1", "a", text]])),
            "--by",
            "zhang",
            "--why",
            "x",
        )

    def header(self, text):
        return self.command(
            "import",
            "projects",
            self.file("h.xlsx", sheet([HEAD, ["甲", "N1", "a", ""]], header=text, note="x")),
            "--by",
            "zhang",
            "--why",
            "x",
        )

    def text_table(self, text):
        line = f'项目名称,备注\n甲,"{text}"\n'
        return self.command(
            "import", "projects", self.file("t.csv", line.encode("utf-16")), "--by", "zhang", "--why", "x"
        )

    def upload(self, text):
        data = sheet([HEAD, ["甲", "N1", "a", text]], note=text)
        return self.client.ask("POST", "/api/imports", files={"file": ("u.xlsx", data)}, headers={"origin": HOME})

    def attachment(self, text):
        return self.command(
            "attach", "p1", self.file("a.docx", letter(text)), "--title", "x", "--by", "zhang", "--why", "x"
        )

    def packed(self, text):
        inner = packed(s_xlsx=sheet([[text]]), r_txt="x")
        return self.command(
            "attach", "p1", self.file("z.zip", packed(inner_zip=inner)), "--title", "x", "--by", "zhang", "--why", "x"
        )


DOORS = [name for name, of in vars(Doors).items() if callable(of) and name not in ("__init__", "file", "command")]


@pytest.fixture(scope="module")
def doors(tmp_path_factory):
    made = Doors(tmp_path_factory.mktemp("doors"))
    made.tried = []
    yield made
    made.region.close()


def refusal(doors, door, text, capsys):
    """What is said to who tries, in both languages where it is; fails where it is taken."""
    try:
        answer = getattr(doors, door)(text)
    except Refused as error:
        return error.en + error.zh + str([f.as_dict() for f in error.findings])
    if hasattr(answer, "status_code"):
        assert answer.status_code == 422, answer.text
        said = json.loads(answer.text)["error"]
        assert said["zh"] != said["en"]
        return answer.text
    told = "".join(capsys.readouterr())
    assert answer == 1, told
    return told


@pytest.mark.parametrize("door", DOORS)
def test_a_marked_text_is_refused_in_words_that_do_not_repeat_it(
    doors, door, tmp_path, monkeypatch, capsys, caplog, record_property
):
    room = tmp_path / "temporary"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    before = doors.region.store.head()
    share = CORPUS[DOORS.index(door) % 4 :: 4]
    if door in ("header", "saved_page", "text_table", "packed", "attachment"):
        share = share[::2]
    for n, (kind, text) in enumerate(share):
        word = f"Zq9{door.replace('_', '')}{n}x"
        told = refusal(doors, door, text.format(w=word), capsys)
        doors.tried.append(word)
        assert word not in told
        assert KINDS[kind].zh in told or KINDS[kind].en in told, (text, told)
    record_property("texts", len(share))
    assert doors.region.store.head() == before, "something was written"
    assert [path for path in room.rglob("*") if path.is_file()] == []
    assert "Zq9" not in caplog.text
    for path in doors.files.iterdir():
        path.unlink()


def every_byte(folder):
    """All bytes of a folder, unpacked where they are packed."""
    for path in (one for one in folder.rglob("*") if one.is_file()):
        data = path.read_bytes()
        yield path, data
        if data[:2] == b"PK":
            with zipfile.ZipFile(path) as opened:
                yield from ((path, opened.read(name)) for name in opened.namelist())


def test_nothing_of_what_was_refused_is_kept_anywhere(doors, tmp_path, record_property):
    assert len(doors.tried) >= 200
    backup(doors.region.folder, tmp_path / "b.zip")
    looked = 0
    for folder in (doors.folder, tmp_path):
        for path, data in every_byte(folder):
            looked += len(data)
            for form in ("utf-8", "utf-16-le", "utf-16-be"):
                assert "Zq9".encode(form) not in data, path
    record_property("texts tried", len(doors.tried))
    record_property("bytes looked through", looked)
    with sqlite3.connect(doors.region.folder / "register.db") as database:
        records = [row[0] for row in database.execute("SELECT record FROM audit")]
    assert any("Refused" in record for record in records), "the log tells that somebody tried"


def test_the_search_would_find_a_text_that_was_kept(doors, tmp_path):
    (tmp_path / "kept").mkdir()
    made = hc.tiny(tmp_path / "kept" / "r.hc")
    with made.edit(**WHO) as e:
        e.put("projects", {"name": "Zq9 快线"})
        e.blob(packed(a_txt="Zq9"))
    made.close()
    found = {path.name for path, data in every_byte(tmp_path) if b"Zq9" in data}
    assert any(name.startswith("register.db") for name in found)
    assert len(found) >= 2


def test_ordinary_texts_come_in_by_every_door(tmp_path, capsys):
    ways = Doors(tmp_path)
    text = "; ".join(one for one in PLAIN if one not in ("秘密,",))
    for door in ("row", "many_rows", "json_row", "reason", "page", "report", "sheet", "upload", "attachment", "packed"):
        answer = getattr(ways, door)(text)
        good = answer.status_code < 300 if hasattr(answer, "status_code") else answer in (None, 0)
        assert good, (door, getattr(answer, "text", ""), "".join(capsys.readouterr()))
    ways.region.close()


# --- where it stands -------------------------------------------------------------------------------------------------
def test_a_cell_is_named_by_file_sheet_and_place():
    data = sheet(
        [["名称", "联系方式", "总投资(元)"], ["甲", 13812345678, 13812345678], ["乙", "机密", 5]], header="秘密★"
    )
    with pytest.raises(Refused) as found:
        refuse_marked_file(data, "a.xlsx")
    places = [(f.kind, f.where()) for f in found.value.findings]
    assert places == [
        ("mark-secret", "a.xlsx 项目!header"),
        ("mark-mobile", "a.xlsx 项目!B2"),
        ("mark-secret", "a.xlsx 项目!B3"),
    ]


def test_a_line_of_a_table_is_named_and_amounts_of_its_columns_pass():
    data = "名称,电话,总投资(元)\n甲,,13812345678\n乙,13812345678,5\n".encode("gb18030")
    assert [(f.kind, f.where()) for f in marked(data, "a.csv")] == [("mark-mobile", "a.csv 3")]


def test_the_name_of_a_marked_file_is_not_repeated():
    with pytest.raises(Refused) as found:
        refuse_marked_file(b"x", "13812345678-甲.txt")
    assert "13812345678" not in found.value.en + found.value.zh + str(found.value.findings)


def test_a_pdf_with_plain_text_is_looked_through():
    assert [f.kind for f in marked(b"%PDF-1.4\n1 0 obj <</Title (tel 13812345678)>> endobj", "a.pdf")] == [
        "mark-mobile"
    ]


def test_a_zip_that_cannot_be_looked_through_is_refused_in_words():
    data = packed(a_txt="x")
    for _ in range(3):
        data = packed(a_zip=data)
    with pytest.raises(InputError) as found:
        refuse_marked_file(data, "deep.zip")
    assert "zip" in found.value.en
    assert found.value.zh


def test_the_number_of_a_person_is_no_login_and_no_name_of_a_token(tmp_path):
    made = hc.tiny(tmp_path / "r.hc")
    known = accounts(made.store)
    for login in ("13812345678", "11010519491231002x"):
        with pytest.raises(InputError) as found:
            known.credentials.add("u", login, None, must_change=False, by=By("", ""))
        assert login not in found.value.en + found.value.zh
    made.close()
