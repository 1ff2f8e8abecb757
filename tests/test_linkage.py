"""Renamed projects across yearly lists: found with reasons, decided by a person, never linked alone."""

import time
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

import hechang as hc
from hechang.register.linkage import (
    RARE,
    candidates,
    decide_links,
    lines,
    links,
    listed_projects,
    phases,
    plain_names,
    propose_links,
)
from hechang.terms.errors import InputError

# hand labels of the 80 rows of three published lists, made before looking at scores; rows are list_year-list_no
RENAMED = {
    ("sh-2021-01", "sh-2022-01"),  # the same light source, its works named in brackets
    ("sh-2021-06", "sh-2022-05"),  # the same centre, its buildings named in brackets
    ("sh-2021-10", "sh-2022-08"),  # the same institute, its buildings named in brackets
    ("sh-2021-24", "sh-2022-19"),  # the same chip plant, the name of its first hall left out
    ("sh-2022-13", "sh-2023-12"),  # the same avionics company, its platform named otherwise
}
FOLLOWS = {("sh-2021-22", "sh-2022-25")}  # the line was completed, its expansion is another project


@pytest.fixture(scope="module")
def lists():
    """The published lists as they ship, one row a project and year."""
    text = files("hechang.region").joinpath("demo/shanghai/tables/50-projects.shanghai.csv")
    rows = pd.read_csv(str(text), dtype=str, index_col="id")
    return rows.assign(year=rows["list_years"].str.strip("[]").astype(int))


def named(*rows, **columns):
    """Rows of lists: (id, name, year)."""
    ids, names, years = zip(*rows, strict=True)
    return pd.DataFrame({"name": names, "year": years, **columns}, index=list(ids))


def pairs(found, kind):
    return set(map(tuple, found.loc[found["kind"] == kind, ["a", "b"]].to_numpy()))


def test_fourteen_names_stand_in_all_three_lists(lists):
    assert len(lists) == 80 and lists["name"].nunique() == 43
    same = candidates(lists).query("kind == 'same'")
    twice = same.merge(same, left_on="b", right_on="a")
    assert len(twice) == 14


def test_renamed_projects_are_found_and_nothing_else(lists):
    found = pairs(candidates(lists), "renamed")
    precision, recall = len(found & RENAMED) / len(found), len(found & RENAMED) / len(RENAMED)
    assert (precision, recall) == (1.0, 1.0), found ^ RENAMED


def test_what_follows_a_completed_project_is_no_rename(lists):
    assert pairs(candidates(lists), "phase") == FOLLOWS


def test_between_right_and_wrong_pairs_there_is_a_gap(lists):
    scores = candidates(lists, threshold=0).query("kind == 'renamed'").set_index(["a", "b"])["score"]
    right = scores.index.isin(RENAMED)
    assert scores[right].min() > 0.65 and scores[~right].max() < 0.35


def test_the_order_of_rows_does_not_matter(lists):
    first = candidates(lists).drop(columns=["reason", "reason_en"])
    for seed in range(3):
        again = candidates(lists.sample(frac=1, random_state=seed)).drop(columns=["reason", "reason_en"])
        assert pairs(again, "renamed") == pairs(first, "renamed") and pairs(again, "same") == pairs(first, "same")


def test_first_and_second_phase_are_two_projects():
    rows = named(("a", "云湖数据中心一期", 2021), ("b", "云湖数据中心二期", 2022))
    assert pairs(candidates(rows), "phase") == {("a", "b")} and not pairs(candidates(rows), "renamed")
    later = named(("a", "云湖数据中心", 2021), ("b", "云湖数据中心二期", 2022))
    assert pairs(candidates(later), "phase") == {("a", "b")}
    told = named(("a", "云湖数据中心", 2021), ("b", "云湖数据中心一期", 2022))
    assert pairs(candidates(told), "renamed") == {("a", "b")}


def test_two_names_in_one_list_are_two_projects():
    rows = named(("a", "云湖研究所", 2022), ("b", "云湖研究所(实验楼)", 2022))
    assert candidates(rows).empty


def test_a_project_is_at_most_one_other_in_a_list():
    rows = named(("a", "云湖研究所", 2021), ("b", "云湖研究所(实验楼)", 2022), ("c", "云湖研究所(附属用房)", 2022))
    found = candidates(rows)
    assert len(found) == 1 and found["a"].tolist() == ["a"]


def test_other_numbers_speak_against_a_pair():
    rows = named(("a", "云湖8英寸芯片生产线", 2021), ("b", "云湖12英寸芯片生产线", 2022))
    same = named(("a", "云湖12英寸芯片生产线", 2021), ("b", "云湖12英寸芯片产线", 2022))
    assert candidates(rows, threshold=0)["score"].iloc[0] < candidates(same, threshold=0)["score"].iloc[0]
    assert candidates(rows, threshold=0)["other_numbers"].iloc[0] == 1


def test_every_pair_says_why():
    rows = named(("a", "云湖研究所", 2021), ("b", "云湖研究所(实验楼)", 2022), place="310000", category="科创中心")
    one = candidates(rows).iloc[0]
    assert one["reason"] == "名称相似 100%; 一名含于另一名 100%; 共有少见字段 100%; 同地; 同类"
    assert one["reason_en"].startswith("names alike 100%; one name within the other 100%")


def test_full_width_and_spaces_do_not_make_another_name():
    rows = named(("a", "云湖 ＣＲ９２９ 基地", 2021), ("b", "云湖CR929基地", 2022))
    assert pairs(candidates(rows), "same") == {("a", "b")}


