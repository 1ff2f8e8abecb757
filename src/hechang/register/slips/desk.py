"""The desk of letters 督办函: issued from lights, every step filed as an edit that says who and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import pandas as pd

from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.register.lights.lit import MARKS, TABLES, burning, light_rows, lights, marks, severity, worst
from hechang.register.lights.shown import objects
from hechang.register.rules import rule_value
from hechang.register.slips import steps
from hechang.terms.cells import plain
from hechang.terms.errors import InputError, not_known
from hechang.terms.specs import codes

_NUMBER = re.compile(r"督办〔(\d{4})〕(\d+)号")
_NAMES = " UNION ALL ".join(
    f"SELECT id, name, {'id' if t == 'places' else 'NULL' if t == 'funds' else 'place'} AS place FROM {t}"
    for t in dict.fromkeys(TABLES.values())
)
Step = Callable[..., steps.Changes]


def slips(region: Region) -> pd.DataFrame:
    """All letters issued by the region's day, in the order of their numbers.

    Returns
    -------
    DataFrame
        The columns of the table, indexed by id, and name and place (of the object), owner (name of the body addressed),
        escalated_by (number of the letter that followed), state (see `steps.NEXT`), until [day of the next step],
        next (steps that may come, with commas).

    Examples
    --------
    >>> from hechang import tiny
    >>> slips(issue(tiny(), by="zhang", why="month end"))[["number", "name", "state"]].values.tolist()[0]
    ['督办〔2022〕1号', '滞后项目', 'issued']
    """
    sql = f"""
        WITH names AS ({_NAMES})
        SELECT s.*, coalesce(n.name, s.object) AS name, n.place, coalesce(b.name, s.to_body, s.owner) AS body,
               f.number AS escalated_by
        FROM slips s LEFT JOIN names n ON n.id = s.object LEFT JOIN bodies b ON b.id = s.to_body
             LEFT JOIN (SELECT escalates, max(number) AS number FROM slips GROUP BY escalates) f ON f.escalates = s.id
        WHERE s.issued <= $day ORDER BY left(s.number, 7), length(s.number), s.number"""
    rows = region.query(sql, day=region.day).drop(columns="owner").rename(columns={"body": "owner"}).set_index("id")
    letters = [_plain(row) for row in rows.reset_index().to_dict("records")]  # a desk writes some hundreds a year
    states = [steps.state(row) for row in letters]
    made = {"state": states, "until": [steps.until(row) for row in letters], "next": [_next(name) for name in states]}
    return rows.assign(**{name: pd.Series(column, rows.index, dtype="string") for name, column in made.items()})


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): plain(value) for name, value in row.items()}


def _next(name: str) -> str:
    return ", ".join(steps.NEXT[name])


def issue(
    region: Region,
    rule: str = "",
    only: Sequence[str] = (),
    *,
    by: str,
    why: str,
    least: str = "yellow",
    request: str | None = None,
) -> Region:
    """Write a letter for every object that is lit `least` or worse and has no open letter of that colour or worse.

    The lights the letters rest on are kept in the same edit. An open letter of a softer colour is escalated by the new
    one. Letters are due after the days of the dated parameter `slip_days` of `lights`.

    Parameters
    ----------
    only
        Ids of the objects to write to; all when empty.
    request
        Key of the request; the same key again writes nothing new.

    Raises
    ------
    InputError
        where nothing is lit that lacks a letter, or an object named is not.

    Examples
    --------
    >>> from hechang import tiny
    >>> issued = issue(tiny(), by="zhang", why="month end")
    >>> issued.slips[["number", "colour", "due"]].values.tolist()
    [['督办〔2022〕1号', 'yellow', '2022-10-04']]
    """
    known = slips(region)
    lit = _due_a_letter(worst(burning(lights(region, rule))), known, least)
    lit = lit[lit["object"].isin(only)] if only else lit
    for name in only:
        if name not in set(lit["object"]):
            raise InputError(
                f"'{name}' is not lit {least} or worse, or has a letter",
                f"“{name}”未亮{codes('colours')[least].zh}及以上, 或已有督办函",
            )
    if lit.empty:
        raise InputError("Nothing is lit that lacks a letter", "没有需要发函的亮灯")
    with region.edit(by=by, why=why, request=request) as e:
        kept = _keep(e, light_rows(region, lit))
        e.put("slips", _letters(region, lit.assign(light=kept), known))
    return e.after


def _due_a_letter(lit: pd.DataFrame, known: pd.DataFrame, least: str) -> pd.DataFrame:
    if least not in codes("colours"):
        raise not_known("colour", "灯色", least, codes("colours"))
    rank = severity(lit["colour"])
    open_now = known[known["state"].isin(("issued", "acknowledged", "answered", "returned"))]
    worst_open = severity(open_now["colour"]).groupby(open_now["object"]).max().to_dict()
    held = lit["object"].map(worst_open).fillna(0).astype(int)
    bar = list(codes("colours")).index(least) + 1
    return lit[(rank >= bar) & (rank > held)].reset_index(drop=True)


def _keep(e: Edit, rows: pd.DataFrame) -> pd.Series:
    """Keep lights and return their ids in the order of the rows."""
    ids = rows["id"].astype(object)
    for known in (True, False):
        part = rows[rows["id"].notna() == known]
        if not part.empty:
            ids[part.index] = e.put("lights", part if known else part.drop(columns="id"))
    return ids


def _letters(region: Region, lit: pd.DataFrame, known: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of new letters; the n-th letter of a colour to an object brings the n-th step of its escalation."""
    days = int(rule_value(region, "lights", "slip_days").value)
    numbers = next_numbers(_numbers(region), region.day[:4], len(lit))
    tables = lit["kind"].map(TABLES)
    owners = pd.concat([objects(region, str(name), lit.loc[tables == name, "object"]) for name in tables.unique()])
    bodies, marked = owners["to_body"].to_dict(), marks(region, lit)
    made = []
    for number, row in zip(numbers, lit.to_dict("records"), strict=True):  # letters, not rows of the register
        before = known[known["object"] == row["object"]]
        soft = before[before["state"].isin(("issued", "acknowledged", "returned"))]
        measure = _measure(row["escalation"], int((before["colour"] == row["colour"]).sum()))
        made.append({
            "number": number,
            "object": row["object"],
            "colour": row["colour"],
            "to_body": plain(bodies.get(row["object"])),
            "issued": region.day,
            "valid_from": region.day,
            "due": steps.later(region.day, days),
            "light": row["light"],
            "reason": steps.joined(f"{row['reason']} / {row['reason_en']}", measure),
            "escalates": soft.index[-1] if len(soft) else None,
            **{name: plain(marked.loc[row["object"], name]) for name in MARKS},
        })  # fmt: skip
    return made


