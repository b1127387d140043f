"""The first-run tour: by keys alone, once for each person, again from F1 (PL27)."""

import pytest
from PySide6.QtCore import QRect, Qt

from ui.shell.tour import STOPS
from ui.values import WORKBENCH, Route

pytestmark = pytest.mark.slow  # each opens the whole window

ON, BACK = Qt.Key.Key_Return, (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
ESC = Qt.Key.Key_Escape


@pytest.fixture
def newcomers(at_window):
    """Run a scenario at a window that shows newcomers round by itself, as the program's does."""

    def run(scenario, **how):
        async def begun(hands):
            hands.work.shows_round = True
            await scenario(hands)

        at_window(begun, **how)

    return run


def view_of(hands):
    return hands.work.tour.view


def test_a_newcomer_is_led_from_stop_to_stop_by_enter(newcomers):
    async def scenario(hands):
        await hands.enter("clerk")
        view, seen = view_of(hands), []
        while view.isVisible():
            seen.append(view._stop)
            assert hands.focus == "tour"
            assert view.words.text()
            card = view._card.geometry()
            assert view.rect().contains(card)
            assert not view.hole().isEmpty()
            assert not view.hole().intersects(card), view._stop
            await hands.key(ON)
        assert seen == [stop for stop, _ in STOPS]
        assert 6 <= len(seen) <= 8
        assert "p0102" in hands.desk.tour.shown
        assert "F1" in hands.work.frame.foot.words.text()
        await hands.desk.door.lock()
        await hands.rest()
        await hands.enter("clerk")
        assert not view.isVisible()

    newcomers(scenario)


def test_back_goes_back_and_esc_leaves_for_good(newcomers):
    async def scenario(hands):
        await hands.enter("clerk")
        view = view_of(hands)
        await hands.key(ON, ON, BACK)
        assert view._stop == STOPS[1][0]
        await hands.key(BACK, BACK)
        assert view._stop == STOPS[0][0]  # nothing lies before the first
        await hands.key(ESC)
        assert not view.isVisible()
        assert not await hands.desk.tour.wanted()

    newcomers(scenario)


def test_each_person_is_asked_for_himself(newcomers):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key(ESC)
        await hands.desk.door.lock()
        await hands.rest()
        await hands.enter("handler")
        assert view_of(hands).isVisible()

    newcomers(scenario)


def test_no_command_works_beneath_it(newcomers):
    async def scenario(hands):
        await hands.enter("clerk")
        here = hands.work.ways.current
        await hands.key(
            Qt.Key.Key_F2, Qt.Key.Key_F12, (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        )
        assert hands.desk.door.session is not None
        assert hands.work.ways.current is here
        assert view_of(hands).isVisible()

    newcomers(scenario)


def test_a_lock_in_the_middle_ends_it_and_it_comes_again(newcomers):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.desk.door.lock()
        await hands.rest()
        assert not view_of(hands).isVisible()
        assert "p0102" not in hands.desk.tour.shown
        await hands.enter("clerk")
        assert view_of(hands).isVisible()

    newcomers(scenario)


def test_it_comes_again_from_the_map_of_keys(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        assert not view_of(hands).isVisible()  # who drives the window by keys does without
        await hands.go(Route("help"))
        hands.find("help.tour").setFocus()
        await hands.key(Qt.Key.Key_Space)
        assert view_of(hands).isVisible()
        assert hands.work.ways.current.route == WORKBENCH
        assert "1" in view_of(hands).count.text()

    at_window(scenario)


@pytest.mark.parametrize("text_size", ["normal", "largest"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_card_stays_in_the_smallest_window(newcomers, language, text_size):
    async def scenario(hands):
        hands.window.resize(1024, 640)
        await hands.enter("clerk")
        view = view_of(hands)
        while view.isVisible():
            card = view._card
            assert view.rect().contains(card.geometry()), view._stop
            for label in (view.title, view.words):
                asked = QRect(0, 0, label.width(), 10_000)
                flags = Qt.TextFlag.TextWordWrap
                need = label.fontMetrics().boundingRect(asked, flags, label.text()).height()
                assert label.height() >= need, view._stop
            await hands.key(ON)

    newcomers(scenario, language=language, text_size=text_size)
