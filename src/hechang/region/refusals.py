"""A refused edit leaves a record too: who wanted it, of what, and the kind of refusal, never its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from hechang.store import audit
from hechang.terms.errors import HechangError, StoreError

if TYPE_CHECKING:
    from hechang.region.region import Region


@contextmanager
def refusals(region: Region, actor: str, object: Callable[[], str]) -> Iterator[None]:
    """Keep a record of what is refused inside; the store itself keeps one of what is refused when it gets there.

    Parameters
    ----------
    actor
        Who writes.
    object
        Says what it is about, as far as that is known when it is refused.
    """
    try:
        yield
    except StoreError:  # the log is kept there too
        raise
    except HechangError as why:
        if not why.recorded:
            with suppress(StoreError):  # a store that cannot be written to refuses everything anyway
                region.store.record(_said(region, actor, object()) | {"why": type(why).__name__})
                why.recorded = True
        raise


def _said(region: Region, actor: str, object: str) -> dict[str, str]:
    who, heard = region.reader, audit.heard()
    right = {"role": " ".join(who.roles), "scope": who.home} if who.uid else {"role": who.name}
    about = {"actor": actor.strip(), "verb": "update", "object": object or heard.object, "outcome": audit.REFUSED}
    return about | right | {"address": heard.address}
