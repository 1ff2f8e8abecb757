"""Mean days between two stages of projects, by place: 拿地即开工, 建成即使用, 策划即入库."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import at_level, places
from hechang.region.region import Region
from hechang.register.gaps import closed, gaps
from hechang.terms.catalogue import measure
from hechang.terms.units import Text

NONE = "没有走完两个节点的项目 / no project has reached both stages"


@measure(
    "stage-gap",
    zh="节点间隔平均天数 (拿地到开工、建成到投产、策划到入库)",
    en="Mean days between two stages (land to start, completed to producing, planned to library)",
    unit="days",
    source="常务会议 2022-09-27 (三提三即: 拿地即开工、建成即使用、策划即入库); 以平均天数计量为自拟",
)
def stage_gap(region: Region, *, gap: Text = "land-start", level: Text = "county") -> pd.DataFrame:
    """Calendar days from one stage to the next, on average over the projects of each place that reached both.

    Projects that wait for the second stage are not in it (their gap is not over): read it beside `stage-at-once`,
    where they count against the place.

    Parameters
    ----------
    region
        Needs project_events.actual and projects.place.
    gap
        land-start, completed-producing or planned-library.
    level
        Places to count by: city, county or town; a project of a town counts for its county and city.

    Returns
    -------
    DataFrame
        One row per place: value [days], numerator [days, sum], denominator [projects], why_missing where no project
        has reached both stages.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("project_events", {"project": "p3", "stage": "land", "actual": "2021-05-02"})
    >>> stage_gap(e.after)["value"].dropna().to_dict()
    {'b': 30.0}
    """
    found = closed(gaps(region, gap))
    where = found["place"].map(at_level(region, pd.Index(found["place"].dropna().unique()), level))
    known = places(region, level).index
    days = found["days"].groupby(where).agg(["sum", "count"]).reindex(known)
    value = (days["sum"] / days["count"]).astype("Float64").round(4)
    why = pd.Series(pd.NA, index=known, dtype="string").mask(value.isna(), NONE)
    return pd.DataFrame({"value": value, "numerator": days["sum"], "denominator": days["count"], "why_missing": why})
