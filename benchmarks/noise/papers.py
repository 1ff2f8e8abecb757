"""Noise of paper: scans, prints and copies out of portable documents."""

import random

from .kind import Kind, chunks, each_line, inside, paragraphs, then

STAMPS = ("（此件公开发布）", "内部资料 注意保存", "已扫描", "档号：0037-2024-Y-0152")
SPECKS = ("·", "'", "`", "˙", "ˊ", "|")


def _sheets(text: str, width: int, height: int, top: tuple[str, ...], foot: tuple[str, ...], feed: str = "") -> str:
    """Lines of `width` on sheets of `height` lines; `{n}` and `{all}` in the edges are the page and their count."""
    lines = [piece for line in paragraphs(text) for piece in chunks("　　" + line, width)]
    pages = [lines[at : at + height] for at in range(0, len(lines), height)]
    out = []
    for number, page in enumerate(pages, 1):
        edges = [[edge.format(n=number, all=len(pages)) for edge in edges] for edges in (top, foot)]
        out.append("\n".join((*edges[0], *page, *edges[1])))
    return f"\n{feed}".join(out)


def _paged(
    *, width: int = 32, height: int = 14, top: tuple[str, ...] = (), foot: tuple[str, ...] = (), feed: str = ""
) -> Kind:
    return lambda text, _chance: _sheets(text, width, height, top, foot, feed)


def _specks(text: str, chance: random.Random) -> str:
    return inside(SPECKS, 40)(text, chance)


def _stamp_across(text: str, chance: random.Random) -> str:
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 30)]
    lines.insert(chance.randrange(len(lines) // 2, len(lines) + 1), STAMPS[0])
    lines.insert(0, STAMPS[3])
    return "\n".join(lines)


def _watermark(words: str, every: int) -> Kind:
    def make(text: str, chance: random.Random) -> str:
        out = []
        for line in (piece for whole in paragraphs(text) for piece in chunks(whole, 34)):
            out.append(line)
            if chance.randrange(every) == 0:
                out.append(words)
        return "\n".join(out)

    return make


def _watermark_by_letters(text: str, chance: random.Random) -> str:
    letters = iter("仅供内部参阅" * 400)
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 30)]
    return "\n".join(line + (f"\n{next(letters)}" if chance.randrange(3) == 0 else "") for line in lines)


def _stuck_page_numbers(text: str, _chance: random.Random) -> str:
    pieces = chunks("".join(f"　　{line}" for line in paragraphs(text)), 420)
    return "".join(f"{piece}- {number} -" for number, piece in enumerate(pieces, 1))


def _no_breaks(text: str, _chance: random.Random) -> str:
    return "".join(paragraphs(text))


def _two_columns(text: str, _chance: random.Random) -> str:
    """A sheet of two columns, copied line by line: the left column and, behind spaces, a filler of the right one."""
    filler = ("天气：多云转晴", "今日8版", "热线电话 96000", "邮发代号 27—0")
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 18)]
    return "\n".join(
        f"{line}        {filler[number // 9 % 4]}" if number % 9 == 0 else line for number, line in enumerate(lines)
    )


def _fields_of_form(text: str, _chance: random.Random) -> str:
    top = ("收文日期：　　　　编号：", "来文单位：", "拟办意见：", "领导批示：", "-" * 30)
    return "\n".join((*top, text.strip(), "-" * 30, "承办人签字：　　　　　年　月　日"))


def _red_head(text: str, _chance: random.Random) -> str:
    top = ("000001", "机密★1年（样张）", "工 作 简 报", "第 8 期", "━" * 20)
    foot = ("━" * 20, "抄送：各有关单位。", "（共印80份）")
    return "\n".join((*top, text.strip(), *foot))


def _newspaper_page(text: str, _chance: random.Random) -> str:
    top = ("A02 要闻", "2024年　星期四　责编/某某　版式/某某　校对/某某")
    foot = ("本版图片除署名外均为资料图", "报料热线：12345　微信公众号同名")
    return "\n".join((*top, text.strip(), *foot))


def _line_of_dots(text: str, chance: random.Random) -> str:
    return each_line(lambda line, _n, dice: line + " " + "." * dice.randint(3, 30))(text, chance)


def _crossed(text: str, chance: random.Random) -> str:
    return inside(("̶",), 12)(text, chance)


def _rules_between(text: str, _chance: random.Random) -> str:
    return "\n──────────────\n".join(paragraphs(text))


HEAD = ("大都市圈工作动态　2024年第6期",)

KINDS: dict[str, Kind] = {
    "paper: page numbers in dashes": _paged(foot=("— {n} —",)),
    "paper: page numbers alone": _paged(width=36, height=11, foot=("{n}",)),
    "paper: page of pages with head": _paged(top=HEAD, foot=("第 {n} 页 共 {all} 页",)),
    "paper: form feeds": _paged(width=38, height=18, feed="\f"),
    "paper: head and form feed": _paged(top=("工作参考 / {n}",), feed="\f", height=9),
    "paper: page marks in English": _paged(width=40, foot=("Page {n} of {all}", "")),
    "paper: page marks with ratio": _paged(width=28, height=12, top=("{n}/{all}",)),
    "paper: page numbers stuck to the text": _stuck_page_numbers,
    "paper: head and foot on every short sheet": _paged(width=30, height=6, top=HEAD, foot=("·{n}·",)),
    "paper: no breaks at all": _no_breaks,
    "paper: specks": _specks,
    "paper: specks and narrow lines": then(_specks, _paged(width=22, height=20, foot=("{n}",))),
    "paper: stamp between lines": _stamp_across,
    "paper: watermark lines": _watermark("仅供学习使用　严禁外传", 6),
    "paper: watermark of the converter": _watermark("Evaluation Warning : The document was created with a trial.", 9),
    "paper: watermark letter by letter": _watermark_by_letters,
    "paper: a second column beside": _two_columns,
    "paper: form around it": _fields_of_form,
    "paper: red head around it": _red_head,
    "paper: newspaper page around it": _newspaper_page,
    "paper: leader dots": _line_of_dots,
    "paper: struck through": _crossed,
    "paper: rules between paragraphs": _rules_between,
}
