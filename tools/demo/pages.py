"""Hand-written texts, read as they stand."""

from __future__ import annotations

from demo.files import HAND


def page(name: str) -> str:
    """Read a hand-written text."""
    return (HAND / name).read_text(encoding="utf-8")
