"""Text recognition of pictures of pages: the optional extra `ocr` (rapidocr, onnxruntime), offline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from hechang.intake.unreadable import remark
from hechang.terms.findings import Finding

SCANS = 50  # pages of a file that are read at once
HALF = 0.5  # of the height of a line: boxes whose middles are nearer stand in one line
_QUIET = {"Global.log_level": "critical", "Global.use_cls": False, "EngineConfig.onnxruntime.intra_op_num_threads": 1,
          "EngineConfig.onnxruntime.inter_op_num_threads": 1}  # fmt: skip


@cache
def can_recognise() -> bool:
    """Tell whether the extra `ocr` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params=_QUIET)


def recognised(picture: Any) -> list[str]:
    """Lines of text in a picture, from top to bottom; `picture` is an array of (high, wide, 3) bytes, blue first."""
    found = _engine()(picture)
    if found.txts is None:
        return []
    return in_lines([(box.tolist(), text) for box, text in zip(found.boxes, found.txts, strict=True)])


def in_lines(found: Sequence[tuple[Sequence[Sequence[float]], str]]) -> list[str]:
    """Put recognised pieces, each with the four corners of its box [pixels], into lines.

    Examples
    --------
    >>> low, high = [[0, 50], [9, 50], [9, 60], [0, 60]], [[90, 1], [99, 1], [99, 11], [90, 11]]
    >>> in_lines([(low, "二"), (high, "后"), ([[0, 2], [9, 2], [9, 12], [0, 12]], "前")])
    ['前 后', '二']
    """
    pieces = sorted((_middle(box), _left(box), _high(box), text) for box, text in found)
    lines: list[list[tuple[float, str]]] = []
    last = 0.0
    for middle, left, high, text in pieces:
        if lines and middle - last < high * HALF:
            lines[-1].append((left, text))
        else:
            lines.append([(left, text)])
            last = middle
    return [" ".join(text for _, text in sorted(line)) for line in lines]


def _middle(box: Sequence[Sequence[float]]) -> float:
    return sum(corner[1] for corner in box) / len(box)


def _left(box: Sequence[Sequence[float]]) -> float:
    return min(corner[0] for corner in box)


def _high(box: Sequence[Sequence[float]]) -> float:
    return max(corner[1] for corner in box) - min(corner[1] for corner in box)


def doubts(pages: Sequence[int]) -> Finding:
    """Make the warning that pages were read by text recognition."""
    numbers = ", ".join(map(str, pages[:10])) + (" …" if len(pages) > 10 else "")
    return remark(
        f"Read by text recognition: page {numbers}",
        f"以下页由文字识别读取: 第 {numbers} 页",
        ("compare names and figures with the picture before accepting", "采纳前请对照图像核对名称与数字"),
        "recognised",
        f"page {pages[0]}",
    )
