"""Projects that go by another name in another year's list 更名: who may be who, why, and what a person decided.

Names are compared without the words every project has; the years of the lists, place, category, company, numbers and
phases speak for or against. Weights and threshold are our own proposal; nothing is linked before a person accepts it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from hechang.region.region import Region
from hechang.terms.errors import InputError

THRESHOLD = 0.6  # our proposal: below it a pair is not shown
RARE = 40  # a piece of a name that more projects share says nothing about who is who
GENERIC = "建设|项目|工程|总体规划|新建|改造|有限公司|公司|集团|股份|示例·|的|及|与|和"
_PHASE = re.compile(r"(?:第)?([一二三四五六七八九十\d]+)期")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|第[一二三四五六七八九十]+(?!期)")
_OUTSIDE = re.compile(r"[(\[【].*?[)\]】]")
_SIGNS = re.compile(r"[\W_]+")
COLUMNS = ["a", "b", "kind", "score", "reason", "reason_en"]
OPTIONAL = ("place", "category", "company", "status")
WORDS = {
    "likeness": ("名称相似", "names alike"), "part": ("一名含于另一名", "one name within the other"),
    "rare": ("共有少见字段", "rare pieces shared"), "same_place": ("同地", "same place"),
    "same_category": ("同类", "same category"), "same_company": ("同一建设单位", "same company"),
    "other_numbers": ("数字不同", "other numbers"),
}  # fmt: skip
ONE = ("same", "renamed")  # kinds of links that make two rows one project
SHARES = ("likeness", "part", "rare")  # told with a per cent; the others hold or do not


@dataclass(frozen=True)
class Weights:
    """What each feature adds to a score between 0 and 1; our own proposal, tried on the lists of one city only."""

    likeness: float = 0.40  # likeness of the names without generic words
    part: float = 0.20  # one name stands in the other
    rare: float = 0.20  # share of the rare pieces of the shorter name that stand in the longer one
    same_place: float = 0.05
    same_category: float = 0.10
    same_company: float = 0.05
    other_numbers: float = -0.15  # both names have numbers, and others: 12英寸 is not 8英寸


WEIGHTS = Weights()


def plain_names(names: pd.Series) -> pd.Series:
    """Names as they are compared: one width, no brackets with their content, no generic words, no phase, no signs.

    Examples
    --------
    >>> plain_names(pd.Series(["李政道研究所（实验楼、基础实验设施）", "中船长兴造船基地二期"])).tolist()
    ['李政道研究所', '中船长兴造船基地']
    """
    text = names.astype("string").str.normalize("NFKC").str.lower()
    for pattern in (_OUTSIDE, _PHASE, re.compile(GENERIC), _SIGNS):
        text = text.str.replace(pattern, "", regex=True)
    return text.fillna("")


def phases(names: pd.Series) -> pd.Series:
    """Phase a name speaks of, e.g. 二; empty where it names none.

    Examples
    --------
    >>> phases(pd.Series(["特斯拉超级工厂一期", "李政道研究所"])).tolist()
    ['一', '']
    """
    return names.astype("string").str.extract(_PHASE, expand=False).fillna("")


def listed_projects(region: Region) -> pd.DataFrame:
    """Projects with the years of their lists, one row a project and year, indexed by project.

    Returns
    -------
    DataFrame
        name, place, category, company, status, owner, level, source, note, synthetic, year [int]; by year and id.

    Examples
    --------
    >>> from hechang import tiny
    >>> listed_projects(tiny()).empty
    True
    """
    sql = """SELECT id, name, place, category, company, status, owner, level, source, note, synthetic,
                    unnest(CAST(json_extract(list_years, '$[*]') AS INTEGER[])) AS year
             FROM projects WHERE list_years IS NOT NULL"""
    return region.query(sql).sort_values(["year", "id"]).set_index("id")


def candidates(rows: pd.DataFrame, *, threshold: float = THRESHOLD, weights: Weights = WEIGHTS) -> pd.DataFrame:
    """Pairs that may be one project under two names (or under the same name in two lists), best first.

    A pair is looked at when its lists do not overlap and both names share a rare piece; of several for the same
    project the best counts, so that each is at most once an `a` and once a `b`.

    Parameters
    ----------
    rows
        As `listed_projects` gives them.
    threshold
        Least score of a renamed pair [0-1].

    Returns
    -------
    DataFrame
        a (the earlier project), b, kind (same, renamed or phase), score [0-1], reason, reason_en, then the features.
        A pair whose phases differ (一期 or none, then 二期), or whose first project is completed, is no rename: it
        comes as kind `phase`.

    Examples
    --------
    >>> lists = pd.DataFrame({"name": ["李政道研究所", "李政道研究所(实验楼)"], "year": [2021, 2022]}, index=["x", "y"])
    >>> candidates(lists)[["a", "b", "kind"]].values.tolist()
    [['x', 'y', 'renamed']]
    """
    whole = _complete(rows)
    same = _same_names(whole)
    known = _identities(whole)
    scored = _scored(known, _blocked(known), weights)
    renamed = _with_reasons(_one_to_one(scored[scored["score"] >= threshold]))
    return pd.concat([same, renamed], ignore_index=True)[[*COLUMNS, *WORDS]]


def _complete(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with all columns that are compared; a sequence number takes the place of the index."""
    missing = {"name", "year"} - set(rows.columns)
    if missing:
        raise InputError(f"Lists to compare need the column '{min(missing)}'", f"比对清单需要列“{min(missing)}”")
    text = rows.reindex(columns=["name", *OPTIONAL]).astype("string").fillna("")
    exact = text["name"].str.normalize("NFKC").str.replace(r"\s+", "", regex=True)
    return text.assign(year=rows["year"], exact=exact).rename_axis("id").reset_index().sort_values(["year", "id"])


