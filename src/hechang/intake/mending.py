"""Mending: which fields of a proposal a person may change before accepting it, and what a given value must be.

The changed fields stay with the proposal as `mended`: what was read, and what a person made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from hechang.intake.same_event import key_from
from hechang.terms.dates import parse_date
from hechang.terms.errors import InputError, not_known
from hechang.terms.numbers import parse_number
from hechang.terms.specs import codes
from hechang.terms.specs import table as spec

LONGEST, MOST = 400, 30  # characters of a value, values of a list; own assumption
PRECISIONS = {4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True)
class Slot:
    """A field of a proposal that may be mended: its name, words, type, and where it goes in the register.

    `type` is text, date, number, list or code:LIST; `table` and `column` are empty where accepting makes no row.
    """

    name: str
    zh: str
    en: str
    type: str
    required: bool
    table: str = ""
    column: str = ""


_COLUMNS = {
    "event": {"name": "", "date": "", "organiser": "", "form": "", "place": "venue", "chair": ""},
    "directive": dict.fromkeys(("kind", "modality", "speaker", "addressee", "verb", "object", "deadline", "theme"), ""),
    "person": dict.fromkeys(("name", "title", "roles"), ""),
    "project": {"name": "", "place": "", "status": "note"},
    "agreement": {"name": "", "parties": "object"},
}
_TABLES = {kind: f"{kind}s" for kind in _COLUMNS}
_LISTS = ("place", "addressee", "roles", "parties")
_LOOSE = {
    "figure": (
        Slot("value", "数值", "Value", "number", True),
        Slot("unit", "单位", "Unit", "text", False),
        Slot("what", "对象", "What is counted", "text", False),
    ),
    "reference": (
        Slot("title", "文件名称", "Title", "text", True),
        Slot("action", "动作", "Action", "text", False),
    ),
}
_MORE = {
    "directive": (
        Slot("lead", "牵头单位", "Lead body", "list", False),
        Slot("co_bodies", "配合单位", "Co-operating bodies", "list", False),
    )
}  # they go into the task that comes of it


@cache
def slots_of(kind: str) -> Sequence[Slot]:
    """Return the fields of proposals of `kind` that may be mended.

    Examples
    --------
    >>> [slot.name for slot in slots_of("person")], slots_of("directive")[0].type
    (['name', 'title', 'roles'], 'code:directive_kinds')
    """
    if kind in _LOOSE:
        return _LOOSE[kind]
    return tuple(_slot(_TABLES[kind], name, column or name) for name, column in _COLUMNS[kind].items()) + _MORE.get(
        kind, ()
    )


def _slot(table: str, name: str, column: str) -> Slot:
    field = spec(table).field(column)
    kind = "list" if name in _LISTS else field.type if field.type == "date" or field.kind == "code" else "text"
    return Slot(name, field.zh, field.en, kind, field.required, table, column)


def columns_of(kind: str, names: Iterable[str]) -> tuple[str, list[str]]:
    """Return the table of `kind`, and the columns of it that mended fields change.

    Examples
    --------
    >>> columns_of("event", ["place", "date"])
    ('events', ['venue', 'date', 'date_basis', 'key'])
    """
    by_name = {slot.name: slot for slot in slots_of(kind) if slot.table}
    columns = [by_name[name].column for name in names if name in by_name]
    also = ["date_basis", "key"] if kind == "event" and columns else []
    return _TABLES.get(kind, ""), columns + also


def mended(kind: str, slots: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a proposal with some of them changed; what they were is kept under `mended`.

    Parameters
    ----------
    kind
        Kind of the proposal.
    slots
        Its fields as they were read.
    given
        New values: text, an ISO date or `2022年9月`, a code, a number, a list of texts; None or an empty text empties.

    Raises
    ------
    NotKnown
        for a field that this kind does not have, or an unknown code.
    InputError
        for a value that cannot be read, or where nothing is changed.

    Examples
    --------
    >>> mended("directive", {"speaker": "会议", "deadline": None}, {"deadline": "2022年11月"})["deadline"]["value"]
    '2022-11'
    >>> mended("person", {"name": "王某", "title": None}, {"title": "市长"})["mended"]
    {'title': [None, '市长']}
    """
    known = {slot.name: slot for slot in slots_of(kind)}
    for name in given:
        if name not in known:
            raise not_known(f"field of a {kind}", "可修改字段", str(name)[:LONGEST], known)
    read = {name: read_value(known[name], value) for name, value in given.items()}
    before = {name: plain(slots.get(name)) for name in read}
    changed = {name: [before[name], value] for name, value in read.items() if value != before[name]}
    if not changed:
        raise InputError("Nothing is changed. Accept the proposal as it is", "没有任何改动。请直接采纳")
    fresh = {name: _kept(known[name], value) for name, value in read.items() if name in changed}
    whole = {**slots, **fresh, "mended": {**slots.get("mended", {}), **changed}}
    return {**whole, "key": _key(whole)} if kind == "event" else whole


