"""What an answer may look like: one closed form in which every value is a quotation with its place.

There is no field for a date, a class outside the lists, or free text: what cannot be said cannot be invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator

from hechang.terms.specs import codes

FIELDS = MappingProxyType(
    {
        "event": ("name", "date", "organiser", "form", "place", "chair"),
        "directive": ("speaker", "addressee", "lead", "deadline"),
        "person": ("name", "title"),
        "project": ("name", "place", "party", "date"),
        "agreement": ("name", "party"),
        "figure": ("unit", "what"),
        "reference": ("title",),
    }
)
MOST_ITEMS = 400  # of one answer; more is no reading of a few thousand characters
MOST_FIELDS = 20
LARGEST = 9_007_199_254_740_991  # a number beyond it is not the one that was written


@dataclass(frozen=True)
class Quote:
    """A quotation as claimed: paragraph, the words, which time they stand there, and the words right before it."""

    paragraph: int
    quote: str
    occurrence: int
    before: str


@dataclass(frozen=True)
class Claim:
    """One claim of an answer; `label` and `modality` are codes, `fields` are quotations by name."""

    kind: str
    at: Quote
    label: str | None = None
    modality: str | None = None
    value: float | None = None
    fields: tuple[tuple[str, Quote], ...] = ()


class Unusable(ValueError):
    """An answer that is no answer; its text is the code of the reason."""


def _closed(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


@cache
def answer_schema() -> dict[str, Any]:
    """Return the JSON schema that goes with a question and that each answer is held against.

    Examples
    --------
    >>> list(answer_schema()["properties"])
    ['items']
    """
    return _closed(items={"type": "array", "items": _item_schema()})


def _item_schema() -> dict[str, Any]:
    quote = _closed(
        paragraph={"type": "integer"}, quote={"type": "string"}, occurrence={"type": "integer"},
        before={"type": "string"},
    )  # fmt: skip
    names = sorted({name for some in FIELDS.values() for name in some})
    return _closed(
        kind={"type": "string", "enum": list(FIELDS)},
        at=quote,
        label={"type": ["string", "null"], "enum": [*codes("directive_kinds"), None]},
        modality={"type": ["string", "null"], "enum": [*codes("modalities"), None]},
        value={"type": ["number", "null"]},
        fields={"type": "array", "items": _closed(name={"type": "string", "enum": names}, at=quote)},
    )


@cache
def _item_check() -> Draft202012Validator:
    return Draft202012Validator(_item_schema())


def claims(content: str) -> list[Claim | None]:
    """Return the claims of an answer; None stands for each one that has another form.

    Raises
    ------
    Unusable
        for what is no JSON, has another form as a whole, or holds more than a text of this size can.

    Examples
    --------
    >>> claims('{"items": [{"kind": "secret"}]}'), claims('{"items": []}')
    ([None], [])
    """
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Unusable("no_json") from None
    if not isinstance(found, dict) or list(found) != ["items"] or not isinstance(found["items"], list):
        raise Unusable("other_form")
    if len(found["items"]) > MOST_ITEMS:
        raise Unusable("too_many")
    return [_claim(one) for one in found["items"]]


def _claim(one: Any) -> Claim | None:
    if not _item_check().is_valid(one) or len(one["fields"]) > MOST_FIELDS:
        return None
    value = one["value"]
    if value is not None and not abs(value) <= LARGEST:
        return None
    fields = tuple((field["name"], _quote(field["at"])) for field in one["fields"])
    return Claim(one["kind"], _quote(one["at"]), one["label"], one["modality"], value, fields)


def _quote(one: Any) -> Quote:
    return Quote(int(one["paragraph"]), one["quote"], int(one["occurrence"]), one["before"])
