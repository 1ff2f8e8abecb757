"""Items of a review that measure: areas against the table, totals, the place, its neighbours, the control lines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from hechang.atlas.common_parts import measured, only_of, parts_of
from hechang.atlas.compliance import inside_of
from hechang.atlas.laid import AREA, Laid, Shapes, laid, why_unfit
from hechang.atlas.limits import INDUSTRY, PLACE, Ground, Rule, ground, holds_in, rules
from hechang.atlas.places import LEVELS, place
from hechang.atlas.review_item import DONE, FAILS, NOT_ASKED, UNKNOWN, Asked, Outcome
from hechang.intake.layers.gate import Gate
from hechang.intake.sheets.faults import Where, fault
from hechang.region.region import Region
from hechang.terms.findings import Finding, errors
from hechang.terms.numbers import parse_number

AREA_FIELD, CLASS_FIELD, BUILT = "area", "class", ("built", "建设(自有粗分类)", "Built land (own coarse class)")
SQUARE_METRES = 1e6  # of a km²
LEAST_M2 = 0.01  # less than that is rounding
ROUNDING = 1.0  # m² an area written in whole metres is off by
NO_AREAS = Outcome(UNKNOWN, why=("图层没有可用的面", "the layer has no usable areas"))
NO_PLACE = Outcome(NOT_ASKED, why=("没有给出所属地点(--place)", "no place was named (--place)"))


def _areas(gate: Gate) -> Laid:
    """Areas of a submitted layer, indexed by their position in the file."""
    rows = pd.DataFrame({"name": [gate.name(at) for at in range(len(gate.shapes))], "synthetic": False})
    rows = rows.assign(geometry=pd.Series(gate.shapes, dtype=object))
    fits = np.array([why is None for why in why_unfit(gate.shapes)]) & (shapely.get_dimensions(gate.shapes) == AREA)
    return Laid(rows[fits], rows.iloc[:0].assign(why=""))


def _of_layer(gate: Gate, kind: str, value: str, m2: float, expect: str = "") -> Finding:
    """Fault of the layer as a whole."""
    return fault(kind, Where(gate.layer.file, gate.layer.name), value=value, near=f"{m2:,.0f}", expect=expect)


def _outcome(found: list[Finding]) -> Outcome:
    return Outcome(FAILS if found else DONE, found)


# --- the table -------------------------------------------------------------------------------------------------------
def _column(gate: Gate, name: str) -> pd.Series | None:
    """Texts of the column of a profile's field by position; None where profile or file has none."""
    fields = gate.profile.fields if gate.profile else ()
    title = next((one.column(gate.layer.titles) for one in fields if one.name == name), "")
    return gate.layer.column(title).astype(str).str.strip().reset_index(drop=True) if title else None


def declared(gate: Gate, asked: Asked) -> Outcome:
    """Hold the areas written in the table [m²] against those of the shapes on the ellipsoid."""
    texts, areas = _column(gate, AREA_FIELD), _areas(gate)
    if texts is None:
        return Outcome(NOT_ASKED, why=("规格或文件没有面积列", "profile or file has no column of areas"))
    if areas.rows.empty:
        return NO_AREAS
    said = texts.map({text: _number(text) for text in texts.unique()}).astype("float64")[areas.rows.index]
    real = pd.Series(measured(areas.shapes, AREA) * SQUARE_METRES, index=said.index)
    off = ((said - real).abs() > real * asked.off / 100 + ROUNDING).to_numpy(dtype=bool)
    wrong, blank = (said.index[rows].to_numpy() for rows in (off, said.isna().to_numpy(dtype=bool)))
    values, near = ([f"{number:,.2f}" for number in side[wrong]] for side in (said, real))
    found = gate.tell("area-differs", wrong, value=values, near=near)
    return _outcome([*found, *gate.tell("area-blank", blank)])


def _number(text: str) -> float:
    number = parse_number(text)
    return np.nan if number is None else float(number)


def totals(gate: Gate, asked: Asked) -> Outcome:
    """Hold declared totals [m²] against the sums of the shapes, by class and for the whole."""
    areas = _areas(gate)
    if not asked.totals:
        return Outcome(NOT_ASKED, why=("没有给出申报总数(--total)", "no totals were declared (--total)"))
    if areas.rows.empty:
        return NO_AREAS
    real = pd.Series(measured(areas.shapes, AREA) * SQUARE_METRES, index=areas.rows.index)
    classes = _column(gate, CLASS_FIELD)
    found = []
    for name, said in asked.totals.items():
        if name != "all" and classes is None:
            return Outcome(
                UNKNOWN, why=(f"没有分类列, 无法核对“{name}”", f"no column of classes to hold '{name}' against")
            )
        mine = real if name == "all" or classes is None else real[classes[real.index].eq(name)]
        has = float(mine.sum())
        if abs(said - has) > has * asked.off / 100 + ROUNDING:
            found.append(_of_layer(gate, "layer-total", name, said, f"{has:,.0f}"))
    return _outcome(found)


