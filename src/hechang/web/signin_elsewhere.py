"""Routes of the sign-in by way of another service."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from hechang.store import audit
from hechang.store.credentials import By
from hechang.terms.errors import InputError
from hechang.web.identity import accounts_of, cookie_name
from hechang.web.recorded import address_of
from hechang.web.signin import asked, let_in, no_accounts
from hechang.web.signin_oidc import LASTS, Begun, Provider
from hechang.web.signin_pages import local_path, say

LOG = logging.getLogger("hechang.web")
BACK = "/sign-in/oidc/done"

router = APIRouter(include_in_schema=False)


@router.get("/sign-in/oidc")
def begin(request: Request, next: str = "") -> Response:
    """Lead the browser to the other service."""
    to, provider = local_path(next), _provider(request)
    if request.scope["hechang.laptop"]:
        raise no_accounts()
    where, key = provider.begin(f"{request.scope['scheme']}://{request.headers['host']}{BACK}", to)
    answer = RedirectResponse(where, 303, headers={"Cache-Control": "no-store"})
    secure = request.scope["scheme"] == "https"
    age = int(LASTS.total_seconds())
    answer.set_cookie(_cookie(request), key, max_age=age, path="/", httponly=True, samesite="lax", secure=secure)
    return answer


@router.get(BACK)
def done(request: Request) -> Response:
    """Let in who comes back and is linked with a user."""
    provider = _provider(request)
    begun = provider.taken(request.cookies.get(_cookie(request), ""))
    answer = _came_back(request, provider, begun) if begun else _no(request, "/")
    answer.delete_cookie(_cookie(request), path="/", httponly=True, samesite="lax",
                         secure=request.scope["scheme"] == "https")  # fmt: skip
    return answer


def _came_back(request: Request, provider: Provider, begun: Begun) -> Response:
    try:
        subject = provider.finish(begun, request.query_params)
    except InputError as error:
        LOG.warning(error.en)
        _note(request, error.en)
        return _no(request, begun.to)
    uid = accounts_of(request.scope).credentials.by_subject(subject)
    if uid:
        return let_in(request, uid, begun.to)
    _note(request, "not linked")
    return asked(request, begun.to, fault=say(request, "signin_stranger"), status=403, subject=subject)


def _no(request: Request, to: str) -> Response:
    return asked(request, to, fault=say(request, "signin_refused"), status=401)


def _note(request: Request, why: str) -> None:
    said = By("", address_of(request.scope)).did("sign-in", "", outcome="refused", why=why)
    audit.note(accounts_of(request.scope).credentials.store, said)


def _provider(request: Request) -> Provider:
    found: Provider | None = getattr(request.app.state, "oidc", None)
    if found is None:
        raise HTTPException(404)
    return found


def _cookie(request: Request) -> str:
    return f"{cookie_name(request.scope)}-oidc"
