"""Rows as a user gives them -> one frame with every column filled, ready to be checked and kept."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import shapely

from hechang.region.prepare_few import HANGING, MADE_HERE, not_in_force, prepare_few
from hechang.store.few import FEW
from hechang.store.schema import arrow_schema
from hechang.terms.cells import is_empty
from hechang.terms.errors import InputError, not_known
from hechang.terms.scopes import scope_of
from hechang.terms.specs import ALWAYS, Table

if TYPE_CHECKING:
    from hechang.region.region import Region

Edited = Mapping[str, Sequence[pd.DataFrame]]


def prepare(
    region: Region, table: Table, rows: pd.DataFrame, *, source: str, level: int, edit: Edited = MappingProxyType({})
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
    edit
        Frames of the same edit by table: a row put twice carries over from the first, rows of a project take over
        its owner and scope.
    """
    frame = _frame(rows)
    for column in frame.columns:
        table.field(str(column))
    frame = frame.drop(columns=[c for c in MADE_HERE if c in frame.columns])
    given = set(frame.columns)
    frame = _as_stored(table, frame)
    if frame.empty:
        return frame
    made = {"source": source, "level": level, "branch": region.branch_name, "op": "put"}
    made |= {"owner": region.reader.body or "local", "scope": region.reader.home}
    if len(frame) <= FEW:
        return prepare_few(region, table, frame, made, edit)
    if "id" in given:
        frame = _carry_over(region, table, frame, given, edit.get(table.name, ()))
    frame = _with_ids(region, frame)
    project = _of_project(region, frame, edit.get("projects", ()))
    return _defaults(table, frame, project, made)


def alike(rows: Any) -> list[tuple[Sequence[int], pd.DataFrame]]:
    """Rows as frames with their places in the order given, one frame for each set of columns.

    What a row does not mention is not a blank, so rows that mention different columns go apart.
    """
    if isinstance(rows, pd.DataFrame):
        return [(range(len(rows)), rows)]
    groups: dict[tuple[str, ...], list[tuple[int, Mapping[str, Any]]]] = {}
    for at, row in enumerate([rows] if isinstance(rows, Mapping) else rows):
        groups.setdefault(tuple(sorted(row)), []).append((at, row))
    return [([at for at, _ in g], pd.DataFrame([row for _, row in g], dtype=object)) for g in groups.values()]


def _frame(rows: pd.DataFrame) -> pd.DataFrame:
    frame: pd.DataFrame = rows.reset_index() if rows.index.name == "id" else rows.reset_index(drop=True)
    geo = sys.modules.get("geopandas")  # who brings such a frame has loaded it; a command without one need not
    if geo is not None and isinstance(frame, geo.GeoDataFrame):
        shapes = frame.geometry if frame.crs is None else frame.geometry.to_crs("EPSG:4326")
        frame = pd.DataFrame(frame.drop(columns=shapes.name)).assign(geometry=shapes.to_numpy())
    return frame.copy(deep=False)


def _as_stored(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """JSON values as canonical text, shapes as WKB; raises InputError where another cell holds many values."""
    for name in frame.columns:
        kind = table.field(str(name)).kind
        if kind != "json" and pd.api.types.infer_dtype(frame[name], skipna=True) == "mixed":
            _refuse_many(table, str(name), frame[name])
        if kind == "json":
            frame[name] = frame[name].map(_json)
        if kind == "geometry":
            frame[name] = frame[name].map(lambda v: shapely.to_wkb(v) if isinstance(v, shapely.Geometry) else v)
    return frame


def _refuse_many(table: Table, name: str, column: pd.Series) -> None:
    many = column[column.map(lambda value: isinstance(value, list | tuple | dict | set | np.ndarray))]
    if not many.empty:
        raise InputError(
            f"Column '{name}' of '{table.name}' takes one value in a cell, not {many.iloc[0]!r}",
            f"表 {table.name} 的列“{name}”每格只能有一个值, 不能是 {many.iloc[0]!r}",
        )


def _json(value: object) -> object:
    if isinstance(value, str) or is_empty(value):
        return value
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY).decode()
    except orjson.JSONEncodeError:
        return str(value)  # no JSON: the check of the row will say so


def _with_ids(region: Region, frame: pd.DataFrame) -> pd.DataFrame:
    if "id" not in frame.columns:
        return frame.assign(id=pd.array([region.make_id() for _ in range(len(frame))], dtype="string[pyarrow]"))
    missing = frame["id"].isna()
    if missing.any():
        made = pd.Series([region.make_id() for _ in range(int(missing.sum()))], index=frame.index[missing])
        frame["id"] = frame["id"].astype(object).where(~missing, made)
    return frame


