"""Every route of the API, with everything that can be wrong about a request: a clear word, one shape, nothing written.

The routes are read from the program itself, so that a new one is tried without a line here.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

import hechang as hc
from hechang.intake.uploads import Purpose, receive
from hechang.web import api
from hechang.web.app import create_app
from page_region import HOME, page_region
from turns import some

SECONDS = 30.0  # no answer to nonsense takes longer, on a machine with other things to do as well
WORDS = 2_000  # characters of a message; what was sent is not sent back whole
HOSTILE = {
    "words": '<script>alert(1)</script>=HYPERLINK("x")\u202egnp.evil\u2066\' OR 1=1; DROP TABLE projects --',
    "nul": "a\x00b",
    "long": "甲" + "a" * 9_999,
    "deep": "(" * 3_000,
    "number": "9" * 30,
    "below": "-1",
    "nan": "NaN",
    "empty": "",
}
PATHS = {
    "unknown": "nobody-of-this-name",
    "path": "../../etc/passwd",
    "infinite": "1e999",
    "date": "2022-13-45",
    "blank": " \t\n",
}
RAW = {"not utf-8": "%ff%fe", "surrogate": "%ed%a0%80", "slash": "a%2Fb", "percent": "%zz"}
WRONG = [None, True, 1e308, 2**70, [], {}, [[]], [{"a": None}] * 3, {"a": ["\x00"]}, *HOSTILE.values()]
HEADERS = [
    {"if-none-match": "甲" * 9, "accept-language": "x" * 5_000, "range": "bytes=9-1", "accept-encoding": "nonsense"},
    {"if-none-match": '"' + "a" * 5_000, "accept": "x" * 5_000, "if-modified-since": "yesterday"},
    {"x-after-revision": "soon"}, {"x-after-revision": "9" * 30}, {"x-after-revision": "-5"},
]  # fmt: skip
BODIES = {
    "empty": b"", "half": b'{"by": "a", ', "not an object": b"[]", "text": b'"x"', "null": b"null",
    "nul": b'{"by": "\x00"}',
    "nan": b'{"by": NaN}', "deep": b"[" * 30_000, "deep objects": b'{"a":' * 9_000, "not utf-8": b'{"by": "\xff\xfe"}',
    "huge number": b'{"by": 1e99999, "revision": ' + b"9" * 5_000 + b"}", "twice": b'{"by": "a", "by": "b"}',
    "surrogate": b'{"by": "\\ud800", "why": "\\udfff"}', "prototype": b'{"__proto__": {"by": "a"}, "why": "b"}',
}  # fmt: skip
KNOWN = {  # what stands behind a part of an address, or in a part of that name: a request shall reach what it asks for
    "lists": "signed-not-filed", "list": "signed-not-filed", "projects": "p1", "documents": "d1", "events": "e1",
    "measures": "rail-reach", "measure": "rail-reach", "tasks": "t1", "proposals": "d1p1", "rounds": "round",
    "collections": "projects", "map": "counties", "table": "projects", "id": "p1", "layer": "projects", "place": "a",
    "object": "p1", "feature": "p1", "body": "office-x", "round": "round", "form": "csv", "kind": "csv",
    "verdict": "accept",
    "z": "6", "x": "53", "y": "26", "sha": "0" * 64,
}  # fmt: skip
REFUSED = (400, 404, 409, 415, 422, 428)
CUT = b'--cut\r\ncontent-disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nPK\x03\x04'
IN_PATHS = [*(quote(bad, safe="") for bad in (*HOSTILE.values(), *PATHS.values())), *RAW.values()]
FORM = {"content-type": "multipart/form-data; boundary=cut"}
SHEET = "项目名称,属地,总投资(万元)\n甲路示例,a,5\n乙路示例,b,many\n"
WITHOUT_A_TRACE = {  # they leave the register as it is, and need no name and no reason
    ("POST", "/api/area"), ("POST", "/api/line"),
    ("POST", "/api/imports"), ("PUT", "/api/imports/{id}"), ("DELETE", "/api/imports/{id}"),
}  # fmt: skip
TIMELESS = ("/api/catalogue", "/ogc/conformance", "/ogc/api")  # the same on every day and branch
Operation = tuple[str, str]


def _document() -> dict[str, Any]:
    app = FastAPI()
    for router in api.routers():
        app.include_router(router)
    return app.openapi()


DOCUMENT = _document()
OPERATIONS: dict[Operation, dict[str, Any]] = {
    (method.upper(), path): told for path, item in DOCUMENT["paths"].items() for method, told in item.items()
}
READS = [one for one in OPERATIONS if one[0] == "GET"]
SENDS = [one for one in OPERATIONS if one[0] != "GET"]
WRITES = [one for one in SENDS if one not in WITHOUT_A_TRACE]


class Asker:
    """Asks an application in one event loop and looks at every answer."""

    def __init__(self, folder) -> None:
        self.region = hc.open(folder)
        self.waiting = self._waiting()
        self.loop = asyncio.Runner()
        transport = httpx.ASGITransport(create_app(self.region), raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=HOME)

    def __call__(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask; the answer is in time, never a fault of ours, and a refusal is in the one shape and wrote nothing."""
        before, start = self.region.latest().revision, time.perf_counter()
        answer = self.loop.run(self.client.request(method, path, **more))
        told = f"{method} {path[:200]} {str(more)[:200]}: {answer.status_code} {answer.text[:300]}"
        assert time.perf_counter() - start < SECONDS, told
        assert answer.status_code < 500, told
        if answer.status_code >= 400:
            _is_the_one_shape(answer, told)
            assert self.region.latest().revision == before, told
        return answer

    def written(self) -> bool:
        """Tell whether something was written since it was opened."""
        return self.region.latest().revision != self.region.revision or self.waiting != self._waiting()

    def _waiting(self) -> list[str]:
        return sorted(str(path) for path in self.region.folder.joinpath("uploads").rglob("*"))

    def close(self) -> None:
        """Let everything go."""
        self.loop.run(self.client.aclose())
        self.loop.close()
        self.region.close()


