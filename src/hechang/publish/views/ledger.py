"""The task ledger 督查台账 as the workbench shows it: every task with its light, one task with its letters."""

from __future__ import annotations

import pandas as pd

from hechang.publish.results import Asked, Results
from hechang.publish.rows import Row, records, simple
from hechang.publish.views.one_project import open_to
from hechang.publish.views.tasks import ledger_of, task
from hechang.register.lights.lit import burning, lights, worst
from hechang.register.slips.desk import slips
from hechang.register.slips.letters import slip_text
from hechang.register.slips.steps import NEXT
from hechang.register.tasks import STATES
from hechang.terms.errors import not_known
from hechang.terms.specs import codes

SHOWN = [
    "number", "name", "kind", "programme", "lead", "owner", "place", "begins", "due", "closed", "state", "late", "days",
    "progress", "expected", "behind", "period", "problem", "steps", "steps_done", "steps_late", "next_step", "source",
    "synthetic", "report_every",
]  # fmt: skip
SORTED = ("due", "number", "name", "owner", "state", "days", "progress", "behind", "colour")
LETTER = [
    "number", "object", "name", "colour", "to_body", "owner", "state", "issued", "due", "until", "next", "acknowledged",
    "answered", "answer", "evidence", "review", "closed", "recheck_due", "rechecked", "recheck", "extended_to",
    "approver", "extension", "reason", "escalates", "escalated_by", "synthetic",
]  # fmt: skip


def tasks(results: Results, chosen: dict[str, str], words: str, order: str, part: slice) -> Row:
    """Return a page of the ledger with lights, counts by state and colour, and the choices there are.

    Parameters
    ----------
    chosen
        state, lead, programme and colour to keep; empty ones keep all.
    words
        What name, number or lead must contain.
    order
        A column of `SORTED`, with `-` before it for the other way round.
    """
    every = with_lights(results)
    kept = _kept(every, {k: v for k, v in chosen.items() if k in ("lead", "programme")}, words)
    shown = _kept(kept, {k: v for k, v in chosen.items() if k in ("state", "colour")}, "")
    found = {
        "total": len(shown),
        "rows": records(_ordered(shown, order).iloc[part][[*SHOWN, "colour", "lit", "lit_en"]]),
        "states": {state: int(kept["state"].eq(state).sum()) for state in STATES},
        "colours": {colour: int(kept["colour"].eq(colour).sum()) for colour in codes("colours")},
        "leads": _choices(every, "lead", "owner"),
        "programmes": sorted(every["programme"].dropna().unique().tolist()),
    }
    return open_to(results, found)


def with_lights(results: Results) -> pd.DataFrame:
    """Return the ledger with colour, lit and lit_en: the worst light of each task and why it burns."""
    return results.once("ledger with lights", lambda: _with_lights(results))


def _with_lights(results: Results) -> pd.DataFrame:
    every = ledger_of(results)
    lit = worst(burning(lights(results.region, "")))
    mine = lit[lit["object"].isin(every.index)].set_index("object")
    named = mine[["colour", "reason", "reason_en"]].rename(columns={"reason": "lit", "reason_en": "lit_en"})
    return every.join(named.astype("string[pyarrow]"))


def _kept(frame: pd.DataFrame, chosen: dict[str, str], words: str) -> pd.DataFrame:
    for name, value in chosen.items():
        frame = frame[frame[name].eq(value).fillna(False).astype(bool)] if value else frame
    if words:
        text = frame["name"] + "\n" + frame["number"].fillna("") + "\n" + frame["owner"].fillna("")
        frame = frame[text.str.contains(words, case=False, regex=False)]
    return frame


def _ordered(frame: pd.DataFrame, order: str) -> pd.DataFrame:
    name = order.removeprefix("-")
    if name not in SORTED:
        raise not_known("column to sort by", "排序列", name, SORTED)
    rank = {colour: at for at, colour in enumerate(codes("colours"))}
    key = frame["colour"].map(rank) if name == "colour" else frame[name]
    at = key.sort_values(ascending=not order.startswith("-"), kind="stable", na_position="last").index
    return frame.loc[at]


def _choices(frame: pd.DataFrame, id: str, name: str) -> list[Row]:
    pairs = frame[[id, name]].dropna().drop_duplicates(id).sort_values(name)
    return [{"id": str(one), "name": str(two)} for one, two in zip(pairs[id], pairs[name], strict=True)]


def one(results: Results, id: str) -> Row:
    """Return one task: its light, milestones, reports, letters with their next steps, links, proof; raises NotKnown."""
    found = task(Asked(results, (id,)))
    row = records(with_lights(results).loc[[id]])[0]
    every = results.once("slips", lambda: slips(results.region))
    names = ("own", "steps", "returns", "bodies", "directive", "action", "projects", "proof")
    whole = {
        **{name: found[name] for name in names},
        "row": {name: row[name] for name in ("id", *SHOWN, "colour", "lit", "lit_en")},
        "files": sorted(found["files"]),
        "letters": [letter_row(one) for one in records(every[every["object"].eq(id)])],
    }
    return open_to(results, whole)


def letters(results: Results, state: str, body: str, part: slice) -> Row:
    """Return a page of letters 督办函, newest first, with the steps that may come."""
    every = results.once("slips", lambda: slips(results.region))
    kept = _kept(every, {"to_body": body}, "")
    shown = _kept(kept, {"state": state}, "").iloc[::-1]
    counts = {name: int(kept["state"].eq(name).sum()) for name in NEXT}
    return {"total": len(shown), "rows": [letter_row(row) for row in records(shown.iloc[part])], "states": counts}


def letter_row(row: Row) -> Row:
    """One letter with the steps that may come and its text in both languages."""
    shown = {"id": row["id"], **{name: simple(row[name]) for name in LETTER}}
    texts = {f"text_{lang}": slip_text(row, lang) for lang in ("zh", "en")}
    return shown | texts | {"next": list(NEXT[row["state"]])}
