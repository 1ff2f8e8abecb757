"""Cells that are hard to read: amounts, dates, codes and names in a sheet of one line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from corpus.case import ANY, IMPORT, TAKEN, Case, by_chance, csv, line
from corpus.written import WIDE, amount, day

MONEY, SIGNED, PLANNED, CODE, NAME, PLACE = "总投资(万元)", "签约日期", "预计竣工日期", "项目代码", "项目名称", "所在地"
NO_MONEY = (
    "1_000", "12.5.3", "0x10", "1e5", "nan", "NaN", "inf", "-inf", "Infinity", "∞", "١٢٣", "१२३", "๑๒", "1,00,000",
    "1.200,50",
    "О5", "l00", "1O0", "Ⅻ万", "12²", "5½", "①②", "1⒉5", "--5", "+-5", "5-", "5%", "1200-1500", "1200~1500万元",
    "约1200",
    "1200左右", "不低于5亿", "12万3", "3.5亿5", "百万", "三千五", "壹贰叁", "十几亿", "若干", "5 000 000 元左右",
    "1,2亿", "1.2.3亿元",
    "１＿０００", "1\u200b2", "1\u202e2", "12\x007", "$1200", "1200美元", "US$5m", "1200 USD", "€5", "1¥2",
    "1200元/年", "1'000",
    "9" * 60, "9" * 5_000, "1." + "3" * 4_999, "亿" * 400, "九千亿亿", "99999999999亿1万", "亿" * 30_000 + "\n元",
    "=1+1", "+cmd|' /C calc'!A0",
    "#REF!", "#DIV/0!", "TRUE", "[]", "{}", "null", "None", "1;2", "1\t2", "\ud800", "1\x1b[31m", "¼", "５／２",
    "1/2", "二分之一",
)  # fmt: skip
NO_DATE = (
    "2022.09.31", "2021-02-29", "1900-02-29", "2022-13-01", "2022-00-10", "2022-1-0", "2022/9/31", "31/12/2022",
    "12/31/2022", "2022年13月",
    "22/9/27", "22年9月27日", "9月27日", "农历八月初二", "壬寅年八月初二", "农历2022年八月初二", "二〇二二年十三月",
    "2022年9月31日", "0000-00-00",
    "9999-12-31", "1899-12-31", "-2022-09-27", "2022-09-27-28", "2022-9-27~2022-10-1", "2022年9月至12月", "年后",
    "尽快", "Q5 2022", "2022Q5",
    "第三季", "2022-W39", "2022-270", "44831.5", "1e4", "nan", "NaT", "inf", "20220931", "2022093", "٢٠٢٢-٠٩-٢٧",
    "２０２２－１３－０１",
    "2022²", "2O22-09-27", "202l-09-27", "2022年2月30日", "2022年二月三十日", "民国111年", "昭和60年", "=TODAY()",
    "#N/A",
    "2022-09-27\x00", "\u202e72-90-2202", "9" * 3_000, "年" * 30_000, "一" * 30_000 + "月", "20220927235959",
    "09-2022", "Sept 2022", "27 Sep 2022",
)  # fmt: skip
DATES = (
    ("2022年9月27日", "2022-09-27"), ("二〇二二年九月二十七日", "2022-09-27"), ("2022.9.27", "2022-09-27"),
    ("２０２２年９月", "2022-09"), ("2020-02-29", "2020-02-29"), ("2000.2.29", "2000-02-29"), ("2022年", "2022"),
    ("202209", "2022-09"), ("2022年9月底", "2022-09"), ("二○二二年十二月三十一日", "2022-12-31"),
    ("\u30002022-09\u3000", "2022-09"),
)  # fmt: skip
TEXTS = (
    ("甲" * 32_768, NAME, ("long-text", "file-cell")), ("甲\x07乙", NAME, ("control-character",)),
    ("甲\u202e乙", NAME, (ANY,)), ("甲\u2028乙", NAME, (ANY,)), ("\ufeff甲", NAME, (ANY,)), ("e\u0301té", NAME, (ANY,)),
    ("👩‍👩‍👧" * 50, NAME, (ANY,)), ("<script>alert(1)</script>", NAME, (ANY,)), ("=HYPERLINK(\"http://x\")", NAME,
    (ANY,)),
    ("'; DROP TABLE projects; --", NAME, (ANY,)), ("{{7*7}}", NAME, (ANY,)), ("../../etc/passwd", CODE, (ANY,)),
    ("1.23457E+17", CODE, ("digits-lost",)), ("N-1 ", CODE, (TAKEN,)), ("Ｎ－１", CODE, (ANY,)), ("Т-3", CODE, (ANY,)),
    ("甲縣", PLACE, ("place-unknown",)), ("", PLACE, (ANY,)), ("甲县 ", PLACE, (TAKEN,)), ("丁县", PLACE,
    ("place-unknown",)),
    ("甲县乙区", PLACE, ("place-unknown", "place-ambiguous")), ("%", PLACE, ("place-unknown",)), ("", NAME,
    ("required",)),
    ("\ud800甲", NAME, (ANY,)), ("机密★10年", NAME, ("mark-secret",)), ("电话13812345678", NAME, ("mark-mobile",)),
    ("电话１３８－１２３４－５６７８", NAME, ("mark-mobile",)), ("11010519491231002X", NAME, ("mark-card",)),
)  # fmt: skip
# eleven digits in a row may be the number of a person
LOST = ("not-money", "money-rounded", "negative", "formula-error", "file-encoding", "file-nul", "file-cell",
    "zero-amount",
        "formula-text", "control-character", "money-large", "mark-mobile", "mark-card")  # fmt: skip
ODD = ("not-date", "date-range", "serial-unknown", "formula-error", "date-open", "date-year", "file-nul",
    "file-encoding",
       "file-cell", "control-character", "future-actual", "order-wrong")  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """Give the cases of a seed; those that are the same for every seed with the first one."""
    if not seed:
        yield from _known()
    chance = by_chance(seed, "values")
    for at in range(14):
        fen = chance.choice([chance.randrange(1, 10**4), chance.randrange(10**6), chance.randrange(10**13)])
        fen = max(fen // 10 ** chance.randrange(9) * 10 ** chance.randrange(3), 1)
        said = amount(fen, chance)
        yield _one(f"amount {seed}/{at} {said}", MONEY, said, (TAKEN,), {"projects.invest_total": fen})
        minus = "-" + said if said[0].isdigit() else ""
        if minus:
            yield _one(f"minus {seed}/{at} {minus}", MONEY, minus.translate(WIDE), ("negative", "not-money"))
        found = date(2000, 1, 1) + timedelta(days=chance.randrange(7_500))
        said = day(found.year, found.month, found.day, chance)
        yield _one(f"day {seed}/{at} {said}", SIGNED, said, (TAKEN,), {"project_events.actual": found.isoformat()})
        spoilt = _spoilt(str(fen), chance)
        yield _one(f"spoilt {seed}/{at} {spoilt!r}", MONEY, spoilt, LOST)


def _spoilt(digits: str, chance) -> str:
    """A figure with one character in it that does not belong there."""
    at = chance.randrange(1, len(digits) + 1)
    odd = chance.choice("_oOlIО٣³¾ⅷ:;/\\&^~*＿'eE")
    return digits[:at] + odd + digits[at:] + "7"


def _known() -> Iterator[Case]:
    for text in NO_MONEY:
        yield _one(f"money {text[:20]!r}", MONEY, text, LOST)
    for text in NO_DATE:
        yield _one(f"date {text[:20]!r}", SIGNED, text, ODD)
    for text, iso in DATES:
        yield _one(f"date {text}", SIGNED, text, (TAKEN,), {"project_events.actual": iso})
    for text, title, expect in TEXTS:
        yield _one(f"text {text[:20]!r}", title, text, expect)


def _one(name: str, title: str, text: str, expect: tuple[str, ...], values: dict | None = None) -> Case:
    cells = {title: text} | ({"开工日期": ""} if title == SIGNED else {}) | {"截至2022年8月完成投资(万元)": ""}
    return Case(name, IMPORT, "a.csv", csv(line(**cells)), expect, values=values or {})
