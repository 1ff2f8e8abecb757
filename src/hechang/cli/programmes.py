"""`hechang programme`: rolling programmes, renamed projects and baselines 滚动计划、更名项目、基线.

`roll`, `changes`, `links` and `variance` only show; `adopt`, `lists`, `accept`, `reject` and `baseline` write and ask
who and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import By, Day, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both

if TYPE_CHECKING:
    import pandas as pd

    from hechang.region.region import Region

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

SHOWN = 40  # rows printed for people; --json carries all
Term = Annotated[str, typer.Argument(metavar="TERM", help=both("2023 or 2023-H1", "2023 或 2023-H1"))]
Previous = Annotated[str, typer.Option(help=both("edition before", "上一期"))]
Body = Annotated[str, typer.Option(help=both("body whose projects it takes", "编制单位"))]
Named = Annotated[str, typer.Option(help=both("projects to take in, by comma", "指定列入的项目, 逗号分隔"))]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help=both("links", "关联编号"))]

ITEMS = {
    "state": ("State", "去向"), "name": ("Project", "项目"), "reason": ("Reason", "理由"),
    "owner": ("Owner", "责任单位"), "project": ("Id", "编号"),
}  # fmt: skip
CHANGES = {"change": ("Change", "变化"), "before": ("Before", "上期名称"), **ITEMS}
LINKS = {
    "id": ("Link", "关联"), "kind": ("Relation", "关系"), "score": ("Score", "相似度"), "a_name": ("Earlier", "原名"),
    "b_name": ("Later", "现名"), "reason": ("Reason", "理由"),
}  # fmt: skip
CODES = {"state": "item_states", "change": "item_states", "kind": "project_link_kinds", "stage": "stages"}
MOVED = {
    "name": ("Project", "项目"), "stage": ("Of", "事项"), "then": ("Baseline", "基线"), "now": ("Now", "现在"),
    "days": ("Days later", "推迟天数"), "precision": ("Precise to", "精确到"),
    "difference": ("Difference (10⁴ CNY)", "差额(万元)"),
}  # fmt: skip


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame under one index: pairs become an index and a column."""
    plain = frame.reset_index()
    return plain.set_index(plain.columns[0])


