"""Asking the sign-in service: one host, no redirects, no proxy, small answers, little patience."""

from __future__ import annotations

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from hechang.terms.errors import StoreError

SECONDS = 10.0
LARGEST = 256 * 1024  # bytes


def same_place(where: str, home: str) -> bool:
    """Tell whether an address has the scheme, host and port of another, and nothing odd.

    Examples
    --------
    >>> home = "https://id.example.cn/realms/a"
    >>> [same_place(f"https://{one}/x", home) for one in ("id.example.cn", "id.example.cn:443", "evil.example")]
    [True, True, False]
    >>> same_place("https://id.example.cn@evil.example/", home), same_place("http://id.example.cn/x", home)
    (False, False)
    """
    try:
        one, other = (_place(text) for text in (where, home))
    except ValueError:
        return False
    return one is not None and one == other


def _place(text: str) -> tuple[str, str, int] | None:
    parts = urlsplit(text)
    if parts.username is not None or parts.fragment or not parts.hostname or not text.isprintable() or "\\" in text:
        return None
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)


def fetch(where: str, *, body: str | None = None, authorization: str = "") -> Any:
    """Return what an address answers, as JSON.

    Raises
    ------
    StoreError
        when it cannot be reached, or answers anything but 200 and JSON.
    """
    parts = urlsplit(where)
    host, port = parts.hostname or "", parts.port
    connection = (
        HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
        if parts.scheme == "https"
        else HTTPConnection(host, port, timeout=SECONDS)
    )
    headers = {"Accept": "application/json"} | ({"Authorization": authorization} if authorization else {})
    headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        said = answer.read(LARGEST + 1)
        if answer.status != 200 or len(said) > LARGEST:
            raise ValueError(answer.status)
        return json.loads(said)
    except (OSError, HTTPException, ValueError, RecursionError):
        raise StoreError(
            "The sign-in service does not answer as it should. Try again shortly, or use login and password",
            "统一身份服务未正常应答。请稍后重试, 或用登录名和密码登录",
        ) from None
    finally:
        connection.close()
