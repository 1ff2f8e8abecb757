"""Reading of reports on the five annotated seeds, beside the baseline of comma clauses. A regression test, no claim.

Noise: the same reports with page noise put in by somebody else's rules; F1 of directive texts against the clean report.
"""

import json
import random
import re
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import opencc
from pypinyin import Style, lazy_pinyin

from hechang.intake import normalise, read_documents
from hechang.intake.as_json import document_json
from hechang.intake.clean import clean
from hechang.intake.read import read_bytes

SHARED = Path(__file__).parents[2] / "shared" / "data"
SPEECH = re.compile(r"指出|强调|要求|表示")
CLAUSE = re.compile(r"[^,;:。!?，；：！？\n]+")
FLOORS = {
    "action F1": 0.80,
    "span F1": 0.90,
    "label accuracy": 0.80,
    "speaker accuracy": 0.95,
    "person name F1": 0.85,
    "event F1 (name)": 0.85,
    "event F1 (name and day)": 0.60,
    "evidence equals its span": 1.0,
    "noise, worst kind": 0.80,
    "characters per second": 100_000.0,
}
MAJORITY = "majority label"


def rows(size: str) -> list[dict[str, Any]]:
    """One row for each score; `agree` tells whether it keeps its floor."""
    if not (SHARED / "gold").is_dir():
        return []
    start = time.perf_counter()
    ours, baseline = scores()
    seconds = time.perf_counter() - start
    return [
        {
            "core": "reading",
            "row": name,
            "size": size,
            "ours": {"seconds": seconds, "peak_mb": 0, "objective": round(value, 4)},
            "peer": {
                "name": "comma clauses",
                "version": "1",
                "seconds": 0,
                "peak_mb": 0,
                "objective": baseline.get(name),
            },
            "ratio": None,
            "agree": value >= FLOORS.get(name, 0),
            "cold_seconds": 0,
            "note": f"{value:.3f} (baseline {baseline.get(name, '-')}, floor {FLOORS.get(name, '-')}); seeds, no claim",
        }
        for name, value in ours.items()
    ]


run = rows


def f1(found: Iterable[Any], wanted: Iterable[Any]) -> float:
    """F1 of two sets."""
    a, b = set(found), set(wanted)
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


@cache
def gold() -> tuple[tuple[Path, Any], ...]:
    """Seeds with their annotation."""
    made = ((path, SHARED / "gold" / f"{path.name[:3]}.json") for path in sorted((SHARED / "seeds").glob("*.txt")))
    return tuple((path, json.loads(note.read_text(encoding="utf-8"))) for path, note in made)


@cache
def result() -> dict[str, Any]:
    """All five seeds read in one call."""
    return read_documents([path for path, _ in gold()])[0]


@cache
def scores() -> tuple[dict[str, float], dict[str, float]]:
    """Scores of the reader, and of the baseline where it has one."""
    pairs = [(told, note) for told, (_, note) in zip(result()["documents"], gold(), strict=True)]
    ours = {**_directives(pairs), **_people_and_events(pairs)}
    ours["evidence equals its span"] = _evidence(pairs)
    kinds = {f"noise: {name}": noisy(make) for name, make in VARIANTS.items()}
    ours |= {**kinds, "noise, worst kind": min(kinds.values()), "characters per second": speed()}
    return ours, _baseline()


def _spans(told: Any, label: str = "") -> set[tuple[str, int, int]]:
    return {(told["path"], *one["span"]) for one in told["directives"] if label in ("", one["kind"])}


def _gold_spans(told: Any, note: Any, label: str = "") -> set[tuple[str, int, int]]:
    return {(told["path"], *one["raw_span"]) for one in note["directives"] if label in ("", one["label"])}


def _directives(pairs: list[tuple[Any, Any]]) -> dict[str, float]:
    matched = [
        (one, other)
        for told, note in pairs
        for one in told["directives"]
        for other in note["directives"]
        if one["span"] == other["raw_span"]
    ]
    return {
        "action F1": f1(_all(_spans(t, "action") for t, _ in pairs), _all(_gold_spans(*p, "action") for p in pairs)),
        "span F1": f1(_all(_spans(t) for t, _ in pairs), _all(_gold_spans(*p) for p in pairs)),
        "label accuracy": sum(one["kind"] == other["label"] for one, other in matched) / len(matched),
        "speaker accuracy": sum(other["speaker"].startswith(one["speaker"]) for one, other in matched) / len(matched),
    }


def _all(sets: Iterable[set[Any]]) -> set[Any]:
    return set().union(*sets)


def _people_and_events(pairs: list[tuple[Any, Any]]) -> dict[str, float]:
    people = [{(t["path"], p["name"]) for p in t["persons"] if "cited" not in p["roles"]} for t, _ in pairs]
    names = [{(t["path"], p["name"]) for p in n["persons"]} for t, n in pairs]
    found = [{(t["path"], e["name"]) for e in t["events"]} for t, _ in pairs]
    wanted = [{(t["path"], e["name"]) for e in n["events"]} for t, n in pairs]
    days = [{(t["path"], e["name"], (e["date"] or {}).get("value")) for e in t["events"]} for t, _ in pairs]
    right = [{(t["path"], e["name"], e["date"][:10]) for e in n["events"]} for t, n in pairs]
    return {
        "person name F1": f1(_all(people), _all(names)),
        "event F1 (name)": f1(_all(found), _all(wanted)),
        "event F1 (name and day)": f1(_all(days), _all(right)),
    }


def evidence_faults(told: Any, raw: str) -> list[Any]:
    """Items whose text is not what stands at their span, noise taken out and normalised."""
    every = [one for name in LISTS for one in told[name]]
    return [one for one in every if shown(told, raw, one["span"]) != one["text"]]


