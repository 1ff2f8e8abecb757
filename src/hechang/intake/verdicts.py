"""Review: a person accepts or rejects proposals; accepted ones become rows whose source is their sentence.

Each decision is one edit in the log. Reports of one event become one event; one demand in several reports of it
becomes one directive, and every statement stays with its proposal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from hechang.intake.acceptance import Acceptance
from hechang.intake.docket import queue
from hechang.intake.mending import mended
from hechang.intake.to_tasks import APART
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.terms.errors import Conflict, InputError, UsageError

TRIES = 5  # times a decision is taken anew because something else was written meanwhile
VERDICTS = ("accept", "mend", "reject", "join", "apart")


@dataclass(frozen=True)
class Decision:
    """What a person decides: accept, mend (accept with changed fields), reject, join or apart; `request` is its key.

    `join` accepts a demand as a further statement of the task named in `fields` (`task`); `apart` accepts it as a task
    of its own, whatever it is equal to.
    """

    verdict: str
    by: str
    why: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    request: str | None = None


@dataclass(frozen=True)
class Reviewed:
    """What a decision did: the region after it, proposals decided, new rows by table, and the ids of those rows."""

    region: Region
    decided: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)


def review(region: Region, query: str, *, accept: bool, by: str, why: str) -> Reviewed:
    """Accept or reject the proposals a query picks, in one edit.

    Parameters
    ----------
    region
        Region with proposals.
    query
        `all`, or conditions such as `kind=directive confidence>=0.8`; only open proposals are decided.
    accept
        True accepts, False rejects.
    by, why
        Who decides and for what reason.

    Raises
    ------
    InputError
        for a query that cannot be read, or an edit without `by` and `why`.
    """
    return decide(region, queue(region, query), Decision("accept" if accept else "reject", by, why))


def decide(region: Region, picked: pd.DataFrame, decision: Decision) -> Reviewed:
    """Decide picked proposals (as `queue` returns them) in one edit; those no longer open are left alone.

    Raises
    ------
    NotKnown
        for a field that proposals of this kind do not have, or a code it cannot take.
    InputError
        for a value that cannot be read, changed fields for several proposals, or an edit without who and why.
    UsageError
        for another word than these five, or what is no demand joined or kept apart.
    Conflict
        where somebody else decided one of them meanwhile.
    """
    picked = picked[picked["state"] == "open"]
    if decision.verdict not in VERDICTS:
        raise UsageError(
            "A decision is accept, mend, reject, join or apart",
            "处理方式只能是采纳(accept)、修改(mend)、退回(reject)、归并(join)或分立(apart)",
        )
    if picked.empty:
        return Reviewed(region)
    for _ in range(TRIES - 1):
        try:
            return _decided(region, picked, decision)
        except Conflict:
            region, picked = _as_now(region, picked)
    return _decided(region, picked, decision)


def _decided(region: Region, picked: pd.DataFrame, decision: Decision) -> Reviewed:
    if decision.verdict == "mend":
        picked = _mended(picked, decision)
    ids: dict[str, list[str]] = {}
    with region.edit(by=decision.by, why=decision.why, request=decision.request) as e:
        e.exact = True  # what is known already must not change meanwhile, or an event would be made twice
        if decision.verdict == "reject":
            e.put("proposals", pd.DataFrame({"id": picked.index, "state": "rejected"}))
        else:
            ids = Acceptance(region, e, chosen_tasks(picked, decision)).take(picked)
    return Reviewed(e.after, len(picked), _counts(ids), ids)


def _as_now(region: Region, picked: pd.DataFrame) -> tuple[Region, pd.DataFrame]:
    """The newest region with the same proposals; raises Conflict where somebody else decided one of them."""
    region = region.latest()
    revisions = region.table("proposals", columns=["revision"], where={"id": [str(id) for id in picked.index]})
    if not revisions["revision"].reindex(picked.index).eq(picked["revision"]).all():
        raise Conflict(
            "Some of these proposals were decided by somebody else meanwhile. Look at them again",
            "其中有提案已由他人处理。请重新查看",
        )
    return region, picked


def foresee(region: Region, picked: pd.DataFrame) -> dict[str, int]:
    """Return how many rows of which table accepting the picked proposals would make; nothing is written."""
    picked = picked[picked["state"] == "open"]
    return _counts(Acceptance(region, Edit(region, "preview", "preview", "person:preview", 1, None)).take(picked))


def _counts(ids: Mapping[str, list[str]]) -> dict[str, int]:
    return {table: len(made) for table, made in ids.items()}


def _mended(picked: pd.DataFrame, decision: Decision) -> pd.DataFrame:
    """The one picked proposal with other values; what they were before is kept with them."""
    if len(picked) != 1:
        raise InputError("Fields can be mended in one proposal at a time", "每次只能修改一条提案的字段")
    kind, slots = str(picked["kind"].iloc[0]), picked["slots"].iloc[0]
    return picked.assign(slots=pd.Series([mended(kind, slots, decision.fields)], index=picked.index, dtype=object))


def chosen_tasks(picked: pd.DataFrame, decision: Decision) -> dict[str, str]:
    """Return which task each picked proposal is to go to, where a person chose; raises UsageError for no demand."""
    if decision.verdict not in ("join", "apart"):
        return {}
    if set(picked["kind"]) != {"directive"} or (decision.verdict == "join" and not decision.fields.get("task")):
        raise UsageError(
            "Only demands are joined to a task or kept apart, and joining names the task",
            "只有部署要求可以归并或分立, 归并须指明任务",
        )
    to = str(decision.fields["task"]) if decision.verdict == "join" else APART
    return {str(id): to for id in picked.index}
