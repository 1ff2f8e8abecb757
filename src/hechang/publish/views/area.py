"""The numbers of a drawn area as the map shows them: figures with parts, how they were counted, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from hechang.atlas import area as inside_of
from hechang.atlas.points import project_numbers
from hechang.atlas.polygon import Area, square_km, to_code
from hechang.publish.results import Results
from hechang.publish.rows import Row, records, simple
from hechang.publish.views.layers import legend, view_of
from hechang.publish.views.map_rows import project_rows
from hechang.region.answers import geography
from hechang.terms import catalogue
from hechang.terms.errors import InputError
from hechang.terms.words import words

SHOWN = 50  # projects that come with the numbers
LANGUAGES = ("zh", "en")


class Asked(NamedTuple):
    """A measure with its options, as asked for."""

    id: str
    options: Mapping[str, Any]


def area_numbers(results: Results, area: Area, measures: Sequence[Asked] = ()) -> dict[str, Any]:
    """Return the numbers of an area: figures, projects by stage and light, counties, zones, the first 50 projects."""
    region = results.region
    every = results.once("project numbers", lambda: project_numbers(region))
    projects = inside_of.projects_inside(every, area)
    shares = inside_of.county_shares(region, area)
    zones = inside_of.zones_touched(region, area)
    km2 = float(square_km(np.array([area.shape], dtype=object))[0])
    counted = [_ground(km2, shares), _people(results, shares), *_projects(every, projects)]
    figures = [*counted, *_network(results, area), *(_measure(results, shares, one) for one in measures)]
    where = geography(region, len(shares))
    rows = project_rows(results, projects.index[:SHOWN])
    return {
        "area": _outline(area, km2),
        "figures": [_figure(one) for one in figures],
        "geography": where,
        "stages": _classes(projects, "stage", "stages"),
        "lights": _classes(projects, "light", "colours"),
        "counties": records(shares.assign(share=shares["share"].round(4), km2=shares["km2"].round(2))),
        "zones": records(zones.assign(share=zones["share"].round(4))),
        "projects": rows,
        "total": len(projects),
        "made_up": bool(projects["synthetic"].any()),
        **view_of(results),
    }


def _outline(area: Area, km2: float) -> dict[str, Any]:
    west, south, east, north = shapely.bounds(area.shape).tolist()
    return {
        "km2": round(km2, 4),
        "mended": area.mended,
        "corners": area.corners,
        "bounds": [west, south, east, north],
        "code": to_code(area),
        "geometry": shapely.geometry.mapping(area.shape),
    }


class Counted(NamedTuple):
    """One figure before it has its words: `key` finds them in the file of words."""

    key: str
    value: float | int | None
    unit: str
    numerator: float | int | None = None
    denominator: float | int | None = None
    missing: int = 0
    words: Mapping[str, str] | None = None  # its name in both languages, where it is not in the file of words
    source: str = ""
    card: Mapping[str, Any] | None = None


def _ground(km2: float, shares: pd.DataFrame) -> Counted:
    """Area with the part of it that lies in counties whose outline is known."""
    covered = float((shares["share"] * shares["km2"]).sum())
    return Counted("area", round(km2, 2), "km²", round(min(covered, km2), 2), round(km2, 2))


def _people(results: Results, shares: pd.DataFrame) -> Counted:
    counties = results.region.query(
        "SELECT people, people_year FROM places WHERE kind = 'county' AND geometry IS NOT NULL"
    )
    people = shares["people"].astype("Float64") * shares["share"]
    known = people.dropna()
    value = round(float(known.sum())) if len(known) else None
    whole = simple(counties["people"].sum()) if len(counties) else None
    years = sorted(counties["people_year"].dropna().unique().tolist())
    source = "places.people " + "–".join(str(year) for year in years[:1] + years[-1:][: len(years) - 1])
    return Counted("people", value, "persons", value, whole, int(people.isna().sum()), source=source.strip())


def _projects(every: pd.DataFrame, inside: pd.DataFrame) -> list[Counted]:
    above, nowhere = int(inside["above"].sum()), int(every["lon"].isna().sum())
    money = [_sum(name, inside, every) for name in ("plan", "paid", "total")]
    return [
        Counted("projects", len(inside), "projects", len(inside), len(every), nowhere),
        Counted("above", above, "projects", above, len(inside)),
        *money,
    ]


def _sum(name: str, inside: pd.DataFrame, every: pd.DataFrame) -> Counted:
    """Money [分] of the projects inside, beside that of all."""
    missing = int(inside[f"no_{name}"].sum())
    value = int(inside[name].sum()) if missing < len(inside) else None
    return Counted(name, value, "分", value, int(every[name].sum()), missing)


def _network(results: Results, area: Area) -> list[Counted]:
    region = results.region
    stations = len(inside_of.stations_inside(region, area))
    every = len(inside_of.stations_inside(region, _everywhere()))
    km = inside_of.railway_km(region, area)
    length = None if km is None else round(km, 1)
    whole = None if km is None else round(inside_of.railway_km(region) or 0, 1)
    return [
        Counted("stations", stations, "stations", stations, every),
        Counted("railways", length, "km", length, whole, int(km is None)),
    ]


def _everywhere() -> Area:
    return Area(shapely.box(-180, -90, 180, 90), False, 5)


def _measure(results: Results, shares: pd.DataFrame, asked: Asked) -> Counted:
    """A measure of counties over the people of the area; without a value where the region cannot carry it."""
    card = catalogue.card(asked.id, "measure")
    options = catalogue.read_options(card, dict(asked.options))
    values = results.once(("values", card.id, *sorted(options.items())), lambda: _values(results, card.id, options))
    found = inside_of.weighted(shares, values)
    named = {lang: card.title(lang) for lang in LANGUAGES}
    about = {"id": card.id, "options": options}
    return Counted("measure", found.value, card.unit, *found[1:], words=named, source=card.source, card=about)


def _values(results: Results, id: str, options: Mapping[str, Any]) -> pd.Series:
    """Values of a measure by county; none where the region's data cannot carry it."""
    try:
        return results.measure(id, **options)["value"]
    except InputError:
        return pd.Series(dtype="Float64")


def _figure(one: Counted) -> dict[str, Any]:
    """A figure with its words: what it is, how it was counted, why something is missing."""
    said = {lang: words(lang) for lang in LANGUAGES}
    named = one.words or {lang: said[lang][f"map_area_{one.key}"] for lang in LANGUAGES}
    return {
        "key": one.key,
        **named,
        "value": one.value,
        "unit": one.unit,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "how": {lang: said[lang][f"map_how_{one.key}"] for lang in LANGUAGES},
        "missing": one.missing,
        "why_missing": {lang: said[lang][f"map_missing_{one.key}"] for lang in LANGUAGES} if one.missing else None,
        "source": one.source or None,
        "card": one.card,
    }


def _classes(projects: pd.DataFrame, column: str, named: str) -> list[Row]:
    counted = inside_of.by_class(projects, column, named)
    rows = [row | records(counted.loc[[row["code"]]])[0] for row in legend(named)]
    return [
        {key: row[key] for key in ("code", "zh", "en", "colour", "dark", "projects", "plan", "paid")} for row in rows
    ]
