"""Answers: a receipt is checked from its event to the last head; one history or none."""

from __future__ import annotations

import msgspec
import pytest

from sync.proof.events import make_event
from sync.proof.failures import ProofError
from sync.proof.jws import body_hash, hash_text, raw_text
from sync.proof.keys import SoftwareKey
from sync.proof.outcomes import (
    counted_of,
    outcome_leaf,
    read_outcome,
    read_past_head,
    read_tree_head,
    sign_tree_head,
    write_outcome,
)
from sync.proof.receipts import check_page, read_entry, verify_growth, verify_receipt
from sync.proof.tree import Frontier, MemoryTree, consistency_proof, inclusion_proof
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import ReaderError
from sync.protocol.messages import Consistency
from sync.protocol.records import LogEntry, Outcome, Receipt, Record, write_form
from tests.helpers.world import AUD, NOW, SCOPE, World, ms

WORLD = World()
LOG = WORLD.server["log"]
KID = LOG.thumbprint
RESOLVE = WORLD.trust.server("log")
SESSION = SoftwareKey.generate()


def event(text: str) -> Record:
    return make_event(WORLD.draft("claim", {"text": text}), "A" * 43, SESSION)


class Scope:
    """A scope as the centre keeps it."""

    def __init__(self, scope: str = SCOPE, aud: str = AUD) -> None:
        self.scope, self.aud = scope, aud
        self.tree = MemoryTree()
        self.records: list[Record] = []
        self.outcomes: list[str] = []

    def outcome(self, record: Record, **changes) -> str:
        members = {
            "aud": self.aud, "scope": self.scope, "n": len(self.outcomes) + 1,
            "eh": hash_text(record.jws), "er": raw_text(record.jws),
            "body": body_hash(record.body), "person": "p0103", "verdict": "accepted",
            "code": None, "recv": 9, "lo": 1, "hi": 9, "counted": 5, "due": None, "pol": 3,
        }  # fmt: skip
        return write_outcome(Outcome(**members | changes))

    def take(self, record: Record, **changes) -> None:
        text = self.outcome(record, **changes)
        self.records.append(record)
        self.outcomes.append(text)
        self.tree.append(outcome_leaf(text))

    def head(self, size: int | None = None, t: int = 9) -> str:
        frontier = Frontier()
        for text in self.outcomes[:size]:
            frontier = frontier.append(outcome_leaf(text))
        return sign_tree_head(frontier, self.aud, self.scope, t, LOG, KID)

    def receipt(self, index: int, size: int | None = None) -> Receipt:
        size = size or len(self.outcomes)
        path = [b64u_encode(step) for step in inclusion_proof(self.tree.node, index, size)]
        return Receipt(self.outcomes[index], index, path, self.head(size))

    def consistency(self, first: int, second: int) -> Consistency:
        path = consistency_proof(self.tree.node, first, second)
        return Consistency(first, second, [b64u_encode(step) for step in path])

    def entry(self, index: int) -> LogEntry:
        record = self.records[index]
        return LogEntry(index + 1, record.jws, record.body, record.act, self.outcomes[index])


def filled(count: int = 6) -> Scope:
    scope = Scope()
    for at in range(count):
        scope.take(event(f"{at}"))
    return scope


CENTRE = filled()


def heads(scope: Scope, *sizes: int):
    return [read_tree_head(scope.head(size), RESOLVE) for size in sizes]


def code_of(receipt: Receipt, record: Record, last=None, consistency=None) -> str:
    with pytest.raises((ProofError, ReaderError)) as caught:
        verify_receipt(receipt, record, RESOLVE, last, consistency)
    return caught.value.code


@pytest.mark.parametrize("index", range(6))
def test_every_event_of_a_batch_is_answered_by_one_signature(index):
    (last,) = heads(CENTRE, 2)
    receipt = CENTRE.receipt(index)
    answered = verify_receipt(
        receipt, CENTRE.records[index], RESOLVE, last, CENTRE.consistency(2, 6)
    )
    assert answered.outcome.n == index + 1
    assert answered.head.size == 6


