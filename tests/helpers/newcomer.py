"""A machine that is no window yet, beside a real centre over TLS: for whoever enrols it.

with newcomer(tmp_path) as new:           # starts the centre
    async with new.running():             # the desk lives: card watched, lanes open
        await new.enrol(new.invite())
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from client.app.access.enrolment import Asked, Invitation
from client.bootstrap import build_window
from client.host.clock import SystemClock
from client.host.settings import Settings, load_settings
from installer.demo.stage import pin_of
from sync.domain.fields import ms_of
from sync.domain.secret import Secret
from sync.protocol.codec import b64u_encode
from tests.helpers.centre import NOW, running_centre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from client.bootstrap import Window
    from tests.helpers.centre import RunningCentre

DEV = "d-339901-03"


class Newcomer:
    """One machine and its centre."""

    def __init__(self, folder: Path, centre: RunningCentre) -> None:
        self.folder = folder / "window"
        self.centre = centre
        self.roots = centre.authority.ca
        self._clock = folder / "clock.json"
        offset = ms_of(NOW) - ms_of(SystemClock(None).wall())
        self._clock.write_text(json.dumps({"offset_ms": offset}))
        self.window: Window = self.start()

    def start(self) -> Window:
        """Put the window together as the program's start does, with what its folder says."""
        kept = load_settings(self.folder)
        settings = Settings(
            centre=kept.centre,
            centre_ca=kept.centre_ca,
            reader="simulator",
            cards=str(self.centre.authority.folder / "cards"),
            clock_file=str(self._clock),
        )
        self.window = build_window(self.folder, settings, _broken)
        return self.window

    @property
    def desk(self):
        return self.window.desk

    @property
    def names(self) -> set[str]:
        """Return what lies in the window's folder."""
        return {path.name for path in self.folder.iterdir()} if self.folder.exists() else set()

    def pin(self, card: str) -> Secret[str]:
        authority = self.centre.authority
        return Secret(pin_of({**authority.cards, **authority.refused_cards}[card]))

    def person(self, card: str) -> str:
        return self.centre.card(card).person

    def invite(self, dev: str = DEV, inc: int = 1, **changes: object) -> Invitation:
        """Have two administrators invite this machine."""
        trust = self.centre.desk.policy.trust
        said = {
            "aud": trust.aud,
            "genesis": trust.genesis,
            "dev": dev,
            "inc": inc,
            "code": self.centre.invite(dev, inc=inc),
        }
        return Invitation(**said | changes)

    async def enrol(self, invitation: Invitation, card: str = "clerk", **changes: object) -> None:
        """Enrol with a card."""
        asked = Asked(
            invitation,
            str(changes.get("centre", self.centre.origin)),
            changes.get("roots", self.roots),
        )
        self.window.deck_or_fail().insert(card)
        pin = changes.get("pin", self.pin(card))
        await self.desk.enrolment.enrol(asked, pin, changes.get("tell", lambda _name: None))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let the desk live meanwhile."""
        async with asyncio.TaskGroup() as tasks:
            life = tasks.create_task(self.desk.run())
            try:
                yield
            finally:
                life.cancel()


def other_genesis(invitation: Invitation) -> Invitation:
    """Return an invitation of a centre with another beginning."""
    return Invitation(
        invitation.aud, b64u_encode(bytes(32)), invitation.dev, invitation.inc, invitation.code
    )


@contextmanager
def newcomer(folder: Path, *, tls: bool = True) -> Iterator[Newcomer]:
    """Start a centre with the sample policy; the machine beside it is new."""
    with running_centre(folder, tls=tls) as centre:
        yield Newcomer(folder, centre)


def _broken(failure: Exception) -> None:
    raise failure
