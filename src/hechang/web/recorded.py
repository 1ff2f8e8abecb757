"""Every request that may change something leaves exactly one record in the audit log, whatever becomes of it.

An edit writes its record in its own transaction, a sign-in too. What left none until it is answered, because it was
refused on its way or changed nothing, gets one here before the answer goes out: who, from where, what was asked for and
with what outcome, never what was sent.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hechang.store import audit
from hechang.store.audit import DONE, REFUSED, Heard
from hechang.store.readers import Reader
from hechang.terms.errors import StoreError
from hechang.terms.marks import marks_in
from hechang.web.security import SAFE
from hechang.web.waiting import ASKING

LOG = logging.getLogger("hechang.web")
FAILED = "failed"
BACK = ("/sign-in/oidc/done",)  # asked for with GET, and yet somebody is signed in by it
PLAIN = re.compile(r"[A-Za-z0-9_./:@-]{1,200}")
WORDS = re.compile(r"/(?:[a-z-]{1,30}/){0,3}")  # the beginning of an address that the program itself has given
MINUTE = timedelta(minutes=1)
OF_ONE, OF_ALL = 30, 300  # records of nobody's requests in a minute: from one address, from all
REFUSED_OF_ONE, REFUSED_OF_ALL = 600, 6000  # requests of users in a minute that may be refused: of one, of all
NO_ROOM = (429, 503)  # who was sent away for lack of room was not refused anything


class Known(NamedTuple):
    """What is known of who asks, by the time the answer goes out."""

    uid: str = ""
    role: str = ""
    scope: str = ""


class Flood:
    """How many requests that come to nothing are let through in a minute, so that the log is not filled with them."""

    def __init__(self, clock: Callable[[], datetime], of_one: int = OF_ONE, of_all: int = OF_ALL) -> None:
        self.clock, self.most = clock, (of_one, of_all)
        self.kept: deque[tuple[datetime, str]] = deque()
        self.left_out = 0

    def allow(self, address: str) -> bool:
        """Tell whether one more of somebody is let through now, and count it."""
        if self.full(address):
            self.left_out += 1
            return False
        self.kept.append((self.clock(), address))
        return True

    def full(self, address: str) -> bool:
        """Tell whether somebody, or all together, had as many as there may be."""
        now = self.clock()
        while self.kept and self.kept[0][0] <= now - MINUTE:
            self.kept.popleft()
        mine = sum(one == address for _, one in self.kept)
        return mine >= self.most[0] or len(self.kept) >= self.most[1]

    def told(self) -> str:
        """Say how many were left out since this was last said; empty for none."""
        count, self.left_out = self.left_out, 0
        return f"{count} requests of nobody left out before" if count else ""


class Recorded:
    """Stands before all that can refuse a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and see to its record before its answer goes out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        heard = Heard(address_of(scope), object_of(scope))

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                count(scope, heard, message["status"])
                if wanted(scope, heard, message["status"]):
                    await run_in_threadpool(keep, scope, heard, message["status"])
            await send(message)

        with audit.hearing(heard):
            try:
                await self.app(scope, receive, sent)
            except Exception:
                if wanted(scope, heard, 500):
                    await run_in_threadpool(keep, scope, heard, 500)
                raise


def count(scope: Scope, heard: Heard, status: int) -> None:
    """Count what a user wanted to change and was refused: after too much of it nothing more is taken for a while."""
    uid = known(heard).uid
    if uid and scope["method"] not in SAFE and 400 <= status < 500 and status not in NO_ROOM:
        scope["app"].state.refused.allow(uid)


def wanted(scope: Scope, heard: Heard, status: int) -> bool:
    """Tell whether a request still needs a record."""
    changes = scope["method"] not in SAFE and not ASKING.match(scope["path"])
    return not heard.kept and status not in NO_ROOM and (changes or scope["path"] in BACK or bool(heard.why))


def keep(scope: Scope, heard: Heard, status: int) -> None:
    """Keep the record of a request that has left none."""
    state = scope["app"].state
    who, why = known(heard), heard.why or (f"status {status}" if status >= 400 else "")
    if not who.uid and who.role != "local":
        if not state.strangers.allow(heard.address):
            return
        why = ", ".join(part for part in (why, state.strangers.told()) if part)
    said = {"actor": who.uid, "role": who.role, "scope": who.scope, "address": heard.address, "verb": "request",
            "object": heard.object, "outcome": outcome_of(status), "why": why}  # fmt: skip
    with suppress(StoreError):  # the log cannot be written to: nor can anything else
        heard.kept.append(audit.note(state.accounts.credentials.store, said))


def known(heard: Heard) -> Known:
    """Return who asks, as far as Identity found out."""
    who = heard.who
    if not isinstance(who, Reader):
        return Known(str(who or ""))
    return Known(who.uid or "", " ".join(who.roles) if who.uid else who.name, who.home if who.uid else "")


def outcome_of(status: int) -> str:
    """Return what became of a request.

    Examples
    --------
    >>> outcome_of(200), outcome_of(404), outcome_of(500)
    ('done', 'refused', 'failed')
    """
    return DONE if status < 400 else REFUSED if status < 500 else FAILED


def address_of(scope: Scope) -> str:
    """Return the address a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def object_of(scope: Scope) -> str:
    """Return what a request asks for; an address that holds more than plain names and ids is cut to its beginning.

    Examples
    --------
    >>> object_of({"method": "PATCH", "path": "/api/tables/projects/p1"})
    'PATCH /api/tables/projects/p1'
    >>> object_of({"method": "POST", "path": "/api/slips/督办 3/close"})
    'POST /api/slips/…'
    """
    path = scope["path"]
    if PLAIN.fullmatch(path) and not marks_in(path):
        return f"{scope['method']} {path}"
    begun = WORDS.match(path)
    return f"{scope['method']} {begun[0] if begun else '/'}…"
