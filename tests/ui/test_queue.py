"""The queue and appointments at a window, by keyboard alone; nothing takes it from who types."""

import os
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from client.app.rows.changes import QueueMoved
from sync.domain.failures import Failure
from sync.domain.ids import make_case_number
from tests.helpers.gallery_cases import HANDLING
from ui.values import Route

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
BOTH = CTRL | Qt.KeyboardModifier.ShiftModifier
CASE = make_case_number(date(2026, 3, 3), "339901", 1)


def picture(hands, name):
    folder = os.environ.get("CHUANGKOU_PICTURES")
    if folder:
        hands.window.grab().save(str(Path(folder) / f"{name}.png"))


def test_one_key_calls_serves_and_calls_the_next(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, CTRL))
        page = hands.page
        assert page.objectName() == "queue"
        assert page.number.text() == "—"
        await hands.key((KEY.Key_Return, CTRL))
        assert page.number.text() == "B001"
        assert "优先号按类别先后叫" in page.state.text()
        assert page.primary.text() == "开始办理"
        await hands.key((KEY.Key_A, BOTH))
        assert "已呼 2 次" in page.state.text()
        await hands.key((KEY.Key_Return, CTRL))
        assert "首问：3号窗口 苏晓棠" in page.state.text()
        assert page.primary.text() == "叫下一位"
        await hands.key((KEY.Key_Return, CTRL))
        assert page.number.text() == "A001"
        assert hands.desk.queue.queue.of("B001").state == "done"
        await hands.key((KEY.Key_X, BOTH))
        assert page.number.text() == "—"
        assert [each[0] for each in hands.desk.queue.asked] == [
            "next", "again", "serve", "next", "pass"
        ]  # fmt: skip
        await hands.key(KEY.Key_Escape)
        assert hands.work.ways.current.route.page == "workbench"

    at_window(scenario)


def test_from_any_page_the_next_is_called_and_the_keyboard_stays(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", step="preregister"))
        before = hands.focus
        await hands.key((KEY.Key_N, CTRL))
        assert hands.focus == before
        assert hands.work.ways.current.route.step == "preregister"
        assert "B001" in hands.find("foot.words").text()
        hands.desk.queue.refuses = Failure("queue.nobody_waits")
        await hands.key((KEY.Key_N, CTRL))
        assert "没有本窗口可叫的号" in hands.find("foot.words").text()
        assert hands.focus == before

    at_window(scenario)


def test_a_visitor_is_linked_to_his_case_and_handed_over(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, CTRL), (KEY.Key_Return, CTRL))
        page = hands.page
        page.case.setFocus()
        await hands.type("123")
        await hands.key((KEY.Key_L, BOTH))
        assert page.fields["case"].problem
        page.case.setText(CASE)
        await hands.key((KEY.Key_L, BOTH))
        assert not page.fields["case"].problem
        assert hands.desk.queue.queue.of("B001").case == CASE
        page.target.choose("dev:d-02")
        await hands.key((KEY.Key_T, BOTH))
        assert hands.desk.queue.queue.of("B001").wanted == "d-02"
        assert page.told.isVisible()

    at_window(scenario)


def test_the_case_that_was_open_stands_ready_to_be_linked(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, CTRL))
        assert hands.page.case.text() == ""
        await hands.go(Route("case", HANDLING))
        await hands.key((KEY.Key_J, CTRL))
        assert hands.page.case.text() == HANDLING

    at_window(scenario)


def test_a_number_is_drawn_and_its_slip_shown(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, CTRL))
        page = hands.page
        assert page.kind.code() == "general"
        page.kind.choose("fast")
        page.department.choose("scjg")
        await hands.key((KEY.Key_D, BOTH))
        assert hands.desk.queue.asked[-1] == ("draw", "", {"kind": "fast", "department": "scjg"})
        assert hands.work.ways.current.route.paper == "ticket"

    at_window(scenario)


def test_who_was_absent_comes_back_or_gives_up(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, CTRL))
        page = hands.page
        page.table.choose("Y001")
        assert page.model.cells_at(5).texts[2] == "过号"
        await hands.key((KEY.Key_R, BOTH))
        assert hands.desk.queue.queue.of("Y001").state == "waiting"
        page.table.choose("Y001")
        await hands.key((KEY.Key_Q, BOTH))
        assert hands.desk.queue.queue.of("Y001").state == "left"

    at_window(scenario)


