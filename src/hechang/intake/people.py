"""People by the grammar of titles: title, name, then what they do. Lists share a title, groups share a predicate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from hechang.intake.gazetteer import WORDS, gazetteer
from hechang.intake.labels import verbs
from hechang.intake.people_lists import Listed, bare_lists, hailed, labelled

_NOUN = (
    r"(?:总书记|书记|总理|市长|省长|区长|县长|镇长|乡长|主任|局长|厅长|部长|处长|科长|司长|院长|校长|"
    r"会长|行长|台长|社长|站长|所长|主席|秘书长"
    r"|常委|委员|组长|队长|总?经理|董事长|技术员|工程师|总裁|检察长|总工程师|总规划师|专员|政委|司令员|主委|领导|"
    r"负责人|负责同志|理事长|院士|教授|研究员|调研员|总编辑|督导|巡视员|博士|律师|医师|设计师|规划师|支书|总监|合伙人|创始人|"
    r"人大代表|政协委员|党代表|(?:居民|村民|企业|群众|职工|党员|市民|业主|专家|农户|商户|青年|妇女|基层|家长)代表|居民|村民|市民|业主|店主|老板|"
    r"志愿者|网格员|企业家|(?:创业|返乡)青年|种粮大户)"
)
_TITLE = re.compile(_NOUN)
_CITED = re.compile(r"总书记|总理|国家主席|中央领导")
_GIVEN = re.compile(r"[\u3400-\u9fff]")
_NOT_GIVEN = frozenset("的了等们会议和与及在将要是并也主为于对作市省区县各级")
_FOLLOW = re.compile(
    r"[,。;:、()\s“”!?！？/|]|$|工作|正|建议|回应|补充|归纳|回答|答复|告诉|坦言|提议|插话|透露|的|用|把|给|逐|当即|专门|多次|都|曾|已|正|顶着|冒着|沿着|"
    r"有(?=[点些])|等|和|与|及|同|以及|一行|一起|一同|分别|率|带|在|对|就|以|作|致|说|讲|"
    r"要|也|还|又|并|先|后|随|因|从|将|是|任|到|来|赴|前往|深入|实地"
    r"|出席|参加|参会|列席|主持|指出|强调|要求|表示|提出|通报|介绍|汇报|传达|会见|代表|围绕|宣布|宣读|"
    r"部署|发言|总结|点评|领|调研|检查|督|观|察|巡|看|听|希望|认为|陪|为|向"
    r"|签|接|谈|担|受|当|召|组织|走|邀|慰|视|指|宣|主|推|解|审|研究"
    r"|承诺|保证|倡议|呼吁|肯定|回顾|分析|勉励|感谢|祝贺|提醒|鼓励|首先|最后|随即|现场|亲自|逐[一项]|详细|动情|感慨|激动|笑|则|同样|此前|日前|近日|昨|今|书面|简要|一(?=[开进行边来路])"
)
_NO_AND = re.compile(
    r"[、,。;:)]|(?:参加|出席|陪同|主持|列席)(?![^,。;]{0,12}的)"
)  # behind 和 they show that it joins nothing
_SPEAKS = re.compile(r"(?:说|坦言|表示|指出|强调|认为|介绍|呼吁|承诺|提出|要求|建议)(?:[,:。]|——)")
_GROUPS = "会组室局办们者团级员处科长任记"  # what closes a word for several people or a body
_SAYS = re.compile(r"说|表示|指出|强调|介绍|提出|宣布")
_LINK = re.compile(r"[、,]?(?:和|与|及|以及)?")
_EDGE = re.compile(r"[,。;:!?！？()“”《》\s|]")
_JUNK = re.compile(r".*(?:由|邀请|陪同|会见|听取|代表|上午|下午|晚上|日|年|月|其中|随后|随|时任|原|请|受|,)")
_AND = re.compile(
    r".*(?:(?:和|与|及|同)(?=全国|[省市区县镇州]|副|代|党|中共|街道|[\u3400-\u9fff]{1,4}(?:[省市区县镇]|街道))|与(?=[\u3400-\u9fff]{4})|的)"
)
_ROLES = (
    ("chair", re.compile(r"主持")),
    ("attend", re.compile(r"出席|参加|参会|列席|会见|与会")),
    ("exchange", re.compile(r"交流发言|作发言|表态发言|先后发言")),
    ("report", re.compile(r"通报|汇报|介绍|报告")),
    ("speak", re.compile(r"讲话|指出|强调|要求|表示|致辞|部署|点评|总结|宣布|提出")),
)
_TALKS = re.compile(
    r"出席|主持|讲话|强调|指出|宣布|致辞|表示|说[,:]|介绍|要求|作为|[、,](?=[\u3400-\u9fff]{0,10}(?:出席|主持|参加))"
)
_WRITER = (
    r"(?!记者|通讯员|编辑|责编|摄影|摄像|文字|图片|校对|审核|撰|供稿|来源)"
    r"[\u3400-\u9fff]{2,4}?(?=[ 、,/|丨):。\n]|见习|通讯员|实习|摄|文|编辑|$)"
)
_BYLINE = re.compile(
    r"(?P<role>(?<![\u3400-\u9fff])[文图摄](?= ?[|丨:/ ])|"
    r"记者|通讯员|编辑|责编|作者|撰稿|撰文|摄影|文字|图片|摄像|校对|实习生)"
    r"(?: *[|丨:/] *|"
    rf" ?)(?P<names>{_WRITER}(?:[ 、,/]{{1,2}}{_WRITER}){{0,3}})"
)
_SIGNERS = r"\((?P<%s>[\u3400-\u9fff]{2,4}(?:[ 、,]{1,2}[\u3400-\u9fff]{2,4}){0,3})\)"
_SIGNED = re.compile(
    rf"[。”] ?{_SIGNERS % 'names'} *(?:\n|$)|\n ?{_SIGNERS % 'last'}\s*$"
)  # a line of its own is the last
_REPORTER = frozenset({"记者", "通讯员", "作者", "撰稿", "撰文", "文字", "文", "实习生"})
_PHOTOGRAPHER = frozenset({"摄影", "摄像", "图片", "图", "摄"})


@dataclass(frozen=True)
class Person:
    """A person as named: spans of title with name and of the name alone, in the cleaned text."""

    name: str
    title: str | None
    start: int
    end: int
    name_start: int
    roles: tuple[str, ...] = ()
    name_end: int = 0  # where the name ends, which may hold a space; 0: as long as the name

    @property
    def name_span(self) -> tuple[int, int]:
        """Span of the name alone in the cleaned text."""
        return self.name_start, self.name_end or self.name_start + len(self.name)


@cache
def _surnames() -> frozenset[str]:
    single, double = _surname_lines()[:2]
    return frozenset(single) | frozenset(double.split())


@cache
def _surname_lines() -> tuple[str, ...]:
    """Surnames of one and of two characters, and those that are words too and count only behind a title.

    Source: words/surnames.txt, own list.
    """
    return tuple((WORDS / "surnames.txt").read_text(encoding="utf-8").split("\n"))


@cache
def no_names() -> frozenset[str]:
    """Words that begin like a name and are none.

    Source: words/no_names.txt, own list.
    """
    return frozenset((WORDS / "no_names.txt").read_text(encoding="utf-8").split())


def name_at(text: str, at: int) -> int:
    """Length of the personal name that begins at `at`; 0 where there is none.

    Examples
    --------
    >>> name_at("某某出席", 0), name_at("王某出席会议", 0), name_at("诸葛某某、", 0)
    (0, 2, 4)
    """
    for family in (2, 1):
        if text[at : at + family] in _surnames():
            fits = [n for n in (family + 2, family + 1) if _given(text[at + family : at + n], n - family)]
            fits = [n for n in fits if not text.startswith("应邀", at + n - 1)]
            fits = [n for n in fits if not _TITLE.fullmatch(text, at + 1, at + n)]  # 由市长任组长
            ends = [n for n in fits if _FOLLOW.match(text, at + n) and text[at : at + n] not in no_names()]
            if len(ends) > 1 and _SAYS.match(text, at + ends[0]):
                return ends[0]  # 某某来说: 来 is of the name
            sharp = [n for n in ends if text[at + n : at + n + 1] in "、,。;()"]
            if ends:
                return _with_and(text, at, (sharp or ends[-1:])[0])
    return 0


def _with_and(text: str, at: int, length: int) -> int:
    """Length of a name that may end with 和: so it does where the document never has it without."""
    whole = text[at : at + length + 1]
    if length != 2 or whole[-1] != "和":
        return length
    always = 1 < _times(text, whole) == _times(text, whole[:-1]) and _FOLLOW.match(text, at + 3)
    alone = _times(text, whole[:-1]) > _times(text, whole)  # elsewhere without 和
    return 3 if always or (not alone and _NO_AND.match(text, at + 3)) else 2


def _given(part: str, length: int) -> bool:
    return len(part) == length and all(_GIVEN.match(char) and char not in _NOT_GIVEN for char in part)


def persons(text: str, start: int, end: int) -> list[Person]:
    """Find the people a stretch of text names by title, each mention once, in order.

    Examples
    --------
    >>> found = persons("市委书记王某、市长李某某出席会议并讲话。", 0, 20)
    >>> [(person.name, person.title, person.roles) for person in found]
    [('王某', '市委书记', ('attend', 'speak')), ('李某某', '市长', ('attend', 'speak'))]
    """
    found: list[Person] = []
    for noun in _TITLE.finditer(text, start, end):
        if found and noun.start() < found[-1].end:
            continue
        first = _titled(text, start, noun)
        if first:
            found.append(first)
            found.extend(_listed(text, first, end))
    made = _with_roles(text, found, end)
    taken = {at for one in made for at in range(one.start, one.end)}
    lists = [one for way in (bare_lists, labelled, hailed) for one in way(text, start, end, is_name)]
    more = {one.name_start: _of_list(text, one) for one in lists if one.name_start not in taken}
    return sorted([*made, *more.values()], key=lambda one: one.start) if more else made


def _of_list(text: str, one: Listed) -> Person:
    return Person(text[one.name_start : one.end], one.body or None, one.start, one.end, one.name_start, (one.role,))


def is_name(word: str) -> bool:
    """Tell whether a word can be the name of a person: a surname, one or two further characters, no place.

    Examples
    --------
    >>> is_name("王某"), is_name("诸葛某某"), is_name("江阴"), is_name("某某")
    (True, True, False, False)
    """
    if is_place(word) or word in no_names():
        return False
    sizes = [size for size in (2, 1) if word[:size] in _surnames()]
    if not sizes and len(word) == 3 and word[0] in _surname_lines()[2]:
        return word[:2] not in no_names() and word[:2] not in verbs() and _given(word[1:], 2)
    return any(len(word) - size in (1, 2) and _given(word[size:], len(word) - size) for size in sizes)


_CROWD = re.compile(r"居民|村民|市民|业主|店主|老板|志愿者|网格员|企业家|青年|大户")
_HEARD = re.compile(r"说|告诉|表示|坦言|一开口|反映|建议|激动|笑|感慨|高兴|介绍|回忆|指着|拉着")


def _titled(text: str, start: int, noun: re.Match[str]) -> Person | None:
    at, last = _name_behind(text, noun.end(), cited=_CITED.match(noun.group()) is not None)
    if _CROWD.search(noun.group()) and not noun.group().endswith("代表") and not _HEARD.match(text, last):
        return None  # 居民养老全面覆盖: what a crowd has begins like a name
    if not last or text[at - 1 : at + 1] == "长江" or text.startswith(("总书记", "同志"), last):
        return _cited_before(text, noun)
    first = _title_start(text, start, noun.start())
    name = "".join(text[at:last].split())
    return Person(name, text[first : noun.end()], first, last, at, (), last)


def _name_behind(text: str, at: int, *, cited: bool) -> tuple[int, int]:
    """Span of the name behind a title; a blank may stand between them, and inside a name of two characters."""
    while text[at : at + 1] == " ":
        at += 1
    length = name_at(text, at)
    if not length and not cited:  # 总书记 and the like stand behind their names
        length = _often(text, at) or _rare(text, at)
    if not length and text[at : at + 1] in _surname_lines()[2] and _FOLLOW.match(text, at + 3):
        word = text[at : at + 2] in no_names() or text[at : at + 2] in verbs()
        length = 3 if not word and _given(text[at + 1 : at + 3], 2) else 0
    if not length and text[at : at + 1] in _surnames() and text[at + 1 : at + 2] == " " and text[at + 2 : at + 3]:
        length = 3 if _given(text[at + 2], 1) and _FOLLOW.match(text, at + 3) else 0
    return at, at + length if length else 0


def _rare(text: str, at: int) -> int:
    """Length of a name whose surname no list has: a verb of speech follows, and the document says it again."""
    for length in (3, 2):
        name = text[at : at + length]
        if _given(name, length) and name not in no_names() and _TALKS.match(text, at + length):
            named = (
                not is_place(name) and name not in verbs() and name[:2] not in verbs() and name[:2] not in no_names()
            )
            once = length == 3 and _SPEAKS.match(text, at + length) and name[-1] not in _GROUPS
            return length if named and (once or _times(text, name) > 1) else 0
    return 0


@lru_cache(maxsize=256)  # the same name is asked for at each of its places
def _times(text: str, name: str) -> int:
    return text.count(name)


def _often(text: str, at: int) -> int:
    """Length of a name that no known word follows, where the document names the same person again."""
    for family in (2, 1):
        if text[at : at + family] in _surnames():
            short, long = text[at : at + family + 1], text[at : at + family + 2]
            if not is_name(short) or _times(text, short) < 2:
                continue
            return len(long) if is_name(long) and _times(text, long) == _times(text, short) else len(short)
    return 0


def _cited_before(text: str, noun: re.Match[str]) -> Person | None:
    """`X总书记`: the name stands before the title; such a person is only cited."""
    if not _CITED.match(noun.group()):
        return None
    for length in (4, 3, 2):
        at = noun.start() - length
        if at >= 0 and text[at] in _surnames() and _given(text[at + 1 : noun.start()], length - 1) and length < 4:
            return Person(text[at : noun.start()], noun.group(), at, noun.end(), at, ("cited",))
    return None


def _title_start(text: str, start: int, noun_start: int) -> int:
    """Go left from the title noun; `A常委、B副市长` is one title."""
    first = _segment_start(text, start, noun_start)
    while first > start and text[first - 1] == "、":
        before = _segment_start(text, start, first - 1)
        if not _TITLE.search(text, max(before, first - 7), first - 1) or not _ends_with_title(text, before, first - 1):
            break
        first = before
    return first


def _ends_with_title(text: str, start: int, end: int) -> bool:
    return re.search(f"{_NOUN}$", text[start:end]) is not None


def _segment_start(text: str, start: int, end: int) -> int:
    at = end
    while at > start and end - at < 30 and text[at - 1] != "、" and not _EDGE.match(text[at - 1]):
        at -= 1
    for pattern in (_JUNK, _AND):
        found = pattern.match(text, at, end)
        if found:
            at = found.end()
    return at


def _listed(text: str, first: Person, end: int) -> Iterator[Person]:
    """Names after the first one share its title: `市领导甲、乙和丙`."""
    at = first.end
    while at < end:
        link = _LINK.match(text, at)
        if not link or not link.group() or link.group() == ",":
            return
        length = name_at(text, link.end())
        if not length or _TITLE.search(text, link.end(), link.end() + length + 2):
            return
        yield Person(text[link.end() : link.end() + length], first.title, link.end(), link.end() + length, link.end())
        at = link.end() + length


def _with_roles(text: str, found: Sequence[Person], end: int) -> list[Person]:
    """People next to each other share the predicate after the last of them."""
    made: list[Person] = []
    group: list[Person] = []
    for person, following in pairwise([*found, None]):
        assert person is not None
        group.append(person)
        if following is None or not _adjoining(text[person.end : following.start]):
            roles = _roles(text, person.end, end)
            made.extend(replace(one, roles=one.roles or roles) for one in group)
            group = []
    return made


def _adjoining(gap: str) -> bool:
    return len(gap) <= 3 and _LINK.fullmatch(gap) is not None


def _roles(text: str, at: int, end: int) -> tuple[str, ...]:
    stop = _predicate_end(text, at, end)
    said = text[at:stop]
    roles = [role for role, words in _ROLES if words.search(said) and not (role == "report" and "听取" in said)]
    if "exchange" in roles:
        roles = [role for role in roles if role not in ("report", "speak")]
    return tuple(roles)


def _predicate_end(text: str, at: int, end: int) -> int:
    first = re.compile(r"[,。;:\n]").search(text, at, min(end, at + 80))
    if first and first.group() == "," and re.compile(r"(以及|和|及|并|会见|参加|出席)").match(text, first.end()):
        again = re.compile(r"[,。;:\n]").search(text, first.end(), min(end, first.end() + 60))
        return again.start() if again else min(end, first.end() + 60)
    return first.start() if first else min(end, at + 80)


def bylines(text: str, start: int, end: int) -> list[Person]:
    """People who wrote or edited the report.

    Examples
    --------
    >>> [(p.name, p.roles) for p in bylines("会后安排了检查。(李某、王某某)", 0, 17)]
    [('李某', ('reporter',)), ('王某某', ('reporter',))]
    """
    found = [*_BYLINE.finditer(text, start, end), *_SIGNED.finditer(text, start, end)]
    return [person for match in sorted(found, key=re.Match.start) for person in _signers(text, match)]


def _signers(text: str, match: re.Match[str]) -> Iterator[Person]:
    said = match.groupdict().get("role", "记者")
    names = match.span("last") if match.groupdict().get("last") else match.span("names")
    role = "reporter" if said in _REPORTER else "photographer" if said in _PHOTOGRAPHER else "editor"
    for word in re.compile(r"[\u3400-\u9fff]{2,4}").finditer(text, *names):
        known = word.group()[:1] in _surnames() or word.group()[:2] in _surnames()
        if known and word.group() not in _REPORTER and word.group() not in no_names():
            yield Person(word.group(), None, word.start(), word.end(), word.start(), (role,))


def speaker_at(text: str, at: int, known: frozenset[str]) -> str:
    """Name of a known person that begins at `at`; empty where there is none."""
    return next((text[at : at + n] for n in (4, 3, 2) if text[at : at + n] in known), "")


def is_place(name: str) -> bool:
    """Tell whether a would-be name is a place.

    Examples
    --------
    >>> is_place("江苏"), is_place("李某")
    (True, False)
    """
    return name in gazetteer().by_alias
