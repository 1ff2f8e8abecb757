"""Rolling programmes: what is carried over, comes in and leaves, with reasons from the register and no other."""

import json
import shutil
from importlib.resources import files
from itertools import pairwise

import pandas as pd
import pytest

import hechang as hc
from hechang.cli import main
from hechang.register.linkage import decide_links, links, propose_links
from hechang.register.programmes import adopt, edition, edition_changes, items, roll
from hechang.register.yearly_lists import list_items, programmes_from_lists
from hechang.terms.errors import InputError, NotKnown

WAN = 1_000_000  # 分 in 万元
PROJECTS = {
    "works": [("started", None, "2021-05-01")],
    "done": [("started", None, "2021-05-01"), ("completed", None, "2022-06-30")],
    "runs": [("started", None, "2020-05-01"), ("producing", None, "2022-08")],
    "signed": [("signed", None, "2022-03-15"), ("started", "2023-04", None)],
    "coarse": [("started", "2023", None)],
    "far": [("started", "2025-01-01", None)],
}


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programmes") / "region.hc"
    region = hc.create(folder, hc.Settings(name="programmes", day="2022-05-31"))
    with region.edit(by="zhang", why="register") as e:
        e.put("bodies", [{"id": "b1", "name": "甲市项目办"}, {"id": "b2", "name": "乙市项目办"}])
        e.put("projects", [{"id": id, "name": f"{id}项目", "lead": "b1"} for id in PROJECTS])
        e.put("project_events", [{"project": id, "stage": stage, "estimated": estimated, "actual": actual}
                                 for id, rows in PROJECTS.items() for stage, estimated, actual in rows])  # fmt: skip
        e.put("project_years", [{"project": "works", "year": 2023, "invest_plan": 500 * WAN},
                                {"project": "works", "year": 2022, "invest_plan": 300 * WAN}])  # fmt: skip
    e.after.close()
    return folder


@pytest.fixture
def region(pattern, tmp_path):
    shutil.copytree(pattern, tmp_path / "region.hc")
    return hc.open(tmp_path / "region.hc")


@pytest.fixture
def after_one(region):
    """The first edition, of 2022, seen from September."""
    return adopt(region, roll(region, edition(region, "2022")), by="zhang", why="first edition").on("2022-09-27")


def told(frame, column="state"):
    return frame[column].to_dict()


def test_the_first_edition_takes_what_is_dated_in_the_year_and_what_is_under_construction(region):
    found = roll(region, edition(region, "2022"))
    assert told(found) == dict.fromkeys(["done", "runs", "signed", "works"], "entered")
    assert found.loc["signed", "reason"] == "2022-03-15 签约" and found.loc["works", "reason"] == "首期: 在建"
    assert found.loc["works", "invest_plan"] == 300 * WAN


def test_the_next_edition_carries_over_what_is_not_finished_and_lets_go_what_is(after_one):
    found = roll(after_one, edition(after_one, "2023"))
    assert told(found) == {"done": "completed", "runs": "completed", "signed": "carried", "works": "carried",
                           "coarse": "entered"}  # fmt: skip
    assert found.loc["done", "reason"] == "2022-06-30 竣工"
    assert found.loc["runs", "reason_en"] == "in production 2022-08"
    assert found.loc["works", "reason"] == "接续: 截至 2022-09-27 未见竣工记录"
    assert found.loc["coarse", "reason"] == "2023 预计开工"
    assert found.loc["works", "invest_plan"] == 500 * WAN


def test_nothing_is_written_before_it_is_adopted(after_one):
    roll(after_one, edition(after_one, "2023"))
    assert len(after_one.latest().table("programmes")) == 1


def test_a_date_too_coarse_for_half_a_year_is_to_be_checked(region):
    found = roll(region, edition(region, "2023-H1"))
    assert told(found)["coarse"] == "unknown" and "待核" in found.loc["coarse", "reason"]
    assert told(found)["signed"] == "entered"  # a month lies in one half of the year


@pytest.mark.parametrize(
    ("term", "kind", "begins", "ends"),
    [
        ("2024", "year", "2024-01-01", "2024-12-31"),
        ("2024-H1", "half_year", "2024-01-01", "2024-06-30"),
        ("2024年下半年", "half_year", "2024-07-01", "2024-12-31"),
        (" 2024h2 ", "half_year", "2024-07-01", "2024-12-31"),
    ],
)
def test_terms_are_read_as_offices_write_them(region, term, kind, begins, ends):
    made = edition(region, term)
    assert (made.kind, made.begins, made.ends) == (kind, begins, ends)


@pytest.mark.parametrize("term", ["", "next year", "2024-H3", "24", "2024-01"])
def test_what_is_no_term_is_refused(region, term):
    with pytest.raises(InputError, match="2023-H1"):
        edition(region, term)


def test_first_and_last_day_of_a_term_are_in_it(region):
    with region.edit(by="zhang", why="edges") as e:
        for id, day in (("first", "2023-01-01"), ("last", "2023-12-31"), ("late", "2024-01-01")):
            e.put("projects", {"id": id, "name": id})
            e.put("project_events", {"project": id, "stage": "started", "estimated": day})
    found = roll(e.after, edition(e.after, "2023"))
    assert {"first", "last"} <= set(found.index) and "late" not in found.index


