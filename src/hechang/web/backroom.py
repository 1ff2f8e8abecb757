"""A helper process for work that takes long: it answers the same addresses, one after the other.

Lists, measures and the map keep one core busy for up to seconds, and while Python works on one thing it works on
nothing else. The server hands them to such processes, one a kind, and goes on with rows, pages and edits.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from hechang.terms.errors import Busy
from hechang.web.answers import Answer, answer_of, request_of
from hechang.web.app import create_app
from hechang.web.etags import Address
from hechang.web.front import INNER
from hechang.web.hall import AT

VIEWS = 2  # revisions whose results a helper keeps: they are large, and it works on one after the other
NICE = 10  # it gives way to the server where both want the same core, yet not to a browser that draws a map there


class BackRoom:
    """The process as the server sees it; started on first use, and again when it is gone.

    `first` is an address it works out before anybody asks.
    """

    def __init__(self, where: str, reader: str, first: str = "") -> None:
        self._line = [sys.executable, "-m", "hechang.web.backroom", reader, first]
        self._place = {**os.environ, "HECHANG_REGION": where}  # an address may hold a password: not for other eyes
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, "hechang-backroom")

    async def ask(self, address: Address, revision: int) -> Answer:
        """Return the answer to a request at one revision; raises Busy where the process went away over it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, address, revision)

    def start(self) -> None:
        """Start the process, so that it is ready when somebody asks."""
        with self._lock:
            self._running()

    def stop(self) -> None:
        """End the process, and start no other."""
        self._ended = True
        self._kill()

    def _kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()

    def _ask(self, address: Address, revision: int) -> Answer:
        with self._lock:
            process = self._running()
            try:
                pickle.dump((address, revision), process.stdin)
                process.stdin.flush()
                answer: Answer | None = pickle.load(process.stdout)
            except (EOFError, OSError, pickle.UnpicklingError) as error:
                self._kill()
                raise gone() from error
        if answer is None:
            raise gone()
        return answer

    def _running(self) -> Any:
        if self._ended:
            raise gone()
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(self._line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._place)
        return self._process


def gone() -> Busy:
    """Return the error for work that ended without an answer."""
    return Busy("This could not be worked out just now. Try again", "目前无法计算, 请稍后重试")


def main(arguments: Sequence[str]) -> None:
    """Answer what is asked on the standard input until it ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed must not get between the answers
    with suppress(OSError):
        os.nice(NICE)
    asked: SimpleQueue[tuple[Address, int]] = SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    reader, first = arguments
    app = create_app(os.environ["HECHANG_REGION"], reader)
    app.state.hall.most = VIEWS
    with asyncio.Runner() as runner, suppress(KeyboardInterrupt):
        if first:
            here = app.state.hall.first
            runner.run(_answer(app, Address(first, "", "zh", who=here.reader), here.revision))
        while True:
            address, revision = asked.get()
            pickle.dump(runner.run(_answer(app, address, revision)), out)
            out.flush()


def _listen(asked: SimpleQueue[tuple[Address, int]]) -> None:
    """Take requests, also while one is worked on; where they end the server is gone, and nobody waits for an answer."""
    try:
        while True:
            asked.put(pickle.load(sys.stdin.buffer))
    finally:  # also where what came is no request: nobody could answer it
        os._exit(0)


async def _answer(app: Any, address: Address, revision: int) -> Answer | None:
    try:
        return await answer_of(app, request_of(address, {INNER: True, AT: revision}), revision, address.body)
    except Exception:
        traceback.print_exc()  # the log of the server says what it was
        return None


if __name__ == "__main__":
    main(sys.argv[1:])
