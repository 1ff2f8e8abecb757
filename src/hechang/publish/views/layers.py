"""The layers of the map with their sources, legends and days; options their addresses take."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.drawn import KINDS, PROJECTS, TABLES, drawn, layer_names
from hechang.atlas.mercator import Tile
from hechang.atlas.tiles import Sheets, Values, band_for
from hechang.publish.results import Results
from hechang.publish.rows import Row, records
from hechang.publish.showing import CHOICES, option, option_value, unit
from hechang.publish.views.measured import measured
from hechang.terms import catalogue
from hechang.terms.errors import UsageError, not_known
from hechang.terms.specs import codes
from hechang.terms.words import word

WIDE = (118.0, 29.0, 123.0, 33.0)  # degrees: what a map shows where nothing has a shape
TOWNS = 8  # zoom from which towns are drawn: there are hundreds of them
GEOMETRIES = {0: "point", 1: "line", 2: "area"}
SAID = ["name", "name_en", "table", "vintage", "origin", "licence", "quality", "quality_en", "attribution",
        "map_number", "valid_from", "valid_to", "synthetic"]  # fmt: skip


def catalogue_of_map(results: Results) -> dict[str, Any]:
    """Return everything a map needs before it draws: layers, legends, measures, bounds [degrees], approval number."""
    return results.once("map catalogue", lambda: _catalogue(results))


def _catalogue(results: Results) -> dict[str, Any]:
    region = results.region
    sources = records(region.table("layers", columns=SAID).sort_index())
    return {
        "layers": [_layer(results, name, sources) for name in layer_names(region)],
        "legends": {"stage": legend("stages"), "light": legend("colours")},
        "measures": [measure_row(card) for card in catalogue.cards("measure")],
        "bounds": bounds_of(results),
        "approval_number": region.settings.approval_number or None,
        "demo": region.settings.demo,
        **view_of(results),
    }


def view_of(results: Results) -> dict[str, str]:
    """Return day, branch and revision an answer rests on."""
    region = results.region
    return {"on": region.day, "branch": region.branch_name, "revision": region.revision_name}


def _layer(results: Results, name: str, sources: list[Row]) -> dict[str, Any]:
    rows, without, geometry = _counted(results, name)
    return {
        "id": name,
        **_titles(name, sources),
        "table": TABLES.get(name, "features"),
        "geometry": geometry,
        "rows": rows,
        "without_shape": without,
        "minzoom": TOWNS if name == "towns" else 0,
        "tiles": f"/api/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt",
        "legends": ["stage", "light"] if name == PROJECTS else [],
        "letters": "" if name == PROJECTS else _letters(layer_rows(results, name)),
        "sources": [_source(row) for row in _sources_of(name, sources)],
    }


def _counted(results: Results, name: str) -> tuple[int, int, str]:
    """Rows of a layer, rows without a shape, and what its shapes are; projects are points, and counted without them."""
    if name == PROJECTS:
        return int(results.region.query("SELECT count(*) AS n FROM projects")["n"].iloc[0]), 0, "point"
    shapes = layer_rows(results, name)["geometry"]
    kinds = shapely.get_dimensions(shapes.dropna().to_numpy(dtype=object))
    return len(shapes), int(shapes.isna().sum()), GEOMETRIES[int(kinds.max())] if len(kinds) else "area"


def _letters(rows: pd.DataFrame) -> str:
    """Letters of all names beyond ASCII: what a page must have fonts for before it writes them on the map."""
    return "".join(sorted(letter for letter in set("".join(rows["name"].dropna())) if ord(letter) > 127))


def _titles(name: str, sources: list[Row]) -> dict[str, str]:
    if name in TABLES:
        return {lang: word(f"map_layer_{name}", lang) for lang in ("zh", "en")}
    own = next(row for row in sources if row["id"] == name)
    return {"zh": own["name"], "en": own["name_en"] or own["name"]}


def _sources_of(name: str, sources: list[Row]) -> list[Row]:
    """Rows of the table `layers` that tell where a layer is from: the one of its name, else those of its table."""
    own = [row for row in sources if row["id"] == name]
    return own or [row for row in sources if row["table"] == TABLES.get(name) and name not in KINDS]


def _source(row: Row) -> dict[str, Any]:
    quality = {"zh": row["quality"], "en": row["quality_en"] or row["quality"]}
    kept = ("id", "vintage", "origin", "licence", "attribution", "map_number")
    return {key: row[key] for key in kept} | {
        "zh": row["name"],
        "en": row["name_en"] or row["name"],
        "quality": quality,
        "since": row["valid_from"],
        "until": row["valid_to"],
        "made_up": bool(row["synthetic"]),
    }


@cache
def colours() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return the colours of legends by list and code, for light and dark ground."""
    text = files("hechang.publish").joinpath("map_colours.csv").read_text(encoding="utf-8")
    return {(row["list"], row["code"]): row for row in csv.DictReader(text.splitlines())}


