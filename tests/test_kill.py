"""Fifty kills at random moments of an import lose nothing that was acknowledged and apply nothing half.

A child imports sheets one after another and says a number only after that import has come back; the parent kills it.
"""

import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from hechang.intake.sheets.commit import commit
from hechang.intake.sheets.preview import preview
from hechang.region.opening import open_region
from hechang.region.tiny import tiny

KILLS = 50
ROWS = 40
TITLES = "项目代码,项目名称,所在地,总投资(万元)"


def import_until_killed(folder: Path, first: int, said: Connection) -> None:
    """What the child does."""
    said.send("ready")
    for number in range(first, first + 10_000):
        path = folder.parent / "sheet.csv"
        lines = [TITLES, *(f"K{number}-{row},项目{number}-{row},a,{row + 1}" for row in range(ROWS))]
        path.write_text("\n".join(lines), encoding="utf-8")
        region = open_region(folder)
        commit(region, preview(region, "projects", path), by="kill", why=f"import {number}")
        region.close()
        said.send(number)


def until_killed(child, ours, wait, *, after_one):
    """Numbers acknowledged before the kill, `wait` seconds after the child was ready or after its first import."""
    child.start()
    assert ours.recv() == "ready"
    numbers = [ours.recv()] if after_one else []
    time.sleep(wait)
    assert child.is_alive(), "the child fell over by itself"
    child.kill()
    child.join()
    while ours.poll():
        try:
            numbers.append(ours.recv())
        except EOFError:
            break
    return numbers


def child_of(context, folder, first):
    """A process that will import from number `first` on, and our end of its line."""
    ours, theirs = context.Pipe(duplex=False)
    return context.Process(target=import_until_killed, args=(folder, first, theirs)), ours


def imported(region):
    """Number of projects there by import."""
    codes = region.table("projects", columns=["code"])["code"]
    numbers = codes[codes.str.startswith("K")].str.extract(r"K(\d+)-")[0].astype(int)
    return numbers.value_counts().to_dict()


@pytest.mark.slow
def test_fifty_kills_lose_nothing_acknowledged_and_apply_nothing_half(tmp_path):
    folder = tmp_path / "kill.hc"
    tiny(folder).close()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["hechang.intake.sheets.commit", "hechang.intake.sheets.preview", "hechang.region.opening"]
    )
    start = time.perf_counter()
    acknowledged = set(until_killed(*child_of(context, folder, 0), 0, after_one=True))
    longest = time.perf_counter() - start  # about as long as one import takes here
    chance, first = random.Random(20220927), 1
    for number in range(KILLS):
        said = until_killed(*child_of(context, folder, first), chance.uniform(0, longest), after_one=number % 2 == 0)
        acknowledged |= set(said)
        region = open_region(folder)
        there = imported(region)
        region.close()
        assert acknowledged <= there.keys(), "an acknowledged import is lost"
        assert set(there.values()) <= {ROWS}, "an import is applied half"
        assert len(there) <= len(acknowledged) + KILLS, "only the import that was cut off may be there unsaid"
        first = max(there, default=-1) + 1
    region = open_region(folder)
    assert region.verify().whole
    assert len(acknowledged) > KILLS / 2
    region.close()
