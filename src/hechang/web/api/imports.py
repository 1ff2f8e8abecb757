"""Imports: drop a workbook, see what it would do and what is wrong, get it back annotated, write it or not."""

from __future__ import annotations

import json
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from hechang.intake.sheets.pending import DAYS, Upload, upload, waiting
from hechang.intake.sheets.preview import Preview
from hechang.intake.sheets.propose import titles_for
from hechang.intake.sheets.template import write_template
from hechang.intake.uploads import Decided, Purpose, annotated, decide, guesses, receive, seen_of
from hechang.publish.results import Results
from hechang.publish.views import imports as views
from hechang.region.region import Region
from hechang.terms import specs
from hechang.terms.datums import datums
from hechang.terms.errors import Conflict, InputError
from hechang.web import shapes
from hechang.web.asked import only_known
from hechang.web.bodies import strict_json
from hechang.web.errors import body_of
from hechang.web.hall import hall_of, reader_of, results_of
from hechang.web.languages import language_of
from hechang.web.security import UPLOAD
from hechang.web.uploads import Received, received
from hechang.web.writes import Key, Said, who, written_before

JSON = [Depends(strict_json)]
router = APIRouter(prefix="/api", tags=["imports"], dependencies=[Depends(only_known)])
KEPT = 3  # previews kept for a view: the one looked at, and those of the pages beside it
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAID = ("table", "datum", "layer", "encoding")  # parts of the form beside the file
_TEXT = {"type": "string"}
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}, **dict.fromkeys(SAID, _TEXT)},
                }
            }
        },
    }
}
EMPTY: dict[str, Any] = {"total": 0, "rows": [], "titles": {}}
Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=500)]


class ImportDecision(Said):
    """Who writes an import and why; `seen` is the revision of the preview that was decided on."""

    seen: int | None = None


class ImportMapping(Said):
    """What the user says of columns: `{"表!K3": "总投资"}`; an empty title leaves a column out."""

    table: str = ""
    mapping: dict[str, str] | None = None


@router.get("/imports", response_model=shapes.Imports)
def imports(request: Request) -> Any:
    """Uploads that wait for a decision, newest first, and those written lately."""
    region = for_writing(request).region
    rows = [_about(one) for one in waiting(region.folder, uid=region.reader.uid or "")]
    known = [{"value": one.name, "zh": one.zh, "en": one.en} for one in datums().values()]
    return {"rows": rows, "days": DAYS, "largest": UPLOAD, "datums": known}


@router.post("/imports", status_code=201, response_model=shapes.Import, openapi_extra=FORM)
async def drop(request: Request) -> Any:
    """Take in a file and say what it would do; `table` may be left out: it is found from the header.

    Of a map layer `datum` says the system of its figures, `layer` which of several it is, `encoding` that of its texts,
    where the file does not.
    """
    for_writing(request)  # before anything is taken in
    came = await received(request, SAID)
    purpose = Purpose(**{name: came.fields.get(name, "") for name in SAID})
    try:
        return await run_in_threadpool(lambda: take_in(request, came, purpose))
    finally:
        came.file.close()


def take_in(request: Request, came: Received, purpose: Purpose) -> dict[str, Any]:
    """Keep what came and answer with what it would do."""
    results = for_writing(request)
    made, seen = receive(results.region, came.file, came.name, purpose)
    kept = results.once("import previews", _Previews)
    kept[_key(results.region, made)] = seen
    _let_go(kept)
    return _whole(results, made, seen, language_of(request))


@router.get("/imports/{id}", response_model=shapes.Import)
def one_import(id: str, request: Request) -> Any:
    """One upload: what it would do to the register as it is now; only what became of it once it is written."""
    results, made = _found(request, id)
    if made.written is not None:
        return {"upload": _about(made), "preview": None}
    return _whole(results, made, _seen(results, made), language_of(request))


@router.get("/imports/{id}/changes", response_model=shapes.CellChanges)
def changed_cells(id: str, request: Request, offset: Offset = 0, limit: Limit = 100) -> Any:
    """Cells that would change: in the register now, in the file, and at the time the file was written."""
    results, seen = _open(request, id)
    if seen is None:
        return EMPTY | {"offset": offset, "limit": limit}
    rows = views.changes(results.region, seen, language_of(request), slice(offset, offset + limit))
    return {"total": len(seen.changes), "offset": offset, "limit": limit, "rows": rows}


