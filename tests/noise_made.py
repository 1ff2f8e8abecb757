"""Noise for the cleaner: what saved pages, phone copies, mails, PDF and Word files do to a report; seeded.

Each kind is a function of a clean text and a source of chance. The rules of the cleaner must not be read off from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from unicodedata import east_asian_width, normalize

import opencc
from pypinyin import Style, lazy_pinyin

Noise = Callable[[str, Random], str]
HAN = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"[\u4e00-\u9fff]{2,4}")


def blocks(text: str) -> list[str]:
    """Paragraphs of a clean text."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def width(char: str) -> int:
    """Half-width units of a character."""
    return 2 if east_asian_width(char) in "WFA" else 1


# --- readings put behind characters ----------------------------------------------------------------------
def readings(style: Style, opening: str = "(", closing: str = ")", every: int = 4, word: bool = False) -> Noise:
    def make(text: str, chance: Random) -> str:
        unit = WORD if word else HAN
        gap = chance.choice(["", " "]) if word else ""

        def said(found: re.Match[str]) -> str:
            if chance.randrange(every):
                return found[0]
            return f"{found[0]}{opening}{gap.join(lazy_pinyin(found[0], style=style))}{closing}"

        return unit.sub(said, text)

    return make


# --- lines -----------------------------------------------------------------------------------------------
def cut(text: str, units: int) -> Iterator[str]:
    """Cut a paragraph into lines of at most `units` half-width units, as a terminal or a mail program does."""
    line, used = "", 0
    for char in text:
        if used + width(char) > units:
            yield line
            line, used = "", 0
        line += char
        used += width(char)
    if line:
        yield line


def cut_kindly(text: str, units: int) -> Iterator[str]:
    """The same, but no line begins with a stop or a closing mark, and no number or Latin word is cut."""
    line, used = "", 0
    for part in re.findall(r"[A-Za-z0-9.%+-]+[，。、；：！？”》）,;:)]*|[“《（(]*.[，。、；：！？”》）,;:)]*", text):
        size = sum(map(width, part))
        if used + size > units and line:
            yield line
            line, used = "", 0
        line += part
        used += size
    if line:
        yield line


def column(low: int, high: int, indent: str = "", between: str = "\n", kind: bool = False) -> Noise:
    def make(text: str, chance: Random) -> str:
        units = chance.randint(low, high)
        way = cut_kindly if kind else cut
        return between.join("\n".join(way(indent + one, units)) for one in blocks(text))

    return make


def ragged(text: str, chance: Random) -> str:
    mean = chance.randint(24, 70)
    made = []
    for one in blocks(text):
        at, lines = 0, []
        while at < len(one):
            size = max(6, int(chance.gauss(mean, mean / 5)))
            lines.append(one[at : at + size])
            at += size
        made.append("\n".join(lines))
    return "\n\n".join(made)


def blank_lines(text: str, chance: Random) -> str:
    every = chance.randint(40, 120)
    return "".join(char + ("\n\n" if HAN.match(char) and chance.randrange(every) == 0 else "") for char in text)


