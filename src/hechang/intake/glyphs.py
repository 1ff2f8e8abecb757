"""One glyph for one character: full-width letters, radicals of PDF files, odd marks and characters nobody sees.

Folding keeps the number of characters, so a place in the folded text is the same place in the given text.
"""

from __future__ import annotations

import html
import re
from unicodedata import normalize

INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\ue000-\uf8ff\U000e0100-\U000e01ef"
)
ENTITY = re.compile(r"&(?:amp;)?(?:[A-Za-z]{2,8}|#\d{2,5}|#[xX][0-9A-Fa-f]{2,5});")
_LIKE_ASCII = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz%+-./&#@=<>*_|\"'[]"
_UPRIGHT = "︐,︑、︒。︓:︔;︕!︖?︗(︘)︵(︶)︷(︸)︹(︺)︻【︼】︽《︾》︿<﹀>﹇[﹈]"  # marks of vertical lines
_MARKS = "﹐,､、﹑、｡。﹒。﹔;﹕:∶:﹙(﹚)〝“〞”「“」”『‘』’｢“｣”﹁“﹂”﹃‘﹄’﹏_‑-‐-"
_PARTS = (  # simplified parts that Unicode gives no compatibility form; source: Unicode, CJK Radicals Supplement
    "⺀冫⺄乙⺆冂⺇几⺈刀⺋卩⺌小⺍小⺎兀⺏尢⺐尢⺑尢⺒巳⺓幺⺗心⺘手⺙攴⺛旡⺝月⺞歹⺟母⺠民⺡水⺢水⺣火⺤爪⺥爪⺦丬⺧牛⺨犬⺩王⺪疋"
    "⺫网⺬示⺭示⺮竹⺯糸⺰纟⺱网⺲网⺳网⺴网⺵网⺶羊⺷羊⺸羊⺹老⺺聿⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衣⻃西⻄西⻅见⻆角⻇角⻈讠⻉贝"
    "⻊足⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑长⻒长⻓长⻔门⻕阜⻖阜⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟食⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦"
    "⻩黄⻪黾⻫齐⻬齐⻭齿⻮齿⻯龙⻰龙⻱龟⻲龟"
)
_DIGIT_O = re.compile(r"(?<=\d)[Oo]+(?=[\d年月日%.万亿])")
_DIGIT_L = re.compile(r"(?<=\d)[lI|](?=\d)")


def _table() -> dict[int, str]:
    made = {ord(char) + 0xFEE0: char for char in _LIKE_ASCII}
    for codes in (range(0x2E80, 0x2FD6), range(0xF900, 0xFB00), range(0x2F800, 0x2FA1E)):
        for code in codes:
            plain = normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                made[code] = plain
    made |= {ord(odd): usual for odd, usual in zip(_PARTS[::2], _PARTS[1::2], strict=True)}
    for marks in (_MARKS, _UPRIGHT):
        made |= {ord(odd): usual for odd, usual in zip(marks[::2], marks[1::2], strict=True)}
    return made


_FOLD = _table()
_FOLDED = re.compile(
    f"[{''.join(re.escape(chr(code)) for code in sorted(_FOLD) if code < 0x10000)}\U0002f800-\U0002fa1d]"
)


def fold(text: str) -> str:
    """Write one glyph for characters that look or mean the same; letters misread inside numbers become digits.

    Examples
    --------
    >>> fold("２０２６年５Ｇ"), fold("⼀⻓⽉"), fold("2O26年"), fold("「一张网」")
    ('2026年5G', '一长月', '2026年', '“一张网”')
    """
    if _FOLDED.search(text):
        text = text.translate(_FOLD)
    text = _DIGIT_O.sub(lambda found: "0" * len(found[0]), text)
    return _DIGIT_L.sub("1", text)


def unescape(text: str) -> str:
    r"""Write the characters that left-over entities of a page stand for.

    Examples
    --------
    >>> unescape("&ldquo;一张网&rdquo;&amp;nbsp;R&D")
    '“一张网”\xa0R&D'
    """
    return ENTITY.sub(lambda found: character(found[0]), text) if "&" in text else text


def character(entity: str) -> str:
    """The one character of an entity; the entity itself where it stands for none or for more than one."""
    said = html.unescape(html.unescape(entity))
    return said if len(said) == 1 else entity


def pair_quotes(text: str) -> str:
    """Write straight double quotes as opening and closing ones, in turn.

    Examples
    --------
    >>> pair_quotes('打造"一张网"格局')
    '打造“一张网”格局'
    """
    if '"' not in text:
        return text
    parts = text.split('"')
    return "".join(part + ("“”"[at % 2] if at < len(parts) - 1 else "") for at, part in enumerate(parts))
