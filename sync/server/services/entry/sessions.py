"""Sessions: which card vouched for which key, on which device, for how long (proof.md §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sync.proof.certificates import CardIdentity
from sync.proof.delegations import Login, Session, verify_login
from sync.proof.failures import ProofError
from sync.proof.jws import hash_text, read_logged_jws
from sync.proof.keys import public_of
from sync.proof.lease import person_in
from sync.protocol.records import DELEGATION, LEASE, Delegation, Lease, read_form
from sync.server.clock import moment
from sync.server.services.rows.sessions import DelegationRow
from sync.typed import from_json

if TYPE_CHECKING:
    from sync.proof.keys import PublicKey
    from sync.server.clock import Clock
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

_MOST_KNOWN = 4096


class Sessions:
    """Verified delegations, kept by their hash; what was verified once is not verified again."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._known: dict[str, Session] = {}

    def find(self, tx: Transaction, kid: str) -> Session | None:
        """Return the session of a delegation's hash.

        Only what is there to stay is remembered: a unit that writes may be undone, and the session
        that it began, or that another unit of its group did, with it.
        """
        if (known := self._known.get(kid)) is not None:
            return known
        row = tx.sessions.delegation(kid)
        if row is None:
            return None
        delegation = read_form(read_logged_jws(row.jws, DELEGATION).payload, Delegation)
        card = from_json(row.card, CardIdentity)
        session = Session(kid, delegation, public_of(delegation.spk), card)
        if not tx.committed:
            return session
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[kid] = session
        return session

    def verify(self, login: Login, arrival: int) -> Session:
        """Verify what opens a session, as of the time it names (never later than its arrival).

        Revocation is left to whoever knows the interval: an offline session is opened long
        before it arrives.

        Raises:
            ReaderError, CertificateError, ProofError: see proof.delegations.verify_login.
            WireError: device_unknown, device_closed.
        """
        claimed = read_form(read_logged_jws(login.dlg, DELEGATION).payload, Delegation)
        at = moment(min(claimed.iat, arrival))
        return verify_login(
            login, self._policy.aud, self._device_key, at, self._policy.bare_anchors()
        )

    def _device_key(self, delegation: Delegation) -> PublicKey:
        return self._policy.device(delegation.dev, delegation.inc).public

    def keep(self, tx: Transaction, session: Session, login: Login) -> None:
        """Keep a verified delegation; twice the same is once."""
        delegation = session.delegation
        tx.sessions.add_delegation(
            DelegationRow(
                hash=session.kid,
                jws=login.dlg,
                chain=msgspec.json.encode(login.chain).decode(),
                person=delegation.person,
                x5t=session.card.x5t,
                dev=delegation.dev,
                inc=delegation.inc,
                seq0=delegation.seq0,
                head0=delegation.head0,
                spk=msgspec.json.encode(delegation.spk).decode(),
                card=msgspec.json.encode(session.card).decode(),
                iat=delegation.iat,
                exp=delegation.exp,
                seen=self._clock.now_ms(),
            )
        )

    def opening(self, tx: Transaction, login: Login, kid: str, arrival: int) -> Session:
        """Return the session that a session.open event opens; it may have logged in before or not.

        Without a login before, there was no line: then a lease must stand for the nonce.

        Raises:
            ProofError: session_order when the body opens another session than the event's;
                delegation_nonce when neither login nor lease vouches for it.
        """
        if hash_text(login.dlg) != kid:
            raise ProofError("proof.session_order")
        if (known := self.find(tx, kid)) is not None:
            return known
        session = self.verify(login, arrival)
        self.require_lease(tx, session)
        return session

    @staticmethod
    def require_lease(tx: Transaction, session: Session) -> None:
        """Hold a session that was opened without the line against the lease that it names.

        Its times are the window's claims; what bounds them is the interval of each event.

        Raises:
            ProofError: delegation_nonce when it has a nonce that nobody saw; or names no lease, one
                of another device, one that was over, or one without this person and card.
        """
        delegation = session.delegation
        row = None
        if delegation.nonce is None and delegation.lease is not None:
            row = tx.leases.by_hash(delegation.lease)
        if row is None or (row.dev, row.inc) != (delegation.dev, delegation.inc):
            raise ProofError("proof.delegation_nonce")
        lease = read_form(read_logged_jws(row.jws, LEASE).payload, Lease)
        lent = person_in(lease, delegation.person, session.card.x5t, delegation.iat)
        if lent is None or delegation.iat >= lease.exp:
            raise ProofError("proof.delegation_nonce")

    @staticmethod
    def contact(tx: Transaction, session: Session) -> int | None:
        """Return when a session that was opened without the line was first heard of, ms.

        None for any other, and for one that is being heard of now.
        """
        if session.delegation.nonce is not None:
            return None
        row = tx.sessions.delegation(session.kid)
        return None if row is None else row.seen
