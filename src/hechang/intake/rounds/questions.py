"""Questions to the body about figures that may be right: they go back as yellow cells, and stop nothing."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import pandas as pd

from hechang.intake.rounds.reading import Returned
from hechang.region.region import Region
from hechang.register.rules import rule_value
from hechang.terms.dates import last_day
from hechang.terms.findings import Finding
from hechang.terms.money import show_money
from hechang.terms.specs import codes

RULE = "collection-round"
ASK = "ask-"  # beginning of the kind of every question
STAGES = ("started", "completed")  # whose estimated date may have passed
_BEFORE = """
    SELECT project, max_by(period, period) AS then, max_by(invest_done, period) AS done FROM returns
    WHERE invest_done IS NOT NULL AND period < $period AND starts_with(period, $year) AND length(period) = 7
          AND project IN (SELECT unnest($ids)) GROUP BY project"""
_PLAN = """SELECT project, max(invest_plan) AS plan FROM project_years
           WHERE year = $year AND project IN (SELECT unnest($ids)) GROUP BY project"""


class Words(NamedTuple):
    """One question: its kind, its text and its mend in both languages."""

    kind: str
    en: str
    zh: str
    mend_en: str
    mend_zh: str


FELL = Words(
    ASK + "fell", "the year's sum {value} is less than {near} of {when}", "本年累计 {value}, 少于 {when} 的 {near}",
    "a sum since January does not shrink: check it, or tell why", "累计数不应减少, 请核对或说明原因",
)  # fmt: skip
JUMP = Words(
    ASK + "jump", "{value} against {near} of {when}: {points} points of the year's plan since then",
    "{value}, 较 {when} 的 {near} 增加年度计划的 {points} 个百分点",
    "check the unit (万元) and the figure, or tell why", "请核对单位(万元)和数值, 或说明原因",
)  # fmt: skip
FULL = Words(
    ASK + "full", "progress is 100 %, but no date of completion is known", "形象进度已达 100%, 但没有竣工日期",
    "give the date of completion, or the true progress", "请补填竣工日期, 或核对进度",
)  # fmt: skip
PASSED = Words(
    ASK + "passed", "the estimated date '{value}' ({stage}) has passed and no actual date is known",
    "预计{stage}日期 {value} 已过, 没有实际日期",
    "give the actual date, or a new estimate", "请填实际日期, 或更新预计日期",
)  # fmt: skip


def questions(region: Region, returned: Returned) -> tuple[Finding, ...]:
    """Ask about what may be right and looks odd; thresholds are the dated rule `collection-round` (assumptions).

    A sum of the year that fell; a jump of more than `jump` points of the year's plan in a month; progress of 100 %
    without a date of completion; an estimated date that has passed without an actual one.

    Parameters
    ----------
    region
        The register now: returns of earlier months, plans and dates are taken from it.
    returned
        What `read_return` gave.

    Returns
    -------
    tuple
        Findings of severity `warning`, each at its cell; their kinds begin with `ask-`.
    """
    return (*_of_money(region, returned), *_full(region, returned), *_passed(region, returned))


def _said(returned: Returned, table: str, field: str, of: str) -> pd.DataFrame:
    """Answers to one column, indexed by project: value, cell."""
    found = returned.answers
    mine = found[(found["table"] == table) & (found["field"] == field) & (found["of"] == of)].set_index("project")
    values = pd.Series([json.loads(text) for text in mine["value"]], index=mine.index, dtype=object)
    return mine[["cell"]].assign(value=values).dropna(subset="value")


def _of_money(region: Region, returned: Returned) -> list[Finding]:
    said, period = _said(returned, "returns", "invest_done", returned.period), returned.period
    ids = said.index.astype(str).tolist()
    before = region.query(_BEFORE, period=period, year=period[:4], ids=ids or [""]).set_index("project")
    plan = region.query(_PLAN, year=int(period[:4]), ids=ids or [""]).set_index("project")["plan"]
    known = said.join(before, how="inner").join(plan)
    known = known.assign(points=_points(known))
    fell = known[known["value"].astype(float) < known["done"].astype(float)]
    months = int(period[5:7]) - known["then"].str[5:7].astype(int)
    most = float(rule_value(region, RULE, "jump").value) * months
    jumped = known[known["points"] > most]
    return [*_ask(returned, FELL, _money_words(fell)), *_ask(returned, JUMP, _money_words(jumped))]


def _points(rows: pd.DataFrame) -> pd.Series:
    """Points of the year's plan done since the month reported before; NaN without a plan."""
    risen = rows["value"].astype(float) - rows["done"].astype(float)
    plan = rows["plan"].astype("Float64").fillna(0).astype(float)
    return risen / plan.where(plan > 0) * 100


