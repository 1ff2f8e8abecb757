"""Serving a region on this machine only: there is no sign-in yet, so nobody else may reach it."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from hechang.terms.errors import InputError, UsageError
from hechang.web.answers import answer_of, request_of
from hechang.web.app import create_app
from hechang.web.backroom import BackRoom
from hechang.web.etags import Address
from hechang.web.front import INNER
from hechang.web.security import HOSTS
from hechang.web.waiting import APART, Kind, limits

SWITCH = 0.001  # s one thread may hold Python while another waits: short answers do not wait for long work
COLLECT = (50_000, 20, 20)  # objects, and rounds of younger ones, after which Python looks for garbage
BACKLOG = 512  # connections that wait to be taken
FIRST = {Kind.HEAVY: "/api/today", Kind.WIDE: "/api/projects"}  # what each helper works out before anybody asks


def serve(path: str | Path, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve a region until it is interrupted.

    Parameters
    ----------
    path
        Folder of the region.
    host
        A loopback name; every other host is refused, because whoever can reach the port may read and write.
    port
        Port to listen on.

    Raises
    ------
    UsageError
        for another host.
    InputError
        when the port is taken, or there is no region.
    """
    check_host(host)
    check_port(host, port)
    app = create_app(path)
    sys.setswitchinterval(SWITCH)
    rooms = behind(app) if limits().elsewhere else {}
    threading.Thread(target=warm, args=(app, not rooms), daemon=True).start()
    try:
        uvicorn.run(
            app, host=host, port=port, log_level="warning", access_log=False, server_header=False, backlog=BACKLOG
        )
    finally:
        for room in rooms.values():
            room.stop()


def behind(app: FastAPI) -> dict[Kind, BackRoom]:
    """Give an application a helper process for each kind of work that takes long."""
    first = app.state.hall.first
    made = {kind: BackRoom(first.store.where, first.reader.name, FIRST[kind]) for kind in APART}
    for room in made.values():
        room.start()
    app.state.elsewhere = made
    return made


def warm(app: FastAPI, whole: bool = True) -> None:
    """Work out what the first pages show before anybody asks (`whole`), or make what the tables are read from."""
    region = app.state.hall.results({}).region
    region.query("SELECT count(*) AS n FROM projects")
    for path in FIRST.values() if whole else ():
        asyncio.run(answer_of(app, request_of(Address(path, "", "zh"), {INNER: True}), region.revision))
    settle()


def settle() -> None:
    """Leave what stays until the end out of the search for garbage, which holds up every request meanwhile (0.1 s)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def check_host(host: str) -> None:
    """Raise UsageError for a host that is not this machine.

    Examples
    --------
    >>> check_host("localhost")
    >>> check_host("0.0.0.0")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.UsageError: '0.0.0.0' would open the region to other machines, ...
    """
    if host not in HOSTS:
        raise UsageError(
            f"'{host}' would open the region to other machines, and there is no sign-in yet. Use --host 127.0.0.1",
            f"“{host}”会向其他机器开放本区域, 而目前没有登录功能。请用 --host 127.0.0.1",
        )


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
