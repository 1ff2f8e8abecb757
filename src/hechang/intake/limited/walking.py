"""Walking through XML without building it: tags and texts as they come; entities and deep nesting are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from xml.parsers import expat

from hechang.intake.unreadable import unreadable

DEEPEST = 2_000  # elements within elements


class Walker(Protocol):
    """What is told of each element and each text; names come without their namespace."""

    def opened(self, tag: str, has: Mapping[str, str], /) -> None:
        """An element begins."""

    def closed(self, tag: str) -> None:
        """An element ends."""

    def said(self, text: str) -> None:
        """A text, or a part of one."""


def walk(data: bytes, part: str, walker: Walker) -> None:
    """Tell `walker` of everything in `data`; raises Fault for broken, deep or entity-ridden XML of `part`."""
    made = expat.ParserCreate(namespace_separator=" ")
    made.buffer_text = True
    depth = 0

    def start(tag: str, has: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise unreadable("deep", at=part)
        walker.opened(tag.rpartition(" ")[2], {name.rpartition(" ")[2]: value for name, value in has.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        walker.closed(tag.rpartition(" ")[2])

    def refuse(*_: object) -> None:
        raise unreadable("entities", at=part)

    made.StartElementHandler, made.EndElementHandler, made.CharacterDataHandler = start, end, walker.said
    made.StartDoctypeDeclHandler = refuse
    made.EntityDeclHandler = refuse
    try:
        made.Parse(data, True)
    except expat.ExpatError as error:
        raise unreadable("cut", at=f"{part} {error.lineno}") from None
