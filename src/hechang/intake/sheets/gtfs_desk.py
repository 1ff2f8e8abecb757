"""One GTFS feed while it is read: its files as frames of texts, and what is found wrong, by file and line."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass

import pandas as pd

from hechang.intake.sheets.faults import FAULTS_OF_ONE_KIND, Where, Word, fault
from hechang.intake.sheets.header import Column
from hechang.intake.sheets.part import Part
from hechang.terms.findings import Finding

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDED = {
    "stops.txt": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("trip_id", "route_id", "service_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time"),
}
CALENDARS = {
    "calendar.txt": ("service_id", *DAYS, "start_date", "end_date"),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
}
OTHERS = {
    "agency.txt": ("agency_name",),
    "frequencies.txt": ("trip_id", "start_time", "end_time", "headway_secs"),
    "transfers.txt": ("from_stop_id", "to_stop_id", "transfer_type"),
}
LONGEST_HEAD = 4_000  # bytes of the line of titles
WHOLE = r"[0-9]{1,9}"
_TIME = r"^([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])$"
_DECIMAL = r"[+-]?[0-9]{1,20}(\.[0-9]{1,30})?"


@dataclass
class Desk:
    """Files of one feed while they are read, and the findings so far."""

    file: str
    frames: dict[str, pd.DataFrame]
    told: list[Finding]

    def tell(self, kind: str, name: str, column: str, rows: pd.Index, **words: Word) -> None:
        """Add a finding for each line; `value` is what stands in the column."""
        values = self.frames[name][column]
        for line in rows[:FAULTS_OF_ONE_KIND]:
            where = Where(self.file, name, str(line), field=column)
            self.told.append(fault(kind, where, **({"value": str(values[line]), "title": column} | words)))

    def tell_each(self, kind: str, name: str, column: str, near: pd.Series) -> None:
        """Add a finding for each line of `near`, which holds what the message says beside the value."""
        for line, said in near.iloc[:FAULTS_OF_ONE_KIND].items():
            self.tell(kind, name, column, pd.Index([line]), near=str(said))

    def tell_left_out(self, name: str, count: int, what: tuple[str, str]) -> None:
        """Say how many lines of a file are not taken, and which."""
        if count:
            self.told.append(fault("gtfs-left-out", Where(self.file, name), count=count, what=what))


def text_frame(packed: zipfile.ZipFile, name: str) -> pd.DataFrame:
    """Read a file of a feed as stripped texts; its index is the line of the file."""
    with packed.open(name) as file:
        head = file.read(LONGEST_HEAD)
        if len(head) == LONGEST_HEAD and b"\n" not in head:
            raise ValueError(f"{name}: more titles than any feed has")
    with packed.open(name) as file:
        frame = pd.read_csv(file, dtype="string[pyarrow]", na_filter=False, encoding="utf-8-sig", skipinitialspace=True)
    frame.columns = [str(c).strip() for c in frame.columns]
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return pd.DataFrame({name: frame[name].str.strip() for name in frame.columns})


def complete(desk: Desk) -> bool:
    """Tell whether all needed files and columns are there; what is not is told."""
    for name in (n for n in NEEDED if n not in desk.frames):
        desk.told.append(fault("gtfs-missing", Where(desk.file), value=name))
    if not set(CALENDARS) & set(desk.frames):
        desk.told.append(fault("gtfs-missing", Where(desk.file), value="calendar.txt"))
    for name, columns in (NEEDED | CALENDARS | OTHERS).items():
        for column in (c for c in columns if name in desk.frames and c not in desk.frames[name].columns):
            desk.told.append(fault("gtfs-column", Where(desk.file, name), file=name, value=column))
    return not desk.told


def part_of(name: str, table: str, frame: pd.DataFrame) -> Part:
    """Rows of one file for one table."""
    columns = tuple(Column(at, field, table, field) for at, field in enumerate(frame.columns))
    return Part(name, table, (), columns, frame)


def doubles(desk: Desk, name: str, columns: list[str]) -> None:
    """Find lines that say again what an earlier one is about."""
    frame = desk.frames[name]
    desk.tell("duplicate", name, columns[0], frame.index[frame.duplicated(columns)], near="-")


def unknown(desk: Desk, name: str, column: str, known: tuple[str, pd.Series]) -> None:
    """Find lines that name what another file has not."""
    frame = desk.frames[name]
    desk.tell("gtfs-unknown", name, column, frame.index[~frame[column].isin(known[1])], near=known[0])


def degrees(desk: Desk, name: str, column: str, bound: float) -> pd.Series:
    """Read degrees; what is no number or beyond `bound` is told."""
    texts = desk.frames[name][column]
    numbers = decimals(texts)
    desk.tell("not-number", name, column, texts.index[numbers.isna()], expect="degrees")
    desk.tell("out-of-range", name, column, texts.index[numbers.abs().gt(bound).fillna(False)], expect=f"±{bound:g}°")
    return numbers


def decimals(texts: pd.Series) -> pd.Series:
    """Plain decimal figures; NA for any other text."""
    return texts.where(texts.str.fullmatch(_DECIMAL), pd.NA).astype("double[pyarrow]")


def seconds(desk: Desk, name: str, column: str) -> pd.Series:
    """Read clock times as seconds since the start of the day; empty stays empty, what is no time is told."""
    texts = desk.frames[name][column]
    parts = texts.str.extract(_TIME)
    hours, minutes, rest = (parts[n].astype("int64[pyarrow]") for n in range(3))
    found = hours * 3600 + minutes * 60 + rest
    desk.tell("gtfs-time", name, column, texts.index[found.isna() & texts.ne("")])
    return found


def flags(desk: Desk, name: str, column: str, allowed: tuple[str, ...]) -> pd.Series:
    """Codes of a column that may be missing or empty; others are told, and count as empty."""
    frame = desk.frames[name]
    if column not in frame.columns:
        return pd.Series("", index=frame.index, dtype="string[pyarrow]")
    known = frame[column].isin(["", *allowed])
    desk.tell("gtfs-flag", name, column, frame.index[~known], expect=", ".join(allowed))
    return frame[column].where(known, "")


def filled(frame: pd.DataFrame, column: str) -> pd.Series:
    """Texts of a column, NA where it is empty or not there."""
    empty = pd.Series(pd.NA, index=frame.index, dtype="string[pyarrow]")
    return frame[column].where(frame[column] != "", pd.NA) if column in frame.columns else empty
