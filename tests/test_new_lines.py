"""A drawn line 候选线路: what it would do to travel times, kept on a branch, and figures no line can have."""

from __future__ import annotations

import numpy as np
import pytest

from demo_region import demo_region
from hechang.atlas import minutes_between
from hechang.atlas.candidates import candidate, rows_of
from hechang.atlas.line_effects import line_effect, put_line
from hechang.cli import main
from hechang.terms.errors import InputError, NotKnown
from hechang.web.app import create_app
from page_region import HOME, Client

PLACES = ("01", "10", "11", "12", "13", "14", "20", "21", "22", "25")
TRAINS = ("30", "31", "32", "33", "34", "35")
CHONGCHUAN = "320613"
TO_NANTONG = [[120.30, 31.59], [120.28, 31.91], [120.87, 32.01]]  # Wuxi, Jiangyin, Nantong
MANY = [[120, 31 + n / 100] for n in range(61)]
STATION = (120.301, 31.586)  # near 无锡


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Nine cities, their counties and towns, the timetable of 2016."""
    return demo_region(tmp_path_factory.mktemp("real"), *PLACES, *TRAINS)


@pytest.fixture(scope="module")
def client(real):
    return Client(create_app(real))


def drawn(points=TO_NANTONG, **figures):
    return candidate({"type": "LineString", "coordinates": points}, **figures)


def test_what_is_told_of_a_line_is_what_a_branch_with_it_measures(real):
    line = drawn(name="锡通")
    told = line_effect(real, line)
    before = minutes_between(real)
    after = minutes_between(put_line(real, line, "to-nantong", by="zhang", why="方案比选"))
    better = (after < before) | (after.notna() & before.isna())
    assert int(better.to_numpy().sum()) == len(told.pairs) > 50
    for pair in told.pairs.itertuples():
        assert pair.after == after.loc[pair.origin, pair.dest]
        assert np.isnan(pair.before) or pair.before == before.loc[pair.origin, pair.dest]
    worse = (after > before) | (after.isna() & before.notna())
    assert not worse.to_numpy().any()


def test_a_town_that_no_train_reached_is_reached_by_the_line(real):
    told = line_effect(real, drawn())
    assert told.places.loc[CHONGCHUAN, "opened"] > 0
    assert told.pairs["before"].isna().any()


def test_a_line_of_the_night_helps_only_who_waits_for_it(real):
    told = line_effect(real, drawn(hours="02:00-02:01"))
    assert (told.pairs["after"] > 17 * 60).all()
    assert (told.places["places_after"] == told.places["places_before"]).all()


def test_a_quicker_line_never_saves_less(real):
    slow, quick = (line_effect(real, drawn(kmh=kmh)) for kmh in (80, 250))
    assert (quick.places["quicker"] >= slow.places["quicker"]).all()
    assert (quick.places["people_after"] >= slow.places["people_after"]).all()


def test_a_stop_of_the_region_near_the_drawn_point_is_taken_for_it(real):
    near = rows_of(real, drawn([list(STATION), [120.9, 32.0]], snap_km=2))
    apart = rows_of(real, drawn([list(STATION), [120.9, 32.0]], snap_km=0))
    assert (len(near.stops), len(apart.stops)) == (1, 2)
    assert near.stop_times["stop"].iloc[0] in set(real.stops.index)


def test_trips_run_both_ways_with_the_speed_and_stay_that_were_declared(real):
    made = rows_of(real, drawn([[120, 31], [120, 32], [120, 33]], kmh=110.9, dwell=2, headway=30, hours="06:00-07:00"))
    first = made.stop_times[made.stop_times["trip"] == made.trips["id"].iloc[0]]
    assert (first["arrive"] / 60).round().tolist() == [360, 420, 482]
    assert (first["depart"] / 60).round().tolist() == [360, 422, 482]
    assert len(made.trips) == 4
    assert made.ride == pytest.approx(122, abs=0.1)


def test_the_rows_of_a_line_say_that_they_are_made_up_and_modelled(real):
    held = put_line(real, drawn(name="标记"), "marked", by="zhang", why="方案")
    own = held.trips[held.trips.index.str.startswith("candidate-")]
    assert set(own["times"]) == {"modelled"}
    assert own["synthetic"].all()
    assert not real.latest().trips.index.str.startswith("candidate-").any()  # the main branch has none of it


def test_a_branch_of_that_name_is_not_written_into(real):
    put_line(real, drawn(), "once", by="zhang", why="方案")
    with pytest.raises(InputError, match="already"):
        put_line(real, drawn(kmh=200), "once", by="zhang", why="方案")


def test_a_branch_that_holds_the_line_gains_nothing_by_it_again(real):
    for snap_km in (0, 0.5):
        line = drawn(name="再画", snap_km=snap_km)
        held = put_line(real, line, f"again-{snap_km * 10:.0f}", by="zhang", why="方案")
        assert line_effect(held, line).pairs.empty


def test_a_region_without_a_timetable_says_what_to_import(tiny):
    with pytest.raises(InputError, match="Import one"):
        line_effect(tiny, drawn())


@pytest.mark.parametrize(
    ("points", "figures"),
    [([[120, 31]], {}), ([[120, 31], [120, 31]], {}), ([[120, 31], [200, 31]], {}), ([[120, 31], ["x", 31]], {}),
     ([[120, 31], [float("nan"), 31]], {}), ([[120, 31], [121, True]], {}), (MANY, {}),
     (TO_NANTONG, {"kmh": 0}), (TO_NANTONG, {"kmh": "fast"}), (TO_NANTONG, {"kmh": float("nan")}),
     (TO_NANTONG, {"headway": 0}), (TO_NANTONG, {"headway": float("inf")}), (TO_NANTONG, {"dwell": -1}),
     (TO_NANTONG, {"hours": "late"}), (TO_NANTONG, {"hours": "22:00-06:00"}), (TO_NANTONG, {"name": " "}),
     (TO_NANTONG, {"hours": "00:00-999:00", "headway": 1})],
)  # fmt: skip
def test_figures_no_line_can_have_are_refused(points, figures):
    with pytest.raises(InputError):
        drawn(points, **figures)


@pytest.mark.parametrize("figures", [{"mode": "magic"}, {"speed": 5}])
def test_a_mode_or_figure_nobody_knows_is_named_with_those_there_are(figures):
    with pytest.raises(NotKnown):
        drawn(**figures)


@pytest.mark.parametrize("geometry", [None, 5, {"type": "Polygon", "coordinates": [[[1, 2]]]}, {"type": "LineString"}])
def test_what_is_no_line_is_refused(geometry):
    with pytest.raises(InputError, match="LineString"):
        candidate(geometry)


def ask(client, path="/api/line", **body):
    return client.ask("POST", path, json=body, headers={"origin": HOME})


LINE = {"type": "LineString", "coordinates": TO_NANTONG}


def test_the_map_is_told_the_line_its_totals_and_who_gains(client, real):
    told = ask(client, geometry=LINE, kmh=160).json()
    effect = line_effect(real, drawn(kmh=160))
    assert told["totals"]["pairs"] == len(effect.pairs)
    assert told["line"]["trips"] == 128
    assert [stop["lon"] for stop in told["line"]["stops"]] == [lon for lon, _ in TO_NANTONG]
    assert CHONGCHUAN in {place["id"] for place in told["places"]}
    assert told["assumed"] is True


def test_a_line_drawn_on_the_map_becomes_a_branch_only_with_who_and_why(client):
    body = {"line": {"geometry": LINE, "name": "画线"}, "branch": "from-the-map"}
    assert ask(client, "/api/line/branches", **body).status_code == 422
    made = ask(client, "/api/line/branches", **body, by="zhang", why="方案比选")
    assert made.json()["branch"] == "from-the-map"
    shown = client.get("/api/tables/routes?branch=from-the-map").text
    assert "画线" in shown
    assert "画线" not in client.get("/api/tables/routes").text


@pytest.mark.parametrize(
    "body",
    [{}, {"geometry": LINE, "kmh": -5}, {"geometry": LINE, "level": "planet"}, {"geometry": LINE, "window": "x"},
     {"geometry": LINE, "percentile": 400}, {"geometry": LINE, "colour": "red"}],
)  # fmt: skip
def test_a_question_about_a_line_that_makes_no_sense_is_told_in_both_languages(client, body):
    answer = ask(client, **body)
    assert answer.status_code in (400, 404, 422)
    assert "Traceback" not in answer.text


def test_the_command_line_tries_a_line_and_keeps_it(real, capsys):
    stops, where = "120.30 31.59; 120.28,31.91; 120.87 32.01", ["--region", str(real.store.where)]
    assert main([*where, "line", "try", stops, "--kmh", "160"]) == 0
    assert "崇川区" in capsys.readouterr().out
    assert main([*where, "line", "try", "east; west"]) == 2
    assert main([*where, "line", "keep", stops, "--branch", "by-hand", "--by", "zhang", "--why", "方案"]) == 0
    assert "by-hand" in capsys.readouterr().out
    assert main([*where, "line", "keep", stops, "--branch", "other"]) == 2
