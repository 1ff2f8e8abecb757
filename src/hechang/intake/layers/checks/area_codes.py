"""Codes of counties (GB/T 2260, six digits) and towns (nine digits that begin with the county's)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hechang.intake.layers.gate import Gate
from hechang.terms.findings import Finding
from hechang.terms.layer_profiles import ProfileField

# GB/T 2260: the first two digits name the province
PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]"
FORMS = {"county-code": rf"(?:{PROVINCES})(?!0000$)\d{{4}}", "town-code": rf"(?:{PROVINCES})\d{{7}}"}
KINDS = {"county-code": "code-county", "town-code": "code-town"}


def check(gate: Gate) -> list[Finding]:
    """Find codes that are none, and towns whose code is not their county's."""
    fields = [field for field in gate.profile.fields if field.type in FORMS] if gate.profile else []
    held = {field: gate.layer.column(title) for field in fields if (title := field.column(gate.layer.titles))}
    told = [finding for field, texts in held.items() for finding in _form(gate, field, texts)]
    return told + _parents(gate, {field.type: texts for field, texts in held.items()})


def _form(gate: Gate, field: ProfileField, column: pd.Series) -> list[Finding]:
    texts = column.astype(str).str.strip()
    bad = np.flatnonzero((texts != "") & ~texts.str.fullmatch(FORMS[field.type]))
    title = field.column(gate.layer.titles)
    return gate.tell(KINDS[field.type], bad, title, title=(field.en, field.zh), value=texts.iloc[bad].tolist())


def _parents(gate: Gate, held: dict[str, pd.Series]) -> list[Finding]:
    if set(held) != set(FORMS):
        return []
    town, county = (held[kind].astype(str).str.strip() for kind in ("town-code", "county-code"))
    both = town.str.fullmatch(FORMS["town-code"]) & county.str.fullmatch(FORMS["county-code"])
    rows = np.flatnonzero(both & (town.str.slice(0, 6) != county))
    return gate.tell("code-parent", rows, value=town.iloc[rows].tolist(), near=county.iloc[rows].tolist())
