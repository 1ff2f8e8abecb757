"""The cases of planners: each list gives what a few lines of YAML expect of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import hechang as hc
from hechang.terms.specs import codes

MONEY = 1_000_000  # 分 in 万元
CASES = [
    pytest.param(path.stem, n, case, id=f"{path.stem}: {case['name']}")
    for path in sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    for n, case in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")))
]


def rows_of(prefix, project):
    """Rows of one project as the tables want them; its id gets a prefix, so that all cases fit into one region."""
    id = f"{prefix}{project['id']}"
    stages = {stage: project[stage] for stage in codes("stages") if stage in project}
    dated = {s: when if isinstance(when, dict) else {"actual": when} for s, when in stages.items()}
    return {
        "projects": [{"id": id, "name": f"项目 {project['id']}", "synthetic": True}],
        "project_events": [
            {"project": id, "stage": s, **{kind: str(day) for kind, day in when.items()}, "synthetic": True}
            for s, when in dated.items()
        ],
        "project_years": [
            {"project": id, "year": int(year), "invest_plan": plan * MONEY, "synthetic": True}
            for year, plan in project.get("plan", {}).items()
        ],
        "returns": [
            {
                "project": id,
                "period": str(period),
                "invest_done": None if done is None else done * MONEY,
                "synthetic": True,
            }
            for period, done in project.get("returns", {}).items()
        ],
    }


def region_of(folder, cases):
    region = hc.create(folder / "cases.hc", hc.Settings(name="cases", day="2022-09-27"))
    tables = {}
    for listing, n, case in cases:
        for project in case["projects"]:
            for table, rows in rows_of(f"{listing}-{n}-", project).items():
                tables.setdefault(table, []).extend(rows)
        rules = [
            {**rule, "value": str(rule["value"]), "valid_from": str(rule["valid_from"])}
            for rule in case.get("rules", [])
        ]
        tables.setdefault("rules", []).extend(rules)
    with region.edit(by="planner", why="cases") as e:
        for table, rows in tables.items():
            e.put(table, rows)
    return e.after


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """All cases without rules of their own."""
    plain = [case.values for case in CASES if "rules" not in case.values[2]]
    return region_of(tmp_path_factory.mktemp("cases"), plain)


@pytest.mark.parametrize(("listing", "n", "case"), CASES)
def test_a_list_gives_what_the_planner_expects(listing, n, case, region, tmp_path):
    held = region_of(tmp_path, [(listing, n, case)]) if "rules" in case else region
    found = held.on(str(case["today"])).listing(listing, **case.get("options", {}))
    prefix = f"{listing}-{n}-"
    mine = found[found.index.str.startswith(prefix)].rename(index=lambda id: id.removeprefix(prefix))
    expected = case["expect"]
    assert list(mine.index) == list(expected)
    for id in expected if isinstance(expected, dict) else ():
        wanted = {key: str(value) if key == "due" else value for key, value in expected[id].items()}
        assert {key: mine.loc[id, key] for key in wanted} == wanted
    missing = [row["id"].removeprefix(prefix) for row in found.attrs["missing"] if row["id"].startswith(prefix)]
    assert missing == case.get("missing", [])


def test_every_list_has_cases():
    lists = {path.stem for path in (Path(__file__).parent / "cases").glob("*.yaml")}
    assert lists == {card.id for card in hc.cards("list") if card.module.startswith("hechang.")}
