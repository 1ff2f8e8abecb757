"""Plays the nine project offices in the demonstration: fills their forms as people would, with a few planted faults.

What each office has to say stands in `region/demo/shanghai/rounds`: a file of figures a month, and `play.csv` with the
day of each return and what goes wrong in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from hechang.region.example import HOME
from hechang.terms.specs import codes

BODIES = tuple(
    f"office-{city}"
    for city in ("310000", "320200", "320400", "320500", "320600", "330200", "330400", "330500", "330900")
)
TITLES = 3  # row of the titles of a form
ANSWERED = ("invest_done", "progress", "problem")
HEADS = {
    "id": "编号",
    "code": "项目代码",
    "name": "项目名称",
    "invest_done": "截至{year}年{month}月完成投资",
    "progress": "{year}年{month}月形象进度",
    "problem": "{year}年{month}月堵点难点",
    **{stage: f"{code.zh}日期" for stage, code in codes("stages").items()},
}
Odd = dict[str, str]  # a row of play.csv


class Form(NamedTuple):
    """An open form: its sheet, the number of each column an office touches, the row of each project."""

    sheet: Worksheet
    columns: dict[str, int]
    rows: dict[str, int]

    def put(self, row: int, key: str, value: Any) -> None:
        """Write one cell; None empties it."""
        self.sheet.cell(row, self.columns[key]).value = value

    def below(self, values: dict[str, Any]) -> None:
        """Write a row under the last one."""
        names = self.columns["name"]
        last = max(row for row in range(TITLES, self.sheet.max_row + 1) if self.sheet.cell(row, names).value)
        for key, value in values.items():
            self.put(last + 1, key, value)


class Act(NamedTuple):
    """One return: when it comes, and what is odd about it."""

    day: str
    attempt: int
    oddities: tuple[Odd, ...]


def acts(period: str, body: str) -> list[Act]:
    """Returns of one office in one month, in order."""
    play = pd.read_csv(HOME / "rounds" / "play.csv", dtype=str, keep_default_na=False)
    mine = play[(play["period"] == period) & (play["body"] == body)]
    days = mine[mine["kind"] == "day"]
    return [
        Act(
            str(row["given"]),
            int(row["attempt"]),
            tuple({str(k): str(v) for k, v in odd.items()} for odd in _odd(mine, str(row["attempt"]))),
        )
        for row in days.to_dict("records")
    ]


def _odd(mine: pd.DataFrame, attempt: str) -> list[dict[Any, Any]]:
    return mine[(mine["attempt"] == attempt) & (mine["kind"] != "day")].to_dict("records")


def fill(path: Path, period: str, act: Act) -> Path:
    """Fill a form with the figures of the month and the oddities of one return; the form itself stays as it is."""
    book = load_workbook(path)
    form = _open(book.worksheets[0], period)
    _answer(form, period)
    for odd in act.oddities:
        ODDITIES[odd["kind"]](form, odd)
    filled = path.with_name(f"{path.stem}-报送{act.attempt}.xlsx")
    book.save(filled)
    return filled


def _open(sheet: Worksheet, period: str) -> Form:
    times = {"year": int(period[:4]), "month": int(period[5:])}
    heads = {str(cell.value): cell.column for cell in sheet[TITLES] if cell.value}
    wanted = {key: text.format(**times) for key, text in HEADS.items()}
    found = {key: [at for head, at in heads.items() if head.startswith(text)] for key, text in wanted.items()}
    columns = {key: numbers[0] for key, numbers in found.items() if numbers}
    ids = {row: sheet.cell(row, columns["id"]).value for row in range(TITLES + 1, sheet.max_row + 1)}
    return Form(sheet, columns, {str(id): row for row, id in ids.items() if id})


def _answer(form: Form, period: str) -> None:
    """Write what the office knows of the month; a project it says nothing of stays empty."""
    said = pd.read_csv(HOME / "rounds" / f"{period}.csv", dtype=str, keep_default_na=False)
    for one in said[said["project"].isin(form.rows)].to_dict("records"):
        for key in ANSWERED:
            if one[key]:
                form.put(form.rows[one["project"]], key, one[key] if key == "problem" else float(one[key]))
    happened = HOME / "rounds" / f"{period}-dates.csv"
    if happened.exists():
        dates = pd.read_csv(happened, dtype=str)
        for one in dates[dates["project"].isin(form.rows)].to_dict("records"):
            form.put(form.rows[one["project"]], one["stage"], one["actual"])


def _cell(form: Form, odd: Odd) -> None:
    form.put(form.rows[odd["project"]], odd["column"], odd["given"])


def _rename(form: Form, odd: Odd) -> None:
    """The office types the project anew under another name, without its number and its code."""
    for key, value in (("id", None), ("code", None), ("name", odd["given"])):
        form.put(form.rows[odd["project"]], key, value)


def _total(form: Form, odd: Odd) -> None:
    """A total below the rows, wrong by what is given."""
    cells = (form.sheet.cell(row, form.columns["invest_done"]).value for row in form.rows.values())
    summed = sum(value for value in cells if isinstance(value, int | float))
    form.below({"name": "合计", "invest_done": summed + float(odd["given"])})


def _claim(form: Form, odd: Odd) -> None:
    """A project of another office, reported here as well."""
    form.below({"id": odd["project"], "name": odd["column"], "invest_done": float(odd["given"])})


ODDITIES = {"cell": _cell, "rename": _rename, "total": _total, "claim": _claim}
