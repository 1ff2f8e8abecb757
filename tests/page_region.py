"""A small region with everything a page can show, hostile names included, and a client without any network."""

from __future__ import annotations

import asyncio
import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

import httpx
import shapely
from fastapi import FastAPI

from hechang import tiny
from hechang.region.region import Region
from hechang.region.tiny import reopened
from hechang.terms.specs import tables

HOSTILE = "<img src=x onerror=alert(1)>"
FORMULA = "=HYPERLINK(1)"
SECRET = "内部项目甲"  # never to be seen by the public
HOME = "http://127.0.0.1:8000"
SLOTS = dict.fromkeys(("modality", "speaker", "addressee", "verb", "object", "deadline", "theme")) | {"kind": "action"}
TEXT = "导航\n9月27日, 推进会举行。会议要求, 加快建设甲乙快线。<script>alert(2)</script>完。"


def page_region(folder: Path) -> Region:
    """Return tiny made public, with outlines, a report with proposals, hostile names and one internal project."""
    shutil.copytree(_template(), folder)
    return reopened(folder, 2 * 10**6)


@cache
def _template() -> Path:
    """Folder that is never written to, made once in a process."""
    home = Path(tempfile.mkdtemp(prefix="hechang-page-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    made = _built(home / "page.hc")
    for name in tables():
        made.table(name)  # the copies that pages read come with it
    made.close()
    return home / "page.hc"


def _built(folder: Path) -> Region:
    region = tiny(folder)
    with region.edit(by="tester", why="made public for the pages", source="person:tester", level=0) as e:
        for name in ("bodies", "plans", "collections", "members", "links", "places", "projects",
                     "project_events", "project_years", "returns", "documents", "statements"):  # fmt: skip
            e.put(name, [{"id": id, "level": 0} for id in region.table(name, columns=["id"]).index])
    region = e.after
    with region.edit(by="tester", why="outlines and names", source="person:tester", level=0) as e:
        e.put("places", [_square(id, west) for id, west in (("a", 120.0), ("b", 120.5), ("c", 121.0))])
        e.put("projects", [{"id": "p1", "name": FORMULA, "note": HOSTILE}, {"id": "p3", "level": 1, "name": SECRET}])
        e.put("layers", [_layer("counties", "places"), _layer("lakes", "features")])
        e.put("features", {"id": "lake", "layer": "lakes", "geometry": shapely.box(120.2, 31.1, 120.3, 31.2).wkb})
    region = e.after
    with region.edit(by="tester", why="a task ledger", source="person:tester", level=0) as e:
        _ledger(e)
    region = e.after
    with region.edit(by="tester", why="a report was read", source="person:tester", level=0) as e:
        _read(e)
    return e.after


def _square(id: str, west: float) -> dict[str, object]:
    shape = shapely.box(west, 31.0, west + 0.5, 31.5)
    name = {"a": "甲县", "b": "乙县", "c": f"丙{HOSTILE}"}[id]
    return {"id": id, "name": name, "name_en": name, "geometry": shape.wkb, "lon": west + 0.25, "lat": 31.25}


def _layer(id: str, table: str) -> dict[str, str]:
    return {"id": id, "name": f"图层 {id}", "name_en": f"Layer {id}", "table": table, "licence": "ODbL 1.0",
            "origin": "test", "vintage": "2022", "quality": "示意", "quality_en": "sketch",
            "attribution": "© OpenStreetMap contributors"}  # fmt: skip


def _ledger(e) -> None:
    actions = [{"id": "A", "code": "A", "name": "快线行动"},
               {"id": "A1", "code": "A1", "name": f"前期{HOSTILE}", "parent": "A"}]  # fmt: skip
    e.put("plan_actions", [{"plan": "p", **action} for action in actions])
    e.put("tasks", {"id": "t1", "name": f"前期工作{HOSTILE}", "number": FORMULA, "lead": "office-x", "due": "2022-08",
                    "begins": "2022-01", "plan_action": "A", "projects": ["p1", "p3"], "report_every": "month",
                    "co_bodies": ["office-y"]})  # fmt: skip
    e.put("milestones", {"id": "m1", "task": "t1", "name": "方案", "due": "2022-05"})
    e.put("task_returns", {"id": "r1", "task": "t1", "period": "2022-06", "progress": 40, "problem": "缺地",
                           "evidence": "report"})  # fmt: skip
    e.put("assignments", [{"id": "a1", "object": "p1", "body": "office-x", "role": "bear", "share": 60},
                          {"id": "a2", "object": "p1", "body": "office-y", "role": "bear"}])  # fmt: skip


def _read(e) -> None:
    start = TEXT.index("会议要求")
    end = TEXT.index("。", start) + 1
    e.put("documents", {"id": "d1", "title": f"快线报道{HOSTILE}", "kind": "report", "sha256": e.blob(TEXT.encode()),
                        "encoding": "utf-8", "characters": len(TEXT), "published": "2022-09-28",
                        "noise": '[{"kind": "navigation", "span": [0, 3]}]'})  # fmt: skip
    e.put("statements", {"id": "d1s1", "document": "d1", "span_start": start, "span_end": end, "text": TEXT[start:end]})
    e.put("proposals", {"id": "d1p1", "document": "d1", "statement": "d1s1", "kind": "directive", "ordinal": "D1",
                        "text": TEXT[start:end], "payload": json.dumps(SLOTS), "confidence": 0.9,
                        "state": "open"})  # fmt: skip
    e.put("events", {"id": "e1", "name": "推进会", "date": "2022-09-27", "source": "statement:d1s1"})
    e.put("event_documents", [{"event": "e1", "document": d} for d in ("d1", "report")])


class Client:
    """Asks an application directly; a call is one request."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def get(self, path: str, **more) -> httpx.Response:
        """Ask for a path."""
        return self.ask("GET", path, **more)

    def ask(self, method: str, path: str, *, home: str = HOME, **more) -> httpx.Response:
        """Ask with any method."""
        return self.together([(method, path, more)], home=home)[0]

    def in_turn(self, requests, *, home: str = HOME) -> list[httpx.Response]:
        """Ask for several things one after the other on one event loop."""

        async def each() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=home) as client:
                return [await client.request(method, path, **more) for method, path, more in requests]

        return asyncio.run(each())

    def together(self, requests, *, home: str = HOME) -> list[httpx.Response]:
        """Ask for several things at the same moment, as the one event loop of a server meets them."""

        async def all_at_once() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=home) as client:
                asked = [client.request(method, path, **more) for method, path, more in requests]
                return await asyncio.gather(*asked)

        return asyncio.run(all_at_once())
