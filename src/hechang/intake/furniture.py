"""Page furniture: navigation, menus, stamps and footers, told from the report by block position and repetition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from hechang.intake.page_words import begins_foot, is_furniture
from hechang.intake.particulars import particulars

_CJK = re.compile(r"[\u3400-\u9fff]")
_TRAIL = re.compile(r"(首页|首頁|您(现在)?的位置|当前位置|當前位置|您的位置|Home).{0,60}[>›»:：]|[>›»].{0,40}[>›»]")
_LEGAL = re.compile(
    r"版权所有|版權所有|copyright\s*(?:©|\(c\)|\d{4}|[|:：])|©|ICP备|ICP備|公网安备|公網安備|"
    r"all rights reserved|网站标识码",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(特别|免责|版权|特別|免責|版權)(声明|聲明)|本平台|本网站|本網站|本网|上一[条篇页條頁]|下一[条篇页條頁]|"
    r"相关(阅读|新闻|链接|报道)|延伸阅读|扫一扫|分享到|打印本页|关闭窗口|^与我们联系|^Notice|未经授权|转载"
)
_STOP = re.compile(r"[。；;]")
_STAMP = re.compile(
    r"(发布|更新|发表|来源|發布|來源|浏览|阅读|作者|日期|时间|字号|字体)\s*(时间|日期|次数|單位|单位)?\s*[:：|]"
    r"|^\S{0,12}\s*(19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?(\s+\d{1,2}:\d{2}(:\d{2})?)?\s*\S{0,12}$"
)
_SIGNED = re.compile(r"[^\d:：|>]{0,30}[(（]?(?:19|20)\d\d年\d{1,2}月(?:\d{1,2}日)?[)）]?")
_BYLINE = re.compile(
    r"^[(（]?\s*(本报|本刊|全媒体|融媒体|特约|见习|责任|責任|执行|值班)?(记者|記者|通讯员|通訊員|编辑|"
    r"編輯|责编|責編|来源|來源|作者|撰稿|撰文|摄影|校对|文字|供稿|审核|监制)\s*[|"
    r"丨:：/\s\u3400-\u9fff]"
)
_MENU_WORD = re.compile(r"[^\s|｜>,。;、!?]{2,4}")
_BULLET = re.compile(
    r"^\s*([•·]|\d{1,2}[、.．]|[一二三四五六七八九十]+[、.．是要]|[(（][一二三四五六七八九十\d]+[)）])"
)


def is_body(text: str) -> bool:
    """Tell whether a paragraph is running text of the report.

    Examples
    --------
    >>> is_body("会议指出,要加快建设城际轨道交通,促进要素流动。"), is_body("首页 > 资讯中心 > 资讯")
    (True, False)
    """
    chinese = len(_CJK.findall(text[:400]))
    if chinese * 2 < len(text[:400].replace(" ", "")) or is_legal(text):
        return False
    stops = len(re.findall(r"[。；;]", text[:400]))
    commas = len(re.findall(r"[，,、]", text[:400]))
    return (stops > 0 and len(text) >= 8) or (commas >= 2 and len(text) >= 30)


def is_legal(text: str) -> bool:
    """Tell whether a paragraph is a notice of the page: whose it is, what may be copied, where to go next.

    Examples
    --------
    >>> is_legal("免责声明:本网转载文章仅为传播信息。"), is_legal("各地要用好本平台,加强督促检查。")
    (True, False)
    """
    return len(text) < 400 and _legal(text)


@lru_cache(maxsize=1024)  # asked several times of the same paragraph
def _legal(text: str) -> bool:
    notice = _NOTICE.search(text)
    return _LEGAL.search(text) is not None or (notice is not None and (notice.start() == 0 or not _STOP.search(text)))


def is_byline(text: str) -> bool:
    """Tell whether a paragraph names who wrote, edited or issued the report.

    Examples
    --------
    >>> is_byline("记者某某"), is_byline("编辑 | 某某"), is_byline("记者节活动在市民中心举行,各界代表参加。")
    (True, True, False)
    """
    return len(text) < 60 and _BYLINE.match(text) is not None and not re.search(r"[。，,；;]|(?:19|20)\d\d\D\d", text)


def kinds(paragraphs: Sequence[str]) -> list[str]:
    """Name each paragraph: body, heading, navigation, stamp, byline or footer.

    Examples
    --------
    >>> kinds(["首页 > 新闻", "全市推进会召开", "会议指出,要加快建设。", "记者某某", "上一条:无"])
    ['navigation', 'heading', 'body', 'byline', 'footer']
    """
    body = [at for at, text in enumerate(paragraphs) if is_body(text)]
    first, last = (body[0], body[-1]) if body else (len(paragraphs), len(paragraphs))
    foot = _foot(paragraphs, last)
    made = [_kind(text, _place(at, first, last, foot)) for at, text in enumerate(paragraphs)]
    for at in particulars(paragraphs):
        made[at] = "heading"
    trails = [at for at in range(first) if at < len(made) and _TRAIL.search(paragraphs[at])]
    return ["navigation" if trails and at <= trails[-1] else kind for at, kind in enumerate(made)]


def _place(at: int, first: int, last: int, foot: int) -> str:
    if at < first:
        return "front"
    return "foot" if at >= foot else "behind" if at > last else ""


def _foot(paragraphs: Sequence[str], last: int) -> int:
    """Index of the first paragraph behind the body that begins the foot of the page: a button, stamp or name."""
    for at in range(last + 1, len(paragraphs)):
        text = paragraphs[at]
        if is_byline(text) or _is_menu(text) or is_legal(text) or begins_foot(text) or is_furniture(text):
            return at
    return len(paragraphs)


def _kind(text: str, place: str) -> str:
    if is_byline(text):
        return "byline"
    if place == "foot":
        return "body" if _BULLET.match(text) and not is_legal(text) and "•" not in text else "footer"
    if _is_menu(text) or is_legal(text):
        return "navigation" if place == "front" else "footer"
    if place == "front":
        return _head_kind(text)
    return "body" if is_body(text) or (place == "behind" and _BULLET.match(text)) else "heading"


def _head_kind(text: str) -> str:
    if _TRAIL.search(text):
        return "navigation"
    return "stamp" if len(text) < 120 and _STAMP.search(text) and not signs(text) else "heading"


def signs(text: str) -> bool:
    """Tell whether a line is the day under or over a document, with or without the body that signs it.

    Examples
    --------
    >>> signs("甲市人民政府 2026年1月5日"), signs("某日报 2026-01-05 08:15")
    (True, False)
    """
    return _SIGNED.fullmatch(text) is not None


def _is_menu(text: str) -> bool:
    words = text.replace("|", " ").replace("｜", " ").split()
    return len(words) >= 4 and len(text) < 200 and all(map(_MENU_WORD.fullmatch, words))
