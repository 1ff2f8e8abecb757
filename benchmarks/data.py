"""Inputs of the benchmarks, from a fixed seed; nothing in them is real."""

from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20220927
SIZES = {"small": (2_000, 20_000), "region": (60_000, 1_000_000), "national": (600_000, 1_000_000)}
STAGES = ("planned", "signed", "filed", "land", "started", "library", "completed", "producing")
TODAY = np.datetime64("2022-09-27")
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
    """All eight stages for nine in ten projects, planned days for all of them; the others only as far as they came."""
    chance = np.random.default_rng(SEED + 1)
    first = np.datetime64("2019-09-01") + chance.integers(0, 1_000, (count, 1))
    days = first + chance.integers(20, 180, (count, len(STAGES))).cumsum(axis=1)
    reached = (days <= TODAY).ravel()
    came = reached & (chance.random(reached.size) < 0.9)
    kept = came | np.repeat(chance.random(count) < 0.9, len(STAGES))
    actual = pd.Series(days.astype(str).ravel(), dtype="string[pyarrow]").where(came)
    estimated = (days - chance.integers(-30, 30, days.shape)).astype(str).ravel()
    project, stage = np.repeat(ids("p", count), len(STAGES)), np.tile(STAGES, count)
    frame = pd.DataFrame({"project": project, "stage": stage, "actual": actual, "estimated": estimated})
    made: pd.DataFrame = frame[kept].reset_index(drop=True)
    return made.assign(synthetic=True)


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


def returns_csv(path: Path, count: int, rows: int) -> Path:
    """The returns as a file that an office would hand in, amounts in 万元."""
    frame = returns(count, rows)
    amounts = frame["invest_done"] // TEN_THOUSAND
    titled = {"项目": frame["project"], "报告期": frame["period"], "本年累计完成投资(万元)": amounts}
    pd.DataFrame(titled).to_csv(path, index=False, encoding="utf-8-sig")
    return path


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