def _is_the_one_shape(answer: httpx.Response, told: str) -> None:
    assert answer.headers["content-type"].startswith("application/json"), told
    assert answer.headers["x-content-type-options"] == "nosniff", told
    error = answer.json()["error"]
    assert {"kind", "zh", "en", "findings"} <= set(error), told
    assert re.search(r"[\u4e00-\u9fff]", error["zh"]) and re.search("[a-z]{2}", error["en"]), told
    assert len(error["zh"]) < WORDS and len(error["en"]) < WORDS, told
    assert "Traceback" not in answer.text, told


def address(path: str, **given: str) -> str:
    """Fill an address: `given` as it stands, other parts with what is known to be there."""

    def part(found: re.Match[str]) -> str:
        before, name = path[: found.start()].rstrip("/").rpartition("/")[2], found[1].partition(":")[0]
        return given.get(name, KNOWN.get(before, KNOWN.get(name, "1")))

    return re.sub(r"\{([^}]+)\}", part, path)


def parts(path: str) -> list[str]:
    """Names of the variable parts of an address."""
    return re.findall(r"\{([^}:]+)", path)


def queries(told: dict[str, Any]) -> list[str]:
    """Names of the query parameters of an operation."""
    return [one["name"] for one in told.get("parameters", []) if one["in"] == "query"]


