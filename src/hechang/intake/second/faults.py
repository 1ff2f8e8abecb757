"""What is said where nothing, or less, came of the second reading: one finding each, in both languages."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hechang.intake.second.proof import Rejected
from hechang.terms.findings import Finding
from hechang.terms.marks import masked

SHOWN = 40  # characters of a claim that a message repeats
FIRST = 50  # rejected claims of a document that are told one by one


class Words(NamedTuple):
    """What is wrong and how to mend it, in both languages."""

    zh: str
    en: str
    mend_zh: str
    mend_en: str


@cache
def words() -> dict[str, Words]:
    """Return what is said for each code.

    Examples
    --------
    >>> words()["not_verbatim"].en
    'The quotation does not stand in the text'
    """
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("code"): Words(**row) for row in csv.DictReader(file)}


def unanswered(why: str, file: str, piece: int = 0) -> Finding:
    """Return the finding for a piece that has no answer; `piece` 0 is the whole document."""
    said = words()[why]
    cell = f"#{piece}" if piece else ""
    return Finding(said.en, said.zh, said.mend_en, said.mend_zh, file=file, cell=cell, kind=f"second-{why}")


def rejected(one: Rejected, file: str) -> Finding:
    """Return the finding for a claim that is not kept.

    Examples
    --------
    >>> rejected(Rejected("not_verbatim", "figure", "", "九十个", 3), "a.txt").say("en")
    "a.txt ¶3: figure: The quotation does not stand in the text: '九十个' → nothing to do: it is not used"
    """
    said = words()[one.why]
    what = ".".join(part for part in (one.kind, one.field) if part)
    quote = shown(one.quote)
    return Finding(
        en=(f"{what}: " if what else "") + said.en + (f": '{quote}'" if quote else ""),
        zh=(f"{what}: " if what else "") + said.zh + (f": “{quote}”" if quote else ""),
        mend_en=said.mend_en,
        mend_zh=said.mend_zh,
        file=file,
        cell=f"¶{one.paragraph}" if one.paragraph > 0 else "",
        field=one.field,
        kind=f"second-{one.why}",
        severity="warning",
    )


def all_rejected(found: list[Rejected], file: str) -> list[Finding]:
    """Return findings for the first rejected claims, and one for how many there are beyond them."""
    more = len(found) - FIRST
    told = [rejected(one, file) for one in found[:FIRST]]
    if more <= 0:
        return told
    last = Finding(
        f"{more} further claims are not used", f"另有 {more} 条未采用", "nothing to do", "无需处理",
        file=file, kind="second-more", severity="warning",
    )  # fmt: skip
    return [*told, last]


def shown(text: str) -> str:
    r"""Return words of a model as a message may repeat them: short, on one line, without numbers of persons.

    Examples
    --------
    >>> shown("a\nb" + "c" * 99)
    'a bcccccccccccccccccccccccccccccccccccccc…'
    """
    plain = masked("".join(char if char.isprintable() else " " for char in text[:400]))
    return plain if len(plain) <= SHOWN else f"{plain[: SHOWN + 1]}…"
