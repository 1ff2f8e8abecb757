"""What the reading desk is told: documents, proposals, versions of an event, and the answers made of them."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict


class ReadDocument(TypedDict):
    """A document with its proposals counted by state; `sure` counts open ones of high confidence."""

    id: str
    title: str
    kind: str
    publisher: str | None
    published: str | None
    published_basis: str | None
    url: str | None
    path: str | None
    script: str | None
    encoding: str | None
    sha256: str | None
    characters: int | None
    level: int
    synthetic: bool
    revision: int
    open: int
    accepted: int
    rejected: int
    sure: int
    events: int


class MendableField(TypedDict):
    """A field of a kind of proposals that a person may mend: its words, and its type for a form."""

    name: str
    zh: str
    en: str
    type: str
    required: bool


class MadeRow(TypedDict):
    """A row of the register a decision made or found: table, id, how it is called."""

    table: str
    id: str
    title: str


class Beside(TypedDict):
    """How another reader read the same place: ordinal of its proposal (None: it found none), and fields that differ."""

    reader: str
    model: str | None
    ordinal: str | None
    differs: dict[str, Any]


class Where(TypedDict):
    """Where a sentence stands: line of the text, and page, sheet and cell where the format has them."""

    line: int | None
    page: int | None
    sheet: str | None
    cell: str | None


class SlotSure(TypedDict):
    """How sure a field is, 0 to 1, and why: a word of `reading_why_…`, and the basis where one was noted."""

    name: str
    confidence: float
    reason: str
    basis: str


class KnownBefore(TypedDict):
    """What was decided on the same sentence in an earlier version of the document."""

    proposal: str
    document: str
    state: str


class Remark(TypedDict):
    """A remark of the reader on the file."""

    zh: str
    en: str
    place: str | None
    severity: str


class Disagreement(TypedDict):
    """Where another report of the event says something else: `kind` of difference, both wordings, the other report."""

    kind: str
    mine: str | None
    theirs: str | None
    document: str


class Piece(TypedDict):
    """A piece of two wordings side by side; `differs` where they are not the same."""

    mine: str
    theirs: str
    differs: bool


class TaskKnown(TypedDict):
    """What the register says of a task already."""

    due: str | None
    lead: str | None
    co_bodies: list[str]
    projects: int
    state: str | None


class NearTask(TypedDict):
    """A task like a demand, or the one it belongs to (`same`): what differs and why they are not one by themselves."""

    task: str
    title: str
    text: str
    document: str | None
    same: bool
    ratio: float
    suggested: bool
    reasons: list[str]
    guards: list[str]
    pieces: list[Piece]
    statements: int
    known: TaskKnown | None


class Proposal(TypedDict):
    """A proposal with the values of its fields; `mended` holds what was read and what a person made of it.

    `reader` is `rules` or `llm` (the optional second reader, with its model), `beside` what the others read there.
    `span` counts characters of the source, `at` the same place as a browser counts (UTF-16).
    """

    id: str
    document: str
    kind: str
    ordinal: str
    text: str
    sentence: str | None
    span: list[int] | None
    at: list[int] | None
    confidence: float | None
    state: str
    revision: int
    event: str | None
    parent: str | None
    fields: dict[str, Any]
    mended: dict[str, list[Any]]
    became: MadeRow | None
    reader: str
    model: str | None
    beside: list[Beside]
    task: MadeRow | None
    where: Where
    sure: list[SlotSure]
    known: KnownBefore | None
    synthetic: bool


class NoiseSpan(TypedDict):
    """A piece of the source that is no text of the report."""

    kind: str
    span: list[int]
    at: list[int]


class SourceSlice(TypedDict):
    """A slice of the source: `start`, `end`, `next` in characters, `at` where it starts as a browser counts."""

    text: str
    start: int
    end: int
    at: int
    characters: int
    next: int | None


class ReportedEvent(TypedDict):
    """An event with the number of documents that report it and of directives it gave."""

    id: str
    name: str
    date: str | None
    organiser: str | None
    form: str | None
    synthetic: bool
    documents: int
    directives: int


class ReportVersion(TypedDict):
    """A document that reports an event."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    synthetic: bool
    read: int


class TextPiece(TypedDict):
    """A piece of a text; `differs` where another version has something else."""

    text: str
    differs: bool


class VersionCell(TypedDict):
    """What one version says; nothing where it says nothing of the kind."""

    proposal: str | None
    state: str | None
    speaker: str | None
    pieces: list[TextPiece]


class VersionRow(TypedDict):
    """One thing said, in all versions: how they differ, and a cell for each version."""

    kinds: list[str]
    cells: list[VersionCell]


class EventFact(TypedDict):
    """One fact of the event as each version has it."""

    name: str
    differs: bool
    values: list[str | None]


class SideBySide(TypedDict):
    """The reports of an event side by side; `counts` says how many rows differ in which way."""

    event: ReportedEvent
    documents: list[ReportVersion]
    facts: list[EventFact]
    rows: list[VersionRow]
    counts: dict[str, int]


class Seen(TypedDict):
    """The view an answer rests on."""

    on: str
    branch: str
    revision: str


class DocumentPage(Seen):
    """Documents of a page, and how many proposals wait in all documents found."""

    rows: list[ReadDocument]
    total: int
    open: int


class DocumentWhole(Seen):
    """A document with everything but its text."""

    document: ReadDocument
    version_of: MadeRow | None
    remarks: list[Remark]
    noise: list[NoiseSpan]
    proposals: list[Proposal]
    slots: dict[str, list[MendableField]]
    events: list[ReportedEvent]


class ProposalPage(Seen):
    """Proposals of a page, and the fields of their kinds."""

    rows: list[Proposal]
    total: int
    slots: dict[str, list[MendableField]]


class DecisionTaken(TypedDict):
    """Who decided a proposal, when and for what reason; `together` counts all proposals of the same decision."""

    actor: str | None
    reason: str | None
    at: str
    revision: int
    together: int


class OneProposal(Seen):
    """A proposal, the rows accepting it would make by table, and rows that are like it already."""

    proposal: Proposal
    slots: dict[str, list[MendableField]]
    would_make: dict[str, int]
    near: list[MadeRow]
    near_tasks: list[NearTask]
    disagreements: list[Disagreement]
    decision: DecisionTaken | None


class Foreseen(Seen):
    """What deciding all proposals of a filter would do."""

    number: int
    kinds: dict[str, int]
    would_make: dict[str, int]


class EventPage(Seen):
    """Events of a page."""

    rows: list[ReportedEvent]
    total: int


class Versions(Seen, SideBySide):
    """The reports of an event side by side."""


class DecisionDone(TypedDict):
    """What a decision wrote: the revision, the proposals it decided, rows of other tables (the first ones named)."""

    revision: int
    number: int
    proposals: list[Proposal]
    rows: dict[str, int]
    made: list[MadeRow]


class ReadFile(TypedDict):
    """What reading a file brought: its document (an earlier one where the file was known) and proposals by kind."""

    revision: int
    document: str
    known: bool
    proposals: dict[str, int]
