"""The words of the interface in both languages, from `words.csv`; an empty cell fails a test."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from hechang.terms.errors import not_known
from hechang.terms.specs import read_rows

LANGUAGES = ("zh", "en")


@cache
def words(lang: str) -> Mapping[str, str]:
    """Return all words of `lang` by key."""
    if lang not in LANGUAGES:
        raise not_known("language", "语言", lang, LANGUAGES)
    return MappingProxyType({row["key"]: row[lang] for row in read_rows("words.csv")})


def word(key: str, lang: str) -> str:
    """Return one word; raises NotKnown so that a forgotten word cannot reach a page.

    Examples
    --------
    >>> word("today", "zh")
    '今天'
    """
    found = words(lang)
    if key not in found:
        raise not_known("word", "词", key, found)
    return found[key]
