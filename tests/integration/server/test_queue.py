"""A hall's queue and appointments at the centre: a number in one hand, no place given twice."""

import threading
from collections import Counter
from datetime import UTC, datetime

import pytest

from sync.domain.tickets import QueueFailure
from sync.proof.keys import new_id
from sync.protocol.hall_messages import (
    BookingAnswer,
    BookingCall,
    BookingsAnswer,
    BookingsCall,
    QueueAnswer,
    QueueCall,
)
from sync.protocol.messages import Empty
from sync.server.bootstrap import open_centre
from sync.server.clock import milliseconds
from sync.server.services.hall.appointments import Wish
from sync.server.services.hall.queues import lock
from tests.helpers.hand_window import Refusal
from tests.helpers.waiting import until
from tests.integration.server.test_two_windows import Listener

HALL = "339901"
ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
TEN = milliseconds(datetime(2026, 3, 3, 2, 0, tzinfo=UTC))  # 10:00 in China; it is 09:30


def act(window, name, **more):
    call = QueueCall(id=more.pop("id", new_id()), act=name, **more)
    return window.ask("POST", "/v1/queue/act", QueueAnswer, call)


def look(window):
    return window.ask("POST", "/v1/queue/look", QueueAnswer, Empty())


def book(window, what="book", **more):
    call = BookingCall(id=more.pop("id", new_id()), act=what, **more)
    return window.ask("POST", "/v1/bookings/act", BookingAnswer, call)


def times(window, day="2026-03-03", department="scjg", **more):
    call = BookingsCall(day=day, department=department, **more)
    return window.ask("POST", "/v1/bookings/look", BookingsAnswer, call)


def wanted(start=TEN, phone="13900000001", **more):
    return {"start": start, "department": "scjg", "name": "王芳", "phone": phone, **more}


def refused(work, *args, **more):
    with pytest.raises(Refusal) as refusal:
        work(*args, **more)
    return refusal.value.status, refusal.value.code


@pytest.fixture
def clerk(windows):
    opened = windows()
    opened.log_in("clerk")
    return opened


@pytest.fixture
def reception(windows):
    opened = windows("d-339901-01")
    opened.log_in("reception")
    return opened


def in_hand(answer):
    return {t.number: t for t in answer.tickets}[answer.number]


