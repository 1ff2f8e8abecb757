"""What does not belong into hechang at all, known by its form: marks of state secrets, identity cards, mobile numbers.

A word is no mark: 保密工作, 商业秘密 and a garden called 秘密花园 pass; `机密★10年`, a line with nothing but 秘密 and
`密级: 机密` do not. Decision 018 says which forms count and why land lines pass.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import orjson

SECRET, CARD, MOBILE = "secret", "card", "mobile"
LAST_DIGIT = 0x1FC00  # behind the last character of Unicode that is a digit


@dataclass(frozen=True)
class Mark:
    """Where a text holds what may not be kept: kind (`secret`, `card`, `mobile`), first and last character + 1."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Said:
    """What is said of a kind of mark, and how to mend it; never with the text itself."""

    en: str
    zh: str
    mend_en: str
    mend_zh: str


KINDS = MappingProxyType(
    {
        SECRET: Said(
            "a mark of a state secret (绝密, 机密 or 秘密)",
            "国家秘密标志(绝密、机密或秘密)",
            "Classified material must not enter this system. Take it away from this machine and tell your security "
            "officer; where it is an ordinary word, write it within a sentence",
            "涉密内容不得进入本系统。请将其移出本机并报告保密管理人员; 如只是普通词语, 请写入完整句子",
        ),
        CARD: Said(
            "the number of an identity card",
            "居民身份证号码",
            "Take it out and give the name of the office, or the credit code of the company",
            "请删除该号码; 可填单位名称或统一社会信用代码",
        ),
        MOBILE: Said(
            "a mobile number",
            "手机号码",
            "Take it out; the land line of an office may stay. An amount needs its unit, or marks between thousands",
            "请删除该号码; 单位固定电话可以保留。如为金额, 请写明单位或加千分位",
        ),
    }
)

_SPACES = {
    ord("\r"): " ",
    0xA0: " ",
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    0x202F: " ",
    0x205F: " ",
    0x3000: " ",
}
INVISIBLE = (  # signs nobody sees: of category Cf, joiners, selectors of variants, fillers; in the way RE2 writes them
    "\\x{ad}\\x{34f}\\x{600}-\\x{605}\\x{61c}\\x{6dd}\\x{70f}\\x{890}\\x{891}\\x{8e2}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}"
    "\\x{180b}-\\x{180f}\\x{200b}-\\x{200f}\\x{202a}-\\x{202e}\\x{2060}-\\x{206f}\\x{3164}\\x{fe00}-\\x{fe0f}\\x{feff}"
    "\\x{ffa0}\\x{fff9}-\\x{fffb}\\x{1d173}-\\x{1d17a}\\x{e0001}\\x{e0020}-\\x{e007f}\\x{e0100}-\\x{e01ef}"
)
_SIGNS = str.maketrans(
    dict.fromkeys("－–—‐‑−", "-") | {"＋": "+", "（": "(", "）": ")", "：": ":", "＊": "*", "．": "."}
)


@cache
def _plain_forms() -> dict[int, str]:
    """One plain character for each digit of another script, wide signs and kinds of space; texts keep their length."""
    digits = {n: str(unicodedata.digit(chr(n))) for n in range(128, LAST_DIGIT) if chr(n).isdecimal()}
    return {**digits, **_SPACES, **_SIGNS, ord("Ｘ"): "X", ord("ｘ"): "x"}


# --- marks of state secrets -----------------------------------------------------------------------------------------
_HAN = "\u3400-\u9fff"
_GRADE = "[绝絕絶机機秘祕] {0,3}密"
_STAR = "[★☆✩✪✭✮⭐]"
_TERM = "(?:[0-9]{1,2}|[一二三五十]{1,3}) ?年|长期|長期|永久"
_OTHER = "(?<!商业)(?<!商業)(?<!工作)(?<!个人)(?<!個人)"  # secrets that are not those of the state
_THING = "级|級|件|文件|材料|资料|資料"
_SECRETS = re.compile(
    "|".join(
        (
            f"{_OTHER}{_GRADE}(?:级|級)? {{0,3}}(?:{_STAR}|\\* ?(?:{_TERM}))",  # 机密★10年, 秘密★
            f"(?:密 ?[级級]|保密等级)[^{_HAN}\\w\n]{{1,6}}{_GRADE}(?! ?[、/,，|或和] ?{_GRADE})",  # 密级: 秘密
            f"^[^{_HAN}\\w\n。，；！？,;!?]*{_GRADE}(?:{_THING})?[ (\\[【★*—-]*+(?:{_TERM})?[ )\\]】★*—-]*+$",  # a line
            f"(?<![{_HAN}]){_GRADE} ?[(\\[【]? ?(?:{_TERM})(?![前后後来內内间間多以的之])",  # 机密10年
            f"[【\\[(〔]{_GRADE}(?:{_THING})?[^{_HAN}\n]{{0,8}}[】\\])〕]",  # 【机密】
            f"本(?:文件|材料|资料|报告|图|件|表|数据|方案)(?:内容)?(?:属于?|为|系|定为|标为|含有?)(?:国家)?{_GRADE}",
            "本(?:文件|材料|资料|报告|图|件|表|数据|方案)(?:内容)?涉密",
        )
    ),
    re.MULTILINE,
)
_NAMES = re.compile(
    f"^{_GRADE}(?:{_THING})?(?:$|[ _.·([【-])|^{_GRADE}(?:{_THING})|[ _.·)\\]】-]{_GRADE}(?:{_THING})?(?:$|[ _.·([【-])"
)

