"""Planned outlines against actual ones: how much of what was planned is there, and what was built outside the plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.common_parts import measured, only_of, parts_of
from hechang.atlas.laid import AREA, Laid, Shapes, areas_of
from hechang.region.region import Region

WHOLE = "all"  # id of the row over all outlines
NO_PLAN = "没有规划范围 / no planned outline"
NO_ACTUAL = "没有实际范围 / no actual outline"
COLUMNS = ["name", "planned_km2", "actual_km2", "built_km2", "built", "outside_km2", "outside", "why_missing"]


def plan_actual(planned: tuple[Region, str], actual: tuple[Region, str], *, by: str = "") -> pd.DataFrame:
    """Lay actual outlines over planned ones.

    Parameters
    ----------
    planned, actual
        View of the region and layer with areas; both may be the same layer on two days, e.g. `projects`.
    by
        Empty: one row a name that stands in either layer (outlines of one name count together). Else a level of places
        or a layer with areas, of the actual view: one row a place.

    Returns
    -------
    DataFrame
        First row `all`. Columns name, planned_km2, actual_km2, built_km2 [planned and there], built [% of the plan],
        outside_km2 [there and not planned], outside [% of what is there], why_missing. Each spot counts once; a share
        of nothing has no value.

    Raises
    ------
    NotKnown, InputError
        for a layer that is not there or has no areas.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("layers", [{"id": n, "name": n, "table": "features"} for n in ("plan", "now")])
    ...     _ = e.put("features", [
    ...         {"layer": "plan", "name": "园", "geometry": shapely.box(120, 31, 120.02, 31.01)},
    ...         {"layer": "now", "name": "园", "geometry": shapely.box(120.01, 31, 120.03, 31.01)}])
    >>> plan_actual((e.after, "plan"), (e.after, "now")).loc["园", ["built", "outside"]].round(2).to_list()
    [50.0, 50.0]
    """
    one, other = areas_of(*planned), areas_of(*actual)
    whole = _row([shapely.union_all(one.shapes)], [shapely.union_all(other.shapes)], [WHOLE], [None])
    if by:
        rows = _by_place(one, other, areas_of(actual[0], by))
    else:
        left, right = (_by_name(side) for side in (one, other))
        names = sorted({*left.index, *right.index})
        pairs = [side.reindex(names).to_numpy(dtype=object) for side in (left, right)]
        rows = _row(pairs[0], pairs[1], names, names)
    return pd.concat([whole, rows]).rename_axis("id")


def _by_name(side: Laid) -> pd.Series:
    """Union of the outlines of each name; rows without a name go by their id."""
    names = side.rows["name"].astype(object)
    called = names.where(names.notna(), side.rows.index.to_series().astype(object)).astype(str)
    made = side.rows["geometry"].groupby(called.to_numpy())
    return made.agg(lambda shapes: shapely.union_all(shapes.to_numpy(dtype=object)))


def _by_place(one: Laid, other: Laid, places: Laid) -> pd.DataFrame:
    ids, names = list(places.rows.index), list(places.rows["name"])
    pieces = [_pieces(side, places) for side in (one, other)]
    rows = _row(pieces[0], pieces[1], ids, names)
    blank = places.lost.rename(columns={"why": "why_missing"}).reindex(columns=COLUMNS)
    return pd.concat([rows.astype(object), blank.astype(object)]).astype(rows.dtypes.to_dict())


def _pieces(side: Laid, places: Laid) -> Shapes:
    """What a layer covers of each place; None where nothing."""
    parts = parts_of(side, places)
    union = parts.groupby("right")["geometry"].agg(lambda some: shapely.union_all(some.to_numpy(dtype=object)))
    made = union.reindex(places.rows.index)
    found: Shapes = made.astype(object).where(made.notna(), None).to_numpy(dtype=object)
    return found


def _row(
    planned: Shapes | list[object], actual: Shapes | list[object], ids: list[str], names: list[object]
) -> pd.DataFrame:
    """Measure planned against actual shapes, pair by pair."""
    one, other = (_shapes(side) for side in (planned, actual))
    areas = [measured(only_of(shapes, AREA), AREA) for shapes in (one, other, shapely.intersection(one, other))]
    plan, there, built = areas
    outside = measured(only_of(shapely.difference(other, one), AREA), AREA)
    said = np.where(plan == 0, NO_PLAN, np.where(there == 0, NO_ACTUAL, "")).astype(object)
    shares = [np.divide(100 * part, of, out=np.full(len(of), np.nan), where=of > 0) for part, of in
              ((built, plan), (outside, there))]  # fmt: skip
    values = [names, plan, there, built, shares[0], outside, shares[1], said]
    made = pd.DataFrame(dict(zip(COLUMNS, values, strict=True)), index=pd.Index(ids, dtype=object))
    return made.assign(why_missing=made["why_missing"].where(made["why_missing"].ne(""), None))


def _shapes(side: Shapes | list[object]) -> Shapes:
    """Shapes, an empty one for what is missing."""
    made = np.empty(len(side), dtype=object)
    made[:] = [shape if isinstance(shape, shapely.Geometry) else shapely.MultiPolygon() for shape in side]
    return made
