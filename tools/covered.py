"""Look at a coverage report: tests take every branch of what guards and proves, and nine tenths of the whole."""

from __future__ import annotations

import json
import sys
from pathlib import Path

WHOLE = 90.0  # %
CORE = (
    "region/allowed.py", "store/readers.py", "store/rights.py", "store/guard.py", "terms/rights.py",  # who may what
    "store/audit.py", "store/checkpoints.py", "store/signing.py", "store/proofs.py", "store/outside.py",
    "store/verify.py", "store/verify_log.py", "engines/merkle.py",  # the log
    "terms/money.py", "terms/numbers.py", "terms/marks.py",  # what is read from strangers
    "register/rules.py", "terms/ladders.py", "register/lights/judge.py", "register/lights/ladder.py",
    "register/lights/clauses.py", "register/lights/values.py",  # rules
)  # fmt: skip


def main(path: str) -> int:
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    whole = found["totals"]["percent_covered"]
    print(f"whole: {whole:.1f} % of lines and branches")
    short = 0
    for name, file in sorted(found["files"].items()):
        part = file["summary"]["percent_covered"]
        if name.replace("\\", "/").endswith(tuple(f"hechang/{core}" for core in CORE)):
            short += part < 100
            print(f"{part:6.1f} % {name}: lines {file['missing_lines']}, branches {file['missing_branches']}")
    return 0 if whole >= WHOLE and not short else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
