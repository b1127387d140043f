"""What one event runs into: looked for, spared the others, told of while it stands."""

import asyncio

import pytest
import structlog

from sync.domain.failures import Failure
from sync.proof.failures import ProofError
from sync.protocol.errors import WireError
from sync.server.services.record.unjudged import BROKEN, LATER, STANDS_MS, Unjudged
from tests.helpers.centre import HandClock

SENDER = "d-339901-03"


class Intake:
    """Judges numbers; some break it in their turn, others only at its end."""

    def __init__(self, *, in_turn=(), at_end=(), error=ZeroDivisionError):
        self.in_turn, self.at_end, self.error = set(in_turn), set(at_end), error
        self.runs = []

    def over(self, events):
        async def unit(turns):
            turns.at = None
            self.runs.append(turns.most)
            taken = []
            for event in turns.through(events):
                turns.name = f"e{event}"
                if event in self.in_turn:
                    raise self.error
                taken.append(event)
            if self.at_end.intersection(taken):
                raise self.error
            later = [turns.code(place) for place in range(turns.most, len(events))]
            return [*taken, *later]

        return unit


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def unjudged(clock):
    return Unjudged(clock)


def push(unjudged, intake, events):
    return asyncio.run(unjudged.spare(SENDER, len(events), intake.over(events)))


def test_what_breaks_nothing_runs_once(unjudged):
    intake = Intake()
    assert push(unjudged, intake, [1, 2, 3]) == [1, 2, 3]
    assert push(unjudged, intake, []) == []
    assert intake.runs == [3, 0]
    assert (unjudged.count, unjudged.standing()) == (0, 0)


def test_an_event_that_breaks_its_unit_spares_those_before_it(unjudged):
    intake = Intake(in_turn={3})
    with structlog.testing.capture_logs() as said:
        assert push(unjudged, intake, [1, 2, 3, 4]) == [1, 2, BROKEN, LATER]
    assert intake.runs == [4, 2]
    (line,) = said
    assert (line["event"], line["step"], line["sender"]) == ("event not judged", "e3", SENDER)
    assert line["exc_info"]
    assert (unjudged.count, unjudged.standing()) == (1, 1)


def test_what_breaks_only_at_the_end_is_found_by_halves_while_its_sender_tries_again(unjudged):
    intake, events, taken = Intake(at_end={6}), [1, 2, 3, 4, 5, 6, 7], []
    with structlog.testing.capture_logs() as said:
        for _ in range(9):
            went = [each for each in push(unjudged, intake, events) if isinstance(each, int)]
            taken, events = taken + went, events[len(went) :]
    assert (taken, events) == ([1, 2, 3, 4, 5], [6, 7])
    assert push(unjudged, intake, events) == [BROKEN, LATER]
    assert {line["step"] for line in said} == {"-", "e6"}
    assert unjudged.standing() == 1


def test_two_that_break_are_met_one_after_the_other(unjudged):
    intake = Intake(in_turn={2}, at_end={1})
    assert push(unjudged, intake, [1, 2, 3]) == [BROKEN, LATER, LATER]
    intake.at_end.clear()
    assert push(unjudged, intake, [1, 2, 3]) == [1, BROKEN, LATER]


def test_what_breaks_without_any_event_is_told(unjudged):
    async def broken(_turns):
        raise ZeroDivisionError

    for count in (0, 3):
        with pytest.raises(ZeroDivisionError):
            asyncio.run(unjudged.spare(SENDER, count, broken))
    assert unjudged.count == 0


def test_what_a_request_is_refused_by_is_no_events_fault(unjudged):
    away = Intake(in_turn={2}, error=WireError("wire.unavailable", retry_after=1))
    wrong = Intake(at_end={2}, error=ProofError("proof.anchor_foreign"))
    for intake, kind in ((away, WireError), (wrong, ProofError)):
        with pytest.raises(kind):
            push(unjudged, intake, [1, 2])
        assert intake.runs == [2]
    assert unjudged.count == 0


def test_a_failure_that_nobody_foresaw_of_an_event_is_its_own(unjudged):
    intake = Intake(in_turn={2}, error=Failure("ids.range"))
    assert push(unjudged, intake, [1, 2]) == [1, BROKEN]


def test_it_stands_until_the_sender_gets_through_or_is_away_for_a_day(unjudged, clock):
    intake = Intake(in_turn={1})
    push(unjudged, intake, [1])
    push(unjudged, Intake(), [])  # asks for the time alone
    assert unjudged.standing() == 1
    clock.advance(seconds=STANDS_MS / 1000)
    assert unjudged.standing() == 0
    push(unjudged, intake, [1])
    assert (unjudged.count, unjudged.standing()) == (2, 1)
    intake.in_turn.clear()
    push(unjudged, intake, [1])
    assert unjudged.standing() == 0
