"""Anchors: the centre's time over a device's head, kept with the request that it answers.

What is kept is what counts later (proof.md §5), so a head that cannot be this device's is
answered, but never kept as if it were: it is evidence of a fork.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.proof.anchors import answer, read_request
from sync.proof.failures import ProofError
from sync.proof.jws import hash_text
from sync.protocol.limits import ANCHOR_EVERY_MS
from sync.server.services.record.findings import note_seldom
from sync.server.services.rows.devices import AnchorRow

if TYPE_CHECKING:
    from sync.proof.jws import Header
    from sync.proof.keys import PublicKey, SoftwareKey
    from sync.protocol.records import AnchorRequest
    from sync.server.clock import SigningClock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.entry.sessions import Sessions
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

MOST_ANCHORS = 8  # kept over one head in the time in which a window asks for one
MOST_AHEAD = 2000  # kept over heads that are not here yet: every push reads them all


class Anchoring:
    """Answers anchor requests."""

    def __init__(
        self, policy: Policy, sessions: Sessions, key: SoftwareKey, clock: SigningClock
    ) -> None:
        self._policy = policy
        self._sessions = sessions
        self._key = key
        self._clock = clock

    def read(self, tx: Transaction, caller: Caller, text: str) -> AnchorRequest:
        """Verify a request as the caller's own.

        Raises:
            ReaderError: the form. ProofError: audience, device_foreign.
        """

        def resolve(header: Header) -> PublicKey | None:
            device = self._policy.device(caller.dev, caller.inc)
            if header.kid == device.djk:
                return device.public
            session = self._sessions.find(tx, header.kid or "")
            if session is None or session.delegation.dev != caller.dev:
                return None
            return session.key

        request, _ = read_request(text, resolve)
        if request.aud != self._policy.aud:
            raise ProofError("proof.audience")
        if (request.dev, request.inc) != (caller.dev, caller.inc):
            raise ProofError("proof.device_foreign")
        return request

    def answer(self, tx: Transaction, caller: Caller, text: str) -> str:
        """Verify a request, sign the centre's time over its head, keep both.

        Raises:
            ReaderError, ProofError: see `read`.
        """
        request = self.read(tx, caller, text)
        now = self._clock.now_ms()
        last = tx.devices.last_anchor(request.dev, request.inc)
        t = now if last is None else max(now, last.t)
        self._clock.signed(t)
        jws = answer(request, t, self._key, self._key.thumbprint)
        known = tx.log.by_seq(request.dev, request.inc, request.seq)
        if known and all(key.hash != request.head for key in known):
            note_seldom(
                tx,
                "anchor_fork",
                now,
                dev=request.dev,
                scope=f"device/{request.dev}",
                seq=request.seq,
                hash=request.head,
            )
            return jws
        if not self._is_flood(tx, request, t) and (known or not self._is_crowd(tx, request)):
            tx.devices.add_anchor(
                AnchorRow(
                    hash_text(jws),
                    request.dev,
                    request.inc,
                    request.seq,
                    request.head,
                    t,
                    text,
                    jws,
                )
            )
        return jws

    @staticmethod
    def _is_flood(tx: Transaction, request: AnchorRequest, t: int) -> bool:
        """Say whether one head had more anchors of late than any honest window asks for.

        Whatever a window may cite is kept: pushes, pulls and heartbeats meet within moments.
        """
        kept = tx.devices.anchors_since(request.dev, request.inc, request.seq, t - ANCHOR_EVERY_MS)
        return kept >= MOST_ANCHORS

    @staticmethod
    def _is_crowd(tx: Transaction, request: AnchorRequest) -> bool:
        """Say whether more anchors wait for events of this chain than a day off the line brings.

        A chain that is as far as its anchors has none that wait; numbers can be made up for ever.
        """
        head = tx.devices.head(request.dev, request.inc)
        end = 0 if head is None else head.seq
        return tx.devices.anchors_ahead(request.dev, request.inc, end) >= MOST_AHEAD
