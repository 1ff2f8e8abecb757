"""今天: what was read, the lists with reasons, the measure, findings, the newest edits."""

from __future__ import annotations

from typing import Any

from hechang.publish.results import Asked, Results
from hechang.publish.views.about import entries
from hechang.publish.views.documents import events
from hechang.publish.views.lists import summary
from hechang.publish.views.measured import chosen_card, drawing, measured
from hechang.terms import catalogue

TOP = 4  # rows shown of each list
NEWEST = 6  # log entries shown
ORDER = ("signed-not-filed", "filed-not-started", "behind-schedule")


def today(asked: Asked) -> dict[str, Any]:
    """Return the first page."""
    lists = [{**summary(asked.results, card), "top": TOP} for card in in_order(catalogue.cards("list"))]
    shown = measured(asked.results, chosen_card({}), {})
    return {
        "read": read(asked.results),
        "lists": lists,
        "findings": len(asked.results.findings()),
        "measure": shown,
        "drawing": drawing(asked.results, shown),
        "places": shown["places"],
        "log": entries(asked.results, NEWEST),
        "made_up": any(found["made_up"] for found in lists) or shown["made_up"],
    }


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
