"""A process with everything imported that forks a child for each trial, on a disk the trial may break (`disk.c`)."""

from __future__ import annotations

import ctypes
import errno
import gc
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

HERE = Path(__file__).parent
NOTHING, KILL, FAIL, FULL = range(4)  # as in disk.c
KILLED = -9


class Harm(NamedTuple):
    """What happens to the changes of files below a folder: the n-th one is the last, or fails, or it and all after."""

    folder: str
    what: int = NOTHING
    nth: int = 0
    error: int = errno.ENOSPC
    log: str = ""
    every: bool = False


class Ended(NamedTuple):
    """How a child ended: its status, what its job gave, the kind of error and what it said, and the changes counted."""

    status: int
    value: Any = None
    kind: str = ""
    said: tuple[str, str] = ("", "")
    trace: str = ""
    counted: int = 0


def built(folder: Path) -> Path:
    """The disk one can break, compiled; it can be put before the system's own on Linux only."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if sys.platform != "linux":
        pytest.skip("a disk that fails is made by LD_PRELOAD, which only Linux has")
    if not compiler:
        pytest.fail("a C compiler is missing: apt-get install gcc libc6-dev")
    made = folder / "disk.so"
    line = [compiler, "-O1", "-shared", "-fPIC", "-Wall", "-Werror", "-o", str(made), str(HERE / "disk.c"), "-ldl"]
    subprocess.run(line, check=True)
    return made


class Forks:
    """Runs jobs one after another, each in a child of its own."""

    def __init__(self, shim: Path | None = None, *load: str) -> None:
        env = os.environ | ({"LD_PRELOAD": str(shim)} if shim else {})
        line = [sys.executable, str(HERE / "forked.py"), *load]
        self.process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)

    def run(self, job: str, *given: Any, harm: Harm | None = None, patch: tuple[str, str, int] | None = None) -> Ended:
        """Run a job; `patch` names a function ("module:name"), and whether to die before or after its n-th call."""
        found = self._ask({"job": job, "given": given, "harm": harm, "patch": patch})
        return Ended(**found | {"said": tuple(found.get("said", ("", "")))})

    def start(self, job: str, *given: Any) -> int:
        """Start a job of `kill_jobs` that goes on until it is killed, and return the id of its process."""
        return int(self._ask({"start": job, "given": given})["pid"])

    def kill(self, pid: int) -> int:
        """Kill -9 what was started, and return how it ended: `KILLED`, unless it had fallen over by itself."""
        return int(self._ask({"kill": pid})["status"])

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


# --- in the process that forks ------------------------------------------------------------------------------------
# what the product loads when it needs it first: before the children are made, so that none of them loads it again
LATE = ("alembic.command", "hechang.cli.app", "hechang.intake.sheets.commit", "hechang.intake.sheets.preview")


def serve() -> None:
    import fault_jobs
    from hechang.store.schema import metadata

    for name in (*LATE, *sys.argv[1:]):
        importlib.import_module(name)
    metadata()  # and with it every specification, so that no child reads them again
    with tempfile.TemporaryDirectory() as room:
        fault_jobs.warm(Path(room))
    gc.collect()  # DuckDB ends its threads here, and not in a child, which has none of them
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        found = _started(order) if "start" in order else _ended(order["kill"]) if "kill" in order else _ran(order)
        sys.stdout.write(f"{json.dumps(found)}\n")
        sys.stdout.flush()


def _started(order: dict[str, Any]) -> dict[str, Any]:
    child = os.fork()
    if child == 0:
        import kill_jobs

        getattr(kill_jobs, order["start"])(*order["given"])
        os._exit(0)
    return {"pid": child}


def _ended(child: int) -> dict[str, Any]:
    os.kill(child, signal.SIGKILL)
    return {"status": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}


def _ran(order: dict[str, Any]) -> dict[str, Any]:
    import fault_jobs

    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.write(theirs, json.dumps(_tried(fault_jobs, order)).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"status": status, **(json.loads(told) if told else {})}


def _tried(jobs: Any, order: dict[str, Any]) -> dict[str, Any]:
    from hechang.terms.errors import HechangError

    disk = ctypes.CDLL(None)
    if order["patch"]:
        _deadly(*order["patch"])
    harm = Harm(*order["harm"] or ("",))
    if order["harm"] and order["job"] != "full_day":
        _arm(disk, harm)
    more: tuple[Any, ...] = ()
    if order["job"] == "work":
        more = (partial(_mark, disk),)
    if order["job"] == "full_day":
        more = (partial(_arm, disk, harm), partial(_arm, disk, Harm("")))
    job = getattr(jobs, order["job"])
    try:
        found: dict[str, Any] = {"value": job(order["given"][0], *more, *order["given"][1:])}
    except HechangError as error:
        found = {"kind": type(error).__name__, "said": (error.en, error.zh)}
    except BaseException:
        found = {"kind": "traceback", "trace": traceback.format_exc()}
    counted = disk.disk_counted() if order["harm"] else 0
    return found | {"counted": counted}


def _arm(disk: Any, harm: Harm) -> None:
    log = os.open(harm.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) if harm.log else -1
    disk.disk_arm(harm.folder.encode(), log, harm.what, ctypes.c_long(harm.nth), harm.error, harm.every)


def _mark(disk: Any, number: int) -> None:
    disk.disk_mark(ctypes.c_long(number))


def _deadly(target: str, when: str, nth: int) -> None:
    """Put a function in the place of another that ends this process before or after its n-th call."""
    module, _, name = target.partition(":")
    *classes, last = name.split(".")
    home: Any = importlib.import_module(module)
    for one in classes:
        home = getattr(home, one)
    bound = isinstance(vars(home).get(last), staticmethod)
    real, calls = getattr(home, last), [0]

    def deadly(*given: Any, **named: Any) -> Any:
        calls[0] += 1
        if when == "before" and calls[0] == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        value = real(*given, **named)
        if when == "after" and calls[0] == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    setattr(home, last, staticmethod(deadly) if bound else deadly)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    serve()
