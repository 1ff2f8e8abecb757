"""Estimated and actual dates of the made-up projects, counted back from the day of the demonstration."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

DAY = date(2022, 9, 27)
ORDER = ("planned", "signed", "filed", "land", "started", "library", "completed", "producing")
FAR = 130  # days ago from which a date may be known only by its month without changing a list
Row = dict[str, Any]


def _draw(span: str, dice: Random) -> int | None:
    if not span:
        return None
    near, far = (int(part) for part in span.split("-"))
    return dice.randint(near, far)


def _ago(group: Row, dice: Random) -> dict[str, int]:
    """Days ago of the stages reached; land and library follow filing and start."""
    stages = ("planned", "signed", "filed", "started", "completed")
    found = {stage: _draw(group[f"{stage}_ago"], dice) for stage in stages}
    reached = {stage: days for stage, days in found.items() if days is not None}
    if "started" in reached:
        reached["land"] = dice.randint(reached["started"] + 2, reached["filed"] - 1)
        if reached["started"] > 60:
            reached["library"] = reached["started"] - dice.randint(12, 55)
    if reached.get("completed", 0) > 90:
        reached["producing"] = reached["completed"] - dice.randint(30, 80)
    return reached


def _iso(days_ago: int) -> str:
    return (DAY - timedelta(days=days_ago)).isoformat()


def _expected(reached: dict[str, int], dice: Random) -> dict[str, str]:
    """Estimated dates: of what was reached (often missed by some weeks) and of the next stage."""
    made = {stage: _iso(days + dice.randint(-20, 45)) for stage, days in reached.items() if stage != "planned"}
    coming = {"planned": "signed", "signed": "filed", "filed": "started", "started": "completed"}
    following = {before: after for before, after in coming.items() if before in reached and after not in reached}
    for before, after in following.items():
        ahead = dice.randint(420, 900) if after == "completed" else dice.randint(30, 85)
        made[after] = _iso(reached[before] - ahead)
    return made


def _coarse(group: Row, reached: dict[str, int], dice: Random) -> str | None:
    """The stage whose date is known by its month only: about one project in seven."""
    last = "filed" if group["group"].startswith("filed") else "signed"
    far = reached.get(last, 0) >= FAR and reached.get("filed", 0) + 40 < reached.get("signed", 0)
    alone = last == "signed" and "filed" not in reached and reached.get(last, 0) >= FAR
    return last if (far or alone) and dice.random() < 0.16 else None


def events_of(project: Row, group: Row, dice: Random) -> list[Row]:
    """Rows of `project_events` of one project."""
    reached = _ago(group, dice)
    expected, coarse = _expected(reached, dice), _coarse(group, reached, dice)
    actual = {stage: _iso(days)[: 7 if stage == coarse else 10] for stage, days in reached.items()}
    return [
        {
            "id": f"{project['id']}-{stage}", "project": project["id"], "stage": stage,
            "estimated": expected.get(stage), "actual": actual.get(stage),
            "synthetic": True,
        }
        for stage in ORDER
        if stage in expected or stage in actual
    ]  # fmt: skip
