"""What a reader takes out of a file: its text, and what the format itself says of title, day and publisher."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<(?:head|body|article|div|p|table)[\s>]", re.IGNORECASE)


@dataclass(frozen=True)
class Extract:
    """Text of a document; `raw` tells that the text was taken out of a format and must be shown beside its spans."""

    text: str
    encoding: str
    raw: bool = False
    title: str = ""
    published: str = ""
    publisher: str = ""


def looks_like_html(text: str) -> bool:
    """Tell whether a text is a web page, by its content.

    Examples
    --------
    >>> looks_like_html("<!DOCTYPE html><html>"), looks_like_html("a < b, b > c")
    (True, False)
    """
    return _HTML.search(text[:4000]) is not None and text.lstrip()[:1] == "<"
