"""Routes that answer in JSON, CSV or GeoJSON; bodies of cards are those of `Region.answer`. One file, one `router`."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from fastapi import APIRouter


def routers() -> list[APIRouter]:
    """Return the routers of all files of this folder, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [import_module(f"{__name__}.{name}").router for name in names]
