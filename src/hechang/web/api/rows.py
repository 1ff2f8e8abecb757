"""One row of any table: as it is in force, changed on a known version, ended, its history, one field taken back."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any

import orjson
import shapely
from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from hechang.publish import selections
from hechang.publish.rows import records
from hechang.publish.showing import without_name
from hechang.region.region import Region
from hechang.register import row_edits
from hechang.register.row_edits import Stamp
from hechang.register.trail import by_hand, row_in_force, shown, trail
from hechang.terms import specs
from hechang.terms.errors import Conflict, UsageError
from hechang.web.api.tables import ColumnInfo, RowName, json
from hechang.web.asked import only_known
from hechang.web.bodies import strict_json
from hechang.web.errors import body_of
from hechang.web.hall import results_of
from hechang.web.writes import Key, Said, who, written_before

router = APIRouter(prefix="/api/tables", tags=["rows"], dependencies=[Depends(only_known)])
STRICT = [Depends(strict_json)]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="ETag of the row as it was read")]
_TAG = re.compile(r'(?:W/)?"?(\d{1,18})(?:-[0-9a-f]{1,40})?"?')


class RowChange(Said):
    """Fields of a row by name as plain JSON: money in whole 分, dates as text, a shape as GeoJSON, null for nothing."""

    source: str = Field("", description="statement:ID, import:… or person:NAME; the person who writes when empty")
    fields: dict[str, Any] = Field(default_factory=dict)


class NewRow(RowChange):
    """A new row; an id is made where none is given."""

    id: str | None = Field(None, min_length=1, max_length=200, pattern=r"^[^\s/#?%]+$")


class RowEnd(Said):
    """The end of a row: altogether, or from the day `on`."""

    on: str | None = None


class FieldBack(Said):
    """One field, and the revision whose change of it is taken back."""

    field: str
    revision: int


class RowView(BaseModel):
    """A row in force: plain JSON by field, its shape as GeoJSON, the columns in order, which of them can be edited."""

    table: str
    zh: str
    en: str
    id: str
    title: str
    key: list[str]
    row_revision: int
    row: dict[str, Any]
    geometry: dict[str, Any] | None
    columns: list[ColumnInfo]
    editable: list[str]
    names: dict[str, dict[str, RowName]]
    on: str
    branch: str
    revision: str


class FieldEvent(BaseModel):
    """One change of one field."""

    field: str
    old: Any
    new: Any
    revision: int
    valid_from: str
    op: str
    at: str | None
    actor: str | None
    reason: str | None
    source: str | None


class RowHistory(BaseModel):
    """What happened to a row field by field, newest first."""

    table: str
    id: str
    rows: list[FieldEvent]


class Written(BaseModel):
    """The revision a change was written in, and the row concerned."""

    revision: int
    table: str
    id: str


@router.get("/{table}/{id}", responses={200: {"model": RowView}}, response_class=Response)
def row(table: str, id: str, request: Request) -> Response:
    """One row in force on the day; its ETag begins with the revision that wrote it."""
    described = specs.table(table)
    region = results_of(request).region
    made = view(region, described, id)
    said = orjson.dumps({name: value for name, value in made.items() if name != "revision"})
    mark = hashlib.blake2b(said, digest_size=6).hexdigest()  # names of what it points to may change by themselves
    return json(made, headers={"ETag": f'"{made["row_revision"]}-{mark}"'})


def view(region: Region, table: specs.Table, id: str) -> dict[str, Any]:
    """Return a row with all one needs to show and edit it."""
    found = row_in_force(region, table.name, id)
    plain = shown(table.name, found)
    if region.reader.kind == "public":
        plain["source"] = without_name(plain["source"])
    fields = [table.field(name) for name in plain]
    shape = found.get("geometry")
    return {
        "table": table.name, "zh": table.zh, "en": table.en, "id": id,
        "title": str(plain.get(table.title_field) or id), "key": list(table.key),
        "row_revision": int(found["revision"]), "row": plain,
        "geometry": shapely.geometry.mapping(shapely.from_wkb(shape)) if shape else None,
        "columns": [selections.described(f) for f in fields],
        "editable": [f.name for f in by_hand(table) if f.kind != "geometry"],
        "names": selections.names_on(region, [plain], fields), **selections.where(region),
    }  # fmt: skip


@router.get("/{table}/{id}/history", responses={200: {"model": RowHistory}}, response_class=Response)
def history(table: str, id: str, request: Request) -> Response:
    """Who changed which field when and why, newest first; nothing for the public."""
    described = specs.table(table)
    region = results_of(request).region
    rows = records(trail(region, described.name, id).rename_axis("at_row"))
    return json({"table": described.name, "id": id, "rows": [_without(one, "at_row") for one in rows]})


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


@router.patch("/{table}/{id}", responses={200: {"model": Written}}, dependencies=STRICT)
def change(table: str, id: str, given: RowChange, request: Request, match: IfMatch = None, key: Key = None) -> Response:
    """Write some fields of a row; 409 with base, mine and theirs where somebody changed it meanwhile."""
    described, region = specs.table(table), results_of(request).region
    if match is None:
        return _unmatched()
    seq = written_before(region, key)
    if seq is None:
        stamp = Stamp(**who(given), source=given.source.strip(), request=key)
        seq = row_edits.change(region, described.name, id, given.fields, stamp, since=tag(match))
    return json({"revision": seq, "table": described.name, "id": id}, headers={"ETag": f'"{seq}"'})


@router.post("/{table}", status_code=201, responses={201: {"model": Written}}, dependencies=STRICT)
def add(table: str, given: NewRow, request: Request, key: Key = None) -> Response:
    """Write a new row."""
    described, region = specs.table(table), results_of(request).region
    stamp = Stamp(**who(given), source=given.source.strip(), request=key)
    seq = written_before(region, key)
    made = (_id_of(region, described.name, seq), seq) if seq is not None else None
    id, seq = made or row_edits.add(region, described.name, given.fields, stamp, id=given.id)
    return json({"revision": seq, "table": described.name, "id": id}, 201, {"Location": f"/api/tables/{table}/{id}"})


def _id_of(region: Region, table: str, seq: int) -> str:
    """Id of the row a request wrote before; raises Conflict where that was no row of this table."""
    made = region.wrote(seq).get(table)
    if made is None:
        raise Conflict(
            "This Idempotency-Key was used for something else. Send a new one",
            "该 Idempotency-Key 已用于其他请求。请换用新的键",
        )
    return str(made["id"].iloc[0])


@router.delete("/{table}/{id}", responses={200: {"model": Written}}, dependencies=STRICT)
def end(table: str, id: str, given: RowEnd, request: Request, match: IfMatch = None, key: Key = None) -> Response:
    """End a row, altogether or from a day on; its history stays."""
    described, region = specs.table(table), results_of(request).region
    if match is None:
        return _unmatched()
    seq = written_before(region, key)
    if seq is None:
        stamp = Stamp(**who(given), request=key)
        seq = row_edits.end(region, described.name, id, stamp, since=tag(match), on=given.on)
    return json({"revision": seq, "table": described.name, "id": id})


@router.post("/{table}/{id}/undo", responses={200: {"model": Written}}, dependencies=STRICT)
def undo(table: str, id: str, given: FieldBack, request: Request, key: Key = None) -> Response:
    """Take one field back to what it was before a revision, as a new event with a reason of its own."""
    described, region = specs.table(table), results_of(request).region
    seq = written_before(region, key)
    if seq is None:
        stamp = Stamp(**who(given), request=key)
        seq = row_edits.take_back(region, described.name, id, (given.field, given.revision), stamp)
    return json({"revision": seq, "table": described.name, "id": id})


def tag(match: str) -> int | None:
    """Read If-Match: the revision of a row, None for `*`.

    Examples
    --------
    >>> tag('"12"'), tag('W/"12-0a1b"'), tag("*")
    (12, 12, None)
    """
    if match.strip() == "*":
        return None
    found = _TAG.fullmatch(match.strip())
    if not found:
        raise UsageError(
            f"If-Match: {match[:40]} is no ETag of a row; take it from the answer of GET",
            f"If-Match: {match[:40]} 不是数据行的 ETag; 请取自 GET 的应答",
        )
    return int(found[1])


def _unmatched() -> Response:
    said = UsageError(
        "Say on which version the change rests: send If-Match with the ETag of the row as it was read",
        "请说明修改所依据的版本: 用 If-Match 发送读取该行时的 ETag",
    )
    return JSONResponse(body_of(said), 428)
