"""Leaf digests of whole tables, straight from the database; of a large region a second process does half of the rows.

    python -m hechang.store.hashing < ASKED > DIGESTS

is that second process: it reads what to do as JSON and answers with revisions and digests (`_HEAD`, then the bytes).
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import groupby, islice
from typing import Any, NamedTuple

from hechang.store.canonical import leaves

ROWS = 1_000  # of a block; few enough to stay in the cache of the processor
LARGE = 100_000  # rows from which on a table is worth a second process
_HEAD = struct.Struct("<qq")  # revision, number of bytes that follow
_END = _HEAD.pack(-1, 0)

Group = tuple[int, bytes]  # a revision, and the digests of rows of it that stand together
Cursors = Callable[[bool], Any]  # makes a cursor of the driver; True: one that does not bring all rows at once


class Part(NamedTuple):
    """Rows of a table of revisions after `after`, with `low` < seq <= `high`; columns as (name, how to ask for it)."""

    table: str
    columns: Sequence[Sequence[str]]
    after: int
    low: int
    high: int


def groups(cursors: Cursors, part: Part) -> Iterator[Group]:
    """Give the digests of a part in the order of `seq`, block by block."""
    where = f"WHERE seq > {part.low} AND seq <= {part.high}" + (f" AND revision > {part.after}" if part.after else "")
    with closing(cursors(False)) as cursor:
        asked = ", ".join(f'count("{name}")' for name, _ in part.columns)
        cursor.execute(f'SELECT {asked} FROM "{part.table}" {where}')
        filled = [
            one for one, n in zip(part.columns, cursor.fetchone(), strict=True) if n
        ]  # empty cells are not hashed
    names = [name for name, _ in filled]
    with closing(cursors(True)) as cursor:
        said = ", ".join((*(how for _, how in filled), "revision"))
        cursor.execute(f'SELECT {said} FROM "{part.table}" {where} ORDER BY seq')
        while rows := cursor.fetchmany(ROWS):
            found = iter(leaves(part.table, names, rows))
            for seq, same in groupby(rows, key=_last):
                yield seq, b"".join(islice(found, sum(1 for _ in same)))


def _last(row: Sequence[Any]) -> int:
    return int(row[-1])


def every(cursors: Cursors, parts: Sequence[Part], database: str | None) -> dict[str, list[Group]]:
    """Return the digests of all parts by table.

    Parameters
    ----------
    cursors
        Cursors of one state of the database.
    parts
        One for each table; `high` is the last row of that state.
    database
        File of an SQLite database that a second process may read too; None where there is none, or where the state is
        not committed yet.
    """
    halves = [_halved(part) for part in parts] if database and (os.cpu_count() or 1) > 1 else []
    first = [low for low, _ in halves if low]
    if not first:
        return {part.table: list(groups(cursors, part)) for part in parts}
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(_second, str(database), first)
        rest = {part.table: list(groups(cursors, part)) for _, part in halves}
        found = asked.result()
    if found is None:  # no second process could run here: then one after the other
        found = {part.table: list(groups(cursors, part)) for part in first}
    return {table: [*found.get(table, ()), *more] for table, more in rest.items()}


def _halved(part: Part) -> tuple[Part | None, Part]:
    """The first half of a large part, and the rest."""
    if part.high - part.low < LARGE:
        return None, part
    middle = (part.low + part.high) // 2
    return part._replace(high=middle), part._replace(low=middle)


def _second(database: str, parts: Sequence[Part]) -> dict[str, list[Group]] | None:
    """What a second process finds; None where it could not do it."""
    asked = json.dumps({"database": database, "parts": parts}).encode()
    try:
        done = subprocess.run([sys.executable, "-m", __name__], input=asked, capture_output=True, check=True)
        return _read(done.stdout, parts)
    except (OSError, subprocess.CalledProcessError, struct.error):
        return None


def _read(data: bytes, parts: Iterable[Part]) -> dict[str, list[Group]]:
    found: dict[str, list[Group]] = {}
    at = 0
    for part in parts:
        mine = found.setdefault(part.table, [])
        while (head := _HEAD.unpack_from(data, at))[0] >= 0:
            at += _HEAD.size
            mine.append((head[0], data[at : at + head[1]]))
            at += head[1]
        at += _HEAD.size
    return found


def main() -> None:
    """Do what is asked on standard input."""
    import pysqlite3  # only here: the first process has its own connection

    asked = json.load(sys.stdin)
    with closing(pysqlite3.connect(asked["database"], uri=True)) as connection:
        connection.execute("PRAGMA query_only=ON")
        for part in asked["parts"]:
            for seq, digests in groups(lambda _: connection.cursor(), Part(*part)):
                sys.stdout.buffer.write(_HEAD.pack(seq, len(digests)) + digests)
            sys.stdout.buffer.write(_END)


if __name__ == "__main__":
    main()
