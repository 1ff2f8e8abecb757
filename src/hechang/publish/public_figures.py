"""Published figures about persons: small ones stay closed, with others that would give them away; one rounding."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hechang.engines.small_cells import Floats, Mask, Places, closed
from hechang.terms.parameters import parameter

RULE = "public-copy"
PERSONS = {
    "人": 1.0,
    "persons": 1.0,
    "people": 1.0,
    "人次": 1.0,
    "千人": 1e3,
    "万人": 1e4,
    "万人次": 1e4,
    "亿人次": 1e8,
}
FIGURE = ["indicator", "year"]  # one figure, of which a place may have several rows, from several sources
SERIES = ["geography", "calibre"]  # of one figure: of which the values of places add up
Frames = dict[str, pd.DataFrame]


def without_small(frames: Mapping[str, pd.DataFrame], day: str) -> Frames:
    """Return public tables, by their names, whose figures about persons can be shown; other tables as they are.

    Closed are people of places, values in persons or with a small numerator or denominator, and volumes of flows, where
    they count fewer persons than the parameter `least` of the rule `public-copy`, and then what would give them away.
    """
    least, step = (float(parameter(RULE, name, day).value) for name in ("least", "step"))
    made = dict(frames)
    if "places" in made:
        parent = made["places"]["parent"]
        made["places"] = _places(made["places"], least, step)
        if "values" in made:
            made["values"] = _values(made["values"], parent, (least, step))
    if "flows" in made:
        made["flows"] = _flows(made["flows"], least, step)
    return made


def why_closed(least: float) -> str:
    """Say why a figure is not shown, in both languages.

    Examples
    --------
    >>> why_closed(10)
    '少于 10 人的数字及可据以推算的数字不公开 / withheld: fewer than 10 persons, or would tell of fewer'
    """
    return (
        f"少于 {least:.0f} 人的数字及可据以推算的数字不公开 / withheld: fewer than {least:.0f} persons, "
        "or would tell of fewer"
    )


def _places(places: pd.DataFrame, least: float, step: float) -> pd.DataFrame:
    people = _floats(places["people"])
    shut = closed(people, _above(places.index, people, places["parent"]), least)
    return places.assign(people=_shown(places["people"], people, shut, step))


def _values(values: pd.DataFrame, parent: pd.Series, rule: tuple[float, float]) -> pd.DataFrame:
    """Each figure by itself; in it series, values, numerators and denominators in turn, until none opens another."""
    least, step = rule
    shut = np.zeros(len(values), dtype=bool)
    small = _small(values, least)
    figure = _numbered(values, FIGURE)
    for one in np.unique(figure[small]):
        at = np.flatnonzero(figure == one)
        shut[at] = _of_figure(values.iloc[at], parent, least)
    counts = values["unit"].map(lambda unit: unit in PERSONS).to_numpy(dtype=bool)
    names = {name: _floats(values[name]) for name in ("value", "numerator", "denominator")}
    made = {name: _shown(values[name], cells, shut, step, counts) for name, cells in names.items()}
    why = values["why_missing"].astype(object).mask(shut, why_closed(least))
    return values.assign(**made, why_missing=why)


def _small(values: pd.DataFrame, least: float) -> Mask:
    """Rows with a count of persons that is small."""
    with np.errstate(invalid="ignore"):
        found = [(cells > 0) & (cells < least) for cells in _counts(values)]
    small: Mask = np.logical_or.reduce(found)
    return small


def _counts(values: pd.DataFrame) -> list[Floats]:
    factor = values["unit"].map(PERSONS).astype(float).to_numpy()
    return [_floats(values["value"]) * factor, *(_floats(values[name]) for name in ("numerator", "denominator"))]


def _numbered(values: pd.DataFrame, columns: list[str]) -> Places:
    groups = values.reset_index(drop=True).groupby(columns, dropna=False, sort=False)
    found: Places = groups.ngroup().to_numpy().astype(np.int64)
    return found


def _of_figure(rows: pd.DataFrame, parent: pd.Series, least: float) -> Mask:
    """Rows of one figure that are closed: of each place all or none, for one row would tell what another keeps back."""
    at, names = pd.factorize(rows["place"], use_na_sentinel=False)
    places, series = pd.Index(names), _numbered(rows, SERIES)
    parts = [np.flatnonzero(series == one) for one in np.unique(series)]
    if len(parts) > 1:
        parts.append(np.arange(len(rows)))  # what one series lacks may be filled in from another
    least_of = [_least(cells[part], at[part], len(places)) for part in parts for cells in _counts(rows)]
    trees = [(cells, _above(places, cells, parent)) for cells in least_of]
    shut = np.zeros(len(places), dtype=bool)
    shut[at[_small(rows, least)]] = True
    while True:  # what is closed in one column may be worked out in another: anew until nothing changes
        again = shut
        for cells, above in trees:
            again = again | closed(cells, above, least, again)
        if (again == shut).all():
            return shut[at]
        shut = again


def _least(cells: Floats, at: Places, count: int) -> Floats:
    """Of each place the least of what its rows say; nan where none says anything."""
    found = np.full(count, np.nan)
    np.fmin.at(found, at, cells)
    return found


def _above(places: pd.Index, cells: Floats, parent: pd.Series) -> Places:
    """Position of the nearest place above each one that has a cell, -1 where there is none; one cell for each place."""
    there = pd.Series(np.arange(len(places)), index=places)[~np.isnan(cells)]
    known = there[~there.index.duplicated()]
    up = parent.astype(object).where(parent.notna(), None)
    step = pd.Series(places).map(up)
    found = np.full(len(places), -1, dtype=np.int64)
    for _ in range(len(up)):
        if not step.notna().any():
            break
        at = step.map(known)
        found = np.where((found < 0) & at.notna(), at.fillna(-1), found).astype(np.int64)
        step = step.where(pd.Series(found < 0, index=step.index)).map(up)
    return found


def _flows(flows: pd.DataFrame, least: float, step: float) -> pd.DataFrame:
    """Flows of persons add up by origin and by destination: a small one closes all of its kind and period."""
    factor = flows["unit"].map(PERSONS).astype(float).to_numpy()
    volume: Floats = _floats(flows["volume"]) * factor
    with np.errstate(invalid="ignore"):
        small = pd.Series((volume > 0) & (volume < least), index=flows.index)
    shut = small.groupby([flows["kind"], flows["period"], flows["unit"]], dropna=False).transform("any").to_numpy(bool)
    shown = _shown(flows["volume"], _floats(flows["volume"]), shut, step, ~np.isnan(factor))
    return flows.assign(volume=shown)


def _floats(column: pd.Series) -> Floats:
    cells = pd.to_numeric(column, errors="coerce").astype("Float64")
    return cells.to_numpy(dtype=float, na_value=np.nan).astype(np.float64)


def _shown(column: pd.Series, cells: Floats, shut: Mask, step: float, counts: Mask | bool = True) -> pd.Series:
    """A column as it is published: closed cells empty, counts of persons in multiples of the step."""
    rounded = column if step <= 1 else column.astype(object).where(~np.asarray(counts), np.round(cells / step) * step)
    return rounded.astype(object).mask(pd.Series(shut, index=column.index), None)
