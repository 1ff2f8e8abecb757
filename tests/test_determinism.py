"""The same seed gives the same history: clock, ids and the order of things come from outside, nothing else matters."""

import os
import random
import shutil
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import hechang as hc
from hechang.region.opening import open_region
from hechang.store import audit
from hechang.terms.errors import Conflict, InputError
from hechang.terms.ids import id_maker

SEEDS = int(os.environ.get("HECHANG_SEEDS", "34"))
STEPS = 4


def simulated(folder, seed):
    """A few people at work on a region, well and badly; head of the history and root of the log."""
    chance, days = random.Random(seed), [0]

    def clock():
        days[0] += chance.choice([0, 1, 1, 7, -30])  # now and then it goes back
        return datetime(2022, 9, 27, tzinfo=UTC) + timedelta(hours=days[0])

    with closing(open_region(folder, clock=clock, make_id=id_maker(seed=seed, start=10**6))) as first:
        region = first
        for _ in range(STEPS):
            region = chance.choice([put, put, file, end, undo, branch, refused, signed_in])(region, chance)
        newest = region.store.revisions([("main", 10**9)], limit=1)["hash"].iloc[0]
        return newest, region.store.ask(audit.frontier).root.hex(), region.store.head()


def put(region, chance):
    with region.latest().edit(by=f"u{chance.randrange(3)}", why="edit") as e:
        e.put("bodies", [{"name": f"n{chance.randrange(99)}"} for _ in range(chance.randrange(1, 4))])
        e.put("projects", {"id": f"p{chance.randrange(1, 5)}", "name": f"n{chance.randrange(99)}"})
    return e.after


def file(region, chance):
    with region.latest().edit(by="u", why="file") as e:
        e.put("documents", {"title": "x", "kind": "report", "sha256": e.blob(chance.randbytes(20))})
    return e.after


def end(region, chance):
    with suppress(InputError), region.latest().edit(by="u", why="end") as e:  # one that was ended is not there
        e.end("bodies", chance.choice(["a", "b"]))
    return region.latest()


def undo(region, chance):
    try:
        return region.latest().undo(chance.randrange(2, region.store.head() + 2), by="u", why="undo")
    except (InputError, Conflict):  # of a revision that is not there, or that others built on
        return region


def branch(region, chance):
    name = f"b-{region.store.head()}"
    with region.latest().new_branch(name, by="u", why="what if").edit(by="u", why="if") as e:
        e.put("projects", {"id": f"p{chance.randrange(1, 5)}", "name": "if"})
    return region.latest()


def refused(region, _chance):
    try:
        with region.latest().edit(by="u", why="no") as e:
            e.put("projects", {"id": "p1", "place": "nowhere"})
    except InputError:
        return region
    raise AssertionError


def signed_in(region, _chance):
    audit.note(region.store, {"actor": "u", "verb": "sign-in", "outcome": "done"})
    return region


def test_the_same_seed_gives_the_same_history_and_another_seed_another_one(tmp_path, record_property):
    hc.tiny(tmp_path / "r.hc").close()
    found = []
    for turn in range(2):
        for seed in range(SEEDS):
            folder = shutil.copytree(tmp_path / "r.hc", tmp_path / f"{turn}-{seed}.hc")
            found.append(simulated(folder, seed))
            shutil.rmtree(folder)
    assert found[:SEEDS] == found[SEEDS:]
    assert len({head for head, _, _ in found}) > SEEDS / 2
    record_property("seeds", SEEDS)
