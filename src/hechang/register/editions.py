"""Editions of a list: what is new, what stayed, what left and why, and the row that keeps one for ever.

A list is compared with the editions kept before its day under the same options; what is on a list are rows of any
table: their column `table` says of which (`projects` where there is none), `row` under which id (that on the list
where there is none).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from hechang.region.region import Region
from hechang.store.readers import reader
from hechang.terms.catalogue import card, read_options
from hechang.terms.catalogue import options as options_of
from hechang.terms.errors import InputError
from hechang.terms.ids import content_hash
from hechang.terms.specs import codes, table, tables

Changes = dict[str, Any]
LOOK_BACK = 12  # editions: how far back a list says since when a row has been on it


def editions(region: Region, listing: str, options: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Editions kept of a list under the same options up to the region's day, one a day, newest first.

    Returns
    -------
    DataFrame
        Indexed by id of the edition: edition (its name), day, of_revision, hash; of several of one day the last kept.

    Examples
    --------
    >>> from hechang import tiny
    >>> editions(tiny(), "signed-not-filed").empty
    True
    """
    sql = """SELECT id, edition, day, options, of_revision, hash FROM editions
             WHERE "list" = $list AND day <= $day ORDER BY day DESC, revision DESC"""
    found = region.query(sql, list=listing, day=region.day).set_index("id")
    asked = dict(options or {})
    same = [json.loads(text if isinstance(text, str) else "{}") == asked for text in found["options"]]
    return found.loc[same, ["edition", "day", "of_revision", "hash"]].drop_duplicates("day")


def changes(
    region: Region, listing: str, now: pd.Index, *, following: str = "", options: Mapping[str, Any] | None = None
) -> Changes:
    """Compare what is on a list with the editions before.

    Parameters
    ----------
    listing
        Id of the list.
    now
        Ids on the list today.
    following
        What takes a row off the list: a stage of projects ("filed"), or a date column of another table
        ("tasks.closed"); empty where nothing of the kind does.
    options
        Options of the list that differ from its defaults; editions under other options are another list.

    Returns
    -------
    dict
        previous (name of the edition before, or None), new, stayed [ids], left [{id, name, why}],
        since {id of a row that stayed: {edition (the first of those without a gap), times (today included)}}.

    Examples
    --------
    >>> from hechang import tiny
    >>> changes(tiny(), "signed-not-filed", pd.Index(["p1"]), following="filed")["previous"] is None
    True
    """
    known = editions(region, listing, options)
    known = known[known["day"] < region.day].head(LOOK_BACK)
    if known.empty:
        return {"previous": None, "new": [], "stayed": [], "left": [], "since": {}}
    before, now = _rows_of(region, str(known.index[0])), now.astype(object)
    gone = before[~before.index.isin(now)].sort_index()
    why = why_left(region, gone, following)
    stayed = now[now.isin(before.index)].sort_values()
    return {
        "previous": str(known["edition"].iloc[0]),
        "new": [str(id) for id in now[~now.isin(before.index)].sort_values()],
        "stayed": [str(id) for id in stayed],
        "left": [{"id": str(id), "name": str(name), "why": why[str(id)]} for id, name in gone["name"].items()],
        "since": _since(region, known["edition"], stayed),
    }


def _rows_of(region: Region, edition: str) -> pd.DataFrame:
    """Ids on an edition with their `name`, `table`, `row`; the rest of it, maybe megabytes, stays where it is."""
    names = ("id", "name", "table", "row")
    picked = ", ".join(f"""json_extract_string("rows", '$[*].{name}') AS {name}s""" for name in names)
    found = region.query(f"SELECT {picked} FROM editions WHERE id = $id", id=edition).iloc[0]
    rows = pd.DataFrame({"id": list(found["ids"])}, dtype=object)
    for column, other in (("name", ""), ("table", "projects"), ("row", rows["id"])):
        told = list(found[f"{column}s"])
        rows[column] = pd.Series(told, dtype=object) if len(told) == len(rows) else other
    return rows.drop_duplicates("id").set_index("id")


