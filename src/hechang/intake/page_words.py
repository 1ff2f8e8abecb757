"""The words of page furniture: menus, buttons, stamps and legal lines, and how much of a line they are."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "words" / "furniture.csv"
_CJK = re.compile(r"[\u3400-\u9fff]")
GAP = r"[\s\u3000|·•>›»«<‹/\\,，、;；\-—–_=+*\[\]【】()（）《》▲▼△▽↑↓→←★☆●○■□◆◇※~～…\"“”'\x00]"
_MARK = r"[\s\u3000\x00]{0,3}[:：|丨][\s\u3000\x00]{0,3}"
_DAY = r"(?:19|20)\d\d\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,2}\s?日?"
_TIME = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_WHEN = rf"(?:{_DAY}(?:[ \t\u3000T]*{_TIME})?|{_TIME}|今天是|(?:星期|周)[一二三四五六日天])"
_HEAT = r"(?:-?\d{1,2}\s?[~～-]\s?)?-?\d{1,2}\s?[℃°]C?"
_COUNT = r"\d+(?:\.\d+)?\s?[万亿wWkK]?\+?(?![\d.%])"
_MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_URL = r"(?:https?://|www\.)[\w./%?=&#:~+\-]+"
_NUMBER = (
    r"第\s?\d{1,4}\s?[页頁版期]|[共全]\s?\d{1,4}\s?[页頁]|[页頁]次?\s?\d{1,4}\s?/\s?\d{1,4}|"
    r"[Pp](?:age|AGE)\s?\d{1,4}(?:\s?of\s?\d{1,4})?"
)
_SENTENCE = re.compile(r"[。！？；;]")
_STRONG = re.compile(rf"[>›»@©]|{_URL}|{_DAY}[ \t\u3000T]+{_TIME}|^{_TIME}|今天是")


@cache
def words(kind: str) -> tuple[str, ...]:
    """Words of one kind (menu, button, key, tail, legal), longest first; own list."""
    with _WORDS.open(encoding="utf-8", newline="") as rows:
        found = [row["word"] for row in csv.DictReader(rows) if row["kind"] == kind]
    return tuple(sorted(found, key=len, reverse=True))


def one_of(given: Iterable[str]) -> str:
    """A pattern for one of some words, as a tree by their beginnings, so that hardly anything is tried twice.

    Examples
    --------
    >>> one_of(["首页", "首", "打印"])
    '(?:首(?:页|)|打印)'
    """
    tree: dict[str, list[str]] = {}
    for word in given:
        tree.setdefault(word[:1], []).append(word[1:])
    parts = [
        re.escape(first) + (re.escape(rest[0]) if len(rest) == 1 else one_of(rest))
        for first, rest in sorted(tree.items(), reverse=True)
    ]
    return f"(?:{'|'.join(sorted(parts, key=lambda part: not part))})" if tree.keys() != {""} else ""


def _any(*kinds: str) -> str:
    return one_of(sorted({word for kind in kinds for word in words(kind)}))


@dataclass(frozen=True)
class Grammar:
    """The patterns made of the words."""

    key: re.Pattern[str]  # `来源: 某日报` and its value
    unit: re.Pattern[str]  # one piece of furniture, and what separates it from the next
    prefix: re.Pattern[str]  # pieces from the start of a line on
    tail: re.Pattern[str]  # a piece behind the last sentence that furniture alone begins with
    legal: re.Pattern[str]
    button: re.Pattern[str]  # a line that is a button, or has one set apart


@cache
def grammar() -> Grammar:
    """The patterns, made once."""
    key = rf"(?:{_any('key')}){_MARK}(?:{_WHEN}|{_URL}|{_MAIL}|{_COUNT}|[^\s\u3000:：|,，。;；\x00]{{0,20}})"
    label = _any("key", "button", "menu")
    alone = rf"{label}(?:{_MARK}|(?={GAP}|\d|$))"
    button = one_of([word for word in words("button") if len(word) > 1])
    first = "".join({re.escape(word[0]) for kind in ("key", "button", "menu") for word in words(kind)})
    unit = (
        rf"(?=[{first}0-9A-Za-z\-今星周第共全页頁])(?:{key}|{_WHEN}|{_HEAT}|{_URL}|{_MAIL}|{_NUMBER}|"
        rf"{_COUNT}(?={GAP}|次|条|$)|{alone})"
    )
    ends = r"(?:[。！？!?…”\"』」)）》][\s\u3000\x00]*|[\s\u3000]{1,9}|^[\s\u3000\x00]*)[\[【（(·>▲]*"
    tail = rf"{ends}(?P<tail>(?:{_any('tail')})(?:{_MARK}|{GAP}|$|[\]】)）])|(?:{_any('legal')}))"
    return Grammar(
        re.compile(rf"(?:{_any('key')}){_MARK}"),
        re.compile(rf"{unit}{GAP}*"),
        re.compile(rf"{GAP}*(?:{unit}{GAP}*)+"),
        re.compile(tail, re.IGNORECASE),
        re.compile(_any("legal"), re.IGNORECASE),
        re.compile(rf"(?:^|{GAP}){button}(?={GAP}|\d|$)"),
    )


def units(text: str) -> tuple[int, int, int]:
    """How many pieces of furniture a line has, and its Chinese characters: those outside the pieces, and all.

    Examples
    --------
    >>> units("首页 > 新闻中心 > 正文"), units("来源:某日报 发布时间:2026-02-03 08:15 浏览次数:12")
    ((3, 0, 8), (3, 0, 13))
    >>> units("会议指出,要加快建设。")
    (0, 9, 9)
    """
    found = grammar().unit.findall(text)
    rest = grammar().unit.sub("\n", text) if found else text
    return len(found), len(_CJK.findall(rest)), len(_CJK.findall(text))


def is_furniture(text: str) -> bool:
    """Tell whether a line is nothing but furniture.

    Examples
    --------
    >>> is_furniture("【字体:大 中 小】"), is_furniture("分享到: 微信 微博"), is_furniture("要加快建设。")
    (True, True, False)
    """
    if len(text) > 300 or _SENTENCE.search(text):
        return False
    number, rest, whole = units(text)
    if not number or rest > min(8, 2 * number, whole * 0.34):
        return False
    return number >= 3 or _STRONG.search(text) is not None or _says_what(text)


def _says_what(text: str) -> bool:
    """Tell whether a line names a button or the key of a stamp; a word of a menu alone may be a heading."""
    patterns = grammar()
    return patterns.key.search(text) is not None or patterns.button.search(text) is not None


def begins_foot(text: str) -> bool:
    """Tell whether a line begins the foot of a page.

    Examples
    --------
    >>> begins_foot("相关链接"), begins_foot("上一篇:某某"), begins_foot("附件:清单")
    (True, True, False)
    """
    found = grammar().tail.match(text[:40])
    return found is not None
