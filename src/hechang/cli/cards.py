"""`measure`, `list`, `check`, `catalogue`, `new`: cards from the command line. Options come from the card itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.files import write_rows
from hechang.cli.place import Branch, Day, region_at
from hechang.cli.speech import Desk, both
from hechang.publish.showing import code, timetable, why, word_or
from hechang.publish.showing import unit as unit_in_words
from hechang.terms.errors import InputError, UsageError

if TYPE_CHECKING:
    from hechang.publish.columns import Column, Names
    from hechang.publish.results import Results
    from hechang.region.region import Region
    from hechang.terms.catalogue import Card

Out = Annotated[Path | None, typer.Option("--out", help=both("file: .xlsx .csv .json", "文件: .xlsx .csv .json"))]
CardId = Annotated[str, typer.Argument(metavar="ID", help=both("id of a card", "卡片编号"), show_default=False)]


def given_options(words: list[str]) -> dict[str, str]:
    """Read `--name value`, `--name=value` and a bare `--name` (yes) that belong to a card.

    Examples
    --------
    >>> given_options(["--limit", "60", "--own-city", "--to=a"])
    {'limit': '60', 'own_city': 'yes', 'to': 'a'}
    """
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise UsageError(
                f"What is '{word}' for? Options are written --name value", f"“{word}”是什么? 选项请写 --名称 值"
            )
        name, has_value, value = word[2:].partition("=")
        follows = not has_value and rest and not rest[0].startswith("--")
        found[name.replace("-", "_")] = rest.pop(0) if follows else (value if has_value else "yes")
    return found


def _options(words: list[str], one: Card) -> dict[str, str]:
    """Options for a card; one it does not have is wrong usage."""
    from hechang.terms.catalogue import options

    given, known = given_options(words), options(one)
    for name in given:
        if name not in known:
            names = ", ".join(f"--{option.replace('_', '-')}" for option in known) or "-"
            raise UsageError(
                f"'{one.id}' has no option --{name}. It has: {names}", f"“{one.id}”没有选项 --{name}。可用: {names}"
            )
    return given


def _answer(desk: Desk, region: Region, one: Card, words: list[str]) -> dict[str, Any]:
    with desk.work(f"{one.en} ({one.id})", f"{one.zh}({one.id})"):
        return region.answer(one.id, one.kind, _options(words, one))


MEASURE = {
    "id": ("Place", "编号"), "name": ("Name", "名称"), "value": ("Value", "数值"),
    "numerator": ("Numerator", "分子"), "denominator": ("Denominator", "分母"),
}  # fmt: skip
LISTED = ("name", "owner", "reason")  # then the list's own columns, then figures and id
FIGURES = ("days", "due", "invested")


def _titled(rows: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Titles of the columns of a measure, those of its own last; none is shown that no row has."""
    names = dict.fromkeys(name for row in rows[:1] for name in row)
    own = {name: (word_or(f"column_{name}", name, "en"), word_or(f"column_{name}", name, "zh")) for name in names}
    known = MEASURE if not names else {name: title for name, title in MEASURE.items() if name in names}
    return known | {name: title for name, title in own.items() if name not in MEASURE}


def _lines(desk: Desk, one: Card, document: dict[str, Any]) -> list[Any]:
    """What people see of a measure: a heading, the rows, what trips were counted, and how many have no value."""
    unit = f" [{unit_in_words(one.unit, desk.lang)}]" if one.unit else ""
    head = f"{one.title(desk.lang)}{unit} · {document['on']} · {document['revision']}"
    missing = document.get("missing", [])
    last = [desk.word(f"No value: {len(missing)}", f"无数据: {len(missing)}")] if missing else []
    trips = [
        f"{desk.word('Timetable', '时刻表')}: {timetable(one, desk.lang)}" for one in document.get("timetable", [])
    ]
    return [head, desk.table(document["rows"], _titled(document["rows"])), *trips, *last]


def _places(region: Region) -> dict[str, str]:
    return {str(id): str(name) for id, name in region.table("places", columns=["name"])["name"].items()}


def _named(region: Region, document: dict[str, Any]) -> dict[str, Any]:
    names = _places(region)
    return document | {"rows": [{"name": names.get(row["id"], ""), **row} for row in document["rows"]]}


def _show(desk: Desk, document: dict[str, Any], lines: list[Any], out: Path | None, names: Names | None = None) -> None:
    if not out:
        desk.answer(document, *lines)
        return
    write_rows(out, document, desk.lang, names or {})
    count = len(document["rows"])
    desk.answer(document, desk.word(f"{count} rows → {out}", f"{count} 行 → {out}"))


