"""Share of projects that reach the next stage at once, by place: 拿地即开工, 建成即使用, 策划即入库."""

from __future__ import annotations

import pandas as pd

from hechang.atlas.places import at_level, places
from hechang.region.region import Region
from hechang.register.gaps import gaps, settled
from hechang.terms.catalogue import measure
from hechang.terms.errors import InputError
from hechang.terms.units import Days, Text, share

NONE = "没有可判断的项目 / no project can be judged"


@measure(
    "stage-at-once",
    zh="即办率 (拿地即开工、建成即使用、策划即入库)",
    en="Share that reach the next stage at once (land to start, completed to producing, planned to library)",
    unit="%",
    source="常务会议 2022-09-27 (三提三即: 拿地即开工、建成即使用、策划即入库); “即”的天数为自拟假设",
)
def stage_at_once(
    region: Region, *, gap: Text = "land-start", within: Days = 30, level: Text = "county"
) -> pd.DataFrame:
    """Share of projects that went from one stage to the next within some days, of those that can be judged.

    A project counts once its second stage has come or more than `within` days are over; one that still has days left
    counts neither for nor against.

    Parameters
    ----------
    region
        Needs project_events.actual and projects.place.
    gap
        land-start, completed-producing or planned-library.
    within
        Calendar days that count as at once [days], the last one included. Assumption: 30; no source names a figure.
    level
        Places to count by: city, county or town.

    Returns
    -------
    DataFrame
        One row per place: value [%], numerator [projects at once], denominator [projects judged], why_missing.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("project_events", [{"project": "p3", "stage": "land", "actual": "2021-05-02"},
    ...                                  {"project": "p2", "stage": "land", "actual": "2022-08-01"}])
    >>> stage_at_once(e.after, within=30).loc["b", ["value", "numerator", "denominator"]].tolist()
    [50.0, 1.0, 2.0]
    """
    if within < 0:
        raise InputError(f"within={within} is below 0 days. Give 0 or more", f"天数 {within} 小于零, 请填零或正数")
    judged = settled(gaps(region, gap), within)
    where = judged["place"].map(at_level(region, pd.Index(judged["place"].dropna().unique()), level))
    met = judged["met"].astype(int).groupby(where).agg(["sum", "count"]).reindex(places(region, level).index)
    made = share(met["sum"], met["count"])
    return made.assign(why_missing=made["why_missing"].mask(made["value"].isna(), NONE))
