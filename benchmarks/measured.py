"""Time and memory of one piece of work."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple


class Took(NamedTuple):
    """Median seconds by the clock and of the processors, seconds of the first call, and what came out."""

    seconds: float
    cpu: float
    cold: float
    result: Any


def timed(work: Callable[[], Any], runs: int = 3) -> Took:
    """Median of the warm runs beside the first; the result is that of the last."""
    walls, processors, result = [], [], None
    for _ in range(runs + 1):
        start, used = time.perf_counter(), _processor()
        result = work()
        walls.append(time.perf_counter() - start)
        processors.append(_processor() - used)
    return Took(median(walls[1:]), median(processors[1:]), walls[0], result)


def once(work: Callable[[], Any]) -> Took:
    """The same for work that cannot be done twice: the first call is the only one."""
    start, used = time.perf_counter(), _processor()
    result = work()
    took = time.perf_counter() - start
    return Took(took, _processor() - used, took, result)


def _processor() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def peak_mb() -> float:
    """Largest memory of this process so far and of its largest child, added up."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(sum(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024, 1)


def in_child(name: str, row: str, folder: Path, size: str) -> dict[str, Any]:
    """One row in a process of its own, so that its memory and its cold call are its own."""
    line = [sys.executable, "-m", "benchmarks", name, "--row", row, "--region", str(folder), "--size", size]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{row}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
