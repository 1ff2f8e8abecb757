"""Noise: how pages, scans, copies, mails, office files, accounts and feeds disfigure a Chinese text.

Every kind takes a clean text and a source of chance and gives a noisy text. The body's words stay in their order,
so a perfect cleaner could restore them. Written from what such sources do, without a look at any cleaner.

>>> import random
>>> print(KINDS["letter: quoted with an angle"]("要加快建设。", random.Random(1)))
> 要加快建设。
"""

from . import accounts, feeds, later, letters, lines, marks, mixed, office, pages, papers, readings
from .kind import Kind

FAMILIES: dict[str, dict[str, Kind]] = {
    "page": pages.KINDS,
    "lines": lines.KINDS,
    "marks": marks.KINDS,
    "paper": papers.KINDS,
    "office": office.KINDS,
    "letter": letters.KINDS,
    "account": accounts.KINDS,
    "feed": feeds.KINDS,
    "reading": readings.KINDS,
    "mixed": mixed.KINDS,
    "later": later.LATER,
}
KINDS: dict[str, Kind] = {name: kind for family in FAMILIES.values() for name, kind in family.items()}

__all__ = ["FAMILIES", "KINDS", "Kind"]
