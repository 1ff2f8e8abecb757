"""Where a collection round 填报 stands: which bodies answer for which projects, what came back, who is late.

A return is in time up to the end of its due day. A body is late while nothing of it was accepted after that day, and
it stays marked as late by as many days as its accepted return came after it.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hechang.region.region import Region
from hechang.terms.dates import last_days
from hechang.terms.errors import InputError, not_known

BEGUN = ("started", "library", "completed", "producing")  # one of these has happened: the project is being built
TAKEN = ("accepted", "late")  # states of a body whose figures are in the register


def round_named(region: Region, name: str) -> pd.Series:
    """Return the row of a round by its id, its name, or its period where only one round is of it.

    Raises
    ------
    NotKnown
        with the nearest name.

    Examples
    --------
    >>> from hechang import tiny
    >>> round_named(tiny(), "2022-09")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.NotKnown: No collection round is called '2022-09'. See all with: hechang round status
    """
    rounds = region.table("rounds")
    ways = (rounds.index == name, rounds["name"] == name, rounds["period"] == name)
    found = next((rounds[fits] for fits in ways if fits.sum() == 1), None)
    if found is None and (same := rounds.loc[ways[2] | ways[1], "name"].tolist()):
        raise InputError(
            f"{len(same)} rounds are meant by '{name}': {', '.join(same)}. Name one, or its id",
            f"“{name}”对应 {len(same)} 个轮次: {'、'.join(same)}。请写明名称或编号",
        )
    if found is None:
        raise not_known("collection round", "填报轮次", name, rounds["name"].dropna(), "hechang round status")
    return found.iloc[0]


def standing(region: Region, rounds: Sequence[str] | None = None) -> pd.DataFrame:
    """Where each body of each round stands on the region's day; `rounds` are ids, all open rounds when None.

    Returns
    -------
    DataFrame
        Indexed by id of the row in `round_bodies`: round, round_name, period, due, body, name, name_en, sent, returned,
        state, attempts, asked [projects], faults and questions [of the last return], taken (its figures are in the
        register), late [whole days after the due day: of the accepted return, else until today], place, synthetic,
        source, document, answers. A return after the region's day has not come yet.

    Examples
    --------
    >>> from hechang import tiny
    >>> standing(tiny()).empty
    True
    """
    sql = """
        SELECT b.id, b.round, r.name AS round_name, r.period, r.due, b.body, coalesce(o.name, b.body) AS name,
               coalesce(o.name_en, o.name, b.body) AS name_en, b.sent, b.returned, coalesce(b.state, 'sent') AS state,
               coalesce(b.attempts, 0) AS attempts, coalesce(json_array_length(b.asked), 0) AS asked,
               coalesce(json_extract(b.counts, '$.faults')::BIGINT, 0) AS faults,
               coalesce(json_extract(b.counts, '$.questions')::BIGINT, 0) AS questions, o.place, b.synthetic, b.source,
               b.document, b.answers
        FROM round_bodies b JOIN rounds r ON r.id = b.round LEFT JOIN bodies o ON o.id = b.body
        WHERE coalesce(b.sent, r.opened, '') <= $day
              AND CASE WHEN $every THEN r.closed IS NULL OR r.closed > $day ELSE r.id IN (SELECT unnest($rounds)) END
        ORDER BY r.period, b.body"""
    rows = region.query(sql, day=region.day, every=rounds is None, rounds=[*(rounds or [""])]).set_index("id")
    return _judged(rows, region.day)


def _judged(rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """Add whether the figures of each body are taken, and how late it is."""
    come = rows["returned"].fillna("9999").le(day)
    taken = rows["state"].isin(TAKEN) & come
    until = rows["returned"].where(taken, day)
    late = (last_days(until) - last_days(rows["due"])).dt.days.fillna(0).clip(lower=0).astype("int64[pyarrow]")
    state = rows["state"].where(come, "sent")
    return rows.assign(state=state, taken=taken.astype(bool), late=late)


def projects_of(region: Region, bodies: Sequence[str]) -> pd.DataFrame:
    """Projects each body answers for: its own, those it leads, and those that lie in its place.

    Returns
    -------
    DataFrame
        One row per pair: body, project; a project can stand under several bodies.

    Examples
    --------
    >>> from hechang import tiny
    >>> projects_of(tiny(), ["office-x"])["project"].tolist()
    ['p1']
    """
    sql = """
        WITH RECURSIVE under(body, place) AS (
            SELECT id, place FROM bodies WHERE place IS NOT NULL AND id IN (SELECT unnest($bodies))
            UNION SELECT u.body, p.id FROM under u JOIN places p ON p.parent = u.place)
        SELECT b.body, p.id AS project FROM (SELECT unnest($bodies) AS body) b JOIN projects p
            ON p.owner = b.body OR p.lead = b.body
        UNION SELECT u.body, p.id FROM under u JOIN projects p ON p.place = u.place
        ORDER BY body, project"""
    return region.query(sql, bodies=[str(body) for body in bodies])


def to_ask(region: Region, bodies: Sequence[str], period: str) -> pd.DataFrame:
    """Pairs of `projects_of` a form has to be sent for: projects in production before the period ask nothing more.

    Examples
    --------
    >>> from hechang import tiny
    >>> to_ask(tiny(), ["office-y"], "2022-09")["project"].tolist()
    ['p2', 'p3', 'p4']
    """
    pairs = projects_of(region, bodies)
    sql = "SELECT DISTINCT project FROM project_events WHERE stage = 'producing' AND actual < $period"
    return pairs[~pairs["project"].isin(region.query(sql, period=period)["project"])].reset_index(drop=True)
