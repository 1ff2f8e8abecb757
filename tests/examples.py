"""A few made-up examples at a time, so that many targets share one length of time."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings


def few(strategy: Any, ask: Callable[[Any], None], number: int, each: int) -> int:
    """Ask `each` examples of round `number` and return how many there were; what `ask` raises ends them."""
    tried = 0

    @seed(number)
    @settings(
        max_examples=each, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(made=strategy)
    def one(made: Any) -> None:
        nonlocal tried
        tried += 1
        ask(made)

    one()
    return tried
