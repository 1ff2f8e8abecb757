"""A file becomes a layer: copied under a name of ours, opened in the limited process, its datum settled."""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from hechang.intake.layers.child import STATED
from hechang.intake.layers.declared import settle
from hechang.intake.layers.layer import NOTHING, Asked, Layer
from hechang.intake.sheets import limits
from hechang.intake.sheets.faults import Where, fault, file_fault
from hechang.intake.sheets.opened import cells_of, file_hash, opened
from hechang.terms.damaged import DAMAGED
from hechang.terms.findings import Finding

JOB = "hechang.intake.layers.child:read_layer"
LAYERS = ("geojson", "geojsonl", "gpkg", "shp", "parquet", "dxf", "kml", "fgb")
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NAMES = "fields.csv"  # in a zip of ours: the whole names of the fields a DBF cuts
SHOWN = 12  # names of layers in a message


def read_layer(path: Path, asked: Asked = NOTHING) -> Layer:
    """Read one layer of a file of a kind of `LAYERS`.

    Parameters
    ----------
    path
        The file; nothing of its name is ever given to a map library.
    asked
        Layer, encoding and datum the user names.

    Returns
    -------
    Layer
        Texts and shapes as they came, with what is to be told: other layers, a guessed encoding, the datum.

    Raises
    ------
    FileFault
        for whatever keeps the file from being read, with how to mend it.
    """
    kind = limits.kind_of(path)
    if kind not in LAYERS:
        raise file_fault("layer-no-shapes", file=path.name)
    _refuse_encoding(asked.encoding)
    with tempfile.TemporaryDirectory() as folder:
        copy, inside = _copy(path, kind, Path(folder), asked.layer)
        wanted = "" if kind == "shp" else asked.layer
        line = (str(copy), kind, wanted, asked.encoding)
        made = opened(JOB, *line, shown=path.name, unreadable="layer-unreadable")
        titles = _whole_names(Path(folder), made.get("titles", []))
    named = inside or {"layers": made["layers"], "layer": made["layer"]}
    if not named["layer"]:
        raise file_fault("layer-unknown", file=path.name, value=asked.layer, expect=_listed(made["layers"]))
    name = path.stem if kind not in ("gpkg", "shp") else named["layer"]
    found, told = _settled(Where(path.name, name), made, asked)
    shapes = made["shapes"]
    fields = cells_of(made, 1)
    wkb = None if shapes is None else pd.Series(shapes, index=fields.index, dtype=object)
    told = [*_told(Where(path.name, name), made, named), *told]
    return Layer(path.name, kind, name, file_hash(path), titles, fields, wkb, found, tuple(told), tuple(made["kinds"]))


def _refuse_encoding(name: str) -> None:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        raise file_fault("encoding-unknown", value=name) from None


def _settled(where: Where, made: Mapping[str, Any], asked: Asked) -> tuple[Any, list[Finding]]:
    return (asked.datum, []) if made["shapes"] is None else settle(where, made["crs"], declared=asked.datum)


def _told(where: Where, made: Mapping[str, Any], named: Mapping[str, Any]) -> list[Finding]:
    """Say which other layers there are, and in which encoding texts were read where the file does not say it."""
    others = [name for name in named["layers"] if name != named["layer"]]
    told = []
    if others and not made["whole"]:
        told.append(fault("layers-several", where, value=named["layer"], near=_listed(others)))
    if not made["stated"]:
        words = {"value": made["sample"], "near": made["encoding"].upper()}
        told.append(fault("layer-encoding", where, file=where.file, **words))
    return told


def _listed(names: list[str]) -> str:
    return "、".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")


def _copy(path: Path, kind: str, folder: Path, wanted: str) -> tuple[Path, dict[str, Any]]:
    """Copy a file under a name of ours: no text of a user ever becomes a path that a map library interprets."""
    if kind == "shp":
        return _unpacked(path, folder, wanted)
    copy = folder / f"layer.{kind}"
    copy.write_bytes(_kml_in(path) if kind == "kml" and zipfile.is_zipfile(path) else path.read_bytes())
    return copy, {}


def _kml_in(path: Path) -> bytes:
    """The main document of a KMZ: doc.kml, else the first one."""
    with _damage_told(path) as packed:
        names = sorted(name for name in packed.namelist() if name.lower().endswith(".kml"))
        main = next((name for name in names if PurePosixPath(name).name.lower() == "doc.kml"), names[0])
        return _part(path, packed, main)


def _unpacked(path: Path, folder: Path, wanted: str) -> tuple[Path, dict[str, Any]]:
    """Unpack one shapefile of a zip as layer.shp with what belongs to it; names all there are."""
    with _damage_told(path) as packed:
        parts = {_stem_and_suffix(part): part.filename for part in packed.infolist()}
        names = [stem for stem, suffix in parts if suffix == ".shp" and not stem.startswith("._")]
        chosen = wanted or names[0]
        if chosen not in names:
            raise file_fault("layer-unknown", file=path.name, value=wanted, expect=_listed(names))
        for suffix in (".shx", ".dbf"):
            if (chosen, suffix) not in parts:
                raise file_fault("layer-part", file=path.name, value=chosen + suffix)
        for suffix in (s for s in PARTS if (chosen, s) in parts):
            name = STATED if suffix == ".cpg" else f"layer{suffix}"
            (folder / name).write_bytes(_part(path, packed, parts[chosen, suffix]))
        if NAMES in packed.namelist():
            (folder / NAMES).write_bytes(_part(path, packed, NAMES))
    return folder / "layer.shp", {"layers": names, "layer": chosen}


def _stem_and_suffix(part: zipfile.ZipInfo) -> tuple[str, str]:
    """Name of a part as its maker read it: programs in China write GBK into zips and do not say so."""
    name = part.filename
    if not part.flag_bits & 0x800:  # the name is not said to be UTF-8, so it was read as code page 437
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()


def _damage_told(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except DAMAGED as error:
        raise file_fault("file-cut", file=path.name, why=str(error)[:120]) from error


def _part(path: Path, packed: zipfile.ZipFile, name: str) -> bytes:
    try:
        return packed.read(name)
    except DAMAGED as error:
        raise file_fault("file-cut", file=path.name, why=str(error)[:120]) from error


def _whole_names(folder: Path, titles: list[str]) -> tuple[str, ...]:
    """Titles with those a DBF cut at ten bytes as they were, where the zip is ours and says so."""
    if not (folder / NAMES).exists():
        return tuple(titles)
    rows = csv.reader(io.StringIO((folder / NAMES).read_text(encoding="utf-8", errors="replace")))
    known = {row[0]: row[1] for row in rows if len(row) == 2}
    return tuple(known.get(title, title) for title in titles)
