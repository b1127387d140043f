"""What the services ask of the database about times still owed to papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sync.server.services.rows.files import StampRow


class StampRows(Protocol):
    """Certificates that want an authority's time, and those that have it."""

    def want(self, row: StampRow) -> None:
        """Keep a paper to be stamped; the same one once."""

    def get(self, case_no: str, sha256: str) -> StampRow | None:
        """Return what became of a paper."""

    def of_document(self, sha256: str) -> StampRow | None:
        """Return the paper that has this hash, as it was sealed or as it was stamped."""

    def waiting(self, now: int) -> bool:
        """Say whether any paper that is here wants its stamp by now."""

    def take(self, now: int, until: int, limit: int) -> list[tuple[StampRow, str]]:
        """Take papers for as long as `until`, the longest waiting first, with their files."""

    def settle(self, row: StampRow, stamped: str, stamped_at: int) -> None:
        """Write down the revision that has the stamp, and the authority's time."""

    def put_off(self, row: StampRow, upcoming: int | None) -> None:
        """Count a try that failed; the next one comes then, or never."""
