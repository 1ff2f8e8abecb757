"""A collection round: forms out, returns in, the merge and its conflicts, who is late, and how it is closed."""

from __future__ import annotations

import json
import shutil

import openpyxl
import pandas as pd
import pytest

import hechang as hc
from hechang.cli.faults import guarded
from hechang.intake.rounds import closing
from hechang.intake.rounds.cells import KEY
from hechang.intake.rounds.closing import close_round
from hechang.intake.rounds.merging import CLAIM, Held, claims_of, merge
from hechang.intake.rounds.opening import NewRound, open_round
from hechang.intake.rounds.settling import settle
from hechang.intake.rounds.status import changes, merged, status
from hechang.intake.rounds.taking import take
from hechang.intake.sheets.form import write_form
from hechang.intake.sheets.preview import preview
from hechang.register.rounds import projects_of, round_named, standing
from hechang.terms.catalogue import cards
from hechang.terms.errors import FileFault, InputError, NotKnown

ROUND = "2022年9月填报"
DONE, PROGRESS, PROBLEM = "截至2022年9月完成投资", "2022年9月形象进度", "2022年9月堵点难点"
WHO = {"by": "li", "why": "月报"}
MONEY = 1_000_000


def heads(sheet):
    return {str(cell.value): cell.column for cell in sheet[3] if cell.value}


def fill(form, values, out):
    """Copy a form with some cells filled: {(project, beginning of the title): value}."""
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, 1).value: row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 1).value}
    for (project, title), value in values.items():
        column = next(at for head, at in heads(sheet).items() if head.startswith(title))
        sheet.cell(rows[project], column).value = value
    book.save(out)
    return out


