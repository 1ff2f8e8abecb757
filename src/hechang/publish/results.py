"""A region with the results already worked out on it: same revision, same options, same result, so they are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pandas as pd

from hechang.region.region import Region
from hechang.store.readers import reader
from hechang.terms.findings import Finding

T = TypeVar("T")


@dataclass(frozen=True)
class Results:
    """What the views of one revision, day, branch and reader work on."""

    region: Region
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def measure(self, id: str, **options: Any) -> pd.DataFrame:
        """Return a measure, worked out once."""
        return self.once(("measure", id, *sorted(options.items())), lambda: self.region.measure(id, **options))

    def listing(self, id: str, **options: Any) -> pd.DataFrame:
        """Return a list 清单, worked out once."""
        return self.once(("list", id, *sorted(options.items())), lambda: self.region.listing(id, **options))

    def findings(self) -> list[Finding]:
        """Return the findings of all data checks, worked out once."""
        return self.once("findings", self.region.check)

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """Return what was kept under `key`, making it first where it is not there."""
        if key not in self.kept:
            self.kept[key] = make()
        found: T = self.kept[key]
        return found


@dataclass(frozen=True)
class Asked:
    """What a page is asked for: on which results, about what, and the rest of its address."""

    results: Results
    ids: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def region(self) -> Region:
        """The region behind the results."""
        return self.results.region


def for_public(region: Region) -> Region:
    """Return the region as everybody may see it: rows of clearance 0 公开 only.

    Examples
    --------
    >>> from hechang import tiny
    >>> for_public(tiny()).reader.name
    'public'
    """
    return replace(region, reader=reader("public"))
