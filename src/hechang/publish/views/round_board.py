"""The board of a collection round 填报: each body in its column, what its return raises, what is to be settled."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from hechang.intake.rounds.cells import KEY, Cell, cell_at, shown, title
from hechang.intake.rounds.claims import claims_in, conflicts_in
from hechang.intake.rounds.questions import ASK
from hechang.intake.rounds.status import changes as changes_since
from hechang.intake.rounds.status import json_of, merged, status
from hechang.intake.sheets.annotate import findings_book
from hechang.intake.sheets.pending import plain_name
from hechang.publish.results import Results
from hechang.publish.rows import Row, read_json, records, simple
from hechang.publish.views.proof import history
from hechang.region.region import Region
from hechang.register.linkage import links
from hechang.register.rounds import round_named
from hechang.register.rules import rule_value
from hechang.register.slips.desk import slips
from hechang.register.slips.open_list import WAITING
from hechang.terms.errors import not_known
from hechang.terms.findings import Finding
from hechang.terms.money import FEN, show_money

SENT, LATE, WRONG, CONFLICT, TAKEN = COLUMNS = ("sent", "late", "wrong", "conflict", "taken")
NAMES = ["name", "period", "opened", "due", "closed"]
MOST = 200  # projects a body says nothing of that are shown by name


def rounds(results: Results, part: slice, lang: str) -> Row:
    """Return rounds opened by the day, newest first, with how many returns came."""
    every = results.region.table("rounds", columns=NAMES)
    every = every[every["opened"].fillna("").le(results.region.day)].sort_values(["period", "opened"], ascending=False)
    return {"total": len(every), "rows": [_head(results, str(id), lang) for id in every.index[part]]}


def _status(results: Results, id: str, lang: str) -> pd.DataFrame:
    return results.once(("round status", id, lang), lambda: status(results.region, id, lang=lang))


def _head(results: Results, id: str, lang: str) -> Row:
    found = _status(results, id, lang)
    return {**found.attrs["round"], "total": found.attrs["total"], "synthetic": bool(found["synthetic"].any())}


def board(results: Results, round: str, lang: str) -> Row:
    """Return one round: its bodies by column, totals that disagree, renames to review; raises NotKnown."""
    region = results.region
    id = str(round_named(region, round).name)
    found = _status(results, id, lang)
    sent = region.table("round_bodies", columns=["body", "document", "sent_document", "findings"], where={"round": id})
    files, letters = sent.set_index("body").astype(object), _letters(results)
    return {
        **_head(results, id, lang),
        "bodies": [_body(row, files, letters) for row in records(found.assign(column=column_of(found)))],
        "columns": list(COLUMNS),
        "totals": totals(region, id, lang),
        "renames": renames(results, id),
        "open_conflicts": found.attrs["total"]["conflicts"],
    }


def column_of(rows: pd.DataFrame) -> pd.Series:
    """Say in which column of the board each body stands: sent, late, wrong, conflict or taken.

    Examples
    --------
    >>> column_of(pd.DataFrame({"state": ["sent", "sent", "wrong", "late"], "taken": [False, False, False, True],
    ...                         "late": [0, 2, 0, 3], "conflicts": [0, 0, 0, 1]})).tolist()
    ['sent', 'late', 'wrong', 'conflict']
    """
    made = pd.Series(SENT, index=rows.index, dtype=object).mask(rows["late"].gt(0).astype(bool), LATE)
    made = made.mask(rows["state"].eq("wrong").astype(bool), WRONG)
    taken = rows["taken"].astype(bool)
    return made.mask(taken, TAKEN).mask(taken & rows["conflicts"].gt(0).astype(bool), CONFLICT)


def _body(row: Row, files: pd.DataFrame, letters: pd.DataFrame) -> Row:
    own = files.loc[row["body"]]
    said = read_json(simple(own["findings"])) or []
    return row | {
        "form": _text(own["sent_document"]),
        "document": _text(own["document"]),
        "marked": bool(said) and bool(_text(own["document"])),
        "letters": int(letters["to_body"].eq(row["body"]).sum()),
    }


def _text(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _letters(results: Results) -> pd.DataFrame:
    """Letters 督办函 that wait for somebody."""
    every = results.once("slips", lambda: slips(results.region))
    return every[every["state"].isin(WAITING)]


def totals(region: Region, round: str, lang: str) -> list[Row]:
    """Return totals that bodies state beside the sums of their rows; `agrees` within what the rule allows."""
    rows = region.table("round_totals", where={"round": round})
    names = region.table("bodies", columns=["name", "name_en"])
    allowed = float(rule_value(region, "collection-round", "total_tolerance").value) * FEN["万元"]
    return [_total(row, allowed, lang) | {"name": _name(names, row["body"], lang)} for row in records(rows)]


def _total(row: Row, allowed: float, lang: str) -> Row:
    apart = int(row["stated"] or 0) - int(row["summed"] or 0)
    return {
        "id": row["id"],
        "body": row["body"],
        "title": title(cell_at("", row["field"]), lang),
        "stated": show_money(row["stated"], lang),
        "summed": show_money(row["summed"], lang),
        "apart": show_money(abs(apart), lang),
        "rows": row["rows"],
        "agrees": abs(apart) <= allowed,
    }


def _name(names: pd.DataFrame, id: str, lang: str) -> str:
    if id not in names.index:
        return id
    row = names.loc[id]
    return str(row["name_en"]) if lang == "en" and pd.notna(row["name_en"]) else str(row["name"])


def renames(results: Results, round: str) -> list[Row]:
    """Return open pairs of projects that may be one under two names, of projects this round speaks of."""
    waiting = results.once("open links", lambda: links(results.region))
    told = set(claims_in(results.region, round)["project"])
    mine = waiting[waiting["kind"].eq("renamed") & (waiting["a"].isin(told) | waiting["b"].isin(told))]
    return records(mine[["a", "b", "a_name", "b_name", "score", "reason", "owner", "place", "synthetic"]])


def conflicts(results: Results, round: str, lang: str) -> list[Row]:
    """Return cells that bodies answered differently, open ones first, with who says what."""
    region, id = results.region, str(round_named(results.region, round).name)
    rows = conflicts_in(region, id)
    names = region.table("projects", columns=["name"], where={"id": rows["project"].tolist() or [""]})["name"].to_dict()
    bodies = region.table("bodies", columns=["name", "name_en"])
    told = zip(rows.index, rows.to_dict("records"), strict=True)
    made = [_conflict(str(at), row, names, lang) | _claims(row, bodies, lang) for at, row in told]
    return sorted(made, key=lambda one: (one["settled"] is not None, one["name"] or "", one["title"]))


def _conflict(id: str, row: dict[Any, Any], names: dict[Any, Any], lang: str) -> Row:
    cell = Cell(*(str(row[key]) for key in KEY))
    return {"id": id, "project": cell.project, "name": names.get(cell.project), "title": title(cell, lang),
            "settled": _text(row["settled"]), "reason": _text(row["reason"])}  # fmt: skip


def _claims(row: dict[Any, Any], bodies: pd.DataFrame, lang: str) -> Row:
    cell, settled = Cell(*(str(row[key]) for key in KEY)), _text(row["settled"])
    return {"claims": [_claim(one, cell, settled, lang) | _named(one, bodies, lang) for one in row["claims"]]}


def _named(claim: dict[str, Any], bodies: pd.DataFrame, lang: str) -> Row:
    known = claim["body"] in bodies.index
    return {"name": _name(bodies, claim["body"], lang) if known else claim["name"]}


def _claim(claim: dict[str, Any], cell: Cell, settled: str | None, lang: str) -> Row:
    return {
        "body": claim["body"],
        "shown": shown(cell, claim["value"], lang),
        "said": claim["shown"],
        "source": claim["source"],
        "decided": bool(claim.get("decided")),
        "chosen": settled is not None and claim["shown"] == settled,
    }


def body(results: Results, round: str, id: str, lang: str) -> Row:
    """Return what one body was asked, answered and has to mend in a round; raises NotKnown."""
    region, of = results.region, str(round_named(results.region, round).name)
    rows = region.table("round_bodies", where={"round": of})
    mine = rows[rows["body"] == id]
    if mine.empty:
        raise not_known("body of this round", "本轮填报单位", id, rows["body"])
    row, letters = mine.iloc[0], _letters(results)
    wanted = ["number", "name", "colour", "state", "until", "object"]
    return {
        **records(_status(results, of, lang).loc[[id]])[0],
        **_sorted(read_json(simple(row["findings"])) or []),
        "silent": _silent(region, of, id, row),
        "letters": records(letters.loc[letters["to_body"].eq(id), wanted]),
        "history": _times(results, str(mine.index[0])),
    }


def _sorted(said: list[dict[str, str]]) -> Row:
    """Findings as the round keeps them: faults, questions, remarks."""
    faults = [one for one in said if one["severity"] == "error"]
    asked = [one for one in said if one["severity"] != "error" and one["kind"].startswith(ASK)]
    rest = [one for one in said if one["severity"] != "error" and not one["kind"].startswith(ASK)]
    return {"faults_found": faults, "questions_asked": asked, "remarks": rest}


def _silent(region: Region, round: str, body: str, row: pd.Series) -> list[Row]:
    """Projects the body was asked for and says nothing of."""
    claims = claims_in(region, round)
    told = set(claims.loc[claims["body"] == body, "project"])
    asked = [id for id in read_json(simple(row["asked"])) or [] if id not in told][:MOST]
    return records(region.table("projects", columns=["name"], where={"id": asked or [""]}))


def _times(results: Results, row: str) -> list[Row]:
    """When the form went out and each return came: who, why, which state."""
    return [
        {"revision": one["revision"], "at": one["at"], "actor": one["actor"], "reason": one["reason"],
         "state": _now(one, "state"), "attempt": _now(one, "attempts")}
        for one in history(results, row)
    ]  # fmt: skip


def _now(version: Row, field: str) -> Any:
    changed = version["changed"].get(field)
    return changed[1] if changed else None


def marked_return(region: Region, round: str, body: str, folder: Path) -> Path:
    """Write the last return of a body with its faults and questions marked at their cells.

    Raises
    ------
    NotKnown
        for a body of another round, or one that sent nothing yet.
    """
    of = str(round_named(region, round).name)
    rows = region.table("round_bodies", columns=["document", "findings"], where={"round": of, "body": body})
    known = rows["document"].dropna()
    if known.empty:
        raise not_known("return", "收回的填报表", body, [])
    paper = region.table("documents", columns=["path", "sha256"], where={"id": str(known.iloc[0])}).iloc[0]
    path = folder / plain_name(str(paper["path"] or "return.xlsx"))
    path.write_bytes(region.blob(str(paper["sha256"])))
    said = [
        Finding(**one, file=path.name, table="projects") for one in read_json(simple(rows["findings"].iloc[0])) or []
    ]
    return findings_book(path, said, folder / f"{path.stem}-标注.xlsx")


def forms(region: Region, round: str) -> bytes:
    """Return the forms of all bodies of a round as they went out, in one zip."""
    of = str(round_named(region, round).name)
    sent = region.table("round_bodies", columns=["sent_document"], where={"round": of})["sent_document"].dropna()
    papers = region.table("documents", columns=["path", "sha256"], where={"id": sent.tolist() or [""]})
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as packed:  # workbooks are packed already
        for path, sha in zip(papers["path"].astype(str), papers["sha256"].astype(str), strict=True):
            packed.writestr(plain_name(path), region.blob(sha))
    return held.getvalue()


def figures(results: Results, round: str, state: str, lang: str) -> pd.DataFrame:
    """Return the merged table of a round: one row a cell with its body, cell and state."""
    id = str(round_named(results.region, round).name)
    rows = results.once(("round figures", id, lang), lambda: merged(results.region, id, lang=lang))
    return rows[rows["state"] == state] if state else rows


def figure_rows(frame: pd.DataFrame) -> list[Row]:
    """Rows of the merged table as plain JSON."""
    return json_of(frame.drop(columns="value").reset_index(drop=True))


def since(results: Results, round: str, lang: str) -> pd.DataFrame:
    """Return what changed since the round before."""
    id = str(round_named(results.region, round).name)
    return results.once(("round changes", id, lang), lambda: changes_since(results.region, id, lang=lang))


def since_rows(frame: pd.DataFrame) -> list[Row]:
    """Rows of what changed as plain JSON."""
    return json_of(frame.reset_index(drop=True))
