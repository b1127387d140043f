"""The settings of this machine's window: each is kept as soon as it is chosen and can be kept.

What was typed and cannot be kept stays in its field with the reason. Whoever leaves all the same is
asked once; the second time it stays as it was before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from client.app.cases.case_view import masked
from client.app.ports.counter import CounterFailure, IdCard
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.values import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from client.app.rows.machine import MachineFound
    from client.host.settings import Settings
    from ui.presenters.desk import Desk
    from ui.presenters.desk_machine import OwnWindow

LOOKS = ("language", "text_size", "mode")
_LONGEST_CODE = 60


class SettingsScreen(Protocol):
    """What the view can do."""

    def show_settings(self, settings: Settings, looks: Mapping[str, str]) -> None:
        """Show what is chosen."""

    def show_looks(self, looks: Mapping[str, str]) -> None:
        """Show how the window looks now."""

    def show_notices(self, *, desktop: bool, sound: bool | None) -> None:
        """Show how urges are told; `desktop`: it has a place for them; sound None: nobody is in."""

    def show_found(self, found: MachineFound | None) -> None:
        """Offer what this machine has; None: it is being looked for."""

    def show_kept(self, name: str, value: str) -> None:
        """Say that a setting is kept."""

    def show_wrong(self, name: str, problem: Problem) -> None:
        """Say why what stands in a field is not kept."""

    def show_waiting(self, names: tuple[str, ...], *, again: bool) -> None:
        """Say what waits for the next start; `again`: it can be started from here."""

    def show_trying(self, heard: Words | Problem | None, *, on: bool) -> None:
        """Say that devices are tried, and what came last."""

    def show_unkept(self) -> None:
        """Say that leaving once more drops what is not kept."""


class SettingsPresenter:
    """Shows, checks and keeps; needs no session but for a person's own sound.

    Args:
        desk: the machine, the counter's devices, the person's messages.
        window: how it looks.
        screen: the view.
        leave: goes back to where the page was opened.
    """

    def __init__(
        self, desk: Desk, window: OwnWindow, screen: SettingsScreen, leave: Callable[[], None]
    ) -> None:
        self._desk = desk
        self._window = window
        self._screen = screen
        self._leave = leave
        self._told: set[tuple[str, str]] = set()
        self.trying = False

    async def open(self) -> None:
        """Show the settings at once, then what this machine has."""
        machine = self._desk.machine
        self._screen.show_settings(machine.settings, self._window.looks)
        self._say_waiting()
        signed_in = self._desk.door.session is not None
        sound = await self._desk.messages.sound() if signed_in else None
        self._screen.show_notices(desktop=self._window.shows_notices(), sound=sound)
        self._screen.show_found(None)
        self._screen.show_found(await machine.found())

    def show_looks(self) -> None:
        """Show how the window looks now: the palette changes it too."""
        self._screen.show_looks(self._window.looks)

    async def change(self, name: str, value: str) -> bool:
        """Keep a setting; says whether it is kept."""
        if name in LOOKS:
            self._window.set_look(name, value)
            self._screen.show_kept(name, value)
            return True
        try:
            kept = await self._desk.machine.change(name, value)
        except Failure as failure:
            self._screen.show_wrong(name, Problem.of(failure))
            return False
        self._screen.show_kept(name, kept)
        self._say_waiting()
        return True

    async def set_notice(self, name: str, *, on: bool) -> None:
        """Keep how urges are told: "desktop" for this machine, "sound" for this person."""
        try:
            if name == "sound":
                await self._desk.messages.set_sound(on=on)
            else:
                await self._desk.machine.set_desktop_notice(on=on)
        except Failure as failure:
            self._screen.show_wrong(name, Problem.of(failure))
            return
        self._screen.show_kept(name, "")

    async def leave(self, typed: Mapping[str, str]) -> None:
        """Keep what is typed, then go; what cannot be kept holds once.

        Args:
            typed: field → text, of those that were edited and not kept yet.
        """
        if await self.settle(typed):
            self._leave()

    async def settle(self, typed: Mapping[str, str]) -> bool:
        """Keep what is typed; says whether the page may be left, `typed` as in `leave`."""
        held = False
        for name, text in typed.items():
            if not await self.change(name, text) and (name, text) not in self._told:
                self._told.add((name, text))
                held = True
        if held:
            self._screen.show_unkept()
            return False
        self.end_trying()
        return True

    def start_again(self) -> None:
        """Start the window anew, for what is read only then."""
        self._window.start_again()

    # ------------------------------------------------------------ trying

    def turn_trying(self) -> None:
        """Begin to show what the counter's devices send, or end it."""
        self.trying = not self.trying
        self._desk.at_counter.overhear(self._heard if self.trying else None)
        self._screen.show_trying(None, on=self.trying)

    def end_trying(self) -> None:
        """End it: the page goes."""
        if self.trying:
            self.trying = False
            self._desk.at_counter.overhear(None)

    def _heard(self, what: IdCard | str | CounterFailure) -> None:
        self._screen.show_trying(
            Problem.of(what) if isinstance(what, CounterFailure) else _tried(what), on=True
        )

    def _say_waiting(self) -> None:
        names = self._desk.machine.waiting
        self._screen.show_waiting(names, again=self._window.can_start_again())


def _tried(what: IdCard | str) -> Words:
    """Say what came: a code as it is, of a person only enough to see that it was read well."""
    if isinstance(what, IdCard):
        args = {"name": what.name[:1], "number": masked(what.number)}
        return Words("settings.tried.card", args)
    plain = "".join(char if char.isprintable() else "�" for char in what.strip())
    short = plain if len(plain) <= _LONGEST_CODE else f"{plain[:_LONGEST_CODE]}…"
    return Words("settings.tried.code", {"code": short, "count": len(plain)})
