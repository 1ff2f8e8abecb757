"""500 malformed and hostile files at the doors of the product: each is refused in words, or read as what it says.

Nothing hangs, nothing falls over, nothing is written; the process that opens a file and the one that asked for it stay
small. `HECHANG_CORPUS` files are tried where it is set, more and more of them made by chance.
"""

import hashlib
import tempfile
from itertools import islice

import pytest

import corpus
from corpus import door
from corpus.case import ANY, REFUSED, SAME, TAKEN, Case
from hechang.intake.limited import child, process
from hechang.testing import tiny
from hechang.web.app import create_app
from page_region import Client

CHILD, GROWTH = 512, 20  # MB
KNOWN_TO_CHANGE = ("register.db", "register.db-wal", "register.db-shm", "head.json")  # the log notes refusals
AGAIN = 5  # every 5th file is tried a second time, and then no more may be held than before


def faults(case: Case, seen: door.Seen) -> list[str]:
    """What is wrong with what became of a file."""
    wrong = list(dict.fromkeys(seen.wrong))
    wrong += ["it was refused"] if TAKEN in case.expect and seen.refused else []
    wrong += ["it was taken"] if REFUSED in case.expect and not seen.refused else []
    if not seen.refused and {TAKEN, SAME} & set(case.expect):
        read = {name: seen.read.get(name) for name in case.values}
        wrong += [f"it reads {read}"] if any(read[name] != [value] for name, value in case.values.items()) else []
    if not {TAKEN, REFUSED, ANY, SAME} & set(case.expect) and not set(seen.kinds) & set(case.expect):
        wrong.append(f"expected was {case.expect}")
    return [f"{case.door} {case.name}: {', '.join(wrong)} {seen.kinds[:5]}"] if wrong else []


def written(region) -> tuple[object, ...]:
    """What a region holds: its history, and every other file with its hash, but for copies that can be made again."""
    verdict = region.verify()
    files = (path for path in sorted(region.folder.rglob("*")) if path.is_file() and "cache" not in path.parts)
    kept = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files if p.name not in KNOWN_TO_CHANGE}
    return verdict.whole, verdict.revisions, verdict.rows, verdict.head, kept


@pytest.fixture
def region(tmp_path):
    made = tiny(tmp_path / "t.hc")
    with made.edit(by="tester", why="a layer to fill") as e:
        e.put("layers", {"id": "lakes", "name": "湖"})
    yield e.after
    e.after.close()


@pytest.fixture
def children(tmp_path, monkeypatch):
    """File of what the limited processes came to hold [kB]."""
    process.close()
    monkeypatch.setattr(process, "CHILD", door.CHILD)
    monkeypatch.setenv("HECHANG_CHILD", child.__file__)
    monkeypatch.setenv("HECHANG_MEASURED", str(tmp_path / "measured"))
    yield tmp_path / "measured"
    process.close()


@pytest.mark.slow
@pytest.mark.measured
def test_no_file_does_harm(region, children, tmp_path, monkeypatch, record_property):
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    client, wrong, tried = Client(create_app(region)), list[str](), 0
    before, slowest = written(region), 0.0
    for case in corpus.cases():
        tried += 1
        seen = door.tried(case, region, client)
        wrong += faults(case, seen)
        slowest = max(slowest, seen.seconds)
    at_first = door.held()  # by now modules are loaded and caches are filled
    for case in islice(corpus.cases(), 0, None, AGAIN):
        door.tried(case, region, client)
    process.close()  # each says now what it came to hold
    grown, most = door.held() - at_first, max(map(int, children.read_text().split())) / 1000
    for name, value in (("files", tried), ("slowest_s", slowest), ("child_MB", most), ("growth_MB", grown)):
        record_property(name, round(value, 2))
    assert not wrong, "\n".join(wrong)
    assert tried >= (corpus.count() or corpus.LEAST)
    assert (written(region.latest()), list(room.iterdir())) == (before, [])
    assert most <= CHILD and grown <= GROWTH


def test_no_two_files_of_a_seed_are_the_same():
    made = list(corpus.cases())
    assert len({(case.door, case.table, case.file, case.data) for case in made}) >= corpus.LEAST


@pytest.mark.parametrize("wrong", ["taken", "refused", "reads otherwise", "traceback", "no Chinese"])
def test_a_file_that_does_harm_is_found(region, wrong, monkeypatch):
    case = next(c for c in corpus.cases() if c.expect == (TAKEN,) and c.values)
    if wrong == "taken":
        assert faults(Case("x", case.door, case.file, case.data, (REFUSED,)), door.tried(case, region, None))
    if wrong == "refused":
        bad = Case("x", case.door, case.file, b"\0", (TAKEN,))
        assert faults(bad, door.tried(bad, region, None))
    if wrong == "reads otherwise":
        seen = door.tried(case, region, None)
        name = next(iter(case.values))
        seen.read[name] = [1]
        assert faults(case, seen)
    if wrong == "traceback":
        monkeypatch.setattr(door, "receive", lambda *_: 1 / 0)
        assert "ZeroDivisionError" in faults(case, door.tried(case, region, None))[0]
    if wrong == "no Chinese":
        assert door._words("only English", "only English")
