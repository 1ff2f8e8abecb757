"""Documents, lists and saved pages at the door of reports: made to harm, or harmed on their way."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache

import documents_made as made
from corpus.case import ANY, REFUSED, REPORT, TAKEN, Case, by_chance, harmed

WORD, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"
OPEN = b'<w:document xmlns:w="w"><w:body>'
LAUGHS = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + OPEN
OUTSIDE = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + OPEN + b"&a;"
SAID = made.SAID * 4


@cache
def sound() -> dict[str, bytes]:
    """One sound file of each format."""
    return {
        "a.docx": made.word(SAID, made.ROWS, header="甲市", footer="乙市"),
        "a.pdf": made.pdf([SAID, SAID[:2], SAID[2:3]]),
        "a.xlsx": made.book([made.HEAD, *made.ROWS]),
        "a.html": made.page(SAID, made.ROWS),
    }


def cases(seed: int) -> Iterator[Case]:
    """Give the cases of a seed; those that are the same for every seed with the first one."""
    if not seed:
        yield from _made_to_harm()
    chance = by_chance(seed, "documents")
    for name, data in sound().items():
        for at in range(8):
            way, broken = harmed(data, chance)
            yield Case(f"{name} {way} {seed}/{at}", REPORT, name, broken, (ANY,))
        inside = {"a.docx": WORD, "a.xlsx": SHEET}.get(name)
        if inside:
            way, broken = harmed(made.part_of(data, inside), chance)
            yield Case(f"{inside} {way} {seed}", REPORT, name, made.repacked(data, {inside: broken}), (ANY,))


def _made_to_harm() -> Iterator[Case]:
    files = sound()
    for name, data in files.items():
        yield Case(f"sound {name}", REPORT, name, data, (TAKEN,))
    for name, other in zip(files, [*list(files)[1:], "a.docx"], strict=True):
        yield Case(f"{name} called {other}", REPORT, other, files[name], (TAKEN,))
    swelling = OPEN + b"<w:p><w:r><w:t>" + b"a" * 9_000_000
    bad = {
        "laughs": LAUGHS, "another file": OUTSIDE, "deep": OPEN + b"<w:p>" * 90_000, "swelling": swelling,
        "tables": OPEN + b"<w:tbl><w:tr><w:tc>" * 600, "no end": OPEN, "nothing": b"", "zeros": bytes(90_000_000),
        "no body": b"<a/>", "half a character": OPEN + b"\xe9\xa1",
    }  # fmt: skip
    for name, body in bad.items():
        yield Case(f"docx of {name}", REPORT, "a.docx", made.repacked(files["a.docx"], {WORD: body}), (REFUSED,))
        yield Case(f"xlsx of {name}", REPORT, "a.xlsx", made.repacked(files["a.xlsx"], {SHEET: body}), (ANY,))
    for name, part in (("macro", "word/vbaProject.bin"), ("program", "word/a.exe"), ("climbing", "../../a")):
        yield Case(f"docx with {name}", REPORT, "a.docx", made.repacked(files["a.docx"], {part: b"x"}), (REFUSED,))
    yield from _pdfs()


def _pdfs() -> Iterator[Case]:
    actions = {"script": "/S/JavaScript/JS(x)", "program": "/S/Launch/F(x)", "form": "/S/SubmitForm/F(x)"}
    for name, action in actions.items():
        data = made.pdf([SAID], catalogue=f"/OpenAction<<{action}>>")
        yield Case(f"pdf with {name}", REPORT, "a.pdf", data, (REFUSED,))
    yield Case("pdf with a password", REPORT, "a.pdf", made.pdf([SAID], encrypt=True), (REFUSED,))
    yield Case("pdf without text", REPORT, "a.pdf", made.pdf([[], []]), (REFUSED,))
    yield Case("pdf of its own pages", REPORT, "a.pdf", made.pdf([SAID]).replace(b"[4 0 R]", b"[2 0 R]"), (ANY,))
    yield Case("pdf of many pages", REPORT, "a.pdf", made.pdf([["甲"]] * 2_100), (REFUSED,))
    packed = zlib.compress(b"q " * 20_000_000)
    swelling = made.pdf([[]]).replace(b"<</Length 0>>stream\n\n", b"<</Length %d/Filter/FlateDecode>>stream\n%s\n" % (
        len(packed), packed))  # fmt: skip
    yield Case("pdf that swells", REPORT, "a.pdf", swelling, (ANY,))
