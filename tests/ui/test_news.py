"""News in bursts, and news of what is not on the screen: the window looks once, and at what shows.

Counted, never timed.
"""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, Qt

from client.app.rows.changes import CasesChanged
from client.app.rows.words import Words
from sync.engine.ports import ChangeSet
from tests.helpers.gallery_cases import RECEIVED, REGISTERED
from ui.loop import turned
from ui.shell import work
from ui.values import WORKBENCH, Route

pytestmark = pytest.mark.slow
KEY = Qt.Key


class Counted:
    """Counts what is asked of a part of the desk."""

    def __init__(self, part, *names):
        self.asked = []
        for name in names:
            setattr(part, name, self._watched(name, getattr(part, name)))

    def _watched(self, name, real):
        async def ask(*args, **kw):
            self.asked.append((name, args))
            return await real(*args, **kw)

        return ask

    def times(self, name):
        return sum(each == name for each, _args in self.asked)


class Paints(QObject):
    """Counts the paints of a widget."""

    def __init__(self, *watched):
        super().__init__()
        self.seen = 0
        for widget in watched:
            widget.installEventFilter(self)

    def eventFilter(self, _watched, event):  # noqa: N802  as Qt calls it
        self.seen += event.type() == QEvent.Type.Paint
        return False


async def look_at(hands, number):
    hands.page.table.choose(number)
    await hands.rest()


def changed(*numbers):
    return CasesChanged(ChangeSet(frozenset(numbers)))


def test_ten_news_in_one_turn_make_one_look(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = hands.page.table.current_key()
        asked = Counted(hands.desk.cases, "counts", "page", "open")
        for _ in range(10):
            hands.desk.tell(changed(number))
        await hands.rest()

        assert (asked.times("page"), asked.times("open")) == (1, 1)
        assert asked.times("counts") == 2  # the tabs' and the rail's

    at_window(scenario)


def test_what_comes_while_a_page_reads_is_read_afterwards_and_once(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = hands.page.table.current_key()
        real, asked = hands.desk.cases.page, []

        async def page(*args, **kw):
            asked.append(args)
            if len(asked) == 1:  # read before the others came
                for _ in range(5):
                    hands.desk.tell(changed(number))
            return await real(*args, **kw)

        hands.desk.cases.page = page
        hands.desk.tell(changed(number))
        await hands.rest()

        assert len(asked) == 2

    at_window(scenario)


def test_a_failure_of_one_reading_does_not_deafen_the_page(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = hands.page.table.current_key()
        real, asked = hands.desk.cases.counts, []

        async def counts():
            asked.append(1)
            if len(asked) == 1:
                raise LookupError
            return await real()

        told = []
        hands.work.fault = told.append
        hands.desk.cases.counts = counts
        hands.desk.tell(changed(number))
        await hands.rest()
        seen = Counted(hands.desk.cases, "page")
        hands.desk.tell(changed(number))
        await hands.rest()

        assert len(told) == 1
        assert seen.times("page") == 1

    at_window(scenario)


def test_each_minute_the_list_follows_the_clock_and_the_keyboard_stays(at_window, monkeypatch):
    monkeypatch.setattr(work, "_MINUTE_MS", 20)
    passed = Words("row.paused")

    async def scenario(hands):
        await hands.enter("clerk")
        await look_at(hands, RECEIVED)
        held, words = hands.window.focusWidget(), hands.window.tongue.say(passed)
        assert words not in lights(hands.page)
        hands.desk.world[RECEIVED] = replace(hands.desk.world[RECEIVED], left=passed)
        async with asyncio.timeout(60):
            while words not in lights(hands.page):  # noqa: ASYNC110  a screen calls nobody
                await asyncio.sleep(0.02)
        await hands.rest()

        assert hands.page.table.current_key() == RECEIVED
        assert hands.window.focusWidget() is held

    at_window(scenario)


def test_each_minute_the_case_follows_the_clock_where_it_is_being_read(at_window, monkeypatch):
    monkeypatch.setattr(work, "_MINUTE_MS", 20)
    passed = Words("row.paused")

    async def scenario(hands):
        await hands.enter("clerk")
        hands.window.resize(900, 480)
        await hands.go(Route("case", RECEIVED))
        page, tongue = hands.page, hands.window.tongue
        page.choose_tab("materials")
        await hands.rest()
        scroller = page.pages["materials"].scroller
        scroller.setFocus()
        bar = scroller.verticalScrollBar()
        bar.setValue(bar.maximum())
        read = bar.value(), page.pages["materials"].box.itemAt(0).widget()
        assert read[0] > 0
        hands.desk.world[RECEIVED] = replace(hands.desk.world[RECEIVED], left=passed)
        async with asyncio.timeout(60):
            while page.light.accessibleName() != tongue.say(passed):  # noqa: ASYNC110  a screen calls nobody
                await asyncio.sleep(0.02)
        await hands.rest()

        assert hands.window.focusWidget() is scroller
        assert (bar.value(), page.pages["materials"].box.itemAt(0).widget()) == read

    at_window(scenario)


def lights(page):
    """Return what the rows say of their limits."""
    return [page.model.index(row, 0).data() for row in range(page.model.rowCount())]


def test_what_lies_beneath_reads_again_when_it_is_returned_to(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        workbench = hands.page
        chosen = workbench.table.current_key()
        other = next(n for n in (RECEIVED, REGISTERED) if n != chosen)
        await hands.key(KEY.Key_F2)
        asked = Counted(hands.desk.cases, "page", "open")
        before = hands.desk.world[other]
        hands.desk.world[other] = replace(before, applicant="新名")
        for _ in range(3):
            hands.desk.tell(changed(other))
            await hands.rest()
        assert asked.asked == []

        hands.work.ways.go(WORKBENCH)
        await hands.rest()
        assert asked.times("page") == 1
        rows = [workbench.model.row_at(n) for n in range(workbench.model.rowCount())]
        assert "新名" in {row.applicant for row in rows}

    at_window(scenario)


def test_the_case_that_the_rail_acts_on_is_followed_beneath_too(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = hands.page.table.current_key()
        await hands.key(KEY.Key_F1)
        asked = Counted(hands.desk.cases, "open")
        hands.desk.tell(changed(number))
        await hands.rest()

        assert asked.times("open") == 1

    at_window(scenario)


def test_a_preview_that_stands_as_it_stood_is_not_made_anew(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        preview = hands.page.preview
        buttons = dict(preview.acts.buttons)
        paints = Paints(hands.page.table.viewport(), preview, *buttons.values())
        await turned(3)
        paints.seen = 0
        hands.desk.tell(changed(hands.page.table.current_key()))
        await hands.rest()

        assert preview.acts.buttons == buttons
        assert paints.seen == 0

    at_window(scenario)


def test_a_result_is_shown_again_only_when_its_case_stands_otherwise(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        hands.work.ways.done("receive", hands.desk.step("receive", REGISTERED))
        await hands.rest()
        shown = hands.page._next_buttons()
        hands.desk.tell(changed(REGISTERED))
        await hands.rest()

        assert shown
        assert hands.page._next_buttons() == shown

    at_window(scenario)
