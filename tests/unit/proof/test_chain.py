"""A device's chain: replay, reorder, gap, fork, rewrite."""

from __future__ import annotations

import itertools

import pytest

from sync.proof.chain import Head, Place, follow, place, verify_chain
from sync.proof.events import make_event, read_event
from sync.proof.failures import ProofError
from sync.proof.jws import known
from sync.proof.keys import SoftwareKey
from tests.helpers.world import DEV, World

WORLD = World()
KEY = SoftwareKey.generate()
KID = "A" * 43


def made(seq: int, prev: str, text: str = ""):
    record = make_event(WORLD.draft("claim", {"text": text}, seq=seq, prev=prev), KID, KEY)
    return read_event(record, known(KEY.public, KID))


START = Head(DEV, 0, 0, WORLD.place.hash)
FIRST = made(1, START.hash)
SECOND = made(2, FIRST.hash)
THIRD = made(3, SECOND.hash)


def code_of(head: Head, *events) -> tuple[str, dict]:
    with pytest.raises(ProofError) as caught:
        verify_chain(head, events)
    return caught.value.code, dict(caught.value.details)


def test_a_chain_follows_from_the_devices_enrolment():
    assert verify_chain(START, [FIRST, SECOND, THIRD]) == Head(DEV, 0, 3, THIRD.hash)
    assert follow(START, FIRST) == Head(DEV, 0, 1, FIRST.hash)


def test_a_gap_names_the_number_that_is_expected():
    assert code_of(START, FIRST, THIRD) == ("proof.chain_gap", {"expect": 2})
    assert place(THIRD, START, None) is Place.GAP


def test_any_other_order_is_refused():
    for order in itertools.permutations([FIRST, SECOND, THIRD]):
        if order != (FIRST, SECOND, THIRD):
            code_of(START, *order)


def test_an_event_sent_again_is_known_and_another_under_its_number_is_a_fork():
    head = verify_chain(START, [FIRST, SECOND])
    other = made(2, FIRST.hash, "other")
    assert place(SECOND, head, SECOND.hash) is Place.KNOWN
    assert place(other, head, SECOND.hash) is Place.FORK
    assert place(other, head, None) is Place.FORK
    assert code_of(START, FIRST, SECOND, other) == ("proof.fork", {"seq": 2})


def test_a_rewritten_past_does_not_follow():
    other = made(1, START.hash, "other")
    assert code_of(START, other, SECOND) == ("proof.chain_broken", {"seq": 2})
    assert place(SECOND, follow(START, other), None) is Place.BROKEN


def test_another_devices_event_has_no_place():
    for head in (Head("d-339901-04", 0, 0, START.hash), Head(DEV, 1, 0, START.hash)):
        with pytest.raises(ProofError, match=r"proof\.device_foreign"):
            place(FIRST, head, None)
