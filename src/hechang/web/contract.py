"""The OpenAPI document: what the routes say of themselves, and what specifications and cards say, made when asked for.

Every table gives the schema `TableRow_NAME` of its rows; the routes of tables stay one route each, whose parameter
`table` lists the names. Every list and measure has a path of its own with its options as typed parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from hechang.publish.selections import LEFT_OUT
from hechang.terms import catalogue, specs
from hechang.terms.findings import Finding
from hechang.terms.shapes import shape
from hechang.terms.specs import Field, Table

Json = dict[str, Any]
KINDS: Mapping[str, Json] = {
    "int": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "money": {"type": "integer", "description": "whole 分"},
    "date": {"type": "string", "description": "year, month or day: 2022, 2022-09, 2022-09-27"},
    "moment": {"type": "string", "format": "date-time"},
    "json": {},
}
FAULT = {"$ref": "#/components/schemas/Fault"}
READING = {
    "400": "The question cannot be understood",
    "404": "There is no such thing",
    "422": "Something of the request does not fit",
    "503": "Too much to do: come again after Retry-After seconds",
}
WRITING = {"403": "The request comes from another site", "409": "Somebody else changed it meanwhile"}
OPTIONS: Mapping[type, str] = {int: "integer", float: "number", bool: "boolean", str: "string"}
ROUTES = {"list": "/api/lists/{id}", "measure": "/api/measures/{id}"}  # kinds of cards that have an address


class FaultSaid(BaseModel):
    """What is wrong: its kind for programs, in two languages, in parts; `view` (base, mine, theirs) of a stale row."""

    kind: str
    zh: str
    en: str
    findings: list[Finding]
    view: dict[str, Any] | None = None


class Fault(BaseModel):
    """The one shape of every refusal."""

    error: FaultSaid


def openapi_of(app: FastAPI) -> Json:
    """Return the document of an application, made on the first call.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.web.app import create_app
    >>> made = openapi_of(create_app(tiny()))
    >>> made["components"]["schemas"]["TableRow_projects"]["properties"]["name"]["title"]
    '项目名称 / Project'
    """
    if not app.openapi_schema:
        made = get_openapi(title=app.title, version=app.version, openapi_version="3.1.0", routes=app.routes)
        made["components"]["schemas"] |= {f"TableRow_{t.name}": row_schema(t) for t in specs.tables().values()}
        _name_tables(made["paths"])
        _name_faults(made)
        made["paths"] |= card_paths(made["paths"])
        app.openapi_schema = made
    return app.openapi_schema


def field_schema(field: Field) -> Json:
    """Return what a field may hold, as JSON Schema.

    Examples
    --------
    >>> field_schema(specs.table("projects").field("kind"))["enum"]
    ['new', 'continued', 'reserve']
    """
    kind: Json = dict(KINDS.get(field.kind, {"type": "string"}))
    if field.kind == "code":
        kind |= {"enum": list(specs.codes(field.target))}
    if field.kind == "json":
        form = shape(field.target)
        kind |= {**form.schema, "description": form.en}
    unit = "分" if field.kind == "money" else field.unit
    return kind | {"title": f"{field.zh} / {field.en}"} | ({"x-unit": unit} if unit else {})


def row_schema(table: Table) -> Json:
    """Return the rows of a table as a page gives them; what may be missing may be null."""
    fields = [table.field(name) for name in table.columns if name not in LEFT_OUT]
    return {
        "type": "object",
        "title": f"{table.zh} / {table.en}",
        "properties": {f.name: _nullable(field_schema(f), f.required) for f in fields},
        "required": [f.name for f in fields],
        "additionalProperties": False,
    }


def _nullable(schema: Json, required: bool) -> Json:
    if required or "type" not in schema:
        return schema
    made = schema | {"type": [schema["type"], "null"]}
    return made | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


def _name_tables(paths: Json) -> None:
    """Say in every route of a table which tables there are."""
    names = list(specs.tables())
    for one in (one for path in paths.values() for one in path.values() if isinstance(one, dict)):
        for given in one.get("parameters", []):
            if (given["name"], given["in"]) == ("table", "path"):
                given["schema"] = {"type": "string", "enum": names}


def _name_faults(made: Json) -> None:
    """Say in every route what a refusal is: one shape for all of them."""
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):  # the framework's own: never sent
        schemas.pop(name, None)
    told = Fault.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    parts = told.pop("$defs")
    schemas |= {name: one | {"description": one["description"].split("\n")[0]} for name, one in parts.items()}
    schemas["Fault"] = told
    for route in made["paths"].values():
        for method, one in route.items():
            for status, words in (READING if method == "get" else READING | WRITING).items():
                said = one["responses"].get(status, {}).get("description", words)
                said = words if said == "Validation Error" else said
                one["responses"][status] = {"description": said, "content": {"application/json": {"schema": FAULT}}}


def card_paths(paths: Mapping[str, Any]) -> Json:
    """Return one path for each list and measure, with its options."""
    return {
        route.replace("{id}", card.id): {"get": _card(card, paths[route]["get"])}
        for kind, route in ROUTES.items()
        if route in paths
        for card in catalogue.cards(kind)
    }


def _card(card: catalogue.Card, generic: Json) -> Json:
    kept = [given for given in generic.get("parameters", []) if given["name"] != "id"]
    own = [_option(option) for option in catalogue.options(card).values()]
    said = {"summary": f"{card.zh} / {card.en}", "operationId": f"{card.kind}_{card.id.replace('-', '_')}"}
    return generic | said | {"parameters": [*kept, *own]}


def _option(option: catalogue.Option) -> Json:
    schema: Json = {"type": OPTIONS.get(option.type, "string")}
    schema |= {"default": option.default} if isinstance(option.default, int | float | str) else {}
    return {"name": option.name, "in": "query", "required": False, "description": option.unit, "schema": schema}
