"""The command line: every verb answers in Chinese or English, for people or as one JSON document."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 the data is at fault, 2 wrong usage.

    Examples
    --------
    >>> main(["round", "open", "2022-09", "--lang", "en"])
    2
    """
    try:
        from hechang.cli.faults import guarded
    except KeyboardInterrupt:  # before there is anything to tell
        return 1
    return guarded(list(sys.argv[1:] if argv is None else argv))
