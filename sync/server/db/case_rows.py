"""Cases as folded, warnings, findings."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from sync.domain.lights import Light
from sync.server.db.rowwise import Rowwise, of
from sync.server.db.tables import (
    case_lights,
    cases,
    findings,
    judgements,
    recalls,
    warnings,
)
from sync.server.services.rows.cases import CaseRow, LightRow
from sync.server.services.rows.findings import FindingRow, JudgementRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import BindParameter, ColumnElement, Connection, Select

    from sync.server.services.rows.cases import CaseSearch, HeldCase

_BY_LIGHT = (
    select(cases.c.scope, cases.c.light, func.count())
    .where(cases.c.closed == false())
    .group_by(cases.c.scope, cases.c.light)
)
_URGENT = (Light.RED.value, Light.YELLOW.value)
_SHOWN = (*((light,) for light in _URGENT), tuple({*map(str, Light)}.difference(_URGENT)))


class SqlCaseRows(Rowwise):
    """See services.ports.cases.CaseRows.

    A case that several steps of one unit touch is read once and written once.
    """

    def __init__(self, connection: Connection, touched: set[str]) -> None:
        super().__init__(connection, touched)
        self._known: dict[str, CaseRow] = {}
        self._absent: set[str] = set()  # asked for and not there
        self._changed: set[str] = set()
        self._held: dict[str, HeldCase] = {}
        self._to_row: set[str] = set()
        self._noted: list[FindingRow] = []
        self._lit: dict[str, tuple[str, str] | None] = {}  # as stored: (scope, light) of open ones

    def flush(self) -> None:
        """Write the cases that changed, and what was found."""
        noted, self._noted = self._noted, []
        self._add(findings, *noted)
        for number in sorted(self._to_row):
            self._settle(number)
        changed, self._changed = sorted(self._changed), set()
        if changed:
            self._count(changed)
            self._put(cases, *(self._known[number] for number in changed))

    def get(self, number: str) -> CaseRow | None:
        """Return a case."""
        if number in self._to_row:
            self._settle(number)
        if number not in self._known and number not in self._absent:
            self.know((number,))
        return self._known.get(number)

    def know(self, numbers: Iterable[str]) -> None:
        """Read several cases at once."""
        wanted = set(numbers).difference(self._known, self._absent)
        if wanted:
            self._seen(self._among(CaseRow, cases, number=wanted))
            gone = wanted.difference(self._known)
            self._absent |= gone
            self._lit |= dict.fromkeys(gone)

    def _seen(self, rows: Iterable[CaseRow]) -> None:
        """Remember rows as they are stored, but for those that the unit has in its hands."""
        for row in rows:
            if row.number not in self._known:
                self._known[row.number] = row
                self._lit[row.number] = _lit(row)
                self._absent.discard(row.number)

    def save(self, row: CaseRow) -> None:
        """Write a case."""
        self._known[row.number] = row
        self._absent.discard(row.number)
        self._changed.add(row.number)
        self._held.pop(row.number, None)
        self._to_row.discard(row.number)

    def hold(self, held: HeldCase) -> None:
        """Keep a case in hand."""
        self._held[held.number] = held
        if held.row is not None:
            self._to_row.add(held.number)

    def held(self, number: str) -> HeldCase | None:
        """Return a case in hand."""
        return self._held.get(number)

    def _settle(self, number: str) -> None:
        """Compute the row of a case that changed."""
        self._to_row.discard(number)
        make = self._held[number].row
        if make is not None:
            self._known[number] = make()
            self._absent.discard(number)
            self._changed.add(number)

    def _count(self, changed: Iterable[str]) -> None:
        """Bring the numbers of open cases by light up to what is about to be written."""
        unseen = [number for number in changed if number not in self._lit]
        before = {row.number: row for row in self._among(CaseRow, cases, number=unseen)}
        self._lit |= {number: _lit(before.get(number)) for number in unseen}
        moved: Counter[tuple[str, str]] = Counter()
        for number in changed:
            old, new = self._lit[number], _lit(self._known[number])
            self._lit[number] = new
            moved.subtract((old,) if old else ())
            moved.update((new,) if new else ())
        rows = [LightRow(*key, n) for key, n in sorted(moved.items()) if n]
        self._add_up(case_lights, *rows)

    def due_scopes(self, now: int, limit: int) -> frozenset[str]:
        """Return the scopes of the first cases whose next moment of change has come."""
        found = self._asked(_first, _DUE_SCOPES, now=now, most=limit)
        return frozenset(found)

    def due(self, now: int, limit: int, scopes: Iterable[str]) -> list[CaseRow]:
        """Return open cases of scopes whose next moment of change has come."""
        self.flush()
        statement = of(CaseRow, cases).where(*_due(now), cases.c.scope.in_(list(scopes)))
        found = self._all(CaseRow, statement.order_by(cases.c.next_moment).limit(limit))
        self._seen(found)  # whoever asks for one of them next need not read it again
        return found

    def recalls(self) -> dict[str, str]:
        """Return by what mark each scope's open cases were recalled last."""
        statement = select(recalls.c.scope, recalls.c.mark)
        return {row[0]: row[1] for row in self._connection.execute(statement)}

    def open_numbers(self, scope: str) -> list[str]:
        """Return the numbers of every open case of a scope."""
        own = (cases.c.scope == scope, cases.c.closed.is_(False))
        return self._all(str, select(cases.c.number).where(*own))

    def recall(self, now: int, numbers: Iterable[str]) -> None:
        """Let the clock look at open cases again, from now on."""
        self.flush()
        own = (cases.c.number.in_(list(numbers)), cases.c.closed.is_(False))
        self._connection.execute(update(cases).where(*own).values(next_moment=now))
        self._known.clear()
        self._held.clear()

    def recalled(self, scope: str, mark: str) -> None:
        """Note by what mark every open case of a scope was recalled."""
        kept = self._insert(recalls).values(scope=scope, mark=mark)
        kept = kept.on_conflict_do_update(index_elements=["scope"], set_={"mark": mark})
        self._connection.execute(kept)

    def next_moment(self) -> int | None:
        """Return the earliest moment at which any case changes by itself."""
        self.flush()
        (found,) = self._asked(_first, _NEXT_MOMENT)
        return None if found is None else int(found)

    def claim_warning(self, key: tuple[str, str, str, str], at: int) -> bool:
        """Take (case, kind, level, calendar version, or a breach's code); False if it was taken."""
        case_no, kind, level, calendar = key
        row = {"case_no": case_no, "kind": kind, "level": level, "calendar": calendar, "at": at}
        return self._claim(warnings, row)

    def search(self, wanted: CaseSearch) -> list[CaseRow]:
        """Return the cases that a list wants, red first, then by due time."""
        self.flush()
        scopes = [scope for scope in wanted.scopes if wanted.department in {None, scope}]
        if not scopes:
            return []
        # Light by light, scope by scope, in the index's order: all open cases are never sorted.
        most, numbers = wanted.skip + wanted.limit, list[str]()
        for lights in _SHOWN:
            asked = [light for light in lights if wanted.light in {None, light}]
            if asked and len(numbers) < most:
                numbers += self._first(wanted, scopes, asked, most - len(numbers))
        page = numbers[wanted.skip :]
        rows = {row.number: row for row in self._among(CaseRow, cases, number=page)}
        return [rows[number] for number in page if number in rows]

    def _first(
        self, wanted: CaseSearch, scopes: Iterable[str], lights: Iterable[str], most: int
    ) -> list[str]:
        """Return the numbers of the first cases of some scopes and lights, by due time."""
        each = (_first_of(wanted, *place, most) for place in product(scopes, lights))
        found = union_all(*each).subquery("found")
        listed = select(found.c.number).order_by(*_by_due(found.c)).limit(most)
        return [row[0] for row in self._connection.execute(listed)]

    def certified(self, certificate: str) -> CaseRow | None:
        """Return the case that made the certificate of this public id."""
        self.flush()
        own = (cases.c.certificate.is_not(None), cases.c.certificate == certificate)
        return self._one(CaseRow, cases, *own)

    def miscounted(self) -> bool:
        """Say whether the kept numbers of open cases by light are not those of the cases."""
        kept = select(case_lights).where(case_lights.c.n != 0)
        rows = (self._connection.execute(statement) for statement in (kept, _BY_LIGHT))
        before, now = ({(scope, light): n for scope, light, n in each} for each in rows)
        return before != now

    def count_again(self) -> None:
        """Count open cases by light anew."""
        if self._locks:  # who wrote a case and not its light yet adds it afterwards
            self._connection.exec_driver_sql("LOCK TABLE case_lights IN EXCLUSIVE MODE")
        self._connection.execute(delete(case_lights))
        self._connection.execute(
            insert(case_lights).from_select(["scope", "light", "n"], _BY_LIGHT)
        )

    def lights(self, scopes: Sequence[str] | None) -> dict[str, int]:
        """Count open cases by light."""
        self.flush()
        statement = select(case_lights.c.light, func.sum(case_lights.c.n))
        if scopes is not None:
            statement = statement.where(case_lights.c.scope.in_(scopes))
        rows = self._connection.execute(statement.group_by(case_lights.c.light))
        return {row[0]: int(row[1]) for row in rows if row[1]}

    def add_finding(self, row: FindingRow) -> None:
        """Keep something for a supervisor to judge."""
        self._noted.append(row)

    def judge(self, row: JudgementRow) -> bool:
        """Keep a judgement, once."""
        return self._add_once(judgements, row)

    def judgements(self, *numbers: str) -> list[JudgementRow]:
        """Return what was judged of some cases."""
        return self._among(JudgementRow, judgements, case_no=set(numbers))

    def last_finding(self, dev: str, codes: Iterable[str]) -> int | None:
        """Return when one of these was last found of a device without a case, ms."""
        wanted = frozenset(codes)
        own = (findings.c.case_no.is_(None), findings.c.dev == dev)
        newest = select(func.max(findings.c.at)).where(*own, findings.c.code.in_(sorted(wanted)))
        found = self._connection.execute(newest).scalar_one()
        held = [
            row.at
            for row in self._noted
            if row.case_no is None and row.dev == dev and row.code in wanted
        ]
        return max([*held, *(() if found is None else (int(found),))], default=None)

    def findings_of(self, devs: Iterable[str], limit: int) -> list[FindingRow]:
        """Return the newest findings about devices that no case has."""
        self.flush()
        own = (findings.c.case_no.is_(None), findings.c.dev.in_(list(devs)))
        statement = of(FindingRow, findings).where(*own)
        return self._all(FindingRow, statement.order_by(findings.c.id.desc()).limit(limit))

    def findings(self, case_no: str | None, limit: int) -> list[FindingRow]:
        """Return findings of a case, or the newest of all."""
        self.flush()
        statement = of(FindingRow, findings)
        if case_no is not None:
            statement = statement.where(findings.c.case_no == case_no)
        return self._all(FindingRow, statement.order_by(findings.c.id.desc()).limit(limit))


