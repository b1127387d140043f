"""Windows and centres of two versions: the sources before the newest migration, and these.

By hand before a release. Each window is the product's own desk, store and engine in a process that
runs from its version's sources; its centre is a process of the other's. See test_rolling for two
processes replaced under load.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.test_rolling import older  # noqa: F401  a fixture

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
ROOT = Path(__file__).resolve().parents[2]
#: Runs in the window's sources. A case is walked to its sealed certificate; where a second centre
#: is named, it takes the first one's place in the middle, under the open window.
WINDOW = """
import asyncio, sys
from pathlib import Path

from installer.demo import stage as stages
from tests.helpers import hall as halls

folder, *centres = map(Path, sys.argv[1:])
stages.ROOT = centres[0]
stages.WAIT_S = 600  # the machine may be at other work
stage = halls.StandingStage(folder)
STEPS = [row for row in halls.WALK if row[0] != "registered"]


async def walk(hall, case, steps):
    for _state, card, step in steps:
        await hall.enter(card)
        await step(hall, case)
        await hall.leave()


async def work():
    async with halls.open_hall(stage) as hall:
        await hall.enter("reception")
        case = await hall.register()
        await hall.leave()
        await walk(hall, case, STEPS[:3])
        if len(centres) > 1:
            stage.centre.stop()
            await hall.enter("reception")
            apart = await hall.register(name="云岭县断线餐饮店")
            stages.ROOT = centres[1]
            stage.centre.command("migrate", "--data", stage.places.centre)
            await stage.centre.start()
            await hall.synced()
            print("registered while there was no centre, and taken:", apart)
            await hall.leave()
        await walk(hall, case, STEPS[3:])
        await hall.enter("clerk")
        await hall.synced()
        print("walked to", (await hall.desk.cases.open(case)).row.state)


asyncio.run(work())
"""


def window(program, folder, *centres):
    done = subprocess.run(
        [sys.executable, "-c", WINDOW, folder, *centres],
        cwd=program,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    print("\n" + done.stdout)
    return done.stdout


def test_a_former_window_stays_open_while_its_centre_is_upgraded(tmp_path, older):  # noqa: F811
    told = window(older, tmp_path / "stage", older, ROOT)
    assert "registered while there was no centre, and taken: 2" in told
    assert "walked to certified" in told


def test_this_window_works_with_a_former_centre(tmp_path, older):  # noqa: F811
    assert "walked to certified" in window(ROOT, tmp_path / "stage", older)
