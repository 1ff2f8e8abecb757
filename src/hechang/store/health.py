"""What a store says of its own health: the engine, the disk, who may read the files, the key, the clock, what is left.

Each function asks one question and returns what is wrong, nothing where all is well.
"""

from __future__ import annotations

import os
import shutil
import stat
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from hechang.store.audit import frontier
from hechang.store.checkpoints import newest, published
from hechang.store.contract import Store
from hechang.store.folder import DATABASE, LEFT
from hechang.store.schema import metadata
from hechang.store.signing import key_of, key_path
from hechang.terms.findings import Finding

GIB = 1 << 30
ROOM = 3  # how often what is there has to fit beside it: an upload, its rows, a snapshot
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SLOW = ("nfs", "cifs", "smb", "fuse", "9p", "vboxsf")  # disks on which the locks of SQLite do not hold
AHEAD = timedelta(minutes=5)
UNSIGNED = timedelta(minutes=1)


def engine(store: Store) -> list[Finding]:
    """Ask the database whether it holds together: `quick_check` of SQLite, checksums of PostgreSQL."""
    said = store.ask(_checked)
    if said in ("ok", "on"):
        return []
    if said == "off":
        return [
            _worse(
                "PostgreSQL keeps no checksums of its pages",
                "PostgreSQL 未启用数据页校验",
                "stop the server and run pg_checksums --enable",
                "停库后执行 pg_checksums --enable",
                "warning",
            )
        ]
    return [
        _worse(
            f"The database is damaged: {said}",
            f"数据库已损坏: {said}",
            "stop writing, keep the folder, restore the last backup",
            "停止写入, 保留原文件夹, 用最近的备份恢复",
        )
    ]


def _checked(connection: sa.Connection) -> str:
    asked = "PRAGMA quick_check(1)" if connection.dialect.name == "sqlite" else "SHOW data_checksums"
    return str(connection.exec_driver_sql(asked).scalar())


def disk(store: Store) -> list[Finding]:
    """Look for room for what comes, and for a disk on which several programs can work at once."""
    free, held = shutil.disk_usage(store.folder).free, _size(store.folder)
    needed = max(ROOM * held, GIB)
    found = []
    if free < needed:
        found.append(
            _worse(
                f"{free / GIB:.1f} GiB are free, {needed / GIB:.1f} GiB are needed",
                f"剩余 {free / GIB:.1f} GiB, 至少需要 {needed / GIB:.1f} GiB",
                "make room before the next import",
                "请在下次导入前清出空间",
                "warning" if free > held else "error",
            )
        )
    kind = filesystem(store.folder)
    if kind.startswith(SLOW):
        found.append(
            _worse(
                f"The region lies on a shared disk ({kind})",
                f"区域位于共享磁盘({kind})",
                "move it to a local disk, or use PostgreSQL",
                "请移到本地磁盘, 或改用 PostgreSQL",
            )
        )
    return found


def _size(folder: Path) -> int:
    database = folder / DATABASE
    return database.stat().st_size if database.exists() else 0


def filesystem(folder: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """Return the kind of file system a folder lies on, empty where nobody tells.

    Examples
    --------
    >>> filesystem(Path("/x"), Path("/nowhere"))
    ''
    """
    if not mounts.is_file():
        return ""
    lines = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    whole = folder.resolve()
    over = [(len(line[1]), line[2]) for line in lines if len(line) > 2 and whole.is_relative_to(line[1])]
    return max(over, default=(0, ""))[1]


def readers(store: Store) -> list[Finding]:
    """Look for files of the region or its key that other users of this machine can read."""
    if os.name != "posix":
        return []
    key = key_path(store.id)
    own = [path for path in (store.folder / DATABASE, key) if path is not None and path.exists()]
    closed = not store.folder.stat().st_mode & OTHERS  # nobody gets as far as the file
    open_to = [path for path in own if path.stat().st_mode & OTHERS and not (closed and path.parent == store.folder)]
    return [
        _worse(
            f"Other users of this machine can read {path}",
            f"本机其他用户可读取 {path}",
            f"chmod go= {path}",
            f"执行 chmod go= {path}",
            "error" if path == key else "warning",
        )
        for path in open_to
    ]


def key(store: Store) -> list[Finding]:
    """Look for the key the log is signed with, and for records that no checkpoint holds yet."""
    known = store.ask(published)
    if known is None:
        return [
            _worse(
                "The log was never signed",
                "审计日志尚未签名",
                "write once on the machine that keeps the key",
                "请在保管密钥的机器上写入一次",
                "warning",
            )
        ]
    if key_of(store.id, known) is None:
        return [
            _worse(
                f"This machine has not got the key of the region ({key_path(store.id)})",
                f"本机没有本区域的签名密钥({key_path(store.id)})",
                "set HECHANG_KEYS to the folder that holds it",
                "请将 HECHANG_KEYS 指向密钥所在文件夹",
                "warning",
            )
        ]
    rest, at = store.ask(_unsigned)
    if not rest or datetime.fromisoformat(at) > store.clock() - UNSIGNED:
        return []
    return [
        _worse(
            f"{rest} records of the log are in no checkpoint yet",
            f"审计日志有 {rest} 条记录尚未签入检查点",
            "hechang anchor DIR signs what there is",
            "执行 hechang anchor 文件夹 即可签名",
            "warning",
        )
    ]


def _unsigned(connection: sa.Connection) -> tuple[int, str]:
    """How many records no checkpoint holds, and of when the newest one is."""
    last, _ = newest(connection)
    return (frontier(connection).size - last.size, last.at) if last else (0, "")


def clock(store: Store) -> list[Finding]:
    """Hold the clock of this machine against what was written last."""
    at = store.ask(_last_moment)
    if not at or datetime.fromisoformat(at) <= store.clock() + AHEAD:
        return []
    return [
        _worse(
            f"The newest revision was written at {at}: this clock is behind, or that one was ahead",
            f"最新版本写于 {at}: 本机时钟偏慢, 或当时的时钟偏快",
            "set the clock by NTP; until then no checkpoint is signed",
            "请用 NTP 校时; 校准前不会签发检查点",
        )
    ]


def _last_moment(connection: sa.Connection) -> str:
    r = metadata().tables["revisions"]
    return str(connection.execute(sa.select(r.c.at).order_by(r.c.seq.desc()).limit(1)).scalar() or "")


def left(store: Store) -> list[Finding]:
    """Look for halves of files that programs left which were killed."""
    halves = [path for pattern in LEFT for path in store.folder.glob(pattern)]
    if not halves:
        return []
    return [
        _worse(
            f"{len(halves)} half-written files lie in {store.folder}",
            f"{store.folder} 中有 {len(halves)} 个未写完的文件",
            "they go by themselves an hour after the program that wrote them",
            "写入程序结束一小时后自动清除",
            "warning",
        )
    ]


def _worse(en: str, zh: str, mend_en: str, mend_zh: str, severity: str = "error") -> Finding:
    return Finding(en=en, zh=zh, mend_en=mend_en, mend_zh=mend_zh, severity=severity)
