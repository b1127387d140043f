"""Everything that a demonstration stands on: authority, centre, enrolled window, in one folder.

    DIR/authority   CA, cards, server keys, seals
    DIR/centre      the centre's database and attachments
    DIR/window      the window's settings, pins and store
    DIR/clock.json  the demonstration's time

The centre is the real program in a process of its own; it ends with the stage, or with whatever
becomes of this process.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from client.app.access.enrolment import Asked, Invitation
from client.bootstrap import build_window
from client.card.deck import SimulatedDeck
from client.host.settings import Settings, save_settings
from installer.demo.authority import Authority, authority_in, make_authority
from installer.demo.clock import DemoClock
from installer.demo.department import introduce_system, open_case
from installer.demo.tsa import TimeAuthority, TimeService
from installer.demo.wire import Wire, free_port
from sync.domain.calendar import calendar_from
from sync.domain.secret import Secret
from sync.server.clock import DemoClock as CentreClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from client.bootstrap import Window
    from installer.demo.gateway import GatewaySimulator
    from installer.demo.pcsc.machine import CardMachine

ROOT = Path(__file__).resolve().parent.parent.parent
CALENDAR = ROOT / "resources" / "calendars" / "cn-2024-2026.json"
DEVICE, HALL, COUNTER = "d-339901-03", "339901", "3号窗口"
WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Post:
    """Where the stage's window stands: its name, its counter, and whose cards open it."""

    device: str
    hall: str
    counter: str
    first: str
    colleagues: tuple[str, ...] = ()


COUNTY = Post(
    device=DEVICE,
    hall=HALL,
    counter=COUNTER,
    first="clerk",
    colleagues=(
        "reception",
        "handler",
        "reviewer",
        "chief",
        "head",
        "cashier",
        "archivist",
        "supervisor",
        "governor",
        "manager",
    ),
)
TOWNSHIP = Post(device="d-339911-01", hall="339911", counter="1号窗口", first="township")


@dataclass(frozen=True, slots=True)
class Places:
    """The stage's folders and files."""

    folder: Path

    @property
    def authority(self) -> Path:
        """Return the folder of the demonstration's authority."""
        return self.folder / "authority"

    @property
    def centre(self) -> Path:
        """Return the centre's data folder."""
        return self.folder / "centre"

    @property
    def window(self) -> Path:
        """Return the window's data folder."""
        return self.folder / "window"

    @property
    def clock(self) -> Path:
        """Return the clock's offset file."""
        return self.folder / "clock.json"

    @property
    def whole(self) -> Path:
        """Return the file that is there once everything else is."""
        return self.folder / "stage.whole"


class Process(Protocol):
    """What a stage asks of the centre's process: a `subprocess.Popen` is one."""

    def poll(self) -> int | None:
        """Return with which code it ended; None while it lives."""

    def kill(self) -> None:
        """End it at once."""

    def communicate(self, *, timeout: float | None = None) -> tuple[Any, Any]:
        """End its standard input and wait for its end."""


