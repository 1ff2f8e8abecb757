"""Readers and writers of a served region, each on a connection of its own, by a timetable that does not wait for them.

A request is due at a fixed time whether the one before was answered or not, and its time counts from when it was due:
a server that stands still for a second is charged with every request that was due in that second. Run as a process of
its own: `python -m benchmarks.load PLAN.json` prints one JSON document.
"""

import asyncio
import json
import random
import resource
import sys
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"


@dataclass
class Connection:
    """One kept connection, opened again where it was lost."""

    port: int
    token: str = ""  # of who asks; empty where nobody signs in
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request and return status, headers and body."""
        if self.streams is None:
            self.streams = await asyncio.open_connection(HOST, self.port, limit=2**20)
        reader, writer = self.streams
        given = {"Host": f"{HOST}:{self.port}", "Accept-Encoding": "gzip", "Accept-Language": "zh", **headers}
        if self.token:
            given["Authorization"] = f"Bearer {self.token}"
        if method != "GET":
            given |= {
                "Origin": f"http://{HOST}:{self.port}",
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
            }
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        try:
            return await _answer(reader)
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.streams = None
            raise


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    if "chunked" in headers.get("transfer-encoding", ""):
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return status, headers, b"".join(parts)
    return status, headers, await reader.readexactly(int(headers.get("content-length", 0)))


@dataclass
class Seen:
    """What was measured."""

    times: dict[str, list[float]] = field(default_factory=dict)  # ms by group
    statuses: Counter[int] = field(default_factory=Counter)
    written: list[tuple[str, str, str, int]] = field(default_factory=list)  # key, id, value, revision
    unseen: int = 0  # own writes a reader who just wrote did not find
    old: int = 0  # answers that named a newer revision
    failed: list[str] = field(default_factory=list)

    def took(self, group: str, due: float, status: int) -> None:
        """Note one answer."""
        self.times.setdefault(group, []).append((time.perf_counter() - due) * 1000)
        self.statuses[status] += 1


def _connection(plan: dict[str, Any], number: int) -> Connection:
    """The connection of a reader or writer, as the user of a city where users sign in."""
    users = plan["users"]
    return Connection(plan["port"], users[number % len(users)]["token"] if users else "")


def _own(plan: dict[str, Any], number: int) -> list[str]:
    """Rows that only this writer changes: of her own city where users sign in."""
    users = plan["users"]
    if not users:
        own: list[str] = plan["rows"][number :: plan["writers"]]
        return own
    rows: list[str] = users[number % len(users)]["rows"]
    return rows[number // len(users) :: -(-plan["writers"] // len(users))]


async def reader(number: int, plan: dict[str, Any], seen: Seen, start: float) -> None:
    """Ask every two seconds for something of the plan; what the browser has kept is asked for by its tag."""
    chance, kept, connection = random.Random(number), {}, _connection(plan, number)
    names, weights = zip(*((tuple(one["paths"]), one["weight"]) for one in plan["mix"]), strict=True)
    groups = [one["group"] for one in plan["mix"]]
    own = plan["users"][number % len(plan["users"])]["rows"][::7] if plan["users"] else []
    own_rows = [f"/api/tables/projects/{id}" for id in own]
    for turn in range(plan["turns"]):
        due = start + plan["every"] * (turn + number / plan["readers"])
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        at = chance.choices(range(len(names)), weights)[0]
        path = chance.choice(own_rows if own_rows and groups[at] == "one row" else names[at])
        tag = {"If-None-Match": kept[path]} if path in kept else {}
        try:
            status, headers, _ = await connection.send("GET", path, tag)
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            seen.failed.append(f"{path}: {error!r}")
            continue
        seen.took(groups[at], due, status)
        seen.old += "x-newer-revision" in headers
        if headers.get("etag"):
            kept[path] = headers["etag"]


async def writer(number: int, plan: dict[str, Any], seen: Seen, start: float) -> None:
    """Change one row of her own every two seconds, on the version read before, and look at once whether it is there."""
    connection, ids = _connection(plan, number), _own(plan, number)
    tags: dict[str, str] = {}
    for turn in range(plan["turns"]):
        id, key = ids[turn % len(ids)], uuid.uuid4().hex
        value = f"{number}-{turn}-{key[:8]}"  # never what is there already: that would not be written
        due = start + plan["every"] * (turn + number / plan["writers"])
        await asyncio.sleep(max(0.0, due - 0.25 - time.perf_counter()))
        try:
            if id not in tags:
                tags[id] = (await connection.send("GET", f"/api/tables/projects/{id}", {}))[1]["etag"]
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            body = json.dumps({"by": f"office {number}", "why": "load", "fields": {"note": value}}).encode()
            given = {"If-Match": tags[id], "Idempotency-Key": key}
            status, headers, answer = await connection.send("PATCH", f"/api/tables/projects/{id}", given, body)
            seen.took("write", due, status)
            if status != 200:
                tags.pop(id)
                continue
            revision = int(json.loads(answer)["revision"])
            seen.written.append((key, id, value, revision))
            tags[id] = headers["etag"]
            due = time.perf_counter()
            after = {"X-After-Revision": str(revision)}
            status, _, answer = await connection.send("GET", f"/api/tables/projects/{id}", after)
            seen.took("own row", due, status)
            seen.unseen += json.loads(answer)["row"]["note"] != value
        except (OSError, asyncio.IncompleteReadError, ValueError, KeyError) as error:
            seen.failed.append(f"write {id}: {error!r}")


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Let readers and writers go and return what they met."""
    seen, start = Seen(), time.perf_counter() + 1.0
    began = resource.getrusage(resource.RUSAGE_SELF)
    everybody = [reader(n, plan, seen, start) for n in range(plan["readers"])]
    everybody += [writer(n, plan, seen, start) for n in range(plan["writers"])]
    await asyncio.gather(*everybody)
    ended, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter() - start
    cpu = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    return {
        "times": seen.times, "statuses": dict(seen.statuses), "written": seen.written, "unseen": seen.unseen,
        "old": seen.old, "failed": seen.failed, "wall": wall, "cpu": cpu,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))))
