"""Workbooks: parts that lie, swell and never end, and what disks do to them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import cache

import xlsxwriter

from corpus.case import ANY, HEAD, IMPORT, REFUSED, SAME, TAKEN, Case, by_chance, harmed
from corpus.packs import CLIMBING, zipped

ROW = ("甲项目", "N-1", "甲县", 1000, "2021-03-01", "2021-06-01", None, 100)
SHEET, BOOK, STRINGS, STYLES, RELS, TYPES = (
    "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml",
    "xl/_rels/workbook.xml.rels", "[Content_Types].xml",
)  # fmt: skip
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
MANY = 150_000
UNCLOSED = {  # tags that never end: a pattern that looks for their end from each of them would not end either
    f"{tag} in {part.rpartition('/')[2]}": (part, tag)
    for part, tag in (
        (SHEET, b"<c "), (SHEET, b"<c>"), (SHEET, b'<c t="inlineStr"><is><t>'), (SHEET, b"<v>"), (SHEET, b"<f>"),
        (SHEET, b"<f "), (SHEET, b"<row "), (SHEET, b"<oddHeader>"), (SHEET, b"</"), (SHEET, b"<"), (SHEET, b"a:"),
        (SHEET, b'<c r="A1" t="e">'),
        (STRINGS, b"<si>"), (STRINGS, b"<si "), (STRINGS, b"<si><rPh "), (STRINGS, b"<t>"), (BOOK, b"<sheet "), (BOOK,
        b"<sheet a"), (BOOK, b"a"), (RELS, b"<Relationship "), (RELS, b"a"), (STYLES, b"<xf "), (SHEET, b"<col "),
    )
}  # fmt: skip


@cache
def sound(rows: int = 1) -> bytes:
    """A workbook of some sound rows."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as made:
        sheet = made.add_worksheet("表")
        sheet.write_row(0, 0, HEAD.split(","))
        for at in range(rows):
            sheet.write_row(at + 1, 0, (f"甲项目{at}", f"N-{at}", *ROW[2:]))
    return held.getvalue()


def changed(parts: dict[str, bytes | None]) -> bytes:
    """A workbook with other parts, and without those that are None."""
    with zipfile.ZipFile(io.BytesIO(sound())) as packed:
        whole: dict[str, bytes | None] = {name: packed.read(name) for name in packed.namelist()}
    return zipped({name: data for name, data in (whole | parts).items() if data is not None})


@cache
def part(name: str) -> bytes:
    """One part of the sound workbook."""
    with zipfile.ZipFile(io.BytesIO(sound())) as packed:
        return packed.read(name)


def cases(seed: int) -> Iterator[Case]:
    """Give the cases of a seed; those that are the same for every seed with the first one."""
    if not seed:
        yield from _known()
        yield from _cells()
    chance = by_chance(seed, "sheets")
    stored = {"projects.invest_total": 10**9}
    for at in range(20):
        way, data = harmed(sound(), chance)
        yield Case(f"workbook {way} {seed}/{at}", IMPORT, "a.xlsx", data, (SAME,), values=stored)
    for at in range(12):
        name = chance.choice([SHEET, BOOK, STRINGS, STYLES, RELS, TYPES])
        way, data = harmed(part(name), chance)
        yield Case(f"{name} {way} {seed}/{at}", IMPORT, "a.xlsx", changed({name: data}), (ANY,))


