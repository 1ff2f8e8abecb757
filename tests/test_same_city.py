"""The same-city effect: circles, travel times, accessibility and its equity, trains a day, before and after."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from demo_region import demo_region, edited
from hechang.atlas import minutes_between, trips_between
from hechang.cli import main
from hechang.engines.access import cumulative, gravity, two_step
from hechang.engines.inequality import palma, theil, theil_parts
from hechang.measures.same_city.accessibility import accessibility, explain_accessibility
from hechang.measures.same_city.circles import circles, explain_circles
from hechang.measures.same_city.equity import equity, explain_equity
from hechang.measures.same_city.floating_catchment import explain_floating_catchment, floating_catchment
from hechang.measures.same_city.frequency import explain_frequency, frequency
from hechang.measures.same_city.hub_index import explain_hub_index, hub_index
from hechang.measures.same_city.train_change import explain_train_change, train_change
from hechang.measures.same_city.travel_time import explain_travel_time, travel_time
from hechang.terms.errors import InputError, NotKnown

SHANGHAI, WUXI, NANTONG, ZHOUSHAN = "310000", "320200", "320600", "330900"
WITH_STATION = "310104"  # a county with stations of its own
PLACES = ("01", "10", "11", "12", "13", "14", "20", "21", "22", "25")
TRAINS = ("30", "31", "32", "33", "34", "35")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Nine cities, their counties and towns, the timetable and trains of 2016."""
    return demo_region(tmp_path_factory.mktemp("real"), *PLACES, *TRAINS)


@pytest.mark.parametrize("limit", [30, 60, 90, 150])
def test_people_of_the_trips_told_add_up_to_the_circle(real, limit):
    made = circles(real, limit=limit)
    for place in (WITH_STATION, "320205", "330902"):
        told = explain_circles(real, place, limit=limit)
        assert told.loc[told["leg"] == 1, "people"].sum() == made.loc[place, "numerator"]
        assert told["minutes"].max() <= limit


def test_circles_grow_with_the_limit_and_hold_the_place_itself(real):
    made = circles(real)
    assert (made["people_30"] <= made["people_60"]).all()
    assert (made["people_60"] <= made["people_90"]).all()
    assert (made["places_30"] >= 1).all()
    assert (made["people_60"] == made["numerator"]).all()


def test_the_worse_departure_is_never_faster(real):
    best, middle, worst = (minutes_between(real, percentile=p).to_numpy() for p in (0, 50, 100))
    assert (np.isnan(worst) | (middle <= worst)).all()
    assert (np.isnan(middle) | (best <= middle)).all()
    assert (best < worst).any()


def test_a_journey_told_takes_what_the_matrix_says_and_its_trains_follow_each_other(real):
    minutes = minutes_between(real).loc[WITH_STATION]
    told = trips_between(real, WITH_STATION, within=1440)
    assert set(told["dest"]) == set(minutes.dropna().index) - {WITH_STATION}
    for dest, legs in told.groupby("dest"):
        assert legs["minutes"].iloc[0] == pytest.approx(minutes[dest])
        times = [legs["leave"].iloc[0], *legs[["depart", "arrive"]].to_numpy().ravel()]
        assert times == sorted(times)


def test_an_island_without_rail_is_reached_by_nobody_from_the_mainland(real):
    minutes = minutes_between(real, level="city")
    assert np.isnan(minutes.loc[SHANGHAI, ZHOUSHAN])
    assert minutes.loc[ZHOUSHAN].dropna().to_dict() == {ZHOUSHAN: 0.0}


def test_time_to_a_place_and_the_mean_time_to_people_are_those_of_the_matrix(real):
    minutes = minutes_between(real)
    to = travel_time(real, to="320205")["value"]
    assert to.astype(float).to_numpy() == pytest.approx(
        minutes["320205"].reindex(to.index).to_numpy(), nan_ok=True, abs=1e-4
    )
    people = real.table("places", columns=["people"])["people"].reindex(minutes.index).astype(float)
    others = minutes.loc[WITH_STATION].drop(WITH_STATION).dropna()
    mean = (others * people[others.index]).sum() / people[others.index].sum()
    assert travel_time(real).loc[WITH_STATION, "value"] == pytest.approx(mean, abs=1e-3)
    told = explain_travel_time(real, WITH_STATION, to="320205")
    assert told["minutes"].iloc[0] == pytest.approx(minutes.loc[WITH_STATION, "320205"])


def test_people_count_by_half_for_every_half_time(real):
    made = accessibility(real, half=30)
    told = explain_accessibility(real, WITH_STATION, half=30)
    assert told["counted"].sum() == pytest.approx(made.loc[WITH_STATION, "value"], rel=1e-3)
    with pytest.raises(InputError):
        accessibility(real, half=0)


