"""Eight kinds of fault that other programs shipped with, each sought at every address it could hide behind.

The addresses come from the program itself (`cities`): a new one is tried without anybody adding it here.
"""

# ruff: noqa: N802 - P1 to P8 are names

import re

import pytest

from cities import SPOTS, addresses, token, tokens
from hechang.store.readers import Grant, Reader
from hechang.terms.specs import tables
from hechang.web.hall import SIGHTS
from sheets_made import book, row

METHODS = ("POST", "PUT", "PATCH", "DELETE")
OWN = ("/sign-in", "/sign-out", "/account", "/api/account", "/api/area")
FOREIGN, MINE = "city", "own"  # of another city; of wuxi, who asks
STAMP = {"by": "x", "why": "x"}
NOTHING_THERE = "none"  # a relation no row has
LOW = ("office", "auditor", "root", "watcher", "expired", "revoked", None)  # may change nothing at all


def unsafe(desk, spot, sha="0" * 64, upload="01nothing0000"):
    """Every address that may change something, filled in with the rows of one relation."""
    for method in METHODS:
        for path, way in addresses(desk.app, method):
            if not path.startswith(OWN) and path != "/api/line":
                yield method, path, way.replace("{spot}", spot).replace("{sha}", sha).replace("{upload}", upload)


def head(found):
    """The newest revision: while it stays, nothing was written."""
    return found.region.store.head()


def files_of(found):
    """Everything that lies beside the rows: kept files and uploads that wait."""
    folder = found.region.folder
    return sorted(str(path.relative_to(folder)) for name in ("blobs", "uploads") for path in (folder / name).rglob("*"))


def test_P1_a_right_held_in_one_city_opens_nothing_in_another(found, desk, upload, record_property):
    """Who may do everything at home is refused everything abroad, at every address, as if it were not there."""
    before, count = head(found), 0
    for method, path, address in unsafe(desk, FOREIGN, upload=upload):
        if FOREIGN not in address and upload not in address:
            continue
        for body in ({"fields": {"name": "mine"}}, {"text": "x"}, {"value": "1", "accept": True}):
            answer = desk.ask("wuxi", address, method, headers={"if-match": "*"}, json=STAMP | body)
            assert 400 <= answer.status_code < 500, (method, path, answer.text[:200])
            count += 1
    assert head(found) == before
    record_property("counted", f"P1: {count} requests refused")
    assert count > 60


def test_P2_nothing_is_done_before_it_is_known_that_it_may_be_done(found, desk, tmp_path, record_property):
    """A refused request leaves no row, no file, no upload behind: not even the file it brought."""
    sheet = book(tmp_path / "s.xlsx", [row("甲", None, **{"所在地": "320508"})]).read_bytes()
    before, kept, count = head(found), files_of(found), 0
    for user in (*LOW, "officer", "wuxi"):
        for method, path, address in unsafe(desk, FOREIGN):
            if user == "wuxi" and FOREIGN not in address:
                continue
            brings = re.search(r"/api/(imports$|documents$|.*/take$)", path)
            form = {"files": {"file": ("s.xlsx", sheet)}, "data": STAMP if path == "/api/documents" else None}
            if user == "officer" and path == "/api/imports":
                continue  # whose sheets of rights may wait: that is his own upload
            more = form if brings else {"json": STAMP | {"fields": {"name": "x"}, "text": "x"}}
            answer = desk.ask(user, address, method, headers={"if-match": "*"}, **more)
            assert answer.status_code >= 400, (user, method, path, answer.text[:200])
            count += 1
    assert head(found) == before
    assert files_of(found) == kept
    record_property("counted", f"P2: {count} refused requests, {len(kept)} files as before")


def test_P2_a_file_of_who_may_not_write_its_row_is_not_kept(found):
    from dataclasses import replace

    from hechang.terms.errors import HechangError

    officer = replace(found.region.latest(), reader=found.region.store.reader_of("officer"))
    kept = files_of(found)
    with pytest.raises(HechangError), officer.edit(by="x", why="x") as e:
        e.put("documents", {"title": "x", "kind": "report", "sha256": e.blob(b"a file nobody asked for")})
    assert files_of(found) == kept


def test_P3_no_row_is_hung_on_or_moved_to_what_belongs_to_another(found, desk, record_property):
    """Every field that names a parent, given in the body: old and new place must both be one's own."""
    count, before = 0, head(found)
    for described in tables().values():
        parents = [name for name in ("project", "task", "object") if name in described.columns]
        if described.name in ("projects", "tasks") or not parents:
            continue
        for parent in parents:
            for home in ("projects", "tasks") if parent == "object" else (f"{parent}s",):
                for fields in ({parent: f"{FOREIGN}-{home}"}, {parent: f"{FOREIGN}-{home}", "scope": SPOTS[MINE][0]}):
                    for method, address in (("PATCH", f"/{MINE}-{described.name}"), ("POST", "")):
                        answer = desk.ask("wuxi", f"/api/tables/{described.name}{address}", method,
                                          headers={"if-match": "*"}, json=STAMP | {"fields": fields})  # fmt: skip
                        assert answer.status_code in (403, 404, 422), (method, described.name, fields, answer.text)
                        count += 1
    assert head(found) == before
    for fields in ({"scope": SPOTS[FOREIGN][0]}, {"place": "320508"}):
        answer = desk.ask("wuxi", f"/api/tables/projects/{MINE}-projects", "PATCH", headers={"if-match": "*"},
                          json=STAMP | {"fields": fields})  # fmt: skip
        assert answer.status_code == 403 or MINE in answer.text, (fields, answer.text)
    record_property("counted", f"P3: {count} parents given in bodies, none taken")
    assert count > 60


