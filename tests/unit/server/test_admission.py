"""Which pushes are taken now, and when the others come: a city's windows all at once."""

import contextlib
import heapq

import pytest

from sync.protocol.errors import WireError
from sync.server.services.line.admission import (
    DOOR,
    FARTHEST_S,
    FEW,
    LATE_S,
    LONGEST_S,
    SENT_AWAY_S,
    STALE_S,
    TOGETHER,
    Admission,
)

EACH_S = 0.0005  # what an event is taken to cost before any was measured
MS = 0.0011  # waits are told in whole milliseconds


class Ticks:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
def admission(ticks):
    return Admission(ticks)


def put_off(admission, name, events=100):
    """Be told to come later; return in how many seconds."""
    with pytest.raises(WireError) as caught:
        admission.take(name, events)
    said = caught.value.details
    assert caught.value.code == "wire.crowded"
    assert 0 <= said["retry_after"] * 1000 - said["wait_ms"] < 1000
    return said["wait_ms"] / 1000


def crowd(admission):
    """Let as many come as are taken: 0.16 s of work. Returns the tickets."""
    return [admission.take(f"crowd {n}", 80) for n in range(4)]


def test_whoever_comes_to_a_quiet_centre_is_taken_however_much_he_brings(admission):
    admission.take("one", 100_000)


def test_the_others_draw_numbers_one_behind_the_other_and_are_taken_when_they_come(
    admission, ticks
):
    tickets = crowd(admission)
    waits = [put_off(admission, f"w{n}") for n in range(5)]
    assert waits == pytest.approx([0.16, 0.21, 0.26, 0.31, 0.36], abs=MS)
    assert put_off(admission, "w3") == pytest.approx(0.31, abs=MS)  # he keeps his place
    for ticket in tickets:
        ticks.now += 0.04
        admission.end(ticket)
    admission.take("w0", 100)
    assert put_off(admission, "w4") == pytest.approx(0.2, abs=MS)
    assert put_off(admission, "newcomer") == pytest.approx(0.25, abs=MS)
    assert admission.put_off == 8


def test_a_few_events_go_between_and_not_without_bound(admission):
    crowd(admission)
    put_off(admission, "many", FEW + 1)
    room = round((TOGETHER * LONGEST_S - 0.16) / EACH_S / FEW)
    for n in range(room - 2):
        admission.take(f"person {n}", FEW)
    with pytest.raises(WireError):
        _ = [admission.take(f"one more {n}", FEW) for n in range(5)]


def test_a_place_that_nobody_claims_is_given_up(admission, ticks):
    crowd(admission)
    put_off(admission, "gone")
    assert put_off(admission, "stays") == pytest.approx(0.21, abs=MS)
    ticks.now += 0.161 + LATE_S
    assert put_off(admission, "gone") < 0.16 + MS  # behind what is inside, and no longer himself


def test_answers_that_nobody_waits_for_are_forgotten(admission, ticks):
    crowd(admission)
    ticks.now += STALE_S + 1
    admission.take("one", 100)
    admission.take("two", 100)


def test_a_ticket_that_is_ended_twice_is_ended_once(admission):
    one, two = admission.take("one", 400), admission.take("two", 1)
    admission.end(two)
    admission.end(two)
    put_off(admission, "three")
    admission.end(one)
    admission.take("three", 100)


def test_more_than_the_door_holds_are_sent_away_one_after_the_other(admission, ticks):
    with contextlib.ExitStack() as door:
        for _ in range(DOOR):
            admission.knock()
            door.enter_context(admission.at_the_door())
        waits = []
        for _ in range(3000):
            with pytest.raises(WireError, match=r"wire\.crowded") as told:
                admission.knock()
            waits.append(told.value.details["wait_ms"] / 1000)
        assert waits[:3] == pytest.approx([0.02, 0.04, 0.06], abs=MS)
        assert max(waits) == pytest.approx(SENT_AWAY_S, abs=MS)
        with pytest.raises(WireError), admission.at_the_door():
            pass
    admission.knock()
    with pytest.raises(ZeroDivisionError), admission.at_the_door():
        _ = 1 / 0
    assert admission.put_off == 3001


def test_no_turn_is_farther_than_windows_obey(admission):
    crowd(admission)
    for n in range(7000):
        assert put_off(admission, f"w{n}") <= FARTHEST_S + 0.001


@pytest.mark.parametrize("each", [0.0003, 0.001, 0.003])
def test_a_burst_of_all_windows_is_drained_as_fast_as_it_can_be_and_nobody_waits_long(
    admission, ticks, each
):
    """Two thousand windows, two pushes each; the centre does one after the other."""
    windows, events = 2000, 100
    left, waits, began = dict.fromkeys(range(windows), 2), [], ticks.now
    coming = [(began + n / 10_000, n, None) for n in range(windows)]
    heapq.heapify(coming)
    busy = began
    while coming:
        ticks.now, window, ticket = heapq.heappop(coming)
        if ticket is not None:
            admission.end(ticket)
            left[window] -= 1
            if left[window]:
                heapq.heappush(coming, (ticks.now + 0.005, window, None))
            continue
        try:
            ticket = admission.take(str(window), events)
        except WireError as told:
            at = ticks.now + told.details["wait_ms"] / 1000
            heapq.heappush(coming, (at, window, None))
        else:
            busy = max(busy, ticks.now) + events * each
            waits.append(busy - ticks.now)
            heapq.heappush(coming, (busy, window, ticket))
    work = 2 * windows * events * each
    assert set(left.values()) == {0}
    assert ticks.now - began < 1.1 * work
    assert sorted(waits)[len(waits) * 99 // 100] < TOGETHER * LONGEST_S + 4 * events * each
    assert admission.put_off < 1.75 * 2 * windows
