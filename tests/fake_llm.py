"""A language model that is none: on the loopback it answers as it is told; it lies, drips, fails and points away."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Turn = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        self.asked = json.loads(self.rfile.read(size))
        self.server.seen.append({"path": self.path, "headers": dict(self.headers), "body": self.asked})
        turns = self.server.turns
        turn = turns.pop(0) if len(turns) > 1 else turns[0]
        try:
            turn(self)
        except OSError:  # the reader has hung up, as it should
            self.close_connection = True

    def do_GET(self) -> None:
        """Who follows a redirect may come with GET."""
        self.do_POST()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def paragraphs(self) -> dict[int, str]:
        """What was sent, by number."""
        sent = json.loads(self.asked["messages"][1]["content"])["paragraphs"]
        return {one["n"]: one["text"] for one in sent}

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class FakeModel(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, *turns: Turn) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.turns: list[Turn] = list(turns)
        self.seen: list[dict[str, Any]] = []
        self.hold = threading.Event()  # set when the test is over, so that no thread waits on

    def handle_error(self, *_: Any) -> None:
        """A reader that hangs up is what is tested here."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def fake(*turns: Turn) -> Iterator[FakeModel]:
    """A server that takes one turn for each question; the last turn answers all further ones."""
    with running(FakeModel(*turns)) as server:
        yield server


@contextmanager
def running(server: FakeModel) -> Iterator[FakeModel]:
    """A server that was made before."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


# --- turns ----------------------------------------------------------------------------------------------------------
def says(content: str, ended: str | None = "stop", model: str = "fake-1") -> Turn:
    """The model's words, whatever they are."""
    body = {"model": model, "choices": [{"finish_reason": ended, "message": {"role": "assistant", "content": content}}]}
    return lambda one: one.send(200, json.dumps(body).encode())


def finds(make: Callable[[dict[int, str]], list[dict[str, Any]]]) -> Turn:
    """Items made of the paragraphs that were sent."""
    return lambda one: says(json.dumps({"items": make(one.paragraphs())}, ensure_ascii=False))(one)


def status(code: int, **headers: str) -> Turn:
    return lambda one: one.send(code, b'{"error": {"message": "no"}}', **headers)


def raw(body: bytes) -> Turn:
    return lambda one: one.send(200, body)


def closes(one: Handler) -> None:
    """A right answer without its length, as old servers and some proxies send it."""
    body = {"choices": [{"finish_reason": "stop", "message": {"content": '{"items": []}'}}]}
    one.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + json.dumps(body).encode())
    one.close_connection = True


def silent(one: Handler) -> None:
    """Never answer."""
    one.server.hold.wait(30)
    one.close_connection = True


def drips(one: Handler) -> None:
    """A byte now and then, each before any time-out of its own."""
    one.send_response(200)
    one.send_header("Content-Length", "100000")
    one.end_headers()
    for _ in range(200):  # in the end, so that a reader who waits for ever fails a test and hangs none
        if one.server.hold.wait(0.05):
            return
        one.wfile.write(b" ")
        one.wfile.flush()


def drips_headers(one: Handler) -> None:
    """The same, but the headers never end."""
    one.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(200):
        if one.server.hold.wait(0.05):
            return
        one.wfile.write(b"a")
        one.wfile.flush()


def floods(one: Handler) -> None:
    """More than anybody wants to hold."""
    one.send_response(200)
    one.end_headers()
    block = b"x" * 65536
    while not one.server.hold.is_set():
        one.wfile.write(block)


def hangs_up(one: Handler) -> None:
    """Half an answer."""
    one.send_response(200)
    one.send_header("Content-Length", "5000")
    one.end_headers()
    one.wfile.write(b'{"choices": [')
    one.wfile.flush()
    one.close_connection = True
    one.connection.shutdown(2)


def points_to(url: str, code: int = 307) -> Turn:
    return status(code, Location=url)


# --- items ----------------------------------------------------------------------------------------------------------
def at(paragraphs: dict[int, str], quote: str, occurrence: int = 1, before: str | None = None) -> dict[str, Any]:
    """Where a quotation stands, told as an honest model would; the first paragraph that holds it."""
    number = next((n for n, text in paragraphs.items() if quote in text), min(paragraphs))
    text, place = paragraphs[number], -1
    for _ in range(occurrence):
        place = text.find(quote, place + 1)
    told = text[max(0, place - 8) : place] if before is None and place >= 0 else before or ""
    return {"paragraph": number, "quote": quote, "occurrence": occurrence, "before": told}


def item(kind: str, where: dict[str, Any], fields: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    named = [{"name": name, "at": one} for name, one in (fields or {}).items()]
    return {"kind": kind, "at": where, "label": None, "modality": None, "value": None, "fields": named} | more


def demand(where: dict[str, Any], label: str = "action", fields: dict[str, Any] | None = None) -> dict[str, Any]:
    return item("directive", where, fields, label=label, modality="require")
