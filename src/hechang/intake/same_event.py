"""One event, several reports: a key from name, level and date with year; the name alone never merges.

A report without a year joins a dated one only where the text itself shows it: the day fits and clauses are shared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hechang.intake.numerals import chinese_number
from hechang.terms.dates import days_between

if TYPE_CHECKING:  # the rules of reading take a third of a second to load: the pages need none of them
    from hechang.intake.events import Event

SHARED = 5  # long clauses of their own in common; own assumption: chance gives none, a report of the same speech dozens
SERIES = 8  # the same for meetings of a series without a day of their own: they repeat each other's words
PART = 0.3  # share of the shorter report's long clauses that must be in the other as well; own assumption
LATEST = 31  # days an event may lie before its publication to be believed without a question; own assumption
_LEVEL = re.compile(
    r"^(?:全|我)?(?:[省市区县]|党中央|国务院)|^第?[一二三四五六七八九十\d]+[届次]|^(?:常务|常委|党组|"
    r"全体|工作|专题|推进)"
)
_TAIL = re.compile(r"(?:会议|大会)$")
_FORMULA = re.compile(
    r"习近平|党中央|国务院|二十[大届]|精神|重要(?:讲话|指示|论述)|决策部署|压实责任|落到实处|以.{0,8}为指导|高质量发展"
)
_NUMBER = re.compile(r"(?<=第)[一二两三四五六七八九十百零〇]+(?=[次届])")
_ORDINAL = re.compile(r"第[\d]+次")
_SERIES = re.compile(
    r"第[一二三四五六七八九十百\d]+[届次]|常务会|常委会|全体会|党组会|办公会|例会|中心组|主任会|"
    r"主席会|年会|全会|工作会|动员|部署|总结|述职|座谈会|年度|季度|月度|例行|每[年月周]|现场办公|碰头|调度"
)


@dataclass(frozen=True)
class Version:
    """An event in one document, with the long clauses of its article for comparison."""

    ref: str
    event: Event
    published: str | None
    clauses: frozenset[str]


def normal_name(name: str) -> str:
    """Name of an event without the marks in which outlets differ.

    Examples
    --------
    >>> normal_name("“甲乙”规划实施推进会议"), normal_name("2022年甲乙规划推进会"), normal_name("第十二次会议")
    ('甲乙规划实施推进会', '甲乙规划推进会', '第12次会')
    """
    bare = re.sub(r"[“”「」\"'()《》·\-—\s]|^(?:19|20)\d\d年?", "", name)
    return _TAIL.sub("会", _NUMBER.sub(lambda found: str(chinese_number(found.group())), bare))


def is_series(name: str) -> bool:
    """Tell whether a name belongs to a recurrent series, or to a level without saying of which city.

    Examples
    --------
    >>> is_series("市政府第8次常务会议"), is_series("全市推进会"), is_series("甲乙都市圈规划实施推进会")
    (True, True, False)
    """
    return bool(_SERIES.search(name) or _LEVEL.match(name) or len(name) < 8)


def key_of(event: Event) -> str:
    """Key of an event, as `key_from` makes it."""
    return key_from(event.name, event.when.value or "", event.organiser or "", event.home)


def key_from(name: str, day: str, organiser: str, home: str) -> str:
    """Key of an event: name, whose it is, day; empty without a day with year.

    A name that only says its level (全市, 市政府) needs the city `home` as well.

    Examples
    --------
    >>> key_from("甲乙规划推进会议", "2022-09-27", "", ""), key_from("市政府常务会议", "2022-09-27", "", "")
    ('甲乙规划推进会||2022-09-27', '')
    """
    if len(day) != len("2022-09-27") or (_LEVEL.match(name) and not home):
        return ""
    return "|".join((normal_name(name), organiser or (home if is_series(name) else ""), day))


def believable(event: Event, published: str | None) -> bool:
    """Tell whether the day fits the publication: not after it, and not long before where the year was inferred."""
    if not published or not event.when.value or len(published) < 10:
        return True
    gap = days_between(event.when.value, published)
    return gap >= 0 and (gap <= LATEST or (event.when.basis or "") == "stated")


def join(versions: Sequence[Version]) -> list[list[Version]]:
    """Group versions of the same event; every group has at least two. Only events of one name are compared."""
    by_name: dict[str, list[list[Version]]] = {}
    for version in sorted(versions, key=lambda one: (not one.event.when.value, one.ref)):
        groups = by_name.setdefault(normal_name(version.event.name), [])
        home = next((group for group in groups if all(same(version, other) for other in group)), None)
        if home is None:
            groups.append([version])
        else:
            home.append(version)
    every = [sorted(group, key=lambda one: one.ref) for groups in by_name.values() for group in groups]
    return sorted((group for group in every if len(group) > 1), key=lambda group: group[0].ref)


def same(a: Version, b: Version) -> bool:
    """Tell whether two versions report one event; a meeting of a series needs words in common as well."""
    if normal_name(a.event.name) != normal_name(b.event.name) or _clash(a.event, b.event):
        return False
    series = is_series(a.event.name)
    if a.event.key and b.event.key:
        if a.event.key != b.event.key or not (believable(a.event, a.published) and believable(b.event, b.published)):
            return False
        return not series or _ORDINAL.search(normal_name(a.event.name), 3) is not None or alike(a, b, SHARED)
    return _fits(a.event, b.event) and alike(a, b, SERIES if series else SHARED)


def alike(a: Version, b: Version, least: int) -> bool:
    """Tell whether two reports share at least so many long clauses; formulas of every report prove nothing."""
    ours, theirs = (frozenset(one for one in each.clauses if not _FORMULA.search(one)) for each in (a, b))
    shared = len(ours & theirs)
    return shared >= least and shared >= PART * min(len(ours), len(theirs))


def _clash(a: Event, b: Event) -> bool:
    """Two cities that both hold their own 市委常委会 hold two meetings, and so do two people who take the chair."""
    if a.chair and b.chair and a.chair != b.chair:
        return True
    return is_series(a.name) and bool(_LEVEL.match(a.name)) and a.home != b.home


def _fits(a: Event, b: Event) -> bool:
    """The parts of the two days that were said do not contradict each other, and at least the day was said."""
    ours, theirs = _parts(a), _parts(b)
    shared = [(x, y) for x, y in zip(ours, theirs, strict=True) if x and y]
    return bool(ours[2] and theirs[2]) and all(x == y for x, y in shared)


def _parts(event: Event) -> tuple[int | None, int | None, int | None]:
    if event.when.value:
        year, month, day = (*(int(part) for part in event.when.value.split("-")), None, None)[:3]
        return year, month, day
    said = event.said
    return (said.year, said.month, said.day) if said else (None, None, None)


def share_dates(group: Sequence[Version]) -> None:
    """Give a version without a year the day of a version that has one; the basis names it."""
    dated = [one for one in group if one.event.when.precision == "day"]
    if not dated or len({one.event.when.value for one in dated}) > 1:
        return
    source = dated[0]
    for version in group:
        if not version.event.when.value:
            basis = f"inferred: same event in {source.ref.rpartition('#')[0]}"
            version.event.when = replace(
                version.event.when, value=source.event.when.value, precision="day", basis=basis
            )
            version.event.key = key_of(version.event)
