"""What somebody types into a form: held to the same bounds as a cell of a sheet, each fault by its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from hechang.region.region import Region
from hechang.terms.findings import Finding
from hechang.terms.fit import CONTROL, LARGEST, LONGEST, SIGNED, TURNING, YEARS, bounds
from hechang.terms.specs import Field, Table
from hechang.terms.specs import table as spec

Said = tuple[str, str, str, str]  # what is wrong and how to mend it, in English and Chinese each


def faults(region: Region, table: Table, id: str, cells: Mapping[str, Any]) -> list[Finding]:
    """Return what is wrong with the cells of one row beyond their types; empty cells are not looked at.

    Examples
    --------
    >>> from hechang import tiny
    >>> [f.field for f in faults(tiny(), spec("projects"), "p1", {"invest_total": -1, "zone": "nowhere", "name": "甲"})]
    ['invest_total', 'zone']
    """
    found = []
    for name, value in cells.items():
        field = table.field(name)
        for en, zh, mend_en, mend_zh in () if value is None else _of(region, field, value):
            shown = str(value)[:60]
            found.append(Finding(f"{name} = '{shown}' {en}", f"{field.zh} = “{shown}” {zh}", mend_en, mend_zh,
                                 table=table.name, id=id, field=name, value=shown, kind="entered"))  # fmt: skip
    return found


def _of(region: Region, field: Field, value: Any) -> Iterable[Said]:
    if isinstance(value, str) and field.kind == "text":
        yield from _text(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number(field, value)
    elif isinstance(value, str) and field.kind == "ref":
        yield from _named(region, field.target, value)
    elif isinstance(value, str) and field.name.endswith("_years"):
        yield from _years(value)


def _text(text: str) -> Iterable[Said]:
    if len(text) > LONGEST:
        yield f"has more than {LONGEST} characters", f"超过 {LONGEST} 个字符", "Shorten it", "请缩短"
    if CONTROL.search(text):
        yield "holds a control character", "含控制字符", "Type it again", "请重新输入"
    if TURNING.search(text):
        yield (
            "holds a mark that turns the direction of writing", "含改变书写方向的不可见字符",
            "Type it again", "请重新输入",
        )  # fmt: skip


def _number(field: Field, number: float) -> Iterable[Said]:
    least, most = bounds(field) or (number, number)
    if not least <= number <= most:
        yield _outside(least, most)
    elif number < 0 and field.name not in SIGNED:
        yield "is negative", "为负数", "Write a positive figure", "请填写正数"
    elif field.kind == "number" and abs(number) > LARGEST:
        yield "is too large", "过大", "Check the figure and its unit", "请核对数字与单位"


def _outside(least: float, most: float) -> Said:
    return f"lies outside {least} to {most}", f"超出范围 {least} 至 {most}", "Check the figure", "请核对数字"


def _named(region: Region, target: str, id: str) -> Iterable[Said]:
    if not region.every_version(target, [id]).empty:
        return
    zh = spec(target).zh
    yield f"is not in the table '{target}'", f"不在表“{zh}”中", "Enter it there first", f"请先在“{zh}”中登记"


def _years(text: str) -> Iterable[Said]:
    years = orjson.loads(text)
    right = isinstance(years, list) and all(isinstance(y, int) and not isinstance(y, bool) for y in years)
    if not right:
        yield "is no list of years", "不是年份列表", "Write years, e.g. 2021, 2022", "请填年份, 如 2021、2022"
    elif not all(YEARS[0] <= year <= YEARS[1] for year in years):
        yield _outside(*YEARS)
