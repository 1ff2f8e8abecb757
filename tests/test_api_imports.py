"""Dropping a workbook in the browser: what comes back, what is refused, what is never half written; rounds, tasks."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile

import openpyxl
import pytest
import shapely

from hechang.intake.rounds.opening import NewRound, open_round
from hechang.intake.sheets.commit import commit_as_seen
from hechang.intake.sheets.export import export_table
from hechang.intake.sheets.pending import FOLDER, MOST, keep, plain_name, waiting
from hechang.intake.sheets.preview import preview
from hechang.intake.sheets.titles import ERRORS
from hechang.terms.errors import InputError
from hechang.terms.specs import tables
from hechang.testing import tiny as make_tiny
from hechang.web import uploads
from hechang.web.app import create_app
from page_region import FORMULA, HOME, HOSTILE, Client
from sheets_made import HEAD, book, repack, row

OWN = {"origin": HOME}
WHO = {"by": "li", "why": "月报"}
ROUND = "2022年9月填报"
BIDI = "\u202exslx.evil"


@pytest.fixture
def region(tmp_path):
    return make_tiny(tmp_path / "a.hc")


@pytest.fixture
def client(region):
    return Client(create_app(region))


def drop(client, path, name="我的表.xlsx", **fields):
    """Drop a file on the page."""
    data = path if isinstance(path, bytes) else path.read_bytes()
    return client.ask("POST", "/api/imports", files={"file": (name, data)}, data=fields, headers=OWN)


def send(client, path, key="", **body):
    headers = OWN | ({"Idempotency-Key": key} if key else {})
    return client.ask("POST", path, json=WHO | body, headers=headers)


def left(region):
    """What lies in the place of uploads."""
    home = region.folder / FOLDER
    return [path for path in home.rglob("*") if path.is_file()] if home.exists() else []


def in_both(answer):
    """The one shape of errors, in two languages, without a traceback."""
    said = answer.json()["error"]
    assert said["zh"], said
    assert said["en"], said
    assert "Traceback" not in answer.text
    return said


# --- a workbook comes in -------------------------------------------------------------------------------------------


def test_a_messy_workbook_is_understood_without_naming_its_table(client, region, tmp_path):
    answer = drop(client, book(tmp_path / "a.xlsx", [row("甲", "N-1"), row("乙", "N-2", 所在地="没有此地")]))
    assert answer.status_code == 201, answer.text
    made = answer.json()["preview"]
    assert (made["table"], made["counts"]["new"], made["counts"]["wrong"], made["ready"]) == ("projects", 1, 1, False)
    assert [one["title"] for one in made["columns"]] == HEAD
    (found,) = [one for one in made["findings"] if one["severity"] == "error"]
    assert (found["sheet"], found["cell"]) == ("表", "C3")
    assert found["mend_zh"]
    assert found["mend_en"]
    assert region.latest().revision == region.revision


def test_her_own_workbook_comes_back_with_red_cells(client, tmp_path):
    path = book(tmp_path / "a.xlsx", [row("甲", "N-1", 所在地="没有此地")])
    id = drop(client, path).json()["upload"]["id"]
    answer = client.get(f"/api/imports/{id}/errors.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet["A2"].value == "甲"
    assert sheet["C2"].fill.start_color.rgb == "FFFFC7CE"
    assert "C2" in str(next(cell.value for cell in sheet[2] if sheet.cell(1, cell.column).value == ERRORS))
    assert "%E6%A0%87%E6%B3%A8" in answer.headers["content-disposition"]


@pytest.mark.parametrize("table", ["projects", "bodies", "places"])
def test_a_template_filled_in_is_taken_for_its_own_table(client, table):
    answer = client.get(f"/api/templates/{table}.xlsx?lang=en")
    assert answer.status_code == 200
    made = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = made.worksheets[0]
    for cell in sheet[1]:
        sheet.cell(2, cell.column).value = {"Name*": "X", "Project*": "X"}.get(cell.value)
    held = io.BytesIO()
    made.save(held)
    assert drop(client, held.getvalue()).json()["preview"]["table"] == table


def test_templates_come_in_both_languages(client):
    assert len(tables()) > 70
    for name in ("projects", "tasks", "values"):  # all of them: test_sheets_round
        for lang in ("zh", "en"):
            assert client.get(f"/api/templates/{name}.xlsx?lang={lang}").status_code == 200, name
    assert client.get("/api/templates/nothing.xlsx").status_code == 404


def test_an_export_edited_in_one_cell_shows_that_cell_with_both_sides(client, region, tmp_path):
    path = export_table(region, "projects", tmp_path / "a.xlsx")
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    at = next(cell.column for cell in sheet[1] if str(cell.value).startswith("总投资"))
    before = sheet.cell(2, at).value
    sheet.cell(2, at).value = 77777
    made.save(path)
    shown = drop(client, path).json()["preview"]
    (cell,) = shown["changes"]
    assert (cell["row"], cell["after"], cell["conflict"]) == (2, "7.7777 亿元", False)
    assert cell["before"].startswith(f"{before / 10000:g} 亿元")
    assert (shown["counts"]["changed"], shown["ours"]) == (1, True)


def test_a_column_nobody_knows_is_named_and_can_be_mapped_with_its_own_unit(client, region, tmp_path):
    titles = [*HEAD[:3], "盘子(亿元)", *HEAD[4:]]
    path = book(tmp_path / "a.xlsx", [row("甲", "N-1", **{"总投资(万元)": 3})], titles=titles)
    shown = drop(client, path).json()
    assert shown["preview"]["unknown"] == ["盘子(亿元)"]
    id = shown["upload"]["id"]
    titles = client.get(f"/api/imports/{id}/tables").json()["titles"]
    chosen = next(title for title in titles if title.startswith("总投资"))
    answer = client.ask("PUT", f"/api/imports/{id}", json={"mapping": {"表!D1": chosen}}, headers=OWN)
    assert answer.status_code == 200, answer.text
    assert answer.json()["preview"]["fresh"]["rows"][0]["values"]["invest_total"] == "3 亿元"
    answer = client.ask("PUT", f"/api/imports/{id}", json={"mapping": {"表!D1": ""}}, headers=OWN)
    assert answer.json()["preview"]["ready"] is True
    assert send(client, f"/api/imports/{id}/commit").status_code == 200
    assert region.latest().projects["invest_total"].isna().sum() == 1


@pytest.mark.parametrize(
    "mapping", [{"表!D1": "no such title"}, {"nowhere!D1": "备注"}, {"表!ZZ9": "备注"}, {"D1": "备注"}]
)
def test_a_mapping_to_what_is_not_there_is_refused_and_forgotten(client, tmp_path, mapping):
    id = drop(client, book(tmp_path / "a.xlsx", [row()])).json()["upload"]["id"]
    answer = client.ask("PUT", f"/api/imports/{id}", json={"mapping": mapping}, headers=OWN)
    assert answer.status_code in (404, 422)
    in_both(answer)
    assert client.get(f"/api/imports/{id}").json()["upload"]["mapping"] == {}


# --- what cannot be read is not kept -------------------------------------------------------------------------------


def bomb(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
        made.open("xl/workbook.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(61):
            part.write(b"0" * 10_000_000)
    return path


BAD = {
    "empty": b"",
    "text": b"hello, this is no workbook",
    "page": b"<html><table><tr><td>1</td></tr></table></html>",
    "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100,
    "noise": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_is_no_workbook_is_refused_in_words_and_leaves_nothing(client, region, kind):
    answer = drop(client, BAD[kind])
    assert answer.status_code == 422, answer.text
    in_both(answer)
    assert left(region) == []


def test_a_workbook_cut_in_the_middle_leaves_nothing(client, region, tmp_path):
    whole = book(tmp_path / "a.xlsx", [row()]).read_bytes()
    answer = drop(client, whole[: len(whole) // 2])
    assert answer.status_code == 422
    assert "damaged" in in_both(answer)["en"]
    assert left(region) == []


def test_a_zip_bomb_is_refused_before_it_is_unpacked(client, region, tmp_path):
    answer = drop(client, bomb(tmp_path))
    assert answer.status_code == 422
    assert "610 MB" in in_both(answer)["en"]
    assert left(region) == []


def test_a_sheet_with_links_outside_is_read_as_its_values(client, tmp_path):
    path = repack(book(tmp_path / "a.xlsx", [row()]), tmp_path / "b.xlsx", {"../evil.txt": b"x"})
    assert drop(client, path).status_code == 422


BOUNDARY = "----x"
KIND = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def form(data, end="\r\n------x--\r\n"):
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    return head.encode() + data + end.encode()


@pytest.mark.parametrize("end", ["", "\r\n------x", "\r\n----"])
def test_an_upload_without_its_end_is_cut_off_and_leaves_nothing(client, region, tmp_path, end):
    data = book(tmp_path / "a.xlsx", [row()]).read_bytes()
    answer = client.ask("POST", "/api/imports", content=form(data, end), headers=OWN | KIND)
    assert answer.status_code == 422
    assert "cut off" in in_both(answer)["en"]
    assert left(region) == []


def raw(app, body, headers, more=()):
    """Send a body in pieces, as a server would hand it on; returns status and text."""
    said = [{"type": "http.request", "body": body, "more_body": bool(more)}, *more]
    given = {"host": "127.0.0.1:8000", "origin": HOME, **headers}
    scope = {"type": "http", "method": "POST", "path": "/api/imports", "raw_path": b"/api/imports", "query_string": b"",
             "headers": [(k.encode(), v.encode()) for k, v in given.items()], "scheme": "http", "root_path": "",
             "http_version": "1.1", "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 1),
             "asgi": {"version": "3.0"}}  # fmt: skip
    out = []

    async def receive():
        return said.pop(0) if said else {"type": "http.disconnect"}

    async def reply(message):
        out.append(message)

    asyncio.run(app(scope, receive, reply))
    text = b"".join(m.get("body", b"") for m in out).decode()
    return next((m["status"] for m in out if m["type"] == "http.response.start"), None), text


def test_a_body_shorter_than_it_says_is_cut_off(client, region, tmp_path):
    whole = form(book(tmp_path / "a.xlsx", [row()]).read_bytes())
    status, text = raw(client.app, whole, KIND | {"content-length": str(len(whole) + 10)})
    assert (status, "cut off" in text) == (422, True)
    status, text = raw(
        client.app, whole[:500], KIND | {"content-length": str(len(whole))}, [{"type": "http.disconnect"}]
    )
    assert status in (None, 422)
    assert left(region) == []


def test_an_upload_in_pieces_of_unknown_length_is_refused_in_words(client, region):
    status, text = raw(client.app, b"x", KIND | {"transfer-encoding": "chunked"})
    assert (status, "Content-Length" in text) == (411, True)
    assert left(region) == []


def test_an_upload_that_says_it_is_too_large_is_refused_before_it_is_read(client):
    status, text = raw(client.app, b"", KIND | {"content-length": str(65 * 1024 * 1024)})
    assert (status, "64 MB" in text) == (413, True)
    status, text = raw(client.app, b"", {"content-type": "application/json", "content-length": "70000"})
    assert (status, "64 KiB" in text) == (413, True)


def test_an_upload_larger_than_it_says_is_stopped(client, region, monkeypatch):
    monkeypatch.setattr(uploads, "UPLOAD", 1000)
    answer = client.ask("POST", "/api/imports", content=form(b"x" * 5000), headers=OWN | KIND)
    assert answer.status_code == 422
    assert "larger" in in_both(answer)["en"]
    assert left(region) == []


@pytest.mark.parametrize(
    "more",
    [
        {"json": {"file": "x"}},
        {"data": {"table": "projects"}},
        {"files": {"other": ("a.xlsx", b"x")}},
        {"files": [("file", ("a.xlsx", b"x")), ("file", ("b.xlsx", b"y"))]},
        {"files": {"file": ("a.xlsx", b"x")}, "data": {"speed": "1"}},
        {"content": b"nonsense", "headers": {"content-type": "multipart/form-data"}},
    ],
)
def test_a_form_without_one_file_is_refused_in_words(client, region, more):
    answer = client.ask("POST", "/api/imports", **{**more, "headers": OWN | more.get("headers", {})})
    assert answer.status_code in (400, 422), answer.text
    in_both(answer)
    assert left(region) == []


def test_an_unknown_table_is_refused_with_the_nearest_name(client, region, tmp_path):
    answer = drop(client, book(tmp_path / "a.xlsx", [row()]), table="projets")
    assert (answer.status_code, "projects" in answer.text) == (404, True)
    assert left(region) == []


def test_who_may_only_read_may_not_drop_files(region, tmp_path):
    public = Client(create_app(region, reader="public"))
    assert drop(public, book(tmp_path / "a.xlsx", [row()])).status_code == 403
    assert public.get("/api/imports").status_code == 403
    assert left(region) == []


# --- hostile names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.xlsx",
        "..\\..\\x.xlsx",
        f"{HOSTILE}.xlsx",
        f"{BIDI}.xlsx",
        "表" * 5000 + ".xlsx",
        "about.json",
    ],
)
def test_a_hostile_file_name_stays_a_plain_name_inside_the_folder(client, region, tmp_path, name):
    answer = drop(client, book(tmp_path / "a.xlsx", [row("甲", "N-1", 所在地="没有此地")]), name=name)
    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        shown = answer.json()["upload"]
        assert not set("/\\<>\u202e") & set(shown["name"])
        assert len(shown["name"]) < 100
        assert client.get(f"/api/imports/{shown['id']}/errors.xlsx").status_code == 200
    home = region.folder / FOLDER
    assert all(home in path.parents for path in left(region))


def test_hostile_sheet_names_and_cells_come_back_as_text(client, tmp_path):
    path = tmp_path / "a.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "<b>&'\"表!A1"
    sheet.append(HEAD)
    sheet.append(row(HOSTILE, "N-1", 所在地=FORMULA))
    sheet["A2"].data_type = sheet["C2"].data_type = "s"
    sheet.append(row("长" * 10_000, "N-2"))
    made.save(path)
    shown = drop(client, path).json()
    id = shown["upload"]["id"]
    assert shown["preview"]["findings"][0]["sheet"] == sheet.title
    answer = client.get(f"/api/imports/{id}/errors.xlsx")
    back = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert back["A2"].value == HOSTILE
    assert all(cell.data_type != "f" for line in back.iter_rows() for cell in line)


def test_names_of_devices_and_dots_become_usable():
    assert plain_name("...") == "file"
    assert plain_name("a\x00b\n.xlsx") == "ab.xlsx"
    assert len(plain_name("x" * 300 + "." + "y" * 300)) < 80


# --- writing -------------------------------------------------------------------------------------------------------


def ready(client, tmp_path, *rows):
    return drop(client, book(tmp_path / "a.xlsx", list(rows) or [row()])).json()["upload"]["id"]


def test_an_import_is_written_whole_with_the_cells_it_came_from(client, region, tmp_path):
    id = ready(client, tmp_path, row("甲", "N-1"), row("乙", "N-2"))
    answer = send(client, f"/api/imports/{id}/commit")
    assert (answer.status_code, answer.json()["written"]) == (200, True)
    now = region.latest()
    assert answer.json()["revision"] == now.revision
    new = now.projects[now.projects["code"].isin(["N-1", "N-2"])]
    assert new["source"].str.contains("#表!A").all()
    assert client.get(f"/api/imports/{id}").json()["upload"]["written"] == now.revision
    assert [path.name for path in left(region)] == ["about.json"]
    assert client.get(f"/api/imports/{id}/changes").json()["total"] == 0
    assert client.get(f"/api/imports/{id}/errors.xlsx").status_code == 409


def test_an_import_with_one_fault_writes_nothing(client, region, tmp_path):
    id = ready(client, tmp_path, row("甲", "N-1"), row("乙", "N-2", 开工日期="很快"))
    answer = send(client, f"/api/imports/{id}/commit")
    assert answer.status_code == 422
    assert any(one["cell"] == "F3" for one in in_both(answer) and answer.json()["error"]["findings"])
    assert region.latest().revision == region.revision


@pytest.mark.parametrize("body", [{"by": "", "why": "x"}, {"by": "x", "why": "  "}, {"by": "x", "why": "y" * 401}])
def test_nothing_is_imported_without_who_and_why(client, region, tmp_path, body):
    id = ready(client, tmp_path)
    answer = client.ask("POST", f"/api/imports/{id}/commit", json=body, headers=OWN)
    assert answer.status_code == 422
    in_both(answer)
    assert region.latest().revision == region.revision


def test_the_same_key_twice_writes_once(client, region, tmp_path):
    id = ready(client, tmp_path)
    first, second = (send(client, f"/api/imports/{id}/commit", key="k1").json() for _ in range(2))
    assert first["revision"] == second["revision"] == region.latest().revision
    assert (first["written"], second["written"]) == (True, False)
    assert len(region.latest().projects) == len(region.projects) + 1


def test_another_key_on_a_written_import_is_told_so(client, region, tmp_path):
    id = ready(client, tmp_path)
    send(client, f"/api/imports/{id}/commit", key="k1")
    answer = send(client, f"/api/imports/{id}/commit", key="k2")
    assert answer.status_code == 409
    in_both(answer)


def test_the_same_file_dropped_twice_writes_its_rows_once(client, region, tmp_path):
    one, two = ready(client, tmp_path), ready(client, tmp_path)
    send(client, f"/api/imports/{one}/commit")
    answer = send(client, f"/api/imports/{two}/commit").json()
    assert (answer["outcome"], answer["written"]) == ("nothing", False)
    assert len(region.latest().projects) == len(region.projects) + 1


def edited(region, tmp_path, field, value, id="p2"):
    """An export of ours with one cell changed."""
    path = export_table(region, "projects", tmp_path / "out.xlsx")
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    line = region.projects.index.get_loc(id) + 2
    sheet.cell(line, next(c.column for c in sheet[1] if str(c.value).startswith(field))).value = value
    made.save(path)
    return path


def write(region, **row):
    with region.edit(by="wang", why="在别处修改") as e:
        e.put("projects", row)
    return e.after


def test_a_cell_somebody_changed_after_the_preview_stops_the_commit_with_three_sides(client, region, tmp_path):
    id = ready(client, tmp_path, row("滞后项目", None, **{"总投资(万元)": 777, "所在地": None}))
    seen = client.get(f"/api/imports/{id}").json()["preview"]
    assert any(one["field"] == "invest_total" for one in seen["changes"])
    moved_on = write(region, id="p3", invest_total=123_000_000)
    answer = send(client, f"/api/imports/{id}/commit")
    assert answer.status_code == 409
    (one,) = answer.json()["error"]["conflicts"]
    assert (one["base"], one["theirs"], one["mine"]) == ("1.2 亿元", "123 万元", "777 万元")
    assert in_both(answer)["kind"] == "conflict"
    assert region.latest().revision == moved_on.revision
    shown = client.get(f"/api/imports/{id}").json()["preview"]
    answer = send(client, f"/api/imports/{id}/commit", seen=shown["revision"])
    assert answer.status_code == 200
    assert region.latest().projects.loc["p3", "invest_total"] == 777_000_000


def test_changes_of_others_in_other_rows_do_not_stop_a_commit(client, region, tmp_path):
    id = ready(client, tmp_path, row("滞后项目", None, **{"总投资(万元)": 777, "所在地": None}))
    write(region, id="p2", note="别的行")
    assert send(client, f"/api/imports/{id}/commit").status_code == 200
    now = region.latest().projects
    assert (now.loc["p2", "note"], now.loc["p3", "invest_total"]) == ("别的行", 777_000_000)


def test_a_cell_that_was_equal_and_was_changed_since_is_not_turned_back_unseen(client, region, tmp_path):
    total = int(region.projects.loc["p3", "invest_total"]) // 1_000_000
    id = ready(client, tmp_path, row("滞后项目", None, **{"总投资(万元)": total, "所在地": None}))
    write(region, id="p3", invest_total=1_000_000)
    answer = send(client, f"/api/imports/{id}/commit")
    assert answer.status_code == 409
    assert region.latest().projects.loc["p3", "invest_total"] == 1_000_000


def test_a_row_somebody_entered_meanwhile_is_not_written_over(client, region, tmp_path):
    id = ready(client, tmp_path, row("甲", "N-9"))
    write(region, name="甲", code="N-9", place="a", invest_total=5_000_000)
    answer = send(client, f"/api/imports/{id}/commit")
    assert answer.status_code == 409
    assert [one["theirs"] for one in answer.json()["error"]["conflicts"] if one["field"] == "invest_total"] == [
        "5 万元"
    ]


def test_a_row_that_was_taken_away_is_not_entered_anew_unseen(client, region, tmp_path):
    id = ready(client, tmp_path, row("滞后项目", None, **{"总投资(万元)": 777, "所在地": None}))
    with region.edit(by="wang", why="重复") as e:
        e.end("projects", ["p3"])
    answer = send(client, f"/api/imports/{id}/commit")
    assert answer.status_code in (409, 422)
    assert "p3" not in region.latest().projects.index


def test_our_own_workbook_shows_what_moved_on_since_it_was_written(client, region, tmp_path):
    path = edited(region, tmp_path, "总投资", 777)
    write(region, id="p2", invest_total=123_000_000)
    (cell,) = drop(client, path).json()["preview"]["changes"]
    assert (cell["conflict"], cell["base"], cell["before"], cell["after"]) == (True, "2 亿元", "123 万元", "777 万元")


def test_two_who_press_at_once_write_once(client, region, tmp_path):
    id = ready(client, tmp_path)
    press = "POST", f"/api/imports/{id}/commit", {"json": WHO, "headers": OWN | {"Idempotency-Key": "same"}}
    answers = client.together([press] * 3)
    assert {one.status_code for one in answers} <= {200, 409}
    assert len(region.latest().projects) == len(region.projects) + 1


def test_a_preview_is_compared_anew_while_others_write(region, tmp_path):
    path = book(tmp_path / "a.xlsx", [row()])
    seen = preview(region, "projects", path)
    write(region, id="p2", note="x")
    looked = []

    def look(now):
        looked.append(now.revision)
        return preview(now, "projects", path)

    done = commit_as_seen(seen, region, look, by="li", why="w")
    assert looked == [region.revision + 1]
    assert done.region.revision == region.revision + 2


# --- what waits ----------------------------------------------------------------------------------------------------


def test_uploads_wait_in_a_place_of_their_own_and_can_be_taken_away(client, region, tmp_path):
    id = ready(client, tmp_path)
    assert [one["id"] for one in client.get("/api/imports").json()["rows"]] == [id]
    assert client.ask("DELETE", f"/api/imports/{id}", headers=OWN).status_code == 200
    assert left(region) == []
    assert client.get(f"/api/imports/{id}").status_code == 404


@pytest.mark.parametrize("id", ["nothing", "a/b", "%2e%2e%2fhechang", "0" * 26, "x" * 5000])
@pytest.mark.parametrize("part", ["", "/changes", "/rows", "/findings", "/errors.xlsx", "/tables"])
def test_an_upload_that_is_not_there_is_a_clear_404(client, id, part):
    answer = client.get(f"/api/imports/{id}{part}")
    assert answer.status_code == 404
    in_both(answer)


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "offset=-1", "severity=loud", "speed=1", "on=soon"])
def test_an_address_nobody_knows_how_to_read_is_refused(client, tmp_path, query):
    id = ready(client, tmp_path)
    answer = client.get(f"/api/imports/{id}/findings?{query}")
    assert answer.status_code in (400, 404, 422)
    in_both(answer)


def test_an_upload_nobody_decides_on_is_dropped_after_its_time(client, region, tmp_path):
    id = ready(client, tmp_path)
    about = region.folder / FOLDER / id / "about.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"at": "2001-01-01T00:00:00Z"}), encoding="utf-8")
    assert client.get("/api/imports").json()["rows"] == []
    assert left(region) == []


def test_only_so_many_uploads_may_wait(region):
    for n in range(MOST):
        keep(region.folder, f"{n:010}", io.BytesIO(b"x"), {"name": "a.csv"})
    with pytest.raises(InputError, match="wait already"):
        keep(region.folder, "z" * 10, io.BytesIO(b"x"), {"name": "a.csv"})
    assert len(waiting(region.folder)) == MOST


def test_a_sum_that_is_too_large_is_told_in_words(client, tmp_path):
    path = book(tmp_path / "a.xlsx", [row("甲", "N-1", **{"截至2022年8月完成投资(万元)": 5000})])
    (found,) = [one for one in drop(client, path).json()["preview"]["findings"] if one["kind"] == "done-over-total"]
    assert "5,000 万元" in found["zh"]
    assert "[" not in found["zh"] + found["en"]


def test_what_is_half_there_is_not_seen(client, region, tmp_path):
    id = ready(client, tmp_path)
    (region.folder / FOLDER / id / "about.json").write_text('{"id"', encoding="utf-8")
    assert client.get(f"/api/imports/{id}").status_code == 404
    assert client.get("/api/imports").json()["rows"] == []


def test_an_upload_to_a_branch_is_written_to_that_branch(client, region, tmp_path):
    region.new_branch("plan-b", by="li", why="what if")
    data = book(tmp_path / "a.xlsx", [row()]).read_bytes()
    answer = client.ask("POST", "/api/imports?branch=plan-b", files={"file": ("a.xlsx", data)}, headers=OWN)
    assert send(client, f"/api/imports/{answer.json()['upload']['id']}/commit").status_code == 200
    assert len(region.latest().projects) == len(region.projects)
    assert len(region.branch("plan-b").projects) == len(region.projects) + 1


# --- rounds --------------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(region, tmp_path):
    done = open_round(region, NewRound(ROUND, "2022-09", "2022-10-10", ["office-x", "office-y"]), tmp_path / "f", **WHO)
    return done.files


def filled(path, out, values):
    """A form with some cells filled: {(row, beginning of the title): value}."""
    made = openpyxl.load_workbook(path)
    sheet = made.worksheets[0]
    for (line, title), value in values.items():
        sheet.cell(line, next(c.column for c in sheet[3] if str(c.value).startswith(title))).value = value
    made.save(out)
    return out


def give(client, path, **fields):
    return client.ask(
        "POST", f"/api/rounds/{ROUND}/take", files={"file": (path.name, path.read_bytes())}, data=fields, headers=OWN
    )


def test_a_return_is_looked_at_taken_and_stands_on_the_board(client, region, opened, tmp_path):
    path = filled(opened["office-x"], tmp_path / "x.xlsx", {(4, "截至2022年9月完成投资"): 600})
    answer = give(client, path)
    assert answer.status_code == 201, answer.text
    assert answer.json()["preview"]["counts"]["cells"] == 1
    before = client.get(f"/api/rounds/{ROUND}").json()
    assert [one["column"] for one in before["bodies"]] == ["sent", "sent"]
    done = send(client, f"/api/imports/{answer.json()['upload']['id']}/commit", key="t1").json()
    assert done["outcome"] == "accepted"
    board = {one["body"]: one for one in client.get("/api/rounds/2022-09").json()["bodies"]}
    assert (board["office-x"]["column"], board["office-y"]["column"]) == ("taken", "sent")
    body = client.get(f"/api/rounds/{ROUND}/bodies/office-x").json()
    assert next(one["state"] for one in body["history"]) == "accepted"
    assert client.get(f"/api/rounds/{ROUND}/figures").json()["total"] == 1


def test_a_faulty_return_changes_no_figure_and_comes_back_annotated_also_later(client, region, opened, tmp_path):
    path = filled(opened["office-x"], tmp_path / "x.xlsx", {(4, "截至2022年9月完成投资"): "很多"})
    shown = give(client, path).json()
    assert shown["preview"]["ready"] is False
    assert client.get(f"/api/imports/{shown['upload']['id']}/errors.xlsx").status_code == 200
    done = send(client, f"/api/imports/{shown['upload']['id']}/commit").json()
    assert done["outcome"] == "wrong"
    assert region.latest().table("returns").equals(region.table("returns"))
    tile = next(one for one in client.get(f"/api/rounds/{ROUND}").json()["bodies"] if one["body"] == "office-x")
    assert (tile["column"], tile["marked"]) == ("wrong", True)
    back = client.get(f"/api/rounds/{ROUND}/bodies/office-x/errors.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(back.content)).worksheets[0]
    assert any(cell.comment for line in sheet.iter_rows() for cell in line)


def test_two_bodies_that_differ_stand_side_by_side_until_the_office_settles(client, region, opened, tmp_path):
    with region.latest().edit(**WHO) as e:
        e.put("projects", {"id": "p1", "lead": "office-y"})
    for body, value in (("office-x", 600), ("office-y", 900)):
        path = tmp_path / f"{body}.xlsx"
        made = openpyxl.load_workbook(opened[body])
        sheet = made.worksheets[0]
        ids = {sheet.cell(line, 1).value: line for line in range(4, sheet.max_row + 1)}
        line = ids.get("p1") or next(n for n in range(4, 40) if not sheet.cell(n, 2).value)
        sheet.cell(line, 1).value, sheet.cell(line, 2).value = "p1", sheet.cell(line, 2).value or "按时项目"
        name = region.projects.loc["p1", "name"]
        sheet.cell(line, 2).value = name
        sheet.cell(
            line, next(c.column for c in sheet[3] if str(c.value).startswith("截至2022年9月完成投资"))
        ).value = value
        made.save(path)
        assert send(client, f"/api/imports/{give(client, path).json()['upload']['id']}/commit").status_code == 200
    (one,) = client.get(f"/api/rounds/{ROUND}/conflicts").json()["rows"]
    assert sorted(claim["shown"] for claim in one["claims"]) == ["600 万元", "900 万元"]
    assert {tile["column"] for tile in client.get(f"/api/rounds/{ROUND}").json()["bodies"]} == {"conflict"}
    url = f"/api/rounds/{ROUND}/conflicts/{one['id']}"
    assert send(client, url, value="no such figure").status_code == 422
    first, second = (send(client, url, key="s1", value="office-y").json()["revision"] for _ in range(2))
    assert first == second == region.latest().revision
    settled = client.get(f"/api/rounds/{ROUND}/conflicts").json()["rows"][0]
    assert settled["settled"] == "900 万元"
    assert region.latest().table("returns", where={"project": "p1", "period": "2022-09"})["invest_done"].tolist() == [
        900_000_000
    ]


def test_a_round_is_opened_sent_and_closed_from_the_browser(client, region):
    said = {"name": "十月", "period": "2022-10", "due": "2022-11-10", "bodies": ["office-x"]}
    answer = send(client, "/api/rounds", key="o1", **said)
    assert answer.status_code == 201, answer.text
    assert send(client, "/api/rounds", key="o1", **said).json() == answer.json()
    packed = zipfile.ZipFile(io.BytesIO(client.get("/api/rounds/十月/forms.zip").content))
    assert len(packed.namelist()) == 1
    assert send(client, "/api/rounds/十月/close").status_code == 422
    assert send(client, "/api/rounds/十月/close", key="c", force=True).status_code == 200
    assert send(client, "/api/rounds/十月/close", key="c", force=True).status_code == 200
    assert client.get("/api/rounds/十月").json()["closed"] == region.day


def test_the_bulletin_comes_as_a_word_file_and_as_a_text(client, opened):
    answer = client.get(f"/api/rounds/{ROUND}/bulletin.docx")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert client.get(f"/api/rounds/{ROUND}/bulletin?lang=en").json()["text"]


@pytest.mark.parametrize("path", ["/nothing", f"/{ROUND}/bodies/nobody", "/nothing/conflicts", "/x/bulletin.docx",
                                  "/x/forms.zip",
                                  f"/{ROUND}/bodies/office-x/errors.xlsx", f"/{ROUND}/nothing"])  # fmt: skip
def test_a_round_or_body_that_is_not_there_is_a_clear_404(client, opened, path):
    answer = client.get(f"/api/rounds{path}")
    assert answer.status_code == 404, answer.text
    in_both(answer)


def test_a_form_of_another_round_is_refused_and_not_kept(client, region, opened, tmp_path):
    send(client, "/api/rounds", name="十月", period="2022-10", due="2022-11-10", bodies=["office-x"])
    answer = client.ask(
        "POST", "/api/rounds/十月/take", files={"file": ("x.xlsx", opened["office-x"].read_bytes())}, headers=OWN
    )
    assert answer.status_code == 422
    in_both(answer)
    assert left(region) == []


# --- tasks and letters ---------------------------------------------------------------------------------------------


@pytest.fixture
def ledger(region):
    with region.edit(**WHO) as e:
        e.put("tasks", [{"id": "t1", "name": HOSTILE, "number": FORMULA, "begins": "2022-01", "due": "2022-08",
                         "lead": "office-x"},
                        {"id": "t2", "name": "建桥", "begins": "2022-01", "due": "2022-12"}])  # fmt: skip
    return e.after


def test_the_ledger_says_what_is_due_late_and_lit(client, ledger):
    shown = client.get("/api/tasks").json()
    assert [(one["id"], one["state"]) for one in shown["rows"]] == [("t1", "overdue"), ("t2", "doing")]
    assert shown["rows"][0]["colour"] in ("yellow", "red", "orange", "blue")
    assert (shown["states"]["overdue"], shown["total"]) == (1, 2)
    assert client.get("/api/tasks?state=overdue").json()["total"] == 1
    assert client.get("/api/tasks?q=建&sort=-days").json()["rows"][0]["id"] == "t2"
    assert client.get("/api/tasks/t1").json()["row"]["name"] == HOSTILE


@pytest.mark.parametrize("query", ["state=gone", "colour=pink", "sort=owner;drop", "speed=1"])
def test_an_unknown_filter_of_the_ledger_is_refused(client, ledger, query):
    answer = client.get(f"/api/tasks?{query}")
    assert answer.status_code in (400, 404)
    in_both(answer)


def test_a_report_moves_the_task_and_a_second_one_replaces_it(client, ledger):
    said = {"period": "2022-08", "progress": 40, "problem": "缺地"}
    first, again = (send(client, "/api/tasks/t2/reports", key="r1", **said).json()["revision"] for _ in range(2))
    assert first == again == ledger.latest().revision
    assert send(client, "/api/tasks/t2/reports", period="2022-08", progress=50).status_code == 200
    shown = client.get("/api/tasks/t2").json()
    assert [(one["progress"], one["problem"]) for one in shown["returns"]] == [(50, None)]


@pytest.mark.parametrize("said", [{}, {"period": "2022-08"}, {"period": "soon", "progress": 1},
                                  {"period": "2023-01", "progress": 1},
                                  {"period": "2022-08", "progress": 101}, {"period": "2022-08", "progress": -1},
                                  {"period": "2022-08", "evidence": "nothing"}, {"speed": 1}])  # fmt: skip
def test_a_report_that_says_nothing_or_nonsense_is_refused(client, ledger, said):
    answer = send(client, "/api/tasks/t2/reports", **said)
    assert answer.status_code in (404, 422), answer.text
    in_both(answer)
    assert ledger.latest().revision == ledger.revision


def test_a_letter_goes_its_way_from_light_to_answer(client, ledger):
    assert send(client, "/api/slips", only=["t1"]).status_code == 201
    letter = client.get("/api/tasks/t1").json()["letters"][0]
    assert letter["next"] == ["acknowledge", "extend", "escalate"]
    url = f"/api/slips/{letter['number']}"
    assert send(client, f"{url}/answer", text="x", evidence="report").status_code == 422
    assert send(client, f"{url}/acknowledge").status_code == 200
    assert send(client, f"{url}/answer", text="已办", evidence="nothing").status_code == 404
    assert send(client, f"{url}/answer", text="已办", evidence="report").status_code == 200
    assert client.get("/api/slips").json()["states"]["answered"] == 1
    assert send(client, f"{url}/dance").status_code == 422


# --- a map layer that does not say its datum --------------------------------------------------------------------------
def test_a_drawing_without_a_datum_asks_for_it_and_is_read_with_the_one_declared(client, tmp_path):
    box = shapely.box(40_600_000, 3_480_000, 40_601_000, 3_481_000)
    wkt = f'id,name,WKT\na,甲县,"{box.wkt}"\n'
    asked = drop(client, wkt.encode(), "县.csv", table="places")
    assert "datum" in asked.text.lower()
    declared = drop(client, wkt.encode(), "县.csv", table="places", datum="epsg:4528").json()
    assert declared["upload"]["datum"] == "epsg:4528"
    assert not [
        one for one in declared["preview"]["findings"] if "datum" in one["en"].lower() and one["severity"] == "error"
    ]
    known = {one["value"] for one in client.get("/api/imports").json()["datums"]}
    assert {"wgs84", "cgcs2000", "gcj02", "bd09", "epsg:4549"} <= known
    wrong = drop(client, wkt.encode(), "县.csv", table="places", datum="wgs48")
    assert wrong.status_code in (404, 422) and "wgs84" in wrong.text
