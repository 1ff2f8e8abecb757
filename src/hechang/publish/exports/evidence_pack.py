"""One project or task with all that proves it, in a file that is read and verified without hechang."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hechang.publish.audit_pack import tools, zipped
from hechang.publish.bundle import Bundle, Key, bundle, told
from hechang.publish.pages import environment
from hechang.publish.rows import Row
from hechang.publish.showing import cell, moment
from hechang.region.region import Region
from hechang.store.readers import LOCAL
from hechang.terms.catalogue import export
from hechang.terms.errors import InputError
from hechang.terms.specs import Field
from hechang.terms.specs import table as spec
from hechang.terms.units import Text
from hechang.terms.words import LANGUAGES

QUIET = ("branch", "revision", "op", "geometry")  # say nothing to somebody who reads one object


@export(
    "evidence-pack",
    zh="证据包 (一个项目或任务)",
    en="Evidence pack of one project or task",
    source="own form; proofs after RFC 9162 (Certificate Transparency 2.0), checkpoints after C2SP tlog-checkpoint",
)
def evidence_pack(region: Region, path: Path, *, object: Text = "") -> dict[str, int]:
    """Write a zip with a page in both languages, all rows and versions, the files that prove them, and the proofs.

    It holds the object, the rows of other tables that name it, the sentences and documents they come from, every
    version of each with who wrote it and why, and for each edit the path from the row to a signed checkpoint.

    Parameters
    ----------
    path
        File to write.
    object
        Id of a project or a task; needed.

    Returns
    -------
    dict
        How many rows, revisions and files were written.

    Raises
    ------
    InputError
        where no object is named, nobody knows it, or the reader is not at this machine: proofs name persons.

    Examples
    --------
    >>> import tempfile
    >>> from hechang import tiny
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     evidence_pack(tiny(), Path(folder) / "p1.zip", object="p1")
    {'rows': 2, 'revisions': 1, 'files': 0}
    """
    if not object:
        raise InputError("Say of what: --object ID of a project or task", "请说明对象: --object 项目或任务编号")
    if region.reader != LOCAL:
        raise InputError(
            f"'{region.reader.name}' may not write evidence packs: they hold names and whole edits. Open as 'local'",
            f"“{region.reader.name}”不能导出证据包: 其中含人员姓名与整次修改。请以 local 打开",
        )
    found = bundle(region, object)
    contents = {f"proofs/{n:09}.json": _json(proof) for n, proof in found.proofs.items()}
    contents |= {f"files/{name}": data for name, data in found.files.items()}
    keys = {str(proof["public_key"]) for proof in found.proofs.values() if proof["public_key"]}
    contents |= {"index.html": page(region, found).encode(), "rows.json": told(region, found)}
    zipped(path, contents | {"public_key": "".join(f"{key}\n" for key in keys).encode()} | tools())
    return {"rows": len(found.rows), "revisions": len(found.proofs), "files": len(found.files)}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def page(region: Region, found: Bundle) -> str:
    """Write the page of a pack: both languages side by side, nothing loaded from anywhere."""
    view = {
        "title": _name(found.object, found.rows.get(found.object, {})),
        "table": spec(found.object[0]),
        "region": region.settings.name,
        "revision": region.revision_name,
        "day": region.day,
        "parts": [_part(key, found.rows.get(key, {}), found) for key in found.history],
        "proofs": [_proof(n, proof) for n, proof in found.proofs.items()],
        "checkpoint": next((p["checkpoint"] for p in found.proofs.values() if p["checkpoint"]), None),
        "files": sorted(found.files),
        "synthetic": bool(found.rows.get(found.object, {}).get("synthetic")),
    }
    return environment().get_template("evidence_pack.html").render(**view)


def _name(key: Key, row: Mapping[str, Any]) -> str:
    return str(row.get(spec(key[0]).title_field) or key[1])


def _part(key: Key, row: Row, found: Bundle) -> dict[str, Any]:
    """One row as a reader sees it: its cells in both languages, and its versions."""
    table = spec(key[0])
    filled = [name for name, value in row.items() if value is not None and name not in QUIET]
    cells = [(table.field(name), *(cell(table.name, name, row[name], lang) for lang in LANGUAGES)) for name in filled]
    return {"table": table, "id": key[1], "name": _name(key, row), "cells": cells, "versions": _versions(key, found)}


def _versions(key: Key, found: Bundle) -> list[Row]:
    stays = key in found.rows  # what is there now stands above; of a row that is gone the first version tells it
    said = [{**one, "at": moment(one["at"]), "changes": _changes(key[0], one)} for one in found.history[key]]
    return [one | {"entered": stays and all(old is None for old, _ in one["changed"].values())} for one in said]


def _changes(table: str, one: Row) -> list[tuple[Field, str, str]]:
    """What a version changed: field, what stood there, what stands there now; empty cells of a new row are left out."""
    changed = {name: pair for name, pair in one["changed"].items() if name not in QUIET and pair != [None, None]}
    fields = {name: spec(table).field(name) for name in changed}
    return [(fields[n], cell(table, n, old, "zh"), cell(table, n, new, "zh")) for n, (old, new) in changed.items()]


def _proof(revision: int, proof: Mapping[str, Any]) -> Row:
    said, written = json.loads(proof["record"]), json.loads(proof["written"])
    return {
        "revision": revision,
        "at": moment(said["at"]),
        "actor": written["actor"],
        "reason": written["reason"],
        "seq": proof["seq"],
        "size": proof["size"],
        "hash": said["after"],
        "rows": len(proof["rows"]),
        "late": bool(said.get("late")),
        "file": f"proofs/{revision:09}.json",
    }
