"""Which of the five effects or other themes a directive serves, by its words."""

from __future__ import annotations

import csv
import re
from functools import cache

from hechang.intake.gazetteer import WORDS


@cache
def _words() -> dict[str, str]:
    with (WORDS / "themes.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["theme"] for row in csv.DictReader(file)}


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_words(), key=lambda word: (-len(word), word)))))


def theme_of(text: str, above: str = "other") -> str:
    """Theme of a clause; `above` (the theme of its heading) where no word tells.

    Source: words/themes.csv, own list after the five effects of the plan.

    Examples
    --------
    >>> theme_of("加快织密市域轨道“一圈网”"), theme_of("坚持人民至上")
    ('same_city', 'other')
    """
    weights: dict[str, int] = {}
    for word in set(_pattern().findall(text)):
        theme = _words()[word]
        weights[theme] = weights.get(theme, 0) + len(word)
    return max(sorted(weights), key=lambda theme: weights[theme]) if weights else above
