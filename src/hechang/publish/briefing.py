"""What a bulletin 简报 tells of a month: returns, money against time, lists, laggards, conflicts, problems, sources.

Every value is a text that is ready to be printed, so that an office's own template needs no code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from hechang.intake.rounds.cells import Cell, shown, title
from hechang.intake.rounds.claims import conflicts_in
from hechang.intake.rounds.status import status
from hechang.publish.bulletin_words import said
from hechang.publish.columns import owner
from hechang.publish.showing import money, number, unit
from hechang.region.region import Region
from hechang.register.progress import progress
from hechang.register.rounds import projects_of, round_named
from hechang.register.rules import rule_value
from hechang.terms.catalogue import card
from hechang.terms.dates import is_date, last_day
from hechang.terms.errors import NotKnown
from hechang.terms.money import FEN

LISTS = ("signed-not-filed", "filed-not-started", "behind-schedule", "slipped", "overdue-tasks", "returns-late")
STATES = {"sent": "not_returned", "returned": "returned", "wrong": "sent_back", "accepted": "accepted", "late": "late"}
MOST = 10  # laggards and conflicts that are shown
SOME = 5  # problems of one body that are shown
OTHER = ""  # projects of bodies that the round does not ask

View = dict[str, Any]


def briefing(region: Region, round: str, lang: str = "zh") -> View:
    """Everything a bulletin can say of a round, or of a month without one; amounts and shares with their units.

    Raises
    ------
    NotKnown
        for what is neither a round nor a month.

    Examples
    --------
    >>> from hechang import tiny
    >>> view = briefing(tiny(), "2022-08")
    >>> view["share"], view["done"], view["plan"], view["points"]
    ('58.3 %', '1,400 万元', '2,400 万元', '低 8.3 个百分点')
    """
    row = _round(region, round)
    period = round if row is None else str(row["period"])
    then = region.on(last_day(period).isoformat())
    id = "" if row is None else str(row.name)
    view = _head(region, row, period, lang)
    view |= _money(then, lang) | _returns(region, id, then, lang)
    view |= {"lists": _lists(region, lang), "late_projects": _laggards(then, lang)}
    view |= _conflicts(region, id, lang) | _problems(region, period, lang) | _sources(region, id, lang)
    return view | {"summary": _summary(view, lang), "synthetic": said("synthetic", lang) if _made_up(region) else ""}


def _round(region: Region, name: str) -> pd.Series | None:
    """The round of that name; None for a month that has none."""
    try:
        return round_named(region, name)
    except NotKnown:
        if is_date(name) and len(name) == 7:
            return None
        raise


def _head(region: Region, row: pd.Series | None, period: str, lang: str) -> View:
    return {
        "title": said("title", lang), "office": region.settings.name, "period": month(period, lang), "lang": lang,
        "round": "" if row is None else str(row["name"]), "due": "" if row is None else str(row["due"]),
        "day": region.day, "revision": region.revision_name,
    }  # fmt: skip


def month(period: str, lang: str) -> str:
    """Name a month.

    Examples
    --------
    >>> month("2022-08", "zh"), month("2022-08", "en")
    ('2022年8月', '2022-08')
    """
    return f"{period[:4]}年{int(period[5:7])}月" if lang == "zh" else period


# --- money -----------------------------------------------------------------------------------------------------------
def _money(then: Region, lang: str) -> View:
    """Sums over the projects with a plan of the year and an amount done; those without are counted apart."""
    judged = progress(then)
    counted = judged[judged["behind"].notna()]
    made = _share(counted, then, lang)
    stale = int((counted["period"] != then.day[:7]).sum())
    return made | {
        "counted": str(len(counted)), "not_counted": str(len(judged) - len(counted)), "stale": str(stale),
        "year": then.day[:4], "due_share": f"{number(_due(then))} %",
    }  # fmt: skip


def _due(then: Region) -> float:
    """Share of the year that is over [%]."""
    return int(then.day[5:7]) / 12 * 100


def _share(rows: pd.DataFrame, then: Region, lang: str) -> View:
    plan, done = int(rows["plan"].sum()), int(rows["done"].sum())
    made = {"plan": money(plan, lang), "done": money(done, lang)}
    if not plan:
        return made | {"share": said("none", lang), "points": said("none", lang)}
    share = done / plan * 100
    return made | {"share": f"{number(share)} %", "points": _points(share - _due(then), lang)}


def _points(apart: float, lang: str) -> str:
    """Say how far from the progress due, in points."""
    near = round(apart, 1)
    key = "points_even" if near == 0 else "points_ahead" if near > 0 else "points_behind"
    return said(key, lang, n=number(abs(near)))


# --- returns ---------------------------------------------------------------------------------------------------------
def _returns(region: Region, round: str, then: Region, lang: str) -> View:
    """Bodies of the round with what they returned and the money of the projects they answer for."""
    if not round:
        return {
            "bodies": [],
            "asked_bodies": "0",
            "taken": "0",
            "late": "0",
            "outstanding": [],
            "outstanding_names": "",
        }
    rows = status(region, round, lang=lang)
    judged = progress(then).join(_owners(region, [str(id) for id in rows.index]))
    counted = judged[judged["behind"].notna()]
    parts = {str(body): part for body, part in counted.groupby("body")}
    none = counted.iloc[:0]
    bodies = [_body(str(id), row, parts.get(str(id), none), (then, lang)) for id, row in rows.iterrows()]
    rest = counted[~counted["body"].isin(rows.index)]
    bodies += [_rest(rest, then, lang)] if len(rest) else []
    open_names = rows.loc[~rows["taken"], "name"].tolist()
    total = rows.attrs["total"]
    counts = {"asked_bodies": str(total["bodies"]), "taken": str(total["taken"]), "late": str(total["late"])}
    return counts | {
        "bodies": bodies,
        "outstanding": open_names, "outstanding_names": said("comma", lang).join(open_names),
    }  # fmt: skip


def _owners(region: Region, bodies: list[str]) -> pd.DataFrame:
    """Body that answers for each project: who leads or owns it, else the body of the round in whose place it lies."""
    direct = region.query("SELECT id, coalesce(lead, owner) AS body FROM projects").set_index("id")["body"]
    near = projects_of(region, bodies).drop_duplicates("project").set_index("project")["body"]
    return direct.where(direct.isin(bodies), near.reindex(direct.index)).fillna(direct).to_frame("body")


def _body(id: str, row: pd.Series, rows: pd.DataFrame, at: tuple[Region, str]) -> View:
    then, lang = at
    state = said(STATES[str(row["state"])], lang)
    answered = f"{row['answered']}/{row['asked']}"
    days = said("days", lang, n=row["late"]) if row["late"] else ""
    returned = "" if pd.isna(row["returned"]) else str(row["returned"])
    told = {"id": id, "name": str(row["name"]), "state": state, "returned": returned, "late": days,
            "answered": answered, "count": str(len(rows))}  # fmt: skip
    told |= {name: str(row[name]) for name in ("attempts", "questions")}
    return told | _share(rows, then, lang)


def _rest(rows: pd.DataFrame, then: Region, lang: str) -> View:
    empty = dict.fromkeys(("state", "returned", "late", "answered", "attempts", "questions"), "")
    return {"id": OTHER, "name": said("others", lang), "count": str(len(rows))} | empty | _share(rows, then, lang)


# --- lists and laggards ----------------------------------------------------------------------------------------------
def _lists(region: Region, lang: str) -> list[View]:
    return [_list(region, id, lang) for id in LISTS]


def _list(region: Region, id: str, lang: str) -> View:
    found = region.listing(id)
    changes = found.attrs["changes"]
    known = changes["previous"] is not None
    counts = {key: str(len(changes[key])) if known else said("none", lang) for key in ("new", "left")}
    names = found.loc[found.index.isin(changes["new"]), "name"].astype(str).head(3).tolist()
    rule = found.attrs["rule"]
    told = ""
    if rule["value"] is not None and rule["unit"]:
        told = f"{rule[lang]}: {number(rule['value'])} {unit(str(rule['unit']), lang)}"
        told += said("assumed", lang) if rule["assumption"] else ""
    return {"id": id, "name": card(id, "list").title(lang), "count": str(len(found)), **counts, "rule": told,
            "new_names": said("comma", lang).join(names), "previous": changes["previous"] or ""}  # fmt: skip


def _laggards(then: Region, lang: str) -> list[View]:
    """Projects farthest behind the progress due, with plan and done."""
    found = then.listing("behind-schedule").head(MOST)
    behind = [said("points_behind", lang, n=number(float(points))) for points in found["behind"]]
    return [
        {"n": str(n), "name": str(row["name"]), "owner": owner(str(row["owner"]), lang, {}),
         "plan": money(int(row["plan"]), lang), "done": money(int(row["invested"]), lang), "behind": behind[n - 1],
         "period": str(row["period"]), "synthetic": said("mark", lang) if row["synthetic"] else ""}
        for n, row in enumerate(found.to_dict("records"), 1)
    ]  # fmt: skip


# --- conflicts, problems, sources ------------------------------------------------------------------------------------
def _conflicts(region: Region, round: str, lang: str) -> View:
    rows = conflicts_in(region, round) if round else pd.DataFrame(columns=["settled"])
    open_rows = rows[rows["settled"].isna()]
    names = region.table("projects", columns=["name"])["name"]
    bodies = _bodies(region, lang)
    told = [_conflict(row, (names, bodies), lang) for row in open_rows.to_dict("records")]
    totals = _totals(region, round, lang) if round else []
    counts = {
        "conflict_count": str(len(told)),
        "settled_count": str(len(rows) - len(told)),
        "total_count": str(len(totals)),
    }
    return counts | {"conflicts": told[:MOST], "conflict_more": _more(len(told) - MOST, lang), "totals": totals}


def _bodies(region: Region, lang: str) -> pd.Series:
    """Names of bodies by id."""
    rows = region.table("bodies", columns=["name", "name_en"])
    return rows["name_en"].fillna(rows["name"]) if lang == "en" else rows["name"]


def _conflict(row: Mapping[Any, Any], known: tuple[pd.Series, pd.Series], lang: str) -> View:
    names, bodies = known
    cell = Cell(row["table"], row["project"], row["of"], row["field"])
    claims = [f"{bodies.get(c['body'], c['name'])} {shown(cell, c['value'], lang)}" for c in row["claims"]]
    return {
        "project": str(names.get(cell.project, cell.project)),
        "field": title(cell, lang),
        "claims": said("semicolon", lang).join(claims),
    }


def _totals(region: Region, round: str, lang: str) -> list[View]:
    """Totals stated that differ from the sum of their rows."""
    rows = region.table("round_totals", where={"round": round})
    allowed = float(rule_value(region, "collection-round", "total_tolerance").value) * FEN["万元"]
    apart = rows[(rows["stated"].astype(float) - rows["summed"].astype(float)).abs() > allowed]
    names = _bodies(region, lang)
    return [
        {"body": str(names.get(row["body"], row["body"])), "stated": money(int(row["stated"]), lang),
         "summed": money(int(row["summed"]), lang), "rows": str(row["rows"]),
         "apart": money(abs(int(row["stated"]) - int(row["summed"])), lang)}
        for row in apart.to_dict("records")
    ]  # fmt: skip


def _problems(region: Region, period: str, lang: str) -> View:
    """Blocking problems told for the month, by body."""
    sql = """SELECT coalesce(p.lead, p.owner) AS id, p.name AS project, r.problem FROM returns r
             JOIN projects p ON p.id = r.project
             WHERE r.period = $period AND r.problem IS NOT NULL ORDER BY id, project"""
    rows = region.query(sql, period=period)
    nobody = rows["id"].map(lambda id: owner(str(id), lang, {}))
    rows = rows.assign(body=rows["id"].map(_bodies(region, lang)).fillna(nobody))
    groups = [_problem(str(body), part, lang) for body, part in rows.groupby("body", sort=False)]
    kinds = rows["problem"].value_counts().head(3)
    often = said("comma", lang).join(f"{text}({count})" for text, count in kinds.items())
    return {"problems": groups, "problem_count": str(len(rows)), "problem_often": often}


def _problem(body: str, rows: pd.DataFrame, lang: str) -> View:
    items = [{"project": str(p), "text": str(t)} for p, t in zip(rows["project"], rows["problem"], strict=True)]
    more = _more(len(items) - SOME, lang)
    told = [said("colon", lang).join(one.values()) for one in items[:SOME]] + ([more] if more else [])
    text = said("semicolon", lang).join(told)
    return {"body": body, "count": str(len(items)), "entries": items[:SOME], "more": more, "text": text}


def _more(count: int, lang: str) -> str:
    return said("more", lang, n=count) if count > 0 else ""


def _sources(region: Region, round: str, lang: str) -> View:
    """Workbooks the figures of the round come from, with the beginning of their fingerprint."""
    sql = """SELECT b.body, d.path, left(d.sha256, 12) AS hash FROM round_bodies b
             JOIN documents d ON d.id = b.document WHERE b.round = $round AND b.answers IS NOT NULL ORDER BY b.body"""
    rows = region.query(sql, round=round)
    rows = rows.assign(body=rows["body"].map(_bodies(region, lang)).fillna(rows["body"]))
    files = [{"body": b, "file": t, "hash": h} for b, t, h in rows.astype(str).itertuples(index=False)]
    return {"sources": files, "basis": said("basis", lang, day=region.day, revision=region.revision_name)}


def _made_up(region: Region) -> bool:
    return bool(region.query("SELECT coalesce(bool_or(synthetic), false) AS made FROM projects")["made"].iloc[0])


def _summary(view: View, lang: str) -> str:
    """The month in a few sentences, with numerators and denominators."""
    money_in = ("period", "counted", "year", "plan", "done", "share", "due_share", "points")
    parts = [said("sum_money", lang, **{key: view[key] for key in money_in})]
    parts += [said("sum_not_counted", lang, n=view["not_counted"])] if view["not_counted"] != "0" else []
    parts += [said("sum_stale", lang, n=view["stale"])] if view["stale"] != "0" else []
    if view["bodies"]:
        key = "sum_open" if view["outstanding"] else "sum_all"
        parts.append(said(key, lang, asked=view["asked_bodies"], taken=view["taken"], names=view["outstanding_names"]))
    return said("space", lang).join(parts)
