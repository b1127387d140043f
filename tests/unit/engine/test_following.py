"""What is asked for after a page, before that page is kept."""

from sync.engine.follower import following
from sync.protocol.messages import PullAnswer, PulledScope, PullRequest
from sync.protocol.records import LogEntry

ASKED = PullRequest(cursors={"a": 3, "b": 0, "policy": 7}, limit=2)


def page(first, count, *, more):
    entries = [LogEntry(n, "jws", "{}", None, "outcome") for n in range(first, first + count)]
    last = first + count - 1
    return PulledScope(
        entries=entries, next=last, size=last + more, sth=None if more else "head", more=more
    )


def test_a_scope_with_more_goes_on_where_its_page_ends_and_those_left_out_with_it():
    answer = PullAnswer(scopes={"a": page(4, 2, more=True)})
    assert following(ASKED, answer) == PullRequest(cursors={"a": 5, "b": 0, "policy": 7}, limit=2)


def test_scopes_that_had_their_turn_wait():
    answer = PullAnswer(scopes={"a": page(4, 1, more=True)})
    assert following(ASKED, answer) == PullRequest(cursors={"a": 4}, limit=2)


def test_without_more_nothing_is_asked_ahead():
    assert following(ASKED, PullAnswer(scopes={"a": page(4, 2, more=False)})) is None
    assert following(ASKED, PullAnswer(scopes={})) is None
