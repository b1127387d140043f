"""A throw-away PostgreSQL: a cluster of its own under the temporary folder, ended with the tests.

    cluster = pg.cluster()                     # made once a process
    url = cluster.create("name")               # a database; the centre's role owns it
    cluster.restart("immediate")               # as if the machine had lost its power

PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody`. It listens on a Unix
socket in its own folder and nowhere else.
"""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "centre"
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_wal_size": "1GB",
    "autovacuum_naptime": "10s",
    "log_min_messages": "fatal",
    "deadlock_timeout": "200ms",
}
_STOPS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "kill": signal.SIGKILL}
_ORDINARY_USERS = ("postgres", "nobody")


class Cluster:
    """One cluster, started.

    Args:
        settings: of PostgreSQL, beside the tests' own.
    """

    def __init__(self, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chuangkou-pg-"))
        self._bin = programs()
        self._user = ordinary_user()
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._settings = {**_SETTINGS, **settings}
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._make()

    def _make(self) -> None:
        self.run(
            self._bin / "initdb",
            *("-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-instructions"),
        )
        self.start()
        with self.connect() as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN")

    def run(self, *command: str | Path) -> str:
        """Run a tool as the cluster's user, in its folder; return what it said.

        Raises:
            RuntimeError: it did not end well.
        """
        done = subprocess.run(
            [*self._as_user(), *command],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    # ------------------------------------------------------------ life

    def start(self) -> None:
        """Start, and return when it answers."""
        waiting = threading.Event()
        for _ in range(600):
            # After a kill -9 a new one refuses to begin while children of the old one still end.
            if self._process is None or self._process.poll() is not None:
                self._process = self._launch()
            try:
                self.connect().close()
            except psycopg.OperationalError:
                waiting.wait(0.05)
            else:
                return
        raise RuntimeError((self.folder / "log").read_text())

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = [f"{name}={value}" for name, value in self._settings.items()]
        settings.append(f"unix_socket_directories={self.folder}")
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [
                    *self._as_user(),
                    *(self._bin / "postgres", "-D", self.folder / "data"),
                    *(part for setting in settings for part in ("-c", setting)),
                ],
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def stop(self, how: str = "fast") -> None:
        """End it: "fast" as an administrator does, "immediate" without a last word, "kill" -9."""
        if self._process is not None:
            self._process.send_signal(_STOPS[how])
            self._process.wait(30)
            self._process = None

    def restart(self, how: str = "fast") -> None:
        """Stop and start again."""
        self.stop(how)
        self.start()

    def remove(self) -> None:
        """End it and forget everything."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    # ------------------------------------------------------------ databases

    def connect(self, database: str = "postgres", user: str = "postgres") -> psycopg.Connection:
        """Connect as superuser, or as somebody else; every statement is its own transaction."""
        return psycopg.connect(
            host=str(self.folder), dbname=database, user=user, autocommit=True, connect_timeout=5
        )

    def create(self, name: str = "", template: str = "template0") -> str:
        """Make a database that the centre's role owns; returns its URL for the centre."""
        name = name or f"t{os.getpid()}_{next(self._names)}"
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy")
        with self.connect() as connection:
            connection.execute(
                statement.format(*(sql.Identifier(x) for x in (name, OWNER, template)))
            )
        return self.url(name)

    def url(self, name: str) -> str:
        """Return the URL by which the centre opens a database."""
        return f"postgresql://{OWNER}@/{name}?host={self.folder}"

    def drop(self, url: str) -> None:
        """Remove a database, whoever still uses it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name_of(url))))

    def _as_user(self) -> list[str]:
        # The cluster dies with the tests, however they end.
        prefix = ["setpriv", "--pdeathsig", "QUIT"]
        if self._user is not None:
            ids = ("--reuid", str(self._user.pw_uid), "--regid", str(self._user.pw_gid))
            prefix += [*ids, "--clear-groups"]
        return prefix


def name_of(url: str) -> str:
    """Return the database's name in a URL that `Cluster.url` made."""
    return url.partition("@/")[2].partition("?")[0]


#: What a database of one test forgoes: no test cuts the machine's power, and each makes and drops
#: a database of hundreds of files. Whoever measures, or kills, has a cluster that waits for them.
_QUICK = {"fsync": "off"}


@cache
def cluster() -> Cluster:
    """Return this process's cluster; it ends with the process."""
    made = Cluster(**_QUICK)
    atexit.register(made.remove)
    return made


def programs() -> Path:
    """Return the folder of the newest PostgreSQL's programs."""
    versions = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()),
        key=lambda path: int(path.parent.name),
    )
    if versions:
        return versions[-1]
    found = shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is missing: python3 installer/tasks.py setup")
    return Path(found).resolve().parent


def ordinary_user() -> pwd.struct_passwd | None:
    """Return whom PostgreSQL runs as; None for whoever we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _ORDINARY_USERS if name in known)
