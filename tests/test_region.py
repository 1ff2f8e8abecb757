"""What a user of the one object may rely on."""

import geopandas as gpd
import pytest
import shapely

import hechang as hc
from hechang.terms.errors import Conflict, Forbidden, InputError, NotKnown, Refused
from hechang.terms.specs import COMMON, tables
from hechang.terms.words import LANGUAGES, words


@pytest.fixture
def region(tmp_path):
    made = hc.tiny(tmp_path / "t.hc")
    yield made
    made.close()


def put(region, table, /, **row):
    with region.edit(by="zhang", why="test") as e:
        e.put(table, row)
    return e.after


def test_every_table_field_and_code_has_both_languages_and_a_source():
    for table in tables().values():
        assert table.zh
        assert table.en
        for field in table.fields:
            assert field.zh, field
            assert field.en, field
            assert field.source, (table.name, field)
    for lang in LANGUAGES:
        assert all(words(lang).values())


def test_no_table_repeats_a_common_column():
    common = {f.name for f in COMMON}
    assert [t.name for t in tables().values() if common & {f.name for f in t.fields}] == []


def test_a_half_written_row_keeps_what_it_does_not_mention(region):
    after = put(region, "projects", id="p1", note="called")
    row = after.projects.loc["p1"]
    assert (row["note"], row["name"], row["owner"], bool(row["synthetic"])) == ("called", "签约项目", "office-x", True)


def test_an_empty_value_that_is_given_clears_the_cell(region):
    after = put(region, "projects", id="p1", code=None)
    assert after.projects["code"].isna()["p1"]


def test_a_new_validity_leaves_the_old_days_alone(region):
    with region.edit(by="zhang", why="renamed") as e:
        e.put("places", [{"id": "c", "valid_to": "2023"}, {"id": "c", "valid_from": "2023", "name": "新丙区"}])
    assert e.after.on("2022-12-31").places["name"]["c"] == "丙县"
    assert e.after.on("2023-01-01").places["name"]["c"] == "新丙区"
    assert e.after.on("2023-01-01").places["people"]["c"] == 25


def test_a_place_code_that_is_not_valid_on_the_day_is_refused(region):
    with region.edit(by="zhang", why="merged") as e:
        e.end("places", ["c"], on="2022-01-01")
    with pytest.raises(Refused, match="not valid on that day"):
        put(e.after, "projects", name="x", place="c")
    assert put(e.after, "projects", id="old", name="x", place="c", valid_from="2021-05").revision == 3


def test_the_rows_of_a_project_take_its_owner_and_scope(region):
    after = put(region, "returns", id="r", project="p2", period="2022-07", invest_done=1)
    assert tuple(after.returns.loc["r", ["owner", "scope"]]) == ("office-y", "r.b.")


def test_the_lead_body_answers_for_its_project_unless_another_owner_is_named(region):
    with region.edit(by="zhang", why="test") as e:
        e.put(
            "projects",
            [
                {"id": "n", "name": "n", "lead": "office-x"},
                {"id": "m", "name": "m", "lead": "office-x", "owner": "office-y"},
            ],
        )
    assert e.after.projects["owner"][["n", "m"]].tolist() == ["office-x", "office-y"]


