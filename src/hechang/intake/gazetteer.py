"""Places by name: those of a region's own table, and those that come with the package where it has none.

Runs of the short forms of cities (`沪苏通`, `武澄锡虞`) name each of them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from hechang.intake.one_pattern import one_pattern

WORDS = Path(__file__).parent / "words"
_LEVEL = re.compile(r"(?:特别行政区|自治州|地区|[省市区县])$")
_TOWN = re.compile(r"(?:镇|乡|街道)$")
_WORDS = (  # towns of these names are not told from the words
    "建设 合作 解放 和平 幸福 先锋 文教 新建 新开 东南 新城 新市 新村 石化 大桥 港沿 海港 滨湖 城中 "
    "团结 向化 中心 大团 永丰 长征 青年 真新 新街 横街 长街 "
    "三星 五星 七星 惠民 新兴 聚贤 太平 万里 千岛 千金 永红 朝阳 文峰 望海 广益 悦来 常乐 高照 福明"
)
_SHORT_KINDS = ("province", "city", "county")  # a town without 镇 or 街道 may be any word
_NO_RUNS = r"(?!通常|常常|通通|湖湖|昆虞)"


@dataclass(frozen=True)
class Place:
    """One name of a place; `alias` is how it is written, `name` its full form."""

    code: str
    name: str
    alias: str
    kind: str


class Aliases(dict[str, list[Place]]):
    """Places by each way of writing them; a run of short forms gives the places of its letters."""

    def __init__(self, letters: dict[str, Place]) -> None:
        super().__init__()
        self.letters = letters

    def __missing__(self, name: str) -> list[Place]:
        if not name or any(letter not in self.letters for letter in name):
            raise KeyError(name)
        return [self.letters[letter] for letter in name]


@dataclass(frozen=True)
class Gazetteer:
    """Names of places and how to find them in a text; `letters` are the short forms of one letter (code by letter)."""

    places: tuple[Place, ...]
    letters: tuple[tuple[str, str], ...] = ()

    @cached_property
    def by_alias(self) -> Aliases:
        """Places by each way of writing them."""
        names = {place.code: place.name for place in self.places}
        known = {
            letter: Place(code, names[code], letter, "abbreviation") for letter, code in self.letters if code in names
        }
        found = Aliases(known)
        for place in self.places:
            found.setdefault(place.alias, []).append(place)
        return found

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Runs of three to five short forms, names, runs of two; empty gazetteers match nothing."""
        names = one_pattern(self.by_alias)
        letters = "".join(self.by_alias.letters)
        run = f"{_NO_RUNS}[{letters}]"
        return re.compile(f"{run}{{3,5}}(?![州山熟])|{names}|{run}{{2}}(?![州山熟])" if letters else names)

    def find(self, text: str) -> Iterator[tuple[int, int, Place]]:
        """Places named in a text with their spans, in the order of the text."""
        for found in self.pattern.finditer(text):
            for place in self.by_alias[found.group()]:
                yield found.start(), found.end(), place

    def names(self, text: str) -> list[str]:
        """Full names of the places in a text, each once.

        Examples
        --------
        >>> gazetteer().names("江阴与宜兴共建"), gazetteer().names("沪苏通")
        (['江阴市', '宜兴市'], ['上海市', '苏州市', '南通市'])
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
        named = self.by_alias.get(alias, [])
        if len({place.code[:4] for place in named}) != 1:  # unknown, or towns of one name in several cities
            return named[0].name if named and named[0].kind == "province" else ""
        place = named[0]
        whole = next((p.name for p in self.places if p.code == f"{place.code[:4]}00"), "")
        return whole or next((p.name for p in self.places if p.code == f"{place.code[:2]}0000"), place.name)


def of_rows(rows: Sequence[tuple[str, str, str, str]], letters: Sequence[tuple[str, str]] = ()) -> Gazetteer:
    """Make a gazetteer of (code, name, alias, kind), for a region with its own places."""
    return Gazetteer(tuple(Place(*row) for row in rows), tuple(letters))


def with_table(rows: Sequence[tuple[str, str, str]]) -> Gazetteer:
    """The gazetteer of a region: its own places (code, name, kind) before those that come with the package.

    Cities and counties are also found by their short form, towns and zones only by the full one.

    Examples
    --------
    >>> made = with_table([("990100", "丙丁市", "city"), ("990101001", "戊己镇", "town")])
    >>> made.names("丙丁与戊己镇、江阴"), made.city("戊己镇")
    (['丙丁市', '戊己镇', '江阴市'], '丙丁市')
    """
    own = [
        (code, name, alias, kind)
        for code, name, kind in rows
        for alias in dict.fromkeys((name, _short(name) if kind in _SHORT_KINDS else name))
    ]
    taken = {(name, alias) for _, name, alias, _ in own}
    packed = gazetteer()
    rest = [(one.code, one.name, one.alias, one.kind) for one in packed.places if (one.name, one.alias) not in taken]
    return of_rows([*own, *rest], packed.letters)


def _short(name: str) -> str:
    cut = _LEVEL.sub("", name)
    return cut if len(cut) > 1 else name


@cache
def _towns() -> tuple[tuple[str, str], ...]:
    with (WORDS / "towns.csv").open(encoding="utf-8", newline="") as file:
        return tuple((row["code"], row["name"]) for row in csv.DictReader(file))


@cache
def town_names() -> frozenset[str]:
    """Names of towns without 镇, 乡 or 街道 that begin the names of works (织里水厂); none that is a common word.

    Examples
    --------
    >>> "织里" in town_names(), "建设" in town_names()
    (True, False)
    """
    found = (_TOWN.sub("", name) for _, name in _towns())
    return frozenset(name for name in found if len(name) > 1 and name not in _WORDS.split())


@cache
def _beyond() -> frozenset[str]:
    words = (WORDS / name for name in ("cities_beyond.txt", "counties_beyond.txt"))
    return frozenset(" ".join(one.read_text(encoding="utf-8") for one in words).split())


def is_known(name: str) -> bool:
    """Tell whether a name is that of a place: in the table of the region, or a neighbour of it.

    Source: words/cities_beyond.txt, words/counties_beyond.txt, own lists.

    Examples
    --------
    >>> is_known("江阴"), is_known("嵊州市"), is_known("各地")
    (True, True, False)
    """
    return name in gazetteer().by_alias or name in _beyond() or _LEVEL.sub("", name) in _beyond()


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that comes with the package.

    Source: words/places.csv (GB/T 2260 names of nine cities and 71 counties, usual short forms), words/towns.csv (towns
    of these cities, statistical division codes of 2023; by their full names only) and words/abbreviations.csv.
    """
    with (WORDS / "places.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["code"], row["name"], row["alias"], row["kind"]) for row in csv.DictReader(file)]
    rows += [(code, name, name, "town") for code, name in _towns()]
    with (WORDS / "abbreviations.csv").open(encoding="utf-8", newline="") as file:
        letters = [(row["letter"], row["code"]) for row in csv.DictReader(file)]
    return of_rows(rows, letters)
