"""The shelf of projects: where each stands, its light, its lists, ready to be chosen from, sorted, counted, paged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hechang.publish.results import Results
from hechang.publish.rows import Row, records
from hechang.publish.showing import without_name
from hechang.publish.views.frame import place_names
from hechang.publish.views.listed import places_of
from hechang.publish.views.lit import every_light
from hechang.register.choosing import Choice, Ints, Mask, Trait, chosen, facets, order_by, several, trait
from hechang.register.lights.lit import severity
from hechang.register.standing import listed_years, standing
from hechang.terms import catalogue
from hechang.terms.errors import UsageError, not_known
from hechang.terms.specs import codes

CODES = {"stage": "stages", "light": "colours", "theme": "themes", "kind": "project_kinds"}
PLAIN = ("city", "stage", "owner", "theme", "kind", "year", "evidence")  # filters that need no light and no list
MARKED = ("light", "list")
FILTERS = (*PLAIN[:2], *MARKED, *PLAIN[2:])
GROUPS = ("three", "projects")  # of lists, those about single projects
ALSO = ("without-evidence",)
LONGEST = 200  # characters of a search
HEAD = (
    "id", "name", "code", "company", "category", "industry", "kind", "place", "city", "zone", "owner", "plan_action",
    "theme", "invest_total", "plan", "done", "period", "share", "invested", "stage", "since", "next", "next_due",
    "evidence", "synthetic", "source",
)  # fmt: skip
DATES = tuple(f"{stage}_{kind}" for stage in codes("stages") for kind in ("estimated", "actual"))
SORTS = (*(name for name in HEAD if name not in ("synthetic", "source")), *DATES, "light", "lists")


@dataclass(frozen=True)
class Shelf:
    """All projects of a view in the order of ids, their traits, and the small letters a search looks into."""

    rows: pd.DataFrame
    text: pd.Series
    traits: Mapping[str, Trait]

    @property
    def is_marked(self) -> bool:
        """Tell whether lights and lists are on it."""
        return "light" in self.traits


@dataclass(frozen=True)
class Wanted:
    """What an address asks for: values by filter, words, a column to sort by (`-` before it: the largest first)."""

    choice: Choice
    sort: str = ""

    @property
    def needs_marks(self) -> bool:
        """Tell whether lights or lists decide which rows come, or in which order."""
        by_mark = any(self.choice.by.get(name) for name in MARKED)
        return by_mark or self.sort.lstrip("-") in ("light", "lists")


def shelf(results: Results, *, marks: bool = True) -> Shelf:
    """Return the shelf of a view.

    Parameters
    ----------
    marks
        With lights and lists, which take longer after a change.

    Examples
    --------
    >>> from hechang import tiny
    >>> made = shelf(Results(tiny()))
    >>> made.rows["name"].tolist(), made.traits["light"].known
    (['签约项目', '备案项目', '滞后项目', '按时项目'], ('green', 'yellow', 'none'))
    """
    if not marks:
        return results.once("plain shelf", lambda: _plain(results))
    return results.once("shelf", lambda: _marked(results))


def _plain(results: Results) -> Shelf:
    rows = standing(results.region).rename_axis("id").reset_index()
    parts = [rows[name].astype("string").fillna("") for name in ("name", "code", "company", "id")]
    text = (parts[0] + "\n" + parts[1] + "\n" + parts[2] + "\n" + parts[3]).str.lower()
    orders = {name: list(codes(CODES[name])) for name in CODES}
    traits = {name: trait(rows[name], orders.get(name, ())) for name in PLAIN if name not in ("year", "evidence")}
    if results.region.reader.kind == "public":
        rows = rows.assign(source=rows["source"].astype(object).map(without_name))
    traits["evidence"] = trait(rows["evidence"].map({True: "yes", False: "no"}), ("yes", "no"))
    years = listed_years(results.region)
    by_year = {str(year): pd.Index(ids) for year, ids in years.groupby("year")["project"]}
    traits["year"] = several(by_year, pd.Index(rows["id"]))
    return Shelf(rows, text, traits)


def _marked(results: Results) -> Shelf:
    plain = shelf(results, marks=False)
    ids = pd.Index(plain.rows["id"])
    colours = colour_of(results).reindex(ids).array
    members = memberships(results)
    lists = several(members, ids)
    count = pd.Series(1, index=lists.rows).groupby(level=0).sum().reindex(range(len(ids)), fill_value=0)
    rows = plain.rows.assign(light=colours, lists=count.to_numpy())
    traits = {**plain.traits, "light": trait(rows["light"], list(codes("colours"))), "list": lists}
    return Shelf(rows, plain.text, {name: traits[name] for name in FILTERS})


def colour_of(results: Results) -> pd.Series:
    """Return the worst light of each project that has one, exempt ones left out."""
    lit = every_light(results.region)
    lit = lit[lit["kind"].eq("project") & lit["exempt"].isna() & lit["colour"].notna()]
    order = severity(lit["colour"]).sort_values(ascending=False, kind="stable").index
    return lit.loc[order].drop_duplicates("object").set_index("object")["colour"]


def memberships(results: Results) -> dict[str, pd.Index]:
    """Return which projects are on each list about single projects; lists of other packages are taken in too."""
    known = places_of()
    cards = [card for card in catalogue.cards("list") if _about_projects(card.id, known)]
    ordered = sorted(cards, key=lambda card: (known.get(card.id, (len(known),))[0], card.id))
    found = {card.id: projects_on(results.listing(card.id)) for card in ordered}
    return {id: ids for id, ids in found.items() if id in known or len(ids)}


def _about_projects(listing: str, known: Mapping[str, tuple[int, str, bool]]) -> bool:
    return listing not in known or known[listing][1] in GROUPS or listing in ALSO


def projects_on(frame: pd.DataFrame) -> pd.Index[Any]:
    """Return the projects a list speaks of: its rows, or what its rows are steps or papers of.

    Examples
    --------
    >>> projects_on(pd.DataFrame({"table": ["approvals"], "project": ["p"]}, index=["s"])).tolist()
    ['p']
    """
    if "project" in frame:
        found: pd.Index[Any] = pd.Index(frame["project"].dropna().unique())
        return found
    own: pd.Index[Any] = frame[frame["table"].eq("projects")].index if "table" in frame else frame.index
    return own


def wanted(given: Mapping[str, list[str]], words: str = "", sort: str = "") -> Wanted:
    """Read what is wanted.

    Raises
    ------
    UsageError
        for a search that is too long, a column nobody can sort by.
    """
    if len(words) > LONGEST:
        raise UsageError(f"A search may have {LONGEST} characters", f"搜索内容不得超过 {LONGEST} 个字符")
    if sort and sort.removeprefix("-") not in SORTS:
        fault = not_known("column to sort by", "排序列", sort.removeprefix("-")[:60], SORTS)
        raise UsageError(fault.en, fault.zh)
    return Wanted(Choice({name: values for name, values in given.items() if values}, words.strip()), sort)


def kept(shelf: Shelf, wanted: Wanted) -> Mask:
    """Return which rows fit; raises NotKnown for a value no project has."""
    for name, values in wanted.choice.by.items():
        for value in values:
            if value not in shelf.traits[name].known and value not in codes_of(name):
                raise not_known(f"{name} of a project", f"项目{NAMED[name]}", value[:60], shelf.traits[name].known)
    return chosen(shelf.traits, shelf.text, wanted.choice)


NAMED = {
    "city": "所在城市", "stage": "节点", "light": "灯色", "list": "清单", "owner": "责任单位", "theme": "主题",
    "kind": "建设性质", "year": "年度", "evidence": "佐证",
}  # fmt: skip


def codes_of(name: str) -> tuple[str, ...]:
    """Return the values a filter has whether or not a project has them."""
    return ("none", *(codes(CODES[name]) if name in CODES else {"evidence": ("yes", "no")}.get(name, ())))


def in_order(results: Results, shelf: Shelf, mask: Mask, sort: str) -> Ints:
    """Return positions of the rows kept, in the order asked for; by name without one."""
    name, falling = (sort.removeprefix("-"), sort.startswith("-")) if sort else ("name", False)
    order = results.once(("order", name, falling), lambda: order_by(_sortable(shelf, name), falling=falling))
    return order[mask[order]]


def _sortable(shelf: Shelf, name: str) -> pd.Series:
    """Values of a column as they are ordered: codes by their rank, not by the alphabet."""
    column = shelf.rows[name]
    if name not in CODES and name != "next":
        return column
    ranks = {code: at for at, code in enumerate(codes(CODES.get(name, "stages")))}
    return column.map(ranks).astype("Float64")


def rows_at(shelf: Shelf, at: Ints) -> list[Row]:
    """Return some rows as plain ones: the head, the dates known by stage, light and lists where they are there."""
    frame = shelf.rows.iloc[at]
    told = records(frame[list(HEAD)].set_index("id"))
    dates = records(frame[["id", *DATES]].set_index("id"))
    lights = frame["light"].tolist() if shelf.is_marked else [None] * len(told)
    lists = lists_of(shelf, at) if shelf.is_marked else [[] for _ in told]
    extra = zip(told, dates, lights, lists, strict=True)
    return [row | {"dates": _dates(known), "light": None if light is pd.NA else light, "lists": on}
            for row, known, light, on in extra]  # fmt: skip


def _dates(known: Row) -> dict[str, dict[str, str | None]]:
    pairs = {s: {kind: known[f"{s}_{kind}"] for kind in ("estimated", "actual")} for s in codes("stages")}
    return {stage: pair for stage, pair in pairs.items() if any(pair.values())}


def lists_of(shelf: Shelf, at: Ints) -> list[list[str]]:
    """Return the lists each of some rows is on."""
    lists = shelf.traits["list"]
    found: dict[int, list[str]] = {int(row): [] for row in at}
    near = shelf.rows.index.isin(at)[lists.rows]
    for row, code in zip(lists.rows[near].tolist(), lists.code[near].tolist(), strict=True):
        found[row].append(lists.known[code])
    return [found[int(row)] for row in at]


def counted(results: Results, shelf: Shelf, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the filters with their values, each with its names and how many projects it would leave."""
    found = facets(shelf.traits, shelf.text, wanted.choice)
    return [
        {"name": name, "chosen": list(wanted.choice.by.get(name, [])),
         "values": [{"value": v, **names_of(results, name, v), "count": n} for v, n in counts.items()]}
        for name, counts in found.items()
    ]  # fmt: skip


def names_of(results: Results, filter: str, value: str) -> dict[str, str]:
    """Return the names of a value of a filter in both languages."""
    if filter in CODES and value in codes(CODES[filter]):
        code = codes(CODES[filter])[value]
        return {"zh": code.zh, "en": code.en}
    if filter == "list" and value != "none":
        card = catalogue.card(value, "list")
        return {"zh": card.zh, "en": card.en}
    known = {"city": place_names, "owner": body_names}.get(filter, lambda _: {})(results).get(value, {})
    name = str(known.get("name") or value)
    return {"zh": name, "en": str(known.get("name_en") or name)}


def body_names(results: Results) -> dict[str, dict[str, Any]]:
    """Return names of all bodies by id."""
    return results.once("body names", lambda: _body_names(results))


def _body_names(results: Results) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in records(results.region.table("bodies", columns=["name", "name_en"]))}
