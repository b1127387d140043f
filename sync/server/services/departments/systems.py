"""Which department's system calls: by the key of the certificate that policy names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sync.proof import certificates
from sync.proof.certificates import TrustAnchors, x5t_of
from sync.proof.keys import jwk_of, thumbprint
from sync.protocol.codec import b64u_decode
from sync.protocol.errors import WireError
from sync.server.services.rows.devices import DeviceHead

if TYPE_CHECKING:
    from sync.domain.department_systems import System
    from sync.proof.keys import PublicKey
    from sync.proof.tokens import Proven
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy


@dataclass(frozen=True, slots=True)
class Known:
    """A system with its key and that key's name: the `kid` of its steps."""

    system: System
    key: PublicKey
    kid: str


class Systems:
    """Finds systems, and where their chains stand."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def caller(self, proven: Proven) -> Known:
        """Return the system whose key proved a request, if its certificate is good now.

        Raises:
            WireError: system_unknown, system_ended.
            CertificateError: see proof.certificates.check.
        """
        for system in self._policy.book.systems.values():
            key, kid = _key_of(system.cert)
            if kid == proven.jkt:
                self._check(system)
                return Known(system, key, kid)
        raise WireError("wire.system_unknown")

    def _check(self, system: System) -> None:
        now = self._clock.now()
        if system.ended_at is not None and now >= system.ended_at:
            raise WireError("wire.system_ended")
        der, full = b64u_decode(system.cert), self._policy.anchors()
        anchors = TrustAnchors(
            full.cas, full.crls, full.revoked, {x5t_of(der): system.id}, full.crl_required
        )
        certificates.check([der], "login", now, anchors)

    @staticmethod
    def head(tx: Transaction, system: System) -> DeviceHead:
        """Return where a system's chain stands; it begins at its certificate's name."""
        start = DeviceHead(system.dev, system.inc, 0, x5t_of(b64u_decode(system.cert)))
        return tx.devices.head(system.dev, system.inc) or start


@lru_cache(maxsize=1024)
def _key_of(cert: str) -> tuple[PublicKey, str]:
    key = certificates.p256_of(b64u_decode(cert))
    return key, thumbprint(jwk_of(key))