LISTS = ("events", "persons", "directives", "projects", "agreements", "figures", "references")


def shown(told: Any, raw: str, span: list[int]) -> str:
    """What stands at a span: the source without the noise inside it, normalised."""
    start, end = span
    at, kept = start, []
    for noise in sorted(n["span"] for n in told["noise"] if n["span"][0] >= start and n["span"][1] <= end):
        kept.append(raw[at : noise[0]] if noise[0] > at else "")
        at = max(at, noise[1])
    return normalise("".join(kept) + raw[at:end])


def _evidence(pairs: list[tuple[Any, Any]]) -> float:
    raws = [path.read_text(encoding="utf-8") for path, _ in gold()]
    faults = sum(len(evidence_faults(told, raw)) for (told, _), raw in zip(pairs, raws, strict=True))
    whole = sum(len(told[name]) for told, _ in pairs for name in LISTS)
    return 1 - faults / whole


def _baseline() -> dict[str, float]:
    """Every comma clause of a paragraph with a speech verb, all of them actions."""
    found, wanted, actions, labels = set(), set(), set(), []
    for path, note in gold():
        raw = path.read_text(encoding="utf-8")
        found |= {(path, *span) for span in _comma_clauses(raw)}
        wanted |= {(path, *one["raw_span"]) for one in note["directives"]}
        actions |= {(path, *one["raw_span"]) for one in note["directives"] if one["label"] == "action"}
        labels += [one["label"] for one in note["directives"]]
    return {
        "span F1": round(f1(found, wanted), 3),
        "action F1": round(f1(found, actions), 3),
        "label accuracy": round(labels.count("action") / len(labels), 3),
    }


def _comma_clauses(raw: str) -> list[tuple[int, int]]:
    """The peer starts from the same cleaned paragraphs as we do: it is measured on clauses, not on noise."""
    text = clean(raw)
    speech = [one for one in text.paragraphs if SPEECH.search(text.clean, one.start, one.end)]
    clauses = (found.span() for one in speech for found in CLAUSE.finditer(text.clean, one.start, one.end))
    return [text.span(start, end) for start, end in clauses if end - start > 3]


def speed() -> float:
    """Characters a second on a long text, best of three."""
    raw = "\n".join(path.read_text(encoding="utf-8") for path, _ in gold()) * 4
    seconds = []
    for _ in range(3):
        start = time.process_time()  # one thread; wall time would count what else the machine does
        document_json(read_bytes(raw.encode(), "long.txt"))
        seconds.append(time.process_time() - start)
    return len(raw) / min(seconds)


# --- noise that knows nothing of the cleaner --------------------------------------------------------------------------
def noisy(make: Callable[[str], str]) -> float:
    """F1 of directive texts on noisy reports against clean ones; the noisy seed stays out."""
    found, wanted = [], []
    for number, (path, _) in enumerate(gold()):
        if path.name.startswith("002"):
            continue
        raw = path.read_text(encoding="utf-8")
        told = document_json(read_bytes(make(raw).encode(), path.name))
        clean = document_json(read_bytes(raw.encode(), path.name))
        found += [(number, one["text"]) for one in told["directives"]]
        wanted += [(number, one["text"]) for one in clean["directives"]]
    return f1(found, wanted)


def _pinyin(style: Style, every: int, brackets: str = "()") -> Callable[[str], str]:
    def make(raw: str) -> str:
        chance = random.Random(7)
        return "".join(
            f"{char}{brackets[0]}{lazy_pinyin(char, style=style)[0]}{brackets[1]}"
            if "\u4e00" <= char < "\u9fff" and chance.randrange(every) == 0
            else char
            for char in raw
        )

    return make


def _column(width: int, indent: str) -> Callable[[str], str]:
    def make(raw: str) -> str:
        paragraphs = [line.strip() for line in raw.split("\n") if line.strip()]
        return "\n".join(
            "\n".join((indent + line)[at : at + width] for at in range(0, len(indent + line), width))
            for line in paragraphs
        )

    return make


def _blank_lines(raw: str) -> str:
    chance = random.Random(11)
    return "".join(char + ("\n\n" if chance.randrange(60) == 0 and "\u4e00" <= char < "\u9fff" else "") for char in raw)


def _spaced(raw: str) -> str:
    return re.sub(r"(?<=[\u4e00-\u9fff,。、])(?=[\u4e00-\u9fff])", " ", raw)


def _glued(raw: str) -> str:
    return (
        "首页 新闻 政务 服务 当前位置: 首页 > 要闻 > 正文 字号: 大 中 小 "
        + raw.lstrip()
        + " 分享到: 微信 微博 责任编辑: 佚名"
    )


VARIANTS: dict[str, Callable[[str], str]] = {
    "pinyin with tones": _pinyin(Style.TONE, 4),
    "pinyin without tones": _pinyin(Style.NORMAL, 4),
    "pinyin with tone digits": _pinyin(Style.TONE3, 4, "（）"),
    "narrow columns, indented": _column(18, "　　"),
    "narrow columns, no indent": _column(22, ""),
    "wide columns": _column(38, "  "),
    "blank lines inside sentences": _blank_lines,
    "traditional": opencc.OpenCC("s2tw").convert,
    "spaces between characters": _spaced,
    "full-width punctuation": lambda raw: raw.translate(str.maketrans(",;:()", "，；：（）")),
    "no quotation marks": lambda raw: re.sub(r"[“”]", "", raw),
    "navigation glued to the body": _glued,
    "everything on one line": lambda raw: " ".join(raw.split()),
    "carriage returns": lambda raw: raw.replace("\n", "\r\n"),
}
