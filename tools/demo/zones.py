"""A made up zoning of Wuxi: as many zones as a report counts, cut out of the real towns, each in one piece."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from demo import adjacency
from demo.files import read_hand, write_csv

CITY = "320200"
SINCE = "2022"  # the year in which the report has zones begin
SCHEME = "示例分区(虚构, 待导入正式名单)"
KINDS = {"op": ("soe", "运营公司", "Operating company"), "com": ("committee", "管委会", "Committee")}


def shares(towns: pd.Series, zones: int) -> pd.Series:
    """Zones of each county, in proportion to its towns; what is left goes to the largest remainders."""
    due = towns * zones / towns.sum()
    whole = due.astype(int)
    left = (due - whole).sort_values(ascending=False, kind="stable").index[: zones - whole.sum()]
    return whole.add(pd.Series(1, index=left), fill_value=0).astype(int)


def _steps(towns: list[str], beside: dict[str, set[str]], start: str) -> dict[str, int]:
    """Borders to cross from one town to each other one."""
    found, edge = {start: 0}, {start}
    while edge:
        edge = set().union(*(beside[town] for town in edge)) & set(towns) - set(found)
        found |= dict.fromkeys(edge, max(found.values()) + 1)
    return found


def _seeds(towns: list[str], beside: dict[str, set[str]], count: int) -> list[str]:
    """Towns far from one another: each next one is the farthest from those before."""
    seeds = towns[:1]
    while len(seeds) < count:
        away = [_steps(towns, beside, seed) for seed in seeds]
        seeds.append(max(towns, key=lambda town: (min(steps[town] for steps in away), -towns.index(town))))
    return seeds


def cut(towns: list[str], beside: dict[str, set[str]], count: int) -> list[list[str]]:
    """Cut one county into zones: the smallest one takes the next town beside it, towns without an outline come last."""
    drawn = [town for town in towns if beside.get(town)]
    zones = [[seed] for seed in _seeds(drawn, beside, count)]
    while free := set(drawn) - {town for zone in zones for town in zone}:
        near = [(len(zone), at, min(found)) for at, zone in enumerate(zones) if (found := _near(zone, beside) & free)]
        _, at, town = min(near)
        zones[at].append(town)
    for town in (town for town in towns if town not in drawn):
        min(zones, key=len).append(town)
    return sorted(sorted(zone) for zone in zones)


def _near(zone: list[str], beside: dict[str, set[str]]) -> set[str]:
    return set().union(*(beside[town] for town in zone))


def zoning(origin: Path) -> pd.DataFrame:
    """Zone number, county and town, one row a town."""
    listed = pd.read_csv(origin / "wuxi_75_towns.csv", dtype=str).sort_values("code")
    pairs = adjacency.towns(origin).query("kind == 'border'")
    both = pd.concat([pairs[["a", "b"]], pairs[["b", "a"]].set_axis(["a", "b"], axis=1)])
    beside = {str(town): set(near) for town, near in both.groupby("a")["b"]}
    declared = read_hand("zones_declared.csv").set_index("indicator")["value"].astype(int)
    parts = [
        (county, zone)
        for county, count in shares(listed.groupby("county_code").size(), declared["zones_declared"]).items()
        for zone in cut(listed.loc[listed["county_code"] == county, "code"].tolist(), beside, count)
    ]
    return pd.DataFrame([(n, county, town) for n, (county, zone) in enumerate(parts, start=1) for town in zone],
                        columns=["zone", "county", "town"])  # fmt: skip


def bodies(zones: pd.DataFrame) -> pd.DataFrame:
    """An operating company and a committee of each zone, made up."""
    return pd.concat([
        pd.DataFrame({
            "id": [f"demo-zone-{key}-{n:02d}" for n in zones["zone"]],
            "name": [f"示例功能区{n:02d}{zh}(示例)" for n in zones["zone"]],
            "name_en": [f"{en} of example zone {n:02d} (example)" for n in zones["zone"]],
            "kind": kind, "place": zones["county"], "valid_from": SINCE, "synthetic": True,
        }) for key, (kind, zh, en) in KINDS.items()
    ])  # fmt: skip


def collections(zones: pd.DataFrame) -> pd.DataFrame:
    """The zones, with a leading industry in turn."""
    industries = read_hand("wuxi_words.csv")["industry"].drop_duplicates()
    return pd.DataFrame({
        "id": [f"demo-zone-{n:02d}" for n in zones["zone"]], "name": [f"示例功能区{n:02d}" for n in zones["zone"]],
        "name_en": [f"Example zone {n:02d}" for n in zones["zone"]], "kind": "zone", "scheme": SCHEME,
        "operator": [f"demo-zone-op-{n:02d}" for n in zones["zone"]],
        "industry": [industries.iloc[(n - 1) % len(industries)] for n in zones["zone"]],
        "valid_from": SINCE, "synthetic": True,
    })  # fmt: skip


def members(rows: pd.DataFrame) -> pd.DataFrame:
    """The towns of the zones: the towns are real, where they belong is made up."""
    zone = "demo-zone-" + rows["zone"].map("{:02d}".format)
    return pd.DataFrame({
        "id": zone + "-" + rows["town"], "collection": zone, "place": rows["town"], "role": "镇街",
        "valid_from": SINCE, "synthetic": True,
    })  # fmt: skip


def assignments(zones: pd.DataFrame) -> pd.DataFrame:
    """Who leads and who operates each zone, made up."""
    roles = {"com": "committee", "op": "operator"}
    return pd.concat([
        pd.DataFrame({
            "id": [f"demo-zone-{n:02d}-{role}" for n in zones["zone"]],
            "object": [f"demo-zone-{n:02d}" for n in zones["zone"]],
            "body": [f"demo-zone-{key}-{n:02d}" for n in zones["zone"]],
            "role": role, "since": SINCE, "note": "虚构示例", "synthetic": True,
        }) for key, role in roles.items()
    ])  # fmt: skip


def declared() -> pd.DataFrame:
    """What a report says of the number of zones and of their towns."""
    found = read_hand("zones_declared.csv")
    found.insert(0, "id", found["indicator"] + "-" + found["place"] + "-" + found["year"])
    return found


def write(origin: Path, folder: Path) -> None:
    """Write the five files of zones."""
    rows = zoning(origin)
    zones = rows.drop_duplicates("zone")
    write_csv(folder, "26-bodies.zones", bodies(zones))
    write_csv(folder, "27-collections.zones", collections(zones))
    write_csv(folder, "28-members.zones", members(rows))
    write_csv(folder, "29-values.zones", declared())
    write_csv(folder, "69-assignments.zones", assignments(zones))
