"""A layer in numbers by place: area, length, count, share of the place, the sum of a figure; and what lies nowhere."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.common_parts import LEAST, MEASURES, measured, parts_of
from hechang.atlas.laid import Laid, areas_of, shaped, table_of
from hechang.atlas.places import LEVELS
from hechang.atlas.polygon import square_km
from hechang.region.region import Region
from hechang.terms.errors import not_known
from hechang.terms.numbers import parse_number
from hechang.terms.specs import table

NUMBERS = ("int", "number", "money")


class ByPlace(NamedTuple):
    """A layer in numbers.

    rows: index = place; name, number [rows of the layer that touch it], km2, km, points, covered_km2 [what areas cover,
    each spot once], share [% of the place's area that is covered], value [sum of the figure], why_missing, synthetic
    [whether a made-up row is among them]. outside: km2, km, points that lie in no place. lost: rows of the layer
    without a usable shape: name, why. no_figure: rows that have a shape but no figure.
    """

    rows: pd.DataFrame
    outside: dict[str, float]
    lost: pd.DataFrame
    no_figure: int


def statistics(region: Region, layer: str, *, by: str = "county", of: str = "") -> ByPlace:
    """Count and measure a layer of the region's day by place.

    Parameters
    ----------
    layer, by
        See `laid`; `by` is a level of places, or another layer with areas.
    of
        A figure to add up: a numeric column of the layer's table, or a property of its features. Assumption: it is
        spread evenly over a row's area or length; a point carries it whole.

    Returns
    -------
    ByPlace
        Every place, those without outline with why_missing. A point on a border between places of a level counts in
        the first by code; a line along such a border counts in both.

    Raises
    ------
    NotKnown
        for a layer or figure the region does not have.
    InputError
        where no row of the layer has a usable shape, or `by` has no areas: nothing known is not nothing there.

    Source of the assumption: Goodchild and Lam 1980, Geo-Processing 1 (areal weighting).

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("layers", {"id": "wells", "name": "井", "table": "features"})
    ...     _ = e.put("features", {"layer": "wells", "name": "井", "geometry": shapely.Point(120.5, 31.5)})
    ...     _ = e.put("places", [{"id": "a", "geometry": shapely.box(120, 31, 121, 32)}])
    >>> found = statistics(e.after, "wells")
    >>> found.rows["points"].to_dict(), found.rows.loc["b", "why_missing"]
    ({'a': 1.0, 'b': nan, 'c': nan}, '没有图形 / no outline')
    """
    whole, places = shaped(region, layer), areas_of(region, by)
    figure = _figure(region, layer, of).reindex(whole.rows.index) if of else None
    rows, parts = _counted(whole, places, once=by in LEVELS)
    rows = rows.assign(value=_values(whole, parts, figure))
    lacking = int(figure.isna().sum()) if figure is not None else 0
    return ByPlace(rows, _outside(whole, places), whole.lost, lacking)


def _counted(whole: Laid, places: Laid, *, once: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of `ByPlace` but the figure, and the parts behind them; with `once` a shared point counts in one place."""
    parts = parts_of(whole, places)
    parts = _each_point_once(parts) if once else parts
    made = _sums(parts, places)
    made_up = whole.rows["synthetic"].reindex(parts["left"]).fillna(False).to_numpy(dtype=bool)
    flagged = pd.Series(made_up, index=parts["right"]).groupby(level=0).any().reindex(made.index).fillna(False)
    known = made.assign(name=places.rows["name"], why_missing=None, synthetic=flagged.astype(bool))
    blank = places.lost.rename(columns={"why": "why_missing"}).reindex(columns=known.columns)
    rows = pd.concat([known.astype(object), blank.astype(object)]).sort_index().rename_axis("id")
    numbers = dict.fromkeys(["km2", "km", "points", "covered_km2", "share"], "float64")
    order = ["name", "number", *numbers, "why_missing", "synthetic"]
    return rows[order].astype({**numbers, "number": "Int64", "name": "string", "why_missing": "string"}), parts


def by_place(region: Region, parts: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add up common parts of two layers (`common_parts`) by place, in the columns of `ByPlace.rows` but the figure.

    Raises
    ------
    InputError
        where `by` has no areas.
    """
    places = areas_of(region, by)
    pieces = parts[["left_name", "synthetic", "geometry"]].rename(columns={"left_name": "name"})
    return _counted(Laid(pieces, pieces.iloc[:0]), places, once=by in LEVELS)[0]


def _figure(region: Region, layer: str, of: str) -> pd.Series:
    """The figure of each row as a number; missing where it has none."""
    spec = table(table_of(layer))
    columns = [field.name for field in spec.fields if field.kind in NUMBERS]
    if of in columns:
        return region.table(spec.name, columns=[of])[of].astype("Float64")
    known: set[str] = set()
    told = pd.Series(dtype=object)
    if spec.name == "features":
        texts = region.table("features", columns=["properties"], where={"layer": layer})["properties"].astype(object)
        told = texts.map(json.loads, na_action="ignore")
        known = {str(name) for properties in told.dropna() for name in properties}
    if of not in known:
        raise not_known(f"figure of '{layer}'", f"数值项({layer})", of, [*columns, *sorted(known)])
    values = told.map(lambda properties: _number(properties.get(of)), na_action="ignore")
    return values.astype("Float64")


def _number(value: object) -> float | None:
    number = parse_number(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    return None if number is None else float(number)


def _each_point_once(parts: pd.DataFrame) -> pd.DataFrame:
    """Parts in which a point that several places share counts in the first of them by code."""
    thin = parts["points"].notna()
    points, of = shapely.get_parts(parts.loc[thin, "geometry"].to_numpy(dtype=object), return_index=True)
    at = parts.index[thin][of]
    each = pd.DataFrame({"left": parts["left"].reindex(at), "right": parts["right"].reindex(at)})
    each = each.assign(x=shapely.get_x(points), y=shapely.get_y(points)).sort_values("right", kind="stable")
    count = each.drop_duplicates(["left", "x", "y"]).groupby(level=0).size()
    fewer = parts.assign(points=parts["points"].mask(thin, count.reindex(parts.index).fillna(0)))
    return fewer[~(thin & fewer["points"].eq(0))]


def _sums(parts: pd.DataFrame, places: Laid) -> pd.DataFrame:
    """What lies in each place: number, km2, km, points, covered_km2, share."""
    groups = parts.groupby("right")
    totals = groups[list(MEASURES.values())].sum().reindex(places.rows.index).fillna(0.0)
    areas = parts[parts["km2"].notna()].groupby("right")["geometry"]
    union = areas.agg(lambda pieces: shapely.union_all(pieces.to_numpy(dtype=object)))
    covered = pd.Series(square_km(union.to_numpy(dtype=object)), index=union.index, dtype="float64")
    covered = covered.reindex(places.rows.index).fillna(0.0)
    share = np.minimum(100 * covered / square_km(places.shapes), 100.0)
    number = groups["left"].nunique().reindex(places.rows.index).fillna(0)
    return totals.assign(number=number, covered_km2=covered, share=share)


def _values(whole: Laid, parts: pd.DataFrame, figure: pd.Series | None) -> pd.Series | float:
    """Sum of the figure in each place: of a row the share of its area, length or points that lies there."""
    if figure is None:
        return np.nan
    dimension = pd.Series(shapely.get_dimensions(whole.shapes), index=whole.rows.index)
    own = pd.Series(0.0, index=whole.rows.index)
    for one in MEASURES:
        rows = whole.of(one)
        own.loc[rows.index] = measured(rows["geometry"].to_numpy(dtype=object), one)
    amount = parts[list(MEASURES.values())].sum(axis=1)
    left = parts["left"]
    share = amount.to_numpy() / own.reindex(left).to_numpy() if len(dimension) else amount.to_numpy()
    carried = pd.Series(share * figure.reindex(left).to_numpy(dtype="float64", na_value=np.nan), index=parts["right"])
    return carried.groupby(level=0).sum(min_count=1)


def _outside(whole: Laid, places: Laid) -> dict[str, float]:
    """Area, length and points of the layer that lie in none of the places."""
    union = shapely.union_all(places.shapes)
    shapely.prepare(union)
    found = {}
    for dimension, name in MEASURES.items():
        shapes = whole.of(dimension)["geometry"].to_numpy(dtype=object)
        loose = shapes[~shapely.covers(union, shapes)]
        amount = measured(shapely.difference(loose, union), dimension)
        found[name] = float(amount[amount > LEAST[dimension]].sum())
    return found
