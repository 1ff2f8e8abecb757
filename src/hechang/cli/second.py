"""`read --llm`: the second reader of `hechang.toml`, beside the rules; without settings nothing is sent."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hechang.cli.place import region_at
from hechang.cli.speech import Desk, both
from hechang.terms.errors import InputError
from hechang.terms.findings import Finding, errors

if TYPE_CHECKING:
    from hechang.intake.second.reader import SecondReader
    from hechang.region.region import Region

FILE = "hechang.toml"
Llm = Annotated[
    bool,
    typer.Option("--llm", help=both("also the second reader of hechang.toml", "另由 hechang.toml 中的第二阅读者阅读")),
]
COUNTED = {
    "path": ("File", "文件"), "rules": ("Rules", "规则"),
    "found": ("Second reader", "第二阅读者"), "differ": ("Disagreements", "分歧"),
    "rejected": ("Rejected", "未采用"),
}  # fmt: skip


def read_twice(desk: Desk, files: Sequence[Path], dry_run: bool, who: tuple[str, str]) -> None:
    """Read files with both readers and say what came of it; `who` is who does it and why."""
    with desk.work(f"Reading {len(files)} documents twice", f"正在由两个阅读者读取 {len(files)} 个文件"):
        found, faults = only_read(desk, files) if dry_run else keep(desk, files, *who)
    for one in faults:
        desk.tell(one.say("en"), one.say("zh"))
    desk.answer(found | ({"findings": [one.as_dict() for one in faults]} if faults else {}), *lines(desk, found))
    if errors(faults):
        raise typer.Exit(1)


def only_read(desk: Desk, files: Sequence[Path]) -> tuple[dict[str, Any], list[Finding]]:
    """Read files with both readers and keep nothing; a region is looked at where there is one."""
    from hechang.intake.second.twice import read_twice as both_read
    from hechang.region.opening import on_server

    there = on_server(desk.region) or Path(desk.region).is_dir()
    return both_read(files, _reader(region_at(desk) if there else None, _file(desk, there)))


def keep(desk: Desk, files: Sequence[Path], by: str, why: str) -> tuple[dict[str, Any], list[Finding]]:
    """Read files into the region with the rules, then with the second reader, each in an edit of its own."""
    from hechang.intake.proposals import propose
    from hechang.intake.second.keeping import keep_second

    region = region_at(desk)
    reader = _reader(region, _file(desk))  # before anything is written
    made = propose(region, files, by=by, why=why)
    second = keep_second(made.region, files, reader, by=by, why=why)
    found = {"documents": made.documents, "counts": made.counts, "known": made.known}
    told = {"proposals": second.proposals, "disagreements": second.disagreements, "rejected": second.rejected}
    revision = {"revision": second.region.revision_name}
    return found | {"second": told} | revision, [*made.findings, *second.findings]


def lines(desk: Desk, found: Mapping[str, Any]) -> list[Any]:
    """Lines about the second reading, for who reads them in a terminal."""
    if "second" in found:
        count, known = sum(found["counts"].values()), len(found["known"])
        n, differ, gone = (found["second"][name] for name in ("proposals", "disagreements", "rejected"))
        return [
            desk.word(
                f"{len(found['documents'])} documents kept, {known} known before; {count} proposals of the rules",
                f"新增 {len(found['documents'])} 个文件, {known} 个已有; 规则提出 {count} 条建议",
            ),
            desk.word(
                f"Second reader: {n} proposals of its own, {differ} disagreements to review, {gone} claims rejected",
                f"第二阅读者: 另有 {n} 条建议, {differ} 处分歧待核, {gone} 条说法未采用",
            ),
        ]
    rows = [_counted(one) for one in found["documents"] if "second" in one]
    return [desk.table(rows, COUNTED)] if rows else []


def _counted(one: Mapping[str, Any]) -> dict[str, Any]:
    from hechang.intake.second.reading import LISTS

    second = one["second"]
    return {
        "path": one["path"],
        "rules": sum(len(one[name]) for name in LISTS.values()),
        "found": sum(len(second[name]) for name in LISTS.values()),
        "differ": len(second["disagreements"]),
        "rejected": len(second["rejected"]),
    }


def _file(desk: Desk, there: bool = True) -> Path:
    """The file a user writes: that of the region's folder, else the one where the command is given."""
    from hechang.region.opening import on_server

    return Path(desk.region) / FILE if there and not on_server(desk.region) else Path(FILE)


def _reader(region: Region | None, file: Path) -> SecondReader:
    """The second reader as set; raises InputError, with what to write and where, where there is none."""
    from hechang.intake.second.held_back import sensitive
    from hechang.intake.second.reader import SecondReader
    from hechang.region.llm_settings import EXAMPLE, read_llm

    settings = read_llm(region.store.about()) if region else None
    settings = settings or read_llm(_text(file), str(file))
    if settings is None:
        raise InputError(
            f"No second reader is set, and nothing was sent. Write into {file}:\n{EXAMPLE}"
            "and the key into the variable HECHANG_LLM_KEY",
            f"未设置第二阅读者, 没有发送任何内容。请在 {file} 中写入:\n{EXAMPLE}并将密钥放入环境变量 HECHANG_LLM_KEY",
        )
    return SecondReader(settings, _key(settings.key), sensitive(region))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{file} cannot be read", f"{file} 无法读取") from None


def _key(name: str) -> str:
    key = os.environ.get(name, "").strip() if name else ""
    if name and not (key and key.isascii() and key.isprintable()):
        raise InputError(
            f"The variable {name}, which {FILE} names for the key, is empty or no key. Set it: export {name}=…",
            f"{FILE} 指定的密钥变量 {name} 为空或不是密钥。请设置: export {name}=…",
        )
    return key
