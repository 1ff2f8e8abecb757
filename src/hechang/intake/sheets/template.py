"""Empty workbooks to be filled in: titles with units, drop-downs, notes, for projects also dates and sums."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from hechang.intake.sheets.workbook import Cell, choices, write_workbook
from hechang.region.region import Region
from hechang.terms.specs import Field, Table, codes, table

PLANNED_TOO = ("started", "completed")  # stages whose estimated date is asked for as well
_FORMS = {
    "date": ("2022-09-27, 2022-09 or 2022", "2022-09-27、2022-09 或 2022"),
    "money": (
        "a figure in {unit}; another unit stands in the cell: 3.5亿元",
        "按{unit}填数字; 其他单位写在单元格内, 如 3.5亿元",
    ),
    "int": ("a whole number", "整数"),
    "number": ("a number", "数字"),
    "place": ("code or name, with its county where the name is not unique", "代码或名称, 重名时写明区县"),
    "json": ("a list: 2021、2022", "列表: 2021、2022"),
    "ref": ("as registered", "按登记名称或编号"),
}


def template_cells(spec: Table, day: str, lang: str = "zh") -> list[Cell]:
    """Columns of the template of a table; for projects also stages, the plan of the year and the month just over.

    Examples
    --------
    >>> [c.head for c in template_cells(table("projects"), "2022-09-27") if "投资" in c.head]
    ['总投资 (万元)', '2022年计划投资(万元)', '截至2022年8月完成投资(万元)']
    """
    own = [field for field in spec.fields if field.kind not in ("geometry", "blob", "json")]
    plain = [Cell(f.title(lang), f, f.required, note(f, lang)) for f in own]
    named = Cell("编号(勿改)" if lang == "zh" else "Id (do not change)", spec.field("id"))
    return [named, *plain, *(_beside(day, lang) if spec.name == "projects" else [])]


def note(field: Field, lang: str = "zh") -> str:
    """What those who fill in a column should know."""
    at = 0 if lang == "en" else 1
    words = choices(field, lang)
    form = _FORMS.get(field.kind, ("", ""))[at].format(unit=field.unit)
    allowed = (("one of: " if lang == "en" else "可填: ") + "、".join(words)) if words else ""
    return "\n".join(part for part in (form, allowed) if part)


def _beside(day: str, lang: str) -> list[Cell]:
    events, years, returns = table("project_events"), table("project_years"), table("returns")
    zh = lang == "zh"
    cells = []
    for code in codes("stages").values():
        if code.code in PLANNED_TOO:
            title = f"预计{code.zh}日期" if zh else f"{code.en} on (estimated)"
            cells.append(Cell(title, events.field("estimated"), note=note(events.field("estimated"), lang)))
        title = f"{code.zh}日期" if zh else f"{code.en} on"
        cells.append(Cell(title, events.field("actual"), note=note(events.field("actual"), lang)))
    said = period_titles("{}-{:02}".format(*last_month(day)), lang)
    rest = [returns.field(name) for name in ("invest_done", "progress", "problem")]
    return [*cells, *(Cell(said[f.name], f, note=note(f, lang)) for f in (years.field("invest_plan"), *rest))]


def period_titles(period: str, lang: str) -> dict[str, str]:
    """Titles of what is asked for a month, by field; each names its year or month, so that it can stand anywhere.

    Examples
    --------
    >>> period_titles("2022-08", "zh")["invest_done"], period_titles("2022-08", "en")["invest_plan"]
    ('截至2022年8月完成投资(万元)', 'Planned investment 2022 (万元)')
    """
    year, month = period[:4], int(period[5:7])
    if lang == "en":
        return {
            "invest_plan": f"Planned investment {year} (万元)", "invest_done": f"Invested up to {period} (万元)",
            "progress": f"Progress up to {period} (%)", "problem": f"Blocking problem up to {period}",
        }  # fmt: skip
    return {
        "invest_plan": f"{year}年计划投资(万元)", "invest_done": f"截至{year}年{month}月完成投资(万元)",
        "progress": f"{year}年{month}月形象进度(%)", "problem": f"{year}年{month}月堵点难点",
    }  # fmt: skip


def last_month(day: str) -> tuple[int, int]:
    """Year and month that were just over on `day`.

    Examples
    --------
    >>> last_month("2022-01-15")
    (2021, 12)
    """
    year, month = int(day[:4]), int(day[5:7])
    return (year, month - 1) if month > 1 else (year - 1, 12)


def write_template(region: Region, table_name: str, path: Path | str, *, lang: str = "zh") -> Path:
    """Write an empty workbook for a table.

    Parameters
    ----------
    region
        Its day says which year and month are asked for.
    table_name
        Table of the specification.
    path
        Where the xlsx goes.
    lang
        `zh` or `en`.
    """
    spec = table(table_name)
    cells = template_cells(spec, region.day, lang)
    empty = pd.DataFrame(columns=[c.head for c in cells], dtype=object)
    write_workbook(region, spec, Path(path), cells, empty, lang=lang)
    return Path(path)
