"""Map layers made for the tests, as offices send them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from hechang.intake.layers.layer import Asked
from hechang.intake.layers.moving import shapes_out
from hechang.intake.layers.write_layer import write_layer
from hechang.terms.datums import datum

WUXI, SUZHOU = shapely.Point(120.3, 31.49), shapely.Point(120.6, 31.3)


def layer(path: Path, shapes: list, frame: dict | None = None, *, of: str = "wgs84", encoding: str = "") -> Path:
    """Write shapes given in degrees, in the datum `of`."""
    one = datum(of)
    made = shapes_out(np.array(shapes, dtype=object), one)
    attributes = pd.DataFrame(frame or {"name": [f"n{at}" for at in range(len(shapes))]})
    return write_layer(attributes, made, target=path, asked=Asked(path.stem, encoding, one))


def shapefile(path: Path, frame: gpd.GeoDataFrame, *, encoding: str, cpg: str | None = None, stem: str = "a") -> Path:
    """Zip a shapefile whose texts are in `encoding`; `cpg` is what it says of itself, None for nothing."""
    folder = path.parent / f"{path.stem}-parts"
    folder.mkdir()
    frame.to_file(folder / f"{stem}.shp", encoding=encoding)
    (folder / f"{stem}.cpg").unlink()
    dbf = bytearray((folder / f"{stem}.dbf").read_bytes())
    dbf[29] = 0  # no code page
    (folder / f"{stem}.dbf").write_bytes(bytes(dbf))
    if cpg is not None:
        (folder / f"{stem}.cpg").write_text(cpg, encoding="ascii")
    with zipfile.ZipFile(path, "w") as packed:
        for part in sorted(folder.iterdir()):
            packed.write(part, part.name)
    return path


def dxf(path: Path, entities: str, *, version: str = "AC1015", encoding: str = "gb18030", page: str = "") -> Path:
    """Write a drawing of these entities."""
    head = f"0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\n{version}\n"
    head += f"9\n$DWGCODEPAGE\n3\n{page}\n" if page else ""
    path.write_bytes(f"{head}0\nENDSEC\n0\nSECTION\n2\nENTITIES\n{entities}0\nENDSEC\n0\nEOF\n".encode(encoding))
    return path


LINE = "0\nLINE\n8\n{layer}\n10\n{0}\n20\n{1}\n30\n0\n11\n{2}\n21\n{3}\n31\n0\n"
TEXT = "0\nTEXT\n8\n{layer}\n10\n{0}\n20\n{1}\n30\n0\n40\n5\n1\n{text}\n"
POINT = "0\nPOINT\n8\n{layer}\n10\n{0}\n20\n{1}\n30\n0\n"


def area(corners: list[tuple[float, float]], name: str) -> str:
    """A closed line of a drawing."""
    at = "".join(f"10\n{x}\n20\n{y}\n" for x, y in corners)
    return f"0\nLWPOLYLINE\n100\nAcDbEntity\n8\n{name}\n100\nAcDbPolyline\n90\n{len(corners)}\n70\n1\n{at}"


def kml(*folders: tuple[str, list[tuple[str, str]]]) -> str:
    """A KML of folders, each a name and its placemarks: name and shape."""
    body = "".join(
        f"<Folder><name>{name}</name>"
        + "".join(f"<Placemark><name>{n}</name>{shape}</Placemark>" for n, shape in marks)
        + "</Folder>"
        for name, marks in folders
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


KML_POINT = "<Point><coordinates>120.3,31.49,0</coordinates></Point>"
