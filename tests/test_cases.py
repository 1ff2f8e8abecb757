"""The cases of planners: each list gives what a few lines of YAML expect of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
import yaml

import hechang as hc
from hechang.terms.specs import codes, table

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
        "projects": [{"id": id, "name": project.get("name", f"项目 {project['id']}"), "synthetic": True}],
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


def tables_of(prefix, case):
    """Rows that a case gives table by table; ids of the case get the prefix wherever they are named."""
    given = case.get("tables", {})
    ids = {str(row["id"]) for rows in given.values() for row in rows if "id" in row}
    ids |= {str(project["id"]) for project in case.get("projects", ())}

    def cell(field, value):
        if isinstance(value, list):
            return [cell(field, one) for one in value]
        if str(value) in ids and not isinstance(value, bool):
            return f"{prefix}{value}"
        if field.kind == "geometry":
            return shapely.from_wkt(value)
        if field.kind == "money" and value is not None:
            return round(value * MONEY)
        if value is None or field.kind in ("int", "number", "bool", "json"):
            return value
        return str(value)

    def row(name, cells):
        made = {key: cell(table(name).field(key), value) for key, value in cells.items()}
        return {"synthetic": True, **made}

    return {name: [row(name, cells) for cells in rows] for name, rows in given.items()}


def region_of(folder, cases):
    region = hc.create(folder / "cases.hc", hc.Settings(name="cases", day="2022-09-27"))
    tables = {}
    for listing, n, case in cases:
        prefix = f"{listing}-{n}-"
        parts = [rows_of(prefix, project) for project in case.get("projects", ())]
        for part in (*parts, tables_of(prefix, case)):
            for name, rows in part.items():
                tables.setdefault(name, []).extend(rows)
        rules = [
            {**rule, "value": json.dumps(rule["value"]), "valid_from": str(rule["valid_from"])}
            for rule in case.get("rules", [])
        ]
        tables.setdefault("rules", []).extend(rules)
    with region.edit(by="planner", why="cases") as e:
        for name, rows in tables.items():
            e.put(name, rows)
    return e.after


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """All cases without rules of their own and that do not ask for a region of their own."""
    plain = [case.values for case in CASES if not alone(case.values[2])]
    return region_of(tmp_path_factory.mktemp("cases"), plain)


def alone(case):
    """Tell whether a case needs a region of its own: it changes rules, or says `alone: true`."""
    return "rules" in case or case.get("alone", False)


@pytest.mark.parametrize(("listing", "n", "case"), CASES)
def test_a_list_gives_what_the_planner_expects(listing, n, case, region, tmp_path):
    held = region_of(tmp_path, [(listing, n, case)]) if alone(case) else region
    found = held.on(str(case["today"])).listing(listing, **case.get("options", {}))
    prefix = f"{listing}-{n}-"
    mine = found[found.index.astype("string").str.startswith(prefix)]
    mine = mine.rename(index=lambda id: id.replace(prefix, ""))
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
