"""Proposals: what was read goes into a region as open rows, each beside the sentence that proves it. Nothing more.

The same file again brings nothing new; a person decides with `review`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hechang.intake.clauses import sentences
from hechang.intake.document import Document
from hechang.intake.earlier_reading import earlier_version, known_before
from hechang.intake.gazetteer import Gazetteer, with_table
from hechang.intake.one_by_one import Step, Tell, quiet, read_one
from hechang.intake.places_in_file import remarks, where_in
from hechang.intake.read import load, together
from hechang.intake.unreadable import remark
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding, errors
from hechang.terms.ids import content_hash

SURE = {"stated": 0.9, "inferred": 0.7}  # an event with a stated day, with an inferred one; own assumption
LISTS = {
    "events": ("event", "E"),
    "directives": ("directive", "D"),
    "persons": ("person", "H"),
    "projects": ("project", "P"),
    "agreements": ("agreement", "A"),
    "figures": ("figure", "F"),
    "references": ("reference", "R"),
}
PERSON_SURE, FIGURE_SURE, NAMED_SURE, DEFAULT_SURE = 0.85, 0.6, 0.9, 0.5


@dataclass(frozen=True)
class Proposed:
    """What an edit brought: the region after it, ids of the new documents, counts by kind, known files, findings."""

    region: Region
    documents: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def propose(
    region: Region,
    paths: Sequence[Path | str],
    *,
    by: str,
    why: str,
    kind: str = "report",
    synthetic: bool = False,
    tell: Tell = quiet,
) -> Proposed:
    """Read documents into a region: one edit that keeps the files, their sentences and open proposals.

    Parameters
    ----------
    region
        Where the proposals go.
    paths
        Files; those the region already holds (by content) are named in `known` and change nothing.
    by, why
        Who reads them in and for what reason.
    kind
        Kind of the documents: report, plan, minutes …
    synthetic
        True for invented texts, as `NAME.meta.json` may also say; every row that comes of them says so.
    tell
        Called after each file.

    Returns
    -------
    Proposed
        The region after the edit and what is new in it; broken files are findings.
    """
    where = places_of(region)
    held = set(region.table("documents", columns=["sha256"])["sha256"].dropna())
    fresh: dict[str, tuple[Document, bytes]] = {}
    known: list[str] = []
    findings: list[Finding] = []
    files = list(dict.fromkeys(str(path) for path in paths))
    for path in files:
        sha = _hash(path)
        if sha in held or sha in fresh:  # known by its bytes: not read again
            known.append(path)
            findings.append(
                nothing_new("The region already holds this file; nothing is new", "该文件已在库中, 没有新增内容", path)
            )
        else:
            made, data, met = read_one(path, where)
            findings += met
            fresh |= {made.sha256: (made, data)} if made else {}
        tell(Step(len(known) + len(fresh) + len(errors(findings)), len(files), len(known), len(errors(findings))))
    if not fresh:
        return Proposed(region, known=known, findings=findings)
    with region.edit(by=by, why=why) as e:
        ids, counts = _write(e, fresh, {"kind": kind, "grade": "press" if kind == "report" else None}, synthetic)
    return Proposed(e.after, ids, counts, known, findings)


def places_of(region: Region) -> Gazetteer:
    """The names of places a region's documents are read with: its own table first, made once."""
    rows = region.table("places", columns=["name", "kind"])
    told = [(str(code), str(name), str(kind)) for code, name, kind in rows.itertuples() if isinstance(name, str)]
    return region.once("places of documents", lambda: with_table(told))


def _hash(path: str) -> str:
    """Fingerprint of a file; empty for one that cannot be opened, which reading it will say."""
    try:
        return content_hash(load(Path(path)))
    except FileFault:
        return ""


def nothing_new(en: str, zh: str, path: str, kind: str = "document") -> Finding:
    """Say of a file that there was nothing to do."""
    return replace(remark(en, zh, ("nothing to do", "无需处理"), kind), file=path)


def _write(
    e: Edit, fresh: Mapping[str, tuple[Document, bytes]], sort: Mapping[str, Any], synthetic: bool
) -> tuple[list[str], dict[str, int]]:
    """Keep files, documents, statements and proposals; returns ids of the documents and counts by kind."""
    documents = [made for made, _ in fresh.values()]
    result = together(documents)
    counts: dict[str, int] = {}
    ids: list[str] = []
    for made, told in zip(documents, result["documents"], strict=True):
        e.blob(fresh[made.sha256][1])
        raw = e.blob(made.text.raw.encode("utf-8", "surrogatepass")) if made.extract.raw else None
        common = {"synthetic": synthetic or made.meta.synthetic}
        items = _items(made, told, result)
        row = {**document_row(told), "raw": raw, "remarks": remarks(made)}
        before = earlier_version(e.region, row, [one["text"] for one in items])
        ids += e.put("documents", [{**row, **sort, **common, "version_of": before}])
        if before:
            _fill_known(items, known_before(e.region, before, items))
        for one, number in _propose_one(e, {"document": ids[-1], **common}, items).items():
            counts[one] = counts.get(one, 0) + number
    return ids, counts


