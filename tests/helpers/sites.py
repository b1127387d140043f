"""Two sites: a database that is written to and, over a line with a delay, one that follows it.

    sites = Sites(delay_ms=10)                 # speaks like tests.helpers.pg.Cluster
    sites.follow(synchronous=True)             # the second begins to follow
    sites.destroy()                            # the first is gone, with its disk; the second leads

    with Archive(cluster) as archive: ...      # pgBackRest as OPERATIONS.md sets it up

For benches: they take seconds to minutes.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from tests.helpers import pg
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from datetime import datetime

FILES = Path(__file__).resolve().parents[2] / "installer" / "shipping" / "files"
_SOCKET = ".s.PGSQL.5432"
_PATIENCE = 6000
#: What a database that is followed or archived is told; `postgresql.conf` of the shipped files.
REPLICATING = {"wal_level": "replica", "max_wal_senders": "5", "wal_log_hints": "on"}


class Line:
    """A line between two sites: bytes arrive some milliseconds later, in order."""

    def __init__(self, folder: Path, target: Path, delay_ms: float) -> None:
        self._target, self._delay = str(target / _SOCKET), delay_ms / 1000
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: list[asyncio.StreamWriter] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="line")
        self._thread.start()
        folder.mkdir(exist_ok=True)
        self._server = self._on(asyncio.start_unix_server(self._join, folder / _SOCKET))
        folder.chmod(0o755)
        (folder / _SOCKET).chmod(0o777)

    def close(self) -> None:
        """Cut the line."""
        self._on(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()

    def _on(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _end(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for end in self._ends:
            end.transport.abort()
        await asyncio.sleep(0)  # a transport closes its socket in the loop's next turn
        await asyncio.sleep(0)

    async def _join(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        self._ends.append(back)
        try:
            far, there = await asyncio.open_unix_connection(self._target)
        except OSError:  # whoever is called is gone
            back.close()
            return
        self._ends.append(there)
        for source, target in ((near, there), (far, back)):
            queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
            for work in (self._take(source, queue), self._bring(queue, target)):
                task = self._loop.create_task(work)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _take(self, source: asyncio.StreamReader, queue: asyncio.Queue[Any]) -> None:
        data = b"-"
        while data:
            try:
                data = await source.read(65536)
            except ConnectionError:
                data = b""
            queue.put_nowait((self._loop.time() + self._delay, data))

    async def _bring(self, queue: asyncio.Queue[Any], target: asyncio.StreamWriter) -> None:
        while True:
            at, data = await queue.get()
            await asyncio.sleep(at - self._loop.time())
            if not data:
                target.close()
                return
            try:
                target.write(data)
                await target.drain()
            except ConnectionError:
                return


class Second(pg.Cluster):
    """A cluster whose data comes from elsewhere.

    Args:
        fill: puts the data into the folder that it is given, as the cluster's user.
    """

    def __init__(self, fill: Any, **settings: str) -> None:
        self._fill = fill
        super().__init__(**settings)

    def _make(self) -> None:
        self._fill(self)
        (self.folder / "data").chmod(0o700)
        self.start()


class Sites:
    """The first site and, once it follows, the second; whoever leads stands for both."""

    def __init__(self, delay_ms: float = 0) -> None:
        self.first = self._leads = pg.Cluster(**REPLICATING)
        self.second: Second | None = None
        self._delay = delay_ms
        self._line: Line | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._leads, name)

    def follow(self, *, synchronous: bool) -> None:
        """Have the second copy the first and follow it.

        Args:
            synchronous: whether the first acknowledges nothing that the second does not have.
        """
        line = self.first.folder.with_name(f"{self.first.folder.name}-line")
        self._line = Line(line, self.first.folder, self._delay)
        joined = f"host={line} user=postgres application_name=offsite"

        def copy(second: pg.Cluster) -> None:
            copying = ("-D", second.folder / "data", "-d", joined, "-c", "fast", "-R")
            second.run(pg.programs() / "pg_basebackup", *copying, "-C", "-S", "offsite")

        self.second = Second(copy, **REPLICATING)
        until(lambda: self._states() == ["streaming"], _PATIENCE)
        if synchronous:
            with self.first.connect() as connection:
                connection.execute(
                    "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (offsite)'"
                )
                connection.execute("SELECT pg_reload_conf()")
            until(lambda: self._states("sync_state") == ["sync"], _PATIENCE)

    def lag_bytes(self) -> int:
        """Return how much the second lacks of what the first has written."""
        with self.first.connect() as connection:
            row = connection.execute(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn) FROM pg_stat_replication"
            ).fetchone()
        return int(row[0])

    def cut(self) -> None:
        """Cut the line; what was on its way never arrives."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def destroy(self) -> None:
        """Lose the first at once, machine and disk; from here on the second leads."""
        self.cut()
        self.first.stop("kill")
        self.first.remove()
        self._leads = self.second
        self.second.run(
            pg.programs() / "pg_ctl", "promote", "-w", "-D", self.second.folder / "data"
        )
        until(self._writes, _PATIENCE)

    def remove(self) -> None:
        """End and forget both."""
        if self.second is not None:
            self.second.remove()
        self.cut()
        if self._leads is self.first:
            self.first.remove()
        shutil.rmtree(f"{self.first.folder}-line", ignore_errors=True)

    def _states(self, column: str = "state") -> list[str]:
        with self.first.connect() as connection:
            found = connection.execute(f"SELECT {column} FROM pg_stat_replication")  # noqa: S608
            return [row[0] for row in found.fetchall()]

    def _writes(self) -> bool:
        try:
            with self._leads.connect() as connection:
                return not connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]
        except psycopg.OperationalError:
            return False


