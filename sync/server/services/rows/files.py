"""Rows of attachments: announced, kept, stamped."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A promised upload: a random id bound to session and case."""

    id: str = field(repr=False)
    dlg: str
    dev: str
    case_no: str
    sha256: str
    size: int
    type: str
    exp: int


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """An attachment that the centre holds; `file` names its sealed file."""

    case_no: str
    sha256: str
    size: int
    type: str
    person: str
    dev: str
    at: int
    file: str


@dataclass(frozen=True, slots=True)
class StampRow:
    """A sealed paper by its hash, and the revision of it that has an authority's time.

    `next` is when the authority is asked again, None for never; `stamped_at` is its time.
    """

    case_no: str
    sha256: str
    at: int
    tries: int
    next: int | None
    stamped: str | None = None
    stamped_at: int | None = None
