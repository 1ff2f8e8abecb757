"""Tags of answers: the same tag, the same answer, so that a browser that has it is told so before any work is done.

An answer rests on the tables that were read for it (`store.rests`). Its tag is made of the revisions that last changed
these, so that an edit of another table leaves it as it is; of the whole revision where it rests on the history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from hechang.store.readers import PUBLIC, Reader
from hechang.store.rests import EVERYTHING, last_change

READER = "hechang.reader"  # in the scope of a request: who asks, and what he may see and do
AFTER = "after"  # of an address: the revision an answer has to hold at least


class State(NamedTuple):
    """What a view of the region rests on: store, branch, day, revision, and by table the revision that changed it."""

    store: str
    branch: str
    day: str
    revision: int
    changed: Mapping[str, int] | None  # None: not known any more

    def mark(self, rests: frozenset[str]) -> tuple[object, ...]:
        """Return what identifies the state of some tables."""
        view = (self.store, self.branch, self.day)
        changed = self.changed
        if EVERYTHING in rests or changed is None:
            return (*view, self.revision)
        return (*view, *((name, last_change(name, changed)) for name in sorted(rests)))


class Address(NamedTuple):
    """What was asked for: path, query in one order, and the language that follows from all a browser said."""

    path: str
    query: str
    lang: str
    body: bytes = b""  # of a POST that only asks
    who: Reader = PUBLIC  # an answer is for whom it was made, and for nobody else


def address_of(path: str, query: str, lang: str, who: Reader, body: bytes = b"") -> tuple[Address, int]:
    """Return the address without its order, and the revision it wants at least.

    Examples
    --------
    >>> found, after = address_of("/api/lists/slipped", "b=2&after=7&a=1", "zh", PUBLIC)
    >>> found.path, found.query, after
    ('/api/lists/slipped', 'a=1&b=2', 7)
    """
    parts = parse_qsl(query, keep_blank_values=True)
    after = max((int(v) for k, v in parts if k == AFTER and v.isascii() and v.isdecimal()), default=0)
    rest = sorted(((k, v) for k, v in parts if k != AFTER), key=lambda pair: pair[0])
    return Address(path, urlencode(rest), lang, body, who), after


def tag_of(address: Address, mark: tuple[object, ...]) -> str:
    """Return the tag of an answer; weak, because it may be compressed on its way.

    Examples
    --------
    >>> from hechang.store.readers import LOCAL
    >>> one = Address("/", "", "zh")
    >>> tag_of(one, ("s", 1)) == tag_of(one, ("s", 2))
    False
    >>> tag_of(one, ("s", 1)) == tag_of(one._replace(who=LOCAL), ("s", 1))
    False
    """
    said = repr((code(), address, mark))
    return f'W/"{hashlib.blake2b(said.encode(), digest_size=12).hexdigest()}"'


def holds(header: str, tag: str) -> bool:
    """Tell whether an If-None-Match header names a tag.

    Examples
    --------
    >>> holds('"x", W/"y"', 'W/"y"'), holds("*", '"x"'), holds('"y"', 'W/"y"'), holds("", '"x"')
    (True, True, True, False)
    """
    known = {part.strip().removeprefix("W/") for part in header.split(",") if part.strip()}
    return "*" in known or tag.removeprefix("W/") in known


@cache
def code() -> str:
    """Version of the code that makes the answers: of the package, and of its files where they are edited in place."""
    root = Path(str(files("hechang")))
    kinds = ("*.py", "*.html", "*.csv", "*.css")
    newest = max(path.stat().st_mtime_ns for kind in kinds for path in root.rglob(kind))
    return f"{version('hechang')}-{newest}"
