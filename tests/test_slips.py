"""The life of a letter 督办函: what may follow, what each step asks for, what is refused and what may come instead."""

from __future__ import annotations

import pytest

from hechang.register.slips import steps
from hechang.register.slips.letters import slip_text
from hechang.terms.errors import InputError

NEW = {"id": "s1", "number": "督办〔2022〕1号", "object": "p", "colour": "yellow", "to_body": "b", "light": "l",
       "issued": "2022-09-01", "due": "2022-09-08", "reason": "逾期 / late"}  # fmt: skip
DAY = "2022-09-05"
GIVEN = {
    "acknowledge": (steps.acknowledge, {}),
    "answer": (steps.answer, {"text": "已整改", "evidence": "d1"}),
    "return": (steps.send_back, {}),
    "extend": (steps.extend, {"to": "2022-12-31", "approver": "分管副市长", "reason": "汛期"}),
    "close": (steps.close, {"recheck_days": 30}),
    "recheck": (steps.recheck, {"result": "整改到位", "in_order": True, "slip_days": 7}),
    "escalate": (steps.escalate, {}),
}
REACHED = {
    "issued": {},
    "acknowledged": {"acknowledged": "2022-09-02"},
    "answered": {"acknowledged": "2022-09-02", "answered": "2022-09-03"},
    "returned": {"acknowledged": "2022-09-02", "answered": "2022-09-03", "review": "returned"},
    "closed": {"answered": "2022-09-03", "review": "passed", "closed": "2022-09-04", "recheck_due": "2022-10-04"},
    "rechecked": {"closed": "2022-09-04", "recheck_due": "2022-10-04", "rechecked": "2022-09-04"},
    "escalated": {"escalated_by": "督办〔2022〕2号"},
}
NEXT = {
    "issued": "acknowledge extend escalate", "acknowledged": "answer extend escalate", "answered": "return close",
    "returned": "answer extend escalate", "closed": "recheck", "rechecked": "", "escalated": "",
}  # fmt: skip


def after(slip, step, day=DAY, **given):
    run, default = GIVEN[step]
    return {**slip, **run(slip, day, **{**default, **given})}


def refused(slip, step, day=DAY, **given):
    with pytest.raises(InputError) as fault:
        after(slip, step, day, **given)
    return fault.value.en, fault.value.zh


@pytest.mark.parametrize("name", REACHED)
def test_the_state_is_read_from_the_dates(name):
    assert steps.state({**NEW, **REACHED[name]}) == name


@pytest.mark.parametrize("name", REACHED)
@pytest.mark.parametrize("step", GIVEN)
def test_only_the_steps_that_are_due_are_taken(name, step):
    slip = {**NEW, **REACHED[name]}
    day = "2022-10-01" if step == "escalate" else DAY
    assert " ".join(steps.NEXT[name]) == NEXT[name]
    if step in NEXT[name].split():
        assert after(slip, step, day) != slip
        return
    en, zh = refused(slip, step, day)
    may = ", ".join(NEXT[name].split()) or "-"
    may_zh = "、".join(steps.WORDS[one][0] for one in NEXT[name].split()) or "无"
    assert en == f"督办〔2022〕1号 is {steps.WORDS[name][1]}: it cannot {step}. Next may come: {may}"
    assert zh == f"督办〔2022〕1号 {steps.WORDS[name][0]}, 不能{steps.WORDS[step][0]}。下一步可以: {may_zh}"


def test_the_words_of_states_and_steps():
    assert {name: "|".join(both) for name, both in steps.WORDS.items()} == {
        "issued": "发出|issued", "acknowledged": "已签收|acknowledged", "answered": "已答复待审核|answered",
        "returned": "审核退回|returned", "closed": "已办结待回头看|closed", "rechecked": "回头看通过|re-checked",
        "escalated": "已升级|escalated", "acknowledge": "签收|acknowledge", "answer": "答复|answer",
        "return": "退回|return", "extend": "延期|extend", "close": "办结|close", "recheck": "回头看|recheck",
        "escalate": "升级|escalate",
    }  # fmt: skip