def test_the_very_first_answer_of_a_scope_has_no_head_before_it():
    assert verify_receipt(CENTRE.receipt(0), CENTRE.records[0], RESOLVE).head.size == 6


def test_an_answer_to_another_event_is_refused():
    assert code_of(CENTRE.receipt(0), CENTRE.records[1]) == "proof.outcome_differs"
    record = CENTRE.records[0]
    altered = Record(record.jws, record.body + " ")
    assert code_of(CENTRE.receipt(0), altered) == "proof.outcome_differs"
    resigned = make_event(WORLD.draft("claim", {"text": "0"}), "A" * 43, SESSION)
    assert code_of(CENTRE.receipt(0), resigned) == "proof.outcome_differs"


def test_an_altered_verdict_does_not_stand_in_the_tree():
    receipt = CENTRE.receipt(2)
    text = receipt.outcome.replace("accepted", "refused")
    forged = msgspec.structs.replace(receipt, outcome=text)
    assert code_of(forged, CENTRE.records[2]) == "proof.receipt_path"


@pytest.mark.parametrize(
    "change", [{"index": 3}, {"index": 99}, {"path": []}, {"path": ["A" * 43]}]
)
def test_another_place_in_the_tree_is_refused(change):
    forged = msgspec.structs.replace(CENTRE.receipt(2), **change)
    assert code_of(forged, CENTRE.records[2]) == "proof.receipt_path"


def test_a_head_signed_by_another_key_is_refused():
    other = SoftwareKey.generate()
    head = sign_tree_head(CENTRE.tree.frontier, AUD, SCOPE, 9, other, KID)
    forged = msgspec.structs.replace(CENTRE.receipt(2), sth=head)
    assert code_of(forged, CENTRE.records[2]) == "reader.signature"
    anchor = WORLD.server["anchor"]
    head = sign_tree_head(CENTRE.tree.frontier, AUD, SCOPE, 9, anchor, anchor.thumbprint)
    forged = msgspec.structs.replace(CENTRE.receipt(2), sth=head)
    assert code_of(forged, CENTRE.records[2]) == "reader.key_unknown"


def test_a_head_of_another_scope_is_refused():
    head = sign_tree_head(CENTRE.tree.frontier, AUD, "339901/wjj", 9, LOG, KID)
    forged = msgspec.structs.replace(CENTRE.receipt(2), sth=head)
    assert code_of(forged, CENTRE.records[2]) == "proof.outcome_differs"


def test_an_outcome_is_read_as_strictly_as_everything_else():
    receipt = CENTRE.receipt(0)
    for text, code in [
        (receipt.outcome[:-1] + ',"n":2}', "reader.duplicate"),
        ("{}", "reader.version"),
        ("\ud800", "reader.utf8"),
        ("x" * 9000, "reader.too_long"),
    ]:
        forged = msgspec.structs.replace(receipt, outcome=text)
        assert code_of(forged, CENTRE.records[0]) == code
    assert read_outcome(receipt.outcome).verdict == "accepted"


# ---------------------------------------------------------------- one history


def test_whoever_only_counts_reads_the_same_time():
    text = Scope().outcome(event("x"), counted=7)
    assert counted_of(text) == read_outcome(text).counted == 7


def test_two_heads_of_one_size_are_two_histories():
    (last,) = heads(filled(), 6)
    assert code_of(CENTRE.receipt(0), CENTRE.records[0], last) == "proof.centre_fork"
    one, two = heads(CENTRE, 6, 6)
    verify_growth(one, two, None)


def test_a_head_that_did_not_grow_from_the_last_is_a_fork():
    other = filled(2)
    (last,) = heads(other, 2)
    receipt, record = CENTRE.receipt(5), CENTRE.records[5]
    assert code_of(receipt, record, last, CENTRE.consistency(2, 6)) == "proof.centre_fork"
    assert code_of(receipt, record, last) == "proof.centre_fork"
    (good,) = heads(CENTRE, 2)
    assert code_of(receipt, record, good, CENTRE.consistency(3, 6)) == "proof.centre_fork"


