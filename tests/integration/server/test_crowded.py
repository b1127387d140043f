"""More pushes than the centre can answer soon: nothing of those put off is taken, and they come."""

import contextlib

import pytest

from sync.protocol.errors import WireError
from sync.server.services.line.admission import FEW
from tests.helpers import case_steps as say
from tests.helpers.hand_window import Refusal

MANY = 2 * FEW


def outbox(window, count):
    """Make events that wait at a window."""
    window.log_in("clerk")
    number = window.new_number()
    said = {"what": "call", "happened_at": window.centre.clock.now_ms() - 60_000, "reason": "来电"}
    first = [window.event("preregister", say.preregister(), case=number)]
    return first + [window.event("note_late", said, case=number) for _ in range(count - 1)]


def crowd(admission):
    """Have as many others in the centre as it takes; return their tickets."""
    tickets = []
    with contextlib.suppress(WireError):
        while True:
            tickets += [admission.take(f"other {len(tickets)}", FEW + 1)]
    return tickets


def test_a_push_in_a_crowd_is_told_when_its_turn_comes_and_taken_then(centre, windows):
    one, two = windows(), windows("d-339901-04")
    many, few = outbox(one, MANY), outbox(two, FEW)
    admission = centre.centre.desk.admission
    others = crowd(admission)
    with pytest.raises(Refusal) as told:
        one.push(*many, patient=False)
    assert (told.value.status, told.value.code) == (503, "wire.crowded")
    assert 150 < told.value.details["wait_ms"] <= 1000 * told.value.details["retry_after"]
    assert two.accepted(two.push(*few))  # a person's own steps go between
    for ticket in others:
        admission.end(ticket)
    assert one.accepted(one.push(*many))
    assert admission.put_off == 2


def test_a_push_that_fails_leaves_no_place_taken(centre, windows):
    window = windows()
    many = outbox(window, MANY)
    admission = centre.centre.desk.admission
    centre.centre.desk.ingest.bring = lambda *_: 1 / 0
    with pytest.raises(Refusal):
        window.push(*many)
    del centre.centre.desk.ingest.bring
    with pytest.raises(Refusal):
        window.push(*many, heads={"339901/scjg": 99})  # more than the centre ever signed
    assert admission.inside == 0
    assert window.accepted(window.push(*many))
    assert admission.inside == 0
