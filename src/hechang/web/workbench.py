"""The workbench: one page whose script draws all the others; the address after /desk is the script's own."""

from __future__ import annotations

import json
import secrets
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from hechang.publish.pages import environment
from hechang.publish.registry import built
from hechang.web.hall import VIEW, reader_of, results_of
from hechang.web.languages import language_of, remember
from hechang.web.security import policy

router = APIRouter(include_in_schema=False)


@router.get("/")
def door(request: Request) -> Response:
    """Lead to the workbench; to the plain first page where a reader may only read or nothing was built."""
    works = reader_of(request.scope).kind != "public" and built()
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(("/desk/" if works else "/today") + query, status_code=307)


@router.get("/desk")
@router.get("/desk/{path:path}")
def desk(request: Request, path: str = "") -> Response:
    """Answer with the frame of the workbench and what its script must know before it asks for anything."""
    if path == "assets" or path.startswith("assets/"):  # a file that is not there is no page
        raise HTTPException(404)
    lang, nonce = language_of(request), secrets.token_urlsafe(16)
    template = environment(lang).get_template("workbench.html")
    region = results_of(request).region
    html = template.render(lang=lang, name=region.settings.name, nonce=nonce, boot=_boot(request, lang, nonce))
    response = HTMLResponse(html, headers={"Content-Language": lang, "Cache-Control": "no-store"})
    response.headers["Content-Security-Policy"] = policy(nonce)
    remember(request, response)
    return response


def _boot(request: Request, lang: str, nonce: str) -> str:
    region = results_of(request).region
    known: dict[str, Any] = {
        "name": region.settings.name,
        "languages": list(region.settings.languages),
        "day": region.day,
        "branch": region.branch_name,
        "branches": region.store.branches(),
        "revision": region.revision_name,
        "reader": region.reader.kind,
        "user": region.reader.name if region.reader.uid else "",
        "lang": lang,
        "nonce": nonce,
        "csrf": request.scope.get("hechang.csrf", ""),
        "asked": {key: request.query_params[key] for key in VIEW if request.query_params.get(key)},
    }
    return json.dumps(known, ensure_ascii=False).replace("<", "\\u003c")
