"""The files of the demo region: every cell fits its field, every reference is there, the numbers are those promised."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from opencc import OpenCC
from python_calamine import CalamineWorkbook

from hechang.terms.dates import days_between, is_date, last_day
from hechang.terms.money import parse_money
from hechang.terms.numbers import parse_number
from hechang.terms.specs import Field, codes, table

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "src" / "hechang" / "region" / "demo" / "shanghai"
FILES = sorted(path.name for path in (DEMO / "tables").iterdir())
DAY = "2022-09-27"
LARGEST = 8_000_000  # bytes, all files together


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    text = (DEMO / "tables" / name).read_text(encoding="utf-8")
    if name.endswith(".csv"):
        found = [{k: v or None for k, v in row.items()} for row in csv.DictReader(io.StringIO(text, newline=""))]
        return tuple(found)
    features = json.loads(text)["features"]
    return tuple(feature["properties"] | {"geometry": feature["geometry"]} for feature in features)


def table_of(name: str) -> str:
    return re.fullmatch(r"\d\d-(\w+)(\..+)?\.(csv|geojson)", name).group(1)


@cache
def ids(of: str) -> frozenset[str]:
    if of == "layers":
        return frozenset(layers()["id"])
    return frozenset(row["id"] for name in FILES if table_of(name) == of for row in rows(name))


@cache
def layers() -> pd.DataFrame:
    return pd.read_csv(DEMO / "layers.csv", dtype=str, keep_default_na=False)


def fits(field: Field, value: Any) -> bool:
    tests = {
        "text": lambda: str(value) == str(value).strip() != "",
        "int": lambda: re.fullmatch(r"-?\d+", str(value)) is not None,
        "number": lambda: parse_number(str(value)) is not None,
        "money": lambda: parse_money(str(value), field.unit) is not None,
        "bool": lambda: str(value).lower() in ("true", "false"),
        "date": lambda: is_date(value),
        "json": lambda: json.loads(value) is not None,
        "geometry": lambda: shapely.geometry.shape(value).is_valid,
        "place": lambda: value in ids("places"),
        "code": lambda: value in codes(field.target),
        "ref": lambda: value in ids(field.target),
    }
    return bool(tests[field.kind]())


@pytest.mark.parametrize("name", FILES)
def test_every_cell_fits_its_field(name: str) -> None:
    spec = table(table_of(name))
    wrong = [
        (row["id"], column, value)
        for row in rows(name)
        for column, value in row.items()
        if value is not None and not fits(spec.field(column), value)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_required_cells_are_filled_and_ids_are_unique(name: str) -> None:
    needed = ["id", *(f.name for f in table(table_of(name)).fields if f.required)]
    found = rows(name)
    assert [row["id"] for row in found if any(row.get(column) is None for column in needed)] == []
    keys = [(row["id"], row.get("valid_from")) for row in found]
    assert len(set(keys)) == len(keys) > 0


def test_ids_are_unique_across_the_files_of_a_table() -> None:
    for of in {table_of(name) for name in FILES}:
        every = [row["id"] for name in FILES if table_of(name) == of for row in rows(name)]
        assert len(every) == len(set(every)), of


def test_every_file_has_its_layer_with_origin_and_licence() -> None:
    assert sorted(layers()["file"]) == FILES
    assert (layers()["table"] == layers()["file"].map(table_of)).all()
    needed = ["name", "name_en", "vintage", "origin", "licence", "quality", "quality_en"]
    assert (layers()[needed] != "").all().all()
    osm = layers()[layers()["licence"].str.startswith("ODbL")]
    assert len(osm) == 7
    assert osm["attribution"].str.contains("OpenStreetMap").all()


def test_owners_are_bodies() -> None:
    owners = {row["owner"] for name in FILES for row in rows(name) if row.get("owner")}
    assert owners
    assert owners <= ids("bodies")


def count(name: str, **having: str) -> int:
    return sum(all(row.get(key) == value for key, value in having.items()) for row in rows(name))


def test_places_are_those_of_the_nine_cities() -> None:
    assert count("11-places.cities.geojson") == 9
    assert sum(row["valid_to"] is None for row in rows("12-places.counties.geojson")) == 71
    assert count("14-places.towns.csv") == 863
    assert sum(row["parent"].startswith("3202") for row in rows("14-places.towns.csv")) == 75
    assert sum(row["lon"] is not None for row in rows("14-places.towns.csv")) == 587
    assert {row["kind"] for row in rows("14-places.towns.csv")} == {"town", "street", "township"}
    assert {row["kind"] for row in rows("13-places.statistical.csv")} == {"statistical"}
    assert len(rows("13-places.statistical.csv")) == 127
    people = {row["id"]: row["people"] for row in rows("11-places.cities.geojson")}
    assert (people["320200"], people["320500"]) == (6_374_399, 10_459_890)


def test_old_county_codes_end_when_the_new_ones_begin() -> None:
    found = {row["id"]: (row["valid_from"], row["valid_to"]) for row in rows("12-places.counties.geojson")}
    assert {found[code][1] for code in ("320602", "320611", "320684")} == {"2020"}
    assert {found[code][0] for code in ("320613", "320614")} == {"2020"}


def members(collection: str, day: str) -> set[str]:
    found = (row for row in rows("22-members.csv") if row["collection"] == collection)
    return {row["place"] for row in found if row["valid_from"] <= day}


def test_membership_is_nine_in_2022_and_fourteen_in_the_draft() -> None:
    assert len(members("region-2022", DAY)) == 9
    assert members("region-2026-draft", DAY) == set()
    draft = members("region-2026-draft", "2026-02-10")
    assert len(draft) == 14
    assert members("region-2022", DAY) < draft


def test_the_feed_is_in_order_and_each_train_stops_twice_inside() -> None:
    times = pd.DataFrame(rows("34-stop_times.rail-2016.csv")).astype({"sequence": int, "arrive": int, "depart": int})
    county = pd.Series({row["id"]: row["place"] for row in rows("30-stops.rail-2016.csv")})
    assert county.notna().sum() == 45
    assert (times["stop"].map(county).notna().groupby(times["trip"]).sum() >= 2).all()
    assert (times["depart"] >= times["arrive"]).all()
    before = times.sort_values(["trip", "sequence"]).groupby("trip")["depart"].shift()
    assert (times["arrive"] > before)[before.notna()].all()
    assert times["depart"].max() > 86_400


def test_the_80_listed_projects_of_shanghai_are_real_and_carry_no_money() -> None:
    found = rows("50-projects.shanghai.csv")
    assert len(found) == 80
    assert all(row["synthetic"] == "false" and "invest_total" not in row for row in found)
    years = pd.DataFrame(found).groupby("name")["list_years"].nunique()
    assert (years == 3).sum() == 14


@cache
def wuxi() -> pd.DataFrame:
    events = pd.DataFrame(rows("52-project_events.wuxi.csv"))
    return events.pivot_table(index="project", columns="stage", values="actual", aggfunc="first")


def days_since(dates: pd.Series) -> pd.Series:
    return dates.dropna().map(lambda date: days_between(date, DAY))


def test_everything_made_up_says_so() -> None:
    for name in FILES:
        if (
            (name[0] == "6" and "reported" not in name)
            or "wuxi.csv" in name
            or ("cities.csv" in name and name[0] == "5")
        ):
            assert {row["synthetic"] for row in rows(name)} == {"true"}, name
    projects = [*rows("51-projects.wuxi.csv"), *rows("55-projects.cities.csv")]
    assert (len(projects), len({row["id"] for row in projects})) == (3000, 3000)
    assert all(row["name"].startswith("示例·") for row in projects)


def test_what_the_offices_return_belongs_to_made_up_projects_and_follows_what_is_known() -> None:
    projects = {row["id"] for row in (*rows("51-projects.wuxi.csv"), *rows("55-projects.cities.csv"))}
    known = max(row["period"] for row in (*rows("54-returns.wuxi.csv"), *rows("58-returns.cities.csv")))
    for period in ("2022-07", "2022-08"):
        said = pd.read_csv(DEMO / "rounds" / f"{period}.csv")
        assert set(said["project"]) <= projects
        assert (said["project"].is_unique, known < period) == (True, True)
    dates = pd.read_csv(DEMO / "rounds" / "2022-08-dates.csv", dtype=str)
    assert set(dates["project"]) <= projects
    assert dates["actual"].between("2022-08", DAY).all()


@pytest.mark.parametrize(("stage", "following"), [("signed", "filed"), ("filed", "started")])
def test_both_lists_of_dates_have_cases_on_either_side_of_the_grace(stage: str, following: str) -> None:
    waiting = days_since(wuxi()[stage][wuxi()[following].isna() & wuxi()["started"].isna()])
    assert 20 <= (waiting > 90).sum() <= 40
    assert {90, 91} <= set(waiting)


def test_the_third_list_has_cases_on_either_side_of_the_progress_due() -> None:
    plans = {row["project"]: float(row["invest_plan"]) for row in rows("53-project_years.wuxi.csv")}
    told = pd.read_csv(DEMO / "rounds" / "2022-08.csv").set_index("project")["invest_done"]
    done = {**{row["project"]: float(row["invest_done"]) for row in rows("54-returns.wuxi.csv")}, **told.to_dict()}
    plans = {project: plan for project, plan in plans.items() if project in done}
    behind = sum(done[project] / plan < 8 / 12 for project, plan in plans.items())
    assert 20 <= behind <= 40
    assert len(plans) - behind >= 40


def test_dates_of_a_project_stand_in_order() -> None:
    order = ["signed", "filed", "land", "started", "library", "completed", "producing"]
    for earlier, later in pairwise(order):
        pairs = wuxi()[[earlier, later]].dropna()
        assert all(last_day(a) <= last_day(b) for a, b in pairs.to_numpy()), (earlier, later)
    assert max(date for row in rows("52-project_events.wuxi.csv") if (date := row["actual"])) < DAY


def test_returns_grow_and_stay_within_the_total() -> None:
    found = pd.DataFrame(rows("54-returns.wuxi.csv")).astype({"invest_done": int, "invest_done_total": int})
    assert found.groupby("project")["invest_done"].apply(lambda done: done.is_monotonic_increasing).all()
    total = {row["id"]: int(row["invest_total"]) for row in rows("51-projects.wuxi.csv")}
    assert (found["invest_done_total"] <= found["project"].map(total)).all()


def sheet(name: str, number: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_path(DEMO / "returns" / name).get_sheet_by_index(number).to_python()


def test_each_fault_of_the_workbook_stands_in_its_cell() -> None:
    faults = pd.read_csv(DEMO / "returns" / "faults.csv", dtype=str, keep_default_na=False)
    cells = sheet("wuxi-projects.xlsx")
    shown = {
        (fault["kind"], fault["cell"]): cells[int(fault["cell"][1:]) - 1][ord(fault["cell"][0]) - 65]
        for fault in faults.to_dict("records")
        if re.fullmatch(r"[A-Z]\d+", fault["cell"])
    }
    assert shown["not-date", "L13"] == "九月底"
    assert shown["unit-in-cell", "I7"].endswith("亿元")
    assert shown["serial-date", "L11"] == (pd.Timestamp("2022-03-07") - pd.Timestamp("1899-12-30")).days
    assert shown["required", "C21"] == ""
    assert shown["out-of-range", "P17"] > 100
    assert cells[18][3] == cells[17][3]
    assert (faults[["zh", "en", "kind", "severity"]] != "").all().all()


def test_the_mended_workbook_has_only_clean_rows() -> None:
    head, *body = sheet("wuxi-projects-mended.xlsx")
    found = pd.DataFrame(body, columns=head)
    assert len(found) == 48
    assert found["项目代码"].is_unique
    assert not found["项目名称"].isin({row["name"] for row in rows("51-projects.wuxi.csv")}).any()
    towns = [row["name"] for row in rows("14-places.towns.csv")]
    assert all(towns.count(place) == 1 for place in found["所在地"])
    assert found["形象进度(%)"].between(0, 100).all()
    assert (found["开工日期"].replace("", None).dropna() > found["备案日期"][found["开工日期"] != ""]).all()


def reports() -> list[Path]:
    return sorted(path for path in (DEMO / "reports").iterdir() if path.name[:2].isdigit() and path.suffix != ".json")


def test_every_report_says_that_it_is_made_up() -> None:
    assert len(reports()) == 8
    for path in reports():
        assert json.loads(path.with_name(path.name + ".meta.json").read_text(encoding="utf-8"))["synthetic"] is True


def text_of(number: str) -> str:
    path = next(path for path in reports() if path.name.startswith(number))
    return path.read_text(encoding="gbk" if "GBK" in path.name else "utf-8")


def test_reports_carry_the_kinds_of_noise() -> None:
    assert re.search(r"[\u4e00-\u9fff]\n\n[\u4e00-\u9fff]", text_of("01"))
    assert text_of("02").startswith("# ")
    assert "版权所有" in text_of("03")
    assert "首页 >" in text_of("03")
    assert len(re.findall(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)", text_of("04"))) > 100
    assert "建设" in text_of("06")
    assert "8个城市" in text_of("02")
    assert "八个城市" in text_of("03")


def test_the_report_in_traditional_script_turns_back_into_its_clean_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from demo.noise import half_width
    from demo.pages import page

    plain = re.sub(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)", "", text_of("04"))
    assert OpenCC("tw2s").convert(plain) == half_width(page("reports/gongnengqu.txt"))


def test_breaking_lines_only_adds_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from demo.noise import narrow, wraps

    text = "会议指出，" + "要把项目建设好" * 40 + "。"
    assert wraps(text).replace("\n", "") == narrow(text).replace("\n", "") == text
    assert "\n\n" in wraps(text)


def test_all_files_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < LARGEST


@pytest.mark.shared
def test_the_files_are_made_again_in_the_same_bytes(shared: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "make_demo_data.py"), str(shared / "data" / "region")]
    subprocess.run([*command, "--to", str(tmp_path)], check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(DEMO): path.read_bytes() for path in DEMO.rglob("*") if path.is_file()}
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []


@pytest.mark.shared
def test_no_sentence_of_a_sample_report_is_taken_from_a_published_one(shared: Path) -> None:
    signs = re.compile(r"[\s,，;；:：()（）“”。、]|\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")
    script = OpenCC("tw2s")
    published = [path.read_text(encoding="utf-8") for path in (shared / "data" / "seeds").glob("*.txt")]
    known = "\n".join(signs.sub("", script.convert(text)) for text in published)
    clauses = {
        signs.sub("", clause)
        for path in (ROOT / "tools" / "demo" / "hand" / "reports").glob("*.txt")
        for clause in re.split(r"[。；\n]", path.read_text(encoding="utf-8"))
    }
    assert [clause for clause in clauses if len(clause) > 18 and clause in known] == []
