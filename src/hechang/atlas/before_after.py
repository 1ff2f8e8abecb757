"""One layer or table before and after: rows added, removed and changed by field; area and length gained and lost."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.common_parts import measured, only_of, parts_of
from hechang.atlas.drawn import KINDS, layer_names
from hechang.atlas.laid import AREA, LINE, Laid, areas_of, laid, table_of
from hechang.atlas.places import LEVELS, places
from hechang.region.region import Region
from hechang.terms.errors import not_known
from hechang.terms.specs import codes, table, tables

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
DIMENSIONS = {AREA: "km2", LINE: "km"}


class BeforeAfter(NamedTuple):
    """What became of a layer or table.

    rows: id, op [added, removed, changed], name, changed [{field: [before, after]}]. areas: index = place; name,
    gained_km2, lost_km2, gained_km, lost_km, why_missing; and a row "" for what lies in no place; None for a table
    without shapes. lost: rows of either state whose shape cannot be used: state, id, name, why.
    """

    rows: pd.DataFrame
    areas: pd.DataFrame | None
    lost: pd.DataFrame


def before_after(before: Region, after: Region, what: str, *, by: str = "county") -> BeforeAfter:
    """Compare a layer or table in two views of a region: two days, two states of knowledge, two branches.

    Parameters
    ----------
    before, after
        E.g. `region.on("2022-01-01")` and `region`, or `region.known(…)`, or `region.branch(…)`.
    what
        A layer (see `laid`), or any table.
    by
        Places of the later view by which areas are told; see `laid`.

    Raises
    ------
    NotKnown
        for a layer or table neither view has.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="example") as e:
    ...     _ = e.put("places", {"id": "a", "people": 30})
    >>> before_after(r, e.after, "places").rows[["id", "changed"]].to_numpy().tolist()
    [['a', {'people': [25, 30]}]]
    """
    _known(before, after, what)
    rows = _rows_changed(_of(before, what), _of(after, what))
    if not any(field.kind == "geometry" for field in table(_table(what)).fields):
        return BeforeAfter(rows, None, pd.DataFrame(columns=["state", "id", "name", "why"]))
    old, new = (_laid(region, what) for region in (before, after))
    lost = pd.concat([old.lost.assign(state="before"), new.lost.assign(state="after")])
    areas = _areas(old, new, areas_of(after, by)) if len(old.rows) or len(new.rows) else None
    return BeforeAfter(rows, areas, lost.rename_axis("id").reset_index()[["state", "id", "name", "why"]])


def _known(before: Region, after: Region, what: str) -> None:
    known = {*layer_names(before), *layer_names(after), *LEVELS, *codes("collection_kinds"), *tables()}
    if what not in known:
        raise not_known("layer or table", "图层或数据表", what[:40], sorted(known), "hechang layer list")


def _table(what: str) -> str:
    return what if what in tables() else table_of(what)


def _of(region: Region, what: str) -> pd.DataFrame:
    """Rows of a layer or table with its own columns."""
    name = _table(what)
    where: dict[str, Any] = {}
    if name == "features" and what != name:
        where = {"layer": what}
    elif what in KINDS:
        where = {"kind": list(KINDS[what])}
    elif what in LEVELS:
        where = {"id": list(places(region, what).index)}
    elif what in codes("collection_kinds"):
        where = {"kind": what}
    columns = [field.name for field in table(name).fields]
    return region.table(name, columns=columns, where=where or None)


def _laid(region: Region, what: str) -> Laid:
    """A layer, or a table whose shapes are no layer (features of all layers, links); nothing where it is not there."""
    if what in {*layer_names(region), *LEVELS, *codes("collection_kinds")}:
        return laid(region, what)
    return Laid(pd.DataFrame(columns=["name", "synthetic", "geometry"]), pd.DataFrame(columns=["name", "why"]))


def _rows_changed(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    one, other = old.astype(object), new.astype(object)
    both = one.index.intersection(other.index)
    differ = {name: _differs(one.loc[both, name], other.loc[both, name]) for name in one.columns}
    cells = pd.DataFrame(differ, index=both, columns=one.columns)
    touched = both[cells.any(axis=1).to_numpy(dtype=bool)]
    changed = [_fields(one.loc[id], other.loc[id], cells.loc[id]) for id in touched]
    sets = (
        (ADDED, other.index.difference(one.index), other, None),
        (REMOVED, one.index.difference(other.index), one, None),
        (CHANGED, touched, other, changed),
    )
    made = [_told(op, ids, frame, fields) for op, ids, frame, fields in sets]
    return pd.concat(made, ignore_index=True)


def _told(op: str, ids: pd.Index, frame: pd.DataFrame, fields: list[dict[str, Any]] | None) -> pd.DataFrame:
    names = frame.loc[ids, "name"].to_numpy() if "name" in frame else None
    changed = fields if fields is not None else [{} for _ in ids]
    made = {"id": ids.to_numpy(dtype=object), "op": op, "name": names, "changed": pd.Series(changed, dtype=object)}
    return pd.DataFrame(made, columns=["id", "op", "name", "changed"])


def _differs(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether cells differ; two that are missing do not."""
    a, b = one.where(one.notna(), None), other.where(other.notna(), None)
    return pd.Series([x != y for x, y in zip(a, b, strict=True)], index=one.index, dtype=bool)


def _fields(old: pd.Series, new: pd.Series, differ: pd.Series) -> dict[str, list[Any]]:
    names = differ.index[differ.to_numpy(dtype=bool)]
    return {str(name): [_plain(old[name]), _plain(new[name])] for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return None if pd.isna(value) else getattr(value, "item", lambda: value)()


# --- areas and lengths -----------------------------------------------------------------------------------------------
def _areas(old: Laid, new: Laid, places_: Laid) -> pd.DataFrame:
    """Gained and lost by place: what one state covers and the other does not, each spot once."""
    made = pd.DataFrame({"name": places_.rows["name"].astype(object), "why_missing": None})
    outside: dict[str, float] = {}
    for dimension, unit in DIMENSIONS.items():
        unions = [shapely.union_all(side.of(dimension)["geometry"].to_numpy(dtype=object)) for side in (old, new)]
        for name, (first, second) in {"gained": unions[::-1], "lost": unions}.items():
            piece = only_of(np.array([shapely.difference(first, second)], dtype=object), dimension)
            here = Laid(pd.DataFrame({"name": [name], "synthetic": [False], "geometry": piece}, [name]), old.lost)
            found = parts_of(here, places_) if not shapely.is_empty(piece[0]) else None
            sums = found.groupby("right")[unit].sum() if found is not None else pd.Series(dtype="float64")
            made[f"{name}_{unit}"] = sums.reindex(made.index).fillna(0.0)
            rest = shapely.difference(piece, shapely.union_all(places_.shapes))
            outside[f"{name}_{unit}"] = float(measured(only_of(rest, dimension), dimension)[0])
    blank = places_.lost.rename(columns={"why": "why_missing"}).reindex(columns=made.columns).astype(object)
    beyond = pd.DataFrame({"name": "不在任何地点内 / in no place", **outside}, index=[""]).reindex(columns=made.columns)
    whole = pd.concat([made.astype(object), blank, beyond.astype(object)]).rename_axis("id")
    return whole.astype(dict.fromkeys(outside, "float64"))
