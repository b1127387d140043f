"""Certificates of cards: whose they are, what for, whether good at a moment (proof.md §1, §7).

PIV slots and their key usage: 9A digitalSignature (login), 9C nonRepudiation (decisive steps),
9D keyAgreement (the store's key). The person is the subject's serialNumber (2.5.4.5), the roster
id. Paths are built by `cryptography`'s verifier; usage, person, validity and revocation are looked
at here, because each has its own sentence for the person at the window.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID

from sync.proof.failures import CertificateError
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.limits import CHAIN_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync.proof.keys import PublicKey

#: login: 9A, session delegations. sign: 9C, acts and policy. seal: 9C, PAdES (RSA allowed).
#: agree: 9D, key slots (RSA allowed).
Purpose = Literal["login", "sign", "seal", "agree"]

#: How long login and non-legal work go on, marked, with an outdated list (proof.md §7).
CRL_GRACE = timedelta(hours=24)

#: A hall's authorities and its cards' certificates; what else comes makes place for itself.
CERTIFICATES_KEPT = 256

#: What the library raises for a certificate or list that is broken, or of a kind it lacks.
_BROKEN = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


@dataclass(frozen=True, slots=True)
class Revocation:
    """One revoked certificate: H(issuer's DER) base64url, serial in lower-case hex, from when."""

    ca: str
    serial: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CardIdentity:
    """What a good certificate says; `stale` when the list it was held against is past its day."""

    person: str
    name: str
    x5t: str
    serial: str
    not_after: datetime
    ca: str
    certificate: bytes = field(repr=False)
    stale: bool = False

    @property
    def public(self) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
        """Return the certificate's key: P-256, or RSA for `seal` and `agree` only."""
        key = x509.load_der_x509_certificate(self.certificate).public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            raise CertificateError("certificate.weak_key")
        return key

    @property
    def p256(self) -> PublicKey:
        """Return the key for ES256.

        Raises:
            CertificateError: certificate.not_p256.
        """
        return p256_of(self.certificate)


@dataclass(frozen=True, slots=True)
class TrustAnchors:
    """Whom certificates are held against; build it with `of`.

    With `roster` (certificate thumbprint → person) a certificate must stand in it for its person.
    With `crl_required` a certificate whose issuer has no list is refused as with an outdated one.
    """

    cas: tuple[x509.Certificate, ...]
    crls: tuple[x509.CertificateRevocationList, ...] = ()
    revoked: tuple[Revocation, ...] = ()
    roster: Mapping[str, str] | None = None
    crl_required: bool = False

    @classmethod
    def of(
        cls,
        cas: Iterable[bytes],
        crls: Iterable[bytes] = (),
        revoked: Iterable[Revocation] = (),
        roster: Mapping[str, str] | None = None,
        *,
        crl_required: bool = False,
    ) -> TrustAnchors:
        """Build the anchors from DER.

        Raises:
            CertificateError: unreadable; crl_invalid for a list that none of the authorities
                signed, or that names no day of its next issue.
        """
        authorities = tuple(read_certificate(der) for der in cas)
        lists = tuple(_read_crl(der, authorities) for der in crls)
        return cls(authorities, lists, tuple(revoked), roster, crl_required)


def x5t_of(der: bytes) -> str:
    """Return a certificate's name on the wire: base64url SHA-256 of its DER."""
    return b64u_encode(hashlib.sha256(der).digest())


@lru_cache(maxsize=CERTIFICATES_KEPT)
def read_certificate(der: bytes) -> x509.Certificate:
    """Read a certificate; the same few are read for every record that is followed, so some stay.

    Raises:
        CertificateError: certificate.unreadable.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        # All these are parsed late; a broken one must not surface as some other error further on.
        certificate.public_key()
        _ = certificate.extensions, certificate.subject, certificate.issuer
        _ = certificate.signature_hash_algorithm
        positive = certificate.serial_number > 0
    except _BROKEN as error:
        raise CertificateError("certificate.unreadable") from error
    if not positive:
        raise CertificateError("certificate.unreadable")
    return certificate


def p256_of(der: bytes) -> PublicKey:
    """Return a certificate's key for ES256; the certificate itself is not judged here.

    Raises:
        CertificateError: unreadable, not_p256.
    """
    key = read_certificate(der).public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise CertificateError("certificate.not_p256")


def authority_name(ca: x509.Certificate) -> str:
    """Return an authority's common name, its whole name where it has none: for people."""
    named = ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(named[0].value) if named else ca.subject.rfc4514_string()


def number_of(crl: x509.CertificateRevocationList) -> int:
    """Return a list's number (RFC 5280 §5.2.3); 0 for an authority that counts none."""
    try:
        return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        return 0


def read_chain(texts: Sequence[str]) -> tuple[bytes, ...]:
    """Return the DER of a chain as it stands in a login: the card's own certificate first.

    Raises:
        CertificateError: certificate.unreadable. ReaderError: reader.base64.
    """
    if not 1 <= len(texts) <= CHAIN_MAX:
        raise CertificateError("certificate.unreadable")
    return tuple(b64u_decode(text) for text in texts)


@dataclass(frozen=True, slots=True)
class _Path:
    """What the verifier is asked. Of time it asks alone which of the certificates are in theirs.

    So two moments are the same question where the same certificates hold, and those who sign
    every policy record of a hall are followed to their authority once.
    """

    leaf: x509.Certificate
    between: tuple[x509.Certificate, ...]
    cas: tuple[x509.Certificate, ...]
    hold: tuple[bool, ...]
    moment: datetime = field(compare=False)


def check(
    chain: Sequence[bytes], purpose: Purpose, at: datetime, anchors: TrustAnchors
) -> CardIdentity:
    """Say whose a certificate is, if it is good for the purpose at the moment.

    Args:
        chain: DER, the card's own certificate first, then any between it and an authority.
        purpose: see `Purpose`.
        at: aware moment.
        anchors: authorities, lists, revocations, roster.

    Raises:
        CertificateError: the first that applies of unreadable, weak_key, not_p256,
            unknown_issuer, issuer_expired, foreign, wrong_usage, not_yet_valid, expired, revoked,
            crl_stale.
    """
    if not 1 <= len(chain) <= CHAIN_MAX:
        raise CertificateError("certificate.unreadable")
    leaf, *between = (read_certificate(der) for der in chain)
    _check_key(leaf, purpose)
    path = _path(leaf, between, at, anchors)
    identity = _identity(chain[0], leaf, path[1], anchors.roster)
    _check_usage(leaf, purpose)
    if at < leaf.not_valid_before_utc:
        raise CertificateError("certificate.not_yet_valid")
    if at > leaf.not_valid_after_utc:
        raise CertificateError(
            "certificate.expired", on=leaf.not_valid_after_utc.date().isoformat()
        )
    stale = False
    for certificate, issuer in pairwise(path):
        revoked_at = _revoked_at(certificate, issuer, anchors)
        if revoked_at is not None and at >= revoked_at:
            raise CertificateError("certificate.revoked", on=revoked_at.date().isoformat())
        stale |= _is_stale(issuer, purpose, at, anchors)
    return replace(identity, stale=stale)


def revoked_at(identity: CardIdentity, anchors: TrustAnchors) -> datetime | None:
    """Return from when on a card's certificate is revoked, for steps judged by their interval."""
    leaf = read_certificate(identity.certificate)
    for issuer in anchors.cas:
        if _name_of(issuer) == identity.ca:
            return _revoked_at(leaf, issuer, anchors)
    moments = [r.at for r in anchors.revoked if (r.ca, r.serial) == (identity.ca, identity.serial)]
    return min(moments, default=None)


def _read_crl(
    der: bytes, authorities: Sequence[x509.Certificate]
) -> x509.CertificateRevocationList:
    try:
        crl = x509.load_der_x509_crl(der)
        signed = any(_signed(crl, ca) for ca in authorities)
    except _BROKEN as error:
        raise CertificateError("certificate.crl_invalid") from error
    if not signed or crl.next_update_utc is None:
        raise CertificateError("certificate.crl_invalid")
    return crl


def _signed(crl: x509.CertificateRevocationList, ca: x509.Certificate) -> bool:
    key = ca.public_key()
    return (
        crl.issuer == ca.subject
        and isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
        and crl.is_signature_valid(key)
    )


def _check_key(leaf: x509.Certificate, purpose: Purpose) -> None:
    if not isinstance(leaf.signature_hash_algorithm, _HASHES):
        raise CertificateError("certificate.weak_key")
    key = leaf.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
        if purpose in {"login", "sign"}:
            raise CertificateError("certificate.not_p256")
    elif not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        raise CertificateError("certificate.weak_key")


def _path(
    leaf: x509.Certificate,
    between: list[x509.Certificate],
    at: datetime,
    anchors: TrustAnchors,
) -> tuple[x509.Certificate, ...]:
    """Return leaf, any between, authority; the leaf's own validity is judged afterwards."""
    moment = min(max(at, leaf.not_valid_before_utc), leaf.not_valid_after_utc)
    found = _verify(leaf, between, moment, anchors.cas)
    if found is not None:
        return found
    # Is it only that an authority's own time is over? Then say so: the remedy is another.
    for ca in anchors.cas:
        then = min(max(moment, ca.not_valid_before_utc), ca.not_valid_after_utc)
        if then != moment and _verify(leaf, between, then, (ca,)) is not None:
            raise CertificateError("certificate.issuer_expired")
    raise CertificateError("certificate.unknown_issuer")


def _verify(
    leaf: x509.Certificate,
    between: list[x509.Certificate],
    moment: datetime,
    cas: Sequence[x509.Certificate],
) -> tuple[x509.Certificate, ...] | None:
    if not cas:
        return None
    moment = moment.replace(microsecond=0)  # as the verifier does
    hold = tuple(
        each.not_valid_before_utc <= moment <= each.not_valid_after_utc
        for each in (leaf, *between, *cas)
    )
    return _verified(_Path(leaf, tuple(between), tuple(cas), hold, moment))


@lru_cache(maxsize=CERTIFICATES_KEPT)
def _verified(asked: _Path) -> tuple[x509.Certificate, ...] | None:
    # Authorities of cards are not the web's: only what makes one an authority is asked.
    authority = (
        verification.ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, None)
        .may_be_present(x509.KeyUsage, verification.Criticality.AGNOSTIC, _may_sign_certificates)
    )
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(list(asked.cas)))
        .time(asked.moment)
        .max_chain_depth(CHAIN_MAX)
        .extension_policies(
            ca_policy=authority, ee_policy=verification.ExtensionPolicy.permit_all()
        )
        .build_client_verifier()
    )
    try:
        return tuple(verifier.verify(asked.leaf, list(asked.between)).chain)
    except verification.VerificationError:
        return None


