"""Texts that are nearly the same: pairs with the exact Jaccard similarity of their character 5-grams, and groups.

One pass hashes every 5-gram of a text once and keeps the smallest hash of each of 128 bins (one-permutation hashing:
Li, Owen and Zhang 2012, NIPS 25). Bins that stay empty, as short texts leave them, take the value of another bin that
every text finds in the same way (optimal densification: Shrivastava 2017, ICML). Texts that agree in all bins of a band
are candidates (locality-sensitive hashing); each candidate is then compared exactly, so no pair is reported that is not
one. What can be missed is a pair that agrees in no band: for a pair right at the threshold less than one in a thousand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from hechang.terms.errors import InputError

Indices = np.ndarray[Any, np.dtype[np.int64]]
Shares = np.ndarray[Any, np.dtype[np.float64]]
Words = np.ndarray[Any, np.dtype[np.uint32]]
Keys = np.ndarray[Any, np.dtype[np.uint64]]

GRAM = 5  # characters
BINS = 128  # 2^7: the upper seven bits of a hash name its bin
EMPTY = np.uint32(0xFFFFFFFF)
BLOCK = 1 << 17  # characters hashed at a time: what fits into a processor's cache
MISSED = 0.001  # share of pairs at the threshold that may agree in no band
SCREEN = 0.14  # four standard errors of an estimate from 128 bins
RUN = 128  # pairs compared at a time: their grams stay in a processor's cache
LARGEST = 6208  # largest alphabet whose 5-grams are 63-bit numbers, each its own


class Pairs(NamedTuple):
    """Pairs of texts: positions of the two (first < second) and their exact Jaccard similarity."""

    first: Indices
    second: Indices
    jaccard: Shares


def near_duplicates(texts: Sequence[str], *, least: float = 0.8, around: int | None = None) -> Pairs:
    """Find pairs of texts whose sets of character 5-grams have a Jaccard similarity of at least `least`.

    Parameters
    ----------
    texts
        Any texts; one shorter than five characters is its own single gram, an empty one is like nothing.
    least
        Smallest similarity that is reported, above 0 and at most 1; a pair of exactly `least` counts.
        Assumption: 0.8, the usual threshold for reprints.
    around
        Of texts that share a hash each is compared with so many before and behind it only, so that a thousand texts of
        one form cost no half a million comparisons. What leads from one text of a group to the next is nearly always
        found, in one band or another; most other pairs are not. All are compared where it is left out.

    Returns
    -------
    Pairs
        In order of `first`, then `second`. A text that repeats an earlier one word for word is paired with the first
        such text only, similarity 1; so a thousand copies give 999 pairs and not half a million.

    Raises
    ------
    InputError
        Where `least` is not above 0 and at most 1.

    Examples
    --------
    >>> note = "市发展改革委会同有关部门制定年度工作要点,每半年组织一次联合督查。"
    >>> near_duplicates([note, "另一件事", note + "特此通知", note]).jaccard.round(2).tolist()
    [0.88, 1.0]
    """
    if not 0 < least <= 1:
        raise InputError(
            f"least={least!r} is no share of similarity. Give a number above 0 and at most 1, such as 0.8",
            f"least={least!r} 不是相似度。请给出大于 0 且不超过 1 的数,例如 0.8",
        )
    copies, originals = _copies(texts)
    marks = signatures([texts[at] for at in originals])
    found = [copies]
    for first, second in _candidates(marks, least, around):
        one, other = originals[first], originals[second]
        shares = similarities(texts, one, other)
        near = shares >= least
        found.append(Pairs(one[near], other[near], shares[near]))
    return _joined(found)


def groups(pairs: Pairs, count: int) -> Indices:
    """Name the group of each of `count` texts: the smallest position that pairs lead to from it.

    Examples
    --------
    >>> groups(Pairs(np.array([0, 2]), np.array([2, 4]), np.array([0.9, 0.8])), 5).tolist()
    [0, 1, 0, 3, 0]
    """
    name = np.arange(count)
    while True:
        least = np.minimum(name[pairs.first], name[pairs.second])
        told = name.copy()
        np.minimum.at(told, name[pairs.first], least)
        np.minimum.at(told, name[pairs.second], least)
        told = told[told]
        if np.array_equal(told, name):
            return name
        name = told


def _joined(found: Sequence[Pairs]) -> Pairs:
    first = np.concatenate([one.first for one in found])
    second = np.concatenate([one.second for one in found])
    order = np.lexsort((second, first))
    return Pairs(first[order], second[order], np.concatenate([one.jaccard for one in found])[order])


def _copies(texts: Sequence[str]) -> tuple[Pairs, Indices]:
    """Pairs of a text and its first word-for-word copy; positions of the texts that are no copy."""
    seen: dict[str, int] = {}
    first = np.fromiter((seen.setdefault(text, at) for at, text in enumerate(texts)), np.int64, len(texts))
    filled = np.fromiter((bool(text) for text in texts), np.bool_, len(texts))
    at = np.arange(len(texts))
    again = np.flatnonzero((first < at) & filled)
    return Pairs(first[again], again, np.ones(len(again))), at[(first == at) & filled]


# --- signatures -------------------------------------------------------------------------------------------------------
def signatures(texts: Sequence[str]) -> Words:
    """Signature of each text, 128 numbers: the share of equal numbers of two texts estimates their Jaccard similarity.

    Examples
    --------
    >>> one, two, three = signatures(["甲乙丙丁戊己" * 9, "甲乙丙丁戊己" * 8, "子丑寅卯辰巳午"])
    >>> float((one == two).mean()), float((one == three).mean())
    (1.0, 0.0)
    """
    made = np.full((len(texts), BINS), EMPTY)
    for start, end in _blocks(texts):
        made[start:end] = _smallest(texts[start:end])
    return _densified(made)


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of texts that together have about BLOCK characters; a longer text stands alone."""
    start, size = 0, 0
    for at, text in enumerate(texts):
        if size and size + len(text) > BLOCK:
            yield start, at
            start, size = at, 0
        size += len(text)
    if start < len(texts):
        yield start, len(texts)


