"""Made-up work of the offices around the Wuxi projects: approvals, terms of land, task forces, papers, tasks.

One real figure stands among them: what a county reported of its first half-year, with the per cent it printed.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from demo.files import read_hand, rows_of, write_csv
from demo.invented import SEED, WUXI, rows_of_city
from demo.invented_dates import DAY

Row = dict[str, Any]
STEPS = (  # name, kind, stage it can begin after, stage it belongs before, days allowed
    ("用地预审与选址", "evaluate", "signed", 10), ("环境影响评价审批", "evaluate", "filed", 20),
    ("施工图联合审查", "approve", "land", 10), ("施工许可", "approve", "land", 5),
    ("竣工验收备案", "accept", "completed", 5),
)  # fmt: skip
TERMS = (  # name, unit, comparator, least, most
    ("固定资产投资强度", "万元/亩", ">=", 350, 600), ("亩均税收", "万元/亩", ">=", 25, 45),
    ("单位增加值能耗", "吨标准煤/万元", "<=", 0.1, 0.4), ("容积率", "", ">=", 1.5, 2.2),
)  # fmt: skip
PAPERS = ("营业执照", "项目备案证", "不动产权证书", "用地规划许可证")
ASKED = {
    "用地预审与选址": ("营业执照", "项目备案证"), "环境影响评价审批": ("营业执照", "项目备案证"),
    "施工图联合审查": ("不动产权证书", "用地规划许可证"), "施工许可": ("营业执照", "不动产权证书", "用地规划许可证"),
    "竣工验收备案": ("用地规划许可证",),
}  # fmt: skip
MADE_UP = "虚构示例"


def _days(project: str, events: dict[str, dict[str, str]]) -> dict[str, date]:
    return {stage: date.fromisoformat(day) for stage, day in events.get(project, {}).items() if len(day) == 10}


def approvals(rows: list[Row], events: dict[str, dict[str, str]], dice: Random) -> list[Row]:
    """Steps of every second project: most in time, some late, some still open."""
    made = []
    for row in rows[::2]:
        known = _days(row["id"], events)
        for name, kind, after, allowed in STEPS:
            if after in known:
                could = known[after] + timedelta(days=dice.randint(0, 5))
                begun = could + timedelta(days=dice.randint(0, 25))
                ended = begun + timedelta(days=round(allowed * dice.uniform(0.4, 1.9)))
                step = {
                    "id": f"{row['id']}-{len(made)}", "project": row["id"], "step": name, "kind": kind,
                    "body": row["lead"], "could_begin": could, "begun": begun if begun < DAY else None,
                    "ended": ended if ended < DAY and dice.random() < 0.93 else None, "days_allowed": allowed,
                    "basis": MADE_UP, "synthetic": True,
                }  # fmt: skip
                made.append(step)
    return made


def standard_land(rows: list[Row], events: dict[str, dict[str, str]], dice: Random) -> list[Row]:
    """Terms of 40 projects with land; a quarter of those checked fall short."""
    made = []
    having = [row for row in rows if "land" in events.get(row["id"], {})][:40]
    for row in having:
        start = _days(row["id"], events).get("land", DAY)
        for name, unit, comparator, least, most in TERMS:
            promised, checked = round(dice.uniform(least, most), 2), dice.random() < 0.5
            factor = dice.uniform(0.86, 1.25) if comparator == ">=" else dice.uniform(0.75, 1.12)
            due = start + timedelta(days=dice.choice((365, 540, 720, 1095)))
            made.append({
                "id": f"{row['id']}-term-{len(made)}", "project": row["id"], "term": name, "promised": promised,
                "measured": round(promised * factor, 2) if checked else None, "unit": unit, "comparator": comparator,
                "due": due, "checked": min(due, DAY - timedelta(days=9)) if checked else None, "synthetic": True,
            })  # fmt: skip
    return made


def assignments(rows: list[Row], dice: Random) -> list[Row]:
    """Task forces and agents of most projects, and who consults, bears and benefits in three shared ones."""
    made = [
        {"object": row["id"], "body": row["lead"], "person": None, "role": role, "share": None}
        for row in rows
        for role, part in (("task_force", 0.8), ("agent", 0.7))
        if dice.random() < part
    ]
    shared = (("wx-001", "gov-320200", "gov-320500", 60), ("wx-006", "gov-320200", "gov-320400", 50),
              ("wx-009", "gov-320200", "gov-330500", None))  # fmt: skip
    for project, first, second, part in shared:
        for role in ("consult", "bear", "benefit"):
            for body, share in ((first, part), (second, part and 100 - part)):
                told = None if role == "consult" else share
                made.append({"object": project, "body": body, "person": None, "role": role, "share": told})
    return [row | {"id": f"who-{n:04d}", "since": "2022-03", "note": MADE_UP, "synthetic": True}
            for n, row in enumerate(made)]  # fmt: skip


def papers(rows: list[Row], dice: Random) -> list[Row]:
    """What the register holds of a third of the projects; some papers have run out."""
    made = []
    for row in rows[::3]:
        for name in PAPERS:
            if dice.random() < 0.7:
                issued = DAY - timedelta(days=dice.randint(60, 900))
                until = issued + timedelta(days=730) if name == "用地规划许可证" else None
                made.append({
                    "id": f"{row['id']}-paper-{len(made)}", "object": row["id"], "name": name, "issuer": row["lead"],
                    "issued": issued, "valid_until": until, "synthetic": True,
                })  # fmt: skip
    return made


def tasks() -> tuple[list[Row], list[Row], list[Row]]:
    """Tasks written by hand, two milestones each, and what was reported for August."""
    found, steps, returns = [], [], []
    for number, row in enumerate(rows_of(read_hand("tasks.csv")), 1):
        id, done = f"task-{number:02d}", row["progress"] == "100"
        found.append({
            "id": id, "number": f"示例〔2022〕{number}号", "name": row["name"], "kind": row["kind"],
            "programme": "三提三即(示例)", "lead": row["lead"],
            "co_bodies": json.dumps([body for body in row["co"].split("、") if body]),
            "plan_action": row["action"] or None, "deliverable": row["deliverable"], "begins": row["begins"],
            "due": row["due"], "progress": row["progress"], "state": "done" if done else "doing",
            "report_every": row["every"], "closed": "2022-08-25" if done else None,
            "projects": json.dumps(["wx-001"] if number == 11 else []), "synthetic": True,
        })  # fmt: skip
        for part, day in (("方案", row["begins"]), ("成果", row["due"])):
            ended = day if part == "方案" else ("2022-08-25" if done else None)
            name = f"{row['deliverable']}{part}"
            steps.append({"id": f"{id}-{part}", "task": id, "name": name, "due": day, "done": ended, "synthetic": True})
        if number % 6:
            returns.append({
                "id": f"{id}-2022-08", "task": id, "period": "2022-08", "progress": row["progress"],
                "note": "按计划推进(示例)" if number % 4 else "进度偏慢(示例)",
                "problem": None if number % 4 else "跨部门意见尚未统一(示例)", "synthetic": True,
            })  # fmt: skip
    return found, steps, returns


def reported() -> pd.DataFrame:
    """A per cent as printed beside the two amounts it should come from (Yixing, first half of 2022)."""
    return pd.DataFrame([{
        "id": "yixing-2022-h1", "place": "320282", "indicator": "major_projects_investment_rate", "year": "2022-06",
        "value": 43.4, "unit": "%", "numerator": 1_214_000, "denominator": 2_356_000,
        "geography": "宜兴市承担的无锡市级重大项目 58 个", "calibre": "上半年完成投资 / 年度计划投资 (万元)",
        "grade": "official",
    }])  # fmt: skip


def write(origin: Path, folder: Path) -> None:
    """Write the tables 60 to 69."""
    dice, wuxi = Random(SEED + 2), rows_of_city(origin, WUXI)
    events: dict[str, dict[str, str]] = {}
    for event in wuxi["project_events"]:
        if event["actual"]:
            events.setdefault(event["project"], {})[event["stage"]] = event["actual"]
    found, steps, returns = tasks()
    pairs = [(step, name) for step, names in ASKED.items() for name in names]
    asked = [
        {
            "id": f"asks-{n}",
            "step": step,
            "name": name,
            "exempt": name == "项目备案证",
            "basis": MADE_UP,
            "synthetic": True,
        }
        for n, (step, name) in enumerate(pairs)
    ]
    made = {
        "60-approvals.wuxi": approvals(wuxi["projects"], events, dice),
        "61-standard_land.wuxi": standard_land(wuxi["projects"], events, dice),
        "62-assignments.wuxi": assignments(wuxi["projects"], dice),
        "63-papers.wuxi": papers(wuxi["projects"], dice),
        "64-step_papers": asked,
        "65-tasks": found,
        "66-milestones": steps,
        "67-task_returns": returns,
    }
    for name, rows in made.items():
        write_csv(folder, name, pd.DataFrame(rows))
    write_csv(folder, "68-values.reported", reported())
