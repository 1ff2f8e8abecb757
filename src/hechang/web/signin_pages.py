"""Pages of one person's own: written for this request only, never kept by anybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse

from hechang.publish.links import Served
from hechang.publish.pages import render
from hechang.publish.registry import built, sheets
from hechang.terms.errors import UsageError
from hechang.terms.words import word
from hechang.web.hall import hall_of, reader_of
from hechang.web.languages import language_of, remember

LONGEST = 500  # characters of an address to go on to


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form."""
    form = await request.form(max_files=0, max_fields=50)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def page(request: Request, template: str, view: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """Write a page in the language of the reader."""
    lang = language_of(request)
    query = {name: value for name, value in request.query_params.items() if name in ("next", "lang")}
    html = render(template, {**view, **_frame(request)}, lang, Served(request.url.path, query))
    answer = HTMLResponse(html, status, headers={"Content-Language": lang, "Cache-Control": "no-store"})
    remember(request, answer)
    return answer


def _frame(request: Request) -> dict[str, Any]:
    region = hall_of(request).first
    who = "self" if request.scope.get("hechang.uid") else "local" if request.scope.get("hechang.laptop") else "public"
    said = {
        "region": region.settings.name,
        "day": hall_of(request).day({}),
        "branch": region.branch_name,
        "revision": f"{region.store.id}:{region.store.head()}",
        "reader": who,
        "user": reader_of(request.scope).name if who == "self" else "",
        "attributions": [],
    }
    return {"page": said, "made_up": False, "built": built(), "sheets": sheets()}


def say(request: Request, key: str, **values: object) -> str:
    """Return one word in the language of the reader."""
    return word(key, language_of(request)).format(**values)


def local_path(said: str) -> str:
    """Return where to go on to: a path of this site, `/` where none is said.

    Raises
    ------
    UsageError
        for an address of another site, in whatever spelling.

    Examples
    --------
    >>> local_path("/desk/map?on=2022-09-27"), local_path("")
    ('/desk/map?on=2022-09-27', '/')
    >>> local_path("//evil.example")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.UsageError: next= is not a path of this site
    """
    if not said:
        return "/"
    try:
        parts = urlsplit(said)
    except ValueError:
        parts = None
    odd = "\\" in said or not said.isprintable() or len(said) > LONGEST or not said.isascii()
    if odd or parts is None or parts.scheme or parts.netloc or not said.startswith("/") or said.startswith("//"):
        raise UsageError("next= is not a path of this site", "next= 不是本站路径")
    return said
