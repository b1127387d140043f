"""From the log to cases: each case is the fold of its events by the rules' own `advance`.

Accepted steps in the order of their scope's numbers, then own pending ones in device order; refused
and disputed ones have no effect. Every method works inside the caller's transaction. The fold asks
no calendar, so it depends on policy only for the item that a new case names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from client.store.failures import StoreFailure
from client.store.log import ACCEPTED
from client.store.migrations import OF_MONEY
from sync.domain.case import Case
from sync.domain.events import Late, Step
from sync.domain.failures import Failure
from sync.domain.fields import moment_of, ms_of
from sync.domain.workflow import advance
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.typed import json_reader

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.store.connection import Database
    from client.store.reading import Facts
    from sync.domain.rules import Rules

_COLUMNS = (
    "e.hash, e.id, e.kind, e.case_no, e.scope, coalesce(a.person, d.person, ''), e.dev, e.at_ms,"
    " e.body, e.late_ms, e.late_reason, e.cprev, e.act IS NOT NULL, a.lo_ms, a.hi_ms, a.n"
)
_BESIDE = " LEFT JOIN answer a USING (pos) LEFT JOIN delegation d USING (kid)"
_EVENTS = f" FROM event e {_BESIDE}"
_OF_NUMBER = " FROM case_fold WHERE id = (SELECT id FROM case_line WHERE number = ?)"
_N = 15  # in which column the number stands
_KEPT = (
    "SELECT l.id, l.item, l.item_name, f.who, f.at_ms, f.settled_n, f.settled_ms, f.settled_head,"
    " f.head, f.settled, f.current FROM case_line l JOIN case_fold f USING (id) WHERE l.number = ?"
)
_ASKED_AGAIN = 8
"""Cases remembered: what a step is judged on is folded on a moment later."""
_Rows = list[tuple[Any, ...]]
_body = json_reader(dict[str, Any])
_case = json_reader(Case)


@dataclass(frozen=True, slots=True)
class Folded:
    """A case as far as it is folded; `head` is the hash of its last event, `moment` its time."""

    case: Case | None = None
    n: int = 0
    head: str | None = None
    updated_ms: int = 0

    def steps(self, rows: Iterable[tuple[Any, ...]], rules: Rules) -> Folded:
        """Return what becomes of it by these events."""
        case, n, head, updated = self.case, self.n, self.head, self.updated_ms
        for row in rows:
            step = _step(row, head)
            try:
                case = advance(case, step, rules)
            except Failure:
                if case is not None:
                    raise
                # A step of a case that was never opened: its opening was refused. The log keeps
                # it, the exceptions list shows the opening; there is no case to show.
                continue
            head, n, updated = b64u_encode(row[0]), row[_N] or n, ms_of(step.counted)
        return Folded(case, n, head, updated)


class Kept(NamedTuple):
    """A case's line, as far as others hang on it, and its fold as it stands in the table."""

    id: int
    item: str
    item_name: str
    who: str
    at_ms: int
    settled_n: int
    settled_ms: int
    settled_head: str | None
    head: str | None
    settled: str | None
    current: str | None


@dataclass(frozen=True, slots=True)
class Refolded:
    """A case as the centre has it, and with own pending steps on top where there are any.

    `settled` is None where that stays as it is kept.
    """

    settled: Folded | None
    current: Folded | None

    @property
    def top(self) -> Folded:
        """Return the case as it is shown here."""
        return self.current or self.settled or Folded()


