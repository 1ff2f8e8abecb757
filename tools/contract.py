"""What the pages know of the program, written for TypeScript: routes (OpenAPI), words, tables and codes.

python -m tools.contract FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from hechang.terms.specs import codes, tables
from hechang.terms.words import LANGUAGES, words
from hechang.testing import tiny
from hechang.web.app import create_app

FIELD = ("zh", "en", "type", "unit", "unit_zh", "required")  # what the pages must know of a column


def main(folder: Path) -> None:
    """Write openapi.json, words.ts and terms.ts."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "openapi.json", _json(_answers(create_app(tiny()).openapi())))
    said = {lang: dict(words(lang)) for lang in LANGUAGES}
    _write(folder / "words.ts", f"export const words = {_json(said)} as const;\n")
    known = f"export const tables = {_json(_tables())} as const;\nexport const codes = {_json(_codes())} as const;\n"
    _write(folder / "terms.ts", known)


def _answers(document: dict[str, Any]) -> dict[str, Any]:
    """The document without refusals: the pages are never given one, their client throws it (ui/src/api)."""
    for route in document["paths"].values():
        for one in route.values():
            one["responses"] = {status: told for status, told in one["responses"].items() if status < "400"}
    return document


def _tables() -> dict[str, Any]:
    return {
        table.name: {
            "zh": table.zh,
            "en": table.en,
            "title": table.title_field,
            "fields": {f.name: {part: getattr(f, part) for part in FIELD} for f in table.fields},
        }
        for table in tables().values()
    }


def _codes() -> dict[str, Any]:
    used = sorted({f.target for table in tables().values() for f in table.fields if f.kind == "code"})
    return {name: {code.code: {"zh": code.zh, "en": code.en} for code in codes(name).values()} for name in used}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:  # an unchanged file keeps its time
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
