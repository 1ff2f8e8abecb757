"""What an upload that waits would do, and doing it: a sheet becomes rows, a form of a round becomes a return."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from hechang.intake.layers.layer import NOTHING, Asked
from hechang.intake.rounds.taking import look, take
from hechang.intake.sheets.annotate import findings_book
from hechang.intake.sheets.commit import commit_as_seen
from hechang.intake.sheets.limits import kind_of
from hechang.intake.sheets.mapping import mapped
from hechang.intake.sheets.moved import COLUMNS
from hechang.intake.sheets.pending import Upload, keep, plain_name
from hechang.intake.sheets.preview import Preview, preview
from hechang.intake.sheets.propose import Guess, tables_of
from hechang.intake.sheets.read_sheet import read_book
from hechang.region.marked_files import UPLOADED, refuse_marked_file
from hechang.region.region import Region
from hechang.register.rounds import round_named
from hechang.terms.dates import Clock, now
from hechang.terms.datums import datum
from hechang.terms.errors import Conflict, FileFault, Forbidden, InputError
from hechang.terms.specs import table

FEED = "trips"  # table a GTFS zip is shown as


@dataclass(frozen=True)
class Purpose:
    """What a file is for: a table (found from its header when empty), or a round and the body that sent it.

    datum, layer, encoding: what the user says of a map layer; empty where the file says it.
    """

    table: str = ""
    round: str = ""
    body: str = ""
    datum: str = ""
    layer: str = ""
    encoding: str = ""


@dataclass(frozen=True)
class Decided:
    """What became of an upload: the region after it, whether rows were written, its outcome, what stopped it.

    `outcome` is `written`, `nothing` (it says nothing new) or the state of a return; `conflicts` as of `moved`.
    """

    region: Region
    outcome: str
    conflicts: pd.DataFrame


def receive(region: Region, file: BinaryIO, name: str, purpose: Purpose, clock: Clock = now) -> tuple[Upload, Preview]:
    """Keep a file that came, and say what it would do; a file nobody can read is not kept.

    Raises
    ------
    FileFault
        for a file that cannot be read.
    Refused
        for one with a mark of a state secret or the number of a person: not a byte of it is kept.
    NotKnown
        for a table, round or body that does not exist.
    InputError
        for a table nobody can tell from its header, or a form of another round.
    Forbidden
        for who may only read.
    """
    region.refuse_reader()
    _refuse_purpose(region, purpose)
    refuse_marked_file(file, name, UPLOADED)
    file.seek(0)
    about = {"name": plain_name(name), "branch": region.branch_name, "revision": region.revision,
             **asdict(purpose),
             "uid": region.reader.uid or ""}  # fmt: skip
    made = keep(region.folder, region.make_id(), file, about, clock)
    try:
        if not purpose.round and not purpose.table:
            made = made.noted(table=_table_of(made.path, _asked(made)))
        return made, seen_of(region, made)
    except Exception:
        made.drop()
        raise


def _refuse_purpose(region: Region, purpose: Purpose) -> None:
    if purpose.table:
        table(purpose.table)
    if purpose.round:
        round_named(region, purpose.round)
    if purpose.datum:
        datum(purpose.datum)


def guesses(path: Path, asked: Asked = NOTHING) -> list[Guess]:
    """Tables a file may be of, best first; none for what is no sheet with titles."""
    kind = kind_of(path)
    return [Guess(FEED, 0, 0)] if kind == "gtfs" else tables_of(read_book(path, asked))


def _table_of(path: Path, asked: Asked) -> str:
    found = guesses(path, asked)
    if not found:
        raise InputError(
            f"No row of {path.name} holds titles that are known here. Choose the table, or fill in its template",
            f"{path.name} 中没有可识别的表头。请选择数据表, 或使用该表的模板填写",
        )
    return found[0].table


def seen_of(region: Region, upload: Upload) -> Preview:
    """Return what an upload would do to a state of the region.

    Raises
    ------
    FileFault
        for a file that cannot be read any more.
    InputError
        for a column mapped to what is not there; for a form of another round.
    """
    if upload.round:
        returned = look(region, upload.round, upload.path, body=upload.body).returned
        return replace(returned.seen, findings=returned.findings)
    if kind_of(upload.path) == "gtfs":
        _refuse_feed(region)
        return preview(region, upload.table, upload.path)
    asked = _asked(upload)
    book = mapped(read_book(upload.path, asked), upload.mapping, upload.table, region.day)
    return preview(region, upload.table, upload.path, book=book, asked=asked)


def _asked(upload: Upload) -> Asked:
    return Asked(upload.layer, upload.encoding, datum(upload.datum) if upload.datum else None)


def _refuse_feed(region: Region) -> None:
    """Raise Forbidden for a user: a feed gives ids to its rows, which only who sees all rows may do."""
    if region.reader.uid:
        raise Forbidden(
            "A GTFS feed is imported at the machine itself: hechang import",
            "GTFS 数据须在本机导入: hechang import",
        )


def decide(region: Region, upload: Upload, seen: Preview, *, by: str, why: str, request: str | None = None) -> Decided:
    """Write an upload somebody looked at, all or nothing; `seen` is what was decided on.

    A return with faults changes no figure, but is kept as one that was sent back.

    Raises
    ------
    Refused
        with the findings that stop an import.
    Conflict
        where it was written before, or others write without a pause.
    """
    if upload.written is not None:
        raise Conflict(
            f"{upload.name} was written before, as revision {upload.written}",
            f"{upload.name} 此前已写入, 版本 {upload.written}",
        )
    if upload.round:
        return _taken(region, upload, by=by, why=why, request=request)
    done = commit_as_seen(seen, region, lambda now: seen_of(now, upload), by=by, why=why, request=request)
    if len(done.conflicts):
        return Decided(region, "conflict", done.conflicts)
    return _ended(upload, done.region, "written" if done.wrote else "nothing", request)


def _taken(region: Region, upload: Upload, *, by: str, why: str, request: str | None) -> Decided:
    done = take(region, upload.round, upload.path, by=by, why=why, body=upload.body, request=request)
    return _ended(upload, done.region, done.state, request)


def _ended(upload: Upload, region: Region, outcome: str, request: str | None) -> Decided:
    upload.settled(region.revision, request or "", outcome)
    return Decided(region, outcome, pd.DataFrame(columns=COLUMNS))


def annotated(upload: Upload, seen: Preview) -> Path:
    """Write the user's own workbook with every finding at its cell, beside the upload; returns its path.

    Raises
    ------
    FileFault
        for a map layer or a feed, which have no cells to mark.
    """
    if kind_of(upload.path) not in ("xlsx", "csv"):
        raise FileFault(
            f"{upload.name} is no workbook; its findings are listed, not marked",
            f"{upload.name} 不是工作簿, 问题只列出, 无法标注",
        )
    return findings_book(upload.path, seen.findings, upload.folder / f"{upload.path.stem}-标注.xlsx")
