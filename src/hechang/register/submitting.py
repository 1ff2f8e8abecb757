"""A city submits what stands in its scope; others endorse it or send it back: other states, and other hands.

The joint office reads a scope as it stood when it was submitted last (`store/rights.py`); endorsing moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from hechang.region.region import Region
from hechang.terms.errors import InputError, not_known
from hechang.terms.scopes import ROOT, path_of

SUBMITTED, ENDORSED, RETURNED = "submitted", "endorsed", "returned"
JUDGED = (ENDORSED, RETURNED)


def submit(region: Region, area: str, body: str, said: Mapping[str, str] | None = None, *, by: str, why: str) -> Region:
    """Submit everything in a scope as it stands now.

    Parameters
    ----------
    area
        A code (`3202`) or a path (`r.32.3202.`).
    body
        Id of the body that submits.
    said
        `round` and `note`, where there are any.

    Raises
    ------
    InputError, NotKnown
        for an area that is none, or a body nobody knows.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> after = submit(r, "3201", str(r.bodies.index[0]), by="zhang", why="September")
    >>> after.submissions[["area", "state"]].values.tolist()
    [['r.32.3201.', 'submitted']]
    """
    if region.row("bodies", body) is None:
        raise not_known("body", "单位", body, region.bodies.index)
    row = {"area": path_of(area), "body": body, "scope": ROOT, "state": SUBMITTED}
    with region.edit(by=by, why=why) as edit:
        edit.put("submissions", row | {key: value for key, value in (said or {}).items() if value})
    return edit.after


def judge(region: Region, id: str, state: str, *, by: str, why: str) -> Region:
    """Endorse a submission or send it back; who submitted it may not.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> sent = submit(r, "3201", str(r.bodies.index[0]), by="zhang", why="September")
    >>> judge(sent, str(sent.submissions.index[0]), "endorsed", by="li", why="checked").submissions["state"].tolist()
    ['endorsed']
    """
    if region.row("submissions", id) is None:
        raise not_known("submission", "报送", id, region.submissions.index)
    if state not in JUDGED:
        raise InputError(f"'{state}' is neither endorsed nor returned", f"“{state}”应为 endorsed 或 returned")
    with region.edit(by=by, why=why) as edit:
        edit.put("submissions", {"id": id, "state": state})
    return edit.after
