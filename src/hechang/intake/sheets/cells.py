"""Text of a cell to the value of a field. What does not fit becomes a `Bad`, never a guess.

Every distinct text of a column is read once; a column of a million rows has a few thousand of them.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from hechang.intake.sheets import limits, titles
from hechang.intake.sheets.faults import Word
from hechang.terms.dates import Said, is_date, read_date
from hechang.terms.fit import CONTROL, SIGNED, YEARS, bounds
from hechang.terms.money import FEN, amount, parse_money
from hechang.terms.numbers import may_be_number, parse_chinese, parse_number
from hechang.terms.shapes import shape
from hechang.terms.specs import ALWAYS, Field, codes

ERRORS = (
    "#REF!",
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#VALUE!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
    "#ERROR!",
)
UNCOMPUTED = "#FORMULA!"
NOTHING = ("-", "—", "--", "——", "/", "／", "无数据")  # what offices write into a cell that stays empty
LARGE = 100_000_000_000 * 100  # fen; 1000 亿元, above the largest single project of the seeds, own assumption
OF_SHEET_YEAR = (
    "estimated",
    "due",
    "begins",
    "period",
)  # plans lie in the year of their sheet; what has happened may not
HINTS = {  # (en, zh), behind the mend of a date that cannot be read
    "no-year": ("; the year is missing", "; 缺少年份, 请补写"),
    "short-year": ("; write the year with four digits: {near}?", "; 年份请写四位, 是否为 {near}?"),
    "two": ("; this is a stretch of time, write one day", "; 这是一段时间, 请只写一个日期"),
    "unclear": ("", ""),
}
_TRUE, _FALSE = ("是", "true", "yes", "1", "√", "✓", "✔", "有"), ("否", "false", "no", "0", "×", "✗", "无")
_EXPONENT = re.compile(r"\d(\.\d+)?e\+\d+", re.IGNORECASE)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")
_DAY_TIME = re.compile(r"(.+?)[T ](\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?")
_PARTS = re.compile(r"[、,，;；/／\n\r]+")
_STRETCH = re.compile(r"\d[亿万千元\s]*[-~—–至到]\s*\d")
_ABOUT = re.compile(r"约|近|超|逾|左右|上下|以[上下内]|不[低少高超]|[余多]|[+<>≤≥]")
_DANGER = "=+-@\t\r\n＝＋－＠"


@dataclass(frozen=True)
class Bad:
    """A text that is no value, or one with a warning: the kind of fault, the words of its message, the value if any."""

    kind: str
    words: dict[str, Word] = field(default_factory=dict)
    value: Any = None


@dataclass(frozen=True)
class Reading:
    """How a column is read.

    Its field, the unit of its figures, Excel's epoch, the ids references may name, the year the sheet speaks of.
    """

    spec: Field
    unit: str = ""
    epoch: int = 0
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year: str = ""

    @cached_property
    def reader(self) -> Callable[[Reading, str], Any]:
        """Function that reads texts of this type."""
        plain = _PLAIN.get(self.spec.kind)
        return _READERS[self.spec.kind] if plain is None else lambda _, text: plain(text)


def read_text(reading: Reading, text: str) -> Any:
    """Read one text as a value of the field; an empty text gives None.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> read_text(Reading(table("projects").field("invest_total"), "亿元"), "１．２")
    12000000000
    >>> read_text(Reading(table("returns").field("progress"), "%"), "九成").kind
    'not-number'
    """
    plain = text.strip(" \u3000\xa0\t\r\n\ufeff")
    if not plain or plain in NOTHING:
        return None
    if plain in ERRORS:
        return Bad("formula-error")
    if plain == UNCOMPUTED:
        return Bad("formula-uncomputed")
    return reading.reader(reading, plain)


def _text(text: str) -> Any:
    if len(text) > limits.CELL:
        return Bad("long-text", {"expect": limits.CELL})
    if CONTROL.search(text):
        return Bad("control-character")
    if _EXPONENT.fullmatch(text):
        return Bad("digits-lost")
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in _DANGER else text


def _number(text: str, reading: Reading) -> Decimal | Bad:
    if not may_be_number(text):
        return Bad("not-number", {"expect": reading.spec.unit or ("a number", "数字"), "hint": ("", "")})
    plain = unicodedata.normalize("NFKC", text).strip()
    units = [unit for unit in titles.LENGTHS.get(reading.spec.unit, {}) if plain.lower().endswith(unit)]
    unit = max(units, key=len, default="")
    figures = plain[: len(plain) - len(unit)].strip() if unit else plain
    number = parse_number(figures)
    if number is None and not figures.isascii():
        words = parse_chinese(figures)
        number = None if words is None else Decimal(words)
    if number is None:
        return Bad("not-number", {"expect": reading.spec.unit or ("a number", "数字"), "hint": _inexact(plain)})
    return number * Decimal(titles.factor(reading.spec, unit or reading.unit) or "1")


def _inexact(text: str) -> tuple[str, str]:
    """Say what keeps a figure from being one figure."""
    if _STRETCH.search(text):
        return "; write one figure, not a range", "; 区间请改填一个数"
    return (
        ("; write the figure itself, without 约 and the like", "; 约数请改填确切数")
        if _ABOUT.search(text)
        else ("", "")
    )


def _bounds(reading: Reading, number: Decimal) -> Bad | None:
    unit, (least, most) = reading.spec.unit, bounds(reading.spec) or (number, number)
    if not least <= number <= most:
        said = {"%": "0-100 %", "degrees": f"±{most}°"}.get(unit, f"{least}-{most}")
        return Bad("out-of-range", {"expect": said})
    return Bad("negative") if number < 0 and reading.spec.name not in SIGNED else None


def _int(reading: Reading, text: str) -> Any:
    number = _number(text, reading)
    if isinstance(number, Bad):
        return number
    if number != number.to_integral_value() or abs(number) > 2**62:
        return Bad("not-whole")
    return _bounds(reading, number) or int(number)


def _float(reading: Reading, text: str) -> Any:
    number = _number(text, reading)
    if isinstance(number, Bad):
        return number
    return _bounds(reading, number) or float(number)


def _money(reading: Reading, text: str) -> Any:
    unit = reading.unit if reading.unit in FEN else "万元"
    fen = _plain_money(text, unit)
    fen = parse_money(text, unit) if fen is None else fen
    return _rounded(text, unit) if fen is None else _sound_money(reading, fen)


def _plain_money(text: str, unit: str) -> int | None:
    """Read the plain digits that nearly all cells hold, ten times as fast; None for everything else."""
    whole, point, rest = text.partition(".")
    zeros = len(str(FEN[unit])) - 1
    if not (text.isascii() and whole.isdigit() and len(whole) < 10 and len(rest) <= zeros):
        return None
    if point and not rest.isdigit():
        return None
    return int(whole + rest.ljust(zeros, "0"))


def _sound_money(reading: Reading, fen: int) -> Any:
    if fen < 0 and reading.spec.name not in SIGNED:
        return Bad("negative")
    if abs(fen) > LARGE and reading.spec.name.startswith("invest"):
        return Bad("money-large", {}, fen)
    if fen == 0 and reading.spec.name == "invest_total":
        return Bad("zero-amount", {}, fen)
    return fen


def _rounded(text: str, unit: str) -> Bad:
    """Read an amount that is finer than one fen, as a division in a workbook leaves it."""
    number = parse_number(text)
    if number is None or not 0 <= number < Decimal(10) ** 12:
        return Bad("not-money", {"expect": unit, "hint": _inexact(unicodedata.normalize("NFKC", text))})
    fen = int((number * FEN[unit]).to_integral_value())
    return Bad("money-rounded", {"near": f"{amount(fen, unit):f} {unit}"}, fen)


def _bool(text: str) -> Any:
    plain = unicodedata.normalize("NFKC", text).lower()
    if plain in _TRUE or plain in _FALSE:
        return plain in _TRUE
    return Bad("not-bool")


def _date(reading: Reading, text: str) -> Any:
    plain = unicodedata.normalize("NFKC", text).strip()
    if reading.spec.name == "valid_from" and plain == ALWAYS:
        return plain
    number = parse_number(plain)
    if number is not None and 20_000 <= number < 80_000:
        return _serial(reading, number)
    timed = _DAY_TIME.fullmatch(plain)
    said = read_date(timed.group(1) if timed else plain, reading.year if reading.spec.name in OF_SHEET_YEAR else "")
    if said.iso is None:
        return _no_date(said)
    if not YEARS[0] <= int(said.iso[:4]) <= YEARS[1]:
        return Bad("date-range", {"expect": f"{YEARS[0]}-{YEARS[1]}"})
    if said.word:
        return Bad("date-" + said.word, {"near": said.iso}, said.iso)
    return Bad("time-cut", {}, said.iso) if timed and timed.group(2).strip("0:") else said.iso


def _no_date(said: Said) -> Bad:
    """Say why a text is no date; what is not fixed yet stays empty, with a word."""
    if said.word == "open":
        return Bad("date-open")
    en, zh = HINTS[said.word]
    return Bad("not-date", {"hint": (en.format(near=said.near), zh.format(near=said.near))})


def _serial(reading: Reading, number: Decimal) -> Bad:
    """A day number of Excel: only a workbook says from which day it counts."""
    if not reading.epoch or number != int(number):
        return Bad("serial-unknown" if number == int(number) else "not-date")
    first = date(1899, 12, 30) if reading.epoch == 1900 else date(1904, 1, 1)
    day = (first + timedelta(days=int(number))).isoformat()
    return Bad("serial-date", {"near": day}, day)


def _moment(reading: Reading, text: str) -> Any:
    if _MOMENT.fullmatch(text) and is_date(text[:10]):
        return text
    made = _date(reading, text)
    return made if isinstance(made, str) else Bad("not-moment")


def _code(reading: Reading, text: str) -> Any:
    known = codes(reading.spec.target)
    plain = unicodedata.normalize("NFKC", text).strip()
    folded = {titles.fold(word): c.code for c in known.values() for word in (c.code, c.zh, c.en)}
    if titles.fold(plain) in folded:
        return folded[titles.fold(plain)]
    expect = (", ".join(c.en for c in known.values()), "、".join(c.zh for c in known.values()))
    return Bad("not-code", {"expect": expect})


def _ref(reading: Reading, text: str) -> Any:
    found = reading.known.get(text) or reading.known.get(titles.fold(text), ())
    if len(found) == 1:
        return found[0]
    if found:
        return Bad("ref-ambiguous", {"near": ", ".join(found[:4])})
    return Bad("ref-unknown")


def parted(text: str) -> list[str]:
    """Names that stand in one cell.

    Examples
    --------
    >>> parted("市发改委、 市住建局;市交通局")
    ['市发改委', '市住建局', '市交通局']
    """
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


def _json(reading: Reading, text: str) -> Any:
    if text[0] not in "[{" and reading.spec.name in titles.LISTS:
        return _refs(reading, parted(text))
    if text[0] not in "[{":
        parts = [part for part in re.split(r"[、,，;；\s]+", unicodedata.normalize("NFKC", text)) if part]
        numbers = [int(p) if p.isascii() and p.isdigit() else p for p in parts]
        return _of_form(reading, json.dumps(parts if reading.spec.target == "texts" else numbers, ensure_ascii=False))
    try:
        made = json.loads(text, parse_constant=_refuse, object_pairs_hook=_no_doubles)
        return _of_form(reading, json.dumps(made, ensure_ascii=False, sort_keys=True, allow_nan=False))  # no 1e400
    except (ValueError, RecursionError) as error:
        return Bad("not-json", {"why": str(error)[:80]})


def _of_form(reading: Reading, text: str) -> Any:
    form = shape(reading.spec.target)
    return text if form.fits(text) else Bad("not-form", {"expect": (form.en, form.zh)})


def _refs(reading: Reading, names: list[str]) -> Any:
    """Ids of several rows named in one cell; the first that is not known is the fault."""
    found = [_ref(reading, name) for name in names]
    bad = next(((name, one) for name, one in zip(names, found, strict=True) if isinstance(one, Bad)), None)
    if bad:
        return Bad(bad[1].kind, {**bad[1].words, "value": bad[0]})
    return json.dumps(list(dict.fromkeys(found)), ensure_ascii=False)


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _blob(text: str) -> Any:
    return text.lower() if re.fullmatch(r"[0-9a-fA-F]{64}", text) else Bad("not-hash")


def _shape(text: str) -> Any:
    return text  # shapes are read together, see `shapes`


_PLAIN: Mapping[str, Callable[[str], Any]] = {
    "text": _text, "place": _text, "bool": _bool, "blob": _blob, "geometry": _shape,
}  # fmt: skip
_READERS: Mapping[str, Callable[[Reading, str], Any]] = {
    "int": _int, "number": _float, "date": _date, "moment": _moment, "money": _money, "code": _code, "ref": _ref,
    "json": _json,
}  # fmt: skip