def one_break_each(text: str, chance: Random) -> str:
    made = []
    for one in blocks(text):
        at = chance.randrange(len(one) // 4, len(one) * 3 // 4 + 1) if len(one) > 60 else 0
        made.append(one[:at] + ("\n\n" if at else "") + one[at:])
    return "\n\n".join(made)


def double_spaced(text: str, chance: Random) -> str:
    units = chance.randint(40, 90)
    return "\n\n".join(line for one in blocks(text) for line in cut("　　" + one, units))


def quoted_mail(text: str, chance: Random) -> str:
    mark = chance.choice(["> ", ">", ">> ", "| "])
    lines = [line for one in blocks(text) for line in [*cut_kindly(one, chance.choice([72, 76])), ""]]
    head = "-----原始邮件-----\n发件人: 某某 <someone@example.org>\n发送时间: 2026年1月5日 9:12\n"
    head += "收件人: 综合科\n主题: 转发材料\n\n"
    return head + "\n".join(mark + line for line in lines)


def numbered(text: str, chance: Random) -> str:
    units = chance.randint(50, 90)
    lines = [line for one in blocks(text) for line in cut(one, units)]
    form = chance.choice(["{:>4}  ", "{}: ", "{:03d} ", "{}\t"])
    return "\n".join(form.format(number) + line for number, line in enumerate(lines, 1))


def joined_with_space(text: str, chance: Random) -> str:
    return chance.choice([" ", "  ", "\u3000", "\t"]).join(blocks(text))


def joined(text: str, chance: Random) -> str:
    return "".join(blocks(text))


# --- pages of a book -------------------------------------------------------------------------------------
def paged(text: str, chance: Random) -> str:
    units, rows = chance.randint(56, 84), chance.randint(18, 34)
    lines = [line for one in blocks(text) for line in cut_kindly("　　" + one, units)]
    head = chance.choice(["某某省人民政府公报", "内部资料  注意保存", "甲市国民经济和社会发展文件汇编", ""])
    number = chance.choice(["- {} -", "— {} —", "第{}页", "第 {} 页 共 {total} 页", "{}", "{}/{total}", "·{}·"])
    total = len(lines) // rows + 1
    made = []
    for at in range(0, len(lines), rows):
        page = at // rows + 1
        top = [head] if head else []
        made += [*top, *lines[at : at + rows], number.format(page, total=total), *(["\f"] * chance.randrange(2))]
    return "\n".join(made)


def page_marks(text: str, chance: Random) -> str:
    """Page numbers and headers that fall into the middle of sentences of unwrapped text."""
    head = chance.choice(["政府工作文件", "规划文本（征求意见稿）", "2026年第3期"])
    number = chance.choice(["- {} -", "第{}页", "—{}—", "{}"])
    whole, made, page = "\n".join(blocks(text)), [], 1
    at = 0
    while at < len(whole):
        size = chance.randint(500, 900)
        made.append(whole[at : at + size])
        at += size
        made.append(f"\n{number.format(page)}\n{head}\n")
        page += 1
    return "".join(made)


# --- web pages -------------------------------------------------------------------------------------------
TOP = [
    "首页 | 新闻 | 政务公开 | 办事服务 | 互动交流 | 数据开放",
    "网站首页\n机构概况\n新闻动态\n信息公开\n在线服务\n公众参与",
    "无障碍浏览 | 长者模式 | 登录 | 注册 | 繁体 | English",
    "您当前的位置：首页 > 政务公开 > 重要会议 > 正文",
    "当前位置: 网站首页 >> 资讯中心 >> 本地要闻",
    "来源：某日报 发布时间：2026-02-03 08:15 浏览次数：1234 次 字体：[ 大 中 小 ]",
    "发布日期：2026-02-03  信息来源：市政府办公室  字号：【大】【中】【小】  打印本页",
    "2026-02-03 09:21 来源: 某某网 阅读量: 3.2万 分享到: 微信 微博 QQ空间",
    "索引号：014000/2026-00123 主题分类：综合政务 发文机关：某市政府 成文日期：2026-02-03",
    "点击蓝字 关注我们",
    "听新闻 00:00 / 05:12",
    "今天是 2026年2月3日 星期二 晴 3~9℃",
    "搜索 热搜词：公积金 社保 医保",
]
BOTTOM = [
    "责任编辑：某某",
    "编辑：甲某 审核：乙某 终审：丙某",
    "【打印】 【关闭】 【收藏】",
    "分享到： 微信 微博 QQ好友 复制链接",
    "上一篇：关于开展春季植树活动的通知\n下一篇：我市举行新春音乐会",
    "相关链接\n市民公园今起免费开放\n早高峰公交线路有调整\n全市羽毛球公开赛落幕",
    "相关阅读：\n· 春运首日客流平稳\n· 老街改造一期亮相",
    "热门推荐 更多>>\n一图读懂 | 五险一金\n视频 | 航拍湿地",
    "扫一扫在手机打开当前页",
    "版权所有：某市人民政府 主办：某市人民政府办公室 网站标识码：3200000001\n"
    "备案号：某ICP备05000001号-1 某公网安备 32010002000001号",
    "Copyright © 2015-2026 example.gov.cn All Rights Reserved",
    "联系我们 | 网站地图 | 隐私声明 | 关于本站\n地址：某市某路1号 邮编：210000 电话：025-00000000",
    "喜欢此内容的人还喜欢\n阅读原文\n阅读 1.2万 点赞 36 在看 12",
    "免责声明：本网转载文章仅为传播信息之目的，不代表本网观点。",
    "网友评论 0 条 发表评论 登录后评论",
    "返回顶部",
]


def _some(chance: Random, of: list[str], low: int, high: int) -> list[str]:
    picked = sorted(chance.sample(range(len(of)), chance.randint(low, high)))
    return [of[at] for at in picked]


def page_around(text: str, chance: Random) -> str:
    return "\n".join([*_some(chance, TOP, 3, 6), text.strip(), *_some(chance, BOTTOM, 3, 7)])


def page_glued(text: str, chance: Random) -> str:
    gap = chance.choice([" ", "", "　"])
    top = gap.join(" ".join(one.split()) for one in _some(chance, TOP, 1, 4))
    bottom = gap.join(" ".join(one.split()) for one in _some(chance, BOTTOM, 1, 4))
    return top + gap + text.strip() + gap + bottom


def page_on_one_line(text: str, chance: Random) -> str:
    return " ".join(page_around(text, chance).split())


def buttons_between(text: str, chance: Random) -> str:
    between = [
        "分享到微信", "点击查看大图", "【字体：大 中 小】", "展开全文", "广告", "扫码关注", "阅读 356", "打印", "收藏",
        "(adsbygoogle = window.adsbygoogle || []).push({});", "下载APP 看更多", "▲图为会议现场。某某 摄",
    ]  # fmt: skip
    made = []
    for one in blocks(text):
        made.append(one)
        if chance.randrange(3) == 0:
            made.append(chance.choice(between))
    return "\n".join(made)


# --- single characters -----------------------------------------------------------------------------------
def between_characters(gap: str, every: int) -> Noise:
    def make(text: str, chance: Random) -> str:
        return re.sub(
            r"(?<=[\u4e00-\u9fff，。、,])(?=[\u4e00-\u9fff])",
            lambda _: gap if chance.randrange(every) == 0 else "",
            text,
        )

    return make


def spaces_at_latin(text: str, chance: Random) -> str:
    spaced = re.sub(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])", " ", text)
    return re.sub(r"(?<=[，。；：])(?=\S)", " ", spaced)