def document_row(told: Mapping[str, Any]) -> dict[str, Any]:
    """Row of `documents` for a document as JSON."""
    published = told["published"] or {}
    return {
        "title": told["title"] or Path(told["path"]).name,
        "path": Path(told["path"]).name,
        "sha256": told["sha256"],
        "encoding": told["encoding"],
        "script": told["script"],
        "publisher": told["publisher"],
        "published": published.get("value"),
        "published_basis": published.get("basis"),
        "url": told["url"],
        "characters": told["characters"],
        "noise": told["noise"],
    }


def _fill_known(items: Sequence[dict[str, Any]], before: Sequence[dict[str, Any] | None]) -> None:
    """Note with each item what was decided on it in the earlier version."""
    for one, known in zip(items, before, strict=True):
        if known:
            one["payload"]["known"] = known


def _propose_one(e: Edit, common: Mapping[str, Any], items: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Statements and proposals of one document; returns counts by kind."""
    if not items:
        return {}
    proven = {(one["start"], one["end"]): one for one in items}
    rows = [
        {**common, "span_start": start, "span_end": end, "text": one["text"], "article": one["article"], **one["at"]}
        for (start, end), one in proven.items()
    ]
    statements = dict(zip(proven, e.put("statements", rows), strict=True))
    e.put(
        "proposals",
        [
            {
                **common,
                "statement": statements[one["start"], one["end"]],
                **{field: one[field] for field in ("kind", "ordinal", "text", "payload", "confidence")},
                "state": "open",
            }
            for one in items
        ],
    )
    return dict(Counter(one["kind"] for one in items))


def _items(made: Document, told: Mapping[str, Any], result: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    where = _Places(made)
    items = []
    for name, (kind, letter) in LISTS.items():
        for number, one in enumerate(told[name], 1):
            extra = _sisters(made, one, result) if kind == "event" else {}
            start, end = one["span"]
            items.append(
                {
                    "kind": kind,
                    "ordinal": one.get("id") or f"{letter}{number}",
                    "start": start,
                    "end": end,
                    "text": one["text"],
                    "article": where.article(start),
                    "at": where_in(made, start),
                    "confidence": confidence(kind, one),
                    "payload": {**one, **extra, "sentence": where.sentence(start)},
                }
            )
    return items


def confidence(kind: str, one: Mapping[str, Any]) -> float:
    """How sure a reading is, 0 to 1; own assumption except for directives and projects, whose form tells.

    Examples
    --------
    >>> confidence("event", {"date": {"value": "2022-09-27", "basis": "stated"}}), confidence("figure", {})
    (0.9, 0.6)
    """
    if "confidence" in one:
        return float(one["confidence"])
    if kind == "event":
        date = one.get("date") or {}
        basis = str(date.get("basis") or "").partition(":")[0]
        return SURE.get(basis, DEFAULT_SURE) if date.get("value") else DEFAULT_SURE
    return {"person": PERSON_SURE, "figure": FIGURE_SURE}.get(kind, NAMED_SURE)


def _sisters(made: Document, event: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """Other reports of the same event, and where they differ from this one."""
    own = f"{made.path}#{event['id']}"
    group: Sequence[str] = next((group for group in result["same_event"] if own in group), [])
    hashes = {document["path"]: document["sha256"] for document in result["documents"]}
    named = [f"{hashes[ref.rpartition('#')[0]]}#{ref.rpartition('#')[2]}" for ref in group]
    begins = f"{made.path}#"
    differ = (
        [one for one in result["differences"] if any(str(ref).startswith(begins) for ref in one["between"])]
        if group
        else []
    )
    against = [one for one in result["contradictions"] if any(str(ref).startswith(begins) for ref in one["between"])]
    return {
        "same_event": named,
        "differences": [{**one, "between": _short(one["between"], hashes)} for one in differ],
        "contradictions": [{**one, "between": _short(one["between"], hashes)} for one in against],
    }


def _short(refs: Sequence[str], hashes: Mapping[str, str]) -> list[str]:
    """References by the hash of the file, which stays when files move."""
    parts = (ref.rpartition("#") for ref in refs)
    return [f"{hashes.get(path, path)}#{rest}" for path, _, rest in parts]


class _Places:
    """Finds the article and the sentence of a place in the source."""

    def __init__(self, made: Document) -> None:
        self.made = made
        text = made.text
        self.spans = [
            (start, end)
            for paragraph in text.paragraphs
            for start, end in sentences(text.clean, paragraph.start, paragraph.end)
        ]
        self.starts = [text.where[start] for start, _ in self.spans]

    def sentence(self, at: int) -> str:
        """The sentence around a place of the source, as text (at most 500 characters)."""
        found = bisect_right(self.starts, at) - 1
        start, end = self.spans[found] if found >= 0 else (0, 0)
        return self.made.text.evidence(start, min(end, start + 500))

    def article(self, at: int) -> str | None:
        """The article around a place of the source."""
        inside = [one.id for one in self.made.articles if self.made.text.where[one.start] <= at]
        return inside[-1] if inside else None
