"""Columns as a spreadsheet names them."""

from __future__ import annotations


def letters(column: int) -> str:
    """Letters of a column from 0, as a spreadsheet names it.

    Examples
    --------
    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    made = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(65 + rest) + made
    return made
