"""The presenters of the queue and of appointments: one thing at a time, nothing typed is lost."""

import asyncio
from datetime import datetime

import pytest
import pytest_asyncio

from client.app.rows.words import Words
from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from ui.presenters.bookings import BookingForm, BookingsPresenter
from ui.presenters.queue import QueuePresenter, call_next
from ui.values import Route

pytestmark = pytest.mark.asyncio
START = datetime(2026, 11, 23, 15, 0, tzinfo=CHINA)


@pytest_asyncio.fixture
async def queue(desk, screen, flow, enter):
    await enter("clerk")
    made = QueuePresenter(desk, screen, flow)
    await made.open()
    return made


@pytest_asyncio.fixture
async def bookings(desk, screen, flow, enter):
    await enter("clerk")
    made = BookingsPresenter(desk, screen, flow)
    await made.open()
    return made


async def test_the_lead_calls_serves_and_calls_again(queue, desk, screen):
    for _ in range(3):
        await queue.lead()
    assert [what for what, _, _ in desk.queue.asked] == ["next", "serve", "next"]
    assert screen.last("show_told") == Words("queue.told.next", {"number": "A001"})


async def test_what_is_said_of_the_number_in_hand_needs_one(queue, desk):
    for what in ("again", "pass", "serve", "done"):
        await queue.act(what)
    await queue.hand("dev:d-01")
    assert desk.queue.asked == []


async def test_a_second_press_while_one_is_under_way_is_dropped(queue, desk):
    gate, begun = asyncio.Event(), asyncio.Event()
    really = desk.queue.act

    async def slow(*args, **more):
        begun.set()
        await gate.wait()
        return await really(*args, **more)

    desk.queue.act = slow
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(queue.lead())
        await begun.wait()
        await queue.lead()
        await queue.moved()
        gate.set()
    assert [what for what, _, _ in desk.queue.asked] == ["next"]


async def test_handed_to_a_window_or_to_a_department(queue, desk):
    await queue.lead()
    await queue.hand("")
    await queue.hand("department:wjj")
    assert desk.queue.asked[-1] == ("hand", "B001", {"department": "wjj"})


async def test_a_refusal_is_shown_and_the_next_act_clears_it(queue, desk, screen):
    desk.queue.refuses = Failure("queue.nobody_waits")
    await queue.lead()
    assert screen.last("show_failure").code == "queue.nobody_waits"
    await queue.lead()
    assert screen.last("show_failure") is None


async def test_from_any_page_the_words_name_number_class_and_count(queue, desk):
    words = await call_next(desk)
    assert words == Words("queue.told.called", {"number": "B001", "kind": "绿色通道", "waiting": 4})


async def test_drawn_it_leads_to_its_slip(queue, flow):
    await queue.draw("general", "")
    assert flow.last("go").paper == "ticket"


async def test_what_is_missing_of_an_appointment_is_said_beside_it(bookings, desk, screen):
    await bookings.submit(BookingForm(department="scjg", day="2026-11-22"))
    assert [each.field for each in screen.last("show_problems")] == ["start", "name", "phone"]
    assert len(desk.appointments.rows) == 2


async def test_given_it_is_told_and_the_form_is_empty_again(bookings, desk, screen):
    form = BookingForm("scjg", "2026-11-23", START.isoformat(), "赵六", "13900000009")
    await bookings.submit(form)
    assert screen.last("show_done").key == "booking.told.booked"
    assert bookings.form.name == ""
    assert "hall.booking" not in desk.kept


async def test_refused_what_was_typed_stays(bookings, desk, screen):
    desk.appointments.refuses = Failure("booking.full")
    form = BookingForm("scjg", "2026-11-23", START.isoformat(), "赵六", "13900000009")
    await bookings.edited(form)
    await bookings.save()
    await bookings.submit(form)
    assert screen.last("show_failure").code == "booking.full"
    assert "赵六" in desk.kept["hall.booking"]


async def test_another_day_is_looked_at_and_its_time_chosen_anew(bookings, desk):
    later = BookingForm("scjg", "2026-11-24", START.isoformat(), "赵六", "")
    await bookings.edited(later)
    assert bookings.form.start == ""
    assert bookings.form.name == "赵六"
    assert str(desk.appointments.looked[-1][0]) == "2026-11-24"


async def test_arrived_it_leads_to_the_slip_of_its_number(bookings, flow):
    await bookings.arrive("261122-001")
    assert flow.last("go") == Route("paper", step="ab" * 32, paper="ticket")


async def test_moved_without_a_time_is_asked_for_one(bookings, screen):
    await bookings.move("261122-001", BookingForm())
    assert [each.field for each in screen.last("show_problems")] == ["start"]
