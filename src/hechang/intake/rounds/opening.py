"""Opening a round: one workbook a body, with its projects and only what the register does not know."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hechang.intake.rounds.reading import BODY, ROUND
from hechang.intake.sheets.form import write_forms
from hechang.region.edit import Edit
from hechang.region.region import Region
from hechang.register.rounds import to_ask
from hechang.terms.dates import is_date
from hechang.terms.errors import InputError, not_known

_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


@dataclass(frozen=True)
class NewRound:
    """A round to be opened: its name, the month it asks for, its last day, the bodies asked (ids or names).

    `asks` are the columns forms may ask for (see `sheets.form.askable`); all that make sense when empty.
    """

    name: str
    period: str
    due: str
    bodies: Sequence[str]
    asks: Sequence[str] = ()


@dataclass(frozen=True)
class Opened:
    """A round that was opened: the region with it, its id, and the workbook of each body by its id."""

    region: Region
    id: str
    files: dict[str, Path]


def open_round(
    region: Region,
    new: NewRound,
    folder: Path | str,
    *,
    by: str,
    why: str,
    lang: str = "zh",
    request: str | None = None,
) -> Opened:
    """Open a collection round: a workbook for each body goes into `folder`, and is kept as a document.

    A body is asked for the projects it owns or leads and for those in its place; projects in production before the
    month are left out. Forms carry the round, the body and the revision in a hidden sheet. All or nothing.

    Parameters
    ----------
    region
        The register; its day is the day the forms go out.
    new
        Name, month (`2022-08`), last day (the day itself is in time) and bodies.
    folder
        Where the workbooks go, as `2022年8月_无锡市项目办_项目填报表.xlsx`; made where it is missing.
    by, why
        Who opens the round and for what reason.
    lang
        Language of the forms.
    request
        Key of the request; the same key again writes nothing new.

    Raises
    ------
    InputError
        for a name that is taken, a period that is no month, a last day that is none or before today, no body, or a file
        that is there already; NotKnown for a body nobody knows.
    """
    region = region.latest()
    bodies = _bodies(region, new)
    _refuse(region, new)
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    names = _file_names(new.period, bodies, target, lang)
    pairs = to_ask(region, bodies.index.tolist(), new.period)
    asked = {str(body): part["project"] for body, part in pairs.groupby("body")}
    round = region.make_id()
    with tempfile.TemporaryDirectory(dir=target) as held, region.edit(by=by, why=why, request=request) as edit:
        edit.put("rounds", _row(region, new, round))
        forms = _forms(region, {body: Path(held) / name for body, name in names.items()}, (round, asked), new, lang)
        edit.put("round_bodies", [_sent(edit, form, asked, region) | {"round": round} for form in forms])
        edit.commit()
        files = {body: form.path.replace(target / form.path.name) for body, form in zip(names, forms, strict=True)}
    return Opened(edit.after, round, files)


@dataclass(frozen=True)
class _Form:
    body: str
    path: Path


def _bodies(region: Region, new: NewRound) -> pd.Series:
    """Names of the bodies by id, in the order given."""
    known = region.table("bodies", columns=["name"])["name"]
    found: dict[str, str] = {}
    for one in new.bodies:
        fits = known[(known.index == one) | (known == one)]
        if len(fits) != 1:
            raise not_known("body", "单位", one, [*known.dropna(), *known.index], "hechang export bodies FILE.xlsx")
        found[str(fits.index[0])] = str(fits.iloc[0])
    if not found:
        raise InputError("No body is asked. Name at least one", "没有填报单位, 请至少指定一个")
    return pd.Series(found)


def _refuse(region: Region, new: NewRound) -> None:
    if not new.name.strip():
        raise InputError("A round needs a name, e.g. '2022-08'", "轮次需要名称, 如“2022年8月”")
    if not (is_date(new.period) and len(new.period) == 7):
        raise InputError(
            f"period='{new.period}' is no month; write it as 2022-08", f"报告期“{new.period}”应写成 2022-08"
        )
    if not (is_date(new.due) and len(new.due) == 10):
        raise InputError(f"due='{new.due}' is no day; write it as 2022-09-10", f"截止日“{new.due}”应写成 2022-09-10")
    if new.due < region.day:
        raise InputError(
            f"The last day {new.due} lies before today, {region.day}. Give a later one",
            f"截止日 {new.due} 早于今天 {region.day}, 请改为以后的日期",
        )
    if new.name in set(region.table("rounds", columns=["name"])["name"]):
        raise InputError(f"There is a round '{new.name}' already", f"已有名为“{new.name}”的轮次")


def _file_names(period: str, bodies: pd.Series, folder: Path, lang: str) -> dict[str, str]:
    """File name of each body; none of them may be there: a form that was filled in would be lost."""
    year, month = period[:4], int(period[5:7])
    head, tail = (f"{year}年{month}月", "项目填报表") if lang == "zh" else (period, "projects")
    safe = bodies.map(lambda name: _UNSAFE.sub("", str(name))[:60])
    safe = safe + ["" if not again else f"-{str(id)[-4:]}" for id, again in safe.duplicated(keep=False).items()]
    names = {str(body): f"{head}_{name}_{tail}.xlsx" for body, name in safe.items()}
    there = next((name for name in names.values() if (folder / name).exists()), "")
    if there:
        raise InputError(
            f"{folder / there} is there already. Choose another folder or move it away",
            f"{folder / there} 已存在。请换一个文件夹或先移走",
        )
    return names


def _row(region: Region, new: NewRound, id: str) -> dict[str, object]:
    return {
        "id": id, "name": new.name, "period": new.period, "table": "projects", "opened": region.day, "due": new.due,
        "asks": list(new.asks), "synthetic": region.settings.demo,
    }  # fmt: skip


def _forms(
    region: Region, paths: dict[str, Path], of: tuple[str, dict[str, pd.Series]], new: NewRound, lang: str
) -> list[_Form]:
    """Write the forms of all bodies, their projects by place, code and name."""
    round, asked = of
    known = region.table("projects", columns=["place", "code", "name"])
    ordered = known.sort_values(["place", "code", "name"], kind="stable").index
    wanted: dict[Path, tuple[pd.Index, Mapping[str, str]]] = {
        path: (ordered[ordered.isin(asked.get(body, ()))], {ROUND: round, BODY: body}) for body, path in paths.items()
    }
    write_forms(region, wanted, period=new.period, asks=new.asks, lang=lang)
    return [_Form(body, path) for body, path in paths.items()]


def _sent(edit: Edit, form: _Form, asked: dict[str, pd.Series], region: Region) -> dict[str, object]:
    """Keep the workbook; returns the row of the body."""
    sha, demo = edit.blob(form.path.read_bytes()), region.settings.demo
    row = {"title": form.path.stem, "kind": "workbook", "path": form.path.name, "sha256": sha, "synthetic": demo}
    ids = [str(id) for id in asked.get(form.body, ())]
    document = edit.put("documents", row)[0]
    return {
        "body": form.body, "sent": region.day, "state": "sent", "attempts": 0, "sent_document": document,
        "asked": ids, "counts": {"projects": len(ids)}, "synthetic": demo,
    }  # fmt: skip
