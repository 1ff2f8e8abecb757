"""All the register holds about one project or task: its rows, their history, what proves them, the files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from hechang.publish.rows import Row, records
from hechang.region.region import Region
from hechang.store.proofs import naming, prove, prove_rows
from hechang.terms.errors import NotKnown, StoreError, not_known
from hechang.terms.sources import parse_source
from hechang.terms.specs import Field, Table, tables
from hechang.terms.specs import table as spec

OBJECTS = ("projects", "tasks")
NAMED = "object"  # field in which a row of any table is named by its id
OPENED = (".pdf", ".docx", ".xlsx", ".csv", ".txt", ".jpg", ".jpeg", ".png")  # what a reader may open by a click
Key = tuple[str, str]  # table and id


class Bundle(NamedTuple):
    """Rows as they stand and every version of them, by table and id; proofs by revision; files by name."""

    object: Key
    rows: Mapping[Key, Row]
    history: Mapping[Key, list[Row]]
    proofs: Mapping[int, dict[str, Any]]
    files: Mapping[str, bytes]


def bundle(region: Region, id: str) -> Bundle:
    """Collect what there is about a project or a task.

    Raises
    ------
    NotKnown
        where there is neither a project nor a task of this id.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = bundle(tiny(), "p1")
    >>> sorted({table for table, _ in found.rows}), sorted(found.proofs)
    (['project_events', 'projects'], [1])
    """
    table = next((name for name in OBJECTS if not region.every_version(name, [id]).empty), None)
    if table is None:
        raise not_known("project or task", "项目或任务", id, [])
    keys = [(table, id), *_about(region, table, id)]
    history = {key: versions for key in keys if (versions := _history(region, key))}
    rows = {key: row for key in history if (row := _now(region, key))}
    proving = [key for key in _proving(region, history.values(), rows) if key not in history]
    history |= {key: _history(region, key) for key in proving}
    rows |= {key: row for key in proving if (row := _now(region, key))}
    return Bundle((table, id), rows, history, _proofs(region, history), _files(region, rows.values()))


def _about(region: Region, table: str, id: str) -> list[Key]:
    """Rows of other tables that point to the object or once did, whatever their day."""
    pointing = {other.name: names for other in tables().values() if (names := _pointing(other, table))}
    found = region.store.ask(lambda con: {name: naming(con, name, fields, id) for name, fields in pointing.items()})
    return [(name, row) for name, ids in found.items() for row in ids]


def _pointing(other: Table, table: str) -> list[str]:
    """Fields of a table that can name a row of another."""
    to = [f.name for f in other.fields if f.kind == "ref" and f.target == table]
    return to + [f.name for f in other.fields if f.name == NAMED and f.kind == "text"]


def _now(region: Region, key: Key) -> Row | None:
    """A row as it stands; None where it was taken away."""
    found = records(region.every_version(key[0], [key[1]]).set_index("id"))
    return found[-1] if found else None


def _history(region: Region, key: Key) -> list[Row]:
    """Versions of a row, oldest first; none where it is of another branch."""
    with suppress(NotKnown):
        return [one for one in reversed(records(region.log(key[1]))) if one["table"] == key[0]]
    return []


def _proving(region: Region, histories: Iterable[list[Row]], rows: Mapping[Key, Row]) -> list[Key]:
    """Sentences and documents that versions of rows come from, and the documents that rows name."""
    sources = {parse_source(str(one["source"])) for versions in histories for one in versions}
    statements = sorted({one.ref for one in sources if one.kind == "statement"})
    documents = {one.ref for one in sources if one.kind == "import"}
    documents |= {str(row[f.name]) for (table, _), row in rows.items() for f in _to_documents(table) if row[f.name]}
    found = records(region.every_version("statements", statements).set_index("id"))
    documents |= {str(one["document"]) for one in found}
    known = records(region.every_version("documents", sorted(documents)).set_index("id"))
    return [("statements", str(one["id"])) for one in found] + [("documents", str(one["id"])) for one in known]


def _to_documents(table: str) -> list[Field]:
    return [f for f in spec(table).fields if f.kind == "ref" and f.target == "documents"]


def _proofs(region: Region, history: Mapping[Key, list[Row]]) -> dict[int, dict[str, Any]]:
    """What proves each revision that wrote one of the rows, with the rows it wrote."""
    wrote: dict[int, set[Key]] = {}
    for key, versions in history.items():
        for one in versions:
            wrote.setdefault(int(one["revision"]), set()).add(key)
    numbers = sorted(wrote)
    found = region.store.ask(lambda connection: prove(connection, numbers))
    if any(one["checkpoint"] is None for one in found):
        with suppress(StoreError):  # without a key the pack says that nothing is signed
            region.store.checkpoint()
            found = region.store.ask(lambda connection: prove(connection, numbers))
    rows = (region.store.ask(partial(prove_rows, revision=n, wanted=wrote[n])) for n in numbers)
    return {n: {**one, "rows": part} for n, one, part in zip(numbers, found, rows, strict=True)}


def _files(region: Region, rows: Iterable[Row]) -> dict[str, bytes]:
    """Kept files that the rows name, each called by its hash."""
    found: dict[str, bytes] = {}
    for row in rows:
        sha = row.get("sha256")
        if sha:
            ending = Path(str(row.get("path") or "")).suffix.lower()
            found[f"{sha}{ending if ending in OPENED else ''}"] = region.blob(str(sha))
    return found


def told(region: Region, found: Bundle) -> bytes:
    """Write all rows and versions of a bundle as JSON, for programs."""
    rows = [{"table": table, **_plain(row)} for (table, _), row in found.rows.items()]
    versions = [one for versions in found.history.values() for one in versions]
    document = {"region": region.revision_name, "on": region.day, "object": list(found.object)}
    return json.dumps(document | {"rows": rows, "versions": versions}, ensure_ascii=False, indent=1).encode()


def _plain(row: Row) -> Row:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