class TestTheQueue:
    def test_drawn_at_the_entrance_called_and_served_at_the_window(self, reception, clerk):
        first = act(reception, "draw", kind="general")
        fast = act(reception, "draw", kind="fast", department="scjg")
        assert (first.number, first.ahead) == ("A001", 0)
        assert (fast.number, fast.ahead) == ("B001", 0)
        called = in_hand(act(clerk, "next"))
        assert (called.number, called.state, called.why) == ("B001", "called", "rank")
        assert act(clerk, "again", number="B001").number == "B001"
        case = "20260303-339901-00001-5"
        served = in_hand(act(clerk, "serve", number="B001", case=case))
        assert (served.case, served.first_counter) == (case, served.counter)
        assert in_hand(act(clerk, "done", number="B001")).state == "done"
        assert [t.number for t in look(reception).tickets] == ["A001"]

    @ONE_STORE
    def test_an_act_that_is_sent_again_is_done_once(self, reception):
        same = new_id()
        first, again = (act(reception, "draw", kind="general", id=same) for _ in range(2))
        assert (first.number, again.number, again.rev) == ("A001", "A001", first.rev)
        assert len(look(reception).tickets) == 1

    @ONE_STORE
    def test_what_the_rule_does_not_allow_is_a_conflict_with_its_code(self, reception, clerk):
        assert refused(act, clerk, "next") == (409, "queue.nobody_waits")
        assert refused(act, clerk, "done", number="A001") == (409, "queue.unknown")
        assert refused(act, reception, "draw", kind="vip") == (409, "queue.class_unknown")
        assert refused(act, reception, "draw", department="x") == (409, "queue.counter_unknown")
        assert look(clerk).rev == 0

    @ONE_STORE
    def test_handed_to_another_window_it_keeps_who_was_asked_first(self, reception, clerk):
        act(reception, "draw", kind="general")
        act(reception, "next")
        act(reception, "serve", number="A001")
        act(reception, "hand", number="A001", wanted=clerk.dev)
        ticket = in_hand(act(clerk, "next"))
        assert (ticket.why, ticket.dev) == ("transferred", clerk.dev)
        assert (ticket.first_person, ticket.person) == (reception.card.person, clerk.card.person)
        away = "d-339901-99"
        assert refused(act, clerk, "hand", number="A001", wanted=away)[1] == "queue.counter_unknown"

    def test_who_was_asked_first_about_a_case_is_named_another_day_too(
        self, centre, reception, clerk
    ):
        case = "20260303-339901-00001-5"
        act(reception, "draw", kind="general")
        act(reception, "next")
        first = in_hand(act(reception, "serve", number="A001", case=case))
        act(reception, "done", number="A001")
        centre.clock.advance(days=1)
        reception.log_in("reception")
        clerk.log_in("clerk")
        act(reception, "draw", kind="general")
        act(clerk, "next")
        again = in_hand(act(clerk, "serve", number="A001", case=case))
        assert again.first_person == first.person != again.person

    def test_a_new_day_begins_at_one_and_leaves_nobody_waiting(self, centre, reception):
        act(reception, "draw", kind="general")
        centre.clock.advance(days=1)
        reception.log_in("reception")
        assert look(reception).tickets == []
        assert act(reception, "draw", kind="general").number == "A001"
        with centre.sql() as sql:
            found = sql.execute("SELECT day, state FROM tickets ORDER BY day").fetchall()
        assert [tuple(row) for row in found] == [("2026-03-03", "left"), ("2026-03-04", "waiting")]

    @ONE_STORE
    def test_every_act_is_written_down_with_its_clerk(self, centre, reception):
        act(reception, "draw", kind="general")
        with centre.sql() as sql:
            found = sql.execute("SELECT kind, number, dev, person FROM hall_acts").fetchall()
        assert [tuple(row) for row in found] == [
            ("draw", "A001", reception.dev, reception.card.person)
        ]

    @ONE_STORE
    def test_whoever_works_at_no_window_is_told_so(self, windows):
        auditor = windows()
        auditor.log_in("supervisor")
        assert refused(look, auditor) == (403, "wire.forbidden")
        assert refused(act, auditor, "next") == (403, "wire.forbidden")
        assert refused(times, auditor) == (403, "wire.forbidden")

    @ONE_STORE
    def test_a_move_is_told_to_the_hall_s_windows(self, reception, clerk):
        listener = Listener(clerk)
        act(reception, "draw", kind="general")
        until(lambda: '{"s":"queue/339901","n":1}' in listener.pokes)
        listener.hang_up()

    @ONE_STORE
    def test_what_was_drawn_without_the_line_is_brought_once(self, reception, clerk):
        drawn = in_hand(act(reception, "draw", kind="general"))
        local = {
            **{name: getattr(drawn, name) for name in drawn.__slots__},
            "number": "A03-01",
            "state": "done",
            "dev": clerk.dev,
            "counter": "3",
        }
        ticket = type(drawn)(**local)
        for _ in range(2):
            act(clerk, "bring", tickets=[ticket])
        with pytest.raises(Refusal) as refusal:
            act(reception, "bring", tickets=[ticket])
        assert refusal.value.code == "wire.malformed"
        assert [t.number for t in look(clerk).tickets] == ["A001"]


class TestAppointments:
    def test_made_moved_given_back(self, reception):
        made = book(reception, **wanted()).booking
        assert (made.number, made.state) == ("260303-001", "booked")
        answer = times(reception)
        slot = next(s for s in answer.slots if s.start == TEN)
        assert (slot.taken, slot.room) == (1, 2)
        assert [b.number for b in answer.bookings] == [made.number]
        later = book(reception, "move", number=made.number, start=TEN + 1_800_000).booking
        assert (later.start, later.changes) == (TEN + 1_800_000, 1)
        gone = book(reception, "cancel", number=made.number).booking
        assert gone.state == "cancelled"
        assert all(s.taken == 0 for s in times(reception).slots)

    def test_arrived_it_is_a_number_before_the_others(self, centre, reception, clerk):
        made = book(reception, **wanted()).booking
        centre.clock.advance(minutes=25)
        for _ in range(3):
            act(reception, "draw", kind="general")
        here = book(reception, "arrive", number=made.number)
        assert (here.ticket.number, here.ahead) == ("Y001", 0)
        assert here.booking.ticket == "Y001"
        assert act(clerk, "next").number == "Y001"
        assert refused(book, reception, "arrive", number=made.number)[1] == "booking.over"

    def test_on_the_green_channel_it_is_called_first_at_its_time(self, centre, reception, clerk):
        plain = book(reception, **wanted()).booking
        fast = book(reception, **{**wanted(), "phone": "13900000077"}, fast=True).booking
        assert (plain.fast, fast.fast) == (False, True)
        centre.clock.advance(minutes=25)
        for each in (plain, fast):
            book(reception, "arrive", number=each.number)
        assert act(clerk, "next").number == "Y002"

    @ONE_STORE
    def test_nobody_came(self, centre, reception):
        made = book(reception, **wanted()).booking
        centre.clock.advance(minutes=46)
        assert refused(book, reception, "arrive", number=made.number)[1] == "booking.too_late"
        centre.clock.advance(days=1)
        reception.log_in("reception")
        act(reception, "draw", kind="general")
        assert [b.state for b in times(reception).bookings] == ["missed"]

    def test_who_they_were_for_is_forgotten_after_the_rule_s_days(self, centre, reception):
        book(reception, **wanted())
        centre.clock.advance(days=92)
        reception.log_in("reception")
        act(reception, "draw", kind="general")
        with centre.sql() as sql:
            found = sql.execute("SELECT name, phone, code FROM bookings").fetchall()
        assert [tuple(row) for row in found] == [("", "", "")]

    @ONE_STORE
    def test_what_cannot_be_given(self, reception):
        for change, code in (
            ({"name": ""}, "booking.malformed"),
            ({"phone": "12"}, "booking.malformed"),
            ({"department": "nobody"}, "queue.counter_unknown"),
            ({"start": TEN + 60_000}, "booking.no_slot"),
            ({"start": TEN + 4 * 86_400_000}, "booking.no_slot"),  # a Saturday
        ):
            assert refused(book, reception, **{**wanted(), **change}) == (409, code)
        assert times(reception, day="2026-03-07").slots == []

    @ONE_STORE
    def test_an_applicant_s_own_is_found_by_its_code_only(self, centre):
        wish = Wish(start=TEN, department="scjg", name="王芳", phone="13900000001")
        desk, ledger = centre.desk.appointments, centre.centre.ledger
        made = ledger.write_now(lambda tx: desk.make(tx, HALL, wish), lock(HALL))
        assert (made.made_by, len(made.code)) == ("", 8)
        found = ledger.read_now(lambda tx: desk.with_code(tx, HALL, made.number, made.code))
        assert found == made
        for number, code in ((made.number, "00000000"), ("260303-009", made.code)):
            with pytest.raises(QueueFailure, match=r"booking\.unknown"):
                ledger.read_now(lambda tx, n=number, c=code: desk.with_code(tx, HALL, n, c))


