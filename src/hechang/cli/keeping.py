"""`copy`: a whole region from a folder to a server, or back."""

from __future__ import annotations

from typing import Annotated

import typer

from hechang.cli.speech import Desk, both


def copy(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="DIR_OR_URL",
            help=both("a new or empty folder, or an empty database", "新的或空的文件夹, 或空的数据库"),
        ),
    ],
) -> None:
    """Write the whole region, with its history and files, to another place, and check it there."""
    from hechang.region.opening import copy_region, place_of

    desk: Desk = context.obj
    with desk.work("Copying and checking", "正在复制并核验"):
        verdict, revision = copy_region(desk.region, target)
    place = place_of(target)
    said = desk.word(
        f"{place}: {verdict.revisions} revisions, {verdict.rows} rows, the same hash {verdict.head[:12]}…",
        f"{place}: {verdict.revisions} 个版本, {verdict.rows} 行, 校验值一致 {verdict.head[:12]}…",
    )
    found = {"rows": verdict.rows, "revisions": verdict.revisions, "hash": verdict.head}
    desk.answer({"region": place, "revision": revision, **found}, said)
