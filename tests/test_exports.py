"""Standards: what we write for others is what the register knows, and their programs can read it."""

import json
import re
import shutil
from datetime import date
from importlib.resources import files

import pytest
import shapely
from icalendar import Calendar
from jsonschema import Draft4Validator

import hechang as hc
from hechang.cli import main
from hechang.publish.exports.oc4ids import LISTED, STATUS, faults, package
from hechang.publish.results import for_public
from hechang.region.example import example
from hechang.terms.errors import FileFault, InputError, NotKnown, Refused
from hechang.terms.specs import codes

WAN = 1_000_000  # 分 in 万元


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    """A region to copy: making one takes longer."""
    folder = tmp_path_factory.mktemp("exports") / "region.hc"
    made = hc.create(folder, hc.Settings(name="两市", day="2022-09-27"))
    with made.edit(by="zhang", why="register", level=0) as e:
        e.put("places", {"id": "310000", "name": "上海市", "kind": "city"})
        e.put("bodies", [{"id": "b1", "name": "甲市项目办"}, {"id": "b2", "name": "乙市项目办"}])
        e.put("documents", {"id": "d1", "title": "施工许可", "kind": "report", "sha256": e.blob(b"permit")})
        e.put("projects", [
            {"id": "p1", "name": "云湖城际站点", "code": "2022-01", "place": "310000", "lead": "b1", "owner": "b1",
             "company": "云湖公司", "industry": "城际站点配套", "kind": "new", "invest_total": 12_345_670_000,
             "geometry": shapely.to_wkb(shapely.Point(121.5, 31.2))},
            {"id": "p2", "name": "示例码头", "owner": "b2", "status": "reserve", "synthetic": True},
        ])  # fmt: skip
        e.put("projects", {"id": "p3", "name": "不公开项目", "level": 2})
        e.put("project_events", [
            {"project": "p1", "stage": "filed", "actual": "2022-03"},
            {"project": "p1", "stage": "started", "estimated": "2022-06-01", "actual": "2022-06-15", "evidence": "d1"},
            {"project": "p1", "stage": "completed", "estimated": "2024-02"},
        ])  # fmt: skip
        e.put("project_years", {"project": "p1", "year": 2022, "invest_plan": 300 * WAN})
    e.after.close()
    return folder


@pytest.fixture
def region(pattern, tmp_path):
    shutil.copytree(pattern, tmp_path / "region.hc")
    return hc.open(tmp_path / "region.hc")


# --- OC4IDS --------------------------------------------------------------------------------------------------------
def one(region, id):
    return next(p for p in package(for_public(region))["projects"] if p["id"].endswith(f"-{id}"))


def test_a_project_says_what_the_register_knows(region):
    found = one(region, "p1")
    assert found["status"] == "implementation" and found["type"] == "construction"
    assert found["sector"] == ["transport", "transport.rail"]
    assert found["publicAuthority"] == {"id": "b1", "name": "甲市项目办"}
    assert [p["roles"] for p in found["parties"]] == [["publicAuthority"], ["procuringEntity"]]
    assert found["identifiers"] == [{"id": "2022-01", "scheme": "internal"}]
    assert found["documents"][0]["title"] == "施工许可"


def test_money_stands_in_yuan_with_its_currency(region):
    budget = one(region, "p1")["budget"]
    assert budget["amount"] == {"amount": 123_456_700.0, "currency": "CNY"}
    year = budget["budgetBreakdowns"][0]["budgetBreakdown"][0]
    assert year["id"] == "2022" and year["amount"] == {"amount": 3_000_000.0, "currency": "CNY"}


def test_a_month_is_not_made_a_day(region):
    found = one(region, "p1")
    assert found["period"] == {"startDate": "2022-06-01T00:00:00+08:00"}  # the planned end is known to the month only
    assert "竣工 Completed: 预计 expected 2024-02" in found["description"]
    assert "completion" not in found


def test_a_completion_known_to_the_month_says_so(region):
    with region.edit(by="zhang", why="done", level=0) as e:
        e.put("project_events", {"project": "p2", "stage": "completed", "actual": "2022-08"})
    found = one(e.after, "p2")
    assert found["completion"] == {"endDateDetails": "只知 2022-08 / only known: 2022-08"}
    assert found["status"] == "completion"


def test_a_place_is_a_code_and_a_shape_only_where_there_is_one(region):
    place = one(region, "p1")["locations"][0]
    assert place["gazetteer"] == {"scheme": "CN-GBT2260", "identifiers": ["310000"]}
    assert place["geometry"] == {"type": "Point", "coordinates": [121.5, 31.2]}  # longitude first
    assert "locations" not in one(region, "p2")