# --- the place and its neighbours ------------------------------------------------------------------------------------
def _own(region: Region, asked: Asked) -> tuple[Laid, str] | Outcome:
    """Places of the level of the asked one, and that level; an outcome where they have no outline."""
    kind = str(place(region, asked.place)["kind"])
    level = next((name for name, kinds in LEVELS.items() if kind in kinds), "")
    found = laid(region, level) if level else Laid(pd.DataFrame(), pd.DataFrame())
    if not level or asked.place not in found.of(AREA).index:
        why = (f"地点 {asked.place} 没有范围", f"place {asked.place} has no outline")
        return Outcome(UNKNOWN, why=why)
    return Laid(found.of(AREA), found.lost), level


def _union(shapes: Shapes) -> shapely.Geometry:
    return shapely.union_all(shapes)


def complete(region: Region, gate: Gate, asked: Asked) -> Outcome:
    """Find what the layer leaves uncovered of its place; only asked of a coverage."""
    if gate.profile is None or not gate.profile.coverage:
        return Outcome(NOT_ASKED, why=("该规格不要求全覆盖", "the profile asks for no coverage"))
    if not asked.place:
        return NO_PLACE
    own, areas = _own(region, asked), _areas(gate)
    if isinstance(own, Outcome):
        return own
    if areas.rows.empty:
        return NO_AREAS
    bare = shapely.difference(own[0].rows.loc[asked.place, "geometry"], _union(areas.shapes))
    m2 = _m2(bare)
    if m2 <= asked.tolerance_m2:
        return Outcome(DONE)
    return Outcome(FAILS, [_of_layer(gate, "place-bare", asked.place, m2)])


def border(region: Region, gate: Gate, asked: Asked) -> Outcome:
    """Find what of the layer lies in places beside its own; neighbours without outline cannot be held against."""
    if not asked.place:
        return NO_PLACE
    own, areas = _own(region, asked), _areas(gate)
    if isinstance(own, Outcome):
        return own
    if areas.rows.empty:
        return NO_AREAS
    others = own[0].rows.drop(index=asked.place)
    near = parts_of(areas, Laid(others, own[0].lost)).groupby("right")["geometry"]
    over = near.agg(lambda some: shapely.union_all(some.to_numpy(dtype=object)))
    m2 = pd.Series(_each_m2(over.to_numpy(dtype=object)), index=over.index)
    over_much = m2.index[(m2 > asked.tolerance_m2).to_numpy(dtype=bool)]
    found = [_of_layer(gate, "border-over", f"{others.loc[id, 'name']} {id}", m2[id]) for id in over_much]
    if found or own[0].lost.empty:
        return _outcome(found)
    count = len(own[0].lost)
    return Outcome(UNKNOWN, why=(f"{count} 个同级地点没有范围", f"{count} places of its level have no outline"))


def _m2(shape: shapely.Geometry) -> float:
    return float(_each_m2(np.array([shape], dtype=object))[0])


def _each_m2(shapes: Shapes) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = measured(only_of(shapes, AREA), AREA) * SQUARE_METRES
    return found


# --- control lines ---------------------------------------------------------------------------------------------------
def limits_kept(region: Region, gate: Gate, asked: Asked) -> Outcome:
    """Hold the areas of the layer against the control rules; of land parcels only those that are built."""
    areas, classes = _areas(gate), _column(gate, CLASS_FIELD)
    if classes is not None:
        areas = Laid(areas.rows[classes[areas.rows.index].isin(BUILT).to_numpy(dtype=bool)], areas.lost)
    here = pd.Series([asked.place or None], dtype=object)
    grounds = [(rule, ground(region, rule)) for rule in rules(region)
               if rule.effect not in (PLACE, INDUSTRY) and holds_in(region, rule, here).all()]  # fmt: skip
    if not grounds:
        return Outcome(
            UNKNOWN, why=("没有管控规则: hechang import controls FILE", "no rules: hechang import controls FILE")
        )
    found = [one for rule, base in grounds if not base.lacks for one in _of_rule(gate, rule, base, areas)]
    if errors(found):
        return Outcome(FAILS, found)
    blind = next((base.lacks for _, base in grounds if not base.whole), None)
    if blind is None:
        return Outcome(DONE, found)
    zh, _, en = (
        blind or "控制线有图形不可用或未公开 / a shape of the control lines cannot be used, or is not shown to you"
    ).partition(" / ")
    return Outcome(UNKNOWN, found, (zh, en))


def _of_rule(gate: Gate, rule: Rule, base: Ground, areas: Laid) -> list[Finding]:
    """Areas that break one rule; what a condition allows is a warning."""
    held = inside_of(areas, parts_of(areas, base.laid), base.laid)
    outwards = rule.effect == "permit"
    m2 = held["outside" if outwards else "inside"]
    bad = m2.index[(m2 > max(rule.tolerance_m2, LEAST_M2)).to_numpy(dtype=bool)].to_numpy()
    where = (
        (f"outside '{rule.name_en}'", f"在“{rule.name}”之外")
        if outwards
        else (f"in '{rule.name_en}'", f"在“{rule.name}”内")
    )
    basis = " ".join(part for part in (rule.basis, rule.clause) if part)
    kind = "limit-condition" if rule.effect == "condition" else "limit-broken"
    return gate.tell(kind, bad, value=where, near=[f"{number:,.2f}" for number in m2[bad]], expect=basis)
