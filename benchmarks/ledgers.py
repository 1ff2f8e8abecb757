"""What the register of the benchmark holds beside projects and money: tasks, approvals, promises, rounds."""

import numpy as np
import pandas as pd

from benchmarks.data import CITIES, SEED, SIZES, TODAY, ids

STEPS = ("用地预审", "规划许可", "环评", "施工许可", "竣工验收")
PAPERS = ("营业执照", "土地证明", "设计图纸")
TERMS = ("固定资产投资强度", "亩均税收", "容积率", "能耗标准")
TASKS, APPROVALS, PROMISES, SLIPS, ACTIONS = 20_000, 60_000, 20_000, 5_000, 200
FILE = "import:ledger#台账!A1:K1"  # where rows say they come from
OFFICES = np.char.add("office-", CITIES)


def tables(size: str) -> dict[str, pd.DataFrame]:
    """Rows by table, fewer of them where there are fewer projects."""
    projects = ids("p", SIZES[size][0])
    part = min(1.0, len(projects) / SIZES["region"][0])
    tasks = ids("t", int(TASKS * part))
    made = {
        "bodies": pd.DataFrame({"id": OFFICES, "name": OFFICES, "kind": "project_office", "place": CITIES}),
        "collections": pd.DataFrame({"id": ids("z", 9), "name": ids("z", 9), "kind": "zone"}),
        "plans": pd.DataFrame({"id": ["plan"], "name": ["plan"]}),
        "plan_actions": pd.DataFrame({"plan": "plan", "code": ids("x", ACTIONS), "name": ids("x", ACTIONS)}),
        "tasks": _tasks(tasks),
        "task_returns": _task_returns(tasks),
        "approvals": _approvals(projects, int(APPROVALS * part)),
        "step_papers": _pairs("step", STEPS, "name", PAPERS),
        "papers": pd.DataFrame({"object": projects[::3], "name": PAPERS[0], "issued": "2021-05-01"}),
        "standard_land": _promises(projects, int(PROMISES * part)),
        "assignments": _assignments(projects),
        "slips": _slips(projects, int(SLIPS * part)),
        "rounds": pd.DataFrame({"id": ["r8"], "name": ["2022-08"], "period": "2022-08", "table": "projects",
                                "opened": "2022-09-01", "due": "2022-09-10"}),
        "round_bodies": pd.DataFrame({"round": "r8", "body": OFFICES, "sent": "2022-09-01",
                                      "state": ["sent", "returned", "accepted"] * 3}),
        "programmes": pd.DataFrame({"id": ["y1", "y2"], "name": ["2021", "2022"], "kind": "year",
                                    "begins": ["2021-01-01", "2022-01-01"], "ends": ["2021-12-31", "2022-12-31"],
                                    "previous": [None, "y1"]}),
        "programme_items": pd.concat([_items("y1", projects[:5_000]), _items("y2", projects[1_000:6_000])]),
    }  # fmt: skip
    return {name: rows.assign(synthetic=True) for name, rows in made.items()}


def document(sha: str) -> dict[str, str]:
    """The file the rows come from."""
    return {"id": "ledger", "title": "台账.xlsx", "kind": "workbook", "sha256": sha}


def proved(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of which one in twenty has nothing but the word of a person."""
    return rows.assign(source=np.where(_chance(6).random(len(rows)) < 0.05, "person:bench", FILE))


def _chance(turn: int) -> np.random.Generator:
    return np.random.default_rng(SEED + 10 + turn)


def _days(chance: np.random.Generator, count: int, first: str, span: int) -> np.ndarray:
    return (np.datetime64(first) + chance.integers(0, span, count)).astype(str)


def _some(values: np.ndarray, there: np.ndarray) -> pd.Series:
    return pd.Series(values, dtype="string").where(there)


def _pairs(left: str, these: tuple[str, ...], right: str, those: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({left: np.repeat(these, len(those)), right: np.tile(those, len(these))})


def _tasks(names: np.ndarray) -> pd.DataFrame:
    chance, count = _chance(0), len(names)
    done = chance.random(count) < 0.6
    return pd.DataFrame({
        "id": names, "name": names, "lead": chance.choice(OFFICES, count), "begins": "2022-01-01",
        "due": _days(chance, count, "2022-03-01", 400), "report_every": "month",
        "state": np.where(done, "done", "doing"), "closed": _some(_days(chance, count, "2022-02-01", 230), done),
    })  # fmt: skip


def _task_returns(names: np.ndarray) -> pd.DataFrame:
    chance = _chance(1)
    months = pd.period_range("2022-01", "2022-08", freq="M").astype(str).to_numpy()
    frame = pd.DataFrame({"task": np.tile(names, len(months)), "period": np.repeat(months, len(names))})
    kept = frame[chance.random(len(frame)) < 0.9].reset_index(drop=True)
    blocked = chance.random(len(kept)) < 0.1
    return kept.assign(progress=chance.integers(0, 101, len(kept)), problem=_some(np.full(len(kept), "用地"), blocked))


def _approvals(projects: np.ndarray, count: int) -> pd.DataFrame:
    chance = _chance(2)
    begun = np.datetime64("2021-01-01") + chance.integers(0, 600, count)
    ended = begun + chance.integers(1, 90, count)
    return pd.DataFrame({
        "project": np.resize(np.repeat(projects, len(STEPS)), count), "step": np.resize(STEPS, count),
        "kind": "approve", "could_begin": (begun - chance.integers(0, 30, count)).astype(str),
        "begun": begun.astype(str), "ended": _some(ended.astype(str), (ended <= TODAY) & (chance.random(count) < 0.9)),
        "days_allowed": chance.integers(5, 45, count), "body": chance.choice(OFFICES, count),
    })  # fmt: skip


def _promises(projects: np.ndarray, count: int) -> pd.DataFrame:
    chance = _chance(3)
    checked = chance.random(count) < 0.7
    return pd.DataFrame({
        "project": np.resize(np.repeat(projects, len(TERMS)), count), "term": np.resize(TERMS, count),
        "promised": chance.uniform(1, 3, count), "measured": pd.Series(chance.uniform(1, 4, count)).where(checked),
        "checked": _some(_days(chance, count, "2022-01-01", 200), checked),
        "due": _days(chance, count, "2022-01-01", 500), "comparator": ">=",
    })  # fmt: skip


def _assignments(projects: np.ndarray) -> pd.DataFrame:
    chance, two = _chance(4), np.repeat(projects, 2)
    rows = pd.DataFrame({"object": two, "role": np.resize(["task_force", "agent"], len(two))})
    rows = rows.assign(body=chance.choice(OFFICES, len(two)), since="2021-01-01")
    return rows[chance.random(len(two)) < 0.8].reset_index(drop=True)


def _slips(projects: np.ndarray, count: int) -> pd.DataFrame:
    chance = _chance(5)
    answered = chance.random(count) < 0.5
    return pd.DataFrame({
        "number": ids("n", count), "object": projects[:count], "colour": "yellow",
        "to_body": chance.choice(OFFICES, count), "issued": _days(chance, count, "2022-05-01", 140),
        "due": _days(chance, count, "2022-06-01", 150), "answered": _some(np.full(count, "2022-09-20"), answered),
        "reason": "进度滞后",
    })  # fmt: skip


def _items(programme: str, projects: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"programme": programme, "project": projects, "state": "entered"})
