"""Objects that are lit and not green 亮灯."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.lights.shown import light_list
from hechang.terms.catalogue import listing
from hechang.terms.units import Text


@listing(
    "lights",
    zh="亮灯清单",
    en="Lights",
    source="六市公布的亮灯与督办规则 2022-2025; 默认规则为自拟假设",
)
def lights(region: Region, *, rule: Text = "", colour: Text = "", object: Text = "") -> pd.DataFrame:
    """Objects whose light is on and not green by a rule, worst first.

    A value is that of the latest month reported, or of the day for states; a clause that asks for n periods needs n
    whole months in a row. Exempt objects and values no clause covers are not listed unless asked for.

    Parameters
    ----------
    rule
        Id of a light rule (`hechang light rules`) [text]; empty takes the dated parameter `rule` of `lights`
        (hechang-default, an assumption).
    colour
        Colours with commas, or all, none (values no clause covers), exempt [text]; empty: all that are not green.
    object
        Id of one object [text]; empty: all.

    Returns
    -------
    DataFrame
        One row per object, its worst light: name, owner, reason (of all its lights), reason_en, days [since the period
        ended], due [its last day], invested [分], rule, source, colour, metric, value [unit of the metric], clause,
        period, periods [in a row], escalation, escalation_en, exempt, place, synthetic, rule_version, table.
        `attrs["missing"]` names metrics of the rule without data.

    Examples
    --------
    >>> from hechang import tiny
    >>> found = lights(tiny(), rule="sanya-2022")
    >>> found[["colour", "value", "name"]].values.tolist()
    [['yellow', 62.5, '乙区'], ['yellow', 62.5, '滞后项目']]
    """
    return light_list(region, rule, colour, object)
