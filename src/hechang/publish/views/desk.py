"""The reading desk: documents with their text and spans, the queue of proposals, versions of one event side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import pandas as pd

from hechang.intake.docket import Term, pick
from hechang.intake.mending import plain, slots_of
from hechang.intake.near_tasks import near_tasks as found_near
from hechang.intake.same_event import normal_name
from hechang.intake.source_text import source_text, utf16
from hechang.publish.results import Results
from hechang.publish.rows import read_json, records, simple
from hechang.publish.views import beside
from hechang.publish.views.desk_shapes import (
    DecisionTaken,
    KnownBefore,
    MadeRow,
    MendableField,
    NearTask,
    NoiseSpan,
    Proposal,
    ReadDocument,
    Seen,
    SourceSlice,
)
from hechang.region.region import Region
from hechang.terms.errors import FileFault, NotKnown, not_known

SURE = 0.9  # confidence from which a proposal is called sure, as `hechang demo` accepts; own assumption
PLAIN = ("id", "document", "kind", "ordinal", "text", "confidence", "state", "revision")  # as they are kept
FEW = 100  # rows up to which they are asked for one by one
NEAR_TASK = ("task", "title", "text", "document", "same", "ratio", "suggested", "reasons", "guards", "statements")
NEAR = 5  # rows shown as like a proposal
LIKE = {
    "directive": ("directives", "text", "text"),
    "person": ("persons", "name", "name"),
    "project": ("projects", "name", "name"),
    "agreement": ("agreements", "name", "name"),
}
TABLES = {k: f"{k}s" for k in ("event", "directive", "person", "project", "agreement")}
DOCUMENTS = """
    SELECT d.id, d.title, d.kind, d.publisher, d.published, d.published_basis, d.url, d.path, d.script, d.encoding,
           d.sha256, d.characters, d.level, d.synthetic, d.revision,
           count(p.id) FILTER (p.state = 'open') AS open, count(p.id) FILTER (p.state = 'accepted') AS accepted,
           count(p.id) FILTER (p.state = 'rejected') AS rejected,
           count(p.id) FILTER (p.state = 'open' AND p.confidence >= $sure) AS sure,
           (SELECT count(DISTINCT x.event) FROM event_documents x WHERE x.document = d.id) AS events
    FROM documents d LEFT JOIN proposals p ON p.document = d.id
    WHERE d.kind <> 'layer' GROUP BY ALL ORDER BY d.id"""


def seen(region: Region) -> Seen:
    """Return what an answer rests on."""
    return {"on": region.day, "branch": region.branch_name, "revision": region.revision_name}


def documents(results: Results) -> list[ReadDocument]:
    """Return all documents but map layers with their proposals counted, by id; counted once a revision."""
    rows = results.once("desk documents", lambda: records(results.region.query(DOCUMENTS, sure=SURE).set_index("id")))
    return cast(list[ReadDocument], rows)


def found_documents(
    rows: Sequence[ReadDocument], q: str, kinds: Sequence[str], states: Sequence[str]
) -> list[ReadDocument]:
    """Return the documents of some kinds with a part of their title, publisher or file name, and proposals of a state.

    Without a kind those that have a text.
    """
    part = q.strip().casefold()
    named = [row for row in rows if part in f"{row['title']} {row['publisher'] or ''} {row['path'] or ''}".casefold()]
    fitting = [row for row in named if (row["kind"] in kinds if kinds else row["encoding"])]
    return [row for row in fitting if not states or any(row[state] for state in states)]  # type: ignore[literal-required]


def sorted_documents(rows: Sequence[ReadDocument], sort: str) -> list[ReadDocument]:
    """Return documents in the order of a column; what has no value comes last."""
    name, falling = sort.removeprefix("-"), sort.startswith("-")
    held = [row for row in rows if row[name] is not None]  # type: ignore[literal-required]
    rest = [row for row in rows if row[name] is None]  # type: ignore[literal-required]
    return sorted(held, key=lambda row: row[name], reverse=falling) + rest  # type: ignore[literal-required]


def document(results: Results, id: str) -> ReadDocument:
    """Return one document; raises NotKnown."""
    found = next((row for row in documents(results) if row["id"] == id), None)
    if found is None:
        raise not_known("document", "文件", id[:80], [])
    return found


def version_of(region: Region, id: str) -> MadeRow | None:
    """Return the earlier version of a document; None where there is none."""
    before = region.table("documents", columns=["version_of"], where={"id": id})["version_of"].dropna()
    if before.empty:
        return None
    title = region.table("documents", columns=["title"], where={"id": str(before.iloc[0])})["title"]
    return {"table": "documents", "id": str(before.iloc[0]), "title": str(title.iloc[0])} if len(title) else None


def text(results: Results, id: str) -> str:
    """Return the text the spans of a document count in; raises NotKnown."""
    return results.once(("source text", id), lambda: source_text(results.region, id))


def texts(results: Results, ids: Iterable[str]) -> dict[str, str]:
    """Return the sources of documents by id; one whose file is lost is left out, its proposals can still be decided."""
    found: dict[str, str] = {}
    for id in ids:
        with suppress(FileFault, NotKnown):
            found[id] = text(results, id)
    return found


def sliced(whole: str, offset: int, limit: int) -> SourceSlice:
    r"""Return a slice of a source; lines are kept whole where that needs at most `limit` further characters.

    Examples
    --------
    >>> sliced("𠮷野\n平原", 1, 1)
    {'text': '野\n', 'start': 1, 'end': 3, 'at': 2, 'characters': 5, 'next': 3}
    """
    start = min(offset, len(whole))
    line = whole.find("\n", start + limit - 1, start + 2 * limit)
    end = min(len(whole), line + 1 if line >= 0 else start + limit)
    return {
        "text": whole[start:end],
        "start": start,
        "end": end,
        "at": utf16(whole, [start])[0],
        "characters": len(whole),
        "next": end if end < len(whole) else None,
    }


def noise(results: Results, id: str, whole: str) -> list[NoiseSpan]:
    """Return the pieces of the source that are no text of the report."""
    row = results.region.table("documents", columns=["noise"], where={"id": id})["noise"]
    found = read_json(row.iloc[0]) or []
    places = utf16(whole, [place for one in found for place in one["span"]])
    return [{"kind": one["kind"], "span": one["span"], "at": places[2 * n : 2 * n + 2]} for n, one in enumerate(found)]


def queue(region: Region, asked: Mapping[str, Any], order: str) -> pd.DataFrame:
    """Return the proposals that are asked for, as `hechang review` picks them, with `span_start` and `span_end`.

    Parameters
    ----------
    region
        Where they are kept.
    asked
        `kind`, `state`, `document` (lists), `id` (a list), `sure` (least confidence), `q` (a part of the text).
    order
        `document`, `place` (the order of the text), `confidence` or `-confidence`.
    """
    frame = with_spans(region, pick(region, terms_of(asked)))
    if order == "place":
        return frame.sort_values(["document", "span_start", "span_end"], ascending=[True, True, False], kind="stable")
    if order.endswith("confidence"):
        return frame.sort_values("confidence", ascending=not order.startswith("-"), kind="stable", na_position="last")
    return frame


def terms_of(asked: Mapping[str, Any]) -> list[Term]:
    """Return the conditions of a filter as the query language has them.

    Examples
    --------
    >>> terms_of({"kind": ["event"], "sure": 0.8, "q": "轨道", "state": []})
    [Term(field='kind', op='=', offered=('event',)), Term(field='confidence', op='>=', offered=('0.8',)), \
Term(field='text', op='~', offered=('轨道',))]
    """
    lists = [Term(name, "=", tuple(asked[name])) for name in ("kind", "state", "document", "id") if asked.get(name)]
    sure = [Term("confidence", ">=", (str(asked["sure"]),))] if asked.get("sure") is not None else []
    part = [Term("text", "~", (str(asked["q"]),))] if asked.get("q") else []
    return [*lists, *sure, *part]


def with_spans(region: Region, frame: pd.DataFrame) -> pd.DataFrame:
    """Return proposals with the place of their sentence in the source."""
    few = {"id": [str(id) for id in frame["statement"].dropna()]} if len(frame) <= FEW else None
    places = region.table("statements", columns=["span_start", "span_end"], where=few).reindex(frame["statement"])
    return frame.assign(span_start=places["span_start"].to_numpy(), span_end=places["span_end"].to_numpy())


def proposals(region: Region, frame: pd.DataFrame, texts: Mapping[str, str]) -> list[Proposal]:
    """Return proposals as a page shows them.

    Parameters
    ----------
    region
        Where the rows are that they became.
    frame
        As `queue` returns it.
    texts
        Source of documents by id; a proposal of another document has no `at`.
    """
    columns = [*PLAIN[1:], "note", "made", "synthetic", "span_start", "span_end", "statement"]
    rows = records(frame[columns].rename_axis("id"))
    titles = _titles(region, rows)
    at = _places(rows, texts)
    found = beside.places(region, [row["statement"] for row in rows if row["statement"]])
    tasks = beside.tasks(region, [row["id"] for row in rows if row["kind"] == "directive"])
    return [
        _proposal(row, slots, titles, at.get(row["id"]))
        | {
            "where": beside.where(found.get(row["statement"]), texts.get(row["document"]), row["span_start"]),
            "task": tasks.get(row["id"]),
        }
        for row, slots in zip(rows, frame["slots"], strict=True)
    ]


def made_rows(region: Region, ids: Mapping[str, Sequence[str]]) -> list[MadeRow]:
    """Return rows by table and id with how they are called."""
    return [
        {"table": table, "id": id, "title": name}
        for table, some in ids.items()
        for id, name in _named(region, table, list(some)).items()
    ]


def written(region: Region, revision: int) -> tuple[list[str], list[MadeRow]]:
    """Return the proposals a revision decided, and the rows of other tables it wrote."""
    tables = {table: [str(id) for id in frame["id"].unique()] for table, frame in region.wrote(revision).items()}
    decided = tables.pop("proposals", [])
    told = {name: tables[name] for name in (*TABLES.values(), "tasks", *tables) if name in tables}
    return decided, made_rows(region.at(revision), told)


def decision_on(region: Region, id: str) -> DecisionTaken:
    """Return who wrote a proposal last, when and for what reason, and how many proposals were decided with it."""
    last = region.log(id).iloc[0]
    told = {name: simple(last[name]) for name in ("actor", "reason", "at", "revision")}
    return cast(DecisionTaken, told | {"together": len(region.wrote(int(last["revision"])).get("proposals", ()))})


def near(region: Region, frame: pd.DataFrame) -> list[MadeRow]:
    """Return rows that are there already and like a proposal: events of its name, directives of its words.

    What they are is for a person to judge; accepting joins them only where key or words and event are the same.
    """
    kind, slots = str(frame["kind"].iloc[0]), frame["slots"].iloc[0]
    if kind == "event":
        names = region.table("events", columns=["name"])["name"]
        alike = names[names.map(normal_name) == normal_name(slots["name"])]
        return made_rows(region, {"events": [str(id) for id in alike.index[:NEAR]]})
    table, column, text = LIKE.get(kind, ("", "", ""))
    wanted = frame["text"].iloc[0] if text == "text" else slots.get("name")
    found = region.table(table, columns=["id"], where={column: wanted}) if table else pd.DataFrame()
    return made_rows(region, {table: [str(id) for id in found.index[:NEAR]]}) if table else []


def near_tasks(region: Region, frame: pd.DataFrame) -> list[NearTask]:
    """Return the tasks like a demand, the one it belongs to first."""
    return [_near_task(cast(Mapping[str, Any], one)) for one in found_near(region, frame.iloc[0])]


def _near_task(one: Mapping[str, Any]) -> NearTask:
    told = {
        **{name: one[name] for name in NEAR_TASK},
        "pieces": [{"mine": a, "theirs": b, "differs": tag != "same"} for tag, a, b in one["pieces"]],
        "known": one["known"] or None,
    }
    return cast(NearTask, told)


def _titles(region: Region, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    made = [(TABLES.get(row["kind"]), _made(row)) for row in rows]
    wanted = {table: list(dict.fromkeys(id for of, id in made if of == table and id)) for table in TABLES.values()}
    return {(one["table"], one["id"]): one["title"] for one in made_rows(region, wanted)}


def slots(kinds: Iterable[str]) -> dict[str, list[MendableField]]:
    """Return the fields that may be mended, by kind.

    Examples
    --------
    >>> slots(["figure"])["figure"][0]
    {'name': 'value', 'zh': '数值', 'en': 'Value', 'type': 'number', 'required': True}
    """
    return {
        kind: [{"name": s.name, "zh": s.zh, "en": s.en, "type": s.type, "required": s.required} for s in slots_of(kind)]
        for kind in kinds
    }


def _made(row: Mapping[str, Any]) -> str | None:
    """Id of the row a proposal became; events accepted before it was kept there have it in their note."""
    made: str | None = row["made"] or str(row["note"] or "").removeprefix("events:")
    return made if row["state"] == "accepted" else None


def _named(region: Region, table: str, ids: list[str]) -> dict[str, str]:
    column = {"directives": "text", "event_documents": "text", "task_statements": "text"}.get(table, "name")
    found = region.table(table, columns=[column], where={"id": ids})[column] if ids else pd.Series(dtype=object)
    names = {str(id): "" if pd.isna(name) else str(name) for id, name in found.items()}
    return {id: names[id] for id in ids if id in names}


def _places(rows: Sequence[Mapping[str, Any]], texts: Mapping[str, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for document, whole in texts.items():
        own = [row for row in rows if row["document"] == document and row["span_end"] is not None]
        flat = utf16(whole, [place for row in own for place in (row["span_start"], row["span_end"])])
        found |= {row["id"]: flat[2 * n : 2 * n + 2] for n, row in enumerate(own)}
    return found


def _known(told: Mapping[str, Any] | None) -> KnownBefore | None:
    named = {name: str(told[name]) for name in ("proposal", "document", "state")} if told else None
    return cast(KnownBefore | None, named)


def _proposal(
    row: Mapping[str, Any], slots: Mapping[str, Any], titles: Mapping[tuple[str, str], str], at: list[int] | None
) -> Proposal:
    table, made = TABLES.get(row["kind"], ""), _made(row) or ""
    became: MadeRow | None = None
    if (table, made) in titles:
        became = {"table": table, "id": made, "title": titles[table, made]}
    told = {
        **{name: row[name] for name in PLAIN},
        "sentence": slots.get("sentence"),
        "span": None if row["span_end"] is None else [row["span_start"], row["span_end"]],
        "at": at,
        "event": slots.get("event"),
        "parent": slots.get("parent"),
        "fields": {slot.name: plain(slots.get(slot.name)) for slot in slots_of(row["kind"])},
        "mended": slots.get("mended") or {},
        "became": became,
        "reader": slots.get("reader") or "rules",
        "model": (slots.get("provenance") or {}).get("model"),
        "beside": slots.get("beside") or [],
        "sure": beside.sure(row["kind"], slots, row["confidence"]),
        "known": _known(slots.get("known")),
        "synthetic": bool(row["synthetic"]),
    }
    return cast(Proposal, told)
