"""Identifiers: ULIDs from an injected generator, content hashes."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PAIRS = [a + b for a in ALPHABET for b in ALPHABET]
IdMaker = Callable[[], str]


def ulid(milliseconds: int, randomness: int) -> str:
    """Write a ULID: 48 bits of time [ms since 1970], 80 random bits, 26 characters of Crockford base 32.

    Examples
    --------
    >>> ulid(0, 1)
    '00000000000000000000000001'
    """
    return _text(milliseconds, 10) + _text(randomness, 16)


def _text(number: int, length: int) -> str:
    return "".join([PAIRS[(number >> shift) & 1023] for shift in range(5 * length - 10, -1, -10)])


def id_maker(seed: int | None = None, clock: Callable[[], float] = time.time, start: int = 0) -> IdMaker:
    """Return a generator of increasing ULIDs; a `seed` makes the sequence repeatable, counting from `start`.

    Examples
    --------
    >>> make = id_maker(seed=1)
    >>> a, b = make(), make()
    >>> a < b and len(a) == 26
    True
    """
    source: random.Random = random.SystemRandom() if seed is None else random.Random(seed)
    last = [start, 0]
    stamp = [""]  # the time as text, the same for all ids of one millisecond
    alone = threading.Lock()  # one generator serves all threads of a region

    def make() -> str:
        with alone:
            now = last[0] + 1 if seed is not None else int(clock() * 1000)
            if now <= last[0]:  # same millisecond, or the clock went back: keep the order by counting up
                last[1] += 1
            else:
                last[0], last[1] = now, source.getrandbits(79)
                stamp[0] = _text(now, 10)
            return stamp[0] + _text(last[1], 16)

    return make


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of `data` in hexadecimal (64 characters)."""
    return hashlib.sha256(data).hexdigest()
