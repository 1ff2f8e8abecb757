"""Routes of the pages: one for each line of the table of addresses, all alike."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from hechang.publish.links import PATHS, Served
from hechang.publish.registry import Wanted, view_of, write
from hechang.web.hall import keep_of, results_of
from hechang.web.languages import language_of, remember


def routes() -> APIRouter:
    """Return the routes of all pages."""
    router = APIRouter(include_in_schema=False)
    for name, path in PATHS.items():
        router.add_api_route(path.format("{first}", "{second}"), _page(name), methods=["GET"], name=name)
    return router


def _page(name: str) -> Callable[[Request], Response]:
    def show(request: Request) -> Response:
        wanted = Wanted(name, tuple(request.path_params.values()), request.query_params, language_of(request))
        view = view_of(wanted, results_of(request))
        query = {key: value for key, value in request.query_params.items() if key != "lang"}
        links = Served(request.url.path, query, keep_of(request))
        response = HTMLResponse(write(wanted, view, links), headers={"Content-Language": wanted.lang})
        remember(request, response)
        return response

    return show
