"""A clock that is wrong: the order is that of the log, days are those of Shanghai, and nothing signed goes back."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

import hechang as hc
from hechang.region.opening import open_region
from hechang.store.checkpoints import read
from hechang.terms.dates import days_between, end_of_day, last_day, today
from hechang.terms.ids import id_maker

NOW = datetime(2022, 9, 27, 1, 0, tzinfo=UTC)
YEARS = timedelta(days=3652)
STEPS = (
    timedelta(),
    YEARS,
    -YEARS,
    timedelta(seconds=-1),
    timedelta(hours=-1),
    timedelta(days=1),
    timedelta(seconds=11),
)


class Clock:
    """A clock one can put wrong."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def region(tmp_path, clock):
    hc.tiny(tmp_path / "r.hc").close()
    made = open_region(tmp_path / "r.hc", clock=clock, make_id=id_maker(seed=3))
    yield made
    made.close()


def test_what_was_written_last_counts_whatever_the_clock_said(region, clock):
    for n, step in enumerate(STEPS):
        clock.at = NOW + step
        with region.latest().edit(by="zhang", why=str(n)) as e:
            e.put("projects", {"id": "p1", "name": f"name {n}"})
            e.put("bodies", {"name": f"body {n}"})
        assert e.after.projects["name"]["p1"] == f"name {n}"
    log = region.latest().log()
    assert log["revision"].to_list() == sorted(log["revision"], reverse=True)
    assert log["reason"].to_list()[:-1] == [str(n) for n in reversed(range(len(STEPS)))]
    assert region.latest().log("p1")["revision"].is_monotonic_decreasing
    assert region.verify().whole


def test_a_region_whose_last_edits_are_of_the_future_opens_and_goes_on(region, clock):
    clock.at = NOW + YEARS
    with region.edit(by="zhang", why="future") as e:
        e.put("bodies", {"name": "of the future"})
    region.close()
    with closing(open_region(region.folder, clock=lambda: NOW - YEARS)) as again:
        with again.edit(by="zhang", why="past") as e:
            e.put("bodies", {"name": "of the past"})
        assert {"of the future", "of the past"} <= set(e.after.bodies["name"])
        assert e.after.revision == 3 and again.verify().whole


def test_no_checkpoint_is_older_than_the_one_before(region, clock):
    for n, step in enumerate(STEPS * 2):
        clock.at = NOW + step + timedelta(minutes=n)
        with region.latest().edit(by="zhang", why=str(n)) as e:
            e.put("bodies", {"name": f"body {n}"})
    notes = region.store.ask(
        lambda con: con.execute(sa.text("SELECT note FROM checkpoints ORDER BY size")).scalars().all()
    )
    found = [one for note in notes if (one := read(note))]
    assert len(found) > 1
    assert all(a.at <= b.at and a.size < b.size for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2022-09-27T15:59:59.999999", "2022-09-27"),  # 23:59:59 in Shanghai
        ("2022-09-27T16:00:00", "2022-09-28"),
        ("2024-02-28T16:00:00", "2024-02-29"),
        ("2024-02-29T15:59:59.999999", "2024-02-29"),
        ("2024-02-29T16:00:00", "2024-03-01"),
        ("1985-07-01T15:30:00", "1985-07-01"),
        ("1992-07-01T15:30:00", "1992-07-01"),
        *((f"{year}-07-01T14:59:59", f"{year}-07-01") for year in range(1986, 1992)),  # clocks an hour ahead in summer
        *((f"{year}-07-01T15:00:00", f"{year}-07-02") for year in range(1986, 1992)),
        *((f"{year}-01-01T15:59:59", f"{year}-01-01") for year in range(1986, 1992)),
    ],
)
def test_the_day_is_that_of_shanghai(moment, day):
    assert today(lambda: datetime.fromisoformat(moment).replace(tzinfo=UTC)) == day


def test_every_day_ends_where_the_next_one_begins_in_years_with_summer_time_and_leap_days_too():
    first, last = date(1986, 1, 1), date(1992, 12, 31)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        end = datetime.fromisoformat(end_of_day(day.isoformat()))
        assert today(lambda end=end: end) == day.isoformat()
        assert today(lambda end=end: end + timedelta(microseconds=1)) == (day + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("earlier", "later", "days"),
    [("2024-02-28", "2024-03-01", 2), ("2023-02-28", "2023-03-01", 1), ("2024-02", "2024-03", 31),
     ("1986-05-03", "1986-05-05", 2), ("1991-09-14", "1991-09-16", 2), ("2020-02-29", "2024-02-29", 1461)],
)  # fmt: skip
def test_days_are_days_of_the_calendar_across_leap_days_and_summer_time(earlier, later, days):
    assert days_between(earlier, later) == days
    assert (last_day(later) - last_day(earlier)).days == days


@pytest.mark.parametrize(
    ("until", "in_time", "too_late"),
    [
        ("2022-09-30", "2022-09-30T15:59:59.999999", "2022-09-30T16:00:00"),
        ("2024-02", "2024-02-29T15:59:59.999999", "2024-02-29T16:00:00"),
        ("2022", "2022-12-31T15:59:59.999999", "2022-12-31T16:00:00"),
        ("1988-07-01", "1988-07-01T14:59:59", "1988-07-01T15:00:00"),
    ],
)
def test_a_right_ends_with_the_last_second_of_its_day_in_shanghai(region, clock, until, in_time, too_late):
    with region.edit(by="zhang", why="rights") as e:
        e.put("users", {"id": "u1", "name": "u1", "active": True})
        given = {"account": "u1", "role": "city_admin", "lo": "r.", "hi": "r/", "until": until}
        e.put("grants", {**given, "valid_from": "0001"})
    for moment, held in ((in_time, True), (too_late, False), (in_time, True)):
        clock.at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        assert bool(region.store.reader_of("u1").roles) is held


def test_ids_stay_distinct_when_the_clock_goes_back():
    times = iter([1e9, 1e9, 0.5e9, 1e9 + 1, 1.0])
    make = id_maker(clock=lambda: next(times))
    made = [make() for _ in range(5)]
    assert made == sorted(set(made))