class CaseFolds:
    """The folded cases of one open store."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._case_of = lru_cache(_ASKED_AGAIN)(case_of)

    def forget(self) -> None:
        """Drop what memory holds."""
        self._case_of.cache_clear()

    def case(self, number: str) -> Case | None:
        """Return a case with its pending steps applied."""
        text = self._db.value(f"SELECT coalesce(current, settled) {_OF_NUMBER}", number)
        return None if text is None else self._case_of(text)

    def kept(self, number: str) -> Kept | None:
        """Return a case as it is kept, None where there is none."""
        row = self._db.one(_KEPT, number)
        return None if row is None else Kept(*row)

    def shown(self, kept: Kept) -> Case:
        """Return the case of a line, with its pending steps applied."""
        text = kept.current or kept.settled
        if text is None:
            raise StoreFailure("store.damaged")
        return self._case_of(text)

    def head(self, number: str) -> str | None:
        """Return the hash of the case's last event that has an effect here."""
        head: str | None = self._db.value(f"SELECT head {_OF_NUMBER}", number)
        return head

    def settled_n(self, number: str) -> int:
        """Return up to which number of its scope the accepted steps are folded."""
        found = self._db.value(f"SELECT settled_n {_OF_NUMBER}", number)
        return found or 0

    def without_item(self) -> list[str]:
        """Return the cases that were opened before policy named their item here."""
        return [
            row[0]
            for row in self._db.rows(
                "SELECT number FROM case_fold JOIN case_line USING (id) WHERE NOT item_known"
            )
        ]

    def refold(self, number: str, kept: Kept | None, rules: Rules, *, anew: bool) -> Refolded:
        """Fold what is new of a case; `keep` or `drop` says what comes of it.

        Args:
            number: the case.
            kept: as it is kept till now.
            rules: for the item that a new case names.
            anew: from its first event: something changed below what was folded.
        """
        settled = Folded() if anew or kept is None else self._settled(kept)
        accepted, waiting = self._new(number, settled.n)
        settled = settled.steps(accepted, rules)
        return Refolded(settled, settled.steps(waiting, rules) if waiting else None)

    def extend(
        self, kept: Kept | None, steps: Iterable[tuple[Facts, str]], rules: Rules
    ) -> Refolded:
        """Fold own steps made just now on top of a case: nothing below them has changed.

        Args:
            kept: the case as it is kept till now.
            steps: each with the person who made it, as the log now ends.
            rules: for the item that a new case names.
        """
        rows = (_row_of(facts, person) for facts, person in steps)
        if kept is None:
            return Refolded(Folded(), Folded().steps(rows, rules))
        below = Folded(self.shown(kept), kept.settled_n, kept.head, kept.settled_ms)
        return Refolded(None, below.steps(rows, rules))

    def money_steps(self, hall: str) -> tuple[Step, ...]:
        """Return accepted and waiting steps about money: a hall's own, then those of its cases.

        Whatever happens to a receipt form happens before it is used, so its use comes last.
        """
        rows = self._db.rows(
            f"SELECT {_COLUMNS} {_EVENTS} WHERE {OF_MONEY}"  # noqa: S608  constants
            " AND (e.scope = ? OR e.scope LIKE ?) AND"
            " (a.verdict = ? OR EXISTS (SELECT 1 FROM outbox o WHERE o.pos = e.pos))"
            " ORDER BY e.case_no IS NOT NULL, a.n IS NULL, a.n, e.pos",
            *(f"hall/{hall}", f"{hall}/%", ACCEPTED),
        )
        return tuple(_step(row, None) for row in rows)

    def keep(self, line: int, kept: Kept | None, case: Case, new: Refolded, rules: Rules) -> None:
        """Keep a folded case beside its line.

        Args:
            line: its line's place.
            kept: as it is kept till now.
            case: as it is shown from now on.
            new: its fold.
            rules: say whether its item is known here.
        """
        top = (
            *(None if new.current is None else _text(new.current), new.top.head),
            int(rules.item_of(case.item, case.item_version) is not None),
        )
        whose = case.applicant.id_no, ms_of(case.registered_at)
        if kept is None:
            self._db.run(
                "INSERT INTO case_fold (id, current, head, item_known, who, at_ms, settled,"
                " settled_n, settled_head, settled_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *(line, *top, *whose, *_settled_row(new.settled or Folded())),
            )
            return
        self._db.run(
            "UPDATE case_fold SET current = ?, head = ?, item_known = ? WHERE id = ?", *top, line
        )
        if new.settled is not None:
            self._db.run(
                "UPDATE case_fold SET settled = ?, settled_n = ?, settled_head = ?,"
                " settled_ms = ? WHERE id = ?",
                *(*_settled_row(new.settled), line),
            )
        if whose != (kept.who, kept.at_ms):  # else their index is not touched
            self._db.run("UPDATE case_fold SET who = ?, at_ms = ? WHERE id = ?", *whose, line)

    def drop(self, line: int) -> None:
        """Forget a case whose opening was refused."""
        self._db.run("DELETE FROM case_fold WHERE id = ?", line)

    def _settled(self, kept: Kept) -> Folded:
        case = None if kept.settled is None else self._case_of(kept.settled)
        return Folded(case, kept.settled_n, kept.settled_head, kept.settled_ms)

    def _new(self, number: str, after: int) -> tuple[_Rows, _Rows]:
        """Return a case's accepted events after a number, and its own that wait for an answer."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} {_EVENTS} WHERE e.case_no = ? AND"  # noqa: S608  constants
            " (a.verdict = ? AND a.n > ? OR EXISTS (SELECT 1 FROM outbox o WHERE o.pos = e.pos))"
            " ORDER BY a.n IS NULL, a.n, e.pos",
            *(number, ACCEPTED, after),
        )
        accepted = sum(row[_N] is not None for row in rows)
        return rows[:accepted], rows[accepted:]


def _row_of(facts: Facts, person: str) -> tuple[Any, ...]:
    """Return an own event's row of _COLUMNS before it has an answer."""
    return (
        *(b64u_decode(facts.hash), facts.id, facts.kind, facts.case, facts.scope, person),
        *(facts.dev, facts.at_ms, facts.record.body, facts.late_ms, facts.late_reason),
        *(facts.cprev, facts.record.act is not None, None, None, None),
    )


def _settled_row(settled: Folded) -> tuple[str | None, int, str | None, int]:
    return _text(settled), settled.n, settled.head, settled.updated_ms


def _text(folded: Folded) -> str | None:
    return None if folded.case is None else msgspec.json.encode(folded.case).decode()


def case_of(text: str) -> Case:
    """Read a folded case as it is kept.

    Raises:
        StoreFailure: store.damaged.
    """
    try:
        return _case.decode(text)
    except msgspec.DecodeError as failure:
        raise StoreFailure("store.damaged") from failure


def _step(row: tuple[Any, ...], head: str | None) -> Step:
    _, event, kind, case, scope, person, device, at, body, late, reason, cprev, card, lo, hi, _ = (
        row
    )
    return Step(
        id=event,
        kind=kind,
        case=case,
        scope=scope,
        person=person,
        device=device,
        at=moment_of(at),
        body=_body.decode(body),
        late=None if late is None else Late(moment_of(late), reason),
        knew_latest=cprev == head,
        signed_by_card=bool(card),
        lo=None if lo is None else moment_of(lo),
        hi=None if hi is None else moment_of(hi),
    )
