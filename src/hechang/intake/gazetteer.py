"""Places by name: the nine cities, their 71 counties and usual short forms; a region's own table may take its place."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Place:
    """One name of a place; `alias` is how it is written, `name` its full form."""

    code: str
    name: str
    alias: str
    kind: str


@dataclass(frozen=True)
class Gazetteer:
    """Names of places and how to find them in a text."""

    places: tuple[Place, ...]

    @cached_property
    def by_alias(self) -> dict[str, list[Place]]:
        """Places by each way of writing them."""
        found: dict[str, list[Place]] = {}
        for place in self.places:
            found.setdefault(place.alias, []).append(place)
        return found

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Longest name first; empty gazetteers match nothing."""
        names = sorted(self.by_alias, key=lambda name: (-len(name), name))
        return re.compile("|".join(map(re.escape, names)) or r"(?!)")

    def find(self, text: str) -> Iterator[tuple[int, int, Place]]:
        """Places named in a text with their spans, in the order of the text."""
        for found in self.pattern.finditer(text):
            for place in self.by_alias[found.group()]:
                yield found.start(), found.end(), place

    def names(self, text: str) -> list[str]:
        """Full names of the places in a text, each once.

        Examples
        --------
        >>> gazetteer().names("江阴与宜兴共建")
        ['江阴市', '宜兴市']
        """
        return list(dict.fromkeys(place.name for _, _, place in self.find(text)))

    def full(self, alias: str) -> str:
        """Full name of a place, or the name as given where it is not one.

        Examples
        --------
        >>> gazetteer().full("无锡"), gazetteer().full("各地")
        ('无锡市', '各地')
        """
        known = self.by_alias.get(alias)
        return known[0].name if known else alias

    def city(self, alias: str) -> str:
        """Name of the city or province a place belongs to; empty where unknown.

        Examples
        --------
        >>> gazetteer().city("江阴市"), gazetteer().city("江苏")
        ('无锡市', '江苏省')
        """
        for place in self.by_alias.get(alias, ()):
            whole = next((p.name for p in self.places if p.code == f"{place.code[:4]}00"), "")
            return whole or next((p.name for p in self.places if p.code == f"{place.code[:2]}0000"), place.name)
        return ""


def of_rows(rows: Sequence[tuple[str, str, str, str]]) -> Gazetteer:
    """Make a gazetteer of (code, name, alias, kind), for a region with its own places."""
    return Gazetteer(tuple(Place(*row) for row in rows))


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that comes with the package.

    Source: words/places.csv (GB/T 2260 names of nine cities and 71 counties, usual short forms).
    """
    with (WORDS / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["code"], row["name"], row["alias"], row["kind"]) for row in csv.DictReader(file)]
    return of_rows(rows)
