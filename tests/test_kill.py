"""kill -9 at random moments, through the command line and the API: nothing acknowledged is lost, nothing is half there.

A child works on a region and says what has been acknowledged; the parent kills it, opens the region and looks. Every
revision has its audit record, and no record speaks of a revision that is not there. HECHANG_KILLS sets how many.
"""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from statistics import median

import pytest
import sqlalchemy as sa

from forked import KILLED, Forks
from hechang.region.opening import open_region
from hechang.region.tiny import tiny
from hechang.store import audit
from kill_jobs import ROWS

KILLS = int(os.environ.get("HECHANG_KILLS", "100"))
FIRST = 3.0  # s a restarted server may take to its first right answer


# --- what the parent does ---------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def forks():
    made = Forks(None, "kill_jobs")
    yield made
    made.close()


def said_in(file, *, wait=False):
    """Whole lines of what a child has said; at least one where that is waited for."""
    while True:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        if text.endswith("\n") or not wait:
            return [int(line) for line in text.split("\n")[:-1]]
        time.sleep(0.005)


def looked_at(folder):
    """Projects there by number of import, revisions, audit records; the log tells each revision and nothing else."""
    with closing(open_region(folder)) as region:
        spoken = asked(region, "SELECT revision FROM audit ORDER BY seq")
        there = asked(region, "SELECT seq FROM revisions ORDER BY seq")
        assert [n for n in spoken if n is not None] == there == list(range(1, len(there) + 1))
        assert region.store.ask(audit.frontier).size == len(spoken)
        codes = asked(region, "SELECT code FROM projects WHERE code LIKE 'K%'")
    counts = {}
    for code in codes:
        number = int(code[1:].partition("-")[0])
        counts[number] = counts.get(number, 0) + 1
    return counts, len(there), len(spoken)


def asked(region, sql):
    return region.store.ask(lambda con: con.execute(sa.text(sql)).scalars().all())


def whole(folder):
    with closing(open_region(folder)) as region:
        assert region.verify().whole


@pytest.mark.slow
def test_kills_during_imports_by_the_command_line_lose_and_halve_nothing(forks, tmp_path, record_property):
    folder, chance, kills = tmp_path / "r.hc", random.Random(20220927), KILLS * 3 // 10
    tiny(folder).close()
    acknowledged, first = set(), 0
    for number in range(kills):
        said = tmp_path / f"said-{number}"
        child = forks.start("import_until_killed", str(folder), str(said), first)
        said_in(said, wait=number % 2 == 0)
        time.sleep(chance.uniform(0, 0.5))
        assert forks.kill(child) == KILLED
        acknowledged |= set(said_in(said))
        there, *_ = looked_at(folder)
        assert acknowledged <= there.keys(), "an acknowledged import is lost"
        assert set(there.values()) <= {ROWS}, "an import is applied half"
        assert len(there) <= len(acknowledged) + number + 1, "only the import that was cut off may be there unsaid"
        first = max(there, default=-1) + 1
    whole(folder)
    assert len(acknowledged) >= kills / 4
    record_property("kills", kills)
    record_property("acknowledged", len(acknowledged))


@pytest.mark.slow
def test_kills_during_edits_and_refusals_leave_a_record_of_each_and_of_nothing_else(forks, tmp_path, record_property):
    folder, chance, kills, kept = tmp_path / "r.hc", random.Random(6962), KILLS // 2, 1
    tiny(folder).close()
    for number in range(kills):
        said = tmp_path / f"said-{number}"
        child = forks.start("edit_until_killed", str(folder), str(said))
        said_in(said, wait=True)
        time.sleep(chance.uniform(0, 0.2))
        assert forks.kill(child) == KILLED
        kept = max(kept, *said_in(said))
        _, there, spoken = looked_at(folder)
        assert there >= kept, "an acknowledged edit is lost"
    whole(folder)
    assert kept > kills and spoken > 2 * there
    record_property("kills", kills)
    record_property("acknowledged", kept)


