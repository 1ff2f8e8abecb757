"""The public copy holds what may be published and nothing else: every other cell carries a mark nobody may find again.

A mark is `Zp7…Q`; marks of what may be published begin with `Zp7ok`. Numbers that stay inside begin with 771771, shapes
lie on the meridian 77.1771.
"""

import gzip
import io
import json
import re
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import hechang as hc
import postgres
from cities import JSON, SHAPED, addresses
from hechang.cli import main
from hechang.engines.small_cells import closed
from hechang.publish import public_rows
from hechang.publish.public_copy import public_copy, room_for_copy
from hechang.publish.public_figures import without_small
from hechang.publish.site import publish
from hechang.store.credentials import By
from hechang.terms.catalogue import card
from hechang.terms.errors import Forbidden, InputError
from hechang.terms.ids import content_hash
from hechang.terms.rights import field_levels, public_fields
from hechang.terms.specs import COMMON, codes, read_rows, tables
from hechang.web.app import create_app
from hechang.web.identity import accounts
from page_region import HOME, Client

DAY = "2022-09-27"
OPEN_SHAPE = shapely.to_wkb(shapely.box(120.5, 31.2, 120.6, 31.3))
INNER_SHAPE = shapely.to_wkb(shapely.box(77.1771, 31.2, 77.2, 31.3))
WORDS = ("inner", "secret", "was", "shut", "gone", "later", "past", "branch", "hide", "who", "file")
FOUND = re.compile(
    rb"Zp7(?!ok)[a-z]+[0-9]*[a-z]*Q|Z\x00p\x007\x00(?!o\x00k\x00)|\x00Z\x00p\x007(?!\x00o\x00k)|771771|77\.1771|"
    + re.escape(struct.pack("<d", 77.1771))
)
SHAPES = ("row", "rows", "ids", "plain", "keys", "options")


# --- a region full of marks ------------------------------------------------------------------------------------------
def mark(word, table):
    return f"Zp7{word}{list(tables()).index(table):02}Q"


def value(field, word, table, inner):
    if field.kind == "code":
        return next(iter(codes(field.target)))
    if field.kind == "place":
        return "320508"
    if (table, field.name) == ("layers", "table") and not inner:
        return "places"
    if field.kind == "json":
        return JSON[field.target](mark(word, table))
    kinds = {"text": mark(word, table), "bool": True, "date": "2022-08-01",
             "moment": "2022-08-01T00:00:00Z", "geometry": INNER_SHAPE if inner else OPEN_SHAPE}  # fmt: skip
    numbers = {"int": 771771000, "number": 771771.5, "money": 77177100000000} if inner else {}
    number = 77.1771 if inner and field.name in ("lon", "lat") else numbers.get(field.kind, 1)
    return kinds.get(field.kind, 2022 if field.kind == "int" and not inner else number)


def row(table, word, *, inner, files):
    """A row with its mark in every cell; what of an open row stays inside has another one."""
    allowed, spot = public_fields(table.name), word if inner else "open"
    made = {"id": spot_id(spot, table.name), "level": 0, "scope": "r.32.3205.320508.", "owner": "suzhou"}
    if inner:
        made |= {"level": 1, "scope": f"r.{mark(word, table.name)}.", "owner": mark(word, table.name)}
    for field in table.fields:
        hidden = inner or (bool(allowed) and field.name not in allowed) or not allowed
        made[field.name] = value(field, "ok" if not hidden else word if inner else "hide", table.name, hidden)
        if field.kind == "ref":
            made[field.name] = spot_id(spot, field.target)
        elif field.kind == "blob":
            made[field.name] = files["file" if hidden else "ok"]
        elif (how := allowed.get(field.name)) == "plain" and field.target and not inner:
            made[field.name] = JSON[field.target]("Zp7okQ")
        elif how in SHAPES and not inner:
            made[field.name] = shaped(how, mark("hide", table.name))
    made |= {name: shape(mark(word if inner else "hide", table.name)) for (of, name), shape in SHAPED.items()
             if of == table.name and (inner or name not in allowed)}  # fmt: skip
    return made


