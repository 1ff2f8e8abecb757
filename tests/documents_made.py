"""Documents as offices make them, written by the tests themselves: real bytes of docx, pdf, xlsx, html and scans."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import docx
import xlsxwriter

SAID = (
    "9月1日,甲乙协同推进会在甲市召开。",
    "会议强调,要加快建设甲乙快线,推进签约项目开工。",
    "要压实责任,确保年底前见效。",
)
HEAD = ("序号", "任务", "牵头单位", "配合单位", "完成时限")
ROWS = (
    ("1", "加快建设甲乙快线,打通断头路", "甲市交通局", "乙市交通局", "2025年底"),
    ("2", "推进站城融合发展", "乙市住建局", "甲市资规局", "2025年6月底"),
)


def word(
    said: Sequence[str] = SAID, rows: Sequence[Sequence[str]] = (), *, header: str = "", footer: str = ""
) -> bytes:
    """Make a .docx with a heading, paragraphs and, where rows are given, a table under its headings."""
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = header
    made.sections[0].footer.paragraphs[0].text = footer
    made.add_heading("甲乙协同推进会召开", 1)
    for line in said:
        made.add_paragraph(line)
    if rows:
        table = made.add_table(rows=0, cols=len(rows[0]))
        for row in (HEAD[: len(rows[0])], *rows):
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def repacked(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Copy a zip with some parts replaced, added or (None) left out."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part not in changes:
                new.writestr(part, old.read(part))
        for name, part_data in changes.items():
            if part_data is not None:
                new.writestr(name, part_data)
    return held.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    """Read one part of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read(name)


def book(rows: Sequence[Sequence[Any]], sheet: str = "清单", merged: Sequence[tuple[Any, ...]] = ()) -> bytes:
    """Make a workbook of one sheet; `merged` as `xlsxwriter` wants them: first row, column, last row, column, text."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        page = made.add_worksheet(sheet)
        for at, cells in enumerate(rows):
            page.write_row(at, 0, cells)
        for area in merged:
            page.merge_range(*area)
    return held.getvalue()


def pdf(pages: Sequence[Sequence[str]], *, more: str = "", catalogue: str = "", encrypt: bool = False) -> bytes:
    """Make a PDF whose pages hold lines of Chinese text; `more` are further objects, `catalogue` further entries."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalogue}>>".encode(),
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
        b"/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 80>>>>]>>",
    ]
    for number, lines in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {5 + 2 * number} 0 R>>".encode()
        )
        shown = "\n".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -24 Td" for line in lines)
        stream = f"BT /F 14 Tf 60 780 Td\n{shown}\nET".encode() if lines else b""
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
    objects += [part.encode() for part in more.split("\n") if part]
    return _pdf_file(objects, encrypt)


def _pdf_file(objects: Sequence[bytes], encrypt: bool) -> bytes:
    held = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(held))
        held += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(held)
    held += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    held += b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = (
        b"/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"11" * 32, b"22" * 32)
        if encrypt
        else b""
    )
    held += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, lock, start)
    return bytes(held)


def page(said: Sequence[str] = SAID, rows: Sequence[Sequence[str]] = ()) -> bytes:
    """Make a saved web page with a menu, the text, a table where rows are given, and what stands below."""
    lines = "".join(f"<p>{line}</p>" for line in said)
    cells = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in (HEAD, *rows))
    table = f"<table>{cells}</table>" if rows else ""
    menu = "".join(f"<li><a href='#'>{word}</a></li>" for word in ("首页", "要闻", "政务", "服务"))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>推进会召开_某网</title></head><body><ul>{menu}</ul>"
        f"<h1>甲乙协同推进会召开</h1>{lines}{table}<div>版权所有 某网</div></body></html>"
    ).encode()


def scan(lines: Sequence[str] = SAID, kind: str = "PNG") -> bytes:
    """Make the picture of a page of text; needs the extra `ocr`."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf([lines])) as made:
        picture = made[0].render(scale=150 / 72).to_pil()
    held = io.BytesIO()
    picture.convert("RGB").crop((0, 0, picture.width, 40 + 60 * (len(lines) + 2))).save(held, kind)
    return held.getvalue()


def scanned_pdf(lines: Sequence[str] = SAID) -> bytes:
    """Make a PDF of one page that is a picture only; needs the extra `ocr`."""
    from PIL import Image

    held = io.BytesIO()
    with Image.open(io.BytesIO(scan(lines))) as picture:
        picture.save(held, "PDF", resolution=150)
    return held.getvalue()
