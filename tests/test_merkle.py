"""Two implementations of RFC 9162 agree: ours on digests, and one written from the words of the RFC."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rfc9162
from hechang.engines import merkle

trees = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


def digests(entries):
    return b"".join(merkle.leaf(entry) for entry in entries)


@settings(max_examples=300, deadline=None)
@given(trees, st.data())
def test_roots_paths_and_proofs_are_those_of_the_rfc(entries, data):
    m = data.draw(st.integers(0, len(entries) - 1))
    whole = digests(entries)
    assert merkle.root([whole]) == rfc9162.mth(entries)
    path = merkle.inclusion(whole, m)
    assert path == rfc9162.path(m, entries)
    leaf = merkle.leaf(entries[m])
    assert merkle.included(leaf, m, len(entries), path) == rfc9162.mth(entries)
    assert rfc9162.root_of_inclusion(m, len(entries), leaf, path) == rfc9162.mth(entries)
    proof = merkle.consistency(whole, m + 1)
    assert proof == rfc9162.proof(m + 1, entries)
    old, new = rfc9162.mth(entries[: m + 1]), rfc9162.mth(entries)
    assert rfc9162.roots_of_consistency(m + 1, len(entries), old, proof) == (old, new)
    assert merkle.consistent((m + 1, old), (len(entries), new), proof)


@settings(max_examples=200, deadline=None)
@given(trees, st.data())
def test_a_tree_grown_in_pieces_is_the_tree_built_at_once(entries, data):
    tree, at = merkle.Frontier(), 0
    while at < len(entries):
        step = data.draw(st.integers(1, len(entries) - at))
        tree = merkle.extend(tree, digests(entries[at : at + step]))
        at += step
        assert tree.root == rfc9162.mth(entries[:at])
        assert len(tree.nodes) == at.bit_count()
    one = merkle.Frontier()
    for entry in entries:
        one = merkle.append(one, merkle.leaf(entry))
    assert one == tree


@settings(max_examples=300, deadline=None)
@given(trees, st.data())
def test_a_proof_that_was_touched_proves_nothing(entries, data):
    n = len(entries)
    m = data.draw(st.integers(0, n - 1))
    whole, root = digests(entries), rfc9162.mth(entries)
    leaf, path = merkle.leaf(entries[m]), merkle.inclusion(whole, m)
    rng = random.Random(data.draw(st.integers(0, 10**6)))
    for wrong in touched(path, rng):
        assert merkle.included(leaf, m, n, wrong) != root
    old = (m + 1, rfc9162.mth(entries[: m + 1]))
    proof = merkle.consistency(whole, m + 1)
    for wrong in touched(proof, rng):
        assert not merkle.consistent(old, (n, root), wrong)
    assert not merkle.consistent((m + 1, bytes(32)), (n, root), proof)
    assert not merkle.consistent(old, (n, bytes(32)), proof)
    assert not merkle.consistent((n + 1, root), (n, root), proof)


def touched(path, rng):
    yield [*path, bytes(32)]
    if path:
        yield path[:-1]
        yield path[1:]
        at = rng.randrange(len(path))
        flipped = bytearray(path[at])
        flipped[rng.randrange(32)] ^= 1 << rng.randrange(8)
        yield [*path[:at], bytes(flipped), *path[at + 1 :]]


def test_what_is_not_in_a_tree_cannot_be_asked_for():
    whole = digests([b"a", b"b"])
    for work in (lambda: merkle.inclusion(whole, 2), lambda: merkle.consistency(whole, 0),
                 lambda: merkle.consistency(whole, 3)):  # fmt: skip
        with pytest.raises(IndexError):
            work()
    assert merkle.included(merkle.leaf(b"a"), -1, 2, []) is None
    assert merkle.consistent((0, merkle.EMPTY), (2, merkle.root([whole])), [])
    assert not merkle.consistent((0, bytes(32)), (2, merkle.root([whole])), [])


def test_the_known_roots_of_certificate_transparency_come_out():
    """Vectors of google/certificate-transparency (merkle tree tests): eight entries, their roots at each size."""
    entries = [bytes.fromhex(x) for x in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
    known = ("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
             "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
             "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
             "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
             "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
             "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
             "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
             "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")  # fmt: skip
    for n, root in enumerate(known, start=1):
        assert merkle.root([digests(entries[:n])]).hex() == rfc9162.mth(entries[:n]).hex() == root
