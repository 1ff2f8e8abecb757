"""After a kill at a random moment every revision has its audit record, and no record speaks of a revision that is not.

A child writes edits, edits that are refused, and sign-ins; the parent kills it.
"""

import multiprocessing
import random

import pytest
import sqlalchemy as sa

from hechang.region.opening import open_region
from hechang.region.tiny import tiny
from hechang.store import audit
from hechang.terms.errors import Conflict

KILLS = 20


def write_until_killed(folder, said):
    """What the child does."""
    stale = open_region(folder)
    said.send(0)
    for number in range(10_000):
        region = stale.latest()
        with region.edit(by="kill", why=f"edit {number}") as e:
            e.put("projects", {"id": "p1", "name": f"name {number}"})
        said.send(e.revision)
        audit.note(region.store, {"actor": "kill", "verb": "sign-in", "outcome": "refused"})
        try:
            with region.edit(by="kill", why="too late") as e:
                e.put("projects", {"id": "p1", "name": "stale"})
        except Conflict:
            continue


def last_said(line):
    found = 0
    while line.poll():
        try:
            found = max(found, line.recv())
        except EOFError:
            break
    return found


@pytest.mark.slow
def test_twenty_kills_leave_no_revision_without_its_record_and_no_record_without_its_revision(tmp_path):
    folder = tmp_path / "kill.hc"
    tiny(folder).close()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["hechang.region.opening", "hechang.region.tiny", "hechang.store.audit"])
    chance, kept = random.Random(6962), 1
    for _ in range(KILLS):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=write_until_killed, args=(folder, theirs))
        child.start()
        ours.recv()
        child.join(chance.uniform(0.01, 0.3))
        assert child.is_alive(), "the child fell over by itself"
        child.kill()
        child.join()
        kept = max(kept, last_said(ours))
        region = open_region(folder)
        spoken = region.store.ask(
            lambda con: con.execute(sa.text("SELECT revision FROM audit ORDER BY seq")).scalars().all()
        )
        there = region.store.ask(
            lambda con: con.execute(sa.text("SELECT seq FROM revisions ORDER BY seq")).scalars().all()
        )
        assert [n for n in spoken if n is not None] == there == list(range(1, len(there) + 1))
        assert len(there) >= kept, "an acknowledged edit is lost"
        assert region.store.ask(audit.frontier).size == len(spoken)
        assert region.verify().whole
        region.close()
    assert kept > KILLS
    assert len(spoken) > 2 * len(there)
