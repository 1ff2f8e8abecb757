"""Equal cities on one region: what each of them, the joint office, a company and the public see and may do."""

from contextlib import closing

import pytest

import hechang as hc
import postgres
from hechang.region.opening import copy_region
from hechang.terms.errors import Forbidden, InputError, NotKnown, Refused
from hechang.terms.scopes import scope_of, scope_range

DAY = "2022-09-27"
USERS = {  # name: role, scope, body
    "wuxi": ("city_admin", "320200", None), "suzhou": ("city_admin", "320500", None),
    "editor": ("zone_editor", "320211", None), "reviewer": ("district_reviewer", "320200", None),
    "office": ("region_observer", None, None), "firm": ("company", "320200", "firm"),
    "auditor": ("auditor", None, None), "officer": ("sec_admin", None, None), "root": ("sysadmin", None, None),
}  # fmt: skip


@pytest.fixture(params=["folder", "server"])
def region(request, tmp_path):
    """Two cities with two counties each; a project of each level in Wuxi, one in Suzhou, one of a company."""
    made = hc.create(tmp_path / "r.hc", hc.Settings(name="cities", day=DAY))
    with made.edit(by="x", why="start") as e:
        e.put("places", [{"id": id, "name": id, "kind": "county", "level": 0, "scope": "r."}
                         for id in ("320200", "320211", "320214", "320500", "320508")])  # fmt: skip
        e.put("bodies", [{"id": id, "name": id} for id in ("wuxi", "suzhou", "firm")])
        e.put("projects", [
            {"id": "open", "name": "公开", "place": "320211", "owner": "wuxi", "level": 0, "note": "remark"},
            {"id": "inner", "name": "内部", "place": "320211", "owner": "wuxi", "level": 1},
            {"id": "closed", "name": "敏感", "place": "320211", "owner": "wuxi", "level": 2},
            {"id": "south", "name": "苏州", "place": "320508", "owner": "suzhou", "level": 1},
            {"id": "firms", "name": "企业", "place": "320214", "owner": "firm", "level": 1},
        ])  # fmt: skip
        e.put("returns", [{"id": f"r-{p}", "project": p, "period": "2022-08"} for p in ("inner", "south")])
        e.put("users", [{"id": name, "name": name, "active": True} for name in USERS])
        e.put("grants", [grant(name, *given) for name, given in USERS.items()])
    if request.param == "folder":
        with closing(made.latest()):
            yield made.latest()
        return
    made.close()
    url = postgres.database()
    copy_region(tmp_path / "r.hc", url)
    with closing(hc.open(url)) as there:
        yield there
    postgres.drop(url)


def grant(user, role, place, body=None, **more):
    lo, hi = scope_range(scope_of(place))
    return {"account": user, "role": role, "lo": lo, "hi": hi, "org": body} | more


def seen_as(region, user):
    from dataclasses import replace

    return replace(region.latest(), reader=region.store.reader_of(user))


def projects(region, user):
    """Projects a user sees, by every way a program can ask: they must agree."""
    mine = seen_as(region, user)
    found = set(mine.projects.index)
    ids = ["open", "inner", "closed", "south", "firms"]
    assert {row["id"] for row in mine.rows("projects", ids)} == found
    assert set(mine.query("SELECT id FROM projects")["id"]) == found
    assert set(mine.query('SELECT id FROM "projects numbered" ORDER BY file_row_number')["id"]) == found
    assert {id for id in ids if log_of(mine, id)} == found
    return found


def log_of(mine, id):
    try:
        return len(mine.log(id))
    except NotKnown:
        return 0


def share(region, what, to, **more):
    lo, hi = scope_range(scope_of(to))
    with region.latest().edit(by="x", why="share") as e:
        e.put("permits", {"object": what, "to_lo": lo, "to_hi": hi, "verb": "read"} | more)


def submit(region, area="r.32.3202.", by="wuxi"):
    now = seen_as(region, by)
    with now.edit(by=by, why="submit") as e:
        row = {"body": "wuxi", "area": area, "scope": "r.", "state": "submitted"}
        e.put("submissions", {"id": f"s{now.revision}"} | row)
    return f"s{now.revision}"


def change(region, user, id="inner", **cells):
    with seen_as(region, user).edit(by="whoever", why="change") as e:
        e.put("projects", {"id": id} | cells)
    return e.after


def test_no_city_reads_what_another_has_not_published(region):
    assert projects(region, "wuxi") == {"open", "inner", "closed", "firms"}
    assert projects(region, "suzhou") == {"open", "south"}
    assert projects(region, "nobody") == {"open"}
    assert projects(region, "root") == projects(region, "officer") == {"open"}
    assert projects(region, "auditor") == {"open", "inner", "closed", "south", "firms"}


def test_what_hangs_on_a_project_goes_with_it(region):
    assert set(seen_as(region, "suzhou").returns.index) == {"r-south"}
    assert set(seen_as(region, "editor").returns.index) == {"r-inner"}


