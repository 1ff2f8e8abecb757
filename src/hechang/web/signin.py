"""Signing in with login and password, and signing out: plain pages that need no script."""

from __future__ import annotations

import math
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from hechang.terms.errors import NotKnown
from hechang.web.identity import accounts_of, by, cookie_of, give, take
from hechang.web.recorded import address_of
from hechang.web.signin_pages import form_of, local_path, page, say

router = APIRouter(include_in_schema=False)
Form = Annotated[dict[str, str], Depends(form_of)]


@router.get("/sign-in")
def ask(request: Request, next: str = "") -> Response:
    """Ask for login and password; who is signed in goes on."""
    to = local_path(next)
    return RedirectResponse(to, 303) if request.scope["hechang.uid"] else asked(request, to)


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """Let somebody in, or say that it was not right, and nothing of what was wrong about it."""
    to = local_path(form.get("next", ""))
    if request.scope["hechang.laptop"]:
        raise no_accounts()
    tried = accounts_of(request.scope).credentials.check(
        form.get("login", ""), form.get("password", ""), address_of(request.scope)
    )
    if tried.uid:
        return let_in(request, tried.uid, to)
    if tried.wait:
        seconds = math.ceil(tried.wait)
        answer = asked(request, to, fault=say(request, "signin_wait", n=seconds), status=429)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    return asked(request, to, fault=say(request, "signin_wrong"), status=401)


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End this sign-in."""
    found = request.scope["hechang.sign_in"]
    if found:
        accounts_of(request.scope).sign_ins.end([found.key], by=by(request.scope))
    return take(RedirectResponse("/sign-in", 303), request.scope)


def let_in(request: Request, uid: str, to: str) -> Response:
    """Sign somebody in under a new token, whatever the browser came with, and go on."""
    doer = by(request.scope)._replace(actor=uid)
    token = accounts_of(request.scope).sign_ins.begin(uid, cookie_of(request.scope), by=doer)
    return give(RedirectResponse(to, 303), request.scope, token)


def asked(request: Request, to: str, *, fault: str = "", status: int = 200, **more: Any) -> Response:
    """Return the page that asks for login and password."""
    elsewhere = f"/sign-in/oidc?{urlencode({'next': to})}" if getattr(request.app.state, "oidc", None) else ""
    view = {
        "laptop": request.scope["hechang.laptop"],
        "next": to,
        "fault": fault,
        "elsewhere": elsewhere,
        "subject": "",
    }
    return page(request, "sign-in", view | more, status)


def no_accounts() -> NotKnown:
    """Return the error for what needs accounts, where there are none."""
    return NotKnown(
        "This region has no accounts; everything is open on this machine. Make the first with: hechang user add",
        "本区域没有账号, 本机可直接使用。建立首个账号请运行: hechang user add",
    )
