"""What stands before every route: conditional requests, kept answers, places to work and to wait in.

A question is answered, in this order,
- by 304 where the browser has what would be answered now, before any work;
- by the kept answer where no table it rests on has changed since;
- for pages, wide and heavy work, by the last answer for at most `Limits.page_stale` or `Limits.stale` seconds, while a
  new one is made behind it: it states its own revision, as always, and `X-Newer-Revision` the newest one;
- by working it out, at one revision, once for all who ask for the same.

Who wrote herself asks with `X-After-Revision` (or `after=`) and never gets an answer older than that.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from fastapi import FastAPI
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hechang.terms.errors import Busy
from hechang.web.answers import MB, Answer, Entry, Shelf, answer_of, request_of
from hechang.web.errors import body_of, status_of
from hechang.web.etags import Address, State, address_of, holds, tag_of
from hechang.web.hall import AT, VIEW, Hall, reader_of
from hechang.web.languages import language_or_default
from hechang.web.waiting import ASKING, LIVE, RETRY, Gate, Kind, Limits, kind_of, limits

LOG = logging.getLogger("hechang.web")
INNER = "hechang.inner"  # in the scope of a request that was let through already
LATELY = 600.0  # s: what was asked for within this time is made anew when it is old
TICK = 0.5  # s between two looks at what is old, where a helper works; of pages `Limits.pace`
REST = 1.0  # s of rest for each second of work on what is old


class Elsewhere(Protocol):
    """Another process that answers."""

    async def ask(self, address: Address, revision: int) -> Answer:
        """Return the answer to a request at one revision."""


class Front:
    """The one piece all requests pass.

    `app.state.elsewhere` names a helper process for some kinds of work; what is old is then made anew behind the last
    answer.
    """

    def __init__(self, app: ASGIApp, known: Limits | None = None) -> None:
        self.app = app
        self.limits = known or limits()
        self.gates: dict[Kind, Gate] = {kind: Gate(*self.limits.places(kind)) for kind in Kind if kind != Kind.FREE}
        self.shelf = Shelf(self.limits.kept * MB)
        self.making: dict[tuple[Address, int], asyncio.Future[Answer]] = {}
        self.paces: dict[Kind, Pace] = {}
        self.refreshing: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say that there is too much to do."""
        if scope["type"] != "http" or scope.get(INNER):
            await self.app(scope, receive, send)
            return
        path, method = scope["path"], scope["method"]
        kind = kind_of(method, path)
        asks = (method == "GET" and not LIVE.match(path)) or (method == "POST" and ASKING.match(path))
        try:
            if kind == Kind.FREE:
                await self.app(scope, receive, send)
            elif not asks:
                async with self.gates[kind].place():
                    await self.app(scope, receive, send)
            else:
                body = await Request(scope, receive).body() if method == "POST" else b""
                await (await self._read(scope, kind, body))(scope, receive, send)
        except Busy as error:
            await refusal(error)(scope, receive, send)

    async def _read(self, scope: Scope, kind: Kind, body: bytes) -> Response:
        hall: Hall = scope["app"].state.hall
        self._start(scope)
        headers, view, who = Headers(scope=scope), _view(scope), reader_of(scope)
        address, after = address_of(scope["path"], scope["query_string"].decode("latin-1"), _lang(scope), who, body)
        after = max(after, _number(headers.get("x-after-revision", "")))
        state = hall.state(view, self._revision(hall, kind, after))
        entry = self.shelf.get(address)
        if entry is None or not (entry.holds(state) or self._good_enough(entry, kind, after)):
            answer = await self._made(scope, kind, address, state.revision)
            entry = self._keep(address, answer, state, view)
        newest = hall.state(view, max(state.revision, hall.changes.head))
        return _response(entry, newest, headers)

    def _revision(self, hall: Hall, kind: Kind, after: int) -> int:
        """Return the revision a kind of work is answered at: the newest, or one that is new enough."""
        pace = self.paces.get(kind)
        if pace and pace.revision >= after and time.monotonic() - pace.since <= pace.most:
            return pace.revision
        head = hall.first.store.head()
        if pace:
            self.paces[kind] = Pace(head, time.monotonic(), pace.most)
        return head

    def _good_enough(self, entry: Entry, kind: Kind, after: int) -> bool:
        """Tell whether an old answer may be given while a new one is made."""
        young = entry.old is not None and time.monotonic() - entry.old <= self._oldest(kind)
        return kind in self.paces and young and entry.answer.revision >= after

    def _oldest(self, kind: Kind) -> float:
        """Return for how long [s] the last answer of a kind may be given."""
        return self.limits.page_stale if kind == Kind.PAGE else self.limits.stale

    async def _made(self, scope: Scope, kind: Kind, address: Address, revision: int) -> Answer:
        """Work an answer out, once for all who ask for it at a revision."""
        key = (address, revision)
        if key not in self.making:
            self.making[key] = asyncio.ensure_future(self._work(scope, kind, address, revision))
            self.making[key].add_done_callback(lambda _: self.making.pop(key, None))
        return await asyncio.shield(self.making[key])

    async def _work(self, scope: Scope, kind: Kind, address: Address, revision: int) -> Answer:
        helper = _helpers(scope).get(kind)
        async with self.gates[kind].place():
            if helper:
                return await helper.ask(address, revision)
            headers = [(name, value) for name, value in scope["headers"] if name != b"if-none-match"]
            given = {"query_string": address.query.encode(), "headers": headers, "extensions": {}, AT: revision}
            return await answer_of(self.app, {**scope, **given}, revision, address.body)

    def _keep(self, address: Address, answer: Answer, state: State, view: Mapping[str, str]) -> Entry:
        mark = state.mark(answer.rests)
        tag = answer.header("etag") or tag_of(address, mark)
        entry = Entry(answer, mark, tag, view)
        if answer.keepable:
            self.shelf.put(address, entry)
        return entry

    def _start(self, scope: Scope) -> None:
        """Begin to make old answers anew, where helpers do the work; pages then change at a pace."""
        helpers = _helpers(scope)
        if helpers and not self.paces:
            for kind in (Kind.PAGE, *helpers):
                self.paces[kind] = Pace(0, -math.inf, self._oldest(kind))
                tick = TICK if kind in helpers else self.limits.pace
                self.refreshing.add(asyncio.create_task(self._refresh(scope, kind, tick)))

    async def _refresh(self, scope: Scope, kind: Kind, tick: float) -> None:
        """Go round what is kept of a kind; what is old is made anew at one revision a round, so that it shares work."""
        while True:
            await asyncio.sleep(tick)
            try:
                await self._round(scope["app"], kind)
            except Busy:  # too much to do, or the helper has gone: the next round tries again
                continue
            except Exception:  # a fault of one answer must not end all refreshing
                LOG.exception("An old answer could not be made anew")

    async def _round(self, app: FastAPI, kind: Kind) -> None:
        hall: Hall = app.state.hall
        head = hall.first.store.head()
        self.paces[kind] = Pace(head, time.monotonic(), self._oldest(kind))
        for address, entry in self._old(hall, kind, head):
            began = time.monotonic()
            answer = await self._made(request_of(address, {"app": app}), kind, address, head)
            self._keep(address, answer, hall.state(entry.view, head), entry.view)
            await asyncio.sleep(REST * (time.monotonic() - began))

    def _old(self, hall: Hall, kind: Kind, head: int) -> list[tuple[Address, Entry]]:
        """Answers of a kind asked for lately that no longer hold, the oldest first."""
        since = time.monotonic() - LATELY
        known = [one for one in self.shelf.all() if one[1].asked > since and kind_of("GET", one[0].path) == kind]
        found = [one for one in known if not one[1].holds(hall.state(one[1].view, head))]
        return sorted(found, key=lambda one: one[1].old or 0.0)


