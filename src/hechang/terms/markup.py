"""Text of markup as it came: character references and tags that no writer made, and that readers choke on."""

from __future__ import annotations

import html
import re

_REFERENCE = re.compile(r"&#(?:([xX])0*([0-9A-Fa-f]+)|0*([0-9]+))")
_ASIDE = re.compile(  # each looks for its end once: an opening without one takes the rest
    r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL
)
LONGEST = 7  # digits of the last character of Unicode, in either form
_UNREADABLE = "\ufffd"


def unescaped(text: str) -> str:
    """Return a text with its character references read; one with more digits than any character has is none.

    Python's own `html.unescape` raises ValueError for a reference of 5,000 digits.

    Examples
    --------
    >>> unescaped("&#26426;&#x0000005bc6;&amp;"), unescaped("a&#" + "9" * 5000 + ";b")
    ('机密&', 'a�b')
    """
    return html.unescape(short_references(text)) if "&" in text else text


def short_references(text: str) -> str:
    """Return a text whose numeric character references have no more digits than a character needs.

    Examples
    --------
    >>> short_references("&#0000026426; &#" + "9" * 5000 + ";")
    '&#26426; &#xfffd;'
    """
    return _REFERENCE.sub(_short, text) if "&#" in text else text


def _short(found: re.Match[str]) -> str:
    sort, hexadecimal, decimal = found.groups("")
    digits = hexadecimal or decimal
    return f"&#{sort}{digits}" if len(digits) <= LONGEST else f"&#x{ord(_UNREADABLE):x}"


def ended(text: str) -> str:
    """Return markup in which every tag and remark ends; what opens and never closes is plain text.

    A reader looks for the end from each opening; of 10,000 openings without one it would not come back.

    Examples
    --------
    >>> ended("<p>甲</p><!-- 乙 --><p <!-- <p ")
    '<p>甲</p><!-- 乙 --> p   --  p '
    """
    text = text.replace("<![", "<!")
    for opening, closing in (("<!--", "-->"), ("<", ">")):
        at = text.rfind(closing) + 1
        text = text[:at] + text[at:].replace(opening, " " + opening[1:].replace("!", " "))
    return text


def plain_markup(text: str) -> str:
    """Return markup without remarks and instructions, and with what CDATA holds as ordinary text.

    Examples
    --------
    >>> plain_markup("<t>机<!-- x --><![CDATA[<密>]]><?y z?></t>")
    '<t>机&lt;密&gt;</t>'
    """
    if "<!" not in text and "<?" not in text:
        return text
    return _ASIDE.sub(lambda found: html.escape(found[1] or "", quote=False), text)


def up_to_last(text: str, closing: re.Pattern[str]) -> str:
    """Return a text up to the last end of an element, so that each search for an end finds one.

    Examples
    --------
    >>> up_to_last("<v>1</v><v><v>", re.compile("</v>"))
    '<v>1</v>'
    """
    at = 0
    for found in closing.finditer(text):
        at = found.end()
    return text[:at]