def measure(
    context: typer.Context,
    id: CardId = "",
    every: Annotated[bool, typer.Option("--all", help=both("all measures", "全部指标"))] = False,
    on: Day = "",
    branch: Branch = "",
    explain: Annotated[
        str, typer.Option(metavar="PLACE", help=both("the very rows behind its figure", "该地点数值背后的逐行依据"))
    ] = "",
    out: Out = None,
) -> None:
    """Compute one measure, or all; or tell what is behind the figure of one place."""
    from hechang.terms.catalogue import card, cards

    desk: Desk = context.obj
    if every == bool(id):
        raise UsageError(
            "Name one measure, or say --all. See: hechang catalogue",
            "请指定一项指标, 或用 --all。见: hechang catalogue",
        )
    asked = cards("measure") if every else [card(id, "measure")]
    region = region_at(desk, on, branch)
    if explain:
        _explain(desk, region, _one(asked, every), explain, context.args, out)
        return
    answers = [_answer(desk, region, one, context.args) for one in asked]
    named = zip(asked, answers, strict=True)
    lines = [line for one, found in named for line in _lines(desk, one, _named(region, found))]
    if every:
        desk.answer({"measures": answers}, *lines)
    else:
        _show(desk, _named(region, answers[0]) if out else answers[0], lines, out)


def _one(asked: list[Card], every: bool) -> Card:
    if every:
        raise UsageError("--explain goes with one measure", "--explain 只用于单项指标")
    return asked[0]


def _explain(desk: Desk, region: Region, one: Card, place: str, words: list[str], out: Path | None) -> None:
    from hechang.publish.results import Results
    from hechang.publish.views.measured import explanation

    with desk.work(f"{one.en} ({one.id})", f"{one.zh}({one.id})"):
        document = explanation(Results(region), one.id, place, _options(words, one))
    head = f"{one.title(desk.lang)} · {place} · {document['on']} · {document['revision']}"
    shown = {name: title for name, title in _titled(document["rows"]).items() if name not in ("id", "dest")}
    said = [row | {"time_basis": code("time_bases", row.get("time_basis"), desk.lang)} for row in document["rows"]]
    _show(desk, document, [head, desk.table(said, shown)], out)


def list_(context: typer.Context, id: CardId, on: Day = "", branch: Branch = "", out: Out = None) -> None:
    """Make one list."""
    from hechang.publish.columns import names_of
    from hechang.publish.results import Results
    from hechang.terms.catalogue import card

    desk: Desk = context.obj
    one = card(id, "list")
    region = region_at(desk, on, branch)
    document = _answer(desk, region, one, context.args)
    results = Results(region)
    lines = _listed(desk, one, document, results)
    _show(desk, document, [*lines, *_moved(desk, document)], out, names_of(results))


def _listed(desk: Desk, one: Card, document: dict[str, Any], results: Results) -> list[Any]:
    """Heading, rows with codes and names in words, how many cannot be judged; of an empty list what would fill it."""
    from hechang.publish.columns import names_of
    from hechang.publish.views.lists import needs

    rows, missing = document["rows"], len(document["missing"])
    head = f"{one.title(desk.lang)} · {document['on']} · {document['revision']}"
    last = [desk.word(f"Cannot be judged, data missing: {missing}", f"缺数据无法判断: {missing}")] if missing else []
    if rows:
        columns = _columns(one, rows)
        titles = {c.name: (c.title("en"), c.title("zh")) for c in columns} | {"id": ("Id", "编号")}
        names = names_of(results)
        said = [{c.name: _said(desk, c, row, names) for c in columns} | {"id": row["id"]} for row in rows]
        return [head, desk.table(said, titles), *last]
    bare = needs(results, one.id)
    told = [desk.word(f"'{n['table'].name}' holds nothing yet:", f"“{n['table'].zh}”尚无数据:") for n in bare]
    fill = [line for text, n in zip(told, bare, strict=True) for line in (text, *(f"  {c}" for c in n["commands"]))]
    return [head, desk.word("Nothing is on this list", "没有条目在列"), *fill, *last]


def _columns(one: Card, rows: list[dict[str, Any]]) -> list[Column]:
    """Columns a table for people shows: who, why, the list's own, the figures it fills."""
    from hechang.publish.columns import columns_of

    known = {column.name: column for column in columns_of(one.id, rows[0])}
    filled = {name for row in rows for name, value in row.items() if value is not None}
    own = [name for name in known if known[name].on_page and name not in FIGURES and name in filled]
    return [
        known[name]
        for name in (
            *LISTED,
            *own,
            *(name for name in FIGURES if name in known and known[name].on_page and name in filled),
        )
    ]