def _money_words(rows: pd.DataFrame) -> pd.DataFrame:
    words = {"value": rows["value"], "near": rows["done"]}
    made = rows[["cell"]].assign(when=rows["then"], points=rows["points"].map("{:.0f}".format))
    for name, column in words.items():
        pairs = [(show_money(int(fen), "en"), show_money(int(fen))) for fen in column]
        made[name] = pd.Series(pairs, index=made.index, dtype=object)
    return made


def _full(region: Region, returned: Returned) -> list[Finding]:
    said = _said(returned, "returns", "progress", returned.period)
    full = said[said["value"].astype(float) >= 100]
    return _ask(returned, FULL, full[~full.index.isin(_done(region, returned, ("completed", "producing")))])


def _done(region: Region, returned: Returned, stages: Sequence[str]) -> set[str]:
    """Projects with an actual date of one of the stages, in the register or in the return."""
    sql = "SELECT DISTINCT project FROM project_events WHERE actual IS NOT NULL AND stage IN (SELECT unnest($stages))"
    known = region.query(sql, stages=[*stages])["project"].tolist()
    told = [_said(returned, "project_events", "actual", stage).index.tolist() for stage in stages]
    return {str(id) for id in (*known, *chain.from_iterable(told))}


def _passed(region: Region, returned: Returned) -> list[Finding]:
    later = {"started": (*STAGES, "library", "producing"), "completed": ("completed", "producing")}
    return [f for stage in STAGES for f in _passed_stage(region, returned, stage, later[stage])]


def _passed_stage(region: Region, returned: Returned, stage: str, later: Sequence[str]) -> list[Finding]:
    columns = returned.seen.columns
    at = next((c for c in columns if c.field == "estimated" and dict(c.fixed).get("stage") == stage), None)
    rows = returned.rows
    if at is None or rows.empty:
        return []
    sql = "SELECT project, estimated FROM project_events WHERE stage = $stage AND estimated IS NOT NULL"
    known = region.query(sql, stage=stage).drop_duplicates("project").set_index("project")["estimated"]
    known = known[known.index.isin(rows.index)].astype(object)
    said = _said(returned, "project_events", "estimated", stage)["value"]
    known = said.combine_first(known)
    over = known[known.map({text: last_day(text).isoformat() < region.day for text in known.unique()}).astype(bool)]
    over = over[~over.index.isin(_done(region, returned, later)) & over.index.isin(rows.index)]
    cell = [f"{sheet}!{at.letters}{row}" for sheet, row in rows.reindex(over.index)]
    word = codes("stages")[stage]
    words = pd.Series([(word.en.lower(), word.zh)] * len(over), index=over.index, dtype=object)
    return _ask(returned, PASSED, pd.DataFrame({"cell": cell, "value": over, "stage": words}))


def _ask(returned: Returned, words: Words, rows: pd.DataFrame) -> list[Finding]:
    """Make one question a row; columns other than `cell` fill its text, a pair is (en, zh)."""
    return [_question(returned, words, row) for row in rows.to_dict("records")]


def _question(returned: Returned, words: Words, row: Mapping[Hashable, object]) -> Finding:
    sheet, _, cell = str(row["cell"]).rpartition("!")
    en, zh = ({str(k): v[at] if isinstance(v, tuple) else v for k, v in row.items()} for at in (0, 1))
    return Finding(
        en=words.en.format(**en), zh=words.zh.format(**zh), mend_en=words.mend_en, mend_zh=words.mend_zh,
        file=returned.path.name, sheet=sheet, cell=cell, table="projects", value=str(zh.get("value", "")),
        kind=words.kind, severity="warning",
    )  # fmt: skip
