"""What all lists of projects share: their columns in order, the rule they rest on, their edition and its changes."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.editions import changes
from hechang.register.pipeline import invested, waiting
from hechang.register.rules import rule_value
from hechang.terms.dates import last_days
from hechang.terms.errors import InputError
from hechang.terms.parameters import Parameter
from hechang.terms.specs import codes

RULE = "wuxi-three-lists"
MONEY = ("invested", "plan", "plan_to_date")
FIRST = ["name", "owner", "reason", "reason_en", "days", "due", "invested", "rule", "source"]


def overdue(region: Region, listing: str, stages: tuple[str, str], grace: int | None) -> pd.DataFrame:
    """Projects that reached the first stage and not the second for more than the grace: a finished list.

    Parameters
    ----------
    listing
        Id of the list, for its edition.
    stages
        The stage reached and the stage awaited, e.g. ("signed", "filed").
    grace
        Days allowed, the last one included; None takes the dated rule.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> set(overdue(r, "x", ("signed", "filed"), 10**6).index), overdue(r, "x", ("signed", "filed"), 0).empty
    (set(), False)
    """
    rule = rule_value(region, RULE, "grace")
    allowed = int(rule.value) if grace is None else grace
    if allowed < 0:
        raise InputError(f"grace={allowed} is below 0 days. Give 0 or more", f"宽限期 {allowed} 天小于零, 请填零或正数")
    rows = waiting(region, *stages)
    rows = rows[rows["days"] > allowed]  # the last day is in time: offices count full days
    due = last_days(rows["since"]) + pd.Timedelta(days=allowed)
    days = rows["days"].astype("string")
    reached, awaited = (codes("stages")[stage] for stage in stages)
    made = rows.assign(
        reason=reached.zh + " " + days + f" 天, 未{awaited.zh}",
        reason_en=reached.en + " " + days + f" days ago, not {awaited.en.lower()}",
        due=due.dt.strftime("%Y-%m-%d").astype("string"),
        invested=invested(region, rows.index),
    ).sort_values("days", ascending=False, kind="stable")
    return listed(region, listing, made, rule, given=grace, following=stages[1])


def listed(
    region: Region, listing: str, rows: pd.DataFrame, rule: Parameter, *, given: float | None, following: str = ""
) -> pd.DataFrame:
    """Finish a list: add the rule, put the columns in order, say in `attrs` what it rests on and what changed.

    `attrs` holds rule {id, from, parameter, value, unit, assumption, source}, edition, changes and missing; a value
    `given` by the user in place of the rule's is named as such.

    Examples
    --------
    >>> from hechang import tiny
    >>> overdue(tiny(), "x", ("signed", "filed"), 7).attrs["rule"]["value"]
    7
    """
    value = rule.value if given is None else given
    own = [column for column in rows.columns if column not in FIRST]
    told = f"{rule.rule} {rule.name}={value:g} {rule.unit}" + ("" if given is None else " (given)")
    made = rows.assign(rule=told)[FIRST + own]
    made.attrs = {
        "money": [column for column in MONEY if column in made],
        "rule": {
            "id": rule.rule,
            "zh": rule.zh,
            "en": rule.en,
            "from": rule.valid_from,
            "parameter": rule.name,
            "value": value,
            "unit": rule.unit,
            "assumption": rule.assumption and given is None,
            "given": given is not None,
            "source": rule.source,
        },
        "edition": region.day[:7],
        "changes": changes(region, listing, made.index, following),
        "missing": [],
    }
    return made
