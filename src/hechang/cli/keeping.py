"""`copy`, `backup`, `restore`: a whole region from one place to another, or into one file and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import Day, region_at
from hechang.cli.speech import Desk, both

if TYPE_CHECKING:
    from hechang.store.bundle import Manifest

File = Annotated[Path, typer.Argument(metavar="FILE", help=both("the backup", "备份文件"))]
Target = Annotated[
    str,
    typer.Argument(
        metavar="DIR_OR_URL", help=both("a new or empty folder, or an empty database", "新的或空的文件夹, 或空的数据库")
    ),
]


def copy(context: typer.Context, target: Target) -> None:
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


def public_copy(context: typer.Context, target: Target, on: Day = "") -> None:
    """Write what may be published, and nothing else, to a place of its own that anybody may read."""
    from hechang.publish.public_copy import public_copy as write
    from hechang.region.opening import place_of

    desk: Desk = context.obj
    with desk.work("Writing the public copy", "正在生成公开副本"):
        made = write(region_at(desk, on), target)
    place, rows = place_of(target), int(made.log()["counts"].map(lambda counts: sum(counts.values())).sum())
    said = desk.word(
        f"{place}: {rows} public rows of {made.revision_name} on {made.day}",
        f"{place}: {made.revision_name} 在 {made.day} 的公开数据 {rows} 行",
    )
    desk.answer({"region": place, "revision": made.revision_name, "on": made.day, "rows": rows}, said)


def backup(
    context: typer.Context,
    file: File,
    drill: Annotated[bool, typer.Option(help=both("restore it at once, to prove it", "立即试恢复以验证"))] = False,
) -> None:
    """Write everything of the region into one file."""
    import tempfile

    from hechang.region.backups import backup as take
    from hechang.region.backups import restore as give

    desk: Desk = context.obj
    with desk.work("Taking the backup", "正在备份"):
        found = take(desk.region, file)
    if drill:
        with desk.work("Restoring it as a drill", "正在试恢复"), tempfile.TemporaryDirectory(dir=file.parent) as room:
            give(file, Path(room) / "drill.hc")
    en = f"{file}: revision {found.revision}, {len(found.files)} files" + (", restored as a drill" if drill else "")
    zh = f"{file}: 版本 {found.revision}, {len(found.files)} 个文件" + (", 已试恢复" if drill else "")
    desk.answer(_said(found) | {"backup": str(file), "drill": drill}, desk.word(en, zh))


def restore(context: typer.Context, file: File, target: Target) -> None:
    """Make the region of a backup anew, and check all of it."""
    from hechang.region.backups import restore as give
    from hechang.region.opening import place_of

    desk: Desk = context.obj
    with desk.work("Restoring and checking", "正在恢复并核验"):
        found = give(file, target)
    place = place_of(target)
    said = desk.word(
        f"{place}: revision {found.revision} of {found.taken[:10]}, the same hash {found.hash[:12]}…",
        f"{place}: {found.taken[:10]} 的版本 {found.revision}, 校验值一致 {found.hash[:12]}…",
    )
    desk.answer(_said(found) | {"region": place}, said)


def _said(found: Manifest) -> dict[str, Any]:
    return {
        "revision": f"{found.store}:{found.revision}",
        "hash": found.hash,
        "root": found.root,
        "taken": found.taken,
        "files": len(found.files),
    }
