"""Attach files to a PDF/A-3 document, each with its name, type and bytes (ISO 19005-3, 6.8).

Imports pyHanko: only `client.documents.portfolio` loads this module, when a file is bound.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from sync import pyhanko_ready  # noqa: F401  (before what it loads)

# isort: split
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, EmbeddedFileParams, FileSpec, embed_file
from pyhanko.pdf_utils.misc import PdfError

from client.documents.failures import DocumentFailure
from client.documents.revision import Revision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from client.documents.parts import Part


class _Source(FileSpec):
    """A file that the document was made from; pyHanko's own mark would raise it to PDF 2.0."""

    def as_pdf_object(self) -> generic.DictionaryObject:
        """Return the file's specification with its relationship to the document."""
        found = super().as_pdf_object()
        found[generic.NameObject("/AFRelationship")] = generic.NameObject("/Source")
        return found


def attach(pdf: bytes, parts: Sequence[Part], at: datetime) -> bytes:
    """Return the document with files attached, as a second revision of it.

    Args:
        pdf: a PDF/A-3 document without attachments.
        parts: in the order in which a reader lists them; their file names are ASCII.
        at: the files' date.

    Raises:
        DocumentFailure: document.pdf_broken.
    """
    try:
        writer = Revision(io.BytesIO(pdf))
        for part in parts:
            stream = EmbeddedFileObject.from_file_data(
                writer,
                data=part.data,
                mime_type=part.type,
                params=EmbeddedFileParams(creation_date=at, modification_date=at),
            )
            embed_file(
                writer,
                _Source(
                    file_spec_string=part.file,
                    file_name=part.file,
                    embedded_data=stream,
                    description=part.name,
                ),
            )
        root = writer.root
        names = root["/Names"]["/EmbeddedFiles"]["/Names"]
        specs = [names.raw_get(place) for place in range(1, len(names), 2)]
        root[generic.NameObject("/AF")] = generic.ArrayObject(specs)
        writer.update_root()  # type: ignore[no-untyped-call]
        output = io.BytesIO()
        writer.write(output)  # type: ignore[no-untyped-call]
    except (PdfError, ValueError) as cause:
        raise DocumentFailure("document.pdf_broken") from cause
    return output.getvalue()
