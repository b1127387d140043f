"""The signature pad (SE15): pen, mouse and finger, keys, and a page that lies still beneath."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from client.app.rows.cases import PaperRow, Receiver
from tests.helpers.scripted_cases import NOW
from ui.values import Route
from ui.widgets.ink import MOST_POINTS, InkPad

pytestmark = pytest.mark.slow  # each opens the whole window

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
ID_NO = "11010519491231002X"


@pytest.fixture
def pad(qtbot):
    made = InkPad()
    qtbot.addWidget(made)
    made.resize(600, 190)
    made.show()
    return made


def draw(pad, *points):
    first, *rest = (QPoint(*point) for point in points)
    QTest.mousePress(pad, LEFT, Qt.KeyboardModifier.NoModifier, first)
    for point in rest:
        QTest.mouseMove(pad, point)
    QTest.mouseRelease(pad, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(*points[-1]))


def pen(pad, kind, x, y, pressure):
    device = QPointingDevice(
        "pen", 7, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Pressure | QInputDevice.Capability.Position, 1, 1,
    )  # fmt: skip
    at = QPointF(x, y)
    event = QTabletEvent(
        kind, device, at, QPointF(pad.mapToGlobal(at.toPoint())), pressure, 0, 0, 0, 0, 0,
        Qt.KeyboardModifier.NoModifier, LEFT, LEFT,
    )  # fmt: skip
    QApplication.sendEvent(pad, event)
    return event


def test_a_mouse_draws_strokes_with_their_times(pad):
    draw(pad, (20, 20), (60, 80), (120, 40))
    draw(pad, (200, 50), (240, 90))
    strokes = pad.strokes()

    assert [len(stroke) for stroke in strokes] == [3, 2]
    assert strokes[0][0][:2] == (20, 20)
    times = [point[2] for stroke in strokes for point in stroke]
    assert times == sorted(times)
    assert times[0] < 50
    assert {point[3] for stroke in strokes for point in stroke} == {128}


def test_a_pen_brings_its_pressure_and_makes_no_mouse(pad):
    accepted = [
        pen(pad, QEvent.Type.TabletPress, 30, 30, 0.25).isAccepted(),
        pen(pad, QEvent.Type.TabletMove, 90, 60, 1.0).isAccepted(),
        pen(pad, QEvent.Type.TabletRelease, 90, 60, 0.0).isAccepted(),
    ]

    assert accepted == [True, True, True]
    assert [(x, y, p) for x, y, _, p in pad.strokes()[0]] == [(30, 30, 64), (90, 60, 255)]


def test_a_pen_that_hovers_draws_nothing(pad):
    pen(pad, QEvent.Type.TabletMove, 90, 60, 0.0)

    assert pad.strokes() == ()


def test_a_resting_hand_makes_no_points_and_nobody_writes_beside_the_pad(pad):
    draw(pad, (20, 20), (21, 20), (20, 21), (900, -50))

    assert [point[:2] for point in pad.strokes()[0]] == [(20, 20), (599, 0)]


def test_more_than_a_signature_is_not_kept(pad):
    zigzag = [(20 + n % 2 * 100, 20 + n % 50) for n in range(MOST_POINTS + 50)]
    pad._begin(QPointF(0, 0), 1)
    for x, y in zigzag:
        pad._go_on(QPointF(x, y), 1)
    pad._end()

    assert sum(map(len, pad.strokes())) == MOST_POINTS


def test_keys_take_a_stroke_or_everything_back(pad):
    told = []
    pad.changed.connect(lambda: told.append(len(pad.strokes())))
    draw(pad, (20, 20), (60, 80))
    draw(pad, (100, 20), (160, 80))
    QTest.keyClick(pad, Qt.Key.Key_Backspace)
    draw(pad, (100, 20), (160, 80))
    QTest.keyClick(pad, Qt.Key.Key_Delete)

    assert told == [1, 2, 1, 2, 0]


def test_what_is_drawn_is_seen(pad):
    before = pad.grab().toImage()
    draw(pad, (20, 20), (60, 80), (200, 90))

    assert pad.grab().toImage() != before


# ---------------------------------------------------------------- on the page


def handed_out(desk, *, slip=True):
    """Turn a case into one whose certificate was handed out, with its delivery slip."""
    number, case = next(iter(desk.world.items()))
    papers = (PaperRow("delivery", f"{number}-L7", f"{number}/delivery/1", NOW),) if slip else ()
    desk.world[number] = replace(
        case, state="issued", papers=papers, receiver=Receiver("王芳", ID_NO, "self")
    )
    return number


def test_the_receiver_signs_under_what_is_shown_and_the_step_gets_it(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = handed_out(hands.desk)
        await hands.go(Route("step", number, "sign_for"))
        page = hands.page
        assert not page.sheet.isVisible()
        page.ink.sign.click()
        await hands.rest()
        assert page.sheet.isVisible()
        assert not page.sheet.view.sheet.page.isNull()
        assert hands.focus == "ink.pad"
        await hands.key((Qt.Key.Key_Return, CTRL))  # nothing is drawn yet
        assert page.sheet.isVisible()
        draw(page.sheet.pad, (20, 20), (60, 80), (120, 40))
        size = (page.sheet.pad.width(), page.sheet.pad.height())
        await hands.key((Qt.Key.Key_Return, CTRL))
        assert not page.sheet.isVisible()
        assert "1" in page.ink.said.text()
        assert hands.focus == "sign_for.ink_sign"
        await hands.key((Qt.Key.Key_Return, CTRL))
        (ink,) = hands.desk.inks
        assert ink.paper == f"{number}/delivery/1"
        assert [len(stroke) for stroke in ink.strokes] == [3]
        assert (ink.width, ink.height) == size

    at_window(scenario)


def test_without_the_screen_it_goes_as_it_always_did(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", handed_out(hands.desk), "sign_for"))
        page = hands.page
        page.ink.sign.click()
        await hands.rest()
        draw(page.sheet.pad, (20, 20), (60, 80))
        await hands.key(Qt.Key.Key_Escape)  # rather on paper
        assert not page.sheet.isVisible()
        assert hands.page is page
        await hands.key((Qt.Key.Key_Return, CTRL))
        assert hands.desk.inks == [None]

    at_window(scenario)


def test_a_signature_goes_when_it_is_dropped_or_another_signs(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", handed_out(hands.desk), "sign_for"))
        page = hands.page
        for change in (page.ink.drop.click, lambda: page.person.setText("李四")):
            page.ink.sign.click()
            await hands.rest()
            draw(page.sheet.pad, (20, 20), (60, 80))
            await hands.key((Qt.Key.Key_Return, CTRL))
            assert page.ink.drop.isVisible()
            change()
            await hands.rest()
            assert not page.ink.drop.isVisible()

    at_window(scenario)


def test_where_no_slip_is_the_screen_says_so(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", handed_out(hands.desk, slip=False), "sign_for"))
        assert hands.page.ink.sign.reason

    at_window(scenario)


def test_no_key_reaches_the_page_beneath(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", handed_out(hands.desk), "sign_for"))
        page = hands.page
        page.ink.sign.click()
        await hands.rest()
        await hands.key(Qt.Key.Key_F2, Qt.Key.Key_F12, (Qt.Key.Key_K, CTRL))
        assert hands.page is page
        assert hands.desk.door.session is not None
        assert page.sheet.isVisible()

    at_window(scenario)


def test_handing_out_asks_for_no_signature(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = handed_out(hands.desk)
        hands.desk.world[number] = replace(hands.desk.world[number], state="certified")
        await hands.go(Route("step", number, "issue"))
        assert hands.page.ink is None

    at_window(scenario)
