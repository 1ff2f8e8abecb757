"""Titles over columns: how offices write them, brought down to what they mean.

Spaces, brackets, stars and width do not matter; the unit in the title does: `总投资（亿元）` and `总投资(万元)` differ.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from hechang.terms.money import FEN
from hechang.terms.specs import Field, Table, table

Fixed = tuple[tuple[str, str], ...]
SYSTEM = ("scope", "source", "branch", "revision", "op")  # kept by the program, never read from a sheet
ERRORS = "错误 Errors"  # title of the column in which faults come back
MANY = 4096  # titles remembered: a header is tried at many rows
COUNTING = ("序号", "序", "行号", "no", "no.", "#")  # running numbers of an office's own, no data
LENGTHS = {  # factors to the unit of the specification, exact
    "亩": {"亩": "1", "mu": "1", "公顷": "15", "ha": "15", "平方米": "0.0015", "㎡": "0.0015", "m2": "0.0015"},
    "m²": {"m2": "1", "平方米": "1", "㎡": "1", "公顷": "10000", "ha": "10000"},
    "km²": {"km2": "1", "平方公里": "1", "平方千米": "1", "公顷": "0.01", "ha": "0.01", "平方米": "0.000001"},
    "km": {"km": "1", "公里": "1", "千米": "1", "米": "0.001", "m": "0.001"},
    "min": {"min": "1", "分钟": "1", "分": "1", "小时": "60", "h": "60"},
    "persons": {"persons": "1", "人": "1", "万人": "10000"},
    "%": {"%": "1", "百分比": "1"},
    "year": {"year": "1", "年": "1"},
    "s": {"s": "1", "秒": "1", "分钟": "60"},
    "degrees": {"degrees": "1", "度": "1", "°": "1"},
    "days": {"days": "1", "天": "1", "日": "1", "个工作日": "1", "工作日": "1", "个自然日": "1"},
    "characters": {"characters": "1", "字": "1"},
}
LISTS = {"co_bodies": "bodies", "projects": "projects"}  # fields that list rows of another table, by ids
_WORDS = sorted({*FEN, *(word for words in LENGTHS.values() for word in words)}, key=len, reverse=True)
_BRACKET = re.compile(r"[(\[【〔<《]([^)\]】〕>》]*)[)\]】〕>》]")
_TAIL = re.compile(
    rf"[:,，、]?(?:单位:?)?({'|'.join(map(re.escape, [w for w in _WORDS if not w.isascii() and len(w) > 1]))})$"
)
_MARKS = re.compile(r"[\s*:,，。、·_\-/\\'\"“”?？]+")


@dataclass(frozen=True)
class Title:
    """A title taken apart: keys to look it up by (first fits best), its unit, words in brackets."""

    shown: str
    keys: tuple[str, ...]
    unit: str
    hints: tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """What a title means: a field of a table, and what the title itself fixes (stage, year, period, level of place)."""

    table: str
    field: str
    fixed: Fixed = ()


@lru_cache(MANY)
def fold(text: str) -> str:
    """Bring a title down to its letters: width, case, spaces and marks do not count.

    Examples
    --------
    >>> fold("＊ 总 投资：")
    '总投资'
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).replace("—", "-").lower())


@lru_cache(MANY)
def read_title(text: str) -> Title:
    """Take a title apart.

    Examples
    --------
    >>> read_title("*总投资（单位：亿元）")
    Title(shown='*总投资（单位：亿元）', keys=('总投资',), unit='亿元', hints=())
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).replace("²", "2"))
    inside = [part.removeprefix("单位").lstrip(":") for part in _BRACKET.findall(plain)]
    units = [part for part in inside if _is_unit(part)]
    hints = tuple(fold(part) for part in inside if part and not _is_unit(part))
    bare = _BRACKET.sub("", plain)
    tail = _TAIL.search(bare)
    if tail and not units and tail.start() > 0:
        units, bare = [tail.group(1)], bare[: tail.start()]
    opened = _BRACKET.sub(lambda found: "" if _is_unit(found[1].removeprefix("单位").lstrip(":")) else found[1], plain)
    keys = dict.fromkeys(fold(part) for part in (bare, opened) if fold(part))
    return Title(text.strip(), tuple(keys), units[0] if units else "", hints)


def _is_unit(part: str) -> bool:
    return part in _WORDS or part in ("km2", "k㎡") or part.endswith(("美元", "欧元", "港元", "日元", "外币"))


def factor(field: Field, unit: str) -> str | None:
    """Factor from `unit` to the unit of the field, as text; None where they do not fit; '1' where no unit is needed."""
    if not field.unit or not unit or unit == field.unit:
        return "1"
    return LENGTHS.get(field.unit, {}).get(unit)


@cache
def _aliases() -> tuple[tuple[str, str, str], ...]:
    text = files("hechang.intake.sheets").joinpath("titles.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((row["table"], row["field"], title) for row in rows for title in row["titles"].split("|"))


@cache
def plain_titles(name: str) -> Mapping[str, Meaning]:
    """All titles of the fields of one table by key: field name, zh, en and the ways offices write them.

    Examples
    --------
    >>> plain_titles("projects")["用地面积"].field
    'land_mu'
    """
    spec = table(name)
    found: dict[str, Meaning] = {}
    own = {f.name: f for f in spec.fields}
    for of, field, title in _aliases():
        other, _, its = field.partition(".")
        if of == name and its:
            found.update(dict.fromkeys(_keys(title), Meaning(other, its)))
        elif of in (name, "*") and (field.partition("@")[0] in own or field in ("id", "owner")):
            found.update(dict.fromkeys(_keys(title), _meaning(name, field)))
    fields = (*_common(spec), *spec.fields)
    named = [(title, Meaning(name, f.name)) for f in fields for title in (f.zh, f.en, f.name)]
    loose = {key: meaning for title, meaning in named for key in read_title(title).keys}
    return MappingProxyType(found | loose | {fold(title): meaning for title, meaning in named})


def _keys(title: str) -> tuple[str, ...]:
    """Keys of a title: as it stands first, then without what is in brackets."""
    return (fold(title), *read_title(title).keys)


def _meaning(name: str, field: str) -> Meaning:
    plain, _, level = field.partition("@")
    return Meaning(name, plain, (("part", level),) if level else ())


def _common(spec: Table) -> tuple[Field, ...]:
    names = [f.name for f in spec.fields]
    return tuple(spec.field(n) for n in spec.columns if n not in names)
