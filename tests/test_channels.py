"""No channel tells one city what another has not published: every address that can be asked, as everybody.

Each table holds a row of another city whose every cell says SECRET. The addresses are read from the program itself: one
with a part this file does not know fails, so that a new address cannot be left out.
"""

import io
import re
import zipfile

import pyarrow.parquet as pq
import pytest
import shapely

import hechang as hc
from hechang.store.credentials import By
from hechang.store.sign_ins import csrf_of
from hechang.terms.rights import common_tables
from hechang.terms.scopes import scope_of, scope_range
from hechang.terms.specs import codes, tables
from hechang.web.app import create_app
from page_region import HOME as ORIGIN
from page_region import Client

SECRET = "Zq7Canary"
HERE = By("", "127.0.0.1")
DAY = "2022-09-27"
HOME = "r.32.3205.320508."
SQUARE = shapely.to_wkb(shapely.box(120.5, 31.2, 120.6, 31.3))
USERS = {"wuxi": ("city_admin", "320200", None), "office": ("region_observer", None, None),
         "firm": ("company", None, "firm"), "officer": ("sec_admin", None, None),
         "suzhou": ("city_admin", "320500", None)}  # fmt: skip
CELLS = {"text": SECRET, "int": 1, "number": 1.0, "bool": True, "date": "2022-08-01", "money": 100, "place": "320508",
         "moment": "2022-08-01T00:00:00Z", "geometry": SQUARE, "json": f'["{SECRET}"]'}  # fmt: skip
FORMS = ("csv", "json", "xlsx", "parquet", "geojson")
FILL = {  # what stands in for the parts of an address
    "table": ["projects", "returns", "cases", "users", "grants"], "id": ["secret-{home}", "office-{home}", "open"],
    "first": ["secret-{home}"], "second": ["secret-{home}"], "form": FORMS, "kind": ["csv", "xlsx", "geojson"],
    "layer": ["projects", "places", "features"], "z": ["9"], "x": ["427"], "y": ["208"], "feature": ["secret-{home}"],
    "object": ["secret-projects"], "round": ["secret-rounds"], "body": ["secret-bodies", "wuxi"],
    "edition": ["2022-09"], "place": ["320508"], "sha": ["{sha}"], "name": ["nothing.css"],
    "path": ["projects/secret-projects"], "verdict": ["accept", "mend", "reject"], "number": ["secret-slips", SECRET],
    "step": ["answer", "check"], "conflict": ["secret-conflicts"], "link": ["secret-project_links"],
}  # fmt: skip
SPECIAL = {  # by address: what its first part stands for
    "/api/lists/{id}": ["behind-schedule", "lights"], "/lists/{first}": ["behind-schedule"],
    "/map/{first}": ["rail-reach"], "/api/measures/{id}": ["rail-reach"], "/catalogue/{first}": ["rail-reach"],
    "/api/figures/list/{id}": ["behind-schedule"], "/api/figures/measure/{id}": ["rail-reach"],
    "/evidence/{first}": ["projects"], "/ogc/collections/{id}": ["projects", "places"],
}  # fmt: skip
PLACES = (("320200", "city"), ("320500", "city"), ("320211", "county"), ("320508", "county"))


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    made = hc.create(tmp_path_factory.mktemp("channels") / "r.hc", hc.Settings(name="cities", day=DAY))
    with made.edit(by="x", why="start") as e:
        shown = {"level": 0, "scope": "r.", "geometry": SQUARE}
        e.put("places", [{"id": id, "name": id, "kind": kind, **shown} for id, kind in PLACES])
        e.put("bodies", [{"id": id, "name": id} for id in ("wuxi", "suzhou", "firm")])
        e.put("projects", {"id": "open", "name": "open", "place": "320211", "owner": "wuxi", "level": 0})
        e.put("users", [{"id": name, "name": name, "active": True} for name in USERS])
        e.put("grants", [grant(name, *given) for name, given in USERS.items()])
    with made.latest().edit(by=f"{SECRET}-clerk", why=f"{SECRET} reason") as e:
        sha = e.blob(SECRET.encode())
        for table in tables().values():
            e.put(table.name, row(table, sha))
            if table.name not in common_tables():  # what the joint office keeps of all cities together
                e.put(table.name, row(table, sha) | {"id": f"office-{table.name}", "scope": "r.", "owner": "office"})
    yield made.latest(), sha
    made.close()


def grant(user, role, place, body):
    lo, hi = scope_range(scope_of(place))
    return {"account": user, "role": role, "lo": lo, "hi": hi, "org": body}


def row(table, sha):
    """A row of another city, with the secret in every cell that can hold it."""
    level = 2 if table.name in ("users", "grants", "permits") else 1
    cells = {"id": f"secret-{table.name}", "scope": HOME, "owner": "suzhou", "level": level}
    for field in table.fields:
        if field.kind == "code":
            cells[field.name] = next(iter(codes(field.target)))
        elif field.kind == "ref":
            cells[field.name] = f"secret-{field.target}"
        else:
            cells[field.name] = sha if field.kind == "blob" else CELLS[field.kind]
    return cells