def _since(region: Region, known: pd.Series, stayed: pd.Index) -> dict[str, dict[str, Any]]:
    """Since which edition each row has been on the list without a gap; `known` names the editions, newest first."""
    sql = """SELECT id AS edition, unnest(json_extract_string("rows", '$[*].id')) AS row FROM editions
             WHERE id IN (SELECT unnest($ids))"""
    listed = region.query(sql, ids=[str(id) for id in known.index])
    row = stayed.get_indexer(pd.Index(listed["row"], dtype=object))
    edition = pd.Index(known.index.astype(object)).get_indexer(listed["edition"].astype(object))
    on = np.zeros((len(stayed), len(known)), dtype=bool)
    on[row[row >= 0], edition[row >= 0]] = True
    run = on.cumprod(axis=1).sum(axis=1)
    names = [str(name) for name in known]
    return {str(id): {"edition": names[n - 1], "times": n + 1} for id, n in zip(stayed, run.tolist(), strict=True)}


def why_left(region: Region, gone: pd.DataFrame, following: str) -> dict[str, str]:
    """Why rows are no longer on a list: the event that came, the row that ended, or data and rule changed.

    Parameters
    ----------
    gone
        Indexed by id on the list; `table` and `row` say which row of which table that is.
    following
        As in `changes`.

    Examples
    --------
    >>> from hechang import tiny
    >>> why_left(tiny(), pd.DataFrame({"table": ["projects"], "row": ["nobody"]}, index=["nobody"]), "filed")
    {'nobody': '不在库 / no longer in the register'}
    """
    why = pd.Series("数据或规则有变 / the data or the rule changed", index=gone.index, dtype=object)
    for name, rows in gone[gone["table"].isin(list(tables()))].groupby("table"):
        known = region.table(str(name), columns=["id"], where={"id": rows["row"].to_list()}).index
        why[rows.index[~rows["row"].isin(known)]] = "不在库 / no longer in the register"
    why.update(_came(region, gone.index, following))
    return {str(id): str(text) for id, text in why.items()}


def _came(region: Region, ids: pd.Index, following: str) -> pd.Series:
    """What took rows off a list, in words, for those where it came by the region's day."""
    stage, asked = codes("stages").get(following), [str(id) for id in ids]
    if stage:
        sql = """SELECT project AS id, min(actual) AS day FROM project_events
                 WHERE stage = $stage AND actual <= $day AND project IN (SELECT unnest($ids)) GROUP BY project"""
        found = region.query(sql, stage=following, day=region.day, ids=asked).set_index("id")
        return found["day"].map(f"{stage.zh} {{0}} / {stage.en.lower()} {{0}}".format)
    if not following or not asked:
        return pd.Series(dtype=object)
    name, _, column = following.partition(".")
    field = table(name).field(column)
    came = region.table(name, columns=[column], where={"id": asked})[column]
    return came[came <= region.day].map(f"{field.zh} {{0}} / {field.en.lower()} {{0}}".format)


def edition_row(region: Region, listing: str, rows: pd.DataFrame, options: Mapping[str, Any]) -> dict[str, Any]:
    """Row for the table `editions` that keeps a list as it stands; the same data give the same hash.

    The edition is called by its month; where that name is taken by another day or other options, by its day, and the
    options that are not default stand behind the name.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> listed = pd.DataFrame({"name": ["甲"]}, index=pd.Index(["p1"], name="id"))
    >>> edition_row(r, "signed-not-filed", listed, {"grace": 30})["edition"] == r.day[:7] + " grace=30"
    True
    """
    kept = json.loads(rows.reset_index().to_json(orient="records", force_ascii=False))
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return {
        "list": listing,
        "edition": _name(region, listing, options),
        "day": region.day,
        "of_revision": region.revision,
        "options": dict(options),
        "rows": kept,
        "hash": content_hash(text.encode()),
    }


def _name(region: Region, listing: str, options: Mapping[str, Any]) -> str:
    """Name for a new edition that no other edition of the list bears."""
    behind = "".join(f" {name}={value}" for name, value in sorted(options.items()))
    sql = 'SELECT edition FROM "editions every" WHERE "list" = $list'
    taken = set(region.query(sql, list=listing)["edition"])
    wanted = [f"{region.day[:7]}{behind}", f"{region.day}{behind}"]
    again = (f"{region.day}{behind} ({n})" for n in range(2, len(taken) + 3))
    return next(name for name in (*wanted, *again) if name not in taken)


