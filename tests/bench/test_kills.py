"""Five hundred ends by kill -9 of one window: nothing that was confirmed is lost or doubled.

The same as tests/faults/window/test_kill.py, ten times as often: it takes a quarter of an hour.
"""

import pytest

from tests.faults.window.test_kill import kill

pytestmark = [pytest.mark.bench, pytest.mark.timeout(5400)]
KILLS = 500


def test_five_hundred_kills_lose_and_double_nothing(tmp_path):
    found = kill(tmp_path, KILLS, 5300)
    print(f"\n{found['kills']} kills: {found['confirmed']} confirmed steps, 0 lost, 0 doubled")
