"""One identity for one task: when two demands are the same task, and when they are only like each other.

The same are demands of one event (or of two versions of one document) whose words are equal once marks, lead words and
the form of numbers are left out, with the same numbers, places and years. Whatever is only alike is shown to a person.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from hechang.intake.differences import digits
from hechang.intake.gazetteer import gazetteer
from hechang.intake.leads import after_lead
from hechang.intake.numerals import chinese_number

ALIKE = 0.6  # share of common characters from which a demand is shown as like another; own assumption
CLOSE = 0.8  # share from which joining is suggested, where nothing speaks against it; own assumption
GUARDS = ("number", "place", "year")  # where these differ two demands are not the same task
_MARKS = re.compile(r"[\s,，.。、;；:：!！?？“”\"'‘’()（）《》·—\-]+")
_ORDINAL = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:是|要|、)|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、])"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年|(?=\D|$))")
_SUFFIX = re.compile(r"镇|乡|村|街道|[市县区](?![域级场政委位划间属内])|新区|园区|开发区|大道|路(?!径)|站(?!在)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_COUNTED = re.compile(r"[一二两三四五六七八九十百千零〇]{1,9}(?=[个大项条座家张次年月日万亿公平户处所批类级期])")


@dataclass(frozen=True)
class Demand:
    """One demand as it is compared: its words, its event or document, the year it was said and its deadline.

    `homes` are the event and the documents it stands in; two demands with a home in common are of one occasion.
    """

    text: str
    homes: frozenset[str] = frozenset()
    year: str = ""
    due: str = ""


@dataclass(frozen=True)
class Likeness:
    """How two demands compare: share of common characters, why they are not one task by themselves, what guards.

    `reasons` are codes of `words/reading.csv` (`near_wording`, `near_number` …); `guards` those that say they are two.
    """

    ratio: float
    reasons: tuple[str, ...]
    guards: tuple[str, ...]

    @property
    def suggested(self) -> bool:
        """Whether joining is offered first: close words, one occasion, nothing against it."""
        return self.ratio >= CLOSE and not self.guards and "occasion" not in self.reasons


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """Words of a demand without ordinal, lead words and marks, with counted numerals as digits.

    Examples
    --------
    >>> normal("一要加强8个城市的联系。") == normal("要加强八个城市的联系")
    True
    """
    plain = _ORDINAL.sub("", text.strip())
    return _MARKS.sub("", digits(after_lead(plain))) or _MARKS.sub("", digits(text))


@lru_cache(maxsize=65536)
def numbers(text: str) -> tuple[str, ...]:
    """Numbers of a demand in their order, Chinese numerals that count something included.

    Examples
    --------
    >>> numbers("建设三座水厂、12公里管网"), numbers("统一规划")
    (('3', '12'), ())
    """
    plain = _COUNTED.sub(lambda found: str(chinese_number(found.group()) or found.group()), _ORDINAL.sub("", text))
    return tuple(_NUMBER.findall(_YEAR.sub("", plain)))


@lru_cache(maxsize=65536)
def places(text: str) -> frozenset[str]:
    """Full names of the known places in a demand.

    Examples
    --------
    >>> sorted(places("加快江阴快线"))
    ['江阴市']
    """
    return frozenset(gazetteer().names(text))


def other_place(a: str, b: str) -> bool:
    """Tell whether two demands name different places: known ones, or words that stand where a place stands.

    Examples
    --------
    >>> other_place("完成丙镇水厂改造", "完成丁镇水厂改造"), other_place("建立城市制度", "建立健全城市制度")
    (True, False)
    """
    if places(a) != places(b):
        return True
    shown = pieces(a, b)
    for (tag, mine, theirs), (_, behind, _) in zip(shown, [*shown[1:], ("same", "", "")], strict=True):
        if tag == "other" and mine and theirs and (_SUFFIX.match(behind) or (_ends(mine) and _ends(theirs))):
            return True
    return False


def _ends(text: str) -> bool:
    return any(found.end() == len(text) for found in _SUFFIX.finditer(text))


def years(demand: Demand) -> frozenset[str]:
    """Years a demand names, its deadline's included.

    Examples
    --------
    >>> sorted(years(Demand("到2025年建成", due="2025")))
    ['2025']
    """
    return frozenset([*_YEAR.findall(demand.text), *([demand.due[:4]] if demand.due else [])])


def guarded(a: Demand, b: Demand) -> tuple[str, ...]:
    """What says that two demands are not one task: another number, place or year.

    A year counts where both name one; without one, the years they were said in, unless they share an occasion.

    Examples
    --------
    >>> guarded(Demand("新建3座水厂"), Demand("新建三座水厂")), guarded(Demand("新建3座水厂"), Demand("新建4座水厂"))
    ((), ('number',))
    >>> guarded(Demand("办好年度展会", year="2023"), Demand("办好年度展会", year="2024"))
    ('year',)
    """
    ours, theirs = years(a), years(b)
    said = bool(a.year and b.year and a.year != b.year) and not a.homes & b.homes
    found = {
        "number": sorted(numbers(a.text)) != sorted(numbers(b.text)),
        "place": other_place(a.text, b.text),
        "year": (bool(ours and theirs) and ours != theirs) or (said and not (ours and ours == theirs)),
    }
    return tuple(name for name in GUARDS if found[name])


def same(a: Demand, b: Demand) -> bool:
    """Tell whether two demands are one task without anybody's doubt.

    Examples
    --------
    >>> here = frozenset(["e1"])
    >>> same(Demand("要联系八个城市", here), Demand("联系8个城市", here)), same(Demand("修路"), Demand("修路"))
    (True, False)
    """
    return bool(a.homes & b.homes) and normal(a.text) == normal(b.text) and not guarded(a, b)


def likeness(a: Demand, b: Demand) -> Likeness | None:
    """Return how two demands are alike; None where they are not, or where they are the same.

    Examples
    --------
    >>> here = frozenset(["e1"])
    >>> likeness(Demand("建立城市对话制度", here), Demand("建立健全城市对话制度", here)).reasons
    ('wording',)
    >>> likeness(Demand("新建三座水厂", here), Demand("新建四座水厂", here)).guards
    ('number',)
    """
    ratio = fuzz.ratio(normal(a.text), normal(b.text)) / 100
    if ratio < ALIKE or same(a, b):
        return None
    guards = guarded(a, b)
    wording = normal(a.text) != normal(b.text)
    reasons = [*guards, *(["wording"] if wording else []), *([] if a.homes & b.homes else ["occasion"])]
    return Likeness(round(ratio, 3), tuple(reasons), guards)


def nearest(demand: Demand, known: Sequence[Demand], most: int) -> list[tuple[int, Likeness]]:
    """Return the demands that are most like one, by their place in `known`: those to be joined first come first.

    Examples
    --------
    >>> nearest(Demand("新建三座水厂"), [Demand("修路"), Demand("新建四座水厂")], 5)[0][0]
    1
    """
    texts = [normal(one.text) for one in known]
    likely = process.extract(normal(demand.text), texts, scorer=fuzz.ratio, score_cutoff=100 * ALIKE, limit=6 * most)
    found = [(at, likeness(demand, known[at])) for _, _, at in likely]
    kept = [(at, like) for at, like in found if like is not None]
    return sorted(kept, key=lambda one: (not one[1].suggested, bool(one[1].guards), -one[1].ratio, one[0]))[:most]


def pieces(mine: str, theirs: str) -> list[tuple[str, str, str]]:
    """Cut two texts side by side: (`same`, piece, piece) or (`other`, what one says, what the other says).

    Examples
    --------
    >>> pieces("建立制度", "建立健全制度")
    [('same', '建立', '建立'), ('other', '', '健全'), ('same', '制度', '制度')]
    """
    found = difflib.SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    return [("same" if tag == "equal" else "other", mine[a:b], theirs[c:d]) for tag, a, b, c, d in found]