def without(chars: str, instead: str = "", one_in: int = 1) -> Noise:
    def make(text: str, chance: Random) -> str:
        return "".join(instead if char in chars and chance.randrange(one_in) == 0 else char for char in text)

    return make


def doubled_marks(text: str, chance: Random) -> str:
    return "".join(char * 2 if char in "，。、；,;" and chance.randrange(4) == 0 else char for char in text)


def half_marks(text: str, chance: Random) -> str:
    return text.translate(str.maketrans("，；：（）！？。", ",;:()!?."))


def odd_marks(text: str, chance: Random) -> str:
    odd = {"，": "﹐,､", ",": "﹐，", "。": "｡．.", "、": "､﹑", "“": '"「〝', "”": '"」〞', "；": ";﹔", "：": ":﹕∶"}
    kinds = {char: chance.choice(those) for char, those in odd.items()}
    kinds["，"] = "﹐" if kinds["，"] == "､" else kinds["，"]
    return "".join(kinds.get(char, char) for char in text)


def straight_quotes(text: str, chance: Random) -> str:
    return text.translate(str.maketrans("“”‘’", "\"\"''"))


def full_width(text: str, chance: Random) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if re.match(r"[A-Za-z0-9%+.\-]", char) else char for char in text)


RADICALS = {normalize("NFKC", chr(code)): chr(code) for code in range(0x2F00, 0x2FD6)}
COMPATIBLE = {normalize("NFKC", chr(code)): chr(code) for code in range(0xF900, 0xFAD9)}


