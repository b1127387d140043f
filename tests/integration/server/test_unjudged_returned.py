"""What comes back around an event that the centre runs into: both databases.

What it runs into stands in for a fault of the centre's own program, as in test_unjudged.
"""

import pytest

from sync.protocol.returned_messages import ReturnedTo
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE, Refusal
from tests.helpers.lost import HALL, event_of, lines, lost_by

BROKEN, LATER = ("rejected", "wire.broken"), ("rejected", "wire.unavailable")
BACK = ("duplicate", None)


@pytest.fixture
def lost(centre, window):
    """Two sessions and a step in each that the centre lost; the window has their receipts."""
    with lost_by(centre, window, lambda window: walk_to(window, "received")) as found:
        yield found


def unjudged(centre):
    rows = centre.read(lambda tx: tx.cases.findings(None, 50))
    return [(row.dev, row.args) for row in rows if row.code == "unjudged"]


def health(centre):
    return {notice.code: notice.args for notice in centre.desk.health.notices()}


def test_a_step_that_cannot_be_judged_waits_with_what_follows_it(centre, window, lost, bad):
    broken = event_of(lost.steps[1])
    assert [event_of(step)["kind"] for step in lost.steps] == [
        *("session.open", "preregister"),
        *("session.open", "receive"),
    ]
    bad.add(broken["id"])
    assert lost.give() == [BACK, BROKEN, LATER, LATER]
    assert (len(lines(centre, HALL)), lines(centre, SCOPE)) == (1, [])
    assert unjudged(centre) == [(window.dev, f'{{"seq":{broken["seq"]}}}')]
    assert health(centre)["events_unjudged"] == {"count": 1}
    assert lost.give() == [BACK, BROKEN, LATER, LATER]  # it tries again
    # What it pushes meanwhile has to wait for them too, and is no end of the trouble.
    next_ = window.push(window.event("session.close", {}, scope=HALL)).results[0]
    assert (next_.verdict, next_.expect) == ("rejected", broken["seq"])
    assert health(centre)["events_unjudged"] == {"count": 1}
    assert len(unjudged(centre)) == 1
    assert centre.desk.unjudged.count == 2
    bad.clear()  # the program was mended
    assert lost.give() == [BACK] * 4
    assert [lines(centre, scope) for scope in (HALL, SCOPE)] == lost.before
    assert "events_unjudged" not in health(centre)


def test_of_a_scopes_lines_those_before_it_come_back(centre, window, lost, bad):
    first, broken = lost.page.entries
    bad.add(event_of(lost.steps[3])["id"])

    assert lost.give_lines(first, broken) == ReturnedTo(scope=SCOPE, size=1, took=1)
    assert lines(centre, SCOPE) == lost.before[1][:1]
    for _ in range(2):
        with pytest.raises(Refusal) as told:  # nothing of it could be taken: it comes again later
            lost.give_lines(broken)
        assert told.value.code == "wire.broken"
    assert unjudged(centre) == [(window.dev, f'{{"seq":{event_of(lost.steps[3])["seq"]}}}')]
    assert health(centre)["events_unjudged"] == {"count": 1}
    bad.clear()
    assert lost.give_lines(broken) == ReturnedTo(scope=SCOPE, size=2, took=1)
    assert lines(centre, SCOPE) == lost.before[1]
    assert "events_unjudged" not in health(centre)
