"""What the services ask of the database about filings, letters and evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sync.server.services.rows.strangers import (
        EvaluationRow,
        FilingFileRow,
        FilingRow,
        LetterRow,
        PhoneCodeRow,
    )


class FilingRows(Protocol):
    """Online filings with their files, and the codes that open them."""

    def save_code(self, row: PhoneCodeRow) -> None:
        """Write a code sent to a telephone."""

    def code(self, id_: str) -> PhoneCodeRow | None:
        """Return a code by its id."""

    def codes_since(self, phone: str, since: int) -> int:
        """Return how many codes a telephone was sent since."""

    def get(self, number: str) -> FilingRow | None:
        """Return one filing."""

    def save(self, row: FilingRow) -> None:
        """Write a filing."""

    def last_number(self, head: str) -> int:
        """Return the greatest number that was given after a head; 0 while none was."""

    def open_of(self, hall: str, departments: Iterable[str] | None = None) -> list[FilingRow]:
        """Return a hall's filings that wait for a window of these departments, oldest first."""

    def overdue(self, scopes: Iterable[str], now: int, limit: int) -> list[FilingRow]:
        """Return the filings that no window took up in time, the longest overdue first."""

    def files(self, number: str) -> list[FilingFileRow]:
        """Return a filing's files."""

    def add_file(self, row: FilingFileRow) -> None:
        """Keep a file's place; the same one twice is kept once."""

    def drop_files(self, number: str, material: str) -> None:
        """Take the files of one material back."""

    def forget(self, drafts: int, before: int) -> list[str]:
        """Drop drafts begun before, empty what ended before; return sealed files to destroy.

        Args:
            drafts: ms; older drafts go whole, with their files.
            before: ms; filings that ended earlier lose name, number and telephone.
        """


class LetterRows(Protocol):
    """Complaints, inquiries and evaluations."""

    def get(self, number: str) -> LetterRow | None:
        """Return one letter."""

    def save(self, row: LetterRow) -> None:
        """Write a letter."""

    def last_number(self, head: str) -> int:
        """Return the greatest number that was given after a head; 0 while none was."""

    def listed(self, halls: list[str], limit: int) -> list[LetterRow]:
        """Return the letters to these halls: the open by deadline, then the last answered."""

    def open(self, hall: str, after: tuple[int, str], limit: int) -> list[LetterRow]:
        """Return a hall's open letters by (deadline, number), from behind one of them on."""

    def evaluate(self, row: EvaluationRow) -> bool:
        """Keep an evaluation; False where the case has one already."""

    def evaluation(self, case_no: str) -> EvaluationRow | None:
        """Return a case's evaluation."""

    def grades(self, scopes: list[str], since: int) -> dict[int, int]:
        """Return how many cases of these scopes were given each grade since."""