def radicals(text: str, chance: Random) -> str:
    return "".join(RADICALS.get(char, char) for char in text)


def compatible(text: str, chance: Random) -> str:
    return "".join(COMPATIBLE.get(char, char) for char in text)


def controls(text: str, chance: Random) -> str:
    odd = "\x07\x08\x0e\x1f\x7f\x00\u200e\u202a\ufeff\u2061\ufe0f\ue000"
    return "".join(
        char + (chance.choice(odd.replace("\x00", "")) if chance.randrange(25) == 0 else "") for char in text
    )


def entities(text: str, chance: Random) -> str:
    names = {"“": "&ldquo;", "”": "&rdquo;", "—": "&mdash;", "·": "&middot;", "‘": "&lsquo;", "’": "&rsquo;"}
    made = "".join(names.get(char, char) for char in text)
    gap = chance.choice(["&nbsp;", "&ensp;", "&emsp;", "&#160;", "&amp;nbsp;"])
    return "\n".join(gap * 4 + one for one in blocks(made))


def tags(text: str, chance: Random) -> str:
    made = []
    for one in blocks(text):
        at = chance.randrange(len(one))
        bold = one[:at] + "<strong>" + one[at : at + 6] + "</strong>" + one[at + 6 :]
        made.append(
            chance.choice(["<p>{}</p>", "{}<br/>", '<p style="text-indent:2em">{}</p>', "<span>{}</span>"]).format(bold)
        )
    return "\n".join(made)


def markdown(text: str, chance: Random) -> str:
    made = ["---", "![](https://img.example.org/a.png)"]
    for number, one in enumerate(blocks(text)):
        at = chance.randrange(len(one))
        mark = chance.choice(["**", "__", "*", "`", "~~"])
        end = min(len(one), at + chance.randint(2, 8))
        body = one[:at] + mark + one[at:end] + mark + one[end:]
        made += [("## " if number % 5 == 0 and len(one) < 30 else chance.choice(["", "", "> "])) + body, ""]
    return "\n".join(made)


def bbcode(text: str, chance: Random) -> str:
    made = []
    for one in blocks(text):
        at = chance.randrange(len(one))
        name, value = chance.choice(
            [("b", ""), ("color", "=#333"), ("size", "=3"), ("url", "=http://a.example/x"), ("i", "")]
        )
        made.append(one[:at] + f"[{name}{value}]" + one[at : at + 5] + f"[/{name}]" + one[at + 5 :])
    return "\n".join(made)


def stray_words(words: list[str], every: int, gap: str = "") -> Noise:
    def make(text: str, chance: Random) -> str:
        return "".join(
            char + (gap + chance.choice(words) + gap if HAN.match(char) and chance.randrange(every) == 0 else "")
            for char in text
        )

    return make


def misread_numbers(text: str, chance: Random) -> str:
    return re.sub(r"(?<=\d)0(?=\d)", lambda _: chance.choice("OoO0"), text)


def script(name: str) -> Noise:
    return lambda text, _: opencc.OpenCC(name).convert(text)


def chain(*kinds: str) -> Noise:
    def make(text: str, chance: Random) -> str:
        for kind in kinds:
            text = KINDS[kind](text, chance)
        return text

    return make


