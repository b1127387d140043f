"""Urges and orders with their replies, findings, notes, samples, what a change would do."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, bindparam, cast, exists, func, literal, or_, select, update
from sqlalchemy import case as sql_case

from sync.domain.events import Kind
from sync.server.db.rowwise import Rowwise, of
from sync.server.db.supervision_tables import (
    inspections,
    notes,
    pressings,
    recomputations,
    recomputed,
    sampled,
    samples,
)
from sync.server.db.tables import (
    case_lights,
    cases,
    device_heads,
    event_ids,
    findings,
    judgements,
    log,
    warnings,
)
from sync.server.services.rows.cases import CaseRow, LightRow
from sync.server.services.rows.supervision import (
    BREACH,
    FindingEntry,
    InspectionRow,
    NoteRow,
    PressedRow,
    PressingRow,
    RecomputationRow,
    RecomputedRow,
    SampledRow,
    SampleRow,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select

    from sync.server.services.rows.supervision import FindingSearch

_REPLY = "reply"
_WIDTH = 13  # members of a PressingRow


class SqlSupervisionRows(Rowwise):
    """See services.ports.supervision.SupervisionRows."""

    # ------------------------------------------------------------ urges and orders

    def press(self, row: PressingRow) -> None:
        """Keep an urge or order."""
        self._put(pressings, row)

    def raise_level(self, event: str, level: str, reply_by: int | None) -> None:
        """Note that an unanswered one was raised."""
        changed: dict[str, Any] = {"level": level}
        if reply_by is not None:
            changed["reply_by"] = reply_by
        own = update(pressings).where(pressings.c.event == event)
        self._connection.execute(own.values(**changed))

    def answer(self, event: str, answer: str, at: int) -> None:
        """Note the reply to one; the first stands."""
        own = update(pressings).where(pressings.c.event == event, pressings.c.answer == "")
        self._connection.execute(own.values(answer=answer, answered_at=at))

    def pressed(self, event: str) -> PressedRow | None:
        """Return one urge or order."""
        rows = self._connection.execute(_pressed().where(pressings.c.event == event))
        return next((_read_pressed(row) for row in rows), None)

    def pressings_of(self, case_no: str) -> list[PressedRow]:
        """Return the urges and orders of a case, oldest first."""
        own = _pressed().where(pressings.c.case_no == case_no)
        rows = self._connection.execute(own.order_by(pressings.c.at, pressings.c.event))
        return [_read_pressed(row) for row in rows]

    def pressings(
        self, scopes: Sequence[str], state: str, now: int, skip: int, limit: int
    ) -> list[PressedRow]:
        """Return those of scopes in a state."""
        statement = _pressed().where(pressings.c.scope.in_(list(scopes)), _owing())
        if state:
            statement = statement.where(_STATES[state](now))
        judged = state == "judged"
        order = (
            (pressings.c.answered_at.desc(), pressings.c.event)
            if judged
            else (
                pressings.c.answer != "",
                pressings.c.reply_by.is_(None),
                pressings.c.reply_by,
                pressings.c.event,
            )
        )
        rows = self._connection.execute(statement.order_by(*order).offset(skip).limit(limit))
        return [_read_pressed(row) for row in rows]

    def pressing_counts(self, scopes: Sequence[str], now: int) -> dict[str, int]:
        """Count urges and orders that owe something, by state."""
        named = sql_case(*((_STATES[name](now), name) for name in _STATES), else_="open")
        statement = (
            select(named, func.count())
            .select_from(_with_verdict())
            .where(pressings.c.scope.in_(list(scopes)), _owing())
            .group_by(named)
        )
        return {row[0]: row[1] for row in self._connection.execute(statement)}

    # ------------------------------------------------------------ findings

    def inbox(self, wanted: FindingSearch) -> list[FindingEntry]:
        """Return findings, newest first."""
        statement = _entries().where(*_wanted(wanted))
        order = (findings.c.at.desc(), findings.c.id.desc())
        page = statement.order_by(*order).offset(wanted.skip).limit(wanted.limit)
        return self._all(FindingEntry, page)

    def inbox_counts(self, wanted: FindingSearch) -> dict[str, int]:
        """Count the open findings by code."""
        statement = select(findings.c.code, func.count()).select_from(_judged_findings())
        rows = self._connection.execute(statement.where(*_wanted(wanted)).group_by(findings.c.code))
        return {row[0]: row[1] for row in rows}

    def finding(self, number: int) -> FindingEntry | None:
        """Return one finding."""
        return next(iter(self._all(FindingEntry, _entries().where(findings.c.id == number))), None)

    def breaches(
        self, codes: Sequence[str], since: int, limit: int, but: Sequence[int] = ()
    ) -> list[FindingEntry]:
        """Return the findings of these codes since a moment that nobody was warned of yet."""
        statement = _breaching(tuple(codes))
        if not but:
            return self._asked(FindingEntry, statement, since=since, most=limit)
        rest = statement.where(findings.c.id.not_in(list(but)))
        return self._all(FindingEntry, rest.params(since=since, most=limit))

    # ------------------------------------------------------------ notes

    def add_note(self, row: NoteRow) -> None:
        """Keep a note."""
        self._add(notes, row)

    def notes(self, case_no: str) -> list[NoteRow]:
        """Return a case's notes in order."""
        own = of(NoteRow, notes).where(notes.c.case_no == case_no)
        return self._all(NoteRow, own.order_by(notes.c.at, notes.c.id))

    # ------------------------------------------------------------ what a change would do

    def open_cases(self, scope: str, after: str, limit: int) -> list[CaseRow]:
        """Return a slice of a scope's open cases."""
        own = (cases.c.scope == scope, cases.c.closed.is_(False), cases.c.number > after)
        return self._all(
            CaseRow, of(CaseRow, cases).where(*own).order_by(cases.c.number).limit(limit)
        )

    def keep_recomputed(self, moved: Sequence[RecomputedRow]) -> None:
        """Keep cases that a change moves."""
        self._add(recomputed, *moved)

    def keep_recomputation(self, row: RecomputationRow) -> None:
        """Keep what a change would do to all of them."""
        self._put(recomputations, row)

    def recomputations(self, limit: int) -> list[RecomputationRow]:
        """Return the newest."""
        newest = of(RecomputationRow, recomputations).order_by(
            recomputations.c.at.desc(), recomputations.c.id
        )
        return self._all(RecomputationRow, newest.limit(limit))

    def recomputation(self, id_: str) -> RecomputationRow | None:
        """Return one."""
        return self._one(RecomputationRow, recomputations, recomputations.c.id == id_)

    def recomputed(self, id_: str, scopes: Sequence[str], limit: int) -> list[RecomputedRow]:
        """Return the cases of scopes that it moves."""
        own = of(RecomputedRow, recomputed).where(
            recomputed.c.id == id_, recomputed.c.scope.in_(list(scopes))
        )
        return self._all(RecomputedRow, own.order_by(recomputed.c.case_no).limit(limit))

    def enacted(self, digest: str, at: int) -> None:
        """Note that what was computed is in force."""
        own = update(recomputations).where(
            recomputations.c.digest == digest, recomputations.c.enacted.is_(None)
        )
        self._connection.execute(own.values(enacted=at))

    # ------------------------------------------------------------ samples

    def candidates(
        self, scopes: Sequence[str], states: Sequence[str], since: int, limit: int
    ) -> list[tuple[CaseRow, int]]:
        """Return cases in states that moved since a moment, with how much was found of each."""
        own = of(CaseRow, cases).where(
            cases.c.scope.in_(list(scopes)),
            cases.c.state.in_(list(states)),
            cases.c.updated >= since,
        )
        order = (cases.c.updated.desc(), cases.c.number)
        rows = self._all(CaseRow, own.order_by(*order).limit(limit))
        counted = select(findings.c.case_no, func.count()).where(
            findings.c.case_no.in_([row.number for row in rows])
        )
        found = {
            row[0]: row[1] for row in self._connection.execute(counted.group_by(findings.c.case_no))
        }
        return [(row, found.get(row.number, 0)) for row in rows]

    def keep_sample(self, row: SampleRow, drawn: Sequence[SampledRow]) -> None:
        """Keep a drawing."""
        self._add(samples, row)
        self._add(sampled, *drawn)

    def samples(self, limit: int) -> list[SampleRow]:
        """Return the newest drawings."""
        newest = of(SampleRow, samples).order_by(samples.c.at.desc(), samples.c.id)
        return self._all(SampleRow, newest.limit(limit))

    def sample(self, id_: str) -> SampleRow | None:
        """Return one drawing."""
        return self._one(SampleRow, samples, samples.c.id == id_)

    def sampled(self, id_: str) -> list[SampledRow]:
        """Return its cases, riskiest first."""
        own = of(SampledRow, sampled).where(sampled.c.sample == id_)
        return self._all(SampledRow, own.order_by(sampled.c.risk.desc(), sampled.c.case_no))

    def judge_sampled(self, row: SampledRow) -> bool:
        """Keep what a check found, once."""
        own = update(sampled).where(
            sampled.c.sample == row.sample,
            sampled.c.case_no == row.case_no,
            sampled.c.judged_at.is_(None),
        )
        said = own.values(
            verdict=row.verdict, person=row.person, text=row.text, judged_at=row.judged_at
        )
        return int(self._connection.execute(said).rowcount) > 0

    # ------------------------------------------------------------ figures

    def lights_by_scope(self, scopes: Sequence[str]) -> dict[tuple[str, str], int]:
        """Count open cases by scope and light."""
        own = of(LightRow, case_lights).where(case_lights.c.scope.in_(list(scopes)))
        return {(row.scope, row.light): row.n for row in self._all(LightRow, own) if row.n}

    # ------------------------------------------------------------ looking through the log

    def inspections(self) -> dict[str, InspectionRow]:
        """Return up to where each scope was looked through."""
        return {row.scope: row for row in self._all(InspectionRow, of(InspectionRow, inspections))}

    def keep_inspection(self, row: InspectionRow) -> None:
        """Keep it."""
        self._put(inspections, row)

    def last_steps(self, devs: Sequence[str]) -> dict[str, int]:
        """Return when each device's newest logged step came.

        Backwards through the numbers of its own chains: the log has no order by device.
        """
        known = select(device_heads.c.dev).where(device_heads.c.dev.in_(list(devs))).distinct()
        each = known.subquery()
        own = (
            event_ids.c.dev == each.c.dev,
            log.c.scope == event_ids.c.scope,
            log.c.n == event_ids.c.n,
            log.c.kind.not_in([Kind.SESSION_OPEN.value, Kind.SESSION_CLOSE.value]),
        )
        newest = select(log.c.recv).where(*own).limit(1)
        newest = newest.order_by(event_ids.c.inc.desc(), event_ids.c.seq.desc())
        found = select(each.c.dev, newest.correlate(each).scalar_subquery())
        rows = self._connection.execute(found)
        return {row[0]: int(row[1]) for row in rows if row[1] is not None}

    def last_cases(self, scopes: Sequence[str]) -> dict[str, int]:
        """Return when a case of each item moved last in scopes."""
        own = select(cases.c.item, func.max(cases.c.updated))
        own = own.where(cases.c.scope.in_(list(scopes))).group_by(cases.c.item)
        return {row[0]: row[1] for row in self._connection.execute(own)}