def test_towns_whose_people_nobody_counted_have_no_figure_and_say_so(real):
    for made in (circles(real, level="town"), accessibility(real, level="town"), travel_time(real, level="town")):
        assert made["value"].isna().all()
        assert made["why_missing"].notna().all()
        assert made["why_missing"].str.contains("no people").sum() == 587
    assert circles(real, level="town")["people_60"].isna().all()
    assert circles(real, level="town")["places_60"].notna().sum() == 587


def test_trains_a_day_are_those_counted_from_the_feed(real):
    flows = real.table("flows", columns=["origin", "dest", "volume"], where={"kind": "trains"})
    for dest, rows in flows.groupby("dest"):
        made = frequency(real, to=str(dest))["value"]
        assert made[made > 0].to_dict() == rows.set_index("origin")["volume"].to_dict()
    assert frequency(real, to=WUXI)["value"][SHANGHAI] == 185
    assert frequency(real)["value"][[NANTONG, ZHOUSHAN]].tolist() == [0, 0]
    assert explain_frequency(real, SHANGHAI, to=WUXI)["trip"].nunique() == 185


@pytest.mark.shared
def test_trains_of_2016_and_2022_change_as_counted(real, shared):
    later = pd.read_csv(shared / "data" / "region" / "rail_od_2022.csv", dtype={"origin": str, "destination": str})
    rows = pd.DataFrame({
        "id": "t22-" + later["origin"] + later["destination"], "origin": later["origin"], "dest": later["destination"],
        "period": "2022-01", "kind": "trains", "volume": later["emu_trains"].astype(float), "unit": "列/日",
    })  # fmt: skip
    region = edited(real, flows=rows)
    told = explain_train_change(region, SHANGHAI).set_index("dest")
    assert told.loc[WUXI, ["before", "after", "change"]].tolist() == [185, 293, 108]
    assert told.loc["320500", ["before", "after"]].tolist() == [207, 359]
    assert NANTONG not in told.index  # not in the feed of 2016: a gap of the source, and no growth from 0
    assert train_change(region, to=WUXI)["value"][SHANGHAI] == 108
    assert train_change(region)["why_missing"][ZHOUSHAN]


def test_one_count_of_trains_is_no_change(real):
    assert train_change(real)["value"].isna().all()
    assert train_change(real)["why_missing"].notna().all()
    with pytest.raises(NotKnown):
        train_change(real, since="1999")


def test_parts_of_inequality_add_up_to_that_of_the_region(real):
    made, values = equity(real), accessibility(real)["value"]
    people = real.table("places", columns=["people"])["people"].reindex(values.index)
    both = pd.DataFrame({"value": values, "people": people}).dropna().astype(float)
    whole = theil(both["value"].to_numpy(), both["people"].to_numpy())
    assert made["theil"].sum() + made["theil_between"].iloc[0] == pytest.approx(whole)
    told = explain_equity(real, WUXI)
    assert told["value"].is_monotonic_increasing
    assert told["below"].iloc[-1] == pytest.approx(100)


@pytest.mark.parametrize("card", [circles, travel_time, accessibility, equity])
@pytest.mark.parametrize("wrong", [{"window": "9"}, {"window": "09:00-07:00"}, {"percentile": 101}, {"percentile": -1}])
def test_a_window_or_a_share_that_is_none_is_refused(real, card, wrong):
    with pytest.raises(InputError):
        card(real, **wrong)


@pytest.mark.parametrize("card", [circles, travel_time, accessibility, frequency])
def test_a_level_or_a_place_nobody_knows_is_refused(real, card):
    with pytest.raises(NotKnown):
        card(real, level="village")
    for explain, id in ((explain_circles, "nowhere"), (explain_frequency, "nowhere"), (explain_equity, "nowhere")):
        with pytest.raises(NotKnown):
            explain(real, id)


matrices = st.integers(1, 6).flatmap(
    lambda n: st.tuples(
        arrays(float, (n, n), elements=st.one_of(st.floats(0, 200), st.just(np.nan), st.just(np.inf))),
        *(arrays(float, n, elements=st.integers(0, 10**6)) for _ in range(2)),
    )
)  # fmt: skip


