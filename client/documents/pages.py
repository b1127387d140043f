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
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from client.documents.failures import DocumentFailure
from client.documents.glyphs import unprintable
from client.documents.jpeg import PageRule, a4_page, is_plain, keeps
from client.documents.kinds import FileKind, kind_of
from client.documents.pdfium import opened
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from PIL.Image import Image

_MEGA = 1_000_000
_IMAGES = {
    FileKind.JPEG: ("JPEG", "MPO"),  # MPO: what two-lens phones call a JPEG
    FileKind.PNG: ("PNG",),
    FileKind.TIFF: ("TIFF",),
    FileKind.BMP: ("BMP",),
    FileKind.WEBP: ("WEBP",),
}
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class IntakePolicy:
    """What one item takes in; the defaults are the general rule.

    A4 at 600 dpi has 35 million pixels; a picture that promises more is a mistake or an attack.
    """

    rule: PageRule = field(default_factory=PageRule)
    max_file_bytes: int = 32 * _MEGA
    max_pixels: int = 40 * _MEGA
    max_pdf_pages: int = 300


@dataclass(frozen=True, slots=True)
class Page:
    """A page (or a PDF of several) as it is kept, uploaded and shown.

    `original_sha256` is the hash of what was handed in; it equals `sha256` where nothing had to be
    changed. Both hexadecimal.
    """

    data: bytes = field(repr=False)
    type: str
    sha256: str
    original_sha256: str
    pages: int
    name: str

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
    kept = _normalised(data, kind, policy)
    digest = hashlib.sha256(kept).hexdigest()
    return Page(kept, FileKind.JPEG.value, digest, original, 1, clean_name(name, ".jpg"))


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
    image = _decoded(data, kind, policy)
    kept_as_is = (
        kind is FileKind.JPEG
        and image.mode in {"RGB", "L"}
        and is_plain(data)
        and keeps(image.size, len(data), policy.rule)
    )
    return data if kept_as_is else a4_page(image, policy.rule)


def _decoded(data: bytes, kind: FileKind, policy: IntakePolicy) -> Image:
    """Decode a picture fully, upright, in grey or RGB on white, no larger than is of use."""
    from PIL import Image as Pillow  # noqa: PLC0415 - 40 ms at start-up, paid with the first page
    from PIL import ImageOps  # noqa: PLC0415

    # Pixels are counted here, before anything is decoded; Pillow's own guard only warns.
    Pillow.MAX_IMAGE_PIXELS = None
    useful = 2 * policy.rule.max_long
    try:
        with Pillow.open(io.BytesIO(data), formats=_IMAGES[kind]) as image:
            _require_one_page(image, kind, policy)
            image.draft(None, (useful, useful))
            image.load()
            return _flat(ImageOps.exif_transpose(_reduced(image, useful)))
    except DocumentFailure:
        raise
    except Exception as cause:  # decoders of hostile bytes raise what they like
        raise DocumentFailure("document.image_broken") from cause


def _require_one_page(image: Image, kind: FileKind, policy: IntakePolicy) -> None:
    width, height = image.size
    if width * height > policy.max_pixels:
        raise DocumentFailure("document.image_too_many_pixels", limit_mp=policy.max_pixels // _MEGA)
    frames = int(getattr(image, "n_frames", 1))
    if kind is not FileKind.JPEG and frames > 1:
        raise DocumentFailure("document.image_many_pages", pages=frames)


def _reduced(image: Image, useful: int) -> Image:
    """Shrink by a whole factor before colours are converted, which takes memory several times."""
    factor = max(image.size) // useful
    if factor <= 1 or image.mode not in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        return image
    smaller = image.reduce(factor)
    smaller.info = dict(image.info)
    if "exif" in image.info:
        smaller.getexif().load(image.info["exif"])
    return smaller


def _flat(image: Image) -> Image:
    """Return 8-bit grey or RGB; what is transparent becomes white paper."""
    from PIL import Image as Pillow  # noqa: PLC0415

    if image.mode in {"L", "RGB"}:
        return image.copy()
    if image.mode == "F" or image.mode.startswith("I"):
        deep = image.convert("F")
        _low, high = deep.getextrema()
        scale = 1 / 256 if isinstance(high, float) and high > 255 else 1.0
        return deep.point(lambda level: level * scale).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if "A" in image.mode or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Pillow.new("RGBA", clear.size, "white")
        return Pillow.alpha_composite(paper, clear).convert("RGB")
    return image.convert("RGB")


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
