"""A finding: one thing that is wrong with the data, where it stands and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from hechang.terms.errors import Refused


@dataclass(frozen=True)
class Finding:
    """One fault in a file or a row; `cell` is a cell (`B7`), a line number or a character span.

    Examples
    --------
    >>> f = Finding(en="'soon' is no date", zh="“soon”不是日期", file="a.xlsx", sheet="项目", cell="B7")
    >>> f.where()
    'a.xlsx 项目!B7'
    """

    en: str
    zh: str
    mend_en: str = ""
    mend_zh: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    table: str = ""
    id: str = ""
    field: str = ""
    value: str = ""
    kind: str = ""
    severity: str = "error"  # error stops an import, warning does not

    def where(self) -> str:
        """Return the place as one string, empty parts left out."""
        cell = f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.sheet or self.cell
        row = f"{self.table} {self.id}".strip() if self.table and not self.file else ""
        return " ".join(part for part in (self.file, cell, row) if part)

    def say(self, lang: str) -> str:
        """Return place, fault and mend in one line of `lang`."""
        fault, mend = (self.zh, self.mend_zh) if lang == "zh" else (self.en, self.mend_en)
        return ": ".join(part for part in (self.where(), fault) if part) + (f" → {mend}" if mend else "")

    def as_dict(self) -> dict[str, str]:
        """Return the finding as a plain dictionary, for JSON."""
        return asdict(self)


def errors(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that stop an edit."""
    return [f for f in findings if f.severity == "error"]


def refuse(findings: Sequence[Finding], what_en: str, what_zh: str) -> None:
    """Raise `Refused` when a finding stops the edit; say nothing otherwise."""
    stopping = errors(findings)
    if stopping:
        first = stopping[0]
        more_en = f" (and {len(stopping) - 1} more)" if len(stopping) > 1 else ""
        more_zh = f"(另有 {len(stopping) - 1} 处)" if len(stopping) > 1 else ""
        raise Refused(f"{what_en}: {first.say('en')}{more_en}", f"{what_zh}: {first.say('zh')}{more_zh}", findings)
