"""Scores of reading on one annotated set: each metric beside its baseline, with an interval over documents.

The interval draws the documents of the set again, with replacement, a thousand times (95 %). With five or with three
documents it is wide: that is what it should say. Seeds are a regression test; the reader was tuned on them.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from benchmarks.gold import Gold, gold
from benchmarks.matching import Counts, core, counts, gold_directives, merged, overlap, ratio
from hechang.intake import read_documents
from hechang.intake.clean import clean

DRAWS = 1_000
SPEECH = re.compile(r"指出|强调|要求|表示")
PLAN = re.compile(r"方案|计划|规划|纲要|要点|任务|安排|措施|意见|重点工作")
SECTION = re.compile(r"\s*[一二三四五六七八九十]+、")
CLAUSE = re.compile(r"[^,;:。!?，；：！？\n]+")


@dataclass(frozen=True)
class Score:
    """One metric on one set: value, 95 % interval over documents, the same for the baseline, counts behind it."""

    value: float
    low: float
    high: float
    baseline: float | None
    documents: int
    wanted: int

    def __str__(self) -> str:
        beside = "-" if self.baseline is None else f"{self.baseline:.3f}"
        return f"{self.value:.3f} [{self.low:.3f}-{self.high:.3f}] baseline {beside} n={self.wanted}"


@cache
def score(set_name: str) -> dict[str, Score]:
    """Every metric of a set that its annotation has something for; empty where the set is not there."""
    documents = gold(set_name)
    if not documents:
        return {}
    made = [counts(one, told) for one, told in zip(documents, result(set_name), strict=True)]
    peer = [baseline(one) for one in documents]
    kept = [name for name in made[0] if sum(one[name][2] for one in made)]
    return {name: _score([one[name] for one in made], [one.get(name) for one in peer]) for name in kept}


@cache
def reading_of(set_name: str) -> dict[str, Any]:
    """A set as the reader tells it, all documents in one call."""
    return read_documents([one.path for one in gold(set_name)])[0]


def result(set_name: str) -> tuple[dict[str, Any], ...]:
    """The documents of a set as the reader tells them, in the order of the set."""
    return tuple(reading_of(set_name)["documents"])


def _score(made: list[Counts], peer: list[Counts | None]) -> Score:
    low, high = interval(made)
    beside = None if None in peer else ratio(_sum([one for one in peer if one]))
    return Score(ratio(_sum(made)), low, high, beside, len(made), sum(one[2] for one in made))


def _sum(made: list[Counts]) -> Counts:
    right, found, wanted = (sum(one[n] for one in made) for n in range(3))
    return right, found, wanted


def interval(made: list[Counts]) -> tuple[float, float]:
    """95 % interval of the F1 of summed counts, documents drawn again with replacement.

    >>> interval([(1, 1, 1), (1, 1, 1)])
    (1.0, 1.0)
    """
    table = np.array(made, dtype=float)
    drawn = np.random.default_rng(7).integers(len(table), size=(DRAWS, len(table)))
    right, found, wanted = table[drawn].sum(axis=1).T
    every = np.divide(2 * right, found + wanted, out=np.ones_like(right), where=found + wanted > 0)
    low, high = np.percentile(every, [2.5, 97.5])
    return float(low), float(high)


# --- the baseline: every comma clause, all of them actions ------------------------------------------------------------
def baseline(one: Gold) -> dict[str, Counts]:
    """Every comma clause of a paragraph with a speech verb, or in a plan, is an action; the label is the commonest."""
    spans = {core(one.raw, span) for span in clauses(one) if one.inside(span)}
    theirs = gold_directives(one)
    actions = {span for span, d in theirs.items() if d["label"] == "action"}
    merged_labels = Counter(merged(d["label"]) for d in theirs.values())
    return {
        "span F1": overlap(spans, theirs),
        "action F1": overlap(spans, actions),
        "label accuracy": (merged_labels["action"], len(theirs), len(theirs)),
        "label accuracy (six)": (len(actions), len(theirs), len(theirs)),
    }


def clauses(one: Gold) -> list[tuple[int, int]]:
    """Comma clauses of speech paragraphs and plan parts.

    The baseline starts from the same cleaned paragraphs as we do: it is measured on clauses, not on noise.
    """
    text = clean(one.raw)
    first = one.raw.strip()[:80]
    plan = bool(PLAN.search(first.split("\n")[0])) and not SPEECH.search(one.raw)
    found = []
    for part in text.paragraphs:
        words = text.clean[part.start : part.end]
        if SECTION.match(words) and len(words) < 60:
            plan = bool(PLAN.search(words))
        elif plan or SPEECH.search(words):
            found += [text.span(*m.span()) for m in CLAUSE.finditer(text.clean, part.start, part.end)]
    return [span for span in found if span[1] - span[0] > 3]
