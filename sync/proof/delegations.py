"""Sessions (proof.md §4): the card's leave to a key in memory, and the device's word for it.

One card signature (9A) both logs in and delegates: it carries the centre's nonce. Without the line
the nonce is null and a lease stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.proof import certificates
from sync.proof.events import SessionView
from sync.proof.failures import ProofError
from sync.proof.jws import Kid, X5t, hash_text, known, open_form, read_logged_form, sign_form
from sync.proof.keys import jwk_of, public_of, thumbprint
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import ReaderError
from sync.protocol.limits import DELEGATION_MS
from sync.protocol.records import Delegation, DeviceProof

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sync.proof.certificates import CardIdentity, TrustAnchors
    from sync.proof.keys import PublicKey, SigningKey


@dataclass(frozen=True, slots=True)
class Login:
    """What opens a session: the three texts that the window sends, and its first event carries."""

    dlg: str
    devproof: str
    chain: tuple[str, ...]

    def body(self) -> dict[str, Any]:
        """Return the content of the session.open event."""
        return {"dlg": self.dlg, "devproof": self.devproof, "chain": list(self.chain)}

    @classmethod
    def of_body(cls, body: Mapping[str, Any]) -> Login:
        """Read what a session.open event carries.

        Raises:
            ReaderError: reader.members.
        """
        dlg, proof, chain = body.get("dlg"), body.get("devproof"), body.get("chain")
        if not (isinstance(dlg, str) and isinstance(proof, str) and isinstance(chain, list)):
            raise ReaderError("reader.members")
        if not all(isinstance(text, str) for text in chain):
            raise ReaderError("reader.members")
        return cls(dlg, proof, tuple(chain))


@dataclass(frozen=True, slots=True)
class Session(SessionView):
    """A verified login: the delegation, the session's key, and whose card it was."""

    card: CardIdentity


def make_login(
    delegation: Delegation, chain: Sequence[bytes], card: SigningKey, device: SigningKey
) -> Login:
    """Have card and device sign a delegation.

    Args:
        delegation: the payload; its person is the one of the certificate.
        chain: DER of the card's 9A certificate and any between it and an authority.
        card: the card's 9A slot (card lane).
        device: the device's key.

    Raises:
        ProofError: delegation_length when it would last longer than twelve hours.
    """
    _check_span(delegation)
    dlg = sign_form(delegation, X5t(certificates.x5t_of(chain[0])), card)
    proof = DeviceProof(
        aud=delegation.aud,
        dlg=hash_text(dlg),
        dev=delegation.dev,
        inc=delegation.inc,
        seq0=delegation.seq0,
        head0=delegation.head0,
    )
    devproof = sign_form(proof, Kid(delegation.djk), device)
    return Login(dlg, devproof, tuple(b64u_encode(der) for der in chain))


def verify_login(
    login: Login,
    aud: str,
    device: Callable[[Delegation], PublicKey | None],
    at: datetime | Callable[[Delegation], datetime],
    anchors: TrustAnchors,
) -> Session:
    """Verify delegation, certificate and device proof together.

    Whether the nonce was given to this login, the lease is known, head0 is the device's, and what
    the person may do, is for the caller to judge from its own records.

    Args:
        login: the three texts.
        aud: this centre's id.
        device: finds the registered key of the device that the delegation, by then verified,
            names; None if there is none.
        at: the moment for which the certificate must be good, or how to tell it from the signed
            delegation: a session opened without the line arrives long after.
        anchors: authorities, lists, roster.

    Raises:
        CertificateError: as `certificates.check` for purpose "login".
        ReaderError: the form of either record.
        ProofError: audience, delegation_person, delegation_key, delegation_length,
            delegation_nonce, device_foreign.
    """
    chain = certificates.read_chain(login.chain)
    key = known(certificates.p256_of(chain[0]), certificates.x5t_of(chain[0]))
    delegation, _ = open_form(login.dlg, Delegation, key)
    moment = at(delegation) if callable(at) else at
    card = certificates.check(chain, "login", moment, anchors)
    if delegation.aud != aud:
        raise ProofError("proof.audience")
    if delegation.person != card.person:
        raise ProofError("proof.delegation_person")
    _check_span(delegation)
    if delegation.nonce is None and delegation.lease is None:
        raise ProofError("proof.delegation_nonce")
    registered = device(delegation)
    if registered is None:
        raise ProofError("proof.device_foreign")
    kid = hash_text(login.dlg)
    _check_device(login.devproof, delegation, kid, registered)
    return Session(kid, delegation, public_of(delegation.spk), card)


def read_device_proof(text: str, device: Callable[[DeviceProof], PublicKey | None]) -> DeviceProof:
    """Verify a device's word for a login by itself: that the device sends it, and no more.

    Args:
        text: the login's device proof.
        device: finds the registered key of the device that it names; None if there is none.

    Raises:
        ReaderError: its form or signature. ProofError: device_foreign.
    """
    key = device(read_logged_form(text, DeviceProof)[0])
    if key is None:
        raise ProofError("proof.device_foreign")
    proof, _ = open_form(text, DeviceProof, known(key, thumbprint(jwk_of(key))))
    return proof


def _check_span(delegation: Delegation) -> None:
    if not delegation.iat < delegation.exp <= delegation.iat + DELEGATION_MS:
        raise ProofError("proof.delegation_length")


def _check_device(text: str, delegation: Delegation, kid: str, device: PublicKey) -> None:
    djk = thumbprint(jwk_of(device))
    if delegation.djk != djk:
        raise ProofError("proof.delegation_key")
    proof, _ = open_form(text, DeviceProof, known(device, djk))
    same = all(
        getattr(proof, name) == getattr(delegation, name)
        for name in ("aud", "dev", "inc", "seq0", "head0")
    )
    if not same or proof.dlg != kid:
        raise ProofError("proof.device_foreign")
