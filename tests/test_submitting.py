"""What a city hands to the joint office: sent, endorsed or sent back, and never moved by anything else."""

import json
from dataclasses import replace

import pytest

import hechang as hc
from hechang.cli import main
from hechang.register.submitting import judge, submit
from hechang.terms.errors import Forbidden, InputError, NotKnown

AREA = "r.32.3202."


@pytest.fixture
def region(tmp_path):
    made = hc.create(tmp_path / "r.hc", hc.Settings(name="cities", day="2022-09-27"))
    with made.edit(by="x", why="start") as e:
        e.put("places", {"id": "320200", "name": "甲", "kind": "city", "scope": "r."})
        e.put("bodies", {"id": "wuxi", "name": "wuxi"})
        e.put("projects", {"id": "p", "name": "first", "place": "320200", "level": 1})
        e.put("users", [{"id": u, "name": u, "active": True} for u in ("office", "wuxi", "deputy")])
        e.put("grants", [{"account": "office", "role": "region_observer", "lo": "r.", "hi": "r/"}])
        e.put(
            "grants", [{"account": u, "role": "city_admin", "lo": AREA, "hi": "r.32.3202/"} for u in ("wuxi", "deputy")]
        )
    yield e.after
    e.after.close()


def name_seen(region, user="office"):
    mine = replace(region.latest(), reader=region.store.reader_of(user))
    return mine.projects["name"].get("p")


def renamed(region, name):
    with region.latest().edit(by="x", why="work") as e:
        e.put("projects", {"id": "p", "name": name})


def test_the_office_sees_what_was_sent_until_the_next_time(region):
    assert name_seen(region) is None
    sent = submit(region, "3202", "wuxi", {"round": ""}, by="wuxi", why="August")
    renamed(region, "second")
    assert name_seen(region) == "first"
    judge(region.latest(), str(sent.submissions.index[0]), "endorsed", by="li", why="checked")
    assert name_seen(region) == "first"
    submit(region.latest(), AREA, "wuxi", by="wuxi", why="September")
    assert name_seen(region) == "second"


def test_what_is_sent_back_leaves_what_was_sent_before_it(region):
    submit(region, "3202", "wuxi", by="wuxi", why="August")
    renamed(region, "second")
    after = submit(region.latest(), "3202", "wuxi", by="wuxi", why="September")
    last = after.submissions.sort_values("revision").index[-1]
    judge(after, str(last), "returned", by="li", why="sums")
    assert name_seen(region) == "first"


def test_mending_the_note_of_what_was_sent_sends_nothing_anew(region):
    sent = submit(region, "3202", "wuxi", by="wuxi", why="August")
    renamed(region, "second")
    with sent.latest().edit(by="x", why="note") as e:
        e.put("submissions", {"id": str(sent.submissions.index[0]), "note": "corrected"})
    assert name_seen(region) == "first"


def test_a_city_cannot_turn_what_it_sent_into_something_sent_later_nor_endorse_its_own(region):
    sent = submit(replace(region, reader=region.store.reader_of("wuxi")), "3202", "wuxi", by="wuxi", why="August")
    (id,) = sent.submissions.index
    for user, state in (("wuxi", "submitted"), ("wuxi", "endorsed"), ("deputy", "submitted")):
        mine = replace(region.latest(), reader=region.store.reader_of(user))
        with pytest.raises(Forbidden), mine.edit(by=user, why="again") as e:
            e.put("submissions", {"id": str(id), "state": state})
    deputy = replace(region.latest(), reader=region.store.reader_of("deputy"))
    assert judge(deputy, str(id), "endorsed", by="deputy", why="read").submissions["state"].tolist() == ["endorsed"]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"state": "endorsed"}, InputError),
        ({"state": "returned"}, InputError),
        ({"area": "r.32.3202.~~~"}, InputError),
        ({"area": "r.32.3205."}, Forbidden),
        ({"body": "suzhou"}, Forbidden),
    ],
)
def test_a_city_submits_its_own_scope_for_itself_and_endorses_nothing_by_it(region, row, error):
    with region.latest().edit(by="x", why="bodies") as e:
        e.put("bodies", {"id": "suzhou", "name": "suzhou"})
        e.put("users", {"id": "wuxi", "body": "wuxi"})
    mine = replace(region.latest(), reader=region.store.reader_of("wuxi"))
    with pytest.raises(error), mine.edit(by="wuxi", why="August") as e:
        e.put("submissions", {"area": AREA, "body": "wuxi", "scope": "r.", "state": "submitted"} | row)


@pytest.mark.parametrize(
    ("area", "body", "error"),
    [("nowhere", "wuxi", InputError), ("3202", "nobody", NotKnown)],
)
def test_what_cannot_be_sent_is_said(region, area, body, error):
    with pytest.raises(error):
        submit(region, area, body, by="x", why="x")
    assert region.latest().submissions.empty


def test_only_what_was_sent_is_judged_and_only_in_two_ways(region):
    with pytest.raises(NotKnown):
        judge(region, "s", "endorsed", by="x", why="x")
    sent = submit(region, "3202", "wuxi", by="wuxi", why="August")
    with pytest.raises(InputError):
        judge(sent, str(sent.submissions.index[0]), "submitted", by="x", why="x")


def test_the_command_line_sends_lists_and_judges(region, capsys):
    def said(*line):
        assert main(["--region", str(region.folder), "--json", "submission", *line]) == 0
        return json.loads(capsys.readouterr().out)

    who = ("--by", "zhang", "--why", "August")
    said("send", "3202", "--body", "wuxi", *who)
    (row,) = said("list")["submissions"]
    said("return", row["id"], *who)
    assert said("list")["submissions"][0]["state"] == "returned"
    said("endorse", row["id"], *who)
    assert said("list")["submissions"][0]["state"] == "endorsed"


def test_a_submission_names_a_scope_in_its_one_form(region):
    mine = replace(region.latest(), reader=region.store.reader_of("wuxi"))
    with pytest.raises(InputError, match="is no scope"), mine.edit(by="wuxi", why="August") as e:
        e.put("submissions", {"area": "r.32.3202.320211", "body": "wuxi", "state": "submitted", "scope": "r."})
