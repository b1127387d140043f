"""Take in a scanned page or a PDF: decide what it is, refuse what it must not be, normalise.

Crunch lane. Nothing is trusted: neither name, nor size, nor the header's promise of pixels; never
more than the cap is read. Every refusal has its own code, because a clerk with a queue must know
at once what to tell the applicant.
"""

from __future__ import annotations

import hashlib
import io
import stat
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from client.documents.failures import DocumentFailure
from client.documents.glyphs import unprintable
from client.documents.jpeg import PageRule, a4_page, is_plain, keeps
from client.documents.kinds import FileKind, kind_of
from client.documents.pdfium import opened
from client.documents.pixels import decoded, useful_side
from sync.domain.failures import FailureKind

_MEGA = 1_000_000
_AT_THE_CENTRE = (FileKind.JPEG, FileKind.PNG)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class IntakePolicy:
    """What one item takes in; the defaults are the general rule.

    A4 at 600 dpi has 35 million pixels; a picture that promises more is a mistake or an attack.
    With `keep_original` a picture is looked through like any other, then kept as it came.
    """

    rule: PageRule = field(default_factory=PageRule)
    max_file_bytes: int = 32 * _MEGA
    max_pixels: int = 40 * _MEGA
    max_pdf_pages: int = 300
    keep_original: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page (or a PDF of several) as it is kept, uploaded and shown.

    `original_sha256` is the hash of what was handed in; it equals `sha256` where nothing had to be
    changed. Both hexadecimal. `source` is what was handed in, where that is not what is kept.
    """

    data: bytes = field(repr=False)
    type: str
    sha256: str
    original_sha256: str
    pages: int
    name: str
    source: bytes = field(default=b"", repr=False)

    @property
    def size(self) -> int:
        """Return the number of bytes kept."""
        return len(self.data)


def take_in(source: Path | bytes, policy: IntakePolicy | None = None, name: str = "") -> Page:
    """Read, check and normalise one file.

    Args:
        source: a path, or bytes from a scanner.
        policy: the item's limits.
        name: what to call it; a path's own name by default. Cleaned, never used as a path.

    Raises:
        DocumentFailure: document.file_missing, .file_unreadable (retriable), .file_empty,
            .file_too_large, .file_is_archive, .file_is_office, .file_type_unknown,
            .image_broken, .image_too_many_pixels, .image_many_pages, .page_too_small,
            .page_too_dense, .pdf_encrypted, .pdf_broken, .pdf_too_many_pages, .pdf_active.
    """
    policy = policy or IntakePolicy()
    if isinstance(source, Path):
        name = name or source.name
        data = _read(source, policy.max_file_bytes)
    else:
        data = source
        _require_size(len(data), policy.max_file_bytes)
    kind = kind_of(data)
    refusal = {
        FileKind.ARCHIVE: "document.file_is_archive",
        FileKind.OFFICE: "document.file_is_office",
        FileKind.UNKNOWN: "document.file_type_unknown",
    }.get(kind)
    if refusal is not None:
        raise DocumentFailure(refusal)
    original = hashlib.sha256(data).hexdigest()
    if kind is FileKind.PDF:
        pages = _check_pdf(data, policy)
        return Page(data, kind.value, original, original, pages, clean_name(name, ".pdf"))
    if policy.keep_original:
        return _as_it_came(data, kind, policy, name)
    kept = _normalised(data, kind, policy)
    return page_of(kept, data, name)


def _as_it_came(data: bytes, kind: FileKind, policy: IntakePolicy, name: str) -> Page:
    """Keep a picture that was looked through; what the centre does not take becomes a PNG.

    Nothing of it is lost: no pixel, and no shade of grey or colour that eight bits hold.
    """
    image = decoded(data, kind, policy.max_pixels, policy.max_pixels)
    if kind in _AT_THE_CENTRE:
        digest = hashlib.sha256(data).hexdigest()
        extension = f".{'jpg' if kind is FileKind.JPEG else 'png'}"
        return Page(data, kind.value, digest, digest, 1, clean_name(name, extension))
    out = io.BytesIO()
    image.info.clear()
    image.save(out, "PNG")
    png = FileKind.PNG
    return replace(
        page_of(out.getvalue(), data, name), type=png.value, name=clean_name(name, ".png")
    )


def page_of(kept: bytes, source: bytes, name: str) -> Page:
    """Return a page that was made from what was handed in."""
    digest, original = hashlib.sha256(kept).hexdigest(), hashlib.sha256(source).hexdigest()
    return Page(
        data=kept,
        type=FileKind.JPEG.value,
        sha256=digest,
        original_sha256=original,
        pages=1,
        name=clean_name(name, ".jpg"),
        source=b"" if digest == original else source,
    )


def clean_name(name: str, extension: str) -> str:
    """Return a name fit to be shown and saved: no folders, no controls, the true extension.

    Rare ideographs stay, those newer than this Python too.
    """
    stem = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = "".join(c for c in stem if c >= " " and not unprintable(c))
    stem = unicodedata.normalize("NFC", stem)
    stem = stem.rsplit(".", 1)[0] if "." in stem.lstrip(".") else stem
    return (stem.strip(" .")[:_LONGEST_NAME] or "page") + extension


def _require_size(size: int, limit: int) -> None:
    if size == 0:
        raise DocumentFailure("document.file_empty")
    if size > limit:
        raise DocumentFailure("document.file_too_large", limit_mb=limit // _MEGA)


def _read(path: Path, limit: int) -> bytes:
    """Read a regular file; its size is looked at first, and no more than the limit is read."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would wait for ever, a folder has no bytes
            raise DocumentFailure("document.file_unreadable", FailureKind.RETRIABLE)
        _require_size(about.st_size, limit)
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError as cause:
        raise DocumentFailure("document.file_missing") from cause
    except (OSError, ValueError) as cause:
        raise DocumentFailure("document.file_unreadable", FailureKind.RETRIABLE) from cause
    _require_size(len(data), limit)  # it may have grown, or shrunk, since it was looked at
    return data


def _normalised(data: bytes, kind: FileKind, policy: IntakePolicy) -> bytes:
    image = decoded(data, kind, policy.max_pixels, useful_side(policy.rule))
    kept_as_is = (
        kind is FileKind.JPEG
        and image.mode in {"RGB", "L"}
        and is_plain(data)
        and keeps(image.size, len(data), policy.rule)
    )
    return data if kept_as_is else a4_page(image, policy.rule)


def _check_pdf(data: bytes, policy: IntakePolicy) -> int:
    """Look through a PDF that is kept as it is; return its pages."""
    from pypdfium2 import PdfiumError, raw  # type: ignore[import-untyped]  # noqa: PLC0415

    if b"%%EOF" not in data[-1024:]:
        raise DocumentFailure("document.pdf_broken")
    with opened(data) as document:
        pages = len(document)
        if pages == 0:
            raise DocumentFailure("document.pdf_broken")
        if pages > policy.max_pdf_pages:
            raise DocumentFailure(
                "document.pdf_too_many_pages", pages=pages, limit=policy.max_pdf_pages
            )
        if raw.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0 or document.count_attachments():
            raise DocumentFailure("document.pdf_active")
        try:
            for number in range(pages):
                document[number].close()
        except PdfiumError as cause:
            raise DocumentFailure("document.pdf_broken") from cause
    return pages
