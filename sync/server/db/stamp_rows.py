"""Certificates that want an authority's time, and those that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import attachments, stamps
from sync.server.services.rows.files import StampRow

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

_HERE = and_(attachments.c.case_no == stamps.c.case_no, attachments.c.sha256 == stamps.c.sha256)


class SqlStampRows(Rowwise):
    """See services.ports.stamps.StampRows."""

    def want(self, row: StampRow) -> None:
        """Keep a paper to be stamped; the same one once."""
        self._add_once(stamps, row)

    def get(self, case_no: str, sha256: str) -> StampRow | None:
        """Return what became of a paper."""
        own = (stamps.c.case_no == case_no, stamps.c.sha256 == sha256)
        return self._one(StampRow, stamps, *own)

    def of_document(self, sha256: str) -> StampRow | None:
        """Return the paper that has this hash, as it was sealed or as it was stamped."""
        either = or_(stamps.c.sha256 == sha256, stamps.c.stamped == sha256)
        # The first to be sealed: whoever names another's paper as his own comes after it.
        first = of(StampRow, stamps).where(either).order_by(stamps.c.at, stamps.c.case_no).limit(1)
        return next(iter(self._all(StampRow, first)), None)

    def waiting(self, now: int) -> bool:
        """Say whether any paper that is here wants its stamp by now."""
        found = _due(select(stamps.c.sha256), now).limit(1)
        return self._connection.execute(found).first() is not None

    def take(self, now: int, until: int, limit: int) -> list[tuple[StampRow, str]]:
        """Take papers for as long as `until`, the longest waiting first, with their files."""
        columns = of(StampRow, stamps).selected_columns
        due = _due(select(*columns, attachments.c.file), now).order_by(stamps.c.next).limit(limit)
        found = [(StampRow(*row[:-1]), row[-1]) for row in self._connection.execute(due)]
        return [(row, file) for row, file in found if self._taken(row, until)]

    def settle(self, row: StampRow, stamped: str, stamped_at: int) -> None:
        """Write down the revision that has the stamp, and the authority's time."""
        values = {"stamped": stamped, "stamped_at": stamped_at, "next": None}
        self._connection.execute(update(stamps).where(*_own(row)).values(**values))

    def put_off(self, row: StampRow, upcoming: int | None) -> None:
        """Count a try that failed; the next one comes then, or never."""
        values = {"tries": row.tries + 1, "next": upcoming}
        self._connection.execute(update(stamps).where(*_own(row)).values(**values))

    def _taken(self, row: StampRow, until: int) -> bool:
        """Mark a paper as taken; False where another process was first."""
        statement = update(stamps).where(*_own(row), stamps.c.next == row.next).values(next=until)
        return bool(self._connection.execute(statement).rowcount == 1)


def _due(wanted: Select[Any], now: int) -> Select[Any]:
    joined = wanted.select_from(stamps.join(attachments, _HERE))
    return joined.where(stamps.c.stamped.is_(None), stamps.c.next <= now)


def _own(row: StampRow) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return stamps.c.case_no == row.case_no, stamps.c.sha256 == row.sha256
