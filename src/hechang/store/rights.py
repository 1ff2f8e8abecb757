"""Who reaches what: grants, shares and submissions of the register, worked out flat for databases to ask.

`reach` holds a line for each user, verb and range of scopes; `shared` one for each row that is shown to others. Both
are made anew in the transaction of every edit that touches what they are made from, so that a right that was taken
away is gone with that very revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from hechang.store.contract import MAIN
from hechang.store.readers import COMMON, LAST, READ, Grant, Reader, Share
from hechang.store.schema import metadata, version_table
from hechang.terms.rights import WORKS_ON, Role, roles
from hechang.terms.scopes import ROOT

MADE_FROM = ("users", "grants", "permits", "submissions")
OWN = (ROOT, f"{ROOT}!")  # the rows of the region itself; of some tables all who work in it read them
MEMBER = 1  # clearance of these
NO_SHARES = -1
SUBMITTED, SENT_BACK = "submitted", "returned"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """From which day on, and the first day on which it is over (None: never)."""

    since: str
    over: str | None

    def at(self, day: str) -> bool:
        """Tell whether it holds on a day."""
        return self.since <= day and (self.over is None or day < self.over)


def work_out(connection: sa.Connection) -> None:
    """Make `reach` and `shared` anew from the newest rows of the main branch."""
    users, grants, permits = (list(_live(connection, name)) for name in MADE_FROM[:3])
    active = {user["id"] for user in users if user["active"] is not False}
    held = _submitted(connection)
    mine = [grant for grant in grants if grant["account"] in active and grant["role"] in roles()]
    whole = [permit for permit in permits if permit["object"].startswith(ROOT)]
    lines = [line for grant in mine for line in _lines(grant, held)]
    lines += [line for permit in whole for grant in mine for line in _of_scope(permit, grant)]
    _fill(connection, "reach", lines)
    _fill(connection, "shared", [_shared(permit) for permit in permits if permit not in whole])


def _live(connection: sa.Connection, table: str) -> Iterator[Row]:
    """Versions of the main branch that count, whatever the day."""
    t = version_table(table)
    newest: dict[tuple[str, str], Row] = {}
    for row in connection.execute(sa.select(t).where(t.c.branch == MAIN).order_by(t.c.seq)).mappings():
        newest[row["id"], row["valid_from"]] = dict(row)
    yield from (row for row in newest.values() if row["op"] == "put")


def _submitted(connection: sa.Connection) -> dict[str, int]:
    """Revision up to which each scope was submitted: the one that said so last, unless that was sent back.

    What is endorsed later is what was submitted, and nothing that was written since.
    """
    t = version_table("submissions")
    columns = (t.c.id, t.c.area, t.c.state, t.c.op, t.c.revision)
    held: dict[str, tuple[str, int]] = {}
    for id, area, state, op, revision in connection.execute(
        sa.select(*columns).where(t.c.branch == MAIN).order_by(t.c.seq)
    ):
        if op == "end" or state == SENT_BACK:
            held.pop(id, None)
        elif state == SUBMITTED and id not in held:  # a note that is mended later submits nothing anew
            held[id] = (area, int(revision))
    return dict(sorted(held.values(), key=lambda pair: pair[1]))


def _lines(grant: Row, held: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    role = roles()[grant["role"]]
    if role.own_only and not grant["org"]:
        return  # bound to a body that nobody named: nothing
    owner = grant["org"] if role.own_only else None
    for lo, hi, most in _ranges(grant, role, held):
        for verb in role.verbs:
            yield _line(grant, role, verb, (lo, hi, role.level), owner, most)
    if READ in role.verbs and role.name != "public":
        yield _line(grant, role, COMMON, (*OWN, min(role.level, MEMBER)), None, None)


def _ranges(grant: Row, role: Role, held: Mapping[str, int]) -> Iterator[tuple[str, str, int | None]]:
    """Ranges of scopes of a grant; of a role that sees what was submitted those parts that were."""
    if not role.as_submitted:
        yield grant["lo"], grant["hi"], None
        return
    for area, most in held.items():
        lo, hi = max(grant["lo"], area), min(grant["hi"], f"{area[:-1]}/")
        if lo < hi:
            yield lo, hi, most


def _line(
    grant: Row, role: Role, verb: str, span: tuple[str, str, int], owner: str | None, most: int | None
) -> dict[str, Any]:
    lo, hi, level = span
    found = _span(grant)
    return {"uid": grant["account"], "role": role.name, "verb": verb, "lo": lo, "hi": hi, "level": level,
            "owner": owner, "most": most, "since": found.since, "over": found.over, "home": grant["lo"],
            "takes": NO_SHARES if role.own_only else role.level}  # fmt: skip


def _of_scope(permit: Row, grant: Row) -> Iterator[dict[str, Any]]:
    """A whole scope that is shown to who is at home where it is shown to, as long as he is."""
    role = roles()[grant["role"]]
    if READ not in role.verbs or role.own_only or not permit["to_lo"] <= grant["lo"] < permit["to_hi"]:
        return
    area, one, other = permit["object"], _span(permit), _span(grant)
    over = min((end for end in (one.over, other.over) if end), default=None)
    line = _line(grant, role, permit["verb"], (area, f"{area[:-1]}/", role.level), None, None)
    yield line | {"since": max(one.since, other.since), "over": over, "home": "", "takes": NO_SHARES}


def _shared(permit: Row) -> dict[str, Any]:
    found = _span(permit)
    return {name: permit[name] for name in ("object", "to_lo", "to_hi", "verb")} | {
        "since": found.since, "over": found.over,
    }  # fmt: skip


def _span(row: Row) -> Span:
    """When a row holds: until the end of the day it names, or until it is no longer in force."""
    ends = [row["valid_to"], _day_after(row["until"])]
    return Span(row["valid_from"], min((end for end in ends if end), default=None))


def _day_after(day: str | None) -> str | None:
    """Return the day after the last one, of a month or year that is named alone the first of the next.

    Examples
    --------
    >>> _day_after("2026-02"), _day_after("2026-12-31"), _day_after("2026")
    ('2026-03-01', '2027-01-01', '2027-01-01')
    """
    if not day:
        return None
    year, month, *rest = [int(part) for part in f"{day}-12".split("-")[:2]] + [int(d) for d in day.split("-")[2:]]
    if rest:
        return str(date(year, month, rest[0]) + timedelta(days=1))
    return str(date(year + month // 12, month % 12 + 1, 1))


def _fill(connection: sa.Connection, name: str, lines: list[dict[str, Any]]) -> None:
    t = metadata().tables[name]
    connection.execute(t.delete())
    if lines:
        connection.execute(t.insert(), lines)


def reader_of(connection: sa.Connection, uid: str, day: str) -> Reader:
    """Return what a user was granted on a day, as a reader; everybody reads what is public.

    Parameters
    ----------
    uid
        Id of the user; of one nobody knows the answer is a reader of public rows.
    day
        Today, in Shanghai: a grant holds to the end of its last day.
    """
    r, s = metadata().tables["reach"], metadata().tables["shared"]
    mine = [row for row in _rows(connection, sa.select(r).where(r.c.uid == uid)) if _holds(row, day)]
    every = [row for row in _rows(connection, sa.select(s)) if _holds(row, day)] if mine else []
    grants = (Grant(m["lo"], m["hi"], m["level"], m["owner"], m["most"], m["verb"]) for m in mine)
    user = _user(connection, uid)
    home = max((m["home"] for m in mine if m["verb"] in WORKS_ON), key=len, default="")
    return Reader(
        user.get("name") or uid,
        (Grant("", LAST, 0), *dict.fromkeys(grants)),
        tuple(dict.fromkeys(_shares(every, mine))),
        uid,
        home or ROOT,
        user.get("body"),
        tuple(sorted({m["role"] for m in mine})),
    )


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _holds(row: Row, day: str) -> bool:
    return Span(row["since"], row["over"]).at(day)


def _user(connection: sa.Connection, uid: str) -> Row:
    return next((row for row in _live(connection, "users") if row["id"] == uid), {})


def is_active(connection: sa.Connection, uid: str, day: str) -> bool:
    """Tell whether a user's row is in force on a day and not switched off."""
    mine = (row for row in _live(connection, "users") if row["id"] == uid and row["valid_from"] <= day)
    held = [row for row in mine if row["valid_to"] is None or row["valid_to"] > day]
    return bool(held) and max(held, key=lambda row: str(row["valid_from"]))["active"] is not False


def _shares(every: Iterable[Row], mine: Sequence[Row]) -> Iterator[Share]:
    """Rows that are shown to who is at home where they are shown to."""
    for row in every:
        homes = [m["takes"] for m in mine if m["verb"] in (READ, COMMON) and row["to_lo"] <= m["home"] < row["to_hi"]]
        if max(homes, default=NO_SHARES) != NO_SHARES:
            yield Share(row["object"], max(homes), row["verb"])
