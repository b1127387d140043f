"""How a card stands is found in one policy: another thread may move policy on meanwhile."""

from datetime import timedelta

import pytest

from sync.proof.anchors import Interval
from sync.proof.certificates import Revocation, check
from sync.server.clock import milliseconds
from sync.server.services.record.policy import Policy, State
from tests.helpers.centre import NOW, HandClock
from tests.helpers.pki import Authority

BEFORE, SINCE = NOW - timedelta(days=1), Interval(milliseconds(NOW), milliseconds(NOW) + 1)


class Lists:
    """No lists; while a thread asks for their stamp another one does what it was about to."""

    def __init__(self):
        self.meanwhile = []

    def look(self):
        """Find nothing."""

    def read(self):
        return []

    def stamp(self):
        while self.meanwhile:
            self.meanwhile.pop()()
        return ()


class Said:
    """A policy that revoked these."""

    def __init__(self, authority, *revoked):
        self.authority, self.revoked = authority, revoked

    def anchors(self, crls):
        return self.authority.anchors(crls, self.revoked)


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def card(authority):
    made = authority.card("p-339901-0001")
    return check([made.certs["9C"]], "sign", NOW, authority.anchors())


def test_what_was_found_in_a_policy_does_not_stand_under_the_next(authority, card):
    lists = Lists()
    policy = Policy(None, HandClock(), lists)
    revoked = Revocation(authority.ca, card.serial, BEFORE)
    policy._now = State(trust=Said(authority))
    assert policy.standing(card, SINCE) == "valid"

    def put_in_force():
        policy._now = State(trust=Said(authority, revoked))
        policy.anchors()  # that thread goes by it at once

    lists.meanwhile.append(put_in_force)
    assert policy.standing(card, SINCE) == "valid"  # as policy was when it was asked
    assert policy.standing(card, SINCE) == "refused"
