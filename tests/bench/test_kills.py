"""Five hundred ends by kill -9 of a window: nothing that was confirmed is lost or doubled.

The same as tests/faults/window/test_kill.py, ten times as often: two windows side by side, each
with a centre and a store of its own, so that both cores have work.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.window.test_kill import kill

pytestmark = [pytest.mark.bench, pytest.mark.timeout(2700)]
KILLS, WINDOWS = 500, 2


def test_five_hundred_kills_lose_and_double_nothing(tmp_path):
    each = KILLS // WINDOWS

    def killed(window):
        return kill(tmp_path / str(window), each, 2600, before=window * each)

    with ThreadPoolExecutor(WINDOWS) as windows:
        found = list(windows.map(killed, range(WINDOWS)))
    kills, confirmed = (sum(one[name] for one in found) for name in ("kills", "confirmed"))
    assert kills == KILLS
    print(f"\n{kills} kills: {confirmed} confirmed steps, 0 lost, 0 doubled")
