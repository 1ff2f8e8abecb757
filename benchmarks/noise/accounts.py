"""Noise of public accounts and short-video platforms: calls to follow, emoji, dividers, short centred lines."""

import random

from .kind import Kind, after_marks, around, between, chunks, each_line, paragraphs

FACES = "🔥👏🎉📢💪✨🚄🏙"
HEAD = ("原创 | 关注→", "点击上方蓝字 关注我们", "不要错过更多精彩")
TAIL = ("END", "来源丨综合整理", "点分享", "点收藏", "点在看", "点点赞", "阅读原文")


def _short_lines(text: str, chance: random.Random) -> str:
    out = []
    for line in paragraphs(text):
        at = 0
        while at < len(line):
            width = chance.randint(9, 16)
            out.append(line[at : at + width])
            at += width
        out.append("")
    return "\n".join(out)


def _faces_at_ends(text: str, chance: random.Random) -> str:
    return each_line(lambda line, _n, dice: dice.choice(FACES) + line + dice.choice(FACES))(text, chance)


def _faces_inside(text: str, chance: random.Random) -> str:
    return after_marks("，。！", "👉", 0.2)(text, chance)


def _dividers(text: str, chance: random.Random) -> str:
    return between(("▼", "· · · · ·", "———— ✦ ————", "↓↓↓", "◆◆"), 1)(text, chance)


def _parts(text: str, _chance: random.Random) -> str:
    return "\n".join(f"{number:02}\nPART\n{line}" for number, line in enumerate(paragraphs(text), 1))


def _pictures(text: str, chance: random.Random) -> str:
    return between(("图片", "[图片]", "已关注 关注 重播 分享 赞 关闭", "观看更多", "向上滑动阅览"), 1)(text, chance)


def _tags(text: str, _chance: random.Random) -> str:
    return text.rstrip() + "\n#长三角一体化# #大都市圈# #城市更新 #今日关注"


def _player(text: str, _chance: random.Random) -> str:
    top = ("00:00/03:27", "倍速 超清 全屏", "继续播放 进度条，百分之0")
    return "\n".join((*top, text.strip(), "内容不喜欢 内容质量差", "2.1万次播放"))


def _letter_spaced_title(text: str, _chance: random.Random) -> str:
    first, *rest = paragraphs(text)
    return "\n".join((" ".join(first), *rest))


def _subtitles(text: str, _chance: random.Random) -> str:
    lines = [piece for line in paragraphs(text) for piece in chunks(line, 15)]
    return "\n".join(
        f"{n + 1}\n00:{n // 20:02}:{n % 20 * 3:02},000 --> 00:{n // 20:02}:{n % 20 * 3 + 2:02},500\n{line}\n"
        for n, line in enumerate(lines)
    )


def _spoken(text: str, chance: random.Random) -> str:
    return each_line(lambda line, n, _dice: f"【画外音 {n // 4}′{n % 4 * 15:02}″】{line}")(text, chance)


def _half_hidden(text: str, _chance: random.Random) -> str:
    lines = paragraphs(text)
    middle = len(lines) // 2
    return "\n".join((*lines[:middle], "展开全文", "剩余70%未读", *lines[middle:], "收起"))


KINDS: dict[str, Kind] = {
    "account: calls to follow": around(HEAD, TAIL),
    "account: names of the makers": around(
        (), ("记者：某某", "编辑：某某", "一审：某某 二审：某某 三审：某某", "投稿邮箱：news@example.cn")
    ),
    "account: short lines": _short_lines,
    "account: faces at both ends": _faces_at_ends,
    "account: faces inside": _faces_inside,
    "account: dividers": _dividers,
    "account: numbered parts": _parts,
    "account: pictures and players": _pictures,
    "account: topic tags": _tags,
    "account: player around it": _player,
    "account: title with spaced letters": _letter_spaced_title,
    "account: subtitles": _subtitles,
    "account: voice-over times": _spoken,
    "account: half hidden": _half_hidden,
}
