"""The page on circles says what the demonstration's tables say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demo_region import demo_region
from hechang.atlas import rail_minutes, trains_between

PAGE = (Path(__file__).parents[1] / "docs" / "circles.md").read_text(encoding="utf-8")
PLACES = ("01", "10", "11", "12", "13", "14", "20", "21", "22", "25")
TRAINS = ("30", "31", "32", "33", "34", "38")
SHANGHAI, WUXI, NANTONG, ZHOUSHAN = "310000", "320200", "320600", "330900"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Nine cities, their counties, the timetable of 2016 and the roads."""
    return demo_region(tmp_path_factory.mktemp("real"), *PLACES, *TRAINS)


def table():
    """Rows of the page's table: county, within 30, 60 and 90 minutes, reached."""
    rows = re.findall(r"^\| (\d{6}) [^|]*\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
    return [(row[0], *map(int, row[1:])) for row in rows]


def test_the_table_is_that_of_the_measure(real):
    assert len(table()) == 3
    for place, *told in table():
        minutes = real.measure("travel-time", to=place)["value"]
        assert told == [*(int((minutes <= limit).sum()) for limit in (30, 60, 90)), int(minutes.notna().sum())]


def test_the_trains_told_are_those_of_the_timetable(real):
    best = rail_minutes(real, level="city").set_index(["origin", "dest"])["minutes"]
    trains = trains_between(real)
    there = trains[(trains["origin"] == SHANGHAI) & (trains["dest"] == WUXI)]
    back = trains[(trains["origin"] == WUXI) & (trains["dest"] == SHANGHAI)]
    assert f"takes {best[SHANGHAI, WUXI]:.0f} minutes" in PAGE and best[SHANGHAI, WUXI] == 28
    assert f"{len(there)} trains a day" in PAGE and f"{len(back)} back" in PAGE
    quick = there[(there["depart"] == 21_600) & (there["arrive"] == 23_280)]
    assert quick[["board", "alight"]].to_numpy().tolist() == [["上海虹桥", "无锡东"]]
    door = real.measure("travel-time", to="310101").loc["320213", "value"]
    assert f"it is {door:.0f} minutes" in PAGE


def test_nantong_and_zhoushan_have_no_rail_and_the_page_says_so(real):
    trains = trains_between(real)
    assert not {NANTONG, ZHOUSHAN} & (set(trains["origin"]) | set(trains["dest"]))
    to_nantong = real.measure("travel-time", to="320613")["value"].dropna()
    assert set(to_nantong.index) == {"320613", "320612", "320582"}
    assert real.measure("travel-time", to="330902")["value"].dropna().index.str.startswith("3309").all()
