"""One item of the review of a layer, what it found, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hechang.terms.findings import Finding

DONE, FAILS, UNKNOWN, NOT_ASKED = "done", "fails", "unknown", "not asked"
WORDS: Mapping[str, tuple[str, str]] = MappingProxyType({
    DONE: ("通过", "done"), FAILS: ("不通过", "fails"), UNKNOWN: ("无法判断", "cannot be judged"),
    NOT_ASKED: ("未要求", "not asked"),
})  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is asked of a submitted layer.

    place: code of the place it is of. totals: declared areas [m²] by class, `all` for the whole. tolerance_m2: what a
    border may be off by. off: per cent a declared area may differ from that of its shape. Assumption: 100 m² and
    0.1 %: an area in a zone of 3 degrees is up to 0.06 % larger than on the ellipsoid.
    """

    place: str = ""
    totals: Mapping[str, float] = field(default_factory=dict)
    tolerance_m2: float = 100.0
    off: float = 0.1


@dataclass(frozen=True)
class Outcome:
    """What an item came to: done, fails, unknown or not asked; `why` (zh, en) where it is not judged."""

    status: str
    findings: list[Finding] = field(default_factory=list)
    why: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Item:
    """One item of the checklist with its outcome."""

    id: str
    zh: str
    en: str
    status: str
    findings: list[Finding]
    why: tuple[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return the item as plain values."""
        plain = {name: getattr(self, name) for name in ("id", "zh", "en", "status")}
        told = [one.as_dict() for one in self.findings]
        return plain | {"why": self.why[0], "why_en": self.why[1], "findings": told}


def rows_of(items: list[Item], lang: str) -> list[dict[str, Any]]:
    """Rows of a table: one a finding, and one for each item without any.

    Examples
    --------
    >>> rows_of([Item("files", "文件", "Files", DONE, [], ("", ""))], "zh")
    [{'number': 1, 'item': '文件', 'status': '通过', 'where': '', 'said': '', 'mend': ''}]
    """
    at = 0 if lang == "zh" else 1
    made = []
    for number, item in enumerate(items, start=1):
        head = {"number": number, "item": (item.zh, item.en)[at], "status": WORDS[item.status][at]}
        told = [{"where": one.where(), "said": (one.zh, one.en)[at], "mend": (one.mend_zh, one.mend_en)[at]}
                for one in item.findings]  # fmt: skip
        made += [head | row for row in told or [{"where": "", "said": item.why[at], "mend": ""}]]
    return made


def as_markdown(items: list[Item], head: str, lang: str) -> str:
    """Write the checklist as Markdown: a table of the items, then the findings of each.

    Examples
    --------
    >>> print(as_markdown([Item("files", "文件", "Files", DONE, [], ("", ""))], "a.gpkg", "en"))
    # Review: a.gpkg
    <BLANKLINE>
    | no. | item | result | findings |
    | --- | --- | --- | --- |
    | 1 | Files | done | 0 |
    <BLANKLINE>
    """
    at = 0 if lang == "zh" else 1
    title, columns = (
        ("成果审查", "| 序号 | 审查项 | 结论 | 问题数 |"),
        ("Review", "| no. | item | result | findings |"),
    )[at]
    lines = [f"# {title}: {head}", "", columns, "| --- | --- | --- | --- |"]
    for number, item in enumerate(items, start=1):
        why = f" ({item.why[at]})" if item.why[at] else ""
        lines.append(f"| {number} | {(item.zh, item.en)[at]} | {WORDS[item.status][at]}{why} | {len(item.findings)} |")
    for item in items:
        if item.findings:
            lines += ["", f"## {(item.zh, item.en)[at]}", ""]
            lines += [f"- {_plain(one.say(lang))}" for one in item.findings]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Text of a file in Markdown: nothing in it formats."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|" else " " if c in "\r\n" else c for c in text)
