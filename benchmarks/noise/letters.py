"""Noise of letters: mails quoted and forwarded, chats exported, messages signed."""

import random

from .kind import Kind, around, chunks, each_line, paragraphs

DISCLAIMER = (
    "--",
    "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。",
    "This e-mail and its attachments contain confidential information.",
)


def _quoted(mark: str, width: int) -> Kind:
    def make(text: str, _chance: random.Random) -> str:
        return "\n".join(mark + piece for line in paragraphs(text) for piece in chunks(line, width))

    return make


def _stepped_quotes(text: str, chance: random.Random) -> str:
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 33)]
    return "\n".join("> " * chance.randint(1, 3) + line for line in lines)


def _soft_line_ends(text: str, _chance: random.Random) -> str:
    return "\n".join("=\n".join(chunks(line, 25)) for line in paragraphs(text))


def _flowed(text: str, _chance: random.Random) -> str:
    return "\n".join(" \n".join(chunks(line, 34)) for line in paragraphs(text))


def _chat(text: str, chance: random.Random) -> str:
    return "\n".join(
        f"办公室-小周 2024/3/{chance.randint(1, 28)} 9:{chance.randint(10, 59)}:08\n{line}" for line in paragraphs(text)
    )


def _chat_inline(text: str, chance: random.Random) -> str:
    return each_line(lambda line, n, _dice: f"[{9 + n // 60:02}:{n % 60:02}] 会务组：{line}")(text, chance)


def _phone(text: str, _chance: random.Random) -> str:
    parts = chunks("\n".join(paragraphs(text)), 300)
    return "\n".join(f"({number}/{len(parts)}){part}" for number, part in enumerate(parts, 1))


def _calendar(text: str, _chance: random.Random) -> str:
    folded = "\n ".join(piece for line in paragraphs(text) for piece in chunks(line + "\\n", 24))
    return f"BEGIN:VEVENT\nSUMMARY:会议材料\nDESCRIPTION:{folded}\nEND:VEVENT"


KINDS: dict[str, Kind] = {
    "letter: quoted with an angle": _quoted("> ", 34),
    "letter: quoted with a bar": _quoted("| ", 29),
    "letter: quoted in steps": _stepped_quotes,
    "letter: soft line ends": _soft_line_ends,
    "letter: flowed": _flowed,
    "letter: forwarded with heads": around(
        (
            "---------- 转发的邮件 ----------",
            "发件人: 综合科 <zhk@example.gov.cn>",
            "发送时间: 2024年3月5日 17:42",
            "收件人: 各联络员",
            "主题: 转发：会议材料（请查收）",
            "",
        ),
        ("", "从我的iPhone发送"),
    ),
    "letter: answered above": around(("收到，谢谢！请大家参考。", "", "在 2024/3/5 下午5:42, 综合科 写道:"), ()),
    "letter: signature and disclaimer": around((), DISCLAIMER),
    "letter: chat with names and times": _chat,
    "letter: chat in one line each": _chat_inline,
    "letter: long message in parts": _phone,
    "letter: folded calendar entry": _calendar,
    "letter: attachments named": around(("附件(2): 议程.pdf (128K)  名单.xlsx (22K)",), ("全部下载 | 转存到网盘",)),
}