def _measure(words: object, before: int) -> str:
    """What a clause asks for the (before + 1)-th time, the last step for ever after; empty where it asks nothing."""
    parts = steps.escalation_steps(words)
    if not parts:
        return ""
    zh, en = steps.halves(parts[min(before, len(parts) - 1)])
    return f"措施: {zh} / measure: {en}"


def next_numbers(known: pd.Series, year: str, count: int) -> list[str]:
    """Numbers that follow the highest one of the year.

    Examples
    --------
    >>> next_numbers(pd.Series(["督办〔2022〕9号", "督办〔2021〕30号"]), "2022", 2)
    ['督办〔2022〕10号', '督办〔2022〕11号']
    """
    found = (_NUMBER.fullmatch(str(number)) for number in known)
    last = max((int(one.group(2)) for one in found if one and one.group(1) == year), default=0)
    return [f"督办〔{year}〕{last + n}号" for n in range(1, count + 1)]


def _numbers(region: Region) -> pd.Series:
    """Numbers of all letters, those of later days too: no number is given twice."""
    return region.query('SELECT DISTINCT number FROM "slips every"')["number"]


def letter(region: Region, number: str) -> dict[str, Any]:
    """One letter as `slips` has it, plain values and its id; raises NotKnown. `12` means the 12th of the day's year."""
    known = slips(region)
    full = f"督办〔{region.day[:4]}〕{number}号" if number.isdecimal() else number
    rows = known[known["number"] == full]
    if rows.empty:
        raise not_known("letter", "督办函", full, known["number"], "hechang slip list")
    return _plain(rows.reset_index().iloc[0].to_dict())


def take(
    region: Region,
    number: str,
    step: str,
    given: Mapping[str, Any],
    *,
    by: str,
    why: str,
    request: str | None = None,
) -> Region:
    """File one step of a letter on the region's day.

    Parameters
    ----------
    step
        acknowledge, answer, return, extend, close, recheck or escalate.
    given
        What the step asks for: text and evidence; to, approver and reason; result and in_order.
    request
        Key of the request; the same key again writes nothing new.

    Raises
    ------
    InputError
        where the step is not due or lacks something; NotKnown for an unknown letter or document.

    Examples
    --------
    >>> from hechang import tiny
    >>> issued = issue(tiny(), by="zhang", why="month end")
    >>> taken = take(issued, "1", "acknowledge", {}, by="li", why="received")
    >>> slips(taken)["next"].tolist()
    ['answer, extend, escalate']
    """
    slip = letter(region, number)
    if given.get("evidence"):
        _refuse_unknown_document(region, str(given["evidence"]))
    _refuse_later(region, slip)
    row = _row(region, slip, step, given)
    with region.edit(by=by, why=why, request=request) as e:
        e.put("slips", {**row, "valid_from": region.day})
    return e.after


def _row(region: Region, slip: Mapping[str, Any], step: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Row a step writes: the letter changed, or the letter that follows it."""
    days = {name: int(rule_value(region, "lights", name).value) for name in ("slip_days", "recheck_days")}
    runs: Mapping[str, Step] = MappingProxyType({
        "acknowledge": steps.acknowledge,
        "answer": steps.answer,
        "return": steps.send_back,
        "extend": steps.extend,
        "close": partial(steps.close, recheck_days=days["recheck_days"]),
        "recheck": partial(steps.recheck, slip_days=days["slip_days"]),
        "escalate": steps.escalate,
    })  # fmt: skip
    if step not in runs:
        raise not_known("step", "步骤", step, runs)
    changed = runs[step](slip, region.day, **given)
    if step != "escalate":
        return {"id": slip["id"], **changed}
    number = next_numbers(_numbers(region), region.day[:4], 1)[0]
    due = steps.later(region.day, days["slip_days"])
    return {**changed, "number": number, "issued": region.day, "due": due}


def _refuse_later(region: Region, slip: Mapping[str, Any]) -> None:
    """Raise InputError where a step of a later day is on file: the life of a letter has one order."""
    last = str(region.every_version("slips", [str(slip["id"])])["valid_from"].max())
    if last > region.day:
        raise InputError(
            f"{slip['number']} has a step on {last}, after {region.day}. Choose that day or a later one",
            f"{slip['number']} 在 {last} 已有后续步骤, 晚于 {region.day}。请选该日或更晚的日期",
        )


def _refuse_unknown_document(region: Region, id: str) -> None:
    known = region.table("documents", columns=["title"])
    if id not in known.index:
        raise not_known("document", "文件", id, known.index, "hechang read FILE")