def _lit(row: CaseRow | None) -> tuple[str, str] | None:
    """Return what an open case is counted under."""
    return None if row is None or row.closed else (row.scope, row.light)


def _first_of(wanted: CaseSearch, scope: str, light: str, most: int) -> Select[Any]:
    """Select what orders the first cases of one scope and light."""
    own = (cases.c.scope == scope, cases.c.closed == wanted.closed, cases.c.light == light)
    statement = select(cases.c.number, cases.c.due, cases.c.updated).where(*own)
    if wanted.text:
        statement = statement.where(
            or_(
                cases.c.number.contains(wanted.text, autoescape=True),
                cases.c.applicant.contains(wanted.text, autoescape=True),
                cases.c.item.in_(wanted.items),
                cases.c.holder.in_(wanted.holders),
            )
        )
    return select(statement.order_by(*_by_due(cases.c)).limit(most).subquery())


def _by_due(row: Any) -> tuple[Any, ...]:
    """Return the order of a list within a light."""
    return row.due.asc().nulls_last(), row.updated.desc(), row.number


def _due(now: int | BindParameter[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the condition that the partial index covers."""
    return cases.c.next_moment.is_not(None), cases.c.next_moment <= now


def _first(value: Any) -> Any:
    """Return the one column of a row."""
    return value


# Asked at each look of the clock: kept, not made anew.
_NEXT_MOMENT = select(func.min(cases.c.next_moment)).where(cases.c.next_moment.is_not(None))
_DUE_SCOPES = (
    select(cases.c.scope)
    .where(*_due(bindparam("now", type_=cases.c.next_moment.type)))
    .order_by(cases.c.next_moment)
    .limit(bindparam("most"))
)
