"""Asking until there is an answer, a few times at most: what may be tried again, and what an answer holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from hechang.intake.second.line import Reply, Silence, ask
from hechang.region.llm_settings import LlmSettings

TRIES = 3  # questions of one piece; own assumption
LONGEST_WAIT = 20.0  # seconds between two of them, whatever the service asks for
BUSY = (429, 500, 502, 503, 504)  # a later try may be answered
DENIED = (401, 403)
OK, REDIRECTS = 200, range(300, 400)


@dataclass(frozen=True)
class Said:
    """What a model said: its words, and the name it gives itself."""

    content: str
    model: str


def asked(settings: LlmSettings, body: dict[str, Any], key: str, wait: Callable[[float], None]) -> Said | Silence:
    """Ask one question, at most `TRIES` times; returns what was said, or why nothing was.

    Parameters
    ----------
    settings, body, key
        As `ask` takes them; the body is not yet written as JSON.
    wait
        Waits a number of seconds.
    """
    data = orjson.dumps(body)
    found: Said | Silence = Silence("unreachable", again=True)
    for turn in range(TRIES):
        reply = ask(settings, data, key)
        found = reply if isinstance(reply, Silence) else said(reply)
        if isinstance(found, Said) or not found.again:
            return found
        if turn + 1 < TRIES:
            after = reply.after if isinstance(reply, Reply) else 0.0
            wait(min(max(after, 2.0**turn), LONGEST_WAIT))
    return found


def said(reply: Reply) -> Said | Silence:
    """Take the words of a model out of a reply.

    Examples
    --------
    >>> said(Reply(200, b'{"choices": [{"finish_reason": "stop", "message": {"content": "{}"}}]}'))
    Said(content='{}', model='')
    >>> said(Reply(429, b"")), said(Reply(302, b"")), said(Reply(200, b"<html>"))
    (Silence(why='busy', again=True), Silence(why='redirect', again=False), Silence(why='no_envelope', again=False))
    """
    if reply.status != OK:
        return _refused(reply.status)
    try:
        found = orjson.loads(reply.body)
        first = found["choices"][0]
        content, ended = first["message"]["content"], first.get("finish_reason")
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
        return Silence("no_envelope")
    if ended == "length":
        return Silence("not_ended")
    if not isinstance(content, str) or ended not in ("stop", None):
        return Silence("refused")
    model = found.get("model")
    return Said(content, model[:200] if isinstance(model, str) else "")


def _refused(status: int) -> Silence:
    if status in BUSY:
        return Silence("busy", again=True)
    if status in REDIRECTS:
        return Silence("redirect")
    return Silence("denied" if status in DENIED else "not_served")
