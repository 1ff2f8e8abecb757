"""All verbs of the command line in one list; what each does stands in the module beside."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.resources import files

import typer

from hechang.cli import (
    attaching,
    cards,
    comparing,
    demonstration,
    doctor,
    documents,
    editions,
    feeds,
    history,
    keeping,
    layers,
    lights,
    lines,
    programmes,
    projects,
    proofs,
    reach,
    rounds,
    sheets,
    submissions,
    tasks,
    users,
)
from hechang.cli.speech import both
from hechang.terms.errors import UsageError

EVERYWHERE = both(
    "Everywhere: --region DIR (or HECHANG_REGION; default ./region.hc), --lang zh|en, --json. "
    "Exit status: 0 done, 1 the data is at fault, 2 wrong usage.",
    "通用选项: --region 文件夹(或 HECHANG_REGION; 默认 ./region.hc)、--lang zh|en、--json。"
    "退出码: 0 完成, 1 数据有误, 2 用法有误。",
)
OPEN = {"allow_extra_args": True, "ignore_unknown_options": True}
WITH_CARD_OPTIONS = ("measure", "list", "write")
LATER = ("decide", "verify-draw")

app = typer.Typer(
    help=both(
        "hechang: one spatial plan of many equal cities, kept in effect.",
        "合唱 hechang: 让多个平等城市的一张空间规划持续见效。",
    ),
    epilog=EVERYWHERE,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

RUNS: dict[str, Callable[..., None]] = {
    "demo": demonstration.demo,
    "init": reach.init,
    "read": documents.read,
    "review": documents.review,
    "import": sheets.import_,
    "export": sheets.export,
    "check": cards.check,
    "measure": cards.measure,
    "list": cards.list_,
    "log": history.log,
    "undo": history.undo,
    "verify": history.verify,
    "anchor": proofs.anchor,
    "prove": proofs.prove,
    "consistency": proofs.consistency,
    "export-audit": proofs.export_audit,
    "copy": keeping.copy,
    "backup": keeping.backup,
    "restore": keeping.restore,
    "doctor": doctor.doctor,
    "publish": reach.publish,
    "public-copy": keeping.public_copy,
    "serve": reach.serve,
    "catalogue": cards.catalogue,
    "new": cards.new,
    "write": cards.write,
    "attach": attaching.attach,
}
GROUPS: dict[str, typer.Typer] = {
    "round": rounds.app,
    "light": lights.app,
    "slip": lights.slips,
    "programme": programmes.app,
    "task": tasks.app,
    "edition": editions.app,
    "user": users.app,
    "submission": submissions.app,
    "layer": layers.app,
    "line": lines.app,
    "project": projects.app,
    "compare": comparing.app,
    "feed": feeds.app,
}  # verbs with verbs of their own: `hechang round open`


def verbs() -> list[dict[str, str]]:
    """Rows of `verbs.csv`: verb, what it does in both languages, an example."""
    text = files("hechang.cli").joinpath("verbs.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _example(line: str) -> str:
    return f"{both('Example', '示例')}: {line}\n\n{EVERYWHERE}"


def _not_yet(context: typer.Context) -> None:
    name = context.info_name
    raise UsageError(f"'hechang {name}' is not there yet", f"“hechang {name}”尚未提供")


for _verb in verbs():
    if _verb["verb"] in GROUPS:
        _help = both(_verb["en"], _verb["zh"])
        app.add_typer(GROUPS[_verb["verb"]], name=_verb["verb"], help=_help, epilog=_example(_verb["example"]))
        continue
    app.command(
        _verb["verb"],
        help=both(_verb["en"], _verb["zh"]),
        epilog=_example(_verb["example"]),
        context_settings=OPEN if _verb["verb"] in WITH_CARD_OPTIONS else None,
    )(RUNS[_verb["verb"]])
for _name in LATER:
    app.command(_name, hidden=True, context_settings=OPEN)(_not_yet)
