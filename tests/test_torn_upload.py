"""An upload that breaks off at any point leaves nothing, neither to see nor on the disk."""

import http.client
import json
import socket
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from forked import KILLED, Forks
from hechang.region.tiny import tiny

PIECE = 64 * 1024  # bytes
SIZE = 1024 * 1024
LINE = "项目代码,项目名称,所在地,总投资(万元)\n" + "".join(f"K{n},项目{n},a,{n + 1}\n" for n in range(200))


@pytest.fixture
def server(tmp_path):
    """A served region: its folder, its port, the id of its process."""
    tiny(tmp_path / "r.hc").close()
    forks = Forks(None, "kill_jobs")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    child = forks.start("serve_until_killed", str(tmp_path / "r.hc"), port)
    yield tmp_path / "r.hc", port, child
    assert forks.kill(child) == KILLED
    forks.close()


def form(text):
    """A form with one file and a blank tail that makes it `SIZE` bytes long."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    end = b"\r\n--x--\r\n"
    return head + text + b"\n" * (SIZE - len(head) - len(text) - len(end)) + end


def connected(port):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(ConnectionError):
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        time.sleep(0.01)
    raise AssertionError("the server did not start")


def send(port, data, upto):
    """Send the first bytes of a request that says how long it would be, and hang up; its answer where it is whole."""
    head = (
        f"POST /api/imports HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    )
    with closing(connected(port)) as line:
        line.sendall(head.encode() + data[:upto])
        if upto < len(data):
            return None
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, json.loads(answer.read())


def waiting(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.request("GET", "/api/imports")
        return json.loads(connection.getresponse().read())["rows"]


def spooled(child):
    """Files without a name that the server holds open."""
    found = []
    for path in Path(f"/proc/{child}/fd").iterdir():
        with suppress(OSError):
            found += [one for one in [str(path.readlink())] if "(deleted)" in one and "/r.hc/" not in one]
    return found


def test_an_upload_cut_at_any_64_kib_leaves_nothing_and_the_whole_one_arrives(server, record_property):
    folder, port, child = server
    data, before = form(LINE.encode()), None
    cuts = range(0, SIZE, PIECE)
    for upto in cuts:
        send(port, data, upto)
        assert waiting(port) == []
        before = spooled(child) if before is None else before
    until = time.monotonic() + 10
    while spooled(child) != before and time.monotonic() < until:  # the last one may still be on its way out
        time.sleep(0.01)
    assert spooled(child) == before
    assert [path for path in folder.rglob("*") if path.is_file() and "uploads" in path.parts] == []
    status, answer = send(port, data, len(data))
    assert status == 201 and [one["id"] for one in waiting(port)] == [answer["upload"]["id"]]
    record_property("cuts", len(cuts))
