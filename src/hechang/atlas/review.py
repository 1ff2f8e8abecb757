"""Review of a submitted plan layer 成果审查: a checklist; each item is done, fails, or cannot be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import shapely

from hechang.atlas.laid import why_unfit
from hechang.atlas.review_areas import border, complete, declared, limits_kept, totals
from hechang.atlas.review_item import DONE, FAILS, NOT_ASKED, UNKNOWN, Asked, Item, Outcome
from hechang.engines.line_fit import FEWEST
from hechang.intake.layers.checks import (
    area_codes,
    attributes,
    coverage,
    datum_fit,
    ranges,
    readable,
    shape_kind,
    validity,
    vertices,
)
from hechang.intake.layers.gate import Gate
from hechang.intake.layers.layer import NOTHING
from hechang.intake.layers.layer import Asked as FileAsked
from hechang.intake.layers.quality import gate_of
from hechang.region.region import Region
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding, errors

ITEMS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "files": ("文件齐全可读", "Files are there and can be read"),
    "datum": ("坐标系已声明, 与已知线无矛盾", "The datum is declared and no known line contradicts it"),
    "topology": ("图形有效、无自相交", "Shapes are valid and of one kind"),
    "coverage": ("无重叠、无缝隙", "No overlap, no gap between areas"),
    "complete": ("覆盖全部范围", "The whole place is covered"),
    "attributes": ("属性与代码符合规格", "Attributes and codes as the profile asks"),
    "declared": ("表内面积与图形面积一致", "Areas in the table are those of the shapes"),
    "totals": ("面积合计与申报总数一致", "Areas add up to the declared totals"),
    "border": ("与相邻地区接边", "Agrees with the neighbours at the border"),
    "limits": ("符合控制线", "Keeps the control lines"),
})  # fmt: skip


@dataclass(frozen=True)
class Submission:
    """A submitted layer: file, profile, what the user says of the file, and what is asked of it."""

    path: Path
    profile: str = ""
    came: FileAsked = NOTHING
    asked: Asked = field(default_factory=Asked)


def review(region: Region, submission: Submission) -> list[Item]:
    """Go through the checklist; every item is answered, whatever fails before it.

    Parameters
    ----------
    region
        Whose lines, places and control rules the layer is held against.
    submission
        See `Submission`.

    Raises
    ------
    NotKnown
        for a profile or place that does not exist.
    """
    try:
        gate = gate_of(submission.path, submission.came, profile=submission.profile, region=region)
    except FileFault as fault:
        unread = Outcome(FAILS, [Finding(fault.en, fault.zh, file=submission.path.name, kind="file")])
        rest = Outcome(UNKNOWN, why=("文件无法读取", "the file cannot be read"))
        return [_item(id, unread if id == "files" else rest) for id in ITEMS]
    answers = _of_file(gate) | _of_areas(region, gate, submission.asked)
    return [_item(id, answers[id]) for id in ITEMS]


def _item(id: str, outcome: Outcome) -> Item:
    zh, en = ITEMS[id]
    return Item(id, zh, en, outcome.status, outcome.findings, outcome.why)


def _of_file(gate: Gate) -> dict[str, Outcome]:
    """Items that the checks of a layer answer as they are."""
    about_datum = [one for one in gate.layer.findings if one.kind.startswith("datum-")]
    others = [one for one in gate.layer.findings if one not in about_datum]
    no_profile = Outcome(NOT_ASKED, why=("没有给出图层规格(--profile)", "no profile was named (--profile)"))
    asks = gate.profile is not None
    tiled = gate.profile is not None and gate.profile.coverage
    return {
        "files": _told([*others, *readable.check(gate)]),
        "datum": _datum(gate, about_datum),
        "topology": _told([f for check in (validity, vertices, shape_kind) for f in check.check(gate)]),
        "coverage": (
            _located(gate, lambda: _told(coverage.check(gate)))
            if tiled
            else Outcome(NOT_ASKED, why=("该规格不要求全覆盖", "the profile asks for no coverage"))
        ),
        "attributes": (
            _told([f for check in (attributes, area_codes, ranges) for f in check.check(gate)]) if asks else no_profile
        ),
    }


def _datum(gate: Gate, told: list[Finding]) -> Outcome:
    found = [*told, *datum_fit.check(gate)]
    if errors(found) or any(one.kind == "datum-fits" for one in found):
        return Outcome(FAILS, found)
    if gate.layer.datum is None:
        return Outcome(UNKNOWN, why=("坐标系未知", "its datum is not known"))
    if not len(gate.lines):
        return Outcome(UNKNOWN, found, ("区域内没有已知线(铁路、县界)", "the region knows no line (railway, border)"))
    if len(shapely.get_coordinates(gate.shapes)) < FEWEST:
        return Outcome(UNKNOWN, found, ("顶点太少, 无法比对", "too few points to hold against the known lines"))
    return Outcome(DONE, found)


def _told(found: list[Finding]) -> Outcome:
    return Outcome(FAILS if errors(found) else DONE, found)


def _located(gate: Gate, judge: Callable[[], Outcome]) -> Outcome:
    """What a judge says; unknown where nobody knows where the shapes are, or one of them cannot be used."""
    if not gate.located:
        return Outcome(UNKNOWN, why=("坐标系未知", "its datum is not known"))
    made, lost = judge(), sum(why is not None for why in why_unfit(gate.shapes))
    if made.status == DONE and lost:
        return Outcome(UNKNOWN, made.findings, (f"有 {lost} 个图形不可用", f"{lost} shapes cannot be used"))
    return made


def _of_areas(region: Region, gate: Gate, asked: Asked) -> dict[str, Outcome]:
    """Items that measure: areas against the table, the totals, the place, its neighbours and the control lines."""
    return {
        "complete": _located(gate, lambda: complete(region, gate, asked)),
        "declared": _located(gate, lambda: declared(gate, asked)),
        "totals": _located(gate, lambda: totals(gate, asked)),
        "border": _located(gate, lambda: border(region, gate, asked)),
        "limits": _located(gate, lambda: limits_kept(region, gate, asked)),
    }
