"""The life of a letter 督办函 as pure functions: a letter and a day in, the columns that change out.

    issued → acknowledged → answered → closed → rechecked
                  ↑            ↓ returned       ↓ not in order
                  └────────────┴────────────────┘
    unanswered past its due day: escalated, a letter of the next colour follows

A step that is not due is refused with the steps that are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from hechang.terms.cells import is_empty
from hechang.terms.dates import first_day, is_date, last_day
from hechang.terms.errors import InputError

Slip = Mapping[str, Any]
Changes = dict[str, Any]
NEXT = MappingProxyType({
    "issued": ("acknowledge", "extend", "escalate"),
    "acknowledged": ("answer", "extend", "escalate"),
    "answered": ("return", "close"),
    "returned": ("answer", "extend", "escalate"),
    "closed": ("recheck",),
    "rechecked": (),
    "escalated": (),
})  # fmt: skip
WORDS = MappingProxyType({
    "issued": ("发出", "issued"), "acknowledged": ("已签收", "acknowledged"), "answered": ("已答复待审核", "answered"),
    "returned": ("审核退回", "returned"), "closed": ("已办结待回头看", "closed"),
    "rechecked": ("回头看通过", "re-checked"), "escalated": ("已升级", "escalated"),
    "acknowledge": ("签收", "acknowledge"), "answer": ("答复", "answer"), "return": ("退回", "return"),
    "extend": ("延期", "extend"), "close": ("办结", "close"), "recheck": ("回头看", "recheck"),
    "escalate": ("升级", "escalate"),
})  # fmt: skip
UPWARD = MappingProxyType({"blue": "orange", "yellow": "orange", "orange": "red"})  # blue to orange: Sanming


def state(slip: Slip) -> str:
    """Where a letter stands; `escalated_by` is the number of the letter that followed it.

    Examples
    --------
    >>> state({"issued": "2022-09-01"}), state({"issued": "2022-09-01", "answered": "2022-09-05", "review": "returned"})
    ('issued', 'returned')
    """
    has = {name for name, value in slip.items() if not is_empty(value)}
    if "escalated_by" in has:
        return "escalated"
    if "closed" in has:
        return "rechecked" if "rechecked" in has and slip["rechecked"] >= slip["closed"] else "closed"
    if slip.get("review") == "returned":
        return "returned"
    return next((name for name in ("answered", "acknowledged") if name in has), "issued")


def until(slip: Slip) -> str:
    """Day by which a letter is to be answered, or after closing to be looked at again; ISO text.

    A letter without such a day is due on the day it was issued or closed.
    """
    names = ("recheck_due", "closed") if state(slip) == "closed" else ("extended_to", "due", "issued")
    return next(str(slip[name]) for name in names if not is_empty(slip.get(name)))


def acknowledge(slip: Slip, day: str) -> Changes:
    """Receipt by the body addressed 签收."""
    _refuse_step(slip, "acknowledge", day)
    return {"acknowledged": day}


def answer(slip: Slip, day: str, *, text: str, evidence: str) -> Changes:
    """Answer with its evidence, a document of the register 答复."""
    _refuse_step(slip, "answer", day)
    _need(slip, {"answer": ("答复内容", text), "evidence": ("佐证材料", evidence)})
    return {"answered": day, "answer": text.strip(), "evidence": evidence.strip(), "review": None}


def send_back(slip: Slip, day: str) -> Changes:
    """Return an answer on review 审核退回."""
    _refuse_step(slip, "return", day)
    return {"review": "returned"}


def extend(slip: Slip, day: str, *, to: str, approver: str, reason: str) -> Changes:
    """Give more time; somebody must allow it and say why 延期."""
    _refuse_step(slip, "extend", day)
    _need(slip, {"approver": ("批准人", approver), "reason": ("延期理由", reason)})
    if not is_date(to) or last_day(to).isoformat() <= max(until(slip), day):
        raise InputError(
            f"{slip['number']}: '{to}' is no day after {max(until(slip), day)}. Give a later day as 2022-09-27",
            f"{slip['number']}: “{to}”不是 {max(until(slip), day)} 之后的日期。请填更晚的日期, 如 2022-09-27",
        )
    return {"extended_to": to, "approver": approver.strip(), "extension": reason.strip()}


def close(slip: Slip, day: str, *, recheck_days: int) -> Changes:
    """Pass the answer and close; the day of the second look 回头看 is set."""
    _refuse_step(slip, "close", day)
    return {"review": "passed", "closed": day, "recheck_due": later(day, recheck_days)}


def recheck(slip: Slip, day: str, *, result: str, in_order: bool, slip_days: int) -> Changes:
    """Look again; what is not in order opens the letter again, to be answered within `slip_days`."""
    _refuse_step(slip, "recheck", day)
    _need(slip, {"result": ("回头看结果", result)})
    seen: Changes = {"rechecked": day, "recheck": result.strip()}
    if in_order:
        return seen
    return seen | {"closed": None, "review": "returned", "due": later(day, slip_days), "extended_to": None}


def escalate(slip: Slip, day: str) -> Changes:
    """Letter of the next colour that follows one past its due day and unanswered; number, day and due are the desk's.

    Blue goes to orange and orange to red, as in Sanming; yellow to orange is our assumption.
    """
    _refuse_step(slip, "escalate", day)
    if last_day(until(slip)).isoformat() >= day:
        raise InputError(
            f"{slip['number']} is due on {until(slip)}: it can be escalated after that day",
            f"{slip['number']} 期限为 {until(slip)}, 逾期后方可升级",
        )
    if slip["colour"] not in UPWARD:
        raise InputError(
            f"{slip['number']} is {slip['colour']}, the last colour. Report it to the leaders",
            f"{slip['number']} 已是最高灯色。请报请领导约谈",
        )
    return {
        "object": slip["object"],
        "colour": UPWARD[slip["colour"]],
        "to_body": slip["to_body"],
        "light": slip["light"],
        "escalates": slip["id"],
        "reason": joined(f"{slip['number']} 逾期未答复 / {slip['number']} was not answered in time", slip["reason"]),
    }


def halves(text: object) -> tuple[str, str]:
    """Chinese and English of a text written as `中文 / English`; the same twice where it is written in one language.

    Examples
    --------
    >>> halves("逾期 / late"), halves("逾期"), halves(None)
    (('逾期', 'late'), ('逾期', '逾期'), ('', ''))
    """
    zh, _, en = ("" if is_empty(text) else str(text)).partition(" / ")
    return zh, en or zh


def escalation_steps(words: object) -> list[str]:
    """Steps of an escalation as a clause writes them, with arrows between.

    Examples
    --------
    >>> escalation_steps("约谈业主 / talk → 分管副市长约谈 / vice-mayor"), escalation_steps(None)
    (['约谈业主 / talk', '分管副市长约谈 / vice-mayor'], [])
    """
    parts = ("" if is_empty(words) else str(words)).split("→")
    return [part.strip() for part in parts if part.strip()]


def joined(*texts: object) -> str:
    """Put several `中文 / English` into one, empty ones left out.

    Examples
    --------
    >>> joined("逾期 / late", "约谈 / talk", None)
    '逾期; 约谈 / late; talk'
    """
    both = [halves(text) for text in texts if not is_empty(text) and str(text)]
    return " / ".join("; ".join(side) for side in zip(*both, strict=True))


def later(day: str, days: int) -> str:
    """Day so many calendar days later.

    Examples
    --------
    >>> later("2024-02-27", 2), later("2022-12-30", 7)
    ('2024-02-29', '2023-01-06')
    """
    return (first_day(day) + timedelta(days=days)).isoformat()


def _refuse_step(slip: Slip, step: str, day: str) -> None:
    now = state(slip)
    if step not in NEXT[now]:
        may = ", ".join(NEXT[now]) or "-"
        may_zh = "、".join(WORDS[name][0] for name in NEXT[now]) or "无"
        raise InputError(
            f"{slip['number']} is {WORDS[now][1]}: it cannot {step}. Next may come: {may}",
            f"{slip['number']} {WORDS[now][0]}, 不能{WORDS[step][0]}。下一步可以: {may_zh}",
        )
    last = max(str(slip[name]) for name in DATES if not is_empty(slip.get(name)))
    if day < last:
        raise InputError(
            f"{slip['number']}: {day} is before its last step on {last}. Choose a later day",
            f"{slip['number']}: {day} 早于上一步 {last}。请选更晚的日期",
        )


DATES = ("issued", "acknowledged", "answered", "closed", "rechecked")


def _need(slip: Slip, given: Mapping[str, tuple[str, str]]) -> None:
    absent = [name for name, (_, text) in given.items() if not text.strip()]
    if absent:
        zh = "、".join(given[name][0] for name in absent)
        raise InputError(f"{slip['number']}: {', '.join(absent)} must be given", f"{slip['number']}: 请填写{zh}")
