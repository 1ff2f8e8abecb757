"""Serving a region: on this machine to whoever sits there, to others only where there are accounts to sign in with."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

import uvicorn
from fastapi import FastAPI

from hechang.region.opening import open_region
from hechang.store.credentials import Credentials
from hechang.terms.errors import Busy, InputError, UsageError
from hechang.web.answers import answer_of, request_of
from hechang.web.app import create_app
from hechang.web.backroom import BackRoom
from hechang.web.doors import LOOPBACK, Doors, doors
from hechang.web.etags import Address
from hechang.web.front import INNER
from hechang.web.journal import Journal, Told, tell, to_lines
from hechang.web.metrics import metrics
from hechang.web.signin_oidc import Provider, oidc_settings
from hechang.web.waiting import APART, Kind, limits

SWITCH = 0.001  # s one thread may hold Python while another waits: short answers do not wait for long work
COLLECT = (50_000, 20, 20)  # objects, and rounds of younger ones, after which Python looks for garbage
PATIENCE = 10.0  # s that an end waits for what was begun
FAILED = 3  # what uvicorn ends with where it could not start
BACKLOG = 512  # connections that wait to be taken
LINES = "HECHANG_LOG"
FIRST = {Kind.HEAVY: "/api/today", Kind.WIDE: "/api/projects"}  # what each helper works out before anybody asks


def serve(path: str | Path, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a region until it is interrupted.

    Parameters
    ----------
    path
        Folder of the region.
    host
        A loopback name; another one only where the region has accounts, or whoever reaches it could read and write.
    port
        Port to listen on.

    Raises
    ------
    UsageError
        for another host without accounts, or one whose names nobody said (`HECHANG_HOSTS`).
    InputError
        when the port is taken, or there is no region.
    """
    reached = check_host(host, path)
    check_port(host, port)
    elsewhere = oidc_settings()
    app = create_app(path, doors=reached)
    app.state.oidc = Provider(elsewhere) if elsewhere else None
    sys.setswitchinterval(SWITCH)
    watch(app)
    rooms = behind(app) if limits().elsewhere else {}
    beginning = threading.Thread(target=begin, args=(app, rooms.values()), daemon=True)
    server = Server(uvicorn.Config(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False, backlog=BACKLOG,
        proxy_headers=reached.https,  # from a proxy on this machine: the address of who asks
    ), beginning.start)  # fmt: skip
    try:
        with suppress(KeyboardInterrupt):  # Ctrl+C is how one stops it
            server.run()
    finally:
        for room in rooms.values():
            room.stop()
        if server.started:
            beginning.join(PATIENCE)  # an end in the middle of a query would be a crash
    if not server.started:
        sys.exit(FAILED)


def watch(app: FastAPI, environ: Mapping[str, str] = os.environ) -> None:
    """Let a server tell of its work: lines of JSON (`HECHANG_LOG=json`), counts for Prometheus (`HECHANG_METRICS`).

    Raises
    ------
    UsageError, InputError
        for another word, or a port that cannot be used.
    """
    said = environ.get(LINES, "")
    if said not in ("", "json"):
        raise UsageError(f"{LINES}='{said[:20]}' is not json", f"{LINES}=“{said[:20]}”应为 json")
    told: list[Told] = [tell] if said else []
    if said:
        to_lines()
    counted = metrics(app.state.hall.first.store, environ)
    told += [counted.note] if counted else []
    if told:
        app.add_middleware(Journal, told=tuple(told))  # before all others


def behind(app: FastAPI) -> dict[Kind, BackRoom]:
    """Give an application a helper process for each kind of work that takes long; none is started yet."""
    first = app.state.hall.first
    app.state.elsewhere = {kind: BackRoom(first.store.where, first.reader.name, FIRST[kind]) for kind in APART}
    return cast("dict[Kind, BackRoom]", app.state.elsewhere)


class Server(uvicorn.Server):
    """A server that does something once it answers."""

    def __init__(self, config: uvicorn.Config, then: Callable[[], None]) -> None:
        super().__init__(config)
        self.then = then

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the port; what comes then does not hold up the first answers."""
        await super().startup(sockets)
        if self.started:
            self.then()


def begin(app: FastAPI, rooms: Collection[BackRoom]) -> None:
    """Start the helpers of a server and make what is read first: before it answers, they would hold it up."""
    with suppress(Busy):  # it was stopped meanwhile
        for room in rooms:
            room.start()
    warm(app, not rooms)


def warm(app: FastAPI, whole: bool = True) -> None:
    """Work out what the first pages show before anybody asks (`whole`), or make what the tables are read from."""
    region = app.state.hall.results({}).region
    region.query("SELECT count(*) AS n FROM projects")
    for path in FIRST.values() if whole else ():
        asked = request_of(Address(path, "", "zh", who=region.reader), {INNER: True})
        asyncio.run(answer_of(app, asked, region.revision))
    settle()


def settle() -> None:
    """Leave what stays until the end out of the search for garbage, which holds up every request meanwhile (0.1 s)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def check_host(host: str, region: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Doors:
    """Return how a region served on a host is reached.

    Raises
    ------
    UsageError
        for a host that is not this machine where the region has no accounts, or without names to be reached by.

    Examples
    --------
    >>> check_host("localhost", environ={}).hosts
    ('127.0.0.1', 'localhost', '::1')
    >>> check_host("0.0.0.0")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.UsageError: '0.0.0.0' would open the region to other machines, ...
    """
    others = host not in LOOPBACK or environ.get("HECHANG_HOSTS") or environ.get("HECHANG_HTTPS") == "1"
    if others and not (host and region is not None and has_accounts(region)):
        raise UsageError(
            f"'{host}' would open the region to other machines, and nobody has an account there yet. Use --host "
            "127.0.0.1, or make the first account: hechang user add NAME --login LOGIN --by WHO --why TEXT",
            f"“{host}”会向其他机器开放本区域, 而目前还没有账号。请用 --host 127.0.0.1, "
            "或先建立账号: hechang user add 用户名 --login 登录名 --by 操作人 --why 理由",
        )
    return doors(host, environ)


def has_accounts(region: str | Path) -> bool:
    """Tell whether anybody can sign in to a region; a public copy needs no accounts: everybody may read all of it."""
    opened = open_region(region)
    try:
        return bool(opened.settings.public_of) or Credentials(opened.store).any()
    finally:
        opened.close()


def check_port(host: str, port: int) -> None:
    """Raise InputError when somebody else listens on the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise InputError(
                f"Port {port} cannot be used ({error.strerror}). Choose another with --port",
                f"端口 {port} 无法使用({error.strerror})。请用 --port 另选",
            ) from error
