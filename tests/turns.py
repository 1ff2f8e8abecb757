"""How much of what is tried over and over a run takes: CI a third, in turn; `make nightly` all (HECHANG_TURNS=1)."""

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
TURNS = int(os.environ.get("HECHANG_TURNS", "3"))


def some(of: Iterable[T], turn: str) -> list[T]:
    """Take a share that is another one for each `turn` (its name), and the same in every run.

    >>> len(some(range(9), "a")) in (3, 9)
    True
    """
    return list(of)[sum(turn.encode()) % TURNS :: TURNS]
