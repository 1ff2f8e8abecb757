"""The one way to write: collect rows, prepare and check them, hand them to the store in one piece."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from hechang.region.allowed import refuse_forbidden, refuse_unseen
from hechang.region.marked_files import refuse_marked_file
from hechang.region.marked_rows import refuse_marked_rows
from hechang.region.prepare import alike, ending, prepare, to_arrow
from hechang.region.validate import findings_of
from hechang.store.audit import named
from hechang.store.contract import Draft
from hechang.store.readers import LOCAL
from hechang.terms.errors import HechangError, InputError
from hechang.terms.findings import refuse
from hechang.terms.ids import content_hash
from hechang.terms.specs import table as spec

if TYPE_CHECKING:
    from hechang.region.region import Region

Rows = Mapping[str, Any] | Iterable[Mapping[str, Any]] | pd.DataFrame


class Edit:
    """Rows on their way into a region; nothing is written before the block ends without an error."""

    def __init__(self, region: Region, by: str, why: str, source: str, level: int, request: str | None) -> None:
        self.region = region
        self.by = by
        self.why = why
        self.source = source
        self.level = level
        self.request = request
        self.exact = False  # True: refused when anything at all was written since the region was opened
        self.revision: int | None = None
        self._frames: dict[str, list[pd.DataFrame]] = {}
        self._files: dict[str, bytes] = {}  # of who signed in, until it is known that he may write them

    def put(self, table: str, rows: Rows) -> list[str]:
        """Add rows to the edit and return their ids.

        A known id with the same `valid_from` becomes a new version: columns that are not given are carried over.

        Raises
        ------
        NotKnown
            for a table or column the specification does not have.
        Refused
            for a mark of a state secret or the number of a person in any text (decision 018).
        """
        ids = [pd.Series([], dtype=object)]
        for at, part in alike(rows):
            refuse_marked_rows(spec(table), part)
            refuse_unseen(self.region, table, _given_ids(part))
            inner = self.region.inner
            frame = prepare(inner, spec(table), part, source=self.source, level=self.level, edit=self._frames)
            if not frame.empty:
                self._frames.setdefault(table, []).append(frame)
                ids.append(pd.Series(frame["id"].astype(str).tolist(), index=pd.Index(at), dtype=object))
        return [str(id) for id in pd.concat(ids).sort_index()]

    def end(self, table: str, ids: str | Iterable[str], on: str | None = None) -> None:
        """End rows: taken away altogether, or no longer in force from the day `on` (taken away if they begin then)."""
        earlier = self._frames.get(table, [])
        wanted = [ids] if isinstance(ids, str) else list(ids)
        refuse_unseen(self.region, table, wanted)
        frame = ending(
            self.region.inner,
            spec(table),
            wanted,
            on,
            source=self.source,
            earlier=earlier,
        )
        if not frame.empty:
            self._frames.setdefault(table, []).append(frame)

    def blob(self, data: bytes) -> str:
        """Keep a file and return its SHA-256; it is on disk before any row names it. Raises Refused as `put`."""
        refuse_marked_file(data)
        if self.region.reader == LOCAL:
            return self.region.store.keep(data)
        sha = content_hash(data)
        self._files[sha] = data
        return sha

    def about(self) -> str:
        """Say for the log what this edit is about."""
        return named({name: [id for part in parts for id in part["id"]] for name, parts in self._frames.items()})

    def commit(self) -> None:
        """Check everything and write it in one transaction; called at the end of the block."""
        if not self._frames:
            return
        frames = {name: _joined(parts) for name, parts in self._frames.items()}
        # a place one may not see is as unknown as one that is not there
        found = [f for name, frame in frames.items() for f in findings_of(self.region, spec(name), frame, frames)]
        refuse(found, "Nothing was written", "未写入任何数据")
        self._frames.clear()
        rows = {name: to_arrow(spec(name), frames.pop(name)) for name in list(frames)}  # one form at a time in memory
        try:
            self.revision = self._write(rows)
        except HechangError as why:
            if not why.recorded:
                self._frames = {name: [part.select(["id"]).to_pandas()] for name, part in rows.items()}
            raise

    def _write(self, rows: Mapping[str, pa.Table]) -> int:
        region = self.region
        about = refuse_forbidden(region, rows, frozenset(self._files))
        for data in self._files.values():
            region.store.keep(data)
        return region.store.write(
            Draft(
                region.branch_name,
                region.revision,
                self.by,
                self.why,
                self.source,
                rows,
                self.request,
                exact=self.exact,
                about=about,
            )
        )

    @property
    def after(self) -> Region:
        """The region with this edit; raises InputError before the block has ended."""
        if self._frames:
            raise InputError("The edit is not finished", "写入尚未完成")
        return self.region.latest() if self.revision is None else self.region.at(self.revision)


def _given_ids(rows: pd.DataFrame) -> list[str]:
    named = rows.index if rows.index.name == "id" else rows["id"] if "id" in rows.columns else ()
    return [id for id in named if isinstance(id, str)]


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """One frame; of the same version put twice the later one counts."""
    whole = pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]
    if not whole.duplicated(["id", "valid_from"]).any():
        return whole
    return whole.drop_duplicates(["id", "valid_from"], keep="last").reset_index(drop=True)
