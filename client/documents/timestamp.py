"""Add the time to a sealed paper: a document timestamp (PAdES, ISO 32000-2 12.8.5; RFC 3161).

A certificate that was sealed without the line is PAdES B-B: whose seal it is, not when. Once the
line is back an authority's time is appended as a revision of its own; every byte that the card
signed stands unchanged before it, and a paper already handed out loses nothing. Crunch lane.
Imports pyHanko: loaded when a stamp is asked for.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from asn1crypto import tsp  # type: ignore[import-untyped]
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from client.documents.failures import DocumentFailure

if TYPE_CHECKING:
    from collections.abc import Callable

FIELD = "Timestamp"
_RESERVED = 16 * 1024  # hexadecimal digits of the token with its certificates


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


def stamp(pdf: bytes, ask: Callable[[bytes], bytes]) -> bytes:
    """Return the paper with a timestamp over all of it, the former bytes first and unchanged.

    Args:
        pdf: a sealed paper.
        ask: sends a DER TimeStampReq to the authority, returns its DER TimeStampResp; what it
            raises passes through.

    Raises:
        DocumentFailure: document.pdf_broken; document.timestamp_refused when the answer is none,
            or not to this question.
    """
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        stamper = PdfTimeStamper(_Authority(ask), field_name=FIELD)
        output = stamper.timestamp_pdf(writer, "sha256", bytes_reserved=_RESERVED)
    except TimestampRequestError as cause:
        raise DocumentFailure("document.timestamp_refused") from cause
    except (PdfError, ValueError) as cause:
        raise DocumentFailure("document.pdf_broken") from cause
    stamped: bytes = output.getvalue()
    if not stamped.startswith(pdf):
        raise DocumentFailure("document.pdf_broken")
    return stamped
