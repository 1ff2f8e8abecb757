"""What is known of a document beside its text: day of publication, publisher, title, address, each with its basis.

`NAME.meta.json` outranks what the file says; nothing is taken from the clock or the name of the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hechang.intake.dates_in_text import PRECISIONS, dates, iso
from hechang.terms.dates import parse_date
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding

if TYPE_CHECKING:
    from hechang.intake.clean import Text
    from hechang.intake.extract import Extract

KEYS = ("published", "publisher", "url", "title", "synthetic")
_FROM = re.compile(r"(?:来源|來源|稿源|信息来源|发布单位|发布机构)\s*[:：|]\s*(?P<who>[^\s|,。;:]{2,24})")
_PAPER = re.compile(
    r"(?P<who>[\u3400-\u9fff]{2,8}(?:日报|晚报|早报|时报|商报|晨报|新闻网|电视台|融媒体中心|发布|人民政府))"
)


@dataclass(frozen=True)
class Meta:
    """Facts about a document; `published` is an ISO prefix, `basis` says where it comes from."""

    title: str = ""
    publisher: str = ""
    published: str = ""
    basis: str = ""
    url: str = ""
    synthetic: bool = False


def read_meta(path: Path) -> tuple[Meta, list[Finding]]:
    """Read `NAME.meta.json` beside a document; a faulty one is a warning and is left out."""
    beside = Path(f"{path}.meta.json")
    if not beside.is_file():
        return Meta(), []
    try:
        given = json.loads(beside.read_text(encoding="utf-8-sig"))
        return of_mapping(given, beside.name), _unknown(beside, given)
    except (ValueError, OSError, FileFault, RecursionError) as fault:
        said = fault.en if isinstance(fault, FileFault) else "it is no JSON object"
        gesagt = fault.zh if isinstance(fault, FileFault) else "不是 JSON 对象"
        return Meta(), [_finding(beside, said, gesagt)]


def _unknown(beside: Path, given: Mapping[str, Any]) -> list[Finding]:
    """One warning for the keys we do not know; the others count all the same."""
    keys = ", ".join(sorted(str(key) for key in set(given) - set(KEYS)))
    known = ", ".join(KEYS)
    if not keys:
        return []
    return [
        Finding(
            en=f"Not used: {keys}", zh=f"未采用: {keys}", mend_en=f"the keys are {known}", mend_zh=f"可用字段: {known}",
            file=str(beside), severity="warning",
        )
    ]  # fmt: skip


def _finding(beside: Path, said_en: str, said_zh: str) -> Finding:
    return Finding(
        en=f"The facts about the document are not used: {said_en}",
        zh=f"文件说明未采用: {said_zh}",
        mend_en='write {"published": "2022-09-28", "publisher": "…", "url": "…", "title": "…"}',
        mend_zh='请写成 {"published": "2022-09-28", "publisher": "…", "url": "…", "title": "…"}',
        file=str(beside),
        severity="warning",
    )


def of_mapping(given: Any, name: str = "what the user gave") -> Meta:
    """Check facts given by a user; raises FileFault for a day that is none; unknown keys are left out.

    Examples
    --------
    >>> of_mapping({"published": "2022-09-28 22:24", "publisher": "某日报"}).published
    '2022-09-28'
    """
    if not isinstance(given, Mapping):
        raise FileFault("it is no JSON object", "不是 JSON 对象")
    day = day_of(str(given.get("published") or ""))
    if given.get("published") and not day:
        raise FileFault(f"'{given['published']}' is no date", f"“{given['published']}”不是日期")
    return Meta(
        str(given.get("title") or ""),
        str(given.get("publisher") or ""),
        day,
        f"stated: {name}" if day else "",
        str(given.get("url") or ""),
        given.get("synthetic") is True,
    )


def day_of(text: str) -> str:
    """Day of a stamp as an ISO prefix; empty where it holds none.

    Examples
    --------
    >>> day_of("发布时间:2022-09-28 来源:某日报"), day_of("2022-09-28T08:00:00+08:00"), day_of("2022-09")
    ('2022-09-28', '2022-09-28', '2022-09')
    """
    whole = parse_date(text.strip())
    if whole:
        return whole
    for said in dates(text.replace("T", " ")):
        value = iso(said.year, said.month, said.day) if said.year else None
        if value:
            return value
    return ""


def gather(given: Meta, extract: Extract, text: Text) -> Meta:
    """Put together what the user, the format and the page say, in this order."""
    stamps = " ".join(text.stamps)
    made = given
    if not made.published:
        day, basis = day_of(extract.published), "stated: page data"
        if not day:
            day, basis = day_of(stamps), "stated"
        made = replace(made, published=day, basis=basis if day else "")
    publisher = made.publisher or extract.publisher or _publisher(text, stamps)
    return replace(made, publisher=publisher, title=made.title or _title(extract, text))


def _publisher(text: Text, stamps: str) -> str:
    tail = " ".join(text.clean[one.start : one.end] for one in text.paragraphs if one.kind == "byline")
    found = _FROM.search(stamps) or _FROM.search(tail) or _PAPER.search(stamps)
    return found.group("who") if found else ""


def _title(extract: Extract, text: Text) -> str:
    """The title the page names, where the text has it as a heading."""
    wanted = "".join(extract.title.split())
    headings = [text.clean[one.start : one.end] for one in text.paragraphs if one.kind == "heading"]
    return next((head for head in headings if wanted and wanted in "".join(head.split())), extract.title)


def published_json(meta: Meta) -> dict[str, str] | None:
    """Day of publication as the result of reading writes it; None where unknown."""
    if not meta.published:
        return None
    return {"value": meta.published, "precision": PRECISIONS[len(meta.published)], "basis": meta.basis}
