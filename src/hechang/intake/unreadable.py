"""Why a document cannot be read, in the words of `words/unreadable.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from hechang.intake.limited.process import Fault
from hechang.terms.findings import Finding

WORDS = Path(__file__).parent / "words"
SHOWN = 60  # characters of a name that a message repeats


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    with (WORDS / "unreadable.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["kind"]: row for row in csv.DictReader(file)})


def unreadable(kind: str, at: str | tuple[str, str] = "", **words: str | int) -> Fault:
    """Make the error that says why a document cannot be read; `at` is the part of it, or (en, zh).

    Examples
    --------
    >>> unreadable("cut", at=("page 3", "第3页")).say("zh")
    '文件不完整或已损坏(第3页) → 请重新索取文件, 或打开后重新保存'
    """
    row = _words()[kind]
    en, zh = (at, at) if isinstance(at, str) else at
    known = {
        "at_en": f" ({en})" if en else "",
        "at_zh": f"({zh})" if zh else "",
        **{name: _shown(str(word)) for name, word in words.items()},
    }
    said = {name: row[name].format_map(known) for name in ("en", "zh", "mend_en", "mend_zh")}
    return Fault(
        {
            "en": f"{said['en']} → {said['mend_en']}",
            "zh": f"{said['zh']} → {said['mend_zh']}",
            "place": en,
            "kind": kind,
        }
    )


def _shown(word: str) -> str:
    plain = "".join(char if char.isprintable() else "�" for char in " ".join(word.split()))
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def remark(en: str, zh: str, mend: tuple[str, str], kind: str, cell: str = "") -> Finding:
    """Make a warning about a document that was read all the same; its name is filled in later."""
    return Finding(en=en, zh=zh, mend_en=mend[0], mend_zh=mend[1], cell=cell, kind=kind, severity="warning")
