"""Every error a user can meet, as one tree.

    HechangError
    ├── InputError        the data or the file is at fault            exit 1
    │   ├── NotKnown      a name, card, row or place does not exist
    │   ├── FileFault     a file cannot be read
    │   └── Refused       findings stop an edit or an import
    ├── Forbidden         the right to do that is missing
    ├── Conflict          somebody else changed the row meanwhile
    ├── StoreError        the region itself cannot be opened or kept
    │   ├── AuditBroken   history was cut or rewritten
    │   ├── NoRoom        the disk is full
    │   └── Busy          too much is waiting; try again shortly
    └── UsageError        the command was put wrongly                 exit 2

A message says what, where and how to mend it, in both languages.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hechang.terms.findings import Finding


class HechangError(Exception):
    """Root of the tree; `en` and `zh` hold the message in both languages.

    Examples
    --------
    >>> InputError("No such file: a.xlsx", "没有这个文件: a.xlsx").say("zh")
    '没有这个文件: a.xlsx'
    """

    recorded = False  # whether the audit log holds a record of it already

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh

    def say(self, lang: str) -> str:
        """Return the message in `lang` (`zh` or `en`)."""
        return self.zh if lang == "zh" else self.en


class InputError(HechangError):
    """The data or the file is at fault."""


class NotKnown(InputError):
    """A name, card, row or place does not exist."""


class FileFault(InputError):
    """A file cannot be read."""


class Refused(InputError):
    """Findings stop an edit or an import; `findings` holds all of them."""

    def __init__(self, en: str, zh: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(en, zh)
        self.findings = list(findings)


class Forbidden(HechangError):
    """The right to do that is missing; what may not even be read is NotKnown."""


class Conflict(HechangError):
    """Somebody else changed the row meanwhile."""


class StoreError(HechangError):
    """The region itself cannot be opened or kept."""


class NoRoom(StoreError):
    """The disk is full; what is there can still be read."""


class Busy(StoreError):
    """Too much is waiting; the same request may be sent again shortly."""


class AuditBroken(StoreError):
    """History was cut or rewritten."""


class UsageError(HechangError):
    """The command was put wrongly."""


SAID_BACK = 80  # characters of a name nobody knows that a message repeats


def not_known(what_en: str, what_zh: str, name: str, known: Iterable[str], see: str = "") -> NotKnown:
    """Make the error for an unknown name, with the nearest known one.

    Examples
    --------
    >>> not_known("measure", "指标", "rail-reech", ["rail-reach"], "hechang catalogue").en
    "No measure is called 'rail-reech'. Did you mean 'rail-reach'? See all with: hechang catalogue"
    """
    near = difflib.get_close_matches(name, list(known), n=1)
    name = name if len(name) <= SAID_BACK else f"{name[:SAID_BACK]}…"
    en = f"No {what_en} is called '{name}'."
    zh = f"没有名为“{name}”的{what_zh}。"
    if near:
        en += f" Did you mean '{near[0]}'?"
        zh += f"是否指“{near[0]}”?"
    if see:
        en += f" See all with: {see}"
        zh += f"全部名称见: {see}"
    return NotKnown(en, zh)
