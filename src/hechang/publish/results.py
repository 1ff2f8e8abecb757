"""A region with the results already worked out on it: same revision, same options, same result, so they are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pandas as pd

from hechang.publish.rows import Row, records
from hechang.region.region import Region
from hechang.store.readers import reader
from hechang.store.rests import Kept
from hechang.terms.findings import Finding
from hechang.terms.specs import table as spec

T = TypeVar("T")


@dataclass(frozen=True)
class Results:
    """What the views of one revision, day, branch and reader work on.

    `whole` says that all rows will be asked for, page after page: tables are then read once, not once a page.
    """

    region: Region
    whole: bool = False
    kept: Kept = field(default_factory=Kept, repr=False, compare=False)

    def measure(self, id: str, **options: Any) -> pd.DataFrame:
        """Return a measure, worked out once."""
        return self.once(("measure", id, *sorted(options.items())), lambda: self.region.measure(id, **options))

    def listing(self, id: str, **options: Any) -> pd.DataFrame:
        """Return a list 清单, worked out once."""
        return self.once(("list", id, *sorted(options.items())), lambda: self.region.listing(id, **options))

    def findings(self) -> list[Finding]:
        """Return the findings of all data checks, worked out once."""
        return self.once("findings", self.region.check)

    def rows(self, table: str, column: str, value: str) -> list[Row]:
        """Return the rows of a table whose `column` has a value, shapes left out, oldest validity first."""
        columns = [name for name in spec(table).columns if name not in ("geometry", "id")]
        if not self.whole:
            return records(self.region.table(table, columns=columns, where={column: value}).sort_values("valid_from"))
        return self.once(("rows", table, column), lambda: self._grouped(table, columns, column)).get(value, [])

    def _grouped(self, table: str, columns: list[str], column: str) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in records(self.region.table(table, columns=columns).sort_values("valid_from")):
            found.setdefault(row[column], []).append(row)
        return found

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """Return what was kept under `key`, making it first where it is not there."""
        return self.kept.once(key, make)


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
