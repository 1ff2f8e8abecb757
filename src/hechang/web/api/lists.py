"""Lists 清单 and lights: all of them, one in pages or as a file, editions, other thresholds tried and made the rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from hechang.publish.columns import names_of
from hechang.publish.files import json_bytes
from hechang.publish.list_files import TYPES, as_csv, as_parquet, as_xlsx, names_in
from hechang.publish.views import lit
from hechang.publish.views.list_editions import kept, one_edition
from hechang.publish.views.listed import Asking, answer, described, every_list, in_short, tried, where
from hechang.publish.views.lists import needs
from hechang.register.new_rule import change_rule
from hechang.terms import catalogue
from hechang.terms.errors import not_known
from hechang.web.asked import only_known
from hechang.web.hall import VIEW, region_of, results_of
from hechang.web.languages import language_of
from hechang.web.light_shapes import LightsSummary, OneObject
from hechang.web.list_shapes import (
    Editions,
    ListAbout,
    Lists,
    OneEdition,
    OneList,
    Tried,
    Written,
)
from hechang.web.writes import Key, Said, who, written_before

router = APIRouter(prefix="/api", tags=["lists"])
KNOWN = [Depends(only_known)]
FORMATS = (*TYPES, "json")
PAGE = 1000  # rows of a page at most

Offset = Annotated[int, Query(ge=0)]
Limit = Annotated[int | None, Query(ge=1, le=PAGE, description="Rows of a page; all of them where absent")]
Text = Annotated[str, Query(max_length=200)]
ASKED = ("limit", "offset", "sort", "city", "owner", "q", "change", "which")


def asking(
    limit: Limit = None, offset: Offset = 0, sort: Text = "", city: Text = "", owner: Text = "", q: Text = "",
    change: Annotated[str, Query(description="new, stayed")] = "",
) -> Asking:  # fmt: skip
    """Read which rows of a list are wanted; other names in the address are options of the list itself."""
    return Asking(limit, offset, sort, city, owner, q, change)


Asked = Annotated[Asking, Depends(asking)]


def given(request: Request) -> dict[str, str]:
    """Return the options of a list in an address: all but day, branch, language and what chooses rows."""
    return {name: text for name, text in request.query_params.items() if name not in (*VIEW, "lang", *ASKED)}


@router.get("/lists", response_model=Lists, dependencies=KNOWN)
def lists(
    request: Request, ids: Annotated[str, Query(description="Ids with commas; all when empty")] = ""
) -> dict[str, Any]:
    """All lists by group, with counts, of how many, and what is new and left since the edition before."""
    results = results_of(request)
    wanted = [id.strip() for id in ids.split(",") if id.strip()]
    return {"lists": every_list(results, wanted), **where(results)}


def _answer(request: Request, id: str, ask: Asking) -> dict[str, Any]:
    card = catalogue.card(id, "list")
    options = catalogue.read_options(card, dict(given(request)))
    return answer(results_of(request), card, options, ask)


@router.get("/lists/{id}.{form}", response_class=Response)
def list_file(id: str, form: str, request: Request, ask: Asked) -> Response:
    """One list as a file (json, csv, xlsx, parquet): the rows that pass the filters, all where no page is asked."""
    if form not in FORMATS:
        raise not_known("format", "格式", form, FORMATS)
    document, results = _answer(request, id, ask), results_of(request)
    named = _named(document, results.region.revision, form)
    if form == "json":
        return Response(json_bytes(document), media_type="application/json", headers=named)
    columns = names_in(results.listing(id, **document["options"]))
    shown = document | {"columns": columns, "rows": [_flat(row) for row in document["rows"]]}
    writers: dict[str, Callable[[dict[str, Any]], bytes]] = {
        "xlsx": partial(as_xlsx, lang=language_of(request), names=names_of(results)),
        "csv": as_csv,
        "parquet": as_parquet,
    }
    return Response(writers[form](shown), media_type=TYPES[form], headers=named)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a file: without the addresses a page needs."""
    return {name: value for name, value in row.items() if name not in ("about", "proof", "page")}


def _named(document: dict[str, Any], revision: int, form: str) -> dict[str, str]:
    name = quote(f"{document['card']['id']}-{document['on']}-r{revision}.{form}")
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}


@router.get("/lists/{id}", response_class=Response, responses={200: {"model": OneList}})
def one_list(id: str, request: Request, ask: Asked) -> Response:
    """One list 清单: its rows (with `limit` a page of them), reasons, proofs, rule, and what changed."""
    return Response(json_bytes(_answer(request, id, ask)), media_type="application/json")


@router.get("/lists/{id}/about", response_model=ListAbout, dependencies=KNOWN)
def about(id: str, request: Request) -> dict[str, Any]:
    """What a page must know of a list before its rows: columns, values of its rule, cities, owners, what it lacks."""
    results, card = results_of(request), catalogue.card(id, "list")
    short = in_short(results, card)
    lacking = [] if short["count"] else needs(results, id)
    told = [{"table": one["table"].name, "commands": one["commands"]} for one in lacking]
    return {"short": short, **described(results, card), "needs": told, **where(results)}


@router.get("/lists/{id}/editions", response_model=Editions, dependencies=KNOWN)
def editions(id: str, request: Request) -> dict[str, Any]:
    """Editions kept of a list, newest first."""
    results, card = results_of(request), catalogue.card(id, "list")
    return {"editions": kept(results, card), **where(results)}


@router.get("/lists/{id}/editions/{edition}", response_model=OneEdition, dependencies=KNOWN)
def edition_of(
    id: str, edition: str, request: Request, against: Text = "", offset: Offset = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 100,
) -> dict[str, Any]:  # fmt: skip
    """One edition by its name, day or id, and what changed in it since the one before, or since `against`."""
    return one_edition(results_of(request), catalogue.card(id, "list"), edition, against, (offset, limit))


@router.get("/lists/{id}/try", response_model=Tried)
def try_rule(
    id: str,
    request: Request,
    ask: Asked,
    which: Annotated[Literal["new", "stayed", "left"], Query(description="rows that move so")] = "new",
) -> dict[str, Any]:
    """What another threshold (`grace=60`) would change: how many come, stay and leave, a page of them, and why."""
    return tried(results_of(request), catalogue.card(id, "list"), given(request), which, ask)


class NewRule(Said):
    """Another value for the rule of a list."""

    values: dict[str, float | int | str] = Field(default_factory=dict, description="by names of the list's options")


@router.post("/lists/{id}/rule", response_model=Written)
def make_rule(id: str, said: NewRule, request: Request, key: Key = None) -> dict[str, Any]:
    """Make other values the rule of a list, in force from the day looked at, with who and why."""
    region = region_of(request)
    before = written_before(region, key)
    if before is not None:
        return {"revision": before}
    values = {name: str(value) for name, value in said.values.items()}
    return {"revision": change_rule(region, id, values | who(said), request=key)}


@router.get("/lights", response_model=LightsSummary, dependencies=KNOWN)
def lights(request: Request) -> dict[str, Any]:
    """Lights by colour, those that turned since the edition before, the rule; the lit objects are the list `lights`."""
    return lit.summary(results_of(request))


@router.get("/lights/{object}", response_model=OneObject, dependencies=KNOWN)
def light(object: str, request: Request) -> dict[str, Any]:
    """Why one object is lit: the clause, the rows its value is made of, the whole ladder, the lights it had."""
    return lit.one_object(results_of(request), object)
