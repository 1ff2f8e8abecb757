"""Proposals: the queue, one proposal, and the decisions on them, as `hechang review` takes them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import Field

from hechang.intake.joining import rejoin
from hechang.intake.taking_back import take_back
from hechang.intake.to_tasks import APART
from hechang.intake.verdicts import Decision, decide, foresee
from hechang.publish.results import Results
from hechang.publish.views import beside, desk
from hechang.publish.views.desk_shapes import DecisionDone, Foreseen, OneProposal, Proposal, ProposalPage
from hechang.region.region import Region
from hechang.register.trail import Stale
from hechang.terms.errors import Conflict, UsageError, not_known
from hechang.terms.specs import codes
from hechang.web.asked import only_known
from hechang.web.hall import region_of, results_of
from hechang.web.writes import Key, Said, who, written_before

router = APIRouter(prefix="/api/proposals", tags=["reading"], dependencies=[Depends(only_known)])
PAGE, SHOWN = 500, 100  # proposals of a page, written rows told
MADE = {"accept": "accepted", "mend": "accepted", "reject": "rejected", "join": "accepted", "apart": "accepted"}
JOINING = ("join", "apart")

Kinds = Annotated[list[str], Query(description="event, directive, person …; all when absent")]
States = Annotated[list[str], Query(description="open, accepted, rejected; open when absent")]
Documents = Annotated[list[str], Query(description="Ids of documents")]
Sure = Annotated[float | None, Query(ge=0, le=1, description="Least confidence, 0 to 1")]
Part = Annotated[str, Query(max_length=200, description="A part of the text")]
Sort = Annotated[
    Literal["document", "place", "-confidence", "confidence"], Query(description="`place` is the order of the text")
]
Limit = Annotated[int, Query(ge=1, le=PAGE)]
Offset = Annotated[int, Query(ge=0)]
Verdict = Literal["accept", "mend", "reject", "join", "apart"]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=60, description="Revision of the proposal as seen")]


class DecisionBody(Said):
    """Who decides and why, the values a person gives instead of those that were read, the task to be joined."""

    fields: dict[str, Any] = Field(default_factory=dict, max_length=20)
    task: str = Field(default="", max_length=80)


class UndoBody(Said):
    """Who takes back and why; `whole` where the decision was on several proposals at once."""

    whole: bool = False


class BatchBody(Said):
    """One decision on all open proposals of a filter; `expect` is the number that was shown before."""

    verdict: Literal["accept", "reject"]
    expect: int
    kind: list[str] = Field(default_factory=list, max_length=20)
    document: list[str] = Field(default_factory=list, max_length=1000)
    sure: float | None = Field(default=None, ge=0, le=1)
    q: str = Field(default="", max_length=200)


def picked(
    kind: Kinds = [],  # noqa: B006 - read only
    document: Documents = [],  # noqa: B006 - read only
    sure: Sure = None,
    q: Part = "",
) -> dict[str, Any]:
    """Read the filter of an address."""
    return {"kind": kind, "document": document, "sure": sure, "q": q}


Picked = Annotated[dict[str, Any], Depends(picked)]


@router.get("")
def proposals(
    request: Request,
    asked: Picked,
    state: States = [],  # noqa: B006 - read only
    sort: Sort = "document",
    offset: Offset = 0,
    limit: Limit = 100,
) -> ProposalPage:
    """The queue: proposals by kind, state, document and confidence."""
    results = results_of(request)
    frame = desk.queue(results.region, {**asked, "state": state}, sort)
    page = frame.iloc[offset : offset + limit]
    rows = desk.proposals(results.region, page, desk.texts(results, page["document"].unique()))
    slots = desk.slots(codes("proposal_kinds"))
    return {"rows": rows, "total": len(frame), "slots": slots, **desk.seen(results.region)}


@router.get("/preview")
def preview(request: Request, asked: Picked) -> Foreseen:
    """How many open proposals a filter has, and what accepting them all would write. Nothing is written."""
    region = results_of(request).region
    frame = desk.queue(region, asked, "document")
    kinds = {str(name): int(number) for name, number in frame["kind"].value_counts().items()}
    return {"number": len(frame), "kinds": kinds, "would_make": foresee(region, frame), **desk.seen(region)}


@router.get("/{id}")
def proposal(id: str, request: Request) -> OneProposal:
    """One proposal: what accepting it would make, what is like it already, who decided it."""
    results = results_of(request)
    region, frame = results.region, one(results.region, id)
    shown = one_shown(results, id)
    is_open = shown["state"] == "open"
    return {
        "proposal": shown,
        "slots": desk.slots([shown["kind"]]),
        "would_make": foresee(region, frame) if is_open else {},
        "near": desk.near(region, frame) if is_open else [],
        "near_tasks": desk.near_tasks(region, frame) if shown["state"] != "rejected" else [],
        "disagreements": beside.disagreements(results, frame),
        "decision": None if is_open else desk.decision_on(region, id),
        **desk.seen(region),
    }


@router.post("/decide")
def decide_all(said: BatchBody, request: Request, key: Key = None) -> DecisionDone:
    """Accept or reject all open proposals of a filter at once; 409 where it no longer has the number shown before."""
    region, told = region_of(request), who(said)
    before = written_before(region, key)
    if before is not None:
        return decided(region, before)
    asked = {"kind": said.kind, "document": said.document, "sure": said.sure, "q": said.q}
    frame = desk.queue(region, asked, "document")
    if len(frame) != said.expect:
        raise Conflict(
            f"The filter now has {len(frame)} open proposals, not {said.expect}. Look at them again",
            f"符合条件的待审提案现为 {len(frame)} 条, 不是 {said.expect} 条。请重新查看",
        )
    done = decide(region, frame, Decision(said.verdict, told["by"], told["why"], request=key))
    return decided(region, done.region.revision if done.decided else None)


@router.post("/{id}/undo", responses={409: {"description": "Later decisions rest on it"}})
def undo(id: str, said: UndoBody, request: Request) -> DecisionDone:
    """Take the decision on a proposal back: what it wrote is gone, the proposal is open again."""
    region = region_of(request)
    back = take_back(region, id, **who(said), whole=said.whole)
    return decided(region, back.region.revision)


@router.post(
    "/{id}/{verdict}", responses={409: {"description": "Somebody else decided meanwhile; `view` holds both decisions"}}
)
def decide_one(
    id: str, verdict: Verdict, said: DecisionBody, request: Request, key: Key = None, match: IfMatch = None
) -> DecisionDone:
    """Accept, mend (accept with other `fields`) or reject a proposal, as `hechang review` does.

    `join` makes a demand a statement of `task`, `apart` a task of its own; both also for one that is accepted already.

    `If-Match` is the revision of the proposal that the reader has seen; 409 tells what somebody else decided meanwhile.
    """
    region, told = region_of(request), who(said)
    before = written_before(region, key)
    if before is not None:
        return decided(region, before)
    frame = one(region, id)
    if said.fields and verdict != "mend":
        raise UsageError("Only 'mend' takes fields", "只有修改(mend)可以带字段")
    state = frame["state"].iloc[0]
    again = verdict in JOINING and state == "accepted"
    if revision_of(match) != int(frame["revision"].iloc[0]) or not (again or state == "open"):
        raise overtaken(region, id, verdict, said.fields)
    if again:
        after = rejoin(region, id, said.task if verdict == "join" else APART, request=key, **told)
        return decided(region, after.revision)
    fields = {"task": said.task} if verdict == "join" else said.fields
    try:
        done = decide(region, frame, Decision(verdict, told["by"], told["why"], fields, key))
    except Conflict as error:  # somebody was faster by a moment
        raise overtaken(region.latest(), id, verdict, said.fields) from error
    return decided(region, done.region.revision)


def one(region: Region, id: str) -> Any:
    """Return one proposal as `queue` does; raises NotKnown."""
    frame = desk.queue(region, {"id": [id], "state": list(codes("proposal_states"))}, "document")
    if frame.empty:
        raise not_known("proposal", "提案", id[:80], [])
    return frame


def one_shown(results: Results, id: str) -> Proposal:
    """Return one proposal as a page shows it."""
    frame = one(results.region, id)
    return desk.proposals(results.region, frame, desk.texts(results, frame["document"]))[0]


def revision_of(match: str | None) -> int:
    """Read an If-Match header: the revision of the proposal that was seen.

    Examples
    --------
    >>> revision_of('"12"'), revision_of("12")
    (12, 12)
    """
    found = re.fullmatch(r'(?:W/)?"?(\d{1,12})"?', (match or "").strip())
    if not found:
        raise UsageError(
            'Send the revision of the proposal that you have seen, as If-Match: "12"',
            '请在 If-Match 中注明所见提案的版本号, 如 "12"',
        )
    return int(found.group(1))


def decided(region: Region, revision: int | None) -> DecisionDone:
    """Return what a revision wrote; nothing where there is none."""
    now = region.latest()
    if revision is None:
        return {"revision": now.revision, "number": 0, "proposals": [], "rows": {}, "made": []}
    ids, made = desk.written(now, revision)
    results = Results(now)
    rows = [row["table"] for row in made]
    return {
        "revision": revision,
        "number": len(ids),
        "proposals": [one_shown(results, id) for id in ids] if len(ids) == 1 else [],
        "rows": {table: rows.count(table) for table in dict.fromkeys(rows)},
        "made": made[:SHOWN],
    }


def overtaken(region: Region, id: str, verdict: Verdict, fields: dict[str, Any]) -> Stale:
    """Return the error for a proposal that somebody else decided meanwhile: what was seen, wanted, and is there now."""
    theirs, by = one_shown(Results(region), id), desk.decision_on(region, id)
    state = codes("proposal_states")[theirs["state"]]
    changed = {name: new for name, (_, new) in theirs["mended"].items()}
    view = {
        "base": {"state": "open"},
        "mine": {"state": MADE[verdict], **fields},
        "theirs": {"state": theirs["state"], **changed},
        "proposal": theirs,
        "decision": by,
    }
    return Stale(
        f"{by['actor']} was faster: the proposal is now {state.en.lower()} ({by['reason']}). Nothing was written",
        f"{by['actor']}已处理该提案, 现为“{state.zh}”(理由: {by['reason']})。本次未写入",
        view,
    )
