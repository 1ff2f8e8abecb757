"""Parts of the travel engine that take long to load, loaded when a question needs them."""

from __future__ import annotations

import importlib
from typing import Any


def loaded(name: str) -> Any:
    """Return a module of this package: compiled loops (numba takes a third of a second), or graphs (scipy, as much).

    Examples
    --------
    >>> loaded("graphs").__name__
    'hechang.engines.travel.graphs'
    """
    return importlib.import_module(f"hechang.engines.travel.{name}")
