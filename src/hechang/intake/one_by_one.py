"""Reading one file after the other: how far it has come, and that no fault of one stops the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hechang.intake.document import Document
from hechang.intake.gazetteer import Gazetteer
from hechang.intake.read import read_file
from hechang.terms.findings import Finding


@dataclass(frozen=True)
class Step:
    """How far a reading has come: files done, of how many, known before, that could not be read."""

    done: int
    all: int
    known: int = 0
    failed: int = 0


Tell = Callable[[Step], None]


def read_one(path: str, places: Gazetteer | None = None) -> tuple[Document | None, bytes, list[Finding]]:
    """Read one file as `read_file` does; a fault nobody foresaw is a finding as well, and not the end of the others."""
    try:
        return read_file(Path(path), path, places)
    except Exception as fault:  # of any reader, also of another package
        return None, b"", [unforeseen(path, fault)]


def unforeseen(path: str, fault: Exception) -> Finding:
    """Return a fault nobody foresaw as a finding."""
    kind = type(fault).__name__
    return Finding(
        en=f"Reading it failed ({kind})",
        zh=f"读取时出错 ({kind})",
        mend_en="save it in another format, and tell who looks after the program",
        mend_zh="请另存为其他格式, 并告知程序维护人员",
        file=path,
        kind="document",
    )


def quiet(step: Step) -> None:
    """Tell nobody how far a reading has come."""
