"""Who calls: a window with a session's token, or an enrolled device before anybody logged in.

Every request proves its key, its address, its body and its newness (proof.md §7, RFC 9449); what
it may do is looked up in policy each time, never kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.proof.failures import ProofError
from sync.proof.tokens import Nonces, Request, TokenRecord, check_token, token_hash, verify_proof
from sync.protocol.errors import ReaderError, WireError

if TYPE_CHECKING:
    from sync.proof.tokens import Proven
    from sync.server.clock import Clock
    from sync.server.services.entry.once import Once
    from sync.server.services.entry.sessions import Sessions
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is; `person` and `dlg` are "" for a device without a session."""

    dev: str
    inc: int
    hall: str
    jkt: str
    person: str = ""
    dlg: str = ""
    token: str = ""  # its hash
    exp: int = 0
    offline: bool = False  # opened without the line: it may push its outbox and pull, no more

    def require_fresh(self) -> None:
        """Refuse what a session that was opened without the line may not ask (proof.md §4).

        Raises:
            WireError: fresh_login.
        """
        if self.offline:
            raise WireError("wire.fresh_login")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request showed of itself: the two headers, and what they are about."""

    method: str
    url: str
    body: bytes
    authorization: str | None
    proof: str | None


_SCHEME = "DPoP "
#: Answers that a repeated request would get anyway: repeating them does no harm (proof.md §7).
REPEATABLE = (
    "/v1/push",
    "/v1/pull",
    "/v1/queue/look",
    "/v1/bookings/look",
    "/v1/filings/look",
    "/v1/letters/look",
    "/v1/backups/look",
)


class Callers:
    """Finds out who calls."""

    def __init__(
        self, policy: Policy, sessions: Sessions, clock: Clock, nonces: Nonces, once: Once
    ) -> None:
        self._policy = policy
        self._sessions = sessions
        self._clock = clock
        self._nonces = nonces
        self._once = once

    def nonce(self) -> str:
        """Return the nonce that goes out with every answer."""
        return self._nonces.make(self._clock.now_ms())

    def prove(self, shown: Shown) -> tuple[Proven, str | None]:
        """Verify the proof of a request; return it and the token that came along, if any.

        Raises:
            WireError: proof_missing, use_dpop_nonce, proof_invalid.
        """
        if shown.proof is None:
            raise WireError("wire.proof_missing")
        token = None
        if shown.authorization is not None:
            if not shown.authorization.startswith(_SCHEME):
                raise WireError("wire.token_unknown")
            token = shown.authorization.removeprefix(_SCHEME)
        request = Request(shown.method, shown.url, shown.body, token)
        try:
            proven = verify_proof(shown.proof, request, self._nonces, self._clock.now_ms())
        except ProofError as error:
            if error.code in {"proof.nonce_form", "proof.nonce_old"}:
                raise WireError("wire.use_dpop_nonce") from error
            raise WireError("wire.proof_invalid", why=error.code) from error
        except ReaderError as error:
            raise WireError("wire.proof_invalid", why=error.code) from error
        return proven, token

    def use(self, tx: Transaction, proven: Proven) -> None:
        """Use a proof up, at every process of the centre; needs a writing unit.

        Only for a known caller: strangers must not make the centre write.

        Raises:
            WireError: proof_replayed.
        """
        self._once.use(tx, proven)

    def session(
        self, tx: Transaction, proven: Proven, token: str | None, *, expired: bool = False
    ) -> Caller:
        """Return the caller behind a token.

        Args:
            tx: any unit.
            proven: the request's proof.
            token: as it came.
            expired: take one that has run out: for its renewal, which the key alone earns.

        Raises:
            WireError: token_unknown, token_foreign, token_expired, device_unknown,
                device_closed, person_unknown.
        """
        row = None if token is None else tx.sessions.token(token_hash(token))
        if row is None:
            raise WireError("wire.token_unknown")
        record = TokenRecord(row.hash, row.jkt, row.dev, row.dlg, row.exp)
        check_token(record, proven.jkt, 0 if expired else self._clock.now_ms())
        device = self._policy.device(row.dev, row.inc)
        if row.person not in self._policy.book.roster:
            raise WireError("wire.person_unknown")
        session = self._sessions.find(tx, row.dlg)
        return Caller(
            dev=row.dev,
            inc=row.inc,
            hall=device.hall,
            jkt=row.jkt,
            person=row.person,
            dlg=row.dlg,
            token=row.hash,
            exp=row.exp,
            offline=session is not None and session.delegation.nonce is None,
        )

    def device(self, proven: Proven) -> Caller:
        """Return the enrolled device that has the proof's key.

        Raises:
            WireError: device_unknown, device_closed.
        """
        found = self._policy.trust.device_by_key(proven.jkt)
        if found is None:
            raise WireError("wire.device_unknown")
        device = self._policy.device(found.dev, found.inc)
        return Caller(device.dev, device.inc, device.hall, proven.jkt)
