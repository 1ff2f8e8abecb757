"""Documents to proposals: read each file, join the reports of one event, show where they differ.

A broken file is a finding and never stops the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from hechang.intake.as_json import document_json
from hechang.intake.clauses import LONGEST, clauses, sentences
from hechang.intake.contradictions import claims, contradictions
from hechang.intake.dates_in_text import resolve
from hechang.intake.decode import LIMIT, too_large
from hechang.intake.differences import Said, differences
from hechang.intake.document import Document, read_text
from hechang.intake.events import Event
from hechang.intake.extraction import extract_bytes
from hechang.intake.gazetteer import Gazetteer
from hechang.intake.limited.process import Fault
from hechang.intake.meta import Meta, of_mapping, read_meta
from hechang.intake.reprints import reprints
from hechang.intake.same_event import Version, join, key_of, share_dates
from hechang.region.marked_files import marked
from hechang.terms.dates import days_between
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding

NEAR = 31  # days between two events of one page that may share a year; own assumption
_LONG = 10  # characters from which a shared clause is no chance


def read_bytes(
    data: bytes, name: str, meta: Mapping[str, Any] | Meta | None = None, places: Gazetteer | None = None
) -> Document:
    """Read one document from its bytes.

    Parameters
    ----------
    data
        Bytes of the file; the content decides on the format.
    name
        Name shown with the results.
    meta
        What is known of it: published, publisher, url, title.
    places
        Names of places of a region; those that come with the package where it is left out.

    Raises
    ------
    FileFault
        for a file that cannot be read, with what to do about it.

    Examples
    --------
    >>> report = "9月1日,甲乙推进会召开。会议强调,要加快建设快线。"
    >>> made = read_bytes(report.encode(), "a.txt", {"published": "2022-09-02"})
    >>> made.events[0].name, made.events[0].when.value, len(made.directives)
    ('甲乙推进会', '2022-09-01', 1)
    """
    given = meta if isinstance(meta, Meta) else of_mapping(meta or {})
    return read_text(extract_bytes(data, name), data, name, given, places)


def read_documents(paths: Sequence[Path | str]) -> tuple[dict[str, Any], list[Finding]]:
    """Read documents and join the reports of one event.

    Parameters
    ----------
    paths
        Files; `NAME.meta.json` beside a file says what is known of it.

    Returns
    -------
    dict, list of Finding
        The JSON of `hechang read` (documents, same_event, differences, contradictions, reprints), and one finding for
        each file that could not be read.

    Examples
    --------
    >>> result, findings = read_documents(["no-such-file.txt"])
    >>> result["documents"], findings[0].en
    ([], 'There is no such file')
    """
    documents: list[Document] = []
    findings: list[Finding] = []
    for path in dict.fromkeys(str(path) for path in paths):
        made, _, met = read_file(Path(path), path)
        findings += met
        documents += [made] if made else []
    return together(documents), findings


def read_file(path: Path, name: str, places: Gazetteer | None = None) -> tuple[Document | None, bytes, list[Finding]]:
    """Read one file; returns the document and the very bytes it was read from; a fault of the file is a finding."""
    meta, findings = read_meta(path)
    try:
        data = load(path)
        if kept_out := marked(data, name):
            return None, b"", kept_out
        made = read_bytes(data, name, meta, places)
    except FileFault as fault:
        return None, b"", [*findings, finding_of(fault, name)]
    if made.extract.raw and (kept_out := marked(made.extract.text.encode("utf-8", "replace"), name)):
        return None, b"", kept_out
    return made, data, [*findings, *made.extract.findings]


def load(path: Path) -> bytes:
    """Bytes of a file; raises FileFault where it is missing, a folder, too large or locked."""
    if not path.exists():
        raise FileFault("There is no such file → check the name", "没有这个文件 → 请检查文件名")
    if not _is_text(str(path)):
        raise FileFault("The name of the file is no UTF-8 → rename it", "文件名不是 UTF-8 → 请重新命名")
    if not path.is_file():
        raise FileFault(
            "This is no file, or a folder without files → name a file, or a folder that holds some",
            "这不是文件, 或是没有文件的文件夹 → 请给出文件, 或含有文件的文件夹",
        )
    if path.stat().st_size > LIMIT:
        raise too_large(path.stat().st_size)
    try:
        return path.read_bytes()
    except OSError:
        raise FileFault("The file cannot be opened → check who may read it", "文件无法打开 → 请检查读取权限") from None


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode())
    except UnicodeEncodeError:  # bytes of another encoding, which Python keeps as surrogates
        return False


def finding_of(fault: FileFault, name: str) -> Finding:
    """A file fault as a finding: what is wrong, where, how to mend it."""
    en, _, mend_en = fault.en.partition(" → ")
    zh, _, mend_zh = fault.zh.partition(" → ")
    place = fault.place if isinstance(fault, Fault) else ""
    return Finding(en=en, zh=zh, mend_en=mend_en, mend_zh=mend_zh, file=name, cell=place, kind="document")


def together(documents: Sequence[Document]) -> dict[str, Any]:
    """Join documents read one by one into one result; days that a sister report states are filled in."""
    groups: list[list[Version]] = []
    every = versions(documents)
    for _ in range(2):  # a year found in the first round may join further events in the second
        groups = join(every)
        for group in groups:
            share_dates(group)
        for document in documents:
            share_year(document.events, document.meta.published)
    spoken = {document.path: _spoken(document) for document in documents}
    return {
        "documents": [document_json(document) for document in documents],
        "same_event": [[version.ref for version in group] for group in groups],
        "differences": [one for group in groups for a, b in combinations(group, 2) for one in _compare(a, b, spoken)],
        "contradictions": contradictions(map(claims, documents), every),
        "reprints": reprints([one.path for one in documents], [one.text.clean for one in documents]),
    }


def versions(documents: Sequence[Document]) -> list[Version]:
    """All events of all documents, ready to be compared."""
    return [
        Version(f"{document.path}#{event.id}", event, document.meta.published or None, _long_clauses(document, event))
        for document in documents
        for event in document.events
    ]


def _long_clauses(document: Document, event: Event) -> frozenset[str]:
    said = (document.text.clean[start:end] for start, end in _clauses_of(document, event))
    return frozenset(text for text in said if len(text) >= _LONG)


def _clauses_of(document: Document, event: Event) -> list[tuple[int, int]]:
    article = next(one for one in document.articles if one.id == event.article)
    return [
        (clause.start, clause.end)
        for paragraph in article.paragraphs
        if paragraph.kind == "body"
        for start, end in sentences(document.text.clean, paragraph.start, paragraph.end)
        for clause in clauses(document.text.clean, start, end)
        if clause.end - clause.start <= LONGEST
    ]


def share_year(events: Sequence[Event], published: str | None) -> None:
    """Events of one page near in the calendar share the year that one got; 昨天 is the day of its other news."""
    dated = next((one for one in events if one.when.precision == "day" and one.when.value), None)
    for event in events:
        said = event.said
        if dated is None or event.when.value or said is None:
            continue
        if said.days_ago == 1 and not published:  # a page tells of yesterday what it tells as news
            basis = f"inferred: day of {dated.id}, news on the same page; day of publication unknown"
            event.when = replace(event.when, value=dated.when.value, precision="day", basis=basis)
            event.key = key_of(event)
        if not (said.month and said.day):
            continue
        guess = resolve(said, dated.when.value, past=False)
        if guess.value and abs(days_between(guess.value, dated.when.value or "")) <= NEAR:
            event.when = replace(guess, basis=f"inferred: year of {dated.id} in the same document ({dated.when.basis})")
            event.key = key_of(event)


def _spoken(document: Document) -> dict[str, list[Said]]:
    """Clauses of each event with the number of their directive, for the comparison of versions."""
    told = {(one.start, one.end): (number, one) for number, (_, one) in enumerate(document.directives, 1)}
    made: dict[str, list[Said]] = {}
    for event in document.events:
        made[event.id] = []
        for start, end in _clauses_of(document, event):
            number, directive = told.get((start, end), (0, None))
            first, last = document.text.span(start, end)
            ref = f"{document.path}#D{number}" if directive else f"{document.path}#[{first},{last}]"
            said = document.text.clean[start:end]
            made[event.id].append(Said(ref, said, directive.speaker if directive else "", directive is not None))
    return made


def _compare(a: Version, b: Version, spoken: dict[str, dict[str, list[Said]]]) -> list[dict[str, object]]:
    left, right = (spoken[one.ref.rpartition("#")[0]][one.event.id] for one in (a, b))
    return differences(left, right, a.ref, b.ref)
