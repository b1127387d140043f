"""Append a signature field with its seal to a PDF, leaving the first revision byte for byte.

Imports pyHanko: only `client.documents.sign` loads this module, when a seal is asked for.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync import pyhanko_ready  # noqa: F401  (before what it loads)

# isort: split
from asn1crypto import x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import (
    IncrementalPdfFileWriter,
)
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import (
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
)
from pyhanko.sign.signers import (
    ExternalSigner,
    PdfSignatureMetadata,
    PdfSigner,
)
from pyhanko.stamp import StaticStampStyle

from client.documents.failures import DocumentFailure

if TYPE_CHECKING:
    from datetime import datetime

    from PIL.Image import Image

    from client.documents.compose import SealBox


@dataclass(frozen=True, slots=True)
class Appearance:
    """What the signature field shows and says."""

    field: str
    seal: Image
    box: SealBox
    reason: str
    signing_time: datetime


class Revision(IncrementalPdfFileWriter):
    """A revision that leaves the document's metadata alone.

    pyHanko stamps ModDate with the wall clock and rewrites the XMP packet, which would read a clock
    behind the Clock's back and let Info and XMP disagree (PDF/A-2 6.6.3).
    """

    def _update_meta(self) -> None:
        """Leave Info and XMP as composed."""


class _Ink(PdfImage):
    """A seal that lets the print under it show through, as ink on paper does."""

    def render(self) -> bytes:
        """Return the drawing operators, multiplying with what lies below (ISO 32000-1 11.3.5)."""
        state = generic.DictionaryObject()  # type: ignore[no-untyped-call]
        state[generic.NameObject("/BM")] = generic.NameObject("/Multiply")
        self.set_resource(ResourceType.EXT_G_STATE, generic.NameObject("/Ink"), state)
        return b"q /Ink gs " + super().render() + b" Q"


def with_gap(
    pdf: bytes, appearance: Appearance, digits: int
) -> tuple[bytes, bytes, tuple[int, int]]:
    """Return the revised bytes, the SHA-256 around the gap, and the gap's digits (first, last).

    Raises:
        DocumentFailure: document.pdf_broken.
    """
    try:
        writer = Revision(io.BytesIO(pdf))
        session = _signer(appearance).init_signing_session(writer)
        session.system_time = appearance.signing_time
        document = session.prepare_tbs_document(validation_info=None, bytes_reserved=digits)
        prepared, output = document.digest_tbs_document()
    except (PdfError, ValueError) as cause:
        raise DocumentFailure("document.pdf_broken") from cause
    output.seek(0)
    gap = prepared.reserved_region_start + 1, prepared.reserved_region_end - 1
    return output.read(), prepared.document_digest, gap


def _signer(appearance: Appearance) -> PdfSigner:
    box = appearance.box
    seal = _Ink(appearance.seal, name="Seal")
    # The certificate is filled in with the container; pyHanko wants one only for the name.
    nobody = ExternalSigner(signing_cert=None, cert_registry=None, signature_value=1)
    return PdfSigner(
        PdfSignatureMetadata(
            field_name=appearance.field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=appearance.reason,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        ),
        nobody,
        stamp_style=StaticStampStyle(
            border_width=0,
            background=seal,
            background_layout=SimpleBoxLayoutRule(
                x_align=AxisAlignment.ALIGN_MID,
                y_align=AxisAlignment.ALIGN_MID,
                margins=Margins(0, 0, 0, 0),
            ),
        ),
        new_field_spec=SigFieldSpec(
            appearance.field,
            on_page=box.page,
            box=(round(box.x1), round(box.y1), round(box.x2), round(box.y2)),
        ),
    )


def certificate_of(der: bytes) -> x509.Certificate:
    """Read a certificate in the form that pyHanko takes."""
    return x509.Certificate.load(der)