def test_rows_of_a_project_of_the_same_edit_take_its_owner_too(region):
    with region.edit(by="zhang", why="test") as e:
        e.put("projects", {"id": "n", "name": "n", "place": "a", "owner": "office-x"})
        e.put("project_events", {"id": "ev", "project": "n", "stage": "signed", "actual": "2022-09"})
    assert tuple(e.after.project_events.loc["ev", ["owner", "scope"]]) == ("office-x", "r.a.")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"name": 5}, "not text"),
        ({"name": "x", "invest_total": 1.5}, "whole number"),
        ({"name": "x", "invest_total": True}, "whole number"),
        ({"name": "x", "land_mu": float("inf")}, "not a number"),
        ({"name": "x", "kind": "old"}, "one of new"),
        ({"name": "x", "geometry": b"no shape"}, "WKB"),
        ({"name": "x", "list_years": "{"}, "JSON"),
        ({"name": "  "}, "is empty"),
        ({"name": "x", "source": "hearsay"}, "source like"),
        ({"name": "x", "level": 7}, "0, 1 or 2"),
        ({"name": "x", "valid_from": "2022", "valid_to": "2022"}, "not after"),
        ({"name": "x", "place": "999999"}, "no known place"),
    ],
)
def test_a_wrong_cell_is_refused_with_its_value_in_both_languages(region, row, said):
    with pytest.raises(Refused, match=said) as error:
        put(region, "projects", **row)
    finding = error.value.findings[0]
    assert finding.zh
    assert finding.field in row
    assert finding.mend_zh


def test_a_wrong_date_is_refused(region):
    for date in ("2022-13", "2023-02-29", "27.9.2022", 2022):
        with pytest.raises(Refused, match="date like"):
            put(region, "project_events", project="p1", stage="filed", actual=date)


def test_an_unknown_column_or_table_names_the_nearest(region):
    with pytest.raises(NotKnown, match="Did you mean 'name'"):
        put(region, "projects", nane="x")
    with pytest.raises(NotKnown, match="Did you mean 'projects'"):
        region.table("project")
    with pytest.raises(AttributeError):
        region.project  # noqa: B018


@pytest.mark.parametrize(("by", "why"), [("", "x"), ("x", " ")])
def test_an_edit_without_who_or_why_is_refused(region, by, why):
    with pytest.raises(InputError, match="who"), region.edit(by=by, why=why):
        pass


def test_undo_is_a_revision_of_its_own_and_can_be_undone(region):
    changed = put(region, "projects", id="p1", name="wrong")
    back = changed.undo(2, by="li", why="typing error")
    assert back.projects["name"]["p1"] == "签约项目"
    assert back.undo(3, by="li", why="was right").projects["name"]["p1"] == "wrong"
    assert list(back.log("p1")["revision"]) == [3, 2, 1]


def test_undo_takes_added_rows_away_and_brings_removed_ones_back(region):
    added = put(region, "bodies", id="n", name="n")
    assert "n" not in added.undo(2, by="li", why="x").bodies.index
    with region.latest().edit(by="zhang", why="x") as e:
        e.end("projects", ["p1"])
    assert "p1" in e.after.undo(e.revision, by="li", why="x").projects.index


def test_undo_refuses_to_destroy_later_work(region):
    put(region, "projects", id="p1", name="one")
    later = put(region.latest(), "projects", id="p1", name="two")
    with pytest.raises(Conflict, match="after revision 2"):
        later.undo(2, by="li", why="x")


def test_the_log_of_a_row_names_old_and_new_cells(region):
    after = put(region, "projects", id="p1", name="neu")
    assert after.log("p1")["changed"][0] == {"name": ["签约项目", "neu"]}
    with pytest.raises(NotKnown):
        region.log("nobody")


def test_a_difference_names_table_row_and_fields(region):
    after = put(region, "projects", id="p1", name="neu")
    assert after.diff(region)[["table", "id", "op"]].to_dict("records") == [
        {"table": "projects", "id": "p1", "op": "changed"}
    ]
    assert region.diff(region).empty


def test_a_region_stays_what_it_was_when_others_write(region):
    put(region, "projects", id="p1", name="neu")
    assert region.projects["name"]["p1"] == "签约项目"


def test_geometry_comes_back_as_shapes(region):
    after = put(region, "places", id="a", geometry=shapely.box(120, 31, 121, 32))
    frame = after.geo("places")
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry["a"].area == 1
    assert frame.geometry["b"] is None


def test_evidence_leads_from_a_row_to_the_sentence_and_who_entered_it(region):
    after = put(region, "directives", id="d", text="加快建设", kind="action", modality="require", source="statement:s2")
    found = after.evidence("directives", "d")
    assert found["text"] == "会议要求, 加快建设甲乙快线。"
    assert (found["title"], found["actor"], found["revision"]) == ("推进会举行", "zhang", 2)