def test_a_named_project_enters_in_any_case(region):
    found = roll(region, edition(region, "2022"), named=["far项目"])
    assert found.loc["far", "reason"] == "指定列入"
    with pytest.raises(NotKnown, match="fat项目"):
        roll(region, edition(region, "2022"), named=["fat项目"])


def test_a_project_no_longer_in_the_register_left_and_is_not_carried(after_one):
    with after_one.edit(by="li", why="entered by mistake") as e:
        e.end("projects", ["works"])
    now = e.after.on("2022-09-27")
    row = roll(now, edition(now, "2023")).loc["works"]
    assert (row["state"], row["reason"], row["name"]) == ("dropped", "不在库", "works项目")


def test_a_merged_project_leaves_into_the_other(after_one):
    with after_one.edit(by="li", why="minutes") as e:
        e.put("project_links", {"a": "works", "b": "signed", "kind": "merged", "state": "accepted"})
    now = e.after.on("2022-09-27")
    assert roll(now, edition(now, "2023")).loc["works", ["state", "reason"]].tolist() == ["merged", "并入signed项目"]


def test_a_renamed_project_is_carried_over_under_its_new_name(after_one):
    with after_one.edit(by="li", why="new list") as e:
        e.put("projects", {"id": "works2", "name": "works新名"})
        e.put("project_links", {"a": "works", "b": "works2", "kind": "renamed", "state": "accepted"})
    now = e.after.on("2022-09-27")
    found = roll(now, edition(now, "2023"))
    assert found.loc["works2", ["state", "before", "reason"]].tolist() == ["carried", "works", "接续; 原名works项目"]
    assert "works" not in found.index
    made = adopt(now, found, by="li", why="2023")
    assert edition_changes(made, "2022 年滚动计划", "2023 年滚动计划").loc["works2", "change"] == "carried"


def test_changes_name_who_came_stayed_and_left(after_one):
    made = adopt(after_one, roll(after_one, edition(after_one, "2023")), by="li", why="2023")
    found = edition_changes(made, "2022 年滚动计划", "2023 年滚动计划")
    assert told(found, "change") == {"coarse": "entered", "done": "completed", "runs": "completed",
                                     "signed": "carried", "works": "carried"}  # fmt: skip
    assert found.loc["done", "reason"] == "2022-06-30 竣工" and found.loc["done", "reason_en"] == "completed 2022-06-30"


def test_an_exit_nobody_gave_a_reason_for_is_to_be_checked(after_one):
    with after_one.edit(by="li", why="by hand") as e:
        e.put("programmes", {"id": "g", "name": "手工计划", "kind": "year", "begins": "2023", "ends": "2023"})
        e.put("programme_items", {"programme": "g", "project": "works", "state": "carried"})
    found = edition_changes(e.after, "2022 年滚动计划", "手工计划")
    assert found.loc["done", ["change", "reason", "reason_en"]].tolist() == ["unknown", "去向待核", "to be checked"]


def test_a_name_is_taken_once_and_an_empty_edition_is_refused(after_one):
    again = roll(after_one, edition(after_one, "2022"))
    with pytest.raises(InputError, match="there already"):
        adopt(after_one, again, by="li", why="again")
    with pytest.raises(InputError, match="No project belongs"):
        adopt(after_one, roll(after_one, edition(after_one, "2031", body="乙市项目办")), by="li", why="empty")


def test_each_body_has_its_own_edition(region):
    mine = edition(region, "2022", body="甲市项目办")
    assert mine.name == "2022 年滚动计划(甲市项目办)" and len(roll(region, mine)) == 4
    assert roll(region, edition(region, "2022", body="b2")).empty


def test_two_editions_that_could_be_the_one_before_are_not_guessed(region):
    with region.edit(by="li", why="two bodies") as e:
        e.put("programmes", [{"name": name, "kind": "year", "begins": "2022-01-01", "ends": "2022-12-31"}
                             for name in ("甲计划", "乙计划")])  # fmt: skip
    with pytest.raises(InputError, match="甲计划, 乙计划"):
        edition(e.after, "2023")
    assert edition(e.after, "2023", previous="乙计划").previous is not None


# --- yearly lists --------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def shanghai(tmp_path_factory):
    """The 80 published rows, their five renamed pairs accepted."""
    text = files("hechang.region").joinpath("demo/shanghai/tables/50-projects.shanghai.csv")
    rows = pd.read_csv(str(text), dtype=str).drop(columns=["synthetic", "place"])
    region = hc.create(tmp_path_factory.mktemp("lists") / "r.hc", hc.Settings(name="lists", day="2023-12-31"))
    with region.edit(by="zhang", why="published lists", level=0) as e:
        e.put("projects", rows.assign(list_years=rows["list_years"].map(json.loads)))
    made = propose_links(e.after, by="zhang", why="three lists")
    waiting = links(made)
    made = decide_links(made, list(waiting.index[waiting["kind"] == "renamed"]), accept=True, by="li", why="checked")
    return programmes_from_lists(made, by="li", why="three lists")


