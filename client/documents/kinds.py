"""What a file really is, by its first bytes; its name proves nothing."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    """Kinds that are taken in, and those that deserve a word of their own when refused."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"
    BMP = "image/bmp"
    WEBP = "image/webp"
    PDF = "application/pdf"
    ARCHIVE = "archive"
    OFFICE = "office"
    UNKNOWN = "unknown"


_STARTS = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"II*\0", FileKind.TIFF),
    (b"MM\0*", FileKind.TIFF),
    (b"BM", FileKind.BMP),
    (b"%PDF-", FileKind.PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind.OFFICE),  # .doc, .xls, .wps
    (b"{\\rtf", FileKind.OFFICE),
    (b"PK\x03\x04", FileKind.ARCHIVE),
    (b"PK\x05\x06", FileKind.ARCHIVE),
    (b"Rar!\x1a\x07", FileKind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
    (b"\x1f\x8b", FileKind.ARCHIVE),
)
# Members that open a .docx, .xlsx, .pptx, .ofd or .odt within its first kilobytes.
_OFFICE_MEMBERS = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis", b"OFD.xml")


def kind_of(data: bytes) -> FileKind:
    """Name the kind of a file from its content."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return FileKind.WEBP
    kind = next((kind for start, kind in _STARTS if data.startswith(start)), FileKind.UNKNOWN)
    if kind is FileKind.ARCHIVE and any(member in data[:4096] for member in _OFFICE_MEMBERS):
        return FileKind.OFFICE
    return kind
