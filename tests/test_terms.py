"""Words, numbers, dates and money: what offices write is read, what is doubtful is refused."""

import datetime as dt
import re
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hechang.terms.catalogue import Card, card, cards, measure, options, read_options
from hechang.terms.dates import days_between, end_of_day, first_day, is_date, last_day, last_days, parse_date
from hechang.terms.errors import InputError, NotKnown
from hechang.terms.ids import id_maker
from hechang.terms.money import FEN, amount, parse_money, show_money
from hechang.terms.numbers import parse_number
from hechang.terms.parameters import Parameter, parameter
from hechang.terms.scopes import scope_of, scope_range
from hechang.terms.specs import table, tables
from hechang.terms.units import Days, Minutes, share
from hechang.terms.words import word_rows


@pytest.mark.parametrize("text", ["", "nan", "inf", "1_000", "１２a", "12.5.3", "1,00", "٣", "1e5", "--1", "0x10", "²"])
def test_what_is_no_number_is_not_made_one(text):
    assert parse_number(text) is None


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_every_plain_number_is_read_exactly(number):
    assert parse_number(f"{number:,}") == number


@given(st.integers(min_value=-(10**15), max_value=10**15), st.sampled_from(list(FEN)))
def test_an_amount_written_out_reads_back_to_the_same_fen(fen, unit):
    assert parse_money(f"{amount(fen, unit):f}", unit) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1.5亿", 15_000_000_000),
        ("￥3,000元", 300_000),
        ("２０万", 20_000_000),
        ("-5", -5_000_000),
        ("0.0000001", None),
    ],
)
def test_a_unit_in_the_cell_outranks_the_unit_of_the_column(text, fen):
    assert parse_money(text, "万元") == fen


def test_money_is_shown_with_its_unit():
    assert show_money(12_345_600_000_000) == "1,234.56 亿元"
    assert show_money(-5_000_000) == "-5 万元"
    assert amount(1, "万元") == Decimal("0.000001")


@given(st.dates(min_value=dt.date(1, 1, 2)))
def test_a_full_date_is_its_own_first_and_last_day(day):
    assert is_date(day.isoformat())
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day
    assert parse_date(f"{day.year:04d}年{day.month}月{day.day}日") == day.isoformat()


@given(st.integers(1900, 2100), st.integers(1, 12))
def test_a_month_ends_on_the_day_before_the_next(year, month):
    last = last_day(f"{year}-{month:02d}")
    assert (last + dt.timedelta(days=1)).day == 1
    assert last_days(pd.Series([f"{year}-{month:02d}"]))[0].date() == last


@pytest.mark.parametrize(
    "text", ["2022-02-30", "2022-13", "22-09-27", "2022/9", "九月底", "2022.09.31", "", "20220931", "0"]
)
def test_a_day_that_is_none_is_not_a_date(text):
    assert parse_date(text) is None or parse_date(text) == "2022-09"
    assert not is_date(text)


def test_days_are_counted_over_leap_day_and_year_turn():
    assert days_between("2024-02-28", "2024-03-01") == 2
    assert days_between("2022-12-31", "2023-01-01") == 1
    assert days_between("2022-06", "2022-09-27") == 89  # a month counts from its last day


def test_the_day_ends_at_midnight_in_shanghai():
    assert end_of_day("2022-09-27") == "2022-09-27T15:59:59.999999Z"
    assert end_of_day("1988-07-01") == "1988-07-01T14:59:59.999999Z"  # summer time of 1986-1991


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30))
def test_ids_only_grow_even_when_the_clock_stands_or_goes_back(steps):
    ticks = iter([100.0 - step for step in steps])
    make = id_maker(clock=lambda: next(ticks))
    made = [make() for _ in steps]
    assert made == sorted(set(made))


@given(st.sampled_from(["320281", "320200", "320211001", "310115", "330902004"]))
def test_a_place_lies_inside_its_city_and_in_no_other(code):
    city = "310000" if code.startswith("31") else code[:4] + "00"
    lo, hi = scope_range(scope_of(city))
    assert lo <= scope_of(code) < hi
    lo, hi = scope_range(scope_of("330400"))
    assert not lo <= scope_of(code) < hi


def test_a_share_of_nothing_has_no_value_and_says_why():
    frame = share(pd.Series({"a": 1.0, "b": None, "c": 2.0}), pd.Series({"a": 4.0, "b": 4.0, "c": 0.0}))
    assert frame["value"]["a"] == 25
    assert frame["value"].isna()[["b", "c"]].all()
    assert frame["why_missing"].notna().to_dict() == {"a": False, "b": True, "c": True}


def test_a_parameter_is_the_one_in_force_on_the_day(monkeypatch):
    rows = tuple(
        Parameter("r", "grace", value, "days", start, end, "", "", "", True)
        for value, start, end in ((90, "0001", "2023-01-01"), (60, "2023-01-01", ""))
    )
    monkeypatch.setattr("hechang.terms.parameters.parameters", lambda _: rows)
    assert parameter("r", "grace", "2022-12-31").value == 90
    assert parameter("r", "grace", "2023-01-01").value == 60
    with pytest.raises(NotKnown):
        parameter("r", "grade", "2023-01-01")


@measure("sample", zh="样例", en="Sample", unit="min", source="test")
def sample(region, *, limit: Minutes = 60, days: Days | None = None, all: bool = False):
    return region


def test_options_know_their_unit_and_default():
    found = options(sample.card)
    assert isinstance(sample.card, Card)
    assert (found["limit"].unit, found["limit"].type, found["days"].unit, found["days"].default) == (
        "min", float, "days", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"limit": "soon"}, "limit='soon' is not a number of min"),
        ({"days": "1.5"}, "days='1.5' is not a number of days"),
        ({"all": "maybe"}, "all='maybe' is not yes or no"),
        ({"limits": 3}, "Did you mean 'limit'"),
    ],
)
def test_a_wrong_option_is_named_with_what_is_wanted(given, said):
    with pytest.raises(InputError) as error:
        read_options(sample.card, given)
    assert said in error.value.en
    assert error.value.zh


def test_options_read_what_users_type():
    assert read_options(sample.card, {"limit": "４５", "days": "30", "all": "是"}) == {
        "limit": 45.0, "days": 30, "all": True,
    }  # fmt: skip


def test_an_unknown_card_names_the_nearest_one():
    with pytest.raises(NotKnown, match="Did you mean 'rail-reach'"):
        card("rail-reech", "measure")


def test_every_word_is_said_once_and_in_both_languages():
    rows = word_rows()
    keys = [row["key"] for row in rows]
    assert sorted(keys) == sorted(set(keys))
    assert all(row["zh"].strip() and row["en"].strip() for row in rows)


def test_a_chinese_title_of_a_field_has_no_english_unit():
    titles = [field.title("zh") for one in tables().values() for field in one.fields]
    assert not [title for title in titles if re.search(r"\([a-z]{3,}\)", title)]
    assert table("projects").field("price_year").title("zh") == "价格年"
    assert table("projects").field("price_year").title("en") == "Price year"


@pytest.mark.parametrize("card", cards("list"), ids=lambda card: card.id)
def test_what_a_list_rests_on_is_said_in_chinese(card):
    assert not re.search(r"[(（][A-Za-z][A-Za-z ,:;]+[)）]|\bown:|press:", card.source)
