"""Contradictions between sources, shown side by side and never averaged.

| kind | what contradicts |
| --- | --- |
| values | two sources give one place, indicator, year and geography different values in the same unit |
| ratio | numerator over denominator does not give the value stated |
| total | the total a body states is not the sum of its rows |
| return | returns of several bodies claim different values of one field, and nobody has settled it |
| date | two sources give one stage of a project different dates |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd

from hechang.region.region import Region
from hechang.terms.errors import NotKnown
from hechang.terms.money import FEN
from hechang.terms.specs import codes, table

COLUMNS = ["kind", "table", "row", "name", "owner", "place", "reason", "reason_en", "claims", "source", "synthetic"]
_NAMED = """coalesce((SELECT min(i.name) FROM indicators i WHERE i.code = v.indicator OR i.id = v.indicator),
                     replace(v.indicator, '_', ' '))"""
_PLACE = "coalesce(p.name, v.place)"
_PLAIN = "regexp_replace(CAST({0} AS VARCHAR), '\\.0$', '')"
_HALF = "0.5 * pow(10, -length(regexp_extract(CAST({0} AS VARCHAR), '\\.(\\d*?)0*$', 1)))"
_GRADES = ", ".join(f"('{grade.code}', '{grade.zh}', '{grade.en}')" for grade in codes("source_grades").values())
_WHO = """LEFT JOIN bodies b ON b.id = coalesce(p.lead, p.owner)"""


def _values(region: Region) -> pd.DataFrame:
    plain = _PLAIN.format("v.value")
    sql = f"""
        WITH v AS (SELECT *, coalesce(geography, '') AS area FROM "values" WHERE value IS NOT NULL),
             odd AS (SELECT place, indicator, year, area, unit FROM v GROUP BY ALL
                     HAVING min(value) <> max(value) AND min(source) <> max(source))
        SELECT min(v.id) AS row, {_PLACE} || ' ' || {_NAMED} || ' ' || v.year AS name, v.place,
               min(coalesce(b.name, v.owner)) AS owner, min(v.source) AS source, bool_or(v.synthetic) AS synthetic,
               string_agg({plain} || ' ' || v.unit || coalesce(' (' || g.zh || ')', ''), ' ≠ '
                          ORDER BY v.value DESC, v.source) AS reason,
               string_agg({plain} || ' ' || v.unit || coalesce(' (' || lower(g.en) || ')', ''), ' ≠ '
                          ORDER BY v.value DESC, v.source) AS reason_en,
               to_json(list({{'value': v.value, 'unit': v.unit, 'source': v.source, 'grade': v.grade,
                              'calibre': v.calibre, 'id': v.id}} ORDER BY v.value DESC, v.source)) AS claims
        FROM v JOIN odd USING (place, indicator, year, area, unit) LEFT JOIN places p ON p.id = v.place
             LEFT JOIN bodies b ON b.id = v.owner
             LEFT JOIN (VALUES {_GRADES}) g(code, zh, en) ON g.code = v.grade
        GROUP BY v.place, v.indicator, v.year, v.area, v.unit, p.name"""
    return region.query(sql).assign(table="values")


def _ratios(region: Region) -> pd.DataFrame:
    half = {name: _HALF.format(name) for name in ("value", "numerator", "denominator")}
    rounded = {name: f"CASE WHEN {name} = floor({name}) THEN 0 ELSE {half[name]} / abs({name}) END" for name in half}
    said = f"""{_PLAIN.format("v.value")} || ' ' || v.unit"""
    shown = f"""{_PLAIN.format("v.numerator")} || ' / ' || {_PLAIN.format("v.denominator")} || ' = ' ||
                {_PLAIN.format("round(v.worked, 2)")} || ' ' || v.unit"""
    sql = f"""
        WITH v AS (SELECT *, numerator / denominator * CASE unit WHEN '%' THEN 100 WHEN '‰' THEN 1000 ELSE 1 END
                             AS worked
                   FROM "values" WHERE value IS NOT NULL AND numerator IS NOT NULL AND denominator <> 0)
        SELECT v.id AS row, {_PLACE} || ' ' || {_NAMED} || ' ' || v.year AS name, v.place, v.source, v.synthetic,
               coalesce(b.name, v.owner) AS owner,
               '所列 ' || {said} || ', 按分子分母应为 ' || {shown} AS reason,
               'stated ' || {said} || ', numerator and denominator give ' || {shown} AS reason_en,
               to_json([{{'value': v.value, 'unit': v.unit, 'source': v.source, 'grade': v.grade,
                          'numerator': v.numerator, 'denominator': v.denominator, 'worked': v.worked, 'id': v.id}}])
               AS claims
        FROM v LEFT JOIN places p ON p.id = v.place LEFT JOIN bodies b ON b.id = v.owner
        WHERE abs(worked - value) > 1e-9 * abs(worked) + {half["value"]}
                                    + abs(worked) * ({rounded["numerator"]} + {rounded["denominator"]})"""
    return region.query(sql).assign(table="values")


def _totals(region: Region) -> pd.DataFrame:
    sql = """
        SELECT t.id AS row, r.name || ' ' || coalesce(b.name, t.body) AS name, coalesce(b.name, t.body) AS owner,
               b.place, t.source, t.synthetic, r."table" || '.' || t.field AS field, t.stated, t.summed, t.rows,
               to_json([{'stated': t.stated, 'summed': t.summed, 'rows': t.rows, 'source': t.source, 'id': t.id}])
               AS claims
        FROM round_totals t LEFT JOIN rounds r ON r.id = t.round LEFT JOIN bodies b ON b.id = t.body
        WHERE t.stated <> t.summed"""
    rows = region.query(sql)
    zh, en = _fields(rows["field"])
    stated, summed, gap = (_wan(one) for one in (rows["stated"], rows["summed"], rows["stated"] - rows["summed"]))
    count = rows["rows"].fillna(0).astype("string")
    reason = (
        zh + ": 报送合计 " + stated + " 万元, 逐项合计 " + summed + " 万元 (" + count + " 行), 相差 " + gap + " 万元"
    )
    told = en + ": total stated " + stated + ", sum of its " + count + " rows " + summed + ", apart " + gap
    return rows.assign(reason=reason, reason_en=told + " (10,000 CNY)", table="round_totals")


def _wan(fen: pd.Series) -> pd.Series:
    shown: pd.Series = (fen.astype(float) / FEN["万元"]).map("{:,.2f}".format).astype("string").str.removesuffix(".00")
    return shown


def _returns(region: Region) -> pd.DataFrame:
    told = "json_extract_string(claim, '$.{}')".format
    sql = f"""
        WITH c AS (SELECT id, unnest(CASE json_type(claims) WHEN 'ARRAY' THEN CAST(claims AS JSON[]) END) AS claim
                   FROM conflicts),
             one AS (SELECT id, {told("body")} AS body, {told("name")} AS name,
                            coalesce({told("shown")}, {told("value")}) AS shown FROM c),
             said AS (SELECT one.id, string_agg(coalesce(one.name, y.name, one.body) || ' ' || one.shown, ' ≠ '
                                                ORDER BY one.body, one.shown) AS said
                      FROM one LEFT JOIN bodies y ON y.id = one.body GROUP BY one.id)
        SELECT v.id AS row, p.name, coalesce(b.name, p.owner) AS owner, p.place, v.source,
               v.synthetic, v.field, coalesce(s.said, v.claims) AS said, v.claims
        FROM conflicts v LEFT JOIN said s ON s.id = v.id JOIN projects p ON p.id = v.object {_WHO}
        WHERE coalesce(v.settled, '') = ''"""
    rows = region.query(sql)
    zh, en = _fields(rows["field"])
    return rows.assign(reason=zh + ": " + rows["said"], reason_en=en + ": " + rows["said"], table="conflicts")


def _dates(region: Region) -> pd.DataFrame:
    stages = ", ".join(f"('{stage.code}', '{stage.zh}', '{stage.en}')" for stage in codes("stages").values())
    sql = f"""
        WITH odd AS (SELECT project, stage, max_by(actual, length(actual)) AS finest FROM project_events
                     WHERE actual IS NOT NULL GROUP BY ALL
                     HAVING min(actual) <> max(actual) AND min(source) <> max(source)),
             e AS (SELECT e.*, starts_with(o.finest, e.actual) AS fits FROM project_events e
                   JOIN odd o USING (project, stage) WHERE e.actual IS NOT NULL)
        SELECT min(e.id) AS row, p.name, coalesce(b.name, p.owner) AS owner, p.place,
               min_by(e.source, (e.actual, e.source)) AS source, bool_or(e.synthetic) AS synthetic,
               s.zh || ' ' || string_agg(e.actual, ' ≠ ' ORDER BY e.actual, e.source) AS reason,
               s.en || ' ' || string_agg(e.actual, ' ≠ ' ORDER BY e.actual, e.source) AS reason_en,
               to_json(list({{'value': e.actual, 'source': e.source, 'evidence': e.evidence, 'id': e.id}}
                            ORDER BY e.actual, e.source)) AS claims
        FROM e JOIN (VALUES {stages}) s(code, zh, en) ON s.code = e.stage JOIN projects p ON p.id = e.project {_WHO}
        GROUP BY e.project, e.stage, p.name, b.name, p.owner, p.place, s.zh, s.en HAVING NOT bool_and(e.fits)"""
    return region.query(sql).assign(table="project_events")


KINDS: Mapping[str, Callable[[Region], pd.DataFrame]] = MappingProxyType(
    {"values": _values, "ratio": _ratios, "total": _totals, "return": _returns, "date": _dates}
)


def contradictions(region: Region, kind: str) -> pd.DataFrame:
    """What contradicts, of one kind.

    A value agrees with its ratio within half of its last digit and of those of numerator and denominator; whole
    numbers count as exact. A date that only says less than another (2022-09 beside 2022-09-27) does not contradict it.

    Parameters
    ----------
    kind
        values, ratio, total, return or date.

    Returns
    -------
    DataFrame
        Indexed by ROW:KIND: `COLUMNS`; claims is a list of what each source says, row and table lead to the first.

    Examples
    --------
    >>> from hechang import tiny
    >>> with tiny().edit(by="zhang", why="example") as e:
    ...     _ = e.put("values", {"place": "a", "indicator": "投资完成率", "year": "2022", "unit": "%", "value": 43.4,
    ...                          "numerator": 12.14, "denominator": 23.56})
    >>> contradictions(e.after, "ratio")["reason"].to_list()
    ['所列 43.4 %, 按分子分母应为 12.14 / 23.56 = 51.53 %']
    """
    rows = KINDS[kind](region).assign(kind=kind).reindex(columns=COLUMNS).sort_values("row")
    texts = rows.drop(columns=["claims", "synthetic"]).astype("string")
    claims = pd.Series([json.loads(text) for text in rows["claims"]], index=rows.index, dtype=object)
    made = texts.assign(claims=claims, synthetic=rows["synthetic"].astype("bool[pyarrow]"))[COLUMNS]
    return made.set_index(pd.Index(made["row"] + ":" + kind, name="id"))


def _fields(paths: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Names of fields given as TABLE.FIELD or TABLE.STAGE.FIELD, zh and en; what is not known stays as it is."""
    words = {path: _field(str(path)) for path in paths.dropna().unique()}
    zh, en = ({path: said[n] for path, said in words.items()} for n in (0, 1))
    return paths.map(zh).astype("string"), paths.map(en).astype("string")


def _field(path: str) -> tuple[str, str]:
    name, *between, column = path.split(".") if "." in path else ("", path)
    try:
        field = table(name).field(column)
    except NotKnown:
        return path, path
    of = [codes("stages").get(part) for part in between]
    zh = [stage.zh if stage else part for stage, part in zip(of, between, strict=True)]
    en = [stage.en if stage else part for stage, part in zip(of, between, strict=True)]
    return " ".join([*zh, field.zh]), " ".join([*en, field.en])
