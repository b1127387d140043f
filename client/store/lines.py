"""The lines of lists: one row per case, with the due times that lights are read from.

A line depends on the folded case and on the rules in force (item names, calendars, schemes), so
open cases' lines are made anew when policy changes.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, time, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from client.app.ports.store import FOUND_MAX, CaseLine, CaseLines
from client.store.search import GATHERED_MAX, SearchIndex, digits_in, words_in, words_of
from sync.domain.calendar import CHINA
from sync.domain.case import State
from sync.domain.fields import ms_of
from sync.domain.time_limit import Clock, clock
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from client.app.ports.store import CaseQuery
    from client.store.connection import Database
    from client.store.folding import Kept
    from client.store.search import Word
    from sync.domain.case import Case
    from sync.domain.rules import Rules

TOTAL_MAX = 100_000
NO_DUE = 2**53 - 1
"""Sorts after every due time: no limit runs, or it stands still."""
CLOSED_KEY = NO_DUE + 1
"""Sorts after every open case, so that one index holds the order of the open and of all."""

_CLOSED = (State.CLOSED, State.ARCHIVED, State.LAPSED)
_NAMES = tuple(field.name for field in fields(CaseLine))
"""The columns are named after the line's members, in their order."""
_FLAGS = frozenset({"closed", "fast_track", "provisional", "pending"})
_ALL = "FROM case_line l"
_GATHERED = "FROM json_each(?) f CROSS JOIN case_line l ON l.id = f.value"
_ORDER = "l.due_key, l.updated_ms DESC, l.number"
_RANK = "CASE WHEN l.number LIKE ? THEN 0 WHEN instr(l.number, ?) THEN 1 ELSE 2 END"
"""Who types "00017" means a case's number as it is said, else a number, and last a telephone."""
_KEY_AT = f"CASE WHEN ? BETWEEN paused_from_ms AND paused_to_ms THEN {NO_DUE} ELSE due_ms END"
_STANDING = "paused_to_ms IS NOT NULL AND due_ms IS NOT NULL"
"""Whose place in the order hangs on the moment; a closed case is not suspended."""
_OPEN, _CLOSED_ONES = f"l.due_key < {CLOSED_KEY}", f"l.due_key = {CLOSED_KEY}"
_values = attrgetter(*_NAMES)
_COLUMNS = ", ".join(f"l.{name}" for name in _NAMES)
_WRITTEN = (*_NAMES, "due_key")
_INSERT = f"INSERT INTO case_line ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))})"  # noqa: S608
_UPDATE = f"UPDATE case_line SET {' = ?, '.join(_WRITTEN[1:])} = ? WHERE number = ?"  # noqa: S608


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the sort key of its last row, and the count, which need not be redone."""

    due_key: int
    updated_ms: int
    number: str
    total: int | None
    rank: int = 0

    @property
    def key(self) -> tuple[int, int, int, str]:
        return self.rank, self.due_key, -self.updated_ms, self.number


class _Ranking:
    """How lines found by some digits stand before others; without digits all stand alike."""

    def __init__(self, digits: str) -> None:
        self.digits = digits
        self.rank = _RANK if digits else "0"
        self.bound = (f"%{digits}-_", digits) if digits else ()
        self.order = f"ORDER BY {self.rank}, {_ORDER}" if digits else f"ORDER BY {_ORDER}"

    def of(self, number: str) -> int:
        """Return the rank of a line as the database has it."""
        if not self.digits or number[:-2].endswith(self.digits):
            return 0
        return 1 if self.digits in number else 2


class CaseLineTable:
    """The lines of one open store."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._search = SearchIndex(db)

    def forget(self) -> None:
        """Drop what memory holds."""
        self._search.forget()

    def named(self, numbers: Sequence[str]) -> tuple[CaseLine, ...]:
        """Return the lines of these cases, in this order; one that is not here is left out."""
        query = f"SELECT {_COLUMNS} FROM case_line l WHERE l.number = ?"  # noqa: S608  our names
        rows = (self._db.one(query, number) for number in numbers)
        return tuple(_line(row) for row in rows if row is not None)

    # ------------------------------------------------------------ writing

    def put(
        self,
        case: Case,
        updated_ms: int,
        rules: Rules,
        *,
        pending: bool,
        kept: Kept | None = None,
        old: Case | None = None,
    ) -> int:
        """Make a case's line anew, inside the caller's transaction; return its place.

        Args:
            case: the case.
            updated_ms: when its last step was.
            rules: name its item and its limits.
            pending: whether a step of it waits for an answer.
            kept: its line till now.
            old: the case till now.
        """
        line = line_of(case, updated_ms, rules, pending=pending)
        if kept is None:
            place = self._db.insert(_INSERT, *_values(line), _sort_key(line))
            self._search.put(place, words_of(case), first=True)
            self._search.put_item(line.item, line.item_name)
            return place
        if old is None or _named(case) != _named(old):
            self._search.put(kept.id, words_of(case))  # while the line says what it was
        self._update(line)
        if (kept.item, kept.item_name) != (line.item, line.item_name):
            self._search.put_item(line.item, line.item_name)
            self.drop_items()
        return kept.id

    def renew(self, line: CaseLine, case: Case, rules: Rules) -> bool:
        """Make a line anew whose case is as it was; return whether the rules changed it.

        An item's former name is known till `drop_items`.
        """
        new = line_of(case, line.updated_ms, rules, pending=line.pending)
        if new != line:
            self._update(new)
            self._search.put_item(new.item, new.item_name)
        return new != line

    def drop(self, place: int) -> None:
        """Take a case off the lists: its opening was refused."""
        self._search.drop(place)
        self._db.run("DELETE FROM case_line WHERE id = ?", place)
        self.drop_items()

    def drop_items(self) -> None:
        """Forget names of items that no line has any more."""
        self._search.drop_items()

    def settle(self) -> None:
        """Index the newest lines, found without an index till then; order all as `put` does."""
        self._search.settle()
        self._db.run(
            f"UPDATE case_line SET due_key = {NO_DUE} WHERE {_STANDING} AND due_key <> {NO_DUE}"  # noqa: S608
        )

    def misplaced(self, at_ms: int) -> bool:
        """Say whether a suspension began or came to its told end since the order was laid."""
        asked = f"SELECT 1 FROM case_line WHERE {_STANDING} AND due_key <> {_KEY_AT} LIMIT 1"  # noqa: S608
        return self._db.one(asked, at_ms) is not None

    def place(self, at_ms: int) -> None:
        """Order suspended cases by whether their clocks stand still at a moment.

        Nobody resumes them where the line is cut, and time passes without a step.
        """
        self._db.run(
            f"UPDATE case_line SET due_key = {_KEY_AT} WHERE {_STANDING} AND due_key <> {_KEY_AT}",  # noqa: S608
            *(at_ms, at_ms),
        )

    def _update(self, line: CaseLine) -> None:
        self._db.run(_UPDATE, *_values(line)[1:], _sort_key(line), line.number)

    # ------------------------------------------------------------ reading

    def open_lines(self) -> list[CaseLine]:
        """Return the lines of all cases that are not closed."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM case_line l WHERE {_OPEN}")  # noqa: S608
        return [_line(row) for row in rows]

    def page(self, query: CaseQuery) -> CaseLines:
        """Return a page of rows: red first, then by due time, then newest.

        What is found by digits stands in the order of `_RANK` first, unless it is very much.
        """
        where, values = _conditions(query)
        after = _read_place(query.after)
        total = None if after is None else after.total
        words, gathered = words_in(query.text), None
        if words:
            gathered, holds, bound = self._found(words)
            where += holds
            values += bound
            if gathered is None:
                total = total or FOUND_MAX  # nobody reads so many: they are not counted
        if gathered is None and total is None and query.counted:
            total = self._count(where, values)
        digits = digits_in(query.text)
        ranking = _Ranking("" if gathered is None else digits)
        if after is not None:
            if not ranking.digits:
                where.append("l.due_key >= ?")
                values.append(after.due_key)
            where.append(f"({ranking.rank}, l.due_key, -l.updated_ms, l.number) > (?, ?, ?, ?)")
            values += (*ranking.bound, *after.key)
        source = _ALL
        if gathered is not None:
            places = self._sorted(gathered, where, values, ranking)
            if total is None and query.counted:
                total = min(len(places), FOUND_MAX)
            source, where, values = _GATHERED, [], [_json(places[: query.limit + 1])]
        if query.limit <= 0 or total == 0:
            return CaseLines((), None, total)
        rows = self._db.rows(
            f"SELECT l.due_key, {_COLUMNS} {source} {_all_of(where)} {ranking.order} LIMIT ?",
            *(*values, *ranking.bound, query.limit + 1),
        )
        lines = tuple(_line(row[1:]) for row in rows[: query.limit])
        more = len(rows) > query.limit
        further = None
        if more:
            further = _write_place(rows[query.limit - 1][0], lines[-1], total, ranking)
        return CaseLines(lines, further, total, digits)

    def _found(self, words: Sequence[Word]) -> tuple[list[int] | None, list[str], list[str]]:
        """Return the places where lines may hold these words, and what is yet to be asked of each.

        None for the places of more lines than are worth sorting; the list is walked then.
        """
        word, places = self._search.fewest(words)
        few = len(places) <= GATHERED_MAX
        listed = not few and not self._search.many(word)
        asked = [each for each in words if each is not word or not (word.exact and (few or listed))]
        holds = [each.holds for each in asked]
        bound = [value for each in asked for value in each.holds_values]
        if listed:
            holds.insert(0, f"+l.id IN ({word.found})")
            bound = [*word.found_values, *bound]
        return places if few else None, holds, bound

    def _sorted(
        self, places: list[int], where: list[str], values: list[str | int], ranking: _Ranking
    ) -> list[int]:
        """Return those of some lines of which the conditions are true, in the list's order."""
        rows = self._db.rows(
            f"SELECT l.id {_GATHERED} {_all_of(where)} {ranking.order}",
            *(_json(places), *values, *ranking.bound),
        )
        return [row[0] for row in rows]

    def _count(self, where: list[str], values: list[str | int]) -> int:
        some = f"SELECT 1 {_ALL} {_all_of(where)} LIMIT {TOTAL_MAX}"
        count: int = self._db.value(f"SELECT count(*) FROM ({some})", *values)  # noqa: S608
        return count


