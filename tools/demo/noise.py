"""The kinds of noise real reports come with, laid over clean text; the same text and seed give the same noise."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

from opencc import OpenCC
from pypinyin import Style, pinyin

from demo.pages import page

SIGNS = str.maketrans("，；：（）", ",;:()")
READ_OUT = frozenset(
    "镇务门实应边联强资产业园会区设进员议业产创发动镇实现统层办单开导责时领组织协调关级体园区医学过还这处种给与际难规"
)
SEED = 27
COLUMN = 18  # characters of the narrow column


def half_width(text: str) -> str:
    """Commas, colons and brackets as half-width signs, as many sites print them."""
    return text.translate(SIGNS)


def _broken(paragraph: str, dice: Random, share: float) -> str:
    """Break a long paragraph at one or two places inside a sentence, with a blank line between."""
    if len(paragraph) < 120 or dice.random() > share:
        return paragraph
    places = sorted({dice.randrange(40, len(paragraph) - 20) for _ in range(2)})
    apart = [at for at, before in zip(places, [0, *places], strict=False) if at - before > 30]
    inside = [at for at in apart if paragraph[at - 1] not in "。；;！” " and paragraph[at] not in "。，,；;、”)（ "]
    edges = zip([0, *inside], [*inside, len(paragraph)], strict=True)
    return "\n\n".join(paragraph[start:end] for start, end in edges)


def wraps(text: str, share: float = 1.0) -> str:
    """Break the long paragraphs of a text; `share` of them."""
    dice = Random(SEED)
    return "\n".join(_broken(line, dice, share) for line in text.split("\n"))


def narrow(text: str) -> str:
    """Set a text in a narrow column, every line broken."""
    return re.sub(rf"([^\n]{{{COLUMN}}})(?=[^\n])", r"\1\n", text)


def _apart(signs: str) -> Any:
    return list(signs)  # what has no reading stays one entry a sign, so that signs and readings keep step


def pinyin_in_brackets(text: str) -> str:
    """Traditional script, with the toned reading in brackets behind some of the characters.

    Examples
    --------
    >>> pinyin_in_brackets("会议")
    '會(huì)議(yì)'
    """
    sounds = [found[0] for found in pinyin(text, style=Style.TONE, errors=_apart)]
    signs = OpenCC("s2tw").convert(text)
    marked = (
        f"{sign}({sound})" if plain in READ_OUT else sign
        for sign, plain, sound in zip(signs, text, sounds, strict=True)
    )
    return "".join(marked)


def _between(name: str, text: str) -> str:
    return page(f"{name}-head.txt") + text + page(f"{name}-foot.txt")


NOISE: dict[str, Callable[[str], str]] = {
    "half_width": half_width, "wraps": wraps, "few_wraps": partial(wraps, share=0.4), "narrow": narrow,
    "pinyin": pinyin_in_brackets, "site": partial(_between, "site"), "portal": partial(_between, "portal"),
}  # fmt: skip
