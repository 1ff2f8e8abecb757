"""Whatever a user, a file or a program sends: it is read as what it says, or refused in words.

Examples are made by hypothesis, for each target in turn, until the time is up (`HECHANG_FUZZ`, seconds for all targets
together). What they found is written down below as cases of their own.
"""

import json
import math
import os
import random
import re
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import strategies as st

import hechang
from corpus import door, layers, packs, sheets, texts, written
from corpus.case import BACKUP, IMPORT, REPORT, Case, csv, flipped, harmed, line
from examples import few
from hechang.intake.clean import clean
from hechang.intake.decode import decode
from hechang.intake.read import read_bytes
from hechang.intake.sheets.cells import Bad, Reading, read_text
from hechang.publish.audit_pack import audit_pack
from hechang.publish.verify_audit import Verifier, files_of
from hechang.register.lights.clauses import OWN, read_clauses
from hechang.register.lights.ladder import alternatives
from hechang.register.lights.lint import lint
from hechang.store.checkpoints import read as read_checkpoint
from hechang.store.signing import signed
from hechang.terms.dates import first_day, is_date, last_day, parse_date, read_date
from hechang.terms.errors import HechangError
from hechang.terms.markup import ended, unescaped
from hechang.terms.money import parse_money, show_money
from hechang.terms.numbers import parse_chinese, parse_number
from hechang.terms.specs import table
from hechang.web.app import create_app
from page_region import Client, page_region

SECONDS = float(os.environ.get("HECHANG_FUZZ", "120"))
EACH = 40  # examples of a target, one after the other
SLOW = 5.0  # seconds for one example
REPORTS = sorted((Path(hechang.__file__).parent / "region/demo/shanghai/reports").glob("*.txt"))
ODD = (
    "0123456789０１２９一二三四五六七八九十百千万亿零〇壹贰叁拾佰仟萬億元角分圆整年月日号初旬底季度半上下"
    ".,，。、-－—_+~%/ \u3000\t\n²①½٣О3lI¥￥eE\x00\u200b\u202e\ud800"
)
SAID = st.text(alphabet=ODD, max_size=30) | st.text(max_size=30)
FIELDS = (
    "name",
    "invest_total",
    "place",
    "land_mu",
    "valid_from",
    "note",
    "geometry",
    "secret",
    "users.name",
    "项目名称",
    "总投资",
)
VALUES = st.sampled_from(
    [
        "'x'",
        "1",
        "-1.5",
        "1e999",
        "yi(1)",
        "wan(name)",
        "DATE('2022-09-31')",
        "DATE('2022-09')",
        "TRUE",
        "NULL",
        "'%'",
        "'\\'",
        "''''",
        "BBOX(120,31,121,32)",
        "POINT(1 2)",
        "POLYGON((0 0,1 1,1 0))",
        "(1,2)",
        "CASEI(name)",
        "read_csv('/etc/passwd')",
        "$f0",
        "9" * 40,
    ]
)
CANARY = "canary-7f3a"


class World:
    """What targets share: a region with a table that nobody asks for, a client, a sound pack and backup."""

    def __init__(self, folder: Path) -> None:
        region = page_region(folder / "t.hc")
        with region.edit(by="tester", why="a canary") as e:
            e.put("users", {"id": "u1", "name": CANARY, "active": True})
            e.put("layers", {"id": "lakes", "name": "湖"})
        self.region = e.after
        self.client = Client(create_app(self.region))
        audit_pack(self.region.store, folder / "pack.zip")
        self.pack = files_of(folder / "pack.zip")
        self.signed = max(
            int(note.split(b"\n")[1]) for name, note in self.pack.items() if name.startswith("checkpoints/")
        )
        self.ids = set(self.region.table("projects").index)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    made = World(tmp_path_factory.mktemp("fuzz"))
    yield made
    made.region.close()


