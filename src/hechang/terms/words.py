"""The words of the interface in both languages, from the files in `words/`; an empty cell or a key twice is a fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from hechang.terms.errors import not_known
from hechang.terms.specs import read_rows

LANGUAGES = ("zh", "en")


@cache
def words(lang: str) -> Mapping[str, str]:
    """Return all words of `lang` by key."""
    if lang not in LANGUAGES:
        raise not_known("language", "语言", lang, LANGUAGES)
    return MappingProxyType({row["key"]: row[lang] for row in word_rows()})


@cache
def word_rows() -> Sequence[Mapping[str, str]]:
    """Return the rows key, zh, en of every file of words: those of the pages, and one file a room of the workbench."""
    found = sorted(path.name for path in files("hechang.terms").joinpath("words").iterdir())
    return [row for name in found for row in read_rows(f"words/{name}")]


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
