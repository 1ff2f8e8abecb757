"""PDF with text, page by page; pages that are pictures are given to text recognition. Nothing in the file is run."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pypdfium2
from pypdfium2 import raw as pdfium

from hechang.intake.extract import Block, Extract, File, Place
from hechang.intake.limited.steps import step
from hechang.intake.pdf_streams import LARGEST, swollen
from hechang.intake.recognition import SCANS, can_recognise, doubts, recognised
from hechang.intake.unreadable import remark, unreadable
from hechang.terms.catalogue import reader
from hechang.terms.findings import Finding

PAGES = 2_000
EDGE = 3  # lines at the top and the bottom of a page among which headers and footers are looked for
OFTEN = 3  # pages on which a line must stand to be a header or a footer; own assumption
DPI = 200  # of the picture of a page
PIXELS = 12_000_000  # of it, at most
_PAGE_NUMBER = re.compile(r"[-—–―·\s]*(?:第\s*)?\d{1,4}\s*(?:页|頁)?[-—–―·/\s]*(?:共?\s*\d{1,4}\s*[页頁]?)?[-—–―·\s]*")
_DIGITS = re.compile(r"\d+")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_LAUNCH = re.compile(rb"/(?:Launch|SubmitForm|ImportData|RichMedia)\b")
_HEAD = 1_024  # bytes within which a PDF begins


@dataclass(frozen=True)
class _Page:
    """Lines of a page, and whether they were recognised in a picture."""

    number: int
    lines: list[str]
    scanned: bool = False


@reader("pdf-document", zh="PDF 文件", en="PDF document", source="ISO 32000; PDFium")
def pdf_document(file: File) -> Extract | None:
    """Take the text out of a PDF; None where the bytes are something else.

    Parameters
    ----------
    file
        Bytes and name of a file; its content decides.

    Returns
    -------
    Extract
        Pages one after the other, with headers, footers and page numbers as blocks of their kind.

    Raises
    ------
    FileFault
        for a file that is damaged, needs a password, holds scripts or files, or is a scan where text recognition is
        not installed.

    Examples
    --------
    >>> pdf_document(File("要加快建设。".encode(), "a.pdf")) is None
    True
    """
    if b"%PDF-" not in file.data[:_HEAD]:
        return None
    if grown := swollen(file.data):
        raise unreadable("bomb", size=grown // 1_000_000, limit=LARGEST // 1_000_000)
    with closing(_opened(file.data)) as made:
        _refuse_active(made, file.data)
        if len(made) > PAGES:
            raise unreadable("pages", count=len(made), limit=PAGES)
        pages = list(_pages(made))
        title = str(made.get_metadata_value("Title") or "").strip()
        return _written(pages, title)


def _opened(data: bytes) -> Any:
    try:
        made = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise unreadable("password" if "password" in str(error).lower() else "cut") from None
    if not len(made):
        made.close()
        raise unreadable("cut")
    return made


def _refuse_active(made: Any, data: bytes) -> None:
    """Raise Fault for scripts, attached files, forms of programs, and actions that start or send something."""
    found = {
        "JavaScript": pdfium.FPDFDoc_GetJavaScriptActionCount(made) > 0 or b"/JavaScript" in data,
        "attachment": pdfium.FPDFDoc_GetAttachmentCount(made) > 0,
        "XFA": pdfium.FPDF_GetFormType(made) in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND),
    }
    if action := _LAUNCH.search(data):
        found[action.group()[1:].decode()] = True
    active = [what for what, there in found.items() if there]
    if active:
        raise unreadable("active", what=", ".join(active))


def _pages(made: Any) -> Iterator[_Page]:
    """Give the pages; those without text are recognised, at most `SCANS` of them."""
    empty = []
    for number in range(len(made)):
        lines, drawn = _lines(made, number)
        if any(line.strip() for line in lines) or not drawn:
            yield _Page(number + 1, lines)
        else:
            empty.append(number)
    if len(empty) > SCANS and can_recognise():
        raise unreadable("scans", count=len(empty), limit=SCANS)
    for number in empty:
        lines = _recognised(made, number) if can_recognise() else []
        yield _Page(number + 1, lines, scanned=True)


def _lines(made: Any, number: int) -> tuple[list[str], bool]:
    """Lines of a page, and whether anything is drawn on it."""
    try:
        with closing(made[number]) as page, closing(page.get_textpage()) as text:
            said = _UNSEEN.sub("", text.get_text_range()).replace("\r\n", "\n").replace("\r", "\n")
            return [line.rstrip() for line in said.split("\n")], next(iter(page.get_objects()), None) is not None
    except (pypdfium2.PdfiumError, ctypes.ArgumentError):
        raise unreadable("cut", at=(f"page {number + 1}", f"第{number + 1}页")) from None


def _recognised(made: Any, number: int) -> list[str]:
    step()
    with closing(made[number]) as page:
        wide, high = page.get_size()
        scale = min(DPI / 72, (PIXELS / max(wide * high, 1)) ** 0.5)
        return recognised(page.render(scale=scale, rev_byteorder=False).to_numpy())


def _written(pages: Sequence[_Page], title: str) -> Extract:
    pages = sorted(pages, key=lambda page: page.number)
    if not any(line.strip() for page in pages for line in page.lines):
        raise unreadable(("blank" if can_recognise() else "scan") if any(p.scanned for p in pages) else "no-text")
    sides = furniture(pages)
    parts: list[str] = []
    blocks: list[Block] = []
    places: list[Place] = []
    at = 0
    for page in pages:
        places.append(Place(at, page.number))
        for number, line in enumerate(page.lines):
            kind = sides.get((page.number, number), "paragraph")
            if line.strip():
                blocks.append(Block(kind, at, at + len(line), page.number))
            parts += (line, "\n")
            at += len(line) + 1
    made = "".join(parts)
    return Extract(
        made, "utf-8", True, format="pdf-document", title=title, blocks=tuple(blocks), places=tuple(places),
        findings=tuple(_remarks(pages)),
    )  # fmt: skip


def furniture(pages: Sequence[_Page]) -> dict[tuple[int, int], str]:
    """Which lines are headers and footers, by page and number of the line: they repeat, or count the pages."""
    edges = [(page, *_edges(page)) for page in pages]
    often = Counter(
        key for page, top, bottom in edges for key in {_shape(page.lines[number]) for number in (*top, *bottom)}
    )
    found: dict[tuple[int, int], str] = {}
    for page, top, bottom in edges:
        for kind, numbers in (("header", top), ("footer", bottom)):
            for number in numbers:
                line = page.lines[number]
                counts = number in (top[0], bottom[0]) and len(pages) > 1 and _PAGE_NUMBER.fullmatch(line.strip())
                if counts or often[_shape(line)] >= max(OFTEN, len(pages) // 3):
                    found[page.number, number] = kind
    return found


def _edges(page: _Page) -> tuple[list[int], list[int]]:
    """Numbers of the lines at the top and, from below, at the bottom of a page."""
    shown = [number for number, line in enumerate(page.lines) if line.strip()]
    half = min(EDGE, (len(shown) + 1) // 2)
    return shown[:half], shown[::-1][: min(half, len(shown) - half)] or shown[-1:]


def _shape(line: str) -> str:
    return _DIGITS.sub("#", "".join(line.split()))


def _remarks(pages: Sequence[_Page]) -> Iterator[Finding]:
    scanned = [page for page in pages if page.scanned]
    if scanned and can_recognise():
        yield doubts([page.number for page in scanned])
    elif scanned:
        numbers = ", ".join(str(page.number) for page in scanned[:10])
        yield remark(
            f"Pages that are pictures were not read: {numbers}",
            f"以下页为图像, 未读取: {numbers}",
            ("install the extra: pip install 'hechang[ocr]'", "请安装文字识别组件: pip install 'hechang[ocr]'"),
            "scan",
            f"page {scanned[0].number}",
        )
