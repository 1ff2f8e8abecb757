"""A layer file becomes a layer of the region: control lines, plan layers, whatever the map should answer for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from hechang.intake.layers.gate import Gate
from hechang.intake.layers.layer import NOTHING, Asked
from hechang.intake.layers.quality import findings_of, gate_of
from hechang.region.edit import Edit
from hechang.region.marked_files import refuse_marked_at
from hechang.region.region import Region
from hechang.terms.errors import InputError
from hechang.terms.findings import refuse
from hechang.terms.specs import ALWAYS

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
VERSIONS = 'SELECT id, valid_from, valid_to FROM "features every" WHERE layer = $layer'
NAMES = ("name", "名称", "name_zh", "title")  # columns that hold the name of a feature


@dataclass(frozen=True)
class Named:
    """What a layer is called in the region, and how its features are told from each other.

    key: column that names each feature; its number in the file where it is empty. since: day from which the layer is
    as the file shows it, until the next day for which another file was taken; what stood there before stays in force
    until that day. Empty for always.
    """

    id: str
    name: str = ""
    name_en: str = ""
    key: str = ""
    since: str = ""
    synthetic: bool = False


def take(
    region: Region, path: Path, named: Named, *, asked: Asked = NOTHING, profile: str = "", by: str, why: str
) -> Region:
    """Write all features of a file as a layer, or nothing; the layer then holds these and no others from that day on.

    Shapes are kept in longitude and latitude; every column of the file becomes a property.

    Parameters
    ----------
    path, asked, profile
        The file, what the user says of it, and what it must hold: as for `hechang layer check`.
    named
        Name of the layer.
    by, why
        Who does it and for what reason.

    Raises
    ------
    Refused
        where the file has faults: nothing is written then.
    FileFault
        for a file that cannot be read.
    InputError
        for a name that is none, a layer without a declared datum, a key that is no column or does not tell features
        apart, or a file for always of a layer that has changed on some day.
    """
    if not _ID.fullmatch(named.id) or named.id.endswith("-names"):  # under which names of a layer are in its tiles
        raise InputError(
            f"'{named.id}' cannot name a layer; use small letters, digits and hyphens",
            f"“{named.id}”不能作为图层编号; 请用小写字母、数字和连字符",
        )
    refuse_marked_at(path)
    gate = gate_of(path, asked, profile=profile, region=region)
    refuse(findings_of(gate), "Nothing was taken", "未入库任何数据")
    if gate.layer.datum is None:
        raise InputError(
            f"{path.name} does not say its datum. Declare it with --datum", f"{path.name} 没有坐标系, 请用 --datum 声明"
        )
    began = region.on(named.since) if named.since else region
    with began.edit(by=by, why=why) as edit:
        document = _document(region, edit, path)
        about = {"id": named.id, "name": named.name or named.id, "name_en": named.name_en or named.name or named.id}
        edit.put("layers", {**about, "table": "features", "document": document, "synthetic": named.synthetic})
        rows = _rows(gate, named, document)
        edit.put("features", rows.assign(**_validity(began, edit, named, rows)))
    return edit.after.on(region.day)


def _document(region: Region, edit: Edit, path: Path) -> str:
    """Keep the file; the same file again is the same document."""
    sha = edit.blob(path.read_bytes())
    known = region.table("documents", columns=["sha256"], where={"sha256": sha}).index
    row = {"title": path.stem, "kind": "layer", "path": path.name, "sha256": sha}
    return str(known[0]) if len(known) else edit.put("documents", row)[0]


def _rows(gate: Gate, named: Named, document: str) -> pd.DataFrame:
    """Features as the table holds them, one a feature of the file."""
    frame = gate.layer.frame()
    titles = {str(title).strip().lower(): title for title in frame}
    called = next((titles[name] for name in NAMES if name in titles), None)
    names = frame[called].astype("string") if called is not None else pd.Series(pd.NA, frame.index, dtype="string")
    cells = frame.astype(object).where(frame.notna(), None).to_dict("records")
    properties = [{str(k): v for k, v in row.items() if v is not None} for row in cells]
    numbers = frame.index.astype(str)
    source = f"import:{document}#{gate.layer.name}!" + numbers
    return pd.DataFrame({
        "id": named.id + "." + _keys(frame, named), "layer": named.id, "name": names.to_numpy(dtype=object),
        "properties": pd.Series(properties, dtype=object),
        "geometry": pd.Series(shapely.to_wkb(gate.shapes), dtype=object),
        "source": source, "synthetic": named.synthetic,
    })  # fmt: skip


def _keys(frame: pd.DataFrame, named: Named) -> np.ndarray:
    """Text that tells each feature from the others."""
    if not named.key:
        made: np.ndarray = frame.index.astype(str).str.zfill(4).to_numpy(dtype=object)
        return made
    if named.key not in frame:
        raise InputError(
            f"'{named.key}' is no column of the layer. Its columns are: {', '.join(map(str, frame))}",
            f"图层没有列“{named.key}”。现有列: {'、'.join(map(str, frame))}",
        )
    texts = frame[named.key].astype("string").fillna("").str.strip()
    double = texts.eq("") | texts.duplicated()
    if double.any():
        raise InputError(
            f"Column '{named.key}' does not tell features apart: '{texts[double].iloc[0]}' is empty or there twice",
            f"列“{named.key}”不能区分要素: “{texts[double].iloc[0]}”为空或重复",
        )
    keys: np.ndarray = texts.to_numpy(dtype=object)
    return keys


def _validity(region: Region, edit: Edit, named: Named, rows: pd.DataFrame) -> dict[str, str | None]:
    """End what the layer holds on the day the file begins, and tell from when till when its features are in force."""
    known = region.query(VERSIONS, layer=named.id)
    if not named.since:
        if (known["valid_from"].ne(ALWAYS) | known["valid_to"].notna()).any():
            raise InputError(
                f"Layer '{named.id}' has changed before. Say from which day the file holds, e.g. --from 2026-01-01",
                f"图层“{named.id}”曾有变更。请说明文件自何日起有效, 例: --from 2026-01-01",
            )
        edit.end("features", sorted(set(known["id"]) - set(rows["id"])))
        return {"valid_from": ALWAYS, "valid_to": None}
    until = known["valid_from"][known["valid_from"] > named.since].min()
    live = known[(known["valid_from"] <= named.since) & ~(known["valid_to"] <= named.since).fillna(False)]
    edit.end("features", sorted(set(live["id"])), on=named.since)
    return {"valid_from": named.since, "valid_to": None if pd.isna(until) else str(until)}
