"""What the limited process does with a workbook; it gives plain JSON.

It imports nothing of hechang, so that the process starts at once. What it cannot open ends the process, whose word
(`Fault kind`) or exit code becomes a message. Cells leave as text: numbers with 15 digits as Excel shows them, dates
as ISO text, per cent formats as `85%`, failed formulas as their error.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

COLUMNS = 500
CELL = 32_767
LONG = 131_072  # bytes between two tags, beyond any cell
LAST_ROW = 1_048_576
DENSE = 20_000_000  # bytes of a sheet that is not sparse, whatever its last row
UNCOMPUTED = "#FORMULA!"
_CELL = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*?)(/?)>(?P<formula><(?:\w+:)?f\b[^<>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?(?P<value><(?:\w+:)?v>[^<]+)?"
)
_ATTRIBUTE = re.compile(rb'\b([rst])="([^"]*)"')
_ERROR = re.compile(rb"<(?:\w+:)?v>(#[^<]*)<")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^<>]*\bhidden="(?:1|true)")[^<>]*?\br="(\d{1,7})"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\s(?=[^<>]*\bhidden="(?:1|true)")[^<>]*>')
_SPAN = re.compile(rb'\b(min|max)="(\d{1,7})"')
_FAR = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br="((?:[A-Z]{3}|[T-Z][A-Z]|S[G-Z])\d+)"[^<>]*[^/]>')
_ROW_OF_CELL = re.compile(rb'\br="[A-Z]{1,3}([1-9]\d{4,6})"(?:[^<>]*[^/<>])?>')
_RUN = re.compile(rb"[^<>]+")
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_BUILTIN = {9: "%", 10: "%", 17: "ym", 27: "ym", 36: "ym", 50: "ym", 52: "ym", 57: "ym"}


class Fault(Exception):
    """A reason why the file cannot be read, by the name it has in `faults.csv`."""


class Marks(NamedTuple):
    """What the reader of the cells does not tell: cells by (row from 1, column from 0)."""

    errors: dict[tuple[int, int], str]
    styles: dict[tuple[int, int], str]
    hidden: list[int]
    columns: list[int]


def column_number(letters: bytes) -> int:
    """Number of a column from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _place(reference: bytes) -> tuple[int, int]:
    """Row from 1 and column from 0; raises Fault for a cell beyond any sheet."""
    letters = reference.rstrip(b"0123456789")
    digits = reference[len(letters) :]
    if not re.fullmatch(rb"[A-Z]{1,3}", letters) or not 0 < len(digits) < 8 or not 0 < int(digits) <= LAST_ROW:
        raise Fault("file-address")
    return int(digits), column_number(letters)


def _format_kind(number: int, codes: dict[int, str]) -> str:
    if number in _BUILTIN:
        return _BUILTIN[number]
    code = _QUOTED.sub("", codes.get(number, "").split(";")[0]).lower()
    if "%" in code:
        return "%"
    if "y" in code and not set("dhs") & set(code):
        return "ym" if "m" in code else "y"
    return ""


def special_styles(packed: zipfile.ZipFile) -> dict[bytes, str]:
    """Cell styles that change what a number means: `%`, `ym` (month shown, no day), `y` (year shown)."""
    from defusedxml.ElementTree import fromstring

    if "xl/styles.xml" not in packed.namelist():
        return {}
    root = fromstring(packed.read("xl/styles.xml"))
    codes = {int(e.get("numFmtId", 0)): e.get("formatCode", "") for e in root.iter() if e.tag.endswith("}numFmt")}
    used = next((e for e in root.iter() if e.tag.endswith("}cellXfs")), ())
    kinds = (_format_kind(int(e.get("numFmtId", 0)), codes) for e in used)
    return {str(at).encode(): kind for at, kind in enumerate(kinds) if kind}


def sheet_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """Name of the part of each sheet, by the name of the sheet."""
    from defusedxml.ElementTree import fromstring

    links = fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    target = {e.get("Id"): e.get("Target", "") for e in links}
    book = fromstring(packed.read("xl/workbook.xml"))
    found = {}
    for sheet in (e for e in book.iter() if e.tag.endswith("}sheet")):
        link = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        part = str(target.get(link, ""))
        found[sheet.get("name", "")] = part[1:] if part.startswith("/") else "xl/" + part
    return found


def epoch(packed: zipfile.ZipFile) -> int:
    """First year of the day numbers of the workbook: 1900 or 1904."""
    head = packed.read("xl/workbook.xml")
    return 1904 if re.search(rb'date1904="(?:1|true)"', head) else 1900


def _cells(data: bytes) -> Iterator[tuple[re.Match[bytes], dict[bytes, bytes]]]:
    for cell in _CELL.finditer(data):
        yield cell, dict(_ATTRIBUTE.findall(cell.group(1)))


def marks(data: bytes, styles: dict[bytes, str]) -> Marks:
    """Find failed and never computed formulas, cells of special formats and hidden rows in the text of a sheet."""
    errors: dict[tuple[int, int], str] = {}
    special: dict[tuple[int, int], str] = {}
    for cell, has in _cells(data) if _worth_looking(data, styles) else ():
        if b"r" not in has or cell.group(2):
            continue
        if has.get(b"t") == b"e":
            shown = _ERROR.search(data, cell.start(), cell.end() + 200)
            errors[_place(has[b"r"])] = shown.group(1).decode() if shown else "#ERROR!"
        elif cell["formula"] and not cell["value"] and has.get(b"t") != b"str":
            errors[_place(has[b"r"])] = UNCOMPUTED
        elif has.get(b"s", b"") in styles:
            special[_place(has[b"r"])] = styles[has[b"s"]]
    return Marks(errors, special, [int(row) for row in _HIDDEN_ROW.findall(data)], hidden_columns(data))


