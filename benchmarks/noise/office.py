"""Noise of office files: what word processors, sheets and slides leave when their text is taken out."""

import random
import re

from .kind import Kind, after_marks, around, between, each_line, paragraphs


def _footnotes(text: str, _chance: random.Random) -> str:
    count = iter(range(1, 10_000))
    marked = re.sub(r"。(?=.)", lambda _found: f"。[{next(count)}]", text)
    notes = "\n".join(f"[{number}] 数据来源：内部统计。" for number in range(1, next(count)))
    return f"{marked}\n{notes}"


def _superscripts(text: str, chance: random.Random) -> str:
    return "".join(char + chance.choice("¹²³") if char == "，" and chance.random() < 0.15 else char for char in text)


def _comments(text: str, chance: random.Random) -> str:
    def add(line: str, number: int, dice: random.Random) -> str:
        return f"{line}[批注 {number + 1}：请核实]" if dice.random() < 0.4 else line

    return each_line(add)(text, chance)


def _balloons(text: str, chance: random.Random) -> str:
    note = "【王科 5月6日批注：此处口径与上次一致】"
    return "".join(char + (note if char in "，；" and chance.random() < 0.08 else "") for char in text)


def _cells(mark: str) -> Kind:
    return each_line(lambda line, number, _dice: f"{number + 1}{mark}{line}{mark}{mark}")


def _markdown_table(text: str, _chance: random.Random) -> str:
    rows = [f"| {number} | {line} |" for number, line in enumerate(paragraphs(text), 1)]
    return "\n".join(("| 序号 | 内容 |", "| --- | --- |", *rows))


def _quoted_cells(text: str, _chance: random.Random) -> str:
    return "\n".join('"' + line.replace('"', '""') + '"' for line in paragraphs(text))


def _fields(text: str, _chance: random.Random) -> str:
    return '{ TOC \\o "1-3" \\h \\z \\u }\n' + text.rstrip() + "\n{ PAGE \\* MERGEFORMAT }"


def _contents(text: str, _chance: random.Random) -> str:
    lines = (f"第{sign}部分{'.' * 30}{page}" for sign, page in zip("一二三", (1, 3, 6), strict=True))
    return "\n".join(("目　录", *lines, text.strip()))


def _soft_returns(text: str, _chance: random.Random) -> str:
    return "\v".join(paragraphs(text))


def _bullets(marks: str) -> Kind:
    return each_line(lambda line, number, _dice: f"{marks[number % len(marks)]} {line}")


def _slides(text: str, _chance: random.Random) -> str:
    return "\n".join(f"幻灯片 {number}\n{line}\n单击此处添加备注" for number, line in enumerate(paragraphs(text), 1))


def _versions(text: str, chance: random.Random) -> str:
    return between(("已删除的内容: 　", "带格式的: 字体: 仿宋, 三号", "带格式的: 缩进: 首行缩进: 2 字符"), 2)(
        text, chance
    )


def _rich_text(text: str, chance: random.Random) -> str:
    return inside_paragraphs(text, chance, ("\\par ", "\\b0 ", "\\f1 "))


def inside_paragraphs(text: str, chance: random.Random, codes: tuple[str, ...]) -> str:
    """Each paragraph with one of `codes` before it and the first of them behind it."""
    return "\n".join(f"{chance.choice(codes)}{line}{codes[0]}" for line in paragraphs(text))


def _bookmarks(text: str, _chance: random.Random) -> str:
    return re.sub(r"《([^》]+)》", r'HYPERLINK "file:///D:/公文/附件.docx" 《\1》', text)


def _properties(text: str, _chance: random.Random) -> str:
    top = ("文件名：定稿（最终版3）修改.docx", "作者：USER-20190402　最后保存者：Administrator", "字数：1,532")
    return "\n".join((*top, "", text.strip()))


def _proofs(text: str, chance: random.Random) -> str:
    return after_marks("。", "（√）", 0.25)(text, chance)


KINDS: dict[str, Kind] = {
    "office: footnote numbers and notes": _footnotes,
    "office: raised figures": _superscripts,
    "office: comments behind paragraphs": _comments,
    "office: comments inside sentences": _balloons,
    "office: cells with tabs": _cells("\t"),
    "office: cells with bars": _cells("|"),
    "office: table of markdown": _markdown_table,
    "office: quoted cells": _quoted_cells,
    "office: field codes": _fields,
    "office: table of contents before": _contents,
    "office: soft returns": _soft_returns,
    "office: round bullets": _bullets("●"),
    "office: changing bullets": _bullets("◆■▲★"),
    "office: check boxes": _bullets("□☑"),
    "office: dashes as bullets": _bullets("-*"),
    "office: slides": _slides,
    "office: traces of changes": _versions,
    "office: codes of rich text": _rich_text,
    "office: codes of links": _bookmarks,
    "office: properties before": _properties,
    "office: ticks of a proof-reader": _proofs,
    "office: template words": around(
        ("（标题，二号方正小标宋）", "（正文，三号仿宋）"), ("附件：无", "（联系人：某某，电话：000）")
    ),
}
