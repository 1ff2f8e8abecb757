"""How good the data of each city and each reporter are: four shares with numerator and denominator, one score.

score = sum of weight × share / sum of weights, over the shares that can be worked out. Weights, the fields asked and
the least score are dated parameters of the rule `data-quality`, all of them our own assumption.
"""

from __future__ import annotations

import pandas as pd

from hechang.region.cities import CITY_OF
from hechang.region.region import Region
from hechang.register.pipeline import whole_month
from hechang.register.rules import rule_value
from hechang.terms.errors import InputError
from hechang.terms.parameters import Parameter
from hechang.terms.specs import codes, table
from hechang.terms.units import share

RULE = "data-quality"
PARTS = ("completeness", "timeliness", "evidence", "consistency")


def quality(region: Region) -> pd.DataFrame:
    """Score the data of every city that has projects.

    Returns
    -------
    DataFrame
        Indexed by city: name, name_en, value [score, %; null where no part is known], for each of `PARTS` its share
        NAME [%], NAME_numerator and NAME_denominator (see the function of that name), why_missing (parts left out),
        projects, synthetic [counts], newest (period of the newest return). `attrs["weights"]` holds the dated weights.

    Raises
    ------
    InputError
        for weights below zero, or all of them zero.

    Examples
    --------
    >>> from hechang import tiny
    >>> quality(tiny())[["value", "evidence", "timeliness_numerator"]].to_dict("index")["y"]
    {'value': 62.9, 'evidence': 0.0, 'timeliness_numerator': 2}
    """
    cities = _cities(region)
    weights = {name: rule_value(region, RULE, name) for name in PARTS}
    parts = {name: _share(PART_OF[name](region).reindex(cities.index)) for name in PARTS}
    made = cities.assign(value=_score(parts, weights), why_missing=_left_out(parts))
    for name, part in parts.items():
        columns = {"value": name, "numerator": f"{name}_numerator", "denominator": f"{name}_denominator"}
        made = made.join(part[list(columns)].rename(columns=columns))
    made.attrs = {"weights": weights}
    return made


def _share(part: pd.DataFrame) -> pd.DataFrame:
    known = share(part["numerator"], part["denominator"])
    return known.assign(value=known["value"].round(1))


def _score(parts: dict[str, pd.DataFrame], weights: dict[str, Parameter]) -> pd.Series:
    given = {name: weight.value for name, weight in weights.items()}
    if not all(isinstance(n, int | float) and n >= 0 for n in given.values()) or sum(given.values()) == 0:
        raise InputError(
            f"The weights of '{RULE}' must be numbers of 0 or more, and not all be 0: {given}",
            f"规则“{RULE}”的权重须为不小于零的数, 且不得全为零: {given}",
        )
    values = pd.DataFrame({name: part["value"] for name, part in parts.items()}).astype("Float64")
    counted = values.notna().astype(float) * pd.Series(given)
    whole = counted.sum(axis=1).astype("Float64")
    return ((values.fillna(0) * pd.Series(given)).sum(axis=1) / whole.where(whole > 0)).round(1)


def _left_out(parts: dict[str, pd.DataFrame]) -> pd.Series:
    """Which parts a score does without; the others then share its weight."""
    words = {
        "completeness": "无项目 / no projects",
        "timeliness": "无在建项目, 及时性不计 / no project under works, timeliness left out",
        "evidence": "无数据行 / no rows",
        "consistency": "无项目 / no projects",
    }
    told = pd.DataFrame({name: part["value"].isna() for name, part in parts.items()})
    why = pd.Series(pd.NA, index=told.index, dtype="string")
    for name in reversed(PARTS):
        why = why.mask(told[name], words[name])
    return why


