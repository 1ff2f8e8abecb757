"""All pages in one table: view and template. The server and the static site write the same pages from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from hechang.publish.links import Links
from hechang.publish.pages import render
from hechang.publish.results import Asked, Results
from hechang.publish.views import (
    about,
    documents,
    groups,
    holdings,
    lists,
    measured,
    programmes,
    projects,
    proof,
    responsibility,
    rounds,
    tasks,
    today,
)
from hechang.publish.views.frame import frame
from hechang.terms.errors import not_known
from hechang.terms.words import word

View = Callable[[Asked], dict[str, Any]]


@dataclass(frozen=True)
class Page:
    """One page: the template that shows what the view gives."""

    template: str
    view: View


PAGES: Mapping[str, Page] = {
    "today": Page("today", today.today),
    "list": Page("list", lists.one_list),
    "map": Page("map", measured.measure_map),
    "place": Page("place", measured.place),
    "groups": Page("groups", groups.groups),
    "group": Page("group", groups.group),
    "projects": Page("projects", projects.projects),
    "project": Page("project", projects.project),
    "tasks": Page("tasks", tasks.tasks),
    "task": Page("task", tasks.task),
    "rounds": Page("rounds", rounds.rounds),
    "programmes": Page("programmes", programmes.programmes),
    "responsibility": Page("responsibility", responsibility.responsibility),
    "coverage": Page("coverage", responsibility.coverage),
    "documents": Page("documents", documents.documents),
    "document": Page("document", documents.document),
    "evidence": Page("evidence", proof.evidence),
    "findings": Page("findings", about.findings),
    "log": Page("log", about.log),
    "catalogue": Page("catalogue", about.catalogue),
    "table": Page("table", about.table),
    "data": Page("data", holdings.data),
    "sources": Page("sources", about.sources),
}


@dataclass(frozen=True)
class Wanted:
    """One page somebody asks for: its name, what it is about, the rest of its address, the language."""

    page: str
    ids: tuple[str, ...] = ()
    query: Mapping[str, str] | None = None
    lang: str = "zh"


def view_of(wanted: Wanted, results: Results) -> dict[str, Any]:
    """Return the data of a page, the same for every language; raises NotKnown, InputError."""
    if wanted.page not in PAGES:
        raise not_known("page", "页面", wanted.page, PAGES)
    view = PAGES[wanted.page].view(Asked(results, wanted.ids, wanted.query or {}))
    return {"made_up": False, **view, "page": frame(results), "built": built(), "sheets": sheets()}


def write(wanted: Wanted, view: Mapping[str, Any], links: Links) -> str:
    """Write a page from its view as HTML."""
    live = live_map(wanted, view, links) if wanted.page == "map" else {}
    return render(PAGES[wanted.page].template, {**view, **live}, wanted.lang, links)


def live_map(wanted: Wanted, view: Mapping[str, Any], links: Links) -> dict[str, Any]:
    """Return what the map script needs: addresses of its layers and its own words."""
    measure = f"map/{view['card'].id}-{wanted.lang}.geojson"
    if links.live:
        asked = {"lang": wanted.lang, "measure": view["card"].id, **view["asked"]}
        measure = "map/counties.geojson?" + urlencode(asked)
    addresses = {name: links.data(f"map/{name}.geojson") for name in view["layers"]}
    keys = {"NavigationControl.ZoomIn": "zoom_in", "NavigationControl.ZoomOut": "zoom_out", "Popup.Close": "close"}
    keys |= {"CooperativeGesturesHandler.MobileHelpText": "two_fingers", "Map.Title": "map"}
    said = {name: word(key, wanted.lang) for name, key in keys.items()}
    return {"map_data": {"counties": links.data(measure), **addresses}, "map_words": json.dumps(said)}


@cache
def built() -> bool:
    """Tell whether the front end was built (`make ui`); pages read without it, the live map needs it."""
    return bool(public_files())


@cache
def public_files() -> tuple[str, ...]:
    """Names of the files of the built front end that the plain pages ask for; none where it was not built."""
    manifest = files("hechang").joinpath("web", "static", "assets", "manifest.json")
    if not manifest.is_file():
        return ()
    known = json.loads(manifest.read_text(encoding="utf-8"))
    chunks, waiting = dict[str, Any](), ["src/public.ts"]
    while waiting:
        name = waiting.pop()
        chunks[name] = known[name]
        waiting += [one for one in known[name].get("imports", []) if one not in chunks]
    named = {name for one in chunks.values() for name in (one["file"], *one.get("css", []), *one.get("assets", []))}
    return tuple(sorted(named))


def sheets() -> list[str]:
    """Names of the style sheets among them."""
    return [name for name in public_files() if name.endswith(".css")]