# --- numbers of persons ---------------------------------------------------------------------------------------------
_GAP = "[ ./·-]{0,2}"
_CARDS = re.compile(f"(?<![0-9])([1-8][0-9]{{5}}){_GAP}((?:18|19|20)[0-9]{{2}}){_GAP}([0-9]{{2}}){_GAP}([0-9]{{2}})"
                    f"{_GAP}([0-9]){_GAP}([0-9]{{2}}){_GAP}([0-9Xx])(?![0-9A-Za-z])")  # fmt: skip
_OLD_CARDS = re.compile("(?<![0-9A-Za-z.])([1-8][0-9]{5})([3-9][0-9])([0-9]{2})([0-9]{2})([0-9]{3})(?![0-9A-Za-z])")
_REGISTERED = re.compile("(?:注册号|营业执照|执照|工商|登记号|代码|编号)[^\n]{0,8}$")
_PROVINCES = frozenset(
    map(
        str,
        (*range(11, 16), 21, 22, 23, *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83),
    )
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECKS = "10X98765432"
_BEFORE = (  # a word for "phone" may stand right before the number
    "(?<![0-9A-Za-z.¥$])(?:(?i:tel|phone|mobile|mob|cell|weixin|wechat|wx|vx|qq|sms)[:=_-]?)?"
    f"(?:\\(?(?:\\+|00)?86\\)?{_GAP})?"
)
_UNITS = "元|美元|%|吨|平方|公顷|立方|[万亿](?:元|美元|欧元|港元|人|户|平|亩|吨|立方|公顷|公里|千瓦|度|方)"
_AFTER = f"(?![0-9A-Za-z]|\\.[0-9]{{1,2}}(?![0-9])| ?(?:{_UNITS})| ?分(?![{_HAN}]))"
_MOBILES = re.compile(f"{_BEFORE}(1[3-9][0-9])({_GAP})([0-9]{{4}}){_GAP}([0-9]{{4}}){_AFTER}")
_YEARS = "(?:19|20)[0-9]{2}"
_SPLIT_MOBILES = re.compile(  # in other groups; numbers in the columns of a table look the same
    f"(?<![0-9] ){_BEFORE}1[3-9][0-9](?P<gap>[ ./·-]{{1,6}})(?!{_YEARS}(?P=gap){_YEARS})"
    f"(?:[0-9]{{4}}(?P=gap)[0-9]{{4}}|[0-9]{{3}}(?P=gap)[0-9]{{5}})"
    f"{_AFTER}(?! {{1,6}}[0-9])"
)
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_SPOKEN = re.compile(
    "(?<![一二三四五六七八九十百千零〇幺])[一幺壹][三四五六七八九][一二三四五六七八九零〇幺]{9}(?![一二三四五六七八九十百千零〇幺])"
)

_RE2_DIGITS = "[\\x{660}-\\x{669}\\x{6f0}-\\x{6f9}\\x{966}-\\x{96f}\\x{ff10}-\\x{ff19}\\x{1d7ce}-\\x{1d7ff}]"
_RE2_SPACES = " \\r\\x{a0}\\x{2000}-\\x{200a}\\x{202f}\\x{205f}\\x{3000}"
_RE2_GAP = f"[{_RE2_SPACES}./·\\x{{2010}}-\\x{{2014}}\\x{{2212}}\\x{{ff0d}}\\x{{ff0e}}-]{{0,6}}"
SUSPECT_PLAIN = (  # the same for bytes that are no text, where strange digits and unseen signs stand by chance
    f"[绝絕絶机機秘祕][{_RE2_SPACES}{INVISIBLE}]*密|涉密|涉[{INVISIBLE}]+密"
    f"|(^|[^0-9.])((\\+|00)?86[)）]?{_RE2_GAP})?1[3-9][0-9]{_RE2_GAP}[0-9]{{3}}{_RE2_GAP}[0-9]{_RE2_GAP}[0-9]{{4}}"
    f"|(^|[^0-9])[1-8][0-9]{{5}}{_RE2_GAP}(18|19|20)[0-9]{{2}}{_RE2_GAP}[01][0-9]{_RE2_GAP}[0-3][0-9]{_RE2_GAP}[0-9]"
    f"{_RE2_GAP}[0-9]{{2}}"
    "|(^|[^0-9])[1-8][0-9]{5}[3-9][0-9][01][0-9][0-3][0-9]{4}"
    "|[一幺壹][三四五六七八九][一二三四五六七八九零〇幺]{9}"
)  # fmt: skip
SUSPECT = (  # for RE2: every text with a mark fits, and few others
    f"{SUSPECT_PLAIN}|{_RE2_DIGITS}|[0-9一二三四五六七八九零〇幺壹./+-][{INVISIBLE}]"
)


def _for_python(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda m: f"\\U{int(m[1], 16):08x}", pattern))


