"""Taking a decision back: its edit is undone by a new one, as long as nothing accepted later rests on it."""

from __future__ import annotations

from dataclasses import dataclass

from hechang.region.region import Region
from hechang.terms.errors import Conflict, InputError, not_known

RESTS_ON = (("directives", "event"), ("directives", "parent"), ("persons", "event"), ("event_documents", "event"))


@dataclass(frozen=True)
class TakenBack:
    """The region afterwards, the revision that was undone, and the proposals that are open again."""

    region: Region
    undone: int
    proposals: list[str]


def decided_with(region: Region, id: str) -> tuple[int, list[str]]:
    """Return the revision that decided a proposal, and all proposals that it decided.

    Raises
    ------
    NotKnown
        for a proposal that does not exist.
    InputError
        for one that is still open.
    """
    found = region.table("proposals", columns=["state", "revision"], where={"id": id})
    if found.empty:
        raise not_known("proposal", "提案", id, [])
    if found["state"].iloc[0] == "open":
        raise InputError("This proposal is open; there is nothing to take back", "该提案待审, 没有可撤销的处理")
    revision = int(found["revision"].iloc[0])
    written = region.wrote(revision)["proposals"]
    return revision, [str(one) for one in written["id"].unique()]


def take_back(region: Region, id: str, *, by: str, why: str, whole: bool = False) -> TakenBack:
    """Undo the edit that decided a proposal; the proposals of the edit are open again.

    Parameters
    ----------
    region
        Newest state of a branch.
    id
        A proposal that was decided.
    by, why
        Who takes back and for what reason.
    whole
        Must be True where the edit decided further proposals, which are open again as well.

    Raises
    ------
    Conflict
        where the edit decided more than this proposal and `whole` is False, where rows accepted later rest on what
        it made, or where its rows were changed since.
    """
    revision, together = decided_with(region, id)
    if len(together) > 1 and not whole:
        raise Conflict(
            f"Revision {revision} decided {len(together)} proposals at once. Take all of them back, or none",
            f"版本 {revision} 一次处理了 {len(together)} 条提案。只能全部撤销",
        )
    _refuse_rested_on(region, revision)
    return TakenBack(region.undo(revision, by=by, why=why), revision, together)


def _refuse_rested_on(region: Region, revision: int) -> None:
    """Raise Conflict where a row that was made later points to a row the revision made."""
    written = region.wrote(revision)
    gone = [str(id) for table in ("events", "directives") if table in written for id in _made(region, table, revision)]
    for table, column in RESTS_ON if gone else ():
        rows = region.table(table, columns=["revision"], where={column: gone})
        later = int((rows["revision"] > revision).sum())
        if later:
            raise Conflict(
                f"{later} rows of '{table}' that were accepted later rest on it. Take those decisions back first",
                f"之后采纳的 {later} 行({table})以此为据。请先撤销那些处理",
            )


def _made(region: Region, table: str, revision: int) -> list[str]:
    """Rows the revision brought in, and did not only change."""
    before, after = (set(region.at(at).table(table, columns=[]).index) for at in (revision - 1, revision))
    return [str(id) for id in after - before]