def numbers(world, data):
    """A number is what a simple reading of its digits says, or none; never infinite, never of another size."""
    text = data.draw(SAID)
    plain = text.translate(written.WIDE_BACK).replace("\u2212", "-").strip()
    said = parse_number(text)
    if re.fullmatch(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?", plain) and len(plain) <= 60:
        assert said == Decimal(plain.replace(",", "")), (text, said)
    else:
        assert said is None, (text, said)


def amounts(world, data):
    """An amount written down comes back; one with a strange character in it does not come back as another."""
    fen, chance = data.draw(st.integers(1, 10**14)), random.Random(data.draw(st.integers(0, 2**32)))
    text = written.amount(fen, chance)
    assert parse_money(text) == fen, (text, fen, parse_money(text))
    at, odd = chance.randrange(len(text) + 1), chance.choice("_²①½oOlI٣О\x00\u200b:'")
    spoilt = text[:at] + odd + text[at:]
    assert parse_money(spoilt) in (None, fen), (spoilt, parse_money(spoilt))
    found = parse_money(data.draw(SAID))
    assert found is None or (isinstance(found, int) and abs(found) < 2**63)
    assert "nan" not in show_money(found) and "inf" not in show_money(found).lower()


def words(world, data):
    """A number in Chinese words comes back, everyday and formal."""
    number = data.draw(st.integers(0, 10**12 - 1))
    for text in (written.in_words(number), written.formal(number)):
        assert parse_chinese(text) in ((None, 0) if not number else (number,)), (text, number)
    found = parse_chinese(data.draw(SAID))
    assert found is None or 0 <= found < 10**16


def dates(world, data):
    """A day written down comes back; whatever is read as a date is one, with the digits that were written."""
    day = data.draw(st.dates())
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    if day.year >= 1000:
        text = written.day(day.year, day.month, day.day, chance)
        assert parse_date(text) == day.isoformat(), (text, parse_date(text))
    text = data.draw(SAID)
    for found in (parse_date(text), read_date(text, "2022").iso):
        if found is not None:
            assert is_date(found) and first_day(found) <= last_day(found), (text, found)
    if parse_date(text):
        assert not set(text) & set("²①½٣О\x00"), text


def cells(world, data):
    """A cell of any field becomes a value that can be stored, or a fault."""
    spec = table(data.draw(st.sampled_from(["projects", "returns", "tasks", "places", "stops"])))
    field = data.draw(st.sampled_from(spec.fields))
    made = read_text(
        Reading(
            field, data.draw(st.sampled_from(["", "亿元", "%", "元", "km"])), data.draw(st.sampled_from([0, 1900]))
        ),
        data.draw(SAID | st.sampled_from(["[1e400]", '{"a":1,"a":2}', "[" * 5_000, "1e999", "nan"])),
    )
    value = made.value if isinstance(made, Bad) else made
    assert not isinstance(value, float) or math.isfinite(value)
    assert not isinstance(value, int) or abs(value) < 2**63
    assert not (field.kind == "json" and value) or json.loads(value, parse_constant=lambda word: 1 / 0) is not None


def filters(world, data):
    """A filter gives rows of the table that was asked, or says what is wrong with it."""
    part = st.builds(
        "{} {} {}".format,
        st.sampled_from(FIELDS),
        st.sampled_from(["=", "<>", "<", ">=", "LIKE", "IN", "BETWEEN 1 AND", "IS", "NOT LIKE"]),
        VALUES,
    )
    text = data.draw(
        st.recursive(
            part | SAID,
            lambda inner: (
                st.builds("({}) {} ({})".format, inner, st.sampled_from(["AND", "OR", "AND NOT"]), inner)
                | st.builds("NOT ({})".format, inner)
            ),
            max_leaves=6,
        )
    )
    _asked(world, text, "cql2-text")


def filters_in_json(world, data):
    """A filter in JSON does the same."""
    leaf = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | SAID
        | st.builds(lambda name: {"property": name}, st.sampled_from(FIELDS))
    )
    node = st.recursive(
        leaf,
        lambda inner: (
            st.builds(
                lambda op, args: {"op": op, "args": args},
                st.sampled_from(
                    [
                        "=",
                        "<",
                        "and",
                        "or",
                        "not",
                        "like",
                        "in",
                        "between",
                        "isNull",
                        "+",
                        "casei",
                        "s_intersects",
                        "DROP",
                        "yi",
                    ]
                ),
                st.lists(inner, max_size=3),
            )
            | st.lists(inner, max_size=3)
        ),
        max_leaves=8,
    )
    _asked(world, json.dumps(data.draw(node), ensure_ascii=True), "cql2-json")


def _asked(world, text, language):
    answer = world.client.get(
        "/ogc/collections/projects/items", params={"filter": text.replace("\ud800", "?"), "filter-lang": language}
    )
    assert answer.status_code in (200, 400, 422), (text, answer.text[:300])
    assert CANARY not in answer.text, text
    if answer.status_code == 200:
        assert {one["id"] for one in answer.json()["features"]} <= world.ids, text


