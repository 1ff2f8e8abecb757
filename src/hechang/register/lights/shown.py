"""Lights as a list: chosen by colour and object, with name, owner and place of what is lit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hechang.region.region import Region
from hechang.register.lights.clauses import clauses_in_force
from hechang.register.lights.lit import TABLES, burning, lights, worst
from hechang.register.lists import listed
from hechang.register.pipeline import invested
from hechang.register.slips.steps import escalation_steps, halves
from hechang.terms.dates import last_days
from hechang.terms.errors import not_known
from hechang.terms.ladders import rule_sets
from hechang.terms.specs import codes

LEADS = {"projects": "x.lead", "tasks": "x.lead", "funds": "x.body", "places": "g.id"}
PLACES = {"projects": "x.place", "tasks": "x.place", "funds": "NULL", "places": "x.id"}
WHO = ["name", "owner", "place", "source", "synthetic"]
FIRST = ["name", "owner", "reason", "reason_en", "days", "due", "invested", "source"]
OWN = [
    "colour", "metric", "value", "clause", "period", "periods", "escalation", "escalation_en", "exempt",
    "place", "synthetic", "rule_version", "table",
]  # fmt: skip


def light_list(region: Region, rule: str, colour: str, object: str) -> pd.DataFrame:
    """Finish the list of lights: one row an object, its worst light first; options as on the card `lights`.

    Examples
    --------
    >>> from hechang import tiny
    >>> light_list(tiny(), "", "", "")[["colour", "metric"]].values.tolist()
    [['yellow', 'progress-ratio']]
    """
    lit = lights(region, rule)
    kept = chosen(lit, colour)
    rows = worst(kept[kept["object"] == object] if object else kept)
    named = rows.set_index("object").rename_axis("id")
    made = named.assign(**_who(region, rows), **_times(region, named["period"]))
    made = made.assign(
        **_escalation(made["escalation"]),
        invested=invested(region, made.index),
        table=made["kind"].map(TABLES).astype("string"),
    )
    given = {name: value for name, value in (("rule", rule), ("colour", colour), ("object", object)) if value}
    return listed(
        region,
        "lights",
        made[[*FIRST, *OWN]],
        rule_words(region, str(lit.attrs["rule"])),
        given=given or None,
        missing=lit.attrs["missing"],
    )


def chosen(lit: pd.DataFrame, colour: str) -> pd.DataFrame:
    """Lights of some colours: empty for all that are on and not green, `all`, `none`, `exempt`, or colours with commas.

    Raises
    ------
    NotKnown
        for another word.
    """
    words = [word.strip() for word in colour.split(",") if word.strip()]
    known = [*codes("colours"), "all", "none", "exempt"]
    for word in words:
        if word not in known:
            raise not_known("colour", "灯色", word, known)
    if not words:
        return burning(lit)
    on = lit["exempt"].isna()
    kept = (lit["colour"].isin(words) & on) | ("all" in words)
    kept |= lit["colour"].isna() & ("none" in words)
    kept |= lit["colour"].notna() & ~on & ("exempt" in words)
    return lit[kept.astype(bool)]


def _who(region: Region, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Columns name, owner, place, source and synthetic of the objects, from the table each stands in."""
    tables = rows["kind"].map(TABLES)
    parts = [objects(region, str(table), rows.loc[tables == table, "object"]) for table in tables.unique()]
    found = pd.concat(parts) if parts else pd.DataFrame(columns=WHO)
    found = found.reindex(rows["object"])
    return {name: pd.Series(found[name].array, index=found.index) for name in WHO}


def objects(region: Region, table: str, ids: pd.Series) -> pd.DataFrame:
    """Name, owner (name of the body that answers), to_body (its id), place, source, synthetic of rows of a table.

    Examples
    --------
    >>> from hechang import tiny
    >>> objects(tiny(), "projects", pd.Series(["p3"]))[["name", "owner"]].values.tolist()
    [['滞后项目', '乙市项目办']]
    """
    sql = f"""
        SELECT x.id, x.name, coalesce(b.name, o.name, x.owner) AS owner, coalesce(b.id, o.id) AS to_body,
               {PLACES[table]} AS place, x.source, x.synthetic
        FROM "{table}" x
             LEFT JOIN (SELECT place, min(id) AS id FROM bodies WHERE kind = 'government' GROUP BY place) g
                       ON g.place = {PLACES[table]}
             LEFT JOIN bodies b ON b.id = {LEADS[table]} LEFT JOIN bodies o ON o.id = x.owner
        WHERE x.id IN (SELECT unnest($ids))"""
    return region.query(sql, ids=[str(id) for id in ids]).set_index("id")


def _times(region: Region, period: pd.Series) -> dict[str, pd.Series]:
    """Columns due (last day of the period) and days (since then, none while the period runs)."""
    ends = last_days(period)
    passed = (pd.Timestamp(region.day) - ends).dt.days.clip(lower=0)
    return {"due": ends.dt.strftime("%Y-%m-%d").astype("string"), "days": passed.astype("int64[pyarrow]")}


def _escalation(words: pd.Series) -> dict[str, pd.Series]:
    """Columns escalation and escalation_en from the steps as clauses write them."""
    told = {text: [halves(step) for step in escalation_steps(text)] for text in words.dropna().unique()}
    sides = ({text: " → ".join(step[at] for step in steps) for text, steps in told.items()} for at in (0, 1))
    names = ("escalation", "escalation_en")
    return {name: words.map(side).astype("string") for name, side in zip(names, sides, strict=True)}


def rule_words(region: Region, rule: str) -> dict[str, Any]:
    """What a list says of the rule it rests on: id, names, since when, source, whether a threshold is our own."""
    clauses = clauses_in_force(region, rule)
    known = rule_sets().get(rule)
    return {
        "id": rule,
        "zh": known.zh if known else rule,
        "en": known.en if known else rule,
        "from": str(clauses["valid_from"].max()),
        "source": known.source if known else "; ".join(sorted(set(clauses["source"].dropna().astype(str)))),
        "assumption": bool(clauses["assumption"].fillna(False).astype(bool).any()),
    }
