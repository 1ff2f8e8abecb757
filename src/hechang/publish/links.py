"""Addresses of pages. One table names them all; the server and the static site each write them in their own way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from hechang.terms.errors import not_known

# name of a page: where it is served; the same words with .html where it is published
PATHS = {
    "today": "/today",
    "list": "/lists/{0}",
    "map": "/map",
    "place": "/map/{0}",
    "groups": "/groups",
    "group": "/groups/{0}",
    "projects": "/projects",
    "project": "/projects/{0}",
    "tasks": "/tasks",
    "task": "/tasks/{0}",
    "rounds": "/rounds",
    "programmes": "/programmes",
    "responsibility": "/responsibility",
    "coverage": "/coverage",
    "documents": "/documents",
    "document": "/documents/{0}",
    "evidence": "/evidence/{0}/{1}",
    "findings": "/findings",
    "log": "/log",
    "catalogue": "/catalogue",
    "table": "/catalogue/{0}",
    "data": "/data",
    "sources": "/sources",
}
_SAFE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,80}")


@dataclass(frozen=True)
class Address:
    """One page: its name, what it is about, which part of a long table."""

    page: str
    ids: tuple[str, ...] = ()
    number: int = 1


class Links(Protocol):
    """How a template names another page; `live` pages have forms, published ones have none."""

    @property
    def live(self) -> bool:
        """True on the server."""

    def to(self, page: str, /, *ids: str, **query: Any) -> str:
        """Address of a page."""

    def asset(self, name: str) -> str:
        """Address of a file of ours: style sheet, script."""

    def switch(self, lang: str) -> str:
        """Address of this very page in another language."""

    def data(self, name: str) -> str:
        """Address of data behind a page: a map layer or a table."""

    def once(self, key: str, make: Callable[[], str], /) -> str:
        """Return a part of a page that other pages may have too: made once where they surely do."""


def _path(page: str, ids: tuple[str, ...]) -> str:
    if page not in PATHS:
        raise not_known("page", "页面", page, PATHS)
    return PATHS[page].format(*(quote(id, safe="") for id in ids))


@dataclass(frozen=True)
class Served:
    """Addresses on the server; `keep` goes on every one (the day looked at), `query` is this page's own."""

    path: str = "/"
    query: dict[str, str] = field(default_factory=dict)
    keep: dict[str, str] = field(default_factory=dict)
    live: bool = True

    def to(self, page: str, /, *ids: str, **query: Any) -> str:
        """Address of a page.

        Examples
        --------
        >>> Served().to("list", "behind-schedule", grace=60)
        '/lists/behind-schedule?grace=60'
        """
        said = {**self.keep, **{key: str(value) for key, value in query.items() if value not in (None, "")}}
        return _path(page, ids) + (f"?{urlencode(said)}" if said else "")

    def asset(self, name: str) -> str:
        """Address of a file of ours."""
        return f"/assets/{name}"

    def switch(self, lang: str) -> str:
        """The same address, asking for another language."""
        return f"{self.path}?{urlencode({**self.query, 'lang': lang})}"

    def data(self, name: str) -> str:
        """Address of data behind a page, under /api."""
        joint = "&" if "?" in name else "?"
        return f"/api/{name}" + (f"{joint}{urlencode(self.keep)}" if self.keep else "")

    def once(self, _key: str, make: Callable[[], str], /) -> str:
        """Make it: the day or branch looked at may differ from page to page."""
        return make()


@dataclass
class Published:
    """Relative addresses inside the static site; every page named is noted in `wanted`, so no link can be broken."""

    lang: str
    here: Address
    wanted: dict[Address, None] = field(default_factory=dict)
    kept: dict[tuple[str, int, str], str] = field(default_factory=dict)
    live: bool = False

    def to(self, page: str, /, *ids: str, **query: Any) -> str:
        """Relative address of a page.

        Examples
        --------
        >>> Published("zh", Address("list", ("behind-schedule",))).to("today")
        '../index.html'
        """
        address = Address(page, ids, int(query["page"]) if query.get("page") else 1)
        self.wanted[address] = None
        return self._inside + site_path(address)

    def asset(self, name: str) -> str:
        """Relative address of a file of ours."""
        return f"{self._inside}../assets/{name}"

    def switch(self, lang: str) -> str:
        """The same page in the folder of another language."""
        return f"{self._inside}../{lang}/{site_path(self.here)}"

    def data(self, name: str) -> str:
        """Relative address of data behind a page."""
        return f"{self._inside}../data/{name}"

    def once(self, key: str, make: Callable[[], str]) -> str:
        """Return it as it was made for another page of this language in a folder as deep."""
        at = (self.lang, len(self._inside), key)
        if at not in self.kept:
            self.kept[at] = make()
        return self.kept[at]

    @cached_property
    def _inside(self) -> str:
        return "../" * site_path(self.here).count("/")


@lru_cache(maxsize=65536)
def site_path(address: Address) -> str:
    """Path of a published page inside its language folder.

    Examples
    --------
    >>> site_path(Address("today")), site_path(Address("evidence", ("projects", "p")))
    ('index.html', 'evidence/projects/p.html')
    """
    if address.page == "today":
        return "index.html"
    raw = PATHS[address.page].format(*(_file_name(id) for id in address.ids)).lstrip("/")
    return f"{raw}.html" if address.number == 1 else f"{raw}-{address.number}.html"


def _file_name(id: str) -> str:
    # an id becomes a file name: everything that could leave the folder or upset a file system is spelled out
    return id if _SAFE.fullmatch(id) else "x" + id.encode().hex()[:120]