class Pace(NamedTuple):
    """The revision a kind of work is answered at, since when [s], and for how long at most [s]."""

    revision: int
    since: float
    most: float


def _helpers(scope: Scope) -> Mapping[Kind, Elsewhere]:
    found: Mapping[Kind, Elsewhere] = getattr(scope["app"].state, "elsewhere", {})
    return found


def _view(scope: Scope) -> dict[str, str]:
    return {name: value for name, value in QueryParams(scope["query_string"]).items() if name in VIEW}


def _lang(scope: Scope) -> str:
    return language_or_default(Request(scope))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _response(entry: Entry, newest: State, asked: Headers) -> Response:
    """Return what is kept as an answer of its own, or 304 where the browser has it."""
    answer = entry.answer
    about = {"etag": entry.tag, "cache-control": answer.header("cache-control") or "private, no-cache"}
    if newest.revision > answer.revision and entry.mark != newest.mark(answer.rests):
        about["x-newer-revision"] = str(newest.revision)
    if answer.status == 200 and answer.keepable and holds(asked.get("if-none-match", ""), entry.tag):
        return Response(status_code=304, headers=about)
    packed = entry.pack() if "gzip" in asked.get("accept-encoding", "") else b""
    response = Response(packed or answer.body, answer.status)
    given = [(name, value) for name, value in answer.headers if name not in (b"content-length", *_names(about))]
    length = [] if answer.status == 204 else [(b"content-length", str(len(packed or answer.body)).encode())]
    more = [(name.encode(), value.encode()) for name, value in about.items()] if answer.status in (200, 204) else []
    coding = [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")] if packed else []
    response.raw_headers = [*given, *length, *more, *coding]
    return response


def _names(headers: Mapping[str, str]) -> list[bytes]:
    return [name.encode() for name in headers]


def refusal(error: Busy) -> Response:
    """Return the answer for who finds no place, with when to come again."""
    return JSONResponse(body_of(error), status_of(error), headers={"Retry-After": str(RETRY)})
