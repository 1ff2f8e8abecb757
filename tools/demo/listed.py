"""The 80 rows of the Shanghai lists of major projects, as listed: renamed pairs stay apart, no amounts, no dates."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from demo.files import write_csv

STATES = {"在建": "building", "建成": "built", "新开工": "starting"}


def projects(origin: Path) -> pd.DataFrame:
    """One project a listed row; linking them is a later, human decision."""
    found = pd.read_csv(origin / "projects_shanghai_2021_2023_partial.csv", dtype=str)
    return pd.DataFrame({
        "id": "sh-" + found["list_year"] + "-" + found["list_no"].str.zfill(2), "name": found["project_name"],
        "place": found["city_code"], "category": found["category"], "status": found["status"].map(STATES),
        "list_years": "[" + found["list_year"] + "]", "owner": "office-310000",
        "note": found["list_year"] + " 年上海市重大建设项目清单第 " + found["list_no"] + " 项(节录)",
        "synthetic": False,
    })  # fmt: skip


def write(origin: Path, folder: Path) -> None:
    """Write the listed projects."""
    write_csv(folder, "50-projects.shanghai", projects(origin))
