"""Places as offices write them: a code, a name, a name with its city and county before it, or one column a level."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import pandas as pd

from hechang.region.region import Region

_SUFFIX = re.compile(r"(自治县|自治州|特别行政区|街道|新区|地区|省|市|区|县|镇|乡)$")
PARTS = ("city", "county", "", "town")  # from the widest to the finest; '' is a column without a level
_LEVEL = {"city": ("city", "province"), "county": ("county",), "town": ("town", "street", "township", "zone")}
NEAR = 4  # names offered where none fits


@dataclass(frozen=True)
class Problem:
    """Why no place was found: `place-unknown`, `place-ambiguous`, `place-conflict`; what was written, what is near."""

    kind: str
    value: str
    near: str


@dataclass(frozen=True)
class Gazetteer:
    """The places in force on one day, by code and by every name they go by."""

    day: str
    titles: dict[str, str]
    kinds: dict[str, str]
    parents: dict[str, str]
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def up(self, code: str) -> list[str]:
        """Codes of a place and of all that it lies in, finest first."""
        chain = [code]
        while (above := self.parents.get(chain[-1], "")) in self.titles and above not in chain:
            chain.append(above)
        return chain

    def shown(self, codes: Iterable[str]) -> str:
        """Names with codes, for a message."""
        return ", ".join("".join(self.titles[c] for c in reversed(self.up(code))) + f" {code}" for code in codes)


def places_of(region: Region) -> Gazetteer:
    """The gazetteer of a region on its day, made once."""
    columns = ["name", "kind", "parent"]
    return region.once("places of sheets", lambda: gazetteer(region.table("places", columns=columns), region.day))


def places_ever(region: Region) -> Gazetteer:
    """The gazetteer of all places there ever were, each as it was last: changes of places speak of ended ones."""
    sql = """SELECT id, max_by(name, valid_from) AS name, max_by(kind, valid_from) AS kind,
                    max_by(parent, valid_from) AS parent FROM "places every" GROUP BY id ORDER BY id"""
    return region.once("places of sheets ever", lambda: gazetteer(region.query(sql).set_index("id"), region.day))


def gazetteer(places: pd.DataFrame, day: str) -> Gazetteer:
    """Make the gazetteer of a table of places (index = code; columns name, kind, parent).

    Examples
    --------
    >>> table = pd.DataFrame({"name": ["无锡市", "锡山区"], "kind": ["city", "county"], "parent": [None, "320200"]},
    ...                      index=["320200", "320205"])
    >>> find_place(gazetteer(table, "2022"), {"": "无锡市锡山区"}), find_place(gazetteer(table, "2022"), {"": "锡山"})
    ('320205', '320205')
    """
    plain = (
        places.reindex(columns=["name", "kind", "parent"]).astype(object).where(places[["name"]].notna().all(axis=1))
    )
    texts = plain.fillna("").astype(str)
    known = _made(tuple(map(str, places.index)), *(tuple(texts[name]) for name in texts.columns))
    return replace(known, day=day)


@lru_cache(maxsize=4)  # nine returns of a round speak of the same places
def _made(
    codes: tuple[str, ...], titles: tuple[str, ...], kinds: tuple[str, ...], parents: tuple[str, ...]
) -> Gazetteer:
    by_code = [dict(zip(codes, texts, strict=True)) for texts in (titles, kinds, parents)]
    made = Gazetteer("", by_code[0], by_code[1], by_code[2])
    names: dict[str, list[str]] = {}
    for code in codes:
        for name in _names(made, code):
            if code not in names.setdefault(name, []):
                names[name].append(code)
    return replace(made, names={name: tuple(found) for name, found in names.items()})


def _short(name: str) -> str:
    cut = _SUFFIX.sub("", name)
    return cut if len(cut) > 1 else name


def _names(known: Gazetteer, code: str) -> set[str]:
    """All ways to write a place: alone or after its parents, each with or without the word for its level."""
    chain = [known.titles[above] for above in known.up(code) if known.titles[above]]
    if not chain:
        return set()
    own = {chain[0], _short(chain[0])}
    before = {""}
    for name in chain[1:]:
        before |= {form + rest for form in (name, _short(name)) for rest in before}
    return {rest + form for rest in before for form in own}


def _clean(text: str) -> str:
    return re.sub(r"[\s\u3000·・,，/\-]+", "", text).removeprefix("中国")


def find_place(known: Gazetteer, said: dict[str, str]) -> str | Problem | None:
    """Find the finest place that a row names; `said` holds texts by level (`city`, `county`, `town`, '' for no level).

    Returns
    -------
    The code, None where nothing is said, or the problem.
    """
    inside = None
    for level in PARTS:
        text = said.get(level, "").strip()
        if not text:
            continue
        found = _one(known, text, level, inside)
        if isinstance(found, Problem):
            return found
        inside = found
    return inside


def _one(known: Gazetteer, text: str, level: str, inside: str | None) -> str | Problem:
    candidates = _candidates(known, text)
    if not candidates:
        return Problem("place-unknown", text, _near(known, text, inside))
    fits = [code for code in candidates if inside is None or inside in known.up(code)]
    if not fits:
        above = known.titles[inside] if inside else ""
        return Problem("place-conflict", text, above)
    of_level = [code for code in fits if known.kinds[code] in _LEVEL.get(level, ())] or fits
    exact = [code for code in of_level if known.titles[code] == text] or of_level
    highest = [code for code in exact if not any(other != code and other in known.up(code) for other in exact)]
    if len(highest) > 1:
        return Problem("place-ambiguous", text, known.shown(highest[:NEAR]))
    return highest[0]


def _candidates(known: Gazetteer, text: str) -> tuple[str, ...]:
    plain = _clean(text)
    if plain in known.titles:
        return (plain,)
    return known.names.get(plain, ())


def _near(known: Gazetteer, text: str, inside: str | None) -> str:
    pool = {n: c for n, c in known.names.items() if inside is None or inside in known.up(c[0])}
    close = difflib.get_close_matches(_clean(text), [*pool, *known.titles], n=NEAR, cutoff=0.5)
    codes = dict.fromkeys(code for name in close for code in (pool.get(name) or known.names.get(name) or (name,)))
    return known.shown([c for c in codes if c in known.titles][:NEAR])