def shaped(how, hide):
    """A cell of an open row that names rows, or holds more than is public."""
    near, far = spot_id("open", "projects"), spot_id("inner", "projects")
    listed = {"id": near, "row": near, "name": "Zp7okQ", "place": "320508", "note": hide, "lead_person": hide,
              "noteQ": hide, hide: 1, "claims": [hide], "company": [hide], "lead": spot_id("inner", "bodies"),
              "owner": mark("inner", "bodies")}  # fmt: skip
    return {"row": near, "ids": [near, far], "rows": [listed], "plain": ["Zp7okQ", {hide: hide}, [hide]],
            "keys": {hide: 1, "near": {"x": hide}, "who": hide}, "options": {}}[how]  # fmt: skip


def spot_id(spot, table):
    return f"open-{table}" if spot == "open" else mark(spot, table)


def every(word, files, *, inner=True, **more):
    return {t.name: row(t, word, inner=inner, files=files) | more for t in tables().values()}


def put(region, rows, word="who"):
    with region.edit(
        by=f"Zp7{word}Q", why=f"Zp7{word}whyQ", source=f"person:Zp7{word}Q", request=f"Zp7{word}{region.revision}Q"
    ) as e:
        for name, one in rows.items():
            e.put(name, one)
    return e.after


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    made = hc.create(
        tmp_path_factory.mktemp("public") / "r.hc", hc.Settings(name="Zp7okQ", day=DAY, languages=("zh", "en"))
    )
    with made.edit(by="Zp7whoQ", why="Zp7whoQ", level=0) as e:
        e.put("places", [{"id": "320500", "name": "甲市", "kind": "city"},
                         {"id": "320508", "name": "乙区", "kind": "county", "parent": "320500"}])  # fmt: skip
        files = {word: e.blob(f"Zp7{word}Q 快线。".encode()) for word in ("file", "ok")}
    now = put(e.after, every("inner", files))
    now = put(now, every("secret", files, level=2))
    was = {name: one | {"id": f"open-{name}", "level": 2} for name, one in every("was", files).items()}
    now = put(now, was)  # what is open now was not always
    now = put(now, every("open", files, inner=False, owner="suzhou"))
    now = put(now, every("shut", files, level=0))
    now = put(now, {name: {"id": one["id"], "level": 1} for name, one in every("shut", files).items()})
    now = put(now, every("gone", files, level=0))
    with now.edit(by="Zp7whoQ", why="Zp7whoQ") as e:
        for name in tables():
            e.end(name, mark("gone", name))
    now = put(e.after, every("later", files, level=0, valid_from="2030-01-01"))
    now = put(now, every("past", files, level=0, valid_from="2000-01-01", valid_to="2001-01-01"))
    cross = {"id": "open-cross", "project": "open-projects", "stage": "filed", "evidence": mark("inner", "documents"),
             "source": f"import:{mark('inner', 'documents')}#Zp7innerQ!A1", "level": 0}  # fmt: skip
    now = put(now, {"project_events": cross})
    branch = now.new_branch("zp7what-if", by="Zp7whoQ", why="Zp7whoQ")
    put(branch, every("branch", files, level=0))
    with made.edit(by="x", why="an account", level=2) as e:
        e.put("users", {"id": "Zp7userQ", "name": "Zp7userQ", "active": True})
    accounts(made.store).credentials.add("Zp7userQ", "zp7-login", None, must_change=False, by=By("", ""))
    yield made.latest()
    made.close()


@pytest.fixture(scope="module")
def copy(region, tmp_path_factory):
    made = public_copy(region, tmp_path_factory.mktemp("copy") / "public.hc")
    yield made
    made.close()