def _may_sign_certificates(
    _policy: verification.Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None
) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError(usage)


def _identity(
    der: bytes, leaf: x509.Certificate, issuer: x509.Certificate, roster: Mapping[str, str] | None
) -> CardIdentity:
    (person, name), x5t = _subject_of(leaf), x5t_of(der)
    if roster is not None and roster.get(x5t) != person:
        raise CertificateError("certificate.foreign")
    return CardIdentity(
        person,
        name,
        x5t,
        format(leaf.serial_number, "x"),
        leaf.not_valid_after_utc,
        _name_of(issuer),
        der,
    )


@lru_cache(maxsize=CERTIFICATES_KEPT)
def _subject_of(leaf: x509.Certificate) -> tuple[str, str]:
    persons = leaf.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    names = leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(persons) != 1 or len(names) != 1:
        raise CertificateError("certificate.foreign")
    return str(persons[0].value), str(names[0].value)


@lru_cache(maxsize=CERTIFICATES_KEPT)
def _name_of(ca: x509.Certificate) -> str:
    return x5t_of(ca.public_bytes(serialization.Encoding.DER))


def _check_usage(leaf: x509.Certificate, purpose: Purpose) -> None:
    try:
        if leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            raise CertificateError("certificate.wrong_usage")
    except x509.ExtensionNotFound:
        pass
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise CertificateError("certificate.wrong_usage") from error
    if purpose == "login":
        good = usage.digital_signature
    elif purpose == "agree":
        elliptic = isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)
        good = usage.key_agreement if elliptic else usage.key_encipherment
    else:
        good = usage.content_commitment
    if not good:
        raise CertificateError("certificate.wrong_usage")


def _lists_of(
    issuer: x509.Certificate, anchors: TrustAnchors
) -> list[x509.CertificateRevocationList]:
    return [crl for crl in anchors.crls if _signed(crl, issuer)]


def _revoked_at(
    certificate: x509.Certificate, issuer: x509.Certificate, anchors: TrustAnchors
) -> datetime | None:
    ca, serial = _name_of(issuer), format(certificate.serial_number, "x")
    moments = [entry.at for entry in anchors.revoked if (entry.ca, entry.serial) == (ca, serial)]
    for crl in _lists_of(issuer, anchors):
        found = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if found is not None:
            moments.append(found.revocation_date_utc)
    return min(moments, default=None)


def _is_stale(
    issuer: x509.Certificate, purpose: Purpose, at: datetime, anchors: TrustAnchors
) -> bool:
    days = [crl.next_update_utc for crl in _lists_of(issuer, anchors)]
    newest = max((day for day in days if day is not None), default=None)
    if newest is None:
        if anchors.crl_required:
            raise CertificateError("certificate.crl_stale")
        return False
    if at <= newest:
        return False
    if purpose in {"sign", "seal"} or at > newest + CRL_GRACE:
        raise CertificateError("certificate.crl_stale", on=newest.date().isoformat())
    return True
