"""A complete application at the counter, from nothing to its acceptance notice, by few keys."""

import pytest
from PySide6.QtCore import Qt

from sync.domain.identity import resident_check

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
MOST = 30
PERSON = "33990119900307258" + resident_check("33990119900307258")


class Counted:
    """Hands whose keys are counted; what only the applicant knows is not the clerk's.

    A key that is held beside another (Ctrl) is a press of its own.
    """

    def __init__(self, hands):
        self.hands = hands
        self.keys = 0

    async def press(self, *keys):
        self.keys += sum(len(key) if isinstance(key, tuple) else 1 for key in keys)
        await self.hands.key(*keys)

    async def type(self, text):
        self.keys += len(text)
        await self.hands.type(text)

    async def told(self, text):
        await self.hands.type(text)


@pytest.mark.parametrize("by_card", [False, True])
def test_registering_and_accepting_takes_at_most_thirty_keys(at_window, by_card):
    async def scenario(hands):
        await hands.enter("clerk")
        counted = Counted(hands)
        if by_card:
            hands.desk.at_counter.read(f"{PERSON}\r")
            await hands.rest()
        else:
            await counted.press(KEY.Key_F2)
            await counted.told(PERSON)
        await counted.press(KEY.Key_Return)
        await counted.told("林知夏")
        await counted.press(KEY.Key_Return)
        await counted.told("13800000000")
        await counted.press(KEY.Key_Return)
        await counted.type("spjy")
        await counted.press(KEY.Key_Return, (KEY.Key_Return, CTRL))
        assert hands.find("result.headline").isVisible()
        hands.wait_out_a_double_press()
        await counted.press(KEY.Key_Return)
        assert hands.work.ways.here().step == "receive"
        for _ in hands.page.lines:
            await counted.press(KEY.Key_Space, KEY.Key_Return)
        await counted.press((KEY.Key_Return, CTRL))
        hands.wait_out_a_double_press()
        await counted.press(KEY.Key_Return)
        assert hands.work.ways.here().step == "accept"
        await counted.press((KEY.Key_Return, CTRL))
        assert hands.find("result.headline").isVisible()
        assert counted.keys <= MOST

    at_window(scenario)
