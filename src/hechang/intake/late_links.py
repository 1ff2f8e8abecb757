"""Links that could not be made earlier: to an event, or to the directive above, that was accepted later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hechang.region.region import Region

TABLES = {"directive": "directives", "person": "persons"}
LINKS = {"directive": ("event", "parent"), "person": ("event",)}


def late_links(
    region: Region, picked: pd.DataFrame, events: Mapping[str, str], done: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Return rows accepted before `picked` that now get their event or the directive above them.

    Parameters
    ----------
    region
        The region before the edit.
    picked
        Proposals being accepted, as `queue` returns them.
    events
        Ids of events by the hash of the file and the ordinal (`…#E1`), those of this edit included.
    done
        Changed columns of the picked proposals, with `id` and `made`.

    Returns
    -------
    dict
        By table: rows with `id` and the links that were empty.
    """
    documents = [str(id) for id in picked["document"].unique()]
    earlier = _accepted(region, documents, list(TABLES))
    if earlier.empty:
        return {}
    hashes = region.table("documents", columns=["sha256"], where={"id": documents})["sha256"]
    made = pd.Series({str(one["id"]): one.get("made") for one in done}, dtype=object)
    fresh = picked.assign(made=made.reindex(picked.index)).dropna(subset="made")
    names = _directives(pd.concat([earlier, fresh[["document", "kind", "ordinal", "made"]]]))
    found = {kind: _of_kind(region, kind, earlier, (hashes, events, names)) for kind in TABLES}
    return {TABLES[kind]: rows for kind, rows in found.items() if rows}


def _accepted(region: Region, documents: list[str], kinds: list[str]) -> pd.DataFrame:
    columns = ["document", "kind", "ordinal", "made", "payload"]
    where = {"document": documents, "kind": kinds, "state": "accepted"}
    return region.table("proposals", columns=columns, where=where).dropna(subset="made").astype(object)


def _directives(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Directives by document and ordinal."""
    rows = frame[frame["kind"] == "directive"]
    return {
        (str(document), str(ordinal)): str(made)
        for document, ordinal, made in zip(rows["document"], rows["ordinal"], rows["made"], strict=True)
    }


def _of_kind(
    region: Region, kind: str, earlier: pd.DataFrame, known: tuple[pd.Series, Mapping[str, str], Mapping[Any, str]]
) -> list[dict[str, Any]]:
    held = region.table(TABLES[kind], columns=list(LINKS[kind])).astype(object)
    rows = earlier[(earlier["kind"] == kind) & earlier["made"].isin(held.index)]
    records = ({str(name): value for name, value in row.items()} for row in rows.to_dict("records"))
    linked = {row["made"]: _links(row, kind, known) for row in records}
    empty = {name: set(held.index[held[name].isna()]) for name in LINKS[kind]}
    wanted = {id: {n: v for n, v in links.items() if v and v != id and id in empty[n]} for id, links in linked.items()}
    return [{"id": id, **links} for id, links in wanted.items() if links]


def _links(
    row: Mapping[str, Any], kind: str, known: tuple[pd.Series, Mapping[str, str], Mapping[Any, str]]
) -> dict[str, str | None]:
    hashes, events, names = known
    slots = json.loads(row["payload"])
    event = events.get(f"{hashes.get(row['document'])}#{slots.get('event') or ''}")
    parent = names.get((row["document"], slots.get("parent") or ""))
    return {"event": event} if kind == "person" else {"event": event, "parent": parent}
