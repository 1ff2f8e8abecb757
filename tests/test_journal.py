"""What a server tells of its work: every request, nobody's name, nothing anybody wrote."""

import io
import json
import logging
import socket
import sys
import threading
from contextlib import closing

import httpx
import pytest

import hechang as hc
from hechang.store.credentials import By, Credentials
from hechang.terms.errors import InputError, UsageError
from hechang.web.app import create_app
from hechang.web.journal import Journal, Lines, route_of, tell, to_lines
from hechang.web.metrics import Metrics, metrics
from hechang.web.serving import watch
from page_region import Client

BASE = "http://127.0.0.1"


@pytest.fixture
def lines():
    """What this process logs, as a server with HECHANG_LOG=json does; afterwards logging is as before."""
    root, stream = logging.getLogger(), io.StringIO()
    before, hooks = root.handlers[:], (sys.excepthook, threading.excepthook)
    to_lines(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    sys.excepthook, threading.excepthook = hooks


@pytest.fixture
def app(tmp_path):
    with closing(hc.tiny(tmp_path / "t.hc")) as region:
        made = create_app(region)
        made.add_middleware(Journal, told=(tell,))
        yield made


def test_a_request_is_one_line_with_its_route_time_and_status(app, lines):
    browser = Client(app)
    browser.get("/api/tables/projects/p1")
    browser.get("/api/tables/nothing/p1")
    browser.ask("HEAD", "/api/region")
    found = [line for line in lines() if line["what"] == "request"]
    assert [(one["method"], one["route"], one["status"], one["who"]) for one in found] == [
        ("GET", "/api/tables/{table}/{id}", 200, "local"),
        ("GET", "/api/tables/{table}/{id}", 404, "local"),
        ("HEAD", "/api/region", 200, "local"),
    ]
    assert all(one["seconds"] > 0 and one["level"] == "info" for one in found)
    assert found[0]["bytes"] > 0


def test_no_line_holds_a_name_a_search_an_id_or_an_address(app, lines):
    canary = "13912345678"
    Credentials(app.state.hall.first.store).add("u1", "wang.canary", None, must_change=False, by=By("", ""))
    browser = Client(app)
    browser.get(f"/api/tables/projects?q={canary}")
    browser.get(f"/api/tables/projects/{canary}")
    browser.get(f"/{canary}?{canary}={canary}")
    browser.ask(
        "POST", "/sign-in", data={"login": "wang.canary", "password": canary}, headers={"X-Forwarded-For": "10.9.8.7"}
    )
    browser.get("/api/region", headers={"Authorization": f"Bearer {canary}", "Cookie": f"hechang={canary}"})
    text = json.dumps(lines(), ensure_ascii=False)
    assert len([line for line in lines() if line["what"] == "request"]) == 5
    assert not any(word in text for word in (canary, "canary", "10.9.8.7", "testclient"))


def test_a_fault_of_the_program_is_told_by_kind_and_place_without_its_words(app, lines):
    @app.get("/broken")
    def broken():
        raise ValueError("canary of a row")

    browser = Client(app)
    browser.get("/broken")
    try:
        raise KeyError("canary of a row")
    except KeyError:
        logging.getLogger("hechang.web").exception("It failed")
    (told,) = [line for line in lines() if line["what"] == "It failed"]
    assert told["fault"]["kind"] == "KeyError" and "test_journal.py" in told["fault"]["places"][-1]
    assert "canary" not in json.dumps(lines(), ensure_ascii=False)
    assert [line["status"] for line in lines() if line.get("route") == "/broken"] == [500]


def test_a_method_somebody_makes_up_is_not_told(app, lines):
    Client(app).ask("X13812345678Y", "/api/region")
    assert lines()[-1]["method"] == "other"


def test_a_fault_in_a_thread_is_told_without_its_words(lines):
    def falls():
        raise KeyError("canary of a row")

    thread = threading.Thread(target=falls)
    thread.start()
    thread.join()
    assert lines()[-1]["fault"]["kind"] == "KeyError" and "canary" not in json.dumps(lines())


def test_of_what_others_log_only_the_first_line_is_told():
    record = logging.LogRecord(
        "asyncio", logging.ERROR, "", 0, "Task exception was never retrieved\nKeyError('canary')", None, None
    )
    assert json.loads(Lines().format(record))["what"] == "Task exception was never retrieved"


def test_what_others_log_is_a_line_too():
    record = logging.LogRecord("uvicorn.error", logging.WARNING, "", 0, "Invalid request: %s", ("canary",), None)
    assert json.loads(Lines().format(record))["what"] == "Invalid request: %s"


def test_an_address_nobody_serves_has_no_route(app):
    assert route_of({"type": "http", "path": "/api/nothing/here", "method": "GET", "app": app}) == "-"


def test_counts_tell_requests_the_revision_and_how_far_the_log_is_signed(tmp_path):
    region = hc.tiny(tmp_path / "t.hc")
    found = Metrics(region.store)
    app = create_app(region)
    app.add_middleware(Journal, told=(found.note,))
    browser = Client(app)
    browser.get("/api/tables/projects")
    browser.get("/api/tables/nothing")
    value = found.registry.get_sample_value
    labels = {"method": "GET", "kind": "page", "who": "local"}
    assert value("hechang_requests_total", labels | {"status": "200"}) == 1
    assert value("hechang_requests_total", labels | {"status": "404"}) == 1
    assert value("hechang_request_seconds_count", {"kind": "page"}) == 2
    assert value("hechang_revision") == region.revision
    assert value("hechang_audit_records") >= region.revision
    region.store.checkpoint()
    assert value("hechang_audit_signed") == value("hechang_audit_records")
    region.close()


def test_counts_are_told_on_a_port_of_this_machine_only(tmp_path):
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = str(trial.getsockname()[1])
    with closing(hc.tiny(tmp_path / "t.hc")) as region:
        assert metrics(region.store, {"HECHANG_METRICS": port})
        text = httpx.get(f"{BASE}:{port}/metrics").text
        assert "# TYPE hechang_requests_total counter" in text and "hechang_revision" in text
        with pytest.raises(InputError):
            metrics(region.store, {"HECHANG_METRICS": port})
        for said in ("0.0.0.0:9464", "no", "70000", "plan.example.cn:9464"):
            with pytest.raises(UsageError):
                metrics(region.store, {"HECHANG_METRICS": said})


def test_another_word_than_json_is_refused(app):
    with pytest.raises(UsageError):
        watch(app, {"HECHANG_LOG": "yes"})
