"""Heads of a log key that policy has ended since: true is what it signed in its time, no more."""

import msgspec
import pytest

from sync.proof.keys import SoftwareKey
from sync.proof.outcomes import outcome_leaf, sign_tree_head
from sync.proof.tree import Frontier
from sync.protocol.records import LogEntry, Receipt, write_form
from sync.protocol.returned_messages import ReturnedStep, ReturnedTo
from tests.helpers.case_walk import walk_to
from tests.helpers.earlier import stopped
from tests.helpers.hand_window import SCOPE, Refusal
from tests.helpers.lost import HALL, lines, lost_by

BACK = ("duplicate", None)
UNKNOWN = "reader.key_unknown"


@pytest.fixture
def lost(centre, window):
    """What the centre lost; meanwhile two administrators gave it another log key."""
    with lost_by(centre, window, lambda window: walk_to(window, "received")) as found:
        found.old, new = centre.centre.keys.log, SoftwareKey.generate()
        centre.clock.advance(minutes=1)
        found.end = centre.clock.now_ms()
        said = {"use": "log", "jwk": write_form(new.jwk), "from": found.end}
        centre.enact("server_key", said)
        with stopped(centre):
            (centre.settings.keys / "log.pem").write_bytes(new.to_pkcs8())
        yield found


def signed(lost, outcomes, t):
    """Return a head over lines as whoever has the old key makes it."""
    tree = Frontier()
    for outcome in outcomes:
        tree = tree.append(outcome_leaf(outcome))
    return sign_tree_head(tree, lost.window.aud, SCOPE, t, lost.old, lost.old.thumbprint)


def made_up(lost, after, recv):
    """Return a line that never was, to follow others."""
    last = lost.page.entries[-1]
    said = msgspec.json.decode(last.outcome)
    said |= {"n": after + 1, "recv": recv}
    outcome = msgspec.json.encode(said).decode()
    return LogEntry(after + 1, last.jws, last.body, last.act, outcome)


def refused(give, *how, **more):
    with pytest.raises(Refusal) as told:
        give(*how, **more)
    assert told.value.code == UNKNOWN


def test_what_a_key_signed_in_its_time_comes_back_after_its_end(centre, lost):
    first, last = lost.page.entries
    assert lost.give_lines(first, last) == ReturnedTo(scope=SCOPE, size=2, took=2)
    assert lost.give() == [BACK] * 4
    assert [lines(centre, scope) for scope in (HALL, SCOPE)] == lost.before


def test_a_head_that_a_key_signed_after_its_end_brings_nothing(centre, lost):
    entries = lost.page.entries
    outcomes = [entry.outcome for entry in entries]
    for t in (lost.end, lost.end + 60_000):
        refused(lost.give_lines, *entries, sth=signed(lost, outcomes, t))
    first = lost.steps[1]
    late = Receipt(outcomes[0], 0, [], signed(lost, outcomes[:1], lost.end))
    assert lost.give([ReturnedStep(record=first.record, receipt=late)]) == [("rejected", UNKNOWN)]
    assert lines(centre, SCOPE) == []
    assert lost.give_lines(*entries, sth=signed(lost, outcomes, lost.end - 1)).took == 2


def test_whoever_dates_a_head_back_writes_nothing_behind_what_came_later(centre, lost):
    """He has the old key, perhaps because it was stolen; and so it was ended."""
    entries, early = lost.page.entries, lost.end - 1
    outcomes = [entry.outcome for entry in entries]
    # A line that came when the key served no more, by its own outcome.
    late = made_up(lost, 2, lost.end)
    refused(lost.give_lines, *entries, late, sth=signed(lost, [*outcomes, late.outcome], early))
    lost.give_lines(*entries)
    assert lost.give() == [BACK] * 4
    # Somebody works on when that is over: nothing of before the end can follow.
    centre.clock.advance(minutes=2)
    lost.window.log_in("reception")
    assert lost.window.step("claim", {}, case="none").receipt is not None  # refused, and a line
    outcomes = [outcome for _, _, outcome in lines(centre, SCOPE)]
    before, forged = len(outcomes), made_up(lost, len(outcomes), early)
    assert before == 3
    refused(lost.give_lines, forged, sth=signed(lost, [*outcomes, forged.outcome], early))
    assert len(lines(centre, SCOPE)) == before
