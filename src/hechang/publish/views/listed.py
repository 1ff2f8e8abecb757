"""Lists for the workbench: all of them by group, one in pages, what another threshold would change, its editions."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd

from hechang.publish.columns import columns_of, names_of
from hechang.publish.results import Results
from hechang.publish.rows import Row, made_up, simple
from hechang.publish.showing import unit, without_name
from hechang.publish.views.lists import PAGE_OF, colours, parameters_of
from hechang.region.answers import geography, money, rows_of
from hechang.region.cities import cities
from hechang.register.examined import Examined, examined
from hechang.terms import catalogue
from hechang.terms.catalogue import Card
from hechang.terms.errors import InputError, not_known
from hechang.terms.parameters import Parameter

GROUPS = ("three", "projects", "rates", "supervision", "tasks", "returns", "data", "other")
MOVES = ("new", "stayed", "left")
SHOWN = 100  # of what is missing, with a page
PROVING = ("project_events", "returns", "project_years")  # tables whose rows a list of projects rests on


@dataclass(frozen=True)
class Asking:
    """Which rows of a list are wanted: a page, an order, and filters; empty filters keep everything."""

    limit: int | None = None
    offset: int = 0
    sort: str = ""
    city: str = ""
    owner: str = ""
    q: str = ""
    change: str = ""


@cache
def places_of() -> Mapping[str, tuple[int, str, bool]]:
    """Return where each list stands: its turn, its group, whether it tells of what is late.

    Examples
    --------
    >>> places_of()["behind-schedule"]
    (2, 'three', True)
    """
    text = files("hechang.publish").joinpath("lists.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["list"]: (at, row["group"], row["late"] == "yes") for at, row in enumerate(rows)}


def every_list(results: Results, ids: list[str]) -> list[dict[str, Any]]:
    """Return lists by their counts and how these moved, in the order of their groups; all of them without `ids`."""
    cards = [catalogue.card(id, "list") for id in ids] if ids else catalogue.cards("list")
    known = places_of()
    ordered = sorted(cards, key=lambda card: (known.get(card.id, (len(known),))[0], card.id))
    return [in_short(results, card) for card in ordered]


def in_short(results: Results, card: Card) -> dict[str, Any]:
    """Return a list by its count, what moved since the edition before, its rule and how many were examined; kept.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = in_short(Results(tiny()), catalogue.card("signed-not-filed", "list"))
    >>> found["count"], found["examined"]["count"], found["new"]
    (1, 4, None)
    """
    return results.once(("in short", card.id), lambda: _in_short(results, card))


def _in_short(results: Results, card: Card) -> dict[str, Any]:
    frame = results.listing(card.id)
    moved = frame.attrs.get("changes") or {}
    known = moved.get("previous")
    group, late = places_of().get(card.id, (0, "other", False))[1:]
    invested = frame["invested"].dropna()
    return {
        "id": card.id, "zh": card.zh, "en": card.en, "source": card.source, "group": group, "late": late,
        "count": len(frame), "examined": asdict(denominator(results, card)),
        "previous": known or None, "invested": simple(invested.sum()) if len(invested) else None,
        "missing": len(frame.attrs.get("missing", [])), "rule": frame.attrs.get("rule") or {},
        "synthetic": made_up(frame), "colours": colours(frame), "geography": geography_of(results, frame),
        **{name: len(moved[name]) if known else None for name in MOVES},
    }  # fmt: skip


def answer(results: Results, card: Card, options: Mapping[str, Any], ask: Asking) -> dict[str, Any]:
    """Return one list as `Region.answer` does, with the page of rows asked for, and more said of each.

    With a limit `changes` holds what left, and that with the first page only, and `missing` its first rows. Each row
    also has about {table, id} (what it is about), proof {table, id} (the row its reason rests on), city, change (new,
    stayed; empty without an edition before), times and first_on (how often in a row it has been on the list, and the
    first of those editions).

    Raises
    ------
    InputError
        for a column to sort by that the list does not have, or a filter it cannot use.
    """
    frame = results.listing(card.id, **options)
    whole = results.once(("marked", card.id, *sorted(options.items())), lambda: marked(results, frame))
    kept = chosen(whole, ask)
    page = kept if ask.limit is None else kept.iloc[ask.offset : ask.offset + ask.limit]
    missing = frame.attrs.get("missing", [])
    return {
        "card": {"id": card.id, "version": card.version, "zh": card.zh, "en": card.en, "source": card.source},
        "options": dict(options), "rule": frame.attrs.get("rule", {}), "edition": results.region.day[:7],
        "examined": asdict(denominator(results, card)),
        "count": len(frame), "total": len(kept), "offset": ask.offset, "limit": ask.limit,
        "rows": rows(results, page, frame), "changes": _moved(frame, ask),
        "missing": missing if ask.limit is None else missing[:SHOWN], "missing_count": len(missing),
        "synthetic": made_up(frame), **where(results),
    }  # fmt: skip


def _moved(frame: pd.DataFrame, ask: Asking) -> Mapping[str, Any]:
    """What came, stayed and left; of a page only what left, with the first one: its rows say if they are new."""
    moved = frame.attrs.get("changes") or {"new": [], "stayed": [], "left": []}
    if ask.limit is None:
        return moved
    left = moved["left"] if not ask.offset else []
    return {"previous": moved.get("previous"), "new": [], "stayed": [], "left": left}


def denominator(results: Results, card: Card) -> Examined:
    """Return how many were examined for a list, counted once."""
    return results.once(("examined", card.id), lambda: examined(results.region, card.id, results.listing(card.id)))


def geography_of(results: Results, frame: pd.DataFrame) -> dict[str, Any]:
    """Return of how many places a list has rows, of how many cities, and of which plan version."""
    places = int(frame["place"].nunique()) if "place" in frame else 0
    return results.once(("geography", places), lambda: geography(results.region, places))


def where(results: Results) -> dict[str, str]:
    """Return day, branch and revision an answer is of."""
    region = results.region
    return {"on": region.day, "branch": region.branch_name, "revision": region.revision_name}


def marked(results: Results, frame: pd.DataFrame) -> pd.DataFrame:
    """Add to each row its city, and whether it is new or stayed since the edition before."""
    city = results.once("city of", lambda: cities(results.region).to_dict())
    moved = frame.attrs.get("changes") or {}
    change = pd.Series("", index=frame.index, dtype=object)
    if moved.get("previous"):
        change = change.mask(frame.index.isin(moved["new"]), "new").mask(frame.index.isin(moved["stayed"]), "stayed")
    known = frame["place"].map(city) if "place" in frame else pd.Series(None, index=frame.index, dtype=object)
    made = pd.DataFrame(frame, copy=False).assign(city=known.astype(object), change=change)
    made.attrs = {}
    return made


def chosen(frame: pd.DataFrame, ask: Asking) -> pd.DataFrame:
    """Return the rows that pass the filters, in the order asked for.

    Examples
    --------
    >>> rows = pd.DataFrame({"name": ["甲", "乙"], "owner": ["x", "y"], "reason": ["", ""], "days": [1, 2],
    ...                      "city": ["s", "s"], "change": ["", ""]}, index=["a", "b"])
    >>> chosen(rows, Asking(sort="-days")).index.tolist(), chosen(rows, Asking(q="甲")).index.tolist()
    (['b', 'a'], ['a'])
    """
    if ask.change and ask.change not in MOVES[:2]:
        raise not_known("change", "变化", ask.change, MOVES[:2])
    for name in ("city", "owner", "change"):
        wanted = getattr(ask, name)
        frame = frame[frame[name].eq(wanted).fillna(False).astype(bool)] if wanted else frame
    if ask.q.strip():
        text = frame["name"].fillna("") + "\n" + frame["owner"].fillna("") + "\n" + frame["reason"].fillna("")
        frame = frame[text.str.contains(ask.q.strip(), case=False, regex=False).astype(bool)]
    return sorted_by(frame, ask.sort) if ask.sort else frame


def sorted_by(frame: pd.DataFrame, sort: str) -> pd.DataFrame:
    """Sort by a column, downwards with `-` before its name; empty cells come last. Raises NotKnown."""
    name = sort.removeprefix("-")
    if name not in frame.columns:
        raise not_known("column of this list", "列(该清单)", name, [str(column) for column in frame.columns])
    return frame.sort_values(name, ascending=not sort.startswith("-"), kind="stable", na_position="last")


def rows(results: Results, page: pd.DataFrame, whole: pd.DataFrame) -> list[Row]:
    """Return rows as plain JSON: money with its unit, what each is about, and the row that proves it."""
    proof = proofs(results, page)
    since = (whole.attrs.get("changes") or {}).get("since", {})
    public = results.region.reader.kind == "public"
    amounts = whole.attrs.get("money", ["invested"])
    made = []
    for row in rows_of(page.drop(columns="rule")):
        told = since.get(row["id"], {})
        more = {"times": told.get("times"), "first_on": told.get("edition"), **proof[row["id"]]}
        more |= {"source": without_name(row["source"])} if public and row["source"] else {}
        made.append(row | {name: money(row[name]) for name in amounts if name in row} | more)
    return made


def proofs(results: Results, page: pd.DataFrame) -> dict[str, Row]:
    """Return for each row `about` and `proof` as {table, id}: the row it is, and the one its source stands on."""
    tables = page["table"] if "table" in page else pd.Series("projects", index=page.index)
    real = page["row"] if "row" in page else page.index.to_series()
    found = _dated(results, page)
    made: dict[str, Row] = {}
    for id, table, row, source in zip(page.index, tables, real, page["source"], strict=True):
        about = {"table": str(table), "id": str(row)} if simple(table) else None
        own = PAGE_OF.get(str(table)) if about else None
        made[str(id)] = {"about": about, "proof": found.get((str(id), str(source)), about), "page": own}
    return made


def _dated(results: Results, page: pd.DataFrame) -> dict[tuple[str, str], Row]:
    """Rows of events, returns and years that carry the sources of some projects.

    One cell may have made several rows: of a list by months the return is meant, else the event of the day `since`.
    """
    if "table" in page and not page["table"].eq("projects").any():
        return {}
    ids, said = [str(id) for id in page.index], page["source"].dropna().astype(str).unique().tolist()
    days = page["since"].dropna().astype(str).unique().tolist() if "since" in page else []
    sql = """SELECT project, source, min_by(id, ({}, id)) AS id FROM "{}" WHERE project IN (SELECT unnest($ids))
             AND source IN (SELECT unnest($said)) GROUP BY project, source"""
    found: dict[tuple[str, str], Row] = {}
    for name in reversed(PROVING if "period" not in page else (PROVING[1], PROVING[0], PROVING[2])):
        near = "coalesce(actual NOT IN (SELECT unnest($days)), true)" if days and name == PROVING[0] else "true"
        given = {"ids": ids, "said": said} | ({"days": days} if "$days" in near else {})
        known = results.region.query(sql.format(near, name), **given)
        found |= {(p, s): {"table": name, "id": id} for p, s, id in known.itertuples(index=False)}
    return found


def described(results: Results, card: Card) -> dict[str, Any]:
    """Return what a page must know before it shows a list: its columns, the values of its rule, whom to filter by."""
    frame = results.listing(card.id)
    names = names_of(results)
    city = marked(results, frame)["city"].dropna().unique()
    return {
        "columns": [
            {"name": one.name, "kind": one.kind, "target": one.target, "zh": one.title("zh"), "en": one.title("en"),
             "width": one.width}
            for one in columns_of(card.id, [str(c) for c in frame.columns if c != "rule"])
            if one.on_page and frame[one.name].notna().any()
        ],
        "parameters": [_parameter(one) for one in parameters(results, card, frame)],
        "cities": [_city(str(id), names["place"].get(id, {})) for id in sorted(city)],
        "owners": sorted(frame["owner"].dropna().astype(str).unique().tolist()),
    }  # fmt: skip


def _city(id: str, row: Mapping[str, Any]) -> Row:
    return {"id": id, "name": row.get("name"), "name_en": row.get("name_en")}


def parameters(results: Results, card: Card, frame: pd.DataFrame) -> list[Parameter]:
    """Return the dated values the list rests on that another number could take the place of."""
    return parameters_of(results, card, (frame.attrs.get("rule") or {}).get("id", ""))


def _parameter(one: Parameter) -> dict[str, Any]:
    told = {"name": one.name, "value": one.value, "unit": one.unit, "zh": one.zh, "en": one.en}
    return told | {"from": one.valid_from, "source": one.source, "assumption": one.assumption}


def tried(results: Results, card: Card, given: Mapping[str, str], which: str, ask: Asking) -> dict[str, Any]:
    """Return what another threshold would change: counts first, then one page of the rows that move, and why.

    Raises
    ------
    InputError
        where nothing is tried, or the list rests on no number of that name.
    NotKnown
        for a move that is none of `MOVES`, or an option that does not exist.
    """
    if which not in MOVES:
        raise not_known("move", "去向", which, MOVES)
    before = results.listing(card.id)
    known = {one.name: one for one in parameters(results, card, before)}
    options = catalogue.read_options(card, dict(given))
    if not given or not given.keys() <= known.keys():
        raise _nothing_to_try(card, known, given)
    asked = {name: options[name] for name in given}
    after = results.listing(card.id, **asked)
    moved = {
        "new": after[~after.index.isin(before.index)],
        "stayed": after[after.index.isin(before.index)],
        "left": before[~before.index.isin(after.index)],
    }
    part = chosen(marked(results, moved[which]), ask)
    page = rows(results, part.iloc[ask.offset : ask.offset + (ask.limit or len(part))], before)
    steps = [_step(known[name], asked[name]) for name in asked]
    return {
        "card": {"id": card.id, "version": card.version, "zh": card.zh, "en": card.en, "source": card.source},
        "tried": asked, "steps": steps, "rule": before.attrs.get("rule", {}),
        "before": len(before), "after": len(after), **{f"{name}_count": len(frame) for name, frame in moved.items()},
        "others": others(results, card, asked),
        "which": which, "total": len(part), "offset": ask.offset, "limit": ask.limit,
        "rows": [row | _why(row, steps) for row in page], **where(results),
    }  # fmt: skip


def others(results: Results, card: Card, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the other lists that rest on the same values of the same rule, by their counts before and after.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = others(Results(tiny()), catalogue.card("signed-not-filed", "list"), {"grace": 100000})
    >>> [(one["id"], one["before"], one["after"]) for one in found]
    [('filed-not-started', 1, 0)]
    """
    rule = (results.listing(card.id).attrs.get("rule") or {}).get("id")
    found = []
    for other in (
        one for one in catalogue.cards("list") if one.id != card.id and asked.keys() & catalogue.options(one)
    ):
        before = results.listing(other.id)
        same = [one.name for one in parameters(results, other, before) if one.name in asked]
        if rule and same and before.attrs["rule"]["id"] == rule:
            found.append(_moving(other, before, results.listing(other.id, **{name: asked[name] for name in same})))
    return found


