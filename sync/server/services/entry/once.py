"""What may be seen once: the ids of request proofs, for as long as their nonce lives.

They stand in a table: every process of the centre takes the nonces of every other, and a proof that
one of them has seen is used up at all of them, after a restart too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.proof.tokens import token_hash
from sync.protocol.errors import WireError
from sync.protocol.limits import PROOF_NONCE_MS, PROOF_SKEW_MS

if TYPE_CHECKING:
    from sync.proof.tokens import Proven
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction

SWEEP_EVERY = 4096
_PROOF = "proof"
# Until no process takes the nonce any more: one that is behind made the row, one ahead sweeps it.
_KEPT_MS = PROOF_NONCE_MS + 2 * PROOF_SKEW_MS


class Once:
    """Proofs that were used."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since_sweep = 0

    def use(self, tx: Transaction, proven: Proven) -> None:
        """Use a proof up.

        Args:
            tx: a unit that writes.
            proven: as it was verified.

        Raises:
            WireError: proof_replayed.
        """
        now = self._clock.now_ms()
        self._since_sweep += 1
        if self._since_sweep >= SWEEP_EVERY:
            self._since_sweep = 0
            tx.sessions.sweep(now)
        name = token_hash(f"{proven.nonce}.{proven.jti}")
        if not tx.sessions.add_nonce(_PROOF, name, proven.jkt, now + _KEPT_MS):
            raise WireError("wire.proof_replayed")
