"""GTFS feeds made here of what is known less exactly: every figure in them is modelled or assumed, and says so.

Such a feed is plain GTFS with three columns more, which the import reads back: `times` of trips, `assumption` of
routes, `place` of stops; `assumptions.txt` beside the tables tells all of it to who opens the zip.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj

from hechang.intake.sheets.gtfs_desk import DAYS
from hechang.terms.errors import InputError

DAILY = "daily"
BEGINS = "2022-01-01"
HOUR, MINUTE = 3600, 60
NOTE = "assumptions.txt"


@dataclass(frozen=True)
class MadeFeed:
    """Tables of a feed by the name of their file, and what was assumed and left out, as (en, zh)."""

    files: dict[str, pd.DataFrame]
    notes: tuple[tuple[str, str], ...]


def write_feed(feed: MadeFeed, path: Path) -> None:
    """Write a made feed as a zip, the same bytes for the same feed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_feed(MadeFeed({}, (("assumed", "假设"),)), Path(folder) / "a.zip")
    ...     zipfile.ZipFile(Path(folder) / "a.zip").namelist()
    ['assumptions.txt']
    """
    texts = {name: frame.to_csv(index=False) for name, frame in feed.files.items()}
    texts[NOTE] = "".join(f"{zh}\n{en}\n\n" for en, zh in feed.notes)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in texts.items():
            packed.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)


def columns_of(frame: pd.DataFrame, needed: tuple[str, ...], what: str) -> pd.DataFrame:
    """Return the needed columns of a table as texts.

    Raises
    ------
    InputError
        for a column that is not there.

    Examples
    --------
    >>> columns_of(pd.DataFrame({"a": [1], "b": [2]}), ("a",), "x.csv")["a"].tolist()
    ['1']
    """
    lost = [name for name in needed if name not in frame.columns]
    if lost:
        raise InputError(
            f"{what} has no column {', '.join(lost)}; needed are {', '.join(needed)}",
            f"{what} 缺少列 {', '.join(lost)}; 需要 {', '.join(needed)}",
        )
    return frame[list(needed)].astype("string").fillna("").astype(object)


def numbers_of(frame: pd.DataFrame, column: str, what: str) -> pd.Series:
    """Read figures of a column, nan where it is empty.

    Raises
    ------
    InputError
        for anything else, with its row.

    Examples
    --------
    >>> numbers_of(pd.DataFrame({"lon": ["120.5", ""]}), "lon", "x.csv").tolist()
    [120.5, nan]
    """
    found = pd.to_numeric(frame[column], errors="coerce")
    wrong = found.isna() & frame[column].ne("")
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"{what}, row {row + 1}: {column} '{frame[column].iloc[row]}' is no number",
            f"{what} 第 {row + 1} 行: {column}“{frame[column].iloc[row]}”不是数字",
        )
    return found.astype(float)


def kilometres(lon: np.ndarray, lat: np.ndarray, lon_to: np.ndarray, lat_to: np.ndarray) -> np.ndarray:
    """Straight distance between points on the ellipsoid [km].

    Examples
    --------
    >>> kilometres(*(np.array([v]) for v in (120.0, 31.0, 121.0, 31.0))).round(1).tolist()
    [95.5]
    """
    made: np.ndarray = _globe().inv(lon, lat, lon_to, lat_to)[2] / 1000
    return made


@cache
def _globe() -> pyproj.Geod:
    return pyproj.Geod(ellps="GRS80")


def clock_times(seconds: pd.Series) -> pd.Series:
    """Write seconds after midnight as HH:MM:SS, hours going on past 24.

    Examples
    --------
    >>> clock_times(pd.Series([23400, 95400])).tolist()
    ['06:30:00', '26:30:00']
    """
    whole = seconds.round().astype("int64")
    parts = (whole // HOUR, whole % HOUR // MINUTE, whole % MINUTE)
    hours, minutes, rest = (part.astype(str).str.zfill(2) for part in parts)
    return hours + ":" + minutes + ":" + rest


def calendar(begins: str, prefix: str) -> pd.DataFrame:
    """One service that runs daily from a day to the end of its year.

    Examples
    --------
    >>> calendar("2022-01-01", "2022-")[["service_id", "start_date", "end_date"]].values.tolist()
    [['2022-daily', '20220101', '20221231']]
    """
    span = {"start_date": begins.replace("-", ""), "end_date": begins[:4] + "1231"}
    return pd.DataFrame([{"service_id": prefix + DAILY, **dict.fromkeys(DAYS, 1), **span}])
