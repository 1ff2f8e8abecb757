"""What a second reader found goes into a region as open proposals of its own, in an edit of its own.

The proposals of the rules stay as they are but for two things: `beside` says how the second reader read the same place,
and one the readers disagree on is never surer than `DOUBT`, so that a person sees it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from hechang.intake.document import Document
from hechang.intake.proposals import LISTS, nothing_new
from hechang.intake.read import read_file, together
from hechang.intake.second.compare import pairs_of
from hechang.intake.second.reader import SecondReader, SecondReading
from hechang.intake.second.reading import READER
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.errors import Conflict
from hechang.terms.findings import Finding

DOUBT = 0.5  # the most a proposal may be sure of that the readers disagree on; own assumption
TRIES = 3  # times the edit is made anew because something else was written meanwhile
KNOWN = ("The second reader has read this document before; it was not asked again", "第二阅读者已读过该文件, 未再询问")
COMMON = ("level", "synthetic", "owner", "scope")  # what a proposal takes over from its document


@dataclass(frozen=True)
class Kept:
    """What the edit brought: the region after it, new proposals, disagreements and rejected claims, and findings."""

    region: Region
    proposals: int = 0
    disagreements: int = 0
    rejected: int = 0
    findings: list[Finding] = field(default_factory=list)


def keep_second(region: Region, paths: Sequence[Path | str], reader: SecondReader, *, by: str, why: str) -> Kept:
    """Have files that a region holds read by the second reader, and keep what it can prove as open proposals.

    Parameters
    ----------
    region
        Where `propose` has put the documents; files it does not hold are left out.
    paths
        The same files.
    reader
        The second reader. A document that this model has read with these words before is not sent again.
    by, why
        Who reads them in and for what reason; the log names the model too.

    Returns
    -------
    Kept
        What is new. Where the service fails nothing is written, and a finding says so.
    """
    findings: list[Finding] = []
    held: dict[str, tuple[Document, str]] = {}
    ids = {str(sha): str(id) for id, sha in region.table("documents", columns=["sha256"])["sha256"].dropna().items()}
    for path in dict.fromkeys(str(path) for path in paths):
        made = read_file(Path(path), path)[0]  # what is wrong with it was told when the rules read it
        if made and made.sha256 in ids and _read_before(region, ids[made.sha256], reader):
            findings.append(nothing_new(*KNOWN, path, "second-known"))
        elif made and made.sha256 in ids:
            held[made.sha256] = (made, ids[made.sha256])
    told = together([made for made, _ in held.values()])["documents"]
    read = {
        id: (rules, reader.read(made, rules)) for (made, id), rules in zip(held.values(), told, strict=True)
    }  # before the edit: nobody waits for a service while others want to write
    findings += [one for _, second in read.values() for one in second.findings]
    if not any(second.told["read"] for _, second in read.values()):
        return Kept(region, findings=findings)
    after, count = _written(region, read, by=by, why=f"{why} (second reader: {reader.settings.model})")
    differ = sum(len(second.told["disagreements"]) for _, second in read.values())
    gone = sum(len(second.told["rejected"]) for _, second in read.values())
    return Kept(after, count, differ, gone, findings)


Read = Mapping[str, tuple[Mapping[str, Any], SecondReading]]


def _written(region: Region, read: Read, *, by: str, why: str) -> tuple[Region, int]:
    for turn in range(TRIES):
        region = region.latest()
        try:
            with region.edit(by=by, why=why) as e:
                e.exact = True  # a proposal decided meanwhile must not be changed
                count = sum(_keep_one(region, e, id, rules, second) for id, (rules, second) in read.items())
        except Conflict:
            if turn + 1 == TRIES:
                raise
        else:
            return e.after, count
    raise AssertionError("unreachable")


def _read_before(region: Region, document: str, reader: SecondReader) -> bool:
    """Tell whether this model, asked with these words, has proposals of this document."""
    mine = reader.provenance()
    payloads = region.table("proposals", columns=["payload"], where={"document": document})["payload"]
    found = (json.loads(text).get("provenance") or {} for text in payloads)
    return any(all(one.get(name) == mine[name] for name in ("reader", "model", "prompt")) for one in found)


def _keep_one(region: Region, e: Edit, document: str, rules: Mapping[str, Any], second: SecondReading) -> int:
    """Statements and proposals of the second reader for one document; returns how many proposals are new."""
    frame = region.table("proposals", where={"document": document})
    pairs = pairs_of(rules, second.told)
    first = int(frame["ordinal"].astype(str).str.fullmatch(r"S\d+").sum())  # of another model, or of other words
    items = [(kind, one) for name, (kind, _) in LISTS.items() for one in second.told[name]]
    fresh = {one["id"]: f"S{first + n}" for n, (_, one) in enumerate(items, 1)}
    differ = _differing(second.told["disagreements"])
    common = _common(region, document)
    statements = _statements(region, e, document, common, [one for _, one in items])
    e.put(
        "proposals",
        [
            {
                **common,
                "document": document,
                "statement": statements[tuple(one["span"])],
                "kind": kind,
                "ordinal": fresh[one["id"]],
                "text": one["text"],
                "payload": {**one, "id": fresh[one["id"]], "beside": _beside_rules(one["id"], pairs, differ)},
                "confidence": one["confidence"],
                "state": "open",
            }
            for kind, one in items
        ],
    )
    e.put("proposals", list(_changed(frame, {own: fresh[o] for o, own in pairs.items()}, differ, second.told)))
    return len(items)


def _differing(found: Sequence[Mapping[str, Any]]) -> dict[tuple[str | None, str | None], dict[str, list[Any]]]:
    """Fields that differ, with both values, by the ordinals of both readers; empty where only one found it."""
    made: dict[tuple[str | None, str | None], dict[str, list[Any]]] = defaultdict(dict)
    for one in found:
        fields = made[one["rules"], one["second"]]
        if one["field"]:
            fields[one["field"]] = [one["left"], one["right"]]
    return dict(made)


def _beside_rules(other: str, pairs: Mapping[str, str], differ: Mapping[Any, Mapping[str, list[Any]]]) -> list[Any]:
    """What the rules read at the place of a proposal of the second reader."""
    own = pairs.get(other)
    fields = differ.get((own, other), {})
    said = {name: left for name, (left, _) in fields.items()}
    return [{"reader": "rules", "model": None, "ordinal": own, "differs": said}]


def _changed(
    frame: pd.DataFrame,
    pairs: Mapping[str, str],
    differ: Mapping[Any, Mapping[str, list[Any]]],
    told: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Open proposals of the rules with what the second reader says beside them."""
    by_own = {own: fields for (own, _), fields in differ.items() if own}
    for id, row in frame[frame["state"] == "open"].iterrows():
        own, payload = str(row["ordinal"]), json.loads(row["payload"])
        if payload.get("reader", "rules") != "rules" or (own not in pairs and own not in by_own):
            continue
        said = {name: right for name, (_, right) in by_own.get(own, {}).items()}
        model = told["provenance"]["model"]
        beside = {"reader": READER, "model": model, "ordinal": pairs.get(own), "differs": said}
        doubt = own in by_own and (pd.isna(row["confidence"]) or row["confidence"] > DOUBT)
        yield {
            "id": str(id),
            "payload": {**payload, "beside": [*payload.get("beside", []), beside]},
            "confidence": DOUBT if doubt else row["confidence"],
        }


def _common(region: Region, document: str) -> dict[str, Any]:
    row = region.table("documents", columns=list(COMMON), where={"id": document}).iloc[0]
    return {
        "level": int(row["level"]),
        "synthetic": bool(row["synthetic"]),
        "owner": row["owner"],
        "scope": row["scope"],
    }


def _statements(
    region: Region, e: Edit, document: str, common: Mapping[str, Any], items: Sequence[Mapping[str, Any]]
) -> dict[tuple[int, ...], str]:
    """Ids of the statements of some spans; those that are there already are used."""
    frame = region.table("statements", columns=["span_start", "span_end"], where={"document": document})
    known: dict[tuple[int, ...], str] = {
        (int(start), int(end)): str(id)
        for id, start, end in zip(frame.index, frame["span_start"], frame["span_end"], strict=True)
        if pd.notna(start) and pd.notna(end)
    }
    fresh = {tuple(one["span"]): one for one in items if tuple(one["span"]) not in known}
    rows = [
        {**common, "document": document, "span_start": start, "span_end": end, "text": one["text"]}
        for (start, end), one in fresh.items()
    ]
    return {**known, **dict(zip(fresh, e.put("statements", rows), strict=True))}
