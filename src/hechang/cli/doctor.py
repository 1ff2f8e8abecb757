"""`doctor`: whether this installation is fit for work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hechang.cli.place import region_at
from hechang.cli.speech import Desk, both

if TYPE_CHECKING:
    from hechang.region.doctor import Check

MARKS = {"ok": ("ok     ", "正常"), "warning": ("look   ", "注意"), "error": ("wrong  ", "有误")}


def doctor(
    context: typer.Context,
    backups: Annotated[Path | None, typer.Option(help=both("folder of the backups", "备份文件夹"))] = None,
    whole: Annotated[bool, typer.Option(help=both("recompute the history too", "并重算全部历史"))] = False,
) -> None:
    """Look at database, disk, key, clock, backups, accounts and offices; status 1 where something is wrong."""
    from hechang.region.doctor import Place, examine
    from hechang.terms.findings import errors

    desk: Desk = context.obj
    region = region_at(desk)
    with desk.work("Looking", "正在检查"):
        checks = examine(Place(region, backups=backups), whole=whole)
    region.close()
    wrong = sum(bool(errors(check.found)) for check in checks)
    desk.answer({"checks": [_row(check) for check in checks], "wrong": wrong}, *_lines(desk, checks))
    if wrong:
        raise typer.Exit(1)


def _row(check: Check) -> dict[str, object]:
    return {"name": check.name, "en": check.en, "zh": check.zh, "state": _state(check),
            "findings": [finding.as_dict() for finding in check.found]}  # fmt: skip


def _state(check: Check) -> str:
    said = {finding.severity for finding in check.found}
    return "error" if "error" in said else "warning" if said else "ok"


def _lines(desk: Desk, checks: list[Check]) -> list[str]:
    lines = []
    for check in checks:
        lines.append(f"{desk.word(*MARKS[_state(check)])} {desk.word(check.en, check.zh)}")
        lines += [f"        {finding.say(desk.lang)}" for finding in check.found]
    return lines