def test_made_up_projects_say_so(region):
    found = one(region, "p2")
    assert found["title"] == "[虚构示例 made up] 示例码头" and "made up" in found["description"]
    assert found["status"] == "identification"


def test_only_what_everybody_may_read_is_written(region, tmp_path):
    told = region.publish("oc4ids", tmp_path / "p.json")
    text = (tmp_path / "p.json").read_text(encoding="utf-8")
    assert told == {"projects": 2, "made_up": 1, "official": False} and "不公开项目" not in text


def test_a_region_without_public_projects_says_how_to_make_them_public(tiny, tmp_path):
    with pytest.raises(InputError, match="clearance 0"):
        tiny.publish("oc4ids", tmp_path / "p.json")


def test_the_same_revision_writes_the_same_package(region, tmp_path):
    for name in ("a", "b"):
        region.publish("oc4ids", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_every_stage_and_listed_state_has_a_status_of_the_standard():
    rules = json.loads(files("hechang.publish.exports").joinpath("oc4ids_rules.json").read_text(encoding="utf-8"))
    known = set(rules["definitions"]["project"]["properties"]["status"]["enum"])
    assert set(STATUS) == set(codes("stages")) and set(LISTED) == set(codes("project_states"))
    assert {*STATUS.values(), *LISTED.values()} <= known


def test_our_rules_are_a_sound_schema():
    rules = json.loads(files("hechang.publish.exports").joinpath("oc4ids_rules.json").read_text(encoding="utf-8"))
    Draft4Validator.check_schema(rules)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"status": "building"}, "status"),
        ({"title": ""}, "title"),
        ({"period": {"startDate": "2022-09"}}, "period/startDate"),
        ({"parties": []}, "parties"),
        ({"sector": ["trains"]}, "sector/0"),
        ({"id": "p1"}, "id"),
        ({"budget": {"amount": {"amount": 3}}}, "budget/amount"),
        ({"mileage": 3}, "projects/0"),
    ],
)
def test_a_package_that_breaks_a_rule_is_found_out(region, change, where):
    made = package(for_public(region))
    made["projects"][0] |= change
    found = faults(made)
    assert found and any(f.field.endswith(where) for f in found) and all(f.zh and f.mend_zh for f in found)


def test_two_projects_of_one_identifier_are_found_out(region):
    made = package(for_public(region))
    made["projects"].append(made["projects"][0])
    assert "stands twice" in faults(made)[-1].en


def test_a_prefix_that_is_none_writes_nothing(region, tmp_path):
    with pytest.raises(Refused, match="breaks the standard"):
        region.publish("oc4ids", tmp_path / "p.json", prefix="ours")
    assert not (tmp_path / "p.json").exists()


def test_a_schema_of_the_standard_is_used_where_it_is_given(region, tmp_path):
    schema = tmp_path / "project-schema.json"
    schema.write_text('{"$schema": "http://json-schema.org/draft-04/schema#", "required": ["id"]}', encoding="utf-8")
    assert region.publish("oc4ids", tmp_path / "p.json", schema=str(schema))["official"] is True
    schema.write_text('{"required": ["assetLifetime"]}', encoding="utf-8")
    with pytest.raises(Refused):
        region.publish("oc4ids", tmp_path / "q.json", schema=str(schema))
    for bad in ("no json", '{"type": 3}'):
        schema.write_text(bad, encoding="utf-8")
        with pytest.raises(FileFault, match=r"project-schema\.json"):
            region.publish("oc4ids", tmp_path / "q.json", schema=str(schema))


@pytest.mark.slow
def test_every_project_of_the_demonstration_keeps_the_rules(tmp_path):
    made = example(tmp_path / "demo.hc")
    told = made.publish("oc4ids", tmp_path / "p.json")
    real = told["projects"] - told["made_up"]
    assert real == 80 and told["made_up"] >= 200


# --- iCalendar -----------------------------------------------------------------------------------------------------
@pytest.fixture
def busy(region):
    with region.edit(by="zhang", why="ledger") as e:
        e.put("tasks", [{"id": "t1", "name": "水厂改造", "lead": "b1", "due": "2022-12"},
                        {"id": "t2", "name": "已办结", "lead": "b1", "due": "2022-10-01", "closed": "2022-09-01"},
                        {"id": "t3", "name": "年内完成, 含\n换行; 逗号", "lead": "b2", "due": "2023"}])  # fmt: skip
        e.put("milestones", {"id": "m1", "task": "t1", "name": "管网; 验收", "due": "2022-11-15"})
        e.put("slips", {"id": "s1", "number": "督〔2022〕1 号", "object": "t1", "to_body": "b1", "due": "2022-10-08",
                        "extended_to": "2022-10-20"})  # fmt: skip
        e.put("rounds", {"id": "r1", "name": "9 月填报", "period": "2022-09", "table": "returns", "due": "2022-10-05"})
        e.put("round_bodies", [{"id": "rb1", "round": "r1", "body": "b1"},
                               {"id": "rb2", "round": "r1", "body": "b2", "returned": "2022-09-26"}])  # fmt: skip
    return e.after