@router.get("/imports/{id}/rows", response_model=shapes.FreshPage)
def new_rows(id: str, request: Request, offset: Offset = 0, limit: Limit = 100) -> Any:
    """Rows the register does not have yet."""
    results, seen = _open(request, id)
    if seen is None:
        return EMPTY | {"offset": offset, "limit": limit}
    part = slice(offset, offset + limit)
    return views.new_rows(results.region, seen, language_of(request), part) | {"offset": offset, "limit": limit}


@router.get("/imports/{id}/findings", response_model=shapes.ImportFindings)
def import_findings(
    id: str,
    request: Request,
    severity: Annotated[str, Query(pattern="^(error|warning)?$")] = "",
    kind: str = "",
    offset: Offset = 0,
    limit: Limit = 100,
) -> Any:
    """What is wrong or worth a look, cell by cell, with how to mend it."""
    _, seen = _open(request, id)
    found = views.findings(seen, severity, kind) if seen is not None else []
    rows = [one.as_dict() for one in found[offset : offset + limit]]
    return {"total": len(found), "offset": offset, "limit": limit, "rows": rows}


@router.get("/imports/{id}/errors.xlsx", response_class=Response)
def errors_back(id: str, request: Request) -> Response:
    """The user's own workbook with every finding marked at its cell."""
    results, made = _found(request, id)
    _refuse_ended(made)
    path = annotated(made, _seen(results, made))
    return workbook(path.read_bytes(), path.name)


@router.put("/imports/{id}", response_model=shapes.Import, dependencies=JSON)
def map_columns(id: str, said: ImportMapping, request: Request) -> Any:
    """Choose another table, or say what columns mean that nobody knew; answers with the new preview."""
    results, made = _found(request, id)
    _refuse_ended(made)
    if made.round:
        raise InputError("A return of a round belongs to the projects", "轮次填报表固定属于项目表")
    chosen = specs.table(said.table).name if said.table else made.table
    before = made.mapping if chosen == made.table else {}
    tried = made.noted(table=chosen, mapping=before if said.mapping is None else said.mapping)
    try:
        seen = _seen(results, tried)
    except Exception:
        made.noted()
        raise
    return _whole(results, tried, seen, language_of(request))


@router.post("/imports/{id}/commit", response_model=shapes.ImportDone, dependencies=JSON)
def commit(id: str, said: ImportDecision, request: Request, key: Key = None) -> Any:
    """Write all of it or nothing; refused where others changed meanwhile what it would write over."""
    by = who(said)
    with hall_of(request).turn:  # pressed twice at once, the second one finds what the first one did
        return _commit(request, id, said, key, by)


def _commit(request: Request, id: str, said: ImportDecision, key: str | None, by: dict[str, str]) -> Any:
    results, made = _found(request, id)
    region = results.region.latest()
    again = made.written if key and made.request == key else written_before(region, key)
    if again is not None:
        return {"revision": again, "outcome": made.outcome or "written", "written": False}
    _refuse_ended(made)
    done = decide(region, made, _decided_on(results, made, said.seen), request=key, **by)
    if len(done.conflicts):
        return _conflict(region, made, done, language_of(request))
    return {"revision": done.region.revision, "outcome": done.outcome, "written": done.outcome != "nothing"}


def _decided_on(results: Results, made: Upload, revision: int | None) -> Preview:
    """The preview as the user saw it: of the revision named, else the one the upload was first shown against."""
    region, seen = results.region, made.revision if revision is None else revision
    return _seen(results, made) if made.round or seen == region.revision else seen_of(region.at(seen), made)


@router.delete("/imports/{id}", response_model=shapes.ImportDropped)
def forget(id: str, request: Request) -> Any:
    """Take an upload away; what was written of it stays."""
    _, made = _found(request, id)
    made.drop()
    return {"id": made.id, "dropped": True}


