"""Rows of a sheet against rows of the register: which one is meant, and what differs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hechang.intake.sheets.part import NAMED, Part
from hechang.intake.sheets.wide import BESIDE
from hechang.region.region import Region
from hechang.terms.specs import Table, table

NEW, CHANGED, UNCHANGED, GONE = "new", "changed", "unchanged", "gone"
OWN_ID = ("places", "stops", "routes", "calendars", "trips", "plans", "documents", "users")  # ids given by others
BETWEEN = "\x1f"
NONE = pd.DataFrame(columns=["row", "field", "before", "after"])  # changed cells, where there are none


@dataclass(frozen=True)
class Matched:
    """For each row of a part: id (NA where new), and problems: row -> (kind, value, near)."""

    ids: pd.Series
    problems: dict[int, tuple[str, str, str]]


@dataclass(frozen=True)
class Compared:
    """A part beside the register: state of each row, one line per changed cell (row, field, before, after).

    `rows` holds what the register would keep: the sheet's values where they change something, else its own.
    """

    part: Part
    ids: pd.Series
    state: pd.Series
    cells: pd.DataFrame
    rows: pd.DataFrame


def ways(spec: Table) -> tuple[tuple[str, ...], ...]:
    """Fields a row is known by, best first: for projects the code, else name and place, else the name alone."""
    if spec.name == "projects":
        return (("code",), ("name", "place"), ("name",))
    return (spec.key,)


def joined(frame: pd.DataFrame, fields: Sequence[str]) -> pd.Series:
    """One text per row out of several fields; NA where the first field is empty."""
    texts = [frame[f].astype("string[pyarrow]").fillna("") for f in fields]
    made = texts[0]
    for text in texts[1:]:
        made = made + BETWEEN + text
    return made.where(frame[fields[0]].notna(), pd.NA)


def match(region: Region, part: Part) -> Matched:
    """Find the row of the register each row means: by id where given, else by the key of the table."""
    spec = table(part.table)
    frame = part.frame
    fields = sorted({f for way in ways(spec) for f in way if f != "id"})
    register = region.table(spec.name, columns=fields)
    ids = pd.Series(pd.NA, index=frame.index, dtype="string[pyarrow]")
    problems: dict[int, tuple[str, str, str]] = {}
    if "id" in frame.columns:
        ids = _by_id(spec, frame["id"], register, (problems, region.reader.uid is not None))
        problems.update(_of_another(frame, ids, register))
    for way in ways(spec):
        if set(way) <= {*frame.columns} and way != ("id",):
            ids = _by_key(spec, frame, register, (way, ids), problems)
    return Matched(ids, problems)


def among(ids: pd.Series, index: pd.Index) -> pd.Series:
    """Tell which ids stand in an index; ten times as fast as `isin` on a large one."""
    at = pd.Index(index.to_numpy(dtype=object)).get_indexer(ids.astype(object).where(ids.notna(), None))
    return pd.Series(at >= 0, index=ids.index)


def _by_id(
    spec: Table, given: pd.Series, register: pd.DataFrame, told: tuple[dict[int, tuple[str, str, str]], bool]
) -> pd.Series:
    problems, signed_in = told
    known = among(given, register.index)
    if signed_in or spec.name not in OWN_ID:  # a user makes no ids: he would learn which there are that he cannot see
        strange, kind = given[given.notna() & ~known], "id-unknown" if signed_in else "id-new"
        problems.update({int(str(row)): (kind, str(id), "") for row, id in strange.items()})
    return given.where(known, pd.NA).astype("string[pyarrow]")


def _of_another(frame: pd.DataFrame, ids: pd.Series, register: pd.DataFrame) -> dict[int, tuple[str, str, str]]:
    """Find rows whose id is one row of the register and whose code is another one: ids moved against the rows."""
    if "code" not in frame.columns or "code" not in register.columns:
        return {}
    owners = register["code"].dropna()
    owners = pd.Series(owners.index.astype(str), index=owners.astype(str))
    owners = owners[~owners.index.duplicated(keep=False)]
    other = frame["code"].astype(object).map(owners.astype(object))
    bad = ids.notna() & other.notna() & (other != ids.astype(object))
    return {int(str(row)): ("id-other", str(ids[row]), str(frame["code"][row])) for row in frame.index[bad]}


def _by_key(
    spec: Table,
    frame: pd.DataFrame,
    register: pd.DataFrame,
    so_far: tuple[tuple[str, ...], pd.Series],
    problems: dict[int, tuple[str, str, str]],
) -> pd.Series:
    way, ids = so_far
    open_rows = ids.isna()
    if "id" in frame.columns:
        open_rows &= frame["id"].isna()
    if way == ("name",) and "place" in frame.columns:
        open_rows &= frame["place"].isna()
    key = joined(frame[open_rows], way).dropna()
    known = joined(register, way).dropna()
    if key.empty or known.empty:
        return ids
    several = known[known.duplicated(keep=False)]
    first = known.drop_duplicates()
    at = pd.Index(first.to_numpy(dtype=object)).get_indexer(key.to_numpy(dtype=object))
    found = pd.Series(
        pd.array(first.index.to_numpy(dtype=object), dtype="string[pyarrow]").take(np.where(at < 0, 0, at)),
        index=key.index,
    )
    found = found.where(at >= 0, pd.NA)
    doubtful = key[key.isin(several)]
    found = found.mask(found.index.isin(doubtful.index), pd.NA)
    if "code" in frame.columns and "code" not in way:  # a code of its own tells a row from those of the same name
        doubtful = doubtful[frame["code"].reindex(doubtful.index).isna()]
    if spec.name == "projects" and way == ("code",) and "name" in frame.columns:
        problems.update(_renamed(frame["name"], register["name"], found))
    problems.update(
        {int(str(row)): ("match-ambiguous", str(k).replace(BETWEEN, " "), "") for row, k in doubtful.items()}
    )
    if spec.name == "projects" and way != ("code",) and "code" in frame.columns:
        found = _same_code(frame, register, found, problems)
    return ids.where(ids.notna(), found.reindex(ids.index))


def _renamed(here: pd.Series, register: pd.Series, found: pd.Series) -> dict[int, tuple[str, str, str]]:
    """Rows whose code is known under another name: a new name, or a wrong code."""
    hit = found.dropna()
    there = register.reindex(hit.to_numpy(dtype=object)).to_numpy(dtype=object)
    both = pd.DataFrame({"here": here.reindex(hit.index).astype(object), "there": there}, index=hit.index).dropna()
    other = both[both["here"] != both["there"]]
    return {
        int(str(row)): ("renamed", str(one.here), str(one.there))
        for row, one in zip(other.index, other.itertuples(), strict=True)
    }


def _same_code(
    frame: pd.DataFrame, register: pd.DataFrame, found: pd.Series, problems: dict[int, tuple[str, str, str]]
) -> pd.Series:
    """Undo a match by name where both sides have codes and they differ: two projects may share a name."""
    hit = found.dropna()
    there = register["code"].reindex(hit.to_numpy(dtype=object)).to_numpy(dtype=object)
    here = frame["code"].reindex(hit.index)
    other = pd.Series(there, index=hit.index, dtype="string[pyarrow]")
    differ = (here.notna() & other.notna() & (here != other)).fillna(False).astype(bool)
    names = frame["name"].reindex(hit.index)
    problems.update({int(row): ("code-taken", str(names[row]), str(other[row])) for row in hit.index[differ]})
    return found.where(~found.index.isin(hit.index[differ]), pd.NA)


def rows_beside(region: Region, parts: Sequence[Part], parents: pd.Series) -> dict[str, pd.DataFrame]:
    """Rows of the register that hang on some projects or tasks, by table: all that the parts may mean, read at once."""
    ids, found = parents.dropna().astype(str).tolist() or [""], {}
    for name in dict.fromkeys(part.table for part in parts if part.table not in NAMED):
        spec, fixed = table(name), [pair for part in parts if part.table == name for pair in part.fixed]
        wanted = {key: [value for of, value in fixed if of == key] for key, _ in fixed}
        clauses = [f'CAST("{key}" AS VARCHAR) IN (SELECT unnest(${key}))' for key in wanted]
        chosen = " AND ".join([f'"{spec.key[0]}" IN (SELECT unnest($ids))', *clauses])
        columns = ", ".join(f'"{c}"' for c in ("id", *(f.name for f in spec.fields)))
        columns += "".join(f', CAST("{key}" AS VARCHAR) AS "@{key}"' for key in wanted)
        found[name] = region.query(f'SELECT {columns} FROM "{name}" WHERE {chosen} ORDER BY id', ids=ids, **wanted)
    return found


def beside(part: Part, parents: pd.Series, register: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """Match the rows of a part that hangs on projects or tasks: ids (NA where new) and the rows of the register."""
    parent = table(part.table).key[0]
    for key, value in part.fixed:
        register = register[register["@" + key].to_numpy(dtype=object) == value]
    known = register.drop_duplicates(parent)
    wanted = parents.reindex(part.frame.index)
    at = pd.Index(known[parent].to_numpy(dtype=object)).get_indexer(wanted.to_numpy(dtype=object))
    found = np.array([*known["id"], None], dtype=object)[at]  # what is not found (-1) takes the last one
    return pd.Series(found, index=wanted.index, dtype="string[pyarrow]"), register.set_index("id")


def compare(
    part: Part, ids: pd.Series, register: pd.DataFrame, *, clears: bool, told: pd.Series | None = None
) -> Compared:
    """Say of each row whether it is new, changed or unchanged, and of each changed cell what stood there.

    Parameters
    ----------
    part, ids
        Rows of the sheet and the rows of the register they mean; NA where new.
    register
        Rows of the register by id, with the fields of the part.
    clears
        Whether an empty cell takes a value away (in a sheet this program wrote) or says nothing (in any other).
    told
        Rows of the sheet whose cells are told as changes although the row is new: those beside a known row.
    """
    known = ids.dropna()
    if told is not None:
        known = ids[ids.notna() | told.reindex(ids.index)]
    before = held(part, known, register)
    return settled(part, ids, differing(part, before, clears=clears), before)


def held(part: Part, ids: pd.Series, register: pd.DataFrame) -> pd.DataFrame:
    """What the register holds of the fields of a part, by row of the sheet; NA where it has no such row."""
    fields = [
        f
        for f in part.frame.columns
        if f in register.columns and f not in ("id", *table(part.table).key[:1] * (part.table in BESIDE))
    ]
    labels = ids.astype(object).where(ids.notna(), "").to_numpy(dtype=object)
    return register[fields].reindex(labels).set_index(ids.index)


def differing(part: Part, before: pd.DataFrame, *, clears: bool) -> pd.DataFrame:
    """Tell of each cell whether the sheet says something else than `before` (rows and fields as in `before`)."""
    spec, after = table(part.table), part.frame.loc[before.index]
    flags = {f: _differs(before[f], after[f], spec.field(f).kind, clears=clears) for f in before.columns}
    return pd.DataFrame(flags, index=before.index, columns=before.columns, dtype=bool)


def settled(part: Part, ids: pd.Series, flags: pd.DataFrame, before: pd.DataFrame) -> Compared:
    """Put together what is known of a part: `flags` are the cells that change, in the rows of `before`."""
    known = flags.index
    state = pd.Series(NEW, index=part.frame.index, dtype=object)
    state.loc[known] = np.where(flags.any(axis=1), CHANGED, UNCHANGED) if len(flags.columns) else UNCHANGED
    state[ids.isna()] = NEW
    kept = {f: _kept(part.frame[f], flags[f], before[f]) for f in flags.columns} if len(known) else {}
    cells = _cells(flags, before, part.frame.loc[known, flags.columns])
    return Compared(part, ids, state, cells, part.frame.assign(**kept))


def _kept(after: pd.Series, flag: pd.Series, before: pd.Series) -> pd.Series:
    """Values the register would hold: its own where the sheet changes nothing."""
    stays = after.index.isin(flag.index[~flag])
    return after.where(~stays, before.astype(after.dtype).reindex(after.index))


def _differs(before: pd.Series, after: pd.Series, kind: str, *, clears: bool) -> pd.Series:
    held, said = before.notna().to_numpy(), after.notna().to_numpy()
    told = said | (held & clears)
    old, new = (side.to_numpy(dtype=object) for side in (before, after))
    same = ~held & ~said
    both = np.flatnonzero(held & said)
    write = {"json": _canonical, "number": _shown}.get(kind)
    pairs = zip(old[both], new[both], strict=True)
    same[both] = [write(a) == write(b) for a, b in pairs] if write else [a == b for a, b in pairs]
    return pd.Series(told & ~same, index=after.index)


def alike(one: pd.Series, other: pd.Series) -> pd.Series:
    """Tell of each pair of cells whether both hold the same, or both nothing."""
    left, right = (side.astype(object).where(side.notna(), "") for side in (one, other))
    same: pd.Series = left == right
    return same


def _shown(number: object) -> str:
    return f"{float(str(number)):.15g}"  # what a workbook keeps of a number


def _canonical(text: object) -> str:
    try:
        return json.dumps(json.loads(str(text)), sort_keys=True)
    except ValueError:
        return str(text)


def _cells(flags: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """One line per changed cell: row, field, before, after."""
    found = [
        pd.DataFrame({
            "row": flags.index[flags[f]], "field": f,
            "before": before[f][flags[f]].to_numpy(dtype=object), "after": after[f][flags[f]].to_numpy(dtype=object),
        }) for f in flags.columns if flags[f].any()
    ]  # fmt: skip
    return pd.concat(found, ignore_index=True) if found else NONE
