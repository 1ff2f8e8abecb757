"""What the server says of its work: a line of JSON for each request and fault, and counts for Prometheus.

No line names a person, an address of a machine, what was asked for (a search, an id) or a row: a route stands for what
it takes. Of an exception its kind and its place in the program are told, never its words, which may hold what somebody
wrote.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple, TextIO

from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hechang.terms.dates import moment
from hechang.web.etags import READER
from hechang.web.methods import METHODS
from hechang.web.waiting import kind_of

LOG = logging.getLogger("hechang.requests")
OWN = "hechang"  # name under which everything of ours is logged
NOWHERE = "-"
KNOWN = (*METHODS, "HEAD", "OPTIONS")
OTHER = "other"


class Request(NamedTuple):
    """One request that was answered."""

    method: str
    route: str
    kind: str
    who: str  # local, user or public: never which user
    status: int
    seconds: float
    bytes: int


Told = Callable[[Request], None]


class Journal:
    """Stands before all other pieces and tells of every request once it was answered."""

    def __init__(self, app: ASGIApp, told: tuple[Told, ...] = ()) -> None:
        self.app = app
        self.told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; tell of it when its answer is whole, or when nothing answered it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status, size = time.perf_counter(), 500, 0
        seen: dict[str, str] = {}

        async def sent(message: Message) -> None:
            nonlocal status, size
            status = int(message.get("status", status))
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app({**scope, SEEN: seen}, receive, sent)
        finally:
            seconds = time.perf_counter() - began
            kind, who = str(kind_of(scope["method"], scope["path"])), seen.get(READER, "public")
            method = scope["method"] if scope["method"] in KNOWN else OTHER  # a stranger can make up any word
            one = Request(method, route_of(scope), kind, who, status, seconds, size)
            for tell in self.told:
                tell(one)


SEEN = "hechang.seen"  # in the scope of a request: what pieces further in found out about it


def route_of(scope: Scope) -> str:
    """Return the route of a request as it is written in the program, `-` for an address nobody serves.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.web.app import create_app
    >>> route_of({"type": "http", "path": "/api/tables/projects/p1", "method": "GET", "app": create_app(tiny())})
    '/api/tables/{table}/{id}'
    """
    asked = {**scope, "method": "GET" if scope["method"] == "HEAD" else scope["method"]}
    outer = next((route for route in scope["app"].routes if route.matches(asked)[0] == Match.FULL), None)
    inner = getattr(getattr(outer, "original_router", None), "routes", [outer])
    found = (route.path for route in inner if route and route.matches(asked)[0] == Match.FULL)
    return str(next(found, NOWHERE))


def tell(one: Request) -> None:
    """Log a request."""
    said = one._asdict() | {"seconds": round(one.seconds, 4)}
    LOG.info("request", extra={"said": said})


class Lines(logging.Formatter):
    """A line of JSON for each record.

    Examples
    --------
    >>> record = logging.LogRecord("hechang", logging.INFO, "", 0, "request", None, None, "f")
    >>> record.said = {"status": 200}
    >>> json.loads(Lines().format(record))["status"]
    200
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record; of what others log only the words of the program, never what they put in."""
        at = moment(datetime.fromtimestamp(record.created, UTC))
        said: dict[str, Any] = {
            "at": at,
            "level": record.levelname.lower(),
            "log": record.name,
            "what": str(record.msg).partition("\n")[0],
        }
        said |= getattr(record, "said", {})
        if record.exc_info and record.exc_info[0]:
            said["fault"] = _fault(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def _fault(info: Any) -> dict[str, Any]:
    """Kind and place of an exception."""
    kind, _, trace = info
    places = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)
    ]
    return {"kind": kind.__name__, "places": places[-12:]}


def to_lines(stream: TextIO = sys.stderr) -> None:
    """Let everything that is logged in this process be lines of JSON."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.getLogger(OWN).setLevel(logging.INFO)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    sys.excepthook = _unforeseen
    threading.excepthook = lambda told: _unforeseen(told.exc_type, told.exc_value, told.exc_traceback)


def _unforeseen(kind: Any, error: Any, trace: Any) -> None:
    """Log what nothing caught, in whatever thread."""
    if issubclass(kind, Exception):
        logging.getLogger(OWN).error("unforeseen", exc_info=(kind, error, trace))
