"""Files of files: zips that climb, swell and lie, timetables with faults, backups that were touched."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from corpus.case import ANY, ATTACHMENT, BACKUP, IMPORT, REFUSED, REPORT, TAKEN, Case, by_chance, harmed

FEED = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,甲站,31.1,120.1\nB,乙站,31.2,120.2\n",
    "routes.txt": "route_id,route_type,route_short_name\nR,101,G\n",
    "trips.txt": "trip_id,route_id,service_id,trip_headsign\nT1,R,D,乙\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,"
                    "end_date\nD,1,1,1,1,1,0,0,20220101,20221231\n",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
                      "T1,23:50:00,23:52:00,A,1\nT1,24:20:00,24:20:00,B,2\n",
}  # fmt: skip
CLIMBING = (
    "../../evil.txt",
    "/etc/passwd",
    "..\\..\\evil.txt",
    "C:\\evil.txt",
    "a/../../b",
    "\\\\server\\x",
    "a\x00b",
    "....//x",
    "~/x",
    "a" * 5_000,
)
Edits = dict[str, tuple[str, str]]


def zipped(parts: dict[str, bytes | str], links: tuple[str, ...] = ()) -> bytes:
    """Pack parts; names in `links` become links."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            about = zipfile.ZipInfo(name)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = (stat.S_IFLNK if name in links else stat.S_IFREG) << 16
            packed.writestr(about, data)
    return held.getvalue()


def cases(seed: int) -> Iterator[Case]:
    """Give the cases of a seed; those that are the same for every seed with the first one."""
    if not seed:
        yield from _zips()
        yield from _feeds()
        yield from _backups()
    chance = by_chance(seed, "packs")
    feed, bundle = zipped(FEED), backup()
    for at in range(12):
        way, data = harmed(feed, chance)
        yield Case(f"timetable {way} {seed}/{at}", IMPORT, "f.zip", data, (ANY,), "trips")
        way, data = harmed(bundle, chance)
        yield Case(f"backup {way} {seed}/{at}", BACKUP, "b.zip", data, (REFUSED,) if way == "cut" else (ANY,))
        name = chance.choice(sorted(FEED))
        way, data = harmed(FEED[name].encode(), chance)
        yield Case(f"{name} {way} {seed}/{at}", IMPORT, "f.zip", zipped({**FEED, name: data}), (ANY,), "trips")


def _zips() -> Iterator[Case]:
    for name in CLIMBING:
        yield Case(
            f"timetable with {name[:12]!r}",
            IMPORT,
            "f.zip",
            zipped({**FEED, name: "x"}),
            (ANY,) if name[0] in "~.aa" and ".." not in name.split("/") else ("file-path",),
            "trips",
        )
    swollen = zipped({"stops.txt": bytes(601_000_000)})
    nested = zipped(FEED)
    for _ in range(5):
        nested = zipped({"a.zip": nested})
    heavy = zipped({"a.txt": bytes(100_000_000)})
    known = {
        "swollen zips": (zipped({f"{n}.zip": heavy for n in range(40)}), (REFUSED,)),
        "link": (zipped({**FEED, "link.txt": "/etc/passwd"}, ("link.txt",)), ("file-path",)),
        "no parts": (b"PK\x05\x06" + bytes(18), (REFUSED,)),
        "swollen": (swollen, (REFUSED,)), "nested": (nested, (REFUSED,)),
        "many parts": (zipped({f"{n}.txt": "" for n in range(5_100)} | FEED), (REFUSED,)),
        "the same part twice": (_twice(), (ANY,)), "locked": (_locked(zipped(FEED)), ("file-password",)),
        "another packing": (zipped(FEED).replace(b"\x08\x00", b"\x63\x00"), (REFUSED,)),
        "a program": (zipped({"run.exe": b"MZ"}), ("file-kind",)),
        "a document": (zipped({"word/document.xml": "<w:document/>"}), ("file-kind",)),
        "empty shapefile": (zipped({"a.shp": b""}), (REFUSED,)),
        "shapefile of noise": (zipped({"a.shp": b"\x00\x00\x27\x0a" + bytes(99), "a.dbf": b"\x03" + bytes(40),
        "a.shx": bytes(99)}), (REFUSED,)),
    }  # fmt: skip
    for name, (data, expect) in known.items():
        yield Case(f"zip: {name}", IMPORT, "f.zip", data, expect, "trips")
        yield Case(f"zip as a report: {name}", REPORT, "f.zip", data)
        yield Case(f"zip attached: {name}", ATTACHMENT, "f.zip", data, (ANY,))


@cache
def _twice() -> bytes:
    held = io.BytesIO(zipped(FEED))
    with zipfile.ZipFile(held, "a") as packed:
        packed.getinfo("stops.txt").filename = "other"
        packed.NameToInfo.pop("stops.txt")
        packed.writestr("stops.txt", "stop_id\nX\n")
        packed.filelist[0].filename = packed.filelist[0].orig_filename = "stops.txt"
    return held.getvalue()


