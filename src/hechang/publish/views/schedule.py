"""Projects against time: what was planned, by a baseline or as expected now, what came, and how far both lie apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.publish.results import Results
from hechang.publish.rows import Row, records
from hechang.publish.views.shelf import Shelf
from hechang.register.baselines import COARSE, baselines, variance
from hechang.register.choosing import Ints
from hechang.register.standing import year_of
from hechang.terms.dates import last_days
from hechang.terms.specs import codes

MOST = 2000  # rows of one answer
HEAD = ["id", "name", "city", "owner", "stage", "next", "next_due", "plan", "done", "invest_total", "synthetic"]
MONEY = ("plan_then", "plan_now", "difference")


def schedule(results: Results, shelf: Shelf, at: Ints, baseline: str = "") -> list[Row]:
    """Return rows for a Gantt chart: each project with its stages and its money.

    A stage has planned (the date in the baseline; without one, as expected now), actual, days [later than planned by
    the last days both can mean; of a stage that has not come: days past its plan, null before], precision of the
    coarser date, expected (date expected now). `late` is the days of the last stage that came, else of the one awaited.
    Money has plan and done of the year [分], and with a baseline what plan and total were then.

    Raises
    ------
    NotKnown, AuditBroken
        for a baseline that does not exist, or was changed.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.publish.views.shelf import shelf
    >>> import numpy as np
    >>> results = Results(tiny())
    >>> found = schedule(results, shelf(results), np.array([2]))[0]
    >>> found["name"], [step["stage"] for step in found["stages"]], found["money"]["plan"]
    ('滞后项目', ['signed', 'filed', 'started'], 1200000000)
    """
    frame = shelf.rows.iloc[at]
    moved = moved_since(results, baseline).get if baseline else None
    steps = by_project(stages_of(frame, moved_stages(results, baseline, frame["id"]), results.region.day))
    heads = records(frame[HEAD].set_index("id"))
    lights = frame["light"].tolist() if "light" in frame else [None] * len(frame)
    return [
        {**head, "light": None if light is pd.NA else light, "stages": steps.get(head["id"], []),
         "late": late(steps.get(head["id"], [])), "money": _money(head, moved(head["id"], {}) if moved else {})}
        for head, light in zip(heads, lights, strict=True)
    ]  # fmt: skip


def stages_of(frame: pd.DataFrame, then: pd.DataFrame | None, day: str) -> pd.DataFrame:
    """Return one row a project and stage with a date: project, stage, planned, actual, expected, days, precision."""
    parts = [
        frame[["id", f"{stage}_estimated", f"{stage}_actual"]]
        .set_axis(["project", "expected", "actual"], axis=1)
        .assign(stage=stage)
        for stage in codes("stages")
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(planned=rows["expected"])
    if then is not None:
        known = rows[["project", "stage"]].merge(then, how="left", on=["project", "stage"])
        rows = rows.assign(planned=known["then"].astype("string").array)
    rows = rows[rows[["planned", "actual", "expected"]].notna().any(axis=1)]
    return rows.assign(**_gap(rows, day))


def _gap(rows: pd.DataFrame, day: str) -> dict[str, pd.Series]:
    """Columns days and precision."""
    planned, actual = rows["planned"].astype("string"), rows["actual"].astype("string")
    came, due = last_days(actual), last_days(planned)
    past = pd.Timestamp(day) - due
    days = (came - due).where(actual.notna(), past.where(past > pd.Timedelta(0)))
    known = planned.notna() & days.notna()
    shorter = planned.str.len().where(
        actual.isna(), pd.concat([planned.str.len(), actual.str.len()], axis=1).min(axis=1)
    )
    return {
        "days": days.dt.days.astype("Int64").where(known),
        "precision": shorter.where(known).map(COARSE).astype("string"),
    }


def by_project(rows: pd.DataFrame) -> dict[str, list[Row]]:
    """Return the stages of each project in their order."""
    found: dict[str, list[Row]] = {}
    columns = ["stage", "planned", "actual", "expected", "days", "precision"]
    order = {stage: at for at, stage in enumerate(codes("stages"))}
    ordered = rows.assign(order=rows["stage"].map(order)).sort_values(["project", "order"], kind="stable")
    for row in records(ordered[["project", *columns]].set_index("project")):
        found.setdefault(row["project"], []).append({name: row[name] for name in columns})
    return found


def late(steps: list[Row]) -> int | None:
    """Return the days of the stage awaited where it is past its plan, else of the last one that came.

    Examples
    --------
    >>> late([{"days": -3, "actual": "2022-01-01"}, {"days": 12, "actual": None}, {"days": None, "actual": None}])
    12
    """
    waiting = [step["days"] for step in steps if not step["actual"] and step["days"] is not None]
    come = [step["days"] for step in steps if step["actual"] and step["days"] is not None]
    return waiting[0] if waiting else come[-1] if come else None


def moved_stages(results: Results, baseline: str, ids: pd.Series) -> pd.DataFrame | None:
    """Return the dates of some projects as a baseline has them: project, stage, then; None without a baseline."""
    if not baseline:
        return None
    rows = _variance(results, baseline)
    return rows.loc[rows["project"].isin(ids), ["project", "stage", "then"]]


def moved_since(results: Results, baseline: str) -> Mapping[str, Row]:
    """Return money of every project then and now, by project: of the year (plan_…) and in all (total_…)."""
    return results.once(("money since", baseline), lambda: _moved_since(results, baseline))


def _moved_since(results: Results, baseline: str) -> dict[str, Row]:
    rows = _variance(results, baseline)
    found: dict[str, Row] = {}
    for stage, name in ((f"plan {year_of(results.region)}", "plan"), ("total", "total")):
        mine = rows[rows["stage"] == stage].set_index("project")[list(MONEY)]
        for row in records(mine):
            told = zip(("then", "now", "difference"), MONEY, strict=True)
            found.setdefault(row["project"], {}).update({f"{name}_{short}": row[column] for short, column in told})
    return found


def _variance(results: Results, baseline: str) -> pd.DataFrame:
    return results.once(("variance", baseline), lambda: variance(results.region, baseline).reset_index())


def _money(head: Row, then: Row) -> Row:
    names = [f"{name}_{short}" for name in ("plan", "total") for short in ("then", "now", "difference")]
    return {"plan": head["plan"], "done": head["done"], "total": head["invest_total"],
            **{name: then.get(name) for name in names}}  # fmt: skip


def known_baselines(results: Results) -> list[dict[str, Any]]:
    """Return the baselines kept, newest first: id, name, day, projects."""
    found = baselines(results.region)
    return [{key: row[key] for key in ("id", "name", "day", "projects")} for row in records(found.rename_axis("id"))]
