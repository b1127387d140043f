"""Keep what screens read in step with the log: policy, sessions, cases, lines, search.

Every method works inside the caller's transaction. What is kept in memory besides (the policy) is
dropped by `forget` when that transaction fails.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from client.store.failures import StoreFailure
from client.store.folding import CaseFolds
from client.store.lines import CaseLineTable
from client.store.people import People
from client.store.reading import POLICY_SCOPE, SESSION_OPEN, delegate_of, read_logged_policy
from sync.domain.fields import DataFailure, moment_of
from sync.domain.policy import PolicyBook
from sync.proof.events import read_body
from sync.protocol.records import Record
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from client.store.connection import Database
    from client.store.folding import Kept, Refolded
    from client.store.reading import Facts, Policy
    from sync.domain.rules import Rules

_TOUCHES_LINES = frozenset(
    {
        "catalogue",
        "catalogue.change",
        "calendar",
        "scheme",
        "switch",
        "hall",
        "department",
        "genesis",
    }
)
"""Policy kinds that due times and item names depend on."""


class Projections:
    """The projections of one open store."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.folds = CaseFolds(db)
        self.lines = CaseLineTable(db)
        self.people = People(db)
        self._book: PolicyBook | None = None
        self._rules: Rules | None = None

    # ------------------------------------------------------------ policy

    def book(self) -> PolicyBook:
        """Return the policy as folded so far."""
        if self._book is None:
            text = self._db.value("SELECT book FROM policy_fold")
            self._book = PolicyBook() if text is None else _book_of(text)
        return self._book

    def rules(self) -> Rules:
        """Return the rules in force."""
        if self._rules is None:
            self._rules = self.book().rules()
        return self._rules

    def forget(self) -> None:
        """Drop what memory holds: the transaction that it came from was rolled back."""
        self._book = self._rules = None
        self.folds.forget()
        self.lines.forget()

    def add_policy(self, events: Iterable[Policy]) -> bool:
        """Fold policy events on top; return whether lines depend on what changed."""
        book, touches = self.book(), False
        for event in events:
            book = _with_event(book, event)
            touches = touches or event.kind in _TOUCHES_LINES
        if book.size == self.book().size:
            return False
        self._book, self._rules = book, None
        self._db.run(
            "INSERT OR REPLACE INTO policy_fold (one, book) VALUES (1, ?)",
            msgspec.json.encode(book).decode(),
        )
        return touches

    # ------------------------------------------------------------ sessions

    def add_delegate(self, kid: str, person: str) -> None:
        """Note who works under a delegation of this device: own events name only its hash."""
        self._db.run(
            "INSERT INTO delegation (kid, person) VALUES (?, ?) ON CONFLICT DO NOTHING",
            *(kid, person),
        )

    def delegate(self, kid: str) -> str | None:
        """Return the person behind a delegation, None where it is not known."""
        person: str | None = self._db.value("SELECT person FROM delegation WHERE kid = ?", kid)
        return person

    # ------------------------------------------------------------ cases

    def refresh(self, touched: Mapping[str, bool]) -> None:
        """Fold cases again and make their lines anew.

        Args:
            touched: case number → whether to fold from its first event.
        """
        rules = self.rules()
        for number, anew in touched.items():
            kept = self.folds.kept(number)
            self._keep(kept, self.folds.refold(number, kept, rules, anew=anew), rules)

    def extend(self, number: str, steps: Iterable[tuple[Facts, str]]) -> None:
        """Fold own steps made just now on top of a case, and make its line anew.

        Args:
            number: the case.
            steps: each with the person who made it.
        """
        rules, kept = self.rules(), self.folds.kept(number)
        self._keep(kept, self.folds.extend(kept, steps, rules), rules)

    def _keep(self, kept: Kept | None, folded: Refolded, rules: Rules) -> None:
        case, old = folded.top.case, None if kept is None else self.folds.shown(kept)
        if case is not None:
            pending = folded.current is not None
            line = self.lines.put(
                case, folded.top.updated_ms, rules, pending=pending, kept=kept, old=old
            )
            self.folds.keep(line, kept, case, folded, rules)
            self.people.put(case, old)
        elif kept is not None:
            self.folds.drop(kept.id)
            self.people.drop(kept.who)
            self.lines.drop(kept.id)

    def refresh_lines(self) -> frozenset[str]:
        """Make all open cases' lines anew after a change of policy; return those that changed.

        Cases whose item was not known when they were opened are folded again.
        """
        self.refresh(dict.fromkeys(self.folds.without_item(), True))
        rules = self.rules()
        changed = set()
        for line in self.lines.open_lines():
            case = self.folds.case(line.number)
            if case is not None and self.lines.renew(line, case, rules):
                changed.add(line.number)
        self.lines.drop_items()
        return frozenset(changed)

    def fill(self) -> None:
        """Compute everything from the log, into empty tables."""
        self.forget()
        records = self._db.stream(
            "SELECT e.jws, e.body, e.act FROM event e JOIN answer a USING (pos)"
            " WHERE a.scope = ? AND a.verdict = 'accepted' ORDER BY a.n",
            POLICY_SCOPE,
        )
        self.add_policy(read_logged_policy(Record(*row)) for row in records)
        for (body,) in self._db.rows(
            "SELECT body FROM event WHERE own = 1 AND kind = ?", SESSION_OPEN
        ):
            self.add_delegate(*delegate_of(read_body(body.encode())))
        numbers = self._db.rows(
            "SELECT DISTINCT case_no FROM event WHERE case_no IS NOT NULL ORDER BY case_no"
        )
        self.refresh({number: True for (number,) in numbers})
        self.lines.settle()


def _book_of(text: str) -> PolicyBook:
    try:
        return from_json(text, PolicyBook)
    except msgspec.DecodeError as failure:
        raise StoreFailure("store.damaged") from failure


def _with_event(book: PolicyBook, event: Policy) -> PolicyBook:
    try:
        return book.with_event(event.kind, event.body, moment_of(event.at_ms))
    except DataFailure:
        # Two administrators signed it and the centre logged it, so it will be here for ever: it
        # has no effect, is named among the unknown, and what follows it is folded.
        return replace(book, size=book.size + 1, unknown=(*book.unknown, event.kind))
