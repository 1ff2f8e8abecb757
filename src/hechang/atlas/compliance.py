"""Compliance of projects 合规性审查: each rule kept, broken, kept on a condition, or not to be judged, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from hechang.atlas.common_parts import MEASURES, measured, parts_of
from hechang.atlas.compliance_words import Case, said
from hechang.atlas.drawn import shapes_of
from hechang.atlas.laid import AREA, NO_OUTLINE, Laid, laid, why_unfit
from hechang.atlas.limits import INDUSTRY, PLACE, STEPS, Ground, Rule, ground, holds_in, rules
from hechang.atlas.places import at_level
from hechang.region.region import Region
from hechang.terms.errors import not_known

MEETS, BREAKS, CONDITION, UNKNOWN = "meets", "breaks", "condition", "unknown"
ON = {0: "point", 1: "line", 2: "outline"}  # what of a project is judged, by the dimension of its shape
NAMED = 5  # features a row names; `features` holds them all
SQUARE_METRES = {2: 1e6, 1: 1e3, 0: 1.0}  # m² of a km², m of a km, points
COLUMNS = ["project", "project_name", "rule", "name", "name_en", "effect", "verdict", "on", "amount", "unit", "share",
           "features", "reason", "reason_en", "basis", "clause", "needs", "synthetic"]  # fmt: skip


class Subjects(NamedTuple):
    """Projects to be judged: name, place, place_name, on, key [of their shape], why, zone, industry, synthetic.

    shapes: the distinct shapes by key: a project's own, or the outline of its place.
    """

    rows: pd.DataFrame
    shapes: Laid


def compliance(region: Region, projects: Iterable[str] | None = None) -> pd.DataFrame:
    """Hold projects against the control rules in force on the region's day.

    Parameters
    ----------
    projects
        Ids; all projects when None.

    Returns
    -------
    DataFrame
        One row a project and rule that holds at its place: project, project_name, rule, name, name_en, effect, verdict
        [meets, breaks, condition, unknown], on [outline, line, point, place, none: what was judged], amount and unit
        [m², m: of the project inside a limit, or outside of where alone it is allowed], share [% of the project],
        features [ids], reason, reason_en, basis, clause, needs [command that would fill what is missing], synthetic.
        Of a project without a shape only what its place decides as a whole is judged.

    Raises
    ------
    NotKnown
        for a project the region does not have.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("layers", {"id": "red", "name": "红线", "table": "features", "synthetic": True})
    ...     _ = e.put("features", {"layer": "red", "name": "甲", "geometry": shapely.box(120, 31, 121, 32)})
    ...     _ = e.put("controls", {"name": "红线", "layer": "red", "effect": "forbid", "basis": "示例"})
    ...     _ = e.put("projects", {"id": "p1", "geometry": shapely.Point(120.5, 31.5)})
    >>> compliance(e.after, ["p1"])[["verdict", "reason"]].to_numpy().tolist()
    [['breaks', '项目点位在“红线”(甲)内, 其内禁止占用']]
    """
    known = rules(region)
    if projects is None and not known:
        return pd.DataFrame(columns=COLUMNS)
    subjects = _subjects(region, None if projects is None else [str(id) for id in projects])
    found = [_judged(region, rule, subjects) for rule in known]
    made = pd.concat([part for part in found if len(part)] or [pd.DataFrame(columns=COLUMNS)], ignore_index=True)
    return made.sort_values(["project", "rule"], kind="stable", ignore_index=True)[COLUMNS]


def _subjects(region: Region, ids: list[str] | None) -> Subjects:
    columns = ["name", "place", "zone", "industry", "synthetic"]
    rows = region.table("projects", columns=columns, where=None if ids is None else {"id": ids}).sort_index()
    for id in ids or ():
        if id not in rows.index:
            raise not_known("project", "项目", id, region.table("projects", columns=["name"]).index)
    own = laid(region, "projects")
    mine = own.rows[own.rows.index.isin(rows.index)]
    outlined, nearest = _around(region, rows["place"])
    has, somewhere = rows.index.isin(mine.index), nearest.notna().to_numpy()
    kind = pd.Series(shapely.get_dimensions(mine["geometry"].to_numpy(dtype=object)), mine.index).map(ON)
    names = region.table("places", columns=["name"])["name"].astype(object)
    known = rows.assign(
        on=kind.reindex(rows.index).astype(object).where(has, np.where(somewhere, "place", "none")),
        key=np.where(has, "project " + rows.index.astype(str), "place " + nearest.astype(str)),
        why=own.lost["why"].reindex(rows.index).fillna(NO_OUTLINE),
        place_name=rows["place"].where(has | ~somewhere, nearest).astype(object).map(names).astype(object).fillna(""),
    )
    both = pd.concat([mine.set_axis("project " + mine.index), outlined.set_axis("place " + outlined.index)])
    return Subjects(known, Laid(both, own.lost.iloc[:0]))


def _around(region: Region, places: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Outlines of places, and of each place the nearest one that has an outline: itself or one above it."""
    known = region.table("places", columns=["name", "parent", "synthetic", "geometry"])
    with_outline = known[known["geometry"].notna()]
    shapes = shapes_of(with_outline["geometry"])
    plain = shapes.to_numpy(dtype=object)
    fits = pd.isna(why_unfit(plain)) & (shapely.get_dimensions(plain) == AREA)
    outlined = with_outline[["name", "synthetic"]].assign(geometry=shapes)[fits]
    here, parent = places.astype(object), known["parent"].astype(object)
    for _ in range(STEPS):
        here = here.where(here.isin(outlined.index), here.map(parent))
    nearest = here.where(here.isin(outlined.index))
    return outlined[outlined.index.astype(object).isin(list(nearest.dropna()))], nearest


