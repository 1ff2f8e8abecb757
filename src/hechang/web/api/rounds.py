"""Collection rounds 填报: the board per body, returns in, conflicts settled, renames decided, the bulletin out."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from hechang.intake.rounds.closing import close_round
from hechang.intake.rounds.opening import NewRound, open_round
from hechang.intake.rounds.settling import settle
from hechang.intake.uploads import Purpose
from hechang.publish.bulletin import bulletin, bulletin_text
from hechang.publish.views import round_board as views
from hechang.region.region import Region
from hechang.register.linkage import decide_links
from hechang.register.rounds import round_named
from hechang.terms.errors import not_known
from hechang.web import round_shapes as shapes
from hechang.web import shapes as import_shapes
from hechang.web.api.imports import FORM, JSON, Limit, Offset, for_writing, take_in, workbook
from hechang.web.asked import only_known
from hechang.web.hall import region_of, results_of
from hechang.web.languages import language_of
from hechang.web.uploads import received
from hechang.web.writes import Key, Said, who, written_before

router = APIRouter(prefix="/api/rounds", tags=["rounds"], dependencies=[Depends(only_known)])
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"


class RoundNew(Said):
    """A round to be opened: name, month (`2022-09`), last day, bodies by id or name."""

    name: str = ""
    period: str = ""
    due: str = ""
    bodies: Annotated[list[str], Field(default_factory=list)]


class RoundSettled(Said):
    """The value a conflict is settled by: a body's id or name, or a value as the form has it."""

    value: str = ""


class RoundClosing(Said):
    """`force` closes although returns or conflicts are open."""

    force: bool = False


class RoundVerdict(Said):
    """Whether two rows are one project under two names."""

    accept: bool


@router.get("", response_model=shapes.RoundPage)
def all_rounds(request: Request, offset: Offset = 0, limit: Annotated[int, Query(ge=1, le=50)] = 12) -> Any:
    """Rounds opened by the day, newest first."""
    part = slice(offset, offset + limit)
    return views.rounds(results_of(request), part, language_of(request)) | {"offset": offset, "limit": limit}


@router.post("", status_code=201, response_model=shapes.RoundOpened, dependencies=JSON)
def open_one(said: RoundNew, request: Request, key: Key = None) -> Any:
    """Open a round: one form a body with only its projects; they are kept, and come as one zip."""
    new, lang = NewRound(said.name, said.period, said.due, said.bodies), language_of(request)

    def write(region: Region, by: dict[str, str]) -> Region:
        with tempfile.TemporaryDirectory() as folder:
            return open_round(region, new, folder, lang=lang, request=key, **by).region

    revision, region = _write(request, said, key, write)
    return {"revision": revision, "id": str(round_named(region, said.name).name)}


@router.get("/{round}", response_model=shapes.RoundBoard)
def one_round(round: str, request: Request) -> Any:
    """The board of a round, by its id, name or month: who is late, has faults or conflicts, is taken."""
    return views.board(results_of(request), round, language_of(request))


@router.get("/{round}/bodies/{body}", response_model=shapes.RoundBody)
def one_body(round: str, body: str, request: Request) -> Any:
    """One body in a round: questions, faults, projects it says nothing of, letters, when its returns came."""
    return views.body(results_of(request), round, body, language_of(request))


@router.get("/{round}/bodies/{body}/errors.xlsx", response_class=Response)
def errors_back(round: str, body: str, request: Request) -> Response:
    """The last return of a body, with its faults and questions marked."""
    with tempfile.TemporaryDirectory() as folder:
        path = views.marked_return(results_of(request).region, round, body, Path(folder))
        return workbook(path.read_bytes(), path.name)


@router.get("/{round}/forms.zip", response_class=Response)
def forms(round: str, request: Request) -> Response:
    """The forms as they went out."""
    region = results_of(request).region
    return workbook(views.forms(region, round), f"{round_named(region, round)['name']}.zip", ZIP)


@router.get("/{round}/conflicts", response_model=shapes.RoundConflicts)
def conflicts(round: str, request: Request) -> Any:
    """Cells that bodies answered differently, side by side, open ones first."""
    rows = views.conflicts(results_of(request), round, language_of(request))
    return {"total": len(rows), "rows": rows}


