"""Three PostgreSQL under Patroni and etcd behind HAProxy, on loopback: what an operator sets up.

    cluster = Failover()                       # speaks like tests.helpers.pg.Cluster
    cluster.restart("kill")                    # the leader is lost; returns when another leads

Synchronous, strictly: what was committed stands on two nodes before anybody hears of it. Everything
is ended with the tests; each process dies with the one that started it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import psycopg

from tests.helpers import pg
from tests.helpers.ports import free_port
from tests.helpers.waiting import until

NODES = ("one", "two", "three")
_HERE = "127.0.0.1"
_PATIENCE = 6000  # turns of `until`
_PATRONI = """\
scope: centre
name: {name}
restapi: {{listen: "{here}:{rest}", connect_address: "{here}:{rest}"}}
etcd3: {{host: "{here}:{etcd}"}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    primary_start_timeout: 0
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      parameters: {{wal_log_hints: "on", shared_buffers: 32MB, max_connections: 60, fsync: "on"}}
  initdb: [{{auth: trust}}, {{encoding: UTF8}}, {{locale: C.UTF-8}}]
postgresql:
  listen: "{here}:{port}"
  connect_address: "{here}:{port}"
  data_dir: {folder}/{name}
  bin_dir: {programs}
  pgpass: {folder}/{name}.pgpass
  authentication:
    superuser: {{username: postgres}}
    replication: {{username: replicator}}
    rewind: {{username: postgres}}
  pg_hba: ["host all all {here}/32 trust", "host replication all {here}/32 trust"]
  parameters: {{unix_socket_directories: {folder}}}
"""
_PROXY = """\
global
    maxconn 200
defaults
    mode tcp
    timeout connect 2s
    timeout client 1h
    timeout server 1h
    timeout check 1s
listen centre
    bind {here}:{port}
    option httpchk OPTIONS /primary
    http-check expect status 200
    default-server inter 200ms fall 1 rise 1 on-marked-down shutdown-sessions
{servers}
"""


class Failover:
    """Three nodes, started, with one that leads and one that follows it to the letter."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="chuangkou-ha-"))
        self._user = pg.ordinary_user()
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        ports = [free_port() for _ in range(3 + 2 * len(NODES))]
        self._etcd, self._peer, self._port = ports[:3]
        self._data = dict(zip(NODES, ports[3::2], strict=True))
        self._rest = dict(zip(NODES, ports[4::2], strict=True))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._count = 0
        self._start_etcd()
        for name in NODES:
            self._start_node(name)
            until(self._leader, _PATIENCE)  # the first makes the database, the others copy it
        until(self._safe, _PATIENCE)
        self._start_proxy()
        until(self._answers, _PATIENCE)
        with self.connect() as connection:
            connection.execute(f"CREATE ROLE {pg.OWNER} LOGIN")

    # ------------------------------------------------------------ as pg.Cluster

    def connect(self, database: str = "postgres", user: str = "postgres") -> psycopg.Connection:
        """Connect to whoever leads."""
        return psycopg.connect(
            host=_HERE, port=self._port, dbname=database, user=user, autocommit=True,
            connect_timeout=5,
        )  # fmt: skip

    def create(self, name: str = "", template: str = "template0") -> str:
        """Make a database that the centre's role owns; returns its URL for the centre."""
        self._count += 1
        name = name or f"f{self._count}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} OWNER {pg.OWNER} TEMPLATE {template}")
        return self.url(name)

    def url(self, name: str) -> str:
        """Return the URL by which the centre opens a database: the proxy's, whoever leads."""
        return f"postgresql://{pg.OWNER}@/{name}?host={_HERE}&port={self._port}"

    def drop(self, url: str) -> None:
        """Remove a database, whoever still uses it."""
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {pg.name_of(url)} WITH (FORCE)")

    def restart(self, how: str = "kill") -> None:
        """Lose the leader, wait until another leads, and bring the lost one back as a follower.

        Args:
            how: "kill" for its database (-9), "machine" for everything on its node.
        """
        lost = self._leader()
        if lost is None:
            raise RuntimeError("nobody leads")
        if how == "machine":
            self._processes[lost].kill()
            self._processes[lost].wait()
        os.kill(self._postmaster(lost), signal.SIGKILL)
        until(lambda: self._leader() not in {None, lost}, _PATIENCE)
        until(self._answers, _PATIENCE)
        if how == "machine":
            self._start_node(lost)
        until(self._safe, _PATIENCE)

    def remove(self) -> None:
        """End it all and forget it."""
        for process in reversed(self._processes.values()):
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ------------------------------------------------------------ parts

    def _start_etcd(self) -> None:
        at, peers = f"http://{_HERE}:{self._etcd}", f"http://{_HERE}:{self._peer}"
        self._start(
            "etcd",
            ["etcd", "--name", "only", "--data-dir", f"{self.folder}/etcd",
             "--listen-client-urls", at, "--advertise-client-urls", at,
             "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
             "--initial-cluster", f"only={peers}"],
        )  # fmt: skip
        until(lambda: _ask(f"{at}/health") is not None, _PATIENCE)

    def _start_node(self, name: str) -> None:
        file = self.folder / f"{name}.yml"
        said = {"here": _HERE, "rest": self._rest[name], "etcd": self._etcd}
        said |= {"port": self._data[name], "folder": self.folder, "programs": pg.programs()}
        file.write_text(_PATRONI.format(name=name, **said))
        self._start(name, ["patroni", str(file)])

    def _start_proxy(self) -> None:
        servers = "\n".join(
            f"    server {name} {_HERE}:{self._data[name]} check port {self._rest[name]}"
            for name in NODES
        )
        file = self.folder / "haproxy.cfg"
        file.write_text(_PROXY.format(here=_HERE, port=self._port, servers=servers))
        self._start("proxy", ["haproxy", "-db", "-f", str(file)])

    def _start(self, name: str, command: list[str]) -> None:
        dying = ["setpriv", "--pdeathsig", "TERM"]
        if self._user is not None:
            ids = ("--reuid", str(self._user.pw_uid), "--regid", str(self._user.pw_gid))
            dying += [*ids, "--clear-groups"]
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [*dying, *command], cwd=self.folder, stdout=log, stderr=log
            )

    def _members(self) -> list[dict[str, object]]:
        for name in NODES:
            found = _ask(f"http://{_HERE}:{self._rest[name]}/cluster")
            if found is not None:
                return list(json.loads(found)["members"])
        return []

    def _leader(self) -> str | None:
        """Return who leads and says so itself; None while nobody does."""
        for name in NODES:
            if _ask(f"http://{_HERE}:{self._rest[name]}/primary") is not None:
                return name
        return None

    def _safe(self) -> bool:
        """Say whether all are there, and one follows to the letter: losing the leader is safe."""
        roles = [each["role"] for each in self._members() if each["state"] in _RUNNING]
        return len(roles) == len(NODES) and "sync_standby" in roles and "leader" in roles

    def _answers(self) -> bool:
        """Say whether the proxy leads to the leader; it takes everybody for one until it asked."""
        try:
            for _ in range(2 * len(NODES)):
                with self.connect() as connection:
                    if connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]:
                        return False
        except psycopg.Error:
            return False
        return True

    def _postmaster(self, name: str) -> int:
        return int((self.folder / name / "postmaster.pid").read_text().split()[0])


_RUNNING = {"running", "streaming"}


def _ask(url: str) -> bytes | None:
    """Return what an address answers with 200; None for everything else."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  loopback
            return bytes(answer.read())
    except (urllib.error.URLError, OSError):
        return None
