"""Counts for Prometheus: requests, their time, what is in work, how far the register and its log go.

They are told on a port of their own, which listens on this machine only; there is nothing of any row in them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hechang.store.audit import frontier
from hechang.store.checkpoints import newest
from hechang.store.contract import Store
from hechang.terms.errors import InputError, UsageError
from hechang.web.doors import LOOPBACK
from hechang.web.journal import Request

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

SETTING = "HECHANG_METRICS"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)  # s


class Metrics:
    """The counts of one server.

    Examples
    --------
    >>> from hechang import tiny
    >>> made = Metrics(tiny().store)
    >>> made.note(Request("GET", "/today", "page", "public", 200, 0.02, 900))
    >>> made.registry.get_sample_value("hechang_request_seconds_count", {"kind": "page"})
    1.0
    """

    def __init__(self, store: Store) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

        self.registry: CollectorRegistry = CollectorRegistry()
        here = self.registry
        self._requests = Counter(
            "hechang_requests", "Requests answered", ("method", "kind", "who", "status"), registry=here
        )
        self._seconds = Histogram(
            "hechang_request_seconds", "Time of an answer", ("kind",), buckets=BUCKETS, registry=here
        )
        self._bytes = Counter("hechang_answer_bytes", "Bytes of answers", ("kind",), registry=here)
        ProcessCollector(registry=here)
        for name, said, ask in (
            ("hechang_revision", "Newest revision of the register", store.head),
            ("hechang_audit_records", "Records of the audit log", lambda: store.ask(frontier).size),
            ("hechang_audit_signed", "Records of the audit log that a checkpoint holds", lambda: _signed(store)),
        ):
            Gauge(name, said, registry=here).set_function(ask)

    def note(self, one: Request) -> None:
        """Count a request."""
        self._requests.labels(one.method, one.kind, one.who, str(one.status)).inc()
        self._seconds.labels(one.kind).observe(one.seconds)
        self._bytes.labels(one.kind).inc(one.bytes)


def _signed(store: Store) -> int:
    last, _ = store.ask(newest)
    return last.size if last else 0


def metrics(store: Store, environ: Mapping[str, str] = os.environ) -> Metrics | None:
    """Begin to tell the counts of a server on the port `HECHANG_METRICS` names (`9464` or `127.0.0.1:9464`), if any.

    Raises
    ------
    UsageError
        for what is no port of this machine, or where the extra `server` is not installed.
    InputError
        when the port is taken.

    Examples
    --------
    >>> from hechang import tiny
    >>> metrics(tiny().store, {}) is None
    True
    """
    said = environ.get(SETTING, "")
    if not said:
        return None
    host, port = _place(said)
    try:
        from prometheus_client import start_http_server
    except ImportError as error:
        raise UsageError(
            f'{SETTING} needs the extra server: pip install "hechang[server]"',
            f'{SETTING} 需要安装 server 附加包: pip install "hechang[server]"',
        ) from error
    made = Metrics(store)
    try:
        start_http_server(port, host, registry=made.registry)
    except OSError as error:
        raise InputError(
            f"Port {port} of {SETTING} cannot be used ({error.strerror}). Choose another",
            f"{SETTING} 的端口 {port} 无法使用({error.strerror})。请另选",
        ) from error
    return made


def _place(said: str) -> tuple[str, int]:
    host, _, port = said.rpartition(":")
    if (host or LOOPBACK[0]) not in LOOPBACK or not port.isdecimal() or not 0 < int(port) < 65536:
        raise UsageError(
            f"{SETTING}='{said[:40]}' is no port of this machine. Write 9464 or 127.0.0.1:9464",
            f"{SETTING}=“{said[:40]}”不是本机端口。请写 9464 或 127.0.0.1:9464",
        )
    return host or LOOPBACK[0], int(port)
