"""A device claims its invitation: the printed code once, a key of its own, one line of policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.proof.enrolment import code_hash, read_enrolment
from sync.proof.failures import ProofError
from sync.proof.policy import SCOPE
from sync.protocol.errors import WireError
from sync.protocol.messages import EnrolAnswer

if TYPE_CHECKING:
    from sync.protocol.records import Enrolment
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.scopes import Scopes
    from sync.server.services.rows.log import LogRow


class Enrolling:
    """Takes claims."""

    def __init__(self, policy: Policy, scopes: Scopes, clock: Clock) -> None:
        self._policy = policy
        self._scopes = scopes
        self._clock = clock

    def claim(self, tx: Transaction, text: str) -> LogRow:
        """Log a claim; the same claim again finds what it made.

        Raises:
            ReaderError: the form. ProofError: audience, delegation_key.
            WireError: enrol_code, enrol_expired, enrol_used.
        """
        claim, record = read_enrolment(text)
        device = self._policy.trust.device(claim.dev, claim.inc)
        if device is not None:
            if device.jwk != claim.jwk:
                raise WireError("wire.enrol_used")
            return self._again(tx, claim)
        self._refuse_late(claim)
        try:
            return self._policy.append(tx, record)
        except ProofError as error:
            if error.code == "proof.enrol_code":
                raise WireError("wire.enrol_code") from error
            raise

    def answer(self, tx: Transaction, row: LogRow) -> EnrolAnswer:
        """Return what the window needs to begin its chain."""
        return EnrolAnswer(
            dev=row.dev,
            inc=row.inc,
            n=row.n,
            prev=row.hash,
            receipt=self._scopes.receipt(tx, row),
        )

    def _refuse_late(self, claim: Enrolment) -> None:
        invited = self._policy.book.devices.get(claim.dev)
        if invited is None or invited.code != code_hash(claim.code):
            raise WireError("wire.enrol_code")
        if self._clock.now() > invited.until:
            raise WireError("wire.enrol_expired")

    @staticmethod
    def _again(tx: Transaction, claim: Enrolment) -> LogRow:
        for key in tx.log.by_seq(claim.dev, claim.inc, 0):
            row = tx.log.at(SCOPE, key.n) if key.scope == SCOPE else None
            if row is not None:
                return row
        raise WireError("wire.enrol_used")