def test_a_query_can_reach_nothing_outside_the_region(region, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for sql in (f"SELECT * FROM '{tmp_path}/secret.csv'", "ATTACH 'x.db'", "SET threads=1", "INSTALL httpfs"):
        with pytest.raises(InputError, match="query failed"):
            region.query(sql)


def test_values_in_conditions_are_values_and_never_sql(region):
    assert region.table("projects", where={"name": "x' OR '1'='1"}).empty
    assert list(region.table("projects", columns=["name"], where={"place": ["a", "c"]}).index) == ["p1", "p4"]


def test_every_public_name_loads():
    for name in hc.__all__:
        assert getattr(hc, name) is not None
    with pytest.raises(AttributeError):
        hc.nothing  # noqa: B018


# --- versions -----------------------------------------------------------------------------------------------------
def test_a_row_put_twice_in_one_edit_keeps_what_the_first_time_said(region):
    with region.edit(by="zhang", why="test") as e:
        e.put("projects", {"id": "n", "name": "n", "place": "a"})
        e.put("projects", {"id": "n", "note": "called"})
        e.put("projects", [{"id": "p1", "note": "called"}, {"id": "p1", "code": "C"}])
        e.end("projects", ["n"], on="2023")
    found = e.after.projects
    assert found.loc["n", ["name", "note", "scope", "valid_to"]].tolist() == ["n", "called", "r.a.", "2023"]
    assert found.loc["p1", ["note", "code", "name"]].tolist() == ["called", "C", "签约项目"]


def test_of_two_versions_in_force_at_once_the_one_that_began_last_counts(region):
    after = put(region, "places", id="c", valid_from="2022-05", name="新丙区")
    assert after.places["name"].to_dict()["c"] == "新丙区"
    assert len(after.places) == len(region.places)
    assert after.on("2022-04-30").places["name"]["c"] == "丙县"


def test_a_version_that_follows_an_ended_one_takes_over_its_cells(region):
    ended = put(region, "places", id="c", valid_to="2022-05")
    after = put(ended, "places", id="c", valid_from="2022-05", name="新丙区")
    assert after.places.loc["c", ["name", "people", "kind"]].tolist() == ["新丙区", 25, "county"]
    assert after.on("2022-04-30").places["name"]["c"] == "丙县"


def test_an_ended_row_is_not_written_over_by_accident(region):
    with region.edit(by="zhang", why="test") as e:
        e.end("projects", ["p1"], on="2022-01-01")
    with pytest.raises(InputError, match="not in force on 2022-09-27"):
        put(e.after, "projects", id="p1", name="again")
    assert e.after.on("2021-01-01").projects["name"]["p1"] == "签约项目"


def test_a_row_that_moves_leaves_the_scope_of_its_old_place(region):
    assert put(region, "projects", id="p1", place="b").projects["scope"]["p1"] == "r.b."
    kept = put(region.latest(), "projects", id="p2", scope="r.zone.", note="x")
    assert put(kept, "projects", id="p2", place="b", note="y").projects["scope"]["p2"] == "r.zone."


def test_ending_takes_the_evidence_of_its_edit(region):
    with region.edit(by="zhang", why="merged", source="statement:s2") as e:
        e.end("places", ["c"], on="2023-01-01")
    assert e.after.places["source"]["c"] == "statement:s2"


def test_ending_nothing_writes_nothing_and_ending_what_is_over_is_refused(region):
    with region.edit(by="zhang", why="test") as e:
        e.end("projects", [])
    assert e.revision is None
    with region.edit(by="zhang", why="test") as e:
        e.end("projects", ["p1"], on="2022-01-01")
    with pytest.raises(NotKnown, match="in force on 2022-09-27"), e.after.edit(by="zhang", why="test") as again:
        again.end("projects", ["p1"], on="2021-01-01")


def test_evidence_is_that_of_the_version_in_force_on_the_day(region):
    after = put(region, "places", id="c", valid_from="2023", name="新丙区")
    assert after.evidence("places", "c")["revision"] == 1
    assert after.on("2023-01-01").evidence("places", "c")["revision"] == 2


def test_the_log_of_a_branch_is_as_long_as_asked_for(region):
    branch = region.new_branch("if", by="zhang", why="test")
    for n in range(3):
        put(branch.latest(), "bodies", id=f"b{n}", name="x")
    assert list(region.latest().log(limit=2)["revision"]) == [2, 1]


# --- other doors --------------------------------------------------------------------------------------------------
@pytest.fixture
def public(region):
    after = put(region, "bodies", id="secret", name="secret")
    after.bodies  # noqa: B018 - makes the copy
    return hc.open(region.folder, reader="public")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('{}/bodies-*.parquet')",
        "SELECT * FROM '{}/bodies-*.parquet'",
        "SELECT name FROM projects WHERE name IN (SELECT name FROM parquet_scan('{}/bodies-*.parquet'))",
        "SELECT * FROM glob('{}/*')",
        "CREATE OR REPLACE VIEW bodies AS SELECT 1 AS id",
        "COPY (SELECT 1) TO '{}/x.parquet'",
        "SELECT 1; SELECT 2",
    ],
)
def test_a_query_reads_tables_and_nothing_else(public, sql):
    with pytest.raises(InputError, match="query failed"):
        public.query(sql.format(public.folder / "cache"))
    assert public.bodies.empty
    assert public.query('SELECT * FROM "bodies every"').empty


