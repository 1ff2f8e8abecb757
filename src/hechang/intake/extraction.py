"""Bytes to an extract: plain text here, every other format in the limited process, each by its content."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from pathlib import PurePath
from typing import Any

from hechang.intake.decode import LIMIT, decode, too_large
from hechang.intake.extract import Extract, File, as_plain, looks_like_html, of_plain
from hechang.intake.limited.process import OUT_OF_TIME, Bounds, Broken, Fault, call
from hechang.intake.readers.plain_text import of_text, plain_text
from hechang.intake.readers.saved_data import holds_data
from hechang.intake.readers.saved_html import saved_html
from hechang.intake.readers.sheet_list import delimiter
from hechang.intake.unreadable import remark, unreadable
from hechang.terms.catalogue import GROUP, Card, cards_under
from hechang.terms.errors import FileFault

OWN = "hechang.intake.readers"
CHARACTERS = 3_000_000  # own assumption: a long plan has under a million
BOUNDS = Bounds(seconds=60, megabytes=2_000)
_ENDS = {
    "docx-document": (".docx",), "pdf-document": (".pdf",), "sheet-list": (".xlsx", ".csv", ".tsv"),
    "saved-data": (".json", ".jsonl", ".txt"), "saved-html": (".html", ".htm", ".shtml", ".xhtml"),
    "plain-text": (".txt", ".md", ".text"),
    "scanned-page": (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"),
}  # fmt: skip
_TEXTS = (saved_html, plain_text)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = {b"Rar!": "rar", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ": "xz"}
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf")
_PACKED = (("ofd", "OFD.xml"), ("slides", "ppt/presentation.xml"), ("odf", "META-INF/manifest.xml"))


def extract_bytes(data: bytes, name: str) -> Extract:
    """Take the text out of a file with the reader that knows its format; the content decides, not the name.

    Parameters
    ----------
    data
        Bytes of the file, at most 50 MB and 3 million characters of text.
    name
        Name of the file; where it says something else than the content, that is a finding of the extract.

    Raises
    ------
    FileFault
        for a file that cannot be read, with the part of it and what to do about it.

    Examples
    --------
    >>> made = extract_bytes("<html><p>要加快建设。</p></html>".encode(), "a.txt")
    >>> made.text, made.format, made.findings[0].en
    ('要加快建设。', 'saved-html', 'The name ends in .txt, but the content is: Saved web page')
    """
    if len(data) > LIMIT:
        raise too_large(len(data))
    made = _plain(data, name) or _limited(data, name)
    _refuse_long(made.text)
    return _labelled(made, name)


def _refuse_long(text: str) -> None:
    if len(text) > CHARACTERS:
        raise unreadable("long", wan=round(len(text) / 10_000), count=f"{len(text) / 1e6:.1f}")


def _plain(data: bytes, name: str) -> Extract | None:
    """Read a plain text, which needs no parser and so no process of its own; None for everything else."""
    if not data.strip():
        decode(data)  # says that the file is empty
    try:
        decoded = decode(data)
    except FileFault:
        return None
    if not looks_like_html(decoded.text):  # a page may have more markup than text
        _refuse_long(decoded.text)
    other = looks_like_html(decoded.text) or holds_data(decoded.text) or delimiter(decoded.text, name)
    if other or _says_what_it_is(data):
        return None
    return of_text(decoded)


def _says_what_it_is(data: bytes) -> bool:
    return b"%PDF-" in data[:1_024] or data.startswith((b"{\\rtf", b"MZ"))


def _limited(data: bytes, name: str) -> Extract:
    try:
        told = call("hechang.intake.extraction:extract_here", name, bounds=BOUNDS, data=data)
    except Broken as ended:
        raise _fault(ended) from None
    return of_plain(told)


def _fault(ended: Broken) -> Fault:
    if ended.code == OUT_OF_TIME:
        return unreadable("time", limit=BOUNDS.seconds)
    if ended.said == "FAULT file-memory" or "MemoryError" in ended.said or "memory" in ended.said.lower():
        return unreadable("memory", limit=BOUNDS.megabytes)
    return unreadable("crash", what=f"signal {-ended.code}" if ended.code < 0 else "damaged")


def extract_here(data: bytes, name: str) -> dict[str, Any]:
    """Find the reader that knows a file, and write what it takes out as JSON has it; for the limited process."""
    _refuse_known(data)
    for card in readers():
        if card.run in _TEXTS and data.startswith(b"PK"):
            raise _archive(data)
        found = card.run(File(data, name))
        if isinstance(found, Extract):
            return as_plain(found if card.run is plain_text or found.format != "plain-text" else _of(found, card.id))
    raise FileFault("No reader knows this format → save it as .txt", "没有能读取此格式的读取器 → 请另存为 .txt")


@cache
def readers() -> tuple[Card, ...]:
    """Return the readers: ours first, then those of other packages, last those that take any text."""
    others = sorted({one.value for one in entry_points(group=GROUP) if not one.value.startswith("hechang.")})
    found = [card for root in (OWN, *others) for card in cards_under(root) if card.kind == "reader"]
    return tuple(sorted(found, key=lambda card: _TEXTS.index(card.run) if card.run in _TEXTS else -1))


def _of(found: Extract, card: str) -> Extract:
    """A reader of another package need not name its format."""
    return replace(found, format=card)


def _refuse_known(data: bytes) -> None:
    """Raise Fault for formats that are known and not read, and say what to do instead."""
    if data.startswith(_OLE):
        raise unreadable(_ole(data))
    archive = next((name for start, name in _ARCHIVES.items() if data.startswith(start)), "")
    if archive:
        raise unreadable("archive", what=archive)
    if data.startswith(b"{\\rtf"):
        raise unreadable("rtf")
    if data.startswith(_PROGRAMS) and b"\x00" in data[:4_000]:
        raise unreadable("program")


def _ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "password"
    return "old-xls" if "Workbook".encode("utf-16-le") in data else "old-office"


def _archive(data: bytes) -> Fault:
    from hechang.intake.limited.packed import Packed

    names = Packed(data).parts
    kind = next((kind for kind, part in _PACKED if part in names), "")
    return unreadable(kind) if kind else unreadable("archive", what="zip: " + ", ".join(sorted(names)[:3]))


def _labelled(made: Extract, name: str) -> Extract:
    """Add the finding that the name of a file says something else than its content, and fill in the name."""
    end = PurePath(name).suffix.lower()
    found = list(made.findings)
    known = {one for ends in _ENDS.values() for one in ends} | {".doc", ".xls", ".wps"}
    if end in known and made.format in _ENDS and end not in _ENDS[made.format]:
        card = next(card for card in readers() if card.id == made.format)
        found.append(
            remark(
                f"The name ends in {end}, but the content is: {card.en}",
                f"扩展名为 {end}, 但内容是: {card.zh}",
                ("it was read by its content; rename it", "已按内容读取; 请更改扩展名"),
                "mislabelled",
            )
        )
    return replace(made, findings=tuple(replace(one, file=name) for one in found))