class TestAtOnce:
    """What several windows ask in the same moment."""

    def test_no_number_is_called_by_two_windows(self, windows, reception):
        desks = [reception, *(windows(f"d-339901-0{n}") for n in (3, 4, 5))]
        for desk, card in zip(desks[1:], ("clerk", "clerk", "chief"), strict=True):
            desk.log_in(card)
        numbers = {act(reception, "draw", kind="general").number for _ in range(24)}
        called, troubles = [], []

        def work(desk):
            try:
                while True:
                    number = act(desk, "next").number
                    called.append(number)
                    act(desk, "done", number=number)
            except Refusal as refusal:
                if refusal.code != "queue.nobody_waits":
                    troubles.append(refusal)

        run([lambda desk=desk: work(desk) for desk in desks])
        assert troubles == []
        assert Counter(called) == Counter(numbers)

    def test_the_last_place_is_given_once(self, windows, reception):
        other = windows("d-339901-04")
        other.log_in("clerk")
        book(reception, **wanted())
        ends = []

        def work(desk, phone):
            try:
                ends.append(book(desk, **wanted(phone=phone)).booking.number)
            except Refusal as refusal:
                ends.append(refusal.code)

        run([lambda: work(reception, "13900000002"), lambda: work(other, "13900000003")])
        assert sorted(ends) == ["260303-002", "booking.full"]


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_two_processes_give_no_place_and_no_number_twice(centre, reception):
    """Another process of the same centre acts between this one's reading and its writing."""
    second = open_centre(centre.settings, centre.clock)
    try:
        asked, ends = [], []

        def give(process, phone):
            wish = Wish(start=TEN, department="scjg", name="王芳", phone=phone)
            try:
                made = process.ledger.write_now(
                    lambda tx: process.desk.appointments.make(tx, HALL, wish), lock(HALL)
                )
                ends.append(made.number)
            except QueueFailure as failure:
                ends.append(failure.code)

        for count in range(6):
            process = (centre.centre, second)[count % 2]
            asked.append(lambda p=process, n=count: give(p, f"1390000001{n}"))
        run(asked)
    finally:
        second.close()
    assert sorted(ends) == ["260303-001", "260303-002", *["booking.full"] * 4]


def run(works):
    """Do all at once."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


@ONE_STORE
def test_administrators_set_a_hall_s_rule_and_the_next_call_goes_by_it(centre, reception, clerk):
    name = {"zh": "老年人", "en": "Seniors"}
    general = {"code": "general", "letter": "A", "name": {"zh": "普通", "en": "General"}}
    senior = {"code": "senior", "letter": "S", "name": name, "preferred": True}
    act(reception, "draw", kind="general")
    rule = {"hall": HALL, "classes": [senior, general], "capacity": {"*": 1}}
    centre.enact("queue_rule", rule)
    act(reception, "draw", kind="senior")
    assert act(clerk, "next").number == "S001"
    assert {slot.room for slot in times(reception).slots} == {1}
