"""The lights of a region: who is lit, by which clause, since how long; kept by month, and worked out again."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lights.clauses import clauses_in_force, rule_version
from hechang.register.lights.judge import judge
from hechang.register.lights.values import values
from hechang.register.rules import rule_value
from hechang.terms.errors import InputError, not_known
from hechang.terms.ladders import metrics
from hechang.terms.specs import codes

KEPT = ["object", "rule", "metric", "clause", "period", "colour", "reason", "exempt", "value", "periods"]
KEY = ["object", "rule", "metric", "period"]
TABLES = {"project": "projects", "task": "tasks", "district": "places", "city": "places", "fund": "funds"}
MARKS = ["owner", "scope", "synthetic"]  # what a light or a letter takes over from its object


def lights(region: Region, rule: str = "") -> pd.DataFrame:
    """Light of every object by a rule: one row an object and metric.

    Parameters
    ----------
    rule
        Id of a rule; empty takes the dated parameter `rule` of `lights`.

    Returns
    -------
    DataFrame
        object, rule, metric, clause, colour (null where there is no light), value, period, periods, reason, reason_en
        (see `judge`), exempt (why the light is off; null where it is not), kind (of the object), escalation,
        rule_version. `attrs` holds rule, rule_version and missing [{id, why}]: metrics without data.

    Raises
    ------
    NotKnown, InputError
        where no such rule is known, or it is not in force on the region's day.

    Examples
    --------
    >>> from hechang import tiny
    >>> lit = lights(tiny())
    >>> lit[lit["metric"] == "progress-ratio"][["object", "colour"]].values.tolist()
    [['p3', 'yellow'], ['p4', 'green']]
    """
    named = rule or str(rule_value(region, "lights", "rule").value)
    clauses = clauses_in_force(region, named)
    seen = values(region, clauses)
    version = rule_version(clauses)
    made = judge(seen, clauses).assign(rule_version=version)
    words = clauses.drop_duplicates("clause").set_index("clause")["escalation"].to_dict()
    kinds = {name: one.object for name, one in metrics().items()}
    made = made.assign(
        escalation=made["clause"].map(words).astype("string"),
        kind=made["metric"].map(kinds).astype("string"),
        exempt=_exempt(region, named, made["object"]),
    )
    made.attrs = {"rule": named, "rule_version": version, "missing": seen.attrs["missing"]}
    return made


def _exempt(region: Region, rule: str, objects: pd.Series) -> pd.Series:
    """Why a light is off: the exemption of the object from the rule that holds on the day, and who allowed it."""
    sql = """SELECT object, max_by(reason || ' (' || approver || ')', (coalesce(since, ''), id)) AS why FROM exemptions
             WHERE rule = $rule AND coalesce(since, '') <= $day
                   AND coalesce("until" >= left($day, length("until")), true)
             GROUP BY object"""
    why = region.query(sql, rule=rule, day=region.day).set_index("object")["why"].to_dict()
    return objects.map(why).astype("string") if why else pd.Series(pd.NA, index=objects.index, dtype="string")


def severity(colours: pd.Series) -> pd.Series:
    """Rank of each colour, green 1 to red 5; 0 where there is none.

    Examples
    --------
    >>> severity(pd.Series(["green", "red", None])).tolist()
    [1, 5, 0]
    """
    ranks = {code: rank for rank, code in enumerate(codes("colours"), start=1)}
    return colours.map(ranks).fillna(0).astype(int)


def burning(lit: pd.DataFrame) -> pd.DataFrame:
    """Lights that are on and not green: neither exempt nor without a clause."""
    return lit[(severity(lit["colour"]) > 1) & lit["exempt"].isna()]


def worst(lit: pd.DataFrame) -> pd.DataFrame:
    """One row an object: its worst light, the reasons of all its lights in one; worst first.

    Examples
    --------
    >>> lit = pd.DataFrame({"object": ["p", "p"], "colour": ["yellow", "red"], "value": [1.0, 2.0],
    ...                     "reason": ["甲", "乙"], "reason_en": ["a", "b"]})
    >>> worst(lit)[["object", "colour", "reason"]].values.tolist()
    [['p', 'red', '乙; 甲']]
    """
    rank = severity(lit["colour"])
    order = lit.assign(_rank=rank).sort_values(["_rank", "object"], ascending=[False, True], kind="stable")
    first = order.drop_duplicates("object")
    several = order["object"].duplicated(keep=False)
    for column in ("reason", "reason_en"):  # most objects have one light: only the others are put together
        told = order[several].groupby("object", sort=False)[column].agg("; ".join).to_dict()
        first = first.assign(**{column: first["object"].map(told).astype("string").fillna(first[column])})
    return first.drop(columns="_rank").reset_index(drop=True)


def light_rows(region: Region, lit: pd.DataFrame) -> pd.DataFrame:
    """Rows for the table `lights`, in force from the region's day; a light kept before in its period keeps its id.

    Lights without a colour are left out: the rule says nothing there.
    """
    lit = lit[lit["colour"].notna()]
    made = lit[[*KEPT, "rule_version"]].join(marks(region, lit), on="object")
    made = made.assign(valid_from=pd.Series(region.day, index=made.index, dtype=object))
    before = region.query("SELECT id, object, rule, metric, period FROM lights").drop_duplicates(KEY, keep="last")
    return made.merge(before, on=KEY, how="left")


def marks(region: Region, lit: pd.DataFrame) -> pd.DataFrame:
    """Owner, scope and mark of invention of lit objects, indexed by object.

    Examples
    --------
    >>> from hechang import tiny
    >>> marks(tiny(), pd.DataFrame({"kind": ["project"], "object": ["p3"]})).values.tolist()
    [['office-y', 'r.b.', True]]
    """
    tables = lit["kind"].map(TABLES)
    sql = 'SELECT id AS object, owner, scope, synthetic FROM "{}" WHERE id IN (SELECT unnest($ids))'
    ids = {str(table): lit.loc[tables == table, "object"].astype(str).tolist() for table in tables.unique()}
    parts = [region.query(sql.format(table), ids=wanted) for table, wanted in ids.items()]
    found = pd.concat(parts) if parts else pd.DataFrame(columns=["object", *MARKS])
    return found.drop_duplicates("object").set_index("object")


def keep_lights(region: Region, rule: str = "", *, by: str, why: str) -> Region:
    """Write the lights of the day into the table `lights`, each with the version of the rule it rests on.

    Examples
    --------
    >>> from hechang import tiny
    >>> kept = keep_lights(tiny(), by="zhang", why="month end")
    >>> len(kept.lights), set(kept.lights["period"])
    (2, {'2022-08'})
    """
    rows = light_rows(region, lights(region, rule))
    with region.edit(by=by, why=why) as e:
        e.put("lights", rows[rows["id"].notna()])
        e.put("lights", rows[rows["id"].isna()].drop(columns="id"))
    return e.after


def recompute(region: Region, light: str) -> pd.Series:
    """Work a kept light out again from the data and the rule version it was made by.

    Returns
    -------
    Series
        The columns of the table `lights` it was kept with, as they come out now.

    Raises
    ------
    NotKnown
        where no light has this id.
    InputError
        where the very clauses are not there any more.

    Examples
    --------
    >>> from hechang import tiny
    >>> kept = keep_lights(tiny(), by="zhang", why="month end")
    >>> id = kept.lights.index[0]
    >>> recompute(kept, id)["colour"] == kept.lights.loc[id, "colour"]
    True
    """
    rows = region.table("lights", where={"id": light})
    if rows.empty:
        raise not_known("light", "亮灯记录", light, [])
    kept = rows.iloc[0]
    then = region.at(int(kept["revision"])).on(str(kept["valid_from"]))
    again = lights(then, str(kept["rule"]))
    if again.attrs["rule_version"] != kept["rule_version"]:
        raise InputError(
            f"The clauses of {kept['rule_version']} are gone; the rule is now {again.attrs['rule_version']}",
            f"规则版本 {kept['rule_version']} 的条款已不在; 现为 {again.attrs['rule_version']}",
        )
    same = again[(again[KEY] == kept[KEY]).all(axis=1)]
    if same.empty:
        raise InputError(f"Light {light} does not come out again", f"亮灯记录 {light} 无法重算得出")
    return same.iloc[0][[*KEPT, "rule_version"]]