_SUSPECT = _for_python(SUSPECT)
_UNSEEN = _for_python(f"[{INVISIBLE}]")


def marks_in(text: str) -> list[Mark]:
    r"""Return the marks of a text, of one cell or of many lines.

    Examples
    --------
    >>> [mark.kind for mark in marks_in("机密★10年\n电话 138-1234-5678")]
    ['secret', 'mobile']
    >>> marks_in("加强保密工作, 保护商业秘密; 秘密花园项目; 0510-82700000; 2020-320206-47-03-123456")
    []
    """
    if not _SUSPECT.search(text):
        return []
    gone = [found.start() for found in _UNSEEN.finditer(text)]
    plain = (_UNSEEN.sub("", text) if gone else text).translate(_plain_forms())
    marks = _apart(sorted(_found(plain), key=lambda mark: mark.start))
    return [_in_place(mark, gone) for mark in marks] if gone else marks


def marks_in_json(text: str) -> list[Mark]:
    """Return the marks in the texts of a JSON value; its numbers are amounts. They have no place.

    Examples
    --------
    >>> marks_in_json('{"fen": 13812345678}'), [mark.kind for mark in marks_in_json('["13812345678"]')]
    ([], ['mobile'])
    """
    if not _SUSPECT.search(text) and "\\" not in text:
        return []
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return marks_in(text)
    return [Mark(mark.kind, 0, 0) for part in _texts(value) for mark in marks_in(part)]


def marks_in_name(name: str) -> list[Mark]:
    """Return the marks of the name of a file, where a grade at its beginning or end is a mark too.

    Examples
    --------
    >>> [bool(marks_in_name(name)) for name in ("机密-方案.docx", "方案(秘密).xlsx", "秘密花园.xlsx", "保密工作.doc")]
    [True, True, False, False]
    """
    plain = _UNSEEN.sub("", name).translate(_plain_forms())
    own = [Mark(SECRET, *found.span()) for found in _NAMES.finditer(plain)] if "密" in plain else []
    return marks_in(name) or own


def masked(text: str) -> str:
    """Return a text with `***` in place of each mark, for what has to be noted all the same.

    Examples
    --------
    >>> masked("GET /rows/13812345678")
    'GET /rows/***'
    """
    for mark in reversed(marks_in(text)):
        text = f"{text[: mark.start]}***{text[mark.end :]}"
    return text


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, its keys included."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one


def _apart(marks: list[Mark]) -> list[Mark]:
    """Return marks in the order of their places, without those that begin within another."""
    kept: list[Mark] = []
    for mark in marks:
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _in_place(mark: Mark, gone: list[int]) -> Mark:
    """Return a mark with its places in the text as it was, before the signs at `gone` were left out."""
    before = [place - n for n, place in enumerate(gone)]
    start, last = (place + bisect_right(before, place) for place in (mark.start, mark.end - 1))
    return Mark(mark.kind, start, last + 1)


def _found(plain: str) -> Iterator[Mark]:
    if "密" in plain:
        yield from (Mark(SECRET, *found.span()) for found in _SECRETS.finditer(plain))
    yield from (Mark(CARD, *found.span()) for found in _CARDS.finditer(plain) if _is_card("".join(found.groups())))
    yield from (Mark(CARD, *found.span()) for found in _OLD_CARDS.finditer(plain) if _is_old_card(plain, found))
    yield from (Mark(MOBILE, *found.span()) for found in _MOBILES.finditer(plain) if not _years(found))
    yield from (Mark(MOBILE, *found.span()) for found in _SPLIT_MOBILES.finditer(plain))
    yield from (Mark(MOBILE, *found.span()) for found in _SPOKEN.finditer(plain))


def _is_card(number: str) -> bool:
    """Tell whether 18 characters are an identity card: province, a day there was, check character."""
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return number[:2] in _PROVINCES and _is_day(number[6:14]) and number[17].upper() == _CHECKS[rest]


def _is_old_card(plain: str, found: re.Match[str]) -> bool:
    """Tell whether 15 digits are a card from before 1999; the number of a business can look the same."""
    area, year, month, day, _ = found.groups()
    named = _REGISTERED.search(plain, max(0, found.start() - 16), found.start())
    return area[:2] in _PROVINCES and _is_day(f"19{year}{month}{day}") and not named


def _is_day(text: str) -> bool:
    month, day = int(text[4:6]), int(text[6:8])
    return 1 <= month <= 12 and 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)


def _years(found: re.Match[str]) -> bool:
    """Tell whether a number, a space and two years stand in a row of a table."""
    return bool(found.group(2)) and all(_YEAR.fullmatch(part) for part in found.group(3, 4))
