"""Near-duplicate texts: ours beside rensa and datasketch, with recall and precision against exact Jaccard; core J.

The texts are made: characters as often as in running Chinese, 1,500 each, ten outlets with a header and a footer of
their own, one text in five an edited reprint (characters changed, a passage moved or cut, a header added). What is
right is found by an exact join that shares nothing with the engine. Peers (extra `bench`) get the same texts in the
same process, one thread; where they are not installed their rows say so.
"""

import importlib
import importlib.metadata
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measured import in_child, peak_mb, timed
from hechang.engines.near_duplicates import _codes, _hashes, groups, near_duplicates

TEXTS = {"small": 2_000, "region": 10_000, "national": 10_000}
MANY = {"small": 10_000, "region": 100_000, "national": 100_000}
LENGTH = 1_500
LEAST = 0.8
SLOW = 1_000  # texts that datasketch gets: it would take minutes for all
BARS = {"ratio": 8.0, "seconds": 60.0, "peak_mb": 1_000.0}
Found = set[tuple[int, int]]


def rows(size: str) -> list[dict[str, Any]]:
    """Ours and each peer on the same texts, and ours on many; each row in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        beside = in_child("duplicates", "beside", folder, size)
        many = in_child("duplicates", "many", folder, size)
    return [*_beside_rows(beside, size), _many_row(many, size)]


run = rows


def one(row: str, folder: Path, size: str) -> dict[str, Any]:
    """One row, in this process."""
    del folder  # the texts are made anew: quicker than to read them
    return many(MANY[size]) if row == "many" else beside(TEXTS[size])


# --- texts ------------------------------------------------------------------------------------------------------------
def made(count: int, seed: int = 1) -> list[str]:
    """Texts: four in five of their own, the rest reprints of them, in mixed order."""
    drawn = np.random.default_rng(seed)
    weight = 1 / np.arange(1, 3_001)
    often = np.searchsorted(np.cumsum(weight / weight.sum()), np.arange(65_536) / 65_536)
    table = (0x4E00 + drawn.permutation(3_000)[np.minimum(often, 2_999)]).astype("<u4")
    own = count * 4 // 5
    outlets = [_text(table[drawn.integers(0, 65_536, 80)]) for _ in range(20)]
    texts = [_text(table[drawn.integers(0, 65_536, LENGTH, dtype=np.uint16)]) for _ in range(own)]
    texts = [outlets[n % 10] + text[: LENGTH - 160] + outlets[10 + n % 10] for n, text in enumerate(texts)]
    chance = random.Random(seed)
    texts += [_reprint(texts[chance.randrange(own)], chance, outlets) for _ in range(count - own)]
    chance.shuffle(texts)
    return texts


def _text(codes: Any) -> str:
    return str(codes.astype("<u4").tobytes().decode("utf-32-le"))


def _reprint(text: str, chance: random.Random, outlets: list[str]) -> str:
    signs = list(text)
    for _ in range(chance.choice((0, 0, 2, 5, 10, 20, 30, 40, 60, 120))):
        signs[chance.randrange(len(signs))] = chance.choice(text)
    at, length = chance.randrange(len(signs)), chance.choice((0, 0, 50, 150, 250))
    passage, rest = signs[at : at + length], signs[:at] + signs[at + length :]
    kept = rest + passage if chance.random() < 0.5 else rest
    return (chance.choice(outlets) if chance.random() < 0.3 else "") + "".join(kept)


def exactly(texts: Sequence[str]) -> dict[tuple[int, int], float]:
    """All pairs of at least LEAST with their similarity: an exact join on the rarest grams (prefix filtering).

    Two sets of similarity t share at least one of their first |A| - ceil(t |A|) + 1 grams, in any one order of all
    grams; rare ones first make few candidates (Chaudhuri, Ganti and Kaushik 2006, ICDE). Each is compared as sets.
    """
    sets = [_gram_numbers(text) for text in texts]
    _, inverse, often = np.unique(np.concatenate(sets), return_inverse=True, return_counts=True)
    rank = np.empty(len(often), dtype=np.int64)
    rank[np.argsort(often, kind="stable")] = np.arange(len(often))
    owners: dict[int, list[int]] = {}
    start = 0
    for at, grams in enumerate(sets):
        mine = inverse[start : start + len(grams)]
        start += len(grams)
        order = np.argsort(rank[mine])[: len(grams) - int(np.ceil(LEAST * len(grams))) + 1]
        for gram in mine[order][often[mine[order]] > 1].tolist():
            owners.setdefault(gram, []).append(at)
    candidates = {pair for some in owners.values() for pair in combinations(some, 2)}
    shares = {pair: _share(texts[pair[0]], texts[pair[1]]) for pair in sorted(candidates)}
    return {pair: share for pair, share in shares.items() if share >= LEAST}


def _share(one: str, other: str) -> float:
    a, b = set(_grams(one)), set(_grams(other))
    return len(a & b) / len(a | b)


def _gram_numbers(text: str) -> Any:
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    keys = codes[:-4].copy()
    for ahead in range(1, 5):
        keys = keys * np.uint64(0x100000001B3) + codes[ahead : len(codes) - 4 + ahead]
    return np.unique(keys)


def named(pairs: Iterable[tuple[int, int]], texts: Sequence[str]) -> Found:
    """Pairs as ours names them: a word-for-word copy stands beside the first of its copies only."""
    first: dict[str, int] = {}
    for at, text in enumerate(texts):
        first.setdefault(text, at)
    original = [first[text] == at for at, text in enumerate(texts)]
    return {(a, b) for a, b in pairs if (original[a] and original[b]) or first[texts[b]] == a}


# --- ours and the peers -----------------------------------------------------------------------------------------------
def beside(count: int) -> dict[str, Any]:
    """Seconds and what was found, of ours and of each peer that is installed, on the same texts."""
    os.environ["RAYON_NUM_THREADS"] = "1"
    texts = made(count)
    right = named(exactly(texts), texts)
    part = named(((a, b) for a, b in right if b < SLOW), texts)
    ways: dict[str, tuple[Callable[[Sequence[str]], Found], Sequence[str], Found]] = {
        "ours": (ours, texts, right),
        "rensa": (rensa, texts, right),
        "rensa fed with our hashes": (rensa_fed, texts, right),
        "datasketch": (datasketch, texts[:SLOW], part),
    }
    told = {name: _measure(*way) for name, way in ways.items()}
    told["right"] = {"pairs": len(right), "texts": len(texts)}
    return told


def _measure(way: Callable[[Sequence[str]], Found], texts: Sequence[str], right: Found) -> dict[str, Any]:
    try:
        took = timed(lambda: way(texts), runs=3)
    except ModuleNotFoundError as missing:
        return {"missing": str(missing.name)}
    found = named(took.result, texts)
    return {
        "seconds": took.cpu,  # of one thread; the clock would count what else the machine does
        "cold_seconds": took.cold,
        "texts": len(texts),
        "recall": len(found & right) / max(1, len(right)),
        "precision": len(found & right) / max(1, len(found)),
    }


def ours(texts: Sequence[str]) -> Found:
    """Pairs of the engine."""
    found = near_duplicates(texts, least=LEAST)
    return set(zip(found.first.tolist(), found.second.tolist(), strict=True))


def _grams(text: str) -> list[str]:
    return [text[at : at + 5] for at in range(len(text) - 4)]


def rensa(texts: Sequence[str]) -> Found:
    """Rensa as its page shows it: token lists to sketches, bands, pairs kept by the estimate of the sketches."""
    peer = importlib.import_module("rensa")
    return _rensa_pairs(peer, peer.RMinHash.from_token_sets(map(_grams, texts), num_perm=128, seed=42))


def _rensa_pairs(peer: Any, sketches: Any) -> Found:
    bands = peer.RMinHashLSH(threshold=LEAST, num_perm=128, num_bands=32)
    bands.insert_pairs(list(enumerate(sketches)))
    near = {(a, b) for a, some in enumerate(bands.query_all(sketches)) for b in some if a < b}
    return {(a, b) for a, b in near if sketches[a].jaccard(sketches[b]) >= LEAST}


def rensa_fed(texts: Sequence[str]) -> Found:
    """Rensa without Python's slow cutting of text: it gets the hashes of our engine in one buffer, and our bands."""
    peer = importlib.import_module("rensa")
    lengths = np.fromiter((len(text) - 4 for text in texts), np.int64, len(texts))
    hashes = np.concatenate([_hashes(_codes([text])) for text in texts]).astype(np.uint64)
    offsets = np.append(0, np.cumsum(lengths)).astype(np.uint64)
    matrix = peer.RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, num_perm=128, seed=42)
    marks = np.array(matrix.to_rows(), dtype=np.uint32)
    found: Found = set()
    for start in range(0, 128, 4):
        owners: dict[bytes, list[int]] = {}
        for at, band in enumerate(np.ascontiguousarray(marks[:, start : start + 4])):
            owners.setdefault(band.tobytes(), []).append(at)
        found |= {pair for some in owners.values() if len(some) > 1 for pair in combinations(some, 2)}
    return {(a, b) for a, b in found if (marks[a] == marks[b]).mean() >= LEAST}