def test_a_letter_goes_its_way_to_the_second_look():
    slip = after(NEW, "acknowledge", "2022-09-02")
    assert slip["acknowledged"] == "2022-09-02"
    slip = after(slip, "answer", "2022-09-03", text=" 已整改 ", evidence=" d1 ")
    assert (slip["answered"], slip["answer"], slip["evidence"], slip["review"]) == ("2022-09-03", "已整改", "d1", None)
    slip = after(slip, "return", "2022-09-04")
    assert (steps.state(slip), slip["review"]) == ("returned", "returned")
    slip = after(slip, "answer", "2022-09-05")
    assert (steps.state(slip), slip["review"]) == ("answered", None)
    slip = after(slip, "close", "2022-09-06")
    assert (slip["review"], slip["closed"], slip["recheck_due"]) == ("passed", "2022-09-06", "2022-10-06")
    assert steps.until(slip) == "2022-10-06"
    slip = after(slip, "recheck", "2022-09-06", result=" 到位 ")
    assert (steps.state(slip), slip["rechecked"], slip["recheck"]) == ("rechecked", "2022-09-06", "到位")


def test_what_is_not_in_order_on_the_second_look_opens_the_letter_again():
    closed = {**NEW, **REACHED["closed"], "extended_to": "2022-09-20"}
    slip = after(closed, "recheck", "2022-10-01", result="未到位", in_order=False)
    assert (steps.state(slip), slip["closed"], slip["rechecked"]) == ("returned", None, "2022-10-01")
    assert (slip["due"], slip["extended_to"], steps.until(slip)) == ("2022-10-08", None, "2022-10-08")
    again = after(after(slip, "answer", "2022-10-02"), "close", "2022-10-03")
    assert steps.state(again) == "closed"  # the look of 1 October was at what came before
    assert steps.state(after(again, "recheck", "2022-11-02")) == "rechecked"


def test_an_extension_needs_an_approver_a_reason_and_a_later_day():
    slip = after(NEW, "extend", to="2022-09-30", approver=" 副市长 ", reason=" 汛期 ")
    assert (slip["extended_to"], slip["approver"], slip["extension"]) == ("2022-09-30", "副市长", "汛期")
    assert steps.until(slip) == "2022-09-30"
    assert refused(NEW, "extend", approver=" ") == (
        "督办〔2022〕1号: approver must be given", "督办〔2022〕1号: 请填写批准人"
    )  # fmt: skip
    assert refused(NEW, "extend", approver="", reason="") == (
        "督办〔2022〕1号: approver, reason must be given", "督办〔2022〕1号: 请填写批准人、延期理由"
    )  # fmt: skip
    for to in ("2022-09-08", "2022-09-07", "soon", "2022-9-30"):
        assert refused(NEW, "extend", to=to) == (
            f"督办〔2022〕1号: '{to}' is no day after 2022-09-08. Give a later day as 2022-09-27",
            f"督办〔2022〕1号: “{to}”不是 2022-09-08 之后的日期。请填更晚的日期, 如 2022-09-27",
        )
    assert after(NEW, "extend", to="2022-09")["extended_to"] == "2022-09"  # the last day of the month is later
    assert "after 2022-09-20" in refused(NEW, "extend", "2022-09-20", to="2022-09-15")[0]


@pytest.mark.parametrize(
    ("step", "given", "en", "zh"),
    [
        ("answer", {"text": ""}, "answer", "答复内容"),
        ("answer", {"evidence": " "}, "evidence", "佐证材料"),
        ("answer", {"text": "", "evidence": ""}, "answer, evidence", "答复内容、佐证材料"),
        ("recheck", {"result": " "}, "result", "回头看结果"),
    ],
)
def test_what_a_step_lacks_is_named(step, given, en, zh):
    slip = {**NEW, **REACHED["acknowledged" if step == "answer" else "closed"]}
    assert refused(slip, step, **given) == (f"督办〔2022〕1号: {en} must be given", f"督办〔2022〕1号: 请填写{zh}")


