"""Any number of files read into one result that is never in memory as a whole: the same as `read_documents` gives.

Each file is read, told to the spool and let go; only events are held, to join the reports of one event. Where another
report brought the year of an event, the few files concerned are read once more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, cast

from hechang.intake import read as reading
from hechang.intake.as_json import document_json
from hechang.intake.contradictions import claims, claims_of, contradictions
from hechang.intake.dates_in_text import Said as SaidDay
from hechang.intake.dates_in_text import When
from hechang.intake.differences import Said, differences
from hechang.intake.document import Document
from hechang.intake.events import Event
from hechang.intake.one_by_one import Step, Tell, quiet, read_one
from hechang.intake.read import load, read_file, share_year, versions
from hechang.intake.reprints import reprints
from hechang.intake.same_event import Version, join, normal_name, share_dates
from hechang.intake.spool import Spool
from hechang.terms.errors import FileFault
from hechang.terms.findings import Finding, errors
from hechang.terms.ids import content_hash

COUNTED = ("events", "persons", "directives", "projects", "agreements", "figures", "references")


@dataclass
class Light:
    """What is held of a document while others are read: its path, its events, how much was read, its key."""

    path: str
    key: str
    published: str | None
    events: list[Event]
    counts: dict[str, Any]
    changed: bool = False


@dataclass
class LightVersion:
    """An event as `same_event` compares it; its clauses are read back only where they are asked for."""

    ref: str
    event: Event
    published: str | None
    spool: Spool
    key: str

    @cached_property
    def clauses(self) -> frozenset[str]:
        """Long clauses of the article the event stands in."""
        return frozenset(self.spool.read(self.key)["clauses"].get(self.event.id, ()))


@dataclass
class Streamed:
    """A result in parts: `documents` and `differences` are read back from the spool as they are asked for."""

    spool: Spool
    light: list[Light] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    groups: list[list[LightVersion]] = field(default_factory=list)
    taken_up: int = 0  # files that an earlier run had read

    @property
    def same_event(self) -> list[list[str]]:
        """References of the reports of one event."""
        return [[version.ref for version in group] for group in self.groups]

    def documents(self) -> Iterator[dict[str, Any]]:
        """Each document in the JSON of `hechang read`, in the order of the files."""
        for one in self.light:
            yield _anew(one) if one.changed else self.spool.read(one.key)["told"]

    def differences(self) -> Iterator[dict[str, object]]:
        """Where the reports of one event differ."""
        for group in self.groups:
            for a, b in combinations(group, 2):
                left, right = (_spoken(self.spool, one) for one in (a, b))
                yield from differences(left, right, a.ref, b.ref)

    def contradictions(self) -> list[dict[str, object]]:
        """Where documents contradict each other."""
        claimed = (claims_of(self.spool.read(one.key)["claims"]) for one in self.light)
        return contradictions(claimed, cast(Sequence[Version], _versions(self.light, self.spool)))

    def reprints(self) -> list[dict[str, object]]:
        """Groups of documents that are nearly the same."""
        return reprints([one.path for one in self.light], [self.spool.read(one.key)["text"] for one in self.light])


def read_stream(paths: Sequence[str], spool: Spool, tell: Tell = quiet) -> Streamed:
    """Read files one by one and join the reports of one event.

    Parameters
    ----------
    paths
        Files.
    spool
        Where what was read is kept until it is told; one with a path takes up what an earlier run left.
    tell
        Called after each file.

    Returns
    -------
    Streamed
        Documents, events, differences and reprints, to be asked for in parts, and a finding for each file not read.
    """
    made = Streamed(spool)
    files = list(dict.fromkeys(paths))
    for number, path in enumerate(files, 1):
        key = _key(path)
        if key and key in spool:
            made.taken_up += 1
        else:
            document, _, met = read_one(path)
            made.findings += met
            key = _kept(spool, key, document) if document else ""
        if key:
            made.light.append(_light(path, key, spool.read(key)))
        tell(Step(number, len(files), made.taken_up, len(errors(made.findings))))
    made.groups = _joined(made.light, spool)
    return made


def _key(path: str) -> str:
    """A file by its name, its bytes and what is told beside it; empty for one that cannot be opened."""
    beside = Path(f"{path}.meta.json")
    try:
        said = content_hash(beside.read_bytes()) if beside.is_file() else ""
        return f"{path}|{content_hash(load(Path(path)))}|{said}"
    except (FileFault, OSError):
        return ""


def _kept(spool: Spool, key: str, document: Document) -> str:
    told = {
        "told": document_json(document),
        "published": document.meta.published or None,
        "events": [asdict(event) for event in document.events],
        "text": document.text.clean,
        "claims": claims(document),
        "clauses": {one.event.id: sorted(one.clauses) for one in versions([document])},
        "spoken": {
            id: [[said.ref, said.text, said.speaker, said.directive] for said in some]
            for id, some in reading._spoken(document).items()
        },
    }
    spool.add(key or document.path, told)
    return key or document.path


def _light(path: str, key: str, kept: dict[str, Any]) -> Light:
    events = [_event(one) for one in kept["events"]]
    counts = {name: kept["told"][name] for name in ("path", "encoding", "script")}
    counts |= {name: len(kept["told"][name]) for name in COUNTED}
    return Light(path, key, kept["published"], events, counts)


def _event(told: dict[str, Any]) -> Event:
    when, said = told["when"], told["said"]
    return Event(**{**told, "when": When(**when), "said": SaidDay(**said) if said else None})


def _joined(light: Sequence[Light], spool: Spool) -> list[list[LightVersion]]:
    """Groups of reports of one event; years that one of them states are shared, as `together` does."""
    before = {one.path: json.dumps([asdict(event) for event in one.events]) for one in light}
    groups: list[list[LightVersion]] = []
    for _ in range(2):
        groups = _groups(_versions(light, spool))
        for group in groups:
            share_dates(cast(Sequence[Version], group))
        for one in light:
            share_year(one.events, one.published)
    for one in light:
        one.changed = before[one.path] != json.dumps([asdict(event) for event in one.events])
    return groups


def _versions(light: Sequence[Light], spool: Spool) -> list[LightVersion]:
    return [LightVersion(f"{one.path}#{e.id}", e, one.published, spool, one.key) for one in light for e in one.events]


def _groups(found: Sequence[LightVersion]) -> list[list[LightVersion]]:
    """Join only what has one name: nothing else can be one event."""
    by_name: dict[str, list[LightVersion]] = {}
    for version in found:
        by_name.setdefault(normal_name(version.event.name), []).append(version)
    joined = [group for some in by_name.values() if len(some) > 1 for group in join(cast(Sequence[Version], some))]
    return cast(list[list[LightVersion]], joined)


def _spoken(spool: Spool, version: LightVersion) -> list[Said]:
    return [Said(*one) for one in spool.read(version.key)["spoken"].get(version.event.id, ())]


def _anew(one: Light) -> dict[str, Any]:
    """A document read again, with the days that other reports brought."""
    made, _, _ = read_file(Path(one.path), one.path)
    if made is None:
        raise FileFault(
            f"{one.path} changed while it was read → run again", f"{one.path} 在读取期间有变动 → 请重新运行"
        )
    known = {event.id: event for event in one.events}
    for event in made.events:
        if event.id in known:
            event.when, event.key = known[event.id].when, known[event.id].key
    return document_json(made)
