"""One pattern for many names: a tree of their letters, so that thousands of names cost little more than one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Tree = dict[str, Any]  # letter to the tree below it; "" marks the end of a name


def one_pattern(names: Iterable[str]) -> str:
    """A regular expression that matches the longest of some names; one that matches nothing where there is none.

    Examples
    --------
    >>> one_pattern(["甲乙", "甲乙丙", "丁"])
    '(?:丁|甲乙(?:丙)?)'
    >>> re.findall(one_pattern(["甲乙", "甲乙丙"]), "甲乙丙甲乙甲")
    ['甲乙丙', '甲乙']
    """
    tree: Tree = {}
    for name in names:
        at = tree
        for letter in name:
            at = at.setdefault(letter, {})
        at[""] = {}
    return _written(tree) if any(tree) else r"(?!)"


def _written(tree: Tree) -> str:
    below = [_chain(letter, tree[letter]) for letter in sorted(tree) if letter]
    if not below:
        return ""
    return f"(?:{'|'.join(below)})" + ("?" if "" in tree else "")


def _chain(letter: str, tree: Tree) -> str:
    """Letters without a fork in one piece."""
    said = re.escape(letter)
    while len(tree) == 1 and "" not in tree:
        letter, tree = next(iter(tree.items()))
        said += re.escape(letter)
    return said + _written(tree)