def _smallest(texts: Sequence[str]) -> Words:
    """Smallest hash of each bin of some texts, EMPTY where a bin has none."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = _codes(texts)
    flat = np.full((len(texts) + 1) * BINS, EMPTY)  # one row more, for grams that reach into the next text
    if len(codes) >= GRAM:
        hashes = _hashes(codes)
        slots = np.repeat(np.arange(len(texts)) * BINS, lengths)[: len(hashes)]
        slots += hashes >> np.uint32(25)
        across = (np.cumsum(lengths)[:, None] - np.arange(1, GRAM)).ravel()
        slots[across[(across >= 0) & (across < len(slots))]] = len(texts) * BINS
        np.minimum.at(flat, slots, hashes)
    return flat.reshape(-1, BINS)[:-1]


def _codes(texts: Sequence[str]) -> Words:
    return np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _hashes(codes: Words) -> Words:
    """A 32-bit hash of the 5-gram that starts at each character: two characters, then four, then five, then mixed."""
    two = codes[:-1] * np.uint32(0x9E3779B1)
    two += codes[1:]
    four = two[:-2] * np.uint32(0x85EBCA77)
    four += two[2:]
    five = four[:-1] * np.uint32(0xC2B2AE3D)
    five += codes[4:]
    five ^= five >> np.uint32(15)
    five *= np.uint32(0x2C1B3C6D)
    five ^= five >> np.uint32(13)
    return five


def _densified(made: Words) -> Words:
    """Fill empty bins from others: a bin asks them in the same order in every text. A text without grams stays."""
    holes = np.argwhere((made == EMPTY) & (made != EMPTY).any(axis=1)[:, None])
    filled, tries = made.copy(), 0
    while len(holes):
        value = made[holes[:, 0], _order()[holes[:, 1], tries]]
        there = value != EMPTY
        filled[holes[there, 0], holes[there, 1]] = value[there]
        holes, tries = holes[~there], tries + 1
    return filled


@cache
def _order() -> Indices:
    """In which order each bin asks the others: a row of all bins, shuffled, for each."""
    return np.random.default_rng(2017).permuted(np.tile(np.arange(BINS), (BINS, 1)), axis=1)


# --- candidates -------------------------------------------------------------------------------------------------------
def band_rows(least: float) -> int:
    """Most bins a band may have so that a pair at the threshold agrees in some band but for one time in a thousand.

    >>> band_rows(0.8), band_rows(0.5)
    (5, 2)
    """
    fits = [rows for rows in range(1, 17) if (1 - least**rows) ** (BINS // rows) <= MISSED]
    return max(fits, default=1)


def _candidates(marks: Words, least: float, around: int | None) -> Iterator[tuple[Indices, Indices]]:
    """Pairs that agree in a band and whose estimate is not far below the threshold; each pair once, in sorted runs."""
    count = len(marks)
    filled = np.flatnonzero(marks[:, 0] != EMPTY) if count else np.arange(0)
    rows = band_rows(least)
    every = np.arange(0)
    for start in range(0, BINS - rows + 1, rows):
        for first, second in _equal(_band_keys(marks[filled, start : start + rows]), filled, around):
            new = _without(first * count + second, every)
            near = (marks[new // count] == marks[new % count]).mean(axis=1) >= least - SCREEN
            every = np.sort(np.concatenate([every, new[near]]))
    for start in range(0, len(every), RUN):
        some = every[start : start + RUN]
        yield some // count, some % count


def _without(some: Indices, known: Indices) -> Indices:
    """Those that are not among the known ones, which are sorted."""
    at = np.searchsorted(known, some)
    there = at < len(known)
    there[there] = known[at[there]] == some[there]
    return some[~there]


def _band_keys(band: Words) -> Keys:
    keys = np.zeros(len(band), dtype=np.uint64)
    for column in band.T:
        keys *= np.uint64(0x9E3779B97F4A7C15)
        keys ^= column
        keys ^= keys >> np.uint64(29)
    return keys


def _equal(keys: Keys, names: Indices, around: int | None) -> Iterator[tuple[Indices, Indices]]:
    """Pairs of names with equal keys, smaller first: neighbours in sorted order, then those two apart, and so on."""
    order = np.argsort(keys)
    keys, names = keys[order], names[order]
    left = np.arange(len(keys) - 1)
    apart = 1
    while len(left) and (around is None or apart <= around):
        left = left[left + apart < len(keys)]
        left = left[keys[left] == keys[left + apart]]
        for start in range(0, len(left), 1 << 16):
            some = left[start : start + (1 << 16)]
            yield np.minimum(names[some], names[some + apart]), np.maximum(names[some], names[some + apart])
        apart += 1


# --- exact comparison -------------------------------------------------------------------------------------------------
def similarities(texts: Sequence[str], first: Indices, second: Indices) -> Shares:
    """Exact Jaccard similarity of pairs of texts, given by their positions.

    A gram is the number that its five characters spell in the alphabet of these texts; where the alphabet is too large
    for that the pairs are halved, and a single pair is compared as sets of words.

    Examples
    --------
    >>> similarities(["甲乙丙丁戊己", "甲乙丙丁戊庚", "甲乙丙丁戊己己"], np.array([0, 0]), np.array([1, 2])).tolist()
    [0.3333333333333333, 0.6666666666666666]
    """
    if not len(first):
        return np.zeros(0)
    named, at = np.unique(np.concatenate([first, second]), return_inverse=True)
    spelt = _spelt([texts[one] for one in named])
    if spelt is not None:
        return _shares(*spelt, *np.split(at, 2))
    if len(first) == 1:
        return np.array([jaccard(texts[first[0]], texts[second[0]])])
    half = len(first) // 2
    parts = (similarities(texts, first[part], second[part]) for part in (slice(half), slice(half, None)))
    return np.concatenate(list(parts))


def _spelt(texts: Sequence[str]) -> tuple[Keys, Indices] | None:
    """Grams of texts as even numbers one after another, and where each text starts; None if they need more bits."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    codes = _codes(texts)
    there = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.bool_)
    there[codes] = True
    letters = np.cumsum(there, dtype=np.uint64)
    if letters[-1] >= LARGEST or lengths.min() < GRAM:
        return None
    letter, base = letters[codes], letters[-1] + np.uint64(1)
    keys = letter[: 1 - GRAM].copy()
    for ahead in range(1, GRAM):
        keys *= base
        keys += letter[ahead : len(letter) + ahead + 1 - GRAM]
    keys *= np.uint64(2)
    return keys, np.append(0, np.cumsum(lengths))