def test_an_editor_sees_his_county_up_to_his_clearance_and_a_company_its_own(region):
    assert projects(region, "editor") == {"open", "inner"}
    assert projects(region, "firm") == {"open", "firms"}


def test_a_project_shared_is_seen_with_its_returns_until_its_last_day(region):
    share(region, "projects/inner", "320500", until="2999")
    share(region, "projects/closed", "320508", until="2999-12-31")  # reaches who is at home in that county: nobody
    assert projects(region, "suzhou") == {"open", "south", "inner"}
    assert set(seen_as(region, "suzhou").returns.index) == {"r-south", "r-inner"}


def test_a_share_that_has_ended_shows_nothing(region):
    share(region, "projects/inner", "320500", until="2000-01-01")
    assert projects(region, "suzhou") == {"open", "south"}


def test_a_whole_scope_shared_is_seen_and_taken_back_with_one_row(region):
    share(region, "r.32.3202.320214.", "320500", id="one")
    assert projects(region, "suzhou") == {"open", "south", "firms"}
    with region.latest().edit(by="x", why="back") as e:
        e.end("permits", ["one"])
    assert projects(region, "suzhou") == {"open", "south"}


def test_the_joint_office_reads_what_was_submitted_and_not_what_was_written_since(region):
    assert projects(region, "office") == {"open"}
    submit(region)
    assert projects(region, "office") == {"open", "inner", "firms"}
    change(region, "wuxi", name="later")
    mine = seen_as(region, "office")
    assert mine.projects["name"]["inner"] == mine.row("projects", "inner")["name"] == "内部"
    assert seen_as(region, "wuxi").projects["name"]["inner"] == "later"
    submit(region)
    assert seen_as(region, "office").projects["name"]["inner"] == "later"


def test_submitted_is_not_endorsed_and_nobody_endorses_what_he_submitted(region):
    made = submit(region)
    assert seen_as(region, "office").submissions["state"][made] == "submitted"
    for user in ("wuxi", "editor", "office"):
        with pytest.raises((Forbidden, NotKnown)), seen_as(region, user).edit(by=user, why="endorse") as e:
            e.put("submissions", {"id": made, "state": "endorsed"})
    with seen_as(region, "reviewer").edit(by="reviewer", why="endorse") as e:
        e.put("submissions", {"id": made, "state": "endorsed"})
    assert region.latest().submissions["state"][made] == "endorsed"


def test_a_place_one_may_not_see_is_as_unknown_as_one_that_is_not_there(region):
    with region.latest().edit(by="x", why="a place of its own") as e:
        e.put("places", {"id": "320599", "name": "hidden", "kind": "county", "level": 2, "scope": "r.32.3205."})
    said = []
    for place in ("320599", "320598"):
        mine = seen_as(region, "wuxi")
        with pytest.raises(Refused) as refused, mine.edit(by="wuxi", why="guess") as e:
            e.put("projects", {"name": "x", "place": place})
        said.append(str(refused.value).replace(place, "").split(":", 2)[2])
    assert said[0] == said[1]


def test_what_becomes_internal_does_not_leave_its_public_version_behind(region):
    change(region, "wuxi", "open", level=1, name="now internal")
    assert projects(region, "nobody") == set()
    assert seen_as(region, "nobody").row("projects", "open") is None


def test_what_moves_to_another_city_is_gone_for_the_first_one(region):
    with region.latest().edit(by="x", why="move") as e:
        e.put("projects", {"id": "inner", "place": "320508"})
    assert projects(region, "wuxi") & {"inner"} == set()
    assert "inner" in projects(region, "suzhou")


def test_the_log_tells_who_and_why_of_edits_one_sees_a_row_of_and_of_no_other(region):
    change(region, "wuxi", name="x")
    own, other = (seen_as(region, user).log().iloc[0] for user in ("wuxi", "suzhou"))
    assert (own["actor"], own["reason"], own["counts"]) == ("wuxi", "change", {"projects": 1})
    assert other["actor"] is None and other["reason"] is None and other["counts"] == {}
    first = seen_as(region, "suzhou").log().iloc[-1]
    assert first["reason"] == "start", "the first edit wrote the city's own project too"


def test_a_remark_is_for_colleagues_even_where_its_project_is_public(region):
    assert seen_as(region, "wuxi").projects["note"]["open"] == "remark"
    for user in ("suzhou", "nobody"):
        mine = seen_as(region, user)
        assert mine.projects["note"].isna().all()
        assert mine.row("projects", "open")["note"] is None
        assert "remark" not in str(mine.log("open").to_dict("records"))
    change(region, "reviewer", "open", name="renamed")
    assert seen_as(region, "wuxi").projects["note"]["open"] == "remark", "a hidden cell was lost by somebody's edit"