def searches(world, data):
    """Words that are searched for give rows of the table, whatever they are."""
    text = data.draw(
        SAID | st.sampled_from(["%", "_", "\\", "'", '"', "*", "(", "[", "%' OR 1=1 --", "\\%", "甲" * 400])
    ).replace("\ud800", "?")
    answer = world.client.get("/api/tables/projects", params={"q": text})
    assert answer.status_code in (200, 400, 422) and CANARY not in answer.text, (text, answer.text[:200])


def reports(world, data):
    """A report that disks, editors and mail have been at is read or refused; every span lies in its text."""
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    text = decode(chance.choice(REPORTS).read_bytes()).text
    at = chance.randrange(len(text))
    odd = chance.choice(
        [
            "",
            "\x00",
            "\u202e",
            "&#" + "9" * 5_000,
            "<p ",
            "(" * 900,
            "9月31日",
            "二〇二二年",
            "“" * 99,
            "。" * 99,
            "\ufeff",
            "𠀀",
        ]
    )
    mutated = text[:at] + odd + text[at + chance.randrange(40) :]
    made = clean(mutated)
    assert all(0 <= where < len(mutated) for where in made.where)
    read_again(harmed(mutated.encode(chance.choice(["utf-8", "gb18030", "utf-16"])), chance)[1])


def read_again(data):
    """Read the bytes of a report."""
    try:
        decode(data)
        read_bytes(data, "a.txt")
    except HechangError as error:
        assert re.search("[\u4e00-\u9fff]", error.zh)  # noqa: PT017


def markup(world, data):
    """Pages of any tags are read in time; every reference becomes at most a character."""
    piece = st.sampled_from(
        [
            "<p ",
            "<p>",
            "</p>",
            "<!--",
            "-->",
            "<![",
            "]]>",
            "<![CDATA[",
            "<![if x]>",
            "<?",
            "?>",
            "<!doctype",
            "<script>",
            "</script>",
            "&#",
            "&#x",
            "9" * 5_000,
            "0" * 99,
            ";",
            ">",
            "<",
            "/",
            "'",
            '"',
            "=",
            "甲要加快建设。",
            "<svg",
            "<a b",
            "</",
        ]
    )
    text = "<html>" + "".join(
        one * times for one, times in data.draw(st.lists(st.tuples(piece, st.sampled_from([1, 2, 3_000])), max_size=8))
    )
    unescaped(text)
    assert len(ended(text)) <= len(text) * 2
    read_again(text.encode())


def files(world, data):
    """Sheets, layers, timetables and pages that were harmed are refused, or read in words."""
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    kind = chance.choice(["a.csv"] * 4 + ["a.xlsx"] * 3 + ["f.zip"] * 3 + ["a.html"] * 3 + ["a.geojson"])
    whole = {
        "a.csv": csv(line()),
        "a.xlsx": sheets.sound(),
        "f.zip": packs.zipped(packs.FEED),
        "a.html": texts.PAGE.encode(),
        "a.geojson": layers.layer(layers.polygon(layers.BOX)),
    }[kind]
    tables = {"f.zip": "trips", "a.geojson": "features"}
    case = Case(
        "fuzz",
        REPORT if kind == "a.html" else IMPORT,
        kind,
        harmed(whole, chance)[1],
        table=tables.get(kind, "projects"),
    )
    seen = door.tried(case, world.region, world.client)
    assert not seen.wrong, (kind, seen.wrong)


def backups(world, data):
    """A backup that was touched is not restored, or all of it is: its own hashes prove it."""
    seen = door.tried(
        Case("fuzz", BACKUP, "b.zip", harmed(packs.backup(), random.Random(data.draw(st.integers(0, 2**32))))[1]),
        world.region,
        world.client,
    )
    assert not seen.wrong, seen.wrong


def audit_packs(world, data):
    """No change to a signed record, a revision or a signed size is taken for the log."""
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    name = chance.choice(sorted(one for one in world.pack if one.startswith(("log/", "checkpoints/"))))
    signed_ones = b"".join(
        world.pack[name].splitlines(keepends=True)[: world.signed if name == "log/records.jsonl" else None]
    )
    changed = flipped(signed_ones, chance) + world.pack[name][len(signed_ones) :]
    text = changed.decode("utf-8", "replace").partition("\n\n")[0]
    if name.startswith("checkpoints/") and text == world.pack[name].decode().partition("\n\n")[0]:
        return  # a bit of the signature's padding
    found = Verifier({**world.pack, name: changed})
    try:
        found.run()
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return  # said as one fault, see main
    assert found.faults, (name, changed)


