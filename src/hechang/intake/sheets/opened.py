"""A stranger's file opened in the limited process; whatever ends it there becomes one message."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from hechang.intake.limited.process import Bounds, Broken, Fault, call
from hechang.intake.sheets import limits
from hechang.intake.sheets.faults import file_fault
from hechang.terms.errors import FileFault

BOUNDS = Bounds(limits.SECONDS, limits.MEMORY)
_OWN = re.compile(r"(?m)^\w+(?:\.\w+)*: |['\"]?/[^\s'\"]*/layer\.\w+['\"]?:? ?")
_LIMITS = {"file-cell": limits.CELL, "layer-rows": limits.ROWS, "layer-many": limits.LAYERS}


def opened(job: str, *args: str, shown: str, unreadable: str = "file-unreadable") -> Any:
    """Do a job on a file in a process of bounded memory and time.

    Parameters
    ----------
    job
        `module:function`, which gets `args`.
    shown
        Name of the file in messages.
    unreadable
        Kind of the fault where a library refuses the file.

    Raises
    ------
    FileFault
        for whatever stops it.
    """
    try:
        return call(job, *args, bounds=BOUNDS)
    except Fault as fault:
        raise FileFault(f"{shown}: {fault.en}", f"{shown}: {fault.zh}") from fault
    except Broken as ended:
        raise _child_fault(ended.code, ended.said, shown, unreadable) from ended


def _child_fault(code: int, said: str, shown: str, unreadable: str) -> Exception:
    if code == -24:  # SIGXCPU
        return file_fault("file-time", file=shown, limit=limits.SECONDS)
    if code < 0 or "memory" in said.lower():
        return file_fault("file-memory", file=shown, limit=limits.MEMORY)
    if "PasswordError" in said:
        return file_fault("file-password", file=shown)
    if said.startswith("FAULT "):
        return file_fault(said.split()[1], file=shown, limit=_LIMITS.get(said.split()[1], limits.COLUMNS))
    if "BadZipFile" in said or "ZipError" in said or "ParseError" in said or "XmlError" in said:
        return file_fault("file-cut", file=shown, why=_last_line(said))
    return file_fault(unreadable, file=shown, why=_last_line(said))


def _last_line(said: str) -> str:
    """What a reader said, without the name of its error and of the copy it read."""
    lines = _OWN.sub("", said.strip()).splitlines()
    return lines[-1][:120] if lines else "?"


def file_hash(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def cells_of(made: dict[str, Any], first: int) -> pd.DataFrame:
    """Columns as the limited process gives them, index from `first`: categories of text."""
    index = pd.RangeIndex(first, first + made["rows"])
    columns = {
        at: pd.Categorical.from_codes(column["codes"], column["values"]) for at, column in enumerate(made["columns"])
    }
    return pd.DataFrame(columns, index=index)
