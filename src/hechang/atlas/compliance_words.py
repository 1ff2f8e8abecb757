"""Why a project keeps or breaks a control rule, in one sentence of each language."""

from __future__ import annotations

from dataclasses import dataclass

from hechang.atlas.laid import NO_OUTLINE
from hechang.atlas.limits import INDUSTRY, PLACE, Rule

ROUNDING = 0.01  # m²; less than that is nothing
BOTH = tuple[str, str]  # zh, en
SUBJECT = {"outline": ("项目范围", "the outline"), "line": ("项目线路", "the line"), "point": ("项目点位", "the point")}


@dataclass(frozen=True)
class Case:
    """One project under one rule: the columns of `compliance`, and what stands behind them.

    near: names of the features touched, for an industry the zone's leading one; held: what of the place lies inside
    [m²]; lost: areas of the layer that cannot be used; why: why the project has no shape of its own.
    """

    rule: Rule
    verdict: str
    on: str
    amount: float
    unit: str
    share: float
    near: str
    held: float
    place_name: str
    why: str
    lacks: str
    needs: str
    lost: int


def said(case: Case) -> BOTH:
    """Return the reason in Chinese and English."""
    if case.verdict == "unknown":
        return _unknown(case)
    if case.rule.effect == INDUSTRY:
        return _industry(case)
    return _kept(case) if case.verdict == "meets" else _broken(case)


def _limit(case: Case) -> BOTH:
    zh = f"“{case.rule.name}”" + (f"({case.near})" if case.near else "")
    en = f"'{case.rule.name_en}'" + (f" ({case.near})" if case.near else "")
    return zh, en


def _what(case: Case) -> BOTH:
    """Subject of the sentence: how much of the project."""
    if case.on == "place":
        return f"项目没有图形, 所在地{case.place_name}全部", f"without a shape; all of its place {case.place_name}"
    zh, en = SUBJECT[case.on]
    if case.on == "point":
        return zh, en
    part = f"{case.amount:,.0f} {case.unit}" if case.amount >= 10 else f"{case.amount:,.2f} {case.unit}"
    return f"{zh}有 {part}({case.share:.1f}%)", f"{part} ({case.share:.1f}%) of {en}"


def _broken(case: Case) -> BOTH:
    (zh, en), (limit_zh, limit_en), rule = _what(case), _limit(case), case.rule
    if rule.effect == "condition":
        zh_end = f"须满足: {rule.condition}" if rule.condition else "须满足规定条件"
        en_end = f"on condition: {rule.condition_en}" if rule.condition else "on the rule's condition"
        return f"{zh}在{limit_zh}内, {zh_end}", f"{en} in {limit_en}: {en_end}"
    if rule.effect == "permit":
        return f"{zh}在“{rule.name}”之外, 只准在其内", f"{en} outside '{rule.name_en}', where alone it is allowed"
    if rule.effect == "place":
        return f"{zh}超出所在地{case.place_name}", f"{en} outside the place it names, {case.place_name}"
    return f"{zh}在{limit_zh}内, 其内禁止占用", f"{en} in {limit_en}, where it is forbidden"


def _kept(case: Case) -> BOTH:
    around = (f"项目没有图形, 所在地{case.place_name}", f"without a shape; its place {case.place_name}")
    zh, en = SUBJECT.get(case.on, around)
    slight = case.amount >= ROUNDING and case.on == "outline"
    zh_end = f"({case.amount:.2f} m², 在容差 {case.rule.tolerance_m2:g} m² 之内)" if slight else ""
    en_end = f" ({case.amount:.2f} m², within the tolerance of {case.rule.tolerance_m2:g} m²)" if slight else ""
    if case.rule.effect == "place":
        return f"{zh}在所在地{case.place_name}内{zh_end}", f"{en} lies in the place it names, {case.place_name}{en_end}"
    if case.rule.effect == "permit":
        limit_zh, limit_en = _limit(case)
        return f"{zh}全部在{limit_zh}内{zh_end}", f"{en} lies in {limit_en}{en_end}"
    return f"{zh}不在“{case.rule.name}”内{zh_end}", f"{en} lies outside '{case.rule.name_en}'{en_end}"


def _unknown(case: Case) -> BOTH:
    zh, _, en = case.lacks.partition(" / ")
    if zh:
        return f"无数据: {zh}", f"no data: {en}"
    if case.on in ("none", "place"):
        zh, _, en = (case.why or NO_OUTLINE).partition(" / ")
        zh, en = f"项目{zh}", f"the project: {en}"
        if case.rule.effect == PLACE:
            where = ("不知是否在所在地内", "nobody knows whether it lies in its place")
        elif case.on == "none":
            where = ("所在地也没有范围", "its place has no outline either")
        else:
            part = f"{case.held / 1e6:,.2f} km²"
            where = (
                f"只知所在地{case.place_name}, 其中 {part} 在“{case.rule.name}”内",
                f"only its place {case.place_name} is known, of which {part} lie in '{case.rule.name_en}'",
            )
        return f"{zh}; {where[0]}, 无法判断", f"{en}; {where[1]}: it cannot be judged"
    if not case.lost:
        return (
            f"“{case.rule.name}”有未向您公开的图形, 无法判断",
            f"not all shapes of '{case.rule.name_en}' are shown to you: it cannot be judged",
        )
    return (
        f"“{case.rule.name}”有 {case.lost} 个图形不可用, 无法判断",
        f"{case.lost} shapes of '{case.rule.name_en}' cannot be used: it cannot be judged",
    )


def _industry(case: Case) -> BOTH:
    if case.verdict == "meets":
        zh, en = (
            f"行业“{case.place_name}”属于功能区主导产业",
            f"industry '{case.place_name}' is a leading one of its zone",
        )
        return zh, en
    return (
        f"行业“{case.place_name}”不是功能区主导产业“{case.near}”",
        f"industry '{case.place_name}' is not the leading one of its zone, '{case.near}'",
    )
