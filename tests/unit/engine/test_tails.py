"""Lost lines of several scopes go back as they were answered, in as few requests as that takes."""

from sync.engine.tails import Tail, runs
from sync.proof.tree import Subtrees

HALL, DEPARTMENT, OTHER = "hall/339901", "339901/scjg", "339901/wjj"


def tail(scope, *came, here=0, size=None):
    size = here + len(came) if size is None else size
    return Tail(scope, here, size, "", Subtrees([], here), came)


def test_scopes_take_turns_by_the_time_of_their_lines():
    lost = [tail(DEPARTMENT, 2, 3, 8), tail(HALL, 1, 5, here=7), tail(OTHER, 9)]
    assert runs(lost) == [(HALL, 8), (DEPARTMENT, 2), (HALL, 9), (DEPARTMENT, 3), (OTHER, 1)]


def test_policy_comes_first_and_of_one_moment_the_hall():
    lost = [tail(DEPARTMENT, 1, 4), tail("policy", 9), tail(HALL, 1, 4)]
    first, *rest = runs(lost)
    assert first == ("policy", 1)
    assert rest == [(HALL, 1), (DEPARTMENT, 1), (HALL, 2), (DEPARTMENT, 2)]


def test_what_nothing_is_judged_by_goes_with_what_follows_it():
    lost = [tail(HALL, None, None, 3, None), tail(DEPARTMENT, 1, 2, 4)]
    assert runs(lost) == [(DEPARTMENT, 2), (HALL, 3), (DEPARTMENT, 3), (HALL, 4)]
    assert runs([tail(HALL, None, None)]) == [(HALL, 2)]


def test_a_clock_that_was_set_back_changes_no_scopes_own_order():
    assert runs([tail(DEPARTMENT, 5, 1), tail(HALL, 3)]) == [(HALL, 1), (DEPARTMENT, 2)]


def test_no_line_goes_beyond_the_signed_head():
    assert runs([tail(DEPARTMENT, 1, 2, 3, here=4, size=6)]) == [(DEPARTMENT, 6)]
