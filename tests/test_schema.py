"""Whatever a program sends that the contract of the API allows or forbids, the answer is one the contract names.

Examples are made from the OpenAPI document by schemathesis, for each operation and role in turn, until the time is up
(`HECHANG_SCHEMA`, seconds for all roles together).
"""

import os
import time
from contextlib import closing

import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

import hechang as hc
from examples import few
from hechang.store.credentials import By, Credentials
from hechang.store.passwords import Hasher
from hechang.store.tokens import Bounds, Tokens
from hechang.terms.rights import role
from hechang.web.app import create_app

SECONDS = float(os.environ.get("HECHANG_SCHEMA", "120"))
HOME = "http://127.0.0.1"
CHECKS = [not_a_server_error, response_schema_conformance, content_type_conformance]
EACH = 3  # examples of an operation, one after the other
ROLES = ("local", "public", "city_admin", "zone_editor", "auditor")


@pytest.fixture
def region(tmp_path):
    with closing(hc.tiny(tmp_path / "t.hc")) as made:
        yield made


def headers_of(region, name):
    """What a program brings that asks in a role."""
    if name == "local":
        return {}
    with region.edit(by="x", why="users") as e:
        e.put("users", {"id": "u", "name": "u", "active": True})
        if name != "public":
            e.put("grants", {"account": "u", "role": name, "lo": "r.", "hi": "r/"})
    Credentials(region.store, Hasher(memory=8, rounds=1)).add("u", "user", None, must_change=False, by=By("", ""))
    if name == "public":
        return {}
    bounds = Bounds("test", role(name).verbs, "r.", "2023-08-31")
    return {"Authorization": f"Bearer {Tokens(region.store).make('u', bounds, by=By('', ''))}"}


def operations(app):
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    return [found.ok() for found in schema.get_all_operations()]


def broken(operation, headers, number):
    """Faults of a few examples of one operation, and how many were tried."""
    faults = []

    def ask(case):
        try:
            answer = case.call(base_url=HOME, headers=headers)
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as error:
            faults.append(f"{operation.label}: {error.exceptions[0]}")
        except Exception as error:  # what the application did not catch
            faults.append(f"{operation.label}: {type(error).__name__}: {error}"[:600])

    tried = few(operation.as_strategy(), ask, number, EACH)
    return faults, tried


@pytest.mark.parametrize("name", ROLES)
def test_no_example_of_any_operation_breaks_the_contract(region, name, record_property):
    headers = headers_of(region, name)
    app = create_app(region.latest())
    known, end, faults, tried, rounds = operations(app), time.monotonic() + SECONDS / len(ROLES), [], 0, 0
    while time.monotonic() < end or not rounds:
        for operation in known:
            found, count = broken(operation, headers, rounds)
            faults, tried = faults + found, tried + count
            if rounds and time.monotonic() > end:
                break
        rounds += 1
    record_property("examples", tried)
    assert not faults, "\n".join(dict.fromkeys(faults))
    assert tried >= len(known)


def test_an_answer_that_is_not_what_the_contract_names_is_found(region):
    app = create_app(region)

    @app.get(
        "/api/lie",
        response_model=None,
        responses={200: {"content": {"application/json": {"schema": {"type": "integer"}}}}},
    )
    def lie():
        return {"not": "a number"}

    @app.get("/api/fall")
    def fall():
        raise KeyError("x")

    by_path = {operation.path: operation for operation in operations(app)}
    assert broken(by_path["/api/lie"], {}, 0)[0]
    assert broken(by_path["/api/fall"], {}, 0)[0]
