"""Whether the record is whole: its lines, their texts, the trees that heads were signed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.proof.jws import body_hash, hash_text
from sync.proof.outcomes import outcome_leaf, read_outcome
from sync.proof.tree import Frontier
from sync.protocol.errors import ReaderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.server.services.ports.files import FileVault
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.files import AttachmentRow
    from sync.server.services.rows.log import LogRow

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """Where the record is not whole.

    Attributes:
        scope: of which scope.
        n: at which line; of a tree, the last.
        what: "gap" (a number is missing or twice), "text" (a line is not what was signed), "tree"
            (the lines make another tree than the one that windows hold a head of).
    """

    scope: str
    n: int
    what: str


def faults(tx: Transaction) -> Iterator[Fault]:
    """Read the whole log and yield where it is not whole; minutes beside millions of lines.

    Signatures are not verified again: whoever could put a line of his own into the file could not
    put it into the trees, of which every window keeps heads.
    """
    for scope in tx.log.scopes():
        grown, n = Frontier(), 0
        while lines := tx.log.after(scope, n, _PAGE):
            for line in lines:
                if line.n != n + 1:
                    yield Fault(scope, n + 1, "gap")
                if not _is_as_signed(line):
                    yield Fault(scope, line.n, "text")
                n, grown = line.n, grown.append(outcome_leaf(line.outcome))
        head = tx.log.head(scope)
        if head is None or (head.size, head.frontier) != (n, grown.pack()):
            yield Fault(scope, n, "tree")


def lost_files(tx: Transaction, vault: FileVault) -> Iterator[AttachmentRow]:
    """Yield the attachments that the record names and whose sealed files are not there.

    The database and the files travel to another site by different ways: one may be ahead.
    """
    case_no = sha256 = ""
    while rows := tx.files.after(case_no, sha256, _PAGE):
        yield from (row for row in rows if not vault.has(row.file))
        case_no, sha256 = rows[-1].case_no, rows[-1].sha256


def _is_as_signed(line: LogRow) -> bool:
    """Say whether a line's texts are those that its leaf names."""
    try:
        outcome = read_outcome(line.outcome)
    except ReaderError:
        return False
    named = (outcome.scope, outcome.n, outcome.eh, outcome.body)
    return named == (line.scope, line.n, hash_text(line.jws), body_hash(line.body))
