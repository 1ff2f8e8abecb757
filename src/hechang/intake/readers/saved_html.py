"""Web pages as a browser saves them: the visible text, one line for each block; scripts are never run or kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import groupby

from hechang.intake.decode import decode
from hechang.intake.extract import Extract, File, looks_like_html
from hechang.intake.grids import Writer
from hechang.intake.page_tables import Tables
from hechang.terms.catalogue import reader
from hechang.terms.errors import FileFault
from hechang.terms.markup import ended, short_references

_HIDDEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "rt",
        "rp",
        "nav",
        "aside",
        "footer",
        "form",
        "select",
        "button",
        "iframe",
        "svg",
    ]
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "header",
        "main",
        "td",
        "th",
        "dd",
        "dt",
        "pre",
        "blockquote",
        "hr",
        "body",
        "figure",
        "figcaption",
    ]
)
_TABLE = frozenset(["table", "tr", "td", "th"])
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"]
)
_DAY = frozenset(
    [
        "article:published_time",
        "pubdate",
        "publishdate",
        "og:published_time",
        "date",
        "publish_time",
        "dc.date",
        "weibo:article:create_at",
    ]
)
_FROM = frozenset(["contentsource", "source", "og:site_name", "mediaid", "author:source"])
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{3,20})", re.IGNORECASE)
_CHARSETS = {b"gb2312": "gb18030", b"gbk": "gb18030", b"gb18030": "gb18030", b"big5": "big5hkscs",
             b"big5-hkscs": "big5hkscs"}  # fmt: skip
_MENU = 3  # link-only lines in a row that make a menu; own assumption


class _Page(HTMLParser):
    """Collects lines with a note whether all of a line stands in links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[str, bool]] = []
        self.parts: list[str] = []
        self.hidden: list[str] = []
        self.links = 0
        self.plain = False
        self.in_title = False
        self.title = ""
        self.heads: dict[str, str] = {}
        self.tables = Tables()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self.hidden.append(tag)
        elif tag == "meta":
            self._meta({key: value or "" for key, value in attrs})
        self.in_title = self.in_title or tag == "title"
        self.links += tag == "a"
        if tag in _BLOCKS:
            self._break()
        if tag in _TABLE:
            self.tables.opened(tag, {key: value or "" for key, value in attrs}, len(self.lines))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.hidden:
            while self.hidden and self.hidden.pop() != tag:
                continue
        self.in_title = self.in_title and tag != "title"
        if tag == "a":
            self.links = max(0, self.links - 1)
        if tag in _BLOCKS:
            self._break()
        if tag in _TABLE:
            self.tables.closed(tag, len(self.lines))

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title += data
        elif not self.hidden and data.strip():
            self.parts.append(data)
            self.plain = self.plain or not self.links
        elif not self.hidden:
            self.parts.append(" ")

    def _meta(self, given: dict[str, str]) -> None:
        name = (given.get("name") or given.get("property") or "").lower()
        self.heads.setdefault(name, given.get("content", "").strip())

    def _break(self) -> None:
        shown = " ".join("".join(self.parts).split())
        if shown:
            self.lines.append((shown, not self.plain))
        self.parts, self.plain = [], False

    def first_of(self, names: frozenset[str]) -> str:
        """First filled value among some meta names."""
        return next((value for name, value in self.heads.items() if name in names and value), "")

    def written(self) -> tuple[str, Writer]:
        """Lines of the page without runs of link-only lines (menus), and the rows of its lists."""
        self._break()
        kept = list(_without_menus(self.lines))
        parts: list[str] = []
        spans: list[tuple[int, int] | None] = []
        at = 0
        for (shown, _), keep in zip(self.lines, kept, strict=True):
            spans.append((at, at + len(shown)) if keep else None)
            parts += (shown,) if keep else ()
            at += len(shown) + 1 if keep else 0
        text = "\n".join(parts)
        writer = Writer()
        self.tables.write(writer, spans, text)
        return text, writer


def _without_menus(lines: Sequence[tuple[str, bool]]) -> Iterator[bool]:
    """Tell of each line whether it stays."""
    for link, run in groupby(lines, key=lambda line: line[1]):
        size = len(list(run))
        yield from [not link or size < _MENU] * size


@reader(
    "saved-html",
    zh="保存的网页",
    en="Saved web page",
    source="HTML living standard; own extraction with the standard library",
)
def saved_html(file: File) -> Extract | None:
    """Take the visible text out of a web page; None where the bytes are no web page.

    Parameters
    ----------
    file
        Bytes and name of a file; its content decides.

    Raises
    ------
    FileFault
        for an empty, binary, too large or broken file, or a page without text.

    Examples
    --------
    >>> saved_html(File("<html><title>会</title><p>要<b>加快</b>建设。</p></html>".encode(), "a.html")).text
    '要加快建设。'
    """
    text, encoding = _decoded(file.data)
    if not looks_like_html(text):
        return None
    page = _Page()
    page.feed(ended(short_references(text)))
    page.close()
    shown, writer = page.written()
    if not shown:
        raise FileFault(
            "The page has no text (it may be built by scripts) → save the text itself as .txt",
            "网页中没有文字 (可能由脚本生成) → 请把正文另存为 .txt",
        )
    title = re.split(r"[_|｜]| [-—–] |--", " ".join(page.title.split()))[0].strip()
    return Extract(
        shown, encoding, True, title, page.first_of(_DAY), page.first_of(_FROM), "saved-html",
        tuple(sorted(writer.blocks, key=lambda one: (one.start, -one.end))),
        tuple(sorted(writer.places, key=lambda one: one.start)),
    )  # fmt: skip


def _decoded(data: bytes) -> tuple[str, str]:
    note = _CHARSET.search(data[:4000])
    said = _CHARSETS.get(note.group(1).lower()) if note else None
    if said:
        try:
            return data.decode(said), said.removesuffix("hkscs")
        except UnicodeDecodeError:
            pass
    decoded = decode(data)
    return decoded.text, decoded.encoding
