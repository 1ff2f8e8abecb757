"""Columns of a project sheet that belong to other tables: dates of stages, the plan of a year, money done so far.

`预计开工日期` is an estimated date in project_events, `2022年计划投资(万元)` a row of project_years,
`截至2022年8月完成投资` and `1-8月累计完成投资` a row of returns with the sum since January.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from hechang.intake.sheets.titles import Meaning, Title, fold
from hechang.terms.specs import codes

BESIDE = ("project_events", "project_years", "returns", "task_returns")  # what a row of projects or tasks can fill too
_STAGES = {
    "策划": "planned", "签约": "signed", "备案": "filed", "拿地": "land", "供地": "land", "摘牌": "land",
    "取得土地": "land", "土地取得": "land", "开工": "started", "动工": "started", "入库": "library", "纳统": "library",
    "入库纳统": "library", "入统": "library", "竣工": "completed", "完工": "completed", "建成": "completed",
    "投产": "producing", "投产运营": "producing",
}  # fmt: skip
_ESTIMATED = ("预计", "计划", "拟", "预期", "目标", "计划(预计)")
_STAGE = re.compile(
    rf"(预计|计划|拟|预期|目标|实际|已)?({'|'.join(sorted(_STAGES, key=len, reverse=True))})(日期|时间|年月|日|月份)?"
)
_PLAN = re.compile(r"(?:(\d{4})年?度?|本年度?|当年|今年|年度)(?:计划(?:完成)?投资|投资计划|计划完成)(?:额|金额)?")
_YEAR_DONE = re.compile(
    r"(?:(\d{4})年|本年度?|当年|今年|年内|年初以来|年初至今)(?:度)?(?:已)?累计(?:已)?完成投资(?:额|金额)?"
)
_DONE = re.compile(
    r"(截至|截止|至)?(?:(\d{4})年)?(1(?:月)?(?:~|至|到|-)?)??(\d{1,2})月(?:底|末|份)?(累计)?(?:已)?完成(?:投资|投资额|投资金额)?(?:额)?"
)
_ALL_DONE = re.compile(r"(?:自?开工(?:以来)?|开工至今|历年)累计(?:已)?完成投资(?:额)?|累计(?:已)?完成投资(?:额)?")
_REST = {
    "形象进度": "progress", "工程形象进度": "progress", "完成进度": "progress", "工程进度": "progress",
    "进度": "progress", "progress": "progress", "存在问题": "problem", "堵点难点": "problem", "主要问题": "problem",
    "存在困难": "problem", "需协调事项": "problem", "需协调解决的问题": "problem",
    "进展情况": "note", "工程进展": "note", "当前进展": "note", "最新进展": "note",
    "项目进展": "note", "进展": "note", "blockingproblem": "problem",
}  # fmt: skip
_TASK_NOTES = (
    "进展情况", "工作进展", "当前进展", "最新进展", "进展", "工作进展情况", "推进情况", "完成情况", "落实情况",
    "工作推进情况", "progressnote",
)  # fmt: skip
_OF_MONTH = re.compile(r"(?:截至|截止|至)?(?:(\d{4})年)?(?:1月?[-~至到])?(\d{1,2})月(?:底|末|份)?(.+)")
_ENGLISH = re.compile(r"(plannedinvestment|invested|progress|blockingproblem)(?:upto)?((?:19|20)\d{2})(?:-(\d{2}))?")
_MONTH_IN_TEXT = re.compile(r"(\d{4})\s*年\s*(?:1\s*(?:月)?\s*[-~—至到]\s*)?(\d{1,2})\s*月")
_YEAR_IN_TEXT = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")


@dataclass(frozen=True)
class Times:
    """Year and month that the lines above the header, the sheet or the file speak of; empty where they do not."""

    year: str = ""
    period: str = ""


def times_in(*texts: str) -> Times:
    """Find the year and the month a sheet speaks of; the first text that names one counts.

    Examples
    --------
    >>> times_in("2022年1—8月重大项目进展表")
    Times(year='2022', period='2022-08')
    """
    plain = [unicodedata.normalize("NFKC", text) for text in texts]
    months = [found for text in plain if (found := _MONTH_IN_TEXT.search(text))]
    years = [named for text in plain if (named := {*_YEAR_IN_TEXT.findall(text)})]
    fits = [f"{m.group(1)}-{int(m.group(2)):02}" for m in months if 1 <= int(m.group(2)) <= 12]
    year = next(iter(years[0])) if years and len(years[0]) == 1 else ""  # a text that names two years names none
    return Times(year, fits[0] if fits else "")


def wide_meaning(title: Title, times: Times) -> Meaning | str | None:
    """Tell what a title of a project sheet means beyond the fields of projects.

    Returns
    -------
    Meaning, or the kind of fault (`month-amount`, `period-unknown`), or None where the title is not of this sort.

    Examples
    --------
    >>> from hechang.intake.sheets.titles import read_title
    >>> wide_meaning(read_title("计划开工时间"), Times()).fixed
    (('stage', 'started'),)
    >>> wide_meaning(read_title("8月完成投资(万元)"), Times("2022"))
    'month-amount'
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", title.shown).replace("—", "-").replace("－", "-"))
    plain = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", plain).strip("*:").lower()
    for tail in (title.unit,):
        plain = plain.removesuffix(tail) if tail else plain
    found = _stage(title, plain) or _year(plain, times) or _done(plain, times) or _rest(plain, times)
    return found or _english(plain)


