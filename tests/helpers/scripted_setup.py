"""A first run and updates, scripted: the real rules over memory instead of files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from client.app.access.trying import LineTried, ShownCertificate
from client.app.machine.first_steps import JOINING, after, before, begun, joined
from client.host.typing import Typing

if TYPE_CHECKING:
    from sync.domain.failures import Failure

TRIED = LineTried(
    name="云岭县监察中心",
    aud="centre-339901",
    fingerprint="14F8M0-Q1YQHH-JDW50N-CDHFN3",
    offset_s=1,
    certificate=ShownCertificate(
        name="centre.example",
        issuer="云岭县监察中心根证书",
        until=datetime(2027, 11, 23, 16, tzinfo=UTC),
        fingerprint=" ".join(
            f"{number:04X}" for number in range(0x1A2B, 0x1A2B + 16 * 0x111, 0x111)
        ),
    ),
)


class ScriptedSetup:
    """Goes the steps as the real one does; `kept` is what a kill would leave."""

    def __init__(self, desk) -> None:
        self._desk = desk
        self.state = begun((), (), enrolled=False)
        self.fail: Failure | None = None
        self.kept = None
        self.ended = False
        self.way = Typing.GOOD

    @property
    def needed(self) -> bool:
        return self._desk.enrolment.needed or self.kept is not None

    @property
    def enrolled(self) -> bool:
        return not self._desk.enrolment.needed

    @property
    def centre(self) -> tuple[str, str]:
        typed = self.state.typed
        return typed.get("centre", ""), typed.get("roots", "")

    async def type(self, typed) -> None:
        self._keep(replace(self.state, typed={**self.state.typed, **typed}))

    async def go_on(self, *, done: bool) -> None:
        self._keep(after(self.state, done=done))

    async def go_back(self) -> None:
        self._keep(before(self.state, enrolled=self.enrolled))

    async def joined(self) -> None:
        self._keep(joined(self.state))

    async def invite(self, typed) -> None:
        kept = {**self.state.typed, **typed, "compared": ""}
        self._keep(replace(self.state, place=JOINING[0], typed=kept))

    async def return_to(self, step: str) -> None:
        self._keep(replace(self.state, place=step))

    async def end(self) -> None:
        self.kept, self.ended = None, True

    async def typing(self) -> Typing:
        return self.way

    def _keep(self, state) -> None:
        self.state = state
        if self.fail is not None:
            raise self.fail
        self.kept = state