# --- writing ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("user", "id"), [("suzhou", "inner"), ("editor", "closed"), ("firm", "inner"), ("root", "inner")]
)
def test_a_row_one_may_not_read_does_not_exist_for_who_writes(region, user, id):
    before = region.store.head()
    with pytest.raises((NotKnown, Forbidden)):
        change(region, user, id, name="mine")
    assert region.store.head() == before


def test_a_row_one_may_read_but_not_change_says_so(region):
    for user in ("suzhou", "nobody", "office"):
        with pytest.raises(Forbidden):
            change(region, user, "open", name="mine")


def test_a_row_moves_only_with_the_right_to_both_places(region):
    with pytest.raises(Forbidden, match=r"r\.32\.3205"):
        change(region, "wuxi", place="320508")
    with pytest.raises(Forbidden):
        change(region, "editor", place="320214")
    change(region, "wuxi", place="320214")


def test_nothing_is_hung_on_a_project_of_another_city(region):
    share(region, "projects/inner", "320500")  # it may be read
    for id in ("inner", "closed"):
        with pytest.raises((Forbidden, NotKnown)), seen_as(region, "suzhou").edit(by="x", why="hang") as e:
            e.put("returns", {"project": id, "period": "2022-09", "scope": "r.32.3205.320508.", "owner": "suzhou"})


def test_nobody_shares_what_is_not_his_own(region):
    mine = seen_as(region, "suzhou")
    lo, hi = scope_range(scope_of("320500"))
    for what in ("r.32.3202.", "r.32.", "r.", "projects/inner", "returns/r-inner", "projects/nothing", "nothing/x"):
        with pytest.raises((Forbidden, NotKnown)), mine.edit(by="x", why="take") as e:
            e.put("permits", {"object": what, "to_lo": lo, "to_hi": hi, "verb": "read"})
    assert projects(region, "suzhou") == {"open", "south"}
    lo, hi = scope_range(scope_of("320200"))
    for what in ("r.32.3205.320508.", "projects/south"):
        with mine.edit(by="x", why="give") as e:
            e.put("permits", {"object": what, "to_lo": lo, "to_hi": hi, "verb": "read"})
    assert "south" in projects(region, "wuxi")


def test_making_public_and_removing_are_rights_of_their_own(region):
    with pytest.raises(Forbidden, match="publish"):
        change(region, "editor", level=0)
    with pytest.raises(Forbidden, match="delete"), seen_as(region, "editor").edit(by="x", why="gone") as e:
        e.end("projects", ["inner"])
    change(region, "wuxi", level=0)
    assert "inner" in projects(region, "suzhou")


def test_new_rows_are_at_home_where_their_writer_is(region):
    with seen_as(region, "editor").edit(by="somebody else", why="new") as e:
        (id,) = e.put("projects", {"name": "new"})
    row = region.latest().row("projects", id)
    assert (row["scope"], row["level"]) == ("r.32.3202.320211.", 1)
    assert region.latest().log().iloc[0]["actor"] == "editor", "who signed in is who wrote, whatever the form says"


def test_rights_are_given_by_the_security_officer_within_his_own(region):
    new = grant("editor", "zone_editor", "320214")
    for user in ("wuxi", "root", "auditor"):
        with pytest.raises((Forbidden, NotKnown)), seen_as(region, user).edit(by=user, why="more") as e:
            e.put("grants", new)
    with seen_as(region, "officer").edit(by="officer", why="more") as e:
        e.put("grants", new)
    assert "firms" in projects(region, "editor")
    with pytest.raises(Forbidden, match="himself"), seen_as(region, "officer").edit(by="officer", why="me") as e:
        e.put("grants", grant("officer", "city_admin", "320200"))


def test_no_right_reaches_further_than_that_of_who_gives_it(region):
    wide = grant("editor", "zone_editor", None) | {"lo": "q", "hi": "z"}
    with pytest.raises(Forbidden, match="Ask your"), seen_as(region, "officer").edit(by="officer", why="more") as e:
        e.put("grants", wide)


def test_the_three_officers_are_three_persons(region):
    with pytest.raises(InputError, match="stay apart"), region.latest().edit(by="x", why="two") as e:
        e.put("grants", grant("officer", "sysadmin", None))


def test_a_right_taken_away_is_gone_at_once(region):
    assert "inner" in projects(region, "editor")
    id = region.grants.index[region.grants["account"] == "editor"][0]
    with region.latest().edit(by="x", why="left") as e:
        e.end("grants", [id])
    assert projects(region, "editor") == {"open"}
    with region.latest().edit(by="x", why="left") as e:
        e.put("users", {"id": "wuxi", "active": False})
    assert projects(region, "wuxi") == {"open"}


def test_undo_takes_back_only_what_one_might_have_written(region):
    revision = change(region, "wuxi", "closed", name="x").revision
    for user in ("editor", "suzhou"):
        with pytest.raises((Forbidden, NotKnown)):
            seen_as(region, user).undo(revision, by=user, why="no")
    seen_as(region, "wuxi").undo(revision, by="wuxi", why="yes")