def _all_of(conditions: list[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _json(places: list[int]) -> str:
    return msgspec.json.encode(places).decode()


def _conditions(query: CaseQuery) -> tuple[list[str], list[str | int]]:
    """Return what a query asks besides its words, as conditions on `l` and their values."""
    conditions: list[str] = []
    values: list[str | int] = []
    if query.closed is not None:
        conditions.append(_CLOSED_ONES if query.closed else _OPEN)
    if query.due_before_ms is not None:
        # The sort key leaves out cases whose clock stands still.
        conditions.append("l.due_key < ?")
        values.append(query.due_before_ms)
    if query.warn_before_ms is not None:
        conditions.append(f"l.warn_ms <= ? AND l.due_key >= ? AND l.due_key < {NO_DUE}")
        values += (query.warn_before_ms, query.warn_before_ms)
    waits, bound = _waits_for(query)
    return [*conditions, *waits], [*values, *bound]


def line_of(case: Case, updated_ms: int, rules: Rules, *, pending: bool) -> CaseLine:
    """Return the line of a case under the rules in force."""
    item = rules.item_of(case.item, case.item_version)
    closed = case.state in _CLOSED
    found = Clock(None, (), ())
    if not closed and rules.calendars.issues:  # no calendar yet: policy is still on its way
        found = clock(case, rules)
    due = found.governing
    statutory = found.due("decision.statutory")
    start, end = _stands_still(case, rules)
    return CaseLine(
        number=case.number,
        scope=case.scope,
        applicant=case.applicant.name,
        item=case.item,
        item_name=case.item if item is None else item.name.zh,
        state=case.state.value,
        closed=closed,
        fast_track=case.fast_track or (case.accepted_at is None and case.fast_track_wished),
        holder=case.holder or "",
        due_ms=None if due is None else ms_of(due.at),
        warn_ms=None if due is None else ms_of(due.warn_at),
        statutory_ms=None if statutory is None else _end_of(statutory.by_date),
        paused_from_ms=start,
        paused_to_ms=end,
        provisional=due is not None and due.provisional,
        updated_ms=updated_ms,
        pending=pending,
    )


def _stands_still(case: Case, rules: Rules) -> tuple[int, int] | tuple[None, None]:
    """Return from when to when an open suspension stops the clock, as the light judges it."""
    stop = case.suspension
    if stop is None or stop.served_at is None or not rules.calendars.issues:
        return None, None
    calendar = rules.calendars.of_department(case.department, case.hall)
    return ms_of(stop.served_at), ms_of(calendar.closes(stop.until))


def _waits_for(query: CaseQuery) -> tuple[list[str], list[str]]:
    """Return the condition that a case waits for this person: he holds it, or his roles act."""
    parts: list[str] = []
    values: list[str] = []
    if query.holder is not None:
        parts.append("(l.holder = ? AND l.holder <> '')")  # as the index of holders wants it
        values.append(query.holder)
    for pair in query.waiting:
        parts.append("(l.scope = ? AND l.state = ?)")
        values += pair
    return ([f"({' OR '.join(parts)})"] if parts else []), values


def _sort_key(line: CaseLine) -> int:
    """Return a line's place in the order; a suspended case stands still till `place` is asked."""
    if line.closed:
        return CLOSED_KEY
    return NO_DUE if line.due_ms is None or line.paused_to_ms is not None else line.due_ms


def _named(case: Case) -> tuple[Any, ...]:
    """Return what the words hang on that a case is found by."""
    return case.item, case.applicant, case.agent, case.project


def _end_of(day: date) -> int:
    """Return the last millisecond of a day in China: the law counts days, not hours."""
    return ms_of(datetime.combine(day + timedelta(days=1), time(), CHINA)) - 1


def _line(row: tuple[Any, ...]) -> CaseLine:
    named = zip(_NAMES, row, strict=True)
    values: list[Any] = [bool(value) if name in _FLAGS else value for name, value in named]
    return CaseLine(*values)


def _write_place(due_key: int, line: CaseLine, total: int | None, ranking: _Ranking) -> str:
    rank = ranking.of(line.number)
    place = _Place(due_key, line.updated_ms, line.number, total, rank)
    return msgspec.json.encode(place).decode()


def _read_place(after: str | None) -> _Place | None:
    return None if after is None else from_json(after, _Place)
