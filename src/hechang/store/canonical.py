"""The one way to write a row as bytes, so that its hash means the same in every store.

A canonical row is a JSON object with sorted keys: the table, the common columns but `branch` and `revision`,
and the own columns; empty values are left out, geometry is hexadecimal. New columns do not change old hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
import pyarrow as pa

from hechang.engines.merkle import leaf, root

LEFT_OUT = ("seq", "branch", "revision")
CHUNK = 20_000


def hashed_columns(columns: Iterable[str]) -> list[str]:
    """Columns that enter the hash, in the order of the keys."""
    return sorted(str(name) for name in columns if name not in LEFT_OUT)


def leaves(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Leaf digests of rows given as tuples in the order of `columns` (as of `hashed_columns`).

    Examples
    --------
    >>> a = list(leaves("places", ["id", "name"], [("a", None)]))
    >>> b = list(leaves("places", ["id", "name", "new"], [("a", None, None)]))
    >>> a == b
    True
    """
    keys = [*columns, "table"]
    for row in rows:
        full = dict(zip(keys, (*row, table), strict=True))
        yield leaf(orjson.dumps({k: v for k, v in full.items() if v is not None}, default=_bytes))


def _bytes(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    raise TypeError(f"no canonical form for {type(value)}")


def rows_of(frame: pa.Table, columns: Sequence[str]) -> Iterator[Sequence[Any]]:
    """Rows of an Arrow table as tuples, made chunk by chunk so that memory stays flat."""
    picked = frame.select(columns)
    for start in range(0, picked.num_rows, CHUNK):
        part = picked.slice(start, CHUNK)
        yield from zip(*(column.to_pylist() for column in part.columns), strict=True)


def frame_leaves(table: str, frame: pa.Table) -> bytes:
    """All leaf digests of a frame, joined (32 bytes a row)."""
    columns = hashed_columns(frame.column_names)
    return b"".join(leaves(table, columns, rows_of(frame, columns)))


def edit_root(parts: dict[str, bytes]) -> str:
    """Merkle root (hexadecimal) over the rows of one edit; tables in the order of their names."""
    return root([parts[name] for name in sorted(parts)]).hex()


def record_hash(record: dict[str, Any]) -> str:
    """Hash of one audit record: canonical JSON of everything but the hash itself."""
    plain = {str(key): value for key, value in record.items() if key != "hash"}
    return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()
