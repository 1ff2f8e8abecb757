"""One question over the network: one named host, no redirects, no proxy, a bounded answer, a bounded time.

The time is that of the whole exchange: a service that sends a byte now and then is given up as one that is silent.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from hechang.region.llm_settings import LlmSettings

LARGEST = 2_000_000  # bytes of an answer
PATH = "/chat/completions"


@dataclass(frozen=True)
class Reply:
    """What came back: status and bytes; `after` is the number of seconds a service asks to wait."""

    status: int
    body: bytes
    after: float = 0.0


@dataclass(frozen=True)
class Silence:
    """No whole answer: code of the reason, and whether asking again may help."""

    why: str
    again: bool = False


class _Timed(io.RawIOBase):
    """What a connection sends, until a moment after which it is not waited for."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self.wire, self.until = wire, until

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        self.wire.settimeout(_left(self.until))
        return self.wire.recv_into(into)


class _Wire:
    """A connection as `http.client` uses it, that ends at a moment."""

    def __init__(self, wire: socket.socket, until: float) -> None:
        self.wire, self.until = wire, until

    def sendall(self, data: Any) -> None:
        self.wire.settimeout(_left(self.until))
        self.wire.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Timed(self.wire, self.until))

    def close(self) -> None:
        """Leave it open: an answer without a length is read after `http.client` has closed its side."""


def ask(settings: LlmSettings, body: bytes, key: str) -> Reply | Silence:
    """Send one question and return the answer, or why there is none; never raises for what the other side does.

    Parameters
    ----------
    settings
        Where to ask; the host was checked against the list when they were read.
    body
        JSON of the request.
    key
        Sent as bearer token; nothing where empty.
    """
    until = time.monotonic() + settings.seconds
    try:
        wire = _wire(settings, until)
    except TimeoutError:
        return Silence("time_out")
    except ssl.SSLError:
        return Silence("certificate")
    except OSError:
        return Silence("unreachable", again=True)
    connection = HTTPConnection(settings.host, 0)  # the wire is there already; without a port it would look for one
    connection.sock = _Wire(wire, until)
    try:
        return _exchange(connection, settings, body, key)
    except TimeoutError:
        return Silence("time_out")
    except (OSError, HTTPException, ValueError):
        return Silence("cut_off", again=True)
    finally:
        connection.close()
        wire.close()


def _wire(settings: LlmSettings, until: float) -> socket.socket:
    parts = urlsplit(settings.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((settings.host, port), timeout=_left(until))
    if parts.scheme != "https":
        return plain
    try:
        plain.settimeout(_left(until))
        return ssl.create_default_context().wrap_socket(plain, server_hostname=settings.host)
    except BaseException:
        plain.close()
        raise


def _exchange(connection: HTTPConnection, settings: LlmSettings, body: bytes, key: str) -> Reply | Silence:
    parts = urlsplit(settings.url)
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Host": parts.netloc}
    headers |= {"Authorization": f"Bearer {key}"} if key else {}
    connection.request("POST", parts.path.rstrip("/") + PATH, body, headers)
    answer = connection.getresponse()
    said = answer.read(LARGEST + 1)
    if len(said) > LARGEST:
        return Silence("too_large")
    return Reply(answer.status, said, _seconds(answer.getheader("Retry-After", "")))


def _seconds(header: str) -> float:
    """Seconds of `Retry-After`; 0 where it names none."""
    said = header.strip()
    return float(said) if said.isascii() and said.isdigit() and len(said) <= 6 else 0.0


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
