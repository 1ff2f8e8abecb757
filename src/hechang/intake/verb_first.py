"""Whether a clause begins with its verb: known verbs, adverbs before any verb, and verbs made of act and result."""

from __future__ import annotations

from hechang.intake.labels import core, verbs

_RESULT = frozenset("强好实大优通活紧牢准足细深宽稳清严亮响透满齐到住开出起高快长短密全穿破下成")
_ACTS = frozenset(
    "抓做打建推拉拿排咬盯守管用走办查改控防治补提扩拓深完搭筑夯织铺架挖盘激释引招育培聚整统调接融促助支扶帮护救减降压缩破除清"
    "理规落担扛挑争创夺抢攻克突编修印研谋划评审核报送告讲练训督检巡访追惩奖表树弘传发挥采取选派遣挂蹲沉沟联严坚捋攥唱叫擦厘算列亮晒交腾挤省锻"
)


def begins_with_verb(said: str) -> bool:
    """Tell whether a clause begins with a verb, after its adverbs.

    Examples
    --------
    >>> begins_with_verb("加快建设区间快线"), begins_with_verb("攥紧拳头"), begins_with_verb("产业层次不高")
    (True, True, False)
    """
    rest = core(said)
    if rest != said and len(rest) > 1:
        return True
    if any(rest[:length] in verbs() for length in (4, 3, 2)):
        return True
    return rest[:1] in _ACTS and rest[1:2] in _RESULT
