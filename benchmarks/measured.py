"""Time and memory of one piece of work."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any


def timed(work: Callable[[], Any], runs: int = 3) -> tuple[float, float, Any]:
    """Median seconds of the warm runs, seconds of the first, and what came out."""
    seconds, result = [], None
    for _ in range(runs + 1):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return median(seconds[1:]), seconds[0], result


def once(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """The same for work that cannot be done twice."""
    start = time.perf_counter()
    result = work()
    took = time.perf_counter() - start
    return took, took, result


def peak_mb() -> float:
    """Largest memory of this process so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def in_child(name: str, row: str, folder: Path, size: str) -> dict[str, Any]:
    """One row in a process of its own, so that its memory and its cold call are its own."""
    line = [sys.executable, "-m", "benchmarks", name, "--row", row, "--region", str(folder), "--size", size]
    start = time.perf_counter()
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{row}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1]) | {"process": time.perf_counter() - start}
