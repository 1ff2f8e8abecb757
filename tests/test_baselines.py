"""Baselines stay as they are, prove it, and tell how far dates and money have moved."""

import json
import sqlite3

import pytest

import hechang as hc
from hechang.register.baselines import baseline, baselines, take_baseline, variance
from hechang.terms.errors import AuditBroken, InputError, NotKnown

WAN = 1_000_000  # 分 in 万元


@pytest.fixture
def region(tmp_path):
    made = hc.create(tmp_path / "r.hc", hc.Settings(name="baselines", day="2022-09-27"))
    with made.edit(by="zhang", why="plan of the year") as e:
        e.put("projects", [{"id": "p", "name": "云湖水厂", "invest_total": 900 * WAN}, {"id": "q", "name": "山前码头"}])
        e.put("project_events", [{"id": "ps", "project": "p", "stage": "started", "estimated": "2022-10-15"},
                                 {"id": "pc", "project": "p", "stage": "completed", "estimated": "2024-02"},
                                 {"id": "qs", "project": "q", "stage": "signed", "actual": "2022-03-01"}])  # fmt: skip
        e.put("project_years", {"id": "py", "project": "p", "year": 2022, "invest_plan": 300 * WAN})
    return take_baseline(e.after, "年初计划", by="zhang", why="start of the year")


def changed(region, **rows):
    with region.edit(by="li", why="letter of the company") as e:
        for table, row in rows.items():
            e.put(table, row)
    return e.after


def moved(region):
    return variance(region, "年初计划").query("change != 'same'")


def test_blanks_around_a_name_make_no_other_name(region):
    with pytest.raises(InputError, match="'年初计划' is there already"):
        take_baseline(region, " 年初计划 ", by="li", why="again")


def test_nothing_has_moved_right_after(region):
    found = variance(region, "年初计划")
    assert set(found["change"]) == {"same"} and found.loc[("p", "started"), "days"] == 0
    assert found.index.tolist() == [("p", "started"), ("p", "completed"), ("p", "plan 2022"), ("p", "total"),
                                    ("q", "signed")]  # fmt: skip


def test_a_later_day_counts_in_days(region):
    row = moved(changed(region, project_events={"id": "ps", "estimated": "2022-11-01"})).loc[("p", "started")]
    assert (row["then"], row["now"], row["days"], row["precision"]) == ("2022-10-15", "2022-11-01", 17, "day")


def test_an_earlier_day_counts_below_zero(region):
    assert moved(changed(region, project_events={"id": "ps", "estimated": "2022-10-01"}))["days"].tolist() == [-14]


def test_months_are_counted_between_their_last_days_and_say_so(region):
    row = moved(changed(region, project_events={"id": "pc", "estimated": "2024-03"})).iloc[0]
    assert (row["days"], row["precision"]) == (31, "month")  # from 29 February, a leap year, to 31 March


def test_a_day_in_the_month_that_was_planned_is_known_to_the_month_only(region):
    row = moved(changed(region, project_events={"id": "pc", "estimated": "2024-02-10"})).iloc[0]
    assert (row["days"], row["precision"]) == (-19, "month")


def test_what_happened_counts_instead_of_what_was_expected(region):
    done = changed(region, project_events={"id": "ps", "actual": "2022-09-20"})
    assert moved(done)["now"].tolist() == ["2022-09-20"]
    assert moved(done.on("2022-09-19")).empty  # not yet


def test_money_differs_in_fen(region):
    row = moved(changed(region, project_years={"id": "py", "invest_plan": 350 * WAN})).loc[("p", "plan 2022")]
    assert (row["plan_then"], row["plan_now"], row["difference"]) == (300 * WAN, 350 * WAN, 50 * WAN)


def test_what_is_new_and_what_is_gone_is_told(region):
    more = changed(region, project_events={"project": "q", "stage": "filed", "estimated": "2023"})
    assert moved(more)["change"].to_dict() == {("q", "filed"): "new"}
    with region.edit(by="li", why="given up") as e:
        e.end("projects", ["p"])
        e.end("project_events", ["ps", "pc"])
    found = moved(e.after)
    assert found.loc[("p", "started"), ["name", "change"]].tolist() == ["云湖水厂", "gone"]


def test_a_name_is_taken_once(region):
    with pytest.raises(InputError, match="is there already"):
        take_baseline(region, "年初计划", by="li", why="better")
    with pytest.raises(InputError, match="needs a name"):
        take_baseline(region, " ", by="li", why="better")
    with pytest.raises(NotKnown, match="年初计划"):
        variance(region, "年终计划")


def test_a_region_without_projects_has_no_baseline(tmp_path):
    empty = hc.create(tmp_path / "e.hc", hc.Settings(name="empty", day="2022-09-27"))
    with pytest.raises(InputError, match="No projects"):
        take_baseline(empty, "空", by="li", why="try")


def test_a_region_without_dates_and_money_has_an_empty_variance(tmp_path):
    made = hc.create(tmp_path / "e.hc", hc.Settings(name="bare", day="2022-09-27"))
    with made.edit(by="zhang", why="names only") as e:
        e.put("projects", {"name": "云湖水厂"})
    assert variance(take_baseline(e.after, "空", by="li", why="try"), "空").empty


def test_a_baseline_keeps_its_revision_day_and_a_summary(region):
    row = baselines(region).iloc[0]
    assert (row["day"], row["of_revision"], row["projects"], len(row["hash"])) == ("2022-09-27", 1, 2, 64)
    kept = json.loads(region.table("baselines")["rows"].iloc[0])
    assert kept["money"] == {"plan 2022": 300 * WAN, "total": 900 * WAN}
    assert kept["dates"] == {"completed": 1, "signed": 1, "started": 1}


def test_the_same_rows_in_another_order_have_the_same_hash(region, tmp_path):
    other = hc.create(tmp_path / "o.hc", hc.Settings(name="other", day="2022-09-27"))
    with other.edit(by="li", why="the other way round") as e:
        for table in ("projects", "project_events", "project_years"):
            e.put(table, region.table(table).iloc[::-1].reset_index()[["id", *names(table)]])
    again = take_baseline(e.after, "年初计划", by="li", why="same")
    assert again.table("baselines")["hash"].tolist() == region.table("baselines")["hash"].tolist()


def names(table):
    return {
        "projects": ["name", "invest_total"],
        "project_events": ["project", "stage", "estimated", "actual"],
        "project_years": ["project", "year", "invest_plan"],
    }[table]


def test_a_baseline_written_over_is_found_out(region):
    id = region.table("baselines").index[0]
    other = changed(region, baselines={"id": id, "hash": "0" * 64})
    with pytest.raises(AuditBroken, match="not what was kept"):
        variance(other, "年初计划")


def test_history_rewritten_behind_our_back_is_found_out(region):
    folder = region.folder
    region.close()
    with sqlite3.connect(folder / "register.db") as database:
        guards = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in guards:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE project_events SET estimated = '2022-12-31' WHERE id = 'ps'")
    for copy in (folder / "cache").glob("*"):
        copy.unlink()
    with pytest.raises(AuditBroken):
        baseline(hc.open(folder), "年初计划")
