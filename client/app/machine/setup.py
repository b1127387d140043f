"""Setting a new machine up, step by step: where it stands is kept, so that a kill costs nothing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace

from client.app.failures import AppFailure
from client.app.machine.first_steps import JOINING, after, before, begun, joined, resumed
from client.host.first_run import drop_first_run, load_first_run, save_first_run
from client.host.typing import typing_now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.machine.settings import MachineParts
    from client.host.first_run import FirstRun
    from client.host.lanes import Lanes
    from client.host.typing import Typing

TYPED = ("centre", "roots", "aud", "genesis", "dev", "inc", "code", "compared")
"""What is kept of what was typed; never a PIN."""


class Setup:
    """The first run of one machine. Screen lane; files are written on another.

    Args:
        parts: folder and settings of this machine.
        lanes: the window's threads.
        enrolled: says whether it is a window already.
    """

    def __init__(self, parts: MachineParts, lanes: Lanes, enrolled: Callable[[], bool]) -> None:
        self._parts = parts
        self._lanes = lanes
        self._enrolled = enrolled
        self._one = asyncio.Lock()
        self._kept = load_first_run(parts.folder)
        self.state = self._begin()

    @property
    def needed(self) -> bool:
        """Say whether this machine was never set up, or is in the midst of it."""
        return self._kept is not None or not self._enrolled()

    @property
    def enrolled(self) -> bool:
        """Say whether this machine is a window."""
        return self._enrolled()

    @property
    def centre(self) -> tuple[str, str]:
        """Return address and root file of the centre as far as anybody said them."""
        typed, settings = self.state.typed, self._parts.started
        return typed.get("centre") or settings.centre, typed.get("roots") or settings.centre_ca

    async def type(self, typed: Mapping[str, str]) -> None:
        """Keep what is typed now, by field; raises as `keep`."""
        known = {name: text for name, text in typed.items() if name in TYPED}
        await self._keep(replace(self.state, typed={**self.state.typed, **known}))

    async def go_on(self, *, done: bool) -> None:
        """Go a step on: the one that is shown is answered, or left for later.

        Raises:
            AppFailure: settings.unwritten.
        """
        await self._keep(after(self.state, done=done))

    async def go_back(self) -> None:
        """Go a step back; at the first it stays. Raises as `go_on`."""
        await self._keep(before(self.state, enrolled=self.enrolled))

    async def joined(self) -> None:
        """Go on behind the enrolment and forget its invitation. Raises as `go_on`."""
        await self._keep(joined(self.state))

    async def invite(self, typed: Mapping[str, str]) -> None:
        """Take what an invitation's file says as typed, and go where it is needed.

        A centre that the hall set for its machines is no file's to change. Raises as `go_on`.
        """
        own = {"centre", "roots"} if "centre" not in self.state.steps else set()
        known = {name: text for name, text in typed.items() if name in TYPED and name not in own}
        place = next(step for step in self.state.steps if step in JOINING)
        kept = {**self.state.typed, **known, "compared": ""}
        await self._keep(replace(self.state, place=place, typed=kept))

    async def return_to(self, step: str) -> None:
        """Show a step again. Raises as `go_on`."""
        await self._keep(replace(self.state, place=step))

    async def end(self) -> None:
        """Forget how far it came: what is left stands in the settings. Raises as `go_on`."""
        async with self._one:
            try:
                await self._lanes.crunch.run(drop_first_run, self._parts.folder)
            except OSError as cause:
                raise AppFailure("settings.unwritten") from cause
            self._kept = None

    async def typing(self) -> Typing:
        """Look how the input method is reached."""
        return await self._lanes.crunch.run(typing_now)

    def _begin(self) -> FirstRun:
        enrolled = self._enrolled()
        if self._kept is not None:
            return resumed(self._kept, enrolled=enrolled)
        started = self._parts.started
        named = {*self._parts.named} | {n for n in ("centre", "centre_ca") if getattr(started, n)}
        return begun(named, started.answered, enrolled=enrolled)

    async def _keep(self, state: FirstRun) -> None:
        self.state = state  # a disk that takes nothing keeps nobody from going on
        async with self._one:
            try:
                await self._lanes.crunch.run(save_first_run, self._parts.folder, self.state)
            except OSError as cause:
                raise AppFailure("settings.unwritten") from cause
            self._kept = self.state
