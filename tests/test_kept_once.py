"""What a region keeps of its work is kept under a name; two works under one name would answer for each other."""

from __future__ import annotations

import re
from collections import defaultdict

KEPT = re.compile(
    r"(?P<whose>region|self|results|kept)\.once\(\s*\(?f?\"(?P<name>[^\"]+)\"[^\n]*?lambda: (?P<work>\w+)\("
)


def test_no_two_works_are_kept_under_one_name(root):
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in sorted((root / "src" / "hechang").rglob("*.py")):
        for one in KEPT.finditer(path.read_text(encoding="utf-8")):
            work = f"{path.stem}.{one['work']}" if one["work"].startswith("_") else one["work"]
            found[one["whose"], one["name"]].add(work)
    assert len(found) > 20
    assert {name: works for name, works in found.items() if len(works) > 1} == {}
