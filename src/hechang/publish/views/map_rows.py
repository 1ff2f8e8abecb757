"""The list beside the map: rows of one layer in the extent shown, page by page; days, flows and measures of the map."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.drawn import PROJECTS
from hechang.atlas.points import place_points
from hechang.publish.results import Results
from hechang.publish.rows import Row, records
from hechang.publish.showing import timetable
from hechang.publish.views.frame import place_names
from hechang.publish.views.layers import layer_measured, layer_rows, measure_row, ramp, view_of
from hechang.publish.views.measured import chosen_card, measured
from hechang.terms.catalogue import Card
from hechang.terms.errors import InputError, not_known
from hechang.terms.numbers import parse_number
from hechang.terms.specs import codes

EMPTY: Row = dict.fromkeys(
    ("name", "name_en", "kind", "people", "place", "place_name", "place_name_en", "lon", "lat", "of", "stage", "light",
     "plan", "paid", "total", "members", "drawn", "synthetic", "bounds")
)  # fmt: skip
CHANGING = ("places", "projects", "collections", "features", "members")  # tables whose rows change the picture


class Extent(NamedTuple):
    """West, south, east, north [degrees]."""

    west: float
    south: float
    east: float
    north: float


def read_extent(text: str) -> Extent | None:
    """Read `west,south,east,north` [degrees]; None where nothing is given.

    Raises
    ------
    InputError
        for anything else.

    Examples
    --------
    >>> read_extent("118,29,123,33"), read_extent("")
    (Extent(west=118.0, south=29.0, east=123.0, north=33.0), None)
    """
    if not text:
        return None
    numbers = [parse_number(part.strip()) for part in text.split(",")]
    found = [float(number) for number in numbers if number is not None]
    if len(numbers) != 4 or len(found) != 4 or found[0] > found[2] or found[1] > found[3]:
        raise InputError(
            f"'{text[:60]}' is no extent. Write it as west,south,east,north in degrees: 118,29,123,33",
            f"“{text[:60]}”不是范围。请写成 西,南,东,北(度): 118,29,123,33",
        )
    return Extent(*found)


class Wanted(NamedTuple):
    """What the list shows: rows in an extent, of one place, with words in their name, of a stage or light; one row."""

    extent: Extent | None = None
    words: str = ""
    id: str = ""
    stage: str = ""
    light: str = ""


def map_rows(results: Results, layer: str, wanted: Wanted) -> pd.DataFrame:
    """Return the rows of a layer that are wanted, as `drawn` has them, in the order of the list.

    Raises
    ------
    NotKnown
        for an unknown layer, stage, light or row.
    """
    rows = layer_rows(results, layer)
    if wanted.id:
        if wanted.id not in rows.index:
            raise not_known("row on this layer", "该图层的对象", wanted.id[:60], [])
        return rows.loc[[wanted.id]]
    rows = _in_extent(_of_class(rows, layer, wanted), wanted.extent)
    if wanted.words:
        names = rows["name"].fillna("") + "\n" + (rows["name_en"].fillna("") if "name_en" in rows else "")
        rows = rows[names.str.contains(wanted.words, case=False, regex=False)]
    return _in_order(rows, layer)


def _of_class(rows: pd.DataFrame, layer: str, wanted: Wanted) -> pd.DataFrame:
    for column, code, named in (("stage", wanted.stage, "stages"), ("light", wanted.light, "colours")):
        if code and layer != PROJECTS:
            raise InputError(f"Only projects have a {column}", "只有项目图层可以按阶段或亮灯筛选")
        if code and code != "none" and code not in codes(named):
            raise not_known(column, {"stage": "阶段", "light": "亮灯颜色"}[column], code[:40], [*codes(named), "none"])
        if code:
            rows = rows[rows[column].isna() if code == "none" else rows[column].eq(code).fillna(False)]
    return rows


def _in_extent(rows: pd.DataFrame, extent: Extent | None) -> pd.DataFrame:
    if extent is None:
        return rows
    edges = shapely.bounds(rows["geometry"].to_numpy(dtype=object))
    with np.errstate(invalid="ignore"):
        near = (edges[:, 2] >= extent.west) & (edges[:, 0] <= extent.east)
        near &= (edges[:, 3] >= extent.south) & (edges[:, 1] <= extent.north)
    inside: pd.DataFrame = rows[near]
    return inside


def _in_order(rows: pd.DataFrame, layer: str) -> pd.DataFrame:
    """Projects as they come, worst light and most planned money first; everything else by name."""
    if layer == PROJECTS:
        return rows
    found: pd.DataFrame = rows.sort_values(["name", "id"], na_position="last")
    return found


def shown_rows(results: Results, rows: pd.DataFrame) -> list[Row]:
    """Return rows of a layer as the list shows them: with the point to go to, bounds [degrees] and names of places."""
    shapes = rows["geometry"].to_numpy(dtype=object)
    points = shapely.point_on_surface(shapes)
    edges = shapely.bounds(shapes).round(5)
    plain = rows.drop(columns="geometry").assign(lon=shapely.get_x(points).round(5), lat=shapely.get_y(points).round(5))
    names = place_names(results)
    made = [EMPTY | row | _placed(names, row) for row in records(plain.rename_axis("id"))]
    return [
        row | {"bounds": None if np.isnan(box).any() else box.tolist()} for row, box in zip(made, edges, strict=True)
    ]


def _placed(names: dict[str, Row], row: Row) -> Row:
    place = names.get(row.get("place") or "", {})
    return {"place_name": place.get("name"), "place_name_en": place.get("name_en")}


def project_rows(results: Results, ids: pd.Index) -> list[Row]:
    """Return projects as the list shows them."""
    return shown_rows(results, layer_rows(results, PROJECTS).loc[ids])


def measure_of_map(results: Results, query: dict[str, str]) -> dict[str, Any]:
    """Return a measure with its classes and values by place, as legend and list show them."""
    card: Card = chosen_card(query)
    shown = measured(results, card, query)
    trouble = shown["trouble"]
    names = place_names(results)
    kept = ("id", "value", "klass", "numerator", "denominator", "why_missing")
    rows = [{key: row.get(key) for key in kept} | _named(names, row["id"]) for row in shown["rows"]]
    return {
        "measure": measure_row(card),
        "layer": layer_measured(results, shown),
        "options": shown["options"],
        "classes": ramp(shown["edges"]),
        "rows": rows,
        "known": shown["known"],
        "missing": shown["missing"],
        "made_up": bool(shown["made_up"]),
        "timetable": [{lang: timetable(one, lang) for lang in ("zh", "en")} for one in shown["timetable_rows"]],
        "trouble": {"zh": trouble.zh, "en": trouble.en} if trouble else None,
        **view_of(results),
    }


def _named(names: dict[str, Row], id: str) -> Row:
    found = names.get(id, {})
    return {"name": found.get("name") or id, "name_en": found.get("name_en")}


def days_of_map(results: Results) -> dict[str, Any]:
    """Return the days on which the picture changes: rows that begin or end, and months with events of projects."""
    parts = " UNION ALL ".join(
        f'SELECT \'{table}\' AS "table", unnest([valid_from, valid_to]) AS day FROM "{table} every"'
        for table in CHANGING
    )
    changes = results.region.query(
        f"""SELECT day, "table", count(*) AS n FROM ({parts}) WHERE day > '0001' GROUP BY ALL ORDER BY day, "table" """
    )
    months = results.region.query(
        """SELECT left(actual, 7) AS month, count(*) AS events FROM "project_events every"
           WHERE length(actual) >= 7 GROUP BY ALL ORDER BY month"""
    )
    return {
        "changes": records(changes.set_index("day")),
        "months": records(months.set_index("month")),
        **view_of(results),
    }


def flows_of_map(results: Results, kind: str, period: str = "") -> dict[str, Any]:
    """Return flows of a kind and period between places with points, largest first.

    The first kind there is when empty; the last period of the kind when empty.

    Raises
    ------
    NotKnown
        for a kind that is no code, or a period of which the region holds no such flow.
    """
    kinds = [str(kind) for kind in results.region.query("SELECT DISTINCT kind FROM flows ORDER BY kind")["kind"]]
    if kind and kind not in codes("flow_kinds"):
        raise not_known("kind of flow", "流动种类", kind[:40], codes("flow_kinds"))
    chosen = kind or next(iter(kinds), "")
    columns = ["origin", "dest", "period", "volume", "unit", "minutes", "modelled", "synthetic"]
    whole = results.region.table("flows", columns=columns, where={"kind": chosen})
    periods = sorted(whole["period"].dropna().astype(str).unique())
    if period and period not in periods:
        raise not_known("period of these flows", "该流动的时期", period[:40], periods)
    shown = period or next(reversed(periods), "")
    rows = whole[whole["period"] == shown].sort_values("volume", ascending=False)
    points = place_points(results.region)
    ends = {side: points.reindex(rows[side].to_numpy(dtype=object)) for side in ("origin", "dest")}
    made = rows.assign(
        **{f"{side}_{axis}": at[axis].to_numpy() for side, at in ends.items() for axis in ("lon", "lat")}
    )
    known = made[made["origin_lon"].notna() & made["dest_lon"].notna()]
    names = place_names(results)
    return {
        "kind": chosen or None,
        "period": shown or None,
        "periods": periods,
        "kinds": [{"code": one, "zh": codes("flow_kinds")[one].zh, "en": codes("flow_kinds")[one].en} for one in kinds],
        "rows": [row | _ends(names, row) for row in records(known)],
        "without_point": len(made) - len(known),
        **view_of(results),
    }


def _ends(names: dict[str, Row], row: Row) -> Row:
    found = {side: names.get(row[side], {}) for side in ("origin", "dest")}
    return {f"{side}_{key}": place.get(key) for side, place in found.items() for key in ("name", "name_en")}
