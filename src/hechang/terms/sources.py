"""Where a row comes from: a sentence, a cell of a file, or a person. Written as one line of text.

statement:ID                      a sentence kept in `statements`
import:DOCUMENT#SHEET!A7          a cell, or a row as A7:K7, of a file kept in `documents`
person:NAME                       somebody who says so
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hechang.terms.errors import InputError

KINDS = ("statement", "import", "person")
_FORM = re.compile(r"(statement|import|person):([^#]+)(?:#(.+))?")


@dataclass(frozen=True)
class Source:
    """A source taken apart: `kind`, `ref` (statement, document or name), `place` (sheet and cell)."""

    kind: str
    ref: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}" + (f"#{self.place}" if self.place else "")


def parse_source(text: str) -> Source:
    """Take a source apart; raises InputError where it is none.

    Examples
    --------
    >>> parse_source("import:01J#项目!B7").place
    '项目!B7'
    """
    found = _FORM.fullmatch(text or "")
    if not found:
        raise InputError(
            f"'{text}' is no source. Write statement:ID, import:DOCUMENT#SHEET!CELL or person:NAME",
            f"“{text}”不是出处。请写 statement:编号、import:文件#表!单元格 或 person:姓名",
        )
    return Source(found.group(1), found.group(2), found.group(3) or "")


def by_person(name: str) -> str:
    """Source of a row that a person vouches for.

    Examples
    --------
    >>> by_person("zhang")
    'person:zhang'
    """
    return str(Source("person", name))