def _judged(region: Region, rule: Rule, subjects: Subjects) -> pd.DataFrame:
    """One rule against the projects it holds for, in `COLUMNS`."""
    rows = subjects.rows[holds_in(region, rule, subjects.rows["place"]).astype(bool)]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    if rule.effect == INDUSTRY:
        made = _of_industry(region, rows)
    else:
        made = _of_shapes(region, rule, Subjects(rows, subjects.shapes))
    plain = made.drop(columns=["features", "synthetic"]).to_dict("records")
    cases = [Case(rule=rule, **{str(name): value for name, value in row.items()}) for row in plain]
    told = pd.DataFrame([said(case) for case in cases], columns=["reason", "reason_en"], index=made.index)
    about = {name: getattr(rule, name) for name in ("name", "name_en", "effect", "basis", "clause")}
    whole = made.assign(project=made.index, project_name=rows["name"], rule=rule.id, **about, **told)
    return whole.assign(synthetic=made["synthetic"] | rule.synthetic)[COLUMNS]


def _of_shapes(region: Region, rule: Rule, subjects: Subjects) -> pd.DataFrame:
    """Verdict, amounts and features of each project under a rule that rests on areas."""
    rows, base = subjects.rows, ground(region, rule)
    keys = rows["key"].drop_duplicates()
    wanted = subjects.shapes.rows.index.astype(object).isin(list(keys.dropna()))
    shapes = Laid(subjects.shapes.rows.loc[wanted], subjects.shapes.lost)
    parts = parts_of(shapes, base.laid)
    if rule.effect == PLACE:  # only the place a project names counts
        own = pd.Series(at_level(region, pd.Index(rows["place"]), rule.layer).to_numpy(), index=rows["key"])
        parts = parts[parts["right"].to_numpy() == own[~own.index.duplicated()].reindex(parts["left"]).to_numpy()]
    found = inside_of(shapes, parts, base.laid).reindex(rows["key"]).set_axis(rows.index)
    made = found.assign(on=rows["on"], why=rows["why"], place_name=rows["place_name"])
    made = made.assign(lacks=base.lacks, needs=base.command, lost=len(base.laid.lost))
    made = made.assign(verdict=_verdicts(rule, made, base))
    outwards = rule.effect in ("permit", PLACE)
    amount = made["outside"] if outwards else made["inside"]
    told = made["on"].ne("place") & made["verdict"].ne(UNKNOWN)
    return made.assign(
        amount=amount.where(told), share=(100 * amount / made["whole"]).where(told),
        unit=made["on"].map({"outline": "m²", "line": "m", "point": "point"}).where(told, ""),
        held=made["inside"], needs=made["needs"].where(made["verdict"].eq(UNKNOWN), ""),
        synthetic=made["synthetic"].isin([True]) | rows["synthetic"].isin([True]),
    ).drop(columns=["inside", "outside", "whole"])  # fmt: skip


