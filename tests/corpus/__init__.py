"""Malformed and hostile files, made from a seed: each with what has to become of it at the door."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

from corpus import bodies, documents, layers, packs, sheets, texts, values
from corpus.case import Case

LEAST = 500
KINDS = (values, texts, sheets, layers, packs, bodies, documents)


def count() -> int:
    """Files to be tried: `HECHANG_CORPUS`, else those of one seed."""
    return int(os.environ.get("HECHANG_CORPUS", "0"))


def cases() -> Iterator[Case]:
    """Files of one seed after the other, each once, until there are enough."""
    return islice(_distinct(), count()) if count() else (case for kind in KINDS for case in kind.cases(0))


def _distinct() -> Iterator[Case]:
    seen: set[int] = set()
    for seed in range(count()):
        for case in (case for kind in KINDS for case in kind.cases(seed)):
            mark = hash((case.door, case.table, case.file, case.data))
            if mark not in seen:
                seen.add(mark)
                yield case
