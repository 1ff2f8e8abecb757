"""Values of the metrics a rule speaks of, from the register; what has no data says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType

import pandas as pd

from hechang.region.region import Region
from hechang.register.lights import of_places, of_projects, of_tasks
from hechang.register.lights.ladder import asked
from hechang.register.pipeline import whole_month
from hechang.terms.ladders import metric
from hechang.terms.money import FEN
from hechang.terms.specs import table

Reader = Callable[[Region, int], pd.DataFrame]
READERS: MappingProxyType[str, Reader] = MappingProxyType({
    "progress-behind": of_projects.progress_behind,
    "progress-ratio": of_projects.progress_ratio,
    "start-late": of_projects.start_late,
    "library-late": of_projects.late_in_library,
    "funds-paid": of_places.funds_paid,
    "bond-behind": of_places.bond_behind,
    "place-progress": of_places.place_progress,
    "place-growth": of_places.place_growth,
    "place-growth-over-plan": of_places.place_growth_over_plan,
    "place-growth-over-mean": of_places.place_growth_over_mean,
    "task-late": of_tasks.task_late,
    "task-behind": of_tasks.task_behind,
    "task-returned": of_tasks.task_returned,
    "slips-unanswered": of_tasks.slips_unanswered,
})  # fmt: skip


def values(region: Region, clauses: pd.DataFrame) -> pd.DataFrame:
    """Values of all metrics of some clauses, as many months as the longest row asked for, with what filters ask.

    Returns
    -------
    DataFrame
        object, metric, period (ISO month), value, and the attributes the filters name; `attrs["missing"]` names the
        metrics without any value and why: [{id, why}].

    Raises
    ------
    NotKnown
        for a metric nobody knows how to read.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.register.lights.clauses import shipped
    >>> found = values(tiny(), shipped("sanya-2022"))
    >>> found[["object", "value", "year_plan"]].values.tolist()[0], found.attrs["missing"]
    (['p3', 62.5, 1200.0], [])
    """
    longest = clauses.groupby("metric", sort=False)["periods"].max().fillna(1).astype(int)
    months = {str(name): int(count) for name, count in longest.items()}
    parts = {name: READERS[metric(name).metric](region, count) for name, count in months.items()}
    filters = {name: asked(clauses[clauses["metric"] == name]) for name in parts}
    made = [_with(region, name, rows, filters[name]) for name, rows in parts.items()]
    whole = pd.concat(made, ignore_index=True)
    whole.attrs = {"missing": [_empty(region, name) for name, rows in parts.items() if rows.empty]}
    return whole


def _with(region: Region, name: str, rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Rows of one metric with its name and the attributes asked for."""
    plain = rows.astype({"object": "string", "period": "string", "value": "float64"}).assign(metric=name)
    if not names:
        return plain
    found = attributes(region, metric(name).object, names)
    return plain.join(found, on="object")


def attributes(region: Region, kind: str, names: Iterable[str]) -> pd.DataFrame:
    """What filters may ask of projects, funds or districts, indexed by object; money in 万元.

    Examples
    --------
    >>> from hechang import tiny
    >>> attributes(tiny(), "project", ["invest_total"])["invest_total"].to_dict()["p1"]
    10000.0
    """
    wan = FEN["万元"]
    sql = {
        "project": f"""
            SELECT p.id, category, kind, industry, invest_total / {wan} AS invest_total, y.plan / {wan} AS year_plan
            FROM projects p LEFT JOIN (SELECT project, sum(invest_plan) AS plan FROM project_years
                                       WHERE year = {whole_month(region.day).year} GROUP BY project) y
                            ON y.project = p.id""",
        "fund": "SELECT id, kind AS fund_kind FROM funds",
        "district": "SELECT id, kind AS place_kind FROM places",
        "city": "SELECT id, kind AS place_kind FROM places",
        "task": "SELECT id, kind FROM tasks",
    }[kind]
    found = region.query(sql).set_index("id")
    return found[[name for name in names if name in found]]


def _empty(region: Region, name: str) -> dict[str, str]:
    """Say why a metric has no value: the tables it needs that hold nothing, else that nothing fits."""
    counts = {n: len(region.table(n, columns=["source"])) for n in metric(name).tables}
    bare = [table(n) for n in counts if not counts[n]]
    if not bare:
        return {"id": name, "why": "没有可判断的数据 / no data to judge by"}
    zh, en = "、".join(t.zh for t in bare), ", ".join(t.en for t in bare)
    return {"id": name, "why": f"没有数据: {zh} / no data: {en}"}
