"""Provinces, cities, counties, towns and statistical areas."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pypinyin import lazy_pinyin

from demo.files import read_hand, write_csv, write_geojson

KINDS = {"subdistrict": "street", "town": "town", "township": "township"}
WORDS = {"街道": "Subdistrict", "镇": "Town", "乡": "Township", "区": "District", "市": "City", "县": "County"}
MATCHES = {
    "chinese": "位置: GeoNames 中文名匹配",
    "metro_station_name": "位置: 同名地铁站",
    "pinyin": "位置: GeoNames 拼音匹配",
}
SOUNDS = {
    "长": "chang",
    "行": "hang",
    "重": "chong",
    "都": "du",
    "朝": "chao",
    "弄": "long",
    "厦": "xia",
}  # in place names
NEW_CODES = {"320613": "2020", "320614": "2020"}


def english(name: str) -> str:
    """Spell a Chinese place name in pinyin with its English kind, e.g. 胡埭镇 → Hudai Town."""
    found = re.fullmatch(r"(.+?)(街道|镇|乡|区|市|县)", name)
    stem, kind = found.groups() if found else (name, "")
    sounds = [SOUNDS.get(sign, sound) for sign, sound in zip(stem, lazy_pinyin(stem), strict=True)]
    joined = sounds[0] + "".join(f"'{s}" if s[0] in "aoe" else s for s in sounds[1:])
    return f"{joined.capitalize()} {WORDS.get(kind, '')}".strip()


def _from_pinyin(pinyin: str, name: str) -> str:
    stem = re.sub(r"\s*\[.*", "", pinyin).rsplit(" ", 1)[0]
    plain = unicodedata.normalize("NFD", stem)
    return "".join(c for c in plain if not unicodedata.combining(c)) + " " + WORDS[name[-1]]


def _centred(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    inside = frame.geometry.representative_point()
    return frame.assign(lon=inside.x.round(5), lat=inside.y.round(5))


def cities(origin: Path) -> gpd.GeoDataFrame:
    """Nine cities with outline, area [km²] and the people of the 2010 census."""
    found = _centred(gpd.read_file(origin / "cities.gpkg").sort_values("code")).round({"area_km2": 2})
    made = found.assign(
        id=found["code"], name=found["name_zh"], kind="city", people=found["pop_2010"].astype(int), people_year=2010,
        parent=found["code"].str[:2].add("0000").where(found["code"] != "310000"),
        quality="由区县边界合并; 面积含水域",
    )  # fmt: skip
    return made[["id", *COLUMNS, "geometry"]]


COLUMNS = ["name", "name_en", "kind", "parent", "people", "people_year", "area_km2", "lon", "lat", "quality"]


def counties(origin: Path) -> gpd.GeoDataFrame:
    """71 counties in force and the three codes of before 2020, with validity."""
    found = _centred(gpd.read_file(origin / "counties.gpkg").sort_values("code"))
    pinyin = found["pinyin"].fillna("")
    names = [_from_pinyin(p, n) if p else english(n) for p, n in zip(pinyin, found["name_zh"], strict=True)]
    made = found.assign(
        id=found["code"], name=found["name_zh"], name_en=names, kind="county", parent=found["city_code"],
        people=found["pop_2010"].astype(int), people_year=2010,
        quality="边界约 80 个顶点, 面积含水域", valid_from=found["code"].map(NEW_CODES).fillna("0001"), valid_to=None,
    )  # fmt: skip
    made.loc[made["id"] == "310115", "name_en"] = "Pudong New Area"
    kept = made[["id", *COLUMNS, "valid_from", "valid_to", "geometry"]].astype(
        {"people": object, "people_year": object}
    )
    return gpd.GeoDataFrame(pd.concat([kept, _old_counties(kept)]), geometry="geometry", crs=found.crs)


def _old_counties(now: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Codes replaced in 2020; Haimen kept its area, so its outline and people hold for the old code too."""
    old = read_hand("counties_before_2020.csv").replace("", None)
    haimen = now.set_index("id").loc["320614", ["people", "people_year", "area_km2", "lon", "lat", "geometry"]]
    renumbered = old["id"] == "320684"
    for column in haimen.index:
        old[column] = pd.Series([haimen[column] if same else None for same in renumbered], dtype=object)
    return gpd.GeoDataFrame(old, geometry="geometry", crs=now.crs)


def towns(origin: Path) -> pd.DataFrame:
    """863 towns, streets and townships; position where GeoNames or a metro station gives one, with its match."""
    listed = pd.read_csv(origin / "townships_2023.csv", dtype=str)
    real = listed[listed["kind"] != "pseudo_zone"].sort_values("code")
    points = gpd.read_file(origin / "township_points.geojson").set_index("code")
    here = points.geometry.reindex(real["code"])
    match = real["code"].map(points["match"])
    seen = match.map(MATCHES).where(match.isin(MATCHES) | match.isna(), "位置: GeoNames 别名匹配")
    return pd.DataFrame({
        "id": real["code"], "name": real["name_zh"], "name_en": real["name_zh"].map(english),
        "kind": real["kind"].map(KINDS), "parent": real["county_code"],
        "lon": here.x.round(5).to_numpy(), "lat": here.y.round(5).to_numpy(),
        "quality": seen.fillna("无坐标"),
    })  # fmt: skip


def statistical(origin: Path) -> pd.DataFrame:
    """Two statistical counties and 125 units of development zones: areas of figures, never counties or towns."""
    listed = pd.read_csv(origin / "townships_2023.csv", dtype=str)
    found = listed[listed["kind"] == "pseudo_zone"].sort_values("code")
    units = pd.DataFrame({
        "id": found["code"], "name": found["name_zh"], "kind": "statistical", "parent": found["county_code"],
        "quality": "统计代码中的园区类单元, 不是镇街; 无边界",
    })  # fmt: skip
    return pd.concat([read_hand("statistical_areas.csv"), units])


def write(origin: Path, folder: Path) -> None:
    """Write the five files of places."""
    write_csv(folder, "10-places.provinces", read_hand("provinces.csv"))
    write_geojson(folder, "11-places.cities", cities(origin))
    write_geojson(folder, "12-places.counties", counties(origin))
    write_csv(folder, "13-places.statistical", statistical(origin))
    write_csv(folder, "14-places.towns", towns(origin))
