"""Which counties and which towns of Wuxi lie side by side, from their outlines; by county where a town has none."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import geopandas as gpd
import pandas as pd

from demo.files import write_csv
from hechang.engines.adjacency import borders

METRES = 32651  # UTM 51 N: lengths in the region are right within 0.1 %
GAP = 5.0  # metres between two outlines that still touch; the origin's edges differ by less


def _borders(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Pairs of codes with their common border [m]."""
    found = borders(frame.to_crs(METRES).geometry.to_numpy(), tolerance=GAP)
    code = frame["code"].to_numpy()
    pairs = pd.DataFrame({"a": code[found.a], "b": code[found.b], "kind": "border", "metres": found.length.round()})
    return pairs.astype({"metres": int})


def counties(origin: Path) -> pd.DataFrame:
    """Counties of the nine cities with a common border [m]."""
    return _borders(gpd.read_file(origin / "counties.gpkg").sort_values("code", ignore_index=True))


def towns(origin: Path) -> pd.DataFrame:
    """Towns of Wuxi: borders of their approximate cells; one without a cell is beside every town of its county."""
    cells = gpd.read_file(origin / "wuxi_township_cells.geojson").sort_values("code", ignore_index=True)
    listed = pd.read_csv(origin / "wuxi_75_towns.csv", dtype=str)
    bare = set(listed["code"]) - set(cells["code"])
    pairs = [
        (a, b)
        for _, codes in listed.sort_values("code").groupby("county_code")["code"]
        for a, b in combinations(codes, 2)
        if bare & {a, b}
    ]
    return pd.concat([_borders(cells), pd.DataFrame(pairs, columns=["a", "b"]).assign(kind="county")])


def write(origin: Path, folder: Path) -> None:
    """Write both files of neighbours."""
    for name, pairs in (("16-adjacency.counties", counties(origin)), ("17-adjacency.wuxi-towns", towns(origin))):
        made = pairs.sort_values(["a", "b"], ignore_index=True).astype({"metres": "Int64"})
        made.insert(0, "id", made["a"] + "-" + made["b"])
        write_csv(folder, name, made)