def test_no_step_comes_before_the_last_one():
    slip = {**NEW, **REACHED["answered"]}
    assert refused(slip, "close", "2022-09-02") == (
        "督办〔2022〕1号: 2022-09-02 is before its last step on 2022-09-03. Choose a later day",
        "督办〔2022〕1号: 2022-09-02 早于上一步 2022-09-03。请选更晚的日期",
    )
    assert after(slip, "close", "2022-09-03")["closed"] == "2022-09-03"
    assert "2022-09-02" in refused({**NEW, **REACHED["acknowledged"]}, "answer", "2022-09-01")[0]
    assert "2022-09-01" in refused(NEW, "acknowledge", "2022-08-31")[0]
    again = {**NEW, "review": "returned", "rechecked": "2022-10-01"}
    assert "last step on 2022-10-01" in refused(again, "answer", "2022-09-30")[0]
    assert "last step on 2022-09-04" in refused({**NEW, **REACHED["closed"]}, "recheck", "2022-09-03")[0]


@pytest.mark.parametrize(("colour", "following"), [("blue", "orange"), ("yellow", "orange"), ("orange", "red")])
def test_an_unanswered_letter_is_followed_by_one_of_the_next_colour(colour, following):
    made = steps.escalate({**NEW, "colour": colour}, "2022-09-09")
    assert made == {
        "object": "p", "colour": following, "to_body": "b", "light": "l", "escalates": "s1",
        "reason": "督办〔2022〕1号 逾期未答复; 逾期 / 督办〔2022〕1号 was not answered in time; late",
    }  # fmt: skip


def test_a_letter_is_not_escalated_before_it_is_overdue_or_above_red():
    assert refused(NEW, "escalate", "2022-09-08") == (
        "督办〔2022〕1号 is due on 2022-09-08: it can be escalated after that day",
        "督办〔2022〕1号 期限为 2022-09-08, 逾期后方可升级",
    )
    assert "2022-09-30" in refused({**NEW, "extended_to": "2022-09-30"}, "escalate", "2022-09-30")[0]
    assert "2022-09" in refused({**NEW, "due": "2022-09"}, "escalate", "2022-09-30")[0]
    assert steps.escalate({**NEW, "due": "2022-09"}, "2022-10-01")["colour"] == "orange"
    assert refused({**NEW, "colour": "red"}, "escalate", "2022-09-30") == (
        "督办〔2022〕1号 is red, the last colour. Report it to the leaders",
        "督办〔2022〕1号 已是最高灯色。请报请领导约谈",
    )


@pytest.mark.parametrize(
    ("day", "days", "then"),
    [
        ("2024-02-28", 1, "2024-02-29"), ("2023-02-28", 1, "2023-03-01"), ("2022-12-31", 7, "2023-01-07"),
        ("2022-09", 0, "2022-09-01"),
    ],
)  # fmt: skip
def test_days_are_counted_over_leap_days_and_the_turn_of_the_year(day, days, then):
    assert steps.later(day, days) == then


def test_texts_in_two_languages_are_put_together_and_taken_apart():
    assert steps.joined("甲 / a", "", None, "乙") == "甲; 乙 / a; 乙"
    assert steps.halves("甲 / a / b") == ("甲", "a / b")
    assert steps.escalation_steps(" 甲 → 乙 →") == ["甲", "乙"]
    assert (steps.halves(None), steps.halves("甲"), steps.escalation_steps(None)) == (("", ""), ("甲", "甲"), [])


def test_a_letter_reads_as_an_office_would_write_it():
    row = {**NEW, "name": "滨湖水厂", "owner": "乙市水务局", "extended_to": None}
    assert slip_text(row).splitlines() == [
        "督办函", "督办〔2022〕1号", "", "乙市水务局:", "",
        "经核查, 你单位牵头的“滨湖水厂”亮黄灯: 逾期。请查明原因, 制定整改措施, "
        "于2022年9月8日前书面答复, 并附佐证材料。",
        "逾期未答复的, 按规定升级督办。", "", "2022年9月1日",
    ]  # fmt: skip
    assert slip_text({**row, "colour": None, "due": "2022-09"}, "en").splitlines() == [
        "Supervision letter", "督办〔2022〕1号", "", "To 乙市水务局:", "",
        "'滨湖水厂', which you lead, stands as follows: late. Please find the cause, set out what will be done, "
        "and answer in writing with evidence by 2022-09.",
        "A letter that is not answered in time is escalated.", "", "2022-09-01",
    ]  # fmt: skip
