"""Answers as they are kept: one address, the state it rests on, and the bytes; asked for, counted, found old."""

from __future__ import annotations

import asyncio
import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Scope

from hechang.store.rests import noting
from hechang.web.etags import READER, Address, State

LARGEST = 4 * 1024**2  # bytes of an answer that is kept
MB = 1024**2
PACKED = 8 * 1024  # bytes from which on it is worth compressing an answer
TEXTS = ("text/", "application/json", "application/geo+json", "application/vnd.mapbox-vector-tile")
LEVEL = 4  # of compression: three quarters of what level 9 saves, for a fifth of the time


@dataclass(frozen=True)
class Answer:
    """A whole answer, the tables it rests on, and the revision it was made at."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    rests: frozenset[str]
    revision: int

    def header(self, name: str) -> str:
        """Return one header, empty where there is none."""
        return Headers(raw=list(self.headers)).get(name, "")

    @property
    def keepable(self) -> bool:
        """Tell whether it may be given to somebody else, or again."""
        private = "no-store" in self.header("cache-control") or self.header("set-cookie")
        return self.status in (200, 204) and not private and len(self.body) <= LARGEST


@dataclass
class Entry:
    """An answer that is kept."""

    answer: Answer
    mark: tuple[object, ...]
    tag: str
    view: Mapping[str, str]  # day and branch asked for
    asked: float = field(default_factory=time.monotonic)
    old: float | None = None  # since when a newer revision is known to change it [s]
    packed: bytes = b""

    def holds(self, state: State) -> bool:
        """Tell whether it is what would be answered at this state, or at a later one."""
        same = self.answer.revision >= state.revision or self.mark == state.mark(self.answer.rests)
        self.old = None if same else self.old or time.monotonic()
        return same

    def pack(self) -> bytes:
        """Return the body compressed, worked out once; empty where that is not worth it."""
        text = self.answer.header("content-type").startswith(TEXTS) and not self.answer.header("content-encoding")
        if text and PACKED <= len(self.answer.body) <= LARGEST and self.tag.startswith("W/") and not self.packed:
            self.packed = gzip.compress(self.answer.body, LEVEL, mtime=0)
        return self.packed


class Shelf:
    """Kept answers, those asked for last, up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.bytes = 0
        self.entries: OrderedDict[Address, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: Address) -> Entry | None:
        """Return what is kept under an address, and note that it was asked for."""
        with self._lock:
            found = self.entries.get(address)
            if found:
                found.asked = time.monotonic()
                self.entries.move_to_end(address)
        return found

    def put(self, address: Address, entry: Entry) -> None:
        """Keep an answer, and let go of those not asked for the longest."""
        with self._lock:
            before = self.entries.pop(address, None)
            self.bytes += len(entry.answer.body) - (len(before.answer.body) if before else 0)
            if before:
                entry.asked = before.asked
            self.entries[address] = entry
            while self.bytes > self.most and len(self.entries) > 1:
                self.bytes -= len(self.entries.popitem(last=False)[1].answer.body)

    def all(self) -> list[tuple[Address, Entry]]:
        """Return everything that is kept."""
        with self._lock:
            return list(self.entries.items())


def request_of(address: Address, more: Mapping[str, Any]) -> Scope:
    """Return the scope of a request from this machine, as a server would make it."""
    headers = {"host": "127.0.0.1", "accept-language": address.lang}
    if address.body:
        length = str(len(address.body))
        headers |= {"origin": "http://127.0.0.1", "content-type": "application/json", "content-length": length}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST" if address.body else "GET",
        "scheme": "http",
        "path": address.path,
        "raw_path": address.path.encode(),
        "query_string": address.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
        READER: address.who,
        **more,
    }


async def answer_of(app: ASGIApp, scope: Scope, revision: int, body: bytes = b"") -> Answer:
    """Ask an application and return its whole answer, with the tables that were read for it."""
    messages: list[Message] = []
    given = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        message = next(given, None)
        if message is None:
            await asyncio.Event().wait()  # who asks never goes away
        return message or {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)

    with noting() as rests:
        await app(scope, receive, send)
    start = next(m for m in messages if m["type"] == "http.response.start")
    body = b"".join(m.get("body", b"") for m in messages if m["type"] == "http.response.body")
    return Answer(start["status"], tuple((n, v) for n, v in start["headers"]), body, frozenset(rests), revision)
