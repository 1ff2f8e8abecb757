"""What the region holds 数据目录: every table and layer with rows, freshness, calibre and grade of its sources."""

from __future__ import annotations

import pandas as pd

from hechang.region.region import Region
from hechang.register.tasks import last_day_of
from hechang.terms.specs import Table, codes, tables

GRADES = tuple(codes("source_grades"))
TIMES = ("period", "actual", "year", "published", "day", "date", "returned", "issued", "closed", "due")


def time_of(described: Table) -> str:
    """Column that says which time a row speaks of, `valid_from` where a table has none of its own.

    Examples
    --------
    >>> time_of(tables()["returns"]), time_of(tables()["bodies"])
    ('period', 'valid_from')
    """
    own = {field.name for field in described.fields if field.kind in ("date", "moment") or field.unit == "year"}
    return next((name for name in TIMES if name in own), "valid_from")


def catalogue(region: Region) -> pd.DataFrame:
    """Every table with what it holds on the region's day, as far as the reader may see it.

    A row's grade is its own (documents, indicator values), else that of the document its source names; a row on the
    word of a person, or on a document nobody graded, has none.

    Returns
    -------
    DataFrame
        Indexed by table, in the order of the specification: zh, en, home, rows, synthetic [counts], synthetic_share
        [%], newest (latest time a row speaks of up to the region's day), days (since its last day; null where unknown),
        written (revision of the newest row), documents, persons (rows that stand on a document or on a person's word),
        one column for each of `GRADES` and ungraded [rows].

    Examples
    --------
    >>> from hechang import tiny
    >>> catalogue(tiny()).loc["returns", ["rows", "newest", "days"]].to_list()
    [2, '2022-08', 27]
    """
    every = tables().values()
    counts = region.query(" UNION ALL ".join(_counts(one) for one in every), day=region.day).set_index("table")
    grades = _by_grade(region)
    names = pd.DataFrame({"zh": t.zh, "en": t.en, "home": t.home} for t in every).set_index(counts.index)
    share = (counts["synthetic"] / counts["rows"].where(counts["rows"] > 0) * 100).round(1)
    made = names.join(counts).join(grades.reindex(counts.index).fillna(0).astype("int64"))
    made.insert(5, "synthetic_share", share)
    return made.rename_axis("table")


def _counts(described: Table) -> str:
    when = f"nullif(\"{time_of(described)}\"::VARCHAR, '0001')"
    return f"""
        SELECT '{described.name}' AS "table", rows, synthetic, newest,
               CASE WHEN newest IS NOT NULL THEN greatest(0, datediff('day', {last_day_of("newest")}, $day::DATE)) END
               AS days, written
        FROM (SELECT count(*) AS rows, count(*) FILTER (synthetic) AS synthetic, max(revision) AS written,
                     max({when}) FILTER ({when} <= $day) AS newest FROM "{described.name}")"""


def _by_grade(region: Region) -> pd.DataFrame:
    """Rows by table and grade; sources are counted first, so that a million rows are looked up as a few documents."""
    parts = " UNION ALL ".join(
        f"""SELECT '{one.name}' AS "table", split_part(source, '#', 1) AS said,
                   {"grade" if _has_grade(one) else "NULL"} AS own, count(*) AS n FROM "{one.name}" GROUP BY ALL"""
        for one in tables().values()
    )
    columns = ", ".join(f"sum(n) FILTER (grade = '{grade}')::BIGINT AS {grade}" for grade in GRADES)
    sql = f"""
        WITH s AS ({parts}),
        d AS (SELECT 'import:' || id AS said, grade FROM documents
              UNION ALL SELECT 'statement:' || t.id, d.grade FROM statements t JOIN documents d ON d.id = t.document),
        g AS (SELECT s."table", s.said, s.n, coalesce(s.own, d.grade) AS grade FROM s LEFT JOIN d ON d.said = s.said)
        SELECT "table", sum(n) FILTER (NOT starts_with(said, 'person:'))::BIGINT AS documents,
               sum(n) FILTER (starts_with(said, 'person:'))::BIGINT AS persons, {columns},
               sum(n) FILTER (grade IS NULL)::BIGINT AS ungraded
        FROM g GROUP BY "table\""""
    return region.query(sql).set_index("table")


def _has_grade(described: Table) -> bool:
    return any(field.name == "grade" for field in described.fields)


def calibres(region: Region) -> pd.DataFrame:
    """Calibre 口径 of the indicator values: what is counted, of what, where, since when.

    Returns
    -------
    DataFrame
        Indexed by calibre (its row in `calibres`, else the text the values give; "" for values that name none), most
        used first: name, numerator, denominator, geography (null where the values have several), geographies [count],
        base_year, rows [values that use it].

    Examples
    --------
    >>> from hechang import tiny
    >>> calibres(tiny()).empty
    True
    """
    sql = """
        WITH used AS (SELECT coalesce(calibre, '') AS calibre, count(*) AS rows, count(DISTINCT geography) AS n,
                             any_value(geography) AS one FROM "values" GROUP BY ALL)
        SELECT coalesce(c.id, u.calibre) AS id, coalesce(c.name, u.calibre) AS name, c.numerator, c.denominator,
               coalesce(c.geography, CASE WHEN u.n = 1 THEN u.one END) AS geography, coalesce(u.n, 0) AS geographies,
               c.base_year, coalesce(u.rows, 0) AS rows
        FROM calibres c FULL JOIN used u ON u.calibre IN (c.id, c.name) ORDER BY rows DESC, name"""
    return region.query(sql).set_index("id")


def layers(region: Region) -> pd.DataFrame:
    """Map layers and data files with their own vintage and the rows of the features drawn from them.

    Returns
    -------
    DataFrame
        Indexed by layer: name, name_en, table, vintage, year (last year the vintage names), years (since then), origin,
        licence, rows [features of the layer; null where it is a whole table].

    Examples
    --------
    >>> from hechang import tiny
    >>> layers(tiny()).empty
    True
    """
    sql = """
        WITH f AS (SELECT layer, count(*) AS n FROM features GROUP BY layer)
        SELECT l.id, l.name, l.name_en, l."table", l.vintage, l.origin, l.licence,
               CASE WHEN l."table" = 'features' THEN coalesce(f.n, 0) END AS rows,
               list_max(regexp_extract_all(l.vintage, '(?:19|20)[0-9]{2}'))::INT AS year
        FROM layers l LEFT JOIN f ON f.layer = l.id ORDER BY l.id"""
    found = region.query(sql).set_index("id")
    return found.assign(years=int(region.day[:4]) - found["year"])