def test_an_older_head_than_the_last_belongs_to_the_same_history():
    (last,) = heads(CENTRE, 6)
    receipt = CENTRE.receipt(1, 3)
    assert (
        verify_receipt(
            receipt, CENTRE.records[1], RESOLVE, last, CENTRE.consistency(3, 6)
        ).head.size
        == 3
    )
    assert code_of(receipt, CENTRE.records[1], last) == "proof.centre_fork"


def test_growth_from_nothing_needs_no_proof():
    none, six = heads(CENTRE, 0, 6)
    verify_growth(none, six, None)


def test_heads_of_two_scopes_have_no_common_history():
    (one,) = heads(CENTRE, 6)
    with pytest.raises(ProofError, match=r"proof\.centre_fork"):
        verify_growth(one, msgspec.structs.replace(one, scope="policy"), None)


# ---------------------------------------------------------------- pulled leaves


def test_a_pulled_page_folds_to_the_signed_head():
    frontier = Frontier()
    for n in range(1, 7):
        entry = read_entry(CENTRE.entry(n - 1), AUD, SCOPE, n)
        assert entry.event().body["text"] == str(n - 1)
        frontier = frontier.append(entry.leaf)
    (head,) = heads(CENTRE, 6)
    check_page(frontier, head, AUD, SCOPE)


def entry_code(entry: LogEntry, n: int = 2, scope: str = SCOPE) -> str:
    with pytest.raises(ProofError) as caught:
        read_entry(entry, AUD, scope, n)
    return caught.value.code


def test_a_leaf_out_of_order_is_a_gap():
    assert entry_code(CENTRE.entry(2)) == "proof.log_gap"
    assert entry_code(msgspec.structs.replace(CENTRE.entry(2), n=2)) == "proof.log_gap"


def test_a_leaf_of_another_scope_or_about_another_event_is_refused():
    assert entry_code(CENTRE.entry(1), scope="policy") == "proof.outcome_differs"
    mixed = msgspec.structs.replace(CENTRE.entry(1), jws=CENTRE.records[0].jws)
    assert entry_code(mixed) == "proof.outcome_differs"


def test_leaves_that_do_not_fold_to_the_head_are_a_fork():
    (head,) = heads(CENTRE, 6)
    for frontier in (Frontier(), filled().tree.frontier):
        with pytest.raises(ProofError, match=r"proof\.centre_fork"):
            check_page(frontier, head, AUD, SCOPE)
    with pytest.raises(ProofError, match=r"proof\.centre_fork"):
        check_page(CENTRE.tree.frontier, head, AUD, "policy")


def test_a_head_is_judged_by_the_key_of_its_time():
    world, scope = World(), Scope()
    scope.take(event("a"))
    old, new = world.server["log"], SoftwareKey.generate()
    tree = Frontier().append(outcome_leaf(scope.outcomes[0]))

    def head(t, key):
        return sign_tree_head(tree, AUD, SCOPE, t, key, key.thumbprint)

    assert read_past_head(head(9, old), world.trust)[1] is None
    end = ms(NOW)
    world.policy("server_key", {"use": "log", "jwk": write_form(new.jwk), "from": end})
    said, ended = read_past_head(head(end - 1, old), world.trust)
    assert (said.t, said.size, ended) == (end - 1, 1, end)
    assert read_past_head(head(end, new), world.trust)[1] is None
    stranger = SoftwareKey.generate()
    for key, t in ((old, end), (old, end + 9), (stranger, 9), (world.server["anchor"], 9)):
        with pytest.raises(ReaderError) as caught:
            read_past_head(head(t, key), world.trust)
        assert caught.value.code == "reader.key_unknown"
