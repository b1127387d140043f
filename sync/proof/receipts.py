"""What a window checks of the centre's answers: receipts, growing heads, pulled leaves.

Nothing counts as answered before this room has said so (proof.md §6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.proof.events import ReadEvent, read_logged_event
from sync.proof.failures import ProofError
from sync.proof.jws import body_hash, hash_text, raw_text
from sync.proof.outcomes import outcome_leaf, read_outcome, read_tree_head, root_of
from sync.proof.tree import verify_consistency, verify_inclusion
from sync.protocol.codec import b64u_decode

if TYPE_CHECKING:
    from sync.proof.jws import Resolve
    from sync.proof.tree import Frontier
    from sync.protocol.messages import Consistency
    from sync.protocol.records import LogEntry, Outcome, Receipt, Record, TreeHead


@dataclass(frozen=True, slots=True)
class Answered:
    """A receipt that held: the outcome, and the head that it leads to."""

    outcome: Outcome
    head: TreeHead


def verify_receipt(
    receipt: Receipt,
    record: Record,
    resolve: Resolve,
    last: TreeHead | None = None,
    consistency: Consistency | None = None,
) -> Answered:
    """Verify a receipt from its event to the last head that this window knows of the scope.

    Args:
        receipt: as received.
        record: the event that was pushed.
        resolve: knows the centre's log key.
        last: the newest verified head of the scope; None at the very first.
        consistency: the centre's proof that one head grew from the other.

    Raises:
        ReaderError: the form of outcome or head.
        ProofError: outcome_differs, receipt_path, centre_fork.
    """
    head = read_tree_head(receipt.sth, resolve)
    answered = verify_under(receipt, record, head)
    if last is not None:
        verify_growth(last, head, consistency)
    return answered


def verify_under(receipt: Receipt, record: Record, head: TreeHead) -> Answered:
    """Verify a receipt up to its head, which was verified: one signature serves a whole batch.

    Args:
        receipt: as received.
        record: the event that was pushed.
        head: what `read_tree_head` made of this receipt's own `sth`.

    Raises:
        ReaderError: the form of the outcome; ProofError: outcome_differs, receipt_path.
    """
    outcome = read_outcome(receipt.outcome)
    _check_outcome(outcome, record)
    if (outcome.aud, outcome.scope) != (head.aud, head.scope):
        raise ProofError("proof.outcome_differs")
    path = [b64u_decode(step) for step in receipt.path]
    leaf = outcome_leaf(receipt.outcome)
    if outcome.n != receipt.index + 1 or not verify_inclusion(
        leaf, receipt.index, head.size, path, root_of(head)
    ):
        raise ProofError("proof.receipt_path")
    return Answered(outcome, head)


def verify_growth(last: TreeHead, head: TreeHead, consistency: Consistency | None) -> None:
    """Verify that two heads belong to one history, whichever of them is the newer.

    Raises:
        ProofError: centre_fork when they do not, or when nothing shows that they do.
    """
    if (last.aud, last.scope) != (head.aud, head.scope):
        raise ProofError("proof.centre_fork")
    old, new = sorted((last, head), key=lambda each: each.size)
    path: list[bytes] = []
    if old.size not in {0, new.size}:
        if consistency is None or (consistency.first, consistency.second) != (old.size, new.size):
            raise ProofError("proof.centre_fork")
        path = [b64u_decode(step) for step in consistency.path]
    if not verify_consistency(old.size, new.size, root_of(old), root_of(new), path):
        raise ProofError("proof.centre_fork")


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """A pulled leaf: its outcome, and its hash for the frontier."""

    entry: LogEntry
    outcome: Outcome
    leaf: bytes

    def event(self) -> ReadEvent:
        """Return the event of a leaf of any scope but `policy`.

        Raises:
            ReaderError, ProofError: as `read_logged_event`.
        """
        return read_logged_event(self.entry.record())


def read_entry(entry: LogEntry, aud: str, scope: str, n: int) -> ReadEntry:
    """Read a pulled leaf and hold it against its outcome.

    It is proven only when `check_page` has found the frontier over it equal to a signed head.

    Args:
        entry: as received.
        aud: the centre's id.
        scope: the scope that was pulled.
        n: the number that comes next in it.

    Raises:
        ReaderError: the form; ProofError: log_gap, outcome_differs.
    """
    outcome = read_outcome(entry.outcome)
    if (entry.n, outcome.n) != (n, n):
        raise ProofError("proof.log_gap", expect=n)
    if (outcome.aud, outcome.scope) != (aud, scope):
        raise ProofError("proof.outcome_differs")
    _check_outcome(outcome, entry.record())
    return ReadEntry(entry, outcome, outcome_leaf(entry.outcome))


def check_page(frontier: Frontier, head: TreeHead, aud: str, scope: str) -> None:
    """Hold a window's own frontier of a scope against the signed head over the same leaves.

    Raises:
        ProofError: centre_fork: what was handed out is not what was signed.
    """
    if (head.aud, head.scope) != (aud, scope):
        raise ProofError("proof.centre_fork")
    if head.size != frontier.size or root_of(head) != frontier.root():
        raise ProofError("proof.centre_fork")


def _check_outcome(outcome: Outcome, record: Record) -> None:
    same = (
        outcome.er == raw_text(record.jws)
        and outcome.eh == hash_text(record.jws)
        and outcome.body == body_hash(record.body)
    )
    if not same:
        raise ProofError("proof.outcome_differs")
