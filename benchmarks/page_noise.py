"""Page noise put into clean reports: pinyin, columns, glued navigation and the like."""

import random
import re
from collections.abc import Callable

import opencc
from pypinyin import Style, lazy_pinyin

Noise = Callable[[str, random.Random], str]


def _pinyin(style: Style, every: int, brackets: str = "()") -> Noise:
    def make(raw: str, chance: random.Random) -> str:
        return "".join(
            f"{char}{brackets[0]}{lazy_pinyin(char, style=style)[0]}{brackets[1]}"
            if "\u4e00" <= char < "\u9fff" and chance.randrange(every) == 0
            else char
            for char in raw
        )

    return make


def _column(width: int, indent: str) -> Noise:
    def make(raw: str, _: random.Random) -> str:
        paragraphs = [line.strip() for line in raw.split("\n") if line.strip()]
        return "\n".join(
            "\n".join((indent + line)[at : at + width] for at in range(0, len(indent + line), width))
            for line in paragraphs
        )

    return make


def _blank_lines(raw: str, chance: random.Random) -> str:
    return "".join(char + ("\n\n" if chance.randrange(60) == 0 and "\u4e00" <= char < "\u9fff" else "") for char in raw)


def _spaced(raw: str, _: random.Random) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff,。、])(?=[\u4e00-\u9fff])", " ", raw)


def _glued(raw: str, _: random.Random) -> str:
    before = "首页 新闻 政务 服务 当前位置: 首页 > 要闻 > 正文 字号: 大 中 小 "
    return before + raw.lstrip() + " 分享到: 微信 微博 责任编辑: 佚名"


def _plain(make: Callable[[str], str]) -> Noise:
    return lambda raw, _: make(raw)


KINDS: dict[str, Noise] = {
    "pinyin with tones": _pinyin(Style.TONE, 4),
    "pinyin without tones": _pinyin(Style.NORMAL, 4),
    "pinyin with tone digits": _pinyin(Style.TONE3, 4, "（）"),
    "narrow columns, indented": _column(18, "　　"),
    "narrow columns, no indent": _column(22, ""),
    "wide columns": _column(38, "  "),
    "blank lines inside sentences": _blank_lines,
    "traditional": _plain(opencc.OpenCC("s2tw").convert),
    "spaces between characters": _spaced,
    "full-width punctuation": _plain(lambda raw: raw.translate(str.maketrans(",;:()", "，；：（）"))),
    "no quotation marks": _plain(lambda raw: re.sub(r"[“”]", "", raw)),
    "navigation glued to the body": _glued,
    "everything on one line": _plain(lambda raw: " ".join(raw.split())),
    "carriage returns": _plain(lambda raw: raw.replace("\n", "\r\n")),
}
