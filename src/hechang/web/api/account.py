"""One's own account: who is signed in, password, sign-ins, API tokens."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from hechang.store.sign_ins import csrf_of
from hechang.store.tokens import Bounds
from hechang.terms.errors import not_known
from hechang.web.asked import only_known
from hechang.web.bodies import strict_json
from hechang.web.hall import results_of
from hechang.web.identity import by, give, reader_for, take
from hechang.web.signin_acts import Mine, mine, new_password, new_token, nobody

KNOWN = [Depends(only_known)]
router = APIRouter(prefix="/api/account", tags=["account"], dependencies=KNOWN)
JSON = [Depends(strict_json)]
Secret = Annotated[str, Field(max_length=256)]


class OwnSignIn(BaseModel):
    """A sign-in of who asks: since when, last request, latest end (UTC)."""

    name: str
    made: str
    seen: str
    ends: str
    here: bool


class OwnToken(BaseModel):
    """An API token of who asks; the token itself is shown only when it is made."""

    name: str
    purpose: str
    verbs: list[str]
    lo: str
    made: str
    ends: str
    used: str | None


class OwnAccount(BaseModel):
    """Who asks. `uid` is null for nobody; `laptop`: a region without accounts, open on this machine.

    `csrf` goes back in the header X-CSRF-Token of every request that writes.
    """

    uid: str | None
    laptop: bool
    name: str
    roles: list[str] = []
    login: str | None = None
    subject: str | None = None
    must_change: bool = False
    csrf: str = ""
    sign_ins: list[OwnSignIn] = []
    tokens: list[OwnToken] = []


class NewPassword(BaseModel):
    """The present password and the new one."""

    model_config = ConfigDict(extra="forbid")
    old: Secret
    new: Secret


class NewToken(BaseModel):
    """What a token is for, what it may do at most, where, and until the end of which day; the password once more."""

    model_config = ConfigDict(extra="forbid")
    purpose: Annotated[str, Field(max_length=80)]
    verbs: Annotated[list[str], Field(max_length=8)]
    lo: Annotated[str, Field(max_length=200)]
    ends: Annotated[str, Field(max_length=10)]
    password: Secret = ""


class MadeToken(BaseModel):
    """The token: it can never be shown again."""

    token: str


class Changed(BaseModel):
    """The password is changed; `csrf` is the new one of this sign-in."""

    csrf: str


@router.get("", response_model=OwnAccount)
def account(request: Request, response: Response) -> Any:
    """Who asks, with own sign-ins and tokens."""
    response.headers["Cache-Control"] = "no-store"
    results_of(request)  # refuses a day or branch nobody has, as every address does
    laptop = request.scope["hechang.laptop"]
    own = None if laptop else mine(request)
    who = reader_for(request.scope)
    said = {"uid": who.uid, "laptop": laptop, "name": who.name, "roles": list(who.roles)}
    return said if own is None else said | _own(own, request.scope["hechang.csrf"])


@router.post("/password", response_model=Changed, dependencies=JSON)
def password(request: Request, said: NewPassword) -> Response:
    """Change the password; every other sign-in ends, and this one goes on under a new token."""
    own = mine(request)
    if own is None:
        return nobody(request)
    from_now = new_password(request, own, said.old, said.new)
    return give(JSONResponse({"csrf": csrf_of(from_now)}), request.scope, from_now)


@router.delete("/sign-ins", status_code=204)
def end_all(request: Request) -> Response:
    """Sign out everywhere."""
    own = mine(request)
    if own is None:
        return nobody(request)
    own.accounts.sign_ins.end_all(by=by(request.scope))
    return take(Response(status_code=204), request.scope)


@router.delete("/sign-ins/{name}", status_code=204)
def end(request: Request, name: str) -> Response:
    """End one sign-in."""
    own = mine(request)
    if own is None:
        return nobody(request)
    if not own.accounts.sign_ins.end_one(name, by=by(request.scope)):
        raise not_known("sign-in", "登录", name, [])
    return Response(status_code=204)


@router.post("/tokens", response_model=MadeToken, dependencies=JSON)
def token(request: Request, said: NewToken) -> Any:
    """Make an API token."""
    own = mine(request)
    if own is None:
        return nobody(request)
    wanted = Bounds(said.purpose, tuple(said.verbs), said.lo, said.ends)
    made = new_token(request, own, said.password, wanted)
    return JSONResponse({"token": made}, headers={"Cache-Control": "no-store"})


@router.delete("/tokens/{name}", status_code=204)
def end_token(request: Request, name: str) -> Response:
    """End one API token."""
    own = mine(request)
    if own is None:
        return nobody(request)
    if not own.accounts.tokens.end_one(name, by=by(request.scope)):
        raise not_known("token", "令牌", name, [])
    return Response(status_code=204)


def _own(own: Mine, csrf: str) -> dict[str, Any]:
    uid = own.account.uid
    sign_ins = [{**one._asdict(), "name": one.handle, "here": one.key == own.sign_in.key}
                for one in own.accounts.sign_ins.own(uid)]  # fmt: skip
    tokens = [{**one._asdict(), "purpose": one.name, "name": one.handle} for one in own.accounts.tokens.own(uid)]
    known = {"login": own.account.login, "subject": own.account.subject, "must_change": own.account.must_change}
    return known | {"csrf": csrf, "sign_ins": sign_ins, "tokens": tokens}
