"""Amounts and dates as offices write them, made from the value: the other way round than the product reads them."""

from __future__ import annotations

from decimal import Decimal
from random import Random

FORMAL, EVERYDAY = "零壹贰叁肆伍陆柒捌玖", "零一二三四五六七八九"
WIDE = str.maketrans("0123456789,.-", "０１２３４５６７８９，．－")
WIDE_BACK = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
FEN = {"元": 100, "千元": 100_000, "万元": 10**6, "百万元": 10**8, "亿元": 10**10}


def in_words(number: int, digits: str = EVERYDAY, tens: str = "十百千") -> str:
    """Write a whole number below 10^12 in Chinese, section by section."""
    said, gap = "", False
    for size, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = number // size % 10_000
        if not part:
            gap = gap or bool(said)
            continue
        if said and (gap or part < 1000):
            said += digits[0]
        said, gap = said + _section(part, digits, tens) + name, False
    return said or digits[0]


def _section(part: int, digits: str, tens: str) -> str:
    said, gap = "", False
    for power in (3, 2, 1, 0):
        digit = part // 10**power % 10
        if not digit:
            gap = bool(said)
            continue
        said += (digits[0] if gap else "") + digits[digit] + (tens[power - 1] if power else "")
        gap = False
    return said


def formal(number: int) -> str:
    """Write a whole number as on a cheque: 大写."""
    return in_words(number, FORMAL, "拾佰仟")


def plain(fen: int, unit: str) -> str:
    """Digits of an amount in a unit, without zeros at the end."""
    return f"{Decimal(fen) / FEN[unit]:f}".rstrip("0").rstrip(".") if fen % FEN[unit] else str(fen // FEN[unit])


def grouped(text: str) -> str:
    """Put marks between thousands."""
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}"


def amount(fen: int, chance: Random) -> str:
    """Write fen as some office would; the column is in 万元."""
    unit = chance.choice(sorted(FEN))
    digits = plain(fen, unit)
    styles = [
        f"{digits}{unit}", f"{grouped(digits)}{unit}", f"{digits.translate(WIDE)}{unit}", f"{digits} {unit}",
        plain(fen, "万元"), grouped(plain(fen, "万元")), f"￥{digits}{unit}", f"人民币{digits}{unit}",
    ]  # fmt: skip
    if fen % 100 == 0 and 0 < fen < 10**14:
        styles += [f"{formal(fen // 100)}元整", f"人民币{formal(fen // 100)}圆整", f"{in_words(fen // 100)}元"]
    return chance.choice(styles)


def day(year: int, month: int, of_month: int, chance: Random) -> str:
    """Write a day as some office would."""
    chinese = f"{''.join('〇一二三四五六七八九'[int(d)] for d in str(year))}年{_tens(month)}月{_tens(of_month)}日"
    iso = f"{year}-{month:02}-{of_month:02}"
    return chance.choice([
        iso, f"{year}/{month}/{of_month}", f"{year}.{month}.{of_month}", f"{year}年{month}月{of_month}日", chinese,
        iso.replace("-", ""), f"{year}年{month:02}月{of_month:02}日", iso.translate(WIDE), f" {iso} ",
        f"{year} 年 {month} 月 {of_month} 日",
    ])  # fmt: skip


def _tens(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else EVERYDAY[tens]) + ("十" if tens else "") + (EVERYDAY[ones] if ones else "")
