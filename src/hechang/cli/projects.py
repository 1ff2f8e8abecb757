"""`hechang project`: questions to one project of the region."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hechang.cli.place import Branch, Day, region_at
from hechang.cli.speech import Desk, both
from hechang.cli.tables_out import plain_rows, write_table

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

VERDICTS = {
    "meets": ("meets", "符合"), "breaks": ("breaks", "不符合"), "condition": ("on condition", "有条件"),
    "unknown": ("cannot be judged", "无法判断"),
}  # fmt: skip
TITLES = {
    "rule": ("Rule", "规则编号"), "limit": ("Limit", "管控规则"), "said": ("Verdict", "结论"),
    "amount": ("By", "涉及量"), "unit": ("Unit", "单位"), "share": ("% of the project", "占项目(%)"),
    "why": ("Reason", "理由"), "basis": ("Basis", "依据"), "clause": ("Clause", "条款"),
    "needs": ("Would be filled by", "补数据的命令"), "synthetic": ("Made up", "虚构"),
}  # fmt: skip
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=both("csv, xlsx, json", "csv、xlsx、json"))]


@app.callback()
def group() -> None:
    """Questions to one project."""


@app.command(help=both("Hold a project against limits and zones", "合规性审查: 控制线、功能区、行政界线"))
def comply(
    context: typer.Context,
    project: Annotated[str, typer.Argument(metavar="PROJECT", help=both("id of a project", "项目编号"))],
    on: Day = "",
    branch: Branch = "",
    out: Out = None,
) -> None:
    """Say for each control rule whether the project keeps it, by how much, at which feature and why."""
    from hechang.atlas.compliance import compliance
    from hechang.atlas.limits import IMPORT_RULES

    desk: Desk = context.obj
    region = region_at(desk, on, branch)
    with desk.work(f"Holding {project} against the limits", f"正在审查 {project}"):
        found = compliance(region, [project])
    shown = found.assign(
        said=[desk.word(*VERDICTS[verdict]) for verdict in found["verdict"]],
        limit=found["name" if desk.lang == "zh" else "name_en"],
        why=found["reason" if desk.lang == "zh" else "reason_en"],
    )
    document: dict[str, Any] = {
        "project": project, "on": region.day, "revision": region.revision_name, "rules": plain_rows(found),
        "fill": [] if len(found) else IMPORT_RULES.split("; "),
    }  # fmt: skip
    if out:
        write_table(desk, shown, out, TITLES)
    desk.answer(document, *_told(desk, document, plain_rows(shown)))


def _told(desk: Desk, document: dict[str, Any], rows: list[dict[str, Any]]) -> list[Any]:
    head = f"{document['project']} · {document['on']} · {document['revision']}"
    if not rows:
        zh = f"无数据: {document['on']} 没有适用的管控规则。规则模板与导入:"
        said = desk.word(f"No data: no control rule holds here on {document['on']}. Template and import:", zh)
        return [head, said, *(f"  {command}" for command in document["fill"])]
    lines: list[Any] = [head]
    for row in rows:
        basis = " ".join(part for part in (row["basis"], row["clause"]) if part)
        made_up = desk.word(" [made up]", " [虚构]") if row["synthetic"] else ""
        lines.append(f"{row['said']} · {row['limit']}{made_up}: {row['why']}")
        lines.append(f"    {desk.word('basis', '依据')}: {basis}")
        if row["needs"]:
            lines.append(f"    {desk.word('to fill', '补数据')}: {row['needs']}")
    return lines
