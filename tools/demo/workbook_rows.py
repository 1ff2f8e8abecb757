"""The 48 made-up projects of the workbook, clean: towns whose name is unique in the region, dates in order."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from demo.files import read_hand, rows_of

SEED = 20220920
COUNT = 48
DAY = date(2022, 9, 20)
FORMS = ["技改", "提质", "二期"]
COUNTIES = {
    "320205": "锡山区", "320206": "惠山区", "320211": "滨湖区", "320213": "梁溪区", "320214": "新吴区",
    "320281": "江阴市", "320282": "宜兴市",
}  # fmt: skip
Row = dict[str, Any]


def _towns(origin: Path, dice: Random) -> list[Row]:
    """Towns of Wuxi that no other town of the region shares its name with, by county."""
    listed = pd.read_csv(origin / "townships_2023.csv", dtype=str)
    single = listed[(listed["kind"] != "pseudo_zone") & ~listed["name_zh"].duplicated(keep=False)]
    wuxi = rows_of(single[single["city_code"] == "320200"].sort_values("code"))
    return sorted(dice.sample(wuxi, COUNT), key=lambda town: str(town["code"]))


def _dates(dice: Random) -> dict[str, date]:
    """Signed, filed and started in order, all between 2021-06 and the day of the sheet."""
    signed = DAY - timedelta(days=dice.randint(330, 440))
    filed = signed + timedelta(days=dice.randint(40, 120))
    return {"signed": signed, "filed": filed, "started": filed + timedelta(days=dice.randint(30, 150))}


def _money(dice: Random) -> dict[str, int]:
    total = dice.randrange(4_000, 90_000, 500)
    plan = round(total * dice.uniform(0.2, 0.5), -2)
    return {"total": total, "plan": int(plan), "done": int(round(plan * dice.uniform(0.2, 0.95), -1))}


def _row(number: int, town: Row, words: Row, dice: Random) -> Row:
    stem = str(town["name_zh"]).removesuffix("街道").removesuffix("镇")
    money = _money(dice)
    return {
        "number": number, "county": COUNTIES[str(town["county_code"])],
        "name": f"示例·{stem}{words['industry']}{dice.choice(FORMS)}项目", "code": f"WX-BOOK-{number:03d}",
        "place": town["name_zh"], "category": words["category"], "kind": dice.choice(["新建", "续建"]),
        "company": f"报送示例{number:02d}公司(虚构)", **_dates(dice), "completed": None, **money,
        "progress": round(100 * money["done"] / money["total"]), "problem": None, "note": "虚构示例",
    }  # fmt: skip


def rows(origin: Path) -> list[Row]:
    """Rows of the mended workbook; every seventh project has not started, every eleventh is not filed yet."""
    dice = Random(SEED)
    towns, words = _towns(origin, dice), rows_of(read_hand("wuxi_words.csv"))
    made = [_row(number, town, dice.choice(words), dice) for number, town in enumerate(towns, 1)]
    for row in made[34::7] + made[36::11]:
        row |= {"started": None, "done": 0, "progress": 0, "problem": "用地手续办理中"}
    for row in made[36::11]:
        row |= {"filed": None, "plan": None, "done": None}
    return made