def addresses(app, sha, method="GET"):
    """Every address that takes a method, its parts filled in."""
    for path in sorted(paths(app, method)):
        names = re.findall(r"{(\w+)(?::\w+)?}", path)
        for filled in combined(path, names):
            address = re.sub(r"{(\w+)(?::\w+)?}", lambda found, filled=filled: filled[found[1]], path)
            yield address.replace("{sha}", sha)


def paths(app, method):
    for route in app.routes:
        for inner in getattr(getattr(route, "original_router", None), "routes", [route]):
            if method in (getattr(inner, "methods", None) or ()):
                yield inner.path


def combined(path, names):
    """Ways to fill the parts of an address; the first part says which table the second is about."""
    ways = [{}]
    special = next((given for start, given in SPECIAL.items() if path.startswith(start)), None)
    for n, name in enumerate(names):
        values = special if special and n == 0 else FILL[name]
        ways = [way | {name: value.replace("{home}", home(path, way))} for way in ways for value in values]
    return ways


def home(path, way):
    """Table an id in an address belongs to."""
    return way.get("table") or way.get("first") or way.get("id") or next(
        (t for t in ("documents", "events", "tasks", "proposals") if f"/{t}" in path), "projects"
    )  # fmt: skip


def client(region, user):
    """The application, and what asks it as somebody who has signed in; `None` is the public."""
    app = create_app(region)
    found = app.state.accounts
    if not found.credentials.any():
        for name in USERS:
            found.credentials.add(name, name, None, must_change=False, by=HERE)
    token = found.sign_ins.begin(user, "", by=HERE) if user else ""
    known = {"cookie": f"hechang={token}", "x-csrf-token": csrf_of(token)} if user else {}
    return app, lambda address, method="GET", **more: Client(app).ask(
        method, address, headers=known | more.pop("headers", {}), **more
    )


def seen(answer):
    """All an answer tells, unpacked."""
    body = answer.content
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    if body[:4] == b"PAR1":
        return str(pq.read_table(io.BytesIO(body)).to_pydict()).encode()
    return body + str(answer.headers).encode()


@pytest.mark.parametrize("user", ["wuxi", "office", "firm", "officer", None])
def test_no_address_tells_what_another_city_keeps_to_itself(region, user):
    region, sha = region
    told = []
    app, ask = client(region, user)
    for address in addresses(app, sha):
        answer = ask(address)
        assert answer.status_code < 500, (address, answer.text[:300])
        if SECRET.encode() in seen(answer):
            told.append(address)
    assert not told


def test_the_city_itself_is_told(region):
    region, sha = region
    app, ask = client(region, "suzhou")
    told = [address for address in addresses(app, sha) if SECRET.encode() in seen(ask(address))]
    assert len(told) > 30, told


BODIES = (
    {"fields": {"name": "mine", "note": "mine"}}, {"fields": {"state": "returned"}}, {"field": "name", "revision": 2},
    {"value": "1"}, {"settled": SECRET}, {"verdict": "accept"}, {"note": "x", "progress": 50}, {},
)  # fmt: skip
STAY = ("/sign-out", "/api/account/sign-ins", "/sign-in", "/account")  # of the asker alone


@pytest.mark.parametrize("user", ["wuxi", "firm", "officer", None])
def test_no_address_changes_what_another_city_keeps_to_itself(region, user):
    region, sha = region
    app, ask = client(region, user)
    said = {"origin": ORIGIN, "if-match": "*"}
    before, taken = rows_of(region), []
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for address in addresses(app, sha, method):
            if address.startswith(STAY) or "secret" not in address:
                continue
            for body in BODIES:
                answer = ask(address, method, headers=said, json={"by": "x", "why": "x", **body})
                assert answer.status_code < 500, (method, address, answer.text[:300])
                assert SECRET.encode() not in seen(answer), (method, address, body)
                taken += [(method, address)] if answer.status_code < 400 else []
    assert not taken
    assert rows_of(region) == before


def rows_of(region):
    now = region.latest()
    return {
        name: now.query(f'SELECT count(*) AS n, sum(revision) AS r FROM "{name} every"').to_dict() for name in tables()
    }


def test_the_city_itself_changes_its_own(region):
    region, _ = region
    _, ask = client(region, "suzhou")
    said = {"origin": ORIGIN, "if-match": "*"}
    body = {"by": "x", "why": "x", "fields": {"name": "renamed"}}
    assert ask("/api/tables/projects/secret-projects", "PATCH", headers=said, json=body).status_code == 200
    assert region.latest().projects["name"]["secret-projects"] == "renamed"