def _locked(data: bytes) -> bytes:
    """Say of every part that it needs a password."""
    made = bytearray(data)
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + flag] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


def _feeds() -> Iterator[Case]:
    yield Case("timetable", IMPORT, "f.zip", zipped(FEED), (TAKEN,), "trips")
    for name, whole in FEED.items():
        rest = {key: text for key, text in FEED.items() if key != name}
        yield Case(f"timetable without {name}", IMPORT, "f.zip", zipped(rest), (REFUSED,), "trips")
        odd = {"empty": "", "titles only": whole.split("\n")[0], "quotes": whole + '"',
            "nul": whole + "\0", "not utf-8": whole.encode() + b"\xff\xfe",
               "long": whole + "x" * 500_000, "wide": "," * 99_999,
               "one more cell": whole + "1," * 30 + "\n", "title twice": whole.replace("_id", "_id,trip_id",
               1)}  # fmt: skip
        for kind, text in odd.items():
            yield Case(f"{name} {kind}", IMPORT, "f.zip", zipped({**FEED, name: text}), (ANY,), "trips")
    edits: Edits = {
        "stops.txt": ("31.1", "1e400"), "stops.txt ": ("31.1", "NaN"), "stops.txt  ": ("31.1", "３１"),
        "stops.txt   ": ("31.1", "310"), "routes.txt": ("101", "-5"),
        "stop_times.txt": ("23:50:00", "25:61:61"), "stop_times.txt ": ("23:50:00", "-1:00:00"),
        "stop_times.txt  ": ("23:50:00", "99999999:00:00"), "stop_times.txt   ": (",1\n", ",9999999999\n"),
        "calendar.txt": ("20220101", "20220231"), "calendar.txt ": ("20220101", "农历"), "trips.txt": ("T1,R",
        "T1,X"), "stop_times.txt    ": ("A,1", "A,²"),
    }  # fmt: skip
    for name, (old, new) in edits.items():
        yield Case(
            f"{name}: {new}",
            IMPORT,
            "f.zip",
            zipped({**FEED, name.strip(): FEED[name.strip()].replace(old, new, 1)}),
            (REFUSED,),
            "trips",
        )


@cache
def backup() -> bytes:
    """A sound backup of a small region."""
    from hechang.region.backups import backup as take
    from hechang.region.tiny import tiny

    with TemporaryDirectory() as folder:
        region = tiny(Path(folder) / "t.hc")
        region.close()
        file = Path(folder) / "b.zip"
        take(Path(folder) / "t.hc", file)
        return file.read_bytes()


def rewritten(replaced: Mapping[str, bytes] = MappingProxyType({}), /, **changes: object) -> bytes:
    """A backup with some of its parts replaced, and some entries of its manifest."""
    with zipfile.ZipFile(io.BytesIO(backup())) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    said = json.loads(parts.pop("manifest.json")) | changes
    return zipped({"manifest.json": json.dumps(said), **parts, **replaced})


def _backups() -> Iterator[Case]:
    yield Case("backup", BACKUP, "b.zip", backup(), (TAKEN,))
    files = json.loads(zipfile.ZipFile(io.BytesIO(backup())).read("manifest.json"))["files"]
    one = next(iter(files))
    odd: dict[str, bytes] = {
        "empty": b"", "text": b"no backup", "noise": bytes(range(256)) * 40, "a timetable": zipped(FEED),
        "no manifest": zipped({"a": "b"}), "manifest of noise": zipped({"manifest.json": b"\xff"}),
        "manifest of brackets": zipped({"manifest.json": "[" * 100_000}),
        "manifest list": zipped({"manifest.json": "[]"}), "manifest null": zipped({"manifest.json": "null"}),
        "large manifest": zipped({"manifest.json": " " * 5_000_000}),
        "other format": rewritten(format=2), "files as list": rewritten(files=[one]),
        "files as text": rewritten(files=one), "files of numbers": rewritten(files={one: 5}),
        "nothing named": rewritten(files={}),
        "other revision": rewritten(revision=99), "text as revision": rewritten(revision="x"),
        "other head": rewritten(hash="0" * 64), "other root": rewritten(root="0" * 64),
        "more fields": rewritten(evil=1),
        "another hash": rewritten(files={**files, one: "0" * 64}), "a file more": rewritten({"x": b"1"}),
        "another database": rewritten({"register.db": b"SQLite format 3\0" + bytes(999)}),
        **{f"climbing {name[:12]!r}": rewritten({name: b""}, files={**files, name: sha256(b"").hexdigest()})
           for name in CLIMBING if name[0] not in "~."},
    }  # fmt: skip
    for name, data in odd.items():
        yield Case(f"backup: {name}", BACKUP, "b.zip", data)
