"""What every body of a round answered, kept cell by cell beside its workbook, and the conflicts between them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from hechang.intake.rounds.cells import KEY, Cell, cell_at, shown
from hechang.intake.rounds.merging import CLAIM, Held, claims_of
from hechang.region.region import Region

REGISTER = "登记册 / register"  # name of who made such a claim
OFFICE = ""  # body of a claim that no return brought: entered by hand, or decided by the office


def pack(claims: pd.DataFrame) -> bytes:
    """Claims of one return as a small file; the same claims give the same bytes.

    Examples
    --------
    >>> unpack(pack(claims_of())).empty
    True
    """
    text = json.dumps({name: claims[name].tolist() for name in CLAIM}, ensure_ascii=False)
    return gzip.compress(text.encode(), mtime=0)


def unpack(data: bytes) -> pd.DataFrame:
    """Read claims back."""
    return pd.DataFrame(json.loads(gzip.decompress(data)), columns=CLAIM, dtype=object)


def claims_in(region: Region, round: str) -> pd.DataFrame:
    """All claims of the returns taken in a round, columns of `CLAIM`; kept while the region lives."""
    return region.once(("round claims", round), lambda: _claims_in(region, round))


def _claims_in(region: Region, round: str) -> pd.DataFrame:
    taken = region.table("round_bodies", columns=["answers"], where={"round": round})["answers"].dropna()
    return claims_of(*(unpack(region.blob(str(sha))) for sha in taken))


def conflicts_in(region: Region, round: str) -> pd.DataFrame:
    """Conflicts of a round, settled or not; kept while the region lives.

    Returns
    -------
    DataFrame
        Indexed by id: object (project), field (path), claims (list), settled (text; null while open), reason, and the
        columns of `KEY`.
    """
    return region.once(("round conflicts", round), lambda: _conflicts_in(region, round))


def _conflicts_in(region: Region, round: str) -> pd.DataFrame:
    rows = region.table("conflicts", columns=["object", "field", "claims", "settled", "reason"], where={"round": round})
    keys = [cell_at(str(o), str(f)) for o, f in zip(rows["object"], rows["field"], strict=True)]
    named = pd.DataFrame(keys, columns=KEY, index=rows.index, dtype=object)
    return rows.assign(claims=[json.loads(text) for text in rows["claims"]], **{key: named[key] for key in KEY})


def settled_in(conflicts: pd.DataFrame) -> pd.DataFrame:
    """What the office settled, as `Held.settled` wants it: value and signature by cell."""
    done = conflicts[conflicts["settled"].notna()]
    chosen = [_chosen(claims, text) for claims, text in zip(done["claims"], done["settled"], strict=True)]
    index = pd.MultiIndex.from_frame(done[KEY])
    signs = done["claims"].map(signature).tolist()
    return pd.DataFrame({"value": chosen, "signature": signs}, index=index, dtype=object).dropna()


def _chosen(claims: list[dict[str, Any]], text: str) -> str | None:
    """Value [JSON text] of the claim the settled text stands for; None where all claims were withdrawn."""
    return next((str(claim["value"]) for claim in reversed(claims) if claim["shown"] == text), None)


def signature(claims: list[dict[str, Any]]) -> str:
    """Claims of the bodies in one text, as `merging.agreed` writes it; the office's own word does not count."""
    return ";".join(sorted(f"{c['body']}={c['value']}" for c in claims if not c.get("decided")))


def held(now: pd.DataFrame, conflicts: pd.DataFrame) -> Held:
    """What the register holds and what was settled, for `merging.merge`."""
    return Held(now, settled_in(conflicts))


def told(claims: pd.DataFrame, names: Mapping[Hashable, str]) -> list[dict[str, Any]]:
    """Claims on one cell as the table `conflicts` keeps them: body, name, value, shown, source."""
    rows = claims.sort_values("body").astype(str).to_dict("records")
    cells = [Cell(*(row[key] for key in KEY)) for row in rows]
    return [
        {"body": row["body"], "name": names.get(row["body"], REGISTER), "value": row["value"],
         "shown": shown(cell, row["value"]), "source": row["source"]}
        for cell, row in zip(cells, rows, strict=True)
    ]  # fmt: skip
