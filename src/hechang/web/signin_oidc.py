"""Signing in by way of another service (OpenID Connect): authorization code, PKCE, state, nonce.

Only the issuer's own host is asked, nothing it says leads anywhere else. Its id_token counts where it is signed with
one of its own keys and an algorithm we chose, and says the right issuer, audience, time and nonce.
"""

from __future__ import annotations

import hmac
import os
import secrets
import threading
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any, NamedTuple
from urllib.parse import quote_plus, urlsplit

from hechang.terms.dates import Clock, now
from hechang.terms.errors import InputError, UsageError
from hechang.terms.ids import content_hash
from hechang.web.doors import LOOPBACK
from hechang.web.signin_fetch import fetch, same_place
from hechang.web.signin_idtoken import Wanted, subject_of

KNOWN = "/.well-known/openid-configuration"
LASTS = timedelta(minutes=10)  # of a sign-in that was begun, and of what the issuer says of itself
MOST = 1_000  # sign-ins that are begun at a time
NAMES = ("HECHANG_OIDC_ISSUER", "HECHANG_OIDC_CLIENT", "HECHANG_OIDC_SECRET")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
Fetch = Callable[..., Any]


@dataclass(frozen=True)
class Oidc:
    """Which service, and who we are there."""

    issuer: str
    client: str
    secret: str = field(repr=False)


def oidc_settings(environ: Mapping[str, str] = os.environ) -> Oidc | None:
    """Read the service from the environment, None where there is none.

    Raises
    ------
    UsageError
        where a part is missing, or the issuer is no https address.

    Examples
    --------
    >>> oidc_settings({}) is None
    True
    """
    found = [environ.get(name, "") for name in NAMES]
    if not any(found):
        return None
    if not all(found):
        missing = ", ".join(name for name in NAMES if not environ.get(name))
        raise UsageError(f"{missing} is missing for the sign-in elsewhere", f"统一身份登录缺少 {missing}")
    parts = urlsplit(found[0])
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or parts.query or parts.fragment or not (parts.scheme == "https" or plain):
        raise UsageError(f"{NAMES[0]} must be an address https://…", f"{NAMES[0]} 须为 https:// 地址")
    return Oidc(*found)


class Begun(NamedTuple):
    """A sign-in that was begun; nothing of it is told to anybody but the issuer and this browser."""

    state: str
    nonce: str
    verifier: str
    back: str
    to: str
    until: datetime


class Provider:
    """The other service."""

    def __init__(self, settings: Oidc, clock: Clock = now, fetch: Fetch = fetch) -> None:
        _with_extra()
        self.settings = settings
        self.clock = clock
        self.fetch = fetch
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._lock = threading.Lock()
        self._said: tuple[datetime, dict[str, str]] | None = None

    def begin(self, back: str, to: str) -> tuple[str, str]:
        """Return the address to lead a browser to, and the key it has to bring when it comes back."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        key, state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(4))
        where = self.about()["authorization_endpoint"]
        one = Begun(state, nonce, verifier, back, to, self.clock() + LASTS)
        with self._lock:
            self._begun[content_hash(key.encode())] = one
            while len(self._begun) > MOST:
                self._begun.popitem(last=False)
        more = {"nonce": nonce, "code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
        return str(
            prepare_grant_uri(
                where, self.settings.client, "code", redirect_uri=back, scope="openid", state=state, **more
            )
        ), key

    def taken(self, key: str) -> Begun | None:
        """Return the sign-in a browser began; it can be finished once."""
        with self._lock:
            found = self._begun.pop(content_hash(key.encode("utf-8", "replace")), None)
        return found if found and found.until > self.clock() else None

    def finish(self, begun: Begun, query: Mapping[str, str]) -> str:
        """Return who came back, as `issuer|subject`.

        Raises
        ------
        InputError
            for whatever is not as it must be; the message names the part, and no value.
        StoreError
            when the service cannot be reached.
        """
        if not hmac.compare_digest(query.get("state", "").encode(), begun.state.encode()):
            raise not_right("state")
        if query.get("iss", self.settings.issuer) != self.settings.issuer:
            raise not_right("iss")
        if "error" in query or not query.get("code"):
            raise not_right("code")
        given = self._token(begun, query["code"])
        wanted = Wanted(self.settings.issuer, self.settings.client, begun.nonce, self.clock())
        keys = self.fetch(self.about()["jwks_uri"])
        return f"{self.settings.issuer}|{subject_of(given, keys, wanted)}"

    def about(self) -> dict[str, str]:
        """Return where the issuer says its parts are; all of them on its own host."""
        if self._said and self._said[0] > self.clock():
            return self._said[1]
        found = self.fetch(self.settings.issuer.rstrip("/") + KNOWN)
        if not isinstance(found, dict) or found.get("issuer") != self.settings.issuer:
            raise not_right("issuer")
        parts = {name: str(found.get(name, "")) for name in ENDPOINTS}
        for name, where in parts.items():
            if not same_place(where, self.settings.issuer):
                raise not_right(name)
        self._said = (self.clock() + LASTS, parts)
        return parts

    def _token(self, begun: Begun, code: str) -> str:
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        asked = prepare_token_request(
            "authorization_code", redirect_uri=begun.back, code=code, code_verifier=begun.verifier
        )
        pair = f"{quote_plus(self.settings.client)}:{quote_plus(self.settings.secret)}"
        basic = "Basic " + b64encode(pair.encode()).decode()
        found = self.fetch(self.about()["token_endpoint"], body=asked, authorization=basic)
        token = found.get("id_token") if isinstance(found, dict) else None
        if not isinstance(token, str):
            raise not_right("id_token")
        return token


def not_right(part: str) -> InputError:
    """Return the error for a part of the conversation that is not as it must be."""
    return InputError(f"The sign-in elsewhere is refused ({part})", f"统一身份登录被拒绝({part})")


def _with_extra() -> None:
    if find_spec("authlib") is None:
        raise UsageError(
            "Signing in elsewhere needs the extra 'server'. Run: pip install hechang[server]",
            "统一身份登录需要扩展 server。请运行: pip install hechang[server]",
        )