@given(matrices)
def test_sums_over_a_matrix_are_those_of_a_plain_loop(given):
    minutes, supply, demand = given
    n = len(supply)
    near = [[minutes[i, j] <= 60 for j in range(n)] for i in range(n)]
    plain = [sum(supply[j] for j in range(n) if near[i][j]) for i in range(n)]
    assert cumulative(minutes, supply, 60) == pytest.approx(plain)
    halved = [
        sum(supply[j] * 0.5 ** (minutes[i, j] / 30) for j in range(n) if minutes[i, j] < np.inf) for i in range(n)
    ]
    assert gravity(minutes, supply, 30) == pytest.approx(halved)
    found = two_step(minutes, supply, demand, 60)
    served = [sum(demand[i] for i in range(n) if near[i][j]) > 0 for j in range(n)]
    assert (found * demand).sum() == pytest.approx(supply[served].sum())


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 40), st.integers(0, 2)), min_size=1, max_size=8))
def test_inequality_is_that_of_single_persons_in_a_row(rows):
    values, people = (np.array([row[at] for row in rows], dtype=float) for at in (0, 1))
    each = np.sort(np.repeat(values, (people * 10).astype(int)))  # ten of each, so that tenths are whole
    least, most = each[: len(each) * 4 // 10].sum(), each[len(each) * 9 // 10 :].sum()
    ours = palma(values, people)
    assert (np.isnan(ours) and least == 0) or ours == pytest.approx(most / least)
    groups = np.unique([row[2] for row in rows], return_inverse=True)[1]
    if values.sum() > 0:
        mean = each.mean()
        plain = np.mean([x / mean * np.log(x / mean) if x > 0 else 0 for x in each])
        assert theil(values, people) == pytest.approx(plain, abs=1e-9)
        inside, between = theil_parts(values, people, groups)
        assert inside.sum() + between == pytest.approx(plain, abs=1e-9)


@pytest.fixture(scope="module")
def with_hubs(tmp_path_factory):
    """As `real`, with ports and airports."""
    return demo_region(tmp_path_factory.mktemp("hubs"), *PLACES, *TRAINS, "46", "47")


def test_the_best_hub_is_a_hundred_and_a_city_without_one_is_nothing(with_hubs):
    made = hub_index(with_hubs)
    assert made["value"].max() == 100
    assert made.loc[[NANTONG, ZHOUSHAN], "value"].tolist() == [0, 0]
    assert made.loc[NANTONG, "hubs"] == 0
    assert made["value"].astype(float).to_numpy() == pytest.approx(
        made["numerator"] / made["denominator"] * 100, abs=1e-4
    )


def test_a_small_airfield_is_no_hub(with_hubs):
    made = hub_index(with_hubs, hub="airport")
    assert made["hubs"].sum() == 8
    assert made.loc["310000", "best"] == "Shanghai Hongqiao International Airport"
    assert made.loc["330500", "hubs"] == 0  # Huzhou's only field has no commercial flights


def test_a_port_far_from_rail_says_how_far_or_that_no_way_is_known(with_hubs):
    made = hub_index(with_hubs, hub="port")
    assert made.loc[ZHOUSHAN, ["to_rail", "to_next"]].isna().all()
    assert 0 < made.loc[WUXI, "to_rail"] < 30


def test_the_people_told_at_a_hub_are_those_of_the_index(with_hubs):
    for hub in ("rail", "port", "airport"):
        made = hub_index(with_hubs, hub=hub)
        told = explain_hub_index(with_hubs, WUXI, hub=hub)
        assert told["counted"].max() == pytest.approx(made.loc[WUXI, "numerator"], abs=1e-3)
        assert len(told) == made.loc[WUXI, "hubs"]


def test_hubs_of_another_kind_and_regions_without_any_are_told(with_hubs, tiny):
    with pytest.raises(NotKnown, match="moon"):
        hub_index(with_hubs, hub="moon")
    assert hub_index(tiny, hub="port")["why_missing"].str.contains("import them").all()


def test_what_is_shared_by_catchments_is_neither_lost_nor_made(real):
    made = floating_catchment(real, limit=60)
    people = real.places["people"].reindex(made.index).astype(float)
    given = made["own"].dropna().sum()
    assert float((made["value"] * people / 10_000).sum()) == pytest.approx(float(given), rel=1e-4)


def test_trains_are_spread_over_those_who_reach_them(real):
    told = explain_floating_catchment(real, WITH_STATION, limit=60)
    first = told[told["leg"] == 1].dropna(subset=["supply"])
    expected = (first["supply"] / first["shared"]).sum() * 10_000
    assert floating_catchment(real, limit=60).loc[WITH_STATION, "value"] == pytest.approx(expected, abs=1e-3)


def test_the_command_line_tells_the_very_trips_behind_a_figure(real, capsys):
    where = ["--region", str(real.store.where), "--json"]
    assert main([*where, "measure", "circles", "--explain", WITH_STATION, "--limit", "60"]) == 0
    told = json.loads(capsys.readouterr().out)
    expected = explain_circles(real, WITH_STATION, limit=60)
    assert [row["dest"] for row in told["rows"]] == expected["dest"].tolist()
    assert main([*where, "measure", "circles", "--explain", "nowhere"]) == 1
    assert main([*where, "measure", "--all", "--explain", WITH_STATION]) == 2
