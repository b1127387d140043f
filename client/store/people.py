"""The directory of applicants: who has cases here, found by name, number, telephone or initials.

A projection of the log like the case lines beside it: one row a person with what his newest case
says of him; the folded cases lead from him to his cases. It is kept when a case's persons change,
so that a step of a case known already writes no page here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.ports.store import AgentLine, ApplicantLine
from client.store.folding import case_of
from client.store.search import normalise
from sync.domain.fields import ms_of
from sync.initials import initials

if TYPE_CHECKING:
    from client.store.connection import Database
    from sync.domain.case import Case

_NAMES_FROM = 1  # of a name a single character is enough
_NUMBERS_FROM = 3  # fewer figures stand in most of the numbers
_PERSON = "kind, id_kind, name, phone"
_CASES = (
    "SELECT coalesce(f.current, f.settled), l.number FROM case_fold f JOIN case_line l USING (id)"
    " WHERE f.who = ? ORDER BY f.at_ms DESC, l.number DESC LIMIT ?"
)
_ALL = -1
_COLUMNS = f"who, last_ms, newest, cases, {_PERSON}, names, numbers"
_INSERT = f"INSERT INTO applicant ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_ADD = (
    f"{_INSERT} ON CONFLICT (who) DO UPDATE SET cases = cases + 1, last_ms = excluded.last_ms,"
    " newest = excluded.newest, kind = excluded.kind, id_kind = excluded.id_kind,"
    " name = excluded.name, phone = excluded.phone, names = excluded.names,"
    " numbers = excluded.numbers WHERE (excluded.last_ms, excluded.newest) > (last_ms, newest)"
)


class People:
    """The directory of one open store; every method works inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # ------------------------------------------------------------ writing

    def put(self, case: Case, old: Case | None) -> None:
        """Note whom a case names; nothing is written where that is known already.

        Args:
            case: the case, folded and kept.
            old: the case till now; None for a new one.
        """
        who = case.applicant.id_no
        if old is None:
            if who and not self._db.run(_ADD, *_row(case, 1)):
                self._db.run("UPDATE applicant SET cases = cases + 1 WHERE who = ?", who)
        elif _row(case, 1) != _row(old, 1):
            for name in {who, old.applicant.id_no}:
                self.drop(name)

    def drop(self, who: str) -> None:
        """Make a person's row anew from his cases; none are left of him without one."""
        self._db.run("DELETE FROM applicant WHERE who = ?", who)
        newest = self._db.one(_CASES, who, 1) if who else None
        if newest is not None:
            count = self._db.value("SELECT count(*) FROM case_fold WHERE who = ?", who)
            self._db.run(_INSERT, *_row(case_of(newest[0]), count))

    # ------------------------------------------------------------ asking

    def find(self, text: str, limit: int) -> tuple[ApplicantLine, ...]:
        """Return those whom every typed word fits, newest first; all for nothing.

        A word fits a name or its initials anywhere; from three characters on also an identity
        number or a telephone, so that the last four figures find somebody.
        """
        conditions, values = ["1"], []
        for word in normalise(text).split():
            if len(word) >= _NUMBERS_FROM:
                conditions.append("(instr(names, ?) OR instr(numbers, ?))")
                values += [word, word]
            elif len(word) >= _NAMES_FROM:
                conditions.append("instr(names, ?)")
                values.append(word)
        return self._people(" AND ".join(conditions), values, limit)

    def one(self, who: str) -> ApplicantLine | None:
        """Return one person by his number."""
        return next(iter(self._people("who = ?", [who], 1)), None)

    def namesakes(self, name: str, who: str, limit: int = 5) -> tuple[ApplicantLine, ...]:
        """Return others of the same name: perhaps the same person with another number."""
        return self._people("name = ? AND who <> ?", [name, who], limit)

    def numbers_of(self, who: str, limit: int) -> tuple[str, ...]:
        """Return the numbers of a person's cases, newest first."""
        rows = self._db.rows(
            "SELECT l.number FROM case_fold f JOIN case_line l USING (id) WHERE f.who = ?"
            " AND f.who <> '' ORDER BY f.at_ms DESC, l.number DESC LIMIT ?",
            *(who, limit),
        )
        return tuple(row[0] for row in rows)

    def agents_of(self, who: str) -> tuple[AgentLine, ...]:
        """Return who acted for a person, newest first, with the cases in which he did."""
        found: dict[tuple[str, str], AgentLine] = {}
        for text, _ in self._db.rows(_CASES, who, _ALL):
            case = case_of(text)
            if case.agent is None or not case.agent.name:
                continue
            name, id_no, phone = case.agent.name, case.agent.id_no, case.agent.phone
            at_ms = ms_of(case.registered_at)
            known = found.get((name, id_no)) or AgentLine(name, id_no, phone, at_ms, ())
            numbers = (*known.numbers, case.number)
            found[name, id_no] = AgentLine(name, id_no, known.phone or phone, known.at_ms, numbers)
        return tuple(found.values())

    def registered_last(self) -> str | None:
        """Return the case that this window registered last: read back only as far as it stands."""
        number: str | None = self._db.value(
            "SELECT case_no FROM event INDEXED BY event_chain"
            " WHERE own = 1 AND kind = 'preregister' ORDER BY inc DESC, seq DESC LIMIT 1"
        )
        return number

    def _people(self, condition: str, values: list[str], limit: int) -> tuple[ApplicantLine, ...]:
        rows = self._db.rows(
            f"SELECT who, {_PERSON}, cases, last_ms FROM applicant WHERE {condition}"  # noqa: S608  ours
            " ORDER BY last_ms DESC, who LIMIT ?",
            *values,
            limit,
        )
        return tuple(ApplicantLine(*row) for row in rows)


def _row(case: Case, cases: int) -> tuple[Any, ...]:
    """Return what a case says of its applicant, as his row."""
    who = case.applicant
    return (
        *(who.id_no, ms_of(case.registered_at), case.number, cases),
        *(who.kind, who.id_kind, who.name, who.phone),
        f"{normalise(who.name)}\n{normalise(initials(who.name))}",
        normalise(f"{who.id_no} {who.phone}"),
    )