def _stage(title: Title, plain: str) -> Meaning | None:
    for key in (plain, *title.keys):
        found = _STAGE.fullmatch(key)
        if found and (found.group(1) or found.group(3)):
            planned = found.group(1) in _ESTIMATED or any(hint in _ESTIMATED for hint in title.hints)
            field = "estimated" if planned else "actual"
            return Meaning("project_events", field, (("stage", _STAGES[found.group(2)]),))
    return stage_titles().get(fold(title.shown))


@cache
def stage_titles() -> Mapping[str, Meaning]:
    """Titles of stage dates as our own templates write them, in both languages, by folded title."""
    made = {}
    for code in codes("stages").values():
        for field, zh, en in (("actual", "", ""), ("estimated", "预计", " (estimated)")):
            meaning = Meaning("project_events", field, (("stage", code.code),))
            made[fold(f"{zh}{code.zh}日期")] = meaning
            made[fold(f"{code.en} on{en}")] = meaning
    return MappingProxyType(made)


def _year(plain: str, times: Times) -> Meaning | str | None:
    found = _PLAN.fullmatch(plain)
    if not found:
        return None
    year = found.group(1) or times.year
    return Meaning("project_years", "invest_plan", (("year", year),)) if year else "period-unknown"


def _done(plain: str, times: Times) -> Meaning | str | None:
    if _ALL_DONE.fullmatch(plain):
        return _return("invest_done_total", times.period)
    of_year = _YEAR_DONE.fullmatch(plain)
    if of_year:
        fits = times.period and of_year.group(1) in (None, times.period[:4])
        return _return("invest_done", times.period if fits else "")
    found = _DONE.fullmatch(plain)
    if not found or not 1 <= int(found.group(4)) <= 12:
        return None
    if not (found.group(1) or found.group(3) or found.group(5) or found.group(4) in ("1", "01")):
        return "month-amount"
    year = found.group(2) or times.year
    return _return("invest_done", f"{year}-{int(found.group(4)):02}" if year else "")


def _return(field: str, period: str) -> Meaning | str:
    return Meaning("returns", field, (("period", period),)) if period else "period-unknown"


def _rest(plain: str, times: Times) -> Meaning | str | None:
    """Progress, problems and remarks: of the month the sheet speaks of, or of the one in the title itself."""
    if fold(plain) in _REST:
        return _return(_REST[fold(plain)], times.period)
    found = _OF_MONTH.fullmatch(plain)
    if not found or fold(found[3]) not in _REST or not 1 <= int(found[2]) <= 12:
        return None
    year = found[1] or times.year
    return _return(_REST[fold(found[3])], f"{year}-{int(found[2]):02}" if year else "")


def of_task(title: Title, times: Times) -> Meaning | str | None:
    """Tell what a title of a sheet of tasks means beyond the fields of tasks: the progress told for a month.

    Examples
    --------
    >>> from hechang.intake.sheets.titles import read_title
    >>> of_task(read_title("8月工作进展"), Times("2022"))
    Meaning(table='task_returns', field='note', fixed=(('period', '2022-08'),))
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", title.shown)).strip("*:").lower()
    found = _OF_MONTH.fullmatch(plain)
    word = fold(found[3]) if found and 1 <= int(found[2]) <= 12 else fold(plain)
    if word not in _TASK_NOTES:
        return None
    year = (found[1] or times.year) if found else ""
    period = (f"{year}-{int(found[2]):02}" if year else "") if found else times.period
    return Meaning("task_returns", "note", (("period", period),)) if period else "period-unknown"


def _english(plain: str) -> Meaning | None:
    """English titles of our own forms; Chinese ones are read as offices write them."""
    found = _ENGLISH.fullmatch(plain)
    if not found:
        return None
    word, year, month = found.groups()
    if word == "plannedinvestment":
        return None if month else Meaning("project_years", "invest_plan", (("year", year),))
    field = {"invested": "invest_done", "progress": "progress", "blockingproblem": "problem"}[word]
    return Meaning("returns", field, (("period", f"{year}-{month}"),)) if month else None