def example(schema: dict[str, Any]) -> Any:
    """Make a value a schema allows, as small as it goes."""
    if "$ref" in schema:
        return example(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    properties = schema.get("properties", {})
    made: dict[str, Any] = {
        "object": {name: example(properties[name]) for name in schema.get("required", []) if name in properties},
        "array": [example(schema.get("items", {}))] if schema.get("minItems") else [],
        "integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "string": "x", "boolean": False,
    }  # fmt: skip
    return made.get(schema.get("type", ""))


def body_of(told: dict[str, Any]) -> dict[str, Any]:
    """Return a sound JSON body of an operation; by and why stand in it where it does not say what it takes."""
    content = told.get("requestBody", {}).get("content", {})
    made = example(content["application/json"]["schema"]) if "application/json" in content else {}
    return (made if isinstance(made, dict) else {}) | {"by": "tester", "why": "bad input"}


def fields_of(told: dict[str, Any]) -> list[str]:
    """Names of the fields of the JSON body of an operation."""
    schema = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return sorted({*schema.get("properties", {}), "by", "why"})


def own(**more: str) -> dict[str, str]:
    """Headers of a form of our own."""
    return {"origin": HOME, **more}


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad") / "page.hc"
    region = page_region(folder)
    with region.edit(by="tester", why="a round", source="person:tester") as e:
        e.put("rounds", {"id": "round", "name": "8月", "period": "2022-08", "table": "projects", "due": "2022-10-10",
                         "opened": "2022-09-27", "synthetic": True})  # fmt: skip
        e.put("round_bodies", {"id": "rb", "round": "round", "body": "office-x", "state": "sent", "attempts": 0,
                               "asked": ["p1"], "synthetic": True})  # fmt: skip
    e.after.table("projects")
    KNOWN["imports"] = receive(e.after, BytesIO(SHEET.encode()), "a.csv", Purpose(table="projects"))[0].id
    e.after.close()
    return folder


@pytest.fixture(scope="module")
def ask(pattern) -> Iterator[Asker]:
    asker = Asker(pattern)
    yield asker
    asker.close()


@pytest.fixture(scope="module")
def askers(pattern, tmp_path_factory) -> Iterator[list[Asker]]:
    made: list[Asker] = []
    yield made
    for asker in made:
        asker.close()


@pytest.fixture
def send(pattern, askers, tmp_path_factory) -> Asker:
    """Asks a region that nobody has written to: what is taken stays in it."""
    if not askers or askers[-1].written():
        for asker in askers:
            asker.close()
        askers[:] = [Asker(shutil.copytree(pattern, tmp_path_factory.mktemp("send") / "page.hc"))]
    return askers[-1]


def named(operations: list[Operation]) -> Any:
    """Parametrize a test by operations."""
    return pytest.mark.parametrize("operation", operations, ids=" ".join)


@named(READS)
def test_a_sound_question_is_answered_and_one_with_an_unknown_parameter_is_not(ask, operation):
    path = address(operation[1])
    ask("GET", path)
    for name in ("no-such-parameter", "__class__", "LIMIT", "<b>"):
        assert ask("GET", path, params={name: "1"}).status_code >= 400, f"{path}?{name}=1"


@named(READS)
def test_no_value_in_an_address_is_too_much(ask, operation):
    _, path = operation
    for name in parts(path):
        for value in some(IN_PATHS, path + name):
            ask("GET", address(path, **{name: value}))
    for name in queries(OPERATIONS[operation]):
        for value in some(HOSTILE.values(), path + name):
            ask("GET", address(path), params={name: value})
        ask("GET", f"{address(path)}?{name}=%ff%fe")
    for name in ("lang",) if path in TIMELESS else ("lang", "on", "branch"):
        for value in ("nobody-of-this-name", "a\x00b"):
            assert ask("GET", address(path), params={name: value}).is_error, f"{path}?{name}={value}"


@named(READS)
def test_no_header_is_too_much_and_no_other_method_is_taken(ask, operation):
    for headers in HEADERS:
        ask("GET", address(operation[1]), headers={k: v.encode() for k, v in headers.items()})
    for method in {"POST", "PUT", "PATCH", "DELETE"} - {method for method, path in SENDS if path == operation[1]}:
        assert ask(method, address(operation[1]), headers=own()).is_error


@named(SENDS)
def test_a_write_from_elsewhere_is_refused(send, operation):
    method, path = operation
    body = body_of(OPERATIONS[operation])
    for headers in ({}, {"origin": "null"}, {"origin": "http://evil.example"}, {"origin": f"{HOME}.evil.example"}):
        assert send(method, address(path), json=body, headers=headers).status_code == 403
    assert send(method, address(path), json=body, headers=own(host="evil.example")).status_code == 400


@named(WRITES)
def test_a_write_without_who_or_why_is_refused(send, operation):
    method, path = operation
    body = body_of(OPERATIONS[operation])
    for name in ("by", "why"):
        for value in some((None, "", " \t", "长" * 401), path + name):
            said = {**body, name: value}
            assert send(method, address(path), json=said, headers=own()).status_code in REFUSED
        assert send(method, address(path), json={k: v for k, v in body.items() if k != name}, headers=own()).is_error


@named(WRITES)
def test_a_body_that_is_no_request_is_refused(send, operation):
    method, path = operation
    for content in some(BODIES.values(), path):
        headers = own(**{"content-type": "application/json"})
        assert send(method, address(path), content=content, headers=headers).is_error, content
    sound = json.dumps(body_of(OPERATIONS[operation])).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "text/html", ""):
        answer = send(method, address(path), content=sound, headers=own(**{"content-type": kind}))
        assert answer.is_error, f"a body of type '{kind}' was taken"
    assert send(method, address(path), headers=own(**FORM), content=CUT).is_error
    for name, data in (("a.xlsx", b""), ("\x00.xlsx", b"PK"), ("甲" * 300, b"\xff" * 99), ("../../a", b"=1")):
        assert send(method, address(path), headers=own(), files={"file": (name, data)}, data={"by": "a"}).is_error
    assert send(method, address(path), content=b"a" * 65 * 1024, headers=own()).status_code == 413


@named(SENDS)
def test_no_field_of_a_write_is_too_much(send, operation):
    method, path = operation
    told = OPERATIONS[operation]
    for name in fields_of(told):
        for value in some(WRONG, path + name):
            send(method, address(path), content=json.dumps({**body_of(told), name: value}).encode(), headers=own())
    assert send(method, address(path), json={**body_of(told), "no_such_field": 1}, headers=own()).is_error


@named(SENDS)
def test_no_part_of_the_address_and_no_header_of_a_write_is_too_much(send, operation):
    method, path = operation
    body = body_of(OPERATIONS[operation])
    for name in parts(path):
        for value in some(IN_PATHS, path + name):
            send(method, address(path, **{name: value}), json=body, headers=own())
    for name in ("if-match", "idempotency-key"):
        for value in some(("0", '"0"', "W/1", "*", "x" * 5_000, "甲", '"' + "9" * 30 + '"'), path + name):
            headers = {k: v.encode() for k, v in own(**{name: value}).items()}
            send(method, address(path), json=body, headers=headers)


@named([one for one in WRITES if "If-Match" in str(OPERATIONS[one].get("parameters"))])
def test_a_stale_edit_is_refused(send, operation):
    method, path = operation
    headers = own(**{"if-match": '"1"'})
    assert send(method, address(path), json=body_of(OPERATIONS[operation]), headers=headers).status_code in (409, 422)


def test_no_route_is_left_out_of_the_document_the_others_are_read_from():
    routes = [route for router in api.routers() for route in router.routes if hasattr(route, "methods")]
    served = {re.sub(r":\w+}", "}", route.path).rstrip("/") for route in routes}
    assert served <= set(DOCUMENT["paths"])
    assert len(READS) > 20 and len(WRITES) > 5
