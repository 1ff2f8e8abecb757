"""`hechang edition`: keep lists as they stand, and work a kept edition out again 清单版次."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import By, Day, Why, region_at, who_and_why
from hechang.cli.speech import Desk, both

if TYPE_CHECKING:
    from hechang.region.region import Region

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

KEPT = {
    "list": ("List", "清单"), "edition": ("Edition", "版次"), "day": ("Day", "日期"),
    "of_revision": ("Revision", "所据版本"), "count": ("Rows", "行数"), "id": ("Id", "编号"),
}  # fmt: skip
Lists = Annotated[list[str], typer.Argument(metavar="LIST...", help=both("ids of lists", "清单编号"))]
Name = Annotated[str, typer.Argument(metavar="EDITION", help=both("name or id", "版次名称或编号"))]
Of = Annotated[str, typer.Option("--list", help=both("of this list", "限于此清单"))]


@app.command("list", help=both("Editions kept", "已留存的版次"))
def list_(context: typer.Context, of: Of = "", on: Day = "") -> None:
    """Show the editions kept."""
    desk: Desk = context.obj
    rows = _editions(region_at(desk, on), of)
    desk.answer({"editions": rows}, desk.table(rows, KEPT), desk.word(f"{len(rows)} editions", f"共 {len(rows)} 期"))


@app.command(help=both("Keep lists as they stand on the day", "留存当日清单"))
def keep(context: typer.Context, lists: Lists, on: Day = "", by: By = "", why: Why = "") -> None:
    """Keep lists under their default options as editions; the next lists tell what changed since."""
    from hechang.register.editions import keep as keep_lists

    desk: Desk = context.obj
    actor, reason = who_and_why(by, why)
    before = region_at(desk, on)
    with desk.work("Making the lists", "正在生成清单"):
        after = keep_lists(before, lists, by=actor, why=reason)
    known = {row["id"] for row in _editions(before, "")}
    rows = [row for row in _editions(after, "") if row["id"] not in known]
    said = desk.word(f"{len(rows)} editions kept", f"已留存 {len(rows)} 期") + f" · {after.revision_name}"
    same = [] if rows else [desk.word("They say the same as those kept of that day", "与当日已留存的版次相同")]
    desk.answer(
        {"editions": rows, "revision": after.revision_name}, *([desk.table(rows, KEPT)] if rows else same), said
    )


@app.command(help=both("Work a kept edition out again and compare", "按原版本重算并核对"))
def check(context: typer.Context, edition: Name, of: Of = "") -> None:
    """Recompute editions of that name from the revision, day and options they name; ends with 1 where one differs."""
    from hechang.register.editions import recompute
    from hechang.terms.errors import not_known

    desk: Desk = context.obj
    region = region_at(desk)
    rows = _editions(region, of)
    asked = [row for row in rows if edition in (row["id"], row["edition"], row["edition"].partition(" ")[0])]
    if not asked:
        raise not_known("edition", "版次", edition, [row["edition"] for row in rows], "hechang edition list")
    with desk.work("Working them out again", "正在重算"):
        found = [row | recompute(region, row["id"]) for row in asked]
    desk.answer({"editions": found}, *(line for row in found for line in _compared(desk, row)))
    if not all(row["same"] for row in found):
        raise typer.Exit(1)


def _compared(desk: Desk, row: dict[str, Any]) -> list[str]:
    """One line an edition, and the rows that differ."""
    head = f"{row['list']} {row['edition']}: "
    if row["same"]:
        return [head + desk.word(f"the same, {row['count']} rows", f"一致, {row['count']} 行")]
    words = {
        "added": ("more than was kept", "重算多出"),
        "missing": ("missing", "重算缺少"),
        "changed": ("changed", "内容不同"),
    }
    parts = [f"  {desk.word(*words[kind])}: {', '.join(row[kind])}" for kind in words if row[kind]]
    return [head + desk.word("NOT the same", "不一致"), *parts]


def _editions(region: Region, of: str) -> list[dict[str, Any]]:
    from hechang.publish.rows import records

    sql = """SELECT id, "list", edition, day, of_revision, json_array_length("rows") AS count FROM "editions every"
             WHERE $of IN ('', "list") ORDER BY day DESC, "list", edition"""
    return records(region.query(sql, of=of).set_index("id"))