def add_row(path, cells):
    """Write a row below the last one: {beginning of the title: value}."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    row = 4 + sum(bool(sheet.cell(at, 2).value) for at in range(4, sheet.max_row + 1))
    for title, value in cells.items():
        column = next(at for head, at in heads(sheet).items() if head.startswith(title))
        sheet.cell(row, column).value = value
    book.save(path)
    return path


def returned(region, project, period="2022-09"):
    rows = region.table("returns", where={"project": project, "period": period})
    return None if rows.empty or pd.isna(rows["invest_done"].iloc[0]) else int(rows["invest_done"].iloc[0]) // MONEY


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """Tiny with a round of two offices; both answer for p2. Opened once; every test works on a copy."""
    folder = tmp_path_factory.mktemp("round")
    region = hc.tiny()
    with region.edit(by="li", why="two offices answer for one project") as e:
        e.put("projects", {"id": "p2", "lead": "office-x"})
    new = NewRound(ROUND, "2022-09", "2022-10-10", ["office-x", "乙市项目办"])
    return open_round(e.after, new, folder / "out", **WHO)


@pytest.fixture
def at(opened, tmp_path):
    """The open round in a region of its own: (region, form of x, form of y, folder)."""
    region = copied(opened.region, tmp_path)
    return region, opened.files["office-x"], opened.files["office-y"], tmp_path


def copied(region, folder):
    """The same region in a folder of its own."""
    shutil.copytree(region.folder, folder / "r.hc")
    return hc.open(folder / "r.hc")


@pytest.fixture(scope="module")
def still():
    """Tiny region for tests that only read it."""
    return hc.tiny()


@pytest.fixture(autouse=True)
def _two_lists(monkeypatch):
    """Closing keeps every list; two of them show it as well as forty."""
    two = [card for card in cards("list") if card.id in ("behind-schedule", "signed-not-filed")]
    monkeypatch.setattr(closing, "cards", lambda kind: two)


# --- forms out -------------------------------------------------------------------------------------------------------
def test_each_body_gets_a_form_with_its_own_projects_only(opened):
    ids = {}
    for body, path in opened.files.items():
        sheet = openpyxl.load_workbook(path).worksheets[0]
        ids[body] = {sheet.cell(row, 1).value for row in range(4, sheet.max_row + 1)} - {None}
    assert ids == {"office-x": {"p1", "p2"}, "office-y": {"p2", "p3", "p4"}}
    assert opened.files["office-x"].name == "2022年9月_甲市项目办_项目填报表.xlsx"


def test_the_form_that_was_sent_is_kept(opened):
    rows = opened.region.table("round_bodies", where={"body": "office-x"})
    sha = opened.region.table("documents")["sha256"][rows["sent_document"].iloc[0]]
    assert opened.region.blob(sha) == opened.files["office-x"].read_bytes()


def test_projects_in_production_before_the_month_are_not_asked(tiny, tmp_path):
    with tiny.edit(by="li", why="done") as e:
        e.put("project_events", {"project": "p4", "stage": "producing", "actual": "2022-07-01"})
    done = open_round(e.after, NewRound("r", "2022-09", "2022-10-10", ["office-y"]), tmp_path, **WHO)
    assert status(done.region, "r")["asked"].tolist() == [2]


def test_a_body_answers_for_what_lies_in_its_place(tiny):
    with tiny.edit(by="li", why="a city") as e:
        e.put("bodies", {"id": "city-y", "name": "乙市发改委", "kind": "department", "place": "y"})
    assert projects_of(e.after, ["city-y"])["project"].tolist() == ["p2", "p3", "p4"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"period": "2022"}, "2022-08"),
        ({"due": "2022-10"}, "2022-09-10"),
        ({"due": "2022-09-26"}, "早于"),
        ({"bodies": []}, "填报单位"),
        ({"bodies": ["office-z"]}, "office-"),
        ({"name": " "}, "名称"),
        ({"asks": ["weather"]}, "weather"),
    ],
)
def test_a_round_that_makes_no_sense_leaves_nothing_behind(still, tmp_path, change, says):
    new = {"name": "r", "period": "2022-09", "due": "2022-10-10", "bodies": ["office-x"]} | change
    with pytest.raises(InputError) as fault:
        open_round(still, NewRound(**new), tmp_path / "out", **WHO)
    assert says in fault.value.zh
    assert still.latest().table("rounds").empty
    assert not [*tmp_path.rglob("*.xlsx")]


def test_a_form_that_is_there_is_never_written_over(opened):
    new = NewRound("again", "2022-09", "2022-10-10", ["office-x"])
    with pytest.raises(InputError, match="there already"):
        open_round(opened.region, new, opened.files["office-x"].parent, **WHO)
    assert "again" not in opened.region.latest().table("rounds")["name"].tolist()


# --- returns in ------------------------------------------------------------------------------------------------------
def test_a_return_fills_the_month_and_every_figure_says_its_cell(at):
    region, _, y, folder = at
    taken = take(region, ROUND, fill(y, {("p3", DONE): 700, ("p3", PROBLEM): "缺用地"}, folder / "y.xlsx"), **WHO)
    assert (taken.state, returned(taken.region, "p3"), returned(taken.region, "p4")) == ("accepted", 700, None)
    row = taken.region.table("returns", where={"project": "p3", "period": "2022-09"}).iloc[0]
    proof = taken.region.evidence("returns", row.name)
    assert proof["title"] == "y"
    assert (row["round"], row["synthetic"], row["problem"]) == (taken.round, True, "缺用地")


def test_an_untouched_form_is_a_return_without_answers(at):
    region, _, y, _ = at
    taken = take(region, ROUND, y, **WHO)
    rows = status(taken.region, ROUND).loc["office-y"]
    assert (taken.state, rows["cells"], rows["unanswered"]) == ("accepted", 0, 2)  # p2 has not started


def test_a_wrong_return_changes_no_figure_but_is_kept_and_comes_back_marked(at):
    region, _, y, folder = at
    wrong = fill(y, {("p3", DONE): "很多", ("p4", DONE): 950}, folder / "y.xlsx")
    taken = take(region, ROUND, wrong, **WHO)
    assert (taken.state, taken.counts["faults"], returned(taken.region, "p4")) == ("wrong", 1, None)
    cell = next(f.cell for f in taken.findings if f.severity == "error")
    sheet = openpyxl.load_workbook(taken.annotated).worksheets[0]
    assert sheet[cell].fill.start_color.rgb == "FFFFC7CE"
    assert "不是金额" in sheet[cell].comment.text
    kept = taken.region.table("round_bodies", where={"body": "office-y"}).iloc[0]
    assert (kept["state"], kept["attempts"], len(json.loads(kept["findings"]))) == ("wrong", 1, 1)
    sha = taken.region.table("documents")["sha256"][kept["document"]]
    assert taken.region.blob(sha) == wrong.read_bytes()


def test_a_wrong_second_return_does_not_undo_a_good_first_one(at):
    region, _, y, folder = at
    good = take(region, ROUND, fill(y, {("p3", DONE): 700}, folder / "a.xlsx"), **WHO)
    bad = take(good.region, ROUND, fill(y, {("p3", DONE): "约七百"}, folder / "b.xlsx"), **WHO)
    row = status(bad.region, ROUND).loc["office-y"]
    assert (bad.state, row["state"], row["attempts"], returned(bad.region, "p3")) == ("wrong", "accepted", 2, 700)


def test_a_file_nobody_can_read_is_kept_under_its_body(at):
    region, *_, folder = at
    (folder / "y.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(FileFault):
        take(region, ROUND, folder / "y.xlsx", **WHO)
    taken = take(region, ROUND, folder / "y.xlsx", body="乙市项目办", **WHO)
    assert (taken.state, taken.region.table("round_bodies", where={"body": "office-y"})["attempts"].iloc[0]) == (
        "wrong",
        1,
    )


def test_a_table_that_is_no_form_needs_its_body_named(at):
    region, *_, folder = at
    book = openpyxl.Workbook()
    book.active.append(["项目名称", "项目代码", "所在地", DONE + "(万元)"])
    book.active.append(["滞后项目", "T-3", "乙区", 640])
    book.save(folder / "own.xlsx")
    with pytest.raises(InputError, match="--body"):
        take(region, ROUND, folder / "own.xlsx", **WHO)
    taken = take(region, ROUND, folder / "own.xlsx", body="office-y", **WHO)
    assert (taken.state, returned(taken.region, "p3")) == ("accepted", 640)


def test_figures_of_another_month_are_refused(at):
    region, *_, folder = at
    book = openpyxl.Workbook()
    book.active.append(["项目名称", "项目代码", "截至2022年7月完成投资(万元)"])
    book.active.append(["滞后项目", "T-3", 640])
    book.save(folder / "own.xlsx")
    taken = take(region, ROUND, folder / "own.xlsx", body="office-y", **WHO)
    assert (taken.state, {f.kind for f in taken.findings if f.severity == "error"}) == ("wrong", {"other-month"})


def test_a_form_goes_into_its_own_round_and_stays_its_own_body(at):
    region, x, y, folder = at
    other = open_round(region, NewRound("other", "2022-08", "2022-10-10", ["office-x"]), folder / "o", **WHO)
    with pytest.raises(InputError, match="another round"):
        take(other.region, "other", y, **WHO)
    with pytest.raises(InputError, match="is the form of"):
        take(other.region, ROUND, y, body="office-x", **WHO)
    with pytest.raises(NotKnown):
        take(other.region, ROUND, x, body="nobody", **WHO)


def test_a_new_project_of_a_return_is_entered_once(at):
    region, x, _, folder = at
    new = {"项目名称": "新项目", "项目代码": "T-9", "所在地": "甲县", DONE: 30}
    form = add_row(fill(x, {}, folder / "x.xlsx"), new)
    first = take(region, ROUND, form, **WHO)
    again = take(first.region, ROUND, add_row(fill(x, {}, folder / "x2.xlsx"), new | {DONE: 35}), **WHO)
    rows = again.region.projects[again.region.projects["code"] == "T-9"]
    assert len(rows) == 1
    assert (rows["owner"].iloc[0], returned(again.region, rows.index[0])) == ("office-x", 35)
    assert status(again.region, ROUND).loc["office-x", "added"] == 1


def test_what_a_second_return_leaves_out_is_withdrawn(at):
    region, _, y, folder = at
    first = take(region, ROUND, fill(y, {("p3", DONE): 700, ("p4", DONE): 950}, folder / "a.xlsx"), **WHO)
    second = take(first.region, ROUND, fill(y, {("p4", DONE): 960}, folder / "b.xlsx"), **WHO)
    assert (returned(second.region, "p3"), returned(second.region, "p4")) == (None, 960)


# --- late ------------------------------------------------------------------------------------------------------------
def test_the_due_day_itself_is_in_time_and_a_late_return_is_taken_but_marked(at):
    region, x, y, _ = at
    one = take(region.on("2022-10-10"), ROUND, x, **WHO)
    two = take(one.region.on("2022-10-12"), ROUND, y, **WHO)
    assert (one.state, two.state) == ("accepted", "late")
    rows = status(two.region, ROUND)
    assert rows["late"].to_dict() == {"office-x": 0, "office-y": 2}
    assert rows.attrs["total"]["outstanding"] == 0


def test_a_return_mended_after_the_due_day_is_late_and_one_corrected_is_not(at):
    region, x, y, folder = at
    bad = take(region.on("2022-10-09"), ROUND, fill(y, {("p3", DONE): "?"}, folder / "b.xlsx"), **WHO)
    mended = take(bad.region.on("2022-10-11"), ROUND, fill(y, {("p3", DONE): 700}, folder / "c.xlsx"), **WHO)
    first = take(mended.region.on("2022-10-09"), ROUND, x, **WHO)
    again = take(first.region.on("2022-10-11"), ROUND, fill(x, {("p1", DONE): 5}, folder / "d.xlsx"), **WHO)
    assert (mended.state, again.state) == ("late", "accepted")


def test_a_return_of_tomorrow_has_not_come_today(at):
    region, x, _, _ = at
    taken = take(region.on("2022-10-10"), ROUND, x, **WHO)
    rows = standing(taken.region.on("2022-10-01")).set_index("body")
    assert rows["taken"].tolist() == [False, False]
    assert rows["state"].tolist() == ["sent", "sent"]


# --- conflicts -------------------------------------------------------------------------------------------------------
def both(at, *, first="y"):
    """Take two returns that disagree on p2, in either order."""
    region, x, y, folder = at
    forms = {"x": fill(x, {("p2", DONE): 350, ("p2", PROGRESS): 5}, folder / "x.xlsx"),
             "y": fill(y, {("p2", DONE): 300, ("p3", DONE): 700}, folder / "y.xlsx")}  # fmt: skip
    for name in (first, "x" if first == "y" else "y"):
        region = take(region, ROUND, forms[name], **WHO).region
    return region


@pytest.fixture(scope="module")
def disputed(opened, tmp_path_factory):
    """The round with two returns that disagree on p2; every test works on a copy."""
    folder = tmp_path_factory.mktemp("both")
    return both((copied(opened.region, folder), opened.files["office-x"], opened.files["office-y"], folder))


@pytest.mark.parametrize("first", ["x", "y"])
def test_figures_of_two_bodies_that_differ_are_left_out_whoever_came_first(at, disputed, first):
    region = disputed if first == "y" else both(at, first="x")
    row = region.table("conflicts").iloc[0]
    assert (row["object"], row["field"]) == ("p2", "returns.2022-09.invest_done")
    assert pd.isna(row["settled"])
    assert {c["name"]: c["shown"] for c in json.loads(row["claims"])} == {
        "甲市项目办": "350 万元",
        "乙市项目办": "300 万元",
    }
    assert (returned(region, "p2"), returned(region, "p3")) == (None, 700)
    assert region.table("returns", where={"project": "p2"})["progress"].tolist() == [5.0]


def test_the_same_figure_of_two_bodies_is_no_conflict(at):
    region, x, y, folder = at
    region = take(region, ROUND, fill(x, {("p2", DONE): 350}, folder / "x.xlsx"), **WHO).region
    taken = take(region, ROUND, fill(y, {("p2", DONE): "350"}, folder / "y.xlsx"), **WHO)
    assert (taken.counts["conflicts"], returned(taken.region, "p2")) == (0, 350)
    assert merged(taken.region, ROUND)["bodies"].tolist() == ["甲市项目办、乙市项目办"]


def test_bodies_that_agree_later_close_their_conflict(disputed, opened, tmp_path):
    x, folder = opened.files["office-x"], tmp_path
    region = take(copied(disputed, tmp_path), ROUND, fill(x, {("p2", DONE): 300}, folder / "x2.xlsx"), **WHO).region
    assert (returned(region, "p2"), region.table("conflicts")["settled"].tolist()) == (300, ["300 万元"])
    assert region.table("returns", where={"project": "p2"})["progress"].isna().all()


@pytest.mark.parametrize(("value", "done"), [("乙市项目办", 300), ("office-x", 350), ("350", 350), ("0.0333亿元", 333)])
def test_the_office_settles_by_a_body_or_by_a_figure(disputed, tmp_path, value, done):
    region = copied(disputed, tmp_path)
    id = region.table("conflicts").index[0]
    after = settle(region, id, value, by="wang", why="电话核实")
    row = after.table("returns", where={"project": "p2"}).iloc[0]
    assert int(row["invest_done"]) == done * MONEY
    assert row["source"].startswith("person:wang" if done == 333 else "import:")
    assert after.table("conflicts")["reason"].tolist() == ["电话核实"]
    assert merged(after, ROUND).set_index("project")["state"]["p2"].tolist().count("settled") == 1


def test_a_settled_conflict_stays_settled_until_somebody_says_something_new(disputed, opened, tmp_path):
    region, x, folder = copied(disputed, tmp_path), opened.files["office-x"], tmp_path
    values = {("p2", DONE): 350, ("p2", PROGRESS): 5}
    id = region.table("conflicts").index[0]
    region = settle(region, id, "333", by="wang", why="电话核实")
    again = take(region, ROUND, fill(x, values, folder / "x.xlsx"), **WHO)
    assert (again.counts["conflicts"], returned(again.region, "p2")) == (0, 333)
    other = take(again.region, ROUND, fill(x, {("p2", DONE): 340}, folder / "x3.xlsx"), **WHO)
    assert (other.counts["conflicts"], returned(other.region, "p2")) == (1, None)


@pytest.mark.parametrize("value", ["很多", "", "丙市项目办", "-5"])
def test_a_value_that_does_not_fit_settles_nothing(disputed, value):
    with pytest.raises(InputError):
        settle(disputed, disputed.table("conflicts").index[0], value, **WHO)
    assert disputed.latest().table("conflicts")["settled"].isna().all()


def test_what_somebody_entered_by_hand_meanwhile_is_not_written_over(at):
    region, x, _, folder = at
    with region.edit(by="wang", why="phone") as e:
        e.put("returns", {"project": "p1", "period": "2022-09", "invest_done": 77 * MONEY, "currency": "CNY"})
    taken = take(e.after, ROUND, fill(x, {("p1", DONE): 70}, folder / "x.xlsx"), **WHO)
    assert (taken.counts["conflicts"], returned(taken.region, "p1")) == (1, 77)
    claims = json.loads(taken.region.table("conflicts")["claims"].iloc[0])
    assert sorted(c["shown"] for c in claims) == ["70 万元", "77 万元"]


def claim(body, value, base="null", field="progress"):
    cell = dict(zip(KEY, ["returns", "p", "2022-09", field], strict=True))
    return pd.DataFrame([cell | {"body": body, "value": value, "base": base, "source": body, "row": body}])[CLAIM]


def test_merging_gives_the_same_whatever_the_order_of_returns():
    none = pd.DataFrame({"value": [], "signature": []}, index=pd.MultiIndex.from_arrays([[]] * 4, names=KEY))
    said = {"a": claim("a", "5.0"), "b": claim("b", "6.0"), "c": claim("c", "5.0")}
    for order in (["a", "b", "c"], ["c", "a", "b"], ["b", "c", "a"]):
        now, others = "null", claims_of()
        for body in order:
            index = pd.MultiIndex.from_frame(said[body][KEY])
            held = Held(pd.DataFrame({"value": [now], "source": ["a"]}, index=index), none)
            made = merge(others, claims_of(), said[body], held)
            now, others = made.cells["value"].iloc[0], claims_of(others, said[body])
        assert (now, len(made.contested)) == ("null", 3)


# --- totals and questions --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("total", "asked"), [(1651, 0), (1652, 1)])
def test_a_total_that_differs_from_its_rows_is_a_question(at, total, asked):
    region, _, y, folder = at
    form = fill(y, {("p3", DONE): 700, ("p4", DONE): 950}, folder / "y.xlsx")
    taken = take(region, ROUND, add_row(form, {"项目名称": "合计", DONE: total}), **WHO)
    row = taken.region.table("round_totals", where={"field": "returns.2022-09.invest_done"}).iloc[0]
    assert (row["stated"] // MONEY, row["summed"] // MONEY, row["rows"]) == (total, 1650, 2)
    assert taken.state == "accepted"
    assert [f.kind for f in taken.findings if "total" in f.kind] == ["total-row", *["ask-total"] * asked]


def test_odd_figures_are_asked_about_in_yellow_and_still_taken(at):
    region, _, y, folder = at
    with region.edit(by="li", why="plan") as e:
        e.put("project_events", {"project": "p2", "stage": "started", "estimated": "2022-06"})
    values = {("p3", DONE): 400, ("p4", DONE): 1300, ("p4", PROGRESS): 100}
    taken = take(e.after, ROUND, fill(y, values, folder / "y.xlsx"), **WHO)
    kinds = {f.kind: f.cell for f in taken.findings if f.kind.startswith("ask-")}
    assert set(kinds) == {"ask-fell", "ask-jump", "ask-full", "ask-passed"}
    sheet = openpyxl.load_workbook(taken.annotated).worksheets[0]
    assert {sheet[cell].fill.start_color.rgb for cell in kinds.values()} == {"FFFFEB9C"}
    assert (taken.state, returned(taken.region, "p3")) == ("accepted", 400)


@pytest.mark.parametrize(("done", "asked"), [(1260, 0), (1261, 1)])
def test_a_jump_is_asked_about_above_thirty_points_of_the_plan(at, done, asked):
    region, _, y, folder = at
    taken = take(region, ROUND, fill(y, {("p4", DONE): done}, folder / "y.xlsx"), **WHO)
    assert sum(f.kind == "ask-jump" for f in taken.findings) == asked


def test_a_project_typed_anew_under_another_name_is_asked_about_and_waits_for_a_decision(at):
    region, x, _, folder = at
    name = str(region.projects["name"]["p1"]) + "二号厂房"
    form = fill(x, {("p1", "项目名称"): name, ("p1", "项目代码"): None, ("p1", "编号"): None}, folder / "n.xlsx")
    taken = take(region, ROUND, add_row(form, {"项目名称": "跨江通道", "所在地": "甲县"}), **WHO)
    new = taken.region.projects.query("name == @name").index[0]
    asked = [f for f in taken.findings if f.kind == "ask-renamed"]
    assert (taken.state, len(asked), "是否由" in asked[0].zh, "p1" in asked[0].zh) == ("accepted", 1, True, True)
    links = taken.region.table("project_links")
    assert links[["a", "b", "kind", "state"]].to_numpy().tolist() == [["p1", new, "renamed", "open"]]
    assert status(taken.region, ROUND)["added"].to_dict() == {"office-x": 2, "office-y": 0}


def test_projects_of_one_name_and_place_that_have_numbers_of_their_own_are_no_repetition(tiny, tmp_path):
    with tiny.edit(by="li", why="lists of two years") as e:
        e.put("projects", {"id": "p9", "name": tiny.projects["name"]["p3"], "place": tiny.projects["place"]["p3"]})
        e.put("projects", {"id": "p3", "code": None})
    form = fill(write_form(e.after, tmp_path / "a.xlsx", period="2022-09"), {("p9", PROBLEM): "x"}, tmp_path / "b.xlsx")
    assert preview(e.after, "projects", form).ready
    found = preview(e.after, "projects", add_row(form, {"项目名称": tiny.projects["name"]["p3"], "所在地": "乙区"}))
    assert {f.kind for f in found.findings if f.severity == "error"} == {"duplicate", "match-ambiguous"}


# --- what changed, closing -------------------------------------------------------------------------------------------
def test_changes_name_what_is_new_gone_and_renamed(at):
    region, x, y, folder = at
    for form in (x, y):
        region = take(region, ROUND, form, **WHO).region
    with region.edit(by="li", why="news") as e:
        e.put("project_events", {"project": "p4", "stage": "producing", "actual": "2022-09-30"})
        e.put("projects", {"id": "p5", "name": "丁项目", "owner": "office-y", "place": "b"})
    region = e.after.on("2022-10-31")
    new = NewRound("十月", "2022-10", "2022-11-10", ["office-x", "office-y"])
    late = open_round(region, new, folder / "next", **WHO)
    form = fill(
        late.files["office-y"], {("p3", "项目名称"): "滞后项目(一期)", ("p3", "截至2022年10月"): 800}, folder / "n.xlsx"
    )
    taken = take(late.region, "十月", form, **WHO)
    found = changes(taken.region, "十月")
    assert found.attrs["previous"] == ROUND
    assert found.set_index("kind")["project"].to_dict() == {"new": "p5", "gone": "p4", "renamed": "p3", "changed": "p3"}
    assert found.set_index("kind").loc["gone", "after"] == "投产 2022-09-30"
    assert found.set_index("kind").loc["renamed", ["before", "after"]].tolist() == ["滞后项目", "滞后项目(一期)"]


def test_a_round_closes_when_all_is_in_and_keeps_the_lists_of_the_month(at):
    region, x, y, _ = at
    region = take(region, ROUND, x, **WHO).region
    with pytest.raises(InputError, match="1 bodies"):
        close_round(region, ROUND, **WHO)
    region = take(region, ROUND, y, **WHO).region.on("2022-10-12")
    after = close_round(region, ROUND, **WHO)
    rows = after.table("editions")
    assert set(rows["day"]) == {"2022-09-30"}
    assert {"behind-schedule", "signed-not-filed"} <= set(rows["list"])
    assert after.table("rounds")["closed"].tolist() == ["2022-10-12"]
    with pytest.raises(InputError, match="closed"):
        take(after, ROUND, y, **WHO)
    with pytest.raises(InputError, match="already"):
        close_round(after, ROUND, **WHO)


def test_an_open_round_closes_only_by_force_and_with_a_reason(at):
    after = close_round(at[0], ROUND, by="li", why="年底不再等", force=True)
    assert after.log().iloc[0]["reason"] == "年底不再等"


# --- the command line ------------------------------------------------------------------------------------------------
def say(capsys, *words):
    status = guarded([*words, "--lang", "zh"])
    return status, capsys.readouterr()


def test_a_round_runs_from_the_command_line(at, capsys):
    region, x, y, folder = at
    place = ["--region", str(region.folder), "--json"]
    who = ["--by", "li", "--why", "月报"]
    fill(x, {("p2", DONE): 350}, folder / "x.xlsx")
    fill(y, {("p2", DONE): 300}, folder / "y.xlsx")
    code, out = say(capsys, "round", "take", ROUND, str(folder / "x.xlsx"), str(folder / "y.xlsx"), *who, *place)
    assert (code, [one["state"] for one in json.loads(out.out)["returns"]]) == (0, ["accepted", "accepted"])
    code, out = say(capsys, "round", "merge", ROUND, "--out", str(folder / "m.xlsx"), *place)
    conflict = next(row for row in json.loads(out.out)["rows"] if row["state"] == "conflict")["conflict"]
    code, out = say(capsys, "round", "close", ROUND, *who, *place)
    assert (code, json.loads(out.out)["error"]["kind"]) == (1, "InputError")
    code, out = say(capsys, "round", "settle", conflict, "350", *who, *place)
    assert json.loads(out.out)["settled"] == "350 万元"
    code, out = say(capsys, "round", "status", "2022-09", *place)
    assert (code, json.loads(out.out)["total"]["taken"]) == (0, 2)
    code, out = say(capsys, "round", "changes", ROUND, *place)
    assert [row["after"] for row in json.loads(out.out)["changes"]] == ["350 万元"]
    code, out = say(capsys, "round", "close", ROUND, *who, *place)
    assert code == 0


def test_the_command_line_opens_a_round_and_lists_rounds(tiny, tmp_path, capsys):
    place = ["--region", str(tiny.folder)]
    code, _ = say(capsys, "round", "open", "九月", "--period", "2022-09", "--due", "2022-10-10", "--bodies",
                  "office-x、乙市项目办", "--out", str(tmp_path), "--by", "li", "--why", "月报", *place)  # fmt: skip
    assert (code, len([*tmp_path.glob("*.xlsx")])) == (0, 2)
    code, out = say(capsys, "round", "status", *place)
    assert "九月" in out.out


def test_one_bad_file_does_not_stop_the_others(at, capsys):
    region, x, _, folder = at
    (folder / "bad.xlsx").write_bytes(b"x")
    words = ["round", "take", ROUND, str(folder / "bad.xlsx"), str(x), "--by", "li", "--why", "月报"]
    code, out = say(capsys, *words, "--region", str(region.folder), "--json")
    assert (code, [one["state"] for one in json.loads(out.out)["returns"]]) == (1, ["refused", "accepted"])


@pytest.mark.parametrize(
    "words",
    [
        ["status", "nothing"],
        ["take", "nothing", "x.xlsx", "--by", "li", "--why", "w"],
        ["settle", "nothing", "5", "--by", "li", "--why", "w"],
        ["changes", "nothing"],
        ["merge", "nothing"],
        ["bulletin", "nothing", "--text"],
        ["close", "nothing", "--by", "li", "--why", "w"],
    ],
)
def test_an_unknown_round_is_one_clear_message(still, capsys, words):
    code, out = say(capsys, "round", *words, "--region", str(still.folder))
    assert (code, "没有名为" in out.err, "Traceback" in out.err) == (1, True, False)


def test_a_round_cannot_be_closed_before_it_was_opened(at):
    region, *_ = at
    with pytest.raises(InputError, match="opened on"):
        close_round(region.on("2022-01-01"), "2022-09", force=True, **WHO)


def test_a_month_with_two_rounds_asks_which_one_is_meant(still):
    with still.edit(**WHO) as e:
        e.put("rounds", [{"name": name, "period": "2022-03", "table": "projects"} for name in ("甲", "乙")])
    with pytest.raises(InputError, match="2 rounds are meant"):
        round_named(e.after, "2022-03")
