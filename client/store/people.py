"""The directory of applicants: who has cases here, found by name, number, telephone or initials.

A projection of the log like the case lines beside it: one row a case with whom it names, and one
row a person with what his newest case says of him. Both are kept when a case's persons change, so
that a step of a case known already writes no page here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.ports.store import AgentLine, ApplicantLine
from client.store.search import normalise
from sync.domain.fields import ms_of
from sync.initials import initials

if TYPE_CHECKING:
    from client.store.connection import Database
    from sync.domain.case import Case

_NAMES_FROM = 1  # of a name a single character is enough
_NUMBERS_FROM = 3  # fewer figures stand in most of the numbers
_PERSON = "kind, id_kind, name, phone"
_AGENT = "agent_name, agent_id_no, agent_phone"
_NEWEST = (
    f"SELECT {_PERSON}, at_ms FROM applicant_case c JOIN case_line l USING (id)"  # noqa: S608
    " WHERE c.who = ? ORDER BY c.at_ms DESC, l.number DESC LIMIT 1"
)
_OWN_LOOKED_AT = 200


class People:
    """The directory of one open store; every method works inside the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # ------------------------------------------------------------ writing

    def put(self, line: int, case: Case) -> None:
        """Note whom a case names; nothing is written where that is known already."""
        new = _row(case)
        old = self._db.one(
            f"SELECT who, at_ms, {_PERSON}, {_AGENT} FROM applicant_case WHERE id = ?",  # noqa: S608
            line,
        )
        if old == new:
            return
        if not new[0]:
            self._forget(line, old)
            return
        self._db.run(
            f"INSERT OR REPLACE INTO applicant_case (id, who, at_ms, {_PERSON}, {_AGENT})"  # noqa: S608
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(line, *new),
        )
        for who in {new[0]} if old is None else {new[0], old[0]}:
            self._sum_up(who)

    def drop(self, number: str) -> None:
        """Forget a case whose opening was refused; before its line goes."""
        row = self._db.one(
            "SELECT c.id, c.who FROM applicant_case c JOIN case_line l USING (id)"
            " WHERE l.number = ?",
            number,
        )
        if row is not None:
            self._forget(row[0], row[1:])

    def _forget(self, line: int, old: tuple[Any, ...] | None) -> None:
        if old is not None:
            self._db.run("DELETE FROM applicant_case WHERE id = ?", line)
            self._sum_up(old[0])

    def _sum_up(self, who: str) -> None:
        """Make a person's row anew from his cases; none are left of him without one."""
        newest = self._db.one(_NEWEST, who)
        if newest is None:
            self._db.run("DELETE FROM applicant WHERE who = ?", who)
            return
        kind, id_kind, name, phone, at_ms = newest
        count = self._db.value("SELECT count(*) FROM applicant_case WHERE who = ?", who)
        named = f"{normalise(name)}\n{normalise(initials(name))}"
        self._db.run(
            f"INSERT OR REPLACE INTO applicant (who, last_ms, cases, {_PERSON}, names, numbers)"  # noqa: S608
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(who, at_ms, count, kind, id_kind, name, phone, named, normalise(f"{who} {phone}")),
        )

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
            "SELECT l.number FROM applicant_case c JOIN case_line l USING (id) WHERE c.who = ?"
            " ORDER BY c.at_ms DESC, l.number DESC LIMIT ?",
            *(who, limit),
        )
        return tuple(row[0] for row in rows)

    def agents_of(self, who: str) -> tuple[AgentLine, ...]:
        """Return who acted for a person, newest first, with the cases in which he did."""
        rows = self._db.rows(
            f"SELECT {_AGENT}, c.at_ms, l.number FROM applicant_case c JOIN case_line l USING (id)"  # noqa: S608
            " WHERE c.who = ? AND agent_name <> '' ORDER BY c.at_ms DESC, l.number DESC",
            who,
        )
        found: dict[tuple[str, str], AgentLine] = {}
        for name, id_no, phone, at_ms, number in rows:
            known = found.get((name, id_no)) or AgentLine(name, id_no, phone, at_ms, ())
            numbers = (*known.numbers, number)
            found[name, id_no] = AgentLine(name, id_no, known.phone or phone, known.at_ms, numbers)
        return tuple(found.values())

    def registered_last(self) -> str | None:
        """Return the case that this window registered last, among its newest own events."""
        rows = self._db.rows(
            "SELECT kind, case_no FROM event INDEXED BY event_chain WHERE own = 1"
            " ORDER BY inc DESC, seq DESC LIMIT ?",
            _OWN_LOOKED_AT,
        )
        return next((case for kind, case in rows if kind == "preregister"), None)

    def _people(self, condition: str, values: list[str], limit: int) -> tuple[ApplicantLine, ...]:
        rows = self._db.rows(
            f"SELECT who, {_PERSON}, cases, last_ms FROM applicant WHERE {condition}"  # noqa: S608  ours
            " ORDER BY last_ms DESC, who LIMIT ?",
            *values,
            limit,
        )
        return tuple(ApplicantLine(*row) for row in rows)


def _row(case: Case) -> tuple[Any, ...]:
    who, agent = case.applicant, case.agent
    acting = ("", "", "") if agent is None else (agent.name, agent.id_no, agent.phone)
    return (
        *(who.id_no, ms_of(case.registered_at)),
        *(who.kind, who.id_kind, who.name, who.phone),
        *acting,
    )
