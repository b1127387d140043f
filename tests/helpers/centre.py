"""A real centre for tests: its own database and keys, uvicorn on a free loopback port, real HTTP.

    with running_centre(tmp_path) as centre:          # plain HTTP; tls=True for HTTPS
    with running_centre(tmp_path, store="postgresql") as centre:   # on the tests' own cluster
        device = HandWindow(centre)                   # tests.helpers.hand_window
        centre.clock.move_to(datetime(...))           # the centre's time stands still otherwise

The authority and the loaded sample are made once for all tests of a run and copied.
"""

from __future__ import annotations

import atexit
import json
import shutil
import socket  # noqa: TC003  # a field of a dataclass
import sqlite3
import ssl
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from fastapi.dependencies import models

from installer.demo.authority import Authority, authority_in, make_authority
from sync.proof.enrolment import CODE_BYTES, code_hash, write_code
from sync.proof.keys import SoftwareKey, new_bytes
from sync.protocol.errors import ReaderError
from sync.server.administration import Administrators, seat_of
from sync.server.bootstrap import Centre, open_centre, prepare
from sync.server.clock import milliseconds, moment
from sync.server.keys import install_keys
from sync.server.sample import Sample
from sync.server.serving import CentreServer, bind, server_for
from sync.server.settings import Settings
from tests.helpers import pg
from tests.helpers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: A working Tuesday, 09:30 in China.
NOW = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)


class HandClock:
    """A clock that stands still until somebody moves it (see sync.server.clock.Clock)."""

    def __init__(self, at: datetime = NOW) -> None:
        self._ms = milliseconds(at)
        self._moved: list[Any] = []

    def now_ms(self) -> int:
        """Return the moment in ms UTC."""
        return self._ms

    def now(self) -> datetime:
        """Return the moment, aware, UTC."""
        return moment(self._ms)

    def move_to(self, at: datetime) -> None:
        """Let it be that moment."""
        self._ms = milliseconds(at)
        for tell in self._moved:
            tell()

    def advance(self, **span: float) -> None:
        """Let a span pass: hours=1, days=2, …"""
        self.move_to(self.now() + timedelta(**span))

    def on_move(self, tell: Any) -> None:
        """Call `tell` whenever the clock is moved."""
        self._moved.append(tell)


@dataclass
class RunningCentre:
    """A centre that serves."""

    folder: Path
    authority: Authority
    clock: HandClock
    settings: Settings
    centre: Centre = field(init=False)
    _server: CentreServer = field(init=False)
    _thread: threading.Thread = field(init=False)
    _socket: socket.socket = field(init=False)

    @property
    def origin(self) -> str:
        """Return the address that windows are told."""
        return self.settings.origin

    @property
    def desk(self):
        """Return the centre's services, for looking behind the door."""
        return self.centre.desk

    @contextmanager
    def sql(self) -> Iterator[Any]:
        """Reach under the centre, as whoever may do everything; each statement by itself."""
        if self.url:
            with pg.cluster().connect(pg.name_of(self.url)) as connection:
                yield connection
            return
        connection = sqlite3.connect(self.settings.database, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    @property
    def url(self) -> str:
        """Return the URL of its PostgreSQL, "" on the embedded database."""
        return self.settings.database_url.get_secret_value()

    def tls_context(self) -> ssl.SSLContext:
        """Return what a client trusts."""
        return ssl.create_default_context(cafile=str(self.authority.ca))

    # ------------------------------------------------------------ life

    def start(self, *, tls: bool = False, port: int = 0) -> None:
        """Open the centre and serve it."""
        self._socket = bind("127.0.0.1", port or free_port())
        scheme = "https" if tls else "http"
        origin = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}"
        self.settings = self.settings.model_copy(update={"origin": origin})
        self.centre = open_centre(self.settings, self.clock)
        try:
            certificate = self.authority.tls_certificate if tls else None
            key = self.authority.tls_key if tls else None
            self._server = server_for(self.centre, certificate, key)
        except BaseException:
            self.centre.close()
            self._socket.close()
            raise
        started = threading.Event()
        plain_startup = self._server.startup

        async def startup(sockets=None) -> None:
            await plain_startup(sockets)
            started.set()

        self._server.startup = startup  # type: ignore[method-assign]
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="test-centre"
        )
        self._thread.start()
        if not started.wait(60):
            raise RuntimeError("the centre did not start")
        self.clock.on_move(self._poke)

    def stop(self) -> None:
        """End the server and close the centre; its folder stays."""
        self._server.should_exit = True
        self._thread.join(60)
        self._socket.close()
        self.centre.close()
        if self._thread.is_alive():
            raise RuntimeError("the centre did not stop")

    def restart(self) -> None:
        """Stop and start again on the same folder and port."""
        port, tls = int(self.origin.rpartition(":")[2]), self.origin.startswith("https")
        self.stop()
        self.start(tls=tls, port=port)

    def _poke(self) -> None:
        loop, job = self.centre.news.loop, self.centre.news.job
        if loop is not None and job is not None and not loop.is_closed():
            loop.call_soon_threadsafe(job.poke)

    # ------------------------------------------------------------ policy

    def enact(self, kind: str, body: Mapping[str, Any], signers: tuple[str, str] | None = None):
        """Log a policy event signed by two administrators' cards (names of card files)."""
        first, second = (
            seat_of(self.authority.cards[name]) for name in signers or ("admin1", "admin2")
        )
        table = Administrators(self.desk.policy, self.clock, first, second)
        return self.centre.ledger.write_now(lambda tx: table.enact(tx, kind, body))

    def reach(self, card: str, phone: str) -> None:
        """Let a card's person be reached by telephone."""
        known = self.desk.policy.book.roster[self.card(card).person]
        said = {"person": known.person, "name": known.name, "certs": dict(known.certs)}
        places = {"department": known.department, "hall": known.hall}
        self.enact("roster", said | places | {"phone": phone})

    def invite(
        self, dev: str = "d-339901-03", hall: str = "339901", counter: str = "3号窗口", inc: int = 1
    ) -> str:
        """Invite a device; return its one-time code."""
        code = write_code(new_bytes(CODE_BYTES))
        self.enact(
            "device.invite",
            {
                "dev": dev,
                "inc": inc,
                "hall": hall,
                "counter": counter,
                "label": counter,
                "code": code_hash(code),
                "until": self.clock.now_ms() + 3_600_000,
            },
        )
        return code

    def read(self, work):
        """Run a unit that reads."""
        return self.centre.ledger.read_now(work)

    def card(self, name: str) -> CardKeys:
        """Return a person's card as software keys."""
        return card_keys(self.authority.cards.get(name) or self.authority.refused_cards[name])


