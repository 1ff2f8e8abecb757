"""Supervision letters that wait for an answer, a review or a second look 督办函."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.slips.open_list import open_slips
from hechang.terms.catalogue import listing


@listing(
    "slips-open",
    zh="未办结督办函清单",
    en="Open supervision letters",
    source="督查台账实践 (宿迁, 三明, 13710); 答复与回头看天数为自拟假设",
)
def slips_open(region: Region) -> pd.DataFrame:
    """Letters not answered, not reviewed, or closed and not yet looked at again; the most overdue first.

    A letter is overdue from the day after the last day its due date can mean; one that was escalated is left to the
    letter that followed it.

    Returns
    -------
    DataFrame
        One row per letter: name (of the object), owner (body addressed), reason, reason_en, days [past due], due [last
        day in time, of the second look where it is closed], invested [分], rule, source, number, colour, state,
        left [days, negative when past due], next (steps that may come), object, issued, escalates, place, synthetic,
        table.

    Examples
    --------
    >>> from hechang import tiny
    >>> from hechang.register.slips.desk import issue
    >>> slips_open(issue(tiny(), by="zhang", why="month end"))[["name", "left"]].values.tolist()
    [['滞后项目', 7]]
    """
    return open_slips(region)
