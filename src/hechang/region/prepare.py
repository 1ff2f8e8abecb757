"""Rows as a user gives them -> one frame with every column filled, ready to be checked and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import shapely

from hechang.store.schema import arrow_schema
from hechang.terms.cells import is_empty
from hechang.terms.errors import not_known
from hechang.terms.scopes import ROOT, scope_of
from hechang.terms.specs import ALWAYS, Table

if TYPE_CHECKING:
    from hechang.region.region import Region

MADE_HERE = ("branch", "revision", "op")


def prepare(
    region: Region, table: Table, rows: pd.DataFrame, *, source: str, level: int, fresh: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:
    """Return a frame with all columns of `table` but `revision`; the caller's rows are not touched.

    Parameters
    ----------
    region
        Where the rows will go; known ids carry over what is not given.
    rows
        A frame (index `id` or column `id`); columns that are missing are carried over.
    source, level
        Defaults for rows that bring none.
    fresh
        Projects of the same edit, whose owner and scope their rows take over.
    """
    frame = _frame(rows)
    for column in frame.columns:
        table.field(str(column))
    frame = frame.drop(columns=[c for c in MADE_HERE if c in frame.columns])
    given = set(frame.columns)
    frame = _as_stored(table, frame)
    if frame.empty:
        return frame
    if "id" in given:
        frame = _carry_over(region, table, frame, given)
    frame = _with_ids(region, frame)
    made = {"branch": region.branch_name, "op": "put"}
    return _defaults(table, frame, _of_project(region, frame, fresh), {"source": source, "level": level} | made)


def alike(rows: Any) -> list[tuple[list[int], pd.DataFrame]]:
    """Rows as frames with their places in the order given, one frame for each set of columns.

    What a row does not mention is not a blank, so rows that mention different columns go apart.
    """
    if isinstance(rows, pd.DataFrame):
        return [(list(range(len(rows))), rows)]
    groups: dict[tuple[str, ...], list[tuple[int, Mapping[str, Any]]]] = {}
    for at, row in enumerate([rows] if isinstance(rows, Mapping) else rows):
        groups.setdefault(tuple(sorted(row)), []).append((at, row))
    return [([at for at, _ in g], pd.DataFrame([row for _, row in g], dtype=object)) for g in groups.values()]


def _frame(rows: pd.DataFrame) -> pd.DataFrame:
    frame: pd.DataFrame = rows.reset_index() if rows.index.name == "id" else rows.reset_index(drop=True)
    if isinstance(frame, gpd.GeoDataFrame):
        shapes = frame.geometry
        frame = pd.DataFrame(frame.drop(columns=shapes.name)).assign(geometry=shapes.to_numpy())
    return frame.copy(deep=False)


def _as_stored(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """JSON values as canonical text, shapes as WKB."""
    for name in frame.columns:
        kind = table.field(str(name)).kind
        if kind == "json":
            frame[name] = frame[name].map(_json)
        if kind == "geometry":
            frame[name] = frame[name].map(lambda v: shapely.to_wkb(v) if isinstance(v, shapely.Geometry) else v)
    return frame


def _json(value: object) -> object:
    if isinstance(value, str) or is_empty(value):
        return value
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY).decode()


def _with_ids(region: Region, frame: pd.DataFrame) -> pd.DataFrame:
    if "id" not in frame.columns:
        return frame.assign(id=[region.make_id() for _ in range(len(frame))])
    missing = frame["id"].isna()
    if missing.any():
        made = pd.Series([region.make_id() for _ in range(int(missing.sum()))], index=frame.index[missing])
        frame["id"] = frame["id"].astype(object).where(~missing, made)
    return frame


def versions(region: Region, table: str, ids: Iterable[str]) -> pd.DataFrame:
    """All live versions of some rows, whatever the day."""
    return region.every_version(table, sorted({str(i) for i in ids}))


def _carry_over(region: Region, table: Table, frame: pd.DataFrame, given: set[str]) -> pd.DataFrame:
    known = versions(region, table.name, frame["id"].dropna())
    if known.empty:
        return frame
    live = (known["valid_from"] <= region.day) & (known["valid_to"].isna() | (known["valid_to"] > region.day))
    current = known["id"].astype(object).where(live).drop_duplicates(keep="last")
    at = pd.Index(current).get_indexer(frame["id"].astype(object))  # position of the version in force
    at = np.where(at < 0, -1, np.append(current.index.to_numpy(), -1)[at])
    if "valid_from" not in given:
        frame = frame.assign(valid_from=_taken(known["valid_from"], at, frame.index))
    exact = pd.MultiIndex.from_frame(known[["id", "valid_from"]].astype(object))
    same = exact.get_indexer(pd.MultiIndex.from_frame(frame[["id", "valid_from"]].astype(object)))
    at = np.where(same < 0, at, same)
    fresh = given | {*MADE_HERE, "source", "id", "valid_from"}
    kept = {c: _taken(known[c], at, frame.index) for c in known.columns if c not in fresh}
    return frame.assign(**kept)


def _taken(column: pd.Series, at: np.ndarray[Any, Any], index: pd.Index) -> pd.Series:
    """Cells at some positions; nothing where the position is -1."""
    cells = np.array([*column.astype(object).where(column.notna(), None), None], dtype=object)
    return pd.Series(cells[at], index=index, dtype=object)


def _defaults(table: Table, frame: pd.DataFrame, project: pd.DataFrame, given: Mapping[str, object]) -> pd.DataFrame:
    for name, value in {**given, "valid_from": ALWAYS, "synthetic": False}.items():
        frame[name] = _filled(frame, name, pd.Series(value, index=frame.index, dtype=object))
    lead = frame["lead"].astype(object) if "lead" in frame.columns else project["owner"]
    frame["owner"] = _filled(frame, "owner", project["owner"].where(project["owner"].notna(), lead).fillna("local"))
    frame["scope"] = _filled(frame, "scope", _scopes(frame, project["scope"]))
    names = [n for n in table.columns if n != "revision"]
    return frame.reindex(columns=names)


def _filled(frame: pd.DataFrame, name: str, default: pd.Series) -> pd.Series:
    if name not in frame.columns:
        return default
    return frame[name].astype(object).where(frame[name].notna(), default)


def _scopes(frame: pd.DataFrame, of_project: pd.Series) -> pd.Series:
    own = pd.Series(pd.NA, index=frame.index, dtype=object)
    if "place" in frame.columns:
        distinct = {place: scope_of(str(place)) for place in frame["place"].dropna().unique()}
        own = frame["place"].map(distinct)
    return own.where(own.notna(), of_project).fillna(ROOT)


def _of_project(region: Region, frame: pd.DataFrame, fresh: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Owner and scope of the project a row hangs on; empty where there is none."""
    empty = pd.DataFrame({"owner": pd.NA, "scope": pd.NA}, index=frame.index, dtype=object)
    if "project" not in frame.columns:
        return empty
    parts = [
        region.table("projects", columns=["owner", "scope"]),
        *(f.set_index("id")[["owner", "scope"]] for f in fresh),
    ]
    projects = pd.concat([part.astype(object) for part in parts])
    projects = projects[~projects.index.duplicated(keep="last")]
    if projects.empty:
        return empty
    return pd.DataFrame({c: frame["project"].map(projects[c].astype(object)) for c in ("owner", "scope")}, dtype=object)


def ending(region: Region, table: Table, ids: list[str], on: str | None) -> pd.DataFrame:
    """Rows that end others: tombstones of all versions, or the version in force with `valid_to` = `on`."""
    known = versions(region, table.name, ids)
    for id in ids:
        if id not in set(known["id"]):
            raise not_known(f"row of '{table.name}'", f"行(表 {table.name})", id, known["id"])
    names = [n for n in table.columns if n != "revision"]
    if on is None:
        return known.assign(branch=region.branch_name, op="end").reindex(columns=names)
    live = (known["valid_from"] <= region.day) & (known["valid_to"].isna() | (known["valid_to"] > region.day))
    return known[live].assign(branch=region.branch_name, op="put", valid_to=on).reindex(columns=names)


def to_arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    """Checked frame as an Arrow table of the types the database has, without `revision`."""
    schema = arrow_schema(table)
    fields = [f for f in schema if f.name != "revision"]
    columns = [_array(frame[f.name], f.type) for f in fields]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _array(column: pd.Series, kind: pa.DataType) -> pa.Array:
    if column.isna().all():  # an empty float column would become empty bytes
        return pa.nulls(len(column), kind)
    return pa.array(column, type=kind, from_pandas=True)
