"""Seal a paper: PAdES B-B in two phases, so that the intent is an event before the card signs.

`prepare` fixes every byte but the signature; its digest goes into seal.intent. `finish` asks the
card, checks what it gave, and fills it in. `check` tells what a sealed paper proves. The appearance
is the department's seal as an image: no font, so the paper stays PDF/A. Crunch lane, except that
the callable given to `finish` may hand over to the card lane. pyHanko takes half a second to
import: it is loaded with the first seal, never at start.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client.documents.failures import DocumentFailure
from client.documents.pdfium import opened
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from PIL.Image import Image

    from client.documents.compose import SealBox

FIELD = "Seal"
_WIDEST_SEAL_PX = 2048


@dataclass(frozen=True, slots=True)
class Prepared:
    """A paper with the place for its signature left open.

    `to_be_signed` are the bytes for the card, `digest` their SHA-256 (for seal.intent), and
    `document_digest` the SHA-256 of the paper around the gap.
    """

    digest: bytes
    to_be_signed: bytes
    document_digest: bytes
    chain: tuple[bytes, ...]
    unsigned: bytes
    gap: tuple[int, int]  # of the hexadecimal digits, without the angle brackets


def prepare(
    pdf: bytes,
    certificate_chain: Sequence[bytes],
    seal_png: bytes,
    box: SealBox,
    reason: str,
    signing_time: datetime,
) -> Prepared:
    """Put the seal on the paper and say what the card must sign.

    Args:
        pdf: the paper as shown to the signer; these bytes stand unchanged in the result.
        certificate_chain: DER, the card's 9C certificate first, then intermediates; roots, which
            a checker must have anyway, are left out.
        seal_png: the department's seal, transparent around the print.
        box: where `compose_paper` said that it belongs.
        reason: shown by readers, e.g. the certificate's name and number.
        signing_time: aware; stands as a claim in the signature.

    Raises:
        DocumentFailure: document.seal_unreadable, document.box_outside, document.key_unusable,
            document.pdf_broken.
    """
    from client.documents import cms, revision  # noqa: PLC0415

    _require_inside(pdf, box)
    chain = _without_roots(certificate_chain)
    longest = cms.build(bytes(32), chain, bytes(cms.longest_signature(chain[0])))
    unsigned, document_digest, gap = revision.with_gap(
        pdf,
        revision.Appearance(FIELD, _seal_image(seal_png), box, reason, signing_time),
        2 * len(longest),
    )
    attributes = cms.to_be_signed(document_digest, chain[0])
    return Prepared(
        digest=hashlib.sha256(attributes).digest(),
        to_be_signed=attributes,
        document_digest=document_digest,
        chain=chain,
        unsigned=unsigned,
        gap=gap,
    )


def finish(prepared: Prepared, sign: Callable[[bytes], bytes]) -> bytes:
    """Have the card sign, check its answer, and return the sealed paper.

    Args:
        prepared: from `prepare`.
        sign: given `to_be_signed` (to be hashed with SHA-256), returns a DER ECDSA or PKCS#1 v1.5
            signature; what it raises passes through, and nothing has been sealed then.

    Raises:
        DocumentFailure: document.signature_wrong.
    """
    from client.documents import cms  # noqa: PLC0415

    signature = sign(prepared.to_be_signed)
    if not cms.signature_fits(prepared.chain[0], prepared.to_be_signed, signature):
        raise DocumentFailure("document.signature_wrong", FailureKind.BROKEN)
    container = cms.build(prepared.document_digest, prepared.chain, signature)
    first, last = prepared.gap
    digits = container.hex().upper().encode().ljust(last - first, b"0")
    if len(digits) != last - first:
        raise DocumentFailure("document.signature_wrong", FailureKind.BROKEN)
    return prepared.unsigned[:first] + digits + prepared.unsigned[last:]


def _without_roots(chain: Sequence[bytes]) -> tuple[bytes, ...]:
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

    def self_issued(der: bytes) -> bool:
        certificate = load_der_x509_certificate(der)
        return certificate.issuer == certificate.subject

    leaf, *rest = chain
    return (leaf, *(der for der in dict.fromkeys(rest) if der != leaf and not self_issued(der)))


def _require_inside(pdf: bytes, box: SealBox) -> None:
    with opened(pdf) as document:
        if not 0 <= box.page < len(document):
            raise DocumentFailure("document.box_outside")
        width, height = document.get_page_size(box.page)
    if not (0 <= box.x1 < box.x2 <= width and 0 <= box.y1 < box.y2 <= height):
        raise DocumentFailure("document.box_outside")


def _seal_image(png: bytes) -> Image:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            if max(image.size) > _WIDEST_SEAL_PX:
                raise DocumentFailure("document.seal_unreadable")
            return image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError) as cause:
        raise DocumentFailure("document.seal_unreadable") from cause


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sealed paper proves.

    Attributes:
        intact: signature and digest fit, the container is in its one canonical form.
        trusted: the signer's certificate leads to a trusted one, valid then, for signing.
        covers_whole_file: nothing stands before, after or beside what was signed.
        signer: the common name on the certificate; `person` its serialNumber, the roster id.
        signed_at: the claimed time (proof of time comes from the events, not from here).
        stamped_at: before when an authority saw it sealed; None without its timestamp.
        problem: code of the first thing wrong, None when all holds.
    """

    intact: bool
    trusted: bool
    covers_whole_file: bool
    signer: str | None = None
    person: str | None = None
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    problem: str | None = None

    @property
    def holds(self) -> bool:
        """Say whether the paper may be relied on."""
        return self.intact and self.trusted and self.covers_whole_file


def check(
    pdf: bytes,
    trust: Sequence[bytes],
    at: datetime | None = None,
    crls: Sequence[bytes] = (),
) -> Verdict:
    """Check a sealed paper; never raises because of its content.

    Args:
        pdf: any bytes.
        trust: DER certificates of the trusted roots.
        at: the moment at which the certificates must have been valid; None takes the claimed one.
        crls: DER revocation lists; a certificate that they name as revoked is not trusted.
    """
    from client.documents import seals  # noqa: PLC0415

    found: dict[str, Any] = seals.examine(pdf, tuple(trust), at, tuple(crls))
    return Verdict(**found)