def _shares(keys: Keys, starts: Indices, first: Indices, second: Indices) -> Shares:
    """Share of common grams of pairs: those of the second text are made odd and all are sorted together.

    What is distinct counts the grams of both; what is distinct but for odd and even counts their union.
    """
    sizes = np.diff(starts) - (GRAM - 1)
    room = np.empty(int((sizes[first] + sizes[second]).max()), dtype=np.uint64)
    counts = np.empty((len(first), 2))
    begin, size = starts.tolist(), sizes.tolist()
    for at, (one, other) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
        split, end = size[one], size[one] + size[other]
        both = room[:end]
        both[:split] = keys[begin[one] : begin[one] + split]
        np.bitwise_or(keys[begin[other] : begin[other] + size[other]], 1, out=both[split:])
        both.sort()
        steps = both[1:] ^ both[:-1]  # 0: the same gram again; 1: the same gram of the other text
        counts[at] = np.count_nonzero(steps), np.count_nonzero(steps > 1)
    each, union = counts.T + 1
    return (each - union) / union


def jaccard(one: str, other: str) -> float:
    """Exact Jaccard similarity of the sets of character 5-grams of two texts.

    Examples
    --------
    >>> jaccard("甲乙丙丁戊己", "甲乙丙丁戊庚"), jaccard("甲乙", "甲乙"), jaccard("", "甲乙")
    (0.3333333333333333, 1.0, 0.0)
    """
    a, b = grams(one), grams(other)
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if a and b else 0.0


def grams(text: str) -> set[str]:
    """Character 5-grams of a text; of one that is shorter the text itself, of an empty one nothing."""
    return {text[at : at + GRAM] for at in range(max(1, len(text) - GRAM + 1))} - {""}
