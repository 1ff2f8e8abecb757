"""Reading of reports: scores on annotated sets, noise, false merges, speed. Each figure beside its floor and baseline.

Seeds, reports, `written` and `met` are regression tests: rules were mended with their misses in view. `held` (other
passages of the reports) and `unseen` are looked at as scores only. Floors stand a little below what was measured: they
catch a fall.
"""

import importlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import page_noise
from benchmarks.archive import merges
from benchmarks.gold import gold, present
from benchmarks.matching import evidence_faults, f1
from benchmarks.scores import Score, reading_of, score
from hechang.intake.as_json import document_json
from hechang.intake.read import read_bytes
from hechang.terms.errors import FileFault

IN_VIEW = {  # of sets whose misses were looked at
    "span F1": 0.88,
    "action F1": 0.82,
    "label accuracy": 0.82,
    "speaker accuracy": 0.90,
    "addressee F1": 0.74,
    "person name F1": 0.86,
    "figures F1 (value and unit)": 0.80,
    "evidence": 1.0,
}
FLOORS: dict[str, dict[str, float]] = {
    "seeds": {
        "span F1": 0.90,
        "action F1": 0.85,
        "label accuracy": 0.85,
        "speaker accuracy": 0.95,
        "addressee F1": 0.90,
        "person name F1": 0.95,
        "event F1 (name)": 0.95,
        "event F1 (name and day)": 0.60,
        "evidence": 1.0,
    },
    "reports": {
        "span F1": 0.84,
        "action F1": 0.70,
        "label accuracy": 0.70,
        "figures F1 (value and unit)": 0.90,
        "evidence": 1.0,
    },
    "held": {"evidence": 1.0},
    "written": {"evidence": 1.0},
    **dict.fromkeys(("met", "unseen", "fresh", "sealed", "late", "dusk", "dawn", "noon", "eve"), IN_VIEW),
}
NOISE_FLOOR = 0.80
JOINED_FLOOR = 0.5  # who joins nothing has no false merges either
SPEED_FLOOR = 100_000.0  # characters a second


def rows(size: str) -> list[dict[str, Any]]:
    """One row for each score; `agree` tells whether it keeps its floor. Nothing where the shared data is not there."""
    if not gold("seeds"):
        return []
    made = [_set_row(size, name, metric, one) for name in present() for metric, one in score(name).items()]
    return made + [_row(size, *one) for one in (*_noise_rows(), *_merge_rows(), _speed_row())]


run = rows


def _set_row(size: str, name: str, metric: str, one: Score) -> dict[str, Any]:
    floor = FLOORS[name].get(metric)
    note = f"{one}; {one.documents} documents, floor {'-' if floor is None else floor}"
    told = _row(size, f"{name}: {metric}", one.value, one.value >= (floor or 0), note, one.baseline)
    return told | {"interval": [round(one.low, 4), round(one.high, 4)], "documents": one.documents}


def _row(
    size: str, row: str, value: float, agree: bool, note: str, baseline: float | None = None, seconds: float = 0
) -> dict[str, Any]:
    peer = {"name": "comma clauses", "version": "1", "seconds": 0, "peak_mb": 0, "objective": baseline}
    return {
        "core": "reading",
        "row": row,
        "size": size,
        "ours": {"seconds": seconds, "peak_mb": 0, "objective": round(value, 4)},
        "peer": peer,
        "ratio": None,
        "agree": bool(agree),
        "cold_seconds": 0,
        "note": note,
    }


# --- noise ------------------------------------------------------------------------------------------------------------
def kinds() -> dict[str, Callable[[str, random.Random], str]]:
    """Every kind of noise: the first ones, and those of the package `benchmarks.noise` where it is there."""
    try:
        more = importlib.import_module("benchmarks.noise").KINDS
    except ModuleNotFoundError:
        more = {}
    return {**page_noise.KINDS, **more}


def clean_documents() -> Iterator[tuple[str, str]]:
    """Name and text of the documents that noise is put into: seeds without noise of their own, and our own writing."""
    for name in ("seeds", "written"):
        for one in gold(name):
            if not one.path.name.startswith("002"):
                yield one.path.name, one.raw


@cache
def consistency(few: bool = False) -> dict[str, float]:
    """Of each kind of noise, F1 of the normalised directive texts on noisy documents against the clean ones.

    `few` takes the first kinds and every third document: what a test has time for.
    """
    documents = list(clean_documents())[:: 3 if few else 1]
    wanted = {(name, text) for name, raw in documents for text in _texts(name, raw)}
    return {
        kind: f1({(name, text) for name, raw in documents for text in _texts(name, noisy(kind, raw))}, wanted)
        for kind in (page_noise.KINDS if few else kinds())
    }


def noisy(kind: str, raw: str) -> str:
    """A text with one kind of noise, the same each time."""
    return kinds()[kind](raw, random.Random(f"{kind}{len(raw)}"))


@cache
def told(name: str, raw: str) -> dict[str, Any]:
    """A text as the reader tells it, without what lies beside it; read once."""
    return _read(name, raw)


def _read(name: str, raw: str) -> dict[str, Any]:
    return document_json(read_bytes(raw.encode("utf-8", "surrogatepass"), name))


def _texts(name: str, raw: str) -> list[str]:
    try:
        return [one["text"] for one in told(name, raw)["directives"]]
    except FileFault:  # a text that is taken for none loses all it asks
        return []


def _noise_rows() -> Iterator[tuple[str, float, bool, str]]:
    every = consistency()
    for kind, value in every.items():
        yield f"noise: {kind}", value, value >= NOISE_FLOOR, f"{value:.3f} (floor {NOISE_FLOOR})"
    worst = min(every, key=lambda kind: every[kind])
    yield "noise, worst kind", every[worst], every[worst] >= NOISE_FLOOR, f"{every[worst]:.3f}: {worst}"


# --- recurrent meetings, speed ----------------------------------------------------------------------------------------
def _merge_rows() -> Iterator[tuple[str, float, bool, str]]:
    with tempfile.TemporaryDirectory() as folder:
        made = merges(Path(folder))
    said = f"{made.false} of {made.same_name_pairs} pairs of one name"
    yield "false merges of recurrent meetings", made.false, made.false == 0 and made.same_name_pairs >= 1_000, said
    share = made.right / made.same_event_pairs
    said = f"{made.right} of {made.same_event_pairs} pairs of one meeting (floor {JOINED_FLOOR})"
    yield "same meeting joined", share, share >= JOINED_FLOOR, said


def speed() -> float:
    """Characters a second on one thread, median of five after a first reading that is not counted."""
    raw = "\n".join(one.raw for one in gold("seeds")) * 4
    seconds = []
    for _ in range(6):
        start = time.process_time()  # wall time would count what else the machine does
        _read("long.txt", raw)
        seconds.append(time.process_time() - start)
    return len(raw) / statistics.median(seconds[1:])


def _speed_row() -> tuple[str, float, bool, str]:
    value = speed()
    return (
        "characters per second",
        value,
        value >= SPEED_FLOOR,
        f"{value:,.0f} on one thread (floor {SPEED_FLOOR:,.0f})",
    )


__all__ = [
    "FLOORS",
    "JOINED_FLOOR",
    "NOISE_FLOOR",
    "clean_documents",
    "consistency",
    "evidence_faults",
    "gold",
    "kinds",
    "merges",
    "noisy",
    "reading_of",
    "rows",
    "score",
    "told",
]