def calendar(region, path, **options):
    told = region.publish("ical", path, **options)
    parsed = Calendar.from_ical(path.read_bytes())
    return told, {str(event["uid"]).partition("@")[0]: event for event in parsed.walk("VEVENT")}


def test_what_is_open_is_in_the_calendar_and_what_is_done_is_not(busy, tmp_path):
    told, found = calendar(busy, tmp_path / "all.ics")
    assert told == {"milestone": 1, "round": 1, "slip": 1, "stage": 1, "task": 2}
    assert set(found) == {"task-t1", "task-t3", "milestone-m1", "slip-s1", "round-rb1", "completed-p1-completed"}


def test_an_entry_lasts_all_of_the_last_day_its_date_can_mean(busy, tmp_path):
    found = calendar(busy, tmp_path / "all.ics")[1]
    assert (found["task-t1"]["dtstart"].dt, found["task-t1"]["dtend"].dt) == (date(2022, 12, 31), date(2023, 1, 1))
    assert found["completed-p1-completed"]["dtstart"].dt == date(2024, 2, 29)
    assert found["slip-s1"]["dtstart"].dt == date(2022, 10, 20)  # as extended


def test_a_date_known_to_the_month_or_year_says_so_in_both_languages(busy, tmp_path):
    zh, en = (calendar(busy, tmp_path / f"{lang}.ics", lang=lang)[1] for lang in ("zh", "en"))
    assert str(zh["task-t1"]["summary"]) == "[任务到期] 水厂改造 (仅到月)"
    assert str(en["task-t1"]["summary"]) == "[Task due] 水厂改造 (month only)"
    assert str(en["task-t3"]["summary"]).endswith("(year only)")
    assert str(zh["completed-p1-completed"]["summary"]) == "[预计竣工] 云湖城际站点 (仅到月)"
    assert "(" not in str(zh["milestone-m1"]["summary"])


def test_each_body_has_a_calendar_of_its_own(busy, tmp_path):
    by_name, by_id = (calendar(busy, tmp_path / "b.ics", body=body)[1] for body in ("乙市项目办", "b2"))
    assert set(by_name) == set(by_id) == {"task-t3"}
    with pytest.raises(NotKnown, match="丙市项目办"):
        busy.publish("ical", tmp_path / "c.ics", body="丙市项目办")
    with pytest.raises(InputError, match="zh or en"):
        busy.publish("ical", tmp_path / "c.ics", lang="fr")


def test_the_same_entry_has_the_same_uid_after_an_edit(busy, tmp_path):
    before = set(calendar(busy, tmp_path / "a.ics")[1])
    with busy.edit(by="li", why="later") as e:
        e.put("tasks", {"id": "t1", "due": "2023-01-31"})
    after = calendar(e.after, tmp_path / "b.ics")[1]
    assert set(after) == before and after["task-t1"]["dtstart"].dt == date(2023, 1, 31)


