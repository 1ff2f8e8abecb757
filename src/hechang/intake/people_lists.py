"""People named without a title before each: `甲、乙参加`, and the lines of minutes: `出席:市财政局甲、市水务局乙`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LONGEST = 120  # characters of a list of names; own assumption
_TAKE_PART = re.compile(r"(?:参加|出席|陪同|列席|与会|作陪|到会|参会)(?![人单代情])")
_ADVERB = re.compile(r"(?:等|一同|共同|分别|先后|也|均|随同|应邀)+$")
_STOPS = "。;,:\n!?()”"
_LABEL = re.compile(
    r"(?P<label>主持人?|出席(?:人员|领导|单位)?|参会(?:人员|单位)?|参加(?:人员|单位)?|列席(?:人员|单位)?|"
    r"与会(?:人员|单位)?|记录人?|整理人?|联系人)[:] *"
)
_HAILED = re.compile(
    r"(?<=[的、,\n和])(?P<name>[\u3400-\u9fff]{2,3})同志(?=[、,。和都也说]|$)|(?:^|\n)(?P<to>[\u3400-\u9fff]{2,3})(?:代表|委员):(?=\n|$)"
)
_ROLE = {"主": "chair", "记": "record", "整": "record", "联": "contact"}
_ITEM = re.compile(r"[^、,;。\s]+")
_BEHIND = re.compile(r"\((?P<body>[^()]{2,30})\)$")
_BODY_END = re.compile(
    r"(?:[局委办厅部院司团所处科站行校会社府室组队店厂馆]|公司|集团|中心|街道|[省市区县镇乡村]|园|主任|局长|书记|长|员)$"
)
_SPACES = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff](?:[、,。;\s]|$))")

Given = Callable[[str], bool]


@dataclass(frozen=True)
class Listed:
    """A name in a list: span of body with name, where the name begins, the body before it and the role."""

    start: int
    name_start: int
    end: int
    body: str
    role: str


def bare_lists(text: str, start: int, end: int, is_name: Given) -> Iterator[Listed]:
    """Names without titles that share a predicate; every member must be a name.

    Examples
    --------
    >>> said = "会议结束。王某、李某某参加会议。江阴、常州参加。"
    >>> is_name = lambda word: word[0] in "王李"
    >>> [said[one.name_start : one.end] for one in bare_lists(said, 0, len(said), is_name)]
    ['王某', '李某某']
    """
    for verb in _TAKE_PART.finditer(text, start, end):
        reach = max(start, verb.start() - LONGEST)
        first = max(reach - 1, *(text.rfind(mark, reach, verb.start()) for mark in _STOPS)) + 1
        said = _ADVERB.sub("", text[first : verb.start()])
        if not 2 <= len(said) < LONGEST:
            continue
        parts = [(found.start(), found.group()) for found in re.finditer(r"[^、和 ]+", said)]
        if parts and all(is_name(part) for _, part in parts) and (len(parts) > 1 or len(said) == 3):
            for at, part in parts:
                yield Listed(first + at, first + at, first + at + len(part), "", "attend")


def hailed(text: str, start: int, end: int, is_name: Given) -> Iterator[Listed]:
    """People by their name and 同志, and whom a reply is written to (某某代表:).

    Examples
    --------
    >>> said = "丙市的王某同志、丁县的李某某同志都到了。"
    >>> [said[one.name_start : one.end] for one in hailed(said, 0, len(said), lambda word: word[0] in "王李")]
    ['王某', '李某某']
    """
    for found in _HAILED.finditer(text, start, end):
        name = "name" if found["name"] else "to"
        if is_name(found[name]):
            yield Listed(*found.span(name)[:1], *found.span(name), "", "attend" if name == "name" else "cited")


def labelled(text: str, start: int, end: int, is_name: Given) -> Iterator[Listed]:
    """Names behind the labels of minutes, each with the body before it or in brackets behind it.

    Examples
    --------
    >>> said = "出席:市水务局王某、李某某(丙镇) 记录:王某某"
    >>> is_name = lambda word: word[0] in "王李"
    >>> [(one.body, said[one.name_start : one.end], one.role) for one in labelled(said, 0, len(said), is_name)]
    [('市水务局', '王某', 'attend'), ('丙镇', '李某某', 'attend'), ('', '王某某', 'record')]
    """
    if text.find(":", start, end) < 0:
        return
    labels = list(_LABEL.finditer(text, start, end))
    stops = [one.start() for one in labels[1:]] + [end] if labels else []
    for label, stop in zip(labels, stops, strict=True):
        line = text.find("\n", label.end(), stop)
        for item in _ITEM.finditer(text, label.end(), line if line >= 0 else stop):
            behind = _BEHIND.search(item.group())
            said = item.group()[: behind.start()] if behind else item.group()
            size = _name_length(said, is_name)
            if size:
                stop_at = item.start() + len(said)
                body = behind["body"] if behind else said[: len(said) - size]
                role = _ROLE.get(label.group("label")[0], "attend")
                yield Listed(item.start(), stop_at - size, stop_at, body, role)


def _name_length(item: str, is_name: Given) -> int:
    """Length of the name that closes an item; 0 where the item is only a body."""
    for size in (3, 2, 4):
        body = item[: len(item) - size]
        if len(item) >= size and is_name(item[-size:]) and (not body or _BODY_END.search(body)):
            return size
    return 0
