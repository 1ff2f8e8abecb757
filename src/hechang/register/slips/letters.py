"""A letter 督办函 in the words an office would send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hechang.register.slips.steps import halves, until
from hechang.terms.cells import is_empty
from hechang.terms.dates import last_day
from hechang.terms.specs import codes


def slip_text(row: Mapping[str, Any], lang: str = "zh") -> str:
    """Text of a letter from a row of `desk.slips`: number, addressee, what is the matter, by when to answer.

    Examples
    --------
    >>> row = {"number": "督办〔2022〕1号", "name": "修路", "owner": "甲市项目办", "colour": "yellow",
    ...        "reason": "逾期 3 天 / 3 days past due", "issued": "2022-09-27", "due": "2022-10-04"}
    >>> print(slip_text(row))
    督办函
    督办〔2022〕1号
    <BLANKLINE>
    甲市项目办:
    <BLANKLINE>
    经核查, 你单位牵头的“修路”亮黄灯: 逾期 3 天。请查明原因, 制定整改措施, 于2022年10月4日前书面答复, 并附佐证材料。
    逾期未答复的, 按规定升级督办。
    <BLANKLINE>
    2022年9月27日
    """
    return _zh(row) if lang == "zh" else _en(row)


def _zh(row: Mapping[str, Any]) -> str:
    colour = "" if is_empty(row["colour"]) else f"亮{codes('colours')[row['colour']].zh}: "
    body = (
        f"经核查, 你单位牵头的“{row['name']}”{colour}{halves(row['reason'])[0]}。请查明原因, 制定整改措施, "
        f"于{_day(until(row))}前书面答复, 并附佐证材料。\n逾期未答复的, 按规定升级督办。"
    )
    return "\n".join(["督办函", row["number"], "", f"{row['owner']}:", "", body, "", _day(row["issued"])])


def _en(row: Mapping[str, Any]) -> str:
    colour = "" if is_empty(row["colour"]) else f" {codes('colours')[row['colour']].en.lower()} light:"
    body = (
        f"'{row['name']}', which you lead, stands as follows:{colour} {halves(row['reason'])[1]}. "
        f"Please find the cause, set out what will be done, and answer in writing with evidence by {until(row)}.\n"
        "A letter that is not answered in time is escalated."
    )
    return "\n".join(["Supervision letter", row["number"], "", f"To {row['owner']}:", "", body, "", row["issued"]])


def _day(text: str) -> str:
    day = last_day(str(text))
    return f"{day.year}年{day.month}月{day.day}日"
