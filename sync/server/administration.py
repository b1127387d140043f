"""Policy from the command line: two administrators' cards sign, the centre logs.

In a demonstration the cards are files (JSON, see the demonstration's authority). Real cards sign
sheets (sync.proof.sheets), at whatever window their reader is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.domain.failures import Failure
from sync.proof import sheets
from sync.proof.certificates import x5t_of
from sync.proof.keys import SoftwareKey
from sync.protocol.errors import ReaderError

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
        sheet = sheets.draw(self._policy.next_event(tx), self._clock.now_ms(), [(kind, body)])
        for seat in self._seats:
            sheet = sheets.sign(sheet, seat.x5t, seat.key)
        return sheets.records(sheet)[0]


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
