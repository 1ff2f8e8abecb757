"""Merkle trees after RFC 9162: digests in, root out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

EMPTY = hashlib.sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """Hash of one leaf (32 bytes).

    Examples
    --------
    >>> leaf(b"").hex()[:8]
    '6e340b9c'
    """
    return hashlib.sha256(b"\x00" + data).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Root of the tree over leaf digests (32 bytes each); an odd last node moves up unchanged.

    That shape equals the recursive split of RFC 9162 at the largest power of two.

    Examples
    --------
    >>> root([leaf(b"a")]) == leaf(b"a"), root([]) == EMPTY
    (True, True)
    """
    level = b"".join(leaves)
    if not level:
        return EMPTY
    sha = hashlib.sha256
    while len(level) > 32:
        even = len(level) - len(level) % 64
        parents = [sha(b"\x01" + level[at : at + 64]).digest() for at in range(0, even, 64)]
        level = b"".join(parents) + level[even:]
    return level
