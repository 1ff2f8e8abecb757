"""Money is a whole number of 分 (fen); 万元 and 亿元 are how it is shown."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from hechang.terms.numbers import parse_number

FEN = {"分": 1, "元": 100, "千元": 100_000, "万元": 1_000_000, "百万元": 100_000_000, "亿元": 10_000_000_000}
_UNITS = re.compile(r"(亿元|百万元|万元|千元|元|分|亿|万)$")
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
    """
    plain = unicodedata.normalize("NFKC", text).replace("￥", "").replace("¥", "").strip()
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
