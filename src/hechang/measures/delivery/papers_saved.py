"""Share of papers of approval steps that need not be handed in, by place 材料免提交率."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import at_level, places
from hechang.region.region import Region
from hechang.register.papers import SPARED, needed
from hechang.terms.catalogue import measure
from hechang.terms.units import Text, share

NONE = "没有列明材料的在办事项 / no open step with a list of papers"


@measure(
    "papers-saved",
    zh="材料免提交率",
    en="Share of papers that need not be handed in",
    unit="%",
    source="常务会议 2022-09-27 (两个免于提交, 具体内容未见出处); 算法为自拟",
)
def papers_saved(region: Region, *, level: Text = "county") -> pd.DataFrame:
    """Papers on file and valid, or exempt by rule, of all papers that the open steps of a place ask for.

    Parameters
    ----------
    region
        Needs approvals, step_papers, papers and projects.place.
    level
        Places to count by: city, county or town.

    Returns
    -------
    DataFrame
        One row per place: value [%], numerator [papers spared], denominator [papers asked for], why_missing.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("approvals", {"project": "p2", "step": "施工许可", "begun": "2022-09-01"})
    ...     _ = e.put("step_papers", [{"step": "施工许可", "name": name} for name in ("营业执照", "施工图")])
    ...     _ = e.put("papers", {"object": "p2", "name": "营业执照"})
    >>> papers_saved(e.after)["value"].dropna().to_dict()
    {'b': 50.0}
    """
    papers = needed(region)
    place = papers["project"].map(region.table("projects", columns=["place"])["place"])
    where = place.map(at_level(region, pd.Index(place.dropna().unique()), level))
    spared = papers["state"].isin(SPARED).astype(int).groupby(where).agg(["sum", "count"])
    spared = spared.reindex(places(region, level).index)
    made = share(spared["sum"], spared["count"])
    return made.assign(why_missing=made["why_missing"].mask(made["value"].isna(), NONE))
