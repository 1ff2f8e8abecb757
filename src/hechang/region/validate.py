"""Check prepared rows against the specification: every fault at once, with row, column, value and mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from hechang.region.prepare import versions
from hechang.region.prepare_few import every_version
from hechang.store.few import FEW
from hechang.terms.cells import is_empty
from hechang.terms.dates import is_date
from hechang.terms.errors import InputError
from hechang.terms.findings import Finding
from hechang.terms.shapes import shape
from hechang.terms.sources import parse_source
from hechang.terms.specs import ALWAYS, Field, Table, codes

if TYPE_CHECKING:
    from hechang.region.region import Region

SLICE = 50_000  # rows whose values are tested at once, so that a million of them need no more memory
SHOWN = 200  # findings a column may add; the last one says how many more there are
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
_SCOPE = re.compile(r"r\.([^.\s]+\.)*")  # the dot at the end keeps 3202 apart from 32020
LIMIT = 2**63 - 1
MADE_LATER = ("branch", "op")
OVER_TIME = ("places", "place_changes")  # their rows say themselves from when on a place is in force
MOST = 10**17  # 分: a thousand times a year's product of the country; sums of such amounts still fit
ONE_KIND = {
    "text": ("string",), "ref": ("string",), "blob": ("string",), "place": ("string",), "bool": ("boolean",),
    "int": ("integer",), "money": ("integer",), "number": ("floating", "integer", "mixed-integer-float"),
}  # fmt: skip
Test = Callable[[Any], bool]


def findings_of(region: Region, table: Table, frame: pd.DataFrame, edit: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Return everything wrong with the rows of one table of an edit (`edit` holds all its tables)."""
    put = frame["op"] == "put"
    live = frame if put.all() else frame[put]  # no copy of a million rows
    doubtful = live.columns if len(live) > FEW else _doubtful(table, live)
    found = [f for name in doubtful for f in _column(table, table.field(name), live)]
    for field in table.fields:
        if field.kind == "place":
            found += _places(region, table, field, live, edit)
    return found + _interval(table, live)


def _doubtful(table: Table, frame: pd.DataFrame) -> list[str]:
    """Columns of a few rows in which a value does not fit: value by value, a tenth of the time of whole columns."""
    cells = ((table.field(str(name)), frame[name].tolist()) for name in frame.columns)
    return [field.name for field, values in cells if not all(_fits(field, value) for value in values)]


def _fits(field: Field, value: Any) -> bool:
    if is_empty(value):
        return not field.required or field.name in MADE_LATER
    blank = field.required and isinstance(value, str) and not value.strip()
    return not blank and _test(field)(value)


def _column(table: Table, field: Field, frame: pd.DataFrame) -> list[Finding]:
    column = frame[field.name]
    found = []
    if field.required and field.name not in MADE_LATER:
        blank = column.isna() | _is_blank(column)
        found += _many(table, field, frame[blank], "is empty", "为空", "Fill it in", "请填写") if blank.any() else []
    unfit = _unfit(column, field)
    if not unfit:
        return found
    want_en, want_zh = _expected(field)
    wrong = frame[column.isin(unfit)]
    return found + _many(
        table, field, wrong, f"is not {want_en}", f"不是{want_zh}", f"Write {want_en}", f"请填{want_zh}"
    )


def _is_blank(column: pd.Series) -> pd.Series:
    distinct = column.dropna().unique()
    blank = [value for value in distinct if isinstance(value, str) and not value.strip()]
    return column.isin(blank) if blank else pd.Series(False, index=column.index)


def _unfit(column: pd.Series, field: Field) -> list[Any]:
    """Values that are not what the field wants, each tested once."""
    if column.isna().to_numpy().all() or _of_one_kind(column, field):
        return []
    test = _test(field)
    parts = (column.iloc[at : at + SLICE] for at in range(0, len(column), SLICE))
    return [value for part in parts for value in part.dropna().unique().tolist() if not test(value)]


def _of_one_kind(column: pd.Series, field: Field) -> bool:
    """Tell at once whether a whole column holds what the field wants; False only means: look closer."""
    found = pd.api.types.infer_dtype(column, skipna=True)
    if field.name in BY_NAME or found not in ONE_KIND.get(field.kind, ()):
        return False
    if found == "integer":
        most = MOST if field.kind == "money" else LIMIT
        return bool(column.max() <= most and column.min() >= -most)
    return field.kind != "number" or bool(np.isfinite(column.dropna().astype(float)).all())


def _test(field: Field) -> Test:
    return BY_NAME.get(field.name) or BY_KIND.get(field.kind) or _test_of_target(field)


def _test_of_target(field: Field) -> Test:
    if field.kind == "json":
        form = shape(field.target)
        return lambda value: form.fits(str(value))
    if field.kind == "code":
        known = codes(field.target)
        return lambda value: value in known
    return lambda value: isinstance(value, str)


def _whole(value: object) -> bool:
    if isinstance(value, bool | np.bool_):
        return False
    return isinstance(value, int | np.integer) or (isinstance(value, float | np.floating) and float(value).is_integer())


def _number(value: object) -> bool:
    fits = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return fits and bool(np.isfinite(value))  # type: ignore[call-overload]


def _shape(value: object) -> bool:
    return isinstance(value, bytes) and shapely.from_wkb(value, on_invalid="ignore") is not None


def _source(value: object) -> bool:
    try:
        parse_source(str(value))
    except InputError:
        return False
    return True