KINDS: dict[str, Noise] = {
    "readings with tones": readings(Style.TONE),
    "readings without tones": readings(Style.NORMAL),
    "readings with digits, full-width brackets": readings(Style.TONE3, "（", "）"),
    "readings in square brackets": readings(Style.TONE, "[", "]", 8),
    "readings behind words": readings(Style.TONE, "(", ")", 5, word=True),
    "readings behind words, digits": readings(Style.TONE2, "（", "）", 5, word=True),
    "bopomofo": readings(Style.BOPOMOFO, "(", ")", 5),
    "readings without brackets": readings(Style.TONE, "", "", 5),
    "readings between slashes": readings(Style.TONE, "/", "/", 6),
    "few readings": readings(Style.TONE, "(", ")", 150),
    "columns of 15-24": column(15, 24),
    "columns of 25-40, indented": column(25, 40, "　　"),
    "columns of 41-60": column(41, 60),
    "columns of 61-80, indented": column(61, 80, "    "),
    "columns of 81-120": column(81, 120),
    "columns of 81-120, indented": column(81, 120, "　　"),
    "kind columns of 30-60": column(30, 60, "　　", kind=True),
    "kind columns of 60-120": column(60, 120, "", kind=True),
    "kind columns, blank between": column(40, 100, "", "\n\n", kind=True),
    "ragged lines": ragged,
    "blank lines in sentences": blank_lines,
    "one break in each paragraph": one_break_each,
    "double spaced": double_spaced,
    "quoted mail": quoted_mail,
    "line numbers": numbered,
    "paragraphs joined with spaces": joined_with_space,
    "paragraphs joined": joined,
    "book pages": paged,
    "page marks in sentences": page_marks,
    "page around": page_around,
    "page glued": page_glued,
    "page on one line": page_on_one_line,
    "buttons between paragraphs": buttons_between,
    "spaces": between_characters(" ", 1),
    "some wide spaces": between_characters("\u3000", 6),
    "no-break spaces": between_characters("\u00a0", 5),
    "zero width": between_characters("\u200b", 3),
    "soft hyphens": between_characters("\u00ad", 4),
    "spaces at Latin": spaces_at_latin,
    "no quotes": without("“”‘’\"「」"),
    "no stops": without("。"),
    "stops are spaces": without("。", " "),
    "a third of the stops lost": without("。", "", 3),
    "no commas": without("，,", "", 6),
    "doubled marks": doubled_marks,
    "half-width marks": half_marks,
    "odd marks": odd_marks,
    "straight quotes": straight_quotes,
    "full-width digits": full_width,
    "radicals": radicals,
    "compatible": compatible,
    "controls": controls,
    "entities": entities,
    "tags": tags,
    "markdown": markdown,
    "bbcode": bbcode,
    "stray words": stray_words(["hello", "the", "copyright", "news", "click", "Update"], 70),
    "stray words, spaced": stray_words(["lorem", "ipsum", "dolor", "amet"], 60, " "),
    "an address": stray_words(["www.example.com", "http://m.example.cn/a/12.html"], 250),
    "a watermark": stray_words(["某某文库"], 200),
    "misread numbers": misread_numbers,
    "traditional (tw)": script("s2tw"),
    "traditional (t)": script("s2t"),
    "traditional (hk)": script("s2hk"),
    "carriage returns": lambda text, _: text.replace("\n", "\r\n"),
    "old carriage returns": lambda text, _: text.replace("\n", "\r"),
    "line separators": lambda text, _: text.replace("\n", "\u2028"),
}  # fmt: skip
KINDS |= {
    f"{' + '.join(kinds)}": chain(*kinds)
    for kinds in (
        ("readings with tones", "columns of 41-60", "page around"),
        ("columns of 25-40, indented", "page around"),
        ("readings with tones", "page on one line"),
        ("traditional (tw)", "readings without tones", "page around"),
        ("page around", "columns of 61-80, indented"),
        ("spaces", "columns of 61-80, indented"),
        ("book pages", "spaces at Latin"),
        ("full-width digits", "book pages", "page around"),
        ("blank lines in sentences", "page around"),
        ("entities", "page around"),
        ("stray words", "columns of 41-60"),
        ("page glued", "readings without tones"),
    )
}
