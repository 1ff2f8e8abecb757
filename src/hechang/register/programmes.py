"""Rolling programmes 滚动计划: editions by year or half-year, what they carry over, take in and let go, and why.

A reason comes from what the register records (an event, a link, a state on a list); where it records nothing the
reason is "to be checked", never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from hechang.region.region import Region
from hechang.register.linkage import lines
from hechang.register.rolling import TOLD, Edition, entries, facts, fates
from hechang.terms.errors import InputError, not_known

ON = ("entered", "carried")  # states of items that are on the edition; the others tell who left it
COLUMNS = ["name", "state", "reason", "reason_en", "before", "invest_plan", "place", "owner", "synthetic"]
CHECK = "去向待核 / to be checked"
_TERM = re.compile(r"(\d{4})(?:-?[Hh]([12])|年?(上|下)半年)?年?")


def edition(region: Region, term: str, *, previous: str = "", body: str = "") -> Edition:
    """Describe the edition of a term: `2023` is a year, `2023-H1` its first half.

    Parameters
    ----------
    term
        2023, 2023-H1, 2023-H2, 2023年上半年.
    previous
        Name or id of the edition before; when empty the latest of the same kind and body that ended before.
    body
        Name or id of a body; when empty that of the edition before.

    Raises
    ------
    InputError
        for a term that is none, or where several editions could be the one before.

    Examples
    --------
    >>> from hechang import tiny
    >>> e = edition(tiny(), "2023-H1")
    >>> e.name, e.kind, e.begins, e.ends, e.previous
    ('2023 年上半年滚动计划', 'half_year', '2023-01-01', '2023-06-30', None)
    """
    found = _TERM.fullmatch(term.strip())
    if not found:
        raise InputError(f"'{term}' is no term; write 2023 or 2023-H1", f"“{term}”不是计划期; 请写 2023 或 2023-H1")
    year, half = found[1], {"上": "1", "下": "2"}.get(found[3], found[2] or "")
    days = {"": ("01-01", "12-31"), "1": ("01-01", "06-30"), "2": ("07-01", "12-31")}[half]
    begins, ends = (f"{year}-{day}" for day in days)
    kind = "half_year" if half else "year"
    of = _id_of(region, "bodies", body, "body", "单位") if body else None
    id, of = _before(region, kind, begins, previous, of)
    name = f"{year} 年" + {"": "", "1": "上半年", "2": "下半年"}[half] + "滚动计划"
    return Edition(name + _bracket(region, of), kind, begins, ends, id, of)


def _bracket(region: Region, body: str | None) -> str:
    """The body in brackets: each has its own edition of a term."""
    return f"({region.table('bodies', columns=['name'])['name'].get(body, body)})" if body else ""


def _before(region: Region, kind: str, begins: str, previous: str, body: str | None) -> tuple[str | None, str | None]:
    """Id of the edition before, and the body."""
    known = region.table("programmes", columns=["name", "kind", "begins", "ends", "body"])
    if previous:
        id = programme_id(region, previous)
        return id, body or _text(known.loc[id, "body"])
    fits = known[known["kind"].eq(kind) & (known["ends"] < begins)]
    fits = fits[fits["body"].eq(body)] if body else fits
    latest = fits[fits["ends"] == fits["ends"].max()]
    if len(latest) > 1:
        names = ", ".join(latest["name"])
        raise InputError(f"Which edition came before? Name one of: {names}", f"上一期是哪一期? 请指定其一: {names}")
    if latest.empty:
        return None, body
    return str(latest.index[0]), body or _text(latest["body"].iloc[0])


def _text(cell: object) -> str | None:
    return None if cell is None or cell is pd.NA else str(cell)


def _id_of(region: Region, table: str, name: str, what_en: str, what_zh: str) -> str:
    known = region.table(table, columns=["name"])["name"]
    hit = known.index[known.eq(name)] if name not in known.index else pd.Index([name])
    if hit.empty:
        raise not_known(what_en, what_zh, name, [*known, *known.index])
    return str(hit[0])


def programme_id(region: Region, name: str) -> str:
    """Id of a programme given by its name or id; raises NotKnown.

    Examples
    --------
    >>> from hechang import tiny
    >>> programme_id(tiny(), "2022 年滚动计划")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.NotKnown: No programme is called '2022 年滚动计划'.
    """
    known = region.table("programmes", columns=["name"])["name"]
    starts = known.index[known.str.startswith(f"{name} 年")] if name.isdecimal() else known.index[:0]
    return str(starts[0]) if len(starts) == 1 else _id_of(region, "programmes", name, "programme", "滚动计划")


def items(region: Region, programme: str) -> pd.DataFrame:
    """Items of a programme, given by name or id, in the order of the list.

    Returns
    -------
    DataFrame
        Indexed by item: project, name (as listed), state, number, reason, invest_plan [分].

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> made = adopt(r, roll(r, edition(r, "2022")), by="zhang", why="first edition")
    >>> items(made, "2022 年滚动计划")[["project", "state"]].values.tolist()
    [['p1', 'entered'], ['p2', 'entered'], ['p3', 'entered'], ['p4', 'entered']]
    """
    sql = """SELECT i.id, i.project, coalesce(i.listed_as, p.name) AS name, i.state, i.number, i.reason, i.invest_plan
             FROM programme_items i LEFT JOIN projects p ON p.id = i.project
             WHERE i.programme = $programme ORDER BY i.number NULLS LAST, i.project"""
    return region.query(sql, programme=programme_id(region, programme)).set_index("id")


def roll(region: Region, edition: Edition, *, named: Sequence[str] = ()) -> pd.DataFrame:
    """Propose an edition; nothing is written.

    What the edition before has and the register does not record as finished is carried over. A project enters when
    it is named, or when it was signed or filed or begins (estimated or actual) within the term. The first edition
    also takes in what is under construction. A date too coarse to tell whether it falls in the term gives `unknown`.

    Parameters
    ----------
    edition
        See `edition`.
    named
        Ids or names of projects that enter in any case.

    Returns
    -------
    DataFrame
        Indexed by project: name, state (entered, carried, completed, dropped, merged, unknown), reason, reason_en,
        before (row it had in the edition before), invest_plan [分 planned for the years of the term], place, owner,
        synthetic. `attrs["edition"]` is the edition.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> roll(r, edition(r, "2022"))["reason"].to_dict()["p2"]
    '2022-01-10 签约'
    """
    known = facts(region, edition)
    left = fates(region, _held(region, edition.previous), known)
    whole = pd.concat([left, _named(region, named), entries(region, edition, known, left.index)])
    whole = whole[~whole.index.duplicated()]
    made = whole.reindex(columns=["before", "listed", *TOLD]).join(known)
    made = made.assign(name=made["name"].fillna(made["listed"]))[COLUMNS].rename_axis("project")
    made.attrs["edition"] = edition
    return made


def _held(region: Region, previous: str | None) -> pd.Series:
    """Names by project of what the edition before has."""
    if previous is None:
        return pd.Series(dtype="string")
    found = items(region, previous)
    return found[found["state"].isin(ON)].drop_duplicates("project").set_index("project")["name"]


def _named(region: Region, named: Sequence[str]) -> pd.DataFrame:
    ids = [_id_of(region, "projects", name, "project", "项目") for name in named]
    rows = pd.DataFrame(index=pd.Index(ids, dtype=object)).assign(state="entered")
    return rows.assign(reason="指定列入", reason_en="named by the office")


def adopt(region: Region, preview: pd.DataFrame, *, by: str, why: str) -> Region:
    """Write a proposed edition: the programme and one item a project, exits with their reasons.

    Raises
    ------
    InputError
        where a programme has that name, or nothing is on the edition.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> adopt(r, roll(r, edition(r, "2022")), by="zhang", why="first edition").programmes["name"].tolist()
    ['2022 年滚动计划']
    """
    made: Edition = preview.attrs["edition"]
    if region.table("programmes", columns=["name"])["name"].eq(made.name).any():
        raise InputError(
            f"A programme '{made.name}' is there already; choose another name", f"已有滚动计划“{made.name}”, 请另取名称"
        )
    if preview.empty:
        raise InputError(f"No project belongs on '{made.name}'", f"没有项目可列入“{made.name}”")
    made_up = bool(preview["synthetic"].fillna(False).all())
    rows = preview.reset_index()[["project", "state", "invest_plan"]].assign(
        listed_as=preview["name"].to_numpy(),
        number=np.arange(1, len(preview) + 1),
        reason=(preview["reason"] + " / " + preview["reason_en"]).to_numpy(),
        synthetic=preview["synthetic"].fillna(False).to_numpy(),
    )
    with region.edit(by=by, why=why) as e:
        (id,) = e.put("programmes", {**asdict(made), "synthetic": made_up})
        e.put("programme_items", rows.assign(programme=id))
    return e.after


def edition_changes(region: Region, a: str, b: str) -> pd.DataFrame:
    """What changed from edition `a` to edition `b`, given by name or id.

    Returns
    -------
    DataFrame
        Indexed by project (its newest row): name, change (entered, carried, or how it left: completed, dropped,
        merged, unknown), before (name in `a`), reason, reason_en. A project that left without a reason on record is
        `unknown`: to be checked.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> made = adopt(r, roll(r, edition(r, "2022")), by="zhang", why="first edition")
    >>> made = adopt(made, roll(made, edition(made, "2023")), by="zhang", why="next edition")
    >>> edition_changes(made, "2022 年滚动计划", "2023 年滚动计划")["change"].to_dict()
    {'p1': 'carried', 'p2': 'carried', 'p3': 'carried', 'p4': 'carried'}
    """
    newest = lines(region)
    old, new = (_on_edition(region, name, newest) for name in (a, b))
    out = items(region, b).pipe(lambda rows: rows[~rows["state"].isin(ON)])
    told = out.set_axis(newest.reindex(out["project"]).fillna(out["project"])).pipe(lambda r: r[~r.index.duplicated()])
    rows = pd.DataFrame({"before": old["name"], "now": new["name"]}, index=old.index.union(new.index))
    state = told["state"].reindex(rows.index).fillna("unknown")
    kept, came = rows["before"].notna() & rows["now"].notna(), rows["before"].isna()
    reason = pd.concat([new["reason"], told["reason"]]).pipe(lambda r: r[~r.index.duplicated()]).reindex(rows.index)
    said = reason.astype("string").mask(reason.isna() & rows["now"].notna(), "")  # what stands in it needs no reason
    halves = said.fillna(CHECK).str.split(" / ", n=1)
    change = state.mask(kept, "carried").mask(came, "entered")
    return pd.DataFrame({
        "name": rows["now"].fillna(rows["before"]), "change": change, "before": rows["before"],
        "reason": halves.str[0], "reason_en": halves.str[-1],
    }).rename_axis("project")  # fmt: skip


def _on_edition(region: Region, name: str, newest: pd.Series) -> pd.DataFrame:
    """Name and reason of what is on an edition, indexed by the newest row of each project."""
    rows = items(region, name)
    rows = rows[rows["state"].isin(ON)]
    rows = rows.set_axis(pd.Index(newest.reindex(rows["project"]).fillna(rows["project"]).astype(object)))
    return rows.loc[~rows.index.duplicated(), ["name", "reason"]]
