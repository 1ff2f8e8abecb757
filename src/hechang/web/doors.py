"""How a server is reached from outside: by which names, and whether a proxy in front of it speaks TLS."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from hechang.terms.errors import UsageError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ANY = ("0.0.0.0", "::")  # to listen on, never a name somebody asks for
_NAME = re.compile(r"[A-Za-z0-9.:-]{1,253}")


@dataclass(frozen=True)
class Doors:
    """Names under which requests are answered (other names that lead here are refused), and TLS in front."""

    hosts: tuple[str, ...] = LOOPBACK
    https: bool = False


def doors(host: str = LOOPBACK[0], environ: Mapping[str, str] = os.environ) -> Doors:
    """Read from the environment how a server that listens on `host` is reached.

    `HECHANG_HOSTS` holds more names, with commas between; `HECHANG_HTTPS=1` says that a proxy in front speaks TLS.

    Raises
    ------
    UsageError
        for a name that cannot be one, another value of `HECHANG_HTTPS`, or a server without any name.

    Examples
    --------
    >>> doors("0.0.0.0", {"HECHANG_HOSTS": "plan.example.cn", "HECHANG_HTTPS": "1"})
    Doors(hosts=('127.0.0.1', 'localhost', '::1', 'plan.example.cn'), https=True)
    """
    named = [name.strip().lower() for name in environ.get("HECHANG_HOSTS", "").split(",") if name.strip()]
    for name in named:
        if not _NAME.fullmatch(name) or name in ANY:
            raise UsageError(
                f"HECHANG_HOSTS: '{name[:60]}' is no name of a host; write plan.example.cn,10.0.0.5",
                f"HECHANG_HOSTS: “{name[:60]}”不是主机名; 请写成 plan.example.cn,10.0.0.5",
            )
    if host in ANY and not named:
        raise UsageError(
            f"Say by which names {host} is reached: HECHANG_HOSTS=plan.example.cn. Or use --host 127.0.0.1",
            f"请说明通过哪些名称访问 {host}: HECHANG_HOSTS=plan.example.cn。或用 --host 127.0.0.1",
        )
    given = [] if host in (*ANY, *LOOPBACK) else [host.lower()]
    return Doors(tuple(dict.fromkeys((*LOOPBACK, *given, *named))), _switch(environ.get("HECHANG_HTTPS", "")))


def _switch(text: str) -> bool:
    if text not in ("", "0", "1"):
        raise UsageError(f"HECHANG_HTTPS='{text[:20]}' is neither 1 nor 0", f"HECHANG_HTTPS=“{text[:20]}”应为 1 或 0")
    return text == "1"
