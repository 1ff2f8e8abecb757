"""One file of the corpus, and what has to become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

TAKEN = "taken"  # nothing is wrong with it, or only what has a warning
REFUSED = "refused"  # with any fault
ANY = "any"  # whatever is said of it, it is said in words
SAME = "same"  # refused, or nothing in it reads differently
IMPORT, REPORT, BACKUP, ATTACHMENT, JSON = "import", "report", "backup", "attachment", "json"
HEAD = "项目名称,项目代码,所在地,总投资(万元),签约日期,开工日期,预计竣工日期,截至2022年8月完成投资(万元)"
SOUND = ("甲项目", "N-1", "甲县", "1000", "2021-03-01", "2021-06-01", "", "100")


@dataclass(frozen=True)
class Case:
    """A file, the door it comes to, and the kinds of fault of which one has to be told, or what it reads as."""

    name: str
    door: str
    file: str
    data: bytes = field(repr=False)
    expect: tuple[str, ...] = (REFUSED,)
    table: str = "projects"
    values: Mapping[str, Any] = field(default_factory=dict)  # table.field: the only value stored there


def by_chance(seed: int, kind: str) -> Random:
    """Chance of one kind of file; the same for the same seed."""
    return Random(f"{kind} {seed}")


def line(**cells: str) -> str:
    """One sound line of a CSV of projects, with some cells replaced by their title."""
    made = dict(zip(HEAD.split(","), SOUND, strict=True)) | cells
    return ",".join('"' + text.replace('"', '""') + '"' for text in made.values())


def csv(*lines: str, head: str = HEAD) -> bytes:
    """Write lines under a header."""
    return "\n".join([head, *lines, ""]).encode("utf-8", "surrogatepass")


def flipped(data: bytes, chance: Random, times: int = 1) -> bytes:
    """Change some bytes, each to another."""
    made = bytearray(data)
    for _ in range(times):
        made[chance.randrange(len(made))] ^= chance.randrange(1, 256)
    return bytes(made)


def harmed(data: bytes, chance: Random) -> tuple[str, bytes]:
    """Do to a file what disks and networks do: flip, cut, repeat, move, zero."""
    size = len(data)
    at, end = sorted((chance.randrange(size), chance.randrange(1, size + 1)))
    ways = {
        "flip": lambda: flipped(data, chance),
        "flips": lambda: flipped(data, chance, 20),
        "cut": lambda: data[: chance.randrange(size)],
        "headless": lambda: data[chance.randrange(1, size) :],
        "gap": lambda: data[:at] + data[end:],
        "zeros": lambda: data[:at] + bytes(end - at) + data[end:],
        "twice": lambda: data + data,
        "repeat": lambda: data[:end] + data[at:],
        "tail": lambda: data + chance.randbytes(100),
    }
    way = chance.choice(sorted(ways))
    return way, ways[way]()
