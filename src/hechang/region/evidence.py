"""From a row back to what proves it: the sentence, the cell or the person, and who entered it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hechang.region.prepare import in_force
from hechang.terms.errors import not_known
from hechang.terms.sources import Source, parse_source
from hechang.terms.specs import table as spec

if TYPE_CHECKING:
    from hechang.region.region import Region


def evidence(region: Region, table: str, id: str) -> dict[str, Any]:
    """Return kind, text, document, title, span or sheet and cell, and actor, at, reason, revision.

    Raises
    ------
    NotKnown
        when the reader sees no such row.
    """
    row = _row(region, table, id)
    source = parse_source(str(row["source"]))
    lineage = region.store.lineage(region.branch_name, region.revision)
    record = region.store.revisions(lineage, only=[int(row["revision"])]).to_dict("records")[0]
    entered = {key: record[key] for key in ("at", "actor", "reason")} | {"revision": int(row["revision"])}
    proof = {"statement": _statement, "import": _cell, "person": _person}[source.kind](region, source)
    return {"table": table, "id": id, "source": str(source), "synthetic": bool(row["synthetic"]), **proof, **entered}


def _row(region: Region, table: str, id: str) -> dict[str, Any]:
    """The version in force on the region's day, else the newest one."""
    found = region.every_version(spec(table).name, [id])
    if found.empty:
        raise not_known(f"row of '{table}'", f"行(表 {table})", id, [])
    live = found[in_force(found, region.day)]
    row = (found if live.empty else live).to_dict("records")[-1]
    return {str(key): value for key, value in row.items()}


def _document(region: Region, id: str) -> dict[str, Any]:
    found = region.every_version("documents", [id])
    if found.empty:
        return {"document": id, "title": id, "sha256": None}
    row = found.to_dict("records")[-1]
    return {"document": id, "title": row["title"], "sha256": row["sha256"]}


def _statement(region: Region, source: Source) -> dict[str, Any]:
    row = _row(region, "statements", source.ref)
    span = [int(row["span_start"]), int(row["span_end"])] if row["span_start"] == row["span_start"] else None
    return {"kind": "statement", "text": row["text"], "span": span, **_document(region, str(row["document"]))}


def _cell(region: Region, source: Source) -> dict[str, Any]:
    sheet, _, cell = source.place.rpartition("!")
    return {"kind": "import", "text": source.place, "sheet": sheet, "cell": cell, **_document(region, source.ref)}


def _person(region: Region, source: Source) -> dict[str, Any]:  # noqa: ARG001 - same shape as its siblings
    return {"kind": "person", "text": source.ref, "document": None, "title": None, "sha256": None}