def plain(value: Any) -> Any:
    """Return the value of a field as a person sees it: the day of a date, an empty text as None.

    Examples
    --------
    >>> plain({"value": "2022-09", "precision": "month"}), plain(""), plain([])
    ('2022-09', None, [])
    """
    found = value.get("value") if isinstance(value, Mapping) else value
    return None if found == "" else found


def read_value(slot: Slot, value: Any) -> Any:
    """Read one value as its field demands; raises InputError or NotKnown in the words of the field."""
    if slot.type == "list":
        return _list(slot, value)
    if value is None or (isinstance(value, str) and not value.strip()):
        if slot.required:
            raise InputError(f"'{slot.en}' may not be empty", f"“{slot.zh}”不能为空")
        return None
    if slot.type == "number":
        return _number(slot, value)
    text = _text(slot, value)
    if slot.type == "date":
        return _date(slot, text)
    if slot.type.startswith("code:") and text not in codes(slot.type[5:]):
        raise not_known(f"value of '{slot.en}'", f"{slot.zh}取值", text, codes(slot.type[5:]))
    return text


def _text(slot: Slot, value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise InputError(
            f"'{slot.en}' takes a text of at most {LONGEST} characters", f"“{slot.zh}”应为不超过 {LONGEST} 字的文字"
        )
    return value.strip()


def _list(slot: Slot, value: Any) -> list[str]:
    given = [] if value is None else value
    if not isinstance(given, list) or len(given) > MOST:
        raise InputError(f"'{slot.en}' takes a list of at most {MOST} texts", f"“{slot.zh}”应为不超过 {MOST} 项的列表")
    return [text for text in (_text(slot, one) for one in given) if text]


def _number(slot: Slot, value: Any) -> float:
    found = parse_number(str(value)[:LONGEST])
    if found is None or isinstance(value, bool):
        said = str(value)[:40]
        raise InputError(f"'{said}' is no number for '{slot.en}'", f"“{slot.zh}”的“{said}”不是数字")
    return int(found) if found == int(found) else float(found)


def _date(slot: Slot, text: str) -> str:
    found = parse_date(text)
    if found is None:
        raise InputError(
            f"'{text[:40]}' is no date for '{slot.en}'. Write 2022, 2022-09 or 2022-09-27",
            f"“{slot.zh}”的“{text[:40]}”不是日期。请写成 2022、2022-09 或 2022-09-27",
        )
    return found


def _kept(slot: Slot, value: Any) -> Any:
    """Dates are kept with their precision and what they rest on."""
    if slot.type != "date" or value is None:
        return value
    return {"value": value, "precision": PRECISIONS.get(len(value), "year"), "basis": "mended"}


def _key(slots: Mapping[str, Any]) -> str | None:
    day = str(plain(slots.get("date")) or "")
    return key_from(slots["name"], day, slots.get("organiser") or "", slots.get("city") or "") or None
