"""Taking in one file of a form: streamed to disk, bounded, and whole or refused in clear words."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from hechang.terms.errors import FileFault, HechangError, UsageError
from hechang.web.security import UPLOAD

MB = 1024 * 1024
FIELDS = 20  # plain parts of a form


@dataclass(frozen=True)
class Received:
    """The file of a form, what its sender calls it, and the plain parts beside it."""

    name: str
    file: BinaryIO
    fields: Mapping[str, str]


class _Parser(MultiPartParser):
    """Notes whether the end of the form was reached."""

    whole = False

    def let_go(self) -> None:
        """Close every file, finished or not."""
        for file in self._files_to_close_on_error:
            file.close()

    def on_end(self) -> None:
        """The closing line of the form was read."""
        self.whole = True


async def received(request: Request, known: Iterable[str]) -> Received:
    """Read the one file of a form and its plain parts, which must be among `known`.

    Raises
    ------
    FileFault
        for an upload that was cut off or is larger than `UPLOAD` bytes.
    UsageError
        for what is no form, has no file or several, or parts nobody knows.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UsageError(
            "Send the file as multipart/form-data, in a part 'file'", "请以 multipart/form-data 的 file 部分上传文件"
        )
    expected = int(request.headers.get("content-length") or 0)
    parser = _Parser(request.headers, _counted(request, expected), max_files=1, max_fields=FIELDS)
    try:
        form = await parser.parse()
    except ClientDisconnect as error:
        raise _cut() from error
    except MultiPartException as error:
        raise _broken(error.message) from error
    try:
        if not parser.whole:
            raise _cut()
        return _parts(dict(form.multi_items()), set(known))
    except HechangError:
        parser.let_go()
        raise


async def _counted(request: Request, expected: int) -> AsyncGenerator[bytes, None]:
    """The body as it comes; raises FileFault where it is too large, or shorter than its sender said."""
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen > UPLOAD:
            raise FileFault(
                f"The file is larger than {UPLOAD // MB} MB. Split it", f"文件超过 {UPLOAD // MB} MB, 请拆分后上传"
            )
        yield chunk
    if expected and seen < expected:
        raise _cut()


def _cut() -> HechangError:
    return FileFault(
        "The upload was cut off before its end; nothing was kept. Send the file again",
        "上传中断, 文件不完整; 未保存任何内容。请重新上传",
    )


def _broken(said: str) -> HechangError:
    return FileFault(
        f"The upload cannot be taken apart ({said}); nothing was kept. Send the file again",
        f"上传内容无法解析({said}); 未保存任何内容。请重新上传",
    )


def _parts(form: Mapping[str, Any], known: set[str]) -> Received:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise UsageError("The form has no file in a part 'file'", "表单中没有名为 file 的文件")
    fields = {name: value for name, value in form.items() if name != "file"}
    strange = sorted(set(fields) - known)
    if strange or not all(isinstance(value, str) for value in fields.values()):
        said = ", ".join(name[:40] for name in strange) or "file"
        raise UsageError(
            f"The form has parts nobody knows: {said}. Known are: {', '.join(sorted(known))}",
            f"表单中有未知的部分: {said}。可用: {', '.join(sorted(known))}",
        )
    return Received(file.filename or "", file.file, fields)
