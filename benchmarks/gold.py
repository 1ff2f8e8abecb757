"""The annotated sets: where they lie, and one shape for all of them.

`seeds` and the text of `reports` and `held` come from ../shared; of them only spans and labels are kept here. `written`
holds documents of our own, the others more of them, written blind one after the other; rules were mended with their
misses once they had been scored. A document is `NAME.txt` with `NAME.json` (the annotation) and perhaps
`NAME.txt.meta.json` (what the user knows: the day it was published).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hechang.intake import normalise

SHARED = Path(__file__).parents[2] / "shared" / "data"
HERE = Path(__file__).parent / "gold"
SETS = (
    "seeds",
    "reports",
    "held",
    "written",
    "met",
    "unseen",
    "fresh",
    "sealed",
    "late",
    "dusk",
    "dawn",
    "noon",
    "eve",
)
ASIDE = {"cited", "byline", "reporter", "editor", "author"}  # people who are scored apart
MAGNITUDES = {"万亿": 10**12, "亿": 10**8, "万": 10**4}


@dataclass(frozen=True)
class Gold:
    """One annotated document: where its text lies, the text, and the annotation."""

    path: Path
    raw: str
    note: dict[str, Any]

    def inside(self, span: Iterable[int]) -> bool:
        """Whether a span starts in a part that was annotated; without `scope` the whole document was."""
        start = next(iter(span))
        return any(a <= start < b for a, b in self.note.get("scope") or [(0, len(self.raw))])


def present() -> list[str]:
    """Names of the sets that are there."""
    return [name for name in SETS if gold(name)]


@cache
def gold(name: str) -> tuple[Gold, ...]:
    """Documents of one set, none where the set is not there.

    Raises ValueError where a text is not the one that was annotated.
    """
    return tuple(read(text, note) for text, note in _pairs(name))


def _pairs(name: str) -> list[tuple[Path, Path]]:
    if name == "seeds":
        made = ((path, SHARED / "gold" / f"{path.name[:3]}.json") for path in sorted((SHARED / "seeds").glob("*.txt")))
        return list(made)
    if name in ("reports", "held"):
        notes = sorted((HERE / name).glob("*.json"))
        texts = [SHARED / "region" / "docs" / json.loads(note.read_text(encoding="utf-8"))["file"] for note in notes]
        return [(text, note) for text, note in zip(texts, notes, strict=True) if text.is_file()]
    return [(path, path.with_suffix(".json")) for path in sorted((HERE / name).glob("*.txt"))]


def read(path: Path, note: Path) -> Gold:
    """One document with its annotation; ValueError where the annotation is of another text."""
    raw = path.read_text(encoding="utf-8")
    told = json.loads(note.read_text(encoding="utf-8"))
    if told.get("sha256", _digest(raw)) != _digest(raw):
        raise ValueError(f"{path} is not the text that {note} annotates: take the span numbers anew")
    return Gold(path, raw, told)


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8")).hexdigest()


def span_of(item: dict[str, Any]) -> tuple[int, int]:
    """Where an annotated item stands: its own span, or that of its evidence."""
    start, end = item.get("raw_span") or item.get("span") or (item.get("evidence") or {}).get("raw_span") or (-1, -1)
    return int(start), int(end)


def text_of(one: Gold, item: dict[str, Any]) -> str:
    """Words of an annotated item: as noted, or read from the document at its span."""
    start, end = span_of(item)
    return str(item.get("name") or item.get("title") or item.get("text") or normalise(one.raw[start:end]))


def amount(value: Any, unit: str | None) -> tuple[Any, str]:
    """Value and unit with 万 and 亿 counted into the value.

    >>> amount(3.5, "亿元"), amount("12", "个")
    ((350000000.0, '元'), (12.0, '个'))
    """
    unit = unit or ""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value), unit
    for sign, times in MAGNITUDES.items():
        if unit.startswith(sign):
            return number * times, unit[len(sign) :]
    return number, unit


def bodies(named: Any) -> list[str]:
    """Bodies of an addressee field: nothing, one text, or a list of them.

    >>> bodies("各园区、镇(街道)"), bodies(None), bodies(["市交通局"])
    (['各园区、镇(街道)'], [], ['市交通局'])
    """
    every = [named] if isinstance(named, str) else list(named or [])
    return [one if isinstance(one, str) else one["text"] for one in every]
