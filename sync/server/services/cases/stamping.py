"""Certificates get an authority's time: kept to be stamped with their seal, stamped afterwards.

What a card seals at a window says whose seal it is, not when: without the line nobody else's
clock is there. The centre adds the time as a second revision of the paper (PAdES B-B → B-T). It
is an attachment of the case by its own hash, linked to the first, whose bytes it begins with; the
seal's event names the first, for ever. Stamped once at least: a centre that dies in between asks
the authority again.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Protocol

import structlog

from sync.domain.events import Kind
from sync.domain.failures import Failure, FailureKind
from sync.protocol.errors import WireError
from sync.server.clock import milliseconds
from sync.server.services.rows.files import AttachmentRow, StampRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sync.domain.case import Case
    from sync.server.clock import Clock
    from sync.server.services.cases.attaching import Attaching
    from sync.server.services.entry.callers import Caller
    from sync.server.services.ports.files import FileVault
    from sync.server.services.ports.ledger import Ledger, Transaction
    from sync.server.services.rows.log import LogRow

PDF = "application/pdf"
CENTRE = "centre"
FIRST_MS, LONGEST_MS = 5_000, 3_600_000  # between two tries: doubled each time
TAKEN_MS = 60_000  # whoever took a paper and was never heard of again: it is taken by another
SLICE = 20

log = structlog.get_logger(__name__)


class TimeStamps(Protocol):
    """The line to an authority."""

    def ask(self, request: bytes) -> bytes:
        """Send a DER TimeStampReq, return the answer; blocks for seconds at most.

        Raises:
            OSError: no answer.
        """

    def hang_up(self) -> None:
        """Break off a question that is being asked."""


def keep_unstamped(tx: Transaction, after: Case, line: LogRow, now: int) -> None:
    """Put a certificate that a step sealed among those that want a stamp.

    Args:
        tx: the unit that writes the line.
        after: the case as the line left it.
        line: the step's place in the log.
        now: ms.
    """
    made = after.certificate
    if line.kind == Kind.SEAL and made is not None and made.document is not None:
        tx.stamps.want(StampRow(after.number, made.document, now, 0, now))


def find_stamped(
    attaching: Attaching, tx: Transaction, caller: Caller, case_no: str, sha256: str
) -> AttachmentRow:
    """Return where the stamped revision of a certificate lies.

    Raises:
        WireError: case_forbidden; attachment_missing while there is none.
    """
    attaching.require_sight(tx, caller, case_no)
    row = tx.stamps.get(case_no, sha256)
    if row is None or row.stamped is None:
        raise WireError("wire.attachment_missing")
    return attaching.find(tx, caller, case_no, row.stamped)


class Stamper:
    """Stamps what waits.

    Args:
        ledger: where it waits.
        clock: the centre's.
        vault: where the papers lie.
        line: to the authority.
        trust: DER certificates of the roots that the authority's must lead to.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        vault: FileVault,
        line: TimeStamps,
        trust: Sequence[bytes],
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._vault = vault
        self.line = line
        self._trust = trust

    async def stamp_waiting(self) -> int:
        """Stamp what waits and is here; return how many papers were stamped."""
        now = self._clock.now_ms()
        if not await self._ledger.read(lambda tx: tx.stamps.waiting(now)):
            return 0
        taken = await self._ledger.write(lambda tx: tx.stamps.take(now, now + TAKEN_MS, SLICE))
        return sum([await self._stamp(row, file) for row, file in taken])

    async def _stamp(self, row: StampRow, file: str) -> bool:
        try:
            # A thread of its own: an authority that stalls must not hold up the readers.
            stamped, told = await asyncio.to_thread(self._revised, row, file)
        except (OSError, Failure) as failure:
            await self._put_off(row, failure)
            return False
        sha256 = hashlib.sha256(stamped).hexdigest()
        kept = await self._ledger.crunch(lambda: self._vault.keep(sha256, stamped))
        now = self._clock.now_ms()
        paper = AttachmentRow(row.case_no, sha256, len(stamped), PDF, CENTRE, CENTRE, now, kept)

        def settle(tx: Transaction) -> None:
            tx.files.add(paper)
            tx.stamps.settle(row, sha256, told)

        await self._ledger.write(settle)
        log.info("certificate stamped", case=row.case_no, sha256=sha256)
        return True

    def _revised(self, row: StampRow, file: str) -> tuple[bytes, int]:
        from sync.server.services.cases.timestamp import stamp  # noqa: PLC0415  half a second

        pdf = self._vault.fetch(file, row.sha256)
        stamped, told = stamp(pdf, self.line.ask, self._trust, self._clock.now())
        return stamped, milliseconds(told)

    async def _put_off(self, row: StampRow, failure: Exception) -> None:
        """Try again later, ever later; never, where the paper itself cannot be stamped."""
        hopeless = isinstance(failure, Failure) and failure.kind is not FailureKind.RETRIABLE
        after = min(FIRST_MS * 2 ** min(row.tries, 20), LONGEST_MS)
        upcoming = None if hopeless else self._clock.now_ms() + after
        await self._ledger.write(lambda tx: tx.stamps.put_off(row, upcoming))
        said = failure.code if isinstance(failure, Failure) else type(failure).__name__
        log.warning("certificate not stamped", case=row.case_no, why=said, again=upcoming)