def hidden_columns(data: bytes) -> list[int]:
    """Numbers of the hidden columns of a sheet, from 0."""
    spans = (dict(_SPAN.findall(column)) for column in _HIDDEN_COLUMN.findall(data[: data.find(b"<sheetData")]))
    ends = [(int(span[b"min"]), int(span[b"max"])) for span in spans if len(span) == 2]
    return sorted({at - 1 for first, last in ends for at in range(first, min(last, COLUMNS) + 1)})


def _worth_looking(data: bytes, styles: dict[bytes, str]) -> bool:
    return bool(styles) or b't="e"' in data or re.search(rb"<(?:\w+:)?f[ >/]", data) is not None


def text_of(value: Any) -> str:
    """Write a cell as text: what Excel shows, with a full stop and without thousands marks."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_text(float(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def number_text(value: float) -> str:
    """Write a number with at most 15 digits; from 10^15 on with an exponent, so that lost digits are seen."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    short = f"{value:.15g}"
    if "e-" in short:
        return f"{value:.20f}".rstrip("0")
    return short


def _styled(value: Any, kind: str) -> str:
    if kind == "%" and isinstance(value, float):
        return number_text(float(f"{value * 100:.13g}")) + "%"
    if kind in ("ym", "y") and isinstance(value, (dt.date, dt.datetime)):
        return value.strftime("%Y-%m" if kind == "ym" else "%Y")
    return text_of(value)


def as_texts(rows: list[list[Any]], found: Marks) -> list[list[str]]:
    """Turn the values of a sheet into texts, with the marks laid over them."""
    texts = [[text_of(value) for value in row] for row in rows]
    for (row, column), kind in found.styles.items():
        if row <= len(rows) and column < len(rows[row - 1]):
            texts[row - 1][column] = _styled(rows[row - 1][column], kind)
    width = max([len(texts[0]) if texts else 0, *(column + 1 for _, column in found.errors)])
    lines = max([len(texts), *(row for row, _ in found.errors)])
    texts = [row + [""] * (width - len(row)) for row in texts] + [[""] * width for _ in range(lines - len(texts))]
    for (row, column), error in found.errors.items():
        texts[row - 1][column] = error
    return texts


def by_columns(texts: list[list[str]]) -> list[dict[str, Any]]:
    """Write each column as its distinct texts and the number of the text in each row."""
    made = []
    for column in zip(*texts, strict=True):
        numbers = {text: at for at, text in enumerate(dict.fromkeys(column))}
        made.append({"values": list(numbers), "codes": [numbers[text] for text in column]})
    return made


def check_text(data: bytes, part: str) -> None:
    """Refuse a part with a text beyond any cell, or with cells beyond the last column."""
    if any(found.end() - found.start() >= LONG for found in _RUN.finditer(data)):
        raise Fault("file-cell")
    if part.startswith("xl/worksheets/"):
        if _FAR.search(data):
            raise Fault("file-columns")
        check_density(data)


def check_density(data: bytes) -> None:
    """Refuse a sheet with a lone cell far below all others: every row up to it would be laid out."""
    if len(data) > DENSE:
        return
    last = max((int(row) for row in _ROW_OF_CELL.findall(data)), default=0)
    if last > 20 * (data.count(b"<c ") + data.count(b":c ")):
        raise Fault("file-sparse")


def read_workbook(path: str | IO[bytes]) -> dict[str, Any]:
    """Read all sheets of a workbook, a file or its name."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    with zipfile.ZipFile(path) as packed:
        for part in packed.namelist():
            if part.endswith(".xml"):
                check_text(packed.read(part), part)
        styles, parts, first = special_styles(packed), sheet_parts(packed), epoch(packed)
        if not isinstance(path, str):
            path.seek(0)
        book = CalamineWorkbook.from_object(path)
        sheets = []
        for about in book.sheets_metadata:
            part = parts.get(about.name, "")
            if part not in packed.namelist() or not part.startswith("xl/worksheets/"):
                continue
            seen = about.visible == SheetVisibleEnum.Visible
            sheets.append(read_one(book.get_sheet_by_name(about.name), seen, marks(packed.read(part), styles)))
    return {"epoch": first, "sheets": sheets}


def read_one(sheet: Any, visible: bool, found: Marks) -> dict[str, Any]:
    """Read one sheet with its merged areas and hidden rows; rows count from 1, columns from 0."""
    texts = as_texts(sheet.to_python(skip_empty_area=False) if sheet.height else [], found)
    if any(len(text) > CELL for row in texts for text in row):
        raise Fault("file-cell")
    merged = [(a[0] + 1, a[1], b[0] + 1, b[1]) for a, b in sheet.merged_cell_ranges or ()]
    return {
        "name": sheet.name, "visible": visible, "rows": len(texts), "columns": by_columns(texts),
        "merged": merged, "hidden": found.hidden, "hidden_columns": found.columns,
    }  # fmt: skip