def _same_names(whole: pd.DataFrame) -> pd.DataFrame:
    """Rows of the same name and place in two lists that follow each other."""
    following = whole.groupby(["place", "exact"], sort=False)["id"].shift(-1)
    pairs = whole.assign(b=following)[following.notna() & following.ne(whole["id"])]
    found = pairs.rename(columns={"id": "a"})[["a", "b"]].reset_index(drop=True)
    return found.assign(kind="same", score=1.0, reason="名称相同", reason_en="same name", likeness=1.0, part=1.0)


def _identities(whole: pd.DataFrame) -> pd.DataFrame:
    """One row a name and place: its first and last row and year, and what is compared."""
    first, last = (whole.groupby(["place", "exact"], sort=False).nth(n).reset_index(drop=True) for n in (0, -1))
    keys = ["place", "exact"]
    known = first.merge(last[[*keys, "id", "year", "status"]], on=keys, suffixes=("", "_last"))
    return known.assign(
        plain=plain_names(known["name"]),
        phase=phases(known["name"]),
        numbers=known["exact"].str.findall(_NUMBER).str.join(" "),
    )


def _pieces(plain: pd.Series) -> pd.DataFrame:
    """Pairs of neighbouring characters by name, without those that many names share: who, piece, worth."""
    longest = 0 if plain.empty else int(plain.str.len().max())
    at = [plain.str.slice(n, n + 2) for n in range(longest - 1)]
    found = pd.concat(at or [plain]).rename("piece").rename_axis("who").reset_index()
    found = found[found["piece"].str.len() == 2].drop_duplicates()
    share = found.groupby("piece")["who"].transform("size")
    kept: pd.DataFrame = found.assign(worth=1 / np.log2(1 + share), share=share)[share <= RARE]
    return kept


def _blocked(known: pd.DataFrame) -> pd.DataFrame:
    """Pairs of names that share a rare piece and whose lists do not overlap: x, y, rare [0-1]."""
    pieces = _pieces(known["plain"])
    worth = pieces.groupby("who")["worth"].sum()
    until, since = known["year_last"].to_numpy(), known["year"].to_numpy()
    shared = pieces[pieces["share"] > 1].drop(columns="share")
    pairs = shared.merge(shared[["who", "piece"]], on="piece", suffixes=("", "_y")).rename(columns={"who": "x"})
    x, y = pairs["x"].to_numpy(), pairs["who_y"].to_numpy()
    pairs = pairs[until[x] < since[y]].groupby(["x", "who_y"])["worth"].sum().rename_axis(["x", "y"]).reset_index()
    least = np.minimum(pairs["x"].map(worth), pairs["y"].map(worth))
    rare = (pairs["worth"] / least).clip(upper=1)
    return pd.DataFrame({"x": pairs["x"], "y": pairs["y"], "rare": rare})


