"""`hechang task`: the task ledger 督查台账."""

from __future__ import annotations

from typing import Annotated, Any

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


Proposal = Annotated[str, typer.Argument(metavar="PROPOSAL", help=both("id of the proposal of a demand", "提案编号"))]


@app.command("join")
def join(
    context: typer.Context,
    proposal: Proposal,
    to: Annotated[str, typer.Option(help=both("the task to join", "归并到的任务"))],
    by: By,
    why: Why,
) -> None:
    """Make a demand a further statement of a task; an open proposal is accepted with it."""
    _move(context.obj, proposal, to, who_and_why(by, why))


@app.command("apart")
def apart(context: typer.Context, proposal: Proposal, by: By, why: Why) -> None:
    """Make a demand a task of its own, whatever it is equal to or was joined to."""
    _move(context.obj, proposal, "apart", who_and_why(by, why))


@app.command("near")
def near(context: typer.Context, proposal: Proposal) -> None:
    """Show the tasks like a demand, and why they are not one by themselves."""
    from hechang.intake.docket import queue
    from hechang.intake.near_tasks import near_tasks
    from hechang.terms.errors import not_known
    from hechang.terms.words import words

    desk: Desk = context.obj
    found = queue(region_at(desk), f"id={proposal} state=open,accepted")
    if found.empty:
        raise not_known("proposal", "提案", proposal[:80], [], "hechang review")
    rows: list[dict[str, Any]] = [{**one} for one in near_tasks(region_at(desk), found.iloc[0])]
    said = words(desk.lang)
    shown = [{**row, "reasons": ", ".join(said[f"reading_near_{why}"] for why in row["reasons"])} for row in rows]
    desk.answer({"proposal": proposal, "tasks": rows}, desk.table(shown, LIKE))


LIKE = {
    "task": ("Task", "任务"), "text": ("Wording", "说法"), "ratio": ("Alike", "相近度"),
    "reasons": ("What differs", "不同之处"), "statements": ("Statements", "表述数"),
}  # fmt: skip


def _move(desk: Desk, id: str, task: str, who: tuple[str, str]) -> None:
    from hechang.intake.docket import queue
    from hechang.intake.joining import rejoin
    from hechang.intake.verdicts import Decision, decide

    region, (by, why) = region_at(desk), who
    waiting = queue(region, f"id={id}")
    if len(waiting):
        verdict = "apart" if task == "apart" else "join"
        after = decide(region, waiting, Decision(verdict, by, why, {"task": task} if verdict == "join" else {})).region
    else:
        after = rejoin(region, id, task, by=by, why=why)
    rows = after.table("task_statements", columns=["task"], where={"proposal": id})["task"]
    said = desk.word(f"It belongs to task {rows.iloc[0]}", f"现属任务 {rows.iloc[0]}")
    desk.answer({"proposal": id, "task": str(rows.iloc[0]), "revision": after.revision_name}, said)
