"""What the picture of a bulletin says: a page as narrow as a phone, every text ready to be drawn."""

from __future__ import annotations

from typing import Any

from hechang.publish.briefing import briefing
from hechang.publish.results import Results
from hechang.publish.rows import simple
from hechang.terms.words import word

MOST = 5  # laggards on the picture
LONGEST = 26  # characters of a name


def period_of(results: Results, round: str = "") -> str:
    """Return the round a bulletin is of: the one named, else the newest one, else the month before the region's day.

    Examples
    --------
    >>> from hechang import tiny
    >>> period_of(Results(tiny()))
    '2022-08'
    """
    if round:
        return round
    day = results.region.day
    sql = "SELECT id FROM rounds WHERE coalesce(opened, '') <= $day ORDER BY period DESC, opened DESC LIMIT 1"
    found = results.region.query(sql, day=day)
    if len(found):
        return str(simple(found["id"].iloc[0]))
    year, month = int(day[:4]), int(day[5:7])
    return f"{year}-{month - 1:02d}" if month > 1 else f"{year - 1}-12"


def picture(results: Results, round: str, lang: str) -> dict[str, Any]:
    """Return the texts of the picture, top to bottom: head, figures, lists, laggards, problems, what it rests on.

    Raises
    ------
    NotKnown
        for what is neither a round nor a month.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = picture(Results(tiny()), "2022-08", "en")
    >>> [one["value"] for one in found["figures"]][:2], found["stamp"][0]
    (['58.3 %', '14 million CNY'], 'As of 2022-09-27')
    """
    view = results.once(("briefing", round, lang), lambda: briefing(results.region, round, lang))
    region = results.region
    returned = word("picture_taken", lang).format(taken=view["taken"], asked=view["asked_bodies"], late=view["late"])
    return {
        "title": view["title"], "office": view["office"], "period": view["period"],
        "figures": [
            {"label": word("picture_share", lang), "value": view["share"], "note": view["points"]},
            {"label": word("picture_done", lang), "value": view["done"],
             "note": word("picture_plan", lang).format(plan=view["plan"])},
            {"label": word("picture_counted", lang), "value": view["counted"],
             "note": word("picture_not_counted", lang).format(n=view["not_counted"])},
            {"label": word("picture_problems", lang), "value": view["problem_count"], "note": view["problem_often"]},
        ],
        "returned": returned if view["bodies"] else "",
        "lists": [
            {"name": one["name"], "count": one["count"], "rule": one["rule"],
             "note": word("picture_moved", lang).format(**one) if one["previous"] else ""}
            for one in view["lists"]
        ],
        "lists_title": word("picture_lists", lang), "laggards_title": word("picture_laggards", lang),
        "laggards": [
            {"name": _cut(one["name"]) + one["synthetic"], "owner": one["owner"], "value": one["behind"]}
            for one in view["late_projects"][:MOST]
        ],
        "stamp": [
            word("picture_day", lang).format(day=region.day),
            word("picture_revision", lang).format(revision=region.revision_name),
        ],
        "source": word("picture_source", lang).format(office=view["office"]),
        "synthetic": view["synthetic"], "file": f"hechang-{view['period']}-{region.revision}.png",
    }  # fmt: skip


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
