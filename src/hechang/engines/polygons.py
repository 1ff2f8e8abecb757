"""Polygons as the engines take them: arrays of valid ones, what is none of them, and work on them in threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import shapely

from hechang.terms.errors import InputError

Indices = np.ndarray[Any, np.dtype[np.int64]]
Areas = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Shapes = np.ndarray[Any, np.dtype[np.object_]]
Found = TypeVar("Found")

POLYGON, MULTIPOLYGON = 3, 6  # their numbers in GEOS
BLOCK = 1 << 14  # polygons or pairs a thread takes at a time
NAMED = 3  # polygons that a message names with what is wrong


def unfit(polygons: Sequence[Any] | Shapes, *, threads: int | None = None) -> Indices:
    """List what is no valid polygon: missing, empty, of another kind, crossing itself, or with NaN in it.

    Examples
    --------
    >>> bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    >>> unfit([shapely.box(0, 0, 1, 1), bow, None, shapely.Point(0, 0), shapely.Polygon()]).tolist()
    [1, 2, 3, 4]
    """
    shapes = np.asarray(polygons, dtype=object)
    found = in_blocks(lambda span: _unfit(shapes[span]), len(shapes), threads)
    return np.flatnonzero(np.concatenate(found)) if found else np.arange(0)


def fit(polygons: Sequence[Any] | Shapes, name_en: str, name_zh: str, *, threads: int | None = None) -> Shapes:
    """Return polygons as an array.

    Raises
    ------
    InputError
        Where `unfit` finds some; it tells how many of `name_en` (`name_zh`) are at fault, and names the first ones.

    Examples
    --------
    >>> fit([shapely.Polygon()], "zones", "功能区")
    Traceback (most recent call last):
    ...
    hechang.terms.errors.InputError: 1 of 1 zones cannot be used: number 0 (empty). Mend or leave out, then try again
    """
    shapes = np.asarray(polygons, dtype=object)
    wrong = unfit(shapes, threads=threads)
    if not len(wrong):
        return shapes
    reasons = [(at, *_reason(shapes[at])) for at in wrong[:NAMED].tolist()]
    more = len(wrong) > NAMED
    en = ", ".join(f"number {at} ({en})" for at, en, _ in reasons) + (" and more" if more else "")
    zh = "、".join(f"第 {at} 个({zh})" for at, _, zh in reasons) + ("等" if more else "")
    raise InputError(
        f"{len(wrong)} of {len(shapes)} {name_en} cannot be used: {en}. Mend or leave out, then try again",
        f"{len(shapes)} 个{name_zh}中有 {len(wrong)} 个不能使用: {zh}(从 0 数起)。请修正或剔除后重试",
    )


def in_blocks(work: Callable[[slice], Found], count: int, threads: int | None = None) -> list[Found]:
    """Work on spans of 0 … `count` in threads, all processors where `threads` is left out; answers in their order.

    Examples
    --------
    >>> in_blocks(lambda span: span.stop - span.start, 20_000)
    [16384, 3616]
    """
    spans = [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
    if len(spans) < 2:
        return [work(span) for span in spans]
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        return list(pool.map(work, spans))


def kept(shapes: Shapes, which: Flags) -> Shapes:
    """Shapes where a flag is set, and None elsewhere.

    Examples
    --------
    >>> kept(np.array([shapely.Point(0, 0)] * 2), np.array([False, True])).tolist()
    [None, <POINT (0 0)>]
    """
    made = np.full(shapes.shape, None, dtype=object)
    made[which] = shapes[which]
    return made


def _unfit(given: Shapes) -> Flags:
    shapes = kept(given, shapely.is_geometry(given))
    kinds = np.isin(shapely.get_type_id(shapes), (POLYGON, MULTIPOLYGON))
    wrong: Flags = ~kinds | shapely.is_empty(shapes) | ~shapely.is_valid(shapes)
    return wrong


def _reason(shape: Any) -> tuple[str, str]:
    if not isinstance(shape, shapely.Geometry):
        return "no geometry", "没有图形"
    if shape.is_empty:
        return "empty", "空图形"
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return f"a {shape.geom_type}, no polygon", f"是 {shape.geom_type}, 不是面"
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return "a coordinate is no number", "坐标不是数字"
    said = shapely.is_valid_reason(shape)
    return said, f"图形无效: {said}"
