"""A PostgreSQL cluster of the tests' own on loopback, started once in a process; each test has its own database."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from hechang.region.tiny import build

HOMES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))  # Debian keeps initdb and pg_ctl off PATH
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"  # nobody pulls the plug here
TEMPLATE = "hechang_template"
OWNER = "hechang_owner"  # owns the databases, and is no superuser: policies hold for it too


class Cluster:
    """A running cluster; `url` names one of its databases."""

    def __init__(self, folder: Path, options: str = QUICK) -> None:
        self.folder = folder
        self.password = secrets.token_hex(8)
        self.port = _free_port()
        self.run = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # initdb refuses root
        if self.run:
            shutil.chown(folder, "postgres")
        word = folder / "word"
        word.write_text(self.password)
        if self.run:
            shutil.chown(word, "postgres")
        self._do("initdb", "-k", "--auth=scram-sha-256", f"--pwfile={word}", "-E", "UTF8", "--locale=C.UTF-8",
                 "-U", "postgres", "-D", str(folder / "data"))  # fmt: skip
        self.options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {folder} {options}"
        self.start()

    def _do(self, program: str, *arguments: str) -> None:
        done = subprocess.run([*self.run, str(HOMES[-1] / program), *arguments], capture_output=True, text=True,
                              check=False, cwd="/")  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        data = str(self.folder / "data")
        self._do("pg_ctl", "-D", data, "-l", str(self.folder / "log"), "-o", self.options, "-w", "start")

    def stop(self, how: str = "immediate") -> None:
        self._do("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "stop")

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql+psycopg://{user}:{self.password}@127.0.0.1:{self.port}/{database}"

    def tell(self, *statements: str, database: str = "postgres") -> None:
        engine = sa.create_engine(self.url(database, "postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@cache
def cluster() -> Cluster:
    """The cluster of this process; it goes when Python ends."""
    if not HOMES or (os.geteuid() == 0 and not shutil.which("runuser")):
        pytest.fail("PostgreSQL is not installed: apt-get install postgresql-15 postgresql-15-postgis-3")
    folder = Path(tempfile.mkdtemp(prefix="hechang-postgres-"))
    os.environ["HECHANG_CACHE"] = tempfile.mkdtemp(prefix="hechang-cache-")
    atexit.register(shutil.rmtree, os.environ["HECHANG_CACHE"], ignore_errors=True)
    made = Cluster(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(made.stop)
    made.tell(f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{made.password}'")
    made.tell(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
    made.tell("CREATE EXTENSION postgis", database=TEMPLATE)
    return made


def database(template: str = TEMPLATE) -> str:
    """Address of a new database with PostGIS, or of a copy of another database of the cluster."""
    name = f"t{secrets.token_hex(6)}"
    cluster().tell(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}")
    return cluster().url(name)


@cache
def _tiny() -> str:
    url = database()
    build(url)
    return url


def tiny_database() -> str:
    """Address of a new database with the tiny region."""
    return database(_tiny().rpartition("/")[2])


def superuser(url: str) -> str:
    """Address of the same database for who may do everything in it."""
    return cluster().url(url.rpartition("/")[2], "postgres")


def drop(url: str) -> None:
    """Take a database away, whoever is connected to it."""
    cluster().tell(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')
