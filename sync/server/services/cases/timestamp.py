"""Add the time to a sealed paper: a document timestamp (PAdES, ISO 32000-2 12.8.5; RFC 3161).

A certificate that was sealed at a window is PAdES B-B: whose seal it is, not when. The centre
appends an authority's time as a revision of its own; every byte that the card signed stands
unchanged before it, and a paper already handed out loses nothing. Imports pyHanko, which takes
half a second: loaded when a stamp is asked for, never at start.
"""

from __future__ import annotations

import io
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sync import pyhanko_ready  # noqa: F401  (before what it loads)

# isort: split
from asn1crypto import tsp, x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation import validate_pdf_timestamp
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

FIELD = "Timestamp"
_APART = timedelta(hours=1)  # an authority's clock from ours; further, one of them is wrong
_RESERVED = 16 * 1024  # hexadecimal digits of the token with its certificates

# They write whole tracebacks about papers that do not hold; we answer by code.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)


class _Authority(TimeStamper):
    """A time stamp authority behind whatever line there is to it."""

    def __init__(self, ask: Callable[[bytes], bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._ask = ask

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask, and hold what comes back to the question: its imprint and its nonce."""
        answer = tsp.TimeStampResp.load(self._ask(req.dump()))
        if answer["status"]["status"].native not in {"granted", "granted_with_mods"}:
            raise TimestampRequestError("not granted")
        told = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
        if any(told[name].native != req[name].native for name in ("nonce", "message_imprint")):
            raise TimestampRequestError("not an answer to this question")
        return answer


def stamp(
    pdf: bytes, ask: Callable[[bytes], bytes], trust: Sequence[bytes], at: datetime
) -> tuple[bytes, datetime]:
    """Return the paper with a timestamp over all of it, and the authority's time.

    The former bytes stand first and unchanged.

    Args:
        pdf: a sealed paper.
        ask: sends a DER TimeStampReq to the authority, returns its DER TimeStampResp; what it
            raises passes through.
        trust: DER certificates of the roots that the authority's certificate must lead to.
        at: now, aware; the certificate must be valid then, and the authority's clock near it.

    Raises:
        Failure: document.pdf_broken; document.timestamp_refused when the answer is none, not to
            this question, or not by an authority that may stamp and is trusted.
    """
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        stamper = PdfTimeStamper(_Authority(ask), field_name=FIELD)
    except (PdfError, ValueError) as cause:
        raise Failure("document.pdf_broken") from cause
    try:
        output = stamper.timestamp_pdf(writer, "sha256", bytes_reserved=_RESERVED)
        stamped: bytes = output.getvalue()
        told = _verified(stamped, trust, at)
    except (TimestampRequestError, SignatureValidationError, SigningError, ValueError) as cause:
        raise Failure("document.timestamp_refused", FailureKind.RETRIABLE) from cause
    except PdfError as cause:
        raise Failure("document.pdf_broken") from cause
    if told is None:
        raise Failure("document.timestamp_refused", FailureKind.RETRIABLE)
    if not stamped.startswith(pdf):
        raise Failure("document.pdf_broken")
    return stamped, told


def _verified(stamped: bytes, trust: Sequence[bytes], at: datetime) -> datetime | None:
    """Return the time of a stamp that holds, None for one that does not."""
    newest = PdfFileReader(io.BytesIO(stamped)).embedded_signatures[-1]
    roots = [x509.Certificate.load(der) for der in trust]
    context = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False)
    found = validate_pdf_timestamp(newest, context)
    holds = bool(found.intact and found.valid and found.trusted)
    whole = found.coverage == SignatureCoverageLevel.ENTIRE_FILE
    apart = abs(found.timestamp - at) > _APART
    return found.timestamp if holds and whole and not apart else None