def test_generic_words_brackets_and_phases_are_left_out_of_names():
    names = pd.Series(["中船长兴造船基地二期工程项目", "李政道研究所（实验楼）", "建设项目"])
    assert plain_names(names).tolist() == ["中船长兴造船基地", "李政道研究所", ""]
    assert phases(pd.Series(["第2期", "三期工程", "长期观测"])).tolist() == ["2", "三", ""]


def test_lists_without_years_are_refused():
    with pytest.raises(InputError, match="'year'"):
        candidates(pd.DataFrame({"name": ["甲"]}))


def test_lists_without_rows_give_no_pairs():
    assert candidates(named(("a", "甲", 2021)).iloc[:0]).empty
    assert candidates(named(("a", "甲", 2021))).empty


def test_a_piece_of_a_name_that_many_share_brings_nobody_together():
    rows = named(*[(f"a{n}", f"云湖{chr(0x4E00 + n)}", 2021 + n % 2) for n in range(3 * RARE)])
    assert pairs(candidates(rows, threshold=0), "renamed") == set()


@pytest.mark.slow
def test_sixty_thousand_projects_are_compared_in_seconds():
    rng = np.random.default_rng(1)
    signs = np.array([chr(0x4E00 + n) for n in range(3000)])
    names = ["".join(part) + "产业基地项目" for part in rng.choice(signs, (20_000, 6))]
    renamed = rng.random((20_000, 3)) < 0.05
    rows = [
        (f"p{n}-{year}", name.replace("项目", "") + "(含配套)" if renamed[n, k] else name, year)
        for k, year in enumerate((2021, 2022, 2023))
        for n, name in enumerate(names)
    ]
    start = time.perf_counter()
    found = candidates(named(*rows, place="320200", category="先进制造"))
    took = time.perf_counter() - start
    right = found["a"].str.rpartition("-")[0] == found["b"].str.rpartition("-")[0]
    assert took < 10 and right.mean() > 0.999
    assert len(found.query("kind == 'renamed'")) > 1500


# --- in a region ---------------------------------------------------------------------------------------------------
@pytest.fixture
def two_lists(tmp_path):
    region = hc.create(tmp_path / "r.hc", hc.Settings(name="lists", day="2022-09-27"))
    rows = [("p1", "云湖研究所", 2021), ("p2", "云湖研究所(实验楼)", 2022), ("q1", "山前水厂", 2021),
            ("q2", "山前水厂", 2022), ("q3", "山前水厂改造二期", 2023)]  # fmt: skip
    with region.edit(by="zhang", why="lists", level=0) as e:
        e.put("projects", [{"id": id, "name": name, "list_years": [year]} for id, name, year in rows])
    return e.after


def test_proposals_wait_for_a_person(two_lists):
    made = propose_links(two_lists, by="zhang", why="new list")
    waiting = links(made)
    assert waiting[["a", "b", "kind", "state"]].to_numpy().tolist()[0] == ["p1", "p2", "renamed", "open"]
    assert lines(made)["p1"] == "p1"


def test_the_same_pair_is_not_proposed_twice(two_lists):
    made = propose_links(two_lists, by="zhang", why="new list")
    rejected = decide_links(made, list(links(made).index), accept=False, by="li", why="two houses")
    with pytest.raises(InputError, match="No new pair"):
        propose_links(rejected, by="zhang", why="again")


def test_an_accepted_link_makes_two_rows_one_project_and_keeps_both(two_lists):
    made = propose_links(two_lists, by="zhang", why="new list")
    link = links(made).index[0]
    made = decide_links(made, [link], accept=True, by="li", why="same plot")
    assert lines(made).to_dict() == {"p1": "p2", "p2": "p2", "q1": "q2", "q2": "q2", "q3": "q3"}
    assert made.table("projects")["name"]["p1"] == "云湖研究所"
    assert made.log(link)["actor"].tolist() == ["li", "zhang"]
    back = made.undo(made.revision, by="li", why="wrong plot")
    assert link in links(back).index and lines(back)["p1"] == "p1"


def test_a_link_is_decided_once(two_lists):
    made = propose_links(two_lists, by="zhang", why="new list")
    link = str(links(made).index[0])
    done = decide_links(made, [link], accept=True, by="li", why="same plot")
    with pytest.raises(InputError, match="No open link"):
        decide_links(done, [link], accept=False, by="li", why="no")


def test_a_project_cannot_become_two_others(two_lists):
    with two_lists.edit(by="zhang", why="by hand") as e:
        e.put("project_links", [{"id": "l1", "a": "p1", "b": "p2", "kind": "renamed", "state": "accepted"},
                                {"id": "l2", "a": "p1", "b": "q2", "kind": "renamed", "state": "open"}])  # fmt: skip
    with pytest.raises(InputError, match="linked twice"):
        decide_links(e.after, ["l2"], accept=True, by="li", why="oops")


def test_links_in_a_circle_do_not_hang(two_lists):
    with two_lists.edit(by="zhang", why="by hand") as e:
        e.put("project_links", [{"a": "p1", "b": "q3", "kind": "renamed", "state": "accepted"},
                                {"a": "q3", "b": "p1", "kind": "renamed", "state": "accepted"}])  # fmt: skip
    assert len(lines(e.after)) == 5


def test_a_row_that_stands_in_two_lists_needs_no_link(two_lists):
    with two_lists.edit(by="zhang", why="one row, two lists") as e:
        e.put("projects", {"id": "r1", "name": "三江码头", "list_years": [2021, 2022]})
    rows = listed_projects(e.after)
    assert rows.loc["r1", "year"].tolist() == [2021, 2022]
    assert "r1" not in set(candidates(rows)["a"])
