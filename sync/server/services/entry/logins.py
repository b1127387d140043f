"""Logging in: a nonce, one card signature, one device signature; a token bound to the session key.

The signature that logs in is the delegation itself (proof.md §4). Passwords do not exist. A
session that was opened without the line has no nonce: its lease stands for it, and its token serves
to push the outbox and to pull, no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.failures import Failure
from sync.proof import certificates
from sync.proof.delegations import read_device_proof
from sync.proof.failures import ProofError
from sync.proof.keys import new_bytes, thumbprint
from sync.proof.tokens import token_hash
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import WireError
from sync.protocol.limits import LOGIN_NONCE_MS, TOKEN_MS
from sync.protocol.messages import LoginAnswer, LoginNonceAnswer, TokenAnswer
from sync.server.clock import moment
from sync.server.services.rows.sessions import TokenRow

if TYPE_CHECKING:
    from sync.proof.delegations import Login, Session
    from sync.proof.keys import PublicKey
    from sync.protocol.records import Delegation, DeviceProof
    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.entry.sessions import Sessions
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

_NONCE = "login"
_GRACE_MS = 60_000


class Logins:
    """Opens and ends sessions at the centre."""

    def __init__(self, policy: Policy, sessions: Sessions, clock: Clock) -> None:
        self._policy = policy
        self._sessions = sessions
        self._clock = clock

    def nonce(self, tx: Transaction, dev: str, jkt: str) -> LoginNonceAnswer:
        """Give out a nonce for one login of one key on one device.

        Raises:
            WireError: device_unknown, device_closed.
        """
        self._policy.device(dev)
        now = self._clock.now_ms()
        tx.sessions.sweep(now)
        nonce, exp = b64u_encode(new_bytes(32)), now + LOGIN_NONCE_MS
        tx.sessions.add_nonce(_NONCE, nonce, f"{dev} {jkt}", exp)
        return LoginNonceAnswer(nonce, exp)

    def knows(self, dev: str) -> bool:
        """Say whether a device is enrolled, in whatever incarnation."""
        return self._policy.trust.device(dev) is not None

    def sender(self, login: Login) -> str:
        """Return the enrolled device that sends a login, by its own signature; "" for nobody."""
        try:
            return read_device_proof(login.devproof, self._device_key).dev
        except Failure:
            return ""

    def _device_key(self, proof: DeviceProof) -> PublicKey | None:
        device = self._policy.trust.device(proof.dev, proof.inc)
        return None if device is None else device.public

    def log_in(self, tx: Transaction, login: Login) -> LoginAnswer:
        """Verify a login and give out its token.

        Raises:
            ReaderError, CertificateError, ProofError: what is wrong with it.
                delegation_nonce when neither a nonce nor a lease vouches for it.
            WireError: login_nonce, device_unknown, device_closed, person_unknown, person_no_rights.
        """
        now = self._clock.now_ms()
        session = self._sessions.verify(login, now)
        delegation = session.delegation
        self._policy.device(delegation.dev, delegation.inc)
        jkt = thumbprint(delegation.spk)
        if delegation.nonce is None:
            self._sessions.require_lease(tx, session)
        else:
            self._use_nonce(tx, delegation, jkt, now)
        self._check_now(session, now)
        scopes = self._scopes_of(delegation.person)
        self._sessions.keep(tx, session, login)
        token, exp = self._token(tx, session, now)
        return LoginAnswer(
            token=token,
            exp=exp,
            dlg=session.kid,
            scopes=sorted({*scopes, f"hall/{self._policy.device(delegation.dev).hall}", "policy"}),
            roles=sorted({role for roles in scopes.values() for role in roles}),
        )

    def renew(self, tx: Transaction, caller: Caller) -> TokenAnswer:
        """Give out the next token of a session; the former one ends within a minute.

        Not at once: an answer that is lost must not cost a card signature.

        Raises:
            WireError: session_ended.
        """
        session = self._sessions.find(tx, caller.dlg)
        now = self._clock.now_ms()
        if session is None or now >= session.delegation.exp:
            raise WireError("wire.session_ended")
        self._check_now(session, now)
        tx.sessions.shorten_tokens(caller.dlg, now + _GRACE_MS)
        return TokenAnswer(*self._token(tx, session, now))

    def log_out(self, tx: Transaction, caller: Caller) -> None:
        """End a session's tokens and the browsers that it opened."""
        tx.sessions.drop_tokens(caller.dlg)
        tx.console.drop_sessions(caller.dlg)

    # ------------------------------------------------------------ parts

    @staticmethod
    def _use_nonce(tx: Transaction, delegation: Delegation, jkt: str, now: int) -> None:
        held = tx.sessions.take_nonce(_NONCE, delegation.nonce or "")
        if held is None or held[0] != f"{delegation.dev} {jkt}" or held[1] < now:
            raise WireError("wire.login_nonce")

    def _check_now(self, session: Session, now: int) -> None:
        """Hold the card against what is known now: revocations and lists included."""
        delegation = session.delegation
        if not delegation.iat - TOKEN_MS <= now < delegation.exp:
            raise ProofError("proof.delegation_length")
        certificates.check([session.card.certificate], "login", moment(now), self._policy.anchors())

    def _scopes_of(self, person: str) -> dict[str, frozenset[str]]:
        if person not in self._policy.book.roster:
            raise WireError("wire.person_unknown")
        roles = self._policy.roles(person)
        if not roles:
            raise WireError("wire.person_no_rights")
        return roles

    def _token(self, tx: Transaction, session: Session, now: int) -> tuple[str, int]:
        delegation = session.delegation
        token, exp = b64u_encode(new_bytes(32)), min(now + TOKEN_MS, delegation.exp)
        tx.sessions.add_token(
            TokenRow(
                hash=token_hash(token),
                dev=delegation.dev,
                inc=delegation.inc,
                jkt=thumbprint(delegation.spk),
                dlg=session.kid,
                person=delegation.person,
                exp=exp,
            )
        )
        return token, exp