# -- statements -----------------------------------------------------------------------------------


def _with_verdict() -> Any:
    """Return urges and orders beside the judgement of their replies, if there is one."""
    same = and_(
        judgements.c.case_no == pressings.c.case_no,
        judgements.c.event == pressings.c.answer,
        judgements.c.code == _REPLY,
    )
    return pressings.outerjoin(judgements, same)


def _pressed() -> Select[Any]:
    rows = of(PressingRow, pressings).add_columns(func.coalesce(judgements.c.verdict, ""))
    return rows.select_from(_with_verdict())


def _read_pressed(row: Any) -> PressedRow:
    return PressedRow(PressingRow(*row[:_WIDTH]), row[_WIDTH])


def _owing() -> ColumnElement[bool]:
    """Return the condition of those that owe a reply: others only remind."""
    return pressings.c.reply_by.is_not(None)


_STATES: dict[str, Any] = {
    "judged": lambda _now: judgements.c.verdict.is_not(None),
    "answered": lambda _now: (pressings.c.answer != "") & judgements.c.verdict.is_(None),
    "late": lambda now: (pressings.c.answer == "") & (pressings.c.reply_by < now),
    "open": lambda now: (pressings.c.answer == "") & (pressings.c.reply_by >= now),
}


def _judged_findings() -> Any:
    """Return findings beside their judgements: by their event, or by their own number."""
    same = and_(
        judgements.c.case_no == func.coalesce(findings.c.case_no, ""),
        judgements.c.event == _own_name(),
        judgements.c.code == findings.c.code,
    )
    return findings.outerjoin(judgements, same)


