"""What can be wrong with a sheet, in the words of `faults.csv`; every fault says where it is and how to mend it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding
from hechang.terms.specs import Table

Word = str | int | tuple[str, str]  # a tuple is (en, zh)
SHOWN = 60  # characters of a value that a message repeats
FAULTS_OF_ONE_KIND = 500  # findings listed per column and kind; the rest is counted


@dataclass(frozen=True)
class Kind:
    """One kind of fault: its severity, its words and its mends."""

    severity: str
    en: str
    zh: str
    mend_en: str
    mend_zh: str


@dataclass(frozen=True)
class Where:
    """Place of a fault; empty parts are not known."""

    file: str = ""
    sheet: str = ""
    cell: str = ""
    table: str = ""
    field: str = ""


@cache
def kinds() -> Mapping[str, Kind]:
    """Return all kinds of faults by name.

    Examples
    --------
    >>> kinds()["negative"].severity
    'error'
    """
    text = files("hechang.intake.sheets").joinpath("faults.csv").read_text(encoding="utf-8")
    return MappingProxyType({row.pop("kind"): Kind(**row) for row in csv.DictReader(text.splitlines())})


def _short(word: str) -> str:
    plain = "".join(c if c.isprintable() else "�" for c in " ".join(word.split()))
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def _say(form: str, lang: int, words: Mapping[str, Word]) -> str:
    chosen = {k: v[lang] if isinstance(v, tuple) else str(v) for k, v in words.items()}
    cut = {k: _short(v) if k in ("value", "near", "title") else v for k, v in chosen.items()}
    return form.format_map(cut)


def fault(kind: str, where: Where, **words: Word) -> Finding:
    """Make one finding; `value` is what stands there, other words fill the message.

    Examples
    --------
    >>> fault("negative", Where("a.xlsx", "项目", "K7"), value="-12", title=("Total", "总投资")).say("zh")
    'a.xlsx 项目!K7: 总投资 为负数: -12 → 请填写正数'
    """
    form, words = kinds()[kind], {"hint": "", **words}
    value = words.get("value", "")
    return Finding(
        en=_say(form.en, 0, words),
        zh=_say(form.zh, 1, words),
        mend_en=_say(form.mend_en, 0, words),
        mend_zh=_say(form.mend_zh, 1, words),
        file=where.file,
        sheet=where.sheet,
        cell=where.cell,
        table=where.table,
        field=where.field,
        value=value[0] if isinstance(value, tuple) else str(value),
        kind=kind,
        severity=form.severity,
    )


def file_fault(kind: str, **words: Word) -> FileFault:
    """Make the error that says why a whole file cannot be read.

    Examples
    --------
    >>> file_fault("file-empty", file="a.xlsx").say("en")
    'a.xlsx is empty (0 bytes) → ask the sender for the file again'
    """
    made = fault(kind, Where(), **words)
    return FileFault(made.say("en"), made.say("zh"))


def remaining(count: int, example: Finding, title: tuple[str, str]) -> Finding:
    """Make the finding that counts what is not listed one by one."""
    where = Where(example.file, example.sheet, "", example.table, example.field)
    return replace(fault("more", where, count=count, title=title), severity=example.severity)


def both(spec: Table) -> dict[str, Word]:
    """Return the name of a table as the words `table` and `table_zh` of a message."""
    return {"table": spec.name, "table_zh": spec.zh}
