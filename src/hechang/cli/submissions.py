"""`hechang submission`: what a city hands to the joint office, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hechang.cli.place import By, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both

if TYPE_CHECKING:
    from hechang.region.region import Region

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Id = Annotated[str, typer.Argument(metavar="ID", help=both("id of the submission", "报送编号"))]
SHOWN = {
    "id": ("Id", "编号"), "area": ("Scope", "范围"), "body": ("Submitted by", "报送单位"), "round": ("Round", "轮次"),
    "state": ("State", "状态"), "note": ("Note", "说明"),
}  # fmt: skip


@app.command()
def send(
    context: typer.Context,
    area: Annotated[str, typer.Argument(metavar="SCOPE", help=both("3202, or a path: r.32.3202.", "3202 或路径"))],
    body: Annotated[str, typer.Option(help=both("id of the body that submits", "报送单位编号"))],
    by: By,
    why: Why,
    round_: Annotated[str, typer.Option("--round", help=both("id of the round", "轮次编号"))] = "",
) -> None:
    """Submit everything in a scope as it stands now."""
    from hechang.register.submitting import submit

    actor, reason = who_and_why(by, why)
    after = submit(region_at(context.obj), area, body, {"round": round_}, by=actor, why=reason)
    _said(context, after, (f"{area} is submitted", f"{area} 已报送"))


@app.command("list")
def list_(context: typer.Context) -> None:
    """Show what was submitted, and what became of it."""
    from hechang.region.answers import rows_of
    from hechang.terms.specs import codes

    desk: Desk = context.obj
    rows = rows_of(region_at(desk).submissions)
    states = codes("submission_states")
    shown = [{**row, "state": states[row["state"]].title(desk.lang)} for row in rows]
    said = desk.word(f"{len(rows)} submissions", f"共 {len(rows)} 次报送")
    desk.answer({"submissions": rows}, desk.table(shown, SHOWN), said)


@app.command()
def endorse(context: typer.Context, id: Id, by: By, why: Why) -> None:
    """Endorse a submission; who submitted it may not."""
    _judge(context, (id, "endorsed"), (by, why), (f"{id} is endorsed", f"{id} 已认定"))


@app.command("return")
def return_(context: typer.Context, id: Id, by: By, why: Why) -> None:
    """Send a submission back: the joint office sees what was submitted before it."""
    _judge(context, (id, "returned"), (by, why), (f"{id} is sent back", f"{id} 已退回"))


def _judge(context: typer.Context, wanted: tuple[str, str], said: tuple[str, str], words: tuple[str, str]) -> None:
    from hechang.register.submitting import judge

    actor, reason = who_and_why(*said)
    _said(context, judge(region_at(context.obj), *wanted, by=actor, why=reason), words)


def _said(context: typer.Context, after: Region, words: tuple[str, str]) -> None:
    desk: Desk = context.obj
    desk.answer({"revision": after.revision_name}, desk.word(*words))