def test_P4_a_child_is_not_reached_by_its_own_id_where_its_parent_is_hidden(found, desk, upload, record_property):
    """What hides behind a second id answers word for word as what does not exist: also a file by its hash."""
    count, unlike = 0, []
    for path, way in addresses(desk.app):
        if "{spot}" not in way and "{sha}" not in way and "{upload}" not in way:
            continue
        hidden = way.replace("{spot}", FOREIGN).replace("{sha}", found.files[FOREIGN]).replace("{upload}", upload)
        nothing = way.replace("{spot}", NOTHING_THERE).replace("{sha}", "0" * 64).replace("{upload}", "01NOTHINGATALL")
        one, other = (desk.ask("wuxi", address) for address in (hidden, nothing))
        count += 1
        same = (one.status_code, _plain(one, FOREIGN, found.files[FOREIGN], upload)) == (
            other.status_code, _plain(other, NOTHING_THERE, "0" * 64, "01NOTHINGATALL"))  # fmt: skip
        if not same:
            unlike.append((path, one.status_code, other.status_code, one.text[:150], other.text[:150]))
    record_property("counted", f"P4: {count} addresses of hidden rows answer as those of rows that do not exist")
    assert not unlike
    assert count > 40


def _plain(answer, *ids):
    text = answer.text
    for id in ids:
        text = text.replace(id, "ID")
    return re.sub(
        r"\"revision\"[^,}]*|nonce[^,]*|\d{4}-\d\d-\d\dT[^\"]*", "", re.sub(r"nonce-[\w-]+|nonce=\S+", "", text)
    )


def test_P4_the_hash_of_a_file_opens_it_to_nobody_who_sees_no_row_that_names_it(found, desk):
    """Nor does a row of one's own that names the hash: it cannot be written."""
    sha, count = found.files[FOREIGN], 0
    for described in tables().values():
        for field in (f for f in described.fields if f.kind == "blob"):
            fields = {field.name: sha}
            for method, end in (("PATCH", f"/{MINE}-{described.name}"), ("POST", "")):
                answer = desk.ask("wuxi", f"/api/tables/{described.name}{end}", method, headers={"if-match": "*"},
                                  json=STAMP | {"fields": fields})  # fmt: skip
                assert answer.status_code in (404, 422), (method, described.name, answer.text)
                count += 1
    assert desk.ask("wuxi", f"/api/files/{sha}").status_code == 404
    assert count >= 6


def test_P5_what_points_to_rows_of_another_city_brings_nothing_of_them(found, desk, record_property):
    """Own rows whose every reference and source names a hidden row: no address shows more than the id they hold."""
    with found.region.latest().edit(by="x", why="pointers") as e:
        for described in tables().values():
            held = {f.name: f"{FOREIGN}-{f.target}" for f in described.fields if f.kind == "ref"}
            if held and described.name != "grants":
                source = f"statement:{FOREIGN}-statements"
                e.put(described.name, {"id": f"{MINE}-{described.name}", "source": source} | held)
    may, told = found.seen("wuxi"), {}
    every = [way.replace("{spot}", MINE).replace("{sha}", "0" * 64).replace("{upload}", "01nothing0000")
             for _, way in addresses(desk.app) if "{spot}" in way]  # fmt: skip
    for address, answer in zip(every, desk.together([("wuxi", one) for one in every]), strict=True):
        if wrong := tokens(answer) - may:
            told[address] = sorted(wrong)[:5]
    record_property("counted", f"P5: {len(every)} addresses of rows that point abroad")
    assert not told
    assert len(every) > 40


def test_P5_a_copy_needs_a_right_to_what_it_is_made_from(found, desk):
    """Sharing, taking back and mending by a key: what a user does not see cannot be given on."""
    for what in (SPOTS[FOREIGN][0], f"projects/{FOREIGN}-projects"):
        fields = {"object": what, "to_lo": "r.32.3202.", "to_hi": "r.32.3202/", "verb": "read"}
        answer = desk.ask("wuxi", "/api/tables/permits", "POST", json=STAMP | {"fields": fields})
        assert answer.status_code in (403, 404), answer.text
    wrote = found.region.row("projects", f"{FOREIGN}-projects")["revision"]
    for field in ("name", "note"):
        answer = desk.ask("wuxi", f"/api/tables/projects/{FOREIGN}-projects/undo", "POST",
                          json=STAMP | {"field": field, "revision": int(wrote)})  # fmt: skip
        assert answer.status_code == 404, answer.text


