"""What all lists of projects share: their columns in order, the rule they rest on, their edition and its changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hechang.region.region import Region
from hechang.register.editions import changes
from hechang.register.pipeline import invested, waiting
from hechang.register.rules import allowed_days
from hechang.store.readers import LOCAL
from hechang.terms import specs
from hechang.terms.dates import last_days
from hechang.terms.parameters import Parameter
from hechang.terms.specs import codes

RULE = "wuxi-three-lists"
MONEY = ("invested", "plan", "plan_to_date")
ABOUT = {"project": ("projects",), "object": ("projects", "tasks", "places", "funds")}  # what a row can be about
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
    rule, allowed = allowed_days(region, RULE, grace)
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
    region: Region,
    listing: str,
    rows: pd.DataFrame,
    rule: Parameter | Mapping[str, Any] | None = None,
    *,
    given: float | Mapping[str, Any] | None = None,
    following: str = "",
    missing: Sequence[Mapping[str, str]] = (),
) -> pd.DataFrame:
    """Finish a list: add the rule, put the columns in order, say in `attrs` what it rests on and what changed.

    Parameters
    ----------
    listing
        Id of the list.
    rows
        What is on it, indexed by id, in the order of the list. Columns of `FIRST` it lacks come in empty; its own
        columns stand behind them. Rows that are no projects say in a column `table` which table their id is of, and in
        a column `row` their id in that table where it is not the id on the list; both are empty for what is no row.
        Columns named in `rows.attrs["money"]` hold 分, besides those of `MONEY`.
    rule
        The dated parameter the list rests on; a dictionary {id, zh, en, from, source, …} for a rule that is no number;
        None where there is no rule.
    given
        A value given by the user in place of the rule's, or the options {name: value} of the list that are not default
        (option names as on the card): editions are compared under the same options only.
    following
        What takes a row off the list: a stage ("filed") or a date column of another table ("tasks.closed").
    missing
        What cannot be judged: [{id, why}], why as "中文 / English".

    Returns
    -------
    DataFrame
        `FIRST`, then its own columns. `attrs` holds money [columns in 分], rule {id, zh, en, from, parameter, value,
        unit, assumption, given, source}, edition, changes (see `editions.changes`), missing and following.

    Examples
    --------
    >>> from hechang import tiny
    >>> overdue(tiny(), "x", ("signed", "filed"), 7).attrs["rule"]["value"]
    7
    >>> made = listed(tiny(), "x", pd.DataFrame({"name": ["甲"], "table": ["tasks"]}, index=["t"]))
    >>> list(made.columns) == [*FIRST, "table"], made.attrs["rule"]["id"]
    (True, 'x')
    """
    told = _rule(listing, rule, given)
    rows = _for_reader(region, rows)
    own = [column for column in rows.columns if column not in FIRST]
    made = _with_all(rows.assign(rule=_in_words(told))).rename_axis("id")[FIRST + own]
    name = str(told["parameter"])
    options = given if isinstance(given, Mapping) else {} if given is None else {name: given}
    made.attrs = {
        "money": [
            column for column in (*MONEY, *rows.attrs.get("money", ())) if column in made and _figures(made[column])
        ],
        "rule": told,
        "edition": region.day[:7],
        "changes": changes(region, listing, made.index, following=following, options=options),
        "missing": [dict(one) for one in missing],
        "following": following,
    }
    return made


def _for_reader(region: Region, rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the reader may not see: the row itself, or the one it is about; `local` sees everything."""
    if region.reader == LOCAL or rows.empty:
        return rows
    seen = pd.Series(True, index=rows.index)
    tables = rows["table"] if "table" in rows else pd.Series("projects", index=rows.index)
    ids = rows["row"] if "row" in rows else rows.index.to_series()
    for name in tables.dropna().unique():
        of = tables.eq(name).fillna(False).astype(bool)
        seen &= ~of | ids.isin(_seen(region, (str(name),))) if name in specs.tables() else True
    for column, names in ABOUT.items():
        seen &= rows[column].isna() | rows[column].isin(_seen(region, names)) if column in rows else True
    return rows[seen.to_numpy()]


def _seen(region: Region, names: Sequence[str]) -> pd.Index:
    found = [region.table(name, columns=["id"]).index for name in names]
    return found[0].append(found[1:])


def _figures(values: pd.Series) -> bool:
    """Tell whether a column holds figures: a `plan` may also be the id of a plan."""
    return bool(pd.api.types.is_numeric_dtype(values)) or bool(values.isna().all())


def _rule(listing: str, rule: Parameter | Mapping[str, Any] | None, given: object) -> dict[str, Any]:
    """What a list rests on, the same keys for a parameter, a rule in words and no rule at all."""
    replaced = given is not None and not isinstance(given, Mapping)
    told: dict[str, Any] = {
        "id": listing,
        "zh": "",
        "en": "",
        "from": "0001",
        "parameter": "",
        "value": None,
        "unit": "",
    }
    told |= {"assumption": False, "given": replaced, "source": ""}
    if isinstance(rule, Parameter):
        told |= {"id": rule.rule, "zh": rule.zh, "en": rule.en, "from": rule.valid_from, "parameter": rule.name}
        told |= {"value": given if replaced else rule.value, "unit": rule.unit, "source": rule.source}
        return told | {"assumption": rule.assumption and not replaced}
    return told | dict(rule or {})


def _in_words(rule: Mapping[str, Any]) -> str:
    if rule["value"] is None or not rule["parameter"]:
        return str(rule["id"])
    value = f"{rule['value']:g}" if isinstance(rule["value"], int | float) else rule["value"]
    return f"{rule['id']} {rule['parameter']}={value} {rule['unit']}".rstrip() + (" (given)" if rule["given"] else "")


def _with_all(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the columns of `FIRST` that are not there, empty and of their type."""
    absent = [column for column in FIRST if column not in rows.columns]
    empty = pd.Series(pd.NA, index=rows.index, dtype="string")
    number = pd.Series(pd.NA, index=rows.index, dtype="int64[pyarrow]")
    return rows.assign(**{name: number if name in ("days", "invested") else empty for name in absent})
