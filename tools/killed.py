"""Tell how many mutants were killed and fail below a share: `python -m tools.killed STATS.json PERCENT`."""

import json
import sys
from pathlib import Path


def main() -> int:
    """Read the counts of a mutation run; 1 where too few mutants were killed."""
    counts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tried = sum(counts[name] for name in ("killed", "survived", "timeout", "suspicious"))
    share = 100 * counts["killed"] / tried if tried else 0.0
    print(f"{counts['killed']} of {tried} mutants killed, {counts['timeout']} timed out: {share:.1f} %")
    return int(share < float(sys.argv[2]))


if __name__ == "__main__":
    sys.exit(main())