@pytest.mark.slow
def test_kills_of_a_server_lose_nothing_it_said_and_the_same_request_again_is_written_once(
    forks, tmp_path, record_property
):
    folder, chance, kills = tmp_path / "r.hc", random.Random(5), KILLS - KILLS * 3 // 10 - KILLS // 2
    tiny(folder).close()
    keys, took = Requests(), []
    for _ in range(kills):
        port = free_port()
        child = forks.start("serve_until_killed", str(folder), port)
        took.append(first_answer(port, keys.acknowledged))
        keys.again(port)
        writer = threading.Thread(target=keys.send_until_it_breaks, args=(port,))
        writer.start()
        time.sleep(chance.uniform(0.02, 0.3))
        assert forks.kill(child) == KILLED
        writer.join()
    with closing(open_region(folder)) as region:
        for key, revision in keys.acknowledged.items():
            assert region.store.requested(key) == revision, "an acknowledged request is lost"
        assert len(asked(region, "SELECT request FROM revisions WHERE request IS NOT NULL")) == keys.distinct(region)
        assert region.verify().whole
    assert len(keys.acknowledged) > kills and median(took) <= FIRST
    record_property("kills", kills)
    record_property("acknowledged", len(keys.acknowledged))
    record_property(
        "restart to first right answer, median and longest [s]", [round(median(took), 2), round(max(took), 2)]
    )


class Requests:
    """Writes to a server that goes away: which were acknowledged, as what, and the one nobody knows of."""

    def __init__(self):
        self.acknowledged, self.unknown, self.sent = {}, None, 0

    def send_until_it_breaks(self, port):
        with suppress(OSError, http.client.HTTPException):
            while True:
                self.sent += 1
                self.unknown = f"k{self.sent}"
                self.acknowledged[self.unknown] = put(port, self.unknown)
                self.unknown = None

    def again(self, port):
        """Send the request again whose answer was lost, twice: it is written once."""
        if self.unknown:
            revisions = {put(port, self.unknown) for _ in range(2)}
            assert len(revisions) == 1
            self.acknowledged[self.unknown] = revisions.pop()
            self.unknown = None

    def distinct(self, region):
        """Requests that can be there: all that were acknowledged, and the last one if it got through."""
        last = self.unknown is not None and region.store.requested(self.unknown) is not None
        return len(self.acknowledged) + last


def put(port, key):
    """Send one edit and return the revision it became."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    body = {"by": "kill", "why": key, "fields": {"note": key}}
    given = {"Idempotency-Key": key, "If-Match": "*", "Content-Type": "application/json",
             "Origin": f"http://127.0.0.1:{port}"}  # fmt: skip
    with closing(connection):
        connection.request("PATCH", "/api/tables/projects/p1", json.dumps(body), given)
        answer = connection.getresponse()
        data = answer.read()
        assert answer.status == 200, data
        return json.loads(data)["revision"]


def first_answer(port, acknowledged):
    """Seconds until a server that was just started gives the note that was acknowledged last, or a later one."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < 30:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with closing(connection), suppress(ConnectionError):
            connection.request("GET", "/api/tables/projects/p1")
            row = json.loads(connection.getresponse().read())
            assert row["row_revision"] >= max(acknowledged.values(), default=1)
            return time.perf_counter() - begun
        time.sleep(0.005)
    raise AssertionError("the server did not answer")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


WORKS = """
import asyncio
from hechang.web import backroom

async def for_ever(*asked):
    print("works", flush=True)  # to the standard error: the answers keep the standard output
    await asyncio.Event().wait()

backroom.answer_of = for_ever
backroom.main(["local", "/api/today"])
"""


def test_a_helper_ends_with_its_server_whatever_it_works_on(tmp_path):
    tiny(tmp_path / "t.hc").close()
    place = {**os.environ, "HECHANG_REGION": str(tmp_path / "t.hc")}
    line = [sys.executable, "-c", WORKS]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, stdin=pipe, stdout=subprocess.DEVNULL, stderr=pipe, env=place, text=True) as helper:
        assert helper.stderr.readline() == "works\n"
        helper.stdin.close()  # as the system does it when the server is gone
        try:
            assert helper.wait(20) == 0
        finally:
            helper.kill()


SERVE = """
import signal, sys
from hechang.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # what is started in the background ignores Ctrl+C
sys.exit(main(["serve", "--region", sys.argv[1], "--port", sys.argv[2]]))
"""


def test_ctrl_c_ends_a_server_without_a_complaint(tmp_path):
    tiny(tmp_path / "t.hc").close()
    port = free_port()
    line = [sys.executable, "-c", SERVE, str(tmp_path / "t.hc"), str(port)]
    server = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    first_answer(port, {})
    server.send_signal(signal.SIGINT)
    said, _ = server.communicate(timeout=60)
    assert (server.returncode, "Traceback" in said) == (0, False), said