def test_the_same_revision_writes_the_same_calendar(busy, tmp_path):
    for name in ("a", "b"):
        busy.publish("ical", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_lines_of_a_calendar_are_folded_and_signs_escaped(busy, tmp_path):
    busy.publish("ical", tmp_path / "a.ics")
    lines = (tmp_path / "a.ics").read_bytes().split(b"\r\n")
    assert max(map(len, lines)) <= 75 and not any(line.startswith("换行".encode()) for line in lines)
    assert "年内完成, 含\n换行; 逗号" in str(calendar(busy, tmp_path / "a.ics")[1]["task-t3"]["summary"])


def test_made_up_entries_say_so(tiny, tmp_path):
    with tiny.edit(by="zhang", why="try") as e:
        e.put("tasks", {"id": "t", "name": "虚构任务", "due": "2022-12-01", "synthetic": True})
    found = calendar(e.after, tmp_path / "a.ics")[1]
    assert str(found["task-t"]["summary"]) == "[任务到期] 虚构任务 (虚构示例)"


# --- PROV-JSON -----------------------------------------------------------------------------------------------------
KINDS = {
    "used": ("prov:activity", "prov:entity"), "wasGeneratedBy": ("prov:entity", "prov:activity"),
    "wasInvalidatedBy": ("prov:entity", "prov:activity"), "wasAssociatedWith": ("prov:activity", "prov:agent"),
    "wasAttributedTo": ("prov:entity", "prov:agent"), "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
}  # fmt: skip
OF = {"prov:activity": "activity", "prov:agent": "agent", "prov:entity": "entity", "prov:generatedEntity": "entity",
      "prov:usedEntity": "entity"}  # fmt: skip


def sound(document):
    """Whether a document keeps the rules of PROV-JSON: known kinds, qualified names, no loose ends, moments."""
    assert set(document) <= {"prefix", "entity", "activity", "agent", *KINDS}
    prefixes = {*document["prefix"], "_"}
    for kind in ("entity", "activity", "agent"):
        for name, record in document[kind].items():
            assert name.partition(":")[0] in prefixes and re.fullmatch(r"[!-~]+", name)
            assert all(key.partition(":")[0] in prefixes for key in record)
    for kind, ends in KINDS.items():
        for name, record in document.get(kind, {}).items():
            assert name.startswith("_:") and all(record[end] in document[OF[end]] for end in ends)
            assert set(record) <= {*ends, "prov:time"}
    moments = [r[key] for r in document["activity"].values() for key in ("prov:startTime", "prov:endTime")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", moment) for moment in moments)
    return True


def provenance(region, path, table, row):
    region.publish("prov", path, table=table, row=row)
    return json.loads(path.read_text(encoding="utf-8"))


def test_each_version_has_its_edit_its_person_and_the_version_before(region, tmp_path):
    with region.edit(by="li si", why="letter") as e:
        e.put("projects", {"id": "p1", "name": "云湖城际车站"})
    found = provenance(e.after, tmp_path / "p.json", "projects", "p1")
    assert sound(found)
    versions = [name for name, one in found["entity"].items() if one["prov:type"]["$"] == "hc:version"]
    assert len(versions) == 2 and len(found["activity"]) == 2 and "hc:agent/li%20si" in found["agent"]
    derived = {(r["prov:generatedEntity"], r["prov:usedEntity"]) for r in found["wasDerivedFrom"].values()}
    assert (versions[1], versions[0]) in derived
    assert found["entity"][versions[1]]["hc:name"] == '"云湖城际车站"'
    assert [a["hc:reason"] for a in found["activity"].values()] == ["register", "letter"]


def test_a_sentence_leads_to_its_document_and_hash(tiny, tmp_path):
    with tiny.edit(by="zhang", why="reading", source="statement:s2") as e:
        e.put("tasks", {"id": "t", "name": "甲乙快线"})
    found = provenance(e.after, tmp_path / "t.json", "tasks", "t")
    assert sound(found)
    kinds = {one["prov:type"]["$"]: one for one in found["entity"].values()}
    assert "快线" in kinds["hc:statement"]["prov:label"]
    assert len(kinds["hc:document"]["hc:sha256"]) == 64
    derived = {(r["prov:generatedEntity"], r["prov:usedEntity"]) for r in found["wasDerivedFrom"].values()}
    assert ("hc:source/statement:s2", "hc:document/report") in derived
    assert {r["prov:entity"] for r in found["used"].values()} == {"hc:source/statement:s2"}


def test_cells_of_a_workbook_are_sources_too(tiny, tmp_path):
    with tiny.edit(by="zhang", why="import", source="import:report#项目!A7:K7") as e:
        e.put("tasks", {"id": "t", "name": "甲乙快线"})
    found = provenance(e.after, tmp_path / "t.json", "tasks", "t")
    assert sound(found)
    cells = next(one for one in found["entity"].values() if one["prov:type"]["$"] == "hc:import")
    assert cells["hc:place"] == "项目!A7:K7" and "hc:document/report" in found["entity"]


def test_an_ended_row_is_invalidated(region, tmp_path):
    with region.edit(by="li", why="given up") as e:
        e.end("projects", ["p2"])
    found = provenance(e.after, tmp_path / "p.json", "projects", "p2")
    assert sound(found) and len(found["wasInvalidatedBy"]) == 1


@pytest.mark.parametrize(("table", "row"), [("", "p1"), ("projects", ""), ("projects", "nobody"), ("project", "p1"),
                                            ("bodies", "p1")])  # fmt: skip
def test_a_row_that_is_not_there_has_no_history(region, tmp_path, table, row):
    with pytest.raises(InputError):
        region.publish("prov", tmp_path / "p.json", table=table, row=row)


def test_exports_are_written_from_the_command_line(region, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HECHANG_REGION", str(region.folder))
    region.close()
    lines = (["oc4ids"], ["ical", "--body", "b1"], ["prov", "--table", "projects", "--row", "p1"])
    for line in lines:
        assert main(["write", line[0], str(tmp_path / line[0]), *line[1:], "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["card"]["id"] == line[0]
        assert (tmp_path / line[0]).stat().st_size > 100