def chosen(listing: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Options of a list that differ from its defaults, as editions keep them; raises as `read_options` does.

    Examples
    --------
    >>> chosen("signed-not-filed", {"grace": "30"}), chosen("signed-not-filed", {"grace": ""})
    ({'grace': 30}, {})
    """
    found = card(listing, "list")
    read, known = read_options(found, dict(given)), options_of(found)
    return {name: value for name, value in sorted(read.items()) if value != known[name].default}


def keep(
    region: Region, listings: Sequence[str], *, by: str, why: str, options: Mapping[str, Any] | None = None
) -> Region:
    """Keep lists as they stand on the region's day as editions; the next list tells what changed since.

    An edition that says the same as the last one of that day is kept once. `options` hold for all the lists. It is
    for the public (level 0) only where the public sees every row of it and no row rests on a person's word.

    Examples
    --------
    >>> from hechang import tiny
    >>> kept = keep(tiny().on("2022-08-31"), ["filed-not-started"], by="zhang", why="month end")
    >>> kept.on("2022-09-27").listing("filed-not-started").attrs["changes"]["stayed"]
    ['p2']
    """
    asked = [(listing, chosen(listing, options or {})) for listing in listings]
    made = [edition_row(region, listing, region.listing(listing, **given), given) for listing, given in asked]
    rows = [{**row, "level": _clearance(region, row)} for row in made if not _is_kept(region, row)]
    if not rows:
        return region
    with region.edit(by=by, why=why) as e:
        e.put("editions", rows)
    return e.after


def _clearance(region: Region, row: Mapping[str, Any]) -> int:
    seen = replace(region, reader=reader("public")).listing(row["list"], **row["options"])
    named = any(str(one.get("source", "")).startswith("person:") for one in row["rows"])
    return 1 if named or set(seen.index) != {one["id"] for one in row["rows"]} else 0


def _is_kept(region: Region, row: Mapping[str, Any]) -> bool:
    known = editions(region, row["list"], row["options"])
    return bool(((known["day"] == row["day"]) & (known["hash"] == row["hash"])).any())


def recompute(region: Region, edition: str) -> dict[str, Any]:
    """Work out a kept edition again from the revision, the day and the options it names, and compare.

    Parameters
    ----------
    edition
        Id of a row of the table `editions`.

    Returns
    -------
    dict
        same (rows and hash are those published), hash, of_revision, day, options; added, missing, changed [ids]
        where they are not.

    Raises
    ------
    InputError
        where the region knows no such edition.

    Examples
    --------
    >>> from hechang import tiny
    >>> kept = keep(tiny(), ["filed-not-started"], by="zhang", why="month end")
    >>> recompute(kept, kept.editions.index[0])["same"]
    True
    """
    found = region.table("editions", where={"id": edition})
    if found.empty:
        raise InputError(
            f"No edition '{edition}' is kept. See the table editions", f"没有版次“{edition}”, 见清单版次表"
        )
    row = found.iloc[0]
    options = json.loads(row["options"] or "{}") if isinstance(row["options"], str) else {}
    then = region.at(int(row["of_revision"])).on(str(row["day"]))
    again = edition_row(then, str(row["list"]), then.listing(str(row["list"]), **options), options)
    told = {"hash": again["hash"], **{name: again[name] for name in ("of_revision", "day", "options")}}
    published = json.loads(row["rows"])
    differing = _differing(published, again["rows"])
    return {"same": published == again["rows"] and again["hash"] == row["hash"], **told, **differing}


def _differing(published: list[dict[str, Any]], again: list[dict[str, Any]]) -> dict[str, list[str]]:
    was, now = ({str(row["id"]): row for row in rows} for rows in (published, again))
    return {
        "added": sorted(now.keys() - was.keys()),
        "missing": sorted(was.keys() - now.keys()),
        "changed": sorted(id for id in now.keys() & was.keys() if now[id] != was[id]),
    }
