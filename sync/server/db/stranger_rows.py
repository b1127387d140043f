"""Filings, the codes that open them, letters and evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, func, select, tuple_, update

from sync.domain.filings import FilingState
from sync.server.db.rowwise import Rowwise, of
from sync.server.db.stranger_tables import (
    evaluations,
    filing_files,
    filings,
    letters,
    phone_codes,
)
from sync.server.db.tables import attachments
from sync.server.services.rows.strangers import (
    EvaluationRow,
    FilingFileRow,
    FilingRow,
    LetterRow,
    PhoneCodeRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


_WAITS = (FilingState.FILED.value, FilingState.TAKEN.value)
_ENDED = (FilingState.REGISTERED.value, FilingState.WITHDRAWN.value, FilingState.LACKING.value)


class SqlFilingRows(Rowwise):
    """See services.ports.strangers.FilingRows."""

    def save_code(self, row: PhoneCodeRow) -> None:
        """Write a code sent to a telephone."""
        self._put(phone_codes, row)

    def code(self, id_: str) -> PhoneCodeRow | None:
        """Return a code by its id."""
        return self._one(PhoneCodeRow, phone_codes, phone_codes.c.id == id_)

    def codes_since(self, phone: str, since: int) -> int:
        """Return how many codes a telephone was sent since."""
        own = (phone_codes.c.phone == phone, phone_codes.c.at >= since)
        counted = select(func.count()).select_from(phone_codes).where(*own)
        return int(self._connection.execute(counted).scalar_one())

    def get(self, number: str) -> FilingRow | None:
        """Return one filing."""
        return self._one(FilingRow, filings, filings.c.number == number)

    def save(self, row: FilingRow) -> None:
        """Write a filing."""
        self._put(filings, row)

    def last_number(self, head: str) -> int:
        """Return the greatest number that was given after a head; 0 while none was."""
        return self._last_number(filings.c.number, head)

    def open_of(self, hall: str, departments: Iterable[str] | None = None) -> list[FilingRow]:
        """Return a hall's filings that wait for a window of these departments, oldest first."""
        own = of(FilingRow, filings).where(filings.c.hall == hall, filings.c.state.in_(_WAITS))
        if departments is not None:
            own = own.where(filings.c.department.in_(sorted(departments)))
        return self._all(FilingRow, own.order_by(filings.c.filed, filings.c.number).limit(500))

    def overdue(self, scopes: Iterable[str], now: int, limit: int) -> list[FilingRow]:
        """Return the filings that no window took up in time, the longest overdue first."""
        late = of(FilingRow, filings).where(
            (filings.c.hall + "/" + filings.c.department).in_(sorted(scopes)),
            filings.c.state.in_(_WAITS),
            filings.c.due < now,
        )
        return self._all(FilingRow, late.order_by(filings.c.due).limit(limit))

    def files(self, number: str) -> list[FilingFileRow]:
        """Return a filing's files."""
        own = of(FilingFileRow, filing_files).where(filing_files.c.filing == number)
        return self._all(FilingFileRow, own.order_by(filing_files.c.material, filing_files.c.at))

    def add_file(self, row: FilingFileRow) -> None:
        """Keep a file's place; the same one twice is kept once."""
        self._add_once(filing_files, row)

    def drop_files(self, number: str, material: str) -> None:
        """Take the files of one material back."""
        own = (filing_files.c.filing == number, filing_files.c.material == material)
        self._connection.execute(delete(filing_files).where(*own))

    def forget(self, drafts: int, before: int) -> list[str]:
        """Drop drafts begun before, empty what ended before; return sealed files to destroy."""
        old = select(filings.c.number).where(
            filings.c.state == FilingState.DRAFT.value, filings.c.made < drafts
        )
        gone = [row[0] for row in self._connection.execute(old)]
        ended = (filings.c.state.in_(_ENDED), filings.c.made < before, filings.c.phone != "")
        done = [row[0] for row in self._connection.execute(select(filings.c.number).where(*ended))]
        self._connection.execute(
            update(filings).where(*ended).values(phone="", applicant="{}", code="")
        )
        files = self._without_files(gone + done)
        if gone:
            self._connection.execute(delete(filings).where(filings.c.number.in_(gone)))
        self._connection.execute(delete(phone_codes).where(phone_codes.c.exp < drafts))
        return files

    def _without_files(self, numbers: list[str]) -> list[str]:
        """Forget the files of filings; return the sealed ones that nobody else has."""
        if not numbers:
            return []
        own = filing_files.c.filing.in_(numbers)
        named = {row[0] for row in self._connection.execute(select(filing_files.c.file).where(own))}
        self._connection.execute(delete(filing_files).where(own))
        # The same bytes lie once in the vault: another filing, or a case, may have them too.
        for table in (filing_files, attachments):
            left = select(table.c.file).where(table.c.file.in_(sorted(named)))
            named -= {row[0] for row in self._connection.execute(left)}
        return sorted(named)


class SqlLetterRows(Rowwise):
    """See services.ports.strangers.LetterRows."""

    def get(self, number: str) -> LetterRow | None:
        """Return one letter."""
        return self._one(LetterRow, letters, letters.c.number == number)

    def save(self, row: LetterRow) -> None:
        """Write a letter."""
        self._put(letters, row)

    def last_number(self, head: str) -> int:
        """Return the greatest number that was given after a head; 0 while none was."""
        return self._last_number(letters.c.number, head)

    def listed(self, halls: list[str], limit: int) -> list[LetterRow]:
        """Return the letters to these halls: the open by deadline, then the last answered."""
        own = of(LetterRow, letters).where(letters.c.hall.in_(halls))
        open_ = letters.c.state == "open"
        pressing = case((open_, letters.c.due), else_=-letters.c.answered)
        order = (letters.c.state.desc(), pressing, letters.c.number)
        return self._all(LetterRow, own.order_by(*order).limit(limit))

    def open(self, hall: str, after: tuple[int, str], limit: int) -> list[LetterRow]:
        """Return a hall's open letters by (deadline, number), from behind one of them on."""
        place = letters.c.due, letters.c.number
        own = (letters.c.hall == hall, letters.c.state == "open", tuple_(*place) > after)
        return self._all(
            LetterRow, of(LetterRow, letters).where(*own).order_by(*place).limit(limit)
        )

    def evaluate(self, row: EvaluationRow) -> bool:
        """Keep an evaluation; False where the case has one already."""
        return self._add_once(evaluations, row)

    def evaluation(self, case_no: str) -> EvaluationRow | None:
        """Return a case's evaluation."""
        return self._one(EvaluationRow, evaluations, evaluations.c.case_no == case_no)

    def grades(self, scopes: list[str], since: int) -> dict[int, int]:
        """Return how many cases of these scopes were given each grade since."""
        counted = (
            select(evaluations.c.grade, func.count())
            .where(evaluations.c.scope.in_(scopes), evaluations.c.at >= since)
            .group_by(evaluations.c.grade)
        )
        return {row[0]: row[1] for row in self._connection.execute(counted)}