class Archive:
    """pgBackRest for one cluster, with the shipped configuration on the tests' own paths."""

    def __init__(self, cluster: pg.Cluster) -> None:
        self._cluster = cluster
        self.config = cluster.folder / "pgbackrest.conf"
        text = (FILES / "pgbackrest.conf").read_text(encoding="utf-8")
        own = {"pg1-path": cluster.folder / "data", "pg1-socket-path": cluster.folder}
        for name in ("repo1-path", "log-path", "lock-path", "spool-path"):
            own[name] = cluster.folder / name
        for name, path in own.items():
            text, found = re.subn(rf"(?m)^{name}=.*$", f"{name}={path}", text)
            if found != 1:
                raise RuntimeError(name)
        self.config.write_text(text, encoding="utf-8")
        said = (FILES / "postgresql.conf").read_text(encoding="utf-8")
        archived = re.search(r"(?m)^archive_command = '(.*)'$", said)[1]
        command = archived.replace("pgbackrest ", f"pgbackrest --config={self.config} ")
        self("stanza-create")
        with cluster.connect() as connection:
            connection.execute(f"ALTER SYSTEM SET archive_command = '{command}'")
            connection.execute("SELECT pg_reload_conf()")
        self("check")

    def __call__(self, *words: str | Path) -> str:
        """Run a command of pgBackRest for the stanza."""
        return self._cluster.run("pgbackrest", f"--config={self.config}", "--stanza=centre", *words)

    def restored(self, at: datetime) -> Second:
        """Bring the database of one moment back beside the one that goes on; started."""

        def fill(second: pg.Cluster) -> None:
            moment = at.isoformat(sep=" ")
            (second.folder / "data").mkdir(mode=0o700)
            shutil.chown(second.folder / "data", *_owner(second.folder))
            self(
                f"--pg1-path={second.folder / 'data'}", "--type=time", f"--target={moment}",
                "--target-action=promote", "--archive-mode=off", "restore",
            )  # fmt: skip

        made = Second(fill, **REPLICATING)
        self._until_open(made)
        return made

    @staticmethod
    def _until_open(cluster: pg.Cluster) -> None:
        def is_open() -> bool:
            with cluster.connect() as connection:
                return not connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]

        until(is_open, _PATIENCE)


def _owner(folder: Path) -> tuple[int, int]:
    found = folder.stat()
    return found.st_uid, found.st_gid
