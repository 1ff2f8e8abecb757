"""Agreements signed: their title and who signs; two parties or more, or `三地`, `双方`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hechang.intake.clauses import LONGEST, sentences
from hechang.intake.clean import Paragraph

_KIND = r"(?:协议书?|备忘录|合同|公约|意向书|协定|宣言|倡议书?|责任书|合作书|框架)"
_AGREE = re.compile(
    r"(?P<who>[\u3400-\u9fffA-Za-z·、()]{2,60}?)(?:正式|共同|现场|分别|成功|集中|联合|就[\u3400-\u9fff]{2,20}?|隆重)*(?:签署|签订|签约|"
    rf"签下|缔结|达成|签)(?:了)?(?P<name>《[^《》\n]{{2,60}}{_KIND}[^《》\n]{{0,14}}》|[“]?[\u3400-\u9fff—-]{{2,30}}?(?:协议书?|备忘录|合同书?)[”]?)"
)
_MORE = re.compile(rf"(?:[、和与及]|以及)(?P<name>《[^《》\n]{{2,60}}{_KIND}[^《》\n]{{0,14}}》)")
_AND = re.compile(r"[、与和及同]|以及")
_PRE = re.compile(r".*(?:上|时|后|日|,|会上|期间|现场|当天|见证下)(?=[\u3400-\u9fff])")
_NOBODY = ("双方", "各方", "三方", "会议", "会上", "现场", "共同")
_HEAP = re.compile(r"^(?:了|一批|多项|系列|相关|有关|\d+[项份个]|[一二三四五六七八九十]+[项份个])")


@dataclass(frozen=True)
class Agreement:
    """One agreement with its parties."""

    name: str
    start: int
    end: int
    parties: list[str]


def agreements(text: str, paragraphs: Sequence[Paragraph]) -> list[Agreement]:
    """Agreements signed, with their parties.

    Examples
    --------
    >>> text = "推进会上,甲市与乙区签署《丙园合作备忘录》和《丁路协议》。"
    >>> [(one.name, one.parties) for one in agreements(text, [Paragraph("body", 0, len(text))])]
    [('《丙园合作备忘录》', ['甲市', '乙区']), ('《丁路协议》', ['甲市', '乙区'])]
    """
    made: list[Agreement] = []
    for paragraph in paragraphs:
        if (
            text.find("签", paragraph.start, paragraph.end) < 0
            and text.find("缔结", paragraph.start, paragraph.end) < 0
        ):
            continue
        for start, end in sentences(text, paragraph.start, paragraph.end):
            made += _of_sentence(text, start, min(end, start + 4 * LONGEST))
    return made


def _of_sentence(text: str, start: int, end: int) -> list[Agreement]:
    made: list[Agreement] = []
    if text.find("签", start, end) < 0 and text.find("缔结", start, end) < 0:
        return made
    for found in _AGREE.finditer(text, start, end):
        if _HEAP.match(found.group("name")):
            continue
        parties = _signers(text, found)
        made.append(Agreement(found.group("name"), found.start("name"), found.end("name"), parties))
        at = found.end()
        while more := _MORE.match(text, at, end):
            made.append(Agreement(more.group("name"), more.start("name"), more.end("name"), parties))
            at = more.end()
    return made


def _signers(text: str, found: re.Match[str]) -> list[str]:
    cut = _PRE.match(text, found.start("who"), found.end("who"))
    who = text[cut.end() if cut else found.start("who") : found.end("who")]
    return [part for part in _AND.split(who) if part and part not in _NOBODY]
