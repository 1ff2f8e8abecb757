"""The application: pages, API, files, errors, guard."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from hechang.region.opening import open_region
from hechang.region.region import Region
from hechang.web import pages, rule
from hechang.web.api import about, cards, maps, tables
from hechang.web.api import files as kept
from hechang.web.errors import add_errors
from hechang.web.hall import Hall, as_reader
from hechang.web.security import Guard

ASSETS = (("publish", "assets"), ("web", "static", "assets"))  # our own sheet and icon, then the built front end
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def create_app(region: str | Path | Region, reader: str = "local") -> FastAPI:
    """Return the application over one region, as one reader sees it.

    Parameters
    ----------
    region
        A folder, or a Region already open.
    reader
        `local` sees everything on this machine, `public` what is public.

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
    app.add_middleware(Guard)
    add_errors(app)
    app.add_api_route("/assets/{name}", asset, methods=["GET"], include_in_schema=False)
    for router in (about.router, cards.router, kept.router, maps.router, tables.router, rule.router, pages.routes()):
        app.include_router(router)
    return app


def asset(name: str) -> Response:
    """Serve one of our files by its plain name."""
    root = files("hechang")
    for folder in ASSETS:
        path = Path(str(root.joinpath(*folder)))
        if name in {found.name for found in path.glob("*.*")}:
            return FileResponse(
                path / name, media_type=TYPES.get(Path(name).suffix), headers={"Cache-Control": "no-cache"}
            )
    raise HTTPException(404)
