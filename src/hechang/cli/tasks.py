"""`hechang task`: the task ledger 督查台账."""

from __future__ import annotations

from typing import Annotated

import typer

from hechang.cli.place import By, Day, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

SHOWN = {
    "number": ("Number", "编号"), "name": ("Task", "任务"), "owner": ("Lead", "牵头单位"), "due": ("Due", "期限"),
    "state": ("State", "状态"), "days": ("Days", "逾期天数"), "progress": ("Progress %", "进度 %"),
    "expected": ("Due by now %", "按时应达 %"), "problem": ("Problem", "堵点难点"),
}  # fmt: skip


@app.command("list")
def list_(context: typer.Context, on: Day = "") -> None:
    """Show the ledger on a day: state, days past the due day, progress against time, problem."""
    from hechang.region.answers import rows_of
    from hechang.register.tasks import ledger
    from hechang.terms.specs import codes

    desk: Desk = context.obj
    rows = rows_of(ledger(region_at(desk, on)))
    states = codes("task_states")
    shown = [{**row, "state": states[row["state"]].title(desk.lang)} for row in rows]
    said = desk.word(f"{len(rows)} tasks", f"共 {len(rows)} 项任务")
    desk.answer({"tasks": rows}, desk.table(shown, SHOWN), said)


@app.command("from")
def from_(
    context: typer.Context,
    directive: Annotated[str, typer.Argument(metavar="DIRECTIVE", help=both("id of the directive", "部署要求编号"))],
    by: By,
    why: Why,
    lead: Annotated[str, typer.Option(help=both("id of the lead body", "牵头单位编号"))] = "",
    due: Annotated[str, typer.Option(help=both("2022-12-31, 2022-12 or 2022", "期限, 可写到月或年"))] = "",
    name: Annotated[str, typer.Option(help=both("name, else the directive's text", "任务名称, 不填则用原文"))] = "",
) -> None:
    """Make a task from a directive; its sentence becomes the task's evidence."""
    from hechang.register.tasks import task_from_directive

    desk: Desk = context.obj
    actor, reason = who_and_why(by, why)
    given = {"lead": lead, "due": due, "name": name}
    after, id = task_from_directive(region_at(desk), directive, given, by=actor, why=reason)
    made = desk.word(f"Task {id} is in the ledger", f"任务 {id} 已立项")
    desk.answer({"task": id, "revision": after.revision_name}, made)
