"""The one object a user holds: a frozen view of (store, revision, day, branch, reader)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd
import pyarrow as pa
import shapely

from hechang.region import answers, evidence, history
from hechang.region.edit import Edit
from hechang.region.faults import columns_of
from hechang.region.marked_rows import refuse_marked_words
from hechang.region.query import Copies, Desk, Duck, Layer, to_frame
from hechang.region.refusals import refusals
from hechang.region.settings import Settings
from hechang.store.contract import MAIN, Few, Outside, Store, Verdict
from hechang.store.few import FEW
from hechang.store.readers import COMMON, LOCAL, READ, Reader, seen_as_text
from hechang.store.rests import Kept
from hechang.terms.catalogue import card, cards, read_options
from hechang.terms.dates import end_of_day, is_date
from hechang.terms.errors import Forbidden, InputError, not_known
from hechang.terms.findings import Finding
from hechang.terms.ids import IdMaker, id_maker
from hechang.terms.sources import by_person
from hechang.terms.specs import table as spec
from hechang.terms.specs import tables

if TYPE_CHECKING:
    import geopandas as gpd

T = TypeVar("T")
_FILES = columns_of("blob")
LOOKING = (READ, COMMON, "export")  # verbs that change nothing


@dataclass(frozen=True)
class Region:
    """A region as one reader sees it on one day, at one revision, on one branch.

    Same revision, same options, same result. `on`, `known`, `at` and `branch` give another Region.

    Examples
    --------
    >>> from hechang import tiny
    >>> tiny().table("places", columns=["people"], where={"kind": "county"})["people"].to_dict()
    {'a': 25, 'b': 50, 'c': 25}
    """

    store: Store
    folder: Path
    settings: Settings
    revision: int
    day: str
    branch_name: str = MAIN
    reader: Reader = LOCAL
    make_id: IdMaker = field(default_factory=id_maker, repr=False, compare=False)
    duck: Duck = field(default_factory=Duck, repr=False, compare=False)

    # --- which view ----------------------------------------------------------------------------------------------
    def on(self, day: str) -> Region:
        """Return what was in force on `day` (YYYY-MM-DD)."""
        if not (is_date(day) and len(day) == 10):
            raise InputError(f"'{day}' is no day; write it as 2022-09-27", f"“{day}”不是日期; 请写成 2022-09-27")
        return replace(self, day=day)

    def known(self, day: str) -> Region:
        """Return what was known by the end of `day` in Shanghai, by the order of commits."""
        if not is_date(day):
            raise InputError(f"'{day}' is no day; write it as 2022-09-27", f"“{day}”不是日期; 请写成 2022-09-27")
        return replace(self, revision=min(self.revision, self.store.revision_at(end_of_day(day))))

    def at(self, revision: int) -> Region:
        """Return the region at one revision."""
        if not 0 <= revision <= self.store.head():
            raise not_known("revision", "版本", str(revision), [], "hechang log")
        return replace(self, revision=revision)

    def branch(self, name: str) -> Region:
        """Return the newest state of another branch; raises NotKnown."""
        self.store.lineage(name, 0)
        return replace(self, branch_name=name, revision=self.store.head())

    def latest(self) -> Region:
        """Return the newest state of this branch."""
        return replace(self, revision=self.store.head())

    @property
    def revision_name(self) -> str:
        """Revision with the id of its store; it survives exchange. A public copy has that of its original."""
        return self.settings.public_of or f"{self.store.id}:{self.revision}"

    # --- reading -------------------------------------------------------------------------------------------------
    def __getattr__(self, name: str) -> pd.DataFrame:
        """Return a table as an attribute: `region.projects`."""
        if name.startswith("_") or name not in tables():
            raise AttributeError(name)
        return self.table(name)

    def table(
        self, name: str, columns: Sequence[str] | None = None, where: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return one table as a frame indexed by `id`, only rows in force that the reader may see.

        Parameters
        ----------
        name
            Table of the specification.
        columns
            Own or common columns; all when None. Money is int64 分, dates are ISO text.
        where
            Values a column must have: `{"place": "320200"}` or `{"place": ["a", "b"]}`.

        Raises
        ------
        NotKnown
            for a table or column the specification does not have.
        """
        described = spec(name)
        picked = ["id", *(c for c in (columns or described.columns) if c != "id")]
        for column in (*picked, *(where or {})):
            described.field(column)
        rules = {c: list(v) if isinstance(v, list | tuple | set) else [v] for c, v in (where or {}).items()}
        if list(rules) == ["id"] and len(rules["id"]) <= FEW:
            return to_frame(self._rows(name, rules["id"], self.day, picked)).set_index("id")
        condition = " AND ".join(f'"{c}" IN (SELECT unnest(${c}))' for c in rules)
        quoted = ", ".join(f'"{c}"' for c in picked)
        sql = f'SELECT {quoted} FROM "{name}"' + (f" WHERE {condition}" if condition else "")
        frame = self.query(sql, **rules).set_index("id")
        return frame if self._desk.ordered(name) else frame.sort_index(kind="stable")

    def row(self, name: str, id: str) -> dict[str, Any] | None:
        """Return one row in force as plain values by column; None where the reader sees none.

        Examples
        --------
        >>> from hechang import tiny
        >>> tiny().row("projects", "p1")["name"]
        '签约项目'
        """
        return next(iter(self.rows(name, [id])), None)

    def rows(self, name: str, ids: Sequence[str], columns: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return a few rows in force as plain values by column, in the order of their ids; all columns by default."""
        picked = list(columns or spec(name).columns)
        if len(ids) <= FEW:
            few: list[dict[str, Any]] = self._rows(spec(name).name, ids, self.day, picked).to_pylist()
            return few
        found = self.table(name, columns=picked, where={"id": list(ids)}).reset_index()[picked]
        cells = found.astype(object).where(found.notna(), None)
        return [dict(zip(picked, row, strict=True)) for row in cells.itertuples(index=False)]

    def _rows(self, name: str, ids: Sequence[Any], day: str | None, columns: Sequence[str] = ()) -> pa.Table:
        """Rows by their ids without a copy of their table."""
        known = sorted({id for id in ids if isinstance(id, str)})
        return self.store.few(name, self._lineage, Few(known, day, columns), self.reader)

    def query(self, sql: str, /, **parameters: Any) -> pd.DataFrame:
        """Run SQL (DuckDB) over the tables; named parameters as `$name`; `"values"` needs its quotes.

        Every table is a view that already holds only what is in force and visible.
        """
        return self._desk.query(sql, parameters)

    def few_versions(self, name: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Return all live versions of a few rows whatever the day, as plain values by column, oldest first."""
        found: list[dict[str, Any]] = self._rows(spec(name).name, ids, None).to_pylist()
        return found

    def every_version(self, name: str, ids: Sequence[str], columns: Sequence[str] = ()) -> pd.DataFrame:
        """Return all live versions of some rows whatever the day, oldest first, with `id` as a column."""
        return to_frame(self.versions(name, ids, columns))

    def versions(self, name: str, ids: Sequence[str], columns: Sequence[str] = ()) -> pa.Table:
        """Return what `every_version` does as an Arrow table."""
        if len(ids) <= FEW:
            return self._rows(spec(name).name, ids, None, columns)
        picked = ", ".join(f'"{column}"' for column in columns) or "*"
        sql = (
            f'SELECT {picked} FROM "{spec(name).name} every" WHERE id IN (SELECT unnest($ids)) ORDER BY id, valid_from'
        )
        return self._desk.ask(sql, {"ids": list(ids)})

    def columns(self, sql: str, /, **parameters: Any) -> dict[str, list[Any]]:
        """Return what `query` does as plain values by column: for a page, in half the time."""
        found: dict[str, list[Any]] = self._desk.ask(sql, parameters).to_pydict()
        return found

    def geo(self, name: str, where: Mapping[str, Any] | None = None) -> gpd.GeoDataFrame:
        """Return a table as a GeoDataFrame in longitude and latitude (EPSG:4326); empty shapes stay None."""
        import geopandas as gpd  # here, for it takes a fifth of a second to load

        frame = self.table(name, where=where)
        shapes = shapely.from_wkb(frame["geometry"].astype(object).where(frame["geometry"].notna(), None).to_numpy())
        return gpd.GeoDataFrame(frame.drop(columns="geometry"), geometry=shapes, crs="EPSG:4326")

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was worked out under `key`, working it out first; safe because a region never changes."""
        return self._kept.once(key, make)

    def goes_on(
        self, older: Region, then: Mapping[str, int] | None = None, now: Mapping[str, int] | None = None
    ) -> None:
        """Take over what was worked out for who sees the same on the same day, where all it rests on is as it was.

        Parameters
        ----------
        older
            The same state of another reader of the same sight, or an older one.
        then, now
            Revision that last changed each table, at the older state and at this one; not given for the same state.
        """
        kept = older._kept
        self.__dict__["_kept"] = kept if then is None or now is None else kept.at(then, now)

    @cached_property
    def _kept(self) -> Kept:
        return Kept()

    @cached_property
    def _desk(self) -> Desk:
        return Desk(self.duck, self.folder / "cache", [self._layer(*one) for one in self.reader.layers()], self.day)

    def _layer(self, most: int | None, who: Reader) -> Layer:
        """What a reader sees as it stands at this revision, or as it stood at an older one."""
        at = self.revision if most is None else min(most, self.revision)
        lineage = self._lineage if at == self.revision else self.store.lineage(self.branch_name, at)
        copies = Copies(
            lambda name: self.store.frozen(name, lineage), lambda name: self.store.parts(name, lineage), self.store.mend
        )
        return Layer(
            copies,
            lambda name: seen_as_text(who, name)[0],
            lambda name: seen_as_text(who, name)[1],
        )

    @cached_property
    def _lineage(self) -> Sequence[tuple[str, int]]:
        return self.store.lineage(self.branch_name, self.revision)

    def blob(self, sha: str) -> bytes:
        """Return a kept file by its SHA-256; raises NotKnown where the reader sees no row that names it."""
        if self.reader != LOCAL and not self.names(sha):
            raise not_known("file", "文件", sha, [])
        return self.store.blob(sha)

    def wrote(self, revision: int) -> dict[str, pd.DataFrame]:
        """Return the rows one revision wrote, by table, as far as the reader sees these rows."""
        return history.wrote(self, revision)

    def names(self, sha: str) -> bool:
        """Tell whether a row that the reader sees names a kept file."""
        return any(self._names(table.name, column, sha) for table, column in _FILES)

    def _names(self, table: str, column: str, sha: str) -> bool:
        return not self.query(f'SELECT id FROM "{table} every" WHERE "{column}" = $sha', sha=sha).empty

    # --- writing -------------------------------------------------------------------------------------------------
    @contextmanager
    def edit(
        self, *, by: str, why: str, source: str = "", level: int = 1, request: str | None = None
    ) -> Iterator[Edit]:
        """Write in one transaction: an error inside writes nothing at all.

        Parameters
        ----------
        by, why
            Who writes and for what reason; neither may be empty.
        source
            Evidence of the rows, when they bring none themselves; the person when empty.
        level
            Clearance of new rows: 0 公开, 1 内部, 2 敏感.
        request
            Key of the request; the same key again writes nothing new.
        """
        by = self._actor(by).strip()
        edit = Edit(self, by, why.strip(), source or by_person(by), level, request)
        with refusals(self, by, edit.about):
            self.refuse_reader()
            refuse_marked_words(by=by, why=why, source=source, request=request)
            if not by or not why.strip():
                raise InputError("An edit needs who (by) and why", "写入必须说明操作人(by)和理由(why)")
            yield edit
            edit.commit()

    def new_branch(self, name: str, *, by: str, why: str) -> Region:
        """Start a what-if branch at this revision."""
        with refusals(self, self._actor(by), lambda: ""):
            self.refuse_reader()
            refuse_marked_words(name=name, by=by, why=why)
            return history.new_branch(self, name, by=self._actor(by), why=why)

    def undo(self, revision: int, *, by: str, why: str) -> Region:
        """Take one revision back by a new one; raises Conflict where later edits changed the same rows."""
        with refusals(self, self._actor(by), lambda: f"revisions/{revision}"):
            self.refuse_reader()
            refuse_marked_words(by=by, why=why)
            return history.undo(self, revision, by=self._actor(by), why=why)

    def _actor(self, by: str) -> str:
        """Who writes: the user who signed in, whatever name is given."""
        return self.reader.name if self.reader.uid else by

    def refuse_reader(self) -> None:
        """Raise Forbidden for who may only read; a public copy is written by nobody."""
        if self.settings.public_of:
            raise Forbidden(
                "This is a public copy. Write to the region it was made of, and publish again",
                "这是公开副本, 不能写入。请在原区域中修改后重新发布",
            )
        if self.reader != LOCAL and not any(grant.verb not in LOOKING for grant in self.reader.grants):
            who = self.reader.name
            raise Forbidden(f"'{who}' may only read. Sign in as who may write", f"“{who}”只能读取。请以其他用户登录")

    @cached_property
    def inner(self) -> Region:
        """The same view as the program itself needs it to carry over what a user may not see, never to show it."""
        if self.reader == LOCAL:
            return self
        return replace(self, reader=replace(LOCAL, home=self.reader.home, body=self.reader.body))

    # --- history -------------------------------------------------------------------------------------------------
    def log(self, row_id: str | None = None, *, limit: int | None = None) -> pd.DataFrame:
        """Return the history of the region, or of one row with the fields each version changed; newest first."""
        return history.log(self, row_id, limit)

    def diff(self, other: Region) -> pd.DataFrame:
        """Return what differs from `other`: table, id, op (added, changed, removed), changed fields."""
        return history.diff(other, self)

    def evidence(self, table: str, id: str) -> dict[str, Any]:
        """Return what proves a row, and who entered it when and why."""
        return evidence.evidence(self, table, id)

    def verify(self, since: str = "", outside: Sequence[Outside] = ()) -> Verdict:
        """Recompute the audit chain and the log of the store, and hold checkpoints kept elsewhere against it.

        `since`: hash of a revision of which is known that all before is whole; only later rows are recomputed then.
        """
        return self.store.verify(since, outside)

    # --- cards ---------------------------------------------------------------------------------------------------
    def measure(self, id: str, **options: Any) -> pd.DataFrame:
        """Return a measure: one row per place (or pair) with `value`, parts and `why_missing`."""
        frame: pd.DataFrame = self._run(id, "measure", options)
        return frame

    def listing(self, id: str, **options: Any) -> pd.DataFrame:
        """Return a list 清单: one row per entry with its reason."""
        frame: pd.DataFrame = self._run(id, "list", options)
        return frame

    def decide(self, id: str, **options: Any) -> Any:
        """Return a decision."""
        return self._run(id, "decision", options)

    def publish(self, id: str, path: Path, **options: Any) -> Any:
        """Write one export."""
        found = card(id, "export")
        return found.run(self, path, **read_options(found, options))

    def check(self) -> list[Finding]:
        """Return the findings of all data checks at once."""
        return [finding for one in cards("check") for finding in one.run(self)]

    def answer(self, id: str, kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a card's result as the JSON document other programs read."""
        return answers.answer(self, id, kind, given)

    def _run(self, id: str, kind: str, given: Mapping[str, Any]) -> Any:
        found = card(id, kind)
        return found.run(self, **read_options(found, dict(given)))

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
