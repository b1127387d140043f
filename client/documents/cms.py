"""The PAdES B-B signature container (ETSI EN 319 142-1, CMS RFC 5652), in one canonical form.

Built from three inputs only: the document's digest, the certificates, the signature. So a check
can build it again and compare bytes: nothing inside the container can be changed unseen, not even
where CMS leaves room. The claimed time stands in the PDF's /M, as PAdES wants it, not here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync import pyhanko_ready  # noqa: F401  (before what it loads)

# isort: split
from asn1crypto import algos, cms, tsp, x509  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_der_x509_certificate

from client.documents.failures import DocumentFailure

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHORTEST_RSA = 2048
# DER of two 32-byte integers with sign bytes: what a P-256 signature can take at most.
_LONGEST_P256_SIGNATURE = 72


@dataclass(frozen=True, slots=True)
class Container:
    """A container taken apart."""

    leaf: bytes
    others: tuple[bytes, ...]
    signature: bytes


def _algorithm(leaf: bytes) -> str:
    """Name the signature algorithm for a certificate's key.

    Raises:
        DocumentFailure: document.key_unusable.
    """
    key = load_der_x509_certificate(leaf).public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return "sha256_ecdsa"
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SHORTEST_RSA:
        return "sha256_rsa"
    raise DocumentFailure("document.key_unusable")


def longest_signature(leaf: bytes) -> int:
    """Return how many bytes a signature by this certificate's key can take."""
    key = load_der_x509_certificate(leaf).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size // 8
    return _LONGEST_P256_SIGNATURE


def signature_fits(leaf: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether `signature` (DER ECDSA or PKCS#1 v1.5, SHA-256) is by this certificate's key."""
    key = load_der_x509_certificate(leaf).public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _attributes(document_digest: bytes, leaf: bytes) -> Any:
    """Build the signed attributes: type, digest, and which certificate signs (RFC 5035)."""
    identified = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(leaf).digest()})
    signing = tsp.SigningCertificateV2({"certs": [identified]})
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [document_digest]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [signing]}),
        ]
    )


def to_be_signed(document_digest: bytes, leaf: bytes) -> bytes:
    """Return the exact bytes that the card signs: the DER of the signed attributes.

    Raises:
        DocumentFailure: document.key_unusable.
    """
    _algorithm(leaf)
    return bytes(_attributes(document_digest, leaf).dump())


def build(document_digest: bytes, chain: Sequence[bytes], signature: bytes) -> bytes:
    """Build the container; `chain` is DER, the signer's certificate first."""
    leaf = x509.Certificate.load(chain[0])
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    sid = cms.IssuerAndSerialNumber({"issuer": leaf.issuer, "serial_number": leaf.serial_number})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
            "digest_algorithm": sha256,
            "signed_attrs": _attributes(document_digest, chain[0]),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": _algorithm(chain[0])}),
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((sha256,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [x509.Certificate.load(one) for one in dict.fromkeys(chain)],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def take_apart(container: bytes) -> Container:
    """Read certificates and signature; whether all else is right, `build` and comparing tell.

    Raises:
        ValueError: not a container with one signer whose certificate is enclosed.
    """
    signed = cms.ContentInfo.load(container, strict=True)["content"]
    (signer,) = signed["signer_infos"]
    sid = signer["sid"].chosen
    leaf: bytes | None = None
    others: list[bytes] = []
    for entry in signed["certificates"]:
        certificate = entry.chosen
        ours = (
            certificate.issuer == sid["issuer"]
            and certificate.serial_number == sid["serial_number"].native
        )
        if ours and leaf is None:
            leaf = certificate.dump()
        else:
            others.append(certificate.dump())
    if leaf is None:
        raise ValueError
    return Container(leaf, tuple(others), signer["signature"].native)
