"""The queue of proposals and the small language that picks from it.

    kind=directive confidence>=0.8 document=report.txt state=open
    kind=event,person label=action speaker=会议 text~轨道
    all

Words are joined by `and`; a comma offers several values; `=`, `!=`, `>=`, `<=`, `>`, `<` compare, `~` asks for a part.
Without `state` only open proposals are meant. `label`, `modality`, `theme`, `speaker`, `event` are slots of them.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from hechang.region.region import Region
from hechang.terms.errors import InputError, not_known
from hechang.terms.numbers import parse_number
from hechang.terms.specs import codes

_TERM = re.compile(r"(?P<field>[a-z]+)(?P<op>!=|>=|<=|=|>|<|~)(?P<value>.+)")
FIELDS = (
    "kind",
    "state",
    "confidence",
    "document",
    "text",
    "id",
    "ordinal",
    "label",
    "modality",
    "theme",
    "speaker",
    "event",
)
_SLOTS = {"label": "kind", "modality": "modality", "theme": "theme", "speaker": "speaker", "event": "event"}
_CODES = {"kind": "proposal_kinds", "state": "proposal_states"}
_ORDER: dict[str, Callable[[pd.Series, float], pd.Series]] = {
    ">=": lambda column, limit: column >= limit,
    "<=": lambda column, limit: column <= limit,
    ">": lambda column, limit: column > limit,
    "<": lambda column, limit: column < limit,
}


@dataclass(frozen=True)
class Term:
    """One word of a query: field, comparison and the values offered."""

    field: str
    op: str
    offered: tuple[str, ...]


def parse_query(query: str) -> list[Term]:
    """Take a query apart; raises InputError for what is not a term, NotKnown for an unknown field.

    Examples
    --------
    >>> parse_query("kind=event,person confidence>=0.8")
    [Term(field='kind', op='=', offered=('event', 'person')), Term(field='confidence', op='>=', offered=('0.8',))]
    >>> parse_query("all")
    []
    """
    terms = [_term(word) for word in _words(query) if word not in ("all", "and", "AND")]
    if not terms and "all" not in query.split():
        raise InputError(
            "The query is empty. Write 'all' or for example: kind=directive confidence>=0.8",
            "查询为空。请写 all 或例如: kind=directive confidence>=0.8",
        )
    return terms


def _words(query: str) -> list[str]:
    try:
        return shlex.split(query)
    except ValueError:
        raise InputError(f"A quotation mark is open in '{query}'", f"“{query}”中的引号没有闭合") from None


def _term(word: str) -> Term:
    found = _TERM.fullmatch(word)
    if not found:
        raise InputError(
            f"'{word}' is no condition. Write for example: kind=directive confidence>=0.8 text~轨道",
            f"“{word}”不是条件。请写例如: kind=directive confidence>=0.8 text~轨道",
        )
    if found.group("field") not in FIELDS:
        raise not_known("field of proposals", "提案字段", found.group("field"), FIELDS)
    term = Term(found.group("field"), found.group("op"), tuple(found.group("value").split(",")))
    _refuse_code(term)
    return term


def _refuse_code(term: Term) -> None:
    """Raise NotKnown for a kind or a state that no proposal can have."""
    known = codes(_CODES[term.field]) if term.field in _CODES and term.op in ("=", "!=") else None
    for value in term.offered:
        if known is not None and value not in known:
            raise not_known(
                f"{term.field} of proposals", f"提案{'种类' if term.field == 'kind' else '状态'}", value, known
            )


def queue(region: Region, query: str = "all") -> pd.DataFrame:
    """Proposals that fit a query, in the order of their documents; index `id`, columns as the table, plus `slots`."""
    return pick(region, parse_query(query))


def pick(region: Region, terms: Sequence[Term]) -> pd.DataFrame:
    """Proposals that fit all terms; without a term on their state only open ones. Order and columns as `queue`.

    Raises
    ------
    NotKnown
        for a kind or state no proposal can have.
    """
    for term in terms:
        _refuse_code(term)
    named = next((list(term.offered) for term in terms if (term.field, term.op) == ("id", "=")), None)
    frame = region.table("proposals", where={"id": named} if named else None)
    if not any(term.field == "state" for term in terms):
        frame = frame[frame["state"] == "open"]
    names = _document_names(region)
    for term in terms:
        frame = frame[_fits(frame, term, names)] if term.field not in _SLOTS else frame
    slots = [json.loads(text) for text in frame["payload"]]  # a map over Arrow text would turn lists into arrays
    frame = frame.assign(slots=pd.Series(slots, index=frame.index, dtype=object))
    for term in terms:
        frame = frame[_fits(frame, term, names)] if term.field in _SLOTS else frame
    number = frame["ordinal"].astype(str).str.extract(r"(\d+)", expand=False).astype(float)
    return (
        frame.assign(_number=number).sort_values(["document", "kind", "_number"], kind="stable").drop(columns="_number")
    )


def _document_names(region: Region) -> pd.DataFrame:
    return region.table("documents", columns=["title", "path", "sha256"])


def _fits(frame: pd.DataFrame, term: Term, documents: pd.DataFrame) -> pd.Series:
    if term.field == "confidence":
        return _compared(frame["confidence"], term)
    if term.field == "document":
        return _of_document(frame, term, documents)
    return _matched(_column(frame, term.field), term)


def _column(frame: pd.DataFrame, field: str) -> pd.Series:
    if field in _SLOTS:
        return frame["slots"].map(lambda slots: str(slots.get(_SLOTS[field]) or "")).astype(object)
    return (frame.index.to_series() if field == "id" else frame[field]).astype(object)


def _compared(column: pd.Series, term: Term) -> pd.Series:
    limit = parse_number(term.offered[0])
    if limit is None or term.op not in (*_ORDER, "="):
        raise InputError(
            f"confidence{term.op}{term.offered[0]} is no comparison of numbers",
            f"confidence{term.op}{term.offered[0]} 不是数值比较",
        )
    numbers = column.astype(float)
    return numbers == float(limit) if term.op == "=" else _ORDER[term.op](numbers, float(limit))


def _matched(column: pd.Series, term: Term) -> pd.Series:
    if term.op == "~":
        return column.map(lambda text: any(value in str(text) for value in term.offered)).astype(bool)
    if term.op in ("=", "!="):
        inside = column.isin(term.offered)
        return inside if term.op == "=" else ~inside
    raise InputError(
        f"'{term.field}' is text; compare it with =, != or ~", f"“{term.field}”是文字, 请用 =, != 或 ~ 比较"
    )


def _of_document(frame: pd.DataFrame, term: Term, documents: pd.DataFrame) -> pd.Series:
    """A document by id, title, file name or the first characters of its hash."""
    wanted = documents.index.isin(term.offered)
    for value in term.offered:
        wanted |= (documents["title"] == value).fillna(False).to_numpy(bool) | (documents["path"] == value).fillna(
            False
        ).to_numpy(bool)
        wanted |= documents["sha256"].astype(str).str.startswith(value).to_numpy(bool) if len(value) >= 8 else False
        if term.op == "~":
            wanted |= documents["title"].astype(str).str.contains(value, regex=False).to_numpy(bool)
    inside = frame["document"].isin(documents.index[wanted])
    return ~inside if term.op == "!=" else inside
