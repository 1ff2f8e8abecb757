"""The second reader: asks for each piece of a document, keeps what is proven, says what is not, and where it disagrees.

It is given up on after a few silences in a row; what the rules read is there all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hechang.intake.document import Document
from hechang.intake.second.asking import Said, asked
from hechang.intake.second.compare import disagreements
from hechang.intake.second.faults import all_rejected, unanswered
from hechang.intake.second.held_back import Sensitive, held_back
from hechang.intake.second.line import Silence
from hechang.intake.second.pieces import Piece, pieces
from hechang.intake.second.prompt import VERSION, prompt_hash, question
from hechang.intake.second.proof import Proven, Rejected, proven
from hechang.intake.second.reading import READER, item, lists
from hechang.intake.second.schema import Claim, Unusable, claims
from hechang.region.llm_settings import LlmSettings
from hechang.terms.findings import Finding
from hechang.terms.marks import marks_in, masked

MOST_PIECES = 200  # of one document; own assumption
GIVE_UP = 3  # pieces in a row without any answer, after which the service is not asked again


@dataclass
class SecondReading:
    """What came of one document; empty lists and a finding where nothing did."""

    told: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)


@dataclass
class _Sheet:
    """What is known of a document while its pieces are asked for."""

    document: Document
    whole: Sequence[Piece]
    found: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    read: list[tuple[int, int]] = field(default_factory=list)
    seen: set[tuple[str, int, int]] = field(default_factory=set)
    sent: int = 0

    def fault(self, why: str, piece: int) -> None:
        """Note a piece without an answer."""
        self.faults.append(unanswered(why, self.document.path, piece))

    def take(self, piece: Piece, said: Sequence[Claim | None], provenance: Mapping[str, Any]) -> None:
        """Keep what is proven of an answer, each place once."""
        for claim in said:
            one = self._proven(piece, claim)
            if one:
                self.seen.add((one.kind, one.start, one.end))
                self.found.append((one.kind, item(self.document, one, len(self.found) + 1, provenance)))
        self.read += [self.document.text.span(part.start, part.end) for part in piece.parts]

    def _proven(self, piece: Piece, claim: Claim | None) -> Proven | None:
        if claim is None:
            self.rejected.append(Rejected("item_form"))
            return None
        one, faults = proven(self.document.text.clean, piece, claim)
        self.rejected += faults
        if one and (one.kind, one.start, one.end) in self.seen:
            self.rejected.append(Rejected("twice", claim.kind, "", claim.at.quote, claim.at.paragraph))
            return None
        return one


@dataclass
class SecondReader:
    """A service and how it is asked; after several silences in a row it is not asked again."""

    settings: LlmSettings
    key: str = ""
    known: Sensitive = field(default_factory=Sensitive)
    wait: Callable[[float], None] = time.sleep
    silent: int = 0

    def read(self, document: Document, rules: Mapping[str, Any]) -> SecondReading:
        """Read one document beside what the rules read out of it (`document_json`).

        Returns
        -------
        SecondReading
            `told` is the value of `second` in the JSON of `hechang read`; it has the lists of a document, what was
            rejected, where the readers disagree, and which spans of the source were answered for.
        """
        sheet = _Sheet(document, pieces(document.text, self.settings.characters))
        stays = held_back(document, self.known)
        if stays:
            sheet.faults.append(stays)
        else:
            self._ask_all(sheet)
        return SecondReading(self._told(sheet, rules), [*sheet.faults, *all_rejected(sheet.rejected, document.path)])

    def provenance(self, named: str = "") -> dict[str, Any]:
        """Return who reads: model as set and as it names itself, prompt by hash, version, host."""
        return {
            "reader": READER,
            "model": self.settings.model,
            "answered_as": named or None,
            "prompt": prompt_hash(),
            "version": VERSION,
            "host": self.settings.host,
        }

    def _ask_all(self, sheet: _Sheet) -> None:
        for piece in sheet.whole[:MOST_PIECES]:
            if self.silent >= GIVE_UP:
                sheet.fault("given_up", piece.number)
                return
            if _marked(sheet.document, piece):
                sheet.fault("marked", piece.number)
                continue
            self._ask(sheet, piece)
        if len(sheet.whole) > MOST_PIECES:
            sheet.fault("too_long", MOST_PIECES)

    def _ask(self, sheet: _Sheet, piece: Piece) -> None:
        body = question(self.settings.model, sheet.document.text.clean, piece)
        sheet.sent += 1
        answer = asked(self.settings, body, self.key, self.wait)
        self.silent = 0 if isinstance(answer, Said) else self.silent + 1
        if isinstance(answer, Silence):
            sheet.fault(answer.why, piece.number)
            return
        try:
            found = claims(answer.content)
        except Unusable as fault:
            sheet.fault(str(fault), piece.number)
            return
        sheet.take(piece, found, {**self.provenance(answer.model), "piece": piece.number})

    def _told(self, sheet: _Sheet, rules: Mapping[str, Any]) -> dict[str, Any]:
        second = lists(sheet.found)
        return {
            "provenance": self.provenance(),
            "pieces": {"all": len(sheet.whole), "sent": sheet.sent},
            "read": [list(span) for span in sheet.read],
            **second,
            "rejected": [
                {
                    "why": one.why,
                    "kind": one.kind,
                    "field": one.field,
                    "quote": masked(one.quote[:400]),
                    "n": one.paragraph,
                }
                for one in sheet.rejected
            ],
            "disagreements": disagreements(rules, second, sheet.read),
        }


def _marked(document: Document, piece: Piece) -> bool:
    """Tell whether a piece holds a mark that line ends had hidden."""
    return any(marks_in(document.text.clean[part.start : part.end]) for part in piece.parts)