# --- looking for them ------------------------------------------------------------------------------------------------
def marks(data, deep=0):
    """Every mark in some bytes, unpacked as far as they can be."""
    found = {one.decode("latin-1") for one in FOUND.findall(data)}
    if data[:2] == b"\x1f\x8b":
        return found | marks(gzip.decompress(data), deep + 1)
    if data[:4] == b"PAR1":
        return found | marks(str(pq.read_table(io.BytesIO(data)).to_pydict()).encode())
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return found.union(
                *(marks(packed.read(name), deep + 1) | marks(name.encode()) for name in packed.namelist())
            )
    if data[:4] == b"%PDF":
        parts = (
            zlib.decompressobj().decompress(one)
            for one in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)
            if one[:1] == b"x"
        )
        return found.union(*(marks(one, deep + 1) for one in parts))
    return found


def in_folder(folder):
    """Marks in every byte of a folder, names included."""
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    assert files
    return {
        str(path): found
        for path in files
        if (found := marks(path.read_bytes()) | marks(str(path.relative_to(folder)).encode()))
    }


def test_the_region_is_full_of_marks(region):
    known = in_folder(region.folder)
    told = " ".join(one for found in known.values() for one in found)
    assert [word for word in WORDS if f"Zp7{word}" not in told] == []


def test_no_byte_of_the_copy_holds_what_stays_inside(region, copy, record_property):
    for name in tables():
        copy.table(name)  # so that there are Parquet copies too
    assert in_folder(copy.folder) == {}
    open_ones = {name for name in tables() if public_fields(name)}
    held = {name for name in open_ones if len(copy.table(name, columns=["id"]))}
    assert held == open_ones, "every table that may be published is there: an empty copy proves nothing"
    record_property("rows in the copy", sum(len(copy.table(name, columns=["id"])) for name in held))
    assert copy.verify().whole


def test_the_copy_has_no_history_no_names_no_accounts_and_no_branch(copy):
    log = copy.log()
    assert len(log) == 1
    assert copy.store.branches() == ["main"]
    assert copy.store.ask(lambda c: c.exec_driver_sql("SELECT count(*) FROM credentials").scalar()) == 0
    assert set(copy.query("SELECT DISTINCT source FROM projects")["source"]) == {"person:-"}
    assert copy.row("project_events", "open-cross")["source"] == "import:-"
    assert copy.row("project_events", "open-cross")["evidence"] is None


def test_no_byte_of_the_site_and_the_data_package_holds_what_stays_inside(region, tmp_path, record_property):
    made = publish(region, tmp_path / "site")
    assert in_folder(tmp_path / "site") == {}
    held = b"".join((tmp_path / "site" / path).read_bytes() for path in made if path.suffix in (".html", ".csv"))
    assert b"Zp7ok" in held
    record_property("files of the site", len(made))


