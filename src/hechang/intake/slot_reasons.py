"""How sure each field of a proposal is, 0 to 1, and what it rests on; the figures are our own assumption.

A reader that knows better says so in the proposal itself (`sure`), and is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hechang.intake.mending import plain, slots_of

LOW = 0.7  # below this a field is marked for a closer look


@dataclass(frozen=True)
class Rests:
    """What a field rests on: how sure it is, a reason (`reading_why_…` of the words), and the basis in words."""

    confidence: float
    reason: str
    basis: str = ""


Slots = Mapping[str, Any]
Rule = Callable[[Slots, str], Rests]


def slot_reasons(kind: str, slots: Slots, confidence: float | None) -> dict[str, Rests]:
    """Return for each field with a value what it rests on.

    Examples
    --------
    >>> found = slot_reasons("event", {"name": "推进会", "date": {"value": "2022-09-27", "basis": "inferred: x"}}, 0.7)
    >>> found["date"].reason, found["date"].confidence, found["date"].basis
    ('inferred', 0.7, 'x')
    >>> slot_reasons("person", {"name": "王某", "title": "市长"}, 0.85)["title"].reason
    'title_grammar'
    """
    given = slots.get("sure") or {}
    rules = _RULES.get(kind, {})
    found: dict[str, Rests] = {}
    for slot in slots_of(kind):
        value = plain(slots.get(slot.name))
        if value in (None, "", []):
            continue
        if slot.name in (slots.get("mended") or {}):
            found[slot.name] = Rests(1.0, "mended")
        elif slot.name in given:
            found[slot.name] = _given(given[slot.name])
        else:
            rule = rules.get(slot.name)
            found[slot.name] = rule(slots, slot.name) if rule else Rests(round(confidence or 0.5, 2), "grammar")
    return found


def _given(told: Any) -> Rests:
    if isinstance(told, Mapping):
        return Rests(float(told.get("confidence") or 0.5), "reader", str(told.get("reason") or ""))
    return Rests(float(told), "reader")


def _constant(confidence: float, reason: str) -> Rule:
    return lambda _slots, _name: Rests(confidence, reason)


def _day(slots: Slots, name: str) -> Rests:
    how, _, basis = str((slots.get(name) or {}).get("basis") or "").partition(":")
    known = {"stated": 0.9, "inferred": 0.7, "mended": 1.0}
    return Rests(known.get(how, 0.5), how if how in known else "unsure", basis.strip())


def _addressee(slots: Slots, name: str) -> Rests:
    text = str(slots.get("text") or "")
    if slots.get("lead") or slots.get("co_bodies"):
        return Rests(0.9, "trailer")
    return Rests(0.9, "in_clause") if all(str(one) in text for one in slots[name]) else Rests(0.6, "carried")


def _modality(slots: Slots, name: str) -> Rests:
    return {"require": Rests(0.95, "lead_word"), "commit": Rests(0.8, "promise")}.get(slots[name], Rests(0.8, "quoted"))


def _theme(slots: Slots, name: str) -> Rests:
    return Rests(0.6, "theme_words") if slots[name] != "other" else Rests(0.5, "no_theme_word")


def _title(slots: Slots, _name: str) -> Rests:
    return Rests(0.85, "title_grammar") if slots.get("title") else Rests(0.6, "name_only")


_RULES: dict[str, dict[str, Rule]] = {
    "event": {"name": _constant(0.9, "verbatim"), "date": _day},
    "directive": {
        "modality": _modality,
        "speaker": _constant(0.95, "scope"),
        "addressee": _addressee,
        "deadline": _day,
        "theme": _theme,
        "lead": _constant(0.95, "trailer"),
        "co_bodies": _constant(0.95, "trailer"),
    },
    "person": {"name": _title, "title": _title},
    "figure": {
        "value": _constant(0.9, "verbatim"),
        "unit": _constant(0.9, "verbatim"),
        "what": _constant(0.6, "nearest_noun"),
    },
    "reference": {"title": _constant(0.9, "verbatim")},
}