def versions(region: Region, table: str, ids: Iterable[str], earlier: Sequence[pd.DataFrame] = ()) -> pd.DataFrame:
    """All live versions of some rows, whatever the day, oldest first; frames `earlier` in the edit count already."""
    wanted = sorted({str(i) for i in ids})
    known = region.every_version(table, wanted)
    mine = [frame[frame["id"].isin(wanted)] for frame in earlier]
    if not any(len(frame) for frame in mine):
        return known
    whole = pd.concat([part.astype(object) for part in (known, *mine)], ignore_index=True)
    whole = whole.drop_duplicates(["id", "valid_from"], keep="last")
    return whole[whole["op"] == "put"].sort_values(["id", "valid_from"]).reset_index(drop=True)


def in_force(rows: pd.DataFrame, day: str) -> pd.Series:
    """Tell which versions are in force on a day."""
    live: pd.Series = (rows["valid_from"] <= day) & (rows["valid_to"].isna() | (rows["valid_to"] > day))
    return live


def _carry_over(
    region: Region, table: Table, frame: pd.DataFrame, given: set[str], earlier: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    known = versions(region, table.name, frame["id"].dropna(), earlier)
    if known.empty:
        return frame
    now = _current(region, known, frame)
    since = _taken(known["valid_from"], now, frame.index)
    begun = _filled(frame, "valid_from", since)
    frame = frame.assign(valid_from=begun)
    begun = begun.map(str, na_action="ignore")  # what is no text is refused later, with its row
    _refuse_not_in_force(region, table, known, frame)
    exact = pd.MultiIndex.from_frame(known[["id", "valid_from"]].astype(object))
    same = exact.get_indexer(pd.MultiIndex.from_frame(frame[["id", "valid_from"]].astype(object)))
    at = same if (same >= 0).all() else np.where(same >= 0, same, _before(known, frame["id"], begun, now))
    fresh = given | {*MADE_HERE, "source", "id", "valid_from"}
    carried = {c: _cells(known[c], at) for c in known.columns if c not in fresh}
    kept = pd.DataFrame(carried, index=frame.index, dtype=object)
    if "valid_to" in kept and (same < 0).any():  # where the version before has ended, the new one goes on
        over = (same < 0) & (kept["valid_to"].fillna("9999") <= begun.fillna(""))
        kept["valid_to"] = kept["valid_to"].mask(over, None)
    if "scope" in kept and "place" in given:
        kept["scope"] = kept["scope"].mask(_moved(known, at, frame), None)
    return pd.concat([frame, kept], axis=1)


def _moved(known: pd.DataFrame, at: np.ndarray[Any, Any], frame: pd.DataFrame) -> pd.Series:
    """Rows that go to another place, and so leave the scope of the old one."""
    moved: pd.Series = _taken(known["place"], at, frame.index).fillna("") != frame["place"].fillna("")
    return moved


def _current(region: Region, known: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Position of the version in force on the region's day, -1 where there is none."""
    current = known["id"].astype(object)[in_force(known, region.day)].drop_duplicates(keep="last")
    at = pd.Index(current).get_indexer(frame["id"].astype(object))
    return np.where(at < 0, -1, np.append(current.index.to_numpy(), -1)[at])


def _before(
    known: pd.DataFrame, ids: pd.Series, begun: pd.Series, otherwise: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Position of the version that began last until each row does; where all begin later, `otherwise`."""
    asked = pd.DataFrame({"id": ids, "new": begun, "row": range(len(ids))}, dtype=object)
    there = known[["id", "valid_from"]].astype(object).assign(at=range(len(known)))
    pairs = asked.dropna().merge(there, on="id")
    last = pairs[pairs["valid_from"] <= pairs["new"]].groupby("row")["at"].last()
    found = otherwise.copy()
    found[last.index.to_numpy(dtype=int)] = last.to_numpy(dtype=int)
    return found


def _refuse_not_in_force(region: Region, table: Table, known: pd.DataFrame, frame: pd.DataFrame) -> None:
    lost = frame[frame["valid_from"].isna() & frame["id"].isin(set(known["id"]))]
    if not lost.empty:
        raise not_in_force(region, table, lost["id"].iloc[0])


def _taken(column: pd.Series, at: np.ndarray[Any, Any], index: pd.Index) -> pd.Series:
    """Cells at some positions; nothing where the position is -1."""
    return pd.Series(_cells(column, at), index=index, dtype=object)


def _cells(column: pd.Series, at: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Cells at some positions as plain Python values; None where the position is -1."""
    nothing: Any = None
    found: np.ndarray[Any, Any] = np.append(column.to_numpy(dtype=object, na_value=nothing), nothing)[at]
    return found


def _defaults(table: Table, frame: pd.DataFrame, project: pd.DataFrame, given: Mapping[str, object]) -> pd.DataFrame:
    made = {name: value for name, value in given.items() if name not in HANGING}
    for name, value in {**made, "valid_from": ALWAYS, "synthetic": False}.items():
        frame[name] = _filled(frame, name, pd.Series(value, index=frame.index, dtype=object))
    lead = frame["lead"].astype(object) if "lead" in frame.columns else project["owner"]
    owner = project["owner"].where(project["owner"].notna(), lead)
    frame["owner"] = _filled(frame, "owner", owner.fillna(str(given["owner"])))
    frame["scope"] = _filled(frame, "scope", _scopes(frame, project["scope"], str(given["scope"])))
    names = [n for n in table.columns if n != "revision"]
    return frame.reindex(columns=names)


def _filled(frame: pd.DataFrame, name: str, default: pd.Series) -> pd.Series:
    if name not in frame.columns:
        return default
    column = frame[name]
    if column.notna().to_numpy().all():
        return column  # a million texts stay where they are
    return column.astype(object).where(column.notna(), default)


def _scopes(frame: pd.DataFrame, of_project: pd.Series, home: str) -> pd.Series:
    own = pd.Series(pd.NA, index=frame.index, dtype=object)
    if "place" in frame.columns:
        distinct = {place: scope_of(str(place)) for place in frame["place"].dropna().unique()}
        own = frame["place"].map(distinct)
    return own.where(own.notna(), of_project).fillna(home)


def _of_project(region: Region, frame: pd.DataFrame, fresh: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Owner and scope of the project a row hangs on; empty where there is none."""
    empty = pd.DataFrame({"owner": pd.NA, "scope": pd.NA}, index=frame.index, dtype=object)
    if "project" not in frame.columns:
        return empty
    distinct = frame["project"].dropna().unique().tolist()  # a few are looked up; of many the whole table is read
    parts = [
        region.table("projects", columns=["owner", "scope"], where={"id": distinct} if len(distinct) <= FEW else None),
        *(f.set_index("id")[["owner", "scope"]] for f in fresh),
    ]
    projects = pd.concat([part.astype(object) for part in parts])
    projects = projects[~projects.index.duplicated(keep="last")]
    if projects.empty:
        return empty
    number, named = pd.factorize(frame["project"])
    found = projects.reindex(pd.Index(named, dtype=object))
    none = np.array([pd.NA], dtype=object)
    cells = {c: np.append(found[c].to_numpy(dtype=object), none)[number] for c in ("owner", "scope")}
    return pd.DataFrame(cells, index=frame.index, dtype=object)


def ending(
    region: Region, table: Table, ids: list[str], on: str | None, *, source: str, earlier: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:
    """Rows that end others: tombstones of all versions, or the version in force with `valid_to` = `on`.

    A version that began on that day or later has nothing left of it: it gets a tombstone.
    """
    known = versions(region, table.name, ids, earlier)
    live = known if on is None else known[in_force(known, region.day)]
    stays = live["valid_from"] < (on or "")
    ended = live.assign(op=stays.map({True: "put", False: "end"}), valid_to=live["valid_to"].where(~stays, on))
    found = set(ended["id"])
    for id in ids:
        if id not in found:
            what = f"row of '{table.name}'" + (f" in force on {region.day}" if on else "")
            raise not_known(what, f"行(表 {table.name}{f', {region.day} 有效' if on else ''})", id, found)
    names = [n for n in table.columns if n != "revision"]
    return ended.assign(branch=region.branch_name, source=source).reindex(columns=names)


def to_arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    """Checked frame as an Arrow table of the types the database has, without `revision`."""
    schema = arrow_schema(table)
    fields = [f for f in schema if f.name != "revision"]
    few = len(frame) <= FEW
    columns = [_array(table, frame[f.name], f.type, few=few) for f in fields]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _array(table: Table, column: pd.Series, kind: pa.DataType, *, few: bool) -> pa.Array:
    cells = column.tolist() if few else column
    if not few and column.isna().all():  # an empty float column would become empty bytes
        return pa.nulls(len(column), kind)
    try:
        return pa.array(cells, type=kind, from_pandas=True)
    except (pa.ArrowException, UnicodeEncodeError, OverflowError) as error:
        raise InputError(
            f"Column '{column.name}' of '{table.name}' holds what cannot be kept as {kind}: {error!r}",
            f"表 {table.name} 的列“{column.name}”含有无法按 {kind} 保存的内容: {error!r}",
        ) from error
