"""Pictures of pages (PNG, JPEG, TIFF, BMP), read by the optional text recognition."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hechang.intake.extract import Block, Extract, File, Place
from hechang.intake.limited.steps import step
from hechang.intake.recognition import SCANS, can_recognise, doubts, recognised
from hechang.intake.unreadable import unreadable
from hechang.terms.catalogue import reader

if TYPE_CHECKING:
    from PIL.Image import Image

PIXELS = 60  # million
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"BM")
_BITMAP = 14  # bytes of the head of a BMP, of which four are zero


@reader("scanned-page", zh="扫描图像", en="Scanned page", source="RapidOCR (extra ocr)")
def scanned_page(file: File) -> Extract | None:
    """Recognise the text in a picture; None where the bytes are no picture.

    Parameters
    ----------
    file
        Bytes and name of a file; its content decides.

    Raises
    ------
    FileFault
        for a picture that is damaged, too large, or without text; where the extra `ocr` is not installed.

    Examples
    --------
    >>> scanned_page(File("要加快建设。".encode(), "a.png")) is None
    True
    """
    if not file.data.startswith(_STARTS) or (file.data.startswith(b"BM") and file.data[6:10] != bytes(4)):
        return None
    if not can_recognise():
        raise unreadable("scan")
    parts: list[str] = []
    blocks: list[Block] = []
    places: list[Place] = []
    at = 0
    for number, picture in enumerate(_pictures(file.data), 1):
        step()
        places.append(Place(at, number))
        for line in recognised(picture):
            blocks.append(Block("paragraph", at, at + len(line), number))
            parts += (line, "\n")
            at += len(line) + 1
    if not parts:
        raise unreadable("blank")
    told = doubts([place.page for place in places])
    return Extract(
        "".join(parts), "utf-8", True, format="scanned-page", blocks=tuple(blocks), places=tuple(places),
        findings=(told,),
    )  # fmt: skip


def _pictures(data: bytes) -> Iterator[Any]:
    """Give the pages of a picture as arrays; raises Fault for what is damaged or too large."""
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as made:
            _refuse_size(made)
            for page in range(getattr(made, "n_frames", 1)):
                made.seek(page)
                _refuse_size(made)
                yield np.ascontiguousarray(np.asarray(made.convert("RGB"))[:, :, ::-1])
    except Image.DecompressionBombError:
        raise unreadable("picture", size="180+", limit=PIXELS) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise unreadable("cut") from None


def _refuse_size(made: Image) -> None:
    pixels = made.width * made.height
    if pixels > PIXELS * 1_000_000:
        raise unreadable("picture", size=pixels // 1_000_000, limit=PIXELS)
    count = getattr(made, "n_frames", 1)
    if count > SCANS:
        raise unreadable("scans", count=count, limit=SCANS)
