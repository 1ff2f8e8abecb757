"""What the server keeps for whom."""

from functools import partial

import pytest

from hechang.store.readers import Grant, Reader
from hechang.web.hall import SIGHTS, Hall


def city(number):
    return Reader(f"city {number}", (Grant("r.32.", "r.32/", 1), Grant(f"r.{number}.", f"r.{number}/", 1)), uid="u")


def test_what_was_worked_out_for_a_city_stays_while_all_others_ask(tiny):
    """Nine cities and their offices ask in turn: none of them waits for what was worked out for her before."""
    hall = Hall(tiny)
    first = {number: hall.results({}, city(number)) for number in range(SIGHTS)}
    assert all(hall.results({}, city(number)) is made for number, made in first.items())


def test_an_edit_by_one_city_leaves_what_was_worked_out_for_the_others(tiny):
    """What does not rest on the edited table is taken over by each city's next view."""
    hall = Hall(tiny)
    for results in (hall.results({}, city(number)) for number in range(9)):
        results.once("counted", partial(results.region.table, "bodies"))
    with tiny.edit(by="x", why="note") as e:
        e.put("projects", {"id": "p1", "note": "new"})
    again = [hall.results({}, city(number)) for number in range(9)]
    assert {results.region.revision for results in again} == {tiny.revision + 1}
    for results in again:
        results.once("counted", partial(pytest.fail, "it was worked out again"))
