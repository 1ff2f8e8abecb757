"""The five rates 五率: of which projects, how many came a step further in the year of the region's day.

What counts is data: each rate is a row of the dated rule `five-rates` with the words of its numerator and denominator.

| word | a project with |
| --- | --- |
| a stage: `signed`, `filed`, … | an actual date of that stage by the region's day |
| `due:` and a stage | an estimated date of that stage in the year |
| `invested` | money returned for the year, the latest period that is over [分] |
| `plan` | money planned for the year [分] |

A denominator of several words counts a project that any of them names. `scope` "year" leaves out projects that had
reached the numerator before the year began, so the rate says what the year did; "ever" keeps them. A numerator counts
projects of the denominator only, so no rate of projects is above 100 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hechang.region.region import Region
from hechang.register.pipeline import pipeline, whole_month, year_done, year_plan
from hechang.register.rules import rule_value
from hechang.terms.errors import InputError, not_known
from hechang.terms.money import FEN
from hechang.terms.parameters import Parameter, parameters
from hechang.terms.specs import codes

RULE = "five-rates"
EMPTY = "cannot be told: the denominator is zero"
NOWHERE = "-"  # the group of projects that belong to none


@dataclass(frozen=True)
class Rate:
    """One rate: its names, the words of its numerator and denominator, and the rule it rests on."""

    rule: Parameter
    numerator: str
    denominator: tuple[str, ...]
    scope: str

    @property
    def id(self) -> str:
        """Name of the rate, e.g. start-rate."""
        return self.rule.name

    @property
    def money(self) -> bool:
        """Tell whether it counts money [分] and not projects."""
        return self.numerator == "invested"


def definitions(region: Region) -> dict[str, Rate]:
    """All rates by name: the five that ship, and those that only the region's table `rules` has.

    Raises
    ------
    InputError
        where a rule of the region uses a word nobody knows.

    Examples
    --------
    >>> from hechang import tiny
    >>> [rate.rule.zh for rate in definitions(tiny()).values()]
    ['备案率', '开工率', '投资完成率', '竣工率', '投产率']
    """
    own = region.table("rules", columns=["parameter"], where={"rule": RULE})["parameter"]
    names = dict.fromkeys([*(p.name for p in parameters(RULE)), *sorted(own)])
    return {name: _read(rule_value(region, RULE, name)) for name in names}


def rate(region: Region, name: str) -> Rate:
    """One rate by name; raises NotKnown with the nearest, InputError as `definitions`.

    Examples
    --------
    >>> from hechang import tiny
    >>> rate(tiny(), "start-rate").denominator
    ('filed', 'due:started')
    """
    known = definitions(region)
    if name not in known:
        raise not_known("rate", "比率", name, known)
    return known[name]


def _read(rule: Parameter) -> Rate:
    stages = list(codes("stages"))
    words: Mapping[str, Any] = rule.value if isinstance(rule.value, dict) else {}
    top, below, scope = words.get("numerator"), words.get("denominator"), words.get("scope", "year")
    of = tuple([below] if isinstance(below, str) else below if isinstance(below, list) else ())
    money = top == "invested" and of == ("plan",)
    counts = top in stages and len(of) > 0 and all(str(word).removeprefix("due:") in stages for word in of)
    if not (money or counts) or scope not in ("year", "ever") or set(words) - {"numerator", "denominator", "scope"}:
        raise InputError(
            f"Rule '{RULE}', rate '{rule.name}': {rule.value!r} cannot be read. Write a numerator and a denominator of"
            f' stages ({", ".join(stages)}; "due:started" for planned in the year), or "invested" and "plan";'
            ' scope is "year" or "ever"',
            f"规则“{RULE}”的“{rule.name}”: {rule.value!r} 无法读取。分子(numerator)与分母(denominator)请用节点"
            f'({", ".join(stages)}; 计划当年到达写 "due:started"), 或 "invested" 与 "plan"; scope 为 "year" 或 "ever"',
        )
    return Rate(rule, str(top), of, str(scope))


def standing(region: Region) -> pd.DataFrame:
    """One row a project, all that rates count: dates of its stages as in `pipeline`, plan and done of the year [分].

    Also place, body (responsible body, else who answers for the row) and synthetic; `done` is empty where no month of
    the year is over.

    Examples
    --------
    >>> from hechang import tiny
    >>> standing(tiny()).loc["p3", ["started_actual", "plan", "done"]].to_list()
    ['2021-06-01', 1200000000, 500000000]
    """
    return region.once("standing of rates", lambda: _standing(region))


def _standing(region: Region) -> pd.DataFrame:
    sql = "SELECT id, place, coalesce(lead, owner) AS body, synthetic FROM projects ORDER BY id"
    rows = region.query(sql).set_index("id").join(pipeline(region))
    year = int(region.day[:4])
    over = whole_month(region.day).year == year
    done = year_done(region)["done"] if over else pd.Series(dtype="int64[pyarrow]")
    return rows.assign(plan=year_plan(region, year).reindex(rows.index), done=done.reindex(rows.index))


def parts(one: Rate, rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """What each project adds to a rate: numerator, denominator [projects, or 分], lacking (it cannot be counted).

    Parameters
    ----------
    rows
        As `standing` gives them.
    day
        Day of the region; its year is the year of the rate.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> parts(rate(r, "filing-rate"), standing(r), r.day)[["numerator", "denominator"]].sum().to_list()
    [1, 2]
    """
    if one.money:
        planned, told = rows["plan"].fillna(0) > 0, rows["done"].notna()
        amount = pd.DataFrame({"numerator": rows["done"], "denominator": rows["plan"]}).astype("Int64")
        return amount.where(planned, 0).fillna(0).assign(lacking=planned != told)
    inside = pd.Series(False, index=rows.index)
    for word in one.denominator:
        inside |= _named(word, rows, day)
    came = rows[f"{one.numerator}_actual"]
    if one.scope == "year":
        inside &= ~(came < day[:4]).fillna(False).astype(bool)
    counted = pd.DataFrame({"numerator": inside & came.notna(), "denominator": inside}).astype("Int64")
    return counted.assign(lacking=rows["stage"].isna())


def _named(word: str, rows: pd.DataFrame, day: str) -> pd.Series:
    if word.startswith("due:"):
        planned = rows[f"{word.removeprefix('due:')}_estimated"].str.startswith(day[:4])
        return planned.fillna(False).astype(bool)
    return rows[f"{word}_actual"].notna()


def rates(region: Region, groups: pd.Series) -> pd.DataFrame:
    """Every rate of every group of projects.

    Parameters
    ----------
    groups
        Group of each project, indexed by project; those without one count for the group "-".

    Returns
    -------
    DataFrame
        Indexed by (group, rate), the groups in order: numerator, denominator [projects, or 分 for money], value [%,
        empty where the denominator is zero], lacking [projects that cannot be counted], synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> found = rates(r, r.projects["place"].map({"a": "x", "b": "y", "c": "y"}))
    >>> found.loc["y"]["value"].round(1).dropna().to_dict()
    {'filing-rate': 100.0, 'start-rate': 0.0, 'investment-rate': 58.3, 'completion-rate': 0.0, 'production-rate': 0.0}
    """
    rows = standing(region)
    of = groups.reindex(rows.index).astype("string").fillna(NOWHERE)
    invented = rows["synthetic"].fillna(False).astype(bool)
    sums = {"numerator": "sum", "denominator": "sum", "lacking": "sum", "synthetic": "any"}
    made = {
        name: parts(one, rows, region.day).assign(synthetic=invented).groupby(of).agg(sums)
        for name, one in definitions(region).items()
    }
    table = pd.concat(made, names=["rate", "group"]).swaplevel().sort_index(level="group", sort_remaining=False)
    whole = table["denominator"].where(table["denominator"] > 0).astype("Float64")
    return table.assign(value=(table["numerator"].astype("Float64") / whole * 100).round(4))


def not_counted(region: Region) -> list[dict[str, str]]:
    """Projects that a rate cannot count, and why: [{id, why}].

    Examples
    --------
    >>> from hechang import tiny
    >>> not_counted(tiny())
    []
    """
    rows, year = standing(region), region.day[:4]
    planned, told = rows["plan"].fillna(0) > 0, rows["done"].notna()
    why = pd.Series(pd.NA, index=rows.index, dtype="string")
    why[rows["stage"].isna()] = "没有任何节点日期 / no date of any stage"
    why[told & ~planned] = f"有 {year} 年填报而没有年度计划 / money returned for {year}, no plan"
    why[planned & ~told] = f"有 {year} 年计划而没有填报 / a plan for {year}, no money returned"
    return [{"id": str(id), "why": str(text)} for id, text in why.dropna().items()]


def in_words(one: Rate, day: str) -> tuple[str, str]:
    """Say what a rate counts, in Chinese and in English.

    Examples
    --------
    >>> from hechang import tiny
    >>> zh, en = in_words(rate(tiny(), "start-rate"), "2022-09-27")
    >>> print(zh, *en.split("; "), sep=chr(10))
    分母: 截至 2022-09-27 已备案或计划 2022 年开工, 且 2022 年以前未开工的项目; 分子: 其中已开工
    denominator: projects filed or due to be started in 2022 by 2022-09-27, not started before 2022
    numerator: of these, started
    """
    year = day[:4]
    if one.money:
        month = whole_month(day).text
        return (
            f"分母: {year} 年计划投资; 分子: 有计划的项目截至 {month} 的本年完成投资 (最近一期填报)",
            f"denominator: investment planned for {year}; numerator: done by {month}, of projects with a plan",
        )
    zh, en = _stages(one, year)
    top = codes("stages")[one.numerator]
    done = _done(one.numerator)
    before = (f", 且 {year} 年以前未{top.zh}", f", not {done} before {year}") if one.scope == "year" else ("", "")
    return (
        f"分母: 截至 {day} {zh}{before[0]}的项目; 分子: 其中已{top.zh}",
        f"denominator: projects {en} by {day}{before[1]}; numerator: of these, {done}",
    )


def _stages(one: Rate, year: str) -> tuple[str, str]:
    zh, en = [], []
    for word in one.denominator:
        stage = word.removeprefix("due:")
        title, planned = codes("stages")[stage].zh, word != stage
        zh.append(f"计划 {year} 年{title}" if planned else f"已{title}")
        en.append(f"due to be {_done(stage)} in {year}" if planned else _done(stage))
    return "或".join(zh), " or ".join(en)


def _done(stage: str) -> str:
    return codes("stages")[stage].en.lower()


def said(found: pd.DataFrame, known: Mapping[str, Rate], titles: pd.DataFrame) -> dict[str, pd.Series]:
    """Columns of a list for figures of `rates`: who, the figures in their unit, the reason in words.

    Parameters
    ----------
    found
        `rates` with group and rate as columns.
    known
        The definitions behind them.
    titles
        Name of the group of each row, in columns zh and en.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> found = rates(r, pd.Series("all", index=r.projects.index)).reset_index()[:1]
    >>> said(found, definitions(r), pd.DataFrame({"zh": ["全部"], "en": ["all"]}))["reason"].to_list()
    ['备案率 50.0 % = 1 / 2 个']
    """
    money = found["rate"].map({name: one.money for name, one in known.items()}).astype(bool)
    step = money.map({True: FEN["万元"], False: 1})
    top, below = (found[name].astype("Float64") / step for name in ("numerator", "denominator"))
    figures = _shown(top, ",.0f") + " / " + _shown(below, ",.0f")
    zh, en = (
        found["rate"].map({name: getattr(one.rule, lang) for name, one in known.items()}) for lang in ("zh", "en")
    )
    share, none = " " + _shown(found["value"], ".1f") + " % = " + figures, found["value"].isna()
    return {
        "name": titles["zh"] + " " + zh,
        "name_en": titles["en"] + ", " + en.str.lower(),
        "owner": titles["zh"],
        "geography": titles["zh"],
        "reason": zh + (share + money.map({True: " 万元", False: " 个"})).mask(none, " 无法计算: 分母为零"),
        "reason_en": en + (share + money.map({True: " (10,000 CNY)", False: " projects"})).mask(none, " " + EMPTY),
        "numerator": top,
        "denominator": below,
        "unit": money.map({True: "万元", False: "个"}).astype("string"),
    }


def _shown(column: pd.Series, form: str) -> pd.Series:
    return column.map(lambda value: format(value, form), na_action="ignore").astype("string").fillna("-")
