"""Blocks of a matrix kept on disk, so that work goes on after a stop, and spread over the workers of a Dask cluster."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hechang.engines.travel.job import Job, Seconds, block, each_block
from hechang.engines.travel.questions import Effort

Block = tuple[int, Seconds]


def blocks(work: Job, effort: Effort) -> Iterator[Block]:
    """Work out all blocks of a matrix as `effort` says: here or on a cluster, taking up what a folder holds already.

    Blocks come in the order they are ready; with the same matrix they are the same wherever they were worked out.

    Raises
    ------
    OSError
        where the folder cannot be written.
    """
    for done, (number, part) in enumerate(_each(work, effort), start=1):
        if effort.told is not None:
            effort.told(done, work.blocks)
        yield number, part


def _each(work: Job, effort: Effort) -> Iterator[Block]:
    if effort.folder is None:
        yield from _anywhere(work, effort, list(range(work.blocks)))
        return
    folder = Path(effort.folder) / name_of(work)
    folder.mkdir(parents=True, exist_ok=True)
    left = []
    for number in range(work.blocks):
        part = _kept(folder / f"{number}.npy")
        if part is None:
            left.append(number)
        else:
            yield number, part
    for number, part in _anywhere(work, effort, left):
        _keep(folder / f"{number}.npy", part)
        yield number, part


def _anywhere(work: Job, effort: Effort, numbers: list[int]) -> Iterator[Block]:
    if effort.client is None:
        yield from each_block(work, effort=effort, numbers=numbers)
        return
    sent = effort.client.scatter(work, broadcast=True, hash=False)
    futures = effort.client.map(_numbered, [sent] * len(numbers), numbers, pure=False)
    for future in futures:
        yield future.result()


def _numbered(work: Job, number: int) -> Block:
    return number, block(work, number)


def _kept(path: Path) -> Seconds | None:
    """A block that was kept whole; None where there is none, or it cannot be read."""
    try:
        found: Seconds = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found


def _keep(path: Path, part: Seconds) -> None:
    """Write a block under another name first, so that a half-written one is never taken for whole."""
    half = path.with_suffix(".half")
    with half.open("wb") as file:
        np.save(file, part)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def name_of(work: Job) -> str:
    """Name a matrix by all that its blocks depend on: the hash of its arrays and numbers.

    Examples
    --------
    >>> from hechang.engines.travel import Doors, Marks, Network, closed, edges, timetable
    >>> from hechang.engines.travel.job import job
    >>> day = timetable(np.array([0, 0]), np.array([0, 1]), np.array([60, 120]), np.array([60, 120]), stops=2)
    >>> none, own = (edges(n, n, [0] * len(n), origins=2, targets=2) for n in ([], [0, 1]))
    >>> net, doors = Network(day, closed(none, longest=0)), Doors(own, own)
    >>> one, same, other = (name_of(job(net, doors, Marks(0, 60, n))) for n in (3, 3, 4))
    >>> one == same, one == other
    (True, False)
    """
    made = hashlib.blake2b(digest_size=16)
    _feed(made, work)
    return made.hexdigest()


def _feed(made: Any, part: Any) -> None:
    if isinstance(part, np.ndarray):
        made.update(f"{part.dtype}{part.shape}".encode())
        made.update(np.ascontiguousarray(part).data)
    elif is_dataclass(part):
        for field in fields(part):
            _feed(made, getattr(part, field.name))
    elif isinstance(part, tuple):
        for one in part:
            _feed(made, one)
    else:
        made.update(f"{type(part).__name__}:{part};".encode())
