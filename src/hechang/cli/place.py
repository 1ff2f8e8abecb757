"""The region a command works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hechang.cli.speech import Desk, both
from hechang.terms.errors import UsageError

if TYPE_CHECKING:
    from hechang.region.region import Region


By = Annotated[str, typer.Option(help=both("who does it", "操作人"))]
Why = Annotated[str, typer.Option(help=both("for what reason", "理由"))]
Day = Annotated[str, typer.Option("--on", help=both("day YYYY-MM-DD", "日期 YYYY-MM-DD"))]
Branch = Annotated[str, typer.Option("--branch", help=both("what-if branch", "方案分支"))]


def region_at(desk: Desk, day: str = "", branch: str = "") -> Region:
    """Open the region of this command, on a day and a branch when they are given."""
    from hechang.region.opening import open_region

    region = open_region(desk.region)
    region = region.branch(branch) if branch else region
    return region.on(day) if day else region


def who_and_why(by: str, why: str) -> tuple[str, str]:
    """Both must be said: history keeps them."""
    if not by.strip() or not why.strip():
        raise UsageError("Say who does it and why: --by NAME --why TEXT", "请说明操作人与理由: --by 姓名 --why 说明")
    return by.strip(), why.strip()