def _cities(region: Region) -> pd.DataFrame:
    sql = f"""
        WITH RECURSIVE {CITY_OF},
        own AS (SELECT p.id AS project, c.city, p.synthetic FROM projects p JOIN city_of c ON c.place = p.place),
        told AS (SELECT o.city, max(r.period) AS newest FROM returns r JOIN own o ON o.project = r.project
                 WHERE r.period <= $day GROUP BY o.city)
        SELECT o.city AS id, any_value(n.name) AS name, any_value(n.name_en) AS name_en, count(*) AS projects,
               count(*) FILTER (o.synthetic) AS synthetic, any_value(t.newest) AS newest
        FROM own o JOIN places n ON n.id = o.city LEFT JOIN told t ON t.city = o.city GROUP BY o.city ORDER BY o.city"""
    return region.query(sql, day=region.day).set_index("id")


def asked_fields(region: Region) -> list[str]:
    """Columns of `projects` every project should fill, by the dated rule; raises NotKnown for one that is none.

    Examples
    --------
    >>> from hechang import tiny
    >>> asked_fields(tiny())[:2]
    ['code', 'place']
    """
    return [table("projects").field(str(name)).name for name in rule_value(region, RULE, "fields").value]


def _filled(region: Region) -> str:
    """SQL for the number of cells filled in a group of projects `p`."""
    return " + ".join(f"count(nullif(p.\"{name}\"::VARCHAR, ''))" for name in asked_fields(region)) or "0"


def completeness(region: Region) -> pd.DataFrame:
    """Cells filled (numerator) of cells asked (denominator) by city; the cells are `asked_fields` of each project.

    Examples
    --------
    >>> from hechang import tiny
    >>> completeness(tiny()).to_dict("index")["x"]
    {'numerator': 3, 'denominator': 7}
    """
    sql = f"""
        WITH RECURSIVE {CITY_OF}
        SELECT c.city, {_filled(region)} AS numerator, count(*) * {len(asked_fields(region))} AS denominator
        FROM projects p JOIN city_of c ON c.place = p.place GROUP BY c.city"""
    return region.query(sql).set_index("city")


def timeliness(region: Region) -> pd.DataFrame:
    """Projects with a return of the last whole month, of those under works in it, by city.

    Under works: started or in the statistical library by the end of that month, not completed before it.

    Examples
    --------
    >>> from hechang import tiny
    >>> timeliness(tiny()).to_dict("index")
    {'y': {'numerator': 2, 'denominator': 2}}
    """
    sql = f"""
        WITH RECURSIVE {CITY_OF},
        works AS (SELECT project FROM project_events
                  WHERE left(actual, 7) <= $month GROUP BY project
                  HAVING bool_or(stage IN ('started', 'library'))
                         AND NOT bool_or(stage IN ('completed', 'producing') AND left(actual, 7) < $month)),
        told AS (SELECT DISTINCT project FROM returns WHERE starts_with(period, $month))
        SELECT c.city, count(t.project) AS numerator, count(*) AS denominator
        FROM works w JOIN projects p ON p.id = w.project JOIN city_of c ON c.place = p.place
             LEFT JOIN told t ON t.project = w.project GROUP BY c.city"""
    return region.query(sql, month=whole_month(region.day).text).set_index("city")


def evidence(region: Region) -> pd.DataFrame:
    """Rows that stand on a sentence or a cell of a kept document, of all rows about projects, by city.

    Examples
    --------
    >>> from hechang import tiny
    >>> evidence(tiny()).to_dict("index")["x"]
    {'numerator': 0, 'denominator': 2}
    """
    rows = " UNION ALL ".join(
        f"""SELECT {key} AS project, count(*) AS n,
                   count(*) FILTER (starts_with(source, 'import:') OR starts_with(source, 'statement:')) AS told
            FROM {name} GROUP BY {key}"""
        for name, key in (("projects", "id"), ("project_events", "project"), ("project_years", "project"),
                          ("returns", "project"))
    )  # fmt: skip
    sql = f"""
        WITH RECURSIVE {CITY_OF}, r AS ({rows})
        SELECT c.city, sum(told)::BIGINT AS numerator, sum(n)::BIGINT AS denominator
        FROM r JOIN projects p ON p.id = r.project JOIN city_of c ON c.place = p.place GROUP BY c.city"""
    return region.query(sql).set_index("city")


