"""How far a long reading has come, on standard error: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from hechang.cli.speech import Desk
from hechang.intake.one_by_one import Step, Tell

EVERY = 10.0  # seconds between two lines where nobody looks at a terminal


def pace(step: Step, seconds: float, *, zh: bool) -> str:
    """Return in one line how far it is, how fast, and how long it will still take.

    Examples
    --------
    >>> pace(Step(600, 1000, known=100, failed=2), 60.0, zh=False)
    '600 of 1,000 files, 100 known, 2 not read, 8.3/s, 0:48 left'
    >>> pace(Step(0, 1000), 0.0, zh=True)
    '0 / 1,000 个文件'
    """
    rate = (step.done - step.known) / seconds if seconds > 0 else 0.0  # what is known takes no time
    left = _clock((step.all - step.done) / rate) if rate else ""
    if zh:
        parts = [f"{step.done:,} / {step.all:,} 个文件", f"{step.known:,} 个已读过" if step.known else "",
                 f"{step.failed:,} 个未能读取" if step.failed else "", f"{rate:.1f} 个/秒" if rate else "",
                 f"还需 {left}" if left else ""]  # fmt: skip
        return ", ".join(part for part in parts if part)
    parts = [f"{step.done:,} of {step.all:,} files", f"{step.known:,} known" if step.known else "",
             f"{step.failed:,} not read" if step.failed else "", f"{rate:.1f}/s" if rate else "",
             f"{left} left" if left else ""]  # fmt: skip
    return ", ".join(part for part in parts if part)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def progress(desk: Desk, number: int) -> Iterator[Tell]:
    """Show how far a reading of so many files has come; gives what is to be called after each file."""
    console = Console(file=sys.stderr, highlight=False, emoji=False)
    begun, zh = time.monotonic(), desk.lang == "zh"
    if console.is_terminal:
        with Progress(BarColumn(30), TextColumn("{task.description}"), console=console, transient=True) as bar:
            task = bar.add_task("", total=number)

            def show(step: Step) -> None:
                bar.update(task, completed=step.done, description=pace(step, time.monotonic() - begun, zh=zh))

            yield show
        return
    desk.tell(f"Reading {number} documents …", f"正在读取 {number} 个文件 …")
    last = begun

    def say(step: Step) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY and step.done < step.all:
            last = now
            desk.tell(pace(step, now - begun, zh=False), pace(step, now - begun, zh=True))

    yield say