def _own_name() -> ColumnElement[str]:
    """Return what a finding is called: by its event, or by its own number."""
    return func.coalesce(findings.c.event, literal("#") + cast(findings.c.id, String))


@lru_cache(maxsize=8)  # asked at each look of the clock; a scheme names the same codes for months
def _breaching(codes: tuple[str, ...]) -> Select[Any]:
    told = exists().where(
        warnings.c.case_no == findings.c.case_no,
        warnings.c.kind == literal(BREACH) + _own_name(),
        warnings.c.calendar.in_(("", findings.c.code)),
    )
    since = bindparam("since", type_=findings.c.at.type)
    found = _entries().where(
        findings.c.at >= since,
        or_(*(findings.c.code == code for code in codes)),
        findings.c.case_no.is_not(None),
        ~told,
    )
    return found.order_by(findings.c.at).limit(bindparam("most"))


def _entries() -> Select[Any]:
    names = ("id", "scope", "case_no", "event", "dev", "person", "code", "args", "at")
    return select(
        *(findings.c[name] for name in names),
        func.coalesce(judgements.c.verdict, ""),
        func.coalesce(judgements.c.text, ""),
        func.coalesce(judgements.c.person, ""),
    ).select_from(_judged_findings())


def _wanted(wanted: FindingSearch) -> list[ColumnElement[bool]]:
    own = or_(
        findings.c.scope.in_(list(wanted.scopes)),
        findings.c.case_no.is_(None) & findings.c.dev.in_(list(wanted.devs)),
    )
    judged = judgements.c.verdict
    conditions = [own, judged.is_not(None) if wanted.judged else judged.is_(None)]
    if wanted.codes:
        conditions.append(findings.c.code.in_(list(wanted.codes)))
    return conditions
