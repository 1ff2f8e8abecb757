"""Editions of programmes made from published yearly lists: what the lists say, and no more."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.linkage import lines, listed_projects
from hechang.terms.errors import InputError
from hechang.terms.specs import codes

NUMBER = r"第\s*(\d+)\s*项"  # of the list, as notes of imported lists give it


def list_items(region: Region) -> pd.DataFrame:
    """Items of one edition a body and list year: what is on the list, and what the list before had and this one not.

    Without amounts and dates in the lists, an exit has a reason only where the list before says `built`; else it is
    `unknown`, to be checked. The first list on file cannot tell what was carried over: all of it entered.

    Returns
    -------
    DataFrame
        of (body), year, project, listed_as, number, state, reason, source, level, synthetic; by body, year, number.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="lists") as e:
    ...     _ = e.put("projects", [{"id": "q1", "name": "云湖研究所", "list_years": [2021, 2022]},
    ...                            {"id": "q2", "name": "云湖码头", "list_years": [2021], "status": "built"}])
    >>> list_items(e.after)[["year", "project", "state"]].values.tolist()
    [[2021, 'q1', 'entered'], [2021, 'q2', 'entered'], [2022, 'q1', 'carried'], [2022, 'q2', 'completed']]
    """
    rows = _listed(region)
    before = _of_the_year_before(rows)
    both = rows.merge(before, on=["of", "year", "line"], how="outer", suffixes=("", "_before"))
    on, known = both["project"].notna(), both["project_before"].notna()
    told = _states(both, on, known)
    columns = ["project", "listed_as", "number", "source", "level", "synthetic"]
    exits = {name: both[name].where(on, both[f"{name}_before"]) for name in columns if name != "number"}
    made = both.assign(**exits, **told)[["of", "year", *columns, "state", "reason"]]
    return made.sort_values(["of", "year", "number", "project"]).reset_index(drop=True)


def _listed(region: Region) -> pd.DataFrame:
    rows = listed_projects(region).rename_axis("project").reset_index()
    if rows.empty:
        raise InputError(
            "No project names the years of its lists. Import them with the column 'list_years'",
            "没有项目注明列入清单年份。请导入“列入清单年份”列",
        )
    number = rows["note"].astype("string").str.extract(NUMBER, expand=False).astype("Int64")
    line = rows["project"].map(lines(region))
    rows = rows.rename(columns={"owner": "of", "name": "listed_as"}).assign(number=number, line=line)
    return rows.drop_duplicates(["of", "year", "line"])


def _of_the_year_before(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of each list, dated by the next list of the same body."""
    years = rows[["of", "year"]].drop_duplicates().sort_values(["of", "year"])
    years = years.assign(then=years.groupby("of")["year"].shift(-1)).dropna()
    found = rows.merge(years, on=["of", "year"])
    return found.assign(listed=found["year"], year=found["then"].astype(rows["year"].dtype)).drop(columns="then")


def _states(both: pd.DataFrame, on: pd.Series, known: pd.Series) -> dict[str, pd.Series]:
    """State and reason of items; `known` says which had a row in the list before."""
    year = both["listed"].astype("Int64").astype("string").fillna("")
    built = both["status_before"].eq("built").fillna(False)
    renamed = on & known & both["listed_as"].ne(both["listed_as_before"]).fillna(False)
    first = both["year"].eq(both.groupby("of")["year"].transform("min"))
    state = pd.Series("entered", index=both.index, dtype="string")
    state = state.mask(on & known, "carried").mask(~on, "unknown").mask(~on & built, "completed")
    status = both["status"].map({id: one.zh for id, one in codes("project_states").items()}).astype("string")
    reason = status + " / " + both["status"].astype("string")  # empty where the list says nothing
    reason = reason.mask(on & first, "首份在库清单 / first list on file")
    reason = reason.mask(renamed, "原名" + both["listed_as_before"] + " / was " + both["listed_as_before"])
    gone = year + " 年清单有, 下一份在库清单未列, 去向待核 / in the list of " + year
    reason = reason.mask(~on, gone + ", not in the next one on file, to be checked")
    built_words = year + " 年清单列为建成 / listed as completed in " + year
    return {"state": state, "reason": reason.mask(~on & built, built_words)}


def programmes_from_lists(region: Region, *, by: str, why: str) -> Region:
    """Write one annual edition a body and list year, each following the one before; years already there are left.

    Raises
    ------
    InputError
        where no list years are known, or all editions are there.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="lists") as e:
    ...     _ = e.put("projects", [{"id": "q1", "name": "云湖研究所", "list_years": [2021, 2022]}])
    >>> programmes_from_lists(e.after, by="zhang", why="lists of two years").programmes["name"].tolist()
    ['2021 年重大项目清单(local)', '2022 年重大项目清单(local)']
    """
    found = list_items(region)
    editions = _editions(region, found)
    kept = editions.reset_index()
    new = kept[~kept["name"].isin(region.table("programmes", columns=["name"])["name"])]
    if new.empty:
        raise InputError("All yearly lists are programmes already", "各年清单均已成为滚动计划")
    programme = pd.MultiIndex.from_frame(found[["of", "year"]]).map(editions["id"].to_dict())
    items = found.drop(columns=["of", "year"]).assign(programme=programme)
    with region.edit(by=by, why=why) as e:
        e.put("programmes", new.drop(columns=["of", "year"]))
        e.put("programme_items", items[items["programme"].isin(new["id"])])
    return e.after


def _editions(region: Region, found: pd.DataFrame) -> pd.DataFrame:
    """Rows of `programmes` by body and year; an edition that is there keeps its id."""
    bodies = region.table("bodies", columns=["name"])["name"]
    rows = found.groupby(["of", "year"])["synthetic"].all().reset_index()
    year = rows["year"].astype("string")
    name = year + " 年重大项目清单(" + rows["of"].map(bodies).astype("string").fillna(rows["of"].astype("string")) + ")"
    there = region.table("programmes", columns=["name"]).reset_index().set_index("name")["id"]
    made = pd.Series([region.make_id() for _ in range(len(rows))], dtype="string")
    rows = rows.assign(name=name, kind="year", begins=year + "-01-01", ends=year + "-12-31")
    rows = rows.assign(id=name.map(there).astype("string").fillna(made), level=0, owner=rows["of"])
    body = rows["of"].where(rows["of"].isin(bodies.index))
    return rows.assign(previous=rows.groupby("of")["id"].shift(1), body=body).set_index(["of", "year"])
