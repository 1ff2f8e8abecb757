"""Who asks: the sign-in of a browser or the token of a program, looked up once for each request.

A region without any account is one person's on one machine, and everybody who reaches it is that person (`local`). From
the first account on nobody is: who has not signed in is the public.

The scope of every request gets `hechang.uid` (None for nobody), `hechang.token` (verbs and scope of an API token),
`hechang.sign_in` (the sign-in of a browser), `hechang.csrf` (what its forms carry) and `hechang.laptop`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hechang.store import audit
from hechang.store.contract import Store
from hechang.store.credentials import By, Credentials
from hechang.store.passwords import Hasher
from hechang.store.readers import LOCAL, PUBLIC, Reader
from hechang.store.sign_ins import SignIn, SignIns, csrf_of
from hechang.store.tokens import Token, Tokens, narrowed
from hechang.terms.dates import Clock
from hechang.terms.errors import HechangError, UsageError
from hechang.web.doors import LOOPBACK
from hechang.web.errors import answer, status_of
from hechang.web.etags import READER
from hechang.web.front import INNER
from hechang.web.journal import SEEN
from hechang.web.recorded import address_of
from hechang.web.security import SAFE, host_name
from hechang.web.waiting import ASKING, FILE

COOKIE = "hechang"
HEADER = "x-csrf-token"
FIELD = "csrf"
FORM = "application/x-www-form-urlencoded"
OPEN = ("/sign-in", "/sign-in/oidc")  # whose unsafe requests come before any sign-in
OWN = ("/account", "/sign-out", "/api/account", *OPEN)  # what is open to who has to change the password first
CONTRACT = "/api/openapi.json"  # what there is to ask, no data
LOOKING = frozenset({"read", "export"})  # verbs that change nothing
SIGN_IN_FIRST = UsageError("Sign in first: /sign-in", "请先登录: /sign-in")
NOT_OURS = UsageError(
    f"The form is not of this sign-in (field {FIELD} or header X-CSRF-Token). Load the page again",
    f"表单与当前登录不符(字段 {FIELD} 或请求头 X-CSRF-Token)。请刷新页面后重试",
)
NO_TOKEN = UsageError("This token is unknown or has ended", "该令牌不存在或已失效")
NOT_BY_TOKEN = UsageError("A token cannot do this; sign in with a browser", "令牌无权执行此操作; 请用浏览器登录")
TOO_OFTEN = UsageError(
    "Too many of your requests were refused lately; wait a minute", "近期被拒绝的请求过多; 请一分钟后再试"
)
CHANGE_FIRST = UsageError("Change your password first: /account", "请先修改密码: /account")


@dataclass(frozen=True)
class Accounts:
    """What is known of who may sign in to one region."""

    credentials: Credentials
    sign_ins: SignIns
    tokens: Tokens


def accounts(store: Store, hasher: Hasher | None = None, clock: Clock | None = None) -> Accounts:
    """Return the accounts of a store; tests give a cheaper hash and a clock of their own."""
    return Accounts(Credentials(store, hasher, clock), SignIns(store, clock), Tokens(store, clock))


def accounts_of(scope: Scope) -> Accounts:
    """Return the accounts of the application of a request."""
    found: Accounts = scope["app"].state.accounts
    return found


class Asker(NamedTuple):
    """Who asks: the person at this machine, a browser that signed in, a program with a token, or nobody."""

    laptop: bool = False
    sign_in: SignIn | None = None
    token: Token | None = None
    csrf: str = ""

    @property
    def uid(self) -> str | None:
        """Id of the user, None for nobody."""
        found = self.token or self.sign_in
        return found.uid if found else None

    def said(self) -> dict[str, Any]:
        """Return what the scope of the request gets."""
        known = {
            "uid": self.uid,
            "token": self.token,
            "sign_in": self.sign_in,
            "csrf": self.csrf,
            "laptop": self.laptop,
        }
        return {f"hechang.{name}": value for name, value in known.items()}


class Identity:
    """Stands between the guard and all work: says who asks, and refuses what nobody may ask for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.guarded = False  # there is an account: it stays so

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with who asks, or answer it with a refusal."""
        if scope["type"] != "http" or scope.get(INNER) or scope["path"].startswith("/assets/"):
            await self.app(scope, receive, send)
            return
        try:
            receive, given = await _csrf(scope, receive) if _of_page(scope) else (receive, "")
            told, no = await run_in_threadpool(self._told, scope, given)
            audit.heard().who = told[READER]
            scope.get(SEEN, {})[READER] = told[READER].kind
            refusal = no.answer(told) if no else None
        except HechangError as error:  # the store does not answer: here no handler of the application reaches
            told, refusal = {**scope}, answer(Request(scope), error, status_of(error))
        await (refusal or self.app)(told, receive, send)

    def _told(self, scope: Scope, csrf: str) -> tuple[dict[str, Any], No | None]:
        """Return the scope with who asks and what he may see, and why he may not ask in this way."""
        asker = self._asker(scope)
        told = {**scope, **(asker or Asker()).said()}
        told[READER] = reader_for(told)
        return told, _refusal(scope, asker, csrf)

    def _asker(self, scope: Scope) -> Asker | None:
        """Look up who asks; None for a token that nobody has."""
        found, headers = accounts_of(scope), Headers(scope=scope)
        bearer = bearer_of(headers)
        if bearer is not None:
            token = found.tokens.find(bearer)
            return Asker(token=token) if token else None
        self.guarded = self.guarded or found.credentials.any()
        if not self.guarded:
            return Asker(laptop=host_name(headers.get("host", "")) in LOOPBACK)
        cookie = cookie_of(scope)
        sign_in = found.sign_ins.find(cookie) if cookie else None
        return Asker(sign_in=sign_in, csrf=csrf_of(cookie) if sign_in else "")


def reader_for(scope: Scope) -> Reader:
    """Return what who asks may see and do, worked out anew for each request."""
    most: Reader = scope["app"].state.hall.first.reader  # who opened the region for the others
    uid, token = scope.get("hechang.uid"), scope.get("hechang.token")
    if scope.get("hechang.laptop") or most != LOCAL:
        return most
    if uid is None:
        return PUBLIC
    found = accounts_of(scope).credentials.store.reader_of(uid)
    return narrowed(found, token) if token else found


def bearer_of(headers: Mapping[str, str]) -> str | None:
    """Return the token of a program, None where it brings none."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def cookie_name(scope: Scope) -> str:
    """Return the name of the cookie: with a mark that makes a browser take it over TLS and for this host only."""
    return f"__Host-{COOKIE}" if scope["scheme"] == "https" else COOKIE


