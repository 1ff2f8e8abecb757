"""Roads as links between nodes, with their length; the origin knows neither class, direction nor speed."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from demo.files import write_geojson


def links(origin: Path) -> gpd.GeoDataFrame:
    """Roads by the ids of their nodes, each drawn straight from node to node."""
    found = gpd.read_file(origin / "highways.gpkg").sort_values(["u", "v", "km"], ignore_index=True)
    nodes = _nodes(found)
    ends = np.stack([nodes.loc[found[end], ["x", "y"]].to_numpy() for end in ("u", "v")], axis=1)
    made = {
        "id": [f"road-{n:05d}" for n in range(1, len(found) + 1)], "origin": found["u"].astype(str),
        "dest": found["v"].astype(str), "mode": "road", "km": found["km"], "both_ways": True,
    }  # fmt: skip
    return gpd.GeoDataFrame(made, geometry=shapely.linestrings(ends), crs=found.crs)


def _nodes(found: gpd.GeoDataFrame) -> pd.DataFrame:
    """Position of each node: lines run either way, so it is the end that most lines of the node have.

    A node of one line takes the end that fewer other lines have.
    """
    lines = found.geometry.to_numpy()
    points = [shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1)]
    seen = pd.concat(
        [pd.DataFrame({"node": found[end], "x": xy[:, 0], "y": xy[:, 1]}) for end in ("u", "v") for xy in points]
    )
    counted = seen.groupby(["node", "x", "y"]).size().reset_index(name="n")
    counted["others"] = counted.groupby(["x", "y"])["n"].transform("sum")
    best = counted.sort_values(["node", "n", "others"], ascending=[True, False, True])
    return best.drop_duplicates("node").set_index("node")


def write(origin: Path, folder: Path) -> None:
    """Write the links."""
    write_geojson(folder, "38-links.roads", links(origin))
