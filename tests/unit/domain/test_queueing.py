"""The queue of a hall: nobody lost, nobody called twice, everybody in the rule's order."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sync.domain import queueing
from sync.domain.catalogue import Words
from sync.domain.fields import DataFailure
from sync.domain.queue_order import ahead_of, choose
from sync.domain.queue_rule import EVERYBODY, QueueRule, TicketClass, explain, rule_from
from sync.domain.tickets import OPEN, Hand, Queue, QueueFailure, TicketState, Why
from tests.unit.domain.world import county

MINUTE = 60_000
T = 1_790_000_000_000
RULE = QueueRule()
EMPTY = Queue("339901", "2026-09-18")
ONE, TWO = Hand("d-1", "1", "p1"), Hand("d-2", "2", "p2")
TRADE = Hand("d-3", "3", "p3", frozenset({"scjg"}))


def drawn(*kinds, department="", queue=EMPTY, start=T):
    """Return a queue in which so many drew, a minute apart."""
    for count, kind in enumerate(kinds):
        queue, _ = queueing.draw(queue, RULE, kind, start + count * MINUTE, department=department)
    return queue


def refused(work, *args, **more):
    with pytest.raises(QueueFailure) as failure:
        work(*args, **more)
    return failure.value.code


def called(queue, hand=ONE, now=T + 10 * MINUTE, rule=RULE):
    """Call and serve until nobody waits; return the numbers with their reasons."""
    order = []
    while True:
        try:
            queue, ticket = queueing.call_next(queue, rule, hand, now)
        except QueueFailure:
            return order
        order.append((ticket.number, ticket.why))
        queue, _ = queueing.finish(queue, hand, ticket.number, now)


class TestWhoIsNext:
    def test_who_came_first_when_nobody_is_preferred(self):
        assert called(drawn("general", "general")) == [("A001", "order"), ("A002", "order")]

    def test_the_preferred_first_and_after_three_of_them_somebody_else(self):
        queue = drawn("general", *["fast"] * 5, "general")
        assert called(queue) == [
            ("B001", "rank"),
            ("B002", "rank"),
            ("B003", "rank"),
            ("A001", "turn_of_others"),
            ("B004", "rank"),
            ("B005", "rank"),
            ("A002", "order"),
        ]

    def test_an_appointment_before_the_fast_track_from_its_time_on(self):
        queue = drawn("fast", "general")
        slot = T + 30 * MINUTE
        queue, _ = queueing.draw(queue, RULE, "appointed", T + MINUTE, since=slot)
        early = choose(queue.waiting(), ONE, RULE, slot - 11 * MINUTE, 0)
        in_time = choose(queue.waiting(), ONE, RULE, slot - 10 * MINUTE, 0)
        assert early[0].number == "B001"
        assert (in_time[0].number, in_time[1]) == ("Y001", Why.RANK)

    def test_who_waited_too_long_is_next_whatever_his_class(self):
        queue = drawn("general", *["fast"] * 9)
        ticket, why = choose(queue.waiting(), ONE, RULE, T + 45 * MINUTE, 0)
        assert (ticket.number, why) == ("A001", Why.WAITED_LONG)

    def test_a_department_s_window_calls_its_own_and_everybody_s(self):
        queue = drawn("general", department="gaj")
        assert refused(queueing.call_next, queue, RULE, TRADE, T) == "queue.nobody_waits"
        queue = drawn("general", queue=queue, start=T + MINUTE)
        _, ticket = queueing.call_next(queue, RULE, TRADE, T + 2 * MINUTE)
        assert ticket.number == "A002"

    def test_the_slip_counts_those_who_are_really_before(self):
        queue = drawn("general", "general", "fast")
        assert ahead_of(queue, queue.of("B001"), RULE, T + 3 * MINUTE) == 0
        assert ahead_of(queue, queue.of("A001"), RULE, T + 3 * MINUTE) == 1
        assert ahead_of(queue, queue.of("A002"), RULE, T + 3 * MINUTE) == 2


class TestANumber:
    def test_two_windows_never_get_the_same(self):
        queue = drawn("general", "general")
        queue, first = queueing.call_next(queue, RULE, ONE, T)
        queue, second = queueing.call_next(queue, RULE, TWO, T)
        assert (first.number, second.number) == ("A001", "A002")
        assert refused(queueing.call_again, queue, TWO, "A001") == "queue.not_yours"

    def test_a_window_says_what_became_of_one_before_it_calls_the_next(self):
        queue, _ = queueing.call_next(drawn("general", "general"), RULE, ONE, T)
        assert refused(queueing.call_next, queue, RULE, ONE, T) == "queue.in_hand"
        queue, _ = queueing.serve(queue, ONE, "A001", T)
        queue, ticket = queueing.call_next(queue, RULE, ONE, T)
        assert ticket.number == "A002"
        assert queue.of("A001").state is TicketState.DONE

    def test_nobody_left_to_call_keeps_the_visitor_who_is_served(self):
        queue, _ = queueing.call_next(drawn("general"), RULE, ONE, T)
        queue, _ = queueing.serve(queue, ONE, "A001", T)
        assert refused(queueing.call_next, queue, RULE, ONE, T) == "queue.nobody_waits"
        assert queue.of("A001").state is TicketState.SERVING

    def test_called_again_is_counted(self):
        queue, _ = queueing.call_next(drawn("general"), RULE, ONE, T)
        queue, ticket = queueing.call_again(queue, ONE, "A001")
        assert ticket.calls == 2

    def test_who_is_absent_twice_has_lost_his_number(self):
        queue, _ = queueing.call_next(drawn("general"), RULE, ONE, T)
        queue, away = queueing.pass_over(queue, RULE, ONE, "A001", T)
        assert away.state is TicketState.AWAY
        queue, _ = queueing.come_back(queue, RULE, "A001", T)
        queue, _ = queueing.call_next(queue, RULE, ONE, T)
        _, gone = queueing.pass_over(queue, RULE, ONE, "A001", T)
        assert (gone.state, gone.passes) == (TicketState.LEFT, 2)

    def test_who_comes_back_waits_behind_three(self):
        queue = drawn(*["general"] * 6)
        queue, _ = queueing.call_next(queue, RULE, ONE, T + 6 * MINUTE)
        queue, _ = queueing.pass_over(queue, RULE, ONE, "A001", T + 6 * MINUTE)
        queue, _ = queueing.come_back(queue, RULE, "A001", T + 7 * MINUTE)
        numbers = [number for number, _ in called(queue)]
        assert numbers == ["A002", "A003", "A004", "A001", "A005", "A006"]

    def test_a_number_that_nobody_missed_cannot_come_back(self):
        assert refused(queueing.come_back, drawn("general"), RULE, "A001", T) == "queue.not_away"

    def test_handed_over_it_is_the_next_of_that_window_and_of_no_other(self):
        queue = drawn("general", "general")
        queue, _ = queueing.call_next(queue, RULE, ONE, T)
        queue, _ = queueing.serve(queue, ONE, "A001", T)
        queue, _ = queueing.hand_over(queue, ONE, "A001", T + MINUTE, wanted="d-3")
        assert choose(queue.waiting(), TWO, RULE, T + MINUTE, 0)[0].number == "A002"
        ticket, why = choose(queue.waiting(), TRADE, RULE, T + MINUTE, 0)
        assert (ticket.number, why) == ("A001", Why.TRANSFERRED)

    def test_handed_to_a_window_that_never_calls_it_is_anybody_s_in_the_end(self):
        queue, _ = queueing.call_next(drawn("general"), RULE, ONE, T)
        queue, _ = queueing.hand_over(queue, ONE, "A001", T, wanted="d-9")
        assert choose(queue.waiting(), TWO, RULE, T + 44 * MINUTE, 0) is None
        ticket, why = choose(queue.waiting(), TWO, RULE, T + 45 * MINUTE, 0)
        assert (ticket.number, why) == ("A001", Why.WAITED_LONG)

    def test_handed_to_itself_or_to_nobody_is_refused(self):
        queue, _ = queueing.call_next(drawn("general"), RULE, ONE, T)
        to = queueing.hand_over
        assert refused(to, queue, ONE, "A001", T, wanted="d-1") == "queue.counter_unknown"
        assert refused(to, queue, ONE, "A001", T) == "queue.counter_unknown"

    def test_the_first_window_that_served_stays_named(self):
        queue, _ = queueing.call_next(drawn("general"), RULE, ONE, T)
        queue, _ = queueing.serve(queue, ONE, "A001", T, case="c1")
        queue, _ = queueing.hand_over(queue, ONE, "A001", T, wanted="d-2")
        queue, _ = queueing.call_next(queue, RULE, TWO, T)
        _, done = queueing.finish(queue, TWO, "A001", T)
        assert (done.counter, done.first_counter, done.first_person) == ("2", "1", "p1")
        assert done.case == "c1"

    def test_only_who_waits_or_is_away_gives_his_number_back(self):
        queue = drawn("general", "general")
        queue, gone = queueing.leave(queue, "A002", T)
        assert gone.state is TicketState.LEFT
        queue, _ = queueing.call_next(queue, RULE, ONE, T)
        assert refused(queueing.leave, queue, "A001", T) == "queue.not_waiting"
        assert refused(queueing.leave, queue, "A009", T) == "queue.unknown"

    def test_a_class_that_the_rule_has_not(self):
        assert refused(queueing.draw, EMPTY, RULE, "vip", T) == "queue.class_unknown"

    def test_without_the_line_numbers_carry_the_window_s_mark(self):
        _, ticket = queueing.draw(replace(EMPTY, mark="03"), RULE, "general", T)
        assert ticket.number == "A03-01"

    def test_at_night_who_was_served_is_done_and_the_others_left(self):
        queue, _ = queueing.call_next(drawn("general", "general"), RULE, ONE, T)
        queue, served = queueing.serve(queue, ONE, "A001", T)
        assert queueing.over_by_night(served, T).state is TicketState.DONE
        assert queueing.over_by_night(queue.of("A002"), T).state is TicketState.LEFT


class TestTheRule:
    def test_every_sentence_has_its_numbers(self):
        assert dict(explain(RULE))["turn_of_others"] == {"turns": 3}
        assert [name for name, _ in explain(RULE)][:4] == [
            "transferred",
            "waited_long",
            "turn_of_others",
            "rank",
        ]

    def test_a_hall_s_own_is_in_force_by_policy(self):
        body = {"hall": "339901", "turns": 1, "capacity": {"*": 1, "scjg": 4, "scjg@d-3": 1}}
        book = county().with_event("queue_rule", body, county().genesis.at)
        rule = book.queue_rule("339901")
        assert (rule.turns, rule.room("scjg"), rule.room("scjg", "d-3")) == (1, 4, 1)
        assert (rule.room("gaj"), rule.room("gaj", "d-9")) == (1, 1)
        assert book.queue_rule("339902") == QueueRule()

    def test_a_hall_that_nobody_knows(self):
        with pytest.raises(DataFailure, match=r"policy\.unknown"):
            county().with_event("queue_rule", {"hall": "000000"}, county().genesis.at)

    def test_classes_of_one_s_own(self):
        name = {"zh": "老年人", "en": "Seniors"}
        own = [
            {"code": "senior", "letter": "S", "name": name, "preferred": True},
            {"code": "general", "letter": "A", "name": {"zh": "普通", "en": "General"}},
        ]
        rule = rule_from({"classes": own})
        assert rule.classes[0] == TicketClass(
            "senior", "S", Words("老年人", "Seniors"), preferred=True
        )
        assert rule.plain.code == "general"
        assert rule.capacity == {EVERYBODY: 2}

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            ({"slot_min": 4}, "queue_rule.malformed"),
            ({"slot_min": 1441}, "queue_rule.malformed"),
            ({"turns": 0}, "queue_rule.malformed"),
            ({"classes": []}, "queue_rule.malformed"),
            (
                {"classes": [{"code": "a", "letter": "1", "name": {"zh": "a", "en": "a"}}]},
                "queue_rule.malformed",
            ),
            (
                {"classes": [{"code": "a", "letter": "A", "name": {"zh": "a", "en": "a"}}] * 2},
                "queue_rule.twice",
            ),
        ],
    )
    def test_one_that_cannot_be(self, data, code):
        with pytest.raises(DataFailure) as failure:
            rule_from(data)
        assert failure.value.code == code


class Hall(RuleBasedStateMachine):
    """Windows and visitors in any order: every number ends, in one hand at a time."""

    def __init__(self):
        super().__init__()
        self.queue, self.now, self.given = EMPTY, T, set()
        self.hands = (ONE, TWO, TRADE)

    def tried(self, work):
        """Do what a window asks; what is refused changes nothing."""
        before = self.queue
        try:
            self.queue, ticket = work()
        except QueueFailure:
            assert self.queue == before
            return None
        return ticket

    @rule(kind=st.sampled_from(["appointed", "fast", "general"]), to=st.sampled_from(["", "scjg"]))
    def draw(self, kind, to):
        self.now += MINUTE
        ticket = self.tried(lambda: queueing.draw(self.queue, RULE, kind, self.now, department=to))
        assert ticket.number not in self.given
        self.given.add(ticket.number)

    @rule(window=st.integers(0, 2))
    def call(self, window):
        waiting, hand = self.queue.waiting(), self.hands[window]
        expected = choose(waiting, hand, RULE, self.now, self.queue.streak)
        ticket = self.tried(lambda: queueing.call_next(self.queue, RULE, hand, self.now))
        if ticket is not None:
            assert ticket.number == expected[0].number
            assert ticket.number in {each.number for each in waiting}

    @rule(
        window=st.integers(0, 2),
        what=st.sampled_from(["pass", "serve", "finish", "hand", "back", "leave"]),
        data=st.data(),
    )
    @precondition(lambda self: self.given)
    def turn(self, window, what, data):
        number, hand = data.draw(st.sampled_from(sorted(self.given))), self.hands[window]
        queue, now = self.queue, self.now
        first = queue.of(number).first_counter
        done = self.tried(
            {
                "pass": lambda: queueing.pass_over(queue, RULE, hand, number, now),
                "serve": lambda: queueing.serve(queue, hand, number, now),
                "finish": lambda: queueing.finish(queue, hand, number, now),
                "hand": lambda: queueing.hand_over(queue, hand, number, now, wanted="d-1"),
                "back": lambda: queueing.come_back(queue, RULE, number, now),
                "leave": lambda: queueing.leave(queue, number, now),
            }[what]
        )
        assert not first or self.queue.of(number).first_counter == first
        assert done is None or done.number == number

    @invariant()
    def nobody_is_lost(self):
        assert set(self.queue.tickets) == self.given

    @invariant()
    def every_window_has_one_in_hand_at_most(self):
        held = [t.dev for t in self.queue.tickets.values() if t.state in {"called", "serving"}]
        assert len(held) == len(set(held))

    def teardown(self):
        """Whoever is still open is called in the end, by one window, each once."""
        queue, later = self.queue, self.now + 46 * MINUTE
        for hand in self.hands:
            held = queue.in_hand(hand.dev)
            if held is not None:
                queue, _ = queueing.finish(queue, hand, held.number, later)
        for ticket in tuple(queue.tickets.values()):
            if ticket.state is TicketState.AWAY:
                queue, _ = queueing.come_back(queue, RULE, ticket.number, later)
        waiting = {each.number for each in queue.waiting()}
        numbers = [number for number, _ in called(queue, now=later + 46 * MINUTE)]
        assert sorted(numbers) == sorted(waiting)


TestEveryHall = Hall.TestCase
TestEveryHall.settings = settings(max_examples=60, stateful_step_count=30)


@given(
    kinds=st.lists(st.sampled_from(["appointed", "fast", "general"]), max_size=14),
    turns=st.integers(1, 4),
)
def test_nobody_is_overtaken_by_more_preferred_in_a_row_than_the_rule_allows(kinds, turns):
    rule = replace(RULE, turns=turns, wait_most_min=10_000)
    order = called(drawn(*kinds), rule=rule, now=T + 20 * MINUTE)
    row = 0
    for place, (number, _) in enumerate(order):
        row = 0 if number.startswith("A") else row + 1
        waits = any(later.startswith("A") for later, _ in order[place + 1 :])
        assert not waits or row <= turns
    general = [number for number, _ in order if number.startswith("A")]
    assert general == sorted(general)


@given(kinds=st.lists(st.sampled_from(["fast", "general"]), min_size=1, max_size=12))
def test_the_slip_s_count_is_the_place_in_which_one_window_calls(kinds):
    queue, now = drawn(*kinds), T + 12 * MINUTE
    order = [number for number, _ in called(queue, now=now)]
    for ticket in queue.waiting():
        assert ahead_of(queue, ticket, RULE, now) == order.index(ticket.number)


def test_open_states_are_those_that_still_wait_for_something():
    assert {state for state in TicketState if state not in OPEN} == {
        TicketState.DONE,
        TicketState.LEFT,
    }
