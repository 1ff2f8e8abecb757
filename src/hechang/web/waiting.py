"""How much is worked on at a time, and how much may wait: stated here for every kind of request, and nowhere else.

Each kind has places of its own, so that a row is never stuck behind a list, nor a list behind an import. Who finds no
place to wait in is told so at once (503) and when to come again (Retry-After).
"""

from __future__ import annotations

import asyncio
import os
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from hechang.terms.errors import Busy, UsageError

RETRY = 2  # seconds after which somebody who was sent away may come again


class Kind(StrEnum):
    """What kind of work a request is."""

    FREE = "free"  # files, the frame of the workbench, the catalogue: never waits
    LIGHT = "light"  # one row, its proof and history
    PAGE = "page"  # a page of a table
    WIDE = "wide"  # the map and the projects: rests on where every project stands
    HEAVY = "heavy"  # lists, measures, the first page, whole tables as files
    WRITE = "write"  # everything that changes the register
    UPLOAD = "upload"  # files that are looked through before they are kept: no sign-in or edit waits for them


FREE = re.compile(
    r"/assets/|/desk(/|$)|/$|/api/(openapi\.json|catalogue|region)$|/(sign-in|account|api/account)(/|$)"
)  # among them what is one person's own: never kept, never given to who asks for the same
LIVE = re.compile(r"/api/imports(/|$)")  # also rests on files that wait for a decision: never kept, never tagged
LIGHT = re.compile(r"/api/(tables/[a-z_]+/[^.]+|evidence/.*|files/.*)$")
PAGE = re.compile(r"/api/(tables|log|ogc|proposals|desk)(/|$)|/ogc(/|$)")
WIDE = re.compile(r"/api/(projects|tiles|area|line|map|layers)([/.]|$)")
FILE = re.compile(r"\.(csv|xlsx|parquet|geojson|json|docx|pdf|png|zip)$")
ASKING = re.compile(r"/api/(area|line)$")  # a POST that only asks: what it asks for is too long for an address
BRINGS_FILES = re.compile(r"/api/(imports|documents|rounds/[^/]+/take)/?")
APART = (Kind.WIDE, Kind.HEAVY)  # kinds that a helper process each works on, one after the other


def kind_of(method: str, path: str) -> Kind:
    """Return the kind of a request.

    Examples
    --------
    >>> paths = "tables/projects", "tables/projects/p1", "tables/projects.csv", "lists", "projects"
    >>> [str(kind_of("GET", f"/api/{path}")) for path in paths]
    ['page', 'light', 'heavy', 'heavy', 'wide']
    >>> str(kind_of("POST", "/api/line")), str(kind_of("PATCH", "/api/tables/projects/p1"))
    ('wide', 'write')
    """
    if method not in ("GET", "HEAD", "OPTIONS") and not ASKING.match(path):
        return Kind.UPLOAD if BRINGS_FILES.fullmatch(path) else Kind.WRITE
    if FREE.match(path):
        return Kind.FREE
    if FILE.search(path):
        return Kind.HEAVY
    kinds = {Kind.LIGHT: LIGHT, Kind.PAGE: PAGE, Kind.WIDE: WIDE}
    return next((kind for kind, pattern in kinds.items() if pattern.match(path)), Kind.HEAVY)


@dataclass(frozen=True)
class Limits:
    """Places of every kind: at work, and waiting; seconds and bytes of what is kept.

    Each can be set by an environment variable of the same name: `HECHANG_PAGE_WAITING=64`.
    """

    light: int = 2  # more at a time only wait for each other: Python works on one thing
    light_waiting: int = 256
    page: int = 1
    page_waiting: int = 128
    wide: int = 1
    wide_waiting: int = 128
    heavy: int = 1
    heavy_waiting: int = 32
    write: int = 2
    write_waiting: int = 128
    upload: int = 1
    upload_waiting: int = 16
    pace: int = 3  # seconds between two rounds in which pages asked for lately are made anew
    page_stale: int = 10  # seconds for which the last answer of a page may be given while a new one is made
    stale: int = 60  # the same for wide and heavy work
    kept: int = 64  # MB of answers that are kept
    elsewhere: int = 1  # 0: wide and heavy work is done in the server's own process, and nothing old is given

    def places(self, kind: Kind) -> tuple[int, int]:
        """Return how many of a kind are at work at a time, and how many may wait."""
        return getattr(self, str(kind)), getattr(self, f"{kind}_waiting")


def limits(environ: Mapping[str, str] = os.environ) -> Limits:
    """Read the limits from the environment.

    Raises
    ------
    UsageError
        for a value that is no whole number from 0 to 100000.

    Examples
    --------
    >>> limits({"HECHANG_PAGE": "3"}).page, limits({}).page
    (3, 1)
    """
    names = {name: f"HECHANG_{name.upper()}" for name in Limits.__dataclass_fields__}
    return Limits(**{name: _number(key, environ[key]) for name, key in names.items() if environ.get(key)})


def _number(name: str, text: str) -> int:
    if not text.strip().isdecimal() or int(text) > 100_000:
        raise UsageError(
            f"{name}='{text[:20]}' is not a whole number from 0 to 100000",
            f"{name}=“{text[:20]}”不是 0 到 100000 的整数",
        )
    return int(text)


def too_many() -> Busy:
    """Return the error for who finds no place to wait in."""
    return Busy(
        "The server has too much to do at the moment. Try again in a few seconds", "服务器当前繁忙, 请稍后几秒再试"
    )


class Gate:
    """The places of one kind, first come first served, on the one event loop of a server."""

    def __init__(self, at_work: int, waiting: int) -> None:
        self.free = max(at_work, 1)
        self.most = waiting
        self.waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Take a place, waiting for one; raises Busy where too many wait already."""
        if self.free:
            self.free -= 1
        else:
            await self._turn()
        try:
            yield
        finally:
            self._leave()

    async def _turn(self) -> None:
        if len(self.waiting) >= self.most:
            raise too_many()
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:  # who waited went away
            if turn.done() and not turn.cancelled():
                self._leave()
            elif turn in self.waiting:
                self.waiting.remove(turn)
            raise

    def _leave(self) -> None:
        """Hand the place to the next who still waits."""
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1
