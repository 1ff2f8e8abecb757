"""One thread writes; everybody else hands it a function and waits. Edits that wait together share one commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import sqlalchemy as sa

from hechang.terms.errors import Busy, StoreError

Work = Callable[[sa.Connection], Any]
Answer = tuple[Future[Any], Any, BaseException | None]
GROUP = 64
WAITING = 256


class Writer:
    """Queue and thread around the write engine.

    `committed` runs after each commit, before anybody is told; `told` says in plain words why the database refused.
    """

    def __init__(
        self,
        engine: sa.Engine,
        committed: Callable[[sa.Connection], None],
        told: Callable[[sa.exc.DBAPIError], StoreError],
    ) -> None:
        self.engine = engine
        self.committed = committed
        self.told = told
        self.queue: queue.Queue[tuple[Work, Future[Any]] | None] = queue.Queue(WAITING)
        self.thread = threading.Thread(target=self._run, name="hechang-writer", daemon=True)
        self.thread.start()

    def do(self, work: Work) -> Any:
        """Run `work` inside a transaction and return its value once it is on disk."""
        answer: Future[Any] = Future()
        try:
            self.queue.put_nowait((work, answer))
        except queue.Full:
            raise Busy("Too many edits are waiting. Try again shortly", "等待写入的修改过多, 请稍后再试") from None
        try:
            return answer.result()
        except sa.exc.DBAPIError as error:
            raise self.told(error) from error

    def close(self) -> None:
        """Finish what is queued and stop the thread."""
        self.queue.put(None)
        self.thread.join()
        self.engine.dispose()

    def _run(self) -> None:
        while (first := self.queue.get()) is not None:
            batch = [first]
            stop = False
            while len(batch) < GROUP and not self.queue.empty() and not stop:
                following = self.queue.get_nowait()
                stop = following is None
                batch += [following] if following else []
            self._answer(batch)
            if stop:
                return

    def _answer(self, batch: list[tuple[Work, Future[Any]]]) -> None:
        done: list[Answer] = []
        try:
            with self.engine.begin() as connection:  # one fsync for the whole group
                done = [self._try(connection, work, answer) for work, answer in batch]
        except Exception as error:
            done = [(answer, None, error) for _, answer in batch]
        else:
            done = self._follow_up(done)
        for answer, value, fault in done:  # only after COMMIT has returned
            answer.set_exception(fault) if fault else answer.set_result(value)

    def _follow_up(self, done: list[Answer]) -> list[Answer]:
        try:
            with self.engine.connect() as connection:
                self.committed(connection)
        except sa.exc.OperationalError:  # another program writes: what follows its commit covers this one too
            return done
        except Exception as error:
            late = StoreError(
                f"The edit is kept, do not repeat it; but its anchor could not be written: {error}",
                f"修改已保存, 请勿重复提交; 但未能写入锚点: {error}",
            )
            return [(answer, value, fault or late) for answer, value, fault in done]
        return done

    @staticmethod
    def _try(connection: sa.Connection, work: Work, answer: Future[Any]) -> Answer:
        try:
            with connection.begin_nested():  # a savepoint: one refusal spoils no neighbour
                return answer, work(connection), None
        except sa.exc.OperationalError:  # disk full or the like: SQLite may have dropped the neighbours' rows too
            raise
        except Exception as error:
            return answer, None, error