def _moving(card: Card, before: pd.DataFrame, after: pd.DataFrame) -> dict[str, Any]:
    return {
        "id": card.id, "zh": card.zh, "en": card.en, "before": len(before), "after": len(after),
        "new_count": int((~after.index.isin(before.index)).sum()),
        "left_count": int((~before.index.isin(after.index)).sum()),
    }  # fmt: skip


def _nothing_to_try(card: Card, known: Mapping[str, Parameter], given: Mapping[str, str]) -> InputError:
    odd, names = ", ".join(sorted(set(given) - set(known))), ", ".join(known)
    if not known:
        return InputError(
            f"The list '{card.id}' rests on no number that could be tried",
            f"清单“{card.zh}”不以可调整的数值为据",
        )
    first, en, zh = next(iter(known)), f", not on {odd}" if odd else "", f", 不含 {odd}" if odd else ""
    return InputError(
        f"Give a value to try, e.g. {first}=60; the list rests on {names}{en}",
        f"请给出要试算的取值, 如 {first}=60; 该清单所据为 {names}{zh}",
    )


def _step(was: Parameter, now: Any) -> dict[str, Any]:
    return {"name": was.name, "zh": was.zh, "en": was.en, "unit": was.unit, "was": was.value, "now": now}


def _why(row: Row, steps: list[dict[str, Any]]) -> dict[str, str]:
    """Say why a row moves: its own reason, and which number changed."""
    said = {
        lang: "; ".join(f"{one[lang]} {one['was']:g} → {one['now']:g} {unit(one['unit'], lang)}" for one in steps)
        for lang in ("zh", "en")
    }
    reason = {"zh": row["reason"] or "", "en": row["reason_en"] or row["reason"] or ""}
    return {f"why_{lang}": f"{reason[lang]} ({said[lang]})" for lang in said}