def datasketch(texts: Sequence[str]) -> Found:
    """Datasketch as its page shows it."""
    peer = importlib.import_module("datasketch")
    bands = peer.MinHashLSH(threshold=LEAST, num_perm=128)
    sketches = []
    for at, text in enumerate(texts):
        sketch = peer.MinHash(num_perm=128)
        sketch.update_batch([gram.encode() for gram in _grams(text)])
        sketches.append(sketch)
        bands.insert(at, sketch)
    near = {(a, b) for a, sketch in enumerate(sketches) for b in bands.query(sketch) if a < b}
    return {(a, b) for a, b in near if sketches[a].jaccard(sketches[b]) >= LEAST}


def many(count: int) -> dict[str, Any]:
    """Seconds by the clock and largest memory, texts included, for many texts: pairs and groups."""
    texts = made(count, seed=2)
    start = time.perf_counter()
    found = near_duplicates(texts, least=LEAST)
    name = groups(found, count)
    seconds = time.perf_counter() - start
    held = int((np.bincount(name, minlength=count) > 1).sum())
    return {"seconds": seconds, "peak_mb": peak_mb(), "pairs": len(found.first), "groups": held, "texts": count}


# --- rows -------------------------------------------------------------------------------------------------------------
def _beside_rows(told: dict[str, Any], size: str) -> list[dict[str, Any]]:
    mine, right = told.pop("ours"), told.pop("right")
    return [_row(name, mine, peer, size, right["pairs"]) for name, peer in told.items()]


