"""Documents that never go to a second reader: what is marked as not for everybody, and what bears on sensitive rows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from hechang.intake.document import Document
from hechang.intake.script import normalise
from hechang.region.region import Region
from hechang.terms.findings import Finding
from hechang.terms.marks import marks_in, marks_in_name
from hechang.terms.specs import Table, tables

SENSITIVE = 2  # clearance 敏感
SHORTEST = 4  # characters from which the name of a sensitive row is looked for in texts
A_MARK = 24  # characters of a line that is a mark and no sentence
NAMES = ("name", "title", "text")
_MARKS = re.compile(
    r"敏感|内部(?:资料|材料|文件|文稿|使用|参考|发行|情况|掌握|传阅)|(?:不|不予|不得|暂不|非)(?:对外)?公开"
    r"|(?:工作|商业|技术)秘密|严禁(?:外传|转发|复制|扩散)|(?:不得|请勿|禁止)(?:外传|转发|扩散|翻印|上网)"
    r"|注意保(?:密|存)|限(?:本|内部|会议|阅)|阅后(?:即焚|收回|退回)|会后收回|涉密|密级"
)
_HALF = re.compile(r"[\s　]+")


@dataclass(frozen=True)
class Sensitive:
    """What a region says may not leave: hashes of documents, and names of sensitive rows."""

    hashes: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Any of the names; nothing where there are none."""
        return re.compile("|".join(map(re.escape, sorted(self.names, key=lambda name: (-len(name), name)))) or r"(?!)")


def sensitive(region: Region | None) -> Sensitive:
    """Return what is sensitive in a region on any day, seen by somebody who may see everything; nothing without one."""
    if region is None:
        return Sensitive()
    rows = {name: _rows(region, table) for name, table in tables().items()}
    proofs = {str(source).removeprefix("statement:") for frame in rows.values() for source in frame["source"]}
    proven = _column(region, "statements", proofs, "document")
    pointed = (id for frame in rows.values() if "document" in frame for id in frame["document"] if id)
    held = {*rows["documents"]["id"], *pointed, *proven}
    hashes = _column(region, "documents", held, "sha256")
    names = {
        normalise(str(value)) for frame in rows.values() for name in NAMES if name in frame for value in frame[name]
    }
    return Sensitive(hashes, frozenset(name for name in names if len(name) >= SHORTEST))


def _column(region: Region, table: str, ids: set[str], column: str) -> frozenset[str]:
    """Values of a column of some rows, on any day."""
    return frozenset(map(str, region.every_version(table, sorted(ids), ["id", column])[column])) if ids else frozenset()


def _rows(region: Region, table: Table) -> pd.DataFrame:
    """Sensitive rows of a table: id, source, and where it has them document and names; empty texts are left out."""
    columns = [name for name in ("id", "source", "document", *NAMES) if name == "id" or name in table.columns]
    quoted = ", ".join(f'"{name}"' for name in columns)
    return region.query(f'SELECT {quoted} FROM "{table.name} every" WHERE level >= $least', least=SENSITIVE).fillna("")


def held_back(document: Document, known: Sensitive) -> Finding | None:
    r"""Return why a document stays here; None for one that may go.

    Examples
    --------
    >>> from hechang.intake.read import read_bytes
    >>> held_back(read_bytes("内部资料 注意保存\n\n会议强调,要加快建设。".encode(), "a.txt"), Sensitive()).zh
    '文件带有不得外传的标记, 未发给第二阅读者'
    >>> held_back(read_bytes("会议强调,要加强内部资料管理和保密工作。".encode(), "a.txt"), Sensitive()) is None
    True
    """
    raw, name = document.text.raw, document.path.replace("\\", "/").rpartition("/")[2]
    if document.sha256 in known.hashes or known.pattern.search(_HALF.sub("", document.text.clean)):
        return _stays(document, "it bears on sensitive rows (level 2)", "文件涉及敏感级(2 级)数据")
    if marks_in(raw) or marks_in_name(name) or _MARKS.search(name) or any(map(_marked, raw.splitlines())):
        return _stays(document, "it carries a mark that it must not be passed on", "文件带有不得外传的标记")
    return None


def _marked(line: str) -> bool:
    """Tell whether a line is a mark: short, and no sentence."""
    said = _HALF.sub("", line)
    return len(said) <= A_MARK and not re.search(r"[。；;]", said) and bool(_MARKS.search(said))


def _stays(document: Document, en: str, zh: str) -> Finding:
    return Finding(
        en=f"Not sent to the second reader: {en}",
        zh=f"{zh}, 未发给第二阅读者",
        mend_en="nothing to do: the rules read it here",
        mend_zh="无需处理: 规则阅读在本机完成",
        file=document.path,
        severity="warning",
        kind="second-held-back",
    )
