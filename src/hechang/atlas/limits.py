"""Limits on the map: the rules of the table `controls` that hold on a day, and the areas each of them rests on."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from hechang.atlas.laid import AREA, Laid, laid, table_of
from hechang.atlas.places import LEVELS
from hechang.region.region import Region
from hechang.terms.errors import NotKnown
from hechang.terms.specs import table

PLACE, INDUSTRY = "place", "industry"  # effects that look at what a project names, not at a layer alone
COLUMNS = ["name", "name_en", "layer", "property", "equals", "effect", "condition", "condition_en", "tolerance_m2",
           "place", "basis", "clause", "synthetic"]  # fmt: skip
IMPORT_RULES = "hechang export controls controls.xlsx; hechang import controls controls.xlsx --by … --why …"
TAKE = "hechang layer take FILE --as {layer} --by … --why …"
STEPS = 6  # levels of places below one another


@dataclass(frozen=True)
class Rule:
    """One row of `controls`; empty cells are empty texts, the tolerance [m²] is 0 where none is given."""

    id: str
    name: str
    name_en: str
    layer: str
    property: str
    equals: str
    effect: str
    condition: str
    condition_en: str
    tolerance_m2: float
    place: str
    basis: str
    clause: str
    synthetic: bool


@dataclass(frozen=True)
class Ground:
    """Areas a rule rests on; `lacks` says what is missing ("中文 / English"), `command` what would fill it.

    hidden: whether there are areas that the reader may not see.
    """

    laid: Laid
    lacks: str = ""
    command: str = ""
    hidden: bool = False

    @property
    def whole(self) -> bool:
        """Whether all areas of the rule are known and can be used."""
        return not (self.lacks or self.hidden or len(self.laid.lost))


def rules(region: Region) -> list[Rule]:
    """Return the control rules in force on the region's day, by id.

    Examples
    --------
    >>> from hechang import tiny
    >>> rules(tiny())
    []
    """
    rows = region.table("controls", columns=COLUMNS).sort_index()
    plain = rows.astype(object).where(rows.notna(), None)
    return [_rule(str(id), row) for id, row in zip(rows.index, plain.to_dict("records"), strict=True)]


def _rule(id: str, row: Mapping[Hashable, object]) -> Rule:
    texts = {name: str(row[name] or "").strip() for name in COLUMNS if name not in ("tolerance_m2", "synthetic")}
    texts["name_en"] = texts["name_en"] or texts["name"]
    texts["condition_en"] = texts["condition_en"] or texts["condition"]
    return Rule(id=id, tolerance_m2=float(str(row["tolerance_m2"] or 0)), synthetic=bool(row["synthetic"]), **texts)


def ground(region: Region, rule: Rule) -> Ground:
    """Return the areas of a rule's layer that it speaks of, or what is missing.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("controls", {"name": "生态保护红线", "layer": "ecology", "effect": "forbid", "basis": "示例"})
    >>> ground(e.after, rules(e.after)[0]).lacks
    "没有图层“ecology” / there is no layer 'ecology'"
    """
    nothing = Laid(pd.DataFrame(columns=["name", "synthetic", "geometry"]), pd.DataFrame(columns=["name", "why"]))
    layer = rule.layer
    take = TAKE.format(layer=layer) if table_of(layer) == "features" else f"hechang import {table_of(layer)} FILE"
    try:
        found = laid(region, layer) if layer else nothing
    except NotKnown:
        return Ground(nothing, f"没有图层“{layer}” / there is no layer '{layer}'", take)
    if not layer or (rule.effect == PLACE and layer not in LEVELS):
        zh, en = "规则没有写明图层", "the rule names no layer of its kind"
        return Ground(nothing, f"{zh} / {en}", IMPORT_RULES)
    chosen = _chosen(region, rule, found)
    if chosen.of(AREA).empty:
        which = f" {rule.property}={rule.equals}" if rule.property else ""
        return Ground(nothing, f"图层“{layer}”{which}没有可用的面 / layer '{layer}'{which} has no usable areas", take)
    return Ground(Laid(chosen.of(AREA), chosen.lost), hidden=_hides(region, rule, chosen))


def _hides(region: Region, rule: Rule, seen: Laid) -> bool:
    """Whether the rule speaks of areas that this reader does not see."""
    if region.reader.everything:
        return False
    every = _chosen(region.inner, rule, laid(region.inner, rule.layer))
    return len(every.rows) + len(every.lost) > len(seen.rows) + len(seen.lost)


def _chosen(region: Region, rule: Rule, found: Laid) -> Laid:
    """Rows whose property has the value the rule asks for; all where it names no property."""
    if not rule.property:
        return found
    spec = table(table_of(rule.layer))
    if spec.name == "features":
        texts = region.table("features", columns=["properties"], where={"layer": rule.layer})["properties"]
        told = texts.astype(object).map(lambda text: json.loads(text).get(rule.property), na_action="ignore")
    elif rule.property in spec.columns:
        told = region.table(spec.name, columns=[rule.property])[rule.property].astype(object)
    else:
        told = pd.Series(dtype=object)
    wanted = told.map(str, na_action="ignore").eq(rule.equals)
    ids = wanted.index[wanted.fillna(False).astype(bool)]
    return Laid(found.rows[found.rows.index.isin(ids)], found.lost[found.lost.index.isin(ids)])


def holds_in(region: Region, rule: Rule, places: pd.Series) -> pd.Series:
    """Tell of each place whether a rule holds there; it holds where a place is not known.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("controls", {"name": "限", "layer": "l", "effect": "forbid", "basis": "示例", "place": "y"})
    >>> holds_in(e.after, rules(e.after)[0], pd.Series(["a", "b", None])).tolist()
    [False, True, True]
    """
    if not rule.place:
        return pd.Series(True, index=places.index)
    parent = region.table("places", columns=["parent"])["parent"]
    inside = {rule.place}
    for _ in range(STEPS):
        inside |= set(parent.index[parent.isin(inside)])
    return places.isna() | places.isin(inside)
