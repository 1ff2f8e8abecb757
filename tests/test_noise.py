"""Every kind keeps the body's words in order."""

import random
import re
import unicodedata
from pathlib import Path

import opencc
import pytest
from benchmarks.noise import FAMILIES, KINDS

TEXTS = sorted((Path(__file__).parents[1] / "benchmarks" / "gold" / "written").glob("w0[19]*.txt"))
ESCAPED = re.compile(r"\\u([0-9a-f]{4})")  # as programs write what is not ASCII
BACK = opencc.OpenCC("tw2s"), opencc.OpenCC("hk2s"), opencc.OpenCC("t2s")


def words(text: str) -> str:
    """Chinese characters and figures only, look-alikes folded."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isdigit() or "\u4e00" <= c <= "\u9fff")


def folded(text: str) -> str:
    out = words(ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
    for change in BACK:
        out = change.convert(out)
    return out


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_the_body_stays_in_order(name, path):
    clean = path.read_text(encoding="utf-8")
    noisy = KINDS[name](clean, random.Random(5))
    assert noisy == KINDS[name](clean, random.Random(5))
    assert noisy != clean or name in ("marks: other dots and dashes", "office: codes of links")
    rest = iter(folded(noisy))
    missing = [char for char in folded(clean) if char not in rest]
    assert not missing, missing[:5]


def test_there_are_about_a_hundred_and_names_are_unique():
    assert sum(map(len, FAMILIES.values())) == len(KINDS) >= 100
