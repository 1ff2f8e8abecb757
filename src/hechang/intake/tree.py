"""The tree of headings: numbered sections outside, 一要 and 一是 of a speech inside, numbered points below both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Hung(Protocol):
    """What hangs in the tree: its first character and the index of what stands above it."""

    start: int
    parent: int | None


class Tree:
    """The open headings of a document, outermost first, as indices into its directives."""

    def __init__(self) -> None:
        self.open: list[tuple[str, int | None]] = []  # form of the number (`said` for 一要) and the heading

    @property
    def above(self) -> int | None:
        """The innermost open heading."""
        return next((at for _, at in reversed(self.open) if at is not None), None)

    def leave_speech(self) -> None:
        """Close what a speaker counted (一要)."""
        self.leave("said")

    def leave(self, form: str) -> None:
        """Close the headings of one form, those above and below stay."""
        self.open = [one for one in self.open if one[0] != form]

    def skip(self, form: str) -> None:
        """Go into a section whose heading is no directive."""
        self._enter(form, None)

    def number(self, form: str, first: int, made: Sequence[Hung]) -> None:
        """Hang the numbered heading that begins at `first`; its further clauses hang under its first one."""
        self._close(form)
        made[first].parent = self.above
        self.open.append((form, first))
        for at in range(first + 1, len(made)):
            made[at].parent = first

    def spoken(self, at: int, made: Sequence[Hung], *, goes_on: bool) -> None:
        """Hang a heading of a speech (一要A); `goes_on` tells that it only adds to the heading before (一要A,B)."""
        if goes_on and self.above == at - 1:
            made[at].parent = at - 1
            return
        self._close("said")
        made[at].parent = self.above
        self.open.append(("said", at))

    def _enter(self, form: str, at: int | None) -> None:
        self._close(form)
        self.open.append((form, at))

    def _close(self, form: str) -> None:
        forms = [one for one, _ in self.open]
        if form in forms:
            del self.open[forms.index(form) :]