@router.get("/{round}/figures", response_model=shapes.RoundFigures)
def figures(
    round: str,
    request: Request,
    state: Annotated[str, Query(pattern="^(agreed|conflict|settled)?$")] = "",
    offset: Offset = 0,
    limit: Limit = 100,
) -> Any:
    """All returns as one table: each figure with the body and the cell it came from."""
    found = views.figures(results_of(request), round, state, language_of(request))
    rows = views.figure_rows(found.iloc[offset : offset + limit])
    return {"total": len(found), "offset": offset, "limit": limit, "rows": rows}


@router.get("/{round}/changes", response_model=shapes.RoundSince)
def changes(round: str, request: Request, offset: Offset = 0, limit: Limit = 100) -> Any:
    """What changed since the round before: new, gone and renamed projects, figures."""
    found = views.since(results_of(request), round, language_of(request))
    kinds = {str(kind): int(count) for kind, count in found["kind"].value_counts().items()}
    rows = views.since_rows(found.iloc[offset : offset + limit])
    head = {"previous": found.attrs["previous"], "kinds": kinds}
    return {"total": len(found), "offset": offset, "limit": limit, "rows": rows, **head}


@router.post("/{round}/take", status_code=201, response_model=import_shapes.Import, openapi_extra=FORM)
async def take(round: str, request: Request) -> Any:
    """Look at a return: what it answers and what is wrong; it is taken by POST /api/imports/{id}/commit."""
    for_writing(request)  # before anything is taken in
    came = await received(request, ("body",))
    try:
        purpose = Purpose(round=round, body=came.fields.get("body", ""))
        return await run_in_threadpool(lambda: take_in(request, came, purpose))
    finally:
        came.file.close()


@router.post("/{round}/conflicts/{conflict}", response_model=import_shapes.Wrote, dependencies=JSON)
def settle_one(round: str, conflict: str, said: RoundSettled, request: Request, key: Key = None) -> Any:
    """Settle a conflict by a body's figure or a value of the office's own."""
    region = results_of(request).region
    known = region.table("conflicts", columns=["round"], where={"round": str(round_named(region, round).name)})
    if conflict not in known.index:
        raise not_known("conflict of this round", "本轮冲突", conflict, known.index)
    revision, _ = _write(request, said, key, lambda region, by: settle(region, conflict, said.value, request=key, **by))
    return {"revision": revision}


@router.post("/{round}/renames/{link}", response_model=import_shapes.Wrote, dependencies=JSON)
def decide_rename(round: str, link: str, said: RoundVerdict, request: Request, key: Key = None) -> Any:
    """Say whether a new project is a known one under another name."""
    round_named(results_of(request).region, round)
    revision, _ = _write(request, said, key, lambda region, by: decide_links(region, [link], accept=said.accept, **by))
    return {"revision": revision}


@router.post("/{round}/close", response_model=import_shapes.Wrote, dependencies=JSON)
def close(round: str, said: RoundClosing, request: Request, key: Key = None) -> Any:
    """Close a round and keep all lists of its month."""
    revision, _ = _write(
        request, said, key, lambda region, by: close_round(region, round, force=said.force, request=key, **by)
    )
    return {"revision": revision}


@router.get("/{round}/bulletin.docx", response_class=Response)
def bulletin_file(round: str, request: Request) -> Response:
    """The bulletin 简报 of a round or a month, as a Word file."""
    region, lang = results_of(request).region, language_of(request)
    with tempfile.TemporaryDirectory() as folder:
        path = bulletin(region, round, Path(folder) / "bulletin.docx", lang=lang)
        name = f"{round}-{'简报' if lang == 'zh' else 'bulletin'}.docx"
        return workbook(path.read_bytes(), name, DOCX)


@router.get("/{round}/bulletin", response_model=shapes.RoundText)
def bulletin_words(round: str, request: Request) -> Any:
    """The bulletin as a text that fits into one message."""
    return {"text": bulletin_text(results_of(request).region, round, lang=language_of(request))}


def _write(
    request: Request, said: Said, key: str | None, write: Callable[[Region, dict[str, str]], Region]
) -> tuple[int, Region]:
    """Write once for a key; returns the revision and the region after it."""
    by, region = who(said), region_of(request)
    before = written_before(region, key)
    if before is not None:
        return before, region.at(before)
    after = write(region, by)
    return after.revision, after