def test_three_lists_become_three_editions_that_follow_each_other(shanghai):
    made = shanghai.table("programmes").sort_values("begins")
    assert made["name"].str[:4].tolist() == ["2021", "2022", "2023"]
    assert made["previous"].tolist()[1:] == made.index[:2].tolist()


def test_the_lists_carry_over_what_they_carried_over(shanghai):
    found = list_items(shanghai)
    counts = {(y, s): int(n) for (y, s), n in found.groupby(["year", "state"]).size().items()}
    assert counts == {(2021, "entered"): 30, (2022, "carried"): 21, (2022, "completed"): 5, (2022, "entered"): 5,
                      (2022, "unknown"): 4, (2023, "carried"): 21, (2023, "completed"): 2, (2023, "entered"): 3,
                      (2023, "unknown"): 3}  # fmt: skip


def test_an_item_keeps_the_name_number_and_evidence_of_its_list(shanghai):
    row = items(shanghai, "2022 年重大项目清单(office-310000)").set_index("project").loc["sh-2022-19"]
    assert (row["name"], row["number"], row["state"]) == ("中芯国际12英寸芯片项目", 19, "carried")
    assert row["reason"] == "原名中芯国际12英寸芯片SN1项目 / was 中芯国际12英寸芯片SN1项目"


def test_an_item_of_which_the_list_says_nothing_has_no_reason(tmp_path):
    region = hc.create(tmp_path / "r.hc", hc.Settings(name="lists", day="2023-12-31"))
    with region.edit(by="zhang", why="a list", source="person:zhang") as e:
        e.put("projects", [{"id": "p", "name": "甲桥", "list_years": [2021, 2022]}])
    found = list_items(e.after).set_index("year")
    assert found.loc[2022, "state"] == "carried" and pd.isna(found.loc[2022, "reason"])
    made = programmes_from_lists(e.after, by="li", why="two lists")
    names = made.table("programmes").sort_values("begins")["name"].tolist()
    change = edition_changes(made, *names).loc["p"]
    assert (change["change"], change["reason"], change["reason_en"]) == ("carried", "", "")


def test_seventeen_projects_stand_in_all_three_years_once_renames_are_followed(shanghai):
    names = [f"{year} 年重大项目清单(office-310000)" for year in (2021, 2022, 2023)]
    kept = [edition_changes(shanghai, a, b).query("change == 'carried'").index for a, b in pairwise(names)]
    assert len(kept[0].intersection(kept[1])) == 17


def test_editions_of_lists_are_made_once(shanghai):
    with pytest.raises(InputError, match="programmes already"):
        programmes_from_lists(shanghai, by="li", why="again")


def test_a_register_without_lists_says_so(region):
    with pytest.raises(InputError, match="list_years"):
        list_items(region)


# --- command line --------------------------------------------------------------------------------------------------
@pytest.fixture
def call(region, capsys, monkeypatch):
    """Run `hechang programme …` on the region; gives status and JSON document."""
    monkeypatch.setenv("HECHANG_REGION", str(region.folder))
    region.close()

    def run(*line, json_too=True):
        status = main(["programme", *line, *(["--json"] if json_too else [])])
        text = capsys.readouterr().out
        return status, json.loads(text) if json_too else text

    return run


WHO = ("--by", "zhang", "--why", "test")


def test_the_command_rolls_adopts_and_tells_changes(call):
    status, found = call("roll", "2022", "--on", "2022-09-27")
    assert status == 0 and found["counts"] == {"entered": 2} and found["edition"] == "2022 年滚动计划"
    assert call("adopt", "2022", *WHO)[1]["counts"] == {"entered": 4}
    assert call("adopt", "2023", "--named", "far项目", *WHO)[0] == 0
    found = call("changes", "2022 年滚动计划", "2023 年滚动计划")[1]
    assert found["counts"]["entered"] == 2 and {row["change"] for row in found["rows"]} >= {"carried", "entered"}


def test_the_command_keeps_a_baseline_and_tells_the_variance(call):
    assert call("baseline", "年初", *WHO)[0] == 0
    assert call("baseline")[1]["rows"][0]["name"] == "年初"
    assert call("variance", "年初")[1]["rows"] == []
    status, text = call("variance", "年初", "--all", "--lang", "zh", json_too=False)
    assert status == 0 and "未变" in text and "开工" in text


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        (["adopt", "2022"], 2, "--by"),
        (["roll", "soon"], 1, "2023-H1"),
        (["changes", "甲", "乙"], 1, "甲"),
        (["accept", "nolink", *WHO], 1, "nolink"),
        (["variance", "年初"], 1, "年初"),
        (["lists"], 1, "list_years"),
        (["links", "--find", *WHO], 1, "list_years"),
        (["roll", "2022", "--body", "丙市项目办"], 1, "丙市项目办"),
    ],
)
def test_the_command_says_what_is_wrong(call, line, status, said):
    found, document = call(*line)
    assert found == status and said in document["error"]["en"]
