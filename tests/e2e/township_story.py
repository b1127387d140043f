"""Run by test_township_desk: the township's clerk at the real window, the line cut. Prints JSON."""

import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from client.app.rows.session import LinePhase
from installer.demo.played import PAGE, opened, play
from installer.demo.stage import TownshipStage
from installer.demo.story_hands import StoryHands

BIRTH = "sydj"  # 生育登记服务, by its initials
EVENTS = 10  # of one visitor served whole


class TownshipStory(StoryHands):
    """One visitor without the line, from the door to the paper in his hand."""

    signer = "township"

    async def tell(self):
        hands, line = self._hands, self._desk.line
        await self.enter("township")
        await hands.until(lambda: line.view.phase is LinePhase.SYNCED, "not in step")
        await hands.picture("01-synced")
        await hands.press("deck.line")
        await hands.until(lambda: line.view.phase is LinePhase.OFFLINE, "not cut")
        await hands.picture("02-cut")
        await self._registered_here()
        await self._take_in(self.told.case_no)
        await self._open(self.told.case_no)
        await hands.picture("04-accepted")
        await self._step("decide_at_once")
        await hands.press("decision.decide_at_once")
        await hands.write("decision.text", "材料齐全，即时办结")
        await hands.picture("05-decide")
        await hands.key("Ctrl+Return")
        await self._sign("06-decide-sheet")
        await self._open(self.told.case_no)
        await self._do("make")
        await self._open(self.told.case_no)
        await self._step("seal")
        await self._sign("07-seal-sheet")
        await hands.picture("08-certificate")
        for step in ("issue", "sign_for"):
            await self._open(self.told.case_no)
            await self._step(step)
            await hands.press(f"{step}.relation.self")
            await hands.clear(f"{step}.name")
            await hands.write(f"{step}.name", "古丽·阿依")
            await hands.write(f"{step}.id_no", "110105199001010010")
            await hands.picture(f"09-{step}")
            await self._submit(step)
        await self._open(self.told.case_no)
        await self._do("close")
        await hands.until(lambda: line.view.pending == EVENTS, "not all are waiting")
        self.told.offline_events = line.view.pending
        self.told.lease = self._lease()
        await self._open_closed()
        await hands.picture("10-closed-without-the-line")
        await hands.press("deck.line")
        await hands.press("topbar.line")  # she need not wait for the next try
        await hands.until(
            lambda: line.view.phase is LinePhase.SYNCED and not line.view.pending, "not back"
        )
        await hands.picture("11-back-in-step")
        return self.told

    async def _registered_here(self):
        hands = self._hands
        await hands.key("F2")
        await hands.write("prereg.id_no", "110105199001010010")
        await hands.write("prereg.name", "古丽·阿依")
        await hands.write("prereg.phone", "13900000000")
        await self._pick(BIRTH)
        await hands.key("Ctrl+Return")
        self.told.case_no = await self._number_made()
        await hands.picture("03-slip")

    async def _open_closed(self):
        await self._hands.key("Ctrl+1")
        await self._hands.press("workbench.tab.closed")
        await self._hands.row("workbench.table", self.told.case_no)


def main(folder: Path, pictures: Path | None) -> int:
    stage = TownshipStage(folder)

    async def tell() -> dict[str, Any]:
        async with opened(stage, pictures, "zh_CN") as (parts, _, hands):
            story = TownshipStory(stage, parts, hands, PAGE, lambda _a, _c: None)
            told = await story.tell()
            case = await parts.desk.cases.open(told.case_no)
            kept = {
                "case": told.case_no,
                "offline_events": told.offline_events,
                "lease": told.lease,
                "timeline": [(row.kind, row.verdict) for row in case.timeline],
                "state": case.row.state,
                "exceptions": len(await parts.desk.messages.exceptions()),
            }
            await story.leave()
        return kept

    sys.stdout.write(json.dumps(play(stage, "zh_CN", tell), ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
