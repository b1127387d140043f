"""What is counted of the log: answered steps of cases in the order of the moments that count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.fields import moment_of
from sync.domain.statistics import Made

if TYPE_CHECKING:
    from client.store.connection import Database

_COUNTED = (
    "SELECT a.counted_ms, a.pos, e.id, e.kind, e.case_no, coalesce(l.item, ''), a.person, e.dev,"
    " a.verdict, a.code FROM answer a JOIN event e USING (pos)"
    " LEFT JOIN case_line l ON l.number = e.case_no"
    " WHERE (a.counted_ms, a.pos) > (?, ?) AND a.counted_ms < ? AND e.case_no IS NOT NULL"
    " ORDER BY a.counted_ms, a.pos LIMIT ?"
)


def counted(
    db: Database, after: tuple[int, int], until_ms: int, limit: int
) -> tuple[tuple[Made, ...], tuple[int, int] | None]:
    """Read the next answered steps.

    Args:
        db: the open store.
        after: (moment in ms, place) of the last one read; (ms - 1, 0) to begin.
        until_ms: the first moment that is asked about no more.
        limit: at most so many.

    Returns:
        The steps, and where to go on; None at the end.
    """
    rows = db.rows(_COUNTED, *after, until_ms, limit)
    made = tuple(
        Made(event, kind, case, item, person, dev, moment_of(at), verdict, code)
        for at, _pos, event, kind, case, item, person, dev, verdict, code in rows
    )
    return made, (rows[-1][0], rows[-1][1]) if len(rows) == limit else None
