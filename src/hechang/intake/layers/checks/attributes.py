"""Fields a layer must have: there, filled, of their type, of their code list, each once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hechang.intake.layers.gate import Gate
from hechang.intake.sheets.faults import Where, fault
from hechang.terms.dates import parse_date
from hechang.terms.findings import Finding
from hechang.terms.layer_profiles import ProfileField
from hechang.terms.numbers import parse_number
from hechang.terms.specs import codes


def check(gate: Gate) -> list[Finding]:
    """Find what is wrong with the attributes of a layer under its profile."""
    fields = gate.profile.fields if gate.profile else ()
    return [finding for field in fields for finding in _field(gate, field)]


def _field(gate: Gate, field: ProfileField) -> list[Finding]:
    title = field.column(gate.layer.titles)
    if not title:
        return [_missing(gate, field)] if field.required else []
    texts = gate.layer.column(title).astype(str).str.strip().reset_index(drop=True)
    held = texts != ""
    return [
        *(gate.tell("required", np.flatnonzero(~held), title, title=(field.en, field.zh)) if field.required else []),
        *_of_type(gate, field, title, texts[held]),
        *(_twice(gate, title, texts[held]) if field.unique else []),
    ]


def _missing(gate: Gate, field: ProfileField) -> Finding:
    expect = "、".join(dict.fromkeys((field.name, field.zh, *field.also)))
    return fault("field-missing", Where(gate.layer.file, gate.layer.name), title=(field.en, field.zh), expect=expect)


def _of_type(gate: Gate, field: ProfileField, title: str, texts: pd.Series) -> list[Finding]:
    """Find texts that are no number, date or code, as the field wants them."""
    kind = {"number": "not-number", "date": "not-date", "code": "not-code"}.get(field.type, "")
    if not kind:
        return []
    known = codes(field.codes) if field.codes else {}
    allowed = {word for code in known.values() for word in (code.code, code.zh, code.en)}
    fits = {
        text: parse_number(text) is not None if kind == "not-number"
        else parse_date(text) is not None if kind == "not-date" else text in allowed
        for text in texts.unique()
    }  # fmt: skip
    bad = texts[~texts.map(fits).astype(bool)]
    expect = "、".join(f"{code.code} ({code.zh})" for code in known.values()) or field.type
    return gate.tell(kind, bad.index.to_numpy(), title, title=(field.en, field.zh), value=bad.tolist(), expect=expect)


def _twice(gate: Gate, title: str, texts: pd.Series) -> list[Finding]:
    again = texts[texts.duplicated()]
    first = pd.Series(texts.index, index=texts.to_numpy()).groupby(level=0).first()
    near = [gate.name(int(at)) for at in first.loc[again].to_numpy()]
    return gate.tell("duplicate", again.index.to_numpy(), title, value=again.tolist(), near=near)
