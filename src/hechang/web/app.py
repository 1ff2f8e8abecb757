"""The application: pages, API, files, errors, guard."""

from __future__ import annotations

import re
from functools import partial
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from hechang.region.opening import open_region
from hechang.region.region import Region
from hechang.web import api, pages, rule, signin, signin_account, signin_elsewhere, workbench
from hechang.web.contract import openapi_of
from hechang.web.doors import Doors
from hechang.web.errors import add_errors
from hechang.web.front import Front
from hechang.web.hall import Hall, as_reader
from hechang.web.identity import Identity, accounts
from hechang.web.methods import Methods
from hechang.web.recorded import REFUSED_OF_ALL, REFUSED_OF_ONE, Flood, Recorded
from hechang.web.security import Guard

ASSETS = (("publish", "assets"), ("web", "static", "assets"))  # our own sheet and icon, then the built front end
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
PLAIN = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")
HASHED = re.compile(r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$")  # its name changes with its content


def create_app(region: str | Path | Region, reader: str = "local", doors: Doors | None = None) -> FastAPI:
    """Return the application over one region, as one reader sees it.

    Parameters
    ----------
    region
        A folder, or a Region already open.
    reader
        `local` sees everything on this machine, `public` what is public.
    doors
        How the application is reached from outside; only from this machine when not said.

    Raises
    ------
    InputError, StoreError
        as `hechang.open`.

    Examples
    --------
    >>> from hechang import tiny
    >>> create_app(tiny()).title
    'hechang'
    """
    opened = region if isinstance(region, Region) else open_region(region)
    app = FastAPI(title="hechang", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.hall = Hall(as_reader(opened, reader))
    app.state.accounts = accounts(opened.store)
    app.state.strangers = Flood(opened.store.clock)
    app.state.refused = Flood(opened.store.clock, REFUSED_OF_ONE, REFUSED_OF_ALL)
    reached = doors or Doors()
    app.add_middleware(Front)
    app.add_middleware(Identity)
    app.add_middleware(Guard, hosts=reached.hosts, https=reached.https)
    app.add_middleware(Recorded)
    app.add_middleware(Methods)  # outermost
    add_errors(app)
    app.openapi = partial(openapi_of, app)  # type: ignore[method-assign] # made only when somebody asks for it
    app.add_api_route("/assets/{name}", asset, methods=["GET"], include_in_schema=False)
    own = (signin.router, signin_account.router, signin_elsewhere.router)
    for router in (*api.routers(), rule.router, *own, workbench.router, pages.routes()):
        app.include_router(router)
    return app


def asset(name: str) -> Response:
    """Serve one of our files by its plain name."""
    root = files("hechang")
    folders = [Path(str(root.joinpath(*folder))) for folder in ASSETS]
    found = next((folder / name for folder in folders if PLAIN.fullmatch(name) and (folder / name).is_file()), None)
    if not found:
        raise HTTPException(404)
    kept = "public, max-age=31536000, immutable" if HASHED.search(name) else "no-cache"
    return FileResponse(found, media_type=TYPES.get(found.suffix), headers={"Cache-Control": kept})
