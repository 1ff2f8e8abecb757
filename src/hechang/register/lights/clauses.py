"""Which clauses of a rule are in force: the region's own rows where it has any, else those that ship."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from hechang.region.region import Region
from hechang.terms.cells import is_empty, plain
from hechang.terms.errors import FileFault, InputError, not_known
from hechang.terms.ids import content_hash
from hechang.terms.ladders import rule_sets
from hechang.terms.numbers import parse_number
from hechang.terms.specs import ALWAYS, table

OWN = tuple(field.name for field in table("ladders").fields)
DATED = ("valid_from", "valid_to", "source")
DECIDING = (
    "clause", "object", "metric", "unit", "comparator", "reference",
    "colour", "lo", "lo_in", "hi", "hi_in", "periods", "filter",
)  # fmt: skip
TRUE = {"yes": True, "true": True, "1": True, "是": True, "no": False, "false": False, "0": False, "否": False}


def shipped(rule: str) -> pd.DataFrame:
    """All clauses of a shipped rule, whatever the day; raises NotKnown with the nearest name.

    Examples
    --------
    >>> shipped("wuhan")[["clause", "lo"]].fillna(0).values.tolist()
    [['绿', 80.0], ['黄', 60.0], ['红', 0.0]]
    """
    if rule not in rule_sets():
        raise not_known("light rule", "亮灯规则", rule, rule_sets(), "hechang light rules")
    return read_clauses(rule_sets()[rule].clauses, rule)


def read_clauses(rows: Iterable[Mapping[str, Any]], where: str) -> pd.DataFrame:
    """Clauses written as text, with numbers and yes or no read; `where` names the file in messages.

    Raises
    ------
    InputError
        for a column that is missing or a cell that cannot be read.
    """
    found = [_read(row, f"{where}:{line}") for line, row in enumerate(rows, start=2)]
    if not found:
        raise InputError(f"{where} holds no clause", f"{where} 没有任何条款")
    return pd.DataFrame(found, columns=[*OWN, *DATED])


def clauses_of_file(path: Path) -> pd.DataFrame:
    """Clauses of a CSV file with the columns of the table `ladders`; raises FileFault, InputError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise FileFault(
            f"{path} cannot be read as UTF-8 text: {fault}", f"无法按 UTF-8 读取 {path}: {fault}"
        ) from fault
    return read_clauses(csv.DictReader(text.splitlines()), path.name)


def _read(row: Mapping[str, Any], where: str) -> dict[str, Any]:
    missing = [name for name in OWN if table("ladders").field(name).required and not row.get(name)]
    if missing:
        names = ", ".join(missing)
        raise InputError(f"{where}: fill in {names}", f"{where}: 请填写 {names}")
    made = {name: _cell(name, str(row.get(name) or "").strip(), where) for name in OWN}
    dated = {name: str(row.get(name) or "").strip() or None for name in DATED}
    return made | dated | {"valid_from": dated["valid_from"] or ALWAYS}


def _cell(name: str, text: str, where: str) -> Any:
    kind = table("ladders").field(name).kind
    if not text or kind not in ("number", "int", "bool"):
        return text or None
    try:
        number = TRUE[text.lower()] if kind == "bool" else parse_number(text)
    except KeyError:
        number = None
    if number is None:
        raise InputError(f"{where}: {name} = '{text}' cannot be read", f"{where}: {name} = “{text}”无法识别")
    return number if kind == "bool" else float(number)


def clauses_every(region: Region, rule: str) -> pd.DataFrame:
    """All clauses of a rule whatever the day: the region's rows where it has any, else the shipped ones.

    Examples
    --------
    >>> from hechang import tiny
    >>> len(clauses_every(tiny(), "sanming"))
    3
    """
    names = ", ".join((*OWN, *DATED))
    own = region.query(f'SELECT {names} FROM "ladders every" WHERE rule = $rule ORDER BY id, valid_from', rule=rule)
    return _plain(own) if len(own) else shipped(rule)


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.astype(object).where(rows.notna(), None)


def clauses_in_force(region: Region, rule: str) -> pd.DataFrame:
    """Clauses of a rule in force on the region's day.

    Raises
    ------
    NotKnown
        where neither the region nor the package has the rule.
    InputError
        where it is not in force on that day.

    Examples
    --------
    >>> from hechang import tiny
    >>> set(clauses_in_force(tiny(), "wuhan")["metric"])
    {'progress-ratio'}
    """
    every = clauses_every(region, rule)
    found = on_day(every, region.day)
    if found.empty:
        times = every[["valid_from", "valid_to"]].fillna("").drop_duplicates()
        since = " · ".join(times["valid_from"] + " – " + times["valid_to"])
        raise InputError(
            f"Rule '{rule}' is not in force on {region.day}; it is from {since}. Choose another day with --on",
            f"规则“{rule}”在 {region.day} 未施行; 施行期 {since}。请用 --on 另选日期",
        )
    return found


def on_day(every: pd.DataFrame, day: str) -> pd.DataFrame:
    """Clauses in force on a day: begun by then, not yet ended.

    Examples
    --------
    >>> len(on_day(shipped("yinchuan-2025"), "2024-12-31")), len(on_day(shipped("yinchuan-2025"), "2025-01-01"))
    (0, 11)
    """
    ended = every["valid_to"].map(lambda end: not is_empty(end) and str(end) <= day)
    return every[(every["valid_from"] <= day) & ~ended.astype(bool)].reset_index(drop=True)


def rule_version(clauses: pd.DataFrame) -> str:
    """Name of the very clauses: rule, day since which they are these, and a hash of what decides in them.

    Examples
    --------
    >>> rule_version(shipped("wuhan"))
    'wuhan@0001#594f99f48b'
    """
    rows = sorted(([_canonical(row[name]) for name in DECIDING] for row in clauses.to_dict("records")), key=str)
    digest = content_hash(json.dumps(rows, ensure_ascii=False).encode())[:10]
    return f"{clauses['rule'].iloc[0]}@{clauses['valid_from'].max()}#{digest}"


def _canonical(value: Any) -> Any:
    read = plain(value)
    return float(read) if isinstance(read, int) and not isinstance(read, bool) else read
