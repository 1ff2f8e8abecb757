"""A region that fits on one page: everything on it can be checked by hand.

Places a, b, c with 25, 50, 25 people in two cities (a; b and c); links a-b 40 min and b-c 55 min, so that a-c is 95;
four projects: signed only (100 days), filed only, behind schedule, on time; one report of five sentences.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hechang.region.edit import Edit
from hechang.region.opening import create_region, open_region
from hechang.region.region import Region
from hechang.region.settings import Settings
from hechang.terms.ids import id_maker

DAY = "2022-09-27"
REPORT = (
    "9月27日, 甲乙两市规划实施推进会举行。",
    "会议要求, 加快建设甲乙快线。",
    "乙市要在年底前完成丙镇水厂改造。",
    "推动两市项目清单化管理。",
    "确保各项工作落到实处。",
)
MONEY = 1_000_000  # 分 in 万元


def tiny(folder: Path | None = None) -> Region:
    """Return a new tiny region, in `folder` or in a temporary one that goes when Python ends.

    Examples
    --------
    >>> r = tiny()
    >>> len(r.projects), r.day
    (4, '2022-09-27')
    """
    if folder is None:
        folder = _temporary() / "tiny.hc"
    shutil.copytree(_template(), folder)
    return reopened(folder)


def reopened(where: str | Path, start: int = 10**6) -> Region:
    """Open a tiny region, wherever it is kept, with its own clock and ids from a number that it has not come to."""
    return open_region(where, clock=_clock, make_id=id_maker(seed=8, start=start))


def _clock() -> datetime:
    return datetime(2022, 9, 27, 1, 0, tzinfo=UTC)


def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hechang-tiny-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _template() -> Path:
    """Folder of a tiny region that is never written to; made once in a process, copied for each caller."""
    folder = _temporary() / "tiny.hc"
    build(folder)
    return folder


def build(where: str | Path) -> None:
    """Make a tiny region in an empty place."""
    settings = Settings(name="tiny", day=DAY, plan="p", demo=True)
    region = create_region(where, settings, clock=_clock, make_id=id_maker(seed=7))
    with region.edit(by="tiny", why="an example that fits on one page", source="person:tiny") as e:
        _places(e)
        _projects(e)
        _report(e)
    region.close()


def _places(e: Edit) -> None:
    bodies = (("x", "甲"), ("y", "乙"))
    e.put("bodies", [{"id": f"office-{c}", "name": f"{n}市项目办", "name_en": f"Project office of {c}",
                      "kind": "project_office"} for c, n in bodies])  # fmt: skip
    rows = (("x", "甲市", "city", None, 25), ("y", "乙市", "city", None, 75), ("a", "甲县", "county", "x", 25),
            ("b", "乙区", "county", "y", 50), ("c", "丙县", "county", "y", 25))  # fmt: skip
    e.put("places", [{"id": id, "name": name, "name_en": id.upper(), "kind": kind, "parent": parent, "people": people,
                      "people_year": 2020} for id, name, kind, parent, people in rows])  # fmt: skip
    e.put("plans", {"id": "p", "name": "两市规划", "name_en": "Plan of two cities"})
    e.put("collections", {"id": "p-region", "name": "两市", "name_en": "Two cities", "kind": "region", "plan": "p"})
    e.put("members", [{"collection": "p-region", "place": place} for place in ("x", "y")])
    e.put("links", [
        {"origin": "a", "dest": "b", "mode": "rail", "minutes": 40.0, "both_ways": True},
        {"origin": "b", "dest": "c", "mode": "rail", "minutes": 55.0, "both_ways": True},
    ])  # fmt: skip


def _projects(e: Edit) -> None:
    e.put("projects", [
        {"id": f"p{n}", "name": name, "code": f"T-{n}", "place": place, "owner": f"office-{owner}",
         "invest_total": total * MONEY, "currency": "CNY", "synthetic": True}
        for n, name, place, owner, total in (
            (1, "签约项目", "a", "x", 10_000), (2, "备案项目", "b", "y", 20_000),
            (3, "滞后项目", "b", "y", 12_000), (4, "按时项目", "c", "y", 12_000))
    ])  # fmt: skip
    events = (
        ("p1", "signed", "2022-06-19"), ("p2", "signed", "2022-01-10"), ("p2", "filed", "2022-05-10"),
        ("p3", "signed", "2021-03-01"), ("p3", "filed", "2021-04-01"), ("p3", "started", "2021-06-01"),
        ("p4", "signed", "2021-03-01"), ("p4", "filed", "2021-04-01"), ("p4", "started", "2021-06-01"),
    )  # fmt: skip
    owners = {"p1": "office-x", "p2": "office-y", "p3": "office-y", "p4": "office-y"}
    e.put("project_events", [{"project": p, "stage": s, "actual": d, "owner": owners[p], "synthetic": True}
                             for p, s, d in events])  # fmt: skip
    e.put("project_years", [{"project": p, "year": 2022, "invest_plan": 1200 * MONEY, "owner": "office-y",
                             "synthetic": True} for p in ("p3", "p4")])  # fmt: skip
    e.put("returns", [{"project": p, "period": "2022-08", "invest_done": done * MONEY, "owner": "office-y",
                       "synthetic": True} for p, done in (("p3", 500), ("p4", 900))])  # fmt: skip


def _report(e: Edit) -> None:
    text = "".join(REPORT)
    sha = e.blob(text.encode())
    e.put("documents", {"id": "report", "title": "推进会举行", "kind": "report", "path": "report.txt", "sha256": sha,
                        "published": "2022-09-28", "characters": len(text), "synthetic": True})  # fmt: skip
    starts = [sum(len(s) for s in REPORT[:n]) for n in range(len(REPORT))]
    e.put("statements", [{"id": f"s{n + 1}", "document": "report", "span_start": at, "span_end": at + len(REPORT[n]),
                          "text": REPORT[n], "synthetic": True} for n, at in enumerate(starts)])  # fmt: skip