def _rows(desk: Desk, frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows in the user's language: words for codes, one half of a reason in both languages."""
    from hechang.publish.rows import records
    from hechang.terms.specs import codes

    rows = records(_flat(frame))
    words = {
        c: {id: one.title(desk.lang) for id, one in codes(CODES[c]).items()} for c in CODES if rows and c in rows[0]
    }
    half = 0 if desk.lang == "zh" else -1
    said = [(row.get("reason_en") if half else "") or row.get("reason") or "" for row in rows]
    return [
        row | {"reason": text.split(" / ")[half]} | {c: word.get(row[c], row[c]) for c, word in words.items()}
        for row, text in zip(rows, said, strict=True)
    ]


def _show(desk: Desk, document: dict[str, Any], frame: pd.DataFrame, titles: dict[str, tuple[str, str]]) -> None:
    from hechang.publish.rows import records

    more = len(frame) - SHOWN
    last = [desk.word(f"… and {more} more", f"… 另有 {more} 行")] if more > 0 else []
    table = desk.table(_rows(desk, frame.head(SHOWN)), titles)
    desk.answer(document | {"rows": records(_flat(frame))}, *document.pop("said", ()), table, *last)


def _said(desk: Desk, made: Region, en: str, zh: str, **more: Any) -> None:
    """Tell what was written, and at which revision."""
    desk.answer({"revision": made.revision_name, **more}, desk.word(en, zh) + f" · {made.revision_name}")


def _preview(desk: Desk, region: Region, term: str, named: str, **given: str) -> pd.DataFrame:
    from hechang.register.programmes import edition, roll

    wanted = [one.strip() for one in named.split(",") if one.strip()]
    with desk.work("Rolling the programme", "正在滚动编制"):
        return roll(region, edition(region, term, **given), named=wanted)


def _counts(frame: pd.DataFrame, column: str) -> dict[str, int]:
    return {str(state): int(count) for state, count in frame[column].value_counts().items()}


def _in_words(desk: Desk, counts: dict[str, int]) -> str:
    from hechang.terms.specs import codes

    states = codes("item_states")
    return ", ".join(f"{states[state].title(desk.lang)} {count}" for state, count in counts.items())


@app.command(help=both("Propose the next edition; writes nothing", "提出下一期方案, 不写入"))
def roll(
    context: typer.Context,
    term: Term,
    previous: Previous = "",
    body: Body = "",
    named: Named = "",
    on: Day = "",
) -> None:
    """Show what an edition would have, and why."""
    desk: Desk = context.obj
    region = region_at(desk, on)
    found = _preview(desk, region, term, named, previous=previous, body=body)
    made, counts = found.attrs["edition"], _counts(found, "state")
    head = {"edition": made.name, "begins": made.begins, "ends": made.ends, "previous": made.previous}
    said = f"{made.name} {made.begins} – {made.ends}: {_in_words(desk, counts)}"
    _show(desk, {**head, "counts": counts, "on": region.day, "said": (said,)}, found, ITEMS)


@app.command(help=both("Write the edition as `roll` proposes it", "按 roll 的方案写入本期"))
def adopt(
    context: typer.Context,
    term: Term,
    previous: Previous = "",
    body: Body = "",
    named: Named = "",
    by: By = "",
    why: Why = "",
    on: Day = "",
) -> None:
    """Write an edition."""
    from hechang.register.programmes import adopt as write

    desk: Desk = context.obj
    who = who_and_why(by, why)
    region = region_at(desk, on)
    found = _preview(desk, region, term, named, previous=previous, body=body)
    made = write(region, found, by=who[0], why=who[1])
    counts, title = _counts(found, "state"), found.attrs["edition"].name
    words = _in_words(desk, counts)
    _said(desk, made, f"Adopted {title}: {words}", f"已采纳 {title}: {words}", edition=title, counts=counts)


@app.command(help=both("Make editions from imported yearly lists", "由已导入的各年清单生成各期"))
def lists(
    context: typer.Context,
    by: By = "",
    why: Why = "",
    write: Annotated[bool, typer.Option("--write", help=both("write them", "写入"))] = False,
) -> None:
    """Show, or with --write keep, one edition a list year."""
    from hechang.register.yearly_lists import list_items, programmes_from_lists

    desk: Desk = context.obj
    region = region_at(desk)
    if write:
        who = who_and_why(by, why)
        made = programmes_from_lists(region, by=who[0], why=who[1])
        _said(desk, made, "Yearly lists are programmes now", "各年清单已成为滚动计划")
        return
    found = list_items(region)
    counts = found.groupby(["of", "year", "state"]).size().rename("count").reset_index()
    titles = {"of": ("Body", "单位"), "year": ("Year", "年份"), "state": ("State", "去向"), "count": ("Count", "数量")}
    _show(desk, {"on": region.day}, counts.set_index("of"), titles)


@app.command(help=both("What changed from one edition to another", "两期之间的变化"))
def changes(context: typer.Context, a: str, b: str) -> None:
    """Show what entered, was carried over and left, and why."""
    from hechang.register.programmes import edition_changes

    desk: Desk = context.obj
    found = edition_changes(region_at(desk), a, b)
    counts = _counts(found, "change")
    _show(desk, {"from": a, "to": b, "counts": counts, "said": (_in_words(desk, counts),)}, found, CHANGES)


@app.command(help=both("Renamed projects: the queue, or --find new pairs", "更名项目: 待审列表; --find 查找新的"))
def links(
    context: typer.Context,
    find: Annotated[bool, typer.Option("--find", help=both("look for new pairs", "查找新的关联"))] = False,
    state: Annotated[str, typer.Option(help="open, accepted, rejected")] = "open",
    by: By = "",
    why: Why = "",
) -> None:
    """Show links in one state of review; --find shows new pairs, with --by and --why it puts them into the queue."""
    from hechang.register.linkage import candidates, listed_projects, propose_links
    from hechang.register.linkage import links as queue
    from hechang.terms.errors import not_known
    from hechang.terms.specs import codes

    desk: Desk = context.obj
    if state not in codes("proposal_states"):
        raise not_known("state", "状态", state, codes("proposal_states"), "hechang programme links --help")
    region = region_at(desk)
    if find and not (by or why):
        found = candidates(listed_projects(region)).query("kind != 'same'")
        names = region.table("projects", columns=["name"])["name"]
        named = found.assign(a_name=found["a"].map(names), b_name=found["b"].map(names))
        _show(desk, {"found": len(named)}, named.set_index("a"), LINKS)
        return
    if find:
        who = who_and_why(by, why)
        region = propose_links(region, by=who[0], why=who[1])
    _show(desk, {"state": state, "revision": region.revision_name}, queue(region, state), LINKS)


def _decide(context: typer.Context, ids: list[str], accept: bool, who: tuple[str, str]) -> None:
    from hechang.register.linkage import decide_links

    made = decide_links(region_at(context.obj), ids, accept=accept, by=who[0], why=who[1])
    said = (
        (f"{len(ids)} accepted", f"采纳 {len(ids)} 条") if accept else (f"{len(ids)} rejected", f"退回 {len(ids)} 条")
    )
    _said(context.obj, made, *said, links=ids, accepted=accept)


@app.command(help=both("Two rows are one project: carry it over", "确认为同一项目, 接续"))
def accept(context: typer.Context, ids: Ids, by: By = "", why: Why = "") -> None:
    """Accept links."""
    _decide(context, ids, True, who_and_why(by, why))


@app.command(help=both("Two rows are two projects", "确认不是同一项目"))
def reject(context: typer.Context, ids: Ids, by: By = "", why: Why = "") -> None:
    """Reject links."""
    _decide(context, ids, False, who_and_why(by, why))


@app.command(help=both("Keep dates and money under a name; without a name show all", "保存基线; 不给名称则列出全部"))
def baseline(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=both("name of the baseline", "基线名称"))] = "",
    on: Day = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Keep a baseline, or show those there are."""
    from hechang.register.baselines import baselines, take_baseline

    desk: Desk = context.obj
    region = region_at(desk, on)
    if not name:
        titles = {"name": ("Name", "名称"), "day": ("Day", "日期"), "of_revision": ("Revision", "版本"),
                  "projects": ("Projects", "项目数"), "hash": ("Hash", "指纹")}  # fmt: skip
        _show(desk, {"on": region.day}, baselines(region), titles)
        return
    who = who_and_why(by, why)
    with desk.work("Keeping the baseline", "正在保存基线"):
        made = take_baseline(region, name, by=who[0], why=who[1])
    _said(desk, made, f"Kept '{name}' as of {region.day}", f"已保存基线“{name}”({region.day})", name=name)


@app.command(help=both("How far dates and money moved since a baseline", "较基线的日期与资金变化"))
def variance(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=both("name of the baseline", "基线名称"))],
    every: Annotated[bool, typer.Option("--all", help=both("what did not move too", "也列未变的"))] = False,
    on: Day = "",
) -> None:
    """Show what moved since a baseline; money in 万元, in --json in 分."""
    from hechang.register.baselines import variance as compare
    from hechang.terms.money import FEN

    desk: Desk = context.obj
    region = region_at(desk, on)
    with desk.work("Comparing with the baseline", "正在与基线比较"):
        found = compare(region, name)
    counts = _counts(found, "change")
    found = found if every else found[found["change"].ne("same")]
    if not desk.as_json:
        found = found.assign(difference=found["difference"].astype("Float64") / FEN["万元"])
    words = {
        "same": ("unchanged", "未变"),
        "moved": ("moved", "有变"),
        "new": ("new", "新增"),
        "gone": ("gone", "消失"),
    }
    said = ", ".join(f"{desk.word(*words[change])} {count}" for change, count in counts.items())
    said = f"{name} → {region.day}: " + (said or desk.word("no dates and no money", "没有日期和资金"))
    _show(desk, {"baseline": name, "on": region.day, "counts": counts, "said": (said,)}, found, MOVED)