def test_no_address_of_the_served_copy_holds_what_stays_inside(copy, region, record_property, caplog, capfd):
    app = create_app(copy)
    client = Client(app)
    sha = copy.table("documents")["sha256"].dropna().iloc[0]
    asked, told = 0, 0
    for spot in ("open", mark("inner", "projects")):
        ways = {}
        for path, way in addresses(app):
            filled = way.replace("{spot}", spot).replace("{sha}", sha).replace("{upload}", "nothing12345")
            ways.setdefault(path, []).append(filled)
        for path, some in ways.items():
            for way in some[:: max(1, len(some) // 3)]:
                answer = client.ask("GET", way, headers={"origin": HOME})
                own = marks(way.encode()) | marks(f"Zp7{spot}".encode())
                assert marks(answer.content) | marks(str(answer.headers).encode()) <= own, (path, way)
                assert answer.status_code < 500 or "audit-broken" in answer.text, (path, way, answer.text[:300])
                asked, told = asked + 1, told + (b"Zp7ok" in answer.content)
    assert marks((caplog.text + "".join(capfd.readouterr())).encode()) == set()
    record_property("addresses asked", asked)
    assert told > 20, "the pages show nothing: the test would see no leak either"


def test_nobody_writes_to_a_served_copy_not_even_who_sits_at_the_machine(copy):
    client = Client(create_app(copy))
    body = {"by": "zhang", "why": "try", "fields": {"name": "x"}}
    said = client.ask("PATCH", "/api/tables/projects/open-projects", json=body,
                      headers={"origin": HOME, "idempotency-key": "k1", "if-match": '"1"'})  # fmt: skip
    assert said.status_code in (401, 403), said.text
    with pytest.raises(Forbidden), hc.open(copy.folder).edit(by="zhang", why="try") as e:
        e.put("projects", {"name": "x"})
    assert hc.open(copy.folder, reader="local").reader.name == "public"


@pytest.mark.parametrize(("table", "field"), [("events", "chair"), ("directives", "speaker"), ("documents", "noise"),
                                              ("event_documents", "differences"), ("features", "properties"),
                                              ("calendars", "exceptions")])  # fmt: skip
def test_the_marks_are_found_where_one_column_is_let_through(region, tmp_path, monkeypatch, table, field):
    def leaky(name):
        return dict(public_fields(name)) | ({field: "yes"} if name == table else {})

    monkeypatch.setattr(public_rows, "public_fields", leaky)
    monkeypatch.setattr("hechang.publish.public_copy.public_fields", leaky)
    made = public_copy(region, tmp_path / "leaky.hc")
    made.close()
    assert any(mark("hide", table) in found for found in in_folder(made.folder).values())


def test_the_marks_are_found_where_editions_are_copied_whole(region, tmp_path, monkeypatch):
    monkeypatch.setattr(public_rows, "edition_rows", lambda text, listing, ids: text)
    made = public_copy(region, tmp_path / "leaky.hc")
    made.close()
    assert any(mark("hide", "editions") in found for found in in_folder(made.folder).values())


def test_the_marks_are_found_where_rows_of_all_levels_are_read(region, tmp_path, monkeypatch):
    monkeypatch.setattr(public_rows, "for_public", lambda region: region)
    monkeypatch.setattr(public_rows, "LEVEL", 2)
    made = public_copy(region, tmp_path / "leaky.hc")
    made.close()
    assert in_folder(made.folder)


# --- which columns ---------------------------------------------------------------------------------------------------
def test_every_column_of_every_table_is_allowed_or_refused_by_name():
    said = {(r["table"], r["field"]): r["copied"] for r in read_rows("rights/public.csv")}
    wanted = {("*", f.name) for f in COMMON}
    for table in tables().values():
        wanted |= {(table.name, "*")} if (table.name, "*") in said else {(table.name, f.name) for f in table.fields}
    assert set(said) == wanted
    ways = {"yes", "no", "source", "body", "row", "rows", "ids", "made", "plain", "keys", "options", "revealed"}
    assert set(said.values()) <= ways


def test_no_json_passes_as_it_is_but_for_rules():
    whole = {(t.name, f.name) for t in tables().values() for f in t.fields if f.kind == "json"
             and public_fields(t.name).get(f.name) == "yes"}  # fmt: skip
    assert whole == {("rules", "value"), ("ladders", "filter")}


def test_every_key_that_is_public_is_of_a_column_that_asks_for_keys():
    for one in read_rows("rights/public_keys.csv"):
        assert public_fields(one["table"])[one["field"]] in ("keys", "rows"), one
        if one["table"] == "editions":
            assert one["of"] == "*" or card(one["of"], "list"), one


@pytest.fixture
def written(tmp_path):
    """A region to which a test adds rows of level 0, and its public copy."""
    made = hc.create(tmp_path / "r.hc", hc.Settings(name="x", day=DAY))

    def copied(**rows):
        with made.edit(by="x", why="y") as e:
            for table, one in rows.items():
                e.put(table, [{"level": 0, "scope": "r.", **row} for row in one])
        return public_copy(e.after, tmp_path / "p.hc")

    yield copied
    made.close()


def test_an_edition_holds_public_columns_of_its_rows_only_and_the_hash_of_what_is_left(written):
    said = {"id": "p1", "name": "甲", "note": "hidden", "lead_person": "hidden", "paid": 5, "place": "nowhere",
            "reason": "逾期", "status": {"x": "hidden"}, "code": "C1"}  # fmt: skip
    edition = {"edition": "2022-09", "day": DAY, "of_revision": 0, "hash": "whole"}
    made = written(
        projects=[{"id": "p1", "name": "甲", "note": "hidden"}],
        editions=[{**edition, "id": "e1", "list": "slipped", "rows": [said]},
                  {**edition, "id": "e2", "list": "unknown-list", "rows": [said]},
                  {**edition, "id": "e3", "list": "slipped", "rows": [said], "options": {"for": "hidden"}},
                  {**edition, "id": "e4", "list": "slipped", "rows": [{"id": "p1", "table": "values", "value": 4}]}],
    )  # fmt: skip
    rows = {id: json.loads(text) for id, text in made.table("editions")["rows"].items()}
    assert rows["e1"] == [{"id": "p1", "name": "甲", "place": None, "reason": "逾期", "code": "C1"}]
    assert rows["e2"] == [{"id": "p1", "name": "甲", "place": None, "code": "C1"}]
    assert set(rows) == {"e1", "e2", "e4"}
    assert rows["e4"] == [{"id": "p1", "table": "values"}]
    text = made.row("editions", "e1")["rows"]
    again = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True)
    assert made.row("editions", "e1")["hash"] == content_hash(again.encode()) != "whole"
    made.close()


def test_a_seed_is_shown_once_it_is_revealed_and_not_before(written):
    draw = {"number": "1", "commitment": "c", "rules": {"who": "hidden"}, "seed": "s"}
    made = written(draws=[{**draw, "id": "no"}, {**draw, "id": "late", "revealed": "2022-09-28T00:00:00Z"},
                          {**draw, "id": "yes", "revealed": "2022-09-27T00:00:00Z"}])  # fmt: skip
    assert {id: made.row("draws", id)["seed"] for id in ("no", "late", "yes")} == {"no": None, "late": None, "yes": "s"}
    assert made.table("draws")["rules"].isna().all()
    made.close()


def test_shapes_of_layers_the_package_ships_keep_their_keys_and_others_have_none(written):
    told = {"icao": "ZSPD", "colour": "#ff0000", "guard": "hidden"}
    made = written(layers=[{"id": id, "name": id} for id in ("airports", "mine")],
                   features=[{"id": f"of-{id}", "layer": id, "properties": told}
                             for id in ("airports", "mine")])  # fmt: skip
    known = {id: json.loads(made.row("features", f"of-{id}")["properties"]) for id in ("airports", "mine")}
    assert known == {"airports": {"icao": "ZSPD"}, "mine": {}}
    made.close()


def test_the_keys_of_layers_are_those_of_the_shapes_the_package_ships():
    shipped = hc.__path__[0]
    held = {}
    for path in Path(shipped).glob("region/demo/**/*"):
        if path.is_file() and path.suffix in (".geojson", ".csv") and "features" in path.name:
            held[path.name] = path.read_text(encoding="utf-8")
    every_one = " ".join(held.values())
    keys = {one["key"] for one in read_rows("rights/public_keys.csv") if one["table"] == "features"}
    assert held and [key for key in keys if key not in every_one] == []


def test_fields_that_need_a_clearance_are_never_copied():
    assert [(name, f) for name in tables() for f in field_levels(name) if f in public_fields(name)] == []


def test_a_column_nobody_spoke_of_is_not_copied(region, tmp_path, monkeypatch):
    def shorter(name):
        return {field: how for field, how in public_fields(name).items() if (name, field) != ("projects", "company")}

    monkeypatch.setattr(public_rows, "public_fields", shorter)
    monkeypatch.setattr("hechang.publish.public_copy.public_fields", shorter)
    made = public_copy(region, tmp_path / "p.hc")
    assert made.row("projects", "open-projects")["company"] is None
    made.close()


def test_a_branch_and_a_copy_of_a_copy_are_refused_in_words(region, copy, tmp_path):
    for one in (region.branch("zp7what-if"), copy):
        with pytest.raises(InputError) as found:
            public_copy(one, tmp_path / "no.hc")
        assert found.value.zh
    assert not (tmp_path / "no.hc").exists()


def test_the_command_writes_a_copy_that_can_be_opened(region, tmp_path, capsys):
    assert main(["--region", str(region.folder), "public-copy", str(tmp_path / "p.hc")]) == 0
    made = hc.open(tmp_path / "p.hc")
    assert (made.reader.name, made.day, made.revision_name) == ("public", DAY, region.revision_name)
    assert marks("".join(capsys.readouterr()).encode()) == set()
    made.close()


def test_a_copy_on_a_server_of_another_owner_is_the_same(region, copy):
    url = postgres.database()
    made = public_copy(region, url)
    assert made.verify().whole
    assert made.store.verify().head == copy.store.verify().head
    held = {name: made.table(name) for name in tables()}
    assert marks(str({name: rows.to_dict() for name, rows in held.items() if len(rows)}).encode()) == set()
    made.close()
    postgres.drop(url)


def test_the_same_region_gives_the_same_copy(region):
    with room_for_copy(region) as first, room_for_copy(region) as second:
        heads = [one.store.verify().head for one in (first, second)]
    assert heads[0] == heads[1]


# --- small figures ---------------------------------------------------------------------------------------------------
@st.composite
def trees(draw):
    """Totals and parts: leaves with counts, every total the sum of its parts."""
    size = draw(st.integers(2, 24))
    parent = [-1, *(draw(st.integers(0, at - 1)) for at in range(1, size))]
    inner = set(parent)
    cells = [0.0 if at in inner else float(draw(st.integers(0, 40))) for at in range(size)]
    for at in range(size - 1, 0, -1):
        cells[parent[at]] += cells[at]
    return np.array(cells), np.array(parent)


@settings(max_examples=400, deadline=None)
@given(trees(), st.integers(2, 15))
def test_nobody_works_a_small_figure_out_from_the_others(tree, least):
    cells, parent = tree
    hold_back(cells, parent, closed(cells, parent, least), least)


def hold_back(cells, parent, hidden, least):
    """Look that no small figure is shown or can be worked out."""
    assert not ((cells > 0) & (cells < least) & ~hidden).any()
    unknown = np.flatnonzero(hidden)
    equations = [total for total in range(len(cells)) if (parent == total).any()]
    matrix = np.array(
        [[float(parent[cell] == total) - float(cell == total) for cell in unknown] for total in equations]
    )
    if len(unknown):  # no small cell follows from the open ones: each can move along a solution of the equations
        _, values, vectors = np.linalg.svd(np.atleast_2d(matrix))
        rank = int((values > 1e-9).sum())
        free = vectors[rank:]
        small = (cells[unknown] > 0) & (cells[unknown] < least)  # what is closed beside it may be nought, or large
        assert (np.abs(free).max(axis=0, initial=0) > 1e-9)[small].all()
    for total in equations:  # and what an open total leaves is nothing, or not small
        if not hidden[total]:
            left = rest(total, cells, parent, hidden)
            assert left == 0 or left >= least


def rest(total, cells, parent, hidden):
    """What a total leaves for closed cells, by hand: closed parts, and in these closed parts again."""
    found = 0.0
    for part in np.flatnonzero((parent == total) & hidden):
        has = ((parent == part) & hidden).any()
        found += rest(part, cells, parent, hidden) if has else cells[part]
    return found


def frames(people, parent):
    index = pd.Index([f"p{at}" for at in range(len(people))], name="id")
    up = [f"p{at}" if at >= 0 else None for at in parent]
    places = pd.DataFrame({"people": people, "parent": up}, index=index, dtype=object)
    values = pd.DataFrame({"place": list(index), "indicator": "x", "year": "2022", "unit": "人", "value": people,
                           "numerator": None, "denominator": None, "geography": None, "calibre": None,
                           "why_missing": None}, dtype=object)  # fmt: skip
    return {"places": places, "values": values}


def test_a_small_figure_is_null_with_its_reason_and_so_is_the_next_smallest():
    made = without_small(frames([60, 4, 20, 36], [-1, 0, 0, 0]), DAY)
    assert [None if v is None else int(v) for v in made["places"]["people"]] == [60, None, None, 36]
    values = made["values"]
    assert values["value"].isna().tolist() == [False, True, True, False]
    assert values["why_missing"].iloc[1].startswith("少于 10 人")
    assert "withheld" in values["why_missing"].iloc[1]


def spoken(people, parent, rows):
    """Values as several sources give them: (place, difference, calibre) of each row."""
    one = frames(people, parent)
    at = [place for place, _, _ in rows]
    said = one["values"].iloc[at].reset_index(drop=True)
    said["value"] = [max(0.0, people[place] + off) for place, off, _ in rows]
    return {"values": said.assign(calibre=[calibre for _, _, calibre in rows]),
            "places": one["places"].assign(people=None)}  # fmt: skip


def test_another_source_for_a_closed_figure_is_closed_too():
    for off, calibre in ((0, None), (1, None), (0, "另一口径")):
        rows = [*((place, 0, None) for place in range(4)), (2, off, calibre)]
        made = without_small(spoken([60.0, 4.0, 20.0, 36.0], [-1, 0, 0, 0], rows), DAY)["values"]
        assert made["value"].isna().tolist() == [False, True, True, False, True], (off, calibre)


def test_two_sources_for_one_place_are_not_two_places():
    rows = [(0, 0, None), (1, 0, None), (1, 0, None), (2, 0, None)]
    made = without_small(spoken([60.0, 8.0, 52.0], [-1, 0, 0], rows), DAY)["values"]
    assert made["value"].isna().tolist() == [False, True, True, True]


@settings(max_examples=150, deadline=None)
@given(trees(), st.data())
def test_nobody_works_a_small_figure_out_where_sources_speak_twice(tree, data):
    cells, parent = tree
    off, calibre = st.sampled_from([0, 0, 1, -1]), st.sampled_from([None, None, "x"])
    again = st.tuples(st.integers(0, len(cells) - 1), off, calibre)
    rows = [*((place, 0, None) for place in range(len(cells))), *data.draw(st.lists(again, max_size=12))]
    rows = data.draw(st.permutations(rows))
    said = spoken(cells.tolist(), parent.tolist(), rows)
    hidden = without_small(said, DAY)["values"]["value"].isna().to_numpy()
    value = said["values"]["value"].to_numpy(dtype=float)
    assert not ((value > 0) & (value < 10) & ~hidden).any()
    places = np.array([place for place, _, _ in rows])
    shut = {place for place, one in zip(places, hidden, strict=True) if one}
    assert not {place for place, one in zip(places, hidden, strict=True) if not one} & shut
    hold_back(cells, parent, np.isin(np.arange(len(cells)), sorted(shut)), 10)


def test_a_share_of_few_persons_is_closed_too():
    one = frames([100, 50, 50], [-1, 0, 0])
    values = one["values"].assign(unit="%", value=[9.0, 6.0, 12.0], numerator=[9, 3, 6], denominator=[100, 50, 50])
    made = without_small({"places": one["places"], "values": values}, DAY)["values"]
    assert made[["value", "numerator", "denominator"]].isna().all().all()


def test_a_small_flow_of_persons_closes_all_of_its_kind_and_trains_do_not():
    rows = {
        "kind": ["trips", "trips", "trains"],
        "period": "2022",
        "unit": ["人", "人", "列/日"],
        "volume": [3, 900, 2],
    }
    made = without_small({"flows": pd.DataFrame(rows, dtype=object)}, DAY)["flows"]
    assert made["volume"].isna().tolist() == [True, True, False]
