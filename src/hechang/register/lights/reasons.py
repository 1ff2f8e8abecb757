"""Why a light is lit, or why there is none, in words of both languages."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from hechang.register.lights.ladder import Ladder
from hechang.register.lights.line import Mask, piece_at, pieces_of, spans_of
from hechang.terms.ladders import metrics

Texts = npt.NDArray[np.object_]
PLACES = 2  # of a value in words; what is shown rounded is judged unrounded


def reasons(ladder: Ladder, lit: pd.DataFrame, best: Mask) -> dict[str, pd.Series]:
    """Columns reason and reason_en: the value in words, then how long, or the hole, or the clauses that contradict.

    Parameters
    ----------
    lit
        Rows of the judge: clause (null where there is no light), value, periods.
    best
        Clauses × rows: those of the longest row asked for that hold.
    """
    figure = _figures(lit["value"], signed=ladder.metric not in metrics())
    text = {lang: _worded(ladder.metric, lit["value"], figure, lang) for lang in ("zh", "en")}
    return {
        "reason": text["zh"] + _more(ladder, lit, best, "zh"),
        "reason_en": text["en"] + _more(ladder, lit, best, "en"),
    }


def said(metric: str, values: pd.Series, lang: str) -> pd.Series:
    """Values of a metric in words of `lang`; a metric nobody described is named by its id.

    Examples
    --------
    >>> said("task-late", pd.Series([3.0, -2.0]), "zh").tolist(), said("x", pd.Series([0.256]), "en").tolist()
    (['逾期 3 天', '距期限 2 天'], ['x 0.26'])
    """
    return _worded(metric, values, _figures(values, signed=metric not in metrics()), lang)


def _figures(values: pd.Series, *, signed: bool) -> Texts:
    """Size of each value; the words of a metric tell its sign, where it has words."""
    shown = values if signed else values.abs()
    return shown.round(PLACES).map("{:.12g}".format).to_numpy(dtype=object)


def _worded(metric: str, values: pd.Series, figure: Texts, lang: str) -> pd.Series:
    above, other = metrics()[metric].says(lang) if metric in metrics() else (f"{metric} {{}}",) * 2
    parts = zip(above.split("{}"), other.split("{}"), strict=True)
    before, after = (np.array(pair, dtype=object)[(values <= 0).to_numpy(dtype=int)] for pair in parts)
    return pd.Series(before + figure + after, index=values.index, dtype="string")


def _more(ladder: Ladder, lit: pd.DataFrame, best: Mask, lang: str) -> pd.Series:
    """What follows the value."""
    more = pd.Series("", index=lit.index, dtype="string")
    long = lit["periods"].to_numpy() > 1
    if long.any():
        row = " 连续 {} 期" if lang == "zh" else " for {} periods in a row"
        more[long] = lit["periods"][long].map(row.format)
    dark = np.flatnonzero(lit["clause"].isna().to_numpy())
    for said_of, rows in _why_dark(ladder, lit["value"].to_numpy(dtype=float), best, dark, lang):
        more.iloc[rows] = said_of
    return more


def _why_dark(
    ladder: Ladder, values: npt.NDArray[np.float64], best: Mask, dark: npt.NDArray[np.intp], lang: str
) -> list[tuple[str, npt.NDArray[np.intp]]]:
    """Texts for the rows without a light, each with the rows it belongs to: a few holes, many rows."""
    if not len(dark):
        return []
    signs = np.where(best[:, dark].any(axis=0), -1, piece_at(values[dark], ladder.edges))
    found = [(_hole(ladder, int(piece), lang), dark[signs == piece]) for piece in np.unique(signs[signs >= 0])]
    doubles, number = np.unique(best[:, dark[signs < 0]], axis=1, return_inverse=True)
    for at, column in enumerate(doubles.T):
        found.append((_double(ladder, column, lang), dark[signs < 0][number == at]))
    return found


def _hole(ladder: Ladder, piece: int, lang: str) -> str:
    """Name the hole round a piece: no clause at all, none but after more periods, or none for such an object."""
    if not ladder.bare[piece]:
        return ": 适用条款不及于此对象" if lang == "zh" else ": the clause for it does not apply to this object"
    later = ladder.periods[ladder.held[:, piece]]
    if len(later):
        need = int(later.min())
        return f": 未满连续 {need} 期, 尚无条款" if lang == "zh" else f": no clause before {need} periods in a row"
    holes = spans_of(np.asarray(~ladder.held.any(axis=0), dtype=bool), ladder.edges)
    hole = next(span for span in holes if pieces_of(span, ladder.edges)[piece])
    return f": 无条款覆盖 {hole}" if lang == "zh" else f": no clause covers {hole}"


def _double(ladder: Ladder, column: Mask, lang: str) -> str:
    names = [name for name, holds in zip(ladder.clauses, column, strict=True) if holds]
    if lang == "zh":
        return f": 条款 {'、'.join(names)} 同时适用, 规则自相矛盾"
    return f": clauses {', '.join(names)} hold at once, the rule contradicts itself"
