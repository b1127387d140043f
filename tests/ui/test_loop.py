"""The one loop: tasks end with their owners, errors find somebody, blocking is measured."""

import asyncio
import sys

import pytest
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from shiboken6 import delete, isValid

from ui import loop


@pytest.fixture
def on_loop(application):
    def run(scenario):
        with asyncio.Runner(loop_factory=lambda: loop.make_loop(application)) as runner:
            return runner.run(scenario())

    return run


def test_main_s_answer_is_the_exit_code_and_hooks_are_put_back(application):
    before = sys.excepthook

    async def main():
        return 7

    assert loop.run(application, main, lambda error: None) == 7
    assert sys.excepthook is before


def test_what_nobody_caught_is_told(application):
    told = []

    async def main():
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await loop.turned(3)
        return 0

    loop.run(application, main, told.append)

    assert [type(error) for error in told] == [ZeroDivisionError]


def test_a_task_is_cancelled_with_its_owner(on_loop, application):
    async def scenario():
        owner = QObject()
        ended = asyncio.Event()

        async def wait():
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        loop.spawn(owner, wait(), lambda error: None)
        await loop.turned()
        assert len(loop.running(owner)) == 1
        owner.deleteLater()
        application.sendPostedEvents(owner, QEvent.Type.DeferredDelete)
        await asyncio.wait_for(ended.wait(), 60)

    on_loop(scenario)


def test_an_error_goes_to_whoever_started_it_and_cancelling_is_none(on_loop):
    async def scenario():
        owner, told = QObject(), []

        async def fail():
            raise KeyError("x")

        loop.spawn(owner, fail(), told.append)
        loop.spawn(owner, asyncio.Event().wait(), told.append)
        await loop.turned(2)
        await loop.end_all()
        assert [type(error) for error in told] == [KeyError]
        assert loop.running(owner) == ()

    on_loop(scenario)


def test_a_dialog_is_awaited_while_other_tasks_go_on(on_loop):
    async def scenario():
        owner, turns = QObject(), []

        async def tick():
            while True:
                turns.append(1)
                await loop.turned()

        loop.spawn(owner, tick(), lambda error: None)
        dialog = QDialog()
        dialog.open()
        loop.Later(owner, 30, dialog.accept).start()
        assert await loop.answered(dialog.finished) == (QDialog.DialogCode.Accepted,)
        assert len(turns) > 3
        await loop.end_all()

    on_loop(scenario)


def test_a_view_outlives_what_it_started_and_no_longer(on_loop):
    async def scenario():
        view, said = QLabel(), []

        async def make():
            try:
                await asyncio.Event().wait()
            finally:
                await loop.turned()  # as a transaction that is let to its end
                view.setText("no longer busy")
                said.append(view.text())

        task = loop.spawn(view, make(), said.append)
        await loop.turned()
        loop.retire(view)
        await loop.finished(task)
        assert said == ["no longer busy"]
        await loop.turned(3)
        assert not isValid(view)

    on_loop(scenario)


def test_a_part_that_was_retired_before_does_not_go_with_its_page(on_loop):
    async def scenario():
        page, said = QWidget(), []
        part = QLabel(page)

        async def make():
            try:
                await asyncio.Event().wait()
            finally:
                await loop.turned(5)  # as a transaction that is let to its end
                part.setText("no longer busy")
                said.append(part.text())

        task = loop.spawn(part, make(), said.append)
        await loop.turned()
        loop.retire(part)
        loop.retire(page)
        await loop.finished(task)
        assert said == ["no longer busy"]
        await loop.turned(3)
        assert not isValid(page)

    on_loop(scenario)


def test_what_goes_otherwise_than_by_its_last_task_is_not_deleted_again(on_loop):
    async def scenario():
        told = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, what: told.append(what))
        view = QLabel()
        task = loop.spawn(view, asyncio.Event().wait(), told.append)
        await loop.turned()
        loop.retire(view)
        delete(view)  # with the window
        await loop.finished(task)
        await loop.turned(2)
        assert told == []

    on_loop(scenario)


def test_a_pause_begins_again_and_can_be_cut_short(on_loop):
    async def scenario():
        owner, calls = QObject(), []
        later = loop.Later(owner, 100_000, lambda: calls.append(1))
        later.now()
        assert calls == []
        later.start()
        assert later.waiting
        later.now()
        assert (calls, later.waiting) == ([1], False)
        later.start()
        later.stop()
        later.now()
        assert calls == [1]

    on_loop(scenario)


def test_slow_work_goes_beside_the_lane(on_loop):
    async def scenario():
        assert await loop.aside(lambda: 6 * 7) == 42

    on_loop(scenario)


def test_the_watchdog_tells_of_a_blocked_lane(on_loop):
    class Teller(QObject):
        told = Signal(int)

    async def scenario():
        owner = Teller()
        answer = loop.answered(owner.told)
        dog = loop.Watchdog(owner, 60, owner.told.emit)
        asyncio.get_running_loop().call_later(0.05, _block)
        gap = (await asyncio.wait_for(answer, 60))[0]
        assert gap > 60
        assert dog.worst_ms >= gap

    on_loop(scenario)


def _block():
    total = 0
    for number in range(6_000_000):
        total += number
    return total


def test_something_said_again_and_again_ends_with_its_owner(on_loop):
    class Teller(QObject):
        told = Signal()

    async def scenario():
        owner = Teller()
        answer = loop.answered(owner.told)
        loop.Every(owner, 5, owner.told.emit)
        await asyncio.wait_for(answer, 60)

    on_loop(scenario)