def legend(named: str) -> list[dict[str, Any]]:
    """Return the classes of a code list, with their words and colours; last the class of rows without one.

    Examples
    --------
    >>> [row["code"] for row in legend("stages")][:2], legend("colours")[-1]["code"]
    (['planned', 'signed'], '')
    """
    known = [{"code": code, "zh": row.zh, "en": row.en} for code, row in codes(named).items()]
    none = {"code": "", "zh": word("map_without", "zh"), "en": word("map_without", "en")}
    return [row | _coloured(named, row["code"]) for row in (*known, none)]


def _coloured(named: str, code: str) -> dict[str, str]:
    found = colours()[named, code]
    return {"colour": found["light"], "dark": found["dark"]}


def ramp(edges: list[float]) -> list[dict[str, Any]]:
    """Return the classes of a measure from the borders of its classes, lowest first; last the class without a value.

    Examples
    --------
    >>> [(row["klass"], row["from"], row["to"]) for row in ramp([1.0, 3.0, 5.0])]
    [(0, 1.0, 3.0), (1, 3.0, 5.0), (-1, None, None)]
    """
    pairs = list(pairwise(edges)) or [(edge, edge) for edge in edges]
    steps = [*enumerate(pairs), (-1, (None, None))]
    return [{"klass": n, "from": low, "to": high, **_coloured("ramp", str(n))} for n, (low, high) in steps]


def measure_row(card: catalogue.Card) -> dict[str, Any]:
    """Return one measure with its options, as a form needs them."""
    known = catalogue.options(card).values()
    options = [
        {
            "name": o.name, "type": o.type.__name__, "default": o.default, **_both(option, o),
            "choices": [{"value": value, **_both(option_value, o, value)}
                        for value in CHOICES.get(o.name, ())],
        }
        for o in known
    ]  # fmt: skip
    named = {"id": card.id, "zh": card.zh, "en": card.en, "unit": _both(unit, card.unit)}
    return {**named, "source": card.source, "options": options}


def _both(say: Callable[..., str], *about: Any) -> dict[str, str]:
    """What `say` tells of something, in both languages."""
    return {lang: say(*about, lang) for lang in ("zh", "en")}


def bounds_of(results: Results) -> list[float]:
    """Return west, south, east, north [degrees] of the region: of cities, else counties, else points of projects."""
    for name in ("cities", "counties", PROJECTS):
        shapes = layer_rows(results, name)["geometry"].dropna().to_numpy(dtype=object)
        found = shapely.total_bounds(shapes) if len(shapes) else np.array([np.nan])
        if np.isfinite(found).all():
            return [round(float(edge), 4) for edge in found]
    return list(WIDE)


def layer_rows(results: Results, layer: str) -> pd.DataFrame:
    """Return the rows of a layer as `drawn` has them; raises NotKnown for an unknown layer."""
    known = results.once("layer names", lambda: layer_names(results.region))
    if layer not in known:
        raise not_known("layer", "图层", layer[:40], known, "/api/map/layers")
    return results.once(("drawn", layer), lambda: drawn(results.region, layer))


def tile_of(results: Results, layer: str, at: Tile, values: Values | None = None) -> bytes:
    """Return a tile of a layer as MVT; its sheets are kept as long as no table they rest on changes."""
    rows, band = layer_rows(results, layer), band_for(layer, at.zoom)
    return results.once(("sheets", layer, band), lambda: Sheets(layer, rows, band)).cut(at, values)


def layer_measured(results: Results, shown: Mapping[str, Any]) -> str:
    """Layer of the places a measure has values of: cities, counties or towns; `shown` as `measured` gives it."""
    ids = pd.Index([row["id"] for row in shown["rows"]])
    known = {name: layer_rows(results, name).index for name in KINDS if name in layer_names(results.region)}
    return max(known, key=lambda name: ids.isin(known[name]).sum(), default="counties")


def measured_values(results: Results, given: Mapping[str, str]) -> Values | None:
    """Return what tiles of places carry of a measure: value and klass by place; None where none is asked for."""
    if not given:
        return None
    shown = measured(results, catalogue.card(given["measure"], "measure"), given)
    rows = pd.DataFrame(shown["rows"], columns=["id", "value", "klass"]).set_index("id")
    frame = rows.astype({"value": "Float64", "klass": "int64"})
    return Values(f"{given['measure']}-{pd.util.hash_pandas_object(frame).sum()}", frame)


def known_options(layer: str, given: dict[str, str]) -> dict[str, str]:
    """Return the options of a tile's address: for places a measure and its own; raises UsageError for any other."""
    allowed = ["measure"] if layer in KINDS else []
    if not given:
        return given
    if "measure" not in given or not allowed:
        raise _unknown(next(iter(given)), [*allowed, "on", "branch", "lang"])
    card = catalogue.card(given["measure"], "measure")
    catalogue.read_options(card, {name: value for name, value in given.items() if name != "measure"})
    return given


def _unknown(name: str, known: list[str]) -> UsageError:
    some = ", ".join(known)
    return UsageError(
        f"No parameter is called '{name[:40]}'. Known: {some}", f"没有名为“{name[:40]}”的参数。可用参数: {some}"
    )
