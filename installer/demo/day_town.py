"""The township's part of the day: one visitor served whole while the line is down (PL04, IN13)."""

from __future__ import annotations

from dataclasses import dataclass

from client.app.rows.session import LinePhase
from installer.demo.day_hands import BIRTH, HOLDER, NOTED, PERSON
from installer.demo.story_hands import StoryHands

EVENTS = 10  # of one visitor served whole


@dataclass(slots=True)
class Served:
    """What came of it: the case, its steps as the centre answered them, and that all arrived."""

    case: str = ""
    waiting: int = 0
    arrived: bool = False
    verdicts: tuple[str, ...] = ()
    state: str = ""


class TownStory(StoryHands):
    """One clerk, one visitor, no line."""

    signer = "township"

    async def serve(self) -> Served:
        """Cut the line, serve, mend it, and see everything arrive in its order."""
        hands, line = self._hands, self._desk.line

        def synced() -> bool:
            return line.view.phase is LinePhase.SYNCED and not line.view.pending

        await self.enter("township")
        await hands.until(synced, "not in step")
        await hands.press("deck.line")
        await hands.until(lambda: line.view.phase is LinePhase.OFFLINE, "not cut")
        await hands.picture("D12-line-cut")
        await self._registered_here()
        number = self.told.case_no
        await self._take_in(number)
        await self._open(number)
        await self._decided_at_once()
        await self._open(number)
        await self._do("make")
        await self._open(number)
        await self._step("seal")
        await self._sign("D12-seal-sheet")
        await hands.picture("D12-certificate")
        await self._fetched(number)
        await hands.until(lambda: line.view.pending == EVENTS, "not all are waiting")
        served = Served(number, line.view.pending)
        await hands.picture("D12-all-waiting")
        await hands.press("deck.line")
        await hands.press("topbar.line")  # she need not wait for the next try
        await hands.until(synced, "not back in step")
        await hands.picture("D12-back-in-step")
        case = await self._case(number)
        served.verdicts = tuple(row.verdict for row in case.timeline)
        served.state, served.arrived = case.row.state, set(served.verdicts) == {"accepted"}
        await self.leave()
        return served

    async def _registered_here(self) -> None:
        hands = self._hands
        await hands.key("F2")
        await hands.write("prereg.id_no", PERSON)
        await hands.write("prereg.name", HOLDER)
        await hands.write("prereg.phone", "13900000000")
        await self._pick(BIRTH)
        await hands.key("Ctrl+Return")
        self.told.case_no = await self._number_made()
        await hands.picture("D12-slip")

    async def _decided_at_once(self) -> None:
        hands = self._hands
        await self._step("decide_at_once")
        await hands.press("decision.decide_at_once")
        await hands.write("decision.text", NOTED)
        await hands.key("Ctrl+Return")
        await self._sign("D12-decide-sheet")

    async def _fetched(self, number: str) -> None:
        hands = self._hands
        for step in ("issue", "sign_for"):
            await self._open(number)
            await self._step(step)
            await hands.press(f"{step}.relation.self")
            await hands.clear(f"{step}.name")
            await hands.write(f"{step}.name", HOLDER)
            await hands.write(f"{step}.id_no", PERSON)
            await self._submit(step)
        await self._open(number)
        await self._do("close")
