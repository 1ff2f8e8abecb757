"""`demo`: from shipped files to a served page, the whole loop once.

The region is built beside its final place and moved there when it is complete, so that a demo that was
stopped half-way never looks like a finished one.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.reach import Port, serve_region
from hechang.cli.speech import Desk, both
from hechang.terms.errors import InputError

if TYPE_CHECKING:
    from hechang.region.region import Region

BY, WHY = "demo", "demonstration"
MONTH_BEFORE = "2022-08-27"  # the demonstration stands on 2022-09-27
SURE = "confidence>=0.7"  # our own assumption of what needs no second look in a demonstration
OUT = "out"  # inside the region's folder: the public site and the annotated workbook
SHEET, MENDED = "wuxi-projects.xlsx", "wuxi-projects-mended.xlsx"


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help=both("folder of the region", "区域文件夹"))
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help=both("serve the pages", "启动网页服务"))] = True,
    port: Port = 8765,
) -> None:
    """Build the demonstration region, run the main job, print the summary, serve the pages."""
    from hechang.cli.summary import lines, summary
    from hechang.region.opening import folder_of

    desk: Desk = context.obj
    region = demonstration(desk, folder_of(folder or desk.region))
    with desk.work("Measuring, listing, publishing", "正在计算指标、生成清单、发布网站"):
        found = summary(region, region.folder / OUT)
    desk.answer(found, *lines(desk, found))
    if serve:
        serve_region(desk, region.folder, port)


def demonstration(desk: Desk, where: Path) -> Region:
    """Build the region, or open the one that was built before."""
    from hechang.region.opening import open_region

    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        region = open_region(where)
        if not region.settings.demo:
            raise InputError(
                f"{where} is a region, but no demonstration. Choose another folder",
                f"{where} 是已有区域, 不是演示区域。请另选文件夹",
            )
        desk.tell(f"{where} is there already; delete it to build it anew", f"{where} 已存在; 删除后可重新建立")
        return region
    unfinished = where.with_name(f"{where.name}.building")
    shutil.rmtree(unfinished, ignore_errors=True)
    _build(desk, unfinished).close()
    unfinished.rename(where)
    return open_region(where)


def _build(desk: Desk, folder: Path) -> Region:
    from hechang.region.example import example

    with desk.work("Building the region from shipped layers", "正在由自带图层建立区域"):
        region = example(folder)
    (folder / OUT).mkdir()
    with desk.work("Reading the sample reports", "正在读取示例报道"):
        region = _read(region)
    with desk.work("Importing the returns", "正在导入填报表"):
        return _editions(_import(region))


def _read(region: Region) -> Region:
    from hechang.intake.proposals import propose
    from hechang.intake.verdicts import review
    from hechang.region.example import reports

    read = propose(region, reports(), by=BY, why=WHY)
    return review(read.region, SURE, accept=True, by=BY, why=WHY).region


def _import(region: Region) -> Region:
    """Show what is wrong with the workbook as sent, then import the mended one."""
    from hechang.intake.sheets.annotate import findings_book
    from hechang.intake.sheets.commit import commit
    from hechang.intake.sheets.preview import preview
    from hechang.region.example import HOME

    returns = HOME / "returns"
    sent = preview(region, "projects", returns / SHEET)
    findings_book(sent.path, sent.findings, region.folder / OUT / f"annotated-{SHEET}")
    return commit(region, preview(region, "projects", returns / MENDED), by=BY, why=WHY, synthetic=True)


def _editions(region: Region) -> Region:
    """Keep the lists of the month before, so that today's lists tell what changed."""
    from hechang.publish.views.today import in_order
    from hechang.register.editions import keep
    from hechang.terms.catalogue import cards

    listings = [card.id for card in in_order(cards("list"))]
    return keep(region.on(MONTH_BEFORE), listings, by=BY, why=WHY).on(region.day)


def faults_of_the_workbook(region: Region) -> list[dict[str, Any]]:
    """What the import says about the workbook as sent; it never enters the register."""
    from hechang.intake.sheets.preview import preview
    from hechang.region.example import HOME

    return [one.as_dict() for one in preview(region, "projects", HOME / "returns" / SHEET).findings]
