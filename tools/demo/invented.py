"""200 made-up projects in real towns of Wuxi: each of the three lists has something to show on 27 September 2022.

Nothing here is true but the names of the towns. One seed, so that every run writes the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from demo.files import read_hand, rows_of, write_csv
from demo.invented_dates import events_of
from demo.invented_money import returns_of, year_of

SEED = 20220927
FORMS = ["产业化", "生产基地", "扩能改造", "研发中心", "一期", "智能化提升"]
WORKS = ["工程", "一期工程", "提升工程"]
Row = dict[str, Any]


def _groups() -> Iterator[Row]:
    mix = read_hand("wuxi_mix.csv")
    return (row for row in rows_of(mix) for _ in range(int(row["count"])))


def _name(town: str, words: Row, dice: Random, taken: set[str]) -> str:
    """Draw a name nobody has yet; `示例·` marks it as made up."""
    stem = town.removesuffix("街道").removesuffix("镇")
    while True:
        form = dice.choice(FORMS if "制造" in words["category"] or "创新" in words["category"] else WORKS)
        name = f"示例·{stem}{words['industry']}{form}项目"
        if name not in taken:
            taken.add(name)
            return name
        words = dice.choice(rows_of(read_hand("wuxi_words.csv")))


def project(number: int, town: Row, words: Row, name: str, dice: Random) -> Row:
    """One row of `projects`; money in 万元."""
    total = round(min(300_000, max(2_000, dice.lognormvariate(10.2, 0.9))), -2)
    return {
        "id": f"wx-{number:03d}", "name": name, "code": f"WX-DEMO-{number:04d}", "place": town["code"],
        "category": words["category"], "industry": words["industry"], "company": f"示例{number:03d}公司(虚构)",
        "lead": f"office-{town['county_code']}", "plan_action": words["plan_action"], "invest_total": int(total),
        "currency": "CNY", "price_year": 2022, "land_mu": round(total / dice.uniform(350, 900), 1),
        "list_years": json.dumps([2022]), "owner": f"office-{town['county_code']}",
        "note": "虚构示例", "synthetic": True,
    }  # fmt: skip


def projects(origin: Path) -> list[tuple[Row, Row]]:
    """All made-up projects, each with the group it was drawn for."""
    dice, taken = Random(SEED), set[str]()
    towns = rows_of(pd.read_csv(origin / "wuxi_75_towns.csv", dtype=str).sort_values("code"))
    words = rows_of(read_hand("wuxi_words.csv"))
    groups = list(_groups())
    dice.shuffle(groups)
    made = []
    for number, group in enumerate(groups, 1):
        town, word = towns[(number * 7) % len(towns)], dice.choice(words)
        made.append((project(number, town, word, _name(town["name_zh"], word, dice, taken), dice), group))
    return made


def _kind(group: Row, started: str | None) -> str:
    if group["group"] == "planned":
        return "reserve"
    return "continued" if started and started < "2022" else "new"


def write(origin: Path, folder: Path) -> None:
    """Write projects, events, yearly plans and returns."""
    dice = Random(SEED + 1)
    rows, events, years, returns = [], [], [], []
    for row, group in projects(origin):
        found = events_of(row, group, dice)
        started = next((e["actual"] for e in found if e["stage"] == "started"), None)
        rows.append(row | {"kind": _kind(group, started)})
        plan = year_of(row, group, dice)
        events += found
        years += plan
        returns += returns_of(row, group, started, plan, dice)
    for name, part in zip(NAMES, (rows, events, years, returns), strict=True):
        write_csv(folder, name, pd.DataFrame(part))


NAMES = ("51-projects.wuxi", "52-project_events.wuxi", "53-project_years.wuxi", "54-returns.wuxi")
