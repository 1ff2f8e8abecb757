"""Kept files by their content: photos and papers behind the pages."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi import Path as Part

from hechang.web.hall import results_of

router = APIRouter(prefix="/api", tags=["files"])
SHOWN = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
Sha = Annotated[str, Part(pattern="^[0-9a-f]{64}$")]


@router.get("/files/{sha}", response_class=Response)
def file(sha: Sha, request: Request) -> Response:
    """One kept file; photos open in the browser, everything else is saved."""
    region = results_of(request).region
    data = region.blob(sha)
    paths = region.query("SELECT path FROM documents WHERE sha256 = $sha AND path IS NOT NULL LIMIT 1", sha=sha)["path"]
    name = PurePath(str(paths.iloc[0])).name if len(paths) else sha[:12]
    kind = SHOWN.get(PurePath(name).suffix.lower())
    way = "inline" if kind else "attachment"
    return Response(
        data,
        media_type=kind or "application/octet-stream",
        headers={
            "Content-Disposition": f"{way}; filename*=UTF-8''{quote(name)}",
            "Cache-Control": "private, max-age=3600",
        },
    )
