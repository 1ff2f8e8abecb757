"""hechang 合唱: equal cities put one shared spatial plan into effect and supervise it.

The dozen public names load when they are first used.

Examples
--------
>>> import hechang as hc
>>> hc.tiny().revision
1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hechang.region.example import example
    from hechang.region.opening import create_region as create
    from hechang.region.opening import open_region as open
    from hechang.region.region import Region
    from hechang.region.settings import Settings
    from hechang.region.tiny import tiny
    from hechang.terms.catalogue import cards, check, decision, export, listing, measure, reader

__all__ = [
    "Region", "Settings", "cards", "check", "create", "decision", "example", "export",
    "listing", "measure", "open", "reader", "tiny",
]  # fmt: skip

_HOMES = {
    "Region": ("hechang.region.region", "Region"),
    "Settings": ("hechang.region.settings", "Settings"),
    "open": ("hechang.region.opening", "open_region"),
    "create": ("hechang.region.opening", "create_region"),
    "tiny": ("hechang.region.tiny", "tiny"),
    "example": ("hechang.region.example", "example"),
} | {
    name: ("hechang.terms.catalogue", name)
    for name in ("cards", "check", "decision", "export", "listing", "measure", "reader")
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'hechang' has no attribute '{name}'")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
