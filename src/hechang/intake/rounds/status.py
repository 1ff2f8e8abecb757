"""How a round stands, body by body; the merge of its returns with the source of each figure; what changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from hechang.intake.rounds.cells import KEY, NOTHING, Cell, as_json, shown, title
from hechang.intake.rounds.claims import claims_in, conflicts_in, settled_in
from hechang.intake.rounds.merging import agreed
from hechang.region.region import Region
from hechang.register.rounds import BEGUN, round_named, standing
from hechang.terms.specs import codes, table

AGREED, OPEN, SETTLED = "agreed", "conflict", "settled"
MONTHLY = ("invest_done", "progress", "problem")
COUNTED = ("asked", "answered", "unanswered", "added", "cells", "faults", "questions", "conflicts")
CHANGES = ["project", "name", "kind", "field", "title", "before", "after"]


def status(region: Region, round: str, *, lang: str = "zh") -> pd.DataFrame:
    """Say where each body of a round stands.

    Parameters
    ----------
    region
        The register; lateness is counted to its day.
    round
        Id, name or period of the round.
    lang
        Language of the names.

    Returns
    -------
    DataFrame
        Indexed by body: name, state, sent, returned, late [days], attempts, faults and questions [of the last return],
        asked, answered [projects], unanswered [projects being built of which it says nothing, or all where the round
        asks for chosen columns], added [projects nobody was asked for], cells [answers], conflicts [open ones it has
        part in], taken. `attrs["total"]` sums them up: bodies, taken, outstanding, late and `COUNTED`.
    """
    row = round_named(region, round)
    rows = standing(region, [str(row.name)]).set_index("body")
    rows = rows.assign(name=rows["name_en"] if lang == "en" else rows["name"])
    claims, conflicts = claims_in(region, str(row.name)), conflicts_in(region, str(row.name))
    pairs = claims[["body", "project"]].drop_duplicates()
    asked = _asked(region, str(row.name))
    known = pairs.merge(asked, on=["body", "project"])
    awaited = _awaited(region, row, asked).merge(pairs, on=["body", "project"], how="left", indicator=True)
    made = rows.assign(
        answered=_counted(known, rows.index),
        unanswered=_counted(awaited[awaited["_merge"] == "left_only"], rows.index),
        added=_counted(pairs[~pairs["project"].isin(asked["project"])], rows.index),
        cells=_counted(claims, rows.index),
        conflicts=_of_body(conflicts).reindex(rows.index, fill_value=0),
    )
    shown_columns = ["name", "state", "sent", "returned", "late", "attempts", *COUNTED, "taken", "synthetic"]
    found = made[shown_columns]
    found.attrs = {"round": _round(row), "total": _total(found) | {"conflicts": int(conflicts["settled"].isna().sum())}}
    return found


def _round(row: pd.Series) -> dict[str, Any]:
    named = {key: None if pd.isna(row[key]) else str(row[key]) for key in ("name", "period", "opened", "due", "closed")}
    return {"id": str(row.name), **named}


def _asked(region: Region, round: str) -> pd.DataFrame:
    sql = (
        """SELECT body, unnest(json_extract_string(asked, '$[*]')) AS project FROM round_bodies WHERE round = $round"""
    )
    return region.query(sql, round=round).astype(object)


def _counted(rows: pd.DataFrame, bodies: pd.Index) -> pd.Series:
    return rows.groupby("body").size().reindex(bodies, fill_value=0)


def _awaited(region: Region, row: pd.Series, asked: pd.DataFrame) -> pd.DataFrame:
    """Projects that were asked for figures: those started by the end of the month, all where columns were chosen."""
    if pd.notna(row["asks"]) and json.loads(row["asks"]):
        return asked
    sql = """SELECT DISTINCT project FROM project_events
             WHERE stage IN (SELECT unnest($stages)) AND actual IS NOT NULL AND left(actual, 7) <= $period"""
    begun = region.query(sql, stages=list(BEGUN), period=str(row["period"]))["project"]
    return asked[asked["project"].isin(begun)]


def _of_body(conflicts: pd.DataFrame) -> pd.Series:
    """Open conflicts by body."""
    claims = conflicts.loc[conflicts["settled"].isna(), "claims"].explode().dropna()
    return claims.map(lambda claim: claim["body"]).value_counts()


def _total(rows: pd.DataFrame) -> dict[str, int]:
    made = {"bodies": len(rows), "taken": int(rows["taken"].sum()), "outstanding": int((~rows["taken"]).sum())}
    return made | {"late": int((rows["late"] > 0).sum())} | {name: int(rows[name].sum()) for name in COUNTED}


def merged(region: Region, round: str, *, lang: str = "zh") -> pd.DataFrame:
    """Put the returns of a round into one table, each figure with its body and cell, conflicts shown.

    Returns
    -------
    DataFrame
        One row a cell: project, name, field (path), title, value [JSON text], shown, bodies, source (of the figure),
        state (agreed, conflict, settled), claims (who says what, where they differ), conflict (its id).
    """
    row = round_named(region, round)
    claims, conflicts = claims_in(region, str(row.name)), conflicts_in(region, str(row.name))
    names = _names(region, "bodies", lang)
    found = agreed(claims).assign(bodies=_joined(claims, names))
    keys = pd.MultiIndex.from_frame(conflicts[KEY])
    said = [" / ".join(f"{c['name']} {c['shown']}" for c in one) for one in conflicts["claims"]]
    beside = pd.DataFrame({"claims": said, "conflict": conflicts.index, "open": conflicts["settled"].isna().to_numpy()},
                          index=keys)  # fmt: skip
    found = found.join(beside)
    chosen = settled_in(conflicts)["value"].reindex(found.index)
    found["value"] = chosen.where(chosen.notna(), found["value"])
    contested = found["conflict"].notna()
    state = pd.Series(AGREED, index=found.index).mask(contested, SETTLED)
    return _table(region, found.assign(state=state.mask(found["open"].eq(True), OPEN)), lang)


def _joined(claims: pd.DataFrame, names: pd.Series) -> pd.Series:
    named = claims.assign(name=claims["body"].map(names).fillna(claims["body"]))
    return named.groupby(KEY, sort=False)["name"].agg("、".join)


def _names(region: Region, name: str, lang: str) -> pd.Series:
    columns = ["name", "name_en"] if name == "bodies" else ["name"]
    rows = region.table(name, columns=columns)
    return rows["name_en"].fillna(rows["name"]) if lang == "en" and "name_en" in rows else rows["name"]


def _table(region: Region, found: pd.DataFrame, lang: str) -> pd.DataFrame:
    cells = [Cell(*key) for key in found.index]
    projects = _names(region, "projects", lang)
    rows = found.reset_index()
    made = pd.DataFrame({
        "project": rows["project"], "name": rows["project"].map(projects), "field": [cell.path for cell in cells],
        "title": [title(cell, lang) for cell in cells], "value": rows["value"],
        "shown": [shown(cell, value, lang) for cell, value in zip(cells, rows["value"], strict=True)],
        "bodies": rows["bodies"], "source": rows["source"], "state": rows["state"],
        "claims": rows["claims"].astype(object).where(rows["claims"].notna(), ""), "conflict": rows["conflict"],
    })  # fmt: skip
    return made.sort_values(["project", "field"], kind="stable").reset_index(drop=True)


def changes(region: Region, round: str, *, lang: str = "zh") -> pd.DataFrame:
    """Say what changed since the round before: by project and field; new, gone and renamed projects.

    Money, progress and problems of the month are held against those of the month before; of all else what this round's
    returns changed. Cells in conflict are left out: they did not change yet.

    Returns
    -------
    DataFrame
        project, name, kind (new, gone, renamed, changed), field (path), title, before, after [texts]; for a project
        that is gone `after` says why. `attrs["previous"]` names the round before, None where there is none.
    """
    row = round_named(region, round)
    earlier = _earlier(region, row)
    before = _month_before(region, str(row["period"])) if earlier is None else str(earlier["period"])
    month = _monthly(region, str(row["period"]), before, lang)
    parts = [month, _answered(region, str(row.name), lang)]
    if earlier is not None:
        parts.append(_come_and_gone(region, str(earlier.name), str(row.name), lang))
    found = pd.concat(parts, ignore_index=True)
    order = found["kind"].map({"new": 0, "gone": 1, "renamed": 2, "changed": 3})
    names = _names(region, "projects", lang)
    made = found.assign(name=found["project"].map(names).fillna(found["project"]), order=order)
    made = made.sort_values(["order", "name", "field"], kind="stable").reset_index(drop=True)[CHANGES]
    made.attrs = {"round": _round(row), "previous": None if earlier is None else str(earlier["name"])}
    return made


def _earlier(region: Region, row: pd.Series) -> pd.Series | None:
    """The round before, by period; None for the first one."""
    rounds = region.table("rounds")
    before = rounds[(rounds["period"] < row["period"]) & (rounds["table"] == row["table"])]
    return before.sort_values(["period", "opened"]).iloc[-1] if len(before) else None


def _month_before(region: Region, period: str) -> str:
    """Latest month before with returns, '' where there is none."""
    sql = "SELECT coalesce(max(period), '') AS month FROM returns WHERE period < $period AND length(period) = 7"
    return str(region.query(sql, period=period)["month"].iloc[0])


def _monthly(region: Region, period: str, earlier: str, lang: str) -> pd.DataFrame:
    columns = ", ".join(
        f"arg_max({f}, id) FILTER (period = ${at}) AS {f}_{at}" for f in MONTHLY for at in ("now", "then")
    )
    sql = f"SELECT project, {columns} FROM returns WHERE period IN ($now, $then) GROUP BY project"
    rows = region.query(sql, now=period, then=earlier).set_index("project").astype(object)
    parts = [_compared(rows, Cell("returns", "", period, field), lang) for field in MONTHLY]
    return pd.concat(parts, ignore_index=True)


def _compared(rows: pd.DataFrame, cell: Cell, lang: str) -> pd.DataFrame:
    now, then = ([as_json(v) for v in rows[f"{cell.field}_{at}"]] for at in ("now", "then"))
    made = pd.DataFrame({"project": rows.index, "now": now, "then": then}, dtype=object)
    made = made[(made["now"] != made["then"]) & (made["now"] != "null")]
    return _said(made, [cell] * len(made), lang)


def _said(rows: pd.DataFrame, cells: Sequence[Cell], lang: str) -> pd.DataFrame:
    """Changes in words, out of columns project, then, now [JSON texts]."""
    words = {at: [shown(c, str(v), lang) for c, v in zip(cells, rows[of], strict=True)]
             for at, of in (("before", "then"), ("after", "now"))}  # fmt: skip
    fields = {"field": [c.path for c in cells], "title": [title(c, lang) for c in cells]}
    return pd.DataFrame({"project": rows["project"].to_numpy(), "kind": "changed", **fields, **words}, dtype=object)


def _answered(region: Region, round: str, lang: str) -> pd.DataFrame:
    """What the returns of a round changed beside the figures of the month."""
    found = agreed(claims_in(region, round))
    found = found[~found["contested"] & (found["value"] != found["base"])].reset_index()
    found = found[~((found["table"] == "returns") & found["field"].isin(MONTHLY))]
    found = found[~((found["table"] == "projects") & (found["field"] == "name") & (found["base"] == NOTHING))]
    cells = [Cell(*key) for key in found[KEY].itertuples(index=False)]
    made = _said(found[["project"]].assign(then=found["base"], now=found["value"]), cells, lang)
    return made.assign(kind=made["kind"].mask((made["field"] == "projects.name").to_numpy(), "renamed"))


def _come_and_gone(region: Region, earlier: str, round: str, lang: str) -> pd.DataFrame:
    then, now = (_in_round(region, one) for one in (earlier, round))
    come, gone = sorted(now - then), sorted(then - now)
    why = _why_gone(region, gone, lang)
    ids = [*come, *gone]
    kinds = ["new"] * len(come) + ["gone"] * len(gone)
    made = pd.DataFrame({"project": ids, "kind": kinds, "field": "", "title": "", "before": "",
                         "after": [""] * len(come) + why}, dtype=object)  # fmt: skip
    return _with_names_before(region, made, lang)


def _with_names_before(region: Region, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """New projects that may be, or are, known ones under another name: renamed, with the name before."""
    sql = """SELECT l.b, p.name AS before, q.name AS after, l.state FROM project_links l JOIN projects p ON p.id = l.a
             JOIN projects q ON q.id = l.b WHERE l.kind = 'renamed' AND l.state <> 'rejected' ORDER BY l.score"""
    known = region.query(sql).drop_duplicates("b", keep="last").set_index("b").astype(object)
    open_word = "疑似更名, 待核" if lang == "zh" else "perhaps renamed, to be reviewed"
    word = known["state"].map({"open": open_word}).fillna(table("projects").field("name").title(lang))
    hit = rows["kind"].eq("new") & rows["project"].isin(known.index)
    told = known.assign(title=word).reindex(rows.loc[hit, "project"])[["title", "before", "after"]]
    rows.loc[hit, ["title", "before", "after"]] = told.to_numpy(dtype=object)
    return rows.assign(kind=rows["kind"].mask(hit, "renamed"), field=rows["field"].mask(hit, "projects.name"))


def _in_round(region: Region, round: str) -> set[str]:
    return {str(id) for part in (_asked(region, round), claims_in(region, round)) for id in part["project"]}


def _why_gone(region: Region, ids: Sequence[str], lang: str) -> list[str]:
    """Why projects are asked for no more: in production, or no longer in the register."""
    sql = "SELECT project, min(actual) AS day FROM project_events WHERE stage = 'producing' GROUP BY project"
    day = region.query(sql).set_index("project")["day"].reindex(list(ids))
    known = region.table("projects", columns=["name"]).index
    word, lost = codes("stages")["producing"].title(lang), "不在库" if lang == "zh" else "no longer in the register"
    return [f"{word} {when}" if pd.notna(when) else "" if id in known else lost for id, when in day.items()]


def json_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain JSON, the index as `id`."""
    rows: list[dict[str, Any]] = json.loads(frame.reset_index().to_json(orient="records", force_ascii=False))
    return rows
