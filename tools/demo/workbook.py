"""A project workbook as offices send it, the same mended, and the list of its faults by cell. All rows are made up."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from demo.files import read_hand, rows_of
from demo.pages import page
from demo.workbook_rows import rows

SHEET = "重大项目"
HEADER = 3  # row of the titles, from 1
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MADE = datetime(2022, 9, 20)  # the same in every run, or the file would change with the clock
WIDE = str.maketrans("0123456789,", "０１２３４５６７８９，")
Row = dict[str, Any]


def _fen(value: int) -> int:
    return value * 10_000


ROUGH = {
    "trail": lambda v: f"{v}   ",
    "fullwidth": lambda v: f"{v:,}".translate(WIDE),
    "yi": lambda v: f"{v / 10_000:g}亿元",
    "wan": lambda v: f"{v}万元",
    "dots": lambda v: f"{v.year}.{v.month}.{v.day}",
    "slash": lambda v: f"{v.year}/{v.month}/{v.day}",
    "month": lambda v: f"{v.year}年{v.month}月",
    "serial": lambda v: (v - date(1899, 12, 30)).days,
    "fen": _fen,
}


def _spoilt(fault: Row, clean: list[Row]) -> Any:
    """What stands in the faulty cell."""
    given, value = fault["given"], clean[int(fault["row"]) - 1][fault["key"]]
    made = {"text": given, "formula": given, "blank": None, "hidden": value}
    if fault["as"] in ROUGH:
        return ROUGH[fault["as"]](value)
    if fault["as"] == "copy":
        return clean[int(given) - 1][fault["key"]]
    if fault["as"] == "number":
        return int(given)
    return date.fromisoformat(given) if fault["as"] == "date" else made[fault["as"]]


def _expected(fault: Row, clean: list[Row]) -> str:
    """The value an import should keep; empty where the cell has to be refused."""
    value = clean[int(fault["row"]) - 1][fault["key"]]
    if fault["severity"] == "error" or fault["as"] == "fen":
        return ""
    return value.isoformat()[:7] if fault["as"] == "month" else str(value)


def fault_list(clean: list[Row], titles: pd.DataFrame) -> pd.DataFrame:
    """The oracle: sheet, cell, kind, severity, value expected, and the words."""
    found = read_hand("workbook_faults.csv")
    column = found["key"].map({key: LETTERS[at] for at, key in enumerate(titles["key"])})
    cells = column + (found["row"].astype(int) + HEADER).astype(str)
    expected = [_expected(fault, clean) for fault in rows_of(found)]
    listed = pd.DataFrame({"sheet": SHEET, "cell": cells}).join(found[["kind", "severity"]]).assign(expected=expected)
    whole = read_hand("workbook_layout.csv").assign(sheet=lambda f: f["sheet"].replace("", SHEET))
    return pd.concat([whole, listed.join(found[["zh", "en"]])])[[*whole.columns]]


class _Sheet:
    """One sheet being written, with its formats."""

    def __init__(self, path: Path, name: str) -> None:
        self.book = xlsxwriter.Workbook(path, {"in_memory": True})
        self.book.set_properties({"title": "示例(虚构)", "author": "hechang demo", "created": MADE})
        self.bold = self.book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.sheet = self.book.add_worksheet(name)

    def put(self, row: int, column: int, value: Any, shown: Any = "#REF!") -> None:
        """Write a cell (both from 0) by the kind of its value; `shown` is the result of a formula."""
        if isinstance(value, date):
            self.sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self.day)
        elif isinstance(value, str) and value.startswith("="):
            self.sheet.write_formula(row, column, value, None, shown)
        elif value is not None:
            self.sheet.write(row, column, value)

    def head(self, titles: list[str], row: int, widths: list[int]) -> None:
        """Write the titles and set the widths."""
        for at, (title, width) in enumerate(zip(titles, widths, strict=True)):
            self.sheet.write_string(row, at, title, self.bold)
            self.sheet.set_column(at, at, width)


def write_mended(path: Path, clean: list[Row], titles: pd.DataFrame) -> None:
    """Write the corrected workbook: one header, one row a project, no more columns than the register knows."""
    kept = titles[titles["mended"] != ""]
    page = _Sheet(path, SHEET)
    page.head(kept["mended"].to_list(), 0, kept["width"].astype(int).to_list())
    for line, row in enumerate(clean, 1):
        for at, key in enumerate(kept["key"]):
            page.put(line, at, row[key])
    page.book.close()


def write_sent(path: Path, clean: list[Row], titles: pd.DataFrame) -> None:
    """Write the workbook as it was sent, faults and all."""
    page = _Sheet(path, SHEET)
    last = len(titles) - 1
    page.sheet.merge_range(0, 0, 0, last, "无锡市2022年重大项目推进情况表（示例 虚构数据）", page.bold)
    page.sheet.merge_range(1, 0, 1, last, "填报单位：示例项目办    填报日期：2022年9月20日    单位：万元、%", page.bold)
    page.head(titles["sent"].to_list(), HEADER - 1, titles["width"].astype(int).to_list())
    spoilt = {(int(f["row"]), f["key"]): _spoilt(f, clean) for f in rows_of(read_hand("workbook_faults.csv"))}
    for line, row in enumerate(clean, 1):
        for at, key in enumerate(titles["key"]):
            if key != "county":
                page.put(line + HEADER - 1, at, spoilt.get((line, key), row[key]))
    _finish(page, clean, last)
    page.book.close()


def _finish(page: _Sheet, clean: list[Row], last: int) -> None:
    """Merge the counties, hide a row, add the total, the remark and a sheet of explanations."""
    counties = pd.Series([row["county"] for row in clean])
    for county, lines in counties.groupby(counties, sort=False):
        first, end = int(lines.index[0]) + HEADER, int(lines.index[-1]) + HEADER
        page.sheet.merge_range(first, 1, end, 1, county, page.bold)
    hidden = next(int(f["row"]) for f in rows_of(read_hand("workbook_faults.csv")) if f["as"] == "hidden")
    page.sheet.set_row(hidden + HEADER - 1, None, None, {"hidden": True})
    total = len(clean) + HEADER
    page.put(total, 2, "合  计")
    page.put(total, 8, f"=SUM(I{HEADER + 1}:I{total})", shown=sum(row["total"] for row in clean))
    page.sheet.merge_range(total + 1, 0, total + 1, last, "注：1.本表为虚构样表。2.完成投资为1月起累计数。")
    more = page.book.add_worksheet("填表说明")
    more.write_column(0, 0, ["一、每月25日前报送。", "二、金额单位为万元，取整数。", "三、日期填到日，如2022-09-27。"])


def write(origin: Path, folder: Path) -> None:
    """Write both workbooks and the list of faults."""
    to = folder / "returns"
    to.mkdir(exist_ok=True)
    titles, clean = read_hand("workbook_titles.csv"), rows(origin)
    write_sent(to / "wuxi-projects.xlsx", clean, titles)
    write_mended(to / "wuxi-projects-mended.xlsx", clean, titles)
    fault_list(clean, titles).to_csv(to / "faults.csv", index=False, lineterminator="\n")
    (to / "README.md").write_text(page("returns.md"), encoding="utf-8", newline="\n")
