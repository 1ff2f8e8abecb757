"""Bodies by the names a document gives them: the register's own row, or a new one where a trailer names it in full."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hechang.intake.gazetteer import gazetteer
from hechang.region.region import Region

LONGEST = 30  # characters of a name that is still taken for that of a body; own assumption
_SHORT = (
    ("发展和改革", "发改"), ("发展改革", "发改"), ("自然资源和规划", "资规"), ("住房和城乡建设", "住建"),
    ("住房城乡建设", "住建"), ("工业和信息化", "工信"), ("农业农村", "农农"), ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"), ("文化广电和旅游", "文旅"), ("文化和旅游", "文旅"), ("卫生健康", "卫健"),
    ("委员会", "委"), ("人民政府", "政府"),
)  # fmt: skip
_OWN = re.compile(r"^(?:[我本全]?[省市区县])(?=[\u3400-\u9fff]{2,})")
_ANY = re.compile(r"^(?:各|有关|相关|所有|全体|属地)|等$|^(?:会议|双方|大家|我们)")


def short(name: str) -> str:
    """Name of a body in the form in which different ways of writing it agree.

    Examples
    --------
    >>> short("无锡市发展和改革委员会") == short("无锡市发改委")
    True
    """
    made = re.sub(r"[\s()（）]", "", name)
    for long, brief in _SHORT:
        made = made.replace(long, brief)
    return made


@dataclass
class NamedBodies:
    """Finds bodies by name; `fresh` are rows for bodies that are new, by their id."""

    region: Region
    held: dict[str, list[tuple[str, str | None]]]  # short name to (id, place)
    places: Mapping[str, str]  # ids of places by name
    fresh: list[dict[str, Any]] = field(default_factory=list)

    def find(self, name: str, city: str) -> str | None:
        """Id of the body a document of `city` means; None where no row, or more than one, has the name."""
        for written in dict.fromkeys([name, _full(name, city), gazetteer().full(name)]):
            found = self.held.get(short(written), [])
            if len(found) == 1:
                return found[0][0]
        return None

    def find_or_make(self, name: str, city: str, proof: Mapping[str, Any]) -> str | None:
        """Id of the body, made where a document names it so that it cannot be mixed up; None where it can."""
        known = self.find(name, city)
        full = _full(name, city)
        if known or _ANY.search(name) or len(full) > LONGEST or _OWN.match(full):
            return known
        if self.held.get(short(full)):
            return None
        id = self.region.make_id()
        place = self.places.get(city)
        self.fresh.append({"id": id, "name": full, "place": place, **proof})
        self.held.setdefault(short(full), []).append((id, place))
        return id


def named_bodies(region: Region, places: Mapping[str, str]) -> NamedBodies:
    """Return the bodies of a region, to be found by name.

    Examples
    --------
    >>> from hechang import tiny
    >>> named_bodies(tiny(), {}).find("甲市项目办", "")
    'office-x'
    """
    frame = region.table("bodies", columns=["name", "place"])
    held: dict[str, list[tuple[str, str | None]]] = {}
    for id, name, place in zip(frame.index, frame["name"], frame["place"].astype(object), strict=True):
        held.setdefault(short(str(name)), []).append((str(id), place if isinstance(place, str) else None))
    return NamedBodies(region, held, places)


def _full(name: str, city: str) -> str:
    """`市财政局` in a document of 无锡市 is 无锡市财政局; a name without a level or a place is left alone.

    Examples
    --------
    >>> _full("市财政局", "无锡市"), _full("江阴市财政局", "无锡市"), _full("市财政局", "")
    ('无锡市财政局', '江阴市财政局', '市财政局')
    """
    level = _OWN.match(name)
    return city + name[level.end() :] if level and city and level.group()[-1] == city[-1] else name


def concrete(names: Sequence[str]) -> list[str]:
    """Names that can be one body: 各地, 有关部门 and 会议 are left out.

    Examples
    --------
    >>> concrete(["各地", "市财政局", "有关部门"])
    ['市财政局']
    """
    return [name for name in names if name and not _ANY.search(name)]
