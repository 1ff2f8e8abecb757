"""The limited process itself: `python -I child.py`; questions come on its input, answers go to its output.

A question is JSON (`call`: `module:function`, `args`, bounds) and the bytes of a file; the answer is JSON: `made`, or
`words` of a fault in both languages, or `said` by a library. It starts at once, for it loads only what a job needs. It
may write no file, start no program and open no connection.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

IDLE = 60  # seconds without a question after which the process ends
STEPS = 60  # steps one question may take
BLOCK = 1 << 20
LENGTH = struct.Struct(">Q")
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_FORBIDDEN = (
    "socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "os.system",
    "os.exec", "os.fork", "os.forkpty", "os.spawn", "os.posix_spawn", "os.startfile", "subprocess.Popen", "pty.spawn",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "shutil.rmtree",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def guard(event: str, given: tuple[Any, ...]) -> None:
    """Refuse what no reader of a file needs: writing, programs, connections."""
    if event in _FORBIDDEN:
        raise PermissionError(event)
    if event == "open" and isinstance(given[2], int) and given[2] & _WRITING and str(given[0]) != os.devnull:
        raise PermissionError(event)


def leave_network() -> None:
    """Enter a network of its own, with nothing in it, where the system lets one; `guard` refuses in any case."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).unshare(_NEW_NET if os.geteuid() == 0 else _NEW_USER | _NEW_NET)


def limit_process(seconds: int, megabytes: int) -> None:
    """Bound processor time (from now) and memory of this process, where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent still stops it by the clock
        return
    used = int(sum(os.times()[:2])) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_000_000, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Line:
    """The two ends a parent speaks to."""

    def __init__(self) -> None:
        self.asked = os.fdopen(os.dup(0), "rb", buffering=0)  # nothing waits in a buffer where `select` looks
        self.told: BinaryIO = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDWR)
        for end in (0, 1, 2):  # what a library prints goes nowhere
            os.dup2(nothing, end)

    def questions(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Give questions with the bytes that belong to them, until the parent ends or rests too long."""
        while self._awake() and (head := self._read(LENGTH.size)):
            asked = json.loads(self._read(LENGTH.unpack(head)[0]))
            yield asked, self._read(asked.pop("bytes"))

    def _read(self, size: int) -> bytes:
        held = bytearray()
        while len(held) < size and (part := self.asked.read(min(size - len(held), BLOCK))):
            held += part
        return bytes(held)

    def _awake(self) -> bool:
        return os.name != "posix" or bool(select.select([self.asked], [], [], IDLE)[0])

    def tell(self, answer: dict[str, Any]) -> None:
        """Send an answer; raises UnicodeEncodeError for half a character before anything is sent."""
        data = json.dumps(answer, ensure_ascii=False).encode()
        self.told.write(LENGTH.pack(len(data)))
        self.told.write(data)
        self.told.flush()


def answer(line: Line, asked: dict[str, Any], data: bytes) -> bool:
    """Do a job within its bounds; tells whether the process is still good for another one."""
    from hechang.intake.limited.steps import REPORT

    left = iter(range(STEPS))

    def report() -> None:
        if next(left, None) is None:
            raise TimeoutError("too many steps")
        limit_process(asked["seconds"], asked["megabytes"])
        line.tell({"step": True})

    REPORT.set(report)
    limit_process(asked["seconds"], asked["megabytes"])
    try:
        module, _, name = asked["call"].partition(":")
        job = getattr(importlib.import_module(module), name)
        line.tell({"made": job(data, *asked["args"]) if asked["with_data"] else job(*asked["args"])})
    except MemoryError:
        line.tell({"said": "FAULT file-memory"})
        return False
    except Exception as error:  # whatever a reader of foreign files raises becomes one message
        return _told(line, error)
    return True


def _told(line: Line, error: Exception) -> bool:
    words = getattr(error, "words", None)
    if words is not None or hasattr(error, "zh"):
        made = words or {"en": getattr(error, "en", ""), "zh": getattr(error, "zh", "")}
        line.tell({"words": made})
        return True
    if type(error).__name__ == "Fault":
        line.tell({"said": f"FAULT {error}"})
    else:
        line.tell({"said": f"{type(error).__name__}: {error}".encode("ascii", "backslashreplace").decode()})
    return False


@contextmanager
def _from(paths: list[str]) -> Iterator[None]:
    """Find modules where the parent finds them, and never beside this file."""
    before, sys.path[:] = sys.path[:], paths
    try:
        yield
    finally:
        sys.path[:] = before


def main() -> int:
    """Answer questions until there are none; the first one names the folders of modules."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    sys.dont_write_bytecode = True
    leave_network()
    line = Line()
    questions = line.questions()
    first = next(questions, None)
    if first is None:
        return 0
    sys.addaudithook(guard)
    with _from([path for path in first[0]["paths"] if Path(path).exists()]):
        for asked, data in questions:
            if not answer(line, asked, data):
                return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
