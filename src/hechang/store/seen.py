"""What a reader sees of the past: versions of one row, and which revisions wrote something he may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from hechang.store.few import FEW
from hechang.store.guard import Looking, keys
from hechang.store.readers import shown, visible
from hechang.store.schema import version_table


def frame(connection: sa.Connection, query: sa.Select[Any]) -> pd.DataFrame:
    """Run a query and return its rows as plain values."""
    result = connection.execute(query)
    return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()), dtype=object)


def wrote_seen(looking: Looking, at: tuple[str, str], seqs: Sequence[int]) -> Iterator[int]:
    """Revisions that wrote a row of a table, on a branch, that may be seen."""
    t = version_table(at[0])
    seen = sa.select(t.c.revision).where(t.c.branch == at[1], visible(looking.who, t.name, t.c)).distinct()
    for start in range(0, len(seqs), FEW):
        part = seqs[start : start + FEW]
        yield from (int(seq) for seq in looking.connection.execute(seen.where(t.c.revision.in_(part))).scalars())


def versions_seen(looking: Looking, t: sa.Table, id: str, most: int | None) -> pd.DataFrame:
    """Versions of a row, up to a revision where one is given, on the branches where its newest one may be seen."""
    k = keys(t.name) if looking.guarded else t.alias("keys")
    until = sa.true() if most is None else k.c.revision <= most
    newest = sa.select(sa.func.max(k.c.seq)).where(k.c.id == id, until).group_by(k.c.branch)
    seen = visible(looking.who, t.name, t.c)
    branches = sa.select(t.c.branch).where(t.c.seq.in_(newest), seen)
    rows = sa.select(*shown(t, t.c.keys(), looking.who, t.name)).where(t.c.id == id, seen, t.c.branch.in_(branches))
    return frame(looking.connection, rows.order_by(t.c.seq))
