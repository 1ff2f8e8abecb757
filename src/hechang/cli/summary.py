"""The summary of the demonstration, counted from the region itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hechang.cli import supervised
from hechang.cli.speech import Desk

if TYPE_CHECKING:
    from hechang.region.region import Region
    from hechang.terms.catalogue import Card

MEASURE = "rail-reach"
Word = Callable[[str, str], str]
COUNTED = ("documents", "events", "directives", "persons", "projects", "project_events", "returns", "places")


def summary(region: Region, out: Path) -> dict[str, Any]:
    """Count, measure, list, check and publish; every number is that of this revision."""
    from hechang.cli.demonstration import faults_of_the_workbook
    from hechang.publish.views.today import in_order
    from hechang.terms.catalogue import card, cards

    faults = faults_of_the_workbook(region)
    return {
        "region": str(region.folder),
        "on": region.day,
        "revision": region.revision_name,
        "counts": {name: int(_count(region, name)) for name in COUNTED},
        "proposals": _by_state(region),
        "one_event": _versions(region),
        "workbook": {"findings": len(faults), "annotated": str(next(out.glob("*.xlsx"), ""))},
        "measure": _measured(region.answer(MEASURE, "measure", {})) | _titles(card(MEASURE, "measure")),
        "lists": [_listed(region.answer(one.id, "list", {})) | _titles(one) for one in in_order(cards("list"))],
        "supervised": supervised.supervised(region, out),
        "findings": len(region.check()),
        "site": _published(region, out / "site"),
        "audit": {"whole": region.verify().whole},
    }


def _count(region: Region, table: str) -> int:
    condition = " WHERE kind <> 'layer'" if table == "documents" else ""
    return int(region.query(f"SELECT count(*) AS n FROM {table}{condition}")["n"].iloc[0])


def _by_state(region: Region) -> dict[str, int]:
    counts = region.table("proposals", columns=["state"])["state"].value_counts()
    return {str(state): int(count) for state, count in counts.items()}


def _versions(region: Region) -> dict[str, Any]:
    """The event that the most documents tell of."""
    pairs = region.table("event_documents", columns=["event", "document"])
    if pairs.empty:
        return {"name": "", "versions": 0}
    told = pairs.groupby("event")["document"].nunique()
    name = region.table("events", columns=["name"])["name"].get(told.idxmax(), "")
    return {"name": str(name), "versions": int(told.max())}


def _measured(answer: Mapping[str, Any]) -> dict[str, Any]:
    values = [row["value"] for row in answer["rows"]]
    most, least = (f(values, default=None) for f in (max, min))
    return {
        "id": answer["card"]["id"],
        "unit": answer["card"]["unit"],
        "options": answer["options"],
        "places": len(values),
        "missing": len(answer["missing"]),
        "most": most,
        "least": least,
    }


def _titles(card: Card) -> dict[str, str]:
    return {"zh": card.zh, "en": card.en}


def _listed(answer: Mapping[str, Any]) -> dict[str, Any]:
    first = answer["rows"][0]["reason"] if answer["rows"] else ""
    return {
        "id": answer["card"]["id"],
        "rows": len(answer["rows"]),
        "rule": answer["rule"],
        "first": first,
        "new": len(answer["changes"]["new"]),
        "left": len(answer["changes"]["left"]),
    }


def _published(region: Region, folder: Path) -> dict[str, Any]:
    from hechang.publish.site import publish, published

    languages = region.settings.languages
    files = published(region, folder, languages) or publish(region, folder, languages=languages)
    return {"folder": str(folder), "files": len(files)}


def lines(desk: Desk, found: Mapping[str, Any]) -> list[Any]:
    """The summary for people: a heading and two columns."""
    pairs = [*_counted(desk.word, found), *_made(desk.word, found)]
    rows = [{"what": what, "found": text} for what, text in pairs]
    head = desk.word("Summary of the demonstration", "演示摘要")
    titles = {"what": ("what", "内容"), "found": ("found", "结果")}
    return [f"{head} · {found['on']} · {found['revision']}", desk.table(rows, titles)]


def _counted(word: Word, found: Mapping[str, Any]) -> list[tuple[str, str]]:
    n, states, one = found["counts"], found["proposals"], found["one_event"]
    waiting, accepted, versions = states.get("open", 0), states.get("accepted", 0), one["versions"]
    dates, returns = n["project_events"], n["returns"]
    return [
        (word("Documents", "文件"), str(n["documents"])),
        (word("Proposals", "建议"), word(f"{accepted} accepted, {waiting} open", f"采纳 {accepted}, 待审 {waiting}")),
        (word("Events", "会议"), str(n["events"])),
        (word("One event", "同一会议"), word(f"in {versions} versions: ", f"{versions} 个版本: ") + one["name"]),
        (word("Directives", "部署要求"), str(n["directives"])),
        (
            word("Projects", "项目"),
            word(
                f"{n['projects']}; {dates} dates, {returns} returns", f"{n['projects']}; 节点 {dates}, 填报 {returns}"
            ),
        ),
    ]


def _list_line(word: Word, one: Mapping[str, Any]) -> str:
    rows, new, left = one["rows"], one["new"], one["left"]
    return word(f"{rows} (since last month {new} new, {left} left)", f"{rows} (较上月新增 {new}, 退出 {left})")


def _made(word: Word, found: Mapping[str, Any]) -> list[tuple[str, str]]:
    m, site, book = found["measure"], found["site"], found["workbook"]
    span = f"{m['least']:.1f} – {m['most']:.1f} {m['unit']}" if m["places"] else "-"
    where = word(
        f"{m['places']} counties, {m['missing']} without data", f"{m['places']} 个区县, {m['missing']} 个无数据"
    )
    faults = word(f"{book['findings']} findings → ", f"{book['findings']} 处问题 → ")
    files = word(f"{site['files']} files → ", f"{site['files']} 个文件 → ")
    return [
        (word("Workbook as sent", "报送工作簿"), faults + book["annotated"]),
        *supervised.lines(word, found["supervised"]),
        *((word(one["en"], one["zh"]), _list_line(word, one)) for one in found["lists"] if one["rows"]),
        (word(m["en"], m["zh"]), f"{span}; {where}"),
        (word("Data checks", "数据检查"), word(f"{found['findings']} findings", f"{found['findings']} 处问题")),
        (word("Site", "网站"), files + site["folder"]),
        (word("Audit chain", "审计链"), word("whole", "完整") if found["audit"]["whole"] else word("BROKEN", "不完整")),
    ]