def _known() -> Iterator[Case]:
    yield Case("workbook", IMPORT, "a.xlsx", sound(), (TAKEN,), values={"projects.invest_total": 10**9})
    for name in (SHEET, BOOK, STRINGS, STYLES, RELS, TYPES):
        head, _, rest = part(name).partition(b"?>")
        yield Case(f"without {name}", IMPORT, "a.xlsx", changed({name: None}), (ANY,))
        yield Case(
            f"empty {name}", IMPORT, "a.xlsx", changed({name: b""}), (ANY,) if name in (STYLES, TYPES) else (REFUSED,)
        )
        yield Case(
            f"entities in {name}",
            IMPORT,
            "a.xlsx",
            changed({name: head + b"?>" + ENTITIES + rest.replace(b"</", b"&b;</", 1)}),
            (ANY,) if name in (TYPES, SHEET) else (REFUSED,),
        )
        yield Case(
            f"outside entity in {name}",
            IMPORT,
            "a.xlsx",
            changed({name: head + b"?>" + OUTSIDE + rest.replace(b"</", b"&a;</", 1)}),
            (ANY,) if name in (TYPES, SHEET) else (REFUSED,),
        )
    for name, (where, tag) in UNCLOSED.items():
        yield Case(f"without end: {name}", IMPORT, "a.xlsx", changed({where: part(where) + tag * MANY}), (ANY,))
        inside = (
            part(where).replace(b"<sheetData>", b"<sheetData>" + tag * MANY, 1)
            if where == SHEET
            else tag * MANY + part(where)
        )
        yield Case(f"without end before the rest: {name}", IMPORT, "a.xlsx", changed({where: inside}), (ANY,))
    for name in CLIMBING[:6]:
        yield Case(f"workbook with {name!r}", IMPORT, "a.xlsx", changed({name: b"x"}), ("file-path",))
    more: dict[str, tuple[dict[str, bytes | None], tuple[str, ...]]] = {
        "macro": ({"xl/vbaProject.bin": b"\xd0\xcf" + bytes(99)}, (ANY,)), "swollen": ({SHEET: bytes(601_000_000)},
        (REFUSED,)), "one long text": ({STRINGS: b"<sst><si><t>" + b"x" * 30_000_000 + b"</t></si></sst>"},
        (REFUSED,)),
        "many long texts": ({STRINGS: b"<sst>" + (b"<si><t>" + b"x" * 131_000 + b"</t></si>") * 40 + b"</sst>"},
        (REFUSED,)), "blanks": ({SHEET: b" " * 30_000_000}, (REFUSED,)),
        "zip inside": ({"xl/media/a.zip": zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d": "x"})})})})},
        (REFUSED,)),
        "link outside": ({RELS: part(RELS).replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd")}, (REFUSED,)),
        "address outside": ({RELS: part(RELS).replace(b"worksheets/sheet1.xml", b"http://127.0.0.1:1/x")}, (REFUSED,)),
        "secret": ({"docProps/core.xml": "<a><b>机密★10年</b></a>".encode()}, ("mark-secret",)),
        "days from 1904": ({BOOK: part(BOOK).replace(b"<workbookPr", b'<workbookPr date1904="1"')}, (ANY,)),
    }  # fmt: skip
    for name, (parts, expect) in more.items():
        yield Case(f"workbook: {name}", IMPORT, "a.xlsx", changed(parts), expect)


def _cells() -> Iterator[Case]:
    """Sheets whose cells are strange: the number 1000 of the amount stands in D2."""
    cell = b'<c r="D2"><v>1000</v></c>'
    whole = part(SHEET)
    assert cell in whole
    odd: dict[str, tuple[bytes, tuple[str, ...]]] = {
        "error": (b'<c r="D2" t="e"><v>#DIV/0!</v></c>', ("formula-error",)),
        "never computed": (b'<c r="D2"><f>1+1</f></c>', ("formula-uncomputed",)),
        "formula": (b'<c r="D2"><f>5*200</f><v>1000</v></c>', (TAKEN,)),
        "text": (b'<c r="D2" t="inlineStr"><is><t>1_000</t></is></c>', ("not-money",)),
        "no text of the number": (b'<c r="D2" t="s"><v>999999999</v></c>', (ANY,)),
        "minus one text": (b'<c r="D2" t="s"><v>-1</v></c>', (ANY,)),
        "nan": (b'<c r="D2"><v>NaN</v></c>', (REFUSED,)), "inf": (b'<c r="D2"><v>1e400</v></c>', (REFUSED,)),
        "huge": (b'<c r="D2"><v>1e300</v></c>', (REFUSED,)), "below": (b'<c r="D2"><v>-1000</v></c>', ("negative",)),
        "truth": (b'<c r="D2" t="b"><v>1</v></c>', ("not-money",)),
        "many digits": (b'<c r="D2"><v>' + b"9" * 9_000 + b"</v></c>", (REFUSED,)),
        "far": (cell + b'<c r="XFD2"><v>1</v></c>', ("file-columns",)),
        "beyond": (cell + b'<c r="ZZZZZZ2"><v>1</v></c>', (ANY,)),
        "no row": (b'<c r="D0"><v>1</v></c>', (ANY,)),
        "an error beyond": (b'<c r="D99999999999" t="e"><v>#N/A</v></c>', (REFUSED,)),
        "a row beyond": (b'<c r="D99999999999"><v>1</v></c>', (ANY,)),
        "sort nobody knows": (b'<c r="D2" t="zz"><v>1000</v></c>', (ANY,)),
        "style nobody has": (b'<c r="D2" s="99999"><v>1000</v></c>', (ANY,)),
        "day": (b'<c r="D2" t="d"><v>2022-09-31</v></c>', (REFUSED,)),
        "character that is none": (b'<c r="D2" t="inlineStr"><is><t>&#0;</t></is></c>', (REFUSED,)),
        "reference of many digits": (b'<c r="D2" t="inlineStr"><is><t>&#' + b"9" * 5_000 + b";</t></is></c>",
        (REFUSED,)),
    }  # fmt: skip
    for name, (made, expect) in odd.items():
        yield Case(f"cell: {name}", IMPORT, "a.xlsx", changed({SHEET: whole.replace(cell, made)}), expect)
    yield Case(
        "cells without end before an empty one",
        IMPORT,
        "a.xlsx",
        changed({SHEET: b"<worksheet><sheetData>" + b"<c>" * MANY + b'<c t="inlineStr"/>'}),
        (ANY,),
    )
    areas = b"".join(b'<mergeCell ref="A%d:B%d"/>' % (n, n) for n in range(10, 200_000, 3))
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    yield Case(
        "sparse sheet", IMPORT, "a.xlsx", changed({SHEET: whole.replace(b"</sheetData>", far)}), ("file-sparse",)
    )
    yield Case(
        "many areas",
        IMPORT,
        "a.xlsx",
        changed({SHEET: whole.replace(b"</sheetData>", b"</sheetData><mergeCells>" + areas + b"</mergeCells>")}),
        ("file-merged",),
    )
    yield Case(
        "hidden columns",
        IMPORT,
        "a.xlsx",
        changed(
            {
                SHEET: whole.replace(
                    b"<sheetData>", b'<cols><col min="1" max="99999999999999" hidden="1"/></cols><sheetData>'
                )
            }
        ),
        (ANY,),
    )
    yield Case(
        "hidden row of many digits",
        IMPORT,
        "a.xlsx",
        changed({SHEET: whole.replace(b"</sheetData>", b'<row r="' + b"9" * 5_000 + b'" hidden="1"/></sheetData>')}),
        (ANY,),
    )
