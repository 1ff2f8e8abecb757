"""What tests of this package, and of packages with cards of their own, share."""

from __future__ import annotations

import doctest
import inspect
import sys
import time
from typing import TYPE_CHECKING, Any

from hechang.region.tiny import tiny
from hechang.terms.catalogue import Card, options

if TYPE_CHECKING:
    from hechang.region.region import Region

SECONDS = 2.0  # a card answers at once on a region that fits on one page
ON_REGION = ("measure", "list", "check", "decision")


def faults_in_words(card: Card) -> list[str]:
    """What a card forgot to say of itself: both names, source, unit, headings, a worked example.

    Examples
    --------
    >>> from hechang.terms.catalogue import cards
    >>> [fault for card in cards() for fault in faults_in_words(card)]
    []
    """
    text = inspect.getdoc(card.run) or ""
    examples = doctest.DocTestParser().get_examples(text)
    asked = {
        "no Chinese name": card.zh.strip(),
        "no English name": card.en.strip(),
        "no source": card.source.strip(),
        "no unit": card.unit.strip() or card.kind != "measure",
        "no docstring": text,
        "no worked example": examples or card.kind not in ON_REGION,
        "file name is not the id": card.module.rpartition(".")[2] == card.id.replace("-", "_"),
        "function name is not the id": card.run.__name__ == card.id.replace("-", "_"),
        "an option without unit": all(option.unit for option in options(card).values()),
        "an option without default": all(
            option.default is not inspect.Parameter.empty for option in options(card).values()
        ),
    }
    return [f"{card.id}: {fault}" for fault, kept in asked.items() if not kept]


def check_words(card: Card) -> None:
    """Fail when a card forgot one of its words."""
    found = faults_in_words(card)
    assert not found, "; ".join(found)


def check_example(card: Card) -> None:
    """Fail when the worked example of a card does not come out."""
    module = sys.modules[card.module]
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    for test in doctest.DocTestFinder(recurse=False).find(card.run, card.id, module=module, globs=vars(module).copy()):
        runner.run(test)
    assert runner.failures == 0, f"{card.id}: the worked example does not come out"


def run_card(card: Card, region: Region) -> Any:
    """Run a card with its defaults."""
    return card.run(region, **{name: option.default for name, option in options(card).items()})


def check_speed(card: Card, region: Region) -> None:
    """Fail when a card does not answer at once."""
    run_card(card, region)  # the first run reads the tables
    start = time.perf_counter()
    run_card(card, region)
    took = time.perf_counter() - start
    assert took < SECONDS, f"{card.id} took {took:.2f} s on the smallest region"


__all__ = ["check_example", "check_speed", "check_words", "faults_in_words", "run_card", "tiny"]
