from sync.proof.outcomes import outcome_leaf, read_outcome, read_tree_head, root_of
from sync.proof.tree import Frontier
from tests.helpers.case_walk import WALK, walk_to
from tests.helpers.hand_window import SCOPE


def test_a_case_goes_from_the_door_to_its_end(centre, window):
    number = walk_to(window, "closed")
    row = centre.read(lambda tx: tx.cases.get(number))
    assert (row.state, row.closed, row.scope) == ("closed", True, SCOPE)
    lines = centre.read(lambda tx: tx.log.of_case(SCOPE, number))
    assert [line.kind for line in lines] == [kind for _, _, kind, _ in WALK]
    assert {line.verdict for line in lines} == {"accepted"}


def test_the_due_time_of_the_outcome_is_the_one_of_the_rules(centre, window):
    number = walk_to(window, "accepted")
    line = centre.read(lambda tx: tx.log.of_case(SCOPE, number))[-1]
    row = centre.read(lambda tx: tx.cases.get(number))
    assert read_outcome(line.outcome).due == row.due
    # Five working days after Tuesday 3 March 2026, close of office: Tuesday 10 March, 17:00.
    assert row.due == 1_773_133_200_000


def test_pulled_leaves_lead_to_the_signed_head(centre, window):
    walk_to(window, "received")
    window.log_in("clerk")
    for scope in (SCOPE, "hall/339901", "policy"):
        frontier, cursor = Frontier(), 0
        while True:
            page = window.pull({scope: cursor}, limit=3).scopes[scope]
            for entry in page.entries:
                cursor += 1
                assert read_outcome(entry.outcome).n == entry.n == cursor
                frontier = frontier.append(outcome_leaf(entry.outcome))
            if not page.more:
                break
            assert page.sth is None
        head = read_tree_head(page.sth, window.log_key)
        assert (head.size, root_of(head)) == (cursor, frontier.root())
        assert window.pull({scope: cursor}).scopes == {}
