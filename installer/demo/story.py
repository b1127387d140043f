"""The main job as the people of a hall do it, each with his own card, through the real window.

One method a scene; `tell` plays them in order. What a scene leaves behind (case number, papers) is
read from the screen, as a person would.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from client.app.rows.session import CardPresence, LinePhase
from installer.demo.hands import HandsFailed
from installer.demo.stage import pin_of
from sync.domain.calendar import CHINA
from sync.domain.lights import Light

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from client.app.rows.cases import CaseDetail
    from client.bootstrap import Window
    from installer.demo.hands import Hands
    from installer.demo.stage import Stage

FOOD, TRADER = "spjy", "gtgsh"  # pinyin initials, as a clerk types them
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


class Story:
    """Plays the scenes.

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

    async def tell(self) -> Told:
        """Play every scene, and time each."""
        for scene in (
            self._refused_at_the_door,
            self._registered,
            self._received_and_accepted,
            self._handled,
            self._reviewed,
            self._decided,
            self._urged,
            self._made,
            self._sealed,
            self._handed_over,
            self._watched,
            self._department_sent,
            self._cut_off,
            self._card_pulled,
        ):
            began = time.monotonic()
            await scene()
            self.told.seconds[scene.__name__.strip("_")] = round(time.monotonic() - began, 2)
        return self.told

    # ------------------------------------------------------------ scenes

    async def _refused_at_the_door(self) -> None:
        hands = self._hands
        await hands.find("door")
        await hands.picture("01-door")
        for card in ("bus", "foreign", "expired", "revoked", "blocked"):
            self._window.deck_or_fail().insert(card)
            await hands.until(lambda: self._desk.door.card.problem, f"{card} was not refused")
            await hands.picture(f"02-refused-{card}")
            self._window.deck_or_fail().pull()
            await hands.until(lambda: not self._desk.door.card.problem, f"{card} was not pulled")
        self._window.deck_or_fail().insert("reception")
        await hands.write("login.pin", WRONG_PIN)
        await hands.key("Return")
        await hands.until(self._try_told, "the try was not told")
        await hands.picture("03-wrong-pin")

    def _try_told(self) -> bool:
        """Say whether the door tells of the wrong PIN, and of the tries left if the card does."""
        machine = self._stage.machine
        if machine is not None and machine.library:
            return self._hands.sees("login.failure") is not None
        return self._desk.door.card.tries_left == 2

    async def _registered(self) -> None:
        hands = self._hands
        await self.enter("reception")
        await hands.picture("04-workbench-empty")
        await hands.key("F2")
        await hands.press("prereg.kind.org")
        await hands.write("prereg.id_no", "92339901MA2ABCDE1X")
        await hands.write("prereg.name", "云岭县滨河餐饮店")
        await hands.write("prereg.phone", "13800000000")
        await self._pick(FOOD)
        await hands.picture("05-preregister")
        await hands.key("Ctrl+Return")
        self.told.case_no = await self._number_made()
        await hands.picture("06-slip")
        await self._second_visitor()
        await self.leave()

    async def _second_visitor(self) -> None:
        """A trader's registration, to be decided on the spot: its limit ends today."""
        await self._register_trader("买买提·艾力")
        self.told.second_no = await self._number_made(other_than=self.told.case_no)

    async def _register_trader(self, name: str) -> None:
        hands = self._hands
        await hands.key("F2")
        await hands.write("prereg.id_no", "110105199001010010")
        await hands.write("prereg.name", name)
        await hands.write("prereg.phone", "13900000000")
        await self._pick(TRADER)
        await hands.key("Ctrl+Return")

    async def _received_and_accepted(self) -> None:
        hands = self._hands
        await self.enter("clerk")
        await self._open(self.told.case_no)
        await hands.picture("07-workbench")
        await self._step("receive")
        materials = [m.code for m in (await self._case()).materials if m.required]
        await self._give("receive", materials[:3])
        await hands.picture("08-receive")
        await self._submit("receive")
        await hands.picture("09-receipt")
        await self._open(self.told.case_no)
        await self._step("notify_correction")
        await hands.find(f"correction.reason.{materials[3]}")
        await hands.press("correction.complete")
        await hands.picture("10-correction")
        await self._submit("notify_correction")
        await hands.picture("11-correction-notice")
        await self._open(self.told.case_no)
        await self._step("correct")
        await self._give("correct", materials[3:])
        await self._submit("correct")
        await self._open(self.told.case_no)
        await self._step("accept")
        await hands.picture("12-accept")
        await self._submit("accept")
        await hands.picture("13-acceptance-notice")
        shown = (await self._case()).row.light
        self.told.due_at, self.told.light = shown.due_at, shown.light.value
        await self._take_in(self.told.second_no)
        await self.leave()

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

    async def _handled(self) -> None:
        hands = self._hands
        await self.enter("handler")
        await hands.picture("14-workbench-handler")
        await self._open(self.told.case_no)
        await self._do("claim")
        await self._open(self.told.case_no)
        await self._step("handle")
        await hands.press("handle.agree")
        await hands.write("handle.text", "材料齐全,符合法定条件,拟同意")
        await hands.picture("15-handle")
        await self._submit("handle")
        await self.leave()

    async def _reviewed(self) -> None:
        hands = self._hands
        await self.enter("reviewer")
        await self._open(self.told.case_no)
        await self._step("review")
        await hands.press("review.agree")
        await hands.write("review.text", "同意承办意见")
        await self._submit("review")
        await self.leave()

    async def _decided(self) -> None:
        hands = self._hands
        await self.enter("chief")
        await self._open(self.told.case_no)
        await self._step("grant")
        await hands.press("decision.grant")
        await hands.write("decision.text", "准予许可")
        await hands.picture("16-decide")
        await hands.key("Ctrl+Return")
        await self._sign("17-signing-sheet")
        await hands.picture("18-decision")
        await self.leave()

    async def _urged(self) -> None:
        """Let the afternoon pass: the second case turns yellow, then red, and is urged for."""
        hands = self._hands
        await self.enter("clerk")
        row = (await self._case(self.told.second_no)).row
        if row.light.due_at is None:
            raise HandsFailed("the second case has no due time")
        for light, moment in (
            (Light.YELLOW, row.light.due_at - timedelta(hours=1) + timedelta(seconds=1)),
            (Light.RED, row.light.due_at + timedelta(seconds=1)),
        ):
            urges = len(await self._desk.messages.urges())
            self._stage.clock.move_to(moment)
            began = time.monotonic()
            while len(found := await self._desk.messages.urges()) == urges:
                await hands.breathe()
                if time.monotonic() - began > 20:
                    raise HandsFailed(f"nobody urged at {light.value}")
            self.told.seconds[f"urge_{light.value}"] = round(time.monotonic() - began, 2)
            self.told.urges.append(found[0].level)
            self.told.lights.append((await self._case(self.told.second_no)).row.light.light.value)
            await hands.picture(f"19-urged-{light.value}")
        await hands.key("Ctrl+2")
        await hands.picture("20-messages")
        await self.leave()

    async def _made(self) -> None:
        await self.enter("clerk")
        await self._open(self.told.case_no)
        await self._do("make")
        await self.leave()

    async def _sealed(self) -> None:
        hands = self._hands
        await self.enter("chief")
        await self._open(self.told.case_no)
        await self._step("seal")
        await self._sign("21-seal-sheet")
        await hands.picture("22-certificate")
        await self.leave()

    async def _handed_over(self) -> None:
        hands = self._hands
        await self.enter("clerk")
        for step in ("issue", "sign_for"):
            await self._open(self.told.case_no)
            await self._step(step)
            await hands.press(f"{step}.relation.legal_representative")
            await hands.clear(f"{step}.name")
            await hands.write(f"{step}.name", "古丽娜尔·艾山")
            await hands.write(f"{step}.id_no", "110105199001010010")
            await hands.picture(f"23-{step}")
            await self._submit(step)
        await self._open(self.told.case_no)
        await self._do("close")
        await self._open(self.told.case_no)
        await hands.key("Return")
        await hands.find("case")
        for tab in ("timeline", "materials", "papers", "people", "proof"):
            await hands.press(f"case.tab.{tab}")
            await hands.picture(f"24-case-{tab}")
        await self.leave()

    async def _watched(self) -> None:
        await self.enter("supervisor")
        address = await self._desk.door.console_address()
        self._enter_console(address, self.told.case_no)
        await self.leave()

    async def _department_sent(self) -> None:
        """Show what the department's own system sent: typed there, and not a second time."""
        await self.enter("handler")
        await self._open(await self._stage.sent_by_department())
        await self._hands.picture("31-from-the-department")
        await self.leave()

    async def _cut_off(self) -> None:
        """Lose the line in the middle of the day, serve the next visitor all the same, get it back.

        What was done arrives once, in its order, and none of it is refused.
        """
        hands, line = self._hands, self._desk.line
        await self.enter("clerk")
        await hands.until(lambda: line.view.phase is LinePhase.SYNCED, "it is not in step")
        await hands.press("deck.line")
        await hands.until(lambda: line.view.phase is LinePhase.OFFLINE, "the line is not cut")
        await hands.picture("27-line-cut")
        await self._register_trader("夏依拉·努尔")
        number = await self._number_made()
        await hands.picture("28-slip-without-the-line")
        await self._take_in(number)
        await hands.until(lambda: line.view.pending >= 3, "the steps do not wait")
        await self._open(number)
        await hands.picture("29-without-the-line")
        self.told.offline_events = line.view.pending
        self.told.lease = self._lease()
        await hands.press("deck.line")
        await hands.press("topbar.line")  # nobody need wait for the next try
        await hands.until(
            lambda: line.view.phase is LinePhase.SYNCED and not line.view.pending,
            "it does not come back into step",
        )
        steps = (await self._case(number)).timeline
        if [step.verdict for step in steps] != ["accepted"] * 3:
            raise HandsFailed(f"not all arrived: {steps}")
        await hands.picture("30-back-in-step")
        await self.leave()

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

    async def _card_pulled(self) -> None:
        """Pull the card in the middle of typing: locked at once, and nothing is lost."""
        hands = self._hands
        await self.enter("reception")
        await hands.key("F2")
        await hands.write("prereg.id_no", "1101051990")
        await hands.until(
            lambda: hands.text_of("prereg.id_no") == "1101051990", "the number was not typed"
        )
        self._window.deck_or_fail().pull()
        await hands.find("door")
        await hands.picture("25-locked")
        await hands.until(
            lambda: self._desk.door.card.presence is CardPresence.EMPTY, "the card is still there"
        )
        await self.enter("reception")
        await hands.until(
            lambda: hands.text_of("prereg.id_no") == "1101051990", "the draft was lost"
        )
        await hands.picture("26-draft-kept")
        await self.leave()

    async def main_five_in_english(self, next_language: Callable[[], None]) -> None:
        """Take pictures of the main five screens in the other language."""
        hands = self._hands
        next_language()
        await hands.picture("en-1-door")
        await self.enter("clerk")
        await self._open(self.told.case_no)
        await hands.picture("en-2-workbench")
        await hands.key("F2")
        await hands.picture("en-3-preregister")
        await self._open(self.told.case_no)
        await hands.key("Return")
        await hands.find("case")
        await hands.picture("en-4-case")
        await hands.key("Ctrl+2")
        await hands.picture("en-5-messages")
        await self.leave()

    # ------------------------------------------------------------ what hands do often

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
        if kind not in ("make", "claim", "close"):
            await self._hands.find("result.headline")

    async def _case(self, number: str = "") -> CaseDetail:
        return await self._desk.cases.open(number or self.told.case_no)
