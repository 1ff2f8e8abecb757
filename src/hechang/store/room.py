"""What a disk that is full or fails means in plain words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hechang.terms.errors import NoRoom, StoreError

FULL = (errno.ENOSPC, errno.EDQUOT)


def full(error: Exception) -> bool:
    """Tell whether an error says that there is no room.

    Examples
    --------
    >>> full(OSError(28, "No space left on device")), full(OSError(5, "Input/output error"))
    (True, False)
    """
    return getattr(error, "errno", None) in FULL or any(
        word in str(error) for word in ("No space left", "disk is full")
    )


def refused(where: Path | str, error: Exception) -> StoreError:
    """Return what to tell where a disk refused a write."""
    why = getattr(error, "strerror", None) or str(error)
    return (NoRoom if full(error) else StoreError)(
        f"{where} cannot be written ({why}). Make room, or see to the disk and its rights; then do the same again",
        f"{where} 无法写入({why})。请清理磁盘空间, 或检查磁盘与权限, 然后重新执行同一操作",
    )


@contextmanager
def writing(where: Path | str, *more: type[Exception]) -> Iterator[None]:
    """Tell in plain words where the disk refuses what is done inside.

    Parameters
    ----------
    where
        What is being written.
    more
        Errors beside OSError by which a library tells that a file cannot be written.

    Raises
    ------
    NoRoom
        where the disk is full.
    StoreError
        where it refuses for another reason.
    """
    known: tuple[type[Exception], ...] = (OSError, *more)
    try:
        yield
    except known as error:
        raise refused(where, error) from error
