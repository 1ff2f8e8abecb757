"""Asking the limited process: a few of them at most, each good for many files."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from hechang.intake.limited.child import LENGTH
from hechang.terms.errors import FileFault

CHILD = Path(__file__).with_name("child.py")
MOST = 4  # processes at one time
JOBS = 500  # files after which a process is replaced
LARGE = 20_000_000  # bytes of a file or an answer after which it is replaced, to give the memory back
_FULL = ("ImportError", "FAULT file-memory")  # what a process says in which earlier files have loaded too much
OUT_OF_TIME = -24  # as the system says it: SIGXCPU


class Bounds(NamedTuple):
    """What one job may take: seconds of a step (by the clock and of work) and megabytes."""

    seconds: int
    megabytes: int


class Broken(Exception):
    """The process ended, or a library said something: `code` is negative for a signal, `said` its last words."""

    def __init__(self, code: int, said: str = "") -> None:
        super().__init__(said)
        self.code = code
        self.said = said


class Fault(FileFault):
    """A reason, in words, why a file cannot be read; `place` is the page, sheet or part where it was met."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__(words["en"], words["zh"])
        self.words = words
        self.place = words.get("place", "")


class Ended(Exception):
    """A process that rested too long is gone; another one may be asked."""


@dataclass
class Worker:
    """One process and how much it did."""

    jobs: int = 0
    large: bool = False
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        line = [sys.executable, "-I", str(CHILD)]
        self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._send({"paths": [str(Path(path).absolute()) for path in sys.path]}, b"")

    def ask(self, asked: dict[str, Any], data: bytes, seconds: int) -> Any:
        """Do one job; raises Fault, Broken or Ended, after which the process is of no more use."""
        try:
            self._send(asked, data)
        except OSError:
            self._gone()
            raise Ended from None
        while (told := self._hear(seconds)).get("step"):
            pass
        self.jobs += 1
        if "words" in told:
            raise Fault(told["words"])
        if "said" in told:
            raise Broken(3, told["said"])
        return told["made"]

    def _send(self, asked: dict[str, Any], data: bytes) -> None:
        head = json.dumps({**asked, "bytes": len(data)}).encode()
        to = cast("IO[bytes]", self.process.stdin)
        to.write(LENGTH.pack(len(head)) + head)
        to.write(data)
        to.flush()
        self.large = self.large or len(data) > LARGE

    def _hear(self, seconds: int) -> dict[str, Any]:
        """Wait for one answer; a process that takes too long is ended."""
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            self.process.kill()

        late = threading.Timer(seconds, stop)
        late.daemon = True
        late.start()
        try:
            told = self._read()
        finally:
            late.cancel()
        if told is None:
            code = self._gone()
            if code == 0 and not stopped.is_set():
                raise Ended
            raise Broken(OUT_OF_TIME if stopped.is_set() else code)
        return told

    def _read(self) -> dict[str, Any] | None:
        source = cast("IO[bytes]", self.process.stdout)
        head = source.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return None
        size = LENGTH.unpack(head)[0]
        data = source.read(size)
        self.large = self.large or size > LARGE
        return cast("dict[str, Any]", json.loads(data)) if len(data) == size else None

    @property
    def good(self) -> bool:
        """Whether it may do another job."""
        return self.process.poll() is None and self.jobs < JOBS and not self.large

    def end(self) -> None:
        """End it at once."""
        self.process.kill()
        self.close()

    def close(self) -> None:
        """Let it end by itself, or end it."""
        _close(self.process.stdin)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._gone()

    def _gone(self) -> int:
        _close(self.process.stdin)
        code = self.process.wait()
        _close(self.process.stdout)
        return code


def _close(end: IO[bytes] | None) -> None:
    with suppress(OSError):  # what was still to be said has no reader any more
        if end:
            end.close()


@dataclass
class Pool:
    """Processes that wait for a job; each is used by one thread at a time."""

    owner: int
    waiting: list[Worker] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    room: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(MOST))

    def ask(self, asked: dict[str, Any], data: bytes, seconds: int) -> Any:
        """Do one job with a process that waits, else with a new one."""
        with self.room:
            fresh = False
            for again in (True, False):
                worker = Worker() if fresh else self._take()
                used = worker.jobs > 0
                try:
                    made = worker.ask(asked, data, seconds)
                except Ended:
                    if again:
                        continue
                    raise Broken(0) from None
                except Fault:
                    self._back(worker)
                    raise
                except Broken as ended:
                    worker.end()
                    fresh = again and used and ended.said.startswith(_FULL)
                    if not fresh:
                        raise
                    continue
                except BaseException:  # the user stopped us: what it still does is of no use
                    worker.end()
                    raise
                self._back(worker)
                return made
        raise Broken(0)

    def _take(self) -> Worker:
        with self.lock:
            while self.waiting:
                worker = self.waiting.pop()
                if worker.good:
                    return worker
                worker.close()
        return Worker()

    def _back(self, worker: Worker) -> None:
        if not worker.good:
            worker.close()
            return
        with self.lock:
            self.waiting.append(worker)

    def close(self) -> None:
        """End all processes that wait; nothing in a process that was forked off, for they are not its own."""
        if self.owner != os.getpid():
            return
        with self.lock:
            while self.waiting:
                self.waiting.pop().close()


@cache
def _pool(owner: int) -> Pool:
    made = Pool(owner)
    atexit.register(made.close)
    return made


def call(job: str, *args: str, bounds: Bounds, data: bytes | None = None) -> Any:
    """Do a job in the limited process and return what it made, as JSON has it.

    Parameters
    ----------
    job
        `module:function`, of a module the limited process can import.
    args
        Texts for the function.
    data
        Bytes of a file, which the function gets first; None: it gets the texts only.

    Raises
    ------
    Fault
        a fault of the file, in words.
    Broken
        where the process came to its bounds, or a library said what nobody put into words.

    Examples
    --------
    >>> call("hechang.intake.decode:encoding_of", bounds=Bounds(20, 1_000), data="规划".encode("gb18030"))
    'gb18030'
    """
    asked = {"call": job, "args": args, "with_data": data is not None, **bounds._asdict()}
    return _pool(os.getpid()).ask(asked, data or b"", bounds.seconds)


def close() -> None:
    """End the processes that wait for a job; the next job starts a new one."""
    _pool(os.getpid()).close()