def cookie_of(scope: Scope) -> str:
    """Return the token of a browser, empty where it brings none."""
    return Request(scope).cookies.get(cookie_name(scope), "")


def give(response: Response, scope: Scope, token: str) -> Response:
    """Hand a browser its token; it lives as long as the browser, or until it ends on the server."""
    secure = scope["scheme"] == "https"
    response.set_cookie(cookie_name(scope), token, path="/", httponly=True, samesite="lax", secure=secure)
    response.headers["Cache-Control"] = "no-store"
    return response


def take(response: Response, scope: Scope) -> Response:
    """Take the token away from a browser."""
    secure = scope["scheme"] == "https"
    response.delete_cookie(cookie_name(scope), path="/", httponly=True, samesite="lax", secure=secure)
    response.headers["Cache-Control"] = "no-store"
    return response


def by(scope: Scope) -> By:
    """Return who does what a request asks for."""
    return By(scope.get("hechang.uid") or "", address_of(scope))


class No(NamedTuple):
    """A refusal, and whether a record is kept of it even where nothing was to be changed."""

    why: UsageError
    status: int
    page: str = ""  # to which a browser is led instead
    noted: bool = False

    def answer(self, scope: Scope) -> Response:
        """Return the answer."""
        if self.noted or scope["method"] not in SAFE:
            audit.heard().why = self.why.en
        if self.page and scope["method"] == "GET" and not scope["path"].startswith(("/api/", "/ogc")):
            return RedirectResponse(self.page, 303)
        made = answer(Request(scope), self.why, self.status)
        if self.status == 401:
            made.headers["WWW-Authenticate"] = 'Bearer realm="hechang"'
        return made


def _refusal(scope: Scope, asker: Asker | None, csrf: str) -> No | None:
    """Return why a request may not be made in this way."""
    if asker is None:
        return No(NO_TOKEN, 401, noted=True)
    if asker.laptop:
        return None
    if asker.uid and scope["method"] not in SAFE and scope["app"].state.refused.full(asker.uid):
        return No(TOO_OFTEN, 429)
    own = scope["path"] in OWN or scope["path"].startswith(("/api/account/", "/sign-in/"))
    if asker.token:
        return _of_token(scope, asker.token, own)
    if asker.sign_in and asker.sign_in.must_change and not own:
        return No(CHANGE_FIRST, 403, page="/account")
    return None if scope["method"] in SAFE or scope["path"] in OPEN else _of_browser(scope, asker.sign_in, csrf)


def _of_browser(scope: Scope, sign_in: SignIn | None, csrf: str) -> No | None:
    """Nobody changes anything without a sign-in, nor from a page that is not of it."""
    if sign_in is None:
        return None if ASKING.match(scope["path"]) else No(SIGN_IN_FIRST, 401)
    return None if sign_in.allows(csrf) else No(NOT_OURS, 403)


def _of_token(scope: Scope, token: Token, own: bool) -> No | None:
    """A token does nothing to the account itself, changes nothing where it may only look, takes only what it may."""
    changes = scope["method"] not in SAFE and not ASKING.match(scope["path"])
    takes = FILE.search(scope["path"]) and scope["path"] != CONTRACT and "export" not in token.verbs
    no = own or takes or (changes and LOOKING.issuperset(token.verbs))
    return No(NOT_BY_TOKEN, 403, noted=True) if no else None


def _of_page(scope: Scope) -> bool:
    """Tell whether a request may come from a form of a page somebody signed in to."""
    return scope["method"] not in SAFE and bool(cookie_of(scope))


async def _csrf(scope: Scope, receive: Receive) -> tuple[Receive, str]:
    """Return what a request brings to prove that it comes from a page of its sign-in; a form can be read again."""
    headers = Headers(scope=scope)
    if HEADER in headers or not headers.get("content-type", "").lower().startswith(FORM):
        return receive, headers.get(HEADER, "")
    body = await Request(scope, receive).body()
    whole = iter([body])

    async def again() -> Message:
        part = next(whole, None)
        return await receive() if part is None else {"type": "http.request", "body": part, "more_body": False}

    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return again, fields.get(FIELD, [""])[0]
