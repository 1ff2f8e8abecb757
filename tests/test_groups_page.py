"""The pages of groups of places: kinds, members, zones with who governs them, what has no data yet."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from demo_region import demo_region, edited
from hechang.atlas.governance import governance
from hechang.store.readers import PUBLIC
from hechang.web.app import create_app
from page_region import Client

FILES = ("01", "10", "11", "12", "13", "14", "15", "20", "21", "22", "26", "27", "28", "29", "69")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Nine cities with their groups, zones made up and changes of places."""
    return Client(create_app(demo_region(tmp_path_factory.mktemp("groups"), *FILES)))


def test_groups_stand_by_kind_with_their_plan_and_number_of_places(client):
    page = client.get("/groups?lang=en").text
    assert "Plan region" in page and "Function level" in page
    assert "33 zones over 75 towns" in page


def test_a_kind_without_data_is_named_with_what_fills_it(client):
    page = client.get("/groups?lang=en").text
    assert "Renewal area" in page.split("Kinds without data")[1]
    assert "hechang import collections" in page


def test_zones_made_up_say_so_beside_their_bodies(client):
    row = client.get("/groups?lang=zh").text.split("demo-zone-01")[1].split("</tr>")[0]
    assert "虚构示例" in row and "无锡市" in row


def test_changes_of_places_are_told_with_their_names(client):
    page = client.get("/groups?lang=zh").text.split("地点变更")[-1]
    assert "崇川区" in page and "港闸区" in page


def test_one_group_has_its_members_and_the_groups_beside_it(client):
    page = client.get("/groups/circle-suxichang?lang=zh").text
    assert "无锡市" in page and "成员 3 个" in page
    assert "有共同成员的集合" in page


def test_a_group_there_is_not_is_told_with_where_all_are(client):
    """No name like it is given: an address of a hidden group must answer as one that was never given."""
    answer = client.get("/groups/circle-suxichan?lang=en")
    assert answer.status_code == 404 and "/groups" in answer.text and "circle-suxichang" not in answer.text


def test_who_may_not_see_a_county_or_an_operator_is_not_told_that_the_zone_has_none(tmp_path):
    region = demo_region(tmp_path, *FILES)
    towns = region.table("members", columns=["place"], where={"collection": "demo-zone-01"})["place"]
    county = region.table("places", columns=["parent"])["parent"][towns.iloc[0]]
    zone = region.table("collections", columns=["operator", "industry"]).loc["demo-zone-01"]
    assert zone.notna().all()
    held = region.table("assignments", columns=["object"])
    hidden = {"places": [{"id": county, "level": 2}, {"id": towns.iloc[1], "level": 2}],
              "assignments": [{"id": id, "level": 2} for id in held.index]}  # fmt: skip
    region = edited(region, **{table: rows for table, rows in hidden.items() if rows})
    seen = [governance(one).loc["demo-zone-01"] for one in (region, replace(region, reader=PUBLIC))]
    assert [row["missing_en"] for row in seen] == [seen[0]["missing_en"]] * 2
    public = Client(create_app(replace(region, reader=PUBLIC)))
    own = Client(create_app(region))
    pages = [client.get("/groups?lang=en").text for client in (own, public)]
    told = [set(re.findall("<li>([^<]*) <span", page)) for page in pages]
    assert told[1] <= told[0]
