"""Noise of feed readers, archives and data exports: what machines wrap around an article they pass on."""

import json
import random
from urllib.parse import quote

from .kind import Kind, around, each_line, paragraphs


def _sections(text: str, _chance: random.Random) -> str:
    return "<![CDATA[" + "\n".join(f"<p>{line}</p>" for line in paragraphs(text)) + "]]>"


def _escaped_tags(text: str, _chance: random.Random) -> str:
    return "\n".join(f"&lt;p&gt;{line}&lt;/p&gt;" for line in paragraphs(text))


def _json_value(text: str, _chance: random.Random) -> str:
    return json.dumps({"id": 20931, "title": "", "content": text, "tags": ["时政"]}, ensure_ascii=False)


def _escaped_line_ends(text: str, _chance: random.Random) -> str:
    return "\\n".join(paragraphs(text))


def _title_twice(text: str, _chance: random.Random) -> str:
    first = paragraphs(text)[0]
    return f"{first}\n{first}_本地新闻_新闻频道\n{text}"


def _crawled(text: str, chance: random.Random) -> str:
    return each_line(lambda line, _n, _dice: f"<br />　　{line}")(text, chance)


def _addresses(text: str, chance: random.Random) -> str:
    def add(line: str, number: int, dice: random.Random) -> str:
        if dice.random() < 0.6:
            return f"{line} https://t.example.cn/{quote('新闻')}{number}?utm_source=rss&utm_medium=feed"
        return line

    return each_line(add)(text, chance)


def _log_lines(text: str, _chance: random.Random) -> str:
    return "\n".join(f"2024-03-05 17:42:{n % 60:02} INFO  body {line}" for n, line in enumerate(paragraphs(text)))


def _difference(text: str, _chance: random.Random) -> str:
    body = "\n".join(f"+{line}" for line in paragraphs(text))
    return f"--- a/稿件.txt\n+++ b/稿件.txt\n@@ -0,0 +1,{len(paragraphs(text))} @@\n{body}"


def _yaml(text: str, _chance: random.Random) -> str:
    return "---\nlayout: post\ncategory: 时政\n---\n" + "\n\n".join(paragraphs(text))


def _protected(text: str, chance: random.Random) -> str:
    """Sentences of a copy guard behind paragraphs, in their line."""
    guards = ("（本文来源：某某网）", "未经授权不得转载", "更多内容请关注某某网")
    return each_line(lambda line, _n, dice: line + (dice.choice(guards) if dice.random() < 0.4 else ""))(text, chance)


KINDS: dict[str, Kind] = {
    "feed: character data": _sections,
    "feed: escaped tags": _escaped_tags,
    "feed: value of an object": _json_value,
    "feed: escaped line ends": _escaped_line_ends,
    "feed: title three times": _title_twice,
    "feed: break and indent": _crawled,
    "feed: addresses behind paragraphs": _addresses,
    "feed: lines of a log": _log_lines,
    "feed: lines of a difference": _difference,
    "feed: front matter": _yaml,
    "feed: copy guard behind paragraphs": _protected,
    "feed: labels and notice of copies": around(
        ("频道：时政　标签：一体化 都市圈", "抓取时间：2024-03-05T17:42:10+08:00"),
        ("The post appeared first on 某某网.", "免责声明：本文仅代表作者个人观点，与本网无关。"),
    ),
}
