"""What the centre takes when a window says that it lost lines: nothing that it had not signed."""

import pytest

from sync.proof.keys import SoftwareKey
from sync.proof.outcomes import outcome_leaf, sign_tree_head
from sync.proof.tree import Frontier
from sync.protocol.messages import PullAnswer, PullRequest
from sync.protocol.records import LogEntry
from sync.protocol.returned_messages import (
    ReturnedLines,
    ReturnedLook,
    ReturnedMissing,
    ReturnedResults,
    ReturnedStep,
    ReturnedSteps,
    ReturnedTo,
)
from tests.helpers import case_steps as say
from tests.helpers.hand_window import SCOPE, Refusal

LINES, LOOK, STEPS = "/v1/returned/lines", "/v1/returned/look", "/v1/returned/steps"


def give(window, entries, sth, scope=SCOPE):
    call = ReturnedLines(scope=scope, entries=entries, sth=sth)
    return window.ask("POST", LINES, ReturnedTo, call)


def findings(centre):
    with centre.sql() as db:
        return {row[0] for row in db.execute("SELECT code FROM findings").fetchall()}


def refused(code, work, *args, **how):
    with pytest.raises(Refusal) as caught:
        work(*args, **how)
    assert caught.value.code == code


def test_nothing_is_taken_that_the_centre_had_not_signed(centre, windows):
    one, two = windows(), windows("d-339901-04")
    one.log_in("clerk")
    two.log_in("handler")
    record = one.event("note_late", {"what": "a"})
    (result,) = one.push(record).results
    page = one.pull({SCOPE: 0}).scopes[SCOPE]
    size = page.size
    # Twice is once.
    assert give(one, page.entries, page.sth) == ReturnedTo(scope=SCOPE, size=size, took=0)
    # A line made up behind the last one, under a head of what is here.
    last = page.entries[-1]
    made = last.outcome.replace(f'"n":{last.n}', f'"n":{last.n + 1}', 1)
    forged = LogEntry(last.n + 1, last.jws, last.body, last.act, made)
    refused("proof.outcome_differs", give, one, [forged], page.sth)
    # A head that another key signed; one of another scope; lines with a hole before them.
    key, tree = SoftwareKey.generate(), centre.read(lambda tx: tx.log.head(SCOPE)).frontier
    grown = Frontier.unpack(tree).append(outcome_leaf(made))
    ours = sign_tree_head(grown, one.aud, SCOPE, 0, key, key.thumbprint)
    refused("reader.key_unknown", give, one, [forged], ours)
    policy = one.ask("POST", "/v1/pull", PullAnswer, PullRequest(cursors={"policy": 0}, limit=500))
    refused("proof.outcome_differs", give, one, [forged], policy.scopes["policy"].sth)
    far = LogEntry(last.n + 2, last.jws, last.body, last.act, last.outcome)
    refused("wire.cursor", give, one, [far], page.sth)
    refused("wire.scope_forbidden", give, one, [forged], page.sth, scope="hall/339911")
    # Another device's step; a receipt that is another event's.
    steps = ReturnedSteps(steps=[ReturnedStep(record=record, receipt=result.receipt)])
    (told,) = two.ask("POST", STEPS, ReturnedResults, steps).results
    assert (told.verdict, told.code) == ("rejected", "proof.device_foreign")
    (told,) = one.ask("POST", STEPS, ReturnedResults, steps).results
    assert (told.verdict, told.receipt.outcome) == ("duplicate", result.receipt.outcome)
    other = one.event("note_late", {"what": "b"})
    steps = ReturnedSteps(steps=[ReturnedStep(record=other, receipt=result.receipt)])
    (told,) = one.ask("POST", STEPS, ReturnedResults, steps).results
    assert (told.verdict, told.code) == ("rejected", "proof.outcome_differs")
    unknown = "01a2016f-a8b4-75b4-88bb-260f2c93946a"
    look = ReturnedLook(events=[result.id, unknown])
    assert one.ask("POST", LOOK, ReturnedMissing, look).missing == [unknown]
    # Whoever says that he has seen more is held up himself, and nobody else.
    with pytest.raises(Refusal) as caught:
        one.push(other, heads={SCOPE: size + 9})
    assert (caught.value.code, caught.value.details["size"]) == ("wire.lines_missing", size)
    assert one.push(other).results[0].receipt is not None
    assert not findings(centre) & {"lines_back", "line_moved", "scope_forked"}
    assert Frontier.unpack(centre.read(lambda tx: tx.log.head(SCOPE)).frontier).size == size + 1


def test_numbers_lent_twice_are_told_and_spent_by_whoever_comes_first(centre, windows):
    """What a backup did not know of was lent again: both windows have it in writing (ADR 032)."""
    one, two = windows(), windows("d-339901-04")
    one.log_in("reception")
    two.log_in("reception")
    one.borrow()
    lease = centre.read(lambda tx: tx.leases.live(one.dev, 1)).jws
    with centre.sql() as db:  # the loss
        for forgets in ("leases", "number_blocks", "block_pools"):
            db.execute(f"DELETE FROM {forgets}")  # noqa: S608  # names of our own
    two.borrow()
    numbers = [one.new_number() for _ in range(3)]
    assert numbers[0] == two.new_number()
    early = one.step("preregister", say.preregister(), case=numbers[0])
    assert (early.verdict, early.code) == ("refused", "number_not_lent")  # it has not said so yet
    look = ReturnedLook(events=[], lease=lease)
    one.ask("POST", LOOK, ReturnedMissing, look)
    assert "numbers_twice" in findings(centre)
    mine = one.step("preregister", say.preregister(), case=numbers[1])
    assert (mine.verdict, mine.code) == ("accepted", None)  # a citizen has it in his hand
    assert two.new_number() == numbers[1]
    late = two.step("preregister", say.preregister(), case=numbers[1])
    assert (late.verdict, late.code) == ("refused", "step_not_allowed")  # that case is there
    theirs = two.step("preregister", say.preregister(), case=two.new_number())
    assert (theirs.verdict, theirs.code) == ("accepted", None)
    assert not centre.read(lambda tx: tx.leases.held("case", "339911", 1, 99_999))
