"""Projects that break a control rule, or keep one on a condition 合规性审查."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.compliance import BREAKS, CONDITION, UNKNOWN, compliance
from hechang.region.region import Region
from hechang.register.lists import listed
from hechang.register.pipeline import invested
from hechang.terms.catalogue import listing

_OWNERS = """SELECT p.id, coalesce(b.name, o.name, p.owner) AS owner, p.place FROM projects p
             LEFT JOIN bodies b ON b.id = p.lead LEFT JOIN bodies o ON o.id = p.owner"""


@listing(
    "limits-broken",
    zh="不符合管控规则的项目清单",
    en="Projects against control rules",
    source="合规性审查: 国土空间规划“一张图”实施监督系统; 规则与依据见 controls 表",
)
def limits_broken(region: Region) -> pd.DataFrame:
    """Projects with a part inside a forbidden or conditional area, or outside of where alone they are allowed.

    Parameters
    ----------
    region
        Needs controls, the layers they name, and projects.geometry.

    Returns
    -------
    DataFrame
        One row a project and rule (id PROJECT/RULE), what breaks a rule first: name, owner, reason, reason_en, days and
        due [empty], invested [分], rule, source [basis and clause], place, synthetic, table, row, project, control,
        verdict [breaks, condition], amount [unit], unit, share [% of the project]. Projects that some rule cannot
        judge are in `attrs["missing"]`, each once.

    Examples
    --------
    >>> from hechang import tiny
    >>> limits_broken(tiny()).empty
    True
    """
    found = compliance(region)
    rows = found[found["verdict"].isin([BREAKS, CONDITION])].sort_values(["verdict", "project"], kind="stable")
    whose = region.query(_OWNERS).set_index("id").reindex(rows["project"])
    made = pd.DataFrame({
        "name": rows["project_name"].to_numpy(dtype=object), "owner": whose["owner"].to_numpy(dtype=object),
        "reason": rows["reason"].to_numpy(), "reason_en": rows["reason_en"].to_numpy(),
        "invested": invested(region, pd.Index(rows["project"])).array,
        "source": (rows["basis"] + " " + rows["clause"]).str.strip().to_numpy(),
        "place": whose["place"].to_numpy(dtype=object), "synthetic": rows["synthetic"].astype(bool).to_numpy(),
        "table": "projects", "row": rows["project"].to_numpy(), "project": rows["project"].to_numpy(),
        "control": rows["name"].to_numpy(), "verdict": rows["verdict"].to_numpy(),
        **{name: rows[name].to_numpy() for name in ("amount", "unit", "share")},
    }, index=(rows["project"] + "/" + rows["rule"]).to_numpy(dtype=object))  # fmt: skip
    blind = found[found["verdict"].eq(UNKNOWN)].drop_duplicates("project")
    said = (blind["name"] + ": " + blind["reason"] + " / " + blind["reason_en"]).tolist()
    missing = [{"id": str(id), "why": why} for id, why in zip(blind["project"], said, strict=True)]
    return listed(region, "limits-broken", made, following="projects.geometry", missing=missing)