@router.get("/imports/{id}/tables", response_model=shapes.TableGuesses)
def tables_it_may_be_of(id: str, request: Request) -> Any:
    """Tables the header fits, best first, and the titles a column of the chosen one may be given."""
    results, made = _found(request, id)
    _refuse_ended(made)
    rows = [{"table": g.table, "known": g.known, "unknown": g.unknown} for g in guesses(made.path)]
    titles = titles_for(made.table or "projects", results.region.day, language_of(request))
    return {"rows": rows, "titles": list(dict.fromkeys(titles))}


@router.get("/templates/{table}.xlsx", response_class=Response)
def template(table: str, request: Request) -> Response:
    """An empty workbook of a table, to be filled in."""
    described, lang = specs.table(table), language_of(request)
    with tempfile.TemporaryDirectory() as folder:
        path = write_template(results_of(request).region, described.name, Path(folder) / "template.xlsx", lang=lang)
        return workbook(path.read_bytes(), f"{described.zh if lang == 'zh' else described.name}.xlsx")


def workbook(data: bytes, name: str, kind: str = XLSX) -> Response:
    """Answer with a file to be saved under a name of any script."""
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(data, media_type=kind, headers=named)


def for_writing(request: Request) -> Results:
    """The view a request asks for, for who may write; raises Forbidden for others."""
    results = results_of(request)
    results.region.refuse_reader()
    return results


def _found(request: Request, id: str) -> tuple[Results, Upload]:
    """An upload of who asks, and the view of the branch it was sent to."""
    region = for_writing(request).region
    made = upload(region.folder, id, region.reader.uid or "")
    return hall_of(request).results({**request.query_params, "branch": made.branch}, reader_of(request.scope)), made


def _open(request: Request, id: str) -> tuple[Results, Preview | None]:
    """The preview of an upload; None once it is written: nothing is left to preview."""
    results, made = _found(request, id)
    return results, None if made.written is not None else _seen(results, made)


def _refuse_ended(made: Upload) -> None:
    if made.written is not None:
        raise Conflict(
            f"{made.name} was written as revision {made.written}; there is nothing left to preview",
            f"{made.name} 已写入(版本 {made.written}), 不再有预览",
        )


class _Previews(OrderedDict[str, Preview]):
    """Previews by what they rest on, oldest first."""


def _let_go(kept: _Previews) -> None:
    while len(kept) > KEPT:
        kept.popitem(last=False)


def _key(region: Region, made: Upload) -> str:
    """What a preview rests on: the file, what was said of it, and the whole state of the register."""
    view = [region.revision, region.day, region.branch_name]
    return json.dumps([made.id, made.table, dict(made.mapping), *view], sort_keys=True)


def _seen(results: Results, made: Upload) -> Preview:
    """The preview of an upload, worked out once for a view of the region."""
    kept, key = results.once("import previews", _Previews), _key(results.region, made)
    if key not in kept:
        kept[key] = seen_of(results.region, made)
        _let_go(kept)
    return kept[key]


def _about(made: Upload) -> dict[str, Any]:
    names = ("id", "name", "at", "size", "branch", "table", "datum", "round", "body", "written", "outcome")
    return {name: getattr(made, name) for name in names} | {"mapping": dict(made.mapping)}


def _whole(results: Results, made: Upload, seen: Preview, lang: str) -> dict[str, Any]:
    region, first = results.region, slice(0, views.MANY)
    shown = {
        **views.summary(seen, lang),
        "changes": views.changes(region, seen, lang, first),
        "fresh": views.new_rows(region, seen, lang, first),
        "findings": [one.as_dict() for one in views.findings(seen, "", "")[: views.MANY]],
        "revision": region.revision,
        "revision_name": region.revision_name,
        "on": region.day,
    }
    return {"upload": _about(made), "preview": shown}


def _conflict(region: Region, made: Upload, done: Decided, lang: str) -> JSONResponse:
    """Say which cells others changed: as the user saw them, as they are now, as the file says."""
    count = len(done.conflicts)
    error = Conflict(
        f"{count} cells of {made.name} were changed in the register since you looked. Look at the preview again",
        f"{made.name} 中有 {count} 格在您查看之后已被他人修改。请重新查看预览",
    )
    cells = views.worded(region.latest(), made.table, done.conflicts.head(200), lang, ("base",))
    said = body_of(error)["error"]
    return JSONResponse({"error": said | {"conflicts": cells, "revision": region.latest().revision}}, 409)
