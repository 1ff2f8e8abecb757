"""Bodies of requests that are no JSON, or JSON that can be read in two ways."""

from __future__ import annotations

import json
from collections.abc import Iterator

from corpus.case import ANY, JSON, REFUSED, Case, by_chance, harmed

SOUND = {"by": "tester", "why": "corpus", "values": {"name": "甲"}}


def cases(seed: int) -> Iterator[Case]:
    """Give the cases of a seed; those that are the same for every seed with the first one."""
    if not seed:
        yield from _known()
    chance = by_chance(seed, "bodies")
    whole = json.dumps(SOUND, ensure_ascii=False).encode()
    for at in range(12):
        way, data = harmed(whole, chance)
        yield Case(f"body {way} {seed}/{at}", JSON, "body", data, (ANY,))


def _known() -> Iterator[Case]:
    values = ("NaN", "Infinity", "-Infinity", "1e400", "9" * 5_000, "1" + "0" * 400, "-0", "1.5", '"\\ud800"',
        '"\\u0000"', "[" * 60_000, '{"a":' * 9_000,
              "{}", "[]", "null", "true", '"' + "甲" * 20_000 + '"', '{"__proto__": {}}', "0x10", "1_000", "'a'",
              "undefined", "/* */ 1", "[1,]", "01", "+1", ".5", "2**70")  # fmt: skip
    for field in ("name", "invest_total"):
        for value in values:
            yield Case(
                f"{field} = {value[:20]}",
                JSON,
                "body",
                f'{{"by":"t","why":"w","values":{{"{field}":{value}}}}}'.encode(),
                (ANY,) if value in ("1.5", "true", "-0", "{}", "[]", "null") else (REFUSED,),
            )
    whole = {"empty": b"", "nul": b"\0", "mark of order": b"\xef\xbb\xbf{}", "utf-16": '{"by":"t"}'.encode("utf-16"),
        "not utf-8": b'{"by":"\xff"}', "twice": b'{"by":"a","by":"b","why":"w","values":{}}',
             "list": b"[]", "text": b'"x"', "half": b'{"by":', "more": b'{"by":"t","why":"w","values":{}} {}',
             "xml": b"<a/>", "form": b"by=t&why=w", "yaml": b"by: t\nwhy: w\n"}  # fmt: skip
    for name, data in whole.items():
        yield Case(f"body: {name}", JSON, "body", data)
