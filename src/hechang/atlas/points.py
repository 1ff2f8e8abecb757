"""Where projects stand on the map, and how they stand: a point, the stage reached, the worst light, money."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.places import STEPS
from hechang.region.region import Region
from hechang.register.lights.lit import lights, severity
from hechang.register.pipeline import pipeline, returned, whole_month, year_plan
from hechang.terms.errors import InputError
from hechang.terms.specs import codes

MONEY = ("plan", "paid", "total")
OWN, PLACE, ABOVE = "own", "place", "above"  # what a point is that of: the project, its place, a place above that


def place_points(region: Region) -> pd.DataFrame:
    """Point of every place: lon, lat [degrees] and `of`, the place whose point it is.

    A place without point and outline has the point of the nearest place above it that has one, else none.

    Examples
    --------
    >>> from hechang import tiny
    >>> list(place_points(tiny()).columns)
    ['lon', 'lat', 'of']
    """
    return region.once("place points", lambda: _place_points(region))


def _place_points(region: Region) -> pd.DataFrame:
    rows = region.query("SELECT id, parent, lon, lat, geometry FROM places ORDER BY id").set_index("id")
    lon, lat = (rows[name].astype("float64") for name in ("lon", "lat"))
    inner = _inner(rows["geometry"])
    found = pd.DataFrame({"lon": lon.fillna(inner["lon"]), "lat": lat.fillna(inner["lat"]), "parent": rows["parent"]})
    found["of"] = pd.Series(found.index, index=found.index, dtype=object).where(found["lon"].notna())
    for _step in range(STEPS):
        above = found[["lon", "lat", "of"]].reindex(pd.Index(found["parent"].astype(object)))
        found = found.fillna(above.set_axis(found.index))
    return found[["lon", "lat", "of"]]


def _inner(geometry: pd.Series) -> pd.DataFrame:
    """A point inside each shape [degrees]; missing where there is none."""
    shapes = shapely.from_wkb(geometry.astype(object).where(geometry.notna(), None).to_numpy())
    points = shapely.point_on_surface(shapes)
    return pd.DataFrame({"lon": shapely.get_x(points), "lat": shapely.get_y(points)}, index=geometry.index)


def project_points(region: Region) -> pd.DataFrame:
    """One row a project of the region's day, as the map and the figures of an area use it; worked out once.

    Returns
    -------
    DataFrame
        Worst light first, then by planned money. Columns name, place, synthetic, lon, lat [degrees; missing where no
        place above it has a point], of (`own`, `place`, `above`: whose point it is), stage (code, missing without
        events), light (colour of the worst light that is on, missing without one), plan (of the year) and paid (this
        year, of periods that are over), total [分].

    Examples
    --------
    >>> from hechang import tiny
    >>> project_points(tiny())[["stage", "light", "paid"]].loc["p3"].to_list()
    ['started', 'yellow', 500000000]
    """
    found: pd.DataFrame = region.once("project points", lambda: _project_points(region))
    return found


def _project_points(region: Region) -> pd.DataFrame:
    columns = ["name", "place", "synthetic", "invest_total", "geometry"]
    rows = region.table("projects", columns=columns).sort_index().rename(columns={"invest_total": "total"})
    made = rows.drop(columns="geometry").assign(
        **_where(region, rows),
        stage=pipeline(region)["stage"].reindex(rows.index),
        light=_lights(region).reindex(rows.index),
        plan=year_plan(region, whole_month(region.day).year).reindex(rows.index),
        paid=returned(region)["done"].reindex(rows.index),
    )
    keys = {"_light": -severity(made["light"]), "_plan": -made["plan"].fillna(-1).astype("int64")}
    return made.assign(**keys).sort_values(list(keys), kind="stable").drop(columns=list(keys))


def project_numbers(region: Region) -> pd.DataFrame:
    """What is counted of projects, row by row as in `project_points`, in plain numbers: quick to choose and add up.

    Returns
    -------
    DataFrame
        lon, lat; stage and light as places in their code lists (their length where there is none); above and synthetic
        (bool); plan, paid, total [分, 0 where missing] with no_plan, no_paid, no_total (bool).

    Examples
    --------
    >>> from hechang import tiny
    >>> int(project_numbers(tiny())["paid"].sum())
    1400000000
    """
    found: pd.DataFrame = region.once("project numbers", lambda: _project_numbers(project_points(region)))
    return found


def _project_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    money = rows[list(MONEY)].astype("Int64")
    plain = {
        "lon": rows["lon"],
        "lat": rows["lat"],
        "above": rows["of"].eq(ABOVE).fillna(False).astype(bool),
        "synthetic": rows["synthetic"].fillna(False).astype(bool),
        "stage": _numbered(rows["stage"], "stages"),
        "light": _numbered(rows["light"], "colours"),
        **{name: money[name].fillna(0).astype("int64") for name in MONEY},
        **{f"no_{name}": money[name].isna().astype(bool) for name in MONEY},
    }
    return pd.DataFrame({name: column.to_numpy() for name, column in plain.items()}, index=rows.index)


def _numbered(column: pd.Series, of: str) -> pd.Series:
    known = {code: at for at, code in enumerate(codes(of))}
    return column.map(known).fillna(len(known)).astype("int64")


def _where(region: Region, rows: pd.DataFrame) -> dict[str, pd.Series]:
    own = _inner(rows["geometry"])
    named = rows["place"].astype(object)
    there = place_points(region).reindex(pd.Index(named)).set_axis(rows.index)
    same = there["of"].astype("string").eq(named.astype("string")).fillna(False).astype(bool)
    of = pd.Series(np.where(same, PLACE, ABOVE), index=rows.index, dtype="string")
    of = of.where(there["lon"].notna()).mask(own["lon"].notna(), OWN)
    return {"lon": own["lon"].fillna(there["lon"]), "lat": own["lat"].fillna(there["lat"]), "of": of}


def _lights(region: Region) -> pd.Series:
    """Colour of the worst light that is on, by project; nothing where the rule cannot be applied."""
    try:
        lit = region.once("every light", lambda: lights(region))
    except InputError:  # the page of lights says why
        return pd.Series(dtype="string")
    on = lit[(lit["kind"] == "project") & lit["exempt"].isna()]
    ranks = severity(on["colour"]).groupby(on["object"].astype(str)).max()
    return ranks[ranks > 0].map(dict(enumerate(codes("colours"), start=1))).astype("string")