@dataclass(frozen=True)
class CardKeys:
    """A card file's keys and certificates (DER) by slot."""

    person: str
    name: str
    keys: Mapping[str, SoftwareKey]
    certs: Mapping[str, bytes]


def card_keys(path: Path) -> CardKeys:
    """Read a card file; slots whose key is not P-256 are left out."""
    content = json.loads(path.read_text(encoding="utf-8"))
    keys, certs = {}, {}
    for slot, entry in content["keys"].items():
        certificate = x509.load_pem_x509_certificate(entry["cert"].encode())
        certs[slot] = certificate.public_bytes(serialization.Encoding.DER)
        try:
            keys[slot] = SoftwareKey.from_pkcs8(entry["key"].encode())
        except ReaderError:
            continue
    return CardKeys(content["person"], content["name"], keys, certs)


@cache
def workshop() -> Path:
    """Return a folder with an authority and a centre with its sample, made once a run."""
    folder = Path(tempfile.mkdtemp(prefix="chuangkou-centre-"))
    atexit.register(shutil.rmtree, folder, True)
    authority = make_authority(folder / "authority", NOW)
    load_sample(folder / "data", authority, HandClock(NOW))
    return folder


def load_sample(data: Path, authority: Authority, clock: HandClock, url: str = "") -> None:
    """Make a centre's data folder with the sample policy; its database is `url`'s, if given."""
    settings = Settings(data=data, database_url=url)
    prepare(settings)
    install_keys(authority.folder / "keys", settings.keys)
    (data / "crl").mkdir(exist_ok=True)
    shutil.copy(authority.crl, data / "crl" / "ca.crl.pem")
    sample = Sample(authority.folder)
    centre = open_centre(settings, clock)
    try:
        first, second = (seat_of(path) for path in sample.administrator_cards())
        table = Administrators(centre.desk.policy, clock, first, second)

        def enact_all(tx) -> None:
            for kind, body in sample.events(centre.keys):
                table.enact(tx, kind, body)

        centre.ledger.write_now(enact_all)
    finally:
        centre.close()


@cache
def standing_database(cluster: pg.Cluster) -> str:
    """Return the name of a database of a cluster with the sample, to be copied; made once a run."""
    made = workshop()
    url = cluster.create("standing")
    with tempfile.TemporaryDirectory(prefix="chuangkou-centre-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(made / "data", data)
        load_sample(data, authority_in(made / "authority"), HandClock(NOW), url)
    return pg.name_of(url)


@contextmanager
def running_centre(
    folder: Path,
    *,
    tls: bool = False,
    at: datetime = NOW,
    store: str = "sqlite",
    **settings: Any,
) -> Iterator[RunningCentre]:
    """Serve a centre with the sample policy from a folder and a database of its own.

    Args:
        folder: its data lies in there.
        tls: whether it serves HTTPS.
        at: what time it is there.
        store: "sqlite", or "postgresql" for a database of the tests' own cluster.
        settings: see sync.server.settings; a `database_url` shares another centre's database.
    """
    made = workshop()
    data = folder / "centre"
    if not data.exists():
        shutil.copytree(made / "data", data)
    fresh = ""
    if store == "postgresql":
        cluster = pg.cluster()
        fresh = settings["database_url"] = cluster.create(template=standing_database(cluster))
    running = RunningCentre(
        folder=folder,
        authority=authority_in(made / "authority"),
        clock=HandClock(at),
        settings=Settings(data=data, **settings),
    )
    try:
        running.start(tls=tls)
        try:
            yield running
        finally:
            running.stop()
            _forget_routes()
    finally:
        if fresh:
            pg.cluster().drop(fresh)


def _forget_routes() -> None:
    """Let the centre go: FastAPI keeps some thousand route functions, and ours hold their centre.

    A process of the product serves one centre; one of the tests' serves hundreds.
    """
    for kept in vars(models).values():
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()
