"""One row made, changed, ended, or one of its fields taken back: by somebody, for a reason, on a known version."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
import shapely

from hechang.region.region import Region
from hechang.register.entered import faults
from hechang.register.trail import by_hand, refuse_stale, row_in_force, value_before
from hechang.terms.errors import Conflict, InputError, NotKnown, not_known
from hechang.terms.findings import refuse
from hechang.terms.specs import Table
from hechang.terms.specs import table as spec

NOTHING_WRITTEN = ("Nothing was written", "未写入任何数据")


class Stamp(NamedTuple):
    """Who writes, why, on which evidence (the person when empty), and the key of the request."""

    by: str
    why: str
    source: str = ""
    request: str | None = None


def cells(table: Table, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as JSON gives them as the cells of a row.

    Parameters
    ----------
    fields
        Plain JSON: money in whole 分, dates as text, a shape as GeoJSON; null empties a field.

    Raises
    ------
    NotKnown
        for a field nobody can edit.
    InputError
        for a number that is none, or a shape that cannot be read.

    Examples
    --------
    >>> cells(spec("projects"), {"name": "甲", "list_years": [2021]})
    {'name': '甲', 'list_years': '[2021]'}
    """
    known = {f.name: f.kind for f in by_hand(table)}
    for name in fields:
        if name not in known:
            raise not_known(
                f"field of '{table.name}' that can be edited", f"可编辑字段(表 {table.name})", name[:80], known
            )
    return {name: _cell(known[name], name, value) for name, value in fields.items()}


def _cell(kind: str, name: str, value: Any) -> Any:
    if (isinstance(value, float) and not math.isfinite(value)) or (isinstance(value, int) and abs(value) >= 2**63):
        raise InputError(
            f"{name}: {str(value)[:40]} is no number we keep", f"{name}: {str(value)[:40]} 不是可保存的数字"
        )
    if value is None or value == "":
        return None
    if kind == "json":
        return _json(name, value)
    return _wkb(name, value) if kind == "geometry" else value


def _json(name: str, value: Any) -> str:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError as error:  # a whole number beyond 64 bits
        raise InputError(
            f"{name}: {str(value)[:40]} holds a number we do not keep", f"{name}: {str(value)[:40]} 含不可保存的数字"
        ) from error


def _wkb(name: str, value: Any) -> bytes:
    try:
        made: bytes = shapely.to_wkb(shapely.from_geojson(orjson.dumps(value)))
    except (shapely.errors.ShapelyError, TypeError, ValueError) as error:
        raise InputError(f"{name} is no shape in GeoJSON", f"{name} 不是 GeoJSON 图形") from error
    return made


def change(region: Region, table: str, id: str, fields: Mapping[str, Any], stamp: Stamp, *, since: int | None) -> int:
    """Write some fields of a row and return the revision.

    Parameters
    ----------
    fields
        As `cells` takes them.
    since
        Revision of the version the edit rests on; None: whatever stands there now.

    Raises
    ------
    Stale
        where somebody changed the row after that version.
    Refused
        with every finding, where a value does not fit.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> change(r, "projects", "p1", {"name": "新名"}, Stamp("li", "renamed"), since=r.revision) == r.revision + 1
    True
    """
    described = spec(table)
    made = cells(described, fields)
    if since is None:
        now = row_in_force(region, described.name, id)
    else:
        now = refuse_stale(region, described.name, id, since, fields)
    if all(now.get(name) == value for name, value in made.items()):
        return int(now["revision"])  # nothing would change: no new version
    refuse(faults(region, described, id, {n: v for n, v in made.items() if now.get(n) != v}), *NOTHING_WRITTEN)
    row = {"id": id, "valid_from": now["valid_from"], **made}
    return _written(region, (described.name, id, fields, since), stamp, row)


def _written(
    region: Region, what: tuple[str, str, Mapping[str, Any], int | None], stamp: Stamp, row: Mapping[str, Any]
) -> int:
    table, id, fields, since = what
    try:
        with region.edit(by=stamp.by, why=stamp.why, source=stamp.source, request=stamp.request) as e:
            e.put(table, row)
    except Conflict:  # somebody was quicker by a moment: show what they wrote
        if since is not None:
            refuse_stale(region.latest(), table, id, since, fields)
        raise
    return int(e.revision or region.revision)


def add(
    region: Region, table: str, fields: Mapping[str, Any], stamp: Stamp, *, id: str | None = None
) -> tuple[str, int]:
    """Write a new row and return its id and the revision.

    Raises
    ------
    InputError
        for a row without any value; Conflict where there is a row of that id already.
    Refused
        with every finding, where a value is missing or does not fit.

    Examples
    --------
    >>> from hechang import tiny
    >>> add(tiny(), "projects", {"name": "新项目", "place": "a"}, Stamp("li", "new"), id="p9")[0]
    'p9'
    """
    described = spec(table)
    made = cells(described, fields)
    if id and region.reader.uid:  # or it could be asked which ids there are that he does not see
        raise InputError(
            "The register gives a new row its id. Leave the id out", "新行的编号由登记册生成。请勿填写编号"
        )
    if not made and not id:
        raise InputError("A new row needs at least one value", "新增一行至少要有一个值")
    if id and not region.every_version(described.name, [id]).empty:
        raise Conflict(f"There is a row '{id[:80]}' in {table} already", f"表 {table} 中已有编号“{id[:80]}”")
    refuse(faults(region, described, id or "", made), *NOTHING_WRITTEN)
    with region.edit(by=stamp.by, why=stamp.why, source=stamp.source, request=stamp.request) as e:
        ids = e.put(described.name, {**({"id": id} if id else {}), **made})
    return ids[0], int(e.revision or region.revision)


def end(region: Region, table: str, id: str, stamp: Stamp, *, since: int | None, on: str | None = None) -> int:
    """End a row, altogether or from the day `on`, and return the revision; its history stays.

    Raises
    ------
    NotKnown
        for a row that is not there.
    Stale
        where somebody changed the row after version `since`.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> _ = end(r, "projects", "p1", Stamp("li", "entered twice"), since=r.revision)
    >>> len(r.latest().projects)
    3
    """
    described = spec(table)
    if since is None:
        row_in_force(region, described.name, id)
    else:
        refuse_stale(region, described.name, id, since, {})
    with region.edit(by=stamp.by, why=stamp.why, source=stamp.source, request=stamp.request) as e:
        e.end(described.name, [id], on)
    return int(e.revision or region.revision)


def take_back(region: Region, table: str, id: str, back: tuple[str, int], stamp: Stamp) -> int:
    """Write one field back as it stood before a revision, as a new event; return the revision.

    Parameters
    ----------
    back
        The field, and the revision whose change of it is taken back.

    Raises
    ------
    Conflict
        where the field was changed again since.

    Examples
    --------
    >>> from hechang import tiny
    >>> r = tiny()
    >>> seq = change(r, "projects", "p1", {"name": "新名", "note": "x"}, Stamp("li", "renamed"), since=None)
    >>> _ = take_back(r.latest(), "projects", "p1", ("name", seq), Stamp("li", "the old name was right"))
    >>> row = row_in_force(r.latest(), "projects", "p1")
    >>> row["name"], row["note"]
    ('签约项目', 'x')
    """
    described = spec(table)
    try:
        row = value_before(region, described.name, id, *back)
    except NotKnown:
        row_in_force(region, described.name, id)  # a row that is not there is said first
        raise
    return _written(region, (described.name, id, {}, None), stamp, row)
