"""3,000 made-up projects in real towns of nine cities: each list has something to show on 27 September 2022.

Nothing here is true but the names of the towns. One seed a city, so that every run writes the same rows.
What the offices return for July and August stands in `rounds/`; the register itself knows the months before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from demo.files import HAND, read_hand, rows_of, write_csv
from demo.invented_dates import events_of
from demo.invented_money import returns_of, year_of

SEED = 20220927
FORMS = ["产业化", "生产基地", "扩能改造", "研发中心", "一期", "智能化提升"]
WORKS = ["工程", "一期工程", "提升工程"]
KNOWN = "2022-06"  # the last month of returns the register knows; later ones come in collection rounds
HAPPENED = "2022-07-31"  # the last day of which the register knows what happened
TOLD = "2022-09-05"  # the last day of which the offices tell in the second round; what came later nobody has told
ROUNDS = ("2022-07", "2022-08")
ASKED = ["project", "invest_done", "progress", "problem"]
Row = dict[str, Any]


@dataclass(frozen=True)
class City:
    """One city: its code, the letters of its ids, how many times the mix of groups is drawn, who owns a project."""

    code: str
    letters: str
    mixes: int
    by_county: bool = False

    @property
    def seed(self) -> int:
        """Seed of the city; Wuxi keeps the one of the day."""
        return SEED if self.by_county else SEED * 1_000_000 + int(self.code)

    def owner(self, county: str) -> str:
        """Office that answers for a project of a county."""
        return f"office-{county if self.by_county else self.code}"


WUXI = City("320200", "wx", 1, by_county=True)
OTHERS = (
    City("310000", "hs", 350), City("320400", "cz", 350), City("320500", "sz", 350), City("320600", "nt", 350),
    City("330200", "nb", 350), City("330400", "jx", 350), City("330500", "hz", 350), City("330900", "zs", 350),
)  # fmt: skip
FILES = ("projects", "project_events", "project_years", "returns")


def _groups(city: City, dice: Random) -> list[Row]:
    """What each project is to show: the mix as it stands for Wuxi, drawn from it elsewhere."""
    mix = rows_of(read_hand("wuxi_mix.csv"))
    whole = [row for row in mix for _ in range(int(row["count"]))]
    if city.by_county:
        dice.shuffle(whole)
        return whole
    return [dice.choice(whole) for _ in range(city.mixes)]


def _name(town: str, words: Row, dice: Random, taken: set[str]) -> str:
    """Draw a name nobody has yet; `示例·` marks it as made up."""
    stem = town.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    while True:
        form = dice.choice(FORMS if "制造" in words["category"] or "创新" in words["category"] else WORKS)
        name = f"示例·{stem}{words['industry']}{form}项目"
        if name not in taken:
            taken.add(name)
            return name
        words = dice.choice(rows_of(read_hand("wuxi_words.csv")))


def project(city: City, number: int, town: Row, words: Row, name: str, dice: Random) -> Row:
    """One row of `projects`; money in 万元."""
    total = round(min(300_000, max(2_000, dice.lognormvariate(10.2, 0.9))), -2)
    owner = city.owner(town["county_code"])
    return {
        "id": f"{city.letters}-{number:03d}", "name": name, "code": f"{city.letters.upper()}-DEMO-{number:04d}",
        "place": town["code"], "category": words["category"], "industry": words["industry"],
        "company": f"示例{number:03d}公司(虚构)", "lead": owner, "plan_action": words["plan_action"],
        "invest_total": int(total), "currency": "CNY", "price_year": 2022,
        "land_mu": round(total / dice.uniform(350, 900), 1), "list_years": json.dumps([2022]), "owner": owner,
        "note": "虚构示例", "synthetic": True,
    }  # fmt: skip


def _towns(origin: Path, city: City) -> list[Row]:
    if city.by_county:
        return rows_of(pd.read_csv(origin / "wuxi_75_towns.csv", dtype=str).sort_values("code"))
    found = pd.read_csv(origin / "townships_2023.csv", dtype=str).query("kind != 'pseudo_zone'")
    return rows_of(found[found["city_code"] == city.code].sort_values("code"))


def projects(origin: Path, city: City) -> Iterator[tuple[Row, Row]]:
    """All made-up projects of a city, each with the group it was drawn for."""
    dice, taken = Random(city.seed), set[str]()
    towns, words = _towns(origin, city), rows_of(read_hand("wuxi_words.csv"))
    for number, group in enumerate(_groups(city, dice), 1):
        town, word = towns[(number * 7) % len(towns)], dice.choice(words)
        yield project(city, number, town, word, _name(town["name_zh"], word, dice, taken), dice), group


def _kind(group: Row, started: str | None) -> str:
    if group["group"] == "planned":
        return "reserve"
    return "continued" if started and started < "2022" else "new"


def rows_of_city(origin: Path, city: City) -> dict[str, list[Row]]:
    """Projects, events, yearly plans and returns of one city, by table."""
    dice = Random(city.seed + 1)
    made: dict[str, list[Row]] = {name: [] for name in FILES}
    for row, group in projects(origin, city):
        found = events_of(row, group, dice)
        started = next((e["actual"] for e in found if e["stage"] == "started"), None)
        plan = year_of(row, group, dice)
        made["projects"].append(row | {"kind": _kind(group, started)})
        made["project_events"] += found
        made["project_years"] += plan
        made["returns"] += returns_of(row, group, started, plan, dice)
    return made


def _known(event: Row) -> Row | None:
    """An event as the register knows it before the rounds; None where nothing is left of it."""
    if (event["actual"] or "") <= HAPPENED:
        return event
    return event | {"actual": None} if event["estimated"] else None


def _told(events: list[Row]) -> pd.DataFrame:
    """Dates that the offices tell in the second round."""
    rows = [event for event in events if HAPPENED < (event["actual"] or "") <= TOLD]
    return pd.DataFrame(rows)[["project", "stage", "actual"]]


def write(origin: Path, folder: Path) -> None:
    """Write projects, events, yearly plans, the returns the register knows, and those of the two rounds."""
    wuxi = rows_of_city(origin, WUXI)
    each = [rows_of_city(origin, city) for city in OTHERS]
    others = {name: [row for city in each for row in city[name]] for name in FILES}
    for number, (names, made) in enumerate((("wuxi", wuxi), ("cities", others))):
        known = made | {
            "project_events": [row for event in made["project_events"] if (row := _known(event))],
            "returns": [row for row in made["returns"] if row["period"] <= KNOWN],
        }
        for at, table in enumerate(FILES, 1):
            write_csv(folder, f"5{at + 4 * number}-{table}.{names}", pd.DataFrame(known[table]))
    (folder / "rounds").mkdir(exist_ok=True)
    told = _told(wuxi["project_events"] + others["project_events"])
    told.to_csv(folder / "rounds" / f"{ROUNDS[-1]}-dates.csv", index=False, lineterminator="\n")
    (folder / "rounds" / "play.csv").write_bytes((HAND / "round_play.csv").read_bytes())
    for period in ROUNDS:
        asked = pd.DataFrame([row for row in wuxi["returns"] + others["returns"] if row["period"] == period])
        asked[ASKED].to_csv(folder / "rounds" / f"{period}.csv", index=False, lineterminator="\n")