def test_the_page_follows_the_hall_and_what_is_typed_stays(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, CTRL))
        page = hands.page
        page.case.setFocus()
        await hands.type("2026")
        await hands.desk.queue.act("draw", kind="general")
        hands.desk.tell(QueueMoved())
        await hands.rest()
        assert page.model.rowCount() == 7
        assert (page.case.text(), hands.focus) == ("2026", "queue.case")
        hands.desk.queue.online = False
        hands.desk.tell(QueueMoved())
        await hands.rest()
        assert "线路不通" in page.why.text()
        before = len(hands.desk.listeners)
        await hands.key(KEY.Key_Escape)
        await hands.rest()
        assert len(hands.desk.listeners) == before - 1

    at_window(scenario)


def test_a_refusal_stands_on_the_page_with_its_remedy(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, CTRL))
        hands.desk.queue.refuses = Failure("queue.in_hand", number="A001")
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.failure.isVisible()

    at_window(scenario)


def test_an_appointment_is_given_moved_kept_and_taken_back(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, BOTH))
        page = hands.page
        assert page.objectName() == "bookings"
        await hands.key((KEY.Key_Return, CTRL))
        assert page.fields["start"].problem
        assert page.fields["name"].problem
        start = page.form_now
        page.start.setCurrentIndex(2)
        page.start.picked.emit(page.start.code())
        hands.find("bookings.name").setFocus()
        await hands.type("赵六")
        hands.find("bookings.phone").setFocus()
        await hands.type("13900000009")
        assert start().name == "赵六"
        assert "赵六" in hands.desk.kept["hall.booking"]
        await hands.key((KEY.Key_Return, CTRL))
        assert page.told.isVisible()
        assert page.model.rowCount() == 3
        assert page.person.text() == ""
        page.table.choose("261122-003")
        page.start.setCurrentIndex(4)
        wanted = page.start.code()
        await hands.key((KEY.Key_M, BOTH))
        assert hands.desk.appointments.rows[2].start.isoformat() == wanted
        await hands.key((KEY.Key_X, BOTH))
        assert hands.desk.appointments.rows[2].state == "cancelled"
        page.table.choose("261122-001")
        await hands.key((KEY.Key_A, BOTH))
        assert hands.work.ways.current.route.paper == "ticket"

    at_window(scenario)


@pytest.mark.parametrize(
    ("language", "mode", "text_size"), [("zh_CN", "light", "largest"), ("en", "dark", "normal")]
)
def test_the_pages_in_both_languages(at_window, language, mode, text_size):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("queue"))
        await hands.key((KEY.Key_Return, CTRL), (KEY.Key_Return, CTRL))
        page = hands.page
        assert page.number.text() == "B001"
        assert all(button.text() for button in page._buttons.values())
        picture(hands, f"queue-{language}-{mode}")
        await hands.go(Route("bookings"))
        assert hands.page.model.rowCount() == 2
        picture(hands, f"bookings-{language}-{mode}")

    at_window(scenario, language=language, mode=mode, text_size=text_size)


def test_an_appointment_for_one_window_on_the_green_channel_beyond_office_hours(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_J, BOTH))
        page, t = hands.page, hands.work.tongue.t
        hint = page.fields["day"].note.text()
        assert t("booking.service", days=t("weekday.6"), begins="09:00", ends="12:00") in hint
        assert t("booking.extended") in page.start.itemText(page.start.count() - 1)
        hands.find("bookings.window").setFocus()
        await hands.key(KEY.Key_Down)
        assert page.counter.code() == "d-01"
        hands.find("bookings.start").setFocus()
        await hands.key(KEY.Key_End, KEY.Key_Return)
        await hands.type("赵六")
        await hands.key(KEY.Key_Return)
        await hands.type("13900000009")
        await hands.key(KEY.Key_Return)
        assert hands.focus == "bookings.fast"
        await hands.key(KEY.Key_Space, (KEY.Key_Return, CTRL))
        made = hands.desk.appointments.rows[-1]
        assert (made.dev, made.fast, made.start.hour) == ("d-01", True, 17)
        assert t("booking.fast.short") in page.model.cells_at(2).texts[3]
        assert not page.fast.isChecked()
        page.table.choose(made.number)
        page.start.setCurrentIndex(2)
        await hands.key((KEY.Key_M, BOTH))
        assert hands.desk.appointments.rows[-1].dev == "d-01"  # it stays with its window

    at_window(scenario)
