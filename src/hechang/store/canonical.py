"""The one way to write a row as bytes, so that its hash means the same in every store.

A canonical row is the name of its table, a line feed and a JSON object of its columns but `branch` and `revision`,
by name; empty values are left out, truth is 0 or 1, geometry is hexadecimal. New columns do not change old hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import orjson
import pyarrow as pa

from hechang.engines.merkle import root
from hechang.terms.errors import AuditBroken

LEFT_OUT = ("seq", "branch", "revision")
CHUNK = 20_000


def hashed_columns(columns: Iterable[str]) -> list[str]:
    """Columns that enter the hash, in the order of the keys."""
    return sorted(str(name) for name in columns if name not in LEFT_OUT)


def leaves(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[bytes]:
    """Leaf digests of rows given as tuples in the order of `columns` (as of `hashed_columns`); more cells are ignored.

    Examples
    --------
    >>> a = leaves("places", ["id", "name"], [("a", None)])
    >>> b = leaves("places", ["id", "name", "new"], [("a", None, None)])
    >>> a == b
    True
    """
    sha, dumps, head = hashlib.sha256, orjson.dumps, b"\x00" + table.encode() + b"\n"  # 0x00: a leaf, RFC 9162
    cells = ({k: v for k, v in zip(columns, row) if v is not None} for row in rows)  # noqa: B905 - rows may be longer
    return [sha(head + dumps(row, _bytes)).digest() for row in cells]


def row_bytes(table: str, columns: Sequence[str], row: Sequence[Any]) -> bytes:
    r"""Canonical form of one row; its leaf is SHA-256 of 0x00 and these bytes.

    Examples
    --------
    >>> row_bytes("places", ["id", "name"], ("a", None))
    b'places\n{"id":"a"}'
    >>> from hechang.engines.merkle import leaf
    >>> [leaf(row_bytes("places", ["id"], ("a",)))] == leaves("places", ["id"], [("a",)])
    True
    """
    cells = {k: v for k, v in zip(columns, row, strict=True) if v is not None}
    return table.encode() + b"\n" + orjson.dumps(cells, _bytes)


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
    filled = [c for c in hashed_columns(frame.column_names) if frame[c].null_count < frame.num_rows]
    found = rows_of(_whole_numbers(frame.select(filled)), filled)
    parts = iter(lambda: leaves(table, filled, islice(found, CHUNK)), [])
    return b"".join([b"".join(part) for part in parts])


def _whole_numbers(frame: pa.Table) -> pa.Table:
    """Truth values as 0 and 1, as the canonical form wants them."""
    kinds = [pa.int8() if pa.types.is_boolean(field.type) else field.type for field in frame.schema]
    return frame.cast(pa.schema(list(zip(frame.column_names, kinds, strict=True))))


def edit_root(parts: dict[str, bytes]) -> str:
    """Merkle root (hexadecimal) over the rows of one edit; tables in the order of their names."""
    return root([parts[name] for name in sorted(parts)]).hex()


def branch_leaves(rows: Iterable[Sequence[Any]]) -> bytes:
    """Leaf digests of new branches given as (name, parent, base), joined."""
    return b"".join(leaves("branches", ("name", "parent", "base"), rows))


def counts_of(text: str) -> dict[str, int]:
    """Read how many rows of which table an audit record says it wrote; raises AuditBroken."""
    try:
        return {str(table): int(count) for table, count in orjson.loads(text).items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise AuditBroken(
            "An audit record cannot be read. Do not write; run: hechang verify",
            "审计记录无法读取。请勿写入, 并运行: hechang verify",
        ) from error


def record_hash(record: dict[str, Any]) -> str:
    """Hash of one revision: canonical JSON of everything but the hash itself."""
    return hashlib.sha256(record_bytes(record)).hexdigest()


def record_bytes(record: dict[str, Any]) -> bytes:
    """What is hashed of one revision."""
    plain = {str(key): value for key, value in record.items() if key != "hash"}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