def test_log_difference_and_files_show_a_reader_only_what_he_may_see(public, region):
    with pytest.raises(NotKnown):
        public.log("secret")
    assert public.diff(public.at(0)).empty
    assert not region.latest().diff(region.at(0)).empty
    with pytest.raises(NotKnown):
        public.blob(region.documents["sha256"]["report"])
    assert set(public.log()[["actor", "reason", "source"]].isna().all()) == {True}
    put(region.latest(), "bodies", id="open", name="open", level=0)
    told = public.latest().log("open")
    assert (len(told), set(told[["actor", "reason"]].isna().all())) == (1, {True})
    with pytest.raises(NotKnown):
        public.evidence("bodies", "secret")


def test_a_reader_who_may_only_read_writes_nothing(public):
    for write in (
        lambda: put(public, "bodies", id="secret", name="x"),
        lambda: public.undo(2, by="x", why="x"),
        lambda: public.new_branch("x", by="x", why="x"),
    ):
        with pytest.raises(Forbidden, match="may only read"):
            write()
    assert public.store.head() == 2


# --- what cannot be kept ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "row",
    [
        {"name": ["a"]}, {"name": {"a": 1}}, {"name": "\ud800"}, {"place": ["a"]}, {"level": True},
        {"list_years": {1, 2}}, {"list_years": {1: 2}}, {"scope": "r.32.3202"}, {"scope": "elsewhere"},
        {"valid_from": 2022}, {"valid_from": "2022-13"}, {"valid_to": 2023},
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_kept_is_refused_in_words(region, row):
    with pytest.raises(InputError) as error:
        put(region, "projects", id="p1", **row)
    assert error.value.zh
    assert region.store.head() == 1


def test_shapes_in_other_coordinates_are_turned_into_longitude_and_latitude(region):
    square = shapely.box(500_000, 3_500_000, 500_100, 3_500_100)
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[square], crs="EPSG:4549")
    with region.edit(by="zhang", why="test") as e:
        e.put("places", frame)
    west, south, east, north = e.after.geo("places").geometry["a"].bounds
    assert (round(west, 2), round(south, 1)) == (120.0, 31.6)
    assert east - west < 0.01
    assert north - south < 0.01


def test_any_day_of_the_calendar_can_be_asked_for(region):
    assert region.known("9999-12-31").revision == 1
    assert region.known("0999-12-31").revision == 0
