"""Figures seen: one row a place, indicator and year, each with its calibre and grade."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from demo.files import read_hand, write_csv


def city_values(origin: Path) -> pd.DataFrame:
    """City figures with their source text as calibre, and what is known to be missing."""
    seen = pd.read_csv(origin / "city_stats_seen.csv", dtype={"city_code": str, "year": str})
    known = read_hand("figure_sources.csv").set_index("source")
    units = read_hand("figure_units.csv").set_index("unit")["zh"]
    made = pd.DataFrame({
        "place": seen["city_code"], "indicator": seen["indicator"], "year": seen["year"],
        "value": seen["value"].map(_plain),
        "unit": seen["unit"].map(units),
        "geography": seen["city_zh"] + "全域", "calibre": seen["source"].map(known["calibre"]),
        "grade": seen["source"].map(known["grade"]),
    })  # fmt: skip
    made = _corrected(made)
    return _with_ids(pd.concat([made, read_hand("figures_missing.csv")]))


def _plain(value: float) -> str:
    return np.format_float_positional(value, trim="-")


def _corrected(made: pd.DataFrame) -> pd.DataFrame:
    """Name two odd rows: one reckoned from an increase, one port that two cities share."""
    changzhou = (made["place"] == "320400") & (made["year"] == "2020")
    shared = made["indicator"] == "container_throughput_ningbo_zhoushan"
    reckoned = made.assign(
        calibre=made["calibre"].mask(changzhou, "2010 年普查数加公布的增量推得, 非公报原数"),
        grade=made["grade"].mask(changzhou, "modelled"),
    )
    return reckoned.assign(
        calibre=reckoned["calibre"].mask(shared, "两市合并口径, 不得与舟山相加; 浙江省政府工作报告 2026"),
        geography=made["geography"].mask(shared, "宁波舟山港(宁波市、舟山市)"),
    )


def _with_ids(frame: pd.DataFrame) -> pd.DataFrame:
    found = frame.sort_values(["indicator", "year", "place"]).reset_index(drop=True)
    found.insert(0, "id", found["indicator"] + "-" + found["place"] + "-" + found["year"])
    return found


def county_people(origin: Path) -> pd.DataFrame:
    """People of the counties in the censuses of 2000 and 2010 where the origin has them [persons]."""
    counties = gpd.read_file(origin / "counties.gpkg").drop(columns="geometry")
    long = counties.melt(["code", "name_zh"], ["pop_2000", "pop_2010"], "year", "value").dropna(subset="value")
    return _with_ids(pd.DataFrame({
        "place": long["code"], "indicator": "census_population", "year": long["year"].str[-4:],
        "value": long["value"].astype(int), "unit": "人", "geography": long["name_zh"] + "(2020 年代码)",
        "calibre": "普查人口, 按 2020 年区划代码归并", "grade": "weak",
    }))  # fmt: skip


def write(origin: Path, folder: Path) -> None:
    """Write the two files of values."""
    write_csv(folder, "24-values.cities", city_values(origin))
    write_csv(folder, "25-values.county-people", county_people(origin))
