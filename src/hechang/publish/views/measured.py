"""A measure by place: table, classes, the drawn map, and what lies behind one place's figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from hechang.publish.outlines import Canvas, bounds, canvas, path
from hechang.publish.results import Asked, Results
from hechang.publish.rows import made_up, records, simple
from hechang.publish.views.frame import place_names
from hechang.publish.views.shapes import STATIONS, layer, outlines_of
from hechang.region.answers import rows_of
from hechang.terms import catalogue
from hechang.terms.catalogue import Card
from hechang.terms.errors import InputError, not_known

FIRST = "rail-reach"
CLASSES = 5
BESIDE = ("lakes", "railways", STATIONS)  # layers drawn with the measure, where the region has them


def chosen_card(query: Mapping[str, str]) -> Card:
    """Return the measure asked for, else the first one; raises NotKnown."""
    return catalogue.card(query.get("measure") or FIRST, "measure")


def options_in(card: Card, query: Mapping[str, str]) -> dict[str, str]:
    """Return the options of a card that an address names."""
    return {name: query[name] for name in catalogue.options(card) if query.get(name)}


def breaks(values: pd.Series, given: tuple[float, ...] = ()) -> list[float]:
    """Return borders of at most five classes: those given, then the greatest value; else with equally many places each.

    Examples
    --------
    >>> breaks(pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    >>> breaks(pd.Series([1.0, 75.0]), (0, 30, 60))
    [0.0, 30.0, 60.0, 75.0]
    """
    known = values.dropna().astype("float64")
    if known.empty:
        return []
    if given:
        most = round(float(known.max()), 1)
        return [*map(float, given), *([most] if most > given[-1] else [])]
    return sorted({round(float(edge), 1) for edge in np.quantile(known, np.linspace(0, 1, CLASSES + 1))})


def classes(values: pd.Series, edges: list[float]) -> pd.Series:
    """Return the class of every value, 0 to 4; -1 where there is no value.

    Examples
    --------
    >>> classes(pd.Series([1.0, 5.0, None]), [1.0, 3.0, 5.0]).tolist()
    [0, 1, -1]
    """
    plain = values.astype("Float64")
    found = np.searchsorted(np.asarray(edges[1:-1]), plain.fillna(0).to_numpy(dtype="float64"), side="right")
    return pd.Series(found, index=values.index).where(plain.notna(), -1).astype(int)


def measured(results: Results, card: Card, query: Mapping[str, str]) -> dict[str, Any]:
    """Return one measure as the pages show it: rows from high to low, classes with their borders, options.

    Where the region's data do not carry the measure there are no rows, and `trouble` says why.
    """
    options = catalogue.read_options(card, options_in(card, query))
    frame, trouble = _worked_out(results, card, options)
    edges = breaks(frame["value"], card.edges)
    whole = frame.assign(klass=classes(frame["value"], edges)).sort_values("value", ascending=False, na_position="last")
    known = frame["value"].dropna()
    return {
        "card": card,
        "options": options,
        "options_of": list(catalogue.options(card).values()),
        "asked": options_in(card, query),
        "rows": records(whole),
        "edges": edges,
        "known": len(known),
        "missing": len(frame) - len(known),
        "middle": simple(known.median()) if len(known) else None,
        "made_up": made_up(frame),
        "timetable_rows": frame.attrs.get("timetable", []),
        "places": place_names(results),
        "trouble": trouble,
    }


def _worked_out(results: Results, card: Card, options: Mapping[str, Any]) -> tuple[pd.DataFrame, InputError | None]:
    try:
        return results.measure(card.id, **options), None
    except InputError as error:
        return pd.DataFrame({"value": pd.array([], dtype="Float64")}, index=pd.Index([], name="id")), error


def drawing(results: Results, shown: Mapping[str, Any], chosen: str = "") -> dict[str, Any]:
    """Return the drawn map: the picture's box, one path a place with its row, lakes, bounds for the live map."""
    ids = tuple(sorted(row["id"] for row in shown["rows"]))
    drawn = results.once(("drawing", ids), lambda: _drawn(results, ids))
    rows = {row["id"]: row for row in shown["rows"]}
    shapes = [{"id": id, "path": line, "row": rows[id]} for id, line in drawn["paths"].items()]
    # the chosen one is drawn last, on top
    return {**drawn, "shapes": sorted(shapes, key=lambda shape: shape["id"] == chosen)}


def _drawn(results: Results, ids: tuple[str, ...]) -> dict[str, Any]:
    outlines = outlines_of(results, ids)
    edges = bounds(outlines)
    if edges is None:
        return {"paths": {}, "lakes": [], "box": "", "bounds": ""}
    on = canvas(edges)
    return {
        "paths": _paths(outlines, on),
        "lakes": list(_paths(layer(results, "lakes"), on).values()),
        "box": on.box,
        "bounds": ",".join(f"{edge:.4f}" for edge in edges),
    }


def _paths(shapes: Mapping[str, Any], on: Canvas) -> dict[str, str]:
    found = {feature["id"]: path(feature["geometry"], on) for feature in shapes["features"]}
    return {id: line for id, line in found.items() if line}


def measure_map(asked: Asked) -> dict[str, Any]:
    """Return the map page: one measure by place with its list."""
    shown = measured(asked.results, chosen_card(asked.query), asked.query)
    return {
        **shown,
        "cards": catalogue.cards("measure"),
        "drawing": drawing(asked.results, shown),
        "layers": [name for name in BESIDE if layer(asked.results, name)["features"]],
    }


def place(asked: Asked) -> dict[str, Any]:
    """Return one place's figure and the very rows it is made of; raises NotKnown."""
    shown = measured(asked.results, chosen_card(asked.query), asked.query)
    row = next((row for row in shown["rows"] if row["id"] == asked.ids[0]), None)
    if row is None:
        raise not_known("place in this measure", "地点(该指标)", asked.ids[0], [row["id"] for row in shown["rows"]])
    parts = _behind(asked.results, shown, row)
    columns = [str(c) for c in parts.columns if c not in ("dest", "id")]
    return {
        **shown,
        "row": row,
        "behind": records(parts),
        "columns": columns,
        "numeric": [c for c in columns if _numeric(parts[c])],
        "drawing": drawing(asked.results, shown, asked.ids[0]),
    }


def _behind(results: Results, shown: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The rows behind a figure; none where there is no figure, or the card explains none."""
    if row["value"] is None or explain_of(shown["card"]) is None:
        return pd.DataFrame()
    return explained(results, shown["card"], row["id"], shown["options"])


def explain_of(card: Card) -> Callable[..., pd.DataFrame] | None:
    """Return the card's own `explain_NAME`; None where it has none."""
    found: Callable[..., pd.DataFrame] | None = card.run.__globals__.get(f"explain_{card.run.__name__}")
    return found


def _numeric(column: pd.Series) -> bool:
    """Tell whether a column holds figures, empty cells aside."""
    said = column[column.notna() & column.astype(str).ne("")]
    return len(said) > 0 and all(isinstance(simple(value), int | float) for value in said)


def explained(results: Results, card: Card, id: str, options: Mapping[str, Any]) -> pd.DataFrame:
    """Return the rows behind one figure, from the card's own `explain_NAME`; raises InputError where it has none."""
    explain = explain_of(card)
    if explain is None:
        raise InputError(f"Measure '{card.id}' explains no single place", f"指标“{card.id}”没有单个地点的说明")
    key = ("explain", card.id, id, *sorted(options.items()))
    return results.once(key, lambda: explain(results.region, id, **options))


def explanation(results: Results, id: str, place: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Answer with the very rows behind one place's figure: card, options, place, rows, day, branch and revision.

    Raises
    ------
    InputError
        where the measure explains no single place; NotKnown for a measure, option or place there is not.

    Examples
    --------
    >>> from hechang import tiny
    >>> told = explanation(Results(tiny()), "circles", "a", {"limit": "40"})
    >>> [row["dest"] for row in told["rows"]]
    ['a', 'b']
    """
    card = catalogue.card(id, "measure")
    options = catalogue.read_options(card, dict(given))
    rows = explained(results, card, place, options)
    about = {"card": {"id": id, "version": card.version}, "options": options, "place": place}
    region = results.region
    where = {"on": region.day, "branch": region.branch_name, "revision": region.revision_name}
    return {**about, "rows": rows_of(rows), **where}
