"""The main job as the people of a hall do it, each with his own card, through the real window.

One method a scene; `tell` plays them in order. What a scene leaves behind (case number, papers) is
read from the screen, as a person would.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.rows.session import CardPresence, LinePhase
from installer.demo.hands import HandsFailed
from installer.demo.story_hands import WRONG_PIN, StoryHands, Told
from sync.domain.lights import Light

if TYPE_CHECKING:
    from collections.abc import Callable


FOOD, TRADER = "spjy", "gtgsh"  # pinyin initials, as a clerk types them


class Story(StoryHands):
    """Plays the scenes."""

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
