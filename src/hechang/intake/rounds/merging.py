"""Nine returns, one register: what each cell should hold, and where the returns contradict each other.

A cell that one body answers, or all bodies alike, takes that answer. A cell answered differently is left as it was when
the forms went out, until the office settles it. The order in which returns come in makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hechang.intake.rounds.cells import KEY, NOTHING

CLAIM = [*KEY, "body", "value", "base", "source", "row"]  # one answer: who says what, what stood there, from which cell


@dataclass(frozen=True)
class Held:
    """What the register holds now in the cells at hand, and what the office settled earlier; both indexed by `KEY`.

    Columns of `now`: value, source. Columns of `settled`: value, signature (of the claims it was settled over).
    """

    now: pd.DataFrame
    settled: pd.DataFrame


@dataclass(frozen=True)
class Merged:
    """What to write and what to ask: `cells` indexed by `KEY` (value, now, contested, source, row), all `claims`."""

    cells: pd.DataFrame
    claims: pd.DataFrame

    @property
    def to_write(self) -> pd.DataFrame:
        """Cells that the register does not hold yet."""
        return self.cells[self.cells["value"] != self.cells["now"]]

    @property
    def contested(self) -> pd.DataFrame:
        """Claims of the cells that are in conflict."""
        keys = self.cells.index[self.cells["contested"]]
        return self.claims[pd.MultiIndex.from_frame(self.claims[KEY]).isin(keys)]


def claims_of(*parts: pd.DataFrame) -> pd.DataFrame:
    """Put claims together; of one body the last claim on a cell counts.

    Examples
    --------
    >>> claims_of().columns.tolist() == CLAIM
    True
    """
    some = [part[CLAIM] for part in parts if len(part)]
    if not some:
        return pd.DataFrame(columns=CLAIM, dtype=object)
    return pd.concat(some, ignore_index=True).drop_duplicates([*KEY, "body"], keep="last")


def agreed(claims: pd.DataFrame) -> pd.DataFrame:
    """Say of each cell what its claims come to: value (the base where they differ), contested, source, row, signature.

    Examples
    --------
    >>> one = {"table": "returns", "project": "p", "of": "2022-08", "field": "progress", "base": "null"}
    >>> said = pd.DataFrame([one | {"body": "x", "value": "5.0", "source": "s", "row": "r"}])
    >>> agreed(said)["value"].tolist(), agreed(claims_of(said, said.assign(body="y", value="6.0")))["value"].tolist()
    (['5.0'], ['null'])
    """
    signed = claims.assign(signature=claims["body"].astype(str) + "=" + claims["value"]).sort_values("signature")
    made = signed.drop_duplicates(KEY, keep="last").set_index(KEY)[["value", "source", "row", "signature"]]
    made["base"] = signed.drop_duplicates(KEY).set_index(KEY)["base"]
    shared = signed[signed.duplicated(KEY, keep=False)].groupby(KEY, sort=False)
    answers = signed.drop_duplicates([*KEY, "value"])
    torn = pd.MultiIndex.from_frame(answers.loc[answers.duplicated(KEY), KEY])
    contested = pd.Series(made.index.isin(torn), index=made.index)
    made["signature"] = shared["signature"].agg(";".join).reindex(made.index).fillna(made["signature"])
    return made.assign(value=made["value"].where(~contested, made["base"]), contested=contested)


def merge(others: pd.DataFrame, before: pd.DataFrame, mine: pd.DataFrame, held: Held) -> Merged:
    """Work out what the cells of one return should hold.

    Parameters
    ----------
    others
        Claims of the other bodies of the round.
    before, mine
        Claims of this body in its return before, and now; a claim it no longer makes is withdrawn.
    held
        What the register holds now; a value that no return of the round brought was entered by hand since the forms
        went out, and is a claim of the register (body '') of its own.
    """
    touched = claims_of(before, mine)
    keys = pd.MultiIndex.from_frame(touched[KEY]).unique()
    there = others[pd.MultiIndex.from_frame(others[KEY]).isin(keys)]
    base = touched.drop_duplicates(KEY).set_index(KEY)["base"]
    expected = _expected(agreed(claims_of(there, before)), base, held.settled)
    by_hand = _by_hand(expected, base, held.now)
    claims = claims_of(there, mine, by_hand)
    cells = _targets(agreed(claims), base, held)
    hand = cells.index.isin(pd.MultiIndex.from_frame(by_hand[KEY]))
    kept = cells["value"].where(~(cells["contested"] & hand), cells["now"])  # not from a return, so it stays for now
    return Merged(cells.assign(value=kept), claims)


def _expected(was: pd.DataFrame, base: pd.Series, settled: pd.DataFrame) -> pd.Series:
    """What the register should hold after the returns taken so far, had nobody else touched it."""
    found = was["value"].reindex(base.index)
    found = found.where(found.notna(), base)
    return settled["value"].reindex(base.index).combine_first(found)


def _by_hand(expected: pd.Series, base: pd.Series, now: pd.DataFrame) -> pd.DataFrame:
    held = now.reindex(expected.index)
    other = held[held["value"].fillna(NOTHING) != expected]
    made = other.rename_axis(KEY).assign(body="", base=base.reindex(other.index), row=other["source"]).reset_index()
    return made[CLAIM]


def _targets(found: pd.DataFrame, base: pd.Series, held: Held) -> pd.DataFrame:
    """Value for every cell; withdrawn cells go back to what stood there, settled ones keep what the office chose."""
    made = found.reindex(base.index)
    now = held.now["value"].reindex(base.index).fillna(NOTHING)
    contested = made["contested"].fillna(False).astype(bool)
    chosen = held.settled.reindex(base.index)
    stays = chosen["signature"].notna() & (chosen["signature"] == made["signature"])
    value = made["value"].where(made["value"].notna(), base)
    return pd.DataFrame({
        "value": value.where(~stays, chosen["value"]), "now": now, "contested": contested & ~stays,
        "source": made["source"].fillna(""), "row": made["row"].fillna(""),
    }, index=base.index)  # fmt: skip