@pytest.mark.parametrize("user", LOW)
def test_P6_no_address_that_changes_something_is_open_to_a_low_role(found, desk, user):
    """Whatever is in the body, and whoever's rows it names; a new address must refuse too."""
    before = head(found)
    for spot in (MINE, FOREIGN):
        for method, path, address in unsafe(desk, spot):
            answer = desk.ask(user, address, method, headers={"if-match": "*"}, json=STAMP | {"fields": {"name": "x"}})
            assert 400 <= answer.status_code < 500, (user, method, path, answer.text[:200])
    assert head(found) == before


def test_P7_no_search_filter_sort_or_count_tells_of_rows_that_are_hidden(found, desk, record_property):
    """A word that only hidden rows hold finds nothing, wherever an address takes one; no total counts them."""
    count = 0
    asks = {p: [q["name"] for q in one["get"].get("parameters", []) if q["in"] == "query"]
            for p, one in desk.app.openapi()["paths"].items() if "get" in one}  # fmt: skip
    for path, names in asks.items():
        for name in sorted({"q", "filter", "body", "lead", "programme", "document"} & set(names)):
            for described in ("projects", "returns", "tasks") if "{" in path else ("",):
                word = token(FOREIGN, described or "projects")
                value = f"name='{word}'" if name == "filter" else word
                address = re.sub(r"{\w+}", described or "projects", path)
                answer, other = (desk.ask("wuxi", address, params={name: v})
                                 for v in (value, value.replace(FOREIGN, "zzzz")))  # fmt: skip
                assert answer.status_code == other.status_code, (address, name)
                if "xlsx" not in address and "parquet" not in address:  # packed bytes differ by themselves
                    assert answer.content.count(b"{") == other.content.count(b"{"), (address, name)
                assert _total(answer) == _total(other), (address, name)
                count += 1
    for described in tables():
        told, listed = (desk.ask("wuxi", f"/api/tables/{described}", params={"limit": n}).json() for n in (1, 500))
        assert told["total"] == len(listed["rows"]), "a total counts rows that no page shows"
        count += 1
    record_property("counted", f"P7: {count} searches, filters and totals")
    assert count > 80


def _total(answer):
    try:
        found = answer.json()
    except ValueError:
        return None
    return found.get("total", found.get("numberMatched")) if isinstance(found, dict) else None


def test_P8_a_kept_answer_is_given_to_nobody_else(found, desk, record_property):
    """Asked first by the city itself, then by others with its very tag, in both orders; nothing of hers comes."""
    count, wrong, one_each = 0, [], {}
    for path, way in addresses(desk.app):
        one_each.setdefault(path, way.replace("{spot}", FOREIGN).replace("{sha}", found.files[FOREIGN])
                            .replace("{upload}", "01nothing0000"))  # fmt: skip
    for n, address in enumerate(one_each.values()):
        first = desk.ask("suzhou", address)
        tag = first.headers.get("etag", "")
        for user in ("wuxi",) if n % 2 else (None,):
            answer = desk.ask(user, address, headers={"if-none-match": tag} if tag else {})
            count += 1
            if tokens(answer) - found.seen(user) or (answer.status_code == 304 and tokens(first) - found.seen(user)):
                wrong.append((address, user, answer.status_code))
        assert "public" not in first.headers.get("cache-control", "") or "/assets/" in address, address
    record_property("counted", f"P8: {count} answers asked again by others")
    assert not wrong


def test_P8_two_users_of_one_sight_share_what_was_worked_out_and_not_whose_it_is(found, desk):
    with found.region.latest().edit(by="x", why="a colleague") as e:
        e.put("users", {"id": "colleague", "name": "colleague", "active": True, "level": 2})
        e.put(
            "grants", {"account": "colleague", "role": "city_admin", "lo": "r.32.3202.", "hi": "r.32.3202/", "level": 2}
        )
    hall, store = desk.app.state.hall, found.region.store
    one, other = (hall.results({}, store.reader_of(name)) for name in ("wuxi", "colleague"))
    assert one.kept is other.kept and one.region.reader.name == "wuxi" and other.region.reader.name == "colleague"
    assert hall.results({}, store.reader_of("suzhou")).kept is not one.kept
    public = hall.results({}, store.reader_of("root")).kept
    assert hall.results({}).kept is not public, "who signed in is shown names that the public is not"


def test_many_users_keep_results_of_a_few_groups_only(found, desk):
    """Memory is bound: of those who see the same a few views are kept, and of few such groups."""
    hall = desk.app.state.hall
    for n in range(200):
        who = Reader(f"u{n}", (Grant(f"r.{n:03}.", f"r.{n:03}/", 1),), uid=f"u{n}")
        for day in range(1, 2 + hall.most if n == 199 else 2):
            hall.results({"on": f"2022-09-{day:02}"}, who)
    assert len(hall._kept) == SIGHTS
    assert max(len(views) for views in hall._kept.values()) == hall.most
