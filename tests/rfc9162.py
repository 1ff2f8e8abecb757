"""Merkle trees a second time, written straight from the definitions of RFC 9162, section 2.1, as they stand there.

Slow on purpose: recursion over lists of entries, nothing shared with the program that is tested.
"""

from hashlib import sha256


def largest_power_below(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def mth(entries):
    """2.1.1: Merkle Tree Hash of a list of entries."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = largest_power_below(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m, entries):
    """2.1.3.1: inclusion proof for entry m."""
    if len(entries) == 1:
        return []
    k = largest_power_below(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m, entries):
    """2.1.4.1: consistency proof for the first m entries."""
    return subproof(m, entries, True)


def subproof(m, entries, known):
    if m == len(entries):
        return [] if known else [mth(entries)]
    k = largest_power_below(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], known), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def root_of_inclusion(m, n, leaf, nodes):
    """The recursion of `path` read backwards: the root that an entry's hash and its proof make."""
    if n == 1:
        assert not nodes
        return leaf
    k = largest_power_below(n)
    if m < k:
        return sha256(b"\x01" + root_of_inclusion(m, k, leaf, nodes[:-1]) + nodes[-1]).digest()
    return sha256(b"\x01" + nodes[-1] + root_of_inclusion(m - k, n - k, leaf, nodes[:-1])).digest()


def roots_of_consistency(m, n, old, nodes):
    """The recursion of `subproof` read backwards: both roots; `old` is the old root where it is known, else None."""
    if m == n:
        if old is not None:
            assert not nodes
            return old, old
        (only,) = nodes
        return only, only
    k = largest_power_below(n)
    if m <= k:
        before, after = roots_of_consistency(m, k, old, nodes[:-1])
        return before, sha256(b"\x01" + after + nodes[-1]).digest()
    before, after = roots_of_consistency(m - k, n - k, None, nodes[:-1])
    return sha256(b"\x01" + nodes[-1] + before).digest(), sha256(b"\x01" + nodes[-1] + after).digest()
