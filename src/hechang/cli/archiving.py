"""`hechang layer tiles`: layers as one file of tiles, for a web map or GIS with no server behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from hechang.cli.place import Branch, Day, region_at
from hechang.cli.speech import Desk, both
from hechang.terms.errors import UsageError

Zooms = Annotated[str, typer.Option("--zooms", help=both("FIRST-LAST, 0 to 14", "起-止级别, 0 至 14"))]
Public = Annotated[bool, typer.Option("--public", help=both("only what the public may see", "仅含公众可见内容"))]


def tiles(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="OUT.pmtiles")],
    layers: Annotated[
        list[str], typer.Argument(metavar="LAYER…", help=both("see: hechang layer list", "见: hechang layer list"))
    ],
    zooms: Zooms = "4-12",
    public: Public = False,
    on: Day = "",
    branch: Branch = "",
) -> None:
    """Write layers as one PMTiles file: the very tiles the server cuts, for any web map or GIS."""
    from hechang.publish.results import Results
    from hechang.publish.tile_archive import write_archive
    from hechang.store.readers import PUBLIC

    desk: Desk = context.obj
    asked, chosen = _read(zooms), list(dict.fromkeys(layers))
    region = region_at(desk, on, branch)
    results = Results(replace(region, reader=PUBLIC) if public else region)
    with desk.work(f"Writing {out.name}", f"正在写入 {out.name}"):
        made = write_archive(results, out, chosen, asked)
    document = {
        "file": str(out), "layers": chosen, "zooms": list(asked), "public": public,
        "tiles": made.tiles, "bytes": made.bytes, "on": region.day, "revision": region.revision_name,
    }  # fmt: skip
    size = f"{made.bytes / 1_048_576:.1f} MB"
    desk.answer(document, desk.word(f"{made.tiles} tiles, {size} → {out}", f"{made.tiles} 个瓦片, {size} → {out}"))


def _read(zooms: str) -> tuple[int, int]:
    parts = zooms.split("-")
    if len(parts) not in (1, 2) or not all(part.isascii() and part.isdigit() and len(part) < 3 for part in parts):
        raise UsageError(f"--zooms '{zooms}' is not FIRST-LAST, e.g. 4-12", f"--zooms“{zooms}”不是“起-止”, 如 4-12")
    return int(parts[0]), int(parts[-1])
