"""Merkle trees after RFC 9162: digests in, roots and proofs out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

EMPTY = hashlib.sha256(b"").digest()
WIDTH = 32  # bytes of a digest


class Frontier(NamedTuple):
    """What is needed to go on with a tree: the roots of its full subtrees, the largest first (32 bytes each)."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """Root of the tree so far."""
        if not self.nodes:
            return EMPTY
        found = self.nodes[-1]
        for left in self.nodes[-2::-1]:
            found = parent(left, found)
        return found


def leaf(data: bytes) -> bytes:
    """Hash of one leaf (32 bytes).

    Examples
    --------
    >>> leaf(b"").hex()[:8]
    '6e340b9c'
    """
    return hashlib.sha256(b"\x00" + data).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (32 bytes)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


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
    while len(level) > WIDTH:
        level = _above(level)
    return level


def _above(level: bytes) -> bytes:
    sha = hashlib.sha256
    even = len(level) - len(level) % 64
    parents = [sha(b"\x01" + level[at : at + 64]).digest() for at in range(0, even, 64)]
    return b"".join(parents) + level[even:]


def append(tree: Frontier, digest: bytes) -> Frontier:
    """Return the tree with one leaf more; of its 2 ^ n leaves only as many nodes are kept as `size` has ones.

    Examples
    --------
    >>> tree = Frontier()
    >>> for letter in (b"a", b"b", b"c"):
    ...     tree = append(tree, leaf(letter))
    >>> tree.size, len(tree.nodes), tree.root == root([leaf(b"a"), leaf(b"b"), leaf(b"c")])
    (3, 2, True)
    """
    return extend(tree, digest)


def extend(tree: Frontier, digests: bytes) -> Frontier:
    """Return the tree with many leaves more (32 bytes each, joined).

    Examples
    --------
    >>> several = b"".join(leaf(bytes([n])) for n in range(11))
    >>> extend(extend(Frontier(), several[: 5 * 32]), several[5 * 32 :]) == extend(Frontier(), several)
    True
    """
    size, nodes, at, left = tree.size, list(tree.nodes), 0, len(digests) // WIDTH
    while left:
        fits = 1 << (left.bit_length() - 1)  # the largest full subtree that may begin at this leaf
        count = min(size & -size, fits) if size else fits
        nodes.append(root([digests[at * WIDTH : (at + count) * WIDTH]]))
        size, at, left = size + count, at + count, left - count
        while len(nodes) > size.bit_count():  # two subtrees of one size make the next one
            right = nodes.pop()
            nodes[-1] = parent(nodes[-1], right)
    return Frontier(size, tuple(nodes))


def inclusion(digests: bytes, index: int) -> list[bytes]:
    """Return the path that leads from leaf `index` (from 0) to the root of the tree over all `digests`.

    Source: RFC 9162, section 2.1.3.1. Raises IndexError where there is no such leaf.

    Examples
    --------
    >>> a, b, c = leaf(b"a"), leaf(b"b"), leaf(b"c")
    >>> inclusion(a + b + c, 2) == [parent(a, b)]
    True
    """
    return inclusions(digests, [index])[0]


def inclusions(digests: bytes, indexes: Sequence[int]) -> list[list[bytes]]:
    """Return the paths of several leaves, as `inclusion` does of one; the tree is built once."""
    for index in indexes:
        if not 0 <= index < len(digests) // WIDTH:
            raise IndexError(index)
    level, at = digests, list(indexes)
    paths: list[list[bytes]] = [[] for _ in at]
    while len(level) > WIDTH:
        for path, index in zip(paths, at, strict=True):
            beside = (index ^ 1) * WIDTH
            if beside < len(level):
                path.append(level[beside : beside + WIDTH])
        level, at = _above(level), [index >> 1 for index in at]
    return paths


def included(digest: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a leaf, its number (from 0) and its path make; None where the path cannot belong to them.

    Source: RFC 9162, section 2.1.3.2: the proof holds when this equals the root one trusts.

    Examples
    --------
    >>> a, b, c = leaf(b"a"), leaf(b"b"), leaf(b"c")
    >>> included(c, 2, 3, [parent(a, b)]) == root([a, b, c]), included(c, 3, 3, [])
    (True, None)
    """
    if not 0 <= index < size:
        return None
    last, found = size - 1, digest
    for beside in path:
        if not last:
            return None
        if index & 1 or index == last:
            found = parent(beside, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = parent(found, beside)
        index, last = index >> 1, last >> 1
    return None if last else found


def consistency(digests: bytes, old: int) -> list[bytes]:
    """Return the proof that the tree over all `digests` goes on from the tree over its first `old` leaves.

    Source: RFC 9162, section 2.1.4.1. Raises IndexError where the old tree is empty or larger than the new one.

    Examples
    --------
    >>> a, b, c = leaf(b"a"), leaf(b"b"), leaf(b"c")
    >>> consistency(a + b + c, 2) == [c], consistency(a + b + c, 3)
    (True, [])
    """
    size = len(digests) // WIDTH
    if not 0 < old <= size:
        raise IndexError(old)
    if old == size:
        return []
    path: list[bytes] = []
    level, index = digests, old - 1
    while index & 1:  # up to the last full subtree of the old tree
        level, index = _above(level), index >> 1
    if index:  # else that subtree is the old tree itself, whose root is known
        path.append(level[index * WIDTH : (index + 1) * WIDTH])
    while len(level) > WIDTH:
        beside = (index ^ 1) * WIDTH
        if beside < len(level):
            path.append(level[beside : beside + WIDTH])
        level, index = _above(level), index >> 1
    return path


def consistent(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that tree `new` goes on from tree `old`, both as (size, root).

    Source: RFC 9162, section 2.1.4.2. Every tree goes on from the empty one.

    Examples
    --------
    >>> a, b, c = leaf(b"a"), leaf(b"b"), leaf(b"c")
    >>> two, three = (2, root([a, b])), (3, root([a, b, c]))
    >>> consistent(two, three, [c]), consistent(two, three, [b]), consistent(three, three, [])
    (True, False, True)
    """
    if old in (new, (0, EMPTY)):
        return not path
    if not path or not 0 < old[0] < new[0]:
        return False
    whole = old[0] & (old[0] - 1) == 0  # a power of two: the old root is the first node
    return _both([old[1], *path] if whole else list(path), old, new)


def _both(nodes: list[bytes], old: tuple[int, bytes], new: tuple[int, bytes]) -> bool:
    """Work out the old and the new root from one path and compare them."""
    index, last = old[0] - 1, new[0] - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    before = after = nodes[0]
    for beside in nodes[1:]:
        if not last:
            return False
        if index & 1 or index == last:
            before, after = parent(beside, before), parent(beside, after)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            after = parent(after, beside)
        index, last = index >> 1, last >> 1
    return not last and (before, after) == (old[1], new[1])


def roots(digests: bytes, sizes: Iterable[int]) -> dict[int, bytes]:
    """Return the roots over the first so many leaves, by their number; sizes beyond the last leaf are left out.

    Examples
    --------
    >>> a, b = leaf(b"a"), leaf(b"b")
    >>> roots(a + b, [1, 2, 3]) == {1: a, 2: parent(a, b)}
    True
    """
    found, tree = {}, Frontier()
    for size in sorted(set(sizes)):
        if size * WIDTH <= len(digests):
            tree = extend(tree, digests[tree.size * WIDTH : size * WIDTH])
            found[size] = tree.root
    return found
