"""Yearly plans and monthly returns of the made-up projects; all money in 万元."""

from __future__ import annotations

from random import Random
from typing import Any

MONTHS = range(1, 9)  # January to August 2022
PROBLEMS = [
    "用地指标尚未落实", "环评批复办理中", "施工许可材料待补正", "关键设备到货推迟", "资金到位偏慢",
    "地下管线迁改未完成",
]  # fmt: skip
SILENT = 0.06  # share of on-time projects that did not report August
Row = dict[str, Any]


def year_of(project: Row, group: Row, dice: Random) -> list[Row]:
    """The plan of 2022, one row or none, rounded to 10 万元."""
    if not group["share_hi"]:
        return []
    plan = max(100, round(project["invest_total"] * dice.uniform(0.15, 0.5), -1))
    return [
        {
            "id": f"{project['id']}-2022", "project": project["id"], "year": 2022, "invest_plan": int(plan),
            "currency": "CNY", "price_year": 2022,
            "synthetic": True,
        }
    ]  # fmt: skip


def _first_month(started: str | None) -> int:
    return int(started[5:7]) if started and started.startswith("2022") else 1


def _shares(group: Row, first: int, dice: Random) -> dict[int, float]:
    """Cumulative share of the year's plan by month, growing to the share drawn for August."""
    final, bend = dice.uniform(float(group["share_lo"]), float(group["share_hi"])), dice.uniform(0.9, 1.3)
    return {month: final * ((month - first + 1) / (9 - first)) ** bend for month in MONTHS if month >= first}


def returns_of(project: Row, group: Row, started: str | None, plan: list[Row], dice: Random) -> list[Row]:
    """Rows of `returns`, one a month from the start of the work on."""
    if not plan:
        return []
    first = _first_month(started)
    before = round(project["invest_total"] * dice.uniform(0.1, 0.4), -1) if started and started < "2022" else 0
    shares = _shares(group, min(first, 8), dice)
    if group["group"] == "on-time" and first < 4 and dice.random() < SILENT:
        shares = {month: share / shares[7] * 0.9 for month, share in shares.items() if month < 8}
    rows = [
        _return(project, month, round(plan[0]["invest_plan"] * share), int(before)) for month, share in shares.items()
    ]
    if group["group"] == "behind" and dice.random() < 0.7:
        rows[-1]["problem"] = dice.choice(PROBLEMS)
    return rows


def _return(project: Row, month: int, done: int, before: int) -> Row:
    total = before + done
    return {
        "id": f"{project['id']}-2022-{month:02d}", "project": project["id"], "period": f"2022-{month:02d}",
        "invest_done": done, "invest_done_total": total, "currency": "CNY", "price_year": 2022,
        "progress": min(100.0, round(100 * total / project["invest_total"], 1)), "problem": None,
        "synthetic": True,
    }  # fmt: skip
