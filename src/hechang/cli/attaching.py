"""`attach`: a photo, permit or other file as evidence of a row."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hechang.cli.place import By, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both


def attach(
    context: typer.Context,
    object: Annotated[str, typer.Argument(metavar="OBJECT", help=both("id of project, step, task …", "对象编号"))],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JPEG, PNG, PDF, DOCX, XLSX, ZIP (20 MB)")],
    title: Annotated[str, typer.Option(help=both("what it shows", "标题"))] = "",
    kind: Annotated[str, typer.Option(help=both("photo, permit, contract …", "类别, 如 photo、permit"))] = "other",
    taken: Annotated[str, typer.Option(help=both("day it was taken", "拍摄日期"))] = "",
    at: Annotated[str, typer.Option(help=both("LON,LAT in degrees", "经度,纬度"))] = "",
    by: By = "",
    why: Why = "",
) -> None:
    """Keep a file as evidence of a row; the title is the file's name where none is given."""
    from hechang.register.attachments import About, attach, attached, spot_of

    desk: Desk = context.obj
    by, why = who_and_why(by, why)
    lon, lat = spot_of(at)
    about = About(title or file.stem, kind, taken, lon, lat)
    after = attach(region_at(desk), object, file, about, by=by, why=why)
    count = len(attached(after, [object]))
    said = desk.word(
        f"Attached {file.name} to {object} ({count} in all)", f"已将 {file.name} 附于 {object} (共 {count} 份)"
    )
    desk.answer({"object": object, "file": file.name, "attachments": count, "revision": after.revision_name}, said)