class Centre:
    """The centre's process."""

    def __init__(self, places: Places, authority: Authority) -> None:
        self._places = places
        self._authority = authority
        self._process: Process | None = None
        self._port = 0
        self._time: TimeService | None = None
        self.url = ""
        self.wire: Wire | None = None
        self.gateway: GatewaySimulator | None = None

    def command(self, *words: str | Path) -> dict[str, Any]:
        """Run one of the centre's own commands; return the JSON it prints, if any."""
        code, said, complaint = self._ask([str(word) for word in words])
        if code:
            raise RuntimeError(f"{words[0]}: {complaint[-2000:]}")
        last = said.strip().splitlines()[-1:] or ["{}"]
        return dict(json.loads(last[0])) if last[0].startswith("{") else {}

    def _ask(self, words: Sequence[str]) -> tuple[int, str, str]:
        answer = subprocess.run(
            [sys.executable, "-m", "sync.server", *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return answer.returncode, answer.stdout, answer.stderr

    async def start(self) -> None:
        """Serve over HTTPS on a free loopback port, the same one at each start.

        Returns when it answers. With a wire, that is its address to everybody.
        """
        origin: list[str] = []
        if self.wire is not None:
            self._port = self._port or free_port()
            origin = ["--origin", await asyncio.to_thread(self.wire.lay, self._port)]
        ready = self._places.folder / "centre.ready"
        ready.unlink(missing_ok=True)
        words: list[str | Path] = [
            "serve",
            "--data", self._places.centre,
            "--port", str(self._port), *origin,
            "--tls-cert", self._authority.tls_certificate,
            "--tls-key", self._authority.tls_key,
            "--demo-clock", self._places.clock,
            "--ready-file", ready,
            "--tied",
        ]  # fmt: skip
        own = {"PYTHONUNBUFFERED": "1", **self._time_stamps(), **self._channels()}
        with (self._places.folder / "centre.log").open("ab") as log:
            self._process = self._launch([str(word) for word in words], {**os.environ, **own}, log)
        await self._until_ready(ready)
        self.url = json.loads(ready.read_text())["origin"]
        self._port = self._port or int(self.url.rpartition(":")[2])

    def _launch(self, words: Sequence[str], env: Mapping[str, str], log: IO[bytes]) -> Process:
        return subprocess.Popen(
            [sys.executable, "-m", "sync.server", *words],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=env,
        )

    def _time_stamps(self) -> dict[str, str]:
        """Return the settings of the demonstration's time stamp authority; opened if it is not."""
        if self._time is None:
            clock = CentreClock(self._places.clock)  # it follows whoever moves the clock
            self._time = TimeService(TimeAuthority.of(self._authority, clock.now))
        return {
            "CHUANGKOU_TSA": self._time.url,
            "CHUANGKOU_TSA_ROOTS": str(self._authority.ca),
        }

    def _channels(self) -> dict[str, str]:
        """Return the settings of the simulated gateway, where the demonstration has one."""
        if self.gateway is None:
            return {}
        return {
            "CHUANGKOU_SMS_URL": self.gateway.url,
            "CHUANGKOU_VOICE_URL": self.gateway.url,
            "CHUANGKOU_MAIL_URL": self.gateway.mail_url,
            "CHUANGKOU_CHANNEL_SECRET": self.gateway.secret,
        }

    async def _until_ready(self, ready: Path) -> None:
        async with asyncio.timeout(WAIT_S):
            while not ready.exists():
                if self._process is not None and self._process.poll() is not None:
                    log = (self._places.folder / "centre.log").read_text(errors="replace")
                    raise RuntimeError(f"the centre did not start:\n{log[-3000:]}")
                await asyncio.sleep(0.05)

    def stop(self) -> None:
        """End the process and wait for it."""
        service, self._time = self._time, None
        if service is not None:
            service.close()
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.communicate(timeout=10)  # its standard input ends, and so does it
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


class Stage:
    """Sets the scene: `build` once, or `resume` where one stands; then `window` at will.

    Args:
        folder: everything is in it.
        machine: real card readers to put the cards into; None simulates one.
    """

    post = COUNTY

    def __init__(self, folder: Path, machine: CardMachine | None = None) -> None:
        self.places = Places(folder)
        self.machine = machine
        self.clock = DemoClock(self.places.clock)
        self.authority = authority_in(self.places.authority)
        self.centre = Centre(self.places, self.authority)

    @property
    def stands(self) -> bool:
        """Say whether the folder holds a whole stage already."""
        return self.places.whole.exists()

    async def build(self, say: Callable[[str], None]) -> None:
        """Make the authority and the centre with its sample; enrol the window with its cards.

        The loop goes on turning: whatever takes long has a thread or a process of its own.

        Args:
            say: told the key of what is being done.
        """
        self.places.folder.mkdir(parents=True, exist_ok=True)
        self.clock.start(calendar_from(json.loads(CALENDAR.read_text("utf-8"))))
        say("demo.stage.authority")
        await asyncio.to_thread(make_authority, self.places.authority, self.clock.now())
        introduce_system(self.authority, self.clock.now())
        say("demo.stage.centre")
        data = ("--data", self.places.centre, "--demo-clock", self.places.clock)
        await self.order("load-sample", self.places.authority, *data)
        revoked = self.authority.refused_cards["revoked"]
        await self.order("revoke", revoked, "--authority", self.places.authority, *data)
        await self.centre.start()
        say("demo.stage.window")
        await self.enrol()
        self.places.whole.touch()

    async def resume(self, say: Callable[[str], None]) -> None:
        """Take a kept stage up again where it stands."""
        say("demo.stage.again")
        self.clock.resume()
        await self.centre.start()

    async def order(self, *words: str | Path) -> dict[str, Any]:
        """Give the centre one of its own commands, beside the loop."""
        return await asyncio.to_thread(self.centre.command, *words)

    async def sent_by_department(self) -> str:
        """Have the department's own system open a case; return its number.

        Raises:
            RuntimeError: the centre did not accept it.
        """
        number, result = await asyncio.to_thread(
            open_case, self.authority, self.centre.url, self.clock.now()
        )
        if result["verdict"] != "accepted":
            raise RuntimeError(f"the department's step was not accepted: {result}")
        return number

    async def enrol(self) -> None:
        """Enrol the window with the post's first card, then give every colleague's its slot."""
        post = self.post
        told = await self.order(
            "enrol", "--data", self.places.centre, "--demo-clock", self.places.clock,
            "--authority", self.places.authority,
            "--dev", post.device, "--hall", post.hall, "--counter", post.counter,
        )  # fmt: skip
        invitation = Invitation(
            told["aud"], told["genesis"], told["dev"], told["inc"], told["code"]
        )
        asked = Asked(invitation, self.centre.url, self.authority.ca)
        settings = self.settings()
        save_settings(self.places.window, settings)
        window = self.window()
        deck = window.deck
        if deck is None:
            raise RuntimeError("the demonstration has no cards")
        deck.insert(post.first)
        pin: Secret[str] = Secret(pin_of(self.authority.cards[post.first]))
        await window.desk.enrolment.enrol(asked, pin)
        for name in post.colleagues:
            card = json.loads(self.authority.cards[name].read_text("utf-8"))
            await window.desk.colleagues.add(card["person"], pin)
        deck.pull()
        await window.close()

    def settings(self) -> Settings:
        """Return the window's settings on this stage."""
        return Settings(
            centre=self.centre.url,
            centre_ca=str(self.authority.ca),
            reader="pcsc" if self.machine else "simulator",
            token_library=self.machine.library if self.machine else "",
            cards=str(self.places.authority / "cards"),
            clock_file=str(self.places.clock),
        )

    def window(self) -> Window:
        """Put a window together on this stage, as `chuangkou` itself would."""
        window = build_window(self.places.window, self.settings(), _fail)
        if self.machine is None:
            return window
        cards = self.places.authority / "cards"
        return replace(window, deck=SimulatedDeck(self.machine.reader(0), cards))


class DayStage(Stage):
    """The same; those who decide on advertising and houses have their places, too (docs/A-DAY.md).

    Whoever speaks for the traffic police gets his by day.
    """

    post = replace(
        COUNTY,
        colleagues=(
            *COUNTY.colleagues,
            "zrj-handler",
            "zrj-chief",
            "zjj-handler",
            "cgj-handler",
            "cgj-reviewer",
            "cgj-chief",
        ),
    )


class TownshipStage(Stage):
    """The same, with the window of a township hall."""

    post = TOWNSHIP


def pin_of(path: Path) -> str:
    """Return a demonstration card's PIN."""
    return str(json.loads(path.read_text("utf-8"))["pin"])


def _fail(failure: Exception) -> None:
    raise failure