def _said(desk: Desk, column: Column, row: dict[str, Any], names: Names) -> Any:
    from hechang.publish.columns import written
    from hechang.terms.money import FEN

    value = row[column.name]
    if column.kind == "money" and value:
        row = {**row, column.name: round(value["value"] * FEN[value["unit"]])}
        return written(column, row, desk.lang, names)
    return value if column.is_number and column.kind != "metric_value" else written(column, row, desk.lang, names)


def _moved(desk: Desk, document: dict[str, Any]) -> list[str]:
    """What changed since the edition before, in one line, and why each row left; nothing without an edition."""
    moved = document["changes"]
    if not moved.get("previous"):
        return []
    new, stayed, left = (len(moved[name]) for name in ("new", "stayed", "left"))
    said = desk.word(
        f"Since the edition {moved['previous']}: {new} new, {stayed} stayed, {left} left",
        f"与上一版 {moved['previous']} 相比: 新列入 {new}, 继续在列 {stayed}, 已移出 {left}",
    )
    return [said, *(f"  − {row.get('name') or row['id']}: {why(row['why'], desk.lang)}" for row in moved["left"])]


def check(context: typer.Context, on: Day = "") -> None:
    """Show the findings of all data checks at once; findings are answers, not errors."""
    desk: Desk = context.obj
    with desk.work("Checking the data", "正在检查数据"):
        found = region_at(desk, on).check()
    lines = [one.say(desk.lang) for one in found]
    said = desk.word(f"{len(found)} findings", f"{len(found)} 处问题")
    desk.answer({"findings": [one.as_dict() for one in found]}, *lines, said)


def _about(one: Any) -> dict[str, Any]:
    from hechang.terms.catalogue import options

    known = [{"name": o.name, "unit": o.unit, "default": o.default} for o in options(one).values()]
    fields = ("id", "kind", "zh", "en", "unit", "version", "source", "module")
    return {**{name: getattr(one, name) for name in fields}, "options": known}


def catalogue(context: typer.Context, id: CardId = "") -> None:
    """Show all cards, or one with its options, its source and what it says of itself."""
    from hechang.terms.catalogue import cards
    from hechang.terms.errors import not_known

    desk: Desk = context.obj
    every = {one.id: one for one in cards()}
    if id and id not in every:
        raise not_known("card", "卡片", id, every, "hechang catalogue")
    if not id:
        rows = [_about(one) | {"title": one.title(desk.lang)} for one in every.values()]
        titles = {"kind": ("Kind", "种类"), "id": ("Id", "编号"), "title": ("Title", "名称"), "unit": ("Unit", "单位")}
        desk.answer({"cards": rows}, desk.table(rows, titles))
        return
    about = _about(every[id])
    options = [f"  --{o['name'].replace('_', '-')} [{o['unit']}] = {o['default']}" for o in about["options"]]
    head = f"{every[id].title(desk.lang)} [{about['unit'] or about['kind']}]"
    desk.answer(about, head, *options, str(every[id].run.__doc__ or "").strip(), about["source"])


def write(
    context: typer.Context,
    id: CardId,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=both("file to write", "要写的文件"))],
    on: Day = "",
) -> None:
    """Write one export."""
    from hechang.terms.catalogue import card

    desk: Desk = context.obj
    one = card(id, "export")
    region = region_at(desk, on)
    with desk.work(f"{one.en} ({one.id})", f"{one.zh}({one.id})"):
        told = region.publish(id, file, **_options(context.args, one))
    document = {"card": {"id": id, "version": one.version}, "file": str(file), "on": region.day}
    made = {"revision": region.revision_name, **(told if isinstance(told, dict) else {})}
    desk.answer(document | made, f"{one.title(desk.lang)} → {file}")


def new(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="measure, list, decision, reader, export")],
    name: Annotated[str, typer.Argument(help=both("id of the card, e.g. bus-reach", "卡片编号, 如 bus-reach"))],
    folder: Annotated[Path, typer.Option("--in", help=both("folder of the file", "文件所在文件夹"))] = Path(),
) -> None:
    """Write the skeleton of a card; fill every heading or delete the file."""
    from hechang.cli.skeletons import skeleton

    desk: Desk = context.obj
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise InputError(f"'{name}' is no card id; write it like bus-reach", f"“{name}”不是卡片编号; 请写成 bus-reach")
    path = folder / f"{name.replace('-', '_')}.py"
    if path.exists():
        raise InputError(f"{path} is there already", f"{path} 已存在")
    path.write_text(skeleton(kind, name), encoding="utf-8")
    desk.answer({"file": str(path)}, desk.word(f"Written: {path}. Fill every heading.", f"已写入 {path}, 请填写各项。"))
