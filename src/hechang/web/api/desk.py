"""The reading desk: documents and their text, proposals and the decisions on them, versions of one event."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from hechang.intake.meta import of_mapping
from hechang.intake.sheets.pending import plain_name
from hechang.publish.views import beside, desk, versions
from hechang.publish.views.desk_shapes import DocumentPage, DocumentWhole, EventPage, ReadFile, SourceSlice, Versions
from hechang.region.marked_files import UPLOADED, refuse_marked_file
from hechang.region.region import Region
from hechang.terms.errors import Refused, not_known
from hechang.terms.findings import errors
from hechang.terms.ids import content_hash
from hechang.terms.specs import codes
from hechang.web.asked import only_known
from hechang.web.hall import region_of, results_of
from hechang.web.uploads import Received, received
from hechang.web.writes import Said, who

router = APIRouter(prefix="/api", tags=["reading"], dependencies=[Depends(only_known)])
SLICE, PAGE = 200_000, 500  # characters of a slice, rows of a page
FACTS = ("published", "publisher", "title", "url")  # what a sender may say of a document

Kinds = Annotated[list[str], Query(description="report, plan …; those with a text when absent")]
States = Annotated[list[str], Query(description="Only those with proposals in one of these states")]
Part = Annotated[str, Query(max_length=200, description="A part of the title, publisher, file name or event")]
Sort = Annotated[
    Literal["-published", "published", "-open", "open", "title", "-title", "characters", "-characters"],
    Query(description="Column; `-` for falling order"),
]
Limit = Annotated[int, Query(ge=1, le=PAGE)]
Offset = Annotated[int, Query(ge=0)]
Characters = Annotated[int, Query(ge=1, le=SLICE, description="Characters; a line is kept whole where it can be")]
Least = Annotated[int, Query(ge=0, le=1000, description="Least number of documents that report it")]


@router.get("/documents")
def documents(
    request: Request,
    kind: Kinds = [],  # noqa: B006 - read only
    state: States = [],  # noqa: B006 - read only
    q: Part = "",
    sort: Sort = "-published",
    offset: Offset = 0,
    limit: Limit = 100,
) -> DocumentPage:
    """Documents that were read, with their proposals counted by state."""
    refuse_codes("document_kinds", kind, "kind of document", "文件种类")
    refuse_codes("proposal_states", state, "state of proposals", "提案状态")
    results = results_of(request)
    found = desk.sorted_documents(desk.found_documents(desk.documents(results), q, kind, state), sort)
    waiting = sum(row["open"] for row in found)
    return {"rows": found[offset : offset + limit], "total": len(found), "open": waiting, **desk.seen(results.region)}


@router.get("/documents/{id}")
def document(id: str, request: Request) -> DocumentWhole:
    """One document with all its proposals, in the order of its text."""
    results = results_of(request)
    row, texts = desk.document(results, id), desk.texts(results, [id])
    frame = desk.queue(results.region, {"document": [id], "state": list(codes("proposal_states"))}, "place")
    reported = results.region.table("event_documents", columns=["event"], where={"document": id})["event"]
    return {
        "document": row,
        "version_of": desk.version_of(results.region, id),
        "remarks": beside.remarks(results.region, id),
        "noise": desk.noise(results, id, texts.get(id, "")),
        "proposals": desk.proposals(results.region, frame, texts),
        "slots": desk.slots(codes("proposal_kinds")),
        "events": [one for one in versions.events(results) if one["id"] in set(reported)],
        **desk.seen(results.region),
    }


@router.get("/documents/{id}/text")
def text(id: str, request: Request, offset: Offset = 0, limit: Characters = SLICE) -> SourceSlice:
    """The source of a document, slice by slice, as it was read: nothing cleaned, nothing left out."""
    return desk.sliced(desk.text(results_of(request), id), offset, limit)


@router.post("/documents")
async def read_document(request: Request) -> ReadFile:
    """Read a file of any kind a reader knows: it is kept, what it says becomes open proposals. Nothing else is written.

    A form with `file`, `by`, `why`, and what is known of the document: `published`, `publisher`, `title`, `url`.
    """
    region = region_of(request)
    region.refuse_reader()  # before anything is taken in
    came = await received(request, ("by", "why", *FACTS))
    with came.file:
        return await run_in_threadpool(keep_document, region, came)


@router.get("/events")
def events(request: Request, q: Part = "", documents: Least = 0, offset: Offset = 0, limit: Limit = 100) -> EventPage:
    """Events with the number of documents that report them, newest first."""
    results = results_of(request)
    part = q.strip().casefold()
    found = [e for e in versions.events(results) if e["documents"] >= documents and part in e["name"].casefold()]
    return {"rows": found[offset : offset + limit], "total": len(found), **desk.seen(results.region)}


@router.get("/events/{id}/versions")
def event_versions(id: str, request: Request) -> Versions:
    """The documents that report an event side by side: what each says, and where they differ."""
    results = results_of(request)
    return {**versions.side_by_side(results, id), **desk.seen(results.region)}


def refuse_codes(name: str, given: list[str], en: str, zh: str) -> None:
    """Raise NotKnown for a code that a list of codes does not have."""
    for value in given:
        if value not in codes(name):
            raise not_known(en, zh, value[:80], codes(name))


def keep_document(region: Region, came: Received) -> ReadFile:
    """Read a file into a region; a file the region holds already changes nothing.

    Raises
    ------
    FileFault
        for what is said of the document and cannot be read.
    Refused
        for a file that cannot be read, with what to do about it.
    """
    from hechang.intake.proposals import propose  # a third of a second to load, when a document comes

    said = who(Said(by=came.fields.get("by", ""), why=came.fields.get("why", "")))
    told = {name: came.fields[name] for name in FACTS if came.fields.get(name, "").strip()}
    of_mapping(told, came.name)
    refuse_marked_file(came.file, came.name, UPLOADED)  # before a byte of it lies in a folder of ours
    came.file.seek(0)
    with TemporaryDirectory(prefix="hechang-read-") as folder:
        path = Path(folder) / plain_name(came.name)
        path.write_bytes(came.file.read())
        path.with_name(f"{path.name}.meta.json").write_text(json.dumps(told), encoding="utf-8")
        sha = content_hash(path.read_bytes())
        done = propose(region, [path], by=said["by"], why=said["why"])
    faults = [replace(one, file=path.name) for one in errors(done.findings)]
    if faults:
        raise Refused("The file was not read", "文件未能读取", faults)
    held = done.region.table("documents", columns=["sha256"], where={"sha256": sha})
    return {
        "revision": done.region.revision,
        "document": str(held.index[0]),
        "known": not done.documents,
        "proposals": done.counts,
    }
