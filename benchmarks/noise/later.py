"""Noise of forwards, converters, recordings, drafts, exports and reading platforms."""

import csv
import io
import json
import random
import re
from collections.abc import Callable, Sequence

from .kind import Kind, after_marks, around, between, chunks, each_line, inside, mapped, paragraphs, then

SENTENCE_ENDS = re.compile(r"(?<=[。！？])(?![”’」』）])")
CLAUSE_ENDS = re.compile(r"(?<=[，。；：！？])(?![”’」』）])")
PEOPLE = ("办公室小陈", "李主任", "综合科-周", "发改局王工")
SITE = "https://www.county.example/zwgk/art/2024/6/12/art_1229_5831.html　　　　{n}/{all}"
FIGURES = dict(zip("0123456789%()", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗％（）", strict=True))
ENDS = ("\r\n", "\n", "\r", "\v", "\f", "\u0085", "\u2028", "\n\r\n")
EDGES = ("\t\t", "　　　　", "    │ ", " \t　 ", "        ")
BINDING = "┆┆装┆┆订┆┆线"
RELATED = ("延伸阅读", "▪ 一图读懂 | 全县上半年经济运行 [2024-06-03]", "▪ 视频 | 走进高新区 [2024-05-28]", "更多>>")
COMMENTS = (
    "全部评论 2　最新 最热",
    "用户88**21 来自湖北　3小时前",
    "写得很实在👍　回复 赞(6)",
    "↳ 作者回复：感谢关注",
    "没有更多了",
)
GATE = ("请完成安全验证", "向右拖动滑块填充拼图", "看不清？换一张　验证码：7K q3", "验证通过，正在跳转…")
COOKIES = ("我们使用 Cookie 改善浏览体验。继续浏览即表示同意《隐私政策》。", "全部接受　仅必要　管理偏好　×")
LIKES = ("👍 128　⭐ 36　↗ 分享", "赞　在看　写留言", "分享到 微信 微博 QQ空间 复制链接")
LIBRARY = (
    "乐享文库 www.wenku.example 海量文档下载",
    "VIP专享文档 第2/6页 剩余4页",
    "[文档下载券：1张] 加入收藏 | 举报",
)
HELD = ("[图片]", "[文件] 附表1.xlsx 34.2 KB", "[链接] 查看位置", "[语音] 12″")
BALLOONS = (
    "带格式的: 缩进: 首行缩进: 2 字符",
    "设置了格式[周]: 字体: 仿宋_GB2312, 三号",
    "删除了: 　　",
    "域代码已更改",
)
EXCHANGE = (
    "*00318245*",
    "收文编号：2024-0612-37　　份数：1　　缓急：平件",
    "来文字号：—　　接收时间：2024-06-12 09:31:22",
)
SIGNED = ("", "流程跟踪", "周某　2024-06-12 10:05　已阅", "李某　2024-06-12 11:40　已阅。存档", "打印人：陈某　共1份")
FOLDED = ("展开全文 ∨", "∧ 收起", "… 展开", "点击收起")
LOGIN = ("…", "登录后阅读剩余 62% 内容", "微信登录 | 手机号登录", "已为您恢复阅读进度")


def _parts(ends: re.Pattern[str], text: str) -> list[str]:
    return [part for line in paragraphs(text) for part in ends.split(line) if part.strip()]


def _wrapped(text: str, width: int, indent: str = "　　") -> list[str]:
    return [piece for line in paragraphs(text) for piece in chunks(indent + line, width)]


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _narrow(width: int, change: Callable[[str, int, random.Random], str], gap: str = "\n") -> Kind:
    """Lines of `width`, each changed knowing its number."""
    return lambda text, chance: gap.join(change(line, n, chance) for n, line in enumerate(_wrapped(text, width), 1))


def _sheets(width: int, height: int, tops: Sequence[str], feet: Sequence[str], again: int = 0) -> Kind:
    """Sheets with heads and feet that take turns; each may start with the last `again` lines of the one before."""

    def make(text: str, _chance: random.Random) -> str:
        lines, out = _wrapped(text, width), []
        count = -(-len(lines) // height)
        for n in range(1, count + 1):
            words = {"n": n, "all": count, "last": n - 1, "next": n + 1, "minute": 10 + n % 50}
            head = tops[n % len(tops)] if n > 1 or not again else ""
            foot = feet[n % len(feet)] if n < count or not again else ""
            sheet = lines[max((n - 1) * height - again, 0) : n * height]
            out += [line for line in (head.format(**words), *sheet, foot.format(**words)) if line]
        return "\n".join(out)

    return make


def _cues(line: Callable[[int, int, str], str], head: Sequence[str], gap: str = "\n") -> Kind:
    """Clauses with the number and the second at which each is said."""

    def make(text: str, chance: random.Random) -> str:
        out, second = list(head), 1
        for number, piece in enumerate((p for clause in _parts(CLAUSE_ENDS, text) for p in chunks(clause, 20)), 1):
            out.append(line(number, second, piece))
            second += chance.randint(3, 6)
        return gap.join(out)

    return make


def _half_way(*lines: str) -> Kind:
    """Lines put once in the middle of the text, between two paragraphs."""

    def make(text: str, _chance: random.Random) -> str:
        body = paragraphs(text)
        return "\n".join((*body[: len(body) // 2], *lines, *body[len(body) // 2 :]))

    return make


def _bundle(text: str, chance: random.Random) -> str:
    out = ["工作群的聊天记录", "", "—————  2024-06-12  —————", ""]
    for number, sentence in enumerate(_parts(SENTENCE_ENDS, text)):
        out += [f"{PEOPLE[0]}  09:{10 + number // 3 % 50:02}", "", sentence, ""]
        if chance.randrange(9) == 0:
            out += [f"“{chance.choice(PEOPLE[1:])}”撤回了一条消息", ""]
    return "\n".join(out)


def _converted(line: str, number: int, chance: random.Random) -> str:
    cut = chance.randint(1, len(line))
    foot = f"\n=====第{number // 17}页=====\n本文件由版式转换工具试用版生成，购买后去除此行\n"
    return line[:cut] + " " * chance.randint(1, 4) + line[cut:] + (foot if number % 17 == 0 else "\n")


def _reply(text: str, _chance: random.Random) -> str:
    out = ["材料收到，谢谢。", "", '在 2024-06-12 09:31:22，"周某" <zhou@county.example> 写道：']
    out += ['> 在 2024-06-11 17:05:40，"陈某" <chen@county.example> 写道：', ">"]
    return "\n".join((*out, *(f"{'>> ' if n % 5 else '> >'}{line}" for n, line in enumerate(_wrapped(text, 36, "")))))


def _hyphens(line: str, _number: int, chance: random.Random) -> str:
    *pieces, last = chunks("  " + line, 27)
    return "".join(piece + chance.choice("--¬‐") + "\n" for piece in pieces) + last


def _random_columns(text: str, chance: random.Random) -> str:
    out, at, whole = [], 0, "\n　　".join(("", *paragraphs(text)))
    while at < len(whole):
        step = chance.randint(3, 55)
        out.append(whole[at : at + step])
        at += step
    return "\n".join(out)


def _transcript(text: str, chance: random.Random) -> str:
    out, second = ["录音文件：20240612_093100.m4a", "时长：01:12:40", ""], 4
    for number, line in enumerate(paragraphs(text)):
        out += [f"说话人 {number // 5 % 3 + 1}  {_clock(second)}", line, ""]
        second += chance.randint(8, 60)
    return "\n".join((*out, "（本内容由语音转写生成，仅供参考）"))


def _stamps_inside(line: str, number: int, chance: random.Random) -> str:
    pauses = ("", "", "（停顿）", "（掌声）")
    said = enumerate(s for s in SENTENCE_ENDS.split(line) if s)
    return "".join(f"[{_clock(number * 67 + n * 9)}]{sentence}{chance.choice(pauses)}" for n, sentence in said)


def _additions(line: str, _number: int, chance: random.Random) -> str:
    notes = ("{>>周：已并入<<}", "{>>陈：同第二稿<<}", "{--　--}", "")
    return "".join(f"{{++{sentence}++}}{chance.choice(notes)}" for sentence in SENTENCE_ENDS.split(line) if sentence)


def _comments_with_dates(line: str, number: int, chance: random.Random) -> str:
    words = chance.choice(("数据同年报", "已核", "此处字号不一", "同意"))
    first, *rest = CLAUSE_ENDS.split(line)
    return f"{first}[批注 {PEOPLE[number % 4]} 2024/6/12 10:{number % 60:02}：{words}]{''.join(rest)}"


def _notes_in_page(text: str, _chance: random.Random) -> str:
    sources, out = ("见本县统计公报。", "数据来源：县发改局。", "同上，第 14 页。", "口径与上年一致。"), []
    for number, page in enumerate(chunks("\n".join(paragraphs(text)), 330)):
        sign = "①②③④⑤"[number % 5]
        first, *rest = CLAUSE_ENDS.split(page)
        out.append(f"{first}{sign}{''.join(rest)}\n————————\n{sign} {sources[number % 4]}")
    return "\n".join(out)


def _service(text: str, _chance: random.Random) -> str:
    data = {"id": 10342, "title": None, "content": "\r\n".join(paragraphs(text)), "views": 312}
    return json.dumps({"code": 0, "msg": "success", "data": data})


def _escaped_twice(text: str, _chance: random.Random) -> str:
    inner = json.dumps(
        {"blocks": [{"type": "p", "text": f"\t{line}"} for line in paragraphs(text)]}, ensure_ascii=False
    )
    return json.dumps({"body": inner}, ensure_ascii=False)


def _folded(text: str, _chance: random.Random) -> str:
    body = "\n\n".join("\n".join(f"    {piece}" for piece in chunks(line, 38)) for line in paragraphs(text))
    return f"- id: 10342\n  source: 县政府办\n  tags: [会议, 规划]\n  body: >-\n{body}\n  checked: false"


def _rows(text: str, _chance: random.Random) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, quoting=csv.QUOTE_ALL)
    writer.writerow(("id", "doc", "段落", "备注"))
    writer.writerows((n, "GZBG-2024", re.sub("[“”]", '"', line), "") for n, line in enumerate(paragraphs(text), 1))
    return sheet.getvalue()


def _cells(text: str, _chance: random.Random) -> str:
    rows = [f"{n}\t{sentence}\t\t否" for n, sentence in enumerate(_parts(SENTENCE_ENDS, text), 1)]
    return "\n".join(("\tA\tB\tC", "序号\t内容\t备注\t已核", *rows, "Sheet1\tSheet2\tSheet3"))


def _tex(line: str, number: int, _chance: random.Random) -> str:
    line = line.replace("%", r"\%")
    if line[-1] not in "。！？；：，" and len(line) < 30:
        return f"\\subsection*{{{line}}}\\label{{sec:{number}}}"
    return rf"\par\hspace{{2em}}{line}" + ("\\\\[3pt]" if number % 3 else r"\vspace{1ex}")


def _markdown(line: str, number: int, _chance: random.Random) -> str:
    if line[-1] not in "。！？；：，" and len(line) < 30:
        return f"\n###### {line} {{#s{number}}}\n"
    first, *rest = CLAUSE_ENDS.split(line)
    return f"{('- ', '&emsp;&emsp;', '> ')[number % 3]}**{first}**{''.join(rest)}[^{number + 1}]<br>"


def _isolates(text: str, _chance: random.Random) -> str:
    body = "\n".join(f"\u2068{line}\u2069\u3164" for line in paragraphs(text))
    return "\u061c" + re.sub(r"(?<=[，、])", "\u2060\u180e", body)


LATER: dict[str, Kind] = {
    "later: bundle of forwarded messages": _bundle,
    "later: messages answered with their quotation": each_line(
        lambda line, n, _dice: f"「{PEOPLE[n % 4]}：{line}」\n- - - - - - - - - - - - - - -\n收到"
    ),
    "later: placeholders of a messenger": then(between(HELD, 3), around(("[转发]",), (HELD[1],))),
    "later: bracketed faces between sentences": after_marks("。！", "[玫瑰][强]"),
    "later: converter of fixed layouts": _narrow(31, _converted),
    "later: screens with a status bar": _sheets(21, 15, ("9:{minute} ▂▄▆ 5G 86%",), ("＜　···",)),
    "later: screens that overlap": _sheets(23, 13, ("IMG_40{minute}.PNG",), ("＜　···",), 2),
    "later: answered mail, wrapped": _reply,
    "later: mail with soft breaks left": lambda text, _chance: "=\n".join(chunks(text, 24)) + "=20",
    "later: hyphens at line ends": each_line(_hyphens),
    "later: printed by a browser": _sheets(42, 22, ("2024/6/12 09:31　　　信息公开 - 县政府网",), (SITE,)),
    "later: fax heads": _sheets(30, 20, ("2024-06-12 09:31  FROM:XFB  TEL:0700-0000000  P.{n:02}/{all:02}",), ("",)),
    "later: heads left and right in turn": _sheets(32, 16, ("{n}　工作汇编", "　" * 20 + "材料选登　{n}"), ("",)),
    "later: last line again on the next page": _sheets(34, 18, ("（上接第{last}页）",), ("（下转第{next}页）",), 1),
    "later: captions with voices": _cues(
        lambda n, at, piece: f"{n}\n{_clock(at)}.000 --> {_clock(at + 2)}.400 align:start\n<v 主持人>{piece}</v>",
        ("WEBVTT", "NOTE 自动生成"),
        "\n\n",
    ),
    "later: dialogue of a caption editor": _cues(
        lambda _n, at, piece: (
            f"Dialogue: 0,{_clock(at)[1:]}.00,{_clock(at + 2)[1:]}.50,Default,,0,0,0,,{{\\fad(80,80)}}{piece}"
        ),
        ("[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"),
    ),
    "later: lyrics of a player": _cues(lambda _n, at, piece: f"[{_clock(at)[3:]}.20]{piece}", ("[ti:会议录音]",)),
    "later: transcript with speakers": _transcript,
    "later: transcript with times inside": each_line(_stamps_inside),
    "later: additions of a draft": each_line(_additions),
    "later: balloons of changed formats": then(between(BALLOONS, 3), around((BALLOONS[1],), ())),
    "later: comments with dates inside": each_line(_comments_with_dates),
    "later: notes at the foot cut sentences": _notes_in_page,
    "later: revision numbers": each_line(lambda line, n, _dice: f"[r{1040 + n * 3}] {line} ‹V2.{n % 7}›"),
    "later: head of a document exchange": around(EXCHANGE, SIGNED),
    "later: numbers in both margins": _narrow(30, lambda line, n, _dice: f"{n:>4}│{line.ljust(30, '　')}│{n}"),
    "later: binding line": _narrow(30, lambda line, n, _dice: f"{BINDING[n % 9]}　{line}"),
    "later: uneven block quotation": _narrow(33, lambda line, _n, dice: dice.choice(EDGES) + line),
    "later: wrapped at any column": _random_columns,
    "later: line ends of every system": _narrow(29, lambda line, _n, dice: line + dice.choice(ENDS), ""),
    "later: a character in each square": _narrow(20, lambda line, _n, _dice: "\t".join(line)),
    "later: isolates and fillers": _isolates,
    "later: wrong decoding of invisible signs": then(inside(("â€‹", "Â\xa0"), 25), around(("ï»¿",), (), "")),
    "later: mathematical figures": mapped(FIGURES),
    "later: formatting marks shown": each_line(
        lambda line, _n, dice: f"□□{line.replace(' ', '·')}{dice.choice('¶¶↵')}"
    ),
    "later: reply of a service in ASCII": _service,
    "later: object escaped twice": _escaped_twice,
    "later: folded value": _folded,
    "later: rows with doubled quotes": _rows,
    "later: a sentence in each cell": _cells,
    "later: list of a notebook": lambda text, _chance: (
        "Out[7]: " + repr([f"　　{line}" + "\xa0" for line in paragraphs(text)])
    ),
    "later: entities escaped twice": then(
        mapped({"“": "&amp;ldquo;", "”": "&amp;rdquo;", "·": "&amp;middot;", "%": "&amp;#37;"}),
        each_line(lambda line, _n, _dice: f"&lt;p&gt;&amp;emsp;&amp;emsp;{line}&amp;nbsp;&lt;/p&gt;"),
    ),
    "later: remnants of TeX": each_line(_tex),
    "later: remnants of markdown": each_line(_markdown),
    "later: counts of remarks at paragraphs": each_line(lambda line, _n, dice: f"{line}\n{dice.randint(1, 99)}"),
    "later: unfold and fold buttons": then(between(FOLDED, 3), around((), FOLDED[:2])),
    "later: likes and shares between": then(between(LIKES, 4), around((), LIKES)),
    "later: thread of remarks after": around((), ("", *COMMENTS)),
    "later: related list half way": _half_way(*RELATED),
    "later: wall of a log-in half way": _half_way(*LOGIN),
    "later: captcha and cookies": around((*GATE, *COOKIES), COOKIES[1:]),
    "later: lines of a document library": then(between(LIBRARY, 3), around(LIBRARY[:1], LIBRARY[1:])),
}