def checkpoints(world, data):
    """A note that is no checkpoint is none; a signed one with another text is not signed."""
    note = next(data_.decode() for name, data_ in sorted(world.pack.items()) if name.startswith("checkpoints/"))
    key = world.pack["public_key"].decode().strip()
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    text, _, lines = note.rpartition("\n\n")
    changed = flipped(text.encode(), chance).decode("utf-8", "replace") + "\n\n" + lines
    assert not signed(changed, [key]), changed
    read_checkpoint(changed)
    read_checkpoint(data.draw(st.text(max_size=80)))


def rules(world, data):
    """A rule that is nonsense is refused, or its faults are told."""
    cell = SAID | st.sampled_from(
        [
            "nan",
            "inf",
            "1e999",
            "1_000",
            "红",
            "progress",
            "是",
            "1",
            "99",
            ">=",
            "place",
            "kind=zone|kind=town",
            "a=b&c",
            "|",
            "&&",
            "=",
        ]
    )
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(OWN, cell)), min_size=1, max_size=3))
    try:
        alternatives(data.draw(cell))
        found = read_clauses(rows, "a.csv")
        assert all(math.isfinite(v) for v in found.select_dtypes("number").stack()), rows
        assert all(one.zh and one.en for one in lint(found))
    except HechangError as error:
        assert re.search("[\u4e00-\u9fff]", error.zh)  # noqa: PT017


TARGETS = (
    numbers,
    amounts,
    words,
    dates,
    cells,
    filters,
    filters_in_json,
    searches,
    reports,
    markup,
    files,
    backups,
    audit_packs,
    checkpoints,
    rules,
)


def broken(target, world, number):
    """What the examples of one round of a target found, and how many there were."""
    faults = []

    def ask(data):
        start = time.perf_counter()
        try:
            target(world, data)
        except Exception as error:  # what nobody caught, and what is wrong
            if type(error).__module__.startswith("hypothesis"):
                raise
            faults.append(f"{target.__name__}: {type(error).__name__}: {error}"[:600])
        if time.perf_counter() - start > SLOW:
            faults.append(f"{target.__name__}: {time.perf_counter() - start:.1f} s")

    tried = few(st.data(), ask, number, EACH)
    return faults, tried


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__)
def test_no_example_is_misread_or_falls_over(world, target, record_property):
    end, faults, tried, rounds = time.monotonic() + SECONDS / len(TARGETS), [], 0, 0
    revision = world.region.latest().revision
    while time.monotonic() < end or not rounds:
        found, count = broken(target, world, rounds)
        faults, tried, rounds = faults + found, tried + count, rounds + 1
    record_property("examples", tried)
    assert not faults, "\n".join(list(dict.fromkeys(faults))[:8])
    assert tried >= 10 and world.region.latest().revision == revision


def test_an_example_that_is_misread_is_found(world, monkeypatch):
    monkeypatch.setattr("test_fuzz.parse_number", lambda text: Decimal(len(text)))
    assert broken(numbers, world, 0)[0]


FOUND = [  # text, what it was taken for once
    ("12²", 122), ("①②", 12), ("1⒉5", None), ("1¥2", 12), ("99999999999亿1万", 10**21), ("1亿0.0000001万", 10**10),
]  # fmt: skip


@pytest.mark.parametrize("text", [text for text, _ in FOUND])
def test_an_amount_once_misread_is_none(text):
    assert parse_money(text) is None


@pytest.mark.parametrize("text", ["٢٠٢٢-٠٩-٢٧", "2022²", "202²年", "2022年①月"])
def test_a_date_once_misread_is_none(text):
    assert parse_date(text) is None


def test_a_page_of_open_tags_and_long_references_is_read_in_time():
    start = time.perf_counter()
    for text in ("<p " * 60_000, "<!--" * 60_000, "<p a='" * 40_000, "&#" + "9" * 9_000 + ";", "<![foo[ x ]]>"):
        read_again(f"<html><p>要加快建设。</p>{text}".encode())
    assert time.perf_counter() - start < SLOW


def test_an_infinite_number_in_json_is_no_json():
    assert isinstance(read_text(Reading(next(f for f in table("projects").fields if f.kind == "json")), "[1e400]"), Bad)


def test_a_rule_with_a_number_that_is_none_is_refused():
    row = dict.fromkeys(OWN, "1") | {"lo": "nan"}
    with pytest.raises(HechangError):
        read_clauses([row], "a.csv")