def consistency(region: Region) -> pd.DataFrame:
    """Projects that do not contradict themselves, of all projects, by city.

    A contradiction: a stage certainly before an earlier one, money below zero, progress outside 0 to 100 %, a total
    since the start below the amount of the year.

    Examples
    --------
    >>> from hechang import tiny
    >>> consistency(tiny()).to_dict("index")["x"]
    {'numerator': 1, 'denominator': 1}
    """
    stages = list(codes("stages"))
    dates = ", ".join(f"min(actual) FILTER (stage = '{stage}') AS {stage}" for stage in stages)
    wrong = " OR ".join(_before(stages[:n], stage) for n, stage in enumerate(stages) if n)
    sql = f"""
        WITH RECURSIVE {CITY_OF},
        e AS (SELECT project, {dates} FROM project_events WHERE actual IS NOT NULL GROUP BY project),
        wrong AS (SELECT project FROM e WHERE {wrong}
                  UNION SELECT project FROM returns
                        WHERE invest_done < 0 OR progress < 0 OR progress > 100 OR invest_done_total < invest_done)
        SELECT c.city, count(*) - count(w.project) AS numerator, count(*) AS denominator
        FROM projects p JOIN city_of c ON c.place = p.place LEFT JOIN wrong w ON w.project = p.id GROUP BY c.city"""
    return region.query(sql).set_index("city")


def _before(earlier: list[str], stage: str) -> str:
    """SQL: the stage is certainly before one of the earlier ones; a month may lie on either side of its days."""
    latest = f"greatest({', '.join(earlier)})" if len(earlier) > 1 else earlier[0]
    return f"coalesce({stage} < {latest} AND NOT starts_with({latest}, {stage}), false)"


PART_OF = {"completeness": completeness, "timeliness": timeliness, "evidence": evidence, "consistency": consistency}


def reporters(region: Region) -> pd.DataFrame:
    """What each body that answers for projects or was asked in a round has filled in and returned.

    Returns
    -------
    DataFrame
        Indexed by body: name, name_en, place, projects [count], filled and asked [cells of `asked_fields`], value [%
        filled, null without projects], rounds_asked, rounds_returned, rounds_late [rounds; late: returned after the due
        day, or not yet though it has passed], last_returned.

    Examples
    --------
    >>> from hechang import tiny
    >>> reporters(tiny()).loc["office-y", ["projects", "filled", "asked"]].to_list()
    [3, 9, 21]
    """
    sql = f"""
        WITH own AS (SELECT coalesce(p.lead, p.owner) AS body, count(*) AS projects, {_filled(region)} AS filled
                     FROM projects p GROUP BY 1),
        asked AS (SELECT b.body, count(*) AS n, count(*) FILTER (b.returned <= $day) AS returned,
                         count(*) FILTER (CASE WHEN b.returned <= $day THEN left(b.returned, length(r.due)) > r.due
                                               ELSE r.due < left($day, length(r.due)) END) AS late,
                         max(b.returned) FILTER (b.returned <= $day) AS last
                  FROM round_bodies b JOIN rounds r ON r.id = b.round
                  WHERE coalesce(b.sent, r.opened, r.period) <= $day GROUP BY b.body)
        SELECT coalesce(o.body, a.body) AS id, n.name, n.name_en, n.place, coalesce(o.projects, 0) AS projects,
               coalesce(o.filled, 0) AS filled, coalesce(o.projects, 0) * {len(asked_fields(region))} AS asked,
               coalesce(a.n, 0) AS rounds_asked, coalesce(a.returned, 0) AS rounds_returned,
               coalesce(a.late, 0) AS rounds_late, a.last AS last_returned
        FROM own o FULL JOIN asked a ON a.body = o.body LEFT JOIN bodies n ON n.id = coalesce(o.body, a.body)
        ORDER BY id"""
    found = region.query(sql, day=region.day).set_index("id")
    found.insert(6, "value", share(found["filled"], found["asked"])["value"].round(1))
    return found
