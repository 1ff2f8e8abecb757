"""From the error tree to HTTP: one status a class, one page and one JSON shape for all of them."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException

from hechang.publish.links import Served
from hechang.publish.pages import render
from hechang.register.trail import Stale
from hechang.store import audit
from hechang.terms import errors
from hechang.terms.errors import HechangError, Refused
from hechang.web.hall import hall_of, reader_of
from hechang.web.languages import language_or_default
from hechang.web.security import SAFE
from hechang.web.unfit import refused
from hechang.web.waiting import RETRY

STATUS: dict[type[HechangError], int] = {
    errors.NotKnown: 404,
    errors.UsageError: 400,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Refused: 422,
    errors.FileFault: 422,
    errors.InputError: 422,
    errors.AuditBroken: 500,
    errors.Busy: 503,
    errors.NoRoom: 507,
    errors.StoreError: 503,
    errors.HechangError: 500,
}
WORDS = {
    403: ("This request came from another site and was refused", "请求来自其他网站，已拒绝"),
    404: ("There is no such page. Check the address", "没有这个页面，请检查地址"),
    405: ("This address cannot be asked in that way", "该地址不支持这种请求方式"),
    413: ("The request is too large", "请求内容过大"),
    422: ("The request cannot be read", "请求无法读取"),
    500: (
        "Something is wrong in hechang itself; the log of the server says what",
        "hechang 内部出错，详情见服务器日志",
    ),
}


def status_of(error: HechangError) -> int:
    """Return the HTTP status of an error: its own class's, else the nearest above it.

    Examples
    --------
    >>> status_of(errors.NotKnown("", "")), status_of(errors.AuditBroken("", ""))
    (404, 500)
    """
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def kind_of(error: HechangError) -> str:
    """Return the name of an error for programs.

    Examples
    --------
    >>> kind_of(errors.NotKnown("", ""))
    'not-known'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()


def body_of(error: HechangError) -> dict[str, Any]:
    """Return the one JSON shape of errors."""
    found = error.findings if isinstance(error, Refused) else []
    said = {"kind": kind_of(error), "zh": error.zh, "en": error.en, "findings": [f.as_dict() for f in found]}
    view = {"view": error.view} if isinstance(error, Stale) else {}  # base, mine, theirs
    return {"error": said | view}


def answer(request: Request, error: HechangError, status: int) -> Response:
    """Answer an error as JSON under /api, as a page elsewhere."""
    again = {"Retry-After": str(RETRY)} if status in (429, 503) else None
    heard = audit.heard()
    if request.method not in SAFE and not heard.why:
        heard.why = type(error).__name__  # its words may hold what nobody should read
    if request.url.path.startswith(("/api/", "/ogc")):
        return JSONResponse(body_of(error), status, again)
    lang = language_or_default(request)
    region = hall_of(request).first
    frame = {
        "region": region.settings.name,
        "day": region.day,
        "branch": region.branch_name,
        "revision": region.revision_name,
        "reader": reader_of(request.scope).kind,
        "user": reader_of(request.scope).name if reader_of(request.scope).uid else "",
        "attributions": [],
    }
    view = {
        "page": frame,
        "made_up": False,
        "status": status,
        "message": error.say(lang),
        "other_message": error.say("en" if lang == "zh" else "zh"),
        "findings": error.findings if isinstance(error, Refused) else [],
    }
    return HTMLResponse(render("error", view, lang, Served(request.url.path)), status, again)


def from_status(status: int) -> HechangError:
    """Return the error for a plain HTTP status."""
    en, zh = WORDS.get(status, WORDS[500 if status >= 500 else 422])
    return errors.NotKnown(en, zh) if status == 404 else errors.UsageError(en, zh)


def add_errors(app: FastAPI) -> None:
    """Answer every error of the application in the one shape."""

    async def ours(request: Request, error: Exception) -> Response:
        known = error if isinstance(error, HechangError) else from_status(500)
        return answer(request, known, status_of(known))

    async def plain(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return answer(request, from_status(status), status)

    async def unfit(request: Request, error: Exception) -> Response:
        known = refused(error) if isinstance(error, RequestValidationError) else from_status(422)
        return answer(request, known, 422)

    async def unforeseen(request: Request, _error: Exception) -> Response:  # the server itself logs what it was
        return answer(request, HechangError(*WORDS[500]), 500)

    app.add_exception_handler(HechangError, ours)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(RequestValidationError, unfit)
    app.add_exception_handler(Exception, unforeseen)
