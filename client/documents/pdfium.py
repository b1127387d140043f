"""The one door to PDFium: it is not thread-safe, so one PDF is open at a time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from client.documents.failures import DocumentFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_LOCK = threading.RLock()
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_NOT_PROTECTED = -1


@contextmanager
def opened(pdf: bytes) -> Iterator[PdfDocument]:
    """Open a PDF; only for the length of the block, and only in this thread.

    Raises:
        DocumentFailure: document.pdf_encrypted (also with an empty password: what is copied out of
            it later may not open elsewhere), document.pdf_broken.
    """
    import pypdfium2  # noqa: PLC0415 - 4 MB of native code, loaded with the first PDF
    from pypdfium2 import raw  # noqa: PLC0415

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as cause:
            if cause.err_code == _WRONG_PASSWORD:
                raise DocumentFailure("document.pdf_encrypted") from cause
            raise DocumentFailure("document.pdf_broken") from cause
        try:
            if raw.FPDF_GetSecurityHandlerRevision(document.raw) != _NOT_PROTECTED:
                raise DocumentFailure("document.pdf_encrypted")
            yield document
        finally:
            document.close()
