"""Policy from the command line: two administrators' cards sign, the centre logs.

In a demonstration the cards are files (JSON, see the demonstration's authority). With real cards
the same records come from the administrators' windows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.domain.failures import Failure
from sync.proof.certificates import x5t_of
from sync.proof.events import write_body
from sync.proof.jws import body_hash
from sync.proof.keys import SoftwareKey, new_bytes, new_id
from sync.proof.policy import GENESIS, join_policy, sign_policy
from sync.protocol.errors import ReaderError
from sync.protocol.records import PolicyEvent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sync.proof.keys import SigningKey
    from sync.protocol.records import Record
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy
    from sync.server.services.rows.log import LogRow


@dataclass(frozen=True, slots=True)
class Seat:
    """One administrator at the table: his 9C certificate's name and key."""

    x5t: str
    key: SigningKey = field(repr=False)


class Administrators:
    """Two administrators who sign policy together.

    Args:
        policy: where it is appended.
        clock: the centre's.
        first: one administrator.
        second: another person.
    """

    def __init__(self, policy: Policy, clock: Clock, first: Seat, second: Seat) -> None:
        self._policy = policy
        self._clock = clock
        self._seats = (first, second)

    def enact(self, tx: Transaction, kind: str, body: Mapping[str, Any]) -> LogRow:
        """Sign one policy event twice and log it.

        Raises:
            ReaderError, CertificateError, ProofError, DataFailure: see Policy.append.
        """
        return self._policy.append(tx, self.sign(tx, kind, body))

    def sign(self, tx: Transaction, kind: str, body: Mapping[str, Any]) -> Record:
        """Return the record of one policy event, signed by both."""
        aud, seq, prev = self._policy.next_event(tx)
        text = write_body(body, new_bytes(16))
        event = PolicyEvent(
            aud=str(body["aud"]) if kind == GENESIS else aud,
            id=new_id(),
            seq=seq,
            prev=prev,
            kind=kind,
            body=body_hash(text),
            at=self._clock.now_ms(),
            crit=[],
        )
        first, second = (sign_policy(event, seat.x5t, seat.key) for seat in self._seats)
        return join_policy(first, second, text)


def seat_of(path: Path) -> Seat:
    """Read an administrator's card file.

    Raises:
        Failure: centre.card_file.
    """
    try:
        slot = json.loads(path.read_text(encoding="utf-8"))["keys"]["9C"]
        certificate = x509.load_pem_x509_certificate(slot["cert"].encode())
        key = SoftwareKey.from_pkcs8(slot["key"].encode())
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ReaderError) as error:
        raise Failure("centre.card_file", file=path.name) from error
    return Seat(x5t_of(certificate.public_bytes(serialization.Encoding.DER)), key)
