"""What nothing proves but a person's word, or whose evidence is not kept: what must be supplied, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from hechang.region.region import Region
from hechang.terms.dates import last_days
from hechang.terms.specs import codes

# what there is to prove: id, object, what it says in zh and en, since when, its evidence, source, synthetic
_STAGES = ", ".join(f"('{stage.code}', '{stage.zh} ', '{stage.en} ')" for stage in codes("stages").values())
_ROWS: Mapping[str, str] = MappingProxyType({
    "project_events": f"""
        SELECT e.id, e.project, s.zh || e.actual, s.en || e.actual, e.actual, e.evidence, e.source, e.synthetic
        FROM project_events e JOIN (VALUES {_STAGES}) s(code, zh, en) ON s.code = e.stage WHERE e.actual <= $day""",
    "returns": """
        SELECT max_by(id, period || id), project, '填报 ' || max(period), 'Return of ' || max(period), max(period),
               NULL, max_by(source, period || id), bool_or(synthetic)
        FROM returns WHERE period <= $day GROUP BY project""",
    "approvals": """
        SELECT id, project, step || ' 办结 ' || ended, step || ' ended ' || ended, ended, paper, source, synthetic
        FROM approvals WHERE ended <= $day AND exempt IS NOT TRUE""",
    "task_returns": """
        SELECT id, task, '任务进展 ' || period, 'Task progress ' || period, period, evidence, source, synthetic
        FROM task_returns WHERE period <= $day""",
})  # fmt: skip
TABLES = tuple(_ROWS)

_WHY = """('word', '仅有个人说明, 请补佐证文件', 'only somebody''s word; a document must be supplied'),
    ('gone', '佐证文件不在库, 请重新上传', 'the evidence named is not kept; it must be supplied again'),
    ('lost', '出处文件不在库, 请补原件', 'the file it came from is not kept; the original must be supplied')"""
_SQL = """
    WITH said(id, object, zh, en, since, evidence, source, synthetic) AS ({rows}),
         photo AS (SELECT object FROM attachments WHERE document IN (SELECT id FROM documents)),
         told AS (SELECT *, CASE WHEN evidence IS NOT NULL AND evidence NOT IN (SELECT id FROM documents) THEN 'gone'
                            WHEN evidence IS NOT NULL OR id IN (SELECT object FROM photo) THEN NULL
                            WHEN starts_with(source, 'person:') THEN 'word'
                            WHEN starts_with(source, 'statement:')
                                 AND substr(source, 11) NOT IN (SELECT id FROM statements) THEN 'lost'
                            WHEN starts_with(source, 'import:') AND split_part(substr(source, 8), '#', 1)
                                 NOT IN (SELECT id FROM documents) THEN 'lost' END AS kind FROM said),
         one AS (SELECT object, kind, count(*) AS lacking, min(since) AS since, min(since || ' ' || source) AS source,
                        bool_or(synthetic) AS synthetic, string_agg(zh, '、' ORDER BY since, zh) AS zh,
                        string_agg(en, ', ' ORDER BY since, en) AS en
                 FROM told WHERE kind IS NOT NULL GROUP BY ALL),
         every AS (SELECT object, sum(lacking)::BIGINT AS lacking, min(since) AS since, min(one.source) AS source,
                          bool_or(synthetic) AS synthetic, string_agg(kind, ', ' ORDER BY kind) AS kind,
                          string_agg(one.zh || ': ' || w.zh, '; ' ORDER BY kind) AS reason,
                          string_agg(one.en || ': ' || w.en, '; ' ORDER BY kind) AS reason_en
                   FROM one JOIN (VALUES {why}) w(kind, zh, en) USING (kind) GROUP BY object)
    SELECT t.object AS id, coalesce(p.name, k.name, t.object) AS name, coalesce(b.name, o.name, p.owner, k.owner) AS owner,
           coalesce(p.place, k.place) AS place, t.since, substr(t.source, instr(t.source, ' ') + 1) AS source, t.synthetic,
           t.kind, t.lacking, t.reason, t.reason_en, CASE WHEN k.id IS NULL THEN 'projects' ELSE 'tasks' END AS "table"
    FROM every t LEFT JOIN projects p ON p.id = t.object LEFT JOIN tasks k ON k.id = t.object
         LEFT JOIN bodies b ON b.id = coalesce(p.lead, k.lead) LEFT JOIN bodies o ON o.id = coalesce(p.owner, k.owner)
    ORDER BY t.object"""  # noqa: E501


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
    rows = " UNION ALL ".join(_ROWS[table] for table in tables)
    found = region.query(_SQL.format(rows=rows, why=_WHY), day=region.day).set_index("id")
    days = (pd.Timestamp(region.day) - last_days(found["since"])).dt.days.astype("int64[pyarrow]")
    made = found.drop(columns="since").assign(days=days)
    return made.sort_values("days", ascending=False, kind="stable")
