"""The words of the bulletin in both languages, from `bulletin_words.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from hechang.terms.errors import not_known


@cache
def bulletin_words(lang: str) -> Mapping[str, str]:
    """Return all words of the bulletin in `lang` by key."""
    text = files("hechang.publish").joinpath("bulletin_words.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["key"]: row[lang] for row in csv.DictReader(text.splitlines())})


def said(key: str, lang: str, /, **values: object) -> str:
    """Return one word or sentence, filled with `values`.

    Examples
    --------
    >>> said("points_behind", "en", n="3.2")
    '3.2 points behind'
    """
    found = bulletin_words(lang)
    if key not in found:
        raise not_known("word", "词", key, found)
    return found[key].format(**values)
