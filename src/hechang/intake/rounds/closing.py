"""Closing a round: everything is in, or the office says why not; the lists of the month are kept as editions."""

from __future__ import annotations

import pandas as pd

from hechang.intake.rounds.status import status
from hechang.region.region import Region
from hechang.register.editions import edition_row
from hechang.register.rounds import round_named
from hechang.terms.catalogue import cards
from hechang.terms.dates import last_day
from hechang.terms.errors import InputError


def close_round(
    region: Region, round: str, *, by: str, why: str, force: bool = False, request: str | None = None
) -> Region:
    """Close a round and keep all lists as they stand at the end of its month, in one edit.

    Parameters
    ----------
    region
        The register; its day is the day of closing.
    round
        Id, name or period of the round.
    by, why
        Who closes it and for what reason.
    force
        Close although returns or conflicts are open; the reason stays in the history.
    request
        Key of the request; the same key again writes nothing new.

    Raises
    ------
    InputError
        for a round that is closed already, or, unless forced, with open returns or conflicts.
    """
    region = region.latest()
    row = round_named(region, round)
    if pd.notna(row["closed"]):
        raise InputError(f"Round '{row['name']}' is closed already", f"轮次“{row['name']}”已经关闭")
    if pd.notna(row["opened"]) and region.day < str(row["opened"]):
        raise InputError(
            f"Round '{row['name']}' was opened on {row['opened']}; close it on that day or later",
            f"轮次“{row['name']}”于 {row['opened']} 发出, 请在当天或之后关闭",
        )
    if not force:
        _refuse_open(region, row)
    then = region.on(min(region.day, last_day(str(row["period"])).isoformat()))
    lists = [card.id for card in cards("list")]
    with region.edit(by=by, why=why, level=0, request=request) as edit:
        edit.put("editions", [edition_row(then, id, then.listing(id), {}) for id in lists])
        edit.put("rounds", {"id": str(row.name), "closed": region.day})
    return edit.after


def _refuse_open(region: Region, row: pd.Series) -> None:
    rows = status(region, str(row.name))
    late, total = rows.loc[~rows["taken"], "name"].tolist(), rows.attrs["total"]
    if late:
        raise InputError(
            f"{len(late)} bodies have no accepted return: {', '.join(late)}. Take them in, or say --force and why",
            f"尚有 {len(late)} 个单位未报或有误: {'、'.join(late)}。请先收齐, 或用 --force 关闭并说明理由",
        )
    if total["conflicts"]:
        raise InputError(
            f"Conflicts between returns are open in '{row['name']}'. Settle them, or close with --force and say why",
            f"“{row['name']}”尚有未处理的填报冲突。请先处理, 或用 --force 关闭并说明理由",
        )
