"""What a well-formed record can still be refused for: one code each, in three families.

    Failure
    ├── ReaderError       sync.protocol: the form itself
    ├── CertificateError  a card's certificate is not good for this, now
    └── ProofError        the record is well signed, but not by, for, or after what it claims

The sentence of each code stands in the message catalogues under `error.<code>`, the remedy under
`error.<code>.do`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Mapping

CERTIFICATE_CODES: Mapping[str, str] = MappingProxyType(
    {
        "certificate.unreadable": "not an X.509 certificate, or not a chain of at most four",
        "certificate.unknown_issuer": "no path to a certificate authority of the policy",
        "certificate.issuer_expired": "the authority's own certificate is not valid at that time",
        "certificate.not_yet_valid": "used before its first day",
        "certificate.expired": "used after its last day",
        "certificate.wrong_usage": "its key usage does not allow this act",
        "certificate.weak_key": "neither P-256 nor RSA of 2048 bits or more, or signed by SHA-1",
        "certificate.not_p256": "an RSA key where this wire takes P-256 only",
        "certificate.foreign": "the authority is ours, the person is not in the roster",
        "certificate.revoked": "revoked at or before that time",
        "certificate.crl_stale": "the list of revoked certificates is missing or past its day",
        "certificate.crl_invalid": "a list of revoked certificates that its authority did not sign",
    }
)

PROOF_CODES: Mapping[str, str] = MappingProxyType(
    {
        "proof.audience": "made for another centre",
        "proof.body_differs": "the body is not the one whose hash the envelope carries",
        "proof.act_differs": "the card's signature belongs to another event",
        "proof.act_missing": "this step needs the card's own signature",
        "proof.act_foreign": "the card's signature is another person's",
        "proof.device_foreign": "made on another device, or in another incarnation of it",
        "proof.scope_outside": "in a scope that the delegation does not cover",
        "proof.session_order": "the session does not begin with its opening, or not at its place",
        "proof.anchor_missing": "no anchor is cited",
        "proof.chain_broken": "does not follow the event before it",
        "proof.chain_gap": "an event before it is missing",
        "proof.fork": "two events of one device under one number",
        "proof.delegation_length": "longer than twelve hours, or ends before it begins",
        "proof.delegation_nonce": "not the nonce of this login, or neither nonce nor lease",
        "proof.delegation_person": "another person than the card's",
        "proof.delegation_key": "not the device's registered key",
        "proof.anchor_unasked": "answers no request that is open",
        "proof.anchor_foreign": "an anchor of another device or head",
        "proof.anchor_back": "an anchor earlier than the last one",
        "proof.outcome_differs": "the answer is about another event",
        "proof.receipt_path": "the answer does not stand in the tree it names",
        "proof.centre_fork": "two histories of one scope",
        "proof.log_gap": "a number of the log is missing",
        "proof.policy_signers": "not signed by two different administrators",
        "proof.policy_chain": "does not follow the policy event before it",
        "proof.policy_genesis": "not the beginning that was pinned",
        "proof.policy_kind": "a kind that is not signed by administrators",
        "proof.device_known": "this incarnation of the device is enrolled already",
        "proof.enrol_code": "no open invitation has this code",
        "proof.lease_foreign": "a lease for another device or state",
        "proof.lease_span": "a lease that ends before it begins, or lasts too long",
        "proof.sealed": "what was sealed does not open with this key",
        "proof.nonce_form": "not a nonce of this centre",
        "proof.nonce_old": "a nonce that has run out",
        "proof.request_differs": "the proof is for another request, address, body or token",
    }
)


class CertificateError(Failure):
    """A card's certificate is not good for this, now."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code, FailureKind.REFUSED, **details)


class ProofError(Failure):
    """A well-signed record that is not by, for, or after what it claims."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code, FailureKind.REFUSED, **details)
