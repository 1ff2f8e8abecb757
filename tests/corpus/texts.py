"""Text files: CSV as no office should send it, reports and saved pages that are none, and formats nobody reads here."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.case import ANY, ATTACHMENT, HEAD, IMPORT, REFUSED, REPORT, TAKEN, Case, by_chance, csv, harmed, line

SAID = "9月1日,甲乙推进会在甲市召开。会议强调,要加快建设快线,推进签约项目开工。\n" * 12
PAGE = f"<!DOCTYPE html><html><head><title>推进会</title></head><body><p>{SAID.strip()}</p></body></html>"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAGIC = {
    "a.pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF",
    "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
    "a.kml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>',
    "a.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 5, "a.gif": b"GIF89a" + bytes(99),
    "a.jpg": b"\xff\xd8\xff\xe0" + bytes(500),
    "a.rar": b"Rar!\x1a\x07\x01\x00" + bytes(200), "a.7z": b"7z\xbc\xaf\x27\x1c" + bytes(200),
    "a.gz": b"\x1f\x8b\x08" + bytes(60),
    "a.exe": b"MZ\x90\x00" + bytes(900), "a.elf": b"\x7fELF\x02\x01\x01" + bytes(90),
    "a.class": b"\xca\xfe\xba\xbe" + bytes(90),
    "a.doc": OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "a.xls": OLE + bytes(600),
    "a.dbf": b"\x03\x7a\x09\x1b\xff\xff\xff\x7f" + bytes(90),
    "a.wasm": b"\x00asm\x01\x00\x00\x00", "a.tif": b"II*\x00" + b"\xff" * 90,
    "a.ps": b"%!PS-Adobe-3.0\n(/etc/passwd) run", "a.lnk": b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(90),
    "a.dwg": b"AC1032" + bytes(300), "a.mdb": b"\x00\x01\x00\x00Standard Jet DB" + bytes(300),
    "a.gpkg": b"SQLite format 3\x00" + bytes(84),
    "a.parquet": b"PAR1" + b"\xff" * 90 + b"PAR1", "a.html": b"<html><table><tr><td>1</td></tr></table></html>",
    "a.mht": b"MIME-Version: 1.0\nContent-Type: text/html\n\n<html>",
    "a.xml": b'<?xml version="1.0"?><a/>', "a.": b"x,y\n1,2\n", "a.CSV.exe": b"x,y\n1,2\n", "a.csv ": b"",
    "a.json": b"{}",
}  # fmt: skip
PDFS = {
    "loop of references": b"%PDF-1.7\nxref\n0 1\n0000000009 65535 f\ntrailer<</Prev 9/Size 1>>\nstartxref\n9\n%%EOF",
    "streams without end": b"%PDF-1.7\n" + b"stream\n" * 60_000, "one long string": b"%PDF-1.7\n(" + b"\\(" * 400_000,
    "brackets": b"%PDF-1.7\n" + b"(" * 900_000, "digits": b"%PDF-1.7\n<" + b"a" * 900_000,
    "half digits": b"%PDF-1.7\n" + b"<aaaa " * 99_999,
    "pages": b"%PDF-1.7\n" + b"1 0 obj<</Type/Page>>endobj\n" * 100_000,
    "locked": b"%PDF-1.7\ntrailer<</Encrypt 1 0 R>>",
}  # fmt: skip
NOTES = {  # what nobody but a hostile sender writes into a page
    "a reference with many digits": "&#" + "9" * 5_000 + ";", "no character": "&#xD800;&#0;&#x110000;",
    "open tags": "<p " * 90_000, "deep": "<div>" * 90_000,
    "open comment": "<!--" * 40_000, "open script": "<script>" * 40_000, "open declaration": "<![CDATA[" * 40_000,
    "ends only": "</p></div>" * 60_000,
    "hidden without end": "<svg>" * 30_000, "attributes": "<p " + "a=1 " * 120_000 + ">", "quotes": "<p a='" * 60_000,
    "processing": "<?" * 120_000,
    "one tag": "<" * 300_000, "slashes": "</" * 150_000, "entities": "&amp" * 120_000, "marked": "<!" * 150_000,
    "titles": "<title>" * 60_000,
    "links": "<a>x" * 60_000,
}  # fmt: skip
ONE_CELL = ("甲", "x" * 600_000, "甲\n" * 3)


def cases(seed: int) -> Iterator[Case]:
    """Give the cases of a seed; those that are the same for every seed with the first one."""
    if not seed:
        yield from _sheets()
        yield from _formats()
        yield from _reports()
    chance = by_chance(seed, "texts")
    whole = csv(line(), line(项目名称="乙", 项目代码="N-2"))
    for at in range(12):
        way, data = harmed(whole, chance)
        yield Case(f"csv {way} {seed}/{at}", IMPORT, "a.csv", data, (ANY,))
        way, data = harmed(SAID.encode(chance.choice(["utf-8", "gb18030", "utf-16"])), chance)
        yield Case(f"report {way} {seed}/{at}", REPORT, "a.txt", data, (ANY,))
        way, data = harmed(PAGE.encode(), chance)
        yield Case(f"page {way} {seed}/{at}", REPORT, "a.html", data, (ANY,))
    for at in range(4):
        noise = chance.randbytes(chance.randrange(1, 4_000))
        yield Case(f"noise {seed}/{at}", IMPORT, "a.csv", noise, (ANY,))
        yield Case(f"noise report {seed}/{at}", REPORT, "a.txt", noise, (ANY,))
        yield Case(f"noise workbook {seed}/{at}", IMPORT, "a.xlsx", ZIP + noise)


def _sheets() -> Iterator[Case]:
    text = csv(line()).decode()
    for encoding in ("utf-8-sig", "utf-16", "gb18030", "gbk"):
        yield Case(f"csv in {encoding}", IMPORT, "a.csv", text.encode(encoding), (TAKEN,))
    for encoding in ("utf-16-le", "utf-16-be", "utf-32", "utf-7", "big5", "euc-kr", "shift_jis"):
        yield Case(f"csv in {encoding}", IMPORT, "a.csv", text.encode(encoding, "replace"), (ANY,))
    for mark in (";", "\t", "|", "，", "；"):
        yield Case(
            f"csv with {mark!r}",
            IMPORT,
            "a.csv",
            text.replace('","', f'"{mark}"').replace(HEAD, HEAD.replace(",", mark)).encode(),
            (TAKEN,),
        )
    parts = {
        "two marks of order": (b"\xef\xbb\xbf\xef\xbb\xbf" + csv(line()), (ANY,)), "no end": (csv(line())[:-1],
        (TAKEN,)),
        "old ends of lines": (csv(line()).replace(b"\n", b"\r"), (ANY,)), "mixed ends": (csv(line()) + b"\r\n\r" * 9,
        (ANY,)),
        "empty": (b"", ("file-empty",)), "blank": (b" \n" * 9, (REFUSED,)), "mark of order alone": (b"\xef\xbb\xbf",
        (REFUSED,)),
        "titles only": (csv(), ("file-no-rows",)), "nul": (csv(line(项目名称="甲\0")), ("file-nul",)),
        "nothing but nul": (bytes(5_000), (REFUSED,)),
        "half a character": (csv(line())[:-20] + b"\xe9\xa1", ("file-encoding", "encoding")),
        "overlong": (csv(line()).replace(b"1000", b"\xc1\xb1000"), (REFUSED,)),
        "half of a pair": (csv(line(项目名称="甲\ud800")), (ANY,)),
        "open quote": (csv(line()) + '"丙,1\n乙,2\n'.encode(), (REFUSED,)),
        "quotes": (csv(line()) + b'"' * 9_999, (REFUSED,)), "more cells": (csv(*[line()] * 3, line() + ",x,y"),
        (REFUSED,)),
        "titles twice": (csv(line() + ",1", head=HEAD + ",总投资(万元)"), ("double-column",)),
        "no titles": (csv(line(), head="甲,乙"), (REFUSED,)),
        "wide": (b"a," * 600 + b"\n", ("file-columns",)), "very wide": (b"," * 10_000_000, ("file-cell",
        "file-columns")),
        "long line": (csv(line(项目名称="x" * 700_000)), ("file-cell",)), "many lines": (b"\n" * 1_200_000,
        ("file-rows",)),
        "unknown title": (csv(line() + ",1", head=HEAD + ",神秘列"), ("unknown-column",)),
        "same code twice": (csv(line(), line()), ("duplicate", "duplicate-id")),
        "title of markup": (csv(line() + ",1", head=HEAD + ",<script>alert(1)</script>"), (REFUSED,)),
        "long title": (csv(line() + ",1", head=HEAD + "," + "甲" * 9_999), (REFUSED,)),
        "no unit": (csv(line(), head=HEAD.replace("总投资(万元)", "总投资")), (ANY,)),
        "unit nobody knows": (csv(line(), head=HEAD.replace("总投资(万元)", "总投资(美元)")), (REFUSED,)),
        "quoted without end": (b'"' + b"a" * 500_000, (REFUSED,)),
        "one field of quotes": (b'"' + b'""' * 100_000 + b'"\n', (ANY,)),
        "marks between": (b",;|\t" * 30_000, (REFUSED,)), "a page": (PAGE.encode(), ("file-html",)),
        "sheet of entities": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]>", ("file-html",)),
    }  # fmt: skip
    for name, (data, expect) in parts.items():
        yield Case(f"csv {name}", IMPORT, "a.csv", data, expect)
    for name in (
        "a.CSV",
        "a.tsv",
        "a.txt",
        "表 八月.csv",
        "..csv",
        "a" * 300 + ".csv",
        "../../a.csv",
        "a\x00b.csv",
        "C:\\x\\a.csv",
        "\u202evsc.csv",
        "CON.csv",
        "-rf.csv",
        "a;b.csv",
        "=1+1.csv",
    ):
        yield Case(f"csv named {name[:30]!r}", IMPORT, name, csv(line()), (ANY,))


def _formats() -> Iterator[Case]:
    for name, data in MAGIC.items():
        yield Case(f"import of {name}", IMPORT, name, data)
        if name in ("a.gpkg", "a.parquet"):
            continue  # known by what they hold, whatever their name is
        yield Case(
            f"{name} as a table",
            IMPORT,
            "a.csv",
            data,
            (ANY,) if name in ("a.", "a.CSV.exe", "a.ps", "a.json") else (REFUSED,),
        )
        yield Case(f"{name} as a workbook", IMPORT, "a.xlsx", data)
        yield Case(
            f"{name} as a report",
            REPORT,
            name,
            data,
            (ANY,)
            if name
            in ("a.", "a.CSV.exe", "a.ps", "a.json", "a.html", "a.mht", "a.xml", "a.kml", "a.svg", "a.tif", "a.parquet")
            else (REFUSED,),
        )
    for name, data in PDFS.items():
        yield Case(f"pdf: {name}", REPORT, "a.pdf", data)
        yield Case(f"pdf attached: {name}", ATTACHMENT, "a.pdf", data, (ANY,))


def _reports() -> Iterator[Case]:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030"):
        yield Case(f"report in {encoding}", REPORT, "a.txt", SAID.encode(encoding), (TAKEN,))
    odd = {
        "empty": b"", "blank": b" \n", "nul": SAID.encode() + b"\0", "half": SAID.encode()[:-2],
        "one line": SAID.replace("\n", "").encode() * 40,
        "no full stop": ("要加快建设" * 20_000).encode(), "full stops": ("。" * 100_000).encode(),
        "digits": ("9月" * 50_000).encode(), "brackets": ("(" * 60_000 + "《" * 60_000).encode(),
        "quotes": ("“" * 90_000).encode(), "blanks": (" " * 300_000 + "会").encode(),
        "lines": ("会\n" * 90_000).encode(), "latin": b"a" * 300_000, "numbers": b"1" * 300_000,
        "dates": ("2022年9月31日," * 9_000).encode(), "years": ("二〇二二年" * 20_000).encode(),
        "people": ("市委书记某某," * 5_000).encode(), "commas": ("要," * 60_000).encode(),
        "marks of direction": (SAID + "\u202e" * 9_999).encode(), "combined": ("会" + "\u0301" * 90_000).encode(),
        "pairs": ("𠀀" * 60_000).encode(), "private": ("\ue000" * 60_000).encode(),
        "template": ("{{7*7}}${7*7}<%= 7*7 %>" + SAID).encode(), "secret": "机密★10年\n".encode() + SAID.encode(),
        "person": SAID.encode() + "电话 13812345678".encode(),
    }  # fmt: skip
    for name, data in odd.items():
        expect = (REFUSED,) if name in ("empty", "blank", "nul", "half", "secret", "person") else (ANY,)
        yield Case(f"report of {name}", REPORT, "a.txt", data, expect)
    for name, text in NOTES.items():
        yield Case(
            f"page with {name}", REPORT, "a.html", f"<html><body><p>{SAID}</p>{text}</body></html>".encode(), (ANY,)
        )
        yield Case(f"page cut in {name}", REPORT, "a.html", f"<html><p>{SAID}</p>{text}".encode(), (ANY,))
    for name in ("a.txt", "a", "a" * 300 + ".txt", "a\x00.txt", "../../a.txt", "<b>.txt", "a\r\nSet-Cookie: x.txt"):
        yield Case(f"report named {name[:20]!r}", REPORT, name, SAID.encode(), (ANY,))