BY_KIND: dict[str, Test] = {
    "int": lambda v: _whole(v) and abs(int(v)) < 2**63,
    "money": lambda v: _whole(v) and abs(int(v)) <= MOST,
    "number": _number,
    "bool": lambda v: isinstance(v, bool | np.bool_),
    "date": lambda v: isinstance(v, str) and (v == ALWAYS or is_date(v)),
    "moment": lambda v: isinstance(v, str) and _MOMENT.fullmatch(v) is not None,
    "geometry": _shape,
}
BY_NAME: dict[str, Test] = {  # common columns
    "source": _source,
    "level": lambda v: _whole(v) and v in (0, 1, 2),
    "scope": lambda v: isinstance(v, str) and _SCOPE.fullmatch(v) is not None,
}


def _expected(field: Field) -> tuple[str, str]:
    if field.kind == "code":
        known = codes(field.target)
        return f"one of {', '.join(known)}", f"{'、'.join(known)} 之一"
    if field.kind == "json":
        form = shape(field.target)
        return form.en, form.zh
    names = {
        "int": ("a whole number", "整数"),
        "money": ("an amount in 分 (whole number)", "以分为单位的整数金额"),
        "number": ("a number", "数字"),
        "bool": ("true or false", "是或否"),
        "date": ("a date like 2022, 2022-09 or 2022-09-27", "日期(如 2022、2022-09、2022-09-27)"),
        "moment": ("a UTC moment like 2022-09-27T01:00:00Z", "UTC 时刻(如 2022-09-27T01:00:00Z)"),
        "geometry": ("a geometry as WKB", "WKB 图形"),
    }
    special = {
        "source": ("a source like person:NAME", "出处(如 person:姓名)"),
        "level": ("0, 1 or 2", "0、1 或 2"),
        "scope": ("a path like r.32.3202.", "范围路径(如 r.32.3202.)"),
    }
    return special.get(field.name) or names.get(field.kind, ("text", "文本"))


def _many(
    table: Table, field: Field, rows: pd.DataFrame, en: str, zh: str, mend_en: str, mend_zh: str
) -> list[Finding]:
    found = [
        Finding(
            f"{field.name} = {_show(value)} {en}", f"{field.zh} = {_show(value)} {zh}", mend_en, mend_zh,
            table=table.name, id=str(id), field=field.name, value=_show(value), kind="type",
        )
        for id, value in zip(rows["id"].head(SHOWN), rows[field.name].head(SHOWN), strict=True)
    ]  # fmt: skip
    if len(rows) > SHOWN:
        more = len(rows) - SHOWN
        found.append(Finding(f"{field.name}: {more} more rows like these", f"{field.zh}: 另有 {more} 行同样有误",
                             table=table.name, field=field.name, kind="type"))  # fmt: skip
    return found


def _show(value: object) -> str:
    text = "" if is_empty(value) else str(value)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'"


def _places(
    region: Region, table: Table, field: Field, frame: pd.DataFrame, edit: Mapping[str, pd.DataFrame]
) -> list[Finding]:
    """Places that no code list has, or that were not valid on the day of the row."""
    used = frame[["id", field.name, "valid_from"]].dropna(subset=[field.name])
    if used.empty:
        return []
    each = list(zip(used[field.name].tolist(), used["valid_from"].tolist(), strict=True))
    distinct = set(each)
    earlier = [edit["places"]] if "places" in edit else []
    spans = _spans(region, {str(place) for place, _ in distinct}, earlier)
    lost = {pair for pair in distinct if pair[0] not in spans}
    late = {(place, day) for place, day in distinct - lost if not _held(spans[place], day, region.day)}
    found = _many(table, field, _at(used, each, lost), "is no known place code", "不是已知的地点代码",
                  "See: hechang export places places.csv", "可用代码见: hechang export places places.csv")  # fmt: skip
    if table.name in OVER_TIME:
        return found
    return found + _many(table, field, _at(used, each, late), "is not valid on that day", "在该日无效",
                         "Use the code in force on that day", "请使用当日有效的代码")  # fmt: skip


def _at(used: pd.DataFrame, each: list[tuple[Any, Any]], wrong: set[tuple[Any, Any]]) -> pd.DataFrame:
    return used[[pair in wrong for pair in each]] if wrong else used.iloc[:0]


def _spans(region: Region, ids: set[str], earlier: list[pd.DataFrame]) -> dict[str, list[tuple[str, Any]]]:
    """From and until when each place is in force."""
    if len(ids) <= FEW:
        few = every_version(region, "places", sorted(ids), earlier)
        return {id: [(row["valid_from"], row["valid_to"]) for row in rows] for id, rows in few.items()}
    places = versions(region, "places", ids, earlier)
    found: dict[str, list[tuple[str, Any]]] = {}
    for id, since, until in zip(*(places[name].tolist() for name in ("id", "valid_from", "valid_to")), strict=True):
        found.setdefault(id, []).append((since, until))
    return found


def _held(spans: list[tuple[str, Any]], begun: object, now: str) -> bool:
    day = now if begun == ALWAYS else str(begun)
    return any(since <= day and (is_empty(until) or until > day) for since, until in spans)


def _interval(table: Table, frame: pd.DataFrame) -> list[Finding]:
    ended = frame[frame["valid_to"].notna()]
    if ended.empty:
        return []
    wrong = ended[ended["valid_to"].map(str) <= ended["valid_from"].map(str)]
    field = table.field("valid_to")
    return _many(table, field, wrong, "is not after valid_from", "不晚于生效日",
                 "Give a later day", "请填更晚的日期")  # fmt: skip
