"""The part of the demonstration's summary that tells of rounds, lights, letters and programmes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hechang.region.region import Region

Word = Callable[[str, str], str]


def supervised(region: Region, out: Path) -> dict[str, Any]:
    """Count what the rounds brought, what is lit, which letters are open, and write the bulletin of the last round."""
    rounds = region.table("rounds", columns=["name", "period"]).sort_values("period")
    colours = region.listing("lights")["colour"].value_counts()
    return {
        "rounds": [_round(region, str(id), str(row["name"])) for id, row in rounds.iterrows()],
        "totals": _rows(region, "round_totals", "stated <> summed"),
        "lights": {str(colour): int(count) for colour, count in colours.items()},
        "letters": _rows(region, "slips", "closed IS NULL"),
        "renamed": _rows(region, "project_links", "state = 'open'"),
        "programmes": _rows(region, "programmes", "true"),
        "bulletin": _bulletin(region, str(rounds["period"].iloc[-1]), out) if len(rounds) else "",
    }


def _round(region: Region, id: str, name: str) -> dict[str, Any]:
    from hechang.intake.rounds.status import status

    rows = status(region, id)
    conflicts = region.table("conflicts", columns=["settled"], where={"round": id})
    return {
        "name": name,
        "returns": int(rows["taken"].sum()),
        "bodies": len(rows),
        "late": int((rows["late"] > 0).sum()),
        "sent_back": int((rows["attempts"] > 1).sum()),
        "projects": int(rows["answered"].sum()),
        "conflicts": len(conflicts),
    }


def _rows(region: Region, table: str, condition: str) -> int:
    return int(region.query(f"SELECT count(*) AS n FROM {table} WHERE {condition}")["n"].iloc[0])


def _bulletin(region: Region, period: str, out: Path) -> str:
    from hechang.publish.bulletin import bulletin, bulletin_text

    path = bulletin(region, period, out / f"bulletin-{period}.docx")
    path.with_suffix(".txt").write_text(bulletin_text(region, period), encoding="utf-8")
    return str(path)


def lines(word: Word, found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Lines of the summary for people."""
    lit = found["lights"]
    return [
        *((one["name"], _round_line(word, one)) for one in found["rounds"]),
        (word("Totals that disagree", "合计与明细不符"), str(found["totals"])),
        (
            word("Lights", "亮灯"),
            word(
                f"{lit.get('red', 0)} red, {lit.get('yellow', 0)} yellow",
                f"红 {lit.get('red', 0)}, 黄 {lit.get('yellow', 0)}",
            ),
        ),
        (word("Open letters", "未办结督办函"), str(found["letters"])),
        (word("Programmes", "滚动计划"), _programme_line(word, found)),
        (word("Bulletin", "简报"), found["bulletin"]),
    ]


def _round_line(word: Word, one: Mapping[str, Any]) -> str:
    n = one
    return word(
        f"{n['returns']} of {n['bodies']} returns, {n['late']} late, {n['sent_back']} sent back at first, "
        f"{n['projects']} projects, {n['conflicts']} conflicts",
        f"收回 {n['returns']}/{n['bodies']}, 逾期 {n['late']}, 退回修改 {n['sent_back']}, "
        f"项目 {n['projects']}, 冲突 {n['conflicts']}",
    )


def _programme_line(word: Word, found: Mapping[str, Any]) -> str:
    return word(
        f"{found['programmes']} editions; {found['renamed']} pairs of names to review",
        f"{found['programmes']} 个版次; 待核更名 {found['renamed']} 对",
    )
