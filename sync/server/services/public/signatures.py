"""What stands in a signed file itself: whether its bytes are as they were signed, and by whom.

Loaded late: pyHanko takes half a second, and few ask.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

from sync import pyhanko_ready  # noqa: F401  (before what it loads)

# isort: split
from asn1crypto import x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from sync.server.services.public.strangers import Signed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography.x509 import Certificate

for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)

_BROKEN = (PdfError, SignatureValidationError, PathError, ValueError, KeyError, RecursionError)


def read_signatures(pdf: bytes, cas: Sequence[Certificate], at: datetime) -> tuple[Signed, ...]:
    """Return the signatures of a file, () for a file without or one that is no PDF.

    Args:
        pdf: anything that somebody sent.
        cas: authorities that policy trusts.
        at: when the certificates have to be valid.
    """
    roots = [x509.Certificate.load(ca.public_bytes(Encoding.DER)) for ca in cas]
    context = ValidationContext(
        trust_roots=roots, moment=at, allow_fetching=False, revocation_mode="soft-fail"
    )
    found = []
    try:
        for each in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
            status = validate_pdf_signature(each, context)
            found.append(
                Signed(
                    name=str(status.signing_cert.subject.native.get("common_name", "")),
                    whole=bool(status.intact and status.valid),
                    trusted=bool(status.trusted),
                    changed=bool(status.modification_level and status.modification_level.value > 1),
                )
            )
    except _BROKEN:
        return tuple(found)
    return tuple(found)
