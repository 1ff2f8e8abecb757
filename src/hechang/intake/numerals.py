"""Numbers as reports write them: digits, Chinese numerals, per cent in words, fractions, scales, ranges."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
SCALES = {"万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8, "千万": 10**7, "百万": 10**6,
          "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2}  # fmt: skip


def chinese_number(text: str) -> int | None:
    """Read a whole number in Chinese numerals; None where it is none.

    Examples
    --------
    >>> chinese_number("七十五"), chinese_number("一千二百零三"), chinese_number("十"), chinese_number("二五")
    (75, 1203, 10, 25)
    >>> chinese_number("三万五千"), chinese_number("甲")
    (35000, None)
    """
    if text and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    whole, part, digit = 0, 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _POWERS:
            part += (digit or 1) * _POWERS[char]
            digit = 0
        elif char in _LARGE:
            whole = (whole + part + digit or 1) * _LARGE[char]
            part = digit = 0
        else:
            return None
    return whole + part + digit if text else None


def number_of(text: str, scale: str = "") -> int | float | None:
    """Read a number in digits or Chinese numerals with its scale; None where it is none.

    Examples
    --------
    >>> number_of("1,203"), number_of("1.2", "万亿"), number_of("三点五"), number_of("", "万亿")
    (1203, 1200000000000, 3.5, 1000000000000)
    """
    plain = _decimal(text) if text else Decimal(1)
    if plain is None:
        return None
    value = plain * SCALES.get(scale, 1)
    return int(value) if value == value.to_integral_value() else float(value)


def _decimal(text: str) -> Decimal | None:
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
    whole, point, rest = text.partition("点")
    number = chinese_number(whole)
    if number is None or not point:
        return None if number is None else Decimal(number)
    digits = "".join(str(_DIGITS.get(char, "")) for char in rest)
    return Decimal(f"{number}.{digits or 0}")
