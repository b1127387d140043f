"""What the people of the day's page do often: find a case, open a step, decide, register."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from installer.demo.hands import HandsFailed
from installer.demo.story_hands import StoryHands
from sync.domain.calendar import CHINA

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.joint import ChildRow

FOOD, TRADER, HOUSE, BIRTH, ADVERTISING = "spjy", "gtgsh", "bdcdj", "sydj", "cshwgg"
"""Pinyin initials of the items, as a clerk types them."""

PERSON, HOLDER = "110105199001010010", "古丽·阿依"
SHOP, SHOP_NAME = "92339901MA2ABCDE1X", "云岭县滨河餐饮店"
NOTED = "材料齐全，符合法定条件"
WAIT_S = 20.0


@dataclass(slots=True)
class Day:
    """What the day has to show: the cases by their letter in the page, and what was done."""

    cases: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


class DayHands(StoryHands):
    """A story whose cases go by the letters of the page."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.day = Day()

    async def looked_at(self) -> dict[str, Any]:
        """Return what a clerk sees of the day's cases afterwards, and how many were refused."""
        await self.enter("clerk")
        seen = {letter: await self._case(number) for letter, number in self.day.cases.items()}
        exceptions = await self._desk.messages.exceptions()
        await self.leave()
        return {
            "exceptions": len(exceptions),
            **{
                letter: {
                    "state": case.row.state,
                    "steps": [row.kind for row in case.timeline],
                    "verdicts": sorted({row.verdict for row in case.timeline}),
                    "papers": [paper.kind for paper in case.papers],
                }
                for letter, case in seen.items()
            },
        }

    async def _at(self, letter: str) -> str:
        """Find a case of the day by its number."""
        number = self.day.cases[letter]
        await self._open(number)
        self.told.case_no = number
        return number

    async def _listed(self, kind: str) -> None:
        """Open a step from the list of all steps (F11), by its name."""
        hands = self._hands
        await hands.find("preview.act.others")
        await hands.quiet()
        await hands.key("F11")
        await hands.write("steps.line", self._hands.window.tongue.t(f"step.{kind}"))
        await hands.key("Return")
        await hands.find(f"{kind}.submit")
        await hands.quiet()

    def _be(self, hour: str) -> None:
        """Let it be that hour, if it is not later already."""
        clock = self._stage.clock
        now = clock.now().astimezone(CHINA)
        wanted = now.replace(hour=int(hour[:2]), minute=int(hour[3:]), second=0, microsecond=0)
        if wanted > now:
            clock.move_to(wanted)

    async def _register(self, letter: str, initials: str, kind: str, id_no: str, name: str) -> None:
        hands, before = self._hands, self.told.case_no
        await hands.key("F2")
        await hands.press(f"prereg.kind.{kind}")
        await hands.write("prereg.id_no", id_no)
        await hands.write("prereg.name", name)
        await hands.write("prereg.phone", "13800000000")
        await self._pick(initials)
        await hands.key("Ctrl+Return")
        self.told.case_no = await self._number_made(other_than=before)
        self.day.cases[letter] = self.told.case_no

    async def _opinionated(self, kind: str, text: str) -> None:
        await self._step(kind)
        await self._hands.press(f"{kind}.agree")
        await self._hands.write(f"{kind}.text", text)
        await self._submit(kind)

    async def _decide(self, letter: str, card: str, way: str) -> None:
        """Let whoever decides open the case, choose, read the sheet, and sign it with his PIN."""
        hands = self._hands
        await self.enter(card)
        await self._at(letter)
        await self._step(way)
        await hands.press(f"decision.{way}")
        await hands.write("decision.text", NOTED)
        await hands.key("Ctrl+Return")
        await self._signed(card, f"{letter}-{way}")

    async def _signed(self, card: str, picture: str) -> None:
        self.signer = card
        await self._sign(f"sheet-{picture}")

    async def _children(self, number: str, holds: Callable[[ChildRow], bool]) -> list[ChildRow]:
        """Wait until something holds of every department's part; return them."""
        began = time.monotonic()
        while True:
            joint = (await self._case(number)).joint
            if joint is not None and joint.children and all(map(holds, joint.children)):
                return list(joint.children)
            if time.monotonic() - began > WAIT_S:
                raise HandsFailed(f"the parts are not so: {joint}")
            await self._hands.breathe()
