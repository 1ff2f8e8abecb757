"""Near-duplicate texts beside a slow oracle that compares every pair as sets."""

from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hechang.engines import near_duplicates as engine
from hechang.engines.near_duplicates import groups, jaccard, near_duplicates, signatures, similarities
from hechang.terms.errors import InputError

SIGNS = [chr(code) for code in range(0x4E00, 0x4E00 + 1500)]


def slowly(texts, least):
    """Every pair compared as sets; a copy stands beside the first of its copies only."""
    first = {}
    for at, text in enumerate(texts):
        first.setdefault(text, at)
    found = [(first[text], at, 1.0) for at, text in enumerate(texts) if first[text] < at and text]
    sets = {at: {text[n : n + 5] for n in range(max(1, len(text) - 4))} - {""} for text, at in first.items()}
    for one, other in combinations(sorted(first.values()), 2):
        a, b = sets[one], sets[other]
        if a and b and len(a & b) / len(a | b) >= least:
            found.append((one, other, len(a & b) / len(a | b)))
    return sorted(found)


def told(pairs):
    return list(zip(pairs.first.tolist(), pairs.second.tolist(), pairs.jaccard.tolist(), strict=True))


def edited(text, edits, chance):
    """A text with some characters changed, left out, added or a passage moved to the end."""
    signs = list(text)
    for _ in range(edits):
        at = chance.randrange(len(signs))
        signs[at : at + chance.randrange(2)] = chance.choices(SIGNS, k=chance.randrange(2))
    cut = chance.randrange(len(signs))
    return "".join(signs[cut:] + signs[:cut] if chance.random() < 0.3 else signs)


def family(chance, length, edits):
    text = "".join(chance.choices(SIGNS, k=length))
    return [text, text] + [edited(text, count, chance) for count in edits]


@pytest.mark.parametrize("seed", range(4))
def test_pairs_are_those_of_comparing_every_two_texts(seed):
    chance = random.Random(seed)
    lengths = (30, 200, 900, 1500)
    texts = [one for length in lengths for _ in range(4) for one in family(chance, length, (1, 3, 8, 20, 60))]
    chance.shuffle(texts)
    assert told(near_duplicates(texts)) == slowly(texts, 0.8)


@pytest.mark.parametrize("least", [0.5, 0.7, 0.95, 1.0])
def test_other_thresholds_hold_as_well(least):
    chance = random.Random(9)
    texts = [one for _ in range(25) for one in family(chance, 600, (1, 5, 12, 30, 60, 90))]
    right = slowly(texts, least)
    found = told(near_duplicates(texts, least=least))
    assert set(found) <= set(right)
    assert len(found) >= 0.999 * len(right) - 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="甲乙丙 a\U0001f600\ud800", max_size=14), max_size=12))
def test_any_texts_give_only_true_pairs(texts):
    found = told(near_duplicates(texts))
    assert set(found) <= set(slowly(texts, 0.8))
    assert {pair for pair in slowly(texts, 0.8) if pair[2] == 1.0} <= set(found)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="甲乙丙丁", min_size=1, max_size=40), min_size=2, max_size=8))
def test_the_fast_exact_comparison_is_that_of_sets(texts):
    first, second = (np.array(part) for part in zip(*combinations(range(len(texts)), 2), strict=True))
    slow = [jaccard(texts[a], texts[b]) for a, b in zip(first, second, strict=True)]
    assert similarities(texts, first, second).tolist() == slow


def test_an_alphabet_too_large_for_64_bits_is_compared_exactly_too():
    wide = [chr(code) for code in range(0x4E00, 0x4E00 + 20_000)]
    chance = random.Random(3)
    texts = ["".join(chance.sample(wide, 6_000)) for _ in range(3)]
    texts += [text[:5_900] for text in texts]
    assert len(set("".join(texts))) > engine.LARGEST
    assert told(near_duplicates(texts)) == slowly(texts, 0.8)


def test_a_pair_right_at_the_threshold_counts():
    text = "".join(random.Random(1).sample(SIGNS, 14))
    other = text[:12]  # 10 grams, 8 of them common
    assert told(near_duplicates([text, other])) == [(0, 1, 0.8)]
    assert told(near_duplicates([text, other], least=0.8001)) == []


def test_texts_in_one_block_do_not_lend_each_other_grams():
    """A gram may not reach from the end of one text into the next: alone or beside others, a signature is the same."""
    chance = random.Random(2)
    texts = ["".join(chance.choices(SIGNS, k=chance.randrange(40))) for _ in range(60)]
    together = signatures(texts)
    alone = np.concatenate([signatures([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_signatures_of_short_texts_estimate_without_bias_and_closely():
    """Thirty-six grams in 128 bins: most bins are filled from others, each from one of its own choice."""
    chance = random.Random(4)
    errors = []
    for _ in range(300):
        text = "".join(chance.choices(SIGNS, k=40))
        other = edited(text, 2, chance)
        one, two = signatures([text, other])
        errors.append((one == two).mean() - jaccard(text, other))
    assert abs(np.mean(errors)) < 0.02
    assert np.std(errors) < 0.1


def test_a_thousand_copies_give_999_pairs():
    pairs = near_duplicates(["市政府办公室关于印发年度工作要点的通知"] * 1000)
    assert len(pairs.first) == 999
    assert set(pairs.first.tolist()) == {0}


def test_groups_are_the_same_where_each_text_is_compared_with_few():
    chance = random.Random(11)
    texts = [one for _ in range(20) for one in family(chance, 900, (1, 2, 3, 4, 5, 6))]
    chance.shuffle(texts)
    few, every = near_duplicates(texts, around=1), near_duplicates(texts)
    assert set(told(few)) <= set(told(every))
    assert engine.groups(few, len(texts)).tolist() == engine.groups(every, len(texts)).tolist()


def test_two_thousand_texts_of_one_form_cost_no_two_million_comparisons(monkeypatch):
    compared, real = [], engine.similarities
    monkeypatch.setattr(engine, "similarities", lambda *some: compared.append(len(some[1])) or real(*some))
    form = "".join(random.Random(12).choices(SIGNS, k=400))
    found = near_duplicates([f"{form}{n:05}" for n in range(2000)], around=1)
    assert set(engine.groups(found, 2000).tolist()) == {0}
    assert sum(compared) < 2000 * 26


def test_nothing_and_empty_texts_give_nothing():
    assert told(near_duplicates([])) == []
    assert told(near_duplicates(["", "", "甲"])) == []


@pytest.mark.parametrize("least", [0, -1, 1.1, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(least):
    with pytest.raises(InputError, match="above 0 and at most 1"):
        near_duplicates(["甲"], least=least)


def test_groups_follow_chains_of_pairs():
    chance = random.Random(6)
    for _ in range(50):
        count = chance.randrange(1, 40)
        pairs = sorted({tuple(sorted(chance.choices(range(count), k=2))) for _ in range(chance.randrange(30))})
        first, second = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
        name = list(range(count))
        for _ in range(count):
            for a, b in pairs:
                name[a] = name[b] = min(name[a], name[b])
        assert groups(engine.Pairs(first, second, np.ones(len(pairs))), count).tolist() == name
