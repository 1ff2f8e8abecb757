"""Rows on their way in: whether any text in them holds marks of state secrets or numbers of persons."""

from __future__ import annotations

from typing import Any

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from hechang.store.few import FEW
from hechang.terms.findings import Finding, refuse
from hechang.terms.marks import KINDS, SUSPECT, Mark, marks_in, marks_in_json, marks_in_name, masked
from hechang.terms.specs import Field, Table

SHOWN = 50  # findings a column may add
AMOUNTS = ("int", "number", "bool", "money", "geometry")  # kinds of field that hold no text
_DOUBTFUL = SUSPECT + r"|\\u"


def finding(kind: str, what: tuple[str, str] = ("", ""), **where: str) -> Finding:
    """Return what is said of one mark, with its place (`what` names a field in en and zh) and never with its text.

    Examples
    --------
    >>> finding("mobile", file="a.xlsx", sheet="项目", cell="B7").say("zh")[:24]
    'a.xlsx 项目!B7: 手机号码 → 请删除'
    """
    said = KINDS[kind]
    en, zh = (f"{name}: {fault}" if name else fault for name, fault in zip(what, (said.en, said.zh), strict=True))
    return Finding(en, zh, said.mend_en, said.mend_zh, kind=f"mark-{kind}", **where)


def refuse_marked_rows(table: Table, rows: pd.DataFrame) -> None:
    """Raise Refused where a cell of some rows holds what may not be kept.

    Examples
    --------
    >>> from hechang.terms.specs import table
    >>> refuse_marked_rows(table("projects"), pd.DataFrame({"note": ["致电 13812345678"]}))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.Refused: Nothing was written: projects: Note: a mobile number → Take it out...
    """
    frame = rows.reset_index() if rows.index.name == "id" else rows
    fields = [table.field(str(name)) for name in frame.columns if name in table.columns]
    found = [f for field in fields if field.kind not in AMOUNTS for f in _of_column(table, field, frame)]
    refuse(found, "Nothing was written", "未写入任何数据")


def refuse_marked_words(**words: str | None) -> None:
    """Raise Refused where what is said of an edit (who, why, a name) holds what may not be kept.

    Examples
    --------
    >>> refuse_marked_words(why="按电话 13812345678 的说明")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.Refused: Nothing was written: why: a mobile number → Take it out...
    """
    marks = [(name, mark) for name, text in words.items() for mark in marks_in(text or "")]
    found = [finding(mark.kind, (name, name), field=name) for name, mark in marks]
    refuse(found, "Nothing was written", "未写入任何数据")


def _of_column(table: Table, field: Field, rows: pd.DataFrame) -> list[Finding]:
    column = rows[field.name]
    found = _one_by_one(field, column) if len(column) <= FEW else _at_once(field, column)
    ids = rows["id"].tolist() if found and "id" in rows.columns else [""] * len(rows)
    return [
        finding(kind, (field.en, field.zh), table=table.name, id=_shown(ids[at]), field=field.name)
        for at, kind in found[:SHOWN]
    ]


def _shown(id: object) -> str:
    return masked(id) if isinstance(id, str) else ""


def _one_by_one(field: Field, column: pd.Series) -> list[tuple[int, str]]:
    """Position and kind of each marked cell of a few."""
    cells = ((at, marks_of(field, value)) for at, value in enumerate(column.tolist()))
    return [(at, marks[0].kind) for at, marks in cells if marks]


def _at_once(field: Field, column: pd.Series) -> list[tuple[int, str]]:
    """Position and kind of each marked cell of many: a coarse pattern first, each distinct text once."""
    try:
        cells = pa.array(column, from_pandas=True).cast(pa.large_string())
    except (pa.ArrowException, UnicodeEncodeError, OverflowError):  # lists, or kinds of value side by side
        return _one_by_one(field, column)
    at = doubtful(cells)
    values = cells.take(pa.array(at, pa.int64())).to_pylist()
    marked = {value: marks[0].kind for value in set(values) if (marks := marks_of(field, value))}
    return [(place, marked[value]) for place, value in zip(at, values, strict=True) if value in marked]


def doubtful(texts: pa.Array, pattern: str = _DOUBTFUL) -> list[int]:
    """Return the positions of texts that may hold a mark, and few others; 0.15 s for a million.

    Examples
    --------
    >>> doubtful(pa.array(["快线", "机密★", None, "13812345678"]))
    [1, 3]
    """
    found: list[int] = pc.indices_nonzero(pc.fill_null(pc.match_substring_regex(texts, pattern), False)).to_pylist()
    return found


def marks_of(field: Field, value: Any) -> list[Mark]:
    """Return the marks of one cell."""
    if isinstance(value, str):
        return BY_KIND.get(field.kind, marks_in_name if field.name == "path" else marks_in)(value)
    if isinstance(value, dict | list | tuple):
        return marks_in_json(orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode())
    return []


BY_KIND = {"json": marks_in_json}
