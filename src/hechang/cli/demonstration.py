"""`demo`: from shipped files to a served page, the whole loop once.

The region is built beside its final place and moved there when it is complete, so that a demo that was
stopped half-way never looks like a finished one.
"""

from __future__ import annotations

import json
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
BASELINE = "2022-06-30"
LETTERS = 12
ROUNDS = {  # month: opened, last day, closed; the demonstration stands on 2022-09-27
    "2022-07": ("2022-08-01", "2022-08-10", "2022-08-15"),
    "2022-08": ("2022-09-01", "2022-09-10", "2022-09-15"),
}
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
        serve_region(desk, region.store.where, port)


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
    with desk.work("Importing a workbook, linking the lists of three years", "正在导入工作簿、关联三年清单"):
        region = _programmes(_import(region))
    return _supervised(_rounds(desk, region))


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


def _programmes(region: Region) -> Region:
    """Editions of the real lists of three years, projects that may have been renamed, and a baseline."""
    from hechang.register.baselines import take_baseline
    from hechang.register.linkage import propose_links
    from hechang.register.yearly_lists import programmes_from_lists

    region = propose_links(programmes_from_lists(region, by=BY, why=WHY), by=BY, why=WHY)
    return take_baseline(region.on(BASELINE), f"{BASELINE[:7]} 基线", by=BY, why=WHY).on(region.day)


def _rounds(desk: Desk, region: Region) -> Region:
    """Two months of returns of nine offices: forms out, returns in, faults back, conflicts settled, closed."""
    today = region.day
    for period, (opened, due, closed) in ROUNDS.items():
        with desk.work(f"Collecting the returns of {period}", f"正在收取 {period} 填报"):
            region = _round(region.on(opened), period, due, closed)
    return region.on(today)


def _round(region: Region, period: str, due: str, closed: str) -> Region:
    from hechang.cli.offices import BODIES
    from hechang.intake.rounds.closing import close_round
    from hechang.intake.rounds.opening import NewRound, open_round

    forms = region.folder / OUT / "rounds" / period
    name = f"{period} 月度填报"
    opened = open_round(region, NewRound(name, period, due, BODIES), forms, by=BY, why=WHY)
    region = _settled(_returned(opened.region, opened.id, period, opened.files).on(closed))
    return close_round(region, opened.id, by=BY, why=WHY)


def _returned(region: Region, round: str, period: str, forms: dict[str, Path]) -> Region:
    """Take every return on its day, also those that are sent back at first."""
    from hechang.cli.offices import acts, fill
    from hechang.intake.rounds.taking import take

    returns = [(act.day, body, act) for body in forms for act in acts(period, body)]
    for day, body, act in sorted(returns, key=lambda one: one[:2]):
        region = take(region.on(day), round, fill(forms[body], period, act), by=BY, why=WHY).region
    return region


def _settled(region: Region) -> Region:
    """Take the figure that was named first, wherever two contradict each other."""
    from hechang.intake.rounds.settling import settle

    conflicts = region.table("conflicts", columns=["claims", "settled"])
    for id, claims in conflicts[conflicts["settled"].isna()]["claims"].items():
        region = settle(region, str(id), json.loads(claims)[0]["shown"], by=BY, why=WHY)
    return region


def _supervised(region: Region) -> Region:
    """The projects longest in red get a letter each; their lights are kept."""
    from hechang.register.slips.desk import issue

    red = region.listing("lights", colour="red")
    longest = red[red["table"] == "projects"].sort_values("days", ascending=False, kind="stable")
    return issue(region, only=[str(id) for id in longest.index[:LETTERS]], by=BY, why=WHY, least="red")


def faults_of_the_workbook(region: Region) -> list[dict[str, Any]]:
    """What the import says about the workbook as sent; it never enters the register."""
    from hechang.intake.sheets.preview import preview
    from hechang.region.example import HOME

    return [one.as_dict() for one in preview(region, "projects", HOME / "returns" / SHEET).findings]
