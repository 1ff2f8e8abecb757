"""The static site and the data package, and the small tools both pages and files stand on."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hechang import tiny
from hechang.publish.files import safe_cell
from hechang.publish.links import Address, Published, site_path
from hechang.publish.outlines import bounds, canvas, path
from hechang.publish.pages import environment
from hechang.publish.site import CONTENTS, publish, published
from hechang.terms.errors import InputError
from hechang.terms.specs import table
from hechang.terms.words import words
from page_region import FORMULA, HOSTILE, SECRET, page_region

CLERK = "tester"


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return page_region(tmp_path_factory.mktemp("publish") / "page.hc")


@pytest.fixture(scope="module")
def site(region, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "public"
    publish(region, folder)
    return folder


class Links(HTMLParser):
    """Addresses a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes) -> None:
        self.found += [v for k, v in attributes if v and k in ("href", "src", "data-counties", "data-lakes")]


def links_of(page) -> list[str]:
    reader = Links()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.found


def test_every_link_of_the_site_leads_to_a_file_of_the_site(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 100
    for page in pages:
        for link in links_of(page):
            target = link.partition("#")[0]
            assert not re.match(r"[a-z]+:|/", target), f"{page}: {link}"
            assert not target or (page.parent / target).resolve().is_file(), f"{page}: {link}"


def test_both_languages_hold_the_same_pages(site):
    found = [{str(p.relative_to(site / lang)) for p in (site / lang).rglob("*.html")} for lang in ("zh", "en")]
    assert found[0] == found[1] and "lists/signed-not-filed.html" in found[0] and "map/a.html" in found[0]


def test_nothing_above_public_and_no_name_of_a_clerk_reaches_a_file(site):
    for file in (found for found in site.rglob("*") if found.is_file()):
        data = file.read_bytes()
        assert SECRET.encode() not in data, file
        assert CLERK.encode() not in data, file


def test_hostile_names_stay_text(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert HOSTILE not in text
        assert "<form" not in text and "<script>" not in text


def test_the_data_package_describes_every_file_it_holds(site):
    package = json.loads((site / "datapackage.json").read_text(encoding="utf-8"))
    named = {resource["path"] for resource in package["resources"]}
    assert named == {f"data/{file.name}" for file in (site / "data").glob("*.csv")}
    for resource in package["resources"]:
        rows = list(csv.reader(io.StringIO((site / resource["path"]).read_text(encoding="utf-8-sig"))))
        assert rows[0] == [field["name"] for field in resource["schema"]["fields"]]
        assert len(rows) == resource["rows"] + 1 and resource["licenses"]


def test_money_in_the_package_stands_in_the_unit_of_its_column(site):
    rows = list(csv.DictReader(io.StringIO((site / "data/projects.csv").read_text(encoding="utf-8-sig"))))
    said = {row["id"]: row for row in rows}
    assert said["p1"]["invest_total"] == "10000" and table("projects").field("invest_total").unit == "万元"
    assert said["p1"]["name"] == f"'{FORMULA}" and "p3" not in said


def test_outlines_are_in_the_package(site):
    shapes = json.loads((site / "data/places.geojson").read_text(encoding="utf-8"))
    assert {feature["id"] for feature in shapes["features"]} == {"a", "b", "c"}


def test_a_second_publication_replaces_the_first_and_nothing_else(region, tmp_path):
    folder = tmp_path / "site"
    publish(region, folder)
    (folder / "own.txt").write_text("mine", encoding="utf-8")
    assert (folder / "en/index.html").is_file()
    publish(region, folder, languages=["zh"])
    assert not (folder / "en/index.html").exists() and (folder / "own.txt").read_text(encoding="utf-8") == "mine"


def test_the_same_revision_gives_the_same_bytes(region, tmp_path):
    made = [publish(region, tmp_path / name, languages=["zh"]) for name in ("one", "two")]
    assert made[0] == made[1]
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in made[0])


@pytest.mark.parametrize("kind", ["file", "full"])
def test_a_folder_with_something_else_is_left_alone(region, tmp_path, kind):
    folder = tmp_path / "taken"
    if kind == "file":
        folder.write_text("mine", encoding="utf-8")
    else:
        folder.mkdir()
        (folder / "thesis.doc").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as found:
        publish(region, folder)
    assert str(folder) in found.value.zh


def test_a_list_of_files_that_would_leave_the_folder_deletes_nothing_outside(region, tmp_path):
    folder, other = tmp_path / "site", tmp_path / "other.txt"
    other.write_text("mine", encoding="utf-8")
    publish(region, folder, languages=["zh"])
    (folder / CONTENTS).write_text(json.dumps({"files": ["../other.txt", str(other)]}), encoding="utf-8")
    publish(region, folder, languages=["zh"])
    assert other.read_text(encoding="utf-8") == "mine"


def test_an_id_that_would_leave_the_folder_becomes_a_harmless_name():
    for id in ("../../etc/passwd", "..", "a/b", "\x00", "长" * 300, ".hidden", "CON:"):
        name = site_path(Address("project", (id,)))
        assert re.fullmatch(r"projects/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,130}\.html", name), name


def test_a_relative_link_climbs_out_of_a_deep_page():
    links = Published("zh", Address("evidence", ("projects", "p")))
    assert links.to("list", "x") == "../../lists/x.html"
    assert links.asset("a.css") == "../../../assets/a.css"
    assert links.switch("en") == "../../../en/evidence/projects/p.html"


@given(st.text(min_size=1))
def test_no_cell_starts_like_a_formula(text):
    cell = safe_cell(text)
    number = re.fullmatch(r"[-+−－＋]?[\d,，.．]+", cell.strip())
    assert number or not cell.lstrip(" \u3000").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.decimals(allow_nan=False, allow_infinity=False)))
def test_a_number_is_written_in_full_and_never_as_text(value):
    cell = safe_cell(value)
    assert re.fullmatch(r"-?[\d.]+", cell) and type(value)(cell) == value


@given(st.floats(-180, 179), st.floats(-80, 79), st.floats(0.01, 1), st.floats(0.01, 1))
def test_every_point_of_a_drawn_shape_lies_inside_the_picture(west, south, wide, high):
    ring = [[west, south], [west + wide, south], [west + wide, south + high], [west, south]]
    shapes = {"features": [{"geometry": {"type": "Polygon", "coordinates": [ring]}}]}
    on = canvas(bounds(shapes))
    drawn = re.findall(r"(-?\d+),(-?\d+)", path(shapes["features"][0]["geometry"], on))
    assert drawn and all(0 <= int(x) <= 1000 and 0 <= int(y) <= on.height for x, y in drawn)


def test_no_word_is_forgotten_and_none_is_left_over():
    loader = environment().loader
    pages = [name for name in loader.list_templates() if name.endswith(".html")]
    text = "".join(loader.get_source(environment(), name)[0] for name in pages)
    asked = set(re.findall(r"\bt\('([a-z_]+)'(?! ~)", text))
    families = set(re.findall(r"\bt\('([a-z_]+_)' ~", text))
    assert asked <= set(words("zh"))
    assert all(any(key.startswith(family) for key in words("zh")) for family in families)
    assert all(words(lang)[key].strip() for lang in ("zh", "en") for key in words("zh"))


@pytest.mark.parametrize("said", ["{", "[]", '{"complete": true}', '{"complete": true, "files": 5}'])
def test_contents_of_a_site_that_cannot_be_read_are_told_and_not_taken_for_one(tmp_path, said):
    (tmp_path / CONTENTS).write_text(said, encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        published(tiny(), tmp_path)
