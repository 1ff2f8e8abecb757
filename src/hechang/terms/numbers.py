"""Own grammar of numbers: full-width digits and thousands marks are read, everything doubtful is refused.

`int('１２３')`, `int('1_000')` and `float('nan')` all succeed in Python, so they never see a user's text.
"""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-"}


def parse_number(text: str) -> Decimal | None:
    """Read a number; None where the text is none.

    Examples
    --------
    >>> parse_number("１，２３４．５"), parse_number("1_000"), parse_number("nan"), parse_number("12.5.3")
    (Decimal('1234.5'), None, None, None)
    """
    plain = text.translate(_FULL_WIDTH).strip()
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        return None
    return Decimal(plain.replace(",", ""))
