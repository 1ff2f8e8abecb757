"""Uploads that wait for a decision: in a place of their own in the region's folder, whole or not there, not for ever.

uploads/01J…/
  about.json     what it is for, what was seen of it, what became of it
  file/NAME      the file as it came; gone once its rows are written, for the register then keeps it
uploads/of/5e88…/01J…/   the same of a user who signed in: nobody else finds them, whatever he may read
"""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from hechang.intake.sheets.faults import file_fault
from hechang.store.room import full
from hechang.terms.dates import Clock, moment, now
from hechang.terms.errors import InputError, NoRoom, NotKnown, StoreError
from hechang.terms.ids import content_hash

FOLDER, ABOUT, FILE, PART = "uploads", "about.json", "file", ".part"
DAYS = 14  # an upload nobody decided on is dropped after so many days
MOST = 50  # uploads that may wait at once
OWN_MOST = 20  # of one user
OWN_BYTES = 256 * 1024**2  # of one user, of what waits, together
ROOM = 3  # times the size of an upload that must be free on the disk
PEOPLE = "of"
NAME = 60  # characters of a file's name that are kept; in UTF-8 a mark still fits behind them
_LEFT_OUT = re.compile(r'[\\/:*?"<>|]')
_ID = re.compile(r"[0-9A-Za-z]{10,40}")


@dataclass(frozen=True)
class Upload:
    """One file that waits, and all that is known of it.

    `table` or `round` (and `body`) say what it is for; `datum`, `layer` and `encoding` what the user says of a map
    layer; `branch` and `revision` against what it was shown first; `mapping` what the user said of its columns;
    `written` is the revision its rows became, `request` the key that wrote them.
    """

    id: str
    name: str
    folder: Path = field(repr=False)
    at: str = ""
    size: int = 0
    branch: str = "main"
    revision: int = 0
    table: str = ""
    round: str = ""
    body: str = ""
    datum: str = ""
    layer: str = ""
    encoding: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    written: int | None = None
    request: str = ""
    outcome: str = ""
    uid: str = ""

    @property
    def path(self) -> Path:
        """The file as it came."""
        return self.folder / FILE / self.name

    def noted(self, **known: object) -> Upload:
        """Write down what became known, and return the upload with it."""
        made = replace(self, **known)  # type: ignore[arg-type]
        said = {key: value for key, value in asdict(made).items() if key != "folder"}
        part = self.folder / (ABOUT + PART)
        part.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        part.replace(self.folder / ABOUT)
        return made

    def settled(self, revision: int, request: str, outcome: str = "") -> Upload:
        """Note what it became and let go of the file."""
        made = self.noted(written=revision, request=request, outcome=outcome)
        shutil.rmtree(self.folder / FILE, ignore_errors=True)
        return made

    def drop(self) -> None:
        """Take it away; a name that nobody looks at first, so that it is never seen half gone."""
        gone = self.folder.with_name(self.id + PART)
        with suppress(FileNotFoundError):
            self.folder.replace(gone)
        shutil.rmtree(gone, ignore_errors=True)


