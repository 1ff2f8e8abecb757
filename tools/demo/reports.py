"""The sample reports: clean texts of our own, the noise named in `reports.csv` laid over them, a note beside each."""

from __future__ import annotations

import json
from pathlib import Path

from demo.files import HAND, read_hand, rows_of
from demo.noise import NOISE
from demo.pages import page


def report(text: str, noise: str) -> str:
    """Lay the named kinds of noise over a clean text, one after the other."""
    for kind in noise.split():
        text = NOISE[kind](text)
    return text


def note(row: dict[str, str]) -> str:
    """The note beside a report: what a user would know of it, and that it is made up."""
    known = {key: row[key] for key in ("publisher", "published", "title") if row[key]}
    return json.dumps(known | {"synthetic": True}, ensure_ascii=False, indent=1) + "\n"


def write(folder: Path) -> None:
    """Write reports, notes, README and what is expected to be found."""
    to = folder / "reports"
    to.mkdir(exist_ok=True)
    for row in rows_of(read_hand("reports.csv")):
        text = report(page(f"reports/{row['text']}"), row["noise"])
        (to / row["file"]).write_bytes(text.encode(row["encoding"]))
        (to / f"{row['file']}.meta.json").write_text(note(row), encoding="utf-8", newline="\n")
    (to / "README.md").write_text(page("reports.md"), encoding="utf-8", newline="\n")
    (to / "expected.csv").write_bytes((HAND / "reports_expected.csv").read_bytes())
