"""今天: what was read, the lists with reasons, the measure, findings, the newest edits."""

from __future__ import annotations

from typing import Any

from hechang.publish.columns import names_of
from hechang.publish.results import Asked, Results
from hechang.publish.views.about import entries
from hechang.publish.views.documents import events
from hechang.publish.views.lists import summary
from hechang.publish.views.measured import chosen_card, drawing, measured
from hechang.terms import catalogue
from hechang.terms.errors import UsageError

TOP = 4  # rows shown of each list
NEWEST = 6  # log entries shown
ORDER = ("signed-not-filed", "filed-not-started", "behind-schedule")


def today(asked: Asked) -> dict[str, Any]:
    """Return the first page: the three lists with their first rows, the others by their counts.

    Raises
    ------
    UsageError
        for an option in the address: the first page has none, and none is passed over in silence.
    """
    refuse_options(asked)
    cards = in_order(catalogue.cards("list"))
    lists = [{**summary(asked.results, card), "top": TOP} for card in cards if card.id in ORDER]
    shown = measured(asked.results, chosen_card({}), {})
    return {
        "read": read(asked.results),
        "names": names_of(asked.results),
        "lists": lists,
        "others": [counted(asked.results, card) for card in cards if card.id not in ORDER],
        "findings": len(asked.results.findings()),
        "measure": shown,
        "drawing": drawing(asked.results, shown),
        "places": shown["places"],
        "log": entries(asked.results, NEWEST),
        "made_up": any(found["made_up"] for found in lists) or shown["made_up"],
    }


def refuse_options(asked: Asked) -> None:
    """Raise UsageError where the address asks the first page for more than a day, a branch and a language.

    Examples
    --------
    >>> from hechang import tiny
    >>> refuse_options(Asked(Results(tiny()), query={"on": "2022-09-27"}))
    """
    odd = sorted(set(asked.query) - {"on", "branch", "lang"})
    if odd:
        name, value = odd[0], asked.query[odd[0]]
        raise UsageError(
            f"The first page has no option '{name}'. Ask the list itself, e.g. /lists/signed-not-filed?{name}={value}",
            f"首页没有选项“{name}”。请在清单页使用, 例如 /lists/signed-not-filed?{name}={value}",
        )


def counted(results: Results, card: catalogue.Card) -> dict[str, Any]:
    """Return a list by its count alone, and how many rows are new since the edition before (None without one).

    Examples
    --------
    >>> from hechang import tiny
    >>> found = counted(Results(tiny()), catalogue.card("library-mismatch", "list"))
    >>> found["count"], found["new"]
    (2, None)
    """
    frame = results.listing(card.id)
    moved = frame.attrs.get("changes") or {}
    return {"card": card, "count": len(frame), "new": len(moved["new"]) if moved.get("previous") else None}


def in_order(cards: list[catalogue.Card]) -> list[catalogue.Card]:
    """Return list cards in the order of a project's life, the others after them by id."""
    return sorted(cards, key=lambda card: (ORDER.index(card.id) if card.id in ORDER else len(ORDER), card.id))


def read(results: Results) -> dict[str, Any]:
    """Return how much was read and what of it waits; `joined` is the event with the most reports."""
    region = results.region
    kinds = region.table("documents", columns=["kind"])["kind"]
    states = region.table("proposals", columns=["state"])["state"]
    found = events(results)
    joined = max(found, key=lambda event: len(event["versions"]), default=None)
    return {
        "documents": int(kinds.ne("layer").sum()),
        "events": len(found),
        "joined": joined if joined and len(joined["versions"]) > 1 else None,
        "directives": len(region.table("directives", columns=["kind"])),
        "projects": len(region.table("projects", columns=["name"])),
        "waiting": int(states.eq("open").sum()),
    }
