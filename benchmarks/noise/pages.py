"""Noise of web pages: what stands around and inside an article when a whole page was copied or saved."""

import random

from .kind import Kind, around, between, each_line, mapped, paragraphs

MENU = ("网站首页", "走进本市", "政务公开", "办事服务", "互动交流", "数据开放", "专题专栏")
RELATED = (
    "早高峰地铁缩短间隔 市民直呼方便",
    "这条老街今起封闭施工 请绕行",
    "周末降温明显 出门记得添衣",
    "全市中小学运动会落幕",
)
FOOT = (
    "主办单位：市人民政府办公室 承办：市大数据中心",
    "网站标识码：3200000001　苏公网安备 32000002000001号",
    "地址：人民中路1号　邮编：200000　电话：0510-00000000",
)
ADVERTS = ("【广告】金秋家居节火热开启 全场五折起", "推广 | 扫码领取新人礼包", "广告×", "猜你喜欢")


def _one_line(text: str, _chance: random.Random) -> str:
    return "　".join(paragraphs(text))


def _menu_glued(text: str, _chance: random.Random) -> str:
    return "".join(MENU) + "您所在的位置：首页>要闻动态>详情" + text.lstrip() + "打印本页关闭窗口分享到"


def _fontsize_bar(text: str, _chance: random.Random) -> str:
    first, *rest = paragraphs(text)
    bar = "来源：本站编辑　浏览次数：3572次　字体：[大] [中] [小]　[打印] [关闭]"
    return "\n".join((first, bar, *rest))


def _html_tags(text: str, chance: random.Random) -> str:
    def wrap(line: str) -> str:
        return f'<p style="text-indent: 2em; line-height: {chance.choice(("1.75", "28px"))};"><span>{line}</span></p>'

    return '<div class="article-content">\n' + "\n".join(wrap(line) for line in paragraphs(text)) + "\n</div>"


def _line_breaks(text: str, _chance: random.Random) -> str:
    return "<br/>\n".join(paragraphs(text)) + "<br/>"


ENTITIES = {"“": "&ldquo;", "”": "&rdquo;", "—": "&mdash;", "·": "&middot;", "　": "&emsp;", " ": "&nbsp;"}


def _numeric_entities(text: str, chance: random.Random) -> str:
    return "".join(f"&#{ord(char)};" if char in "“”，。、；：" and chance.random() < 0.5 else char for char in text)


def _script_left(text: str, _chance: random.Random) -> str:
    top = 'var _hmt = _hmt || [];\n(function() { var hm = document.createElement("script"); })();'
    return f"{top}\n{text}\n$(function(){{ $('.share').qrcode({{width: 110, height: 110}}); }});"


def _style_left(text: str, _chance: random.Random) -> str:
    return ".TRS_Editor P{line-height:1.5;font-family:宋体;font-size:12pt;}.TRS_Editor DIV{margin:0}\n" + text


def _markdown_links(text: str, chance: random.Random) -> str:
    def change(line: str, number: int, _chance: random.Random) -> str:
        return f"{line} [{number + 1}](https://www.example.gov.cn/art/2024/{number}.html)"

    return each_line(change)(text, chance)


def _captions(text: str, chance: random.Random) -> str:
    lines = ("图为会议现场。本报记者 摄", "↑ 资料图", "（图源：视觉中心）", "图1 现场照片")
    return between(lines, 2)(text, chance)


def _tail_of_pages(text: str, _chance: random.Random) -> str:
    return text.rstrip() + "\n1 2 3 下一页 尾页 共3页\n上一篇：没有了\n下一篇：" + RELATED[0]


def _side_column(text: str, chance: random.Random) -> str:
    return each_line(lambda line, _number, dice: f"{line}\t{dice.choice(RELATED)}")(text, chance)


def _comments(text: str, _chance: random.Random) -> str:
    tail = ("网友评论 文明上网理性发言", "匿名网友 2小时前", "支持！盼着早点通车", "回复 赞(12)", "查看全部28条评论")
    return text.rstrip() + "\n" + "\n".join(tail)


def _hot_list(text: str, chance: random.Random) -> str:
    rows = [f"{number}. {title} {chance.randrange(10, 900)}万热度" for number, title in enumerate(RELATED, 1)]
    return "热搜榜\n" + "\n".join(rows) + "\n" + text + "\n" + "\n".join(rows)


KINDS: dict[str, Kind] = {
    "page: menu before and footer after": around(MENU, FOOT),
    "page: menu in one bar": around((" | ".join(MENU),), ("  ".join(FOOT),)),
    "page: menu glued to the body": _menu_glued,
    "page: breadcrumb and share bar": around(
        ("当前位置： 首页 >> 新闻中心 >> 本地新闻 >> 正文",), ("分享到： 微信 微博 QQ空间 复制链接", "责任编辑：张三丰")
    ),
    "page: everything on one line": _one_line,
    "page: size and print bar under the title": _fontsize_bar,
    "page: tags of the editor": _html_tags,
    "page: break tags": _line_breaks,
    "page: named entities": mapped(ENTITIES),
    "page: numeric entities": _numeric_entities,
    "page: script left over": _script_left,
    "page: style sheet left over": _style_left,
    "page: numbered links behind paragraphs": _markdown_links,
    "page: picture captions between": _captions,
    "page: pages and neighbours at the end": _tail_of_pages,
    "page: side column in the same line": _side_column,
    "page: comments of readers": _comments,
    "page: hot list before and after": _hot_list,
    "page: adverts between paragraphs": between(ADVERTS, 2),
    "page: related titles between paragraphs": between(tuple(f"相关阅读：{title}" for title in RELATED), 3),
    "page: cookie and application banner": around(
        ("本网站使用 Cookie 改善您的浏览体验 接受 拒绝", "打开APP，阅读体验更佳 立即打开"),
        ("返回顶部", "意见反馈", "下载客户端"),
    ),
    "page: accessibility bar": around(
        ("无障碍浏览 进入关怀版 简体 | 繁体 | English 登录 注册", "请输入关键字 搜索"), ("扫一扫在手机打开当前页",)
    ),
}
