"""Steps of a long work: each page of a scan may take as long as a whole file of another kind."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

REPORT: ContextVar[Callable[[], None] | None] = ContextVar("REPORT", default=None)


def step() -> None:
    """Say that another step begins: the time allowed counts anew. Nothing happens outside the limited process.

    Examples
    --------
    >>> step()
    """
    report = REPORT.get()
    if report is not None:
        report()
