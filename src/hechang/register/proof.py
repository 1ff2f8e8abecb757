"""What nothing proves but a person's word, or whose evidence is not kept: what must be supplied, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from hechang.region.region import Region
from hechang.terms.dates import last_days
from hechang.terms.specs import codes

# what there is to prove: id, object, since when, what (stage, step), its evidence, source, synthetic
_ROWS: Mapping[str, str] = MappingProxyType({
    "project_events": """
        SELECT id, project AS object, actual AS since, stage AS what, evidence, source, synthetic
        FROM project_events WHERE actual <= $day""",
    "returns": """
        SELECT max(id), project, period, NULL, NULL, max_by(source, id), bool_or(synthetic)
        FROM returns JOIN (SELECT project, max(period) AS period FROM returns WHERE period <= $day GROUP BY project)
                     USING (project, period) GROUP BY project, period""",
    "approvals": """
        SELECT id, project, ended, step, paper, source, synthetic
        FROM approvals WHERE ended <= $day AND exempt IS NOT TRUE""",
    "task_returns": """
        SELECT id, task, period, NULL, evidence, source, synthetic FROM task_returns WHERE period <= $day""",
})  # fmt: skip
TABLES = tuple(_ROWS)


_COMMA = MappingProxyType({"zh": "、", "en": ", "})


def _stages(lang: str) -> str:
    dates = [f"'{s.title(lang)} ' || min(since) FILTER (what = '{s.code}')" for s in codes("stages").values()]
    return f"concat_ws('{_COMMA[lang]}', {', '.join(dates)})"


# how they are named, in zh and en; events by stage, so that no text is made of each of a million rows
_NAMED: Mapping[str, tuple[str, str]] = MappingProxyType({
    "project_events": (_stages("zh"), _stages("en")),
    "returns": ("'填报 ' || max(since)", "'Return of ' || max(since)"),
    "approvals": ("string_agg(what || ' 办结 ' || since, '、' ORDER BY since, what)",
                  "string_agg(what || ' ended ' || since, ', ' ORDER BY since, what)"),
    "task_returns": ("string_agg('任务进展 ' || since, '、' ORDER BY since)",
                     "string_agg('Task progress ' || since, ', ' ORDER BY since)"),
})  # fmt: skip
_WHY: Mapping[str, tuple[str, str]] = MappingProxyType({
    "gone": ("佐证文件不在库, 请重新上传", "the evidence named is not kept; it must be supplied again"),
    "lost": ("出处文件不在库, 请补原件", "the file it came from is not kept; the original must be supplied"),
    "word": ("仅有个人说明, 请补佐证文件", "only somebody''s word; a document must be supplied"),
})  # fmt: skip
_PART = """
    SELECT object, kind, '{table}' AS part, count(*) AS lacking, min(since) AS since,
           min(since || ' ' || source) AS source, bool_or(synthetic) AS synthetic, {zh} AS zh, {en} AS en
    FROM (SELECT *, CASE WHEN evidence IS NOT NULL AND evidence NOT IN (SELECT id FROM documents) THEN 'gone'
                         WHEN evidence IS NOT NULL OR id IN (SELECT object FROM photo) THEN NULL
                         WHEN starts_with(source, 'person:') THEN 'word'
                         WHEN starts_with(source, 'statement:')
                              AND substr(source, 11) NOT IN (SELECT id FROM statements) THEN 'lost'
                         WHEN starts_with(source, 'import:') AND split_part(substr(source, 8), '#', 1)
                              NOT IN (SELECT id FROM documents) THEN 'lost' END AS kind
          FROM ({rows}) said(id, object, since, what, evidence, source, synthetic))
    WHERE kind IS NOT NULL GROUP BY object, kind"""
_SQL = """
    WITH photo AS (SELECT object FROM attachments WHERE document IN (SELECT id FROM documents)),
         part AS ({parts}),
         one AS (SELECT object, kind, sum(lacking) AS lacking, min(since) AS since, min(source) AS source,
                        bool_or(synthetic) AS synthetic, {zh} AS zh, {en} AS en FROM part GROUP BY object, kind),
         every AS (SELECT object, sum(lacking)::BIGINT AS lacking, min(since) AS since, min(source) AS source,
                          bool_or(synthetic) AS synthetic, {kinds} AS kind, {why} AS reason, {why_en} AS reason_en
                   FROM one GROUP BY object)
    SELECT t.object AS id, coalesce(p.name, k.name) AS name, coalesce(b.name, o.name, p.owner, k.owner) AS owner,
           coalesce(p.place, k.place) AS place, t.since, substr(t.source, instr(t.source, ' ') + 1) AS source,
           t.synthetic, t.kind, t.lacking, t.reason, t.reason_en,
           CASE WHEN k.id IS NULL THEN 'projects' ELSE 'tasks' END AS "table"
    FROM every t LEFT JOIN projects p ON p.id = t.object LEFT JOIN tasks k ON k.id = t.object
         LEFT JOIN bodies b ON b.id = coalesce(p.lead, k.lead) LEFT JOIN bodies o ON o.id = coalesce(p.owner, k.owner)
    WHERE p.id IS NOT NULL OR k.id IS NOT NULL -- not in the register, or not for this reader
    ORDER BY t.object"""


def _sql(tables: Sequence[str]) -> str:
    """Rows are counted and put into words by table and kind; only those few texts are joined."""
    named = {name: dict(zip(("zh", "en"), _NAMED[name], strict=True)) for name in tables}
    parts = " UNION ALL ".join(_PART.format(table=name, rows=_ROWS[name], **named[name]) for name in tables)
    joined = {lang: _joined(_COMMA[lang], "part", dict.fromkeys(tables, lang)) for lang in _COMMA}
    why, why_en = (_joined("; ", "kind", {k: f"{lang} || ': {w[at]}'" for k, w in _WHY.items()})
                   for at, lang in enumerate(("zh", "en")))  # fmt: skip
    kinds = _joined(", ", "kind", dict.fromkeys(_WHY, "kind"))
    return _SQL.format(parts=parts, **joined, kinds=kinds, why=why, why_en=why_en)


def _joined(comma: str, column: str, texts: Mapping[str, str]) -> str:
    """SQL that joins one text of each group in a fixed order, without sorting rows."""
    each = [f"max({text}) FILTER ({column} = '{value}')" for value, text in texts.items()]
    return f"concat_ws('{comma}', {', '.join(each)})"


def unproved(region: Region, tables: Sequence[str]) -> pd.DataFrame:
    """Projects and tasks with rows that nothing proves, oldest first.

    Parameters
    ----------
    tables
        Of which tables: project_events (with an actual date), returns (the latest of each project), approvals (ended,
        not exempt), task_returns.

    Returns
    -------
    DataFrame
        Indexed by project or task: table, name, owner [who must supply it], place, synthetic, source [of the oldest
        such row], kind (word: only a person's word; gone: the document named as evidence is not kept; lost: the
        document it was taken from is not kept), lacking [rows], days [since the oldest], reason, reason_en. An
        attachment with a file proves a row as its evidence does.

    Examples
    --------
    >>> from hechang import tiny
    >>> unproved(tiny(), ["returns"])["reason"].to_list()[0]
    '填报 2022-08: 仅有个人说明, 请补佐证文件'
    """
    found = region.query(_sql(tables), day=region.day).set_index("id")
    days = (pd.Timestamp(region.day) - last_days(found["since"])).dt.days.astype("int64[pyarrow]")
    made = found.drop(columns="since").assign(days=days)
    return made.sort_values("days", ascending=False, kind="stable")
