"""Own grammar of numbers: full-width digits and thousands marks are read, everything doubtful is refused.

`int('１２３')`, `int('1_000')` and `float('nan')` all succeed in Python, so they never see a user's text.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_DIGITS = str.maketrans(
    "零〇○一二三四五六七八九壹贰叁肆伍陆柒捌玖两拾佰仟萬億", "000123456789123456789" + "2十百千万亿"
)
_SECTION = r"(?:([1-9])千)?0?(?:([1-9])百)?0?(?:([1-9]?)十)?0?([1-9])?"
_WORDS = re.compile(r"(?:(.+)亿)?(?:0?(.+)万)?(.*)")
_CUT = re.compile(r"[千百万亿][1-9]$")  # 三千五 may be 3500 or 3005
LONGEST = 60  # characters of a number, in digits or in words; own assumption
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-"}


def may_be_number(text: str) -> bool:
    """Tell whether a text could be one number: short enough, without ², ① and ½, which NFKC turns into digits.

    Examples
    --------
    >>> may_be_number("１２万元"), may_be_number("12²"), may_be_number("9" * 5000)
    (True, False, False)
    """
    short = len(text) <= LONGEST
    return short and (text.isascii() or all(unicodedata.category(character) != "No" for character in text))


def parse_number(text: str) -> Decimal | None:
    """Read a number; None where the text is none.

    Examples
    --------
    >>> parse_number("１，２３４．５"), parse_number("1_000"), parse_number("nan"), parse_number("12.5.3")
    (Decimal('1234.5'), None, None, None)
    """
    plain = text.translate(_FULL_WIDTH).strip()
    if len(plain) > LONGEST or not plain.isascii() or not _NUMBER.fullmatch(plain):
        return None
    return Decimal(plain.replace(",", ""))


def parse_chinese(text: str) -> int | None:
    """Read a numeral in Chinese words, everyday or formal (大写); None where it is none or could be two numbers.

    Examples
    --------
    >>> parse_chinese("壹仟贰佰万"), parse_chinese("一亿零五万"), parse_chinese("三千五"), parse_chinese("三五千万")
    (12000000, 100050000, None, None)
    """
    plain = text.translate(_DIGITS)
    found = _WORDS.fullmatch(plain) if len(plain) <= LONGEST else None
    if not plain or not found or _CUT.search(plain):
        return None
    parts = [_section(part) if part else 0 for part in found.groups("")]
    if None in parts:
        return None
    return sum(value * size for value, size in zip(parts, (10**8, 10**4, 1), strict=True) if value)


def _section(text: str) -> int | None:
    found = re.fullmatch(_SECTION, text)
    if not found or text == "0":
        return None
    thousands, hundreds, tens, ones = found.groups()
    ten = int(tens or 1) * 10 if tens is not None else 0
    return int(thousands or 0) * 1000 + int(hundreds or 0) * 100 + ten + int(ones or 0)
