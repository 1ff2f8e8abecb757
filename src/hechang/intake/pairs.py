"""The pairs of Chinese characters a document has: they tell whether a word was cut in two at some place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from hechang.intake.labels import verbs

_CJK = "\u3400-\u9fff"
_RUN = re.compile(f"[{_CJK}]{{2,}}")


def _pairs(runs: Iterable[str]) -> Iterator[str]:
    for run in runs:
        yield from map("".join, pairwise(run))


@cache
def _known() -> frozenset[str]:
    return frozenset(_pairs(verbs()))


@dataclass(frozen=True)
class Pairs:
    """The pairs of one text, line ends and marks between them; and those of the verbs of the dictionary."""

    text: str

    @cached_property
    def found(self) -> frozenset[str]:
        """All pairs inside runs of Chinese characters."""
        return frozenset(_pairs(_RUN.findall(self.text)))

    def joins(self, left: str, right: str) -> bool:
        """Tell whether two characters stand side by side elsewhere.

        Examples
        --------
        >>> Pairs("加快建设").joins("建", "设"), Pairs("加快建设").joins("快", "设")
        (True, False)
        """
        return left + right in self.found or left + right in _known()
