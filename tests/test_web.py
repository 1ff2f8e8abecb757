"""Pages and API of one region, asked without any network."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

import hechang as hc
from hechang.publish.links import PATHS
from hechang.register.attachments import About, attach, attached
from hechang.register.new_rule import change_rule
from hechang.terms.errors import HechangError, InputError, UsageError
from hechang.terms.words import words
from hechang.web.app import create_app
from hechang.web.errors import STATUS
from hechang.web.security import HEADERS
from hechang.web.serving import check_host
from page_region import FORMULA, HOME, HOSTILE, SECRET, Client, page_region

PAGES = [
    "/today", "/lists/signed-not-filed", "/lists/signed-not-filed?grace=10", "/lists/behind-schedule", "/map",
    "/map?limit=30", "/map/a", "/projects", "/projects?q=HYPER", "/projects/p1", "/documents", "/documents/d1",
    "/documents/report", "/evidence/projects/p1", "/evidence/events/e1", "/evidence/places/c", "/findings", "/log",
    "/catalogue", "/catalogue/projects", "/sources", "/tasks", "/tasks?state=overdue&lead=office-x", "/tasks?q=HYPER",
    "/groups", "/groups/p-region",
    "/tasks/t1", "/responsibility", "/responsibility?city=x", "/coverage", "/data", "/lists/overdue-tasks",
    "/lists/tasks-not-reported", "/lists/actions-without-projects", "/lists/data-quality?floor=10",
    "/evidence/tasks/t1", "/evidence/plan_actions/A1", "/rounds", "/programmes", "/lists/lights", "/lists/slips-open",
    "/lists/contradictions?kind=ratio",
]  # fmt: skip
ROUTES = [
    "/api/region", "/api/log", "/api/catalogue", "/api/tables/projects", "/api/tables/projects.json",
    "/api/tables/values", "/api/lists/signed-not-filed", "/api/lists/signed-not-filed?grace=60",
    "/api/measures/rail-reach", "/api/measures/rail-reach?limit=30", "/api/measures/rail-reach/explain/a",
    "/api/evidence/projects/p1", "/api/map/counties.geojson", "/api/map/lakes.geojson", "/api/map/stations.geojson",
    "/api/openapi.json",
]  # fmt: skip
MISTAKES = {
    "/nothing": 404,
    "/projects/nobody": 404,
    "/tasks/nobody": 404,
    "/lists/signed-not-field": 404,
    "/lists/signed-not-filed?grace=soon": 422,
    "/map?limit=soon": 422,
    "/map?measure=rail-reech": 404,
    "/map/nowhere": 404,
    "/documents/none": 404,
    "/evidence/projects/nobody": 404,
    "/evidence/secrets/1": 404,
    "/catalogue/secrets": 404,
    "/today?lang=fr": 404,
    "/today?on=yesterday": 422,
    "/today?branch=nowhere": 404,
    "/api/nothing": 404,
    "/api/tables/secrets": 404,
    "/api/tables/projects?limit=many": 422,
    "/api/tables/projects?limit=-1": 422,
    "/api/tables/projects?limit=1001": 422,
    "/api/tables/projects?offset=-1": 422,
    "/api/log?limit=0": 422,
    "/api/lists/nothing": 404,
    "/api/measures/rail-reach?speed=1": 404,
    "/api/measures/rail-reach/explain/nowhere": 404,
    "/api/map/secrets.geojson": 404,
    "/assets/..%2f..%2fpyproject.toml": 404,
    "/assets/nothing.js": 404,
    "/assets/deep/nothing.js": 404,
    "/desk/assets/nothing.js": 404,
    "/desk/assets/workbench.js": 404,
}


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return page_region(tmp_path_factory.mktemp("web") / "page.hc")


@pytest.fixture(scope="module")
def client(region):
    return Client(create_app(region))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_in_both_languages_with_its_frame(client, path, lang):
    answer = client.get(path, headers={"accept-language": lang})
    assert answer.status_code == 200, answer.text
    assert f'<html lang="{lang}">' in answer.text
    for said in ("2022-09-27", "main", "tiny", "© OpenStreetMap contributors", "审图号"):
        assert said in answer.text
    assert HOSTILE not in answer.text
    assert not re.search(r"<script(?! type=\"module\" src=\"/assets/)| style=| on[a-z]+=\"", answer.text)


def test_every_page_of_the_table_of_addresses_is_tried(client):
    shapes = [re.sub(r"\{\d\}", "[^/?]+", path) for path in PATHS.values()]
    assert all(any(re.fullmatch(shape, path.partition("?")[0]) for path in PAGES) for shape in shapes)


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_answers_plain_json(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text

    def refuse(word):
        raise AssertionError(f"{path} says {word}")

    assert json.loads(answer.text, parse_constant=refuse)


@pytest.mark.parametrize(("path", "status"), MISTAKES.items())
def test_a_mistake_is_answered_in_both_languages_and_without_a_traceback(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert "Traceback" not in answer.text
    if path.startswith("/api/"):
        error = answer.json()["error"]
        assert set(error) == {"kind", "zh", "en", "findings"}
        assert error["zh"] and error["en"]
    else:
        assert "<h1>" in answer.text and 'lang="en"' in answer.text


def test_every_error_has_a_status():
    def below(kind):
        return {kind, *(found for child in kind.__subclasses__() for found in below(child))}

    ours = {kind for kind in below(HechangError) if kind.__module__ == "hechang.terms.errors"}
    assert ours == set(STATUS)


def test_a_fault_of_our_own_is_said_without_its_inside(client, monkeypatch):
    def broken(*_):
        raise RuntimeError("inside")

    monkeypatch.setattr("hechang.web.pages.view_of", broken)
    answer = client.get("/today?on=2021-03-04")  # nobody asked for it before: it is not kept
    assert answer.status_code == 500
    assert "inside" not in answer.text and "hechang" in answer.text


def test_the_switch_of_languages_stays_on_the_same_address_and_is_remembered(client):
    first = client.get("/lists/signed-not-filed?grace=60", headers={"accept-language": "zh-CN"})
    switch = re.search(r'class="switch" href="([^"]+)"', first.text)[1].replace("&amp;", "&")
    assert switch == "/lists/signed-not-filed?grace=60&lang=en"
    second = client.get(switch, headers={"accept-language": "zh-CN"})
    assert '<html lang="en">' in second.text
    kept = f"lang={second.cookies['lang']}"
    third = client.get("/today", headers={"accept-language": "zh-CN", "cookie": kept})
    assert '<html lang="en">' in third.text


def test_the_day_looked_at_goes_on_to_the_next_page(client):
    answer = client.get("/today?on=2022-10-15")
    assert "2022-10-15" in answer.text
    assert "/lists/signed-not-filed?on=2022-10-15" in answer.text


def test_a_preview_shows_what_comes_and_leaves_and_writes_nothing(client, region):
    answer = client.get("/lists/signed-not-filed?grace=120", headers={"accept-language": "en"})
    assert "Would leave" in answer.text and "Signed 100 days ago" in answer.text
    assert region.latest().revision == region.revision


def test_a_list_row_leads_to_the_row_that_proves_it(client):
    page = client.get("/lists/signed-not-filed").text
    found = re.search(r'href="(/evidence/project_events/[^"]+)"', page)
    proof = client.get(found[1])
    assert "2022-06-19" in proof.text and "tester" in proof.text


def test_the_sentence_is_shown_in_its_text_and_marked(client):
    page = client.get("/evidence/events/e1").text
    assert "<mark>会议要求, 加快建设甲乙快线。</mark>" in page
    document = client.get("/documents/d1").text
    assert '<mark id="s-d1p1">会议要求, 加快建设甲乙快线。</mark>' in document
    assert '<span class="quiet">导航\n</span>' in document
    assert "&lt;script&gt;alert(2)" in document


def test_the_map_page_reads_without_scripts(client):
    page = client.get("/map").text
    assert page.count('class="shape c') >= 3 + 1
    assert 'data-place="a"' in page and "75" in page


def test_a_measure_says_value_numerator_and_denominator_on_the_live_map(client):
    layer = client.get("/api/map/counties.geojson?lang=en").json()
    said = {feature["id"]: feature["properties"] for feature in layer["features"]}
    assert said["a"]["shown"] == "75 %" and said["a"]["parts"] == "75 / 100"
    assert said["c"]["name"] == f"丙{HOSTILE}"


def test_bodies_of_cards_are_those_of_the_region(client, region):
    promised = json.loads(json.dumps(region.answer("signed-not-filed", "list", {"grace": "60"})))
    said = client.get("/api/lists/signed-not-filed?grace=60").json()
    assert said == said | {**promised, "card": said["card"], "rows": said["rows"]}
    assert said["card"] == said["card"] | promised["card"]
    assert [row | more for row, more in zip(said["rows"], promised["rows"], strict=True)] == said["rows"]
    assert client.get("/api/measures/rail-reach").json()["rows"][0]["denominator"] == 100


def test_a_table_as_csv_holds_no_formula(client):
    rows = client.get("/api/tables/projects.csv").content.decode("utf-8-sig").splitlines()
    assert any(f"'{FORMULA}" in row for row in rows)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.split(","))


def test_a_table_is_read_page_by_page(client):
    page = client.get("/api/tables/projects?limit=2&offset=1").json()
    assert [row["id"] for row in page["rows"]] == ["p2", "p3"]
    assert page["total"] == 4 and page["rows"][0]["invest_total"] == 20_000 * 1_000_000  # 分


@pytest.mark.parametrize("path", ["/today", "/api/region", "/nothing", "/assets/hechang.css"])
def test_every_answer_carries_the_security_headers(client, path):
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("home", ["http://evil.example", "http://127.0.0.1.evil.example:8000", "http://10.0.0.1"])
def test_another_host_name_is_refused(client, home):
    assert client.get("/today", home=home).status_code == 400


@pytest.mark.parametrize("home", ["http://localhost:1", "http://[::1]:8000", "http://127.0.0.1"])
def test_every_loopback_name_is_served(client, home):
    assert client.get("/api/region", home=home).status_code == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "http://127.0.0.1:9", "https://127.0.0.1:8000"]
)
def test_a_form_of_another_site_writes_nothing(client, region, origin):
    headers = {} if origin is None else {"origin": origin}
    answer = client.ask(
        "POST", "/lists/signed-not-filed/rule", data={"grace": "1", "by": "x", "why": "y"}, headers=headers
    )
    assert answer.status_code == 403
    assert region.latest().revision == region.revision


def test_a_large_form_is_refused(client):
    answer = client.ask("POST", "/lists/signed-not-filed/rule", data={"why": "x" * 70_000}, headers={"origin": HOME})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"grace": "60", "by": "", "why": "y"}, 422),
        ({"grace": "60", "by": "x", "why": " "}, 422),
        ({"by": "x", "why": "y"}, 422),
        ({"grace": "soon", "by": "x", "why": "y"}, 422),
        ({"grace": "-1", "by": "x", "why": "y"}, 422),
        ({"speed": "1", "by": "x", "why": "y"}, 404),
    ],
)
def test_an_unfinished_rule_is_refused(client, region, form, status):
    answer = client.ask("POST", "/lists/signed-not-filed/rule", data=form, headers={"origin": HOME})
    assert answer.status_code == status, answer.text
    assert region.latest().revision == region.revision


def test_a_new_rule_moves_the_list_is_kept_in_the_log_and_can_be_undone(tmp_path):
    region = page_region(tmp_path / "page.hc")
    client = Client(create_app(region))
    form = {"grace": "120", "by": "陈某", "why": "试行较长宽限期"}
    answer = client.ask("POST", "/lists/signed-not-filed/rule", data=form, headers={"origin": HOME})
    assert (answer.status_code, answer.headers["location"]) == (303, "/lists/signed-not-filed")
    assert region.latest().listing("signed-not-filed").empty
    page = client.get("/lists/signed-not-filed").text
    assert "120" in page and "试行较长宽限期" in page
    assert "陈某" in client.get("/log").text
    revision = region.latest().revision
    region.latest().undo(revision, by="陈某", why="恢复")
    assert len(region.latest().listing("signed-not-filed")) == 1
    assert len(region.latest().on("2022-09-26").listing("signed-not-filed")) == 1


def test_a_second_new_value_is_a_new_version_of_the_same_row(tmp_path):
    region = page_region(tmp_path / "page.hc")
    for grace in ("120", "80"):
        change_rule(region.latest(), "signed-not-filed", {"grace": grace, "by": "x", "why": "y"})
    rules = region.latest().table("rules")
    assert (len(rules), rules["value"].iloc[0], int(rules["level"].iloc[0])) == (1, "80", 0)


def test_the_public_reader_sees_no_internal_row_and_no_name_of_a_clerk(region):
    client = Client(create_app(region, reader="public"))
    for path in [path for path in (*PAGES, *ROUTES) if not path.endswith("openapi.json")]:
        text = client.get(path).text
        assert SECRET not in text, path
        assert "tester" not in text, path
    assert client.get("/projects/p3").status_code == 404
    assert client.get("/evidence/projects/p3").status_code == 404
    assert client.get("/api/evidence/projects/p3").status_code == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_only_this_machine_is_served(host):
    with pytest.raises(UsageError) as found:
        check_host(host)
    assert "--host 127.0.0.1" in found.value.en and "--host 127.0.0.1" in found.value.zh


def test_a_folder_that_is_no_region_is_said_at_once(tmp_path):
    with pytest.raises(InputError):
        create_app(tmp_path)


def test_a_kept_file_is_served_by_its_content_and_a_lost_one_is_not(tmp_path):
    paper = tmp_path / "许可.pdf"
    paper.write_bytes(b"%PDF-1.4\n%%EOF\n")
    region = hc.tiny(tmp_path / "a.hc")
    after = attach(region, "p1", paper, About("施工许可", "permit"), by="zhang", why="evidence")
    client = Client(create_app(after))
    answer = client.get(f"/api/files/{attached(after, ['p1'])['sha256'].iloc[0]}")
    assert (answer.status_code, answer.content) == (200, paper.read_bytes())
    assert answer.headers["content-disposition"].startswith("attachment")
    assert client.get(f"/api/files/{'0' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("listing", "said"), [("contradictions", {"kind": "ratio"}), ("slipped", {}), ("lights", {"colour": "red"})]
)
def test_a_list_that_rests_on_no_number_has_none_to_change(region, listing, said):
    with pytest.raises(InputError) as found:
        change_rule(region.latest(), listing, {**said, "by": "x", "why": "y"})
    assert "不以可调整的数值为据" in found.value.zh


def test_a_light_is_a_dot_and_a_word(client):
    page = client.get("/lists/lights", headers={"accept-language": "zh"}).text
    assert re.search(r'<svg class="lamp yellow"[^>]*>.*?</svg> 黄灯', page)


HEADED = ["/", "/desk/", "/today", "/ogc", "/api/region", "/api/tables/projects", "/api/tables/projects.csv",
          "/api/lists/signed-not-filed.csv", "/assets/hechang.css", "/assets/nothing.js", "/nothing"]  # fmt: skip


@pytest.mark.parametrize("path", HEADED)
def test_head_is_answered_as_get_without_the_body(client, path):
    get, head = client.get(path), client.ask("HEAD", path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    told = set(get.headers) - {"content-security-policy"}  # a nonce of its own
    assert {name: head.headers.get(name) for name in told} == {name: get.headers[name] for name in told}
    assert get.is_redirect or int(head.headers["content-length"]) > 0


def test_a_known_tag_is_enough_for_head_too(client):
    tag = client.get("/api/tables/projects").headers["etag"]
    answer = client.ask("HEAD", "/api/tables/projects", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("OPTIONS", "/api/region", "GET, HEAD"), ("PUT", "/today", "GET, HEAD"), ("HEAD", "/api/area", "POST"),
     ("OPTIONS", "/api/tables/projects/p1", None)],
)  # fmt: skip
def test_a_method_not_taken_is_told_which_are(client, method, path, allowed):
    answer = client.ask(method, path, headers={"origin": HOME, "content-length": "0"})
    assert answer.status_code == 405
    named = answer.headers["allow"].split(", ")
    assert answer.headers["allow"] == allowed if allowed else {"GET", "HEAD", "PATCH", "DELETE"} <= set(named)


def test_every_route_says_what_a_refusal_is_and_it_is_so(client):
    made = client.get("/api/openapi.json").json()
    schemas = made["components"]["schemas"]
    assert "HTTPValidationError" not in json.dumps(made)
    for path, route in made["paths"].items():
        for method, one in route.items():
            said = {status: told for status, told in one["responses"].items() if status >= "400"}
            wanted = {"400", "404", "422", "503"} | (set() if method == "get" else {"403", "409"})
            assert set(said) == wanted, (method, path)
            assert {json.dumps(told["content"]) for told in said.values()} == {
                '{"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}'
            }
    schema = {**schemas["Fault"], "components": {"schemas": schemas}}
    for path in ("/api/nothing", "/api/tables/projects?limit=0", "/api/tables/projects?filter=1&filter-lang=sql"):
        answer = client.get(path)
        assert answer.is_error
        jsonschema.validate(answer.json(), schema)


def test_who_and_why_are_required_of_every_write_and_without_them_it_is_refused_alike(client):
    schemas = client.get("/api/openapi.json").json()["components"]["schemas"]
    bodies = [one for one in schemas.values() if {"by", "why"} <= set(one.get("properties", {})) and "id" not in one]
    written = [one for one in bodies if one.get("additionalProperties") is False]
    assert len(written) > 10 and all({"by", "why"} <= set(one["required"]) for one in written)
    sent = [{"values": {"grace": 30}}, {"by": "", "why": "", "values": {"grace": 30}}]
    path = "/api/lists/signed-not-filed/rule"
    answers = [client.ask("POST", path, json=body, headers={"origin": HOME}) for body in sent]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json() == answers[1].json()


def test_a_reason_kept_in_two_languages_is_shown_in_the_one_of_the_page(tmp_path):
    region = page_region(tmp_path / "letters.hc")
    letter = {"id": "s1", "number": "督办〔2022〕1号", "object": "t1", "colour": "red", "issued": "2022-09-01",
              "due": "2022-09-08", "to_body": "office-x", "reason": "进度落后 / behind its plan"}  # fmt: skip
    with region.edit(by="tester", why="a letter", source="person:tester") as e:
        e.put("slips", [letter])
    client = Client(create_app(e.after))
    zh, en = (client.get(f"/tasks/t1?lang={lang}").text for lang in ("zh", "en"))
    assert "进度落后" in zh and "behind its plan" not in zh
    assert "behind its plan" in en and "进度落后" not in en


def test_the_pages_without_scripts_are_not_called_public(client):
    assert words("zh")["plain_pages"].startswith("简洁页面") and "公开页面" not in client.get("/desk/?lang=zh").text
