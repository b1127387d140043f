"""The life of a case as data: one row per line of the table in rules.md §2, and nothing beside it.

What is not here is `step_not_allowed`. The diagrams and docs/STEPS.md are drawn from these rows.
Guards and predicates are named; their functions stand in guards.py and its neighbours.
"""

from collections.abc import Iterable

from sync.domain.case import State
from sync.domain.rows import Row, Who
from sync.domain.rows_after import ANY_TIME, ENDS, PAPERS_AND_MONEY
from sync.domain.rows_inner import INNER_STEPS
from sync.domain.rows_intake import INTAKE, NEW_CASES

__all__ = ["TABLE", "Row", "Who", "rows_for", "rows_from"]

TABLE: tuple[Row, ...] = (
    *INTAKE,
    *INNER_STEPS,
    *PAPERS_AND_MONEY,
    *ENDS,
    *ANY_TIME,
    *NEW_CASES,
)


def _index(rows: Iterable[Row]) -> dict[tuple[State | None, str], tuple[Row, ...]]:
    index: dict[tuple[State | None, str], tuple[Row, ...]] = {}
    for row in rows:
        for state in row.source:
            key = (state, row.kind.value)
            index[key] = (*index.get(key, ()), row)
    return index


_BY_STATE_AND_KIND = _index(TABLE)


def rows_for(state: State | None, kind: str) -> tuple[Row, ...]:
    """Return the rows of a state and a step code; empty = not allowed."""
    return _BY_STATE_AND_KIND.get((state, kind), ())


def rows_from(state: State | None) -> tuple[Row, ...]:
    """Return every row that starts from a state, in the table's order."""
    return tuple(row for row in TABLE if state in row.source)
