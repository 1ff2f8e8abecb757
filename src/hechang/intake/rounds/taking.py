"""Taking a return: kept as it came; refused whole where it is wrong; merged, never over another body's figures."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from hechang.intake.rounds.cells import KEY, Cell, shown, values_now
from hechang.intake.rounds.claims import claims_in, conflicts_in, held, pack, settled_in, told
from hechang.intake.rounds.merging import CLAIM, Merged, claims_of, merge
from hechang.intake.rounds.questions import questions
from hechang.intake.rounds.reading import Returned, new_ids, read_return, with_faults
from hechang.intake.rounds.renames import proposed, renames, renames_asked
from hechang.intake.rounds.totals import totals
from hechang.intake.rounds.writing import Round, write_cells
from hechang.intake.sheets.annotate import findings_book
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.register.rounds import TAKEN, round_named
from hechang.terms.errors import FileFault, Forbidden, InputError
from hechang.terms.findings import Finding, errors

SHEETS = (".xlsx", ".xlsm", ".csv", ".tsv")
AGREE = "各方已一致 / the bodies agree now"
SAID = 300  # findings of a return that are kept; all of them stand in the annotated workbook
LEFT_OUT = (
    "total-row",
    "note-row",
    "section-row",
    "counting-column",
    "system-column",
    "sheet-left-out",
    "emptied",
)


@dataclass(frozen=True)
class Taken:
    """A return that was taken or sent back: the region after it, whose it was, its state and what is to be mended.

    `state` is accepted, late (accepted after the last day) or wrong; `counts` has answers (cells), projects, written,
    conflicts, faults and questions; `annotated` is the body's workbook with red and yellow cells, None where there is
    nothing to mend or the folder cannot be written.
    """

    region: Region
    round: str
    body: str
    state: str
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    annotated: Path | None


@dataclass(frozen=True)
class Looked:
    """A return as it would be taken: read, with its questions; `alike` are new projects that may be known ones.

    `alike` is None where the return is wrong.
    """

    returned: Returned
    alike: pd.DataFrame | None


def look(region: Region, round: str, file: Path | str, *, body: str = "") -> Looked:
    """Read a return and ask what is to be asked of it; nothing is written.

    Raises
    ------
    InputError, FileFault
        as `take`.
    """
    _refuse_closed(region, round)
    _refuse_part(region, round)
    returned = read_return(region, round, Path(file), body=body)
    alike = renames(region, returned) if returned.ready else None
    asked = () if alike is None else (*questions(region, returned), *renames_asked(returned, alike))
    return Looked(with_faults(returned, asked), alike)


def take(
    region: Region, round: str, file: Path | str, *, by: str, why: str, body: str = "", request: str | None = None
) -> Taken:
    """Take the return of one body into a round, all in one edit; a faulty one changes no figure.

    The file itself is always kept. Cells that two bodies answer differently become conflicts and stay as they were
    until the office settles them. Of a second return of the same body the figures it no longer gives are withdrawn.

    Parameters
    ----------
    region
        The register; its day is the day of the return.
    round
        Id, name or period of the round.
    file
        The workbook as it came; faults and questions are marked in a copy beside it, `NAME-标注.xlsx`.
    by, why
        Who takes it and for what reason.
    body
        Whose it is, where the workbook does not say.
    request
        Key of the request; the same key again writes nothing new.

    Raises
    ------
    InputError
        for a closed round, a form of another round, or a file nobody can assign.
    FileFault
        for a file that cannot be read and no `body` is given.
    """
    region, path = region.latest(), Path(file)
    try:
        seen = look(region, round, path, body=body)
    except FileFault as fault:
        if not body:
            raise
        return _unreadable(region, round, (path, body), fault, by=by, why=why)
    returned, alike = seen.returned, seen.alike
    with region.edit(by=by, why=why, request=request) as edit:
        edit.exact = True  # figures are compared with the register as it is: nothing may come in between
        state, counts = _keep(edit, region, returned, alike)
    return Taken(edit.after, returned.round, returned.body, state, returned.findings, counts, _annotated(returned))


def _refuse_closed(region: Region, round: str) -> None:
    row = round_named(region, round)
    if pd.notna(row["closed"]):
        raise InputError(
            f"Round '{row['name']}' was closed on {row['closed']}. Take the return in the next round",
            f"轮次“{row['name']}”已于 {row['closed']} 关闭, 请在下一轮次收表",
        )


def _refuse_part(region: Region, round: str) -> None:
    """Raise Forbidden for who sees only a part of a round: he would write over figures of bodies he does not see."""
    if region.reader.everything:
        return
    of = {"round": str(round_named(region, round).name)}
    seen, every = (len(one.table("round_bodies", columns=[], where=of)) for one in (region, region.inner))
    if seen < every:
        raise Forbidden(
            "Returns of this round are taken by the office that opened it. Send your workbook there",
            "该轮次的填报表由发起部门接收。请将工作簿发送给该部门",
        )


def _row(region: Region, round: str, body: str) -> pd.Series:
    """Row of a body in a round."""
    return region.table("round_bodies", where={"round": round, "body": body}).reset_index().iloc[0]


def _keep(edit: Edit, region: Region, returned: Returned, alike: pd.DataFrame | None) -> tuple[str, dict[str, int]]:
    """Keep the file and what became of it; a wrong one brings no figure. Returns its state and counts."""
    document = _document(edit, region, returned.path)
    counts = _counted(returned.findings)
    row = _row(region, returned.round, returned.body)
    if alike is None:
        edit.put("round_bodies", _sent_back(region, row, document, (returned.findings, counts)))
        return "wrong", counts
    ids = new_ids(region, returned)
    mine = _claims(edit, region, (returned, ids), document)
    merged, before = _merged(region, returned, mine)
    made_up = bool(row["synthetic"])
    write_cells(edit, region, merged.to_write, Round(returned.round, returned.body, made_up))
    conflicts = _put_conflicts(edit, region, returned.round, merged)
    _put_totals(edit, region, returned)
    edit.put("project_links", proposed(region, alike, ids))
    counts |= {"answers": len(mine), "projects": mine["project"].nunique(), "written": len(merged.to_write),
               "conflicts": conflicts, "withdrawn": len(before) - before[KEY].merge(mine[KEY]).shape[0]}  # fmt: skip
    accepted = _accepted(edit, region, row, document, (returned.findings, counts, mine))
    edit.put("round_bodies", accepted)
    return str(accepted["state"]), counts


def _counted(findings: Sequence[Finding]) -> dict[str, int]:
    asked = sum(f.kind.startswith("ask-") for f in findings)
    return {"faults": len(errors(findings)), "questions": asked}


def _document(edit: Edit, region: Region, path: Path) -> str:
    """Keep the file; the same file again is the same document."""
    sha = edit.blob(path.read_bytes())
    known = region.table("documents", columns=["sha256"], where={"sha256": sha})
    if len(known):
        return str(known.index[0])
    row = {"title": path.stem, "kind": "workbook", "path": path.name, "sha256": sha}
    return edit.put("documents", row | {"synthetic": region.settings.demo})[0]


def _said(findings: Sequence[Finding]) -> list[dict[str, str]]:
    """Findings as the register keeps them, faults first; what tells nothing to a body is left out."""
    kept = sorted((f for f in findings if f.kind not in LEFT_OUT), key=lambda f: f.severity != "error")
    names = ("zh", "en", "mend_zh", "mend_en", "sheet", "cell", "kind", "severity")
    return [{name: getattr(f, name) for name in names} for f in kept[:SAID]]


def _sent_back(
    region: Region, row: pd.Series, document: str, said: tuple[Sequence[Finding], dict[str, int]]
) -> dict[str, Any]:
    """Row of a body whose return is wrong; figures it had given before stay taken."""
    findings, counts = said
    made = {"id": row["id"], "attempts": int(row["attempts"] or 0) + 1, "findings": _said(findings)}
    if row["state"] in TAKEN:
        return made
    return made | {"state": "wrong", "returned": region.day, "document": document, "counts": counts}


def _accepted(
    edit: Edit,
    region: Region,
    row: pd.Series,
    document: str,
    said: tuple[Sequence[Finding], dict[str, int], pd.DataFrame],
) -> dict[str, Any]:
    findings, counts, mine = said
    due = str(region.table("rounds", columns=["due"])["due"][row["round"]])
    first = str(row["returned"]) if row["state"] in TAKEN else region.day  # mended later, but it was there
    return {
        "id": row["id"], "attempts": int(row["attempts"] or 0) + 1, "findings": _said(findings), "counts": counts,
        "state": "late" if first > due else "accepted", "returned": first, "document": document,
        "answers": edit.blob(pack(mine)),
    }  # fmt: skip


def _claims(edit: Edit, region: Region, said: tuple[Returned, Mapping[str, str]], document: str) -> pd.DataFrame:
    """Answers of the return as claims, new projects by their ids; bodies it names for the first time are entered."""
    returned, ids = said
    answers = returned.answers.assign(project=returned.answers["project"].replace(dict(ids)))
    fresh = returned.seen.rows.get("bodies", pd.DataFrame())
    if len(fresh):
        known = region.table("bodies", columns=["name"])["name"]
        by_name = pd.Series(known.index.astype(str), index=known.astype(str))
        same = {f'"{id}"': f'"{by_name[name]}"' for id, name in zip(fresh["id"], fresh["name"], strict=True)
                if name in by_name.index}  # fmt: skip
        new = fresh[~fresh["name"].isin(by_name.index)]
        edit.put("bodies", new[["id", "name"]].assign(kind="department")) if len(new) else []
        answers = answers.assign(value=answers["value"].replace(same))
    head = f"import:{document}#"
    return answers.assign(body=returned.body, source=head + answers["cell"], row=head + answers["row"])[CLAIM]


def _merged(region: Region, returned: Returned, mine: pd.DataFrame) -> tuple[Merged, pd.DataFrame]:
    """Merge with what the other bodies said and this one said before (returned too)."""
    every = claims_in(region, returned.round)
    others, before = every[every["body"] != returned.body], every[every["body"] == returned.body]
    touched = claims_of(before, mine).drop_duplicates(KEY)
    now = values_now(region, touched)
    return merge(others, before, mine, held(now, conflicts_in(region, returned.round))), before


def _put_conflicts(edit: Edit, region: Region, round: str, merged: Merged) -> int:
    """Enter conflicts that arose, bring known ones up to date, close those that are none any more; count those open."""
    known = conflicts_in(region, round)
    ids = pd.Series(known.index, index=pd.MultiIndex.from_frame(known[KEY]), dtype=object)
    names = region.table("bodies", columns=["name"])["name"].to_dict()
    contested = merged.contested
    if known.empty and contested.empty:
        return 0
    made_up = region.table("projects", columns=["synthetic"])["synthetic"]
    rows = [_conflict(key, part, ids.get(key), names) | {"round": round, "synthetic": bool(made_up.get(key[1], False))}
            for key, part in contested.groupby(KEY)]  # fmt: skip
    rows += _over(known, merged, names)
    edit.put("conflicts", rows)
    return len(contested[KEY].drop_duplicates())


def _over(known: pd.DataFrame, merged: Merged, names: Mapping[Hashable, str]) -> list[dict[str, Any]]:
    """Conflicts that are none any more, because the bodies now agree or took their figures back."""
    keys = pd.MultiIndex.from_frame(known[KEY])
    cells = merged.cells.reindex(keys)
    was = settled_in(known)["value"].reindex(keys)
    over = cells["contested"].eq(False) & (cells["value"] != was)
    by_cell = dict(iter(merged.claims.groupby(KEY)))
    none = merged.claims.iloc[:0]
    return [
        {"id": id, "settled": shown(Cell(*key), str(cells.loc[key, "value"])), "reason": AGREE,
         "claims": told(by_cell.get(key, none), names)}
        for id, key in zip(known.index[over.to_numpy()], keys[over.to_numpy()], strict=True)
    ]  # fmt: skip


def _conflict(key: Any, claims: pd.DataFrame, id: str | None, names: Mapping[Hashable, str]) -> dict[str, Any]:
    cell = Cell(*key)
    row = {"object": cell.project, "field": cell.path, "claims": told(claims, names)}
    return row | {"settled": None, "reason": None} | ({"id": id} if id else {})


def _put_totals(edit: Edit, region: Region, returned: Returned) -> None:
    """Keep the totals this return states beside the sums of its rows; those it no longer states are ended."""
    stated = totals(returned.seen)
    known = region.table("round_totals", columns=["field"], where={"round": returned.round, "body": returned.body})
    edit.end("round_totals", [str(id) for id in known.index[~known["field"].isin(stated["field"])]])
    ids = pd.Series(known.index, index=known["field"], dtype=object)
    for name, part in stated.groupby(stated["field"].isin(ids.index)):
        rows = part[["field", "stated", "summed", "rows"]].assign(
            round=returned.round, body=returned.body, synthetic=region.settings.demo
        )
        edit.put("round_totals", rows.assign(id=part["field"].map(ids)) if name else rows)


def _annotated(returned: Returned) -> Path | None:
    """Mark faults and questions in a copy of the body's own workbook."""
    path, shown = returned.path, [f for f in returned.findings if f.kind not in LEFT_OUT]
    if not shown or path.suffix.lower() not in SHEETS:
        return None
    try:
        return findings_book(path, shown, path.with_name(f"{path.stem}-标注.xlsx"), book=returned.book)
    except OSError:
        return None


def _unreadable(region: Region, round: str, given: tuple[Path, str], fault: FileFault, *, by: str, why: str) -> Taken:
    """Keep a file nobody can read, as a wrong return of the body that sent it."""
    path, body = given
    if not path.is_file():
        raise fault
    row = round_named(region, round)
    bodies = region.table("bodies", columns=["name"])["name"]
    sent = region.table("round_bodies", where={"round": str(row.name)}).reset_index()
    mine = sent[(sent["body"] == body) | (sent["body"].map(bodies) == body)]
    if mine.empty:
        raise fault
    found = (Finding(en=fault.en, zh=fault.zh, file=path.name, kind="file-unreadable"),)
    with region.edit(by=by, why=why) as edit:
        document = _document(edit, region, path)
        edit.put("round_bodies", _sent_back(region, mine.iloc[0], document, (found, _counted(found))))
    return Taken(edit.after, str(row.name), str(mine.iloc[0]["body"]), "wrong", found, _counted(found), None)
