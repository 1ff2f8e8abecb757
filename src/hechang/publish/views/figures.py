"""What one figure is made of: numerator, denominator, geography, day, revision, source, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.publish.results import Results
from hechang.publish.rows import made_up, simple
from hechang.publish.views.frame import place_names
from hechang.publish.views.listed import denominator, geography_of, where
from hechang.region.answers import geography
from hechang.region.cities import cities
from hechang.terms import catalogue
from hechang.terms.errors import not_known

SHOWN = 50  # of what is missing
UNITS = {"projects": ("个", "projects"), "tasks": ("项", "tasks")}


def list_figure(results: Results, id: str, colour: str = "", city: str = "") -> dict[str, Any]:
    """Return the count of a list with what it is a part of; of one colour, or of the rows of one city, where asked.

    Raises
    ------
    NotKnown
        for a list or city that does not exist.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = list_figure(Results(tiny()), "signed-not-filed")
    >>> found["value"], found["denominator"], found["denominator_zh"]
    (1, 4, '已签约的项目')
    """
    card = catalogue.card(id, "list")
    frame = results.listing(id)
    kept = _of_city(results, frame, city)
    kept = kept[kept["colour"].eq(colour)] if colour and "colour" in kept else kept
    among = denominator(results, card)
    rule, missing = frame.attrs.get("rule") or {}, frame.attrs.get("missing", [])
    return {
        "kind": "list", "id": id, "zh": card.zh, "en": card.en, "unit": "", "version": card.version,
        "value": len(kept), "numerator": len(kept), "denominator": among.count,
        "denominator_zh": among.zh, "denominator_en": among.en, "place": city or None, "options": {},
        "geography": geography_of(results, frame), "source": card.source, "rule": rule, "synthetic": made_up(kept),
        "missing": {"count": len(missing), "rows": missing[:SHOWN]}, **where(results),
    }  # fmt: skip


def _of_city(results: Results, frame: pd.DataFrame, city: str) -> pd.DataFrame:
    if not city:
        return frame
    if city not in place_names(results):
        raise not_known("place", "地点", city, list(place_names(results)))
    of = results.once("city of", lambda: cities(results.region).to_dict())
    return frame[frame["place"].map(of).eq(city)] if "place" in frame else frame.iloc[:0]


def measure_figure(results: Results, id: str, place: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return one place's value of a measure with its parts; without a place the middle value of all places.

    Raises
    ------
    NotKnown
        for a measure, option or place that does not exist.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = measure_figure(Results(tiny()), "rail-reach", "a", {})
    >>> found["value"], found["numerator"], found["denominator"]
    (75.0, 75, 100.0)
    """
    card = catalogue.card(id, "measure")
    options = catalogue.read_options(card, dict(given))
    frame = results.measure(id, **options)
    if place and place not in frame.index:
        raise not_known("place in this measure", "地点(该指标)", place, [str(one) for one in frame.index])
    missing = frame[frame["value"].isna()]
    why = missing["why_missing"] if "why_missing" in missing else pd.Series("", index=missing.index)
    return {
        "kind": "measure", "id": id, "zh": card.zh, "en": card.en, "unit": card.unit, "version": card.version,
        **(_of_place(frame, place) if place else _middle(frame)), "place": place or None, "options": options,
        "geography": geography(results.region, len(frame)), "source": card.source, "rule": {},
        "synthetic": made_up(frame), **where(results),
        "missing": {"count": len(missing), "rows": _lacking(why)},
    }  # fmt: skip


def _lacking(why: pd.Series) -> list[dict[str, Any]]:
    return [{"id": str(id), "why": simple(said)} for id, said in why.head(SHOWN).items()]


def _of_place(frame: pd.DataFrame, place: str) -> dict[str, Any]:
    row = frame.loc[place]
    parts = {name: simple(row[name]) if name in frame else None for name in ("value", "numerator", "denominator")}
    return parts | {"denominator_zh": "", "denominator_en": ""}


def _middle(frame: pd.DataFrame) -> dict[str, Any]:
    known = frame["value"].dropna()
    told = {"value": simple(known.median()) if len(known) else None, "numerator": None, "denominator": len(known)}
    return told | {"denominator_zh": "有数值的地点 (中位数)", "denominator_en": "places with a value (median)"}