def _row(name: str, mine: dict[str, Any], peer: dict[str, Any], size: str, right: int) -> dict[str, Any]:
    missing = peer.get("missing")
    ratio = None if missing else _speed(mine) / _speed(peer)
    better = not missing and all(mine[part] >= peer[part] for part in ("recall", "precision"))
    said = f"{missing} is not installed: extra bench" if missing else f"{name} {_said(peer)}, ratio {ratio:.1f}"
    version = None if missing else importlib.metadata.version(name.split(maxsplit=1)[0])
    goal = name != "rensa" or missing or (better and (ratio or 0) >= BARS["ratio"])
    return {
        "core": "J", "row": f"near-duplicates beside {name}", "size": size, "ours": mine,
        "peer": {"name": name, "version": version, **peer}, "ratio": ratio, "agree": bool(missing or better),
        "ok": bool(goal), "cold_seconds": mine["cold_seconds"],
        "note": f"ours {_said(mine)}; {said}; {right} pairs of at least {LEAST}",
    }  # fmt: skip


def _said(one: dict[str, Any]) -> str:
    return f"{_speed(one):,.0f} texts/s, recall {one['recall']:.4f}, precision {one['precision']:.4f}"


def _speed(one: dict[str, Any]) -> float:
    return float(one["texts"] / one["seconds"])


def _many_row(told: dict[str, Any], size: str) -> dict[str, Any]:
    ok = told["seconds"] <= BARS["seconds"] and told["peak_mb"] <= BARS["peak_mb"]
    note = f"{told['texts']:,} texts, {told['pairs']:,} pairs, {told['groups']:,} groups; bar 60 s and 1,000 MB"
    return {
        "core": "J", "row": "near-duplicates of many", "size": size, "ours": told, "peer": None, "ratio": None,
        "agree": told["pairs"] > 0, "ok": ok, "cold_seconds": told["seconds"], "note": note,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(rows("small"), ensure_ascii=False, indent=1))
