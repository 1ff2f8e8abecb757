"""A made archive of recurrent meetings: one name, many days, and a few that two papers tell of. Own wording throughout.

What must not happen: two meetings of one series joined because they share a name. What should: the same meeting joined
when two outlets tell of it (the control, without which never joining anything would look perfect).
"""

import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

from hechang.intake import read_documents

SERIES = (
    ("苏州市", "全市安全生产工作会议"),
    ("无锡市", "全市重大项目建设推进会"),
    ("常州市", "市政府常务会议"),
    ("镇江市", "市政府常务会议"),
    ("南通市", "市委常委会会议"),
    ("嘉兴市", "全市经济运行分析会"),
    ("湖州市", "全市生态环境保护大会"),
    ("宁波市", "市推进长三角一体化发展领导小组会议"),
    ("舟山市", "全市海洋经济工作会议"),
    ("上海市", "上海大都市圈空间协同工作推进会"),
)
VERBS = ("加快建设", "提前完成", "重新核定", "抓紧修复", "分批移交", "公开招募", "联合巡查", "按月通报")
WHERE = ("城北片区", "临江新区", "老码头一带", "东湖沿岸", "空港园区", "西山三镇", "环岛公路沿线", "高铁站前")
THINGS = (
    "燃气管线",
    "消防水源",
    "充电站",
    "泵站",
    "冷库",
    "货运码头",
    "隔离护栏",
    "雨水口",
    "公交首末站",
    "岸电设施",
    "标准厂房",
    "社区食堂",
)
FORMULAS = ("要提高思想认识", "压紧压实责任", "确保各项工作落到实处")  # what every meeting of the kind says
PEOPLE = ("王安宁", "李思远", "陈嘉木", "周一帆", "吴明川", "郑晓舟")
DAYS_EACH = 16
TWICE = 3  # meetings of each series that a second outlet tells of
UNDATED = 3  # of four reports in a row the last has no day of printing: its year cannot be known


@dataclass(frozen=True)
class Meeting:
    """One report of the archive: file name, name and city of the series, day of the meeting, day of printing."""

    file: str
    name: str
    city: str
    held: date
    printed: date


def write(folder: Path, seed: int = 5) -> list[Meeting]:
    """Write the archive into a folder; gives what was written. One report in four comes without its day of printing."""
    days = {name: _days(random.Random(f"{seed}{name}")) for _, name in SERIES}  # two cities, one name: the same days
    made = []
    for number, (city, name) in enumerate(SERIES):
        for at, held in enumerate(days[name]):
            for outlet in range(2 if at < TWICE else 1):
                one = Meeting(
                    f"{number:02}_{held:%Y%m%d}_{outlet}.txt", name, city, held, held + timedelta(days=outlet)
                )
                made.append(one)
                text = _report(one, random.Random(f"{number}{held}"), outlet)
                (folder / one.file).write_text(text, encoding="utf-8")
                if at % 4 != UNDATED:
                    _tell(folder, one, outlet)
    return made


def _tell(folder: Path, one: Meeting, outlet: int) -> None:
    meta = {"published": str(one.printed), "publisher": f"{one.city}{'日报' if outlet else '发布'}"}
    (folder / f"{one.file}.meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")


def _days(chance: random.Random) -> list[date]:
    """Days of one series: weeks apart, neighbours, and the same day and month of another year."""
    first = date(2021, 1, 4) + timedelta(days=chance.randrange(40))
    days = {first, first + timedelta(days=1), first + timedelta(days=7), first.replace(year=2022)}
    while len(days) < DAYS_EACH:
        days.add(first + timedelta(days=chance.randrange(4 * 365)))
    return sorted(days)


def _report(one: Meeting, chance: random.Random, outlet: int) -> str:
    told = "昨天" if outlet else f"{one.held.month}月{one.held.day}日"
    who = chance.choice(PEOPLE)
    work = [chance.choice(VERBS) + chance.choice(WHERE) + thing for thing in chance.sample(THINGS, 5)]
    place = chance.choice(("", "以视频形式", "在市行政中心"))
    head = f"{one.name}召开\n\n{told},{one.city}{place}召开{one.name}。市长{who}出席会议并讲话。\n\n"
    tail = "市有关部门负责同志参加会议。\n" if outlet else "各县(市、区)设分会场。\n"
    said = (
        f"{who}强调,{FORMULAS[0]},{FORMULAS[1]}。要{work[0]},{work[1]},{work[2]}。要{work[3]},{work[4]},{FORMULAS[2]}。"
    )
    return head + said + "\n\n" + tail


@dataclass(frozen=True)
class Merges:
    """What joining did: pairs of one name that are two meetings, how many were joined; pairs that are one, joined."""

    same_name_pairs: int
    false: int
    same_event_pairs: int
    right: int


def merges(folder: Path) -> Merges:
    """Write the archive into a folder, read it in one call and compare what was joined with what was one event."""
    made = {one.file: one for one in write(folder)}
    told = read_documents(sorted(folder / name for name in made))[0]
    joined = Counter[bool]()
    for group in told["same_event"]:
        for a, b in combinations(sorted(Path(ref.rpartition("#")[0]).name for ref in group), 2):
            joined[_same(made[a], made[b])] += 1
    pairs = _pairs(list(made.values()))
    return Merges(pairs[False], joined[False], pairs[True], joined[True])


def _pairs(made: list[Meeting]) -> Counter[bool]:
    """Pairs of one name: different meetings (False), one meeting (True)."""
    return Counter(_same(a, b) for a, b in combinations(made, 2) if a.name == b.name)


def _same(a: Meeting, b: Meeting) -> bool:
    return (a.city, a.name, a.held) == (b.city, b.name, b.held)
