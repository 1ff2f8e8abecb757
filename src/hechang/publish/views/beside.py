"""What stands beside a proposal: where it is in its file, its task, and where versions of its event disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hechang.intake.slot_reasons import slot_reasons
from hechang.publish.results import Results
from hechang.publish.rows import read_json, records
from hechang.publish.views import versions
from hechang.publish.views.desk_shapes import Disagreement, MadeRow, Remark, SlotSure, Where
from hechang.region.region import Region
from hechang.terms.errors import NotKnown

PLACES = ("page", "sheet", "cell")


def places(region: Region, statements: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return page, sheet and cell of statements, by id."""
    frame = region.table("statements", columns=list(PLACES), where={"id": list(statements)})
    return {row["id"]: row for row in records(frame.rename_axis("id"))}


def where(place: Mapping[str, Any] | None, text: str | None, start: int | None) -> Where:
    r"""Return where a sentence stands: line of the text, and page, sheet and cell where its reader told them.

    Examples
    --------
    >>> where({"page": 3}, "一\n二", 2)["page"], where(None, "一\n二", 2)["line"]
    (3, 2)
    """
    told = place or {}
    unknown = text is None or start is None or told.get("page") or told.get("cell")  # lines count in a text
    line = None if unknown else str(text).count("\n", 0, start) + 1
    page = told.get("page")
    return {"line": line, "page": None if page is None else int(page), "sheet": told.get("sheet"),
            "cell": told.get("cell")}  # fmt: skip


def sure(kind: str, slots: Mapping[str, Any], confidence: float | None) -> list[SlotSure]:
    """Return for each field with a value how sure it is and why."""
    found = slot_reasons(kind, slots, confidence)
    return [{"name": n, "confidence": r.confidence, "reason": r.reason, "basis": r.basis} for n, r in found.items()]


def tasks(region: Region, proposals: Sequence[str]) -> dict[str, MadeRow]:
    """Return the tasks of demands, by proposal."""
    frame = region.table("task_statements", columns=["proposal", "task"], where={"proposal": list(proposals)})
    names = region.table("tasks", columns=["name"], where={"id": [str(id) for id in frame["task"].unique()]})["name"]
    pairs = zip(frame["proposal"].astype(str), frame["task"].astype(str), strict=True)
    return {p: {"table": "tasks", "id": t, "title": str(names[t])} for p, t in pairs if t in names.index}


def remarks(region: Region, document: str) -> list[Remark]:
    """Return what was remarked on the file when it was read."""
    held = region.table("documents", columns=["remarks"], where={"id": document})["remarks"].dropna()
    found = read_json(held.iloc[0]) or [] if len(held) else []
    return [_remark(one) for one in found]


def _remark(one: Mapping[str, Any]) -> Remark:
    place = one.get("cell") or one.get("page") or one.get("row")
    told: Remark = {
        "zh": str(one.get("zh") or one.get("en") or ""),
        "en": str(one.get("en") or one.get("zh") or ""),
        "place": None if place is None else str(place),
        "severity": str(one.get("severity") or "warning"),
    }
    return told


def disagreements(results: Results, frame: pd.DataFrame) -> list[Disagreement]:
    """Return where other reports of its event say something else than a proposal, or do not say it.

    The accepted versions of the event are laid side by side; before that, what was found on reading counts.
    """
    id, row = str(frame.index[0]), frame.iloc[0]
    event = _event(results.region, row)
    try:
        laid = versions.side_by_side(results, event) if event else None
    except NotKnown:
        laid = None
    if laid is None or len(laid["documents"]) < 2:
        return _read(results.region, row)
    names = [one["title"] for one in laid["documents"]]
    if row["kind"] == "event":
        own = next((n for n, one in enumerate(laid["documents"]) if one["id"] == row["document"]), 0)
        facts = [fact for fact in laid["facts"] if fact["differs"]]
        return [_fact(fact["name"], fact["values"], names, own, n) for fact in facts
                for n, value in enumerate(fact["values"]) if n != own and value != fact["values"][own]]  # fmt: skip
    return [one for said in laid["rows"] for one in _of_row(said, id, names)]


def _of_row(said: Mapping[str, Any], id: str, names: Sequence[str]) -> list[Disagreement]:
    own = next((n for n, cell in enumerate(said["cells"]) if cell["proposal"] == id), None)
    if own is None or not said["kinds"]:
        return []
    texts = ["".join(piece["text"] for piece in cell["pieces"]) or None for cell in said["cells"]]
    speakers = [cell["speaker"] for cell in said["cells"]]
    found: list[Disagreement] = []
    for n, text in enumerate(texts):
        if n == own:
            continue
        if text is None:
            found.append({"kind": "missing", "mine": texts[own], "theirs": None, "document": names[n]})
        elif text != texts[own]:
            kind = "number form" if "number form" in said["kinds"] else "wording"
            found.append({"kind": kind, "mine": texts[own], "theirs": text, "document": names[n]})
        if text is not None and speakers[n] != speakers[own]:
            found.append({"kind": "attribution", "mine": speakers[own], "theirs": speakers[n], "document": names[n]})
    return found


def _fact(name: str, values: Sequence[str | None], names: Sequence[str], own: int, other: int) -> Disagreement:
    return {"kind": f"fact_{name}", "mine": values[own], "theirs": values[other], "document": names[other]}


def _event(region: Region, row: pd.Series) -> str | None:
    if row["kind"] == "event":
        return str(row["made"]) if isinstance(row["made"], str) else None
    where = {"document": str(row["document"]), "kind": "event", "ordinal": row["slots"].get("event") or ""}
    made = region.table("proposals", columns=["made"], where=where)["made"].dropna()
    return str(made.iloc[0]) if len(made) else None


def _read(region: Region, row: pd.Series) -> list[Disagreement]:
    """What was found when the reports were read together."""
    held = region.table("documents", columns=["sha256", "title"])
    titles = dict(zip(held["sha256"].astype(str), held["title"].astype(str), strict=True))
    own = str(held["sha256"].get(str(row["document"]), ""))
    ordinal = "" if row["kind"] == "event" else str(row["ordinal"])
    if row["kind"] not in ("event", "directive"):
        return []
    found: list[Disagreement] = []
    for one in _found_on_reading(region, row):
        left, right = (str(ref).rpartition("#") for ref in one["between"])
        mine, other = (left, right) if left[0] == own else (right, left)
        if mine[0] == own and (not ordinal or mine[2] == ordinal):
            said, theirs = (one["left"], one["right"]) if mine is left else (one["right"], one["left"])
            found.append({"kind": str(one["kind"]), "mine": said, "theirs": theirs,
                          "document": titles.get(other[0], other[0][:12])})  # fmt: skip
    return found


def _found_on_reading(region: Region, row: pd.Series) -> list[dict[str, Any]]:
    if row["kind"] == "event":
        return list(row["slots"].get("differences") or [])
    where = {"document": str(row["document"]), "kind": "event", "ordinal": row["slots"].get("event") or ""}
    told = region.table("proposals", columns=["payload"], where=where)["payload"]
    return list((read_json(told.iloc[0]) or {}).get("differences") or []) if len(told) else []
