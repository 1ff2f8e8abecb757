"""Money is a whole number of 分 (fen); 万元 and 亿元 are how it is shown."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from hechang.terms.numbers import may_be_number, parse_chinese, parse_number

FEN = {"分": 1, "元": 100, "千元": 100_000, "万元": 1_000_000, "百万元": 100_000_000, "亿元": 10_000_000_000}
_UNITS = re.compile(r"(亿元|百万元|万元|千元|元|分|亿|万)$")
_WORDS = re.compile(r"(?P<yuan>[^元角分]+)(?P<unit>元)?(?:(?P<jiao>.)角)?(?:(?P<fen>.)分)?")
_MIXED = re.compile(r"([\d,.]+)亿([\d,.]+)万元?")
_CURRENCY = re.compile(r"^(?:(?:人民币|RMB|CNY|¥)[:\s]*)+|¥$|(?<=[元角分])[整正]$", re.IGNORECASE)
LIMIT = 9_000_000_000_000_000_000  # int64


def parse_money(text: str, unit: str = "万元") -> int | None:
    """Read an amount as fen; a unit in the text outranks `unit`; None where the text is no amount.

    Parameters
    ----------
    text
        What stands in the cell, e.g. `1,200`, `3.5亿元`, `１２０万`.
    unit
        Unit of the column when the cell names none.

    Examples
    --------
    >>> parse_money("3.5亿元"), parse_money("1,200"), parse_money("很多")
    (35000000000, 1200000000, None)
    >>> parse_money("壹仟贰佰万元整"), parse_money("三千万"), parse_money("1亿2000万元")
    (1200000000, 3000000000, 12000000000)
    """
    if not may_be_number(text):
        return None
    plain = _CURRENCY.sub("", unicodedata.normalize("NFKC", text).strip().replace("圆", "元")).strip()
    if not plain.isascii():
        words = _in_words(plain, unit)
        if words is not None:
            return words
    found = _UNITS.search(plain)
    if found:
        unit = found.group(1) if found.group(1).endswith(("元", "分")) else found.group(1) + "元"
        plain = plain[: found.start()].strip()
    number = parse_number(plain)
    if number is None:
        return None
    fen = number * FEN[unit]
    if fen != fen.to_integral_value() or abs(fen) > LIMIT:
        return None
    return int(fen)


def _in_words(plain: str, unit: str) -> int | None:
    """Fen of an amount in Chinese numerals, or of 亿 and 万 side by side; None where it is neither."""
    mixed = _MIXED.fullmatch(plain)
    if mixed:
        parts = [parse_number(mixed[1]), parse_number(mixed[2])]
        fen = [part * FEN[name] for part, name in zip(parts, ("亿元", "万元"), strict=True) if part is not None]
        both = sum(fen)
        return int(both) if len(fen) == 2 and both == int(both) and both <= LIMIT else None
    found = _WORDS.fullmatch(plain)
    whole = parse_chinese(found["yuan"]) if found else None
    if found is None or whole is None:
        return None
    said = found["unit"] or re.search("[万亿萬億]", found["yuan"])
    cents = [parse_chinese(found[name]) if found[name] else 0 for name in ("jiao", "fen")]
    if None in cents or (any(cents) and not found["unit"]):
        return None
    return whole * (100 if said else FEN[unit]) + (cents[0] or 0) * 10 + (cents[1] or 0)


def amount(fen: int, unit: str = "万元") -> Decimal:
    """Return fen as an exact number of `unit`.

    Examples
    --------
    >>> amount(1234567, "元")
    Decimal('12345.67')
    """
    return (Decimal(fen) / FEN[unit]).normalize()


def show_money(fen: int | None, lang: str = "zh", unit: str = "") -> str:
    """Write an amount for reading: 亿元 from 1 亿 on, else 万元.

    Examples
    --------
    >>> show_money(35_000_000_000), show_money(1_200_000_000, "en"), show_money(None)
    ('3.5 亿元', '1,200 × 10⁴ CNY', '')
    """
    if fen is None:
        return ""
    unit = unit or ("亿元" if abs(fen) >= FEN["亿元"] else "万元")
    names = {"亿元": "× 10⁸ CNY", "万元": "× 10⁴ CNY", "元": "CNY"}
    return f"{amount(fen, unit):,f} {unit if lang == 'zh' else names.get(unit, unit)}"
