"""What the people of a story do often: enter, find a case, give pages, sign, leave."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from installer.demo.hands import HandsFailed
from installer.demo.stage import pin_of
from sync.domain.calendar import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from client.app.rows.cases import CaseDetail
    from client.bootstrap import Window
    from installer.demo.hands import Hands
    from installer.demo.stage import Stage

WRONG_PIN = "000000"


@dataclass(slots=True)
class Told:
    """What the story has to show in the end."""

    case_no: str = ""
    second_no: str = ""
    due_at: datetime | None = None
    light: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    lights: list[str] = field(default_factory=list)
    urges: list[str] = field(default_factory=list)
    offline_events: int = 0
    lease: dict[str, str | int] = field(default_factory=dict)


class StoryHands:
    """What any of them does; a story is made of it.

    Args:
        stage: authority, centre, clock.
        window: the real window's parts; asked what it knows, never told what to do.
        hands: what does things.
        page: a picture of a page, as a scanner makes it.
        enter_console: enters the supervision page as the browser would; says what it shows.
    """

    signer = "chief"  # whose card signs decisions and seals

    def __init__(
        self,
        stage: Stage,
        window: Window,
        hands: Hands,
        page: Path,
        enter_console: Callable[[str, str], None],
    ) -> None:
        self._stage = stage
        self._window = window
        self._desk = window.desk
        self._hands = hands
        self._page = page
        self._enter_console = enter_console
        self.told = Told()

    async def enter(self, card: str) -> None:
        """Put the card in, type the PIN, and wait for the workbench."""
        hands = self._hands
        deck = self._window.deck_or_fail()
        if not any(known.inserted and known.name == card for known in deck.cards()):
            deck.insert(card)
        await hands.write("login.pin", pin_of(self._stage.authority.cards[card]))
        await hands.key("Return")
        await hands.find("topbar.line")

    async def leave(self) -> None:
        """Wait until all is with the centre, then take the card."""

        def empty() -> bool:
            view = self._desk.line.view
            return not view.pending and not view.uploads

        await self._hands.until(empty, "the outbox does not empty")
        self._window.deck_or_fail().pull()
        await self._hands.find("door")
        await self._hands.until(lambda: self._desk.door.session is None, "it does not lock")

    async def _pick(self, initials: str) -> None:
        """Type initials, wait for the answers, take the first."""
        hands = self._hands
        await hands.write("prereg.item", initials)
        await hands.find("prereg.item_list")
        await hands.key("Return")
        await hands.until(
            lambda: hands.text_of("prereg.item") not in ("", initials), "the item was not taken"
        )

    async def _number_made(self, other_than: str = "") -> str:
        """Read the case number off the result page."""
        label = await self._hands.find("result.number")
        if not isinstance(label, QLabel):
            raise HandsFailed("the result shows no number")
        await self._hands.until(
            lambda: label.text() and label.text() != other_than, "no new number was made"
        )
        return label.text()

    async def _open(self, number: str) -> None:
        """Find a case by its number and select it on the workbench."""
        hands = self._hands
        await hands.key("Ctrl+1")
        await hands.press("workbench.tab.all")
        await hands.key("F3")
        await hands.clear("workbench.search")
        await hands.write("workbench.search", number)
        await hands.row("workbench.table", number)

    async def _step(self, kind: str) -> None:
        await self._hands.press(f"preview.act.{kind}")
        await self._hands.breathe()
        await self._hands.quiet()

    async def _do(self, kind: str) -> None:
        """Make a step that nothing is typed for: at once, or after its page has asked."""
        before = len((await self._case()).timeline)
        await self._step(kind)
        if self._hands.sees(f"{kind}.submit") is not None:
            await self._hands.key("Ctrl+Return")
        await self._grown(self.told.case_no, before, kind)

    async def _give(self, page: str, materials: list[str]) -> None:
        """Drop a page on each material's line and wait until it is taken in."""
        for code in materials:
            await self._hands.drop(f"{page}.material.{code}", self._page)
            await self._hands.find(f"{page}.material.{code}.page.1")

    async def _submit(self, kind: str, number: str = "") -> None:
        """Do the page's one act and wait until the step is durable."""
        number = number or self.told.case_no
        before = len((await self._case(number)).timeline)
        await self._hands.quiet()
        await self._hands.key("Ctrl+Return")
        await self._grown(number, before, kind)

    async def _sign(self, picture: str) -> None:
        hands = self._hands
        await hands.find("sign.shown")
        await hands.picture(picture)
        before = len((await self._case()).timeline)
        await hands.write("sign.pin", pin_of(self._stage.authority.cards[self.signer]))
        await hands.key("Return")
        await self._grown(self.told.case_no, before, "sign")
        await hands.find("result.headline")

    async def _grown(self, number: str, before: int, kind: str) -> None:
        began = time.monotonic()
        while len((await self._case(number)).timeline) <= before:
            await self._hands.breathe()
            if time.monotonic() - began > 20:
                raise HandsFailed(f"{kind} was not done: {self._hands.names()}")
        await self._hands.made()
        if kind not in ("make", "claim", "close"):
            await self._hands.find("result.headline")

    async def _case(self, number: str = "") -> CaseDetail:
        return await self._desk.cases.open(number or self.told.case_no)

    async def _take_in(self, number: str) -> None:
        """Receive everything, and accept."""
        await self._open(number)
        await self._step("receive")
        materials = [m.code for m in (await self._case(number)).materials if m.required]
        await self._give("receive", materials)
        await self._submit("receive", number)
        await self._open(number)
        await self._step("accept")
        await self._submit("accept", number)

    def _lease(self) -> dict[str, str | int]:
        """Return what is left of the leave to work without the line."""
        view = self._desk.line.view
        if view.lease_until is None or view.cases_left is None:
            raise HandsFailed("there is no lease")
        left = view.lease_until - self._stage.clock.now()
        return {
            "until": view.lease_until.astimezone(CHINA).isoformat(),
            "hours_left": int(left.total_seconds() // 3600),
            "cases_left": view.cases_left,
        }
