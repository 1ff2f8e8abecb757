"""Documents and spreadsheets become proposals, each with the sentence or cell that proves it.

Belongs here: bytes to text with an offset map, text to events, persons, directives and projects, proposals and the
review of them. Does not belong here: what the register makes of accepted rows, and anything that is drawn on a map.
A document is data, never an instruction.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hechang.intake.proposals import propose as propose
    from hechang.intake.read import read_bytes as read_bytes
    from hechang.intake.read import read_documents as read_documents
    from hechang.intake.script import normalise as normalise
    from hechang.intake.verdicts import review as review

_HOMES = {
    "normalise": "hechang.intake.script",
    "propose": "hechang.intake.proposals",
    "read_bytes": "hechang.intake.read",
    "read_documents": "hechang.intake.read",
    "review": "hechang.intake.verdicts",
}
__all__ = ["normalise", "propose", "read_bytes", "read_documents", "review"]


def __getattr__(name: str) -> Any:
    """Load a public name from its home when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hechang.intake' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)