def plain_name(name: str) -> str:
    r"""A file's name without folders, marks that steer text or a file system, and beyond `NAME` characters.

    Examples
    --------
    >>> plain_name("../../etc/表 <b>.xlsx"), plain_name("C:\\a\\八月.CSV"), plain_name("..")
    ('表 b.xlsx', '八月.CSV', 'file')
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in ("Zl", "Zp"))
    plain = " ".join(_LEFT_OUT.sub("", kept).split()).strip(". ")
    stem, dot, suffix = plain.rpartition(".")
    short = f"{stem[:NAME]}{dot}{suffix[:8]}" if dot and stem else plain[:NAME]
    return short or "file"


def home_of(folder: Path, uid: str = "") -> Path:
    """Return where the uploads of a user wait; of who sits at the machine, and has no name, where none is given."""
    return folder / FOLDER / PEOPLE / content_hash(uid.encode())[:32] if uid else folder / FOLDER


def keep(folder: Path, id: str, file: BinaryIO, about: Mapping[str, object], clock: Clock = now) -> Upload:
    """Keep an upload; it is there whole, or not at all.

    Parameters
    ----------
    folder
        Folder of the region.
    id
        New id.
    file
        The bytes.
    about
        `name` as the user's machine calls it, `uid` of who signed in, and whatever else `Upload` knows.

    Raises
    ------
    InputError
        where `MOST` uploads wait already, or what one user may have.
    FileFault
        for an empty file.
    StoreError
        where the folder cannot be written, or the disk has not `ROOM` for it.
    """
    uid = str(about.get("uid", ""))
    home, size = home_of(folder, uid), _size(file)
    for place in _places(folder):
        _fresh(place, clock)
    _refuse_many(waiting(folder, clock, uid), uid, size)
    part = home / (id + PART)
    given = {**about, "name": plain_name(str(about.get("name", "")))}
    try:
        (part / FILE).mkdir(parents=True)
        _refuse_full(home, size)
        made = Upload(id=id, folder=part, at=moment(clock()), **given)  # type: ignore[arg-type]
        with made.path.open("wb") as out:
            shutil.copyfileobj(file, out, 1 << 20)
        made = made.noted(size=made.path.stat().st_size)
        if not made.size:
            raise file_fault("file-empty", file=made.name)
        part.replace(home / id)
    except OSError as error:
        raise (NoRoom if full(error) else StoreError)(
            f"The upload cannot be kept in {home} ({error.strerror}). Make room and send it again",
            f"上传的文件无法存入 {home}({error.strerror})。请腾出空间后重新上传",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return replace(made, folder=home / id)


def _size(file: BinaryIO) -> int:
    """Bytes of a file, which is then at its beginning."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def _refuse_full(home: Path, size: int) -> None:
    """Raise StoreError where a disk would be full; what is on it must stay readable and writable."""
    if shutil.disk_usage(home).free < ROOM * size:
        raise NoRoom(
            "There is no room on the disk for this upload. Make room and send it again",
            "磁盘空间不足, 无法存放该文件。请腾出空间后重新上传",
        )


def _refuse_many(known: list[Upload], uid: str, size: int) -> None:
    open = [one for one in known if one.written is None]
    most = OWN_MOST if uid else MOST
    if len(open) >= most:
        raise InputError(
            f"{most} uploads wait already. Write or delete some of them first",
            f"已有 {most} 个待处理的上传文件。请先写入或删除一些",
        )
    if uid and sum(one.size for one in open) + size > OWN_BYTES:
        shown = OWN_BYTES // 1024**2
        raise InputError(
            f"Your uploads that wait would be more than {shown} MB. Write or delete some of them first",
            f"您待处理的上传文件合计将超过 {shown} MB。请先写入或删除一些",
        )


def waiting(folder: Path, clock: Clock = now, uid: str = "") -> list[Upload]:
    """All uploads of a user, newest first, those already written too; what is too old is dropped."""
    return sorted(_fresh(home_of(folder, uid), clock), key=lambda one: (one.at, one.id), reverse=True)


def _places(folder: Path) -> list[Path]:
    """Where anybody's uploads wait."""
    people = folder / FOLDER / PEOPLE
    return [folder / FOLDER, *(people.iterdir() if people.is_dir() else ())]


def _fresh(home: Path, clock: Clock) -> list[Upload]:
    """Uploads in one place; what is too old is dropped."""
    found = [one for path in home.iterdir() if (one := _read(path))] if home.is_dir() else []
    oldest = moment(clock() - timedelta(days=DAYS))
    for old in (one for one in found if one.at < oldest):
        old.drop()
    _sweep(home, clock)
    return [one for one in found if one.at >= oldest]


def upload(folder: Path, id: str, uid: str = "") -> Upload:
    """One upload of a user; raises NotKnown, also for one that was dropped because of its age."""
    found = _read(home_of(folder, uid) / id) if _ID.fullmatch(id) else None
    if found is None or found.uid != uid:
        raise NotKnown(
            f"There is no upload '{id[:40]}'. It was deleted, or waited for more than {DAYS} days. Send the file again",
            f"没有编号为“{id[:40]}”的上传文件: 可能已删除, 或超过 {DAYS} 天未处理。请重新上传",
        )
    return found


def _read(path: Path) -> Upload | None:
    try:
        return Upload(folder=path, **json.loads((path / ABOUT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # half there, or written by another program
        return None


def _sweep(home: Path, clock: Clock) -> None:
    """Take away what a program that was stopped left half there."""
    before = clock() - timedelta(hours=1)
    for part in home.glob(f"*{PART}") if home.is_dir() else ():
        with suppress(OSError):
            if datetime.fromtimestamp(part.stat().st_mtime, before.tzinfo) < before:
                shutil.rmtree(part, ignore_errors=True)