def inside_of(shapes: Laid, parts: pd.DataFrame, limits: Laid) -> pd.DataFrame:
    """Tell of each shape: whole, inside and outside of the limits [m², m or points], features touched, their names."""
    rows = shapes.rows
    dimension = pd.Series(shapely.get_dimensions(rows["geometry"].to_numpy(dtype=object)), index=rows.index)
    pieces = parts.groupby("left")["geometry"].agg(lambda some: shapely.union_all(some.to_numpy(dtype=object)))
    pieces = pieces.reindex(rows.index)
    whole, inside = pd.Series(0.0, index=rows.index), pd.Series(0.0, index=rows.index)
    for one in MEASURES:
        at = dimension.index[dimension == one]
        whole[at] = measured(rows.loc[at, "geometry"].to_numpy(dtype=object), one) * SQUARE_METRES[one]
        there = at[pieces[at].notna()]
        inside[there] = measured(pieces[there].to_numpy(dtype=object), one) * SQUARE_METRES[one]
    touched = parts.groupby("left")["right"].agg(lambda some: list(map(str, some)))
    names = limits.rows["name"].astype(object)
    called = names.where(names.notna(), names.index.to_series())
    near = touched.map(
        lambda ids: "、".join(str(called[id]) for id in ids[:NAMED]) + (" …" if len(ids) > NAMED else "")
    )
    made_up = touched.map(lambda ids: bool(limits.rows.loc[ids, "synthetic"].fillna(False).any())).astype(bool)
    inside = inside.clip(upper=whole)
    outside = (whole - inside).where(pieces.notna(), whole)
    made = pd.DataFrame({"whole": whole, "inside": inside, "outside": outside})
    return made.assign(
        features=touched, near=near.astype(object).reindex(rows.index).fillna(""), synthetic=made_up.astype("boolean")
    )


def _verdicts(rule: Rule, made: pd.DataFrame, base: Ground) -> pd.Series:
    """Verdict of each project; what is not known for certain is unknown."""
    least = max(rule.tolerance_m2, 0.01)
    least_of = made["on"].map({"outline": least, "place": 0.01, "line": 0.01, "point": 0.5}).fillna(np.inf)
    inside, outside = made["inside"] > least_of, made["outside"] > least_of
    outwards = rule.effect in ("permit", PLACE)
    bad = outside if outwards else inside
    by_place = made["on"].eq("place") & ((inside & outside) | (rule.effect == PLACE))
    # an area that cannot be used or seen might hold what seems free, or what seems outside
    doubtful = (not base.whole) & (bad if outwards else ~bad)
    blind = bool(base.lacks) | made["on"].eq("none") | made["whole"].isna() | by_place | doubtful
    worst = CONDITION if rule.effect == CONDITION else BREAKS
    return pd.Series(np.select([blind, bad], [UNKNOWN, worst], MEETS), index=made.index, dtype=object)


def _of_industry(region: Region, rows: pd.DataFrame) -> pd.DataFrame:
    """Verdict of each project on the leading industry of the zone it names."""
    zones = region.table("collections", columns=["name", "industry"])
    leading = rows["zone"].map(zones["industry"]).astype("string").str.strip()
    own = rows["industry"].astype("string").str.strip()
    fits = pd.Series([str(a) in str(b).replace("，", "、").replace(",", "、").split("、")
                      for a, b in zip(own, leading, strict=True)], index=rows.index)  # fmt: skip
    blind = leading.fillna("").eq("") | own.fillna("").eq("")
    verdict = pd.Series(np.select([blind, fits], [UNKNOWN, MEETS], BREAKS), index=rows.index, dtype=object)
    lacks = np.select(
        [rows["zone"].isna(), leading.fillna("").eq("").to_numpy(dtype=bool)],
        ["项目没有写明功能区 / the project names no zone", "功能区没有主导产业 / its zone has no leading industry"],
        "项目没有写明行业 / the project names no industry",
    )
    table = np.where(leading.fillna("").eq("") & rows["zone"].notna(), "collections", "projects").astype(object)
    return pd.DataFrame({
        "verdict": verdict, "on": "zone", "why": "", "place_name": own.fillna(""), "near": leading.fillna(""),
        "lacks": np.where(blind, lacks, ""), "needs": np.where(blind, "hechang import " + table + " FILE", ""),
        "lost": 0, "held": np.nan, "amount": np.nan, "unit": "", "share": np.nan,
        "features": rows["zone"].map(lambda zone: [zone], na_action="ignore"),
        "synthetic": rows["synthetic"].isin([True]),
    }, index=rows.index)  # fmt: skip
