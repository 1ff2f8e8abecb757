"""Reprints: documents whose texts are nearly the same, so that nobody takes one source for two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hechang.engines.near_duplicates import groups, near_duplicates


def reprints(paths: Sequence[str], texts: Sequence[str]) -> list[dict[str, object]]:
    """Groups of documents that are nearly the same, by the exact Jaccard similarity of their character 5-grams.

    Parameters
    ----------
    paths, texts
        Names and cleaned texts of the documents, one of each.

    Returns
    -------
    list of dict
        `documents`: paths of a group, each at least 0.8 like some other; `similarity`: the smallest of those that lead
        from one to the next, 0.8 to 1.

    Examples
    --------
    >>> said = "会议强调,要加快城际轨道建设,推动轨道交通一张网,年底前完成可行性研究,并报各市政府审定。"
    >>> reprints(["a.txt", "b.txt", "c.txt"], [said, "另一件事。", said + "(完)"])
    [{'documents': ['a.txt', 'c.txt'], 'similarity': 0.932}]
    """
    found = near_duplicates(texts, around=1)
    names = groups(found, len(texts))
    of_pairs = names[found.first]
    return [
        {
            "documents": [paths[at] for at in np.flatnonzero(names == name).tolist()],
            "similarity": round(float(found.jaccard[of_pairs == name].min()), 3),
        }
        for name in np.unique(of_pairs)
    ]
