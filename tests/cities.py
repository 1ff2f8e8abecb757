"""Equal cities in one region for the tests of every channel: who asks, rows in every relation to them, all addresses.

Every cell that can hold a text holds a token, another one for each relation and table. Which tokens somebody may be
told follows from `oracle_of_rights`, which does not look at the program.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from functools import cache

import pyarrow.parquet as pq
import shapely

import hechang as hc
import oracle_of_rights
from hechang.store.credentials import By
from hechang.store.sign_ins import csrf_of
from hechang.terms.rights import common_tables, field_levels
from hechang.terms.scopes import scope_range
from hechang.terms.specs import codes, tables
from hechang.terms.specs import table as spec
from hechang.web.app import create_app
from oracle_of_rights import Given, Row, Shown, World
from page_region import HOME as ORIGIN
from page_region import Client

oracle_of_rights.SHARED_BY_ALL |= common_tables()
HERE = By("", "127.0.0.1")
DAY = "2022-09-27"
SQUARE = shapely.to_wkb(shapely.box(120.5, 31.2, 120.6, 31.3))
TOKEN = re.compile(rb"Zq7[a-z]+(?:\d\d|who|note|file)Q")
USERS = {  # name: role, scope, body, last day
    "wuxi": ("city_admin", "r.32.3202.", None, None),
    "suzhou": ("city_admin", "r.32.3205.", None, None),
    "editor": ("zone_editor", "r.32.3202.320211.", None, None),
    "neighbour": ("zone_editor", "r.32.3202.320214.", None, None),
    "reviewer": ("district_reviewer", "r.32.3202.320211.", None, None),
    "office": ("region_observer", "r.", None, None),
    "firm": ("company", "r.32.3202.320211.", "firm", None),
    "auditor": ("auditor", "r.32.3202.", None, None),
    "root": ("sysadmin", "r.", None, None),
    "officer": ("sec_admin", "r.", None, None),
    "watcher": ("audit_officer", "r.", None, None),
    "expired": ("city_admin", "r.32.3205.", None, "2000-01-01"),
    "revoked": ("city_admin", "r.32.3205.", None, None),
}
ASKERS = (*USERS, None)
SPOTS = {  # relation (as the editor of county 320211 sees it): scope, level, owner
    "own": ("r.32.3202.320211.", 1, "wuxi"),
    "above": ("r.32.3202.", 1, "wuxi"),
    "child": ("r.32.3202.320211.z01.", 1, "wuxi"),
    "county": ("r.32.3202.320214.", 1, "wuxi"),
    "city": ("r.32.3205.320508.", 1, "suzhou"),
    "secret": ("r.32.3202.320211.", 2, "wuxi"),
    "firm": ("r.32.3202.320211.", 1, "firm"),
    "rival": ("r.32.3202.320211.", 1, "rival"),
    "office": ("r.", 1, "office"),
    "zone": ("r.32.3202.320211.z07.", 1, "wuxi"),  # its land lies in the next county too: shared with it
    "given": ("r.32.3205.320508.", 1, "suzhou"),  # one project of it is shared with the county
    "open": ("r.32.3205.320508.", 0, "suzhou"),
    "before": ("r.32.3202.320214.", 1, "wuxi"),  # submitted, and then written again
}
EDITS = {"home": ("own", "above", "child", "county", "secret", "firm", "rival", "office", "zone", "before"),
         "away": ("city", "given"), "open": ("open",)}  # fmt: skip
SHARED = (Shown("r.32.3202.320211.z07.", "r.32.3202.320214.", "read"),
          Shown("projects/given-projects", "r.32.3202.320211.", "read"))  # fmt: skip
SUBMITTED = "r.32.3202."
PLACES = (("320200", "city"), ("320500", "city"), ("320211", "county"), ("320214", "county"), ("320508", "county"))
JSON = {  # a cell of each form of JSON
    "": lambda word: [word],
    "texts": lambda word: [word],
    "years": lambda _: [2022],
    "object": lambda word: {"name": word},
    "made": lambda word: {"name": word, "sentence": word, "text": word, "span": [0, 3]},
    "objects": lambda word: [{"name": word}],
    "spans": lambda word: [{"kind": word, "span": [0, 3]}],
    "remarks": lambda word: [{"zh": word, "en": word}],
    "claims": lambda word: [{"body": word, "name": word, "value": json.dumps(word), "shown": word, "source": word}],
    "counts": lambda _: {"faults": 1},
    "baseline": lambda _: {"projects": 1, "dates": {}, "money": {}},
}
SHAPED = {  # cells that only one value fits
    ("round_bodies", "answers"): lambda _: None,
    ("round_bodies", "asked"): lambda _: [],
    ("links", "minutes"): lambda _: 60,
}
NUMBERED = {"slips": "number"}  # what a row is called by in an address, beside its id


@cache
def token(spot: str, what: str) -> str:
    """Text of the cells of one row; `what` is a table, or `who`, `note` or `file`."""
    number = what if what in ("who", "note", "file") else f"{list(tables()).index(what):02}"
    return f"Zq7{spot}{number}Q"


def cells(word: str) -> dict[str, object]:
    """A value for each kind of field but JSON."""
    return {"text": word, "int": 1, "number": 1.0, "bool": True, "date": "2022-08-01", "money": 100, "place": "320508",
            "moment": "2022-08-01T00:00:00Z", "geometry": SQUARE}  # fmt: skip


def row(table, spot: str, sha: str, word: str) -> dict[str, object]:
    """A row in a relation, its token in every cell that can hold it."""
    scope, level, owner = SPOTS[spot]
    made = {"id": f"{spot}-{table.name}", "scope": scope, "owner": owner, "level": level}
    for field in table.fields:
        if field.kind == "code":
            made[field.name] = next(iter(codes(field.target)))
        elif field.kind == "ref":
            made[field.name] = f"{spot}-{field.target}"
        elif field.kind == "blob":
            made[field.name] = sha
        else:
            hidden = level == 0 and field.name in field_levels(table.name)
            said = token(spot, "note") if hidden else word
            made[field.name] = JSON[field.target](said) if field.kind == "json" else cells(said)[field.kind]
    made |= {name: shape(word) for (of, name), shape in SHAPED.items() if of == table.name}
    if table.name in NUMBERED:
        made[NUMBERED[table.name]] = f"{spot}-{table.name}"
    return made


@dataclass(frozen=True)
class Cities:
    """The region, the hash of the file of each relation, and every version of every row as the judge sees it."""

    region: hc.Region
    files: dict[str, str]
    rows: dict[str, list[Row]]
    world: World

    def may(self, user: str | None, verb: str = "read"):
        """The judge of what somebody may do."""
        return self.world.judge(user or "", verb, "2026-11-22")

    def seen(self, user: str | None) -> set[str]:
        """Relations of which somebody may be told, by token."""
        allows = self.may(user)
        told = {word for word, rows in self.rows.items() if any(allows(one) for one in rows)}
        return told if user else {word for word in told if "who" not in word}

    def writes(self, user: str | None, verb: str, spot: str, table: str = "projects") -> bool:
        """Whether somebody may do a verb to the row of a table in a relation."""
        scope, level, owner = SPOTS[spot]
        return self.may(user, verb)(Row(table, f"{spot}-{table}", scope, level, owner, 10**9, f"{spot}-projects"))


def cities(folder) -> Cities:
    """Make the region."""
    made = hc.create(folder / "r.hc", hc.Settings(name="cities", day=DAY))
    with made.edit(by="x", why="start") as e:
        shown = {"level": 0, "scope": "r.", "geometry": SQUARE}
        e.put("places", [{"id": id, "name": id, "kind": kind, **shown} for id, kind in PLACES])
        e.put("bodies", [{"id": id, "name": id} for id in ("wuxi", "suzhou", "firm", "rival", "office")])
        e.put("users", [{"id": name, "name": name, "active": True, "level": 2} for name in USERS])
        e.put("grants", [_grant(name, *given) for name, given in USERS.items()])
    rows: dict[str, list[Row]] = {}
    files: dict[str, str] = {}
    now = made.latest()
    for who, spots in EDITS.items():
        now = _write(now, who, {spot: spot for spot in spots}, rows, files)
    with now.edit(by="x", why="submitted") as e:
        e.put("submissions", {"id": "s", "body": "wuxi", "area": SUBMITTED, "state": "submitted", "scope": "r."})
        e.end("grants", ["grant-revoked"])
        e.put("permits", [_permit(one) for one in SHARED])
    submitted = e.revision
    now = _write(e.after, "after", {"before": "after"}, rows, files)
    given = [Given(name, role, scope, body, last_day=until) for name, (role, scope, body, until) in USERS.items()
             if name != "revoked"]  # fmt: skip
    return Cities(now, files, rows, World(given, list(SHARED), {SUBMITTED: submitted}))


def _grant(user, role, scope, body, until):
    lo, hi = scope_range(scope)
    return {"id": f"grant-{user}", "account": user, "role": role, "lo": lo, "hi": hi, "org": body, "until": until,
            "level": 2}  # fmt: skip


def _permit(one: Shown):
    lo, hi = scope_range(one.to)
    return {"object": one.what, "to_lo": lo, "to_hi": hi, "verb": one.verb, "level": 2}


def _write(now, who, spots, rows, files):
    """Rows of every table in some relations, written by somebody whose name is a token too."""
    every = {table.name: _of(table.name, spots) for table in tables().values()}
    with now.edit(by=token(who, "who"), why=token(who, "who")) as e:
        for word in spots.values():
            files[word] = e.blob(token(word, "file").encode())
        for name, some in every.items():
            e.put(name, [row(spec(name), spot, files[word], token(word, name)) for spot, word in some])
    for name, spot, word in ((name, *pair) for name, some in every.items() for pair in some):
        scope, level, owner = SPOTS[spot]
        one = Row(name, f"{spot}-{name}", scope, level, owner, e.revision,
                  f"{spot}-projects" if "project" in spec(name).columns else None)  # fmt: skip
        told = [token(word, name), token(who, "who")]
        told += [token(word, "file")] if any(f.kind == "blob" for f in spec(name).fields) else []
        for text in told:
            rows.setdefault(text, []).append(one)
        if level == 0:
            rows.setdefault(token(word, "note"), []).append(_inner(one))
    return e.after


def _of(name, spots):
    """Relations in which a table has a row; the rows of the region itself of some tables all colleagues read."""
    return [pair for pair in spots.items() if pair[0] != "office" or name not in common_tables()]


def _inner(one: Row) -> Row:
    """A remark in an open row is read by who could read the row if it were internal."""
    return Row(one.table, one.id, one.scope, 1, one.owner, one.revision, one.project)


# --- addresses -------------------------------------------------------------------------------------------------------
FORMS = ("csv", "json", "xlsx", "parquet", "geojson")
FILL = {  # what stands in for the parts of an address; a part that is not here fails
    "table": ["projects", "returns", "documents", "statements", "proposals", "tasks", "editions", "slips", "conflicts",
              "features", "users", "grants", "permits"],
    "id": ["{spot}-{home}"], "first": ["{spot}-{home}"], "second": ["{spot}-{home}"], "feature": ["{spot}-{home}"],
    "form": FORMS, "kind": ["csv", "xlsx", "geojson"], "layer": ["projects", "places", "features"],
    "z": ["9"], "x": ["427"], "y": ["208"], "object": ["{spot}-projects"], "round": ["{spot}-rounds"],
    "body": ["{spot}-bodies"], "edition": ["2022-09"], "place": ["320508"], "sha": ["{sha}"], "name": ["nothing.css"],
    "path": ["projects/{spot}-projects"], "verdict": ["accept", "mend", "reject"], "number": ["{spot}-slips"],
    "step": ["answer", "check"], "conflict": ["{spot}-conflicts"], "link": ["{spot}-project_links"],
}  # fmt: skip
SPECIAL = {  # by address: what its first part stands for
    "/api/lists/{id}": ["behind-schedule", "lights"], "/lists/{first}": ["behind-schedule"], "/lists/{id}": ["lights"],
    "/map/{first}": ["rail-reach"], "/api/measures/{id}": ["rail-reach"], "/catalogue/{first}": ["rail-reach"],
    "/api/figures/list/{id}": ["behind-schedule"], "/api/figures/measure/{id}": ["rail-reach"],
    "/evidence/{first}": ["projects", "returns"], "/ogc/collections/{id}": ["projects", "places"],
    "/api/imports/{id}": ["{upload}"], "/api/templates/{table}": ["projects"], "/api/account": ["nothing"],
}  # fmt: skip


def paths(app, method="GET"):
    """Every address the program answers, as it is written there."""
    for route in app.routes:
        for inner in getattr(getattr(route, "original_router", None), "routes", [route]):
            if method in (getattr(inner, "methods", None) or ()):
                yield inner.path


def addresses(app, method="GET"):
    """Every address that takes a method, as it is written and filled in but for `{spot}`, `{sha}` and `{upload}`."""
    for path in sorted(set(paths(app, method))):
        names = re.findall(r"{(\w+)(?::\w+)?}", path)
        for way in _combined(path, names):
            yield path, re.sub(r"{(\w+)(?::\w+)?}", lambda found, way=way: way[found[1]], path)


def _combined(path, names):
    ways = [{}]
    special = next((given for start, given in SPECIAL.items() if path.startswith(start)), None)
    for n, name in enumerate(names):
        values = special if special and n == 0 else FILL[name]
        ways = [way | {name: value.replace("{home}", _home(path, way))} for way in ways for value in values]
    return ways


def _home(path, way):
    """Table an id in an address belongs to."""
    first = next((way[name] for name in ("table", "first", "id") if name in way), "")
    named = (t for t in ("documents", "events", "tasks", "proposals") if f"/{t}" in path)
    return first if first in tables() else next(named, "projects")


# --- asking ----------------------------------------------------------------------------------------------------------
class Desk:
    """The application, and what asks it as somebody who has signed in; `None` is the public."""

    def __init__(self, found: Cities) -> None:
        self.app = create_app(found.region)
        self.app.state.strangers.most = self.app.state.refused.most = (10**6, 10**6)
        self.client = Client(self.app)
        self.known = self.app.state.accounts
        self.asked = 0
        if not self.known.credentials.any():
            for name in USERS:
                self.known.credentials.add(name, name, None, must_change=False, by=HERE)
        self._as = {user: self._signed_in(user) for user in USERS} | {None: {}}

    def _signed_in(self, user: str) -> dict[str, str]:
        found = self.known.sign_ins.begin(user, "", by=HERE)
        return {"cookie": f"hechang={found}", "x-csrf-token": csrf_of(found), "origin": ORIGIN}

    def ask(self, user, address, method="GET", **more):
        """Ask once."""
        self.asked += 1
        headers = {"origin": ORIGIN} | self._as[user] | more.pop("headers", {})
        return self.client.ask(method, address, headers=headers, **more)

    def together(self, asked):
        """Ask for (user, address) one after the other on one event loop, which is quicker."""
        self.asked += len(asked)
        return self.client.in_turn([("GET", address, {"headers": {"origin": ORIGIN} | self._as[user]})
                                    for user, address in asked])  # fmt: skip


def said(answer) -> bytes:
    """All an answer tells, unpacked, with its headers."""
    body = answer.content
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist())
    elif body[:4] == b"PAR1":
        body = str(pq.read_table(io.BytesIO(body)).to_pydict()).encode()
    return body + str(answer.headers).encode()


def tokens(answer) -> set[str]:
    """Every token an answer tells."""
    return {found.decode() for found in TOKEN.findall(said(answer))}
