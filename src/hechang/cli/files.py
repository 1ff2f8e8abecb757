"""Rows of an answer into a file for others: xlsx, csv or json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hechang.terms.errors import UsageError

if TYPE_CHECKING:
    from hechang.publish.columns import Names

NAMELESS: Names = MappingProxyType({})


def write_rows(path: Path, document: Mapping[str, Any], lang: str, names: Names = NAMELESS) -> None:
    """Write the rows of a measure or list; what they are, their day and revision stand beside them.

    Parameters
    ----------
    document
        The answer of a card: card, rows, rule and what else stands on the second sheet.
    names
        Names of what the rows point to, see `publish.columns.names_of`.

    Raises
    ------
    UsageError
        for an ending that is none of .xlsx, .csv, .json.
    """
    from hechang.publish.list_files import as_csv, as_xlsx

    made = {
        ".xlsx": lambda: as_xlsx(document, lang, names),
        ".csv": lambda: as_csv(document),
        ".json": lambda: json.dumps(document, ensure_ascii=False, indent=1).encode(),
    }
    if path.suffix.lower() not in made:
        raise UsageError(
            f"{path}: '{path.suffix}' is not a format of --out. Use .xlsx, .csv or .json",
            f"{path}: --out 不支持“{path.suffix}”。请用 .xlsx、.csv 或 .json",
        )
    path.write_bytes(made[path.suffix.lower()]())  # made first, so that a full disk leaves no half workbook
