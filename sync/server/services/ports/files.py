"""What the services ask about attachments: their rows, and their bytes at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sync.server.services.rows.files import AttachmentRow, UploadRow


class FileRows(Protocol):
    """Which attachments belong to which case."""

    def add_upload(self, row: UploadRow) -> None:
        """Promise an upload."""

    def upload(self, id_: str) -> UploadRow | None:
        """Return a promised upload."""

    def drop_upload(self, id_: str) -> None:
        """Forget a promise that was kept."""

    def add(self, row: AttachmentRow) -> None:
        """Keep an attachment's place; the same one twice is kept once."""

    def get(self, case_no: str, sha256: str) -> AttachmentRow | None:
        """Return an attachment of a case."""

    def after(self, case_no: str, sha256: str, limit: int) -> list[AttachmentRow]:
        """Return attachments by case and hash, from behind this one on; ("", "") is the start."""


class FileVault(Protocol):
    """Attachments at rest: sealed files under names that say nothing."""

    def keep(self, sha256: str, data: bytes) -> str:
        """Seal bytes; returns the file's name. Durable on return."""

    def has(self, name: str) -> bool:
        """Say whether a sealed file is there; not whether it opens."""

    def destroy(self, name: str) -> None:
        """Destroy a sealed file; one that is gone is gone."""

    def sweep(self, known: AbstractSet[str], before_ms: int) -> int:
        """Destroy files from before a moment whose names are not known; return how many."""

    def fetch(self, name: str, sha256: str) -> bytes:
        """Open a sealed file.

        Raises:
            WireError: wire.attachment_missing when it is gone or damaged.
        """
