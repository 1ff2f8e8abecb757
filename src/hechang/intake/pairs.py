"""The pairs of Chinese characters a document has: they tell whether a word was cut in two at some place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from operator import add

from hechang.intake.labels import verbs

_CJK = "\u3400-\u9fff"
_RUN = re.compile(f"[{_CJK}]{{2,}}")


@cache
def _known() -> frozenset[str]:
    return frozenset("".join(pair) for verb in verbs() for pair in pairwise(verb))


@dataclass(frozen=True)
class Pairs:
    """The pairs of one text, line ends and marks between them; and those of the verbs of the dictionary."""

    text: str

    @cached_property
    def found(self) -> frozenset[str]:
        """All characters with the one behind them."""
        return frozenset(map(add, self.text, self.text[1:]))

    def joins(self, left: str, right: str) -> bool:
        """Tell whether two characters stand side by side elsewhere.

        Examples
        --------
        >>> Pairs("加快建设").joins("建", "设"), Pairs("加快建设").joins("快", "设")
        (True, False)
        """
        pair = left + right
        return pair in _known() or (pair in self.found and _RUN.fullmatch(pair) is not None)
