"""Levels of events and offices: national, region, province, city, county, town; None where nothing tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hechang.intake.gazetteer import Gazetteer

LEVELS = ("national", "region", "province", "city", "county", "town")
_BY_NAME = (
    ("national", re.compile(r"全国|国务院|党中央|中央|国家部委|部委")),
    ("region", re.compile(r"长三角|都市圈|三省一市|城市群|经济带|湾区|示范区执委会|两省一市|跨省")),
    ("province", re.compile(r"全省|省委|省政府|省人大|省政协|我省")),
    ("city", re.compile(r"全市|市委|市政府|市人大|市政协|我市|市级机关")),
    (
        "county",
        re.compile(r"全[区县]|[区县]委|[区县]政府|[区县]人大|[区县]政协|我[区县]|两区|两县|[高新开发]区管委会|党工委"),
    ),
    ("town", re.compile(r"[镇乡]党委|[镇乡]政府|街道|全镇|村级")),
)
_BY_TITLE = (
    ("province", re.compile(r"^(?:[\u3400-\u9fff]{2,3})?省(?:委|长|政府)|副?省长")),
    ("city", re.compile(r"市委|市长|市政府|市领导|市人大|市政协")),
    ("county", re.compile(r"[区县]委|[区县]长|[区县]领导|管委会|[区县]政府|党工委")),
    ("town", re.compile(r"[镇乡](?:党委|长)|街道")),
)
_KINDS = {"province": "province", "city": "city", "county": "county", "town": "town"}


def level_of(name: str, organiser: str, home: str, titles: Sequence[str], places: Gazetteer) -> str | None:
    """Level of an event by its name, who calls it, and the highest office that takes part.

    Examples
    --------
    >>> from hechang.intake.gazetteer import gazetteer
    >>> level_of("全市推进会", "", "", [], gazetteer()), level_of("甲会议", "", "", ["丙县委书记"], gazetteer())
    ('city', 'county')
    >>> level_of("沪苏两市同城化联席会议", "", "", [], gazetteer()), level_of("甲会议", "", "", [], gazetteer())
    ('region', None)
    """
    for said in (name, organiser):
        found = next((level for level, pattern in _BY_NAME if pattern.search(said)), None)
        if found:
            return found
    where = [place for _, _, place in places.find(f"{name}|{organiser}") if place.kind in _KINDS]
    cities = {places.city(place.alias) or place.name for place in where}
    if len(cities) > 1 or re.search(r"[两三四五六七八九]市|[两三四]地", name):
        return "region"
    if where:
        return _KINDS[where[0].kind]
    found = level_of_title(titles)
    return found or ("city" if home else None)


def level_of_title(titles: Sequence[str]) -> str | None:
    """Level of the highest of some offices; None where no title tells.

    Examples
    --------
    >>> level_of_title(["丙镇镇长", "乙市市长"]), level_of_title(["教授"])
    ('city', None)
    """
    for level, pattern in _BY_TITLE:
        if any(pattern.search(title) for title in titles):
            return level
    return None