def _scored(known: pd.DataFrame, pairs: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Features, score, kind and reasons of pairs of names."""
    x, y = known.loc[pairs["x"]].reset_index(drop=True), known.loc[pairs["y"]].reset_index(drop=True)
    alike = {name: x[name].eq(y[name]) & x[name].ne("") for name in ("place", "category", "company")}
    both = x["numbers"].ne("") & y["numbers"].ne("")
    features = pd.DataFrame({
        "likeness": _compared(x["plain"], y["plain"], fuzz.ratio),
        "part": _compared(x["plain"], y["plain"], fuzz.partial_ratio),
        "rare": pairs["rare"].to_numpy(),
        **{f"same_{name}": held.astype(float) for name, held in alike.items()},
        "other_numbers": (both & (_compared(x["numbers"], y["numbers"], fuzz.partial_ratio) < 1)).astype(float),
    })  # fmt: skip
    score = (features * pd.Series(asdict(weights))).sum(axis=1).clip(0, 1).round(4)
    other_phase = x["phase"].ne(y["phase"]) & y["phase"].ne("") & (x["phase"].ne("") | ~y["phase"].isin(("一", "1")))
    follows = other_phase | x["status_last"].eq("built")
    made = pd.DataFrame({"a": x["id_last"], "b": y["id"], "kind": follows.map({True: "phase", False: "renamed"})})
    return made.assign(score=score, **features.round(4))


def _compared(x: pd.Series, y: pd.Series, scorer: Callable[..., float]) -> np.ndarray:
    """Likeness of texts line by line [0-1]."""
    found = process.cpdist(x.tolist(), y.tolist(), scorer=scorer, workers=2)
    return np.asarray(found, dtype="float64") / 100


def _with_reasons(scored: pd.DataFrame) -> pd.DataFrame:
    """Add in words what speaks for and against each pair."""
    zh = pd.Series("", index=scored.index, dtype="string")
    en = zh.copy()
    for name, (word_zh, word_en) in WORDS.items():
        share = " " + (scored[name] * 100).round().astype(int).astype("string") + "%"
        told = share if name in SHARES else share.str.slice(0, 0)
        zh = zh + ("; " + word_zh + told).where(scored[name] > 0, "")
        en = en + ("; " + word_en + told).where(scored[name] > 0, "")
    return scored.assign(reason=zh.str[2:], reason_en=en.str[2:])


def _one_to_one(scored: pd.DataFrame) -> pd.DataFrame:
    """The pairs that are the best for both of their projects; renames go before phases."""
    order = scored.sort_values(["score", "a", "b"], ascending=[False, True, True])
    best = ~order.duplicated("a") & ~order.duplicated("b")
    return order[best]


def links(region: Region, state: str = "open") -> pd.DataFrame:
    """Links between projects in one state of review (all when empty), best first, with both names.

    Returns
    -------
    DataFrame
        Indexed by link: a, b, a_name, b_name, kind, score, state, reason, owner, place, synthetic.

    Examples
    --------
    >>> from hechang import tiny
    >>> links(tiny()).empty
    True
    """
    sql = """SELECT l.id, l.a, l.b, p.name AS a_name, q.name AS b_name, l.kind, l.score, l.state, l.reason, l.source,
                    coalesce(d.name, o.name, p.owner) AS owner, p.place, l.synthetic
             FROM project_links l LEFT JOIN projects p ON p.id = l.a LEFT JOIN projects q ON q.id = l.b
                  LEFT JOIN bodies d ON d.id = p.lead LEFT JOIN bodies o ON o.id = p.owner
             WHERE $state IN ('', l.state) ORDER BY l.score DESC, l.a, l.b"""
    return region.query(sql, state=state).set_index("id")


def propose_links(region: Region, *, by: str, why: str, threshold: float = THRESHOLD) -> Region:
    """Put pairs nobody has looked at yet into the review queue; same names need no review and are left out.

    Raises
    ------
    InputError
        where there is nothing new to review.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> with r.edit(by="zhang", why="lists of two years") as e:
    ...     _ = e.put("projects", [{"id": "p1", "name": "云湖研究所", "list_years": [2021]},
    ...                            {"id": "p2", "name": "云湖研究所(实验楼)", "list_years": [2022]}])
    >>> links(propose_links(e.after, by="zhang", why="new list"))[["a", "b", "kind"]].values.tolist()
    [['p1', 'p2', 'renamed']]
    """
    rows = listed_projects(region)
    found = candidates(rows, threshold=threshold)
    known = links(region, "")
    seen = found.set_index(["a", "b"]).index.isin(known.set_index(["a", "b"]).index)
    new = found[~seen & found["kind"].ne("same")]
    if new.empty:
        raise InputError(
            "No new pair of projects to review. Lists of several years are compared (projects.list_years)",
            "没有新的待核更名项目。比对的是多年清单(列“列入清单年份”)",
        )
    made_up = rows["synthetic"].groupby(level=0).first()
    proposals = new[["a", "b", "kind", "score"]].assign(
        state="open",
        reason=new["reason"] + " / " + new["reason_en"],
        synthetic=(new["a"].map(made_up) | new["b"].map(made_up)).tolist(),
    )
    with region.edit(by=by, why=why) as e:
        e.put("project_links", proposals)
    return e.after


def decide_links(region: Region, ids: Sequence[str], *, accept: bool, by: str, why: str) -> Region:
    """Accept or reject links; the rows of both projects stay as they are, the link says that they are one.

    Raises
    ------
    InputError
        for a link that is not there, was decided before, or would make a project two others.

    Examples
    --------
    >>> from hechang import tiny
    >>> decide_links(tiny(), ["nolink"], accept=True, by="zhang", why="same plot")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    hechang.terms.errors.InputError: No open link 'nolink'. ...
    """
    waiting = links(region)
    for id in ids:
        if id not in waiting.index:
            raise InputError(
                f"No open link '{id[:80]}'. See the queue with: hechang programme links",
                f"没有待审关联“{id[:80]}”。待审列表见: hechang programme links",
            )
    if accept:
        _refuse_doubles(waiting.loc[list(ids)], links(region, "accepted"))
    rows = [{"id": id, "state": "accepted" if accept else "rejected"} for id in ids]
    with region.edit(by=by, why=why) as e:
        e.put("project_links", rows)
    return e.after


def _refuse_doubles(chosen: pd.DataFrame, accepted: pd.DataFrame) -> None:
    """Raise InputError where one project would have two names in one list."""
    whole = pd.concat([accepted, chosen])
    whole = whole[whole["kind"].isin(ONE)]
    doubles = whole[whole.duplicated("a", keep=False) | whole.duplicated("b", keep=False)]
    if not doubles.empty:
        name = str(doubles["a_name"].iloc[-1])
        raise InputError(
            f"'{name}' would be linked twice. Reject one of its links first",
            f"“{name}”将重复关联。请先退回其中一条关联",
        )


def lines(region: Region) -> pd.Series:
    """The newest row of the project that each row of `projects` is: itself where nothing follows it.

    Rows follow each other by the same name and place from list to list, and by links a person accepted (same,
    renamed): rows with the same newest row are one project.

    Examples
    --------
    >>> from hechang import tiny
    >>> lines(tiny()).to_dict()
    {'p1': 'p1', 'p2': 'p2', 'p3': 'p3', 'p4': 'p4'}
    """
    ids = region.table("projects", columns=["name"]).index.sort_values()
    decided = links(region, "accepted")
    edges = pd.concat([_same_names(_complete(listed_projects(region)))[["a", "b"]],
                       decided.loc[decided["kind"].isin(ONE), ["a", "b"]]])  # fmt: skip
    a, b = (ids.get_indexer(pd.Index(edges[side])) for side in ("a", "b"))
    known = (a >= 0) & (b >= 0)  # a link may speak of a project that ended
    last = np.arange(len(ids))
    last[a[known]] = b[known]
    for _ in range(len(ids).bit_length()):  # each turn doubles the length of the way; a circle does not hang
        last = last[last]
    return pd.Series(ids[last].astype(str), index=ids.astype(str), dtype=object).rename_axis("id")
