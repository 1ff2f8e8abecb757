"""Inputs of the benchmarks, from a fixed seed; nothing in them is real."""

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20220927
SIZES = {"small": (2_000, 20_000), "region": (60_000, 1_000_000)}
CITIES = ("310000", "320200", "320400", "320500", "320600", "330200", "330400", "330500", "330900")
TEN_THOUSAND = 1_000_000  # 分 in 万元


def ids(letter: str, count: int) -> np.ndarray:
    """Row names in the order of their making."""
    return np.char.add(letter, np.char.zfill(np.arange(count).astype(str), 8))


def places() -> pd.DataFrame:
    """The nine cities, without shapes."""
    return pd.DataFrame({"id": CITIES, "name": CITIES, "kind": "city", "people": 1_000_000, "people_year": 2010})


def projects(count: int) -> pd.DataFrame:
    """Projects spread over the nine cities."""
    chance = np.random.default_rng(SEED)
    return pd.DataFrame({
        "id": ids("p", count),
        "name": np.char.add("示例项目", np.arange(count).astype(str)),
        "code": ids("T", count),
        "place": chance.choice(CITIES, count),
        "invest_total": chance.integers(1_000, 500_000, count) * TEN_THOUSAND,
        "currency": "CNY",
        "synthetic": True,
    })  # fmt: skip


def events(count: int) -> pd.DataFrame:
    """Signed, filed and started, each later stage for fewer projects."""
    chance = np.random.default_rng(SEED + 1)
    signed = np.datetime64("2020-06-01") + chance.integers(0, 820, count)
    filed = signed + chance.integers(5, 200, count)
    started = filed + chance.integers(5, 200, count)
    parts = [
        pd.DataFrame({"project": ids("p", count)[keep], "stage": stage, "actual": days[keep].astype(str)})
        for stage, days, keep in (
            ("signed", signed, np.ones(count, bool)),
            ("filed", filed, (chance.random(count) < 0.8) & (filed < np.datetime64("2022-09-27"))),
            ("started", started, (chance.random(count) < 0.6) & (started < np.datetime64("2022-09-27"))),
        )
    ]
    return pd.concat(parts, ignore_index=True).assign(synthetic=True)


def years(count: int) -> pd.DataFrame:
    """Planned money of 2022."""
    plan = np.random.default_rng(SEED + 2).integers(100, 50_000, count) * TEN_THOUSAND
    return pd.DataFrame({"project": ids("p", count), "year": 2022, "invest_plan": plan, "synthetic": True})


def returns(count: int, rows: int) -> pd.DataFrame:
    """Monthly returns, newest month last; money is cumulative within the year."""
    chance = np.random.default_rng(SEED + 3)
    months = pd.period_range(end="2022-08", periods=-(-rows // count), freq="M").astype(str)
    frame = pd.DataFrame({"project": np.tile(ids("p", count), len(months)), "period": np.repeat(months, count)})
    done = chance.integers(0, 5_000, len(frame)) * TEN_THOUSAND * frame["period"].str[5:].astype(int)
    return frame.assign(invest_done=done, currency="CNY", synthetic=True).iloc[-rows:].reset_index(drop=True)


def workbook(path: Path, rows: int) -> Path:
    """A sheet of projects as an office would send it."""
    chance = np.random.default_rng(SEED + 4)
    day = (np.datetime64("2021-01-01") + chance.integers(0, 500, rows)).astype(str)
    frame = pd.DataFrame({
        "项目代码": ids("W", rows),
        "项目名称": np.char.add("导入项目", np.arange(rows).astype(str)),
        "所在地": chance.choice(CITIES, rows),
        "总投资(万元)": chance.integers(1_000, 500_000, rows),
        "签约日期": day,
        "2022年计划投资(万元)": chance.integers(100, 50_000, rows),
        "截至2022年8月完成投资(万元)": chance.integers(0, 5_000, rows),
    })  # fmt: skip
    frame.to_excel(path, sheet_name="项目", index=False, engine="xlsxwriter")
    return path
