"""Examine the seal on a PDF: two independent looks that must agree.

Ours: one signature, whole file, canonical container, digest, key. pyHanko's: structure, later
revisions, certificate path. Imports pyHanko: only `client.documents.sign` loads this module.
"""

from __future__ import annotations

import hashlib
import io
import logging
from typing import TYPE_CHECKING, Any

from sync import pyhanko_ready  # noqa: F401  (before what it loads)

# isort: split
from asn1crypto import parser  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import load_der_x509_certificate, load_der_x509_crl
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.status import (
    SignatureCoverageLevel,
)
from pyhanko_certvalidator import ValidationContext

from client.documents import cms
from client.documents.revision import certificate_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cryptography.x509 import ObjectIdentifier
    from pyhanko.sign.validation.pdf_embedded import (
        EmbeddedPdfSignature,
    )
    from pyhanko.sign.validation.status import PdfSignatureStatus

log = logging.getLogger(__name__)
# They write the signer's name and whole tracebacks about papers that do not hold; we answer by
# Verdict, and no name reaches a log.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)

_CRL_KEYS = (ec.EllipticCurvePublicKey, rsa.RSAPublicKey)
_NOTHING: Mapping[str, Any] = {
    "intact": False,
    "trusted": False,
    "covers_whole_file": False,
}


def examine(
    pdf: bytes, trust: tuple[bytes, ...], at: datetime | None, crls: tuple[bytes, ...]
) -> dict[str, Any]:
    """Return the members of a Verdict."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if not signatures:
            return {**_NOTHING, "problem": "document.not_sealed"}
        if len(signatures) == 2 and signatures[1].sig_object_type == "/DocTimeStamp":
            return _examine_stamped(signatures, pdf, trust, at, crls)
        if len(signatures) > 1:
            return {**_NOTHING, "problem": "document.seal_not_whole"}
        return _examine_one(signatures[0], pdf, trust, at, crls)
    except Exception as cause:  # noqa: BLE001 - hostile bytes: any way to stumble means "no"
        log.info("seal unreadable: %s", type(cause).__name__)
        return {**_NOTHING, "problem": "document.seal_broken"}


def _examine_stamped(
    signatures: list[EmbeddedPdfSignature],
    pdf: bytes,
    trust: tuple[bytes, ...],
    at: datetime | None,
    crls: tuple[bytes, ...],
) -> dict[str, Any]:
    """Examine the paper as it was sealed, byte for byte, then the one revision that follows.

    That revision may bring a timestamp over everything before it, and nothing else.
    """
    seal, stamp = signatures
    sealed = pdf[: seal.byte_range[2] + seal.byte_range[3]]
    (alone,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    found = _examine_one(alone, sealed, trust, at, crls)
    roots = [certificate_of(one) for one in trust]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    theirs = validate_pdf_timestamp(stamp, context)
    since = validate_pdf_signature(seal, context)
    holds = (
        bool(theirs.intact and theirs.valid and theirs.trusted)
        and theirs.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and since.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
        and bool(since.docmdp_ok)
    )
    if not holds:
        broken = {"covers_whole_file": False, "problem": "document.timestamp_broken"}
        return {**found, **broken} if found["problem"] is None else found
    return {**found, "stamped_at": theirs.timestamp}


def _examine_one(
    signature: EmbeddedPdfSignature,
    pdf: bytes,
    trust: tuple[bytes, ...],
    at: datetime | None,
    crls: tuple[bytes, ...],
) -> dict[str, Any]:
    start, first, second, rest = (int(part) for part in signature.byte_range)
    whole = start == 0 and first < second and second + rest == len(pdf)
    digest = hashlib.sha256(pdf[:first] + pdf[second:]).digest()
    der = _container_in(pdf[first:second])
    parts = cms.take_apart(der)
    ours = cms.build(
        digest, (parts.leaf, *parts.others), parts.signature
    ) == der and cms.signature_fits(
        parts.leaf, cms.to_be_signed(digest, parts.leaf), parts.signature
    )
    claimed = signature.self_reported_timestamp
    moment = at or claimed
    context = ValidationContext(
        trust_roots=[certificate_of(one) for one in trust],
        moment=moment,
        allow_fetching=False,
    )
    theirs = validate_pdf_signature(signature, context)
    intact = ours and bool(theirs.intact and theirs.valid)
    whole = (
        whole
        and theirs.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and theirs.modification_level in (None, ModificationLevel.NONE)
    )
    path = _path_of(theirs)
    trusted = (
        bool(theirs.trusted)
        and moment is not None
        and all(other in path for other in parts.others)  # nothing enclosed for no purpose
        and not _revoked(path, crls, moment)
    )
    return {
        "intact": intact,
        "trusted": trusted,
        "covers_whole_file": whole,
        "signer": _named(parts.leaf, NameOID.COMMON_NAME),
        "person": _named(parts.leaf, NameOID.SERIAL_NUMBER),
        "signed_at": claimed,
        "problem": _problem(intact=intact, trusted=trusted, whole=whole),
    }


def _container_in(gap: bytes) -> bytes:
    """Return the DER between the byte ranges, if it is written in its one form.

    Upper-case digits between angle brackets, then zeros: any other spelling of the same bytes
    would be a change that no signature covers.
    """
    padded = bytes.fromhex(gap[1:-1].decode("ascii"))
    if gap != b"<" + padded.hex().upper().encode() + b">":
        raise ValueError
    _class, _method, _tag, header, content, _trailer = parser.parse(padded)
    der = padded[: len(header) + len(content)]
    if padded[len(der) :].strip(b"\0"):
        raise ValueError
    return der


def _path_of(status: PdfSignatureStatus) -> tuple[bytes, ...]:
    """Return the DER of the certificates from the root to the signer; empty without a path."""
    path = status.validation_path
    return tuple(one.dump() for one in path.iter_certs(include_root=True)) if path else ()


def _revoked(path: tuple[bytes, ...], crls: tuple[bytes, ...], moment: datetime) -> bool:
    """Say whether a list signed by a certificate of the path names one of the path as revoked.

    pyHanko looks at lists only where a certificate says where to fetch them; ours come with policy.
    """
    certificates = [load_der_x509_certificate(der) for der in path]
    for crl in map(load_der_x509_crl, crls):
        for issuer in certificates:
            key = issuer.public_key()
            if issuer.subject != crl.issuer or not isinstance(key, _CRL_KEYS):
                continue
            if not crl.is_signature_valid(key):
                continue
            for one in certificates:
                entry = crl.get_revoked_certificate_by_serial_number(one.serial_number)
                if one.issuer == crl.issuer and entry and entry.revocation_date_utc <= moment:
                    return True
    return False


def _named(der: bytes, oid: ObjectIdentifier) -> str | None:
    found = load_der_x509_certificate(der).subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else None


def _problem(*, intact: bool, trusted: bool, whole: bool) -> str | None:
    if not intact:
        return "document.seal_broken"
    if not whole:
        return "document.seal_not_whole"
    return None if trusted else "document.seal_untrusted"
